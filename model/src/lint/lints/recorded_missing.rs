//! Recorded files that are not there.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::why_outside;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "recorded-missing",
    title: "a recorded file that is not there",
    severity: Severity::Error,
    meaning: "The design names a file of recorded events beside it that could not be read. Put the file there, or \
              name the file that has them.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = context.files else { return };
    for (node, line, _, recorded) in context.recorded() {
        let is_there = files.recorded.contains_key(&recorded.file);
        if !is_there && why_outside(&recorded.file).is_none() {
            let sentence = format!("there is no file `{}` beside the design", recorded.file);
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
    use crate::recorded::RecordedFormat;

    #[test]
    fn a_recorded_file_that_is_named_is_there() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        fixture::replay(&mut design, "a", "placed.jsonl", RecordedFormat::CloudEvents);
        assert_eq!(crate::lint::said(&LINT, &design), "", "nobody looked for files");
        let of = |text: Option<&str>| fixture::said_among(&LINT, &design, "placed.jsonl", text);
        assert_eq!(
            of(None),
            "error: node `a` at role.workload.0.arrivals.file: there is no file `placed.jsonl` \
             beside the design"
        );
        assert_eq!(of(Some("")), "");
    }
}
