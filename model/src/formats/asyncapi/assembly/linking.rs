//! How the documents fit each other: channels that nobody hears, and names that drift apart.

use std::collections::{BTreeMap, BTreeSet};

use super::Assembly;
use crate::edge::EdgeKind;
use crate::finding::Severity;
use crate::formats::asyncapi::document::Document;

/// A document's names in the design.
pub(super) struct Known {
    pub(super) application: String,
    /// Its channels, in its order.
    pub(super) channels: Vec<String>,
}

/// Says what does not fit.
pub(super) fn look(documents: &[Document], known: &[Known], assembly: &mut Assembly) {
    if documents.len() < 2 {
        return;
    }
    look_for_directions(documents, known, assembly);
    look_for_near_names(documents, known, assembly);
}

/// Several send to a channel and nobody receives from it: one of them is likely written from the
/// side of its clients.
fn look_for_directions(documents: &[Document], known: &[Known], assembly: &mut Assembly) {
    let mut senders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut heard = BTreeSet::new();
    for (from, to) in &assembly.order {
        match assembly.edges.get(&(from.clone(), to.clone())).map(|edge| edge.kind) {
            Some(EdgeKind::Publish) => senders.entry(to.clone()).or_default().push(from.clone()),
            Some(EdgeKind::Subscribe) => {
                heard.insert(from.clone());
            }
            Some(EdgeKind::Call | EdgeKind::Bind) | None => {}
        }
    }
    for (channel, senders) in senders.iter().filter(|it| it.1.len() > 1 && !heard.contains(it.0)) {
        let last =
            senders.last().and_then(|last| known.iter().position(|it| it.application == *last));
        let Some((file, spot)) = last.and_then(|at| place(&documents[at], &known[at], channel))
        else {
            continue;
        };
        let sentence = format!(
            "{} send to `{channel}` and nobody receives from it; if a document is written from the side of its clients, turn it round: --view {file}=client",
            senders.join(" and ")
        );
        assembly.say("nobody-receives", Severity::Warning, &spot, sentence);
    }
}

/// Names of different documents that differ by a letter, or in how their words are joined.
fn look_for_near_names(documents: &[Document], known: &[Known], assembly: &mut Assembly) {
    // The first document of each name.
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, one) in known.iter().enumerate() {
        for channel in &one.channels {
            first.entry(channel).or_insert(at);
        }
    }
    let mut by_likeness: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in first.keys() {
        for likeness in likenesses(name) {
            by_likeness.entry(likeness).or_default().push(name);
        }
    }
    let mut pairs = BTreeSet::new();
    for names in by_likeness.values().filter(|names| (2..=8).contains(&names.len())) {
        for (at, one) in names.iter().enumerate() {
            pairs.extend(names[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    for (one, other) in pairs {
        let has_both = |it: &Known| {
            it.channels.iter().any(|n| n == one) && it.channels.iter().any(|n| n == other)
        };
        if known.iter().any(has_both) {
            continue;
        }
        let (early, late) = if first[one] <= first[other] { (one, other) } else { (other, one) };
        let (at, before) = (first[late], &known[first[early]].application);
        let Some((_, spot)) = place(&documents[at], &known[at], late) else { continue };
        let sentence = format!(
            "`{late}` of {} is nearly `{early}` of {before}; if they are one channel, give them one address",
            known[at].application
        );
        assembly.say("near-name", Severity::Info, &spot, sentence);
    }
}

/// What near names have in common: their letters in lower case, with one of them left out. Other
/// digits make another name.
fn likenesses(name: &str) -> BTreeSet<String> {
    const SHORTEST: usize = 5;
    let digits: Vec<&str> =
        name.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let letters: Vec<char> =
        name.chars().filter(|it| it.is_alphabetic()).flat_map(char::to_lowercase).collect();
    if letters.len() < SHORTEST {
        return BTreeSet::new();
    }
    let digits = digits.join(" ");
    let without = (0..letters.len()).map(|at| {
        let rest = letters.iter().enumerate().filter(|it| it.0 != at).map(|it| it.1);
        format!("{}{digits}", rest.collect::<String>())
    });
    let all = format!("{}{digits}", letters.iter().collect::<String>());
    without.chain([all]).collect()
}

/// The file of a document, and where it says a channel.
fn place<'a>(
    document: &'a Document,
    known: &Known,
    channel: &str,
) -> Option<(&'a str, crate::formats::asyncapi::sources::Spot)> {
    let at = known.channels.iter().position(|it| it == channel)?;
    Some((&document.file, document.channels[at].spot.clone()))
}
