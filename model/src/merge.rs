//! Two versions of a design that come from the same one, put together: by what things are, not by
//! lines. What both changed differently is a conflict; the result is a design all the same.

use std::collections::BTreeSet;

use crate::design::Design;
use crate::finding::{Finding, Place, Severity};
use crate::formats::native::{self, Document};
use crate::identity::{self, Renaming};
use crate::lint;
use crate::tree::Tree;

mod lists;
mod values;

/// The code of a finding about what both sides changed differently.
pub const CONFLICT: &str = "merge-conflict";
/// The code of a finding about what each side may say, and both together may not.
pub const BROUGHT: &str = "merge-brings-error";

/// What two versions come to.
#[derive(Clone, PartialEq, Debug)]
pub struct Merged {
    /// The design.
    pub design: Design,
    /// Its text: that of ours, with what theirs adds.
    pub text: String,
    /// What both sides changed differently.
    pub conflicts: Vec<Conflict>,
    /// What is wrong with the design and was wrong with neither side.
    pub brought: Vec<Finding>,
}

/// Something that both sides changed differently. The result has what ours says.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// What it is about.
    pub place: Place,
    /// The property inside the place; empty for the whole.
    pub property: String,
    /// Where inside a property that is itself a JSON text, as a JSON pointer.
    pub json_path: String,
    /// What the version says that both come from; nothing if it was not there.
    pub base: Option<Tree>,
    /// What ours says.
    pub ours: Option<Tree>,
    /// What theirs says.
    pub theirs: Option<Tree>,
}

impl Conflict {
    /// The finding that says so.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let at = match self.json_path.as_str() {
            "" => String::new(),
            path => format!(" at {path}"),
        };
        let what = match (self.property.is_empty(), &self.base, &self.ours, &self.theirs) {
            (true, Some(_), None, _) => "ours removed it, theirs changed it; it is gone".to_owned(),
            (true, Some(_), _, None) => "ours changed it, theirs removed it; it stays".to_owned(),
            (true, ..) => "both changed it; ours stays".to_owned(),
            (false, base, ours, theirs) => format!(
                "`{}`{at} was {}; ours says {}, theirs {}; ours stays",
                self.property,
                shown(base.as_ref()),
                shown(ours.as_ref()),
                shown(theirs.as_ref())
            ),
        };
        Finding::new(CONFLICT, Severity::Error, self.place.clone(), what).at(&self.property)
    }
}

/// A value on one line.
fn shown(value: Option<&Tree>) -> String {
    const LETTERS: usize = 120;
    let Some(value) = value else { return "nothing".to_owned() };
    let text = value.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LETTERS {
        return text;
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}

impl Merged {
    fn unchanged(document: &Document) -> Merged {
        let (design, text) = (document.design.clone(), document.source.text().to_owned());
        Merged { design, text, conflicts: Vec::new(), brought: Vec::new() }
    }

    /// Everything that a person has to look at.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.conflicts.iter().map(Conflict::finding).chain(self.brought.iter().cloned()).collect()
    }
}

/// Puts two versions together that both come from `base`.
#[must_use]
pub fn merge(base: &Document, ours: &Document, theirs: &Document) -> Merged {
    if ours.source.text() == theirs.source.text() || base.source.text() == theirs.source.text() {
        return Merged::unchanged(ours);
    }
    if base.source.text() == ours.source.text() {
        return Merged::unchanged(theirs);
    }
    let mut conflicts = Vec::new();
    let sides = [&base.design, &ours.design, &theirs.design];
    let [from, own, other] = with_same_names(sides, &mut conflicts);
    let tree = values::merged([&from, &own, &other].map(Tree::of), &mut conflicts);
    let design = tree.value::<Design>().unwrap_or_else(|_| {
        let [base, ours, theirs] = [&from, &own, &other].map(|it| Some(Tree::of(it)));
        let (place, property, json_path) = (Place::Design, String::new(), String::new());
        conflicts.push(Conflict { place, property, json_path, base, ours, theirs });
        own.clone()
    });
    let brought = brought(&design, [&ours.design, &theirs.design]);
    let text = text(base, ours, theirs, &design);
    Merged { design, text, conflicts, brought }
}

/// The lines of both sides where they mean the same together: so the comments of both stay. Else
/// the text of ours, with what theirs adds.
fn text(base: &Document, ours: &Document, theirs: &Document, design: &Design) -> String {
    let texts = [base, ours, theirs].map(|document| document.source.text());
    let lines = diffy::merge(texts[0], texts[1], texts[2]).ok();
    let means_it = |text: &String| native::read(text).is_ok_and(|it| it.design == *design);
    lines.filter(means_it).unwrap_or_else(|| native::save(&ours.source, &ours.design, design))
}

/// The three versions with the same names for the same things. Where both sides gave other names,
/// ours counts.
fn with_same_names(
    [base, ours, theirs]: [&Design; 3],
    conflicts: &mut Vec<Conflict>,
) -> [Design; 3] {
    let by_ours = identity::renamed(base, ours).1;
    let by_theirs = identity::renamed(base, theirs).1;
    let same = |renaming: &Renaming, others: &[Renaming]| {
        others.iter().find(|it| it.place == renaming.place).cloned()
    };
    let only_theirs: Vec<Renaming> =
        by_theirs.iter().filter(|it| same(it, &by_ours).is_none()).cloned().collect();
    let mut in_theirs = Vec::new();
    for renaming in &by_ours {
        match same(renaming, &by_theirs) {
            None => in_theirs.push(renaming.clone()),
            Some(other) if other.to == renaming.to => {}
            Some(other) => {
                conflicts.push(names(renaming, &other));
                let place = identity::with_name(&other.place, &other.to);
                in_theirs.push(Renaming { place, ..renaming.clone() });
            }
        }
    }
    let all: Vec<Renaming> = by_ours.iter().chain(&only_theirs).cloned().collect();
    [
        identity::with_renamings(base, &all),
        identity::with_renamings(ours, &only_theirs),
        identity::with_renamings(theirs, &in_theirs),
    ]
}

fn names(ours: &Renaming, theirs: &Renaming) -> Conflict {
    let text = |name: &str| Some(Tree::Text(name.to_owned()));
    Conflict {
        place: identity::with_name(&ours.place, &ours.to),
        property: "name".to_owned(),
        json_path: String::new(),
        base: text(identity::name_of(&ours.place)),
        ours: text(&ours.to),
        theirs: text(&theirs.to),
    }
}

/// The errors of a design that none of the others has.
fn brought(design: &Design, others: [&Design; 2]) -> Vec<Finding> {
    let errors = |design: &Design| -> Vec<Finding> {
        let findings = lint::findings(design).into_iter();
        findings.filter(|finding| finding.severity == Severity::Error).collect()
    };
    let said = |it: &Finding| (it.code, it.place.clone(), it.sentence.clone());
    let known: BTreeSet<_> =
        others.into_iter().flat_map(|it| errors(it).iter().map(said).collect::<Vec<_>>()).collect();
    let new = errors(design).into_iter().filter(|finding| !known.contains(&said(finding)));
    new.map(|finding| {
        let sentence = format!("both changes together: {}", finding.sentence);
        Finding { code: BROUGHT, sentence, ..finding }
    })
    .collect()
}

#[cfg(test)]
mod tests;
