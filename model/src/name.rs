//! Names, stable keys and the nearest valid name.

use std::fmt;
use std::str::FromStr;

use crate::time::serde_as_text;

/// Names an edge by its two ends; written `shop -> orders`. A pair of nodes has at most one edge
/// in each direction.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EdgeName {
    /// Name of the node where the edge begins.
    pub from: String,
    /// Name of the node where the edge ends.
    pub to: String,
}

/// Names one message of a run: the `number`-th message (from 1) that a node published; written
/// `shop#17`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MessageName {
    /// Name of the node that published it.
    pub source: String,
    /// Counted from 1 at that node.
    pub number: u64,
}

/// A text that names nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Not `FROM -> TO`.
    #[error("expected an edge such as `shop -> orders`, found `{0}`")]
    NotAnEdge(String),
    /// Not `SOURCE#NUMBER`.
    #[error("expected a message such as `shop#17` (the 17th that `shop` publishes), found `{0}`")]
    NotAMessage(String),
    /// Not `MESSAGE@VERSION`.
    #[error("expected a message version such as `OrderPlaced@2`, found `{0}`")]
    NotAMessageVersion(String),
}

impl EdgeName {
    /// The edge from one node to another.
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> EdgeName {
        EdgeName { from: from.into(), to: to.into() }
    }
}

impl fmt::Display for EdgeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}

impl FromStr for EdgeName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<EdgeName, NameError> {
        let error = || NameError::NotAnEdge(text.to_owned());
        let (from, to) = text.split_once("->").ok_or_else(error)?;
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() || to.is_empty() {
            return Err(error());
        }
        Ok(EdgeName::new(from, to))
    }
}

impl fmt::Display for MessageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.source, self.number)
    }
}

impl FromStr for MessageName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<MessageName, NameError> {
        let error = || NameError::NotAMessage(text.to_owned());
        let (source, number) = text.rsplit_once('#').ok_or_else(error)?;
        let number: u64 = number.trim().parse().map_err(|_| error())?;
        if source.trim().is_empty() || number == 0 {
            return Err(error());
        }
        Ok(MessageName { source: source.trim().to_owned(), number })
    }
}

serde_as_text!(EdgeName, MessageName);

/// The candidate most like `wrong`, if one is near enough to be meant: at most a third of its
/// letters differ (Damerau–Levenshtein distance, letter case ignored).
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let allowed = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&wrong, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, replace or swap with their neighbour to get from `a` to `b`.
pub(crate) fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut table = vec![0; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[(i - 1) * width + j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best =
                    replaced.min(table[(i - 1) * width + j] + 1).min(table[i * width + j - 1] + 1);
                let is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if is_swap { best.min(table[(i - 2) * width + j - 2] + 1) } else { best }
            };
        }
    }
    table[a.len() * width + b.len()]
}

/// `wanted` if it is free, else `wanted-2`, `wanted-3` …
pub fn free_name(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    let mut number = 2u64;
    loop {
        let candidate = format!("{wanted}-{number}");
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_forgives_a_slip_and_nothing_more() {
        let names = ["orders", "payments", "shipments"];
        assert_eq!(nearest("order", names), Some("orders"));
        assert_eq!(nearest("Ordres", names), Some("orders"));
        assert_eq!(nearest("inventory", names), None);
    }

    #[test]
    fn names_of_edges_and_messages_round_trip() {
        assert_eq!("a->b".parse::<EdgeName>().expect("edge").to_string(), "a -> b");
        assert_eq!("shop#17".parse::<MessageName>().expect("message").to_string(), "shop#17");
        assert!("shop".parse::<EdgeName>().is_err());
        assert!("shop#0".parse::<MessageName>().is_err());
    }

    #[test]
    fn a_taken_name_is_counted_up() {
        let taken = ["queue", "queue-2"];
        assert_eq!(free_name("queue", |name| taken.contains(&name)), "queue-3");
    }
}
