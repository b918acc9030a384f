//! Saving: the text that was loaded with only those lines altered that say something new.

use std::collections::BTreeMap;

use super::align::{Lists, staying};
use super::pieces::{Pieces, begins_line, indentation};
use super::read::read;
use super::source::Source;
use super::tree::{Entry, Group, GroupKind, Value, parse};
use super::write::{Level, Printer, Spot, WIDTH, compact, write};
use crate::design::Design;

/// The text of `new`, given the text that `old` was read from. Nothing changed: the same bytes.
/// Something changed: its lines only; comments, spacing, the order of fields and the way values
/// are written stay everywhere else. Reading the result gives `new`.
///
/// Cost: writes both designs and reads the result, some milliseconds for a thousand nodes.
#[must_use]
pub fn save(source: &Source, old: &Design, new: &Design) -> String {
    if old == new {
        return source.text().to_owned();
    }
    let is_right = |text: &str| read(text).is_ok_and(|document| document.design == *new);
    let text = merged(source, &compact(old), &compact(new));
    if is_right(&text) {
        return text;
    }
    let canonical = write(new);
    debug_assert!(
        !is_right(&canonical),
        "invariant: what is saved is what was meant\n{}\n----\n{text}",
        source.text()
    );
    canonical
}

fn merged(source: &Source, old: &str, new: &str) -> String {
    let old_tree = parse(old).expect("invariant: what is serialized is RON");
    let new_tree = parse(new).expect("invariant: what is serialized is RON");
    let text = source.text();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let merge = Merge { text, old, printer: Printer { source: new, line_end } };
    let root = &source.tree().root;
    let changed = merge.value(root, Some(&old_tree.root), &new_tree.root, Level::Document);
    format!("{}{changed}{}", &text[..root.span.start], &text[root.span.end..])
}

/// Three texts: the loaded one, and what it meant and is to mean in compact notation.
struct Merge<'a> {
    text: &'a str,
    old: &'a str,
    printer: Printer<'a>,
}

/// What becomes of the entries of a group, in their new order.
enum Step<'a> {
    /// The entry of this index stays as it is.
    Keep(usize),
    /// The value of this entry changes, if the old and the new one differ.
    Change(usize, Option<&'a Value>, &'a Value),
    /// An entry comes in.
    Add(&'a Entry),
}

impl Step<'_> {
    fn origin(&self) -> Option<usize> {
        match self {
            Step::Keep(index) | Step::Change(index, ..) => Some(*index),
            Step::Add(_) => None,
        }
    }
}

impl<'a> Merge<'a> {
    fn is_equal(&self, old: &Value, new: &Value) -> bool {
        old.text(self.old) == new.text(self.printer.source)
    }

    /// The text of a value that meant `old` and is to mean `new`.
    fn value(&self, value: &Value, old: Option<&Value>, new: &Value, level: Level) -> String {
        if old.is_some_and(|old| self.is_equal(old, new)) {
            return value.text(self.text).to_owned();
        }
        let inside = || {
            let (group, old, new) = (value.group()?, old?.group()?, new.group()?);
            let is_same_shape = group.kind == old.kind
                && old.kind == new.kind
                && old.name(self.old) == new.name(self.printer.source);
            let steps = is_same_shape.then(|| self.steps(group, old, new)).flatten()?;
            let body = self.body(group, &steps, level)?;
            let before = &self.text[value.span.start..=group.open];
            Some(format!("{before}{body}{}", &self.text[group.close..value.span.end]))
        };
        inside().unwrap_or_else(|| self.fresh(value, new, level))
    }

    /// A value in canonical notation, in the place of another.
    fn fresh(&self, value: &Value, new: &Value, level: Level) -> String {
        let at = value.span.start;
        let indent = indentation(self.text, at).chars().count();
        let line_start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let used = self.text[line_start..at].chars().count() - indent + 1;
        self.printer.value(new, &Spot { indent, used, level })
    }

    fn steps<'b>(&self, group: &Group, old: &'b Group, new: &'b Group) -> Option<Vec<Step<'b>>> {
        match group.kind {
            GroupKind::Struct | GroupKind::Map => Some(self.field_steps(group, old, new)),
            GroupKind::List => self.item_steps(group, old, new),
            GroupKind::Tuple => {
                let lengths = [group, old, new].map(|group| group.entries.len());
                let pairs = old.entries.iter().zip(&new.entries).enumerate();
                let step = |(index, (old, new)): (usize, (&'b Entry, &'b Entry))| {
                    Step::Change(index, Some(&old.value), &new.value)
                };
                (lengths[0] == lengths[1] && lengths[1] == lengths[2])
                    .then(|| pairs.map(step).collect())
            }
        }
    }

    /// Fields that the text leaves out, or says although they need not be said, stay so.
    fn field_steps<'b>(&self, group: &Group, old: &'b Group, new: &'b Group) -> Vec<Step<'b>> {
        let (old, names) = (by_key(self.old, old), keys(self.printer.source, new));
        let new_by_key = by_key(self.printer.source, new);
        let mut steps = Vec::new();
        let mut place_of: BTreeMap<String, usize> = BTreeMap::new();
        for (index, key) in keys(self.text, group).into_iter().enumerate() {
            let step = match (old.get(&key), new_by_key.get(&key)) {
                (Some(_), None) => continue,
                (None, None) => Step::Keep(index),
                (before, Some(after)) => {
                    Step::Change(index, before.map(|entry| &entry.value), &after.value)
                }
            };
            place_of.insert(key, steps.len());
            steps.push(step);
        }
        let mut added: Vec<(Option<usize>, &Entry)> = Vec::new();
        let mut before = None;
        for (key, entry) in names.iter().zip(&new.entries) {
            let is_unsaid =
                || old.get(key).is_some_and(|old| self.is_equal(&old.value, &entry.value));
            match place_of.get(key) {
                Some(place) => before = Some(*place),
                None if is_unsaid() => {}
                None => added.push((before, entry)),
            }
        }
        with_added(steps, &added)
    }

    fn item_steps<'b>(
        &self,
        group: &Group,
        old: &'b Group,
        new: &'b Group,
    ) -> Option<Vec<Step<'b>>> {
        if group.entries.len() != old.entries.len() {
            return None;
        }
        let lists = Lists {
            old_text: self.old,
            old: &old.entries,
            new_text: self.printer.source,
            new: &new.entries,
        };
        let step = |(origin, entry): (Option<usize>, &'b Entry)| match origin {
            Some(index) => Step::Change(index, Some(&old.entries[index].value), &entry.value),
            None => Step::Add(entry),
        };
        Some(lists.origins().into_iter().zip(&new.entries).map(step).collect())
    }

    /// What stands between the brackets; `None` if the whole is better written anew.
    fn body(&self, group: &Group, steps: &[Step<'_>], level: Level) -> Option<String> {
        let is_in_place = steps.len() == group.entries.len()
            && steps.iter().enumerate().all(|(index, step)| step.origin() == Some(index));
        let body = &self.text[group.open + 1..group.close];
        if is_in_place {
            Some(self.in_place(group, steps, level))
        } else if body.contains('\n') {
            Some(Lines::of(self, group, level).body(steps))
        } else {
            self.one_line(group, steps, level)
        }
    }

    fn in_place(&self, group: &Group, steps: &[Step<'_>], level: Level) -> String {
        let mut body = String::new();
        let mut done = group.open + 1;
        for (entry, step) in group.entries.iter().zip(steps) {
            body += &self.text[done..entry.value.span.start];
            body += &self.stepped(entry, step, level);
            done = entry.value.span.end;
        }
        body + &self.text[done..group.close]
    }

    /// The new text of an entry's value.
    fn stepped(&self, entry: &Entry, step: &Step<'_>, level: Level) -> String {
        match step {
            Step::Keep(_) => entry.value.text(self.text).to_owned(),
            Step::Change(_, old, new) => {
                let key = entry.key.as_ref().map(|key| &self.text[key.clone()]);
                self.value(&entry.value, *old, new, level.of_part(key))
            }
            Step::Add(added) => added.value.text(self.printer.source).to_owned(),
        }
    }

    /// A group that stands on one line, if it still fits there.
    fn one_line(&self, group: &Group, steps: &[Step<'_>], level: Level) -> Option<String> {
        let has_comment = self.text[group.open..group.close].contains("/*");
        match level {
            Level::Document | Level::Section { .. } if !has_comment => return None,
            Level::Document | Level::Section { .. } | Level::Block | Level::Inside => {}
        }
        let line_indent = indentation(self.text, group.open).chars().count();
        let spot = Spot { indent: line_indent, used: 0, level };
        let part = |step: &Step<'_>| match step {
            Step::Add(entry) => self.printer.entry(entry, &spot),
            Step::Keep(index) | Step::Change(index, ..) => {
                let entry = &group.entries[*index];
                let start = match index.checked_sub(1) {
                    Some(before) => group.entries[before].end(),
                    None => group.open + 1,
                };
                let before = self.text[start..entry.value.span.start].trim_start();
                let after =
                    &self.text[entry.value.span.end..entry.comma.unwrap_or(entry.value.span.end)];
                format!("{before}{}{after}", self.stepped(entry, step, level))
            }
        };
        let parts: Vec<String> = steps.iter().map(part).collect();
        let body = parts.join(", ");
        let line_start = self.text[..group.open].rfind('\n').map_or(0, |newline| newline + 1);
        let width = self.text[line_start..group.open].chars().count() + body.chars().count() + 3;
        // Who writes long lines by hand means them.
        let was_wide = self.text[line_start..group.close].chars().count() > WIDTH;
        let fits =
            (width <= WIDTH || was_wide) && !body.contains('\n') && !group.entries.is_empty();
        let (first, last) = (group.entries.first(), group.entries.last());
        let head =
            first.map_or("", |entry| leading_space(&self.text[group.open + 1..entry.start()]));
        let tail = last.map_or("", |entry| &self.text[entry.end()..group.close]);
        let comma = if last.is_some_and(|entry| entry.comma.is_some()) && !parts.is_empty() {
            ","
        } else {
            ""
        };
        (fits || has_comment).then(|| format!("{head}{body}{comma}{tail}"))
    }
}

fn leading_space(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

fn keys(text: &str, group: &Group) -> Vec<String> {
    group.entries.iter().map(|entry| entry.key_text(text).unwrap_or_default()).collect()
}

fn by_key<'b>(text: &str, group: &'b Group) -> BTreeMap<String, &'b Entry> {
    keys(text, group).into_iter().zip(&group.entries).collect()
}

/// The steps with each added entry after the step it follows.
fn with_added<'b>(steps: Vec<Step<'b>>, added: &[(Option<usize>, &'b Entry)]) -> Vec<Step<'b>> {
    let after = |place: Option<usize>| {
        added.iter().filter(move |(before, _)| *before == place).map(|(_, entry)| Step::Add(entry))
    };
    let mut all: Vec<Step<'b>> = after(None).collect();
    for (place, step) in steps.into_iter().enumerate() {
        all.push(step);
        all.extend(after(Some(place)));
    }
    all
}

/// A group on several lines, being put together anew.
struct Lines<'a, 'b> {
    merge: &'b Merge<'a>,
    group: &'b Group,
    level: Level,
    pieces: Pieces,
    indent: String,
    out: String,
}

impl<'a, 'b> Lines<'a, 'b> {
    fn of(merge: &'b Merge<'a>, group: &'b Group, level: Level) -> Lines<'a, 'b> {
        let text = merge.text;
        let first = group.entries.iter().find(|entry| begins_line(text, entry.start()));
        let indent = first.map_or_else(
            || format!("{}    ", indentation(text, group.open)),
            |entry| indentation(text, entry.start()).to_owned(),
        );
        let pieces = Pieces::of(text, group);
        Lines { merge, group, level, pieces, indent, out: String::new() }
    }

    fn body(mut self, steps: &[Step<'_>]) -> String {
        let text = self.merge.text;
        let origins: Vec<usize> = steps.iter().filter_map(Step::origin).collect();
        let mut stays = staying(&origins).into_iter();
        self.out += &text[self.pieces.head.clone()];
        let mut done = 0;
        for (place, step) in steps.iter().enumerate() {
            let is_last = place + 1 == steps.len();
            match step {
                Step::Add(entry) => self.add(entry, is_last),
                Step::Keep(index) | Step::Change(index, ..) => {
                    if stays.next() == Some(true) {
                        self.leads(done, *index);
                        let lead = self.pieces.pieces[*index].lead.clone();
                        self.out += &text[lead];
                        done = index + 1;
                    } else {
                        self.end_line();
                    }
                    self.keep(*index, step, is_last);
                }
            }
        }
        self.leads(done, self.group.entries.len());
        self.tail();
        self.out
    }

    /// Comments set off from entries that are gone from their place.
    fn leads(&mut self, from: usize, to: usize) {
        for index in from..to {
            let lead = &self.merge.text[self.pieces.pieces[index].lead.clone()];
            if !lead.trim().is_empty() {
                self.end_line();
                self.out += lead;
            }
        }
    }

    fn add(&mut self, entry: &Entry, is_last: bool) {
        if self.pieces.head.is_empty() && !self.out.ends_with('\n') {
            return self.add_in_line(entry, is_last);
        }
        self.end_line();
        let indent = self.indent.chars().count();
        let text = self.merge.printer.entry(entry, &Spot { indent, used: 1, level: self.level });
        self.out += &self.indent;
        self.out += &text;
        self.out.push(',');
        self.out += self.merge.printer.line_end;
    }

    /// An entry between others that stand right behind the opening bracket.
    fn add_in_line(&mut self, entry: &Entry, is_last: bool) {
        let text = self.merge.text;
        let indent = indentation(text, self.group.open).chars().count();
        let spot = Spot { indent, used: 1, level: self.level };
        if !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        self.out += &self.merge.printer.entry(entry, &spot);
        self.out += if is_last { "" } else { ", " };
    }

    fn keep(&mut self, index: usize, step: &Step<'_>, is_last: bool) {
        let text = self.merge.text;
        let (entry, own) = (&self.group.entries[index], self.pieces.pieces[index].own.clone());
        if self.out.ends_with('\n') && !text[..own.start].ends_with('\n') {
            self.out += &self.indent;
        }
        self.out += &text[own.start..entry.value.span.start];
        self.out += &self.merge.stepped(entry, step, self.level);
        if entry.comma.is_none() && !is_last {
            self.out.push(',');
        }
        self.out += &text[entry.value.span.end..own.end];
    }

    fn end_line(&mut self) {
        let is_started =
            !self.out.is_empty() || !self.merge.text[..=self.group.open].ends_with('\n');
        if is_started && !self.out.ends_with('\n') {
            self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
            self.out += self.merge.printer.line_end;
        }
    }

    fn tail(&mut self) {
        let text = self.merge.text;
        let tail = &text[self.pieces.tail.clone()];
        let begins_line = text[..self.pieces.tail.start].ends_with('\n');
        if begins_line {
            self.end_line();
        } else if self.out.ends_with('\n') {
            self.out += indentation(text, self.group.close);
        }
        self.out += tail;
        if self.out.trim().is_empty() {
            self.out.clear();
        }
    }
}
