//! `flowbench run --intervals`: how exactly the means of a single long run are known.

use std::sync::Arc;

use flowbench_simulator::batch_means::{BatchMeans, STRETCHES};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::replications::{Measure, Unit};
use flowbench_simulator::series::series;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::replicate::estimated;
use crate::cli::table::{Lean, lines};
use crate::replications::quoted;

/// How sure the intervals are.
const CONFIDENCE: f64 = 0.95;

/// Each measure of a run that its batches tell of.
pub(super) struct Intervals {
    lines: Vec<(Measure, BatchMeans)>,
}

/// Measures a plan in batches, which takes one more run.
pub(super) fn intervals(plan: &Arc<Plan>) -> Intervals {
    let all = series(plan, STRETCHES).into_iter();
    let lines =
        all.filter_map(|it| BatchMeans::of(&it, CONFIDENCE).map(|means| (it.measure, means)));
    Intervals { lines: lines.filter(|(_, means)| means.estimate.max != 0.0).collect() }
}

impl Intervals {
    /// Says what they are, and where the run is too short for one.
    pub(super) fn print(&self, console: &mut Console) {
        console.line("");
        let title = "This run alone: means with 95 % intervals, by batches of it";
        console.line(&console.tinted(Tone::Strong, title));
        if self.lines.is_empty() {
            console.line("  no measure has values in enough parts of the run; let it last longer");
            return;
        }
        let head = [
            ("", Lean::Left),
            ("", Lean::Left),
            ("mean", Lean::Right),
            ("batches", Lean::Right),
            ("", Lean::Left),
        ];
        let rows: Vec<Vec<String>> = self.lines.iter().map(row).collect();
        for line in lines(&head, &rows, console.width().saturating_sub(2)) {
            console.line(&format!("  {line}"));
        }
        let count = self.lines.iter().filter(|(_, means)| means.is_too_short).count();
        if count > 0 {
            let text = format!(
                "  the run is too short for {count} of {}: neighboring batches are alike however \
                 long they are; let the scenario last longer, or replicate it",
                self.lines.len()
            );
            console.line(&console.tinted(Tone::Doubtful, &text));
        }
    }

    /// The same for machines.
    pub(super) fn object(&self) -> Value {
        let line = |(measure, means): &(Measure, BatchMeans)| {
            json!({
                "subject": measure.subject,
                "what": measure.what,
                "unit": measure.unit.word(),
                "estimate": estimated(&means.estimate),
                "correlation": means.correlation,
                "is_too_short": means.is_too_short,
            })
        };
        self.lines.iter().map(line).collect()
    }
}

fn row((Measure { subject, what, unit }, means): &(Measure, BatchMeans)) -> Vec<String> {
    let unit: Unit = *unit;
    vec![
        subject.clone(),
        (*what).to_owned(),
        quoted(&means.estimate, unit),
        means.estimate.count.to_string(),
        if means.is_too_short { "too short".to_owned() } else { String::new() },
    ]
}
