//! Message types: what a design says about the events, commands, queries and replies it moves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::NameError;
use crate::policy::Policy;
use crate::time::{Span, serde_as_text};

/// A message type, as an event catalogue lists it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Unique among messages; a name of a thing that happened (`OrderPlaced`), an order
    /// (`ChargeCard`) or a question (`GetStock`).
    pub name: String,
    /// Stays when the name changes; the first name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the sender means by it.
    #[serde(default)]
    pub kind: MessageKind,
    /// What an event carries.
    #[serde(default, skip_serializing_if = "is_default")]
    pub carries: Carries,
    /// One sentence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// Name of the node (or team) that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Top-level field of the payload that is the ordering key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordering_key: Option<String>,
    /// Bytes of one message on the wire, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// What its versions have to keep to; as the design says if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<Policy>,
    /// From the first to the newest.
    #[serde(default, skip_serializing_if = "is_default")]
    pub versions: Vec<MessageVersion>,
    /// What other formats say beyond this one: JSON by the name of the format.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extensions: Extensions,
}

/// What other formats say about a thing that has no place in a design: JSON text by the name of the
/// format. Nothing here reads it but the module of that format, which writes it again.
pub type Extensions = BTreeMap<String, String>;

/// What a message says to the channels it passes: properties of an AMQP message, attributes of
/// others.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Properties {
    /// What exchanges and subjects route it by: `orders.eu.created`.
    #[serde(skip_serializing_if = "is_default")]
    pub routing_key: String,
    /// Names and values that filters look at.
    #[serde(skip_serializing_if = "is_default")]
    pub headers: BTreeMap<String, String>,
    /// How long it may wait in a channel, where that is shorter than the channel's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_live: Option<Span>,
    /// What channels recognize a repetition by (message id, deduplication id); what has another
    /// is no repetition. Empty: each message is one of its own.
    #[serde(skip_serializing_if = "is_default")]
    pub identity: String,
    /// Which of the channel's levels it goes before others by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// How long a channel holds it back.
    #[serde(skip_serializing_if = "is_default")]
    pub delay: Span,
}

/// The intent of a message (Enterprise Integration Patterns: event message, command message,
/// request–reply).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum MessageKind {
    /// A fact; any number of consumers.
    #[default]
    Event,
    /// A request to do something; exactly one handler.
    Command,
    /// A request for information; exactly one responder.
    Query,
    /// The answer to a command or a query.
    Reply,
}

/// How much an event carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Carries {
    /// Only that it happened, and to what.
    Notification,
    /// The whole new state of the thing (event-carried state transfer).
    StateTransfer,
    /// What changed.
    Delta,
    /// A fact of the domain with the data that belongs to it.
    #[default]
    Fact,
}

/// One version of a message type.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageVersion {
    /// Counts up from 1.
    pub number: u32,
    /// What the payload looks like.
    pub schema: Schema,
    /// Payloads that show what is meant; each valid under the schema. JSON text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub examples: Vec<String>,
    /// Why and until when; absent while the version is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// What the headers look like, beside the payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Schema>,
    /// How the payload is encoded, as a media type: `application/json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What other formats say beyond this one: JSON by the name of the format.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extensions: Extensions,
}

/// Where the schema of a payload stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Schema {
    /// JSON Schema as JSON text in the design itself.
    JsonSchema(String),
    /// A JSON Schema file; the path is relative to the design's folder and stays inside it.
    JsonSchemaFile(String),
    /// An Avro schema as JSON text in the design itself.
    Avro(String),
    /// An Avro schema file (`.avsc`); the path is relative to the design's folder and stays inside
    /// it.
    AvroFile(String),
    /// A Protobuf schema (`.proto`) in the design itself. It is carried and shown; nothing looks
    /// into it, so any payload fits it and whether versions are compatible is not known.
    Protobuf(String),
    /// A Protobuf schema file; the path is relative to the design's folder and stays inside it.
    ProtobufFile(String),
}

/// What a schema is written in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SchemaLanguage {
    /// JSON Schema; payloads are JSON.
    JsonSchema,
    /// Avro; payloads are shown as JSON.
    Avro,
    /// Protobuf; payloads are shown as JSON, and not checked.
    Protobuf,
}

impl MessageKind {
    /// The word for it: `event`, `command`, `query` or `reply`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            MessageKind::Event => "event",
            MessageKind::Command => "command",
            MessageKind::Query => "query",
            MessageKind::Reply => "reply",
        }
    }
}

impl MessageVersion {
    /// A version that says no more than what its payload looks like.
    #[must_use]
    pub fn new(number: u32, schema: Schema) -> MessageVersion {
        MessageVersion {
            number,
            schema,
            examples: Vec::new(),
            deprecated: None,
            headers: None,
            content_type: None,
            extensions: Extensions::new(),
        }
    }
}

impl Schema {
    /// What it is written in.
    #[must_use]
    pub fn language(&self) -> SchemaLanguage {
        match self {
            Schema::JsonSchema(_) | Schema::JsonSchemaFile(_) => SchemaLanguage::JsonSchema,
            Schema::Avro(_) | Schema::AvroFile(_) => SchemaLanguage::Avro,
            Schema::Protobuf(_) | Schema::ProtobufFile(_) => SchemaLanguage::Protobuf,
        }
    }

    /// The path of its file, if it does not stand in the design.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Schema::JsonSchemaFile(path) | Schema::AvroFile(path) | Schema::ProtobufFile(path) => {
                Some(path)
            }
            Schema::JsonSchema(_) | Schema::Avro(_) | Schema::Protobuf(_) => None,
        }
    }

    /// Its text, if it stands in the design.
    #[must_use]
    pub fn inside(&self) -> Option<&str> {
        match self {
            Schema::JsonSchema(text) | Schema::Avro(text) | Schema::Protobuf(text) => Some(text),
            Schema::JsonSchemaFile(_) | Schema::AvroFile(_) | Schema::ProtobufFile(_) => None,
        }
    }
}

/// A message type, or one version of it; written `OrderPlaced` or `OrderPlaced@2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MessageRef {
    /// Name of the message.
    pub name: String,
    /// The version; the newest if absent.
    pub version: Option<u32>,
}

impl MessageRef {
    /// The newest version of the message called `name`.
    pub fn newest(name: impl Into<String>) -> MessageRef {
        MessageRef { name: name.into(), version: None }
    }
}

impl Message {
    /// A message with no versions yet.
    pub fn new(name: impl Into<String>, kind: MessageKind) -> Message {
        Message {
            name: name.into(),
            key: None,
            kind,
            carries: Carries::default(),
            summary: String::new(),
            description: String::new(),
            owner: None,
            ordering_key: None,
            size_bytes: None,
            compatibility: None,
            versions: Vec::new(),
            extensions: Extensions::new(),
        }
    }

    /// The identity that survives renaming.
    #[must_use]
    pub fn stable_key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.name)
    }

    /// The version asked for, or the newest.
    #[must_use]
    pub fn version(&self, number: Option<u32>) -> Option<&MessageVersion> {
        match number {
            Some(number) => self.versions.iter().find(|version| version.number == number),
            None => self.versions.iter().max_by_key(|version| version.number),
        }
    }
}

impl std::fmt::Display for MessageRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl std::str::FromStr for MessageRef {
    type Err = NameError;

    fn from_str(text: &str) -> Result<MessageRef, NameError> {
        match text.rsplit_once('@') {
            Some((name, version)) => match version.parse() {
                Ok(version) => Ok(MessageRef { name: name.to_owned(), version: Some(version) }),
                Err(_) => Err(NameError::NotAMessageVersion(text.to_owned())),
            },
            None => Ok(MessageRef::newest(text)),
        }
    }
}

serde_as_text!(MessageRef);

/// Whether a value is what a file that leaves it out means.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
