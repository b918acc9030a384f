//! Findings as JUnit XML, the format of test reports: a suite for each file, a case for each rule.
//! Errors fail a case, warnings and hints are its output, and what is silenced is skipped.

use std::collections::BTreeMap;
use std::fmt::Write;

use flowbench_model::finding::{Finding, Severity};
use flowbench_model::lint::{Findings, LINTS};

use super::Checked;
use crate::cli::input::Input;

/// The case of a file being a design at all.
const READABLE: &str = "readable";

/// One case: what it is called and what came of it.
struct Case<'c> {
    code: &'c str,
    outcome: Outcome,
}

enum Outcome {
    Passed { output: String },
    Failed { first: String, all: String },
    Skipped { reason: String },
    Broken { error: String },
}

/// The whole report.
pub(super) fn report(checked: &[Checked]) -> String {
    let suites: Vec<(&str, Vec<Case<'_>>)> =
        checked.iter().map(|it| (it.name.as_str(), cases(it))).collect();
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let (of_all, _) = counts(all());
    xml += &format!("<testsuites name=\"flowbench check\" {of_all} time=\"0\">\n");
    for (name, cases) in &suites {
        let (counts, skipped) = counts(cases.iter());
        let name_escaped = escaped(name);
        xml += &format!(
            "  <testsuite name=\"{name_escaped}\" {counts} skipped=\"{skipped}\" time=\"0\">\n"
        );
        cases.iter().for_each(|case| xml += &written(name, case));
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

/// What is counted of all suites and of each, and how many are skipped, which only suites say.
fn counts<'c>(cases: impl Iterator<Item = &'c Case<'c>>) -> (String, usize) {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case.outcome {
            Outcome::Passed { .. } => {}
            Outcome::Failed { .. } => failures += 1,
            Outcome::Skipped { .. } => skipped += 1,
            Outcome::Broken { .. } => errors += 1,
        }
    }
    (format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\""), skipped)
}

fn cases(checked: &Checked) -> Vec<Case<'_>> {
    let (findings, input) = match &checked.outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            let outcome = Outcome::Broken { error: error.clone() };
            return vec![Case { code: READABLE, outcome }];
        }
    };
    let mut codes: Vec<&str> = LINTS.iter().map(|lint| lint.code).collect();
    for finding in &findings.said {
        if !codes.contains(&finding.code) {
            codes.push(finding.code);
        }
    }
    let readable = Case { code: READABLE, outcome: Outcome::Passed { output: String::new() } };
    let by_code = By::of(findings);
    let ruled = codes.into_iter().map(|code| Case { code, outcome: by_code.outcome(code, input) });
    [readable].into_iter().chain(ruled).collect()
}

/// Findings by rule.
struct By<'f> {
    said: BTreeMap<&'f str, Vec<&'f Finding>>,
    silenced: BTreeMap<&'f str, Vec<&'f str>>,
}

impl By<'_> {
    fn of(findings: &Findings) -> By<'_> {
        let mut by = By { said: BTreeMap::new(), silenced: BTreeMap::new() };
        for finding in &findings.said {
            by.said.entry(finding.code).or_default().push(finding);
        }
        for (finding, reason) in &findings.silenced {
            by.silenced.entry(finding.code).or_default().push(reason);
        }
        by
    }

    fn outcome(&self, code: &str, input: &Input) -> Outcome {
        let said = self.said.get(code).map_or(&[][..], Vec::as_slice);
        let mut lines = String::new();
        for finding in said {
            let (place, severity) = (input.locate(finding), finding.severity);
            // A text takes everything.
            let _ = writeln!(lines, "{place}: {severity}: {}: {}", finding.place, finding.sentence);
        }
        let failed = said.iter().find(|finding| finding.severity == Severity::Error);
        match (failed, self.silenced.get(code)) {
            (Some(first), _) => Outcome::Failed { first: first.sentence.clone(), all: lines },
            (None, Some(reasons)) if said.is_empty() => {
                Outcome::Skipped { reason: reasons.join("; ") }
            }
            (None, _) => Outcome::Passed { output: lines },
        }
    }
}

fn written(suite: &str, case: &Case<'_>) -> String {
    let (suite, code) = (escaped(suite), escaped(case.code));
    let head = format!("    <testcase classname=\"{suite}\" name=\"{code}\" time=\"0\"");
    let inside = match &case.outcome {
        Outcome::Passed { output } if output.is_empty() => return format!("{head}/>\n"),
        Outcome::Passed { output } => {
            format!("<system-out>{}</system-out>", escaped(output))
        }
        Outcome::Failed { first, all } => {
            let (first, all) = (escaped(first), escaped(all));
            format!("<failure message=\"{first}\" type=\"{code}\">{all}</failure>")
        }
        Outcome::Skipped { reason } => format!("<skipped message=\"{}\"/>", escaped(reason)),
        Outcome::Broken { error } => {
            format!("<error message=\"{}\" type=\"{code}\"/>", escaped(error))
        }
    };
    format!("{head}>\n      {inside}\n    </testcase>\n")
}

/// A text that is only text, in an attribute and between tags; what XML cannot say is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&apos;",
            '\n' | '\r' | '\t' => out += &format!("&#{};", u32::from(letter)),
            letter if letter.is_control() || ['\u{fffe}', '\u{ffff}'].contains(&letter) => {
                out.push('\u{fffd}');
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_only_text() {
        assert_eq!(
            escaped("a<b> & \"c\" 'd'\n\u{0}"),
            "a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;&#10;\u{fffd}"
        );
    }
}
