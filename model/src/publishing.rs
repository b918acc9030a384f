//! Publishing with a database: how what a consumer publishes and what it writes to its database
//! come to be together, or do not. Its database is what its ledger counts.

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::pattern::PatternCard;
use crate::time::{Rate, Span};

mod cards;

pub use cards::CLAIM_CHECK;

/// How what a consumer emits is published, beside what it writes to its database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Publishing {
    /// Both at once, as if nothing could come between them.
    #[default]
    Direct,
    /// One after the other, without a transaction around them; a fault can stop it in between.
    DualWrite {
        /// Which of the two comes first.
        #[serde(default, skip_serializing_if = "is_default")]
        first: FirstWrite,
    },
    /// As rows of an outbox, in the transaction of the effect; a relay publishes them later.
    Outbox(Outbox),
    /// As rows of its database; a connector follows the log of the database and publishes them.
    ChangeDataCapture(Capture),
}

/// Which of two writes comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum FirstWrite {
    /// The database; the message after the commit.
    #[default]
    Database,
    /// The message; then the database commits.
    Message,
}

/// Rows that wait in the database of a consumer until a relay has published them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outbox {
    /// The relay looks for rows at every multiple of this; a row that is committed at that very
    /// instant is seen by the next look.
    pub poll: Span,
    /// Rows that it takes at once at most; at least 1.
    pub batch: u32,
    /// How long it waits for the confirmation of each message before it sends the next.
    #[serde(skip_serializing_if = "is_default")]
    pub confirmation: Span,
    /// How long it takes to mark the rows of a batch as published.
    #[serde(skip_serializing_if = "is_default")]
    pub marking: Span,
    /// Relays that work at the same time and know nothing of each other; their looks are spread
    /// evenly over a poll. At least 1.
    #[serde(skip_serializing_if = "is_one")]
    pub relays: u32,
    /// Whether the relay goes on with the next row when the channel refuses one, at the price of
    /// the order; else the row keeps those after it waiting until the next look.
    #[serde(skip_serializing_if = "is_default")]
    pub skips_refused: bool,
}

/// A connector that follows the log of a database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Capture {
    /// How long after its commit a row reaches the connector.
    #[serde(skip_serializing_if = "is_default")]
    pub latency: Span,
    /// Messages that it publishes at most; as many as there are if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// It stores its position at every multiple of this, and after every row if it is 0.
    #[serde(skip_serializing_if = "is_default")]
    pub flush: Span,
    /// How long it waits before it tries again what the channel refused.
    #[serde(skip_serializing_if = "is_a_second")]
    pub retry_after: Span,
}

impl Default for Outbox {
    fn default() -> Outbox {
        Outbox {
            poll: Span::from_millis(500),
            batch: 100,
            confirmation: Span::ZERO,
            marking: Span::ZERO,
            relays: 1,
            skips_refused: false,
        }
    }
}

impl Default for Capture {
    fn default() -> Capture {
        Capture {
            latency: Span::ZERO,
            rate: None,
            flush: Span::ZERO,
            retry_after: Span::from_secs(1),
        }
    }
}

impl Publishing {
    /// The way with this word on its card, as it begins; `Direct` for any other word.
    #[must_use]
    pub fn begin(word: &str) -> Publishing {
        match word {
            "DualWrite" => Publishing::DualWrite { first: FirstWrite::default() },
            "Outbox" => Publishing::Outbox(Outbox::default()),
            "ChangeDataCapture" => Publishing::ChangeDataCapture(Capture::default()),
            _ => Publishing::Direct,
        }
    }

    /// The card that says what its states are and where it can fail; none for one that cannot.
    #[must_use]
    pub fn card(&self) -> Option<&'static PatternCard> {
        match self {
            Publishing::Direct => None,
            Publishing::DualWrite { .. } => Some(&cards::DUAL_WRITE),
            Publishing::Outbox(_) => Some(&cards::OUTBOX),
            Publishing::ChangeDataCapture(_) => Some(&cards::CAPTURE),
        }
    }

    /// Whether somebody else publishes what is written.
    #[must_use]
    pub fn has_relay(&self) -> bool {
        match self {
            Publishing::Direct | Publishing::DualWrite { .. } => false,
            Publishing::Outbox(_) | Publishing::ChangeDataCapture(_) => true,
        }
    }
}

/// Every way that has a card.
pub const PUBLISHING: &[&PatternCard] = &[&cards::DUAL_WRITE, &cards::OUTBOX, &cards::CAPTURE];

fn is_a_second(span: &Span) -> bool {
    *span == Span::from_secs(1)
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::native::tree::parse;
    use crate::formats::native::{compact, judge};

    fn round(text: &str) -> String {
        let tree = parse(text).expect("RON");
        compact(&judge::<Publishing>(text, &tree).unwrap_or_else(|error| panic!("{error}")))
    }

    #[test]
    fn what_is_not_said_is_not_written() {
        for text in [
            "Direct",
            "DualWrite()",
            "DualWrite(first:Message)",
            "Outbox(poll:\"500ms\",batch:100)",
            "Outbox(poll:\"1s\",batch:5,marking:\"2ms\",relays:2,skips_refused:true)",
            "ChangeDataCapture()",
            "ChangeDataCapture(latency:\"5ms\",rate:\"200/s\",flush:\"10s\",retry_after:\"2s\")",
        ] {
            assert_eq!(round(text), text);
        }
    }

    #[test]
    fn every_way_begins_by_the_word_of_its_card() {
        for card in PUBLISHING {
            assert_eq!(Publishing::begin(card.word).card().map(|it| it.word), Some(card.word));
        }
        assert_eq!(Publishing::begin(""), Publishing::Direct);
    }

    #[test]
    fn the_arrows_of_every_card_join_its_states() {
        for card in PUBLISHING.iter().copied().chain([&CLAIM_CHECK]) {
            let is_state = |name: &str| card.states.iter().any(|state| state.name == name);
            assert!(card.arrows.iter().all(|it| is_state(it.from) && is_state(it.to)));
            assert!(card.failure_points.iter().all(|it| !it.seen.is_empty()), "{}", card.word);
        }
    }
}
