//! What follows from the design: findings, positions, index. Computed again only when the design
//! changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::design::{Design, Position};
use flowbench_model::finding::{Finding, Severity};
use flowbench_model::schema::Schemas;
use flowbench_model::schema::verdict::Verdicts;
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
    verdicts: Verdicts,
    source: Option<Arc<Design>>,
}

impl Derived {
    /// Brings everything up to date with this design and its schema files.
    pub fn update(&mut self, design: Option<&Arc<Design>>, schemas: &Schemas) {
        let is_current = match (&self.source, design) {
            (Some(source), Some(design)) => Arc::ptr_eq(source, design),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_current {
            return;
        }
        let mut verdicts = std::mem::take(&mut self.verdicts);
        *self = design.map_or_else(Derived::default, |design| Derived {
            findings: lint::findings_again(design, schemas, &mut verdicts),
            positions: layout::positions(design),
            index: index(design),
            verdicts,
            source: Some(Arc::clone(design)),
        });
    }

    /// How many findings are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

fn index(design: &Design) -> BTreeMap<String, usize> {
    design.nodes.iter().enumerate().map(|(index, node)| (node.name.clone(), index)).collect()
}
