//! A design's text as it stands in its file, and where in it things are.

use std::sync::Arc;

use super::error::ReadError;
use super::place::line_and_column;
use super::tree::{Tree, Value, parse};
use super::write::write;
use crate::design::Design;
use crate::finding::Place;
use crate::name::EdgeName;

/// The text of a file with its syntax tree. Cloning it costs pointers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    text: Arc<str>,
    tree: Arc<Tree>,
}

impl Source {
    /// The source of a text.
    ///
    /// # Errors
    /// If the text is no RON. Whether it is a design is not asked.
    pub fn parse(text: &str) -> Result<Source, ReadError> {
        match parse(text) {
            Ok(tree) => Ok(Source { text: text.into(), tree: Arc::new(tree) }),
            Err(error) => Err(ReadError::of_syntax(text, error)),
        }
    }

    /// The source of a design that never was in a file.
    #[must_use]
    pub fn canonical(design: &Design) -> Source {
        Source::parse(&write(design)).expect("invariant: what is written can be read")
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its tree.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Line and column (both from 1, columns in characters) of a property of a thing. What the
    /// text leaves out is found at the nearest thing around it. `None` if the thing itself is not
    /// in the text.
    #[must_use]
    pub fn locate(&self, place: &Place, property: &str) -> Option<(usize, usize)> {
        let thing = self.thing(place)?;
        let found = self.property(thing, property);
        Some(line_and_column(&self.text, found.span.start))
    }

    fn thing(&self, place: &Place) -> Option<&Value> {
        match place {
            Place::Design => Some(&self.tree.root),
            Place::Context(name) => self.named("contexts", name),
            Place::Message(name) => self.named("messages", name),
            Place::Node(name) => self.named("nodes", name),
            Place::Scenario(name) => self.named("scenarios", name),
            Place::Preset(name) => self.named("presets", name),
            Place::Promise(name) => {
                self.named("promises", name).or_else(|| self.promise_of_a_scenario(name))
            }
            Place::Edge(EdgeName { from, to }) => {
                self.items(&self.tree.root, "edges").find(|edge| {
                    self.says(edge, "from").as_ref() == Some(from)
                        && self.says(edge, "to").as_ref() == Some(to)
                })
            }
        }
    }

    fn named(&self, list: &str, name: &str) -> Option<&Value> {
        self.items(&self.tree.root, list)
            .find(|item| self.says(item, "name").as_deref() == Some(name))
    }

    fn promise_of_a_scenario(&self, name: &str) -> Option<&Value> {
        self.items(&self.tree.root, "scenarios")
            .flat_map(|scenario| self.items(scenario, "promises"))
            .find(|promise| self.says(promise, "name").as_deref() == Some(name))
    }

    fn items<'a>(&'a self, value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> + 'a {
        let entry = value.group().and_then(|group| group.field(&self.text, list));
        let list = entry.and_then(|entry| entry.value.group());
        list.into_iter().flat_map(|list| list.entries.iter().map(|item| &item.value))
    }

    fn says(&self, value: &Value, field: &str) -> Option<String> {
        value.group()?.field(&self.text, field)?.value.string(&self.text)
    }

    /// The value at a path inside a thing, or the innermost value on the way that exists. What a
    /// node does may be named without `role`.
    fn property<'a>(&'a self, thing: &'a Value, path: &str) -> &'a Value {
        let mut found = thing;
        for (depth, segment) in path.split('.').filter(|part| !part.is_empty()).enumerate() {
            let role = || self.part(found, "role").and_then(|role| self.part(role, segment));
            let is_variant =
                || found.group().is_some_and(|group| group.name(&self.text) == segment);
            match self.part(found, segment).or_else(|| if depth == 0 { role() } else { None }) {
                Some(part) => found = part,
                None if is_variant() => {}
                None => break,
            }
        }
        found
    }

    fn part<'a>(&'a self, value: &'a Value, segment: &str) -> Option<&'a Value> {
        let group = value.group()?;
        let by_index = || group.entries.get(segment.parse::<usize>().ok()?);
        group.field(&self.text, segment).or_else(by_index).map(|entry| &entry.value)
    }
}
