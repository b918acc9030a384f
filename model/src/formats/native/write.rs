//! Design in, canonical text out: four spaces, trailing commas, one thing a block, short values on
//! one line.

use serde::Serialize;

use super::notation::options;
use super::tree::{Entry, Group, GroupKind, Shape, Value, parse};
use crate::design::Design;

/// The longest line, in characters; only texts are longer.
pub(crate) const WIDTH: usize = 100;

/// Lists of the document whose items each get a block of their own.
const BLOCKS: [&str; 4] = ["messages", "nodes", "edges", "scenarios"];

/// The canonical text of a design.
#[must_use]
pub fn write(design: &Design) -> String {
    let compact = compact(design);
    let tree = parse(&compact).expect("invariant: what is serialized is RON");
    let printer = Printer { source: &compact, line_end: "\n" };
    printer.value(&tree.root, &Spot { indent: 0, used: 0, level: Level::Document }) + "\n"
}

/// A value as RON in one line, everything written as the reader takes it.
pub(crate) fn compact<T: Serialize>(value: &T) -> String {
    options().to_string(value).expect("invariant: the design's types can all be serialized")
}

/// How deep in a document a value stands; decides what must be broken into lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// The whole.
    Document,
    /// A field of the whole.
    Section {
        /// Whether each item is a block.
        of_blocks: bool,
    },
    /// A block: one node, edge, message or scenario.
    Block,
    /// Anything inside those.
    Inside,
}

impl Level {
    /// The level of a part.
    pub(crate) fn of_part(self, key: Option<&str>) -> Level {
        match self {
            Level::Document => {
                Level::Section { of_blocks: key.is_some_and(|key| BLOCKS.contains(&key)) }
            }
            Level::Section { of_blocks: true } => Level::Block,
            Level::Section { of_blocks: false } | Level::Block | Level::Inside => Level::Inside,
        }
    }
}

/// Where a value is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    /// Spaces at the beginning of the line.
    pub(crate) indent: usize,
    /// Characters already in the line, or to come after the value, beside the indentation.
    pub(crate) used: usize,
    /// How deep in the document.
    pub(crate) level: Level,
}

/// Prints values of a compact text.
pub(crate) struct Printer<'a> {
    /// The text the values come from.
    pub(crate) source: &'a str,
    /// What ends a line.
    pub(crate) line_end: &'a str,
}

impl Printer<'_> {
    /// An entry with its key, without comma.
    pub(crate) fn entry(&self, entry: &Entry, spot: &Spot) -> String {
        let key = entry.key.as_ref().map(|key| &self.source[key.clone()]);
        let prefix = key.map_or(String::new(), |key| format!("{}: ", self.key(key)));
        let level = spot.level.of_part(key);
        let used = spot.used + prefix.chars().count();
        prefix + &self.value(&entry.value, &Spot { used, level, ..*spot })
    }

    /// A value; its first line without indentation.
    pub(crate) fn value(&self, value: &Value, spot: &Spot) -> String {
        match &value.shape {
            // The serializer marks the word `None` of our own enums; the reader needs no mark.
            Shape::Plain => value.text(self.source).trim_start_matches("r#").to_owned(),
            Shape::Text(_) => self.text(value),
            Shape::Group(group) => {
                let flat = self.flat(group);
                let fits = spot.indent + spot.used + flat.chars().count() <= WIDTH;
                if fits && !flat.contains('\n') && !self.must_break(group, spot.level) {
                    flat
                } else {
                    self.broken(group, spot)
                }
            }
        }
    }

    fn key(&self, key: &str) -> String {
        if !key.starts_with('"') {
            return key.to_owned();
        }
        // Keys stay on one line.
        ron::from_str::<String>(key).map_or_else(|_| key.to_owned(), |name| escaped(&name))
    }

    fn text(&self, value: &Value) -> String {
        value
            .string(self.source)
            .map_or_else(|| value.text(self.source).to_owned(), |text| quoted(&text))
    }

    fn must_break(&self, group: &Group, level: Level) -> bool {
        let is_block = match level {
            Level::Document | Level::Section { .. } | Level::Block => true,
            Level::Inside => false,
        };
        is_block && !group.entries.is_empty() || has_list_of_structs(group)
    }

    /// The group on one line.
    fn flat(&self, group: &Group) -> String {
        let spot = Spot { indent: 0, used: 0, level: Level::Inside };
        let parts: Vec<String> =
            group.entries.iter().map(|entry| self.flat_entry(entry, &spot)).collect();
        let (open, close) = brackets(group.kind);
        format!("{}{open}{}{close}", group.name(self.source), parts.join(", "))
    }

    fn flat_entry(&self, entry: &Entry, spot: &Spot) -> String {
        let key = entry.key.as_ref().map(|key| self.key(&self.source[key.clone()]));
        let value = match &entry.value.shape {
            Shape::Group(group) => self.flat(group),
            Shape::Plain | Shape::Text(_) => self.value(&entry.value, spot),
        };
        key.map_or(value.clone(), |key| format!("{key}: {value}"))
    }

    /// The group on several lines. A single unnamed value stays in its brackets, as in
    /// `JsonSchema(r#"…"#)`.
    fn broken(&self, group: &Group, spot: &Spot) -> String {
        let (open, close) = brackets(group.kind);
        let name = group.name(self.source);
        if let (GroupKind::Tuple, [single]) = (group.kind, group.entries.as_slice()) {
            let used = spot.used + name.chars().count() + 2;
            let inside = self.entry(single, &Spot { used, ..*spot });
            return format!("{name}{open}{inside}{close}");
        }
        let inner = Spot { indent: spot.indent + 4, used: 1, level: spot.level };
        let line_start = format!("{}{}", self.line_end, " ".repeat(inner.indent));
        let mut text = format!("{name}{open}");
        for entry in &group.entries {
            text += &line_start;
            text += &self.entry(entry, &inner);
            text.push(',');
        }
        text + self.line_end + &" ".repeat(spot.indent) + close
    }
}

fn brackets(kind: GroupKind) -> (&'static str, &'static str) {
    match kind {
        GroupKind::Struct | GroupKind::Tuple => ("(", ")"),
        GroupKind::List => ("[", "]"),
        GroupKind::Map => ("{", "}"),
    }
}

fn has_list_of_structs(group: &Group) -> bool {
    let is_struct =
        |entry: &Entry| entry.value.group().is_some_and(|inner| inner.kind == GroupKind::Struct);
    group.kind == GroupKind::List && group.entries.iter().any(is_struct)
        || group.entries.iter().any(|entry| entry.value.group().is_some_and(has_list_of_structs))
}

/// A text in quotes: raw where that reads better.
pub(crate) fn quoted(text: &str) -> String {
    let is_better_raw = text.contains(['\n', '"', '\\']);
    let is_plain = |letter: char| letter == '\n' || !letter.is_control();
    if !is_better_raw || !text.chars().all(is_plain) {
        return escaped(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// A text in quotes on one line.
fn escaped(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            other if other.is_control() => quoted += &format!("\\u{{{:x}}}", u32::from(other)),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
