//! How an edge between two bounded contexts translates: whose language is spoken, and who maps.

use serde::{Deserialize, Serialize};

/// The relationship of two bounded contexts on an edge (context map of Domain-Driven Design). It
/// states an intention that the rules hold the design to; the work itself is done by validation,
/// mappings and calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Translation {
    /// The reader takes the model of the publisher as it is (subscribe edges).
    Conformist,
    /// The publisher speaks a published language, in versions, apart from its own model (publish
    /// edges).
    OpenHost,
    /// The reader maps what it gets into its own language, in one place (subscribe edges).
    AntiCorruption,
    /// The reader adds what the message does not say, by asking for it (subscribe edges).
    Enrich,
}

/// Every translation, in the order in which people are asked.
pub const TRANSLATIONS: [Translation; 4] = [
    Translation::Conformist,
    Translation::OpenHost,
    Translation::AntiCorruption,
    Translation::Enrich,
];

impl Translation {
    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Translation::Conformist => "conformist",
            Translation::OpenHost => "open host",
            Translation::AntiCorruption => "anti-corruption",
            Translation::Enrich => "enrich",
        }
    }

    /// The letters for it on a context map.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Translation::Conformist => "CF",
            Translation::OpenHost => "OHS",
            Translation::AntiCorruption => "ACL",
            Translation::Enrich => "EN",
        }
    }

    /// What it means, as a sentence without a subject.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Translation::Conformist => {
                "conformist: takes the model of the publisher as it is, and breaks with it"
            }
            Translation::OpenHost => {
                "open host: speaks a published language in versions, apart from its own model"
            }
            Translation::AntiCorruption => {
                "anti-corruption layer: maps what it gets into its own language, in one place"
            }
            Translation::Enrich => "enricher: adds what the message does not say, by asking for it",
        }
    }

    /// Whether the publisher says it; else the reader does.
    #[must_use]
    pub fn is_of_publisher(self) -> bool {
        match self {
            Translation::OpenHost => true,
            Translation::Conformist | Translation::AntiCorruption | Translation::Enrich => false,
        }
    }
}
