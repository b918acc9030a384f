//! Scenarios: the load, the changes and the faults under which a design runs.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::message::is_default;
use crate::name::{EdgeName, MessageName};
use crate::promise::Promise;
use crate::time::{Rate, Span};

/// One way to run a design.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Unique among scenarios.
    pub name: String,
    /// One sentence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
    /// Which scenario it was made of, if somebody intervened in a run of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<Fork>,
    /// How long it runs.
    pub duration: Span,
    /// How long it runs before statistics count.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warm_up: Span,
    /// Which luck; the same seed gives the same run.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub seed: u64,
    /// What is different from the design ("what if").
    #[serde(default, skip_serializing_if = "is_default")]
    pub changes: Vec<Change>,
    /// What goes wrong.
    #[serde(default, skip_serializing_if = "is_default")]
    pub faults: Vec<Fault>,
    /// When everything that heals is healed, and nothing breaks any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heal_at: Option<Span>,
    /// What an operator does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub actions: Vec<Action>,
    /// What must hold beside the promises of the design.
    #[serde(default, skip_serializing_if = "is_default")]
    pub promises: Vec<Promise>,
    /// Names of promises of the design that this scenario is there to break: `violated` is then
    /// the expected verdict and `held` the surprising one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub breaks: Vec<String>,
}

/// Where a scenario comes from that was made by intervening in a run of another one. It is whole
/// without that one: this says only what it is to be compared with, and from when on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fork {
    /// Name of the other scenario.
    pub of: String,
    /// When somebody intervened; until then both do the same.
    pub at: Span,
}

/// One property that is different: what `--set PATH=VALUE` says on the command line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// A node, an edge or a message by name, then the property and, for lists, the index:
    /// `payment.concurrency`, `orders -> payment.contract.retry.attempts`,
    /// `shop.workload.0.count`.
    pub set: String,
    /// The value as in the file; quotes around a text may be left out.
    pub to: String,
}

/// What an operator does at an instant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// When.
    pub at: Span,
    /// What.
    #[serde(rename = "do")]
    pub what: ActionKind,
}

/// What an operator does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum ActionKind {
    /// Sends dead letters back to the subscriptions that gave them up, as the same messages with
    /// fresh attempts.
    Redrive {
        /// Name of the dead-letter channel.
        channel: String,
        /// Which.
        #[serde(default)]
        messages: DeadLetterFilter,
    },
    /// Settles a message that is in work at a consumer whose messages are settled by hand.
    Settle {
        /// Name of the consumer.
        consumer: String,
        /// Which message; nothing happens if the consumer does not have it.
        message: MessageName,
        /// How.
        how: Settling,
    },
    /// Stops handing out to a subscriber (cancels its subscription), what it has stays with it; or
    /// cuts a binding.
    Pause {
        /// The subscribe or bind edge.
        edge: EdgeName,
    },
    /// Hands out to a subscriber again, or ties a binding again.
    Resume {
        /// The subscribe or bind edge.
        edge: EdgeName,
    },
    /// Delivers again what a log or an archive has kept, marked with `message.replayed`.
    Replay {
        /// Name of the channel that keeps it.
        channel: String,
        /// Who gets it.
        #[serde(default)]
        to: Recipients,
        /// Which.
        #[serde(default)]
        messages: Section,
        /// How fast; all at once if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rate: Option<Rate>,
    },
    /// Has the read model of a projection built again from the events, as its pattern says.
    Rebuild {
        /// Name of the consumer with the projection.
        consumer: String,
    },
    /// Discards dead letters for good.
    Drop {
        /// Name of the dead-letter channel.
        channel: String,
        /// Which.
        #[serde(default)]
        messages: DeadLetterFilter,
    },
}

/// How a message is settled by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Settling {
    /// It is handled.
    Acknowledge,
    /// The channel takes it back for another attempt.
    Requeue,
    /// It is refused for good.
    Reject,
    /// Its lease begins anew.
    Extend,
}

/// Who gets what is replayed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Recipients {
    /// Everybody who hears of the channel, or of what feeds the archive.
    #[default]
    All,
    /// The consumer of this name, over its own subscription.
    Consumer(String),
}

/// Which of the messages that a channel has kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Section {
    /// All.
    #[default]
    All,
    /// Those with these numbers at their publisher, both included.
    Numbers(u64, u64),
    /// Those at these positions of the channel, counted from 0, both included.
    Positions(u64, u64),
    /// Those that came in between these instants, both included.
    Between(Span, Span),
}

/// Which dead letters.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum DeadLetterFilter {
    /// All that wait at that instant.
    #[default]
    All,
    /// These.
    Messages(Vec<MessageName>),
}

fn one() -> u64 {
    1
}

fn is_one(value: &u64) -> bool {
    *value == 1
}

impl Scenario {
    /// A scenario in which nothing happens but the design's own load.
    pub fn new(name: impl Into<String>, duration: Span) -> Scenario {
        Scenario {
            name: name.into(),
            summary: String::new(),
            fork: None,
            duration,
            warm_up: Span::ZERO,
            seed: 1,
            changes: Vec::new(),
            faults: Vec::new(),
            heal_at: None,
            actions: Vec::new(),
            promises: Vec::new(),
            breaks: Vec::new(),
        }
    }
}
