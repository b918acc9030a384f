//! Channels, and the routes between them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::File;
use super::ids::Ids;
use super::messages::collection;
use super::prose;
use crate::channel::Channel;
use crate::contract::Acknowledgement;
use crate::edge::EdgeKind;
use crate::node::{Node, Role};

pub(super) fn channels(ids: &Ids<'_>) -> Vec<File> {
    let nodes = ids.design.nodes.iter().filter_map(|node| match &node.role {
        Role::Channel(channel) => Some(resource(ids, node, channel)),
        Role::Producer(_) | Role::Consumer(_) => None,
    });
    nodes.collect()
}

fn resource(ids: &Ids<'_>, node: &Node, channel: &Channel) -> File {
    let id = ids.node(&node.name);
    let owners = ids.owners_of_node(node);
    let kept = ids.kept_of_node(&node.name);
    let version = ids.version_of(Some(&kept));
    let mut front = ids.front((id, &node.name), version, &node.summary, &owners);
    front.insert("address".to_owned(), Value::String(node.name.clone()));
    if let Some(preset) = &channel.preset {
        front.insert("protocols".to_owned(), json!([protocol(preset)]));
        front.insert("x-flowbench-preset".to_owned(), Value::String(preset.clone()));
    }
    front.insert("deliveryGuarantee".to_owned(), json!(guarantee(ids, node)));
    let routes: Vec<Value> =
        routes(ids, node, channel).iter().map(|name| ids.pointer_to_node(name)).collect();
    if !routes.is_empty() {
        front.insert("routes".to_owned(), Value::Array(routes));
    }
    let messages = carried(ids, node);
    if !messages.is_empty() {
        front.insert("messages".to_owned(), Value::Array(messages));
    }
    let body = prose::body(&node.description, &["<ChannelInformation />", "<NodeGraph />"]);
    File::resource(format!("channels/{id}/index.mdx"), front, body).keeping(kept)
}

/// What a preset's broker speaks: the first word of its name, as bindings call it.
fn protocol(preset: &str) -> &str {
    match preset.split('.').next().unwrap_or(preset) {
        "rabbit" => "amqp",
        "asb" => "amqp1",
        "jetstream" => "nats",
        "pubsub" => "googlepubsub",
        broker => broker,
    }
}

/// A reader that acknowledges on receipt may lose what it got.
fn guarantee(ids: &Ids<'_>, node: &Node) -> &'static str {
    let mut subscriptions =
        ids.design.edges.iter().filter(|it| it.kind == EdgeKind::Subscribe && it.from == node.name);
    let loses = subscriptions.any(|it| it.contract.acknowledgement == Acknowledgement::OnReceipt);
    if loses { "at-most-once" } else { "at-least-once" }
}

/// Where copies and dead letters of a channel go.
fn routes<'a>(ids: &Ids<'a>, node: &'a Node, channel: &'a Channel) -> BTreeSet<&'a str> {
    let mut routes = BTreeSet::new();
    routes.extend(channel.dead_letter.as_deref());
    routes.extend(channel.alternate.as_deref());
    for edge in ids.design.edges.iter().filter(|it| it.from == node.name) {
        match edge.kind {
            EdgeKind::Bind => {
                routes.insert(edge.to.as_str());
            }
            EdgeKind::Subscribe => routes.extend(edge.contract.dead_letter.as_deref()),
            EdgeKind::Publish | EdgeKind::Call => {}
        }
    }
    let is_channel = |name: &&str| {
        let found = ids.design.nodes.iter().find(|it| it.name == **name);
        found.is_some_and(|it| matches!(it.role, Role::Channel(_))) && **name != *node.name
    };
    routes.into_iter().filter(is_channel).collect()
}

/// The messages that come to a channel.
fn carried(ids: &Ids<'_>, node: &Node) -> Vec<Value> {
    let mut carried = Vec::new();
    for message in &ids.design.messages {
        let flow = ids.flows.of(&message.name);
        if flow.is_some_and(|it| it.channels.contains(node.name.as_str())) {
            let mut pointer = ids.pointer(&message.name, None);
            pointer["name"] = json!(message.name);
            pointer["collection"] = json!(collection(message.kind));
            carried.push(pointer);
        }
    }
    carried
}
