//! What is wrong with a design and the files beside it: what the rules say, and what keeps its
//! scenarios from running.

use flowbench_model::design::Design;
use flowbench_model::lint::{self, Files, Findings};
use flowbench_model::schema::Schemas;
use flowbench_model::schema::verdict::Verdicts;
use flowbench_simulator::plan::{Plan, Surroundings};

use crate::beside::Beside;

/// What the rules say, and what keeps a scenario from running beside that.
#[must_use]
pub fn findings(design: &Design, schemas: &Schemas, beside: &Beside) -> Findings {
    let recorded = beside.heads(design);
    let files = Files { schemas, recorded: &recorded };
    let mut findings = lint::all_findings(design, files, &mut Verdicts::default());
    let open = |file: &str| beside.open(file);
    for scenario in &design.scenarios {
        let surroundings = Surroundings { schemas, open: &open };
        let plan = Plan::compile_with(design, scenario, scenario.seed, &surroundings);
        let obstacles = plan.err().unwrap_or_default();
        for obstacle in obstacles {
            let is_said = findings.said.iter().any(|finding| {
                finding.place == obstacle.place && finding.property == obstacle.property
            });
            if !is_said {
                findings.said.push(obstacle);
            }
        }
    }
    findings
}
