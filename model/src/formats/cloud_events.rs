//! CloudEvents 1.0 in JSON: recorded events as the messages and publishers of a design, and
//! messages as events. How recorded events are published again stands in [`super::recorded`].

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::design::Design;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::message::{Message, MessageVersion, SchemaLanguage};
use crate::schema::verdict::{SchemaTrouble, form};
use crate::schema::{Schemas, luck};
use crate::time::{NS_PER_SEC, Time};

mod assembly;
mod inference;
mod reading;

/// What a design gets nothing of.
pub const LEAVES_OUT: &str = "channels, contracts and consumers, workloads and scenarios: an event \
                              says what it is, from where, and what it carries";
/// The name of the extensions of this format.
const EXTENSION: &str = "cloudevents";
/// Simulated time counts from the first instant of the year 2000.
const BEGINNING_SECONDS: i64 = 946_684_800;

/// What became of a file of events.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// Their types as messages, and their sources as producers that publish them again.
    pub design: Design,
    /// The events that can be published again, in the order of their times, one on each line.
    pub recording: String,
    /// Events that were read.
    pub events: usize,
    /// What is wrong or strange in them, by line.
    pub findings: Vec<(u64, Finding)>,
}

/// Reads one event, an array of them (batch), or one after the other, a line each for example.
/// `file` is where the recording will lie beside the design.
///
/// # Errors
/// If there is no event in it.
pub fn import(name: &str, text: &str, file: &str) -> Result<Imported, String> {
    let mut findings = Vec::new();
    let events = reading::events(text, &mut findings)?;
    if events.is_empty() {
        let first: Vec<String> = findings
            .iter()
            .take(3)
            .map(|(line, finding): &(u64, Finding)| format!("line {line}: {}", finding.sentence))
            .collect();
        let why = if first.is_empty() { "it is empty".to_owned() } else { first.join("; ") };
        return Err(format!("there is no CloudEvent in it: {why}"));
    }
    let (design, recording) = assembly::assemble(name, &events, file, &mut findings);
    findings.sort_by_key(|(line, _)| *line);
    Ok(Imported { design, recording, events: events.len(), findings })
}

/// An event for each example of each version of each message, one on each line; a payload that is
/// derived from the schema where a version has no example.
#[must_use]
pub fn examples(design: &Design, schemas: &Schemas) -> (String, Vec<Finding>) {
    let (mut lines, mut findings) = (String::new(), Vec::new());
    for message in &design.messages {
        for version in &message.versions {
            match payloads(version, schemas) {
                Ok(payloads) => {
                    for (number, payload) in payloads.into_iter().enumerate() {
                        let id = format!("{}-v{}-{}", message.name, version.number, number + 1);
                        let event = Event {
                            id,
                            source: source(publisher(design, message)),
                            version: Some(version.number),
                            data: payload,
                        };
                        lines += &format!("{}\n", Value::Object(event.object(message)));
                    }
                }
                Err(sentence) => {
                    let place = Place::Message(message.name.clone());
                    let sentence = format!("version {}: {sentence}", version.number);
                    findings.push(Finding::new("not-carried", Severity::Info, place, sentence));
                }
            }
        }
    }
    (lines, findings)
}

/// A message as an event, before anything that its run knows is added.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// With the source, unlike that of any other.
    pub id: String,
    /// A reference of a URI.
    pub source: String,
    /// The version of the message, if that is known.
    pub version: Option<u32>,
    /// What it says.
    pub data: Value,
}

impl Event {
    /// The event as JSON, `data` last.
    #[must_use]
    pub fn object(self, message: &Message) -> Map<String, Value> {
        let mut object = Map::new();
        let version = message.version(self.version);
        let said = version.and_then(|it| it.extensions.get(EXTENSION));
        let said: Option<Value> = said.and_then(|text| serde_json::from_str(text).ok());
        let said = |name: &str| said.as_ref()?.get(name)?.as_str();
        object.insert("specversion".to_owned(), "1.0".into());
        let kind = match (said("type"), self.version) {
            (Some(said), _) => said.to_owned(),
            (None, Some(number)) if number > 1 => format!("{}.v{number}", message.name),
            (None, _) => message.name.clone(),
        };
        object.insert("type".to_owned(), kind.into());
        object.insert("source".to_owned(), self.source.into());
        object.insert("id".to_owned(), self.id.into());
        object.insert("datacontenttype".to_owned(), "application/json".into());
        if let Some(schema) = said("dataschema") {
            object.insert("dataschema".to_owned(), schema.into());
        }
        object.insert("data".to_owned(), self.data);
        object
    }
}

/// The name of a node as the source of events: `/order%20service`; an address stays one.
#[must_use]
pub fn source(node: &str) -> String {
    let is_address = node.contains("://") || node.starts_with('/') || node.starts_with("urn:");
    let mut source = if is_address { String::new() } else { "/".to_owned() };
    for byte in node.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=?".contains(&byte);
        if is_plain {
            source.push(char::from(byte));
        } else {
            source += &format!("%{byte:02X}");
        }
    }
    source
}

/// A simulated instant as the time of an event.
#[must_use]
pub fn moment(at: Time) -> String {
    let nanoseconds = i128::from(BEGINNING_SECONDS) * i128::from(NS_PER_SEC) + i128::from(at.0);
    Timestamp::from_nanosecond(nanoseconds).map(|it| it.to_string()).unwrap_or_default()
}

/// Who publishes a message, or the design itself.
fn publisher<'d>(design: &'d Design, message: &Message) -> &'d str {
    let mut edges = design.edges.iter();
    let edge = edges.find(|edge| {
        edge.kind == EdgeKind::Publish
            && edge.contract.messages.iter().any(|it| it.name == message.name)
    });
    edge.map_or(&design.info.name, |edge| &edge.from)
}

fn payloads(version: &MessageVersion, schemas: &Schemas) -> Result<Vec<Value>, String> {
    let examples = version.examples.iter().filter_map(|it| serde_json::from_str(it).ok());
    let examples: Vec<Value> = examples.collect();
    if !examples.is_empty() {
        return Ok(examples);
    }
    if version.schema.language() == SchemaLanguage::Protobuf {
        return Err("there is no example, and none is made for Protobuf".to_owned());
    }
    let form = form(&version.schema, schemas).map_err(|trouble| match trouble {
        SchemaTrouble::Outside(why) => why.to_owned(),
        SchemaTrouble::Missing => "its schema cannot be read".to_owned(),
        SchemaTrouble::Invalid(error) => error.sentence,
    })?;
    Ok(vec![form.payload(&mut luck(u64::from(version.number)))])
}

/// What one type of events says of itself beyond its message.
fn extension(kind: &str, schema: Option<&str>) -> String {
    let mut said = json!({ "type": kind });
    if let Some(schema) = schema {
        said["dataschema"] = schema.into();
    }
    said.to_string()
}

#[cfg(test)]
mod tests;
