//! A design as documents: one for each application, of version 3.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::formats::asyncapi::document::Rest;
use crate::formats::asyncapi::{EXTENSION, Exported, File, Syntax};
use crate::formats::marked::write;
use crate::name::free_name;
use crate::node::{Node, Role};
use crate::schema::Schemas;

mod channels;
mod losses;
mod messages;
mod operations;
mod replies;

use messages::Messages;

/// Writes a document for each node that is no channel.
pub(super) fn export(design: &Design, schemas: &Schemas, syntax: Syntax) -> Exported {
    let mut exported = Exported { files: Vec::new(), findings: losses::of_design(design) };
    let mut names: Vec<String> = Vec::new();
    for node in design.nodes.iter().filter(|node| !node.is_channel()) {
        let mut application = Application::new(design, schemas, node);
        let document = application.document();
        let name =
            free_name(&plain(&node.name).to_lowercase(), |it| names.iter().any(|one| one == it));
        names.push(name.clone());
        exported.files.push(match syntax {
            Syntax::Yaml => File { name: format!("{name}.yaml"), text: write::yaml(&document) },
            Syntax::Json => File { name: format!("{name}.json"), text: format!("{document:#}\n") },
        });
        exported.findings.append(&mut application.findings);
    }
    exported
}

/// An application while its document is written.
struct Application<'a> {
    design: &'a Design,
    node: &'a Node,
    /// What an import kept.
    kept: Rest,
    /// What an import kept of channels, by node.
    kept_channels: Rest,
    /// The channels of the document, by node: key and what it says.
    channels: Vec<Channel<'a>>,
    messages: Messages<'a>,
    findings: Vec<Finding>,
}

/// A channel of the document.
struct Channel<'a> {
    node: &'a Node,
    id: String,
    /// Key of each message in the channel, with its key among the components.
    messages: Vec<(String, String)>,
}

impl<'a> Application<'a> {
    fn new(design: &'a Design, schemas: &'a Schemas, node: &'a Node) -> Application<'a> {
        let mut kept = said(&node.extensions);
        let kept_channels = match kept.shift_remove("channels") {
            Some(Value::Object(channels)) => channels,
            Some(_) | None => Map::new(),
        };
        let messages = Messages::new(design, schemas);
        let (channels, findings) = (Vec::new(), Vec::new());
        Application { design, node, kept, kept_channels, channels, messages, findings }
    }

    fn document(&mut self) -> Value {
        self.list_channels();
        let operations = self.operations();
        let channels = self.written_channels();
        let mut document = Map::new();
        let uses_ros = |value: &Value| value["bindings"].get("ros2").is_some();
        let is_new = channels.values().chain(operations.values()).any(uses_ros);
        document.insert("asyncapi".to_owned(), if is_new { "3.1.0" } else { "3.0.0" }.into());
        let mut kept = self.kept.clone();
        if let Some(id) = kept.shift_remove("id") {
            document.insert("id".to_owned(), id);
        }
        document.insert("info".to_owned(), self.info(&mut kept));
        for key in ["defaultContentType", "servers"] {
            if let Some(mut value) = kept.shift_remove(key) {
                if key == "servers" {
                    give_hosts(&mut value);
                }
                document.insert(key.to_owned(), value);
            }
        }
        document.insert("channels".to_owned(), Value::Object(channels));
        document.insert("operations".to_owned(), Value::Object(operations));
        let messages = self.messages.components();
        if !messages.is_empty() {
            document.insert("components".to_owned(), json!({ "messages": messages }));
        }
        document.extend(kept.into_iter().filter(|(key, _)| key.starts_with("x-")));
        self.findings.append(&mut self.messages.findings);
        Value::Object(document)
    }

    fn info(&self, kept: &mut Rest) -> Value {
        let title = kept.shift_remove("title").unwrap_or_else(|| self.node.name.as_str().into());
        let more = match kept.shift_remove("info") {
            Some(Value::Object(more)) => more,
            Some(_) | None => Map::new(),
        };
        let version = &self.design.info.version;
        let version = if version.is_empty() { "1.0.0" } else { version };
        let mut info = Map::new();
        info.insert("title".to_owned(), title);
        info.insert("version".to_owned(), version.into());
        let description = match self.node.description.as_str() {
            "" => &self.node.summary,
            description => description,
        };
        if !description.is_empty() {
            info.insert("description".to_owned(), description.into());
        }
        if !self.node.tags.is_empty() {
            info.insert("tags".to_owned(), tags(&self.node.tags));
        }
        info.extend(more);
        Value::Object(info)
    }

    /// The publish and subscribe edges of the application.
    fn edges(&self) -> impl Iterator<Item = &'a Edge> {
        let name = self.node.name.as_str();
        let design = self.design;
        design.edges.iter().map(|edge| &**edge).filter(move |edge| match edge.kind {
            EdgeKind::Publish => edge.from == name,
            EdgeKind::Subscribe => edge.to == name,
            EdgeKind::Call | EdgeKind::Bind => false,
        })
    }
}

/// A server that an import did not find needs a host and a protocol all the same.
fn give_hosts(servers: &mut Value) {
    let Value::Object(servers) = servers else { return };
    for server in servers.values_mut().filter(|it| it.get("x-unresolved").is_some()) {
        server["host"] = "unresolved".into();
        server["protocol"] = "unresolved".into();
    }
}

/// The node at the other end of an edge of an application.
fn channel_name(edge: &Edge) -> &str {
    if edge.kind == EdgeKind::Publish { &edge.to } else { &edge.from }
}

/// What extensions say in this format.
fn said(extensions: &BTreeMap<String, String>) -> Rest {
    let text = extensions.get(EXTENSION).map_or("{}", String::as_str);
    serde_json::from_str(text).unwrap_or_default()
}

fn tags(names: &[String]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}

/// A name as keys of components can be.
fn plain(name: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
    name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect()
}

/// A reference to a part of the document.
fn reference(steps: &[&str]) -> Value {
    let mut pointer = "#".to_owned();
    for step in steps {
        pointer.push('/');
        for byte in step.replace('~', "~0").replace('/', "~1").bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                pointer.push(char::from(byte));
            } else {
                pointer.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    json!({ "$ref": pointer })
}

/// Says that something of a place is left out.
fn lost(place: Place, property: &str, sentence: String) -> Finding {
    Finding::new("not-carried", Severity::Info, place, sentence).at(property)
}

/// The channel of a name.
fn channel_node<'a>(design: &'a Design, name: &str) -> Option<&'a Node> {
    let node = design.nodes.iter().find(|node| node.name == name)?;
    matches!(node.role, Role::Channel(_)).then_some(node)
}
