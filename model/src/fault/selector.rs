//! Selectors: which nodes or edges a fault strikes, in a small notation.
//!
//! `payment` · `tag:zone-a` · `context:Billing` · `any consumer`, each after an amount if wanted:
//! `one of …`, `2 of …`, `30% of …`, `at most 30% of …`, `majority of …`, `minority of …`,
//! `all of …`. An edge is named by what
//! stands at its two ends: `shop -> orders`, `one of tag:zone-a -> *`.

use std::fmt;
use std::str::FromStr;

use crate::name::EdgeName;
use crate::node::Node;
use crate::time::serde_as_text;

/// Nodes, and how many of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeSelector {
    /// How many; all if absent.
    pub amount: Option<Amount>,
    /// Which.
    pub group: Group,
}

/// Edges, and how many of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EdgeSelector {
    /// How many; all if absent.
    pub amount: Option<Amount>,
    /// Where they begin.
    pub from: Group,
    /// Where they end.
    pub to: Group,
}

/// How many of those that fit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Amount {
    /// `one of`: a single one, chosen by lot.
    One,
    /// `2 of`: so many, chosen by lot.
    Count(u32),
    /// `30% of`: such a part, at least one, chosen by lot.
    Percent(u8),
    /// `at most 30% of`: a number drawn from none to such a part.
    AtMostPercent(u8),
    /// `majority of`: the fewest that are more than half, chosen by lot.
    Majority,
    /// `minority of`: the most that are less than half, chosen by lot.
    Minority,
    /// `all of`: every one.
    All,
}

/// Some nodes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// `payment`: the node of this name.
    Named(String),
    /// `tag:zone-a`: those with a tag.
    Tag(String),
    /// `context:Billing`: those of a bounded context.
    Context(String),
    /// `any consumer`: those of a role, by its word.
    Role(&'static str),
    /// `*`: every one.
    Any,
}

/// A text that selects nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct SelectorError {
    /// What may stand there.
    pub expected: &'static str,
    /// What stands there.
    pub found: String,
}

const NODES: &str = "a node: its name, `tag:NAME`, `context:NAME`, `any producer`, `any channel`, \
                     `any consumer` or `*`";
const EDGES: &str = "an edge such as `shop -> orders` or `tag:zone-a -> *`";
const AMOUNTS: &str = "`one of`, `all of`, `majority of`, `minority of`, `2 of`, `30% of` or `at \
                       most 30% of`";
const ROLES: [&str; 3] = ["producer", "channel", "consumer"];

impl NodeSelector {
    /// The one node of this name.
    pub fn named(name: impl Into<String>) -> NodeSelector {
        NodeSelector { amount: None, group: Group::Named(name.into()) }
    }

    /// The name, if it is just that.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match (&self.amount, &self.group) {
            (None, Group::Named(name)) => Some(name),
            (Some(_), _)
            | (None, Group::Tag(_) | Group::Context(_) | Group::Role(_) | Group::Any) => None,
        }
    }
}

impl EdgeSelector {
    /// The one edge of this name.
    #[must_use]
    pub fn named(name: &EdgeName) -> EdgeSelector {
        let (from, to) = (Group::Named(name.from.clone()), Group::Named(name.to.clone()));
        EdgeSelector { amount: None, from, to }
    }

    /// The name, if it is just that.
    #[must_use]
    pub fn name(&self) -> Option<EdgeName> {
        match (&self.amount, &self.from, &self.to) {
            (None, Group::Named(from), Group::Named(to)) => Some(EdgeName::new(from, to)),
            _ => None,
        }
    }
}

impl Group {
    /// Whether a node belongs to it.
    #[must_use]
    pub fn fits(&self, node: &Node) -> bool {
        match self {
            Group::Named(name) => node.name == *name,
            Group::Tag(tag) => node.tags.contains(tag),
            Group::Context(context) => node.context.as_ref() == Some(context),
            Group::Role(role) => node.role.word() == *role,
            Group::Any => true,
        }
    }
}

impl Amount {
    /// The smallest and the largest number out of so many that fit.
    #[must_use]
    pub fn of(self, all: usize) -> (usize, usize) {
        let part = |percent: u8| (all * usize::from(percent)).div_ceil(100);
        match self {
            Amount::One => (1.min(all), 1.min(all)),
            Amount::Count(count) => {
                let count = (count as usize).min(all);
                (count, count)
            }
            Amount::Percent(percent) => {
                let count = part(percent).max(1).min(all);
                (count, count)
            }
            Amount::AtMostPercent(percent) => (0, part(percent).min(all)),
            Amount::Majority => ((all / 2 + 1).min(all), (all / 2 + 1).min(all)),
            Amount::Minority => (all.saturating_sub(1) / 2, all.saturating_sub(1) / 2),
            Amount::All => (all, all),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::One => f.write_str("one"),
            Amount::Count(count) => write!(f, "{count}"),
            Amount::Percent(percent) => write!(f, "{percent}%"),
            Amount::AtMostPercent(percent) => write!(f, "at most {percent}%"),
            Amount::Majority => f.write_str("majority"),
            Amount::Minority => f.write_str("minority"),
            Amount::All => f.write_str("all"),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Named(name) => f.write_str(name),
            Group::Tag(tag) => write!(f, "tag:{tag}"),
            Group::Context(context) => write!(f, "context:{context}"),
            Group::Role(role) => write!(f, "any {role}"),
            Group::Any => f.write_str("*"),
        }
    }
}

impl fmt::Display for NodeSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(amount) = self.amount {
            write!(f, "{amount} of ")?;
        }
        self.group.fmt(f)
    }
}

impl fmt::Display for EdgeSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(amount) = self.amount {
            write!(f, "{amount} of ")?;
        }
        write!(f, "{} -> {}", self.from, self.to)
    }
}

impl FromStr for Amount {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Amount, SelectorError> {
        let error = || SelectorError { expected: AMOUNTS, found: text.to_owned() };
        let percent = |text: &str| {
            let number: u8 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
            (1..=100).contains(&number).then_some(number)
        };
        match text {
            "one" => Ok(Amount::One),
            "all" => Ok(Amount::All),
            "majority" => Ok(Amount::Majority),
            "minority" => Ok(Amount::Minority),
            _ if text.starts_with("at most ") => {
                percent(&text[8..]).map(Amount::AtMostPercent).ok_or_else(error)
            }
            _ if text.ends_with('%') => percent(text).map(Amount::Percent).ok_or_else(error),
            _ => match text.parse() {
                Ok(count) if count > 0 => Ok(Amount::Count(count)),
                Ok(_) | Err(_) => Err(error()),
            },
        }
    }
}

impl FromStr for Group {
    type Err = SelectorError;

    /// Spaces around a name belong to it.
    fn from_str(text: &str) -> Result<Group, SelectorError> {
        let short = text.trim();
        let error = || SelectorError { expected: NODES, found: short.to_owned() };
        let named = |rest: &str, make: fn(String) -> Group| match rest.trim() {
            "" => Err(error()),
            name => Ok(make(name.to_owned())),
        };
        if let Some(tag) = short.strip_prefix("tag:") {
            return named(tag, Group::Tag);
        }
        if let Some(context) = short.strip_prefix("context:") {
            return named(context, Group::Context);
        }
        if let Some(word) = short.strip_prefix("any ") {
            let role = ROLES.iter().find(|role| **role == word.trim());
            return role.map(|role| Group::Role(role)).ok_or_else(error);
        }
        Ok(if short == "*" { Group::Any } else { Group::Named(text.to_owned()) })
    }
}

/// The amount before `of`, and the rest.
fn amount(text: &str) -> Result<(Option<Amount>, &str), SelectorError> {
    match text.trim().split_once(" of ") {
        None => Ok((None, text)),
        Some((amount, rest)) => {
            // A node may be called `out of stock`: only what begins like an amount is one.
            let begins = amount.trim();
            let is_amount = begins.starts_with(|letter: char| letter.is_ascii_digit())
                || ["one", "all", "majority", "minority"].contains(&begins)
                || begins.starts_with("at most ");
            if is_amount { Ok((Some(begins.parse()?), rest)) } else { Ok((None, text)) }
        }
    }
}

impl FromStr for NodeSelector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<NodeSelector, SelectorError> {
        let (amount, rest) = amount(text)?;
        Ok(NodeSelector { amount, group: rest.parse()? })
    }
}

impl FromStr for EdgeSelector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<EdgeSelector, SelectorError> {
        let (amount, rest) = amount(text)?;
        let error = || SelectorError { expected: EDGES, found: text.to_owned() };
        let (from, to) = rest.split_once("->").ok_or_else(error)?;
        if from.trim().is_empty() || to.trim().is_empty() {
            return Err(error());
        }
        Ok(EdgeSelector { amount, from: from.trim().parse()?, to: to.trim().parse()? })
    }
}

serde_as_text!(NodeSelector, EdgeSelector);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_print_as_they_are_written() {
        let nodes = [
            "payment",
            "tag:zone-a",
            "context:Billing",
            "one of tag:zone-a",
            "2 of any consumer",
            "30% of *",
            "at most 30% of context:Billing",
            "majority of tag:zone-a",
            "minority of any channel",
            "all of payment",
            "out of stock",
        ];
        for text in nodes {
            assert_eq!(text.parse::<NodeSelector>().expect(text).to_string(), text);
        }
        for text in ["shop -> orders", "one of tag:zone-a -> *", "any producer -> orders"] {
            assert_eq!(text.parse::<EdgeSelector>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn wrong_selectors_say_what_may_stand_there() {
        let said = |text: &str| text.parse::<NodeSelector>().expect_err(text).to_string();
        assert_eq!(said("0 of tag:a"), format!("expected {AMOUNTS}, found `0`"));
        assert_eq!(said("120% of tag:a"), format!("expected {AMOUNTS}, found `120%`"));
        assert_eq!(said("one of tag:"), format!("expected {NODES}, found `tag:`"));
        assert_eq!(said("any queue"), format!("expected {NODES}, found `any queue`"));
        let edge = "shop".parse::<EdgeSelector>().expect_err("no arrow").to_string();
        assert_eq!(edge, format!("expected {EDGES}, found `shop`"));
    }

    #[test]
    fn amounts_are_of_those_that_fit() {
        assert_eq!(Amount::One.of(5), (1, 1));
        assert_eq!(Amount::Count(7).of(5), (5, 5));
        assert_eq!(Amount::Percent(30).of(10), (3, 3));
        assert_eq!(Amount::Percent(1).of(10), (1, 1));
        assert_eq!(Amount::AtMostPercent(30).of(10), (0, 3));
        let majority = [0, 1, 2, 3, 4, 5].map(|all| Amount::Majority.of(all).1);
        assert_eq!(majority, [0, 1, 2, 2, 3, 3]);
        let minority = [0, 1, 2, 3, 4, 5].map(|all| Amount::Minority.of(all).1);
        assert_eq!(minority, [0, 0, 0, 1, 1, 2]);
        assert_eq!(Amount::All.of(0), (0, 0));
    }
}
