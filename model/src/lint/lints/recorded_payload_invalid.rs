//! Recorded payloads that do not fit the schema of their message.

use crate::finding::{Finding, Place, Severity};
use crate::formats::recorded::{Head, Reader};
use crate::lint::context::Files;
use crate::lint::{Context, Lint};
use crate::node::Workload;
use crate::recorded::{BadLines, Recorded};
use crate::schema::{Checker, text};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "recorded-payload-invalid",
    title: "a recorded payload that does not fit the schema",
    severity: Severity::Warning,
    meaning: "What was recorded is published as it is; whoever checks it against the schema will refuse it. \
              Correct the schema, the place of the payload, or the file.",
    check,
};

/// Payloads of a file that are looked at.
const LOOKED_AT: usize = 100;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = context.files else { return };
    for (node, line, workload, recorded) in context.recorded() {
        let Some(head) = files.recorded.get(&recorded.file) else { continue };
        let Some(checker) = checker(context, files, workload) else { continue };
        if let Some(sentence) = misfits(recorded, workload, head, &checker) {
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            findings.push(finding.at(format_args!("role.workload.{line}.arrivals")));
        }
    }
}

fn checker(context: &Context<'_>, files: Files<'_>, workload: &Workload) -> Option<Checker> {
    let message = context.messages.get(workload.message.name.as_str())?;
    let schema = &message.version(workload.message.version)?.schema;
    Checker::new(schema.language(), text(schema, files.schemas)?).ok()
}

fn misfits(
    recorded: &Recorded,
    workload: &Workload,
    head: &Head,
    checker: &Checker,
) -> Option<String> {
    let all = Recorded { bad_lines: BadLines::Skip, ..recorded.clone() };
    let reader = Reader::new(&all, &workload.message.name, &head.bytes).ok()?;
    let mut misfits = Vec::new();
    for event in head.read(&reader).events.iter().take(LOOKED_AT) {
        let Ok(payload) = reader.payload(head.event(event)) else { continue };
        if let Some(violation) = checker.violations(&payload).into_iter().next() {
            misfits.push((event.line, violation));
        }
    }
    let (line, violation) = misfits.first()?;
    let more = match misfits.len() - 1 {
        0 => String::new(),
        more => format!("; so it is on {more} more of the first lines"),
    };
    let at = match violation.json_path.as_str() {
        "" => String::new(),
        path => format!(" at `{path}`"),
    };
    let file = &recorded.file;
    Some(format!(
        "`{file}`, line {line}: the payload does not fit the schema{at}: {}{more}",
        violation.sentence
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::recorded::{Pace, RecordedFormat};

    #[test]
    fn recorded_payloads_fit_their_schema() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let schema = r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#;
        fixture::message(&mut design, "Placed").versions = vec![fixture::version(schema)];
        let recorded = fixture::replay(&mut design, "a", "f", RecordedFormat::JsonLines);
        recorded.pace = Pace::Evenly("1/s".parse().expect("a rate"));
        let of = |text: &str| fixture::said_among(&LINT, &design, "f", Some(text));
        assert_eq!(of("{\"n\": 1}\n{\"n\": 2}"), "");
        assert_eq!(
            of("{\"n\": 1}\n{\"n\": \"x\"}\n{\"n\": true}"),
            "warning: node `a` at role.workload.0.arrivals: `f`, line 2: the payload does not fit \
             the schema at `/n`: \"x\" is not of type \"integer\"; so it is on 1 more of the first \
             lines"
        );
    }
}
