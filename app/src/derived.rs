//! What follows from the design: findings, positions. Computed again only when the design changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::design::{Design, Position};
use flowbench_model::finding::{Finding, Severity};

/// What follows from the design.
#[derive(Debug, Default)]
pub struct Derived {
    /// What the lint says, gravest first.
    pub findings: Vec<Finding>,
    /// Where each node stands, by name: from the file, else from the automatic layout.
    pub positions: BTreeMap<String, Position>,
    source: Option<Arc<Design>>,
}

impl Derived {
    /// Brings everything up to date with this design.
    pub fn update(&mut self, design: Option<&Arc<Design>>) {
        let is_current = match (&self.source, design) {
            (Some(source), Some(design)) => Arc::ptr_eq(source, design),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_current {
            return;
        }
        self.source = design.cloned();
        self.positions = design.map(|design| design.layout.clone()).unwrap_or_default();
        self.findings = Vec::new();
    }

    /// How many findings are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
