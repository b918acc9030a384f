//! The recorded files of workloads, opened.

use flowbench_model::finding::{Finding, Place, Severity};
use flowbench_model::node::Role;

use super::Compiler;
use crate::recorded::{Open, Replay};

impl Compiler<'_> {
    /// The file of each recorded workload, in the order of the workloads.
    pub(super) fn replays(&self, open: Open<'_>) -> Result<Vec<Replay>, Vec<Finding>> {
        let (mut replays, mut findings) = (Vec::new(), Vec::new());
        for at in &self.nodes.order {
            let node = &self.design.nodes[*at];
            let Role::Producer(producer) = &node.role else { continue };
            for (line, workload) in producer.workload.iter().enumerate() {
                let Some(recorded) = workload.arrivals.recorded() else { continue };
                match Replay::open(recorded, &workload.message.name, open) {
                    Ok(replay) => replays.push(replay),
                    Err(sentence) => findings.push(Finding {
                        code: "recorded-unreadable",
                        severity: Severity::Error,
                        place: Place::Node(node.name.clone()),
                        property: format!("role.workload.{line}.arrivals"),
                        sentence,
                        fix: None,
                    }),
                }
            }
        }
        if findings.is_empty() { Ok(replays) } else { Err(findings) }
    }
}
