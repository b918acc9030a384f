//! What no document has a place for.

use super::lost;
use crate::design::Design;
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place};
use crate::node::{Consumer, Role};

/// What of a design is left out, part by part.
pub(super) fn of_design(design: &Design) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parts = [
        ("scenarios", design.scenarios.len()),
        ("promises", design.promises.len()),
        ("contexts", design.contexts.len()),
        ("presets", design.presets.len()),
        ("layout", design.layout.len()),
    ];
    for (part, count) in parts.into_iter().filter(|it| it.1 > 0) {
        let sentence = format!("documents have no place for `{part}`: {count} left out");
        findings.push(lost(Place::Design, part, sentence));
    }
    for node in &design.nodes {
        let what = match &node.role {
            Role::Producer(producer) if !producer.workload.is_empty() => "when it publishes",
            Role::Consumer(consumer) if *consumer != Consumer::default() => {
                "how it handles, what fails and what it remembers"
            }
            Role::Producer(_) | Role::Consumer(_) | Role::Channel(_) => continue,
        };
        let sentence = format!("a document does not say of `{}` {what}", node.name);
        findings.push(lost(Place::Node(node.name.clone()), "role", sentence));
    }
    for edge in &design.edges {
        let what = match edge.kind {
            EdgeKind::Call => "calls stand in no document",
            EdgeKind::Bind => "bindings between channels stand in no document",
            EdgeKind::Publish | EdgeKind::Subscribe => continue,
        };
        findings.push(lost(Place::Edge(edge.name()), "", what.to_owned()));
    }
    findings
}
