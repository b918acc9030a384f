//! Flows: what follows from what a producer publishes, message by message and service by service.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::File;
use super::ids::Ids;
use super::prose;
use crate::node::{Node, Role};

/// Steps of a flow at most.
const STEPS: usize = 60;

/// The flow of each message that a producer begins with.
pub(super) fn journeys(ids: &Ids<'_>) -> Vec<File> {
    let mut files = Vec::new();
    for node in &ids.design.nodes {
        let Role::Producer(producer) = &node.role else { continue };
        let messages: BTreeSet<&str> =
            producer.workload.iter().map(|it| it.message.name.as_str()).collect();
        for message in messages.into_iter().filter(|it| ids.has_message(it)) {
            files.push(journey(ids, node, message));
        }
    }
    files
}

fn journey(ids: &Ids<'_>, node: &Node, message: &str) -> File {
    let id = format!("{}-{}", ids.node(&node.name), ids.message(message));
    let name = format!("{message} of {}", node.name);
    let owners = ids.owners_of_node(node);
    let summary = format!("What follows when {} publishes {message}.", node.name);
    let mut front = ids.front((&id, &name), &ids.version, &summary, &owners);
    front.insert("steps".to_owned(), Value::Array(steps(ids, node, message)));
    let body = prose::body("", &["<NodeGraph />"]);
    File::resource(format!("flows/{id}/index.mdx"), front, body)
}

/// A step, before it is known what comes next.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Service(String),
    Message(String),
}

impl Step {
    fn id(&self) -> String {
        match self {
            Step::Service(name) => format!("service {name}"),
            Step::Message(name) => format!("message {name}"),
        }
    }
}

fn steps(ids: &Ids<'_>, node: &Node, message: &str) -> Vec<Value> {
    let first = Step::Service(node.name.clone());
    let mut order = vec![first.clone()];
    let mut next: BTreeMap<Step, Vec<Step>> =
        BTreeMap::from([(first, vec![Step::Message(message.to_owned())])]);
    let mut left = vec![Step::Message(message.to_owned())];
    while let Some(step) = left.pop() {
        if order.contains(&step) || order.len() >= STEPS {
            continue;
        }
        let following = following(ids, &step);
        left.extend(following.iter().rev().cloned());
        next.insert(step.clone(), following);
        order.push(step);
    }
    let write = |step: &Step| {
        let known: Vec<&Step> = next.get(step).into_iter().flatten().collect();
        let known = known.into_iter().filter(|it| order.contains(it));
        let next: Vec<Value> = known.map(|it| json!(it.id())).collect();
        let mut value = match step {
            Step::Service(name) => json!({
                "id": step.id(), "title": name, "service": ids.pointer_to_node(name),
            }),
            Step::Message(name) => json!({
                "id": step.id(), "title": name, "message": ids.pointer(name, None),
            }),
        };
        if !next.is_empty() {
            value["next_steps"] = Value::Array(next);
        }
        value
    };
    order.iter().map(write).collect()
}

/// What follows from a step: a message goes to those who handle it, and these publish others.
fn following(ids: &Ids<'_>, step: &Step) -> Vec<Step> {
    match step {
        Step::Message(name) => {
            let flow = ids.flows.of(name);
            let edges = flow.into_iter().flat_map(|it| it.subscriptions.iter().chain(&it.calls));
            let readers: BTreeSet<&str> = edges.map(|edge| edge.to.as_str()).collect();
            readers.into_iter().map(|it| Step::Service(it.to_owned())).collect()
        }
        Step::Service(name) => {
            let node = ids.design.nodes.iter().find(|it| it.name == *name);
            let Some(Role::Consumer(consumer)) = node.map(|it| &it.role) else { return Vec::new() };
            let said: BTreeSet<&str> =
                consumer.emissions().into_iter().map(|(_, it)| it.message.name.as_str()).collect();
            let said = said.into_iter().filter(|it| ids.has_message(it));
            said.map(|it| Step::Message(it.to_owned())).collect()
        }
    }
}
