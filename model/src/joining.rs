//! Designs that were put together of several sources: what is probably one thing under two names,
//! how it becomes one, and how such a design is added to another one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::edit::rename::{self, Named, Rename};
use crate::message::{Message, MessageRef, MessageVersion};
use crate::name::edit_distance;

mod addition;

pub use addition::{Addition, addition};

/// More names than this of one kind are compared by their words only, not letter by letter.
const MANY: usize = 2000;

/// Two names for what is probably one thing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Pair {
    /// Whether messages are meant; else channels.
    pub is_message: bool,
    /// The name that goes.
    pub from: String,
    /// The name that stays.
    pub to: String,
}

/// A text that names no pair.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected two names such as `order=orders`, found `{0}`")]
pub struct NotAPair(String);

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.from, self.to)
    }
}

/// A pair as written; whether it is of messages is for the design to say.
impl FromStr for Pair {
    type Err = NotAPair;

    fn from_str(text: &str) -> Result<Pair, NotAPair> {
        match text.split_once('=').map(|(from, to)| (from.trim(), to.trim())) {
            Some((from, to)) if !from.is_empty() && !to.is_empty() && from != to => {
                Ok(Pair { is_message: false, from: from.to_owned(), to: to.to_owned() })
            }
            Some(_) | None => Err(NotAPair(text.to_owned())),
        }
    }
}

impl Pair {
    /// What to say to a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let what = if self.is_message { "messages" } else { "channels" };
        format!("the {what} `{}` and `{}` are probably one", self.from, self.to)
    }
}

/// A thing that could be another one under a drifting name.
struct Candidate<'d> {
    name: &'d str,
    words: Vec<String>,
    essence: String,
    /// Who has to do with it.
    users: BTreeSet<&'d str>,
    /// Where it passes.
    channels: BTreeSet<&'d str>,
}

/// The pairs of channels and of messages whose names are near each other, and that nobody knows
/// under both: whoever does means two things.
#[must_use]
pub fn near_names(design: &Design) -> Vec<Pair> {
    let channels = pairs(&channels(design), false);
    channels.into_iter().chain(pairs(&messages(design), true)).collect()
}

fn channels(design: &Design) -> Vec<Candidate<'_>> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in &design.edges {
        users.entry(&edge.from).or_default().insert(&edge.to);
        users.entry(&edge.to).or_default().insert(&edge.from);
    }
    let nodes = design.nodes.iter().filter(|node| node.is_channel());
    nodes
        .map(|node| {
            let users = users.get(node.name.as_str()).cloned().unwrap_or_default();
            Candidate::new(&node.name, users, BTreeSet::new())
        })
        .collect()
}

fn messages(design: &Design) -> Vec<Candidate<'_>> {
    let mut found: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for edge in &design.edges {
        let (user, channel) = match edge.kind {
            EdgeKind::Publish => (&edge.from, &edge.to),
            EdgeKind::Subscribe | EdgeKind::Call | EdgeKind::Bind => (&edge.to, &edge.from),
        };
        for message in &edge.contract.messages {
            let (users, channels) = found.entry(&message.name).or_default();
            users.insert(user);
            channels.insert(channel);
        }
    }
    let all = design.messages.iter();
    all.map(|message| {
        let (users, channels) = found.remove(message.name.as_str()).unwrap_or_default();
        Candidate::new(&message.name, users, channels)
    })
    .collect()
}

impl<'d> Candidate<'d> {
    fn new(name: &'d str, users: BTreeSet<&'d str>, channels: BTreeSet<&'d str>) -> Candidate<'d> {
        let words = words(name);
        let essence = words.concat();
        Candidate { name, words, essence, users, channels }
    }

    /// Whether the two are probably one.
    fn is_near(&self, other: &Candidate<'_>, is_message: bool, is_exact: bool) -> bool {
        if self.users.is_empty() || other.users.is_empty() || !self.users.is_disjoint(&other.users)
        {
            return false;
        }
        let has_same_end = has_same_end(&self.words, &other.words);
        let meet = !self.channels.is_disjoint(&other.channels);
        self.essence == other.essence
            || (is_exact && is_slip(&self.essence, &other.essence))
            || (has_same_end && (meet || !is_message))
    }
}

fn pairs(candidates: &[Candidate<'_>], is_message: bool) -> Vec<Pair> {
    let is_exact = candidates.len() <= MANY;
    let mut by_word: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        by_word.entry(candidate.words.last().map_or("", String::as_str)).or_default().push(at);
    }
    let mut found = BTreeSet::new();
    for (at, one) in candidates.iter().enumerate() {
        let last = one.words.last().map_or("", String::as_str);
        let near: Vec<usize> = match is_exact {
            true => (at + 1..candidates.len()).collect(),
            false => by_word.get(last).into_iter().flatten().copied().collect(),
        };
        for other in near.into_iter().filter(|other| *other > at) {
            if one.is_near(&candidates[other], is_message, is_exact) {
                found.insert((at, other));
            }
        }
    }
    let pair = |(one, other): (usize, usize)| {
        let (one, other) = (&candidates[one], &candidates[other]);
        // The name that more use stays; of equals the first.
        let stays = one.users.len() >= other.users.len();
        let (to, from) = if stays { (one.name, other.name) } else { (other.name, one.name) };
        Pair { is_message, from: from.to_owned(), to: to.to_owned() }
    };
    found.into_iter().map(pair).collect()
}

/// The words of a name in small letters, each without the `s` of a plural.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = !before.is_alphanumeric() || (before.is_lowercase() && letter.is_uppercase());
        if letter.is_alphanumeric() {
            if begins {
                words.push(String::new());
            }
            words.iter_mut().last().into_iter().for_each(|it| it.extend(letter.to_lowercase()));
        }
        before = letter;
    }
    for word in &mut words {
        if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
            word.pop();
        }
    }
    words
}

/// Whether two names differ by a slip of the pen; a digit is never one.
fn is_slip(one: &str, other: &str) -> bool {
    let longest = one.len().max(other.len());
    let allowed = if longest >= 12 { 2 } else { usize::from(longest >= 6) };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    one.len().abs_diff(other.len()) <= allowed
        && digits(one) == digits(other)
        && edit_distance(one, other) <= allowed
}

/// Whether the last two words agree: the same, or one an abbreviation of the other.
fn has_same_end(one: &[String], other: &[String]) -> bool {
    let is_short = |short: &str, long: &str| short.len() >= 3 && long.starts_with(short);
    let agree = |(a, b): (&String, &String)| a == b || is_short(a, b) || is_short(b, a);
    let common = one.iter().rev().zip(other.iter().rev()).take(2);
    one.len() >= 2
        && other.len() >= 2
        && one.last() == other.last()
        && common.filter(|it| agree(*it)).count() == 2
}

/// The design in which the two are one; the same if it does not have both.
#[must_use]
pub fn joined(design: &Design, pair: &Pair) -> Design {
    let mut joined = design.clone();
    if pair.is_message {
        join_messages(&mut joined, &pair.from, &pair.to);
    } else {
        join_channels(&mut joined, &pair.from, &pair.to);
    }
    joined
}

fn join_channels(design: &mut Design, from: &str, to: &str) {
    let is_channel = |name: &str| design.node(name).is_some_and(|node| node.is_channel());
    if !is_channel(from) || !is_channel(to) {
        return;
    }
    design.nodes.retain(|node| node.name != from);
    design.layout.remove(from);
    rename::everywhere(design, &Rename { what: Named::Node, from, to });
    let mut edges: Vec<Arc<Edge>> = Vec::new();
    for edge in design.edges.drain(..).filter(|edge| edge.from != edge.to) {
        match edges.iter_mut().find(|known| known.name() == edge.name()) {
            Some(known) => take_messages(Arc::make_mut(known), &edge),
            None => edges.push(edge),
        }
    }
    design.edges = edges;
}

/// Adds the messages of one edge to those of another.
fn take_messages(edge: &mut Edge, other: &Edge) {
    for message in &other.contract.messages {
        if !edge.contract.messages.contains(message) {
            edge.contract.messages.push(message.clone());
        }
    }
}

fn join_messages(design: &mut Design, from: &str, to: &str) {
    let find = |name: &str| design.messages.iter().position(|message| message.name == name);
    let (Some(old), Some(kept)) = (find(from), find(to)) else { return };
    let gone = Arc::clone(&design.messages[old]);
    let numbers = Numbers::put(Arc::make_mut(&mut design.messages[kept]), &gone);
    for edge in &mut design.edges {
        let references = edge.contract.messages.iter();
        let changed: Vec<MessageRef> = references
            .map(|it| match &it.name {
                name if name == from => numbers.brought(it, to),
                name if name == to => numbers.known(it),
                _ => it.clone(),
            })
            .collect();
        put_messages(edge, changed);
    }
    design.messages.remove(old);
    rename::everywhere(design, &Rename { what: Named::Message, from, to });
}

/// Gives an edge these messages, each once; an edge that has them stays shared.
fn put_messages(edge: &mut Arc<Edge>, messages: Vec<MessageRef>) {
    let mut once: Vec<MessageRef> = Vec::new();
    for message in messages {
        if !once.contains(&message) {
            once.push(message);
        }
    }
    if once != edge.contract.messages {
        Arc::make_mut(edge).contract.messages = once;
    }
}

/// What became of the versions of a message whose versions were added to those of another.
struct Numbers {
    /// The number that each of them has now.
    new: BTreeMap<u32, u32>,
    /// The newest of them before.
    newest: Option<u32>,
    /// The newest that was there before.
    known: Option<u32>,
    /// Whether there are more than there were.
    has_grown: bool,
    has_several: bool,
}

impl Numbers {
    /// Adds the versions of one message to those of another that have not the same schema.
    fn put(message: &mut Message, gone: &Message) -> Numbers {
        let newest_of = |message: &Message| message.versions.last().map(|version| version.number);
        let (known, count) = (newest_of(message), message.versions.len());
        let mut new = BTreeMap::new();
        for version in &gone.versions {
            let same = message.versions.iter().find(|it| it.schema == version.schema);
            let number = match same {
                Some(same) => same.number,
                None => {
                    let number = newest_of(message).unwrap_or_default() + 1;
                    message.versions.push(MessageVersion { number, ..version.clone() });
                    number
                }
            };
            new.insert(version.number, number);
        }
        let (newest, all) = (newest_of(gone), message.versions.len());
        Numbers { new, newest, known, has_grown: all > count, has_several: all > 1 }
    }

    /// What was said of the message whose versions were added.
    fn brought(&self, reference: &MessageRef, name: &str) -> MessageRef {
        let number = reference.version.or(self.newest);
        let number = number.and_then(|number| self.new.get(&number).copied());
        MessageRef { name: name.to_owned(), version: number.filter(|_| self.has_several) }
    }

    /// What was said of the message that got them: "the newest" was the newest there was.
    fn known(&self, reference: &MessageRef) -> MessageRef {
        let known = self.known.filter(|_| self.has_grown && self.has_several);
        MessageRef { name: reference.name.clone(), version: reference.version.or(known) }
    }
}

#[cfg(test)]
mod tests;
