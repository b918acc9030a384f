//! Values with places: what a YAML or JSON text says, and where each part of it stands. Texts are
//! untrusted: how deep they are and how much their aliases stand for has limits.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Number, Value};

mod json;
pub mod write;
mod yaml;

/// Lists and maps inside each other, at most.
pub const MAX_DEPTH: usize = 128;
/// Values of one text, at most; what an alias stands for counts each time.
pub const MAX_VALUES: usize = 1_000_000;

/// A place in a text, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Mark {
    /// The line.
    pub line: usize,
    /// The letter in it.
    pub column: usize,
}

/// A value and where it stands. Equal are trees that say the same, wherever that is.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where it begins.
    pub mark: Mark,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// Nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Arc<Tree>>),
    /// Values by name, in the order of the text.
    Map(Vec<Entry>),
}

/// A value of a map with its name.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Where the name stands.
    pub mark: Mark,
    /// The value.
    pub tree: Arc<Tree>,
}

/// Why a text cannot be read, or what is strange in one that can.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}:{}: {sentence}", mark.line, mark.column)]
pub struct Complaint {
    /// Where.
    pub mark: Mark,
    /// What was expected, and what was found.
    pub sentence: String,
}

/// A text that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it says.
    pub tree: Arc<Tree>,
    /// Names that stand twice in a map: the first one counts.
    pub complaints: Vec<Complaint>,
}

/// Reads a text: JSON if it is that, else YAML 1.2.
///
/// # Errors
/// If it is neither, or beyond a limit.
pub fn read(text: &str) -> Result<Read, Complaint> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::read(text);
    }
    // YAML in braces is no JSON; whoever writes JSON wants to hear what is wrong with that.
    json::read(text).or_else(|error| yaml::read(text).map_err(|_| error))
}

impl Complaint {
    pub(crate) fn new(mark: Mark, sentence: impl Into<String>) -> Complaint {
        Complaint { mark, sentence: sentence.into() }
    }

    fn too_deep(mark: Mark) -> Complaint {
        let sentence = format!("lists and maps are more than {MAX_DEPTH} deep inside each other");
        Complaint::new(mark, sentence)
    }

    fn too_many(mark: Mark) -> Complaint {
        let sentence = format!("more than {MAX_VALUES} values; aliases count as what they repeat");
        Complaint::new(mark, sentence)
    }

    fn twice(mark: Mark, key: &str) -> Complaint {
        Complaint::new(mark, format!("`{key}` stands twice here; the first one counts"))
    }
}

impl Tree {
    /// A value at a place.
    #[must_use]
    pub fn new(mark: Mark, content: Content) -> Tree {
        Tree { mark, content }
    }

    /// The value of a name, if this is a map with one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Arc<Tree>> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.tree)
    }

    /// The entries of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            Content::Null
            | Content::Flag(_)
            | Content::Number(_)
            | Content::Text(_)
            | Content::List(_) => &[],
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Arc<Tree>] {
        match &self.content {
            Content::List(items) => items,
            Content::Null
            | Content::Flag(_)
            | Content::Number(_)
            | Content::Text(_)
            | Content::Map(_) => &[],
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Null
            | Content::Flag(_)
            | Content::Number(_)
            | Content::List(_)
            | Content::Map(_) => None,
        }
    }

    /// Whether it is a map.
    #[must_use]
    pub fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// The part that a JSON pointer leads to, which is empty for the whole.
    #[must_use]
    pub fn at(self: &Arc<Tree>, pointer: &str) -> Option<Arc<Tree>> {
        let mut tree = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            tree = match &tree.content {
                Content::Map(_) => tree.get(&step)?,
                Content::List(items) => items.get(step.parse::<usize>().ok()?)?,
                Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => {
                    return None;
                }
            };
        }
        Some(tree.clone())
    }

    /// The same without places.
    #[must_use]
    pub fn value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Flag(flag) => Value::Bool(*flag),
            Content::Number(number) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => items.iter().map(|item| item.value()).collect(),
            Content::Map(entries) => {
                let pairs = entries.iter().map(|it| (it.key.clone(), it.tree.value()));
                Value::Object(pairs.collect::<Map<String, Value>>())
            }
        }
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.content == other.content
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.key == other.key && self.tree == other.tree
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Null => f.write_str("nothing"),
            Content::Flag(flag) => write!(f, "`{flag}`"),
            Content::Number(number) => write!(f, "the number {number}"),
            Content::Text(text) => write!(f, "the text `{}`", shortened(text)),
            Content::List(_) => f.write_str("a list"),
            Content::Map(_) => f.write_str("a map"),
        }
    }
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests;
