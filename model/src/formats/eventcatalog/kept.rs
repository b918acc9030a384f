//! What a catalog says about a thing beyond what a design does: it stands in the extensions, and is
//! written again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::EXTENSION;
use crate::message::{Extensions, is_default};

/// What is kept of a resource.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// Its identity, where that is not made of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Its version, where that is not the design's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    /// Properties.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) front: Map<String, Value>,
    /// The text below them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    /// Whether it is a person, not a team.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) is_user: bool,
}

/// What is kept of a whole catalog.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct KeptOfAll {
    /// Of its domains, by the name of the bounded context.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) domains: BTreeMap<String, Kept>,
    /// Of its teams and users, by identity.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) owners: BTreeMap<String, Kept>,
}

/// What extensions keep; nothing if somebody has written what this is not.
pub(super) fn read<T: Default + for<'a> Deserialize<'a>>(extensions: &Extensions) -> T {
    let text = extensions.get(EXTENSION);
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Lets extensions keep something, or nothing.
pub(super) fn write<T: Default + PartialEq + Serialize>(extensions: &mut Extensions, kept: &T) {
    match serde_json::to_string(kept) {
        Ok(text) if *kept != T::default() => {
            extensions.insert(EXTENSION.to_owned(), text);
        }
        Ok(_) | Err(_) => {
            extensions.remove(EXTENSION);
        }
    }
}
