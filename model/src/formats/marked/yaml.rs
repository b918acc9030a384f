//! YAML 1.2 with places: the core schema, aliases within limits, and merge keys (`<<`), which are
//! older but in use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::Number;

use super::{Complaint, Content, Entry, MAX_DEPTH, MAX_VALUES, Mark, Read, Tree};

/// Reads the first document of a text; an empty one is nothing.
pub(super) fn read(text: &str) -> Result<Read, Complaint> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let mark = Mark { line: error.marker().line(), column: error.marker().col() + 1 };
            Complaint::new(mark, format!("this is no YAML: {}", error.info()))
        })?;
        builder.take(event, mark(&span))?;
    }
    let nothing = || Arc::new(Tree::new(Mark { line: 1, column: 1 }, Content::Null));
    let tree = builder.documents.into_iter().next().unwrap_or_else(nothing);
    Ok(Read { tree, complaints: builder.complaints })
}

fn mark(span: &Span) -> Mark {
    Mark { line: span.start.line(), column: span.start.col() + 1 }
}

/// A value, with what counts towards the limits.
#[derive(Clone)]
struct Measured {
    tree: Arc<Tree>,
    values: usize,
    depth: usize,
    /// Whether it is a word without quotes.
    is_plain: bool,
}

/// A list or map that is not yet at its end.
struct Open {
    mark: Mark,
    anchor: usize,
    /// The entries of a map, whose names were said once.
    map: Option<Names>,
    entries: Vec<Entry>,
    items: Vec<Arc<Tree>>,
    values: usize,
    depth: usize,
}

#[derive(Default)]
struct Names {
    said: BTreeSet<String>,
    /// The name whose value comes next, and whether it stands without quotes.
    waiting: Option<(String, Mark, bool)>,
    /// What `<<` brings in, which counts less than what is said here.
    merged: BTreeMap<String, (usize, Entry)>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Measured>,
    values: usize,
    documents: Vec<Arc<Tree>>,
    complaints: Vec<Complaint>,
}

impl Builder {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser may say more one day")]
    fn take(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Complaint> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let content = scalar(&text, style, tag.as_deref());
                let tree = Arc::new(Tree::new(mark, content));
                let is_plain = style == ScalarStyle::Plain;
                self.put(Measured { tree, values: 1, depth: 0, is_plain }, anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(measured) => self.put(measured, 0),
                None => Err(Complaint::new(mark, "this alias stands inside what it names")),
            },
            Event::SequenceStart(_, anchor, _) => self.begin(mark, anchor, None),
            Event::MappingStart(_, anchor, _) => self.begin(mark, anchor, Some(Names::default())),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, mark: Mark, anchor: usize, map: Option<Names>) -> Result<(), Complaint> {
        if self.open.len() == MAX_DEPTH {
            return Err(Complaint::too_deep(mark));
        }
        let (entries, items) = (Vec::new(), Vec::new());
        self.open.push(Open { mark, anchor, map, entries, items, values: 1, depth: 0 });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Complaint> {
        let open = self.open.pop().expect("invariant: every end has a beginning");
        let content = match open.map {
            None => Content::List(open.items),
            Some(names) => {
                let mut entries = open.entries;
                let mut merged: Vec<(usize, Entry)> = names.merged.into_values().collect();
                merged.sort_by_key(|(order, _)| *order);
                let is_said = |entry: &Entry| names.said.contains(&entry.key);
                entries.extend(merged.into_iter().map(|it| it.1).filter(|it| !is_said(it)));
                Content::Map(entries)
            }
        };
        let tree = Arc::new(Tree::new(open.mark, content));
        let (values, depth) = (open.values, open.depth + 1);
        self.put(Measured { tree, values, depth, is_plain: false }, open.anchor)
    }

    /// Puts a value where the next one belongs.
    fn put(&mut self, value: Measured, anchor: usize) -> Result<(), Complaint> {
        let mark = value.tree.mark;
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        self.values = self.values.max(value.values);
        let depth = self.open.len() + value.depth;
        let Some(open) = self.open.last_mut() else {
            self.documents.push(value.tree);
            return Ok(());
        };
        open.values = open.values.saturating_add(value.values);
        open.depth = open.depth.max(value.depth);
        if open.values > MAX_VALUES {
            return Err(Complaint::too_many(mark));
        }
        if depth > MAX_DEPTH {
            return Err(Complaint::too_deep(mark));
        }
        let Some(names) = &mut open.map else {
            open.items.push(value.tree);
            return Ok(());
        };
        let Some((key, mark, is_plain)) = names.waiting.take() else {
            names.waiting = Some((name(&value.tree)?, mark, value.is_plain));
            return Ok(());
        };
        if is_plain && key == "<<" && merge(&value.tree, &mut names.merged) {
        } else if names.said.insert(key.clone()) {
            open.entries.push(Entry { key, mark, tree: value.tree });
        } else {
            self.complaints.push(Complaint::twice(mark, &key));
        }
        Ok(())
    }
}

/// The entries that a merge key brings in; false if it is an ordinary name after all.
fn merge(tree: &Arc<Tree>, merged: &mut BTreeMap<String, (usize, Entry)>) -> bool {
    let sources: Vec<&Arc<Tree>> = if tree.is_map() {
        vec![tree]
    } else {
        tree.items().iter().filter(|item| item.is_map()).collect()
    };
    for source in &sources {
        for entry in source.entries() {
            let order = merged.len();
            merged.entry(entry.key.clone()).or_insert_with(|| (order, entry.clone()));
        }
    }
    !sources.is_empty()
}

fn name(tree: &Tree) -> Result<String, Complaint> {
    match &tree.content {
        Content::Text(text) => Ok(text.clone()),
        Content::Null => Ok("null".to_owned()),
        Content::Flag(flag) => Ok(flag.to_string()),
        Content::Number(number) => Ok(number.to_string()),
        Content::List(_) | Content::Map(_) => {
            let sentence = format!("expected a name, found {}", tree.content);
            Err(Complaint::new(tree.mark, sentence))
        }
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Content {
    let said = || Content::Text(text.to_owned());
    match tag.and_then(Tag::core_suffix) {
        Some("str") => said(),
        Some(_) => plain(text),
        None if style == ScalarStyle::Plain => plain(text),
        None => said(),
    }
}

/// What an unquoted word means (YAML 1.2, core schema).
fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Content::Null,
        "true" | "True" | "TRUE" => return Content::Flag(true),
        "false" | "False" | "FALSE" => return Content::Flag(false),
        _ => {}
    }
    number(text).map_or_else(|| Content::Text(text.to_owned()), Content::Number)
}

fn number(text: &str) -> Option<Number> {
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().map(Number::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        && digits.contains(|it: char| it.is_ascii_digit())
        && digits.chars().all(|it| matches!(it, '0'..='9' | '.' | 'e' | 'E' | '+' | '-'));
    if !is_number {
        return None;
    }
    if digits.chars().all(|it| it.is_ascii_digit()) {
        let whole = text.strip_prefix('+').unwrap_or(text);
        let small = whole.parse::<i64>().ok().map(Number::from);
        if let Some(number) = small.or_else(|| whole.parse::<u64>().ok().map(Number::from)) {
            return Some(number);
        }
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}
