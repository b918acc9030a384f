//! Recorded files that do not lie beside the design.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::why_outside;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "recorded-outside-folder",
    title: "a recorded file outside the design's folder",
    severity: Severity::Error,
    meaning: "A design and its recorded files travel together, so the path is relative to the folder of the \
              design and stays inside it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (node, line, _, recorded) in context.recorded() {
        if let Some(why) = why_outside(&recorded.file) {
            let sentence = format!("the recorded file cannot be read from there: {why}");
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at(format_args!("role.workload.{line}.arrivals.file")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::recorded::RecordedFormat;

    #[test]
    fn paths_of_recorded_files_stay_inside() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |path: &str| {
            fixture::replay(&mut design, "a", path, RecordedFormat::CloudEvents);
            said(&LINT, &design)
        };
        assert_eq!(put("recorded/placed.jsonl"), "");
        assert_eq!(
            put("/placed.jsonl"),
            "error: node `a` at role.workload.0.arrivals.file: the recorded file cannot be read \
             from there: the path must be relative to the folder of the design"
        );
    }
}
