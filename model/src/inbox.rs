//! The inbox of an idempotent consumer: what it knows of the messages that it has handled, how
//! long, and what becomes of two deliveries of one message at the same time. Data only.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;
use crate::message::is_default;
use crate::pattern::card::{FailurePoint, PatternCard, arrow, last, state};
use crate::time::Span;

/// What an idempotent consumer keeps of each message that it has handled, in the transaction of
/// the effect. What is not said: it knows every message for ever, and looks only when it begins.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inbox {
    /// How long an entry is kept, from the commit on; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Span>,
    /// What tells a repetition from a message that is new.
    #[serde(skip_serializing_if = "is_default")]
    pub by: Recognition,
    /// What becomes of a delivery while another of the same message is in work.
    #[serde(skip_serializing_if = "is_default")]
    pub concurrent: Concurrent,
}

/// What tells a repetition from a message that is new.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Recognition {
    /// The identity of the message: what its publisher sends again under a new one is new.
    #[default]
    Message,
    /// Its ordering key, for each type of message: the second with a key is a repetition.
    Key,
    /// What this comes to, for each type of message: a business key such as
    /// `payload.payment_id`.
    Expression(Expression),
}

/// What becomes of a delivery while another of the same message is in work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Concurrent {
    /// Both are handled: the consumer looks when it begins and writes when it ends, and no key
    /// keeps the second from writing (check, then act).
    #[default]
    Race,
    /// The later one waits, in its slot, until the transaction of the first has ended; then it is
    /// recognized, or begins.
    Wait,
    /// The attempt of the later one fails on the unique key, and is retried as the contract says.
    Fail,
}

/// What its states are, and where it can fail.
pub static CARD: PatternCard = PatternCard {
    word: "Inbox",
    title: "Inbox (idempotent receiver)",
    does: "Keeps an entry for each message that it has handled, and acknowledges a repetition \
           without a second effect.",
    helps: "Whatever is delivered more than once, which is everything that must not be lost.",
    stored: "The entries, each written in the transaction of the effect.",
    states: &[
        state("received"),
        state("waiting"),
        state("applied"),
        last("recognized"),
        last("forgotten"),
    ],
    arrows: &[
        arrow("received", "applied", "no entry: effect and entry are committed together"),
        arrow("received", "recognized", "the entry is there"),
        arrow("received", "waiting", "another delivery of it is in work"),
        arrow("waiting", "recognized", "the other commits"),
        arrow("waiting", "applied", "the other rolls back"),
        arrow("applied", "forgotten", "the retention is over"),
    ],
    failure_points: &[
        FailurePoint {
            what: "a crash before the commit",
            seen: "neither effect nor entry: the redelivery is handled like the first",
            inject: "`Down`",
        },
        FailurePoint {
            what: "a crash after the commit and before the acknowledgement",
            seen: "the redelivery is recognized",
            inject: "`Down(phase: AfterEffect)`, `AckLost`",
        },
        FailurePoint {
            what: "an effect outside the transaction",
            seen: "what was called is called again, and does it twice unless it has an inbox itself",
            inject: "`calls`, and `Down` before the commit",
        },
        FailurePoint {
            what: "an entry that is forgotten before its message comes again",
            seen: "a second effect, counted as double in the ledger",
            inject: "a short `retention` and a long retry, lease, replay or redrive; `DedupLoss`",
        },
        FailurePoint {
            what: "two deliveries of one message in work at once",
            seen: "the later one waits, or fails on the unique key; in a race both have an effect",
            inject: "a lease that ends while the consumer works; `concurrency` above 1",
        },
        FailurePoint {
            what: "the same thing sent again under a new identity",
            seen: "a second effect, unless a business key recognizes it",
            inject: "`DuplicatePublish` without `same_id`",
        },
    ],
    left_out: "How long the look-up takes. Consumers that are drawn apart have an inbox each.",
    source: "Enterprise Integration Patterns, Idempotent Receiver; PostgreSQL, unique constraints",
};

impl Inbox {
    /// Whether it says no more than `idempotent` alone does.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        is_default(self)
    }

    /// The expression that it recognizes messages by, if it does.
    #[must_use]
    pub fn expression(&self) -> Option<&Expression> {
        match &self.by {
            Recognition::Message | Recognition::Key => None,
            Recognition::Expression(expression) => Some(expression),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::native::tree::parse;
    use crate::formats::native::{compact, judge};

    #[test]
    fn what_is_not_said_is_not_written() {
        for text in [
            "()",
            "(retention:\"1h\")",
            "(by:Key,concurrent:Wait)",
            "(retention:\"2h\",by:Expression(\"payload.id\"),concurrent:Fail)",
        ] {
            let tree = parse(text).expect("RON");
            let inbox = judge::<Inbox>(text, &tree).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(compact(&inbox), text);
            assert_eq!(inbox.is_simple(), text == "()");
        }
    }

    #[test]
    fn the_arrows_of_the_card_join_its_states() {
        let is_state = |name: &str| CARD.states.iter().any(|state| state.name == name);
        assert!(CARD.arrows.iter().all(|it| is_state(it.from) && is_state(it.to)));
    }
}
