//! The documents of an import and the files that they refer to: what stands where, and what a
//! `$ref` leads to. Nothing is fetched, and no path leaves the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::finding::{Finding, Place, Severity};
use crate::formats::asyncapi::{Found, Open};
use crate::formats::marked::{self, Content, Entry, Mark, Tree};

/// References that lead on to others, at most.
const MAX_STEPS: usize = 64;
/// Values of one document that are copied into extensions, at most.
const MAX_COPIED: usize = 20_000;
/// Values inside each other that are copied, at most: JSON is read again to that depth.
pub(super) const MAX_NESTED: usize = 96;
/// Traits and what has them are merged to this depth.
const MAX_MERGED: usize = 32;

/// A part of a document, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The file, relative to the folder.
    pub(super) file: Arc<str>,
    /// The JSON pointer inside of it.
    pub(super) pointer: String,
    /// What stands there.
    pub(super) tree: Arc<Tree>,
}

impl Spot {
    /// The value of a name, if this is a map with one that is not nothing.
    pub(super) fn get(&self, key: &str) -> Option<Spot> {
        let tree = self.tree.get(key)?;
        (tree.content != Content::Null).then(|| self.below(key, tree))
    }

    /// The entries of a map.
    pub(super) fn entries(&self) -> Vec<(String, Spot)> {
        let entries = self.tree.entries().iter();
        entries.map(|it| (it.key.clone(), self.below(&it.key, &it.tree))).collect()
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<Spot> {
        let items = self.tree.items().iter().enumerate();
        items.map(|(at, tree)| self.below(&at.to_string(), tree)).collect()
    }

    /// The part of a map or list that a step of a pointer means.
    fn child(&self, step: &str) -> Option<Spot> {
        let tree = match &self.tree.content {
            Content::List(items) => items.get(step.parse::<usize>().ok()?)?,
            Content::Map(_) => self.tree.get(step)?,
            Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => None?,
        };
        Some(self.below(step, tree))
    }

    /// The text of a name.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        match &self.tree.get(key)?.content {
            Content::Text(text) => Some(text.clone()),
            Content::Number(number) => Some(number.to_string()),
            Content::Flag(flag) => Some(flag.to_string()),
            Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// What it refers to, if it is a reference.
    pub(super) fn reference(&self) -> Option<&str> {
        self.tree.get("$ref").and_then(|tree| tree.text())
    }

    /// The last step of the pointer.
    pub(super) fn last(&self) -> String {
        let step = self.pointer.rsplit('/').next().unwrap_or_default();
        step.replace("~1", "/").replace("~0", "~")
    }

    /// The same place with another content.
    pub(super) fn with(&self, tree: Arc<Tree>) -> Spot {
        Spot { tree, ..self.clone() }
    }

    fn below(&self, key: &str, tree: &Arc<Tree>) -> Spot {
        let step = key.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{}/{step}", self.pointer);
        Spot { file: self.file.clone(), pointer, tree: tree.clone() }
    }
}

/// All that an import reads, and what is to be said about it.
pub(super) struct Sources<'a> {
    files: BTreeMap<String, Option<Arc<Tree>>>,
    open: &'a mut Open<'a>,
    /// References inside of the pointers of references that are being followed.
    depth: usize,
    /// References that were complained of.
    said: BTreeSet<(Arc<str>, Mark)>,
    /// Parts that somebody referred to.
    pub(super) used: BTreeSet<(Arc<str>, String)>,
    copied: usize,
    /// What is to be said.
    pub(super) found: Vec<Found>,
}

/// Why a pointer leads to nothing.
enum Lost {
    /// It leads through a reference that leads nowhere, which was said there.
    OnTheWay,
    AtTheEnd,
}

impl<'a> Sources<'a> {
    pub(super) fn new(open: &'a mut Open<'a>) -> Sources<'a> {
        let (files, said, used) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Sources { files, open, depth: 0, said, used, copied: 0, found: Vec::new() }
    }

    /// Reads the text of a file; nothing, and a finding, if it is none.
    pub(super) fn read(&mut self, file: &str, text: &str) -> Option<Spot> {
        let tree = match marked::read(text) {
            Ok(read) => {
                for complaint in read.complaints {
                    self.found.push(told(file, "duplicate-name", &complaint));
                }
                Some(read.tree)
            }
            Err(complaint) => {
                self.found.push(told(file, "not-a-document", &complaint));
                None
            }
        };
        self.files.insert(file.to_owned(), tree.clone());
        Some(Spot { file: file.into(), pointer: String::new(), tree: tree? })
    }

    /// Lets a file say what is left of it.
    pub(super) fn replace(&mut self, file: &str, tree: &Arc<Tree>) {
        self.files.insert(file.to_owned(), Some(tree.clone()));
    }

    /// Says something about a part of a document.
    pub(super) fn say(
        &mut self,
        code: &'static str,
        severity: Severity,
        spot: &Spot,
        sentence: impl Into<String>,
    ) {
        let finding = Finding::new(code, severity, Place::Design, sentence).at(&spot.pointer);
        self.found.push(Found { file: spot.file.to_string(), mark: spot.tree.mark, finding });
    }

    /// What a part means: itself, or what it refers to. Nothing, and a finding, where a reference
    /// leads nowhere.
    pub(super) fn resolve(&mut self, spot: &Spot) -> Option<Spot> {
        let mut at = spot.clone();
        for _ in 0..MAX_STEPS {
            let Some(reference) = at.reference().map(str::to_owned) else { return Some(at) };
            at = self.follow(&at, &reference)?;
        }
        self.circle(spot)
    }

    /// One step from a reference.
    pub(super) fn follow(&mut self, from: &Spot, reference: &str) -> Option<Spot> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if has_scheme(path) {
            let sentence = format!(
                "`{reference}` is not on this machine and not fetched; it stays unresolved"
            );
            return self.complain("remote-reference", Severity::Warning, from, sentence);
        }
        let file = match self.file(from, path) {
            Ok(file) => file,
            Err((severity, sentence)) => {
                return self.complain("unresolved-reference", severity, from, sentence);
            }
        };
        let pointer = decoded(fragment);
        let root = self.files.get(&*file).cloned().flatten()?;
        let root = Spot { file: file.clone(), pointer: String::new(), tree: root };
        if self.depth == MAX_STEPS {
            return self.circle(from);
        }
        self.depth += 1;
        let found = self.walk(root, &pointer);
        self.depth -= 1;
        match found {
            Ok(spot) => {
                self.used.insert((file, pointer));
                self.used.insert((spot.file.clone(), spot.pointer.clone()));
                Some(spot)
            }
            Err(Lost::OnTheWay) => None,
            Err(Lost::AtTheEnd) => {
                let sentence =
                    format!("`{reference}` leads to nothing; there is no `{pointer}` in {file}");
                self.complain("unresolved-reference", Severity::Error, from, sentence)
            }
        }
    }

    /// The part that a pointer leads to, also through references on its way.
    fn walk(&mut self, root: Spot, pointer: &str) -> Result<Spot, Lost> {
        let mut at = root;
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(Lost::AtTheEnd);
        }
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            at = match at.child(&step) {
                Some(child) => child,
                None if at.reference().is_some() => {
                    let target = self.resolve(&at).ok_or(Lost::OnTheWay)?;
                    target.child(&step).ok_or(Lost::AtTheEnd)?
                }
                None => return Err(Lost::AtTheEnd),
            };
        }
        Ok(at)
    }

    fn circle(&mut self, spot: &Spot) -> Option<Spot> {
        let sentence = "the references that begin here lead in a circle";
        self.complain("reference-cycle", Severity::Error, spot, sentence.to_owned())
    }

    /// The file that a reference means, read if it was not yet.
    fn file(&mut self, from: &Spot, path: &str) -> Result<Arc<str>, (Severity, String)> {
        if path.is_empty() {
            return Ok(from.file.clone());
        }
        let name = joined(&from.file, &decoded(path)).ok_or_else(|| {
            let sentence = format!("`{path}` lies outside the folder and is not read; import from a folder that holds both");
            (Severity::Warning, sentence)
        })?;
        if !self.files.contains_key(&name) {
            let text = (self.open)(&name)
                .map_err(|why| (Severity::Warning, format!("`{path}` cannot be read: {why}")))?;
            self.read(&name, &text);
        }
        match self.files.get(&name) {
            Some(Some(_)) => Ok(name.into()),
            Some(None) | None => {
                Err((Severity::Error, format!("`{path}` is neither YAML nor JSON")))
            }
        }
    }

    fn complain(
        &mut self,
        code: &'static str,
        severity: Severity,
        spot: &Spot,
        sentence: String,
    ) -> Option<Spot> {
        if self.said.insert((spot.file.clone(), spot.tree.mark)) {
            self.say(code, severity, spot, sentence);
        }
        None
    }

    /// Begins with another document, which has limits of its own.
    pub(super) fn begin(&mut self) {
        self.copied = 0;
    }

    /// A part without places, with what it refers to in place of the references. What leads
    /// nowhere or in a circle, or is beyond a limit, stays a text that says so.
    pub(super) fn plain(&mut self, spot: &Spot) -> Value {
        self.plain_below(spot, &mut Vec::new(), 0)
    }

    fn plain_below(
        &mut self,
        spot: &Spot,
        above: &mut Vec<(Arc<str>, String)>,
        depth: usize,
    ) -> Value {
        self.copied += 1;
        if self.copied > MAX_COPIED || depth > MAX_NESTED {
            return self.beyond(spot);
        }
        if let Some(reference) = spot.reference().map(str::to_owned) {
            let Some(target) = self.resolve(spot) else { return unresolved(&reference) };
            let key = (target.file.clone(), target.pointer.clone());
            if above.contains(&key) {
                return unresolved(&reference);
            }
            above.push(key);
            let value = self.plain_below(&target, above, depth);
            above.pop();
            return value;
        }
        let depth = depth + 1;
        match &spot.tree.content {
            Content::Map(_) => {
                let entries = spot.entries().into_iter();
                let pairs = entries.map(|(key, part)| (key, self.plain_below(&part, above, depth)));
                Value::Object(pairs.collect::<Map<String, Value>>())
            }
            Content::List(_) => {
                spot.items().iter().map(|item| self.plain_below(item, above, depth)).collect()
            }
            Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => {
                spot.tree.value()
            }
        }
    }

    /// What stands for a part beyond a limit, which is said once.
    fn beyond(&mut self, spot: &Spot) -> Value {
        if self.copied <= MAX_COPIED + 1 {
            let sentence = format!(
                "what is carried of this document is more than {MAX_COPIED} values, or more than {MAX_NESTED} deep; the rest from here is left out"
            );
            self.complain("too-large", Severity::Error, spot, sentence);
        }
        Value::Null
    }

    /// A part with traits: maps are merged, and what `over` says counts more (JSON Merge Patch).
    pub(super) fn merged(&mut self, below: &Spot, over: &Spot) -> Spot {
        self.merged_to(below, over, MAX_MERGED)
    }

    fn merged_to(&mut self, below: &Spot, over: &Spot, depth: usize) -> Spot {
        if depth == 0 {
            return over.clone();
        }
        let (Some(below), Some(over)) = (self.resolve(below), self.resolve(over)) else {
            return over.clone();
        };
        if !below.tree.is_map() || !over.tree.is_map() {
            return over;
        }
        let mut entries: Vec<Entry> = Vec::new();
        for entry in below.tree.entries() {
            let tree = self.absolute(&below.below(&entry.key, &entry.tree), &over.file);
            entries.push(Entry { tree, ..entry.clone() });
        }
        for entry in over.tree.entries() {
            let known = entries.iter().position(|known| known.key == entry.key);
            match known {
                _ if entry.tree.content == Content::Null => {
                    entries.retain(|known| known.key != entry.key);
                }
                Some(at) => {
                    let old = below.with(entries[at].tree.clone());
                    let new = over.below(&entry.key, &entry.tree);
                    let old = Spot { file: over.file.clone(), ..old };
                    entries[at].tree = match old.tree.is_map() && new.tree.is_map() {
                        true => {
                            let merged = self.merged_to(&old, &new, depth - 1);
                            self.absolute(&merged, &over.file)
                        }
                        false => entry.tree.clone(),
                    };
                }
                None => entries.push(entry.clone()),
            }
        }
        over.with(Arc::new(Tree::new(over.tree.mark, Content::Map(entries))))
    }

    /// A part of one file as it stands in another: its references name the file.
    fn absolute(&self, spot: &Spot, in_file: &Arc<str>) -> Arc<Tree> {
        if spot.file == *in_file { spot.tree.clone() } else { absolute(&spot.tree, &spot.file) }
    }
}

fn absolute(tree: &Arc<Tree>, file: &str) -> Arc<Tree> {
    let content = match &tree.content {
        Content::Map(entries) => {
            let entries = entries.iter().map(|entry| {
                let text = entry.tree.text().filter(|_| entry.key == "$ref");
                let tree = match text {
                    Some(text) => {
                        let text = Content::Text(from_anywhere(text, file));
                        Arc::new(Tree::new(entry.tree.mark, text))
                    }
                    None => absolute(&entry.tree, file),
                };
                Entry { tree, ..entry.clone() }
            });
            Content::Map(entries.collect())
        }
        Content::List(items) => Content::List(items.iter().map(|it| absolute(it, file)).collect()),
        Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => {
            return tree.clone();
        }
    };
    Arc::new(Tree::new(tree.mark, content))
}

/// A reference of a file as it is written where that does not matter: from the folder.
fn from_anywhere(reference: &str, file: &str) -> String {
    let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if has_scheme(path) {
        return reference.to_owned();
    }
    let name = if path.is_empty() { Some(file.to_owned()) } else { joined(file, path) };
    match name {
        Some(name) => format!("/{name}#{fragment}"),
        None => reference.to_owned(),
    }
}

/// What stands for a reference that leads nowhere.
pub(super) fn unresolved(reference: &str) -> Value {
    json!({ "x-unresolved": reference })
}

fn told(file: &str, code: &'static str, complaint: &marked::Complaint) -> Found {
    let finding = Finding::new(code, Severity::Error, Place::Design, &complaint.sentence);
    Found { file: file.to_owned(), mark: complaint.mark, finding }
}

fn has_scheme(path: &str) -> bool {
    let scheme = path.split_once(':').map_or("", |(scheme, _)| scheme);
    path.starts_with("//") || scheme.len() > 1 && scheme.chars().all(|it| it.is_alphanumeric())
}

/// A path as it is written in a file, from the folder; nothing if it leaves the folder. One that
/// begins with `/` is from the folder already.
fn joined(file: &str, path: &str) -> Option<String> {
    let above = file.rsplit_once('/').map_or("", |(above, _)| above);
    let mut steps: Vec<&str> = Vec::new();
    let above = if path.starts_with('/') { "" } else { above };
    for step in above.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step if step.contains(['\\', '\0']) => return None,
            step => steps.push(step),
        }
    }
    (!steps.is_empty()).then(|| steps.join("/"))
}

/// Percent signs with two digits as the bytes that they stand for.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_folder() {
        assert_eq!(joined("a/b.yaml", "../c.yaml").as_deref(), Some("c.yaml"));
        assert_eq!(joined("a/b.yaml", "./c/d.yaml").as_deref(), Some("a/c/d.yaml"));
        assert_eq!(joined("a/b.yaml", "/a/c.yaml").as_deref(), Some("a/c.yaml"));
        assert_eq!(joined("b.yaml", "../c.yaml"), None);
        assert_eq!(joined("b.yaml", "a/../../c.yaml"), None);
        assert_eq!(joined("b.yaml", "a\\..\\..\\c.yaml"), None);
    }

    #[test]
    fn percent_signs_stand_for_bytes() {
        assert_eq!(decoded("a%20b%7Bc%7d%"), "a b{c}%");
        assert_eq!(decoded("%ff"), "%ff");
    }

    #[test]
    fn what_has_a_scheme_is_not_here() {
        assert!(has_scheme("https://example.org/a.yaml") && has_scheme("//example.org/a"));
        assert!(!has_scheme("a/b:c.yaml") && !has_scheme("common.yaml"));
    }
}
