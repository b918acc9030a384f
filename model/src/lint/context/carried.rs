//! Which messages some edges carry together, so that nobody looks at each edge for each message.

use std::collections::BTreeSet;

use crate::edge::Edge;

/// The messages that some edges carry.
#[derive(Clone, Debug)]
pub(crate) enum Carried<'a> {
    /// One of them carries whatever comes.
    Everything,
    /// These, by name.
    Only(BTreeSet<&'a str>),
}

impl<'a> Carried<'a> {
    /// What these edges carry; nothing if there are none.
    pub(crate) fn by(edges: impl IntoIterator<Item = &'a Edge>) -> Carried<'a> {
        let mut names = BTreeSet::new();
        for edge in edges {
            if edge.contract.messages.is_empty() {
                return Carried::Everything;
            }
            names.extend(edge.contract.messages.iter().map(|message| message.name.as_str()));
        }
        Carried::Only(names)
    }

    /// Whether a message is among them.
    pub(crate) fn has(&self, message: &str) -> bool {
        match self {
            Carried::Everything => true,
            Carried::Only(names) => names.contains(message),
        }
    }
}
