//! Recorded files whose first lines are not what the design says.

use crate::finding::{Finding, Place, Severity};
use crate::formats::recorded::guess::types;
use crate::formats::recorded::{BadLine, End, Head, Reader};
use crate::lint::{Context, Lint};
use crate::node::Workload;
use crate::recorded::{BadLines, Recorded};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "recorded-bad-line",
    title: "recorded events that cannot be read, or are of no use",
    severity: Severity::Error,
    meaning: "The first lines of a recorded file are read as the design says: in this format, with time, key, \
              type, size and payload at these places. Correct the format or the places, or the file.",
    check,
};

/// Bad lines of a file that are told one by one.
const TOLD: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = context.files else { return };
    for (node, line, workload, recorded) in context.recorded() {
        let Some(head) = files.recorded.get(&recorded.file) else { continue };
        for (severity, sentence) in troubles(recorded, workload, head) {
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, severity, place, sentence);
            findings.push(finding.at(format_args!("role.workload.{line}.arrivals")));
        }
    }
}

fn troubles(recorded: &Recorded, workload: &Workload, head: &Head) -> Vec<(Severity, String)> {
    let file = &recorded.file;
    let told = |bad: &BadLine| format!("`{file}`, {bad}");
    let all = Recorded { bad_lines: BadLines::Skip, ..recorded.clone() };
    let reader = match Reader::new(&all, &workload.message.name, &head.bytes) {
        Ok(reader) => reader,
        Err(bad) => return vec![(Severity::Error, told(&bad))],
    };
    let mut read = head.read(&reader);
    if let Some(End::Bad(bad)) = &read.end {
        read.skipped.push(bad.clone());
    }
    let has_none = read.events.is_empty() && read.others == 0;
    let severity = if has_none { Severity::Error } else { Severity::Warning };
    let mut troubles: Vec<(Severity, String)> =
        read.skipped.iter().take(TOLD).map(|bad| (severity, told(bad))).collect();
    if read.skipped.len() > TOLD {
        let more = read.skipped.len() - TOLD;
        troubles.push((severity, format!("`{file}` has {more} more such lines at its beginning")));
    } else if read.events.is_empty() && read.skipped.is_empty() {
        troubles.push((Severity::Warning, nothing(recorded, workload, head)));
    }
    troubles
}

/// What to say about a file that has no events of use.
fn nothing(recorded: &Recorded, workload: &Workload, head: &Head) -> String {
    let file = &recorded.file;
    let types: Vec<String> = types(recorded, &head.bytes).into_iter().map(|it| it.0).collect();
    if types.is_empty() {
        return format!("`{file}` has no events");
    }
    let wanted = recorded.event_type.as_deref().unwrap_or(&workload.message.name);
    let there = types.join("`, `");
    format!(
        "`{file}` has no event of type `{wanted}` at its beginning, but `{there}`: say which with \
         `event_type`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::recorded::{RecordedFormat, Separator};

    #[test]
    fn the_first_lines_are_what_the_design_says() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let format = RecordedFormat::CloudEvents;
        fixture::replay(&mut design, "a", "f", format);
        let of = |text: &str| fixture::said_among(&LINT, &design, "f", Some(text));
        let good = r#"{"specversion":"1.0","id":"1","source":"/s","type":"Placed","time":"2026-01-01T00:00:02Z"}"#;
        let head = "node `a` at role.workload.0.arrivals: `f`";
        assert_eq!(of(good), "");
        assert_eq!(of(""), format!("warning: {head} has no events"));
        assert_eq!(
            of(&good.replace("Placed", "Paid")),
            format!(
                "warning: {head} has no event of type `Placed` at its beginning, but `Paid`: say \
                 which with `event_type`"
            )
        );
        assert_eq!(
            of(&format!("{good}\n?")),
            format!("warning: {head}, line 2: expected a JSON object, found `?`")
        );
        let all = of("?\n?\n?\n?\n?");
        let third = format!("error: {head}, line 3: expected a JSON object, found `?`");
        assert_eq!(all.lines().nth(2), Some(&*third));
        assert!(all.ends_with("2 more such lines at its beginning"), "{all}");
    }

    #[test]
    fn columns_are_there() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let recorded =
            fixture::replay(&mut design, "a", "f", RecordedFormat::Csv(Separator::Comma));
        recorded.fields.time = Some("when".to_owned());
        assert_eq!(
            fixture::said_among(&LINT, &design, "f", Some("at,order\n1,2\n")),
            "error: node `a` at role.workload.0.arrivals: `f`, line 1: expected a column `when`; \
             the first row names `at`, `order`"
        );
    }
}
