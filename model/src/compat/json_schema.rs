//! Compatibility of JSON Schemas. The rules are those of the Confluent and the Apicurio registries,
//! restated from their behavior, and stricter ones that no payload contradicts.

use serde_json::Value;

use super::{Difference, RuleSet};
use crate::schema::all_fit;
use tree::{Criterion, Document, Kind, Part, View};

mod array;
mod combined;
mod drafts;
mod exclusive;
mod limits;
mod object;
mod tree;

/// How two schemas differ, as far as it matters to a reader of what was written.
pub(super) fn differences(old: &Value, new: &Value, rules: RuleSet) -> Vec<Difference> {
    if rules != RuleSet::StrictPlus {
        return Comparison::new(old, new, rules).run();
    }
    let (old, new) = (drafts::as_read(old), drafts::as_read(new));
    Comparison::new(&old, &new, rules).run()
}

/// Schemas inside each other that are followed at most; what is deeper counts as different.
const DEEPEST: usize = 64;
/// Pairs of schemas that are compared at most.
const PAIRS: usize = 20_000;

/// Two documents, and what was found so far.
struct Comparison<'a> {
    old: Document<'a>,
    new: Document<'a>,
    rules: RuleSet,
    found: Vec<Difference>,
    /// The pairs that are being compared: a pair inside itself makes no difference.
    under_way: Vec<UnderWay<'a>>,
    /// The same the other way round, where the question is whether the old one reads the new: it
    /// is asked of what must not be.
    against: Vec<UnderWay<'a>>,
    /// How deep inside the values that are spoken of: in fields and items.
    level: usize,
    /// Whether both are written in the same draft.
    is_one_draft: bool,
    pairs: usize,
    /// Questions inside each other that are only answered with yes or no: nothing is noted.
    asks: usize,
    /// Whether the answer to the innermost is no.
    is_broken: bool,
}

type Identity<'a> = (usize, Part<'a>);

/// A pair that is being compared, and how deep inside the values that it speaks of.
type UnderWay<'a> = (Identity<'a>, Identity<'a>, usize);

impl<'a> Comparison<'a> {
    fn new(old: &'a Value, new: &'a Value, rules: RuleSet) -> Comparison<'a> {
        let document =
            |root: &'a Value| Document { root, heeds_siblings: heeds_siblings(root, rules) };
        Comparison {
            old: document(old),
            new: document(new),
            rules,
            found: Vec::new(),
            under_way: Vec::new(),
            against: Vec::new(),
            level: 0,
            is_one_draft: drafts::draft(old) == drafts::draft(new),
            pairs: 0,
            asks: 0,
            is_broken: false,
        }
    }

    /// Everything that differs.
    fn run(mut self) -> Vec<Difference> {
        let (old, new) = (View::whole(self.old.root), View::whole(self.new.root));
        self.compare(old, new, "");
        self.found
    }

    /// Whether holes of the registries are closed.
    fn is_plus(&self) -> bool {
        self.rules == RuleSet::StrictPlus
    }

    /// Whether what an open content model might carry by accident does not count.
    fn is_lenient(&self) -> bool {
        self.rules == RuleSet::ConfluentLenient
    }

    fn is_apicurio(&self) -> bool {
        self.rules == RuleSet::Apicurio
    }

    /// Notes a difference at a keyword, or at the whole if it is empty.
    fn note(
        &mut self,
        rule: &'static str,
        path: &str,
        keyword: &str,
        views: (View<'_>, View<'_>),
        breaks: bool,
    ) {
        if self.asks > 0 {
            self.is_broken |= breaks;
            return;
        }
        let at = |view: View<'_>| match keyword {
            "" => Some(view.schema.clone()),
            _ => view.keyword(keyword).cloned(),
        };
        let json_path = if keyword.is_empty() { path.to_owned() } else { join(path, &[keyword]) };
        let (old, new) = (at(views.0), at(views.1));
        self.found.push(Difference { rule, json_path, old, new, breaks });
    }

    /// Compares where one of them may be absent.
    fn compare_optional(&mut self, old: Option<View<'a>>, new: Option<View<'a>>, path: &str) {
        match (old, new) {
            (None, None) => {}
            (Some(old), Some(new)) => self.compare(old, new, path),
            (None, Some(new)) => {
                let breaks = !matches!(self.new.kind(new), Kind::Empty);
                self.note("schema-added", path, "", (View::whole(&Value::Null), new), breaks);
            }
            (Some(old), None) => {
                self.note("schema-removed", path, "", (old, View::whole(&Value::Null)), false);
            }
        }
    }

    /// Compares a part of the old schema with one of the new.
    fn compare(&mut self, old: View<'a>, new: View<'a>, path: &str) {
        let is_answered = self.asks > 0 && self.is_broken;
        let is_one_language = self.is_one_draft || !self.is_plus();
        if is_answered || (is_one_language && self.are_same(old, new)) {
            return;
        }
        let (old, new) = (self.old.resolved(old), self.new.resolved(new));
        let pair = (old.identity(), new.identity());
        let known = self.under_way.iter().rev().find(|(old, new, _)| (*old, *new) == pair);
        if let Some((_, _, level)) = known {
            // A schema that is part of itself says nothing unless a value ends it.
            if *level == self.level && self.is_plus() {
                self.note("refers-to-itself", path, "", (old, new), true);
            }
            return;
        }
        self.pairs += 1;
        if self.under_way.len() + self.against.len() >= DEEPEST || self.pairs > PAIRS {
            return self.note("too-deep", path, "", (old, new), true);
        }
        self.under_way.push((pair.0, pair.1, self.level));
        self.compare_kinds((old, new), path);
        self.under_way.pop();
    }

    /// Whether a reader with the new one reads what fits the old one; nothing is noted.
    fn accepts(&mut self, old: View<'a>, new: View<'a>) -> bool {
        let before = std::mem::take(&mut self.is_broken);
        self.asks += 1;
        self.compare(old, new, "");
        self.asks -= 1;
        !std::mem::replace(&mut self.is_broken, before)
    }

    fn compare_kinds(&mut self, (old, new): (View<'a>, View<'a>), path: &str) {
        let (old_kind, new_kind) = (self.old.kind(old), self.new.kind(new));
        if self.is_plus() && (is_unevaluated(old, &old_kind) || is_unevaluated(new, &new_kind)) {
            return self.compare_as_written((old, new), path);
        }
        match (&old_kind, &new_kind) {
            (Kind::False, _) | (_, Kind::Empty) => self.note_other_kind((old, new), path),
            (Kind::Combination(..), Kind::Combination(..)) => {
                combined::compare(self, (old, new), (old_kind, new_kind), path);
            }
            (Kind::Combination(..), _) | (_, Kind::Combination(..)) => {
                if !combined::compare_one_sided(self, (old, new), (&old_kind, &new_kind), path) {
                    self.note("type-changed", path, "", (old, new), true);
                }
            }
            (Kind::String, Kind::String)
            | (Kind::Number, Kind::Number)
            | (Kind::Object, Kind::Object)
            | (Kind::Array, Kind::Array)
            | (Kind::Boolean, Kind::Boolean)
            | (Kind::Null, Kind::Null) => self.compare_of_type((old, new), &old_kind, path),
            (Kind::Dynamic, Kind::Dynamic) => self.compare_as_written((old, new), path),
            (Kind::Conditional, Kind::Conditional) => {
                if self.is_plus() || self.is_apicurio() {
                    self.compare_conditions((old, new), path);
                }
            }
            (Kind::Not(old_inner), Kind::Not(new_inner)) => {
                if !self.accepts_swapped(*old_inner, *new_inner) {
                    self.note("not-narrowed", path, "not", (old, new), true);
                }
            }
            _ => self.compare_values((old, new), (&old_kind, &new_kind), path),
        }
    }

    /// What differs between kinds that are the same type.
    fn compare_of_type(&mut self, views: (View<'a>, View<'a>), kind: &Kind<'a>, path: &str) {
        if self.is_plus() && is_inferred(views.0) && !is_inferred(views.1) {
            self.note("type-added", path, "type", views, true);
        }
        self.level += 1;
        match kind {
            Kind::String => limits::string(self, views, path),
            Kind::Number => limits::number(self, views, path),
            Kind::Object => object::compare(self, views, path),
            Kind::Array => array::compare(self, views, path),
            Kind::Empty
            | Kind::False
            | Kind::Boolean
            | Kind::Null
            | Kind::Const(_)
            | Kind::Enum(_)
            | Kind::Not(_)
            | Kind::Conditional
            | Kind::Dynamic
            | Kind::Combination(..) => {}
        }
        self.level -= 1;
    }

    /// Values that are listed, against values that are listed, or kinds that have nothing in
    /// common.
    fn compare_values(
        &mut self,
        views: (View<'a>, View<'a>),
        kinds: (&Kind<'a>, &Kind<'a>),
        path: &str,
    ) {
        let equates_const = self.is_plus() || self.is_apicurio();
        let (old, new) = match kinds {
            (Kind::Const(old), Kind::Const(new)) => {
                if old != new {
                    self.note("const-changed", path, "const", views, true);
                }
                return;
            }
            (Kind::Enum(old), Kind::Enum(new)) => (*old, *new),
            (Kind::Const(old), Kind::Enum(new)) if equates_const => {
                (std::slice::from_ref(*old), *new)
            }
            (Kind::Enum(old), Kind::Const(new)) if equates_const => {
                (*old, std::slice::from_ref(*new))
            }
            (Kind::Const(old), _) if self.is_plus() => {
                return self.compare_listed((std::slice::from_ref(*old), views), path);
            }
            (Kind::Enum(old), _) if self.is_plus() => {
                return self.compare_listed((old, views), path);
            }
            _ => return self.note("type-changed", path, "", views, true),
        };
        let (lost, gained) =
            (old.iter().any(|it| !new.contains(it)), new.iter().any(|it| !old.contains(it)));
        let rule = match (lost, gained) {
            (false, false) => return,
            (false, true) => "enum-extended",
            (true, false) => "enum-narrowed",
            (true, true) => "enum-changed",
        };
        self.note(rule, path, "enum", views, lost);
    }

    /// Values that were listed, against a schema that each of them has to fit.
    fn compare_listed(&mut self, (old, views): (&[Value], (View<'a>, View<'a>)), path: &str) {
        let is_read = self.is_one_draft && all_fit(views.1.schema, old);
        let rule = if is_read { "values-generalized" } else { "type-changed" };
        self.note(rule, path, "", views, !is_read);
    }

    fn note_other_kind(&mut self, (old, new): (View<'a>, View<'a>), path: &str) {
        if old.schema != new.schema {
            self.note("type-extended", path, "", (old, new), false);
        }
    }

    /// What nobody looks into is the same only if it is written the same.
    fn compare_as_written(&mut self, (old, new): (View<'a>, View<'a>), path: &str) {
        if !self.are_alike(old.schema, new.schema) {
            self.note("changed-where-nobody-can-tell", path, "", (old, new), true);
        }
    }

    /// What must hold under a condition: under the same condition, no more than before.
    fn compare_conditions(&mut self, (old, new): (View<'a>, View<'a>), path: &str) {
        let condition = |view: View<'a>| view.keyword("if").unwrap_or(&Value::Null);
        if !self.are_alike(condition(old), condition(new)) {
            return self.note("condition-changed", path, "if", (old, new), true);
        }
        for keyword in ["then", "else"] {
            let branch = |view: View<'a>| view.keyword(keyword).map(View::whole);
            self.compare_optional(branch(old), branch(new), &join(path, &[keyword]));
        }
    }

    /// Whether two schemas say the same: they refer to nothing, or their documents are equal.
    fn are_same(&self, old: View<'_>, new: View<'_>) -> bool {
        old.part == new.part
            && old.schema == new.schema
            && (refers_only(old.schema, |_| false) || self.old.root == self.new.root)
    }

    /// Whether two schemas are written alike and mean the same: what they refer to is the same in
    /// both documents.
    fn are_alike(&self, old: &Value, new: &Value) -> bool {
        let definitions = || {
            ["definitions", "$defs"].iter().all(|name| {
                let (old, new) = (self.old.root.get(name), self.new.root.get(name));
                old == new && old.is_none_or(|it| refers_only(it, is_definition))
            })
        };
        old == new
            && (self.is_one_draft || !self.is_plus())
            && (refers_only(old, |_| false)
                || self.old.root == self.new.root
                || (refers_only(old, is_definition) && definitions()))
    }

    fn accepts_swapped(&mut self, old: View<'a>, new: View<'a>) -> bool {
        let mut swapped = Comparison {
            old: self.new,
            new: self.old,
            rules: self.rules,
            found: Vec::new(),
            under_way: self.against.clone(),
            against: self.under_way.clone(),
            level: self.level,
            is_one_draft: self.is_one_draft,
            pairs: self.pairs,
            asks: 0,
            is_broken: false,
        };
        let accepts = swapped.accepts(new, old);
        self.pairs = swapped.pairs;
        accepts
    }

    /// Whether no value fits two of these schemas of the new document.
    fn are_exclusive(&self, views: &[View<'a>]) -> bool {
        exclusive::are(&self.new, views)
    }
}

/// Whether what is beside a reference counts: it does in drafts from 2019 on, and where nobody
/// says which draft it is. The registries ignore it.
fn heeds_siblings(root: &Value, rules: RuleSet) -> bool {
    let draft = root.get("$schema").and_then(Value::as_str).unwrap_or("2020-12");
    rules == RuleSet::StrictPlus && !draft.contains("draft-0")
}

/// Whether a schema refers to nothing but such targets.
fn refers_only(schema: &Value, is_fine: fn(&str) -> bool) -> bool {
    match schema {
        Value::Object(words) => words.iter().all(|(word, value)| match word.as_str() {
            "$ref" => value.as_str().is_none_or(is_fine),
            "$dynamicRef" | "$recursiveRef" => false,
            _ => refers_only(value, is_fine),
        }),
        Value::Array(parts) => parts.iter().all(|part| refers_only(part, is_fine)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn is_definition(target: &str) -> bool {
    target.starts_with("#/definitions/") || target.starts_with("#/$defs/")
}

fn is_inferred(view: View<'_>) -> bool {
    matches!(view.part, Part::Inferred(_))
        || (view.part == Part::Whole && view.keyword("type").is_none())
}

/// Whether a view depends on what its neighbors have looked at.
fn is_unevaluated(view: View<'_>, kind: &Kind<'_>) -> bool {
    let counts = |name: &str| view.keyword(name).is_some_and(|it| *it != Value::Bool(true));
    matches!(kind, Kind::Object | Kind::Array | Kind::Combination(Criterion::All, _))
        && (counts("unevaluatedProperties") || counts("unevaluatedItems"))
}

/// A JSON pointer with more parts.
fn join(path: &str, parts: &[&str]) -> String {
    let mut text = path.to_owned();
    for part in parts {
        text.push('/');
        text.push_str(&part.replace('~', "~0").replace('/', "~1"));
    }
    text
}
