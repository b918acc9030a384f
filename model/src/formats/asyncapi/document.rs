//! What a document says, whatever its version: the parts that become nodes, edges and messages,
//! and the rest as JSON in the words of version 3.

use serde_json::{Map, Value};

use crate::contract::Retry;
use crate::formats::asyncapi::sources::Spot;
use crate::message::Schema;

/// What is kept for the next export.
pub(super) type Rest = Map<String, Value>;

/// One document.
pub(super) struct Document {
    pub(super) file: String,
    /// Of the format.
    pub(super) version: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    pub(super) rest: Rest,
    /// Protocols by the name of the server.
    pub(super) protocols: Vec<(String, String)>,
    pub(super) channels: Vec<Channel>,
    pub(super) operations: Vec<Operation>,
    pub(super) messages: Vec<Message>,
    /// How many of these count: those that its channels list.
    pub(super) message_count: usize,
}

/// A channel.
pub(super) struct Channel {
    pub(super) spot: Spot,
    pub(super) id: String,
    /// None if it is known at run time only.
    pub(super) address: Option<String>,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    /// Its messages: the name of each in the channel, and its place in the document's list.
    pub(super) messages: Vec<(String, usize)>,
    /// The servers it is on; all if there are none.
    pub(super) servers: Vec<String>,
    pub(super) bindings: Map<String, Value>,
    pub(super) rest: Rest,
}

/// What the application does with a channel.
pub(super) struct Operation {
    pub(super) spot: Spot,
    pub(super) id: String,
    pub(super) action: Action,
    /// The place of its channel in the document's list; none if it leads nowhere.
    pub(super) channel: Option<usize>,
    /// The messages it is about; all of the channel if it does not say.
    pub(super) messages: Option<Vec<usize>>,
    pub(super) summary: String,
    pub(super) reply: Option<Reply>,
    pub(super) retry: Option<Retry>,
    /// The place of the channel for dead letters in the document's list.
    pub(super) dead_letter: Option<usize>,
    pub(super) bindings: Map<String, Value>,
    pub(super) rest: Rest,
}

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// The application sends.
    Send,
    /// The application receives.
    Receive,
}

/// What comes back.
pub(super) struct Reply {
    pub(super) channel: Option<usize>,
    pub(super) messages: Option<Vec<usize>>,
    /// Where the address is found at run time, and what else is said.
    pub(super) rest: Rest,
}

/// A message.
pub(super) struct Message {
    pub(super) spot: Spot,
    /// What it calls itself.
    pub(super) name: Option<String>,
    /// What it is called by those who list it.
    pub(super) id: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) content_type: Option<String>,
    pub(super) headers: Option<Schema>,
    /// None if nothing is said about it.
    pub(super) payload: Option<Schema>,
    /// JSON texts.
    pub(super) examples: Vec<String>,
    pub(super) rest: Rest,
}

impl Action {
    /// The other one.
    pub(super) fn flipped(self) -> Action {
        match self {
            Action::Send => Action::Receive,
            Action::Receive => Action::Send,
        }
    }
}
