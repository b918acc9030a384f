//! What follows from the design: findings, positions, index. Computed again only when the design
//! changes.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::sync::Arc;

use flowbench_model::conformance::{self, Case};
use flowbench_model::design::{Design, Position};
use flowbench_model::edge::Edge;
use flowbench_model::finding::{Finding, Severity};
use flowbench_model::formats::recorded::Heads;
use flowbench_model::lint::Files;
use flowbench_model::node::{Node, Role};
use flowbench_model::preset::Presets;
use flowbench_model::schema::Schemas;
use flowbench_model::schema::verdict::{Verdict, Verdicts};
use flowbench_model::{layout, lint};

/// What follows from the design.
#[derive(Debug, Default)]
pub struct Derived {
    /// What is wrong, gravest first.
    pub findings: Vec<Finding>,
    /// Where each node stands, by name: from the file, else from the automatic layout.
    pub positions: BTreeMap<String, Position>,
    /// The place of each node in the design, by name.
    pub index: BTreeMap<String, usize>,
    /// Where nodes would stand without places of their own, in the order of the design.
    automatic: Vec<Position>,
    /// The presets that channels of the design name, and its own.
    pub presets: Presets,
    /// The conformance cases.
    pub cases: Vec<Case>,
    verdicts: Verdicts,
    source: Option<Arc<Design>>,
    /// The schema files that the findings were made with.
    schemas: Schemas,
    /// The beginnings of recorded files that they were made with.
    recorded: Heads,
}

impl Derived {
    /// What the schemas and examples of a message are worth.
    #[must_use]
    pub fn verdict(&self, message: &str) -> Option<&Verdict> {
        self.verdicts.on(message)
    }

    /// Brings everything up to date with this design and the files beside it.
    pub fn update(&mut self, design: Option<&Arc<Design>>, files: Files<'_>) {
        let is_current = match (&self.source, design) {
            (Some(source), Some(design)) => Arc::ptr_eq(source, design),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_current {
            return;
        }
        *self = match design {
            Some(design) => std::mem::take(self).follow(design, files),
            None => Derived::default(),
        };
    }

    /// What follows from another design; what cannot have changed is kept.
    fn follow(mut self, design: &Arc<Design>, files: Files<'_>) -> Derived {
        let Files { schemas, recorded } = files;
        let before = self.source.take();
        let is_same = self.schemas == *schemas && self.recorded == *recorded;
        let before = before.as_deref().filter(|_| is_same);
        let has_same_meaning = before.is_some_and(|before| has_same_meaning(before, design));
        let has_same_shape = before.is_some_and(|before| has_same_shape(before, design));
        let has_same_places = before.is_some_and(|before| before.layout == design.layout);
        if !has_same_meaning {
            self.findings = lint::findings_among(design, files, &mut self.verdicts);
            self.presets = presets(design);
        }
        if !has_same_shape && before.is_none_or(|before| renamed(before, design).is_none()) {
            self.automatic = layout::automatic(design);
        }
        if !(has_same_shape && has_same_places) {
            self.positions = layout::placed(design, &self.automatic);
            self.index = index(design);
        }
        if self.cases.is_empty() {
            self.cases = conformance::cases();
        }
        if self.schemas != *schemas {
            self.schemas = schemas.clone();
        }
        if self.recorded != *recorded {
            self.recorded = recorded.clone();
        }
        Derived { source: Some(Arc::clone(design)), ..self }
    }

    /// How many findings are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// The presets of the design itself, those that its channels name, and those that these name.
fn presets(design: &Design) -> Presets {
    let own = design.presets.iter().map(|preset| preset.name.as_str());
    let named = design.nodes.iter().filter_map(|node| match &node.role {
        Role::Channel(channel) => channel.preset.as_deref(),
        Role::Producer(_) | Role::Consumer(_) => None,
    });
    Presets::named(&design.presets, own.chain(named))
}

/// Whether two designs differ in nothing but the places of their nodes: no rule looks at those.
fn has_same_meaning(before: &Design, after: &Design) -> bool {
    shares(&before.nodes, &after.nodes)
        && shares(&before.edges, &after.edges)
        && shares(&before.messages, &after.messages)
        && shares(&before.scenarios, &after.scenarios)
        && shares(&before.contexts, &after.contexts)
        && shares(&before.presets, &after.presets)
        && before.promises == after.promises
        && before.info == after.info
        && before.compatibility == after.compatibility
        && before.lints == after.lints
}

/// Whether two designs have the same nodes and edges, so that the automatic layout is the same.
fn has_same_shape(before: &Design, after: &Design) -> bool {
    let is_same_node = |(one, other): (&Arc<Node>, &Arc<Node>)| {
        Arc::ptr_eq(one, other)
            || (one.name == other.name && discriminant(&one.role) == discriminant(&other.role))
    };
    let is_same_edge = |(one, other): (&Arc<Edge>, &Arc<Edge>)| {
        Arc::ptr_eq(one, other)
            || (one.name() == other.name()
                && one.contract.dead_letter == other.contract.dead_letter)
    };
    before.nodes.len() == after.nodes.len()
        && before.edges.len() == after.edges.len()
        && before.nodes.iter().zip(&after.nodes).all(is_same_node)
        && before.edges.iter().zip(&after.edges).all(is_same_edge)
}

/// The old and the new name of the one node by which two designs differ in shape, if that is all.
fn renamed<'a>(before: &'a Design, after: &'a Design) -> Option<(&'a str, &'a str)> {
    let mut pairs = before.nodes.iter().zip(&after.nodes).filter(|(a, b)| a.name != b.name);
    let (old, new) = pairs.next().map(|(a, b)| (a.name.as_str(), b.name.as_str()))?;
    let carried = |name: &'a str| if name == old { new } else { name };
    let is_same_node =
        |(a, b): (&'a Arc<Node>, &Arc<Node>)| discriminant(&a.role) == discriminant(&b.role);
    let is_same_edge = |(a, b): (&'a Arc<Edge>, &Arc<Edge>)| {
        Arc::ptr_eq(a, b)
            || (carried(&a.from) == b.from
                && carried(&a.to) == b.to
                && a.contract.dead_letter.as_deref().map(carried)
                    == b.contract.dead_letter.as_deref())
    };
    let is_same = pairs.next().is_none()
        && before.nodes.len() == after.nodes.len()
        && before.edges.len() == after.edges.len()
        && before.nodes.iter().zip(&after.nodes).all(is_same_node)
        && before.edges.iter().zip(&after.edges).all(is_same_edge);
    is_same.then_some((old, new))
}

/// Whether two lists hold the same things, by sharing.
fn shares<T>(one: &[Arc<T>], other: &[Arc<T>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}

fn index(design: &Design) -> BTreeMap<String, usize> {
    design.nodes.iter().enumerate().map(|(index, node)| (node.name.clone(), index)).collect()
}

#[cfg(test)]
mod tests {
    use flowbench_model::edit::Edit;
    use flowbench_model::formats::native;
    use flowbench_model::node::{Consumer, Role};

    use super::*;

    const NO_FILES: Files<'_> = Files { schemas: &Schemas::new(), recorded: &Heads::new() };

    fn fresh(design: &Arc<Design>) -> Derived {
        let mut derived = Derived::default();
        derived.update(Some(design), NO_FILES);
        derived
    }

    #[test]
    fn a_renamed_node_stays_where_a_layout_would_put_it() {
        for sample in crate::samples::SAMPLES {
            let document = native::read(sample.design()).expect("samples can be read");
            let mut design = document.design;
            design.layout.clear();
            let design = Arc::new(design);
            let mut derived = fresh(&design);
            for old in &design.nodes {
                let node = Node { name: format!("zz-{}", old.name), ..Node::clone(old) };
                let edit = Edit::PutNode(old.name.clone(), node);
                let renamed = Arc::new(edit.apply(&design).expect("the name is free"));
                derived.update(Some(&renamed), NO_FILES);
                assert_eq!(derived.positions, fresh(&renamed).positions, "{}", old.name);
                derived.update(Some(&design), NO_FILES);
            }
        }
    }

    #[test]
    fn what_is_kept_is_what_would_be_computed() {
        let consumer = |name: &str| Node::new(name, Role::Consumer(Consumer::default()));
        let mut renamed = consumer("a");
        "c".clone_into(&mut renamed.name);
        let mut empty = consumer("b");
        empty.role = Role::Consumer(Consumer { concurrency: 0, ..Consumer::default() });
        let edits = [
            Edit::AddNode(consumer("a"), None),
            Edit::AddNode(consumer("b"), None),
            Edit::Move(vec![("a".to_owned(), Position(500.0, 40.0))]),
            Edit::PutNode("b".to_owned(), empty),
            Edit::PutNode("a".to_owned(), renamed),
            Edit::ForgetLayout,
            Edit::RemoveNode("b".to_owned()),
        ];
        let mut design = Arc::new(Design::new("test"));
        let mut derived = fresh(&design);
        for edit in edits {
            design = Arc::new(edit.apply(&design).expect("each edit makes sense"));
            derived.update(Some(&design), NO_FILES);
            let computed = fresh(&design);
            assert_eq!(derived.findings, computed.findings, "after {edit:?}");
            assert_eq!(derived.positions, computed.positions, "after {edit:?}");
            assert_eq!(derived.index, computed.index, "after {edit:?}");
        }
    }
}
