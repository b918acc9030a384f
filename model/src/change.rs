//! What is different in a scenario: single properties of a design, set by path.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::channel::Channel;
use crate::design::Design;
use crate::formats::native::tree::{Group, GroupKind, Value, parse};
use crate::formats::native::{Problem, SyntaxError, compact, judge, quoted};
use crate::name::nearest;
use crate::scenario::Change;

/// Why a change cannot be applied.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChangeError {
    /// The path begins with no name of a thing.
    #[error("cannot set `{path}`: expected {expected}, found no such thing{}", meant(suggestion))]
    UnknownThing {
        /// The whole path.
        path: String,
        /// What a path may begin with.
        expected: String,
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// The thing, or a part of it, has no such property.
    #[error("cannot set `{path}`: expected {expected}, found `{found}`{}", meant(suggestion))]
    UnknownProperty {
        /// The whole path.
        path: String,
        /// The properties there are.
        expected: String,
        /// The part of the path that names none.
        found: String,
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// The property cannot have this value.
    #[error("cannot set `{path}` to `{to}`: {problem}")]
    WrongValue {
        /// The whole path.
        path: String,
        /// The value.
        to: String,
        /// What would be right.
        problem: Problem,
    },
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

/// The design with some properties set, one after the other; see [`Change`] for the notation. The
/// properties of a node's role may be named without `role`. Only the things that are named are
/// copied.
///
/// # Errors
/// The first change that names no property, or gives it a value that it cannot have.
pub fn changed(design: &Design, changes: &[Change]) -> Result<Design, ChangeError> {
    let mut design = design.clone();
    for change in changes {
        apply(&mut design, change)?;
    }
    Ok(design)
}

/// A channel with one parameter set, in the words of a file: what `--set` does, for a channel that
/// stands nowhere yet.
///
/// # Errors
/// If there is no such parameter, or it cannot have this value.
pub fn with_parameter(channel: &Channel, name: &str, to: &str) -> Result<Channel, ChangeError> {
    let change = Change { set: name.to_owned(), to: to.to_owned() };
    Setting { change: &change, property: name }.applied(channel, None)
}

/// A thing of the design, with the rest of the path.
enum Thing {
    Info,
    Node(usize),
    Edge(usize),
    Message(usize),
    Scenario(usize),
}

fn apply(design: &mut Design, change: &Change) -> Result<(), ChangeError> {
    let (thing, property) = thing(design, change)?;
    let setting = Setting { change, property };
    match thing {
        Thing::Info => design.info = setting.applied(&design.info, None)?,
        Thing::Node(index) => set(&mut design.nodes[index], &setting, Some("role"))?,
        Thing::Edge(index) => set(&mut design.edges[index], &setting, None)?,
        Thing::Message(index) => set(&mut design.messages[index], &setting, None)?,
        Thing::Scenario(index) => set(&mut design.scenarios[index], &setting, None)?,
    }
    Ok(())
}

fn set<T: Serialize + DeserializeOwned>(
    thing: &mut Arc<T>,
    setting: &Setting<'_>,
    unsaid: Option<&str>,
) -> Result<(), ChangeError> {
    *thing = Arc::new(setting.applied(&**thing, unsaid)?);
    Ok(())
}

/// The thing with the longest name that the path begins with (a name may contain dots), and what
/// follows it. Of things with the same name, nodes go first, then edges, messages, scenarios.
fn thing<'a>(design: &Design, change: &'a Change) -> Result<(Thing, &'a str), ChangeError> {
    let path = change.set.trim();
    let mut best: Option<(usize, Thing)> = None;
    let mut see = |name: &str, thing: Thing| {
        let length = prefix(path, name);
        if let Some(length) =
            length.filter(|length| best.as_ref().is_none_or(|(best, _)| best < length))
        {
            best = Some((length, thing));
        }
    };
    for (index, node) in design.nodes.iter().enumerate() {
        see(&node.name, Thing::Node(index));
    }
    if path.contains("->") {
        for (index, edge) in design.edges.iter().enumerate() {
            see(&edge.name().to_string(), Thing::Edge(index));
        }
    }
    for (index, message) in design.messages.iter().enumerate() {
        see(&message.name, Thing::Message(index));
    }
    for (index, scenario) in design.scenarios.iter().enumerate() {
        see(&scenario.name, Thing::Scenario(index));
    }
    see("info", Thing::Info);
    let Some((length, thing)) = best else { return Err(unknown_thing(design, path)) };
    Ok((thing, path[length..].strip_prefix('.').unwrap_or("")))
}

/// How much of the path a name takes, if the path begins with it; spaces around an arrow do not
/// count.
fn prefix(path: &str, name: &str) -> Option<usize> {
    let (mut rest, mut pieces) = (path, name.split("->").map(str::trim).peekable());
    while let Some(piece) = pieces.next() {
        rest = rest.strip_prefix(piece)?;
        if pieces.peek().is_some() {
            rest = rest.trim_start().strip_prefix("->")?.trim_start();
        }
    }
    (rest.is_empty() || rest.starts_with('.')).then_some(path.len() - rest.len())
}

fn unknown_thing(design: &Design, path: &str) -> ChangeError {
    let edges: Vec<String> = design.edges.iter().map(|edge| edge.name().to_string()).collect();
    let (kind, names): (&str, Vec<&str>) = if path.contains("->") {
        ("an edge", edges.iter().map(String::as_str).collect())
    } else {
        let nodes = design.nodes.iter().map(|node| node.name.as_str());
        let messages = design.messages.iter().map(|message| message.name.as_str());
        ("a node, a message or an edge", nodes.chain(messages).collect())
    };
    let ends = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
    let suggestion = ends.filter_map(|end| nearest(&path[..end], names.iter().copied())).next();
    let listed: Vec<String> = names.iter().take(20).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > listed.len() { ", …" } else { "" };
    ChangeError::UnknownThing {
        path: path.to_owned(),
        expected: format!("{kind}, then a property: one of {}{more}", listed.join(", ")),
        suggestion: suggestion.map(str::to_owned),
    }
}

/// A property of one thing, and its new value.
struct Setting<'a> {
    change: &'a Change,
    property: &'a str,
}

/// A text with the new value in its place.
struct Draft {
    text: String,
    /// The fields that had to be added: as they stand in the text, and as they stand in the path.
    added: Vec<(String, String)>,
}

impl Setting<'_> {
    /// The thing with this property; `unsaid` names a property that may be left out of the path.
    fn applied<T: Serialize + DeserializeOwned>(
        &self,
        thing: &T,
        unsaid: Option<&str>,
    ) -> Result<T, ChangeError> {
        let text = compact(thing);
        let path: Vec<&str> = self.property.split('.').filter(|part| !part.is_empty()).collect();
        if path.is_empty() {
            let expected = "a property after the name".to_owned();
            return Err(self.unknown(expected, self.change.set.trim(), None));
        }
        let direct = self.attempt(&text, &path);
        let Some(unsaid) = unsaid else { return direct };
        match direct {
            Err(ChangeError::UnknownProperty { expected, found, suggestion, .. })
                if found == path[0] =>
            {
                let longer: Vec<&str> = [unsaid].into_iter().chain(path.iter().copied()).collect();
                match self.attempt(&text, &longer) {
                    Err(ChangeError::UnknownProperty {
                        expected: more,
                        found: there,
                        suggestion: other,
                        ..
                    }) if there == found => {
                        let expected = format!("{more}, or {expected}");
                        Err(self.unknown(expected, &found, other.or(suggestion)))
                    }
                    result => result,
                }
            }
            result => result,
        }
    }

    /// Tries the value as it is written, then as a text in quotes.
    fn attempt<T: DeserializeOwned>(&self, text: &str, path: &[&str]) -> Result<T, ChangeError> {
        let to = self.change.to.trim();
        let bare = parse(to).map(|tree| tree.root.text(to).to_owned());
        let first = match &bare {
            Ok(value) => self.judged(&self.draft(text, path, value)?),
            Err(error) => Err(self.wrong(problem_of(error))),
        };
        let Err(first) = first else { return first };
        if matches!(first, ChangeError::UnknownProperty { .. }) {
            return Err(first);
        }
        let second = self.judged(&self.draft(text, path, &quoted(to))?);
        let is_prose = bare.is_err() && !to.contains(['(', '[', '{', '"']);
        second.map_err(|second| if is_prose || is_about_words(&second) { second } else { first })
    }

    /// What the reader thinks of a draft.
    fn judged<T: DeserializeOwned>(&self, draft: &Draft) -> Result<T, ChangeError> {
        let tree = parse(&draft.text).map_err(|error| self.wrong(problem_of(&error)))?;
        judge(&draft.text, &tree).map_err(|error| match error.problem {
            Problem::Unexpected { expected, found, suggestion } => {
                let added = draft.added.iter().find(|(name, _)| *name == found.trim_matches('`'));
                match added {
                    Some((_, name)) => self.unknown(expected, name, suggestion),
                    None => self.wrong(Problem::Unexpected { expected, found, suggestion }),
                }
            }
            Problem::NewerFormat { .. } => self.wrong(error.problem),
        })
    }

    fn wrong(&self, problem: Problem) -> ChangeError {
        let Change { set, to } = self.change;
        ChangeError::WrongValue { path: set.clone(), to: to.clone(), problem }
    }

    fn unknown(&self, expected: String, found: &str, suggestion: Option<String>) -> ChangeError {
        let (path, found) = (self.change.set.clone(), found.to_owned());
        ChangeError::UnknownProperty { path, expected, found, suggestion }
    }

    /// The text with `value` at the path. Properties that the text leaves out are added.
    fn draft(&self, text: &str, path: &[&str], value: &str) -> Result<Draft, ChangeError> {
        let tree = parse(text).expect("invariant: what is serialized is RON");
        let mut here = &tree.root;
        for (depth, segment) in path.iter().enumerate() {
            let Some(group) = here.group() else {
                return Err(self.leaf(text, here, segment));
            };
            if let Some(part) = part(text, group, segment) {
                here = part;
                continue;
            }
            return match group.kind {
                GroupKind::Struct | GroupKind::Map => {
                    Ok(with_field(text, group, &path[depth..], value))
                }
                GroupKind::List | GroupKind::Tuple => Err(self.no_item(group, segment)),
            };
        }
        let (before, after) = (&text[..here.span.start], &text[here.span.end..]);
        Ok(Draft { text: format!("{before}{value}{after}"), added: Vec::new() })
    }

    fn leaf(&self, text: &str, value: &Value, segment: &str) -> ChangeError {
        let word = value.text(text).trim_start_matches("r#");
        let expected = format!("nothing after `{word}`, which has no properties");
        self.unknown(expected, segment, None)
    }

    fn no_item(&self, group: &Group, segment: &str) -> ChangeError {
        let expected = match group.entries.len() {
            0 => "nothing, as the list is empty".to_owned(),
            1 => "the index 0".to_owned(),
            count => format!("an index from 0 to {}", count - 1),
        };
        self.unknown(expected, segment, None)
    }
}

fn part<'a>(text: &str, group: &'a Group, segment: &str) -> Option<&'a Value> {
    let entry = match group.kind {
        GroupKind::Struct | GroupKind::Map => group.field(text, segment),
        GroupKind::List | GroupKind::Tuple => group.entries.get(segment.parse::<usize>().ok()?),
    };
    entry.map(|entry| &entry.value)
}

/// The text with `a: (b: value)` in a group, for the path `a.b`.
fn with_field(text: &str, group: &Group, path: &[&str], value: &str) -> Draft {
    let added: Vec<(String, String)> =
        path.iter().map(|name| (field_name(name), (*name).to_owned())).collect();
    let mut field = value.to_owned();
    for (depth, (name, _)) in added.iter().enumerate().rev() {
        field = format!("{name}: {field}");
        if depth > 0 {
            field = format!("({field})");
        }
    }
    let (before, after) = (&text[..group.close], &text[group.close..]);
    let is_open = group.entries.last().is_some_and(|last| last.comma.is_none());
    let comma = if is_open { ", " } else { "" };
    Draft { text: format!("{before}{comma}{field}{after}"), added }
}

/// The name of a field that may be tried; what cannot be one becomes a name that is never known.
fn field_name(segment: &str) -> String {
    let is_word = segment.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphabetic())
        && segment.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric());
    if is_word { segment.to_owned() } else { "_".to_owned() }
}

fn problem_of(error: &SyntaxError) -> Problem {
    let SyntaxError { expected, found, .. } = error.clone();
    let found = found.replace("the end of the file", "the end of the value");
    Problem::Unexpected { expected, found, suggestion: None }
}

/// Whether a value in quotes was taken for a text, though not for a right one: that says more
/// than that it was no number or name.
fn is_about_words(error: &ChangeError) -> bool {
    match error {
        ChangeError::WrongValue { problem: Problem::Unexpected { found, .. }, .. } => {
            !found.contains('"')
        }
        ChangeError::UnknownProperty { .. } => true,
        ChangeError::WrongValue { .. } | ChangeError::UnknownThing { .. } => false,
    }
}

#[cfg(test)]
mod tests;
