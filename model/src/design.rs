//! The design document: one value that holds everything a person drew and wrote.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::channel::{Channel, Delivery};
use crate::edge::Edge;
use crate::lint_setting::LintSetting;
use crate::message::{Extensions, Message, is_default};
use crate::name::EdgeName;
use crate::node::{Node, Role};
use crate::policy::Policy;
use crate::preset::{self, Preset, Presets};
use crate::promise::Promise;
use crate::scenario::Scenario;

/// The format number this version writes.
pub const FORMAT: u32 = 1;

/// A whole design. Cloning it costs pointers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Which version of the file format it was written in.
    pub format: u32,
    /// What it is.
    pub info: Info,
    /// What the versions of messages have to keep to that do not say so themselves; nothing if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<Policy>,
    /// How much findings of rules count, where that is not as usual.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lints: Vec<LintSetting>,
    /// Bounded contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contexts: Vec<Arc<Context>>,
    /// Presets of its own, beside those that come with the program.
    #[serde(default, skip_serializing_if = "is_default")]
    pub presets: Vec<Arc<Preset>>,
    /// Message types.
    #[serde(default)]
    pub messages: Vec<Arc<Message>>,
    /// Producers, channels and consumers.
    #[serde(default)]
    pub nodes: Vec<Arc<Node>>,
    /// Publish, subscribe and call edges.
    #[serde(default)]
    pub edges: Vec<Arc<Edge>>,
    /// What must hold in every scenario.
    #[serde(default, skip_serializing_if = "Promise::none")]
    pub promises: Vec<Promise>,
    /// The ways to run it.
    #[serde(default)]
    pub scenarios: Vec<Arc<Scenario>>,
    /// Where nodes stand on the canvas, by name; means nothing else. A node that is not listed is
    /// placed by the automatic layout.
    #[serde(default, skip_serializing_if = "is_default")]
    pub layout: BTreeMap<String, Position>,
    /// Texts of schema files that were changed since they were read, by the path that versions
    /// name; not part of the design's own text.
    #[serde(skip)]
    pub schema_files: BTreeMap<String, Arc<str>>,
}

/// What a design is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Info {
    /// What people call it.
    pub name: String,
    /// The design's own version.
    #[serde(skip_serializing_if = "is_default")]
    pub version: String,
    /// One sentence.
    #[serde(skip_serializing_if = "is_default")]
    pub summary: String,
    /// Markdown.
    #[serde(skip_serializing_if = "is_default")]
    pub description: String,
    /// Who answers for it.
    #[serde(skip_serializing_if = "is_default")]
    pub owners: Vec<String>,
    /// Free words to find it by.
    #[serde(skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// Where to read on.
    #[serde(skip_serializing_if = "is_default")]
    pub links: Vec<String>,
    /// What other formats say beyond this one: JSON by the name of the format.
    #[serde(skip_serializing_if = "is_default")]
    pub extensions: Extensions,
}

/// A bounded context (Domain-Driven Design).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Unique among contexts.
    pub name: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
}

/// The center of a node on the canvas, in canvas units (points at zoom 1); x to the right, y down.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Position(pub f32, pub f32);

impl Design {
    /// A design with nothing in it.
    pub fn new(name: impl Into<String>) -> Design {
        Design {
            format: FORMAT,
            info: Info { name: name.into(), ..Info::default() },
            compatibility: None,
            lints: Vec::new(),
            contexts: Vec::new(),
            presets: Vec::new(),
            messages: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            promises: Vec::new(),
            scenarios: Vec::new(),
            layout: BTreeMap::new(),
            schema_files: BTreeMap::new(),
        }
    }

    /// The presets that its channels name. Cost: reading each of them once.
    #[must_use]
    pub fn used_presets(&self) -> Presets {
        let names = self.nodes.iter().filter_map(|node| match &node.role {
            Role::Channel(channel) => channel.preset.as_deref(),
            Role::Producer(_) | Role::Consumer(_) => None,
        });
        Presets::named(&self.presets, names)
    }

    /// Who receives what is published on a channel.
    #[must_use]
    pub fn delivery(&self, channel: &Channel) -> Delivery {
        preset::delivery(channel, &self.presets)
    }

    /// The node of this name. Cost: one pass over the nodes.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&Arc<Node>> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The edge between these two nodes. Cost: one pass over the edges.
    #[must_use]
    pub fn edge(&self, name: &EdgeName) -> Option<&Arc<Edge>> {
        self.edges.iter().find(|edge| edge.from == name.from && edge.to == name.to)
    }

    /// The message of this name. Cost: one pass over the messages.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<&Arc<Message>> {
        self.messages.iter().find(|message| message.name == name)
    }

    /// The scenario of this name, or the first if no name is given.
    #[must_use]
    pub fn scenario(&self, name: Option<&str>) -> Option<&Arc<Scenario>> {
        match name {
            Some(name) => self.scenarios.iter().find(|scenario| scenario.name == name),
            None => self.scenarios.first(),
        }
    }
}
