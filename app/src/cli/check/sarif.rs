//! Findings as SARIF 2.1.0, the format of code scanning: rules, results with places, fixes as
//! replaced lines, what is silenced as suppressions.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use flowbench_model::finding::{Finding, Severity};
use flowbench_model::formats::native;
use flowbench_model::lint::LINTS;
use serde_json::{Value, json};

use super::Checked;
use crate::cli::input::Input;

/// The rule of a file that is no design.
const UNREADABLE: &str = "unreadable-design";
/// Fixes that are written out for one file at most: each is the whole design, saved.
const FIXES: usize = 100;

/// The log of one run.
pub(super) fn log(checked: &[Checked]) -> Value {
    let rules = Rules::of(checked);
    let mut results = Vec::new();
    for it in checked {
        match &it.outcome {
            Ok((findings, input)) => {
                let mut file = File { input, rules: &rules, seen: BTreeMap::new(), fixes: 0 };
                results.extend(findings.said.iter().map(|finding| file.result(finding)));
                for (finding, reason) in &findings.silenced {
                    let mut result = file.result(finding);
                    result["suppressions"] =
                        json!([{ "kind": "inSource", "justification": reason }]);
                    results.push(result);
                }
            }
            Err(error) => results.push(unreadable(&it.name, error, &rules)),
        }
    }
    let is_whole = checked.iter().all(|it| it.outcome.is_ok());
    let artifacts: Vec<Value> =
        checked.iter().map(|it| json!({ "location": { "uri": uri(&it.name) } })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Flowbench",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.described(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": is_whole }],
            "artifacts": artifacts,
            "results": results,
        }],
    })
}

/// The rules that there are, and those that only a scenario knows.
struct Rules {
    codes: Vec<&'static str>,
}

impl Rules {
    fn of(checked: &[Checked]) -> Rules {
        let mut codes: Vec<&'static str> = LINTS.iter().map(|lint| lint.code).collect();
        let found = checked.iter().filter_map(|it| it.outcome.as_ref().ok());
        for finding in found.flat_map(|(findings, _)| &findings.said) {
            if !codes.contains(&finding.code) {
                codes.push(finding.code);
            }
        }
        codes.push(UNREADABLE);
        Rules { codes }
    }

    fn index(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|it| *it == code)
    }

    fn described(&self) -> Vec<Value> {
        self.codes.iter().map(|code| described(code)).collect()
    }
}

fn described(code: &str) -> Value {
    let Some(lint) = LINTS.iter().find(|lint| lint.code == code) else {
        let title = match code {
            UNREADABLE => "a file that is no design",
            _ => "something that keeps a scenario from running",
        };
        return json!({ "id": code, "shortDescription": { "text": title } });
    };
    json!({
        "id": code,
        "shortDescription": { "text": lint.title },
        "fullDescription": { "text": lint.meaning },
        "help": { "text": lint.meaning },
    })
}

/// A design whose findings are written.
struct File<'f> {
    input: &'f Input,
    rules: &'f Rules,
    /// How often each fingerprint was given.
    seen: BTreeMap<String, usize>,
    fixes: usize,
}

impl File<'_> {
    fn result(&mut self, finding: &Finding) -> Value {
        let (line, column) = self.input.line_and_column(finding);
        let property = match finding.property.as_str() {
            "" => String::new(),
            property => format!(", {property}"),
        };
        let place = format!("{}{property}", finding.place);
        let mut result = json!({
            "ruleId": finding.code,
            "ruleIndex": self.rules.index(finding.code),
            "level": level(finding.severity),
            "message": { "text": finding.sentence },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&self.input.name) },
                    "region": { "startLine": line, "startColumn": column },
                },
                "logicalLocations": [{ "fullyQualifiedName": place }],
            }],
            "partialFingerprints": { "flowbenchFinding/v1": self.fingerprint(finding) },
        });
        if let Some(fix) = self.fix(finding) {
            result["fixes"] = json!([fix]);
        }
        result
    }

    /// The same as long as the finding is about the same property of the same thing, wherever in
    /// the file that stands.
    fn fingerprint(&mut self, finding: &Finding) -> String {
        let what = format!("{}\n{}\n{}", finding.code, finding.place, finding.property);
        let hash = hash(&what);
        let count = self.seen.entry(hash.clone()).or_default();
        *count += 1;
        format!("{hash}:{count}")
    }

    /// The lines that a fix replaces.
    fn fix(&mut self, finding: &Finding) -> Option<Value> {
        let fix = finding.fix.as_ref().filter(|_| self.fixes < FIXES)?;
        let (design, source) = (&self.input.document.design, &self.input.document.source);
        let mended = fix.edit.apply(design).ok()?;
        let saved = native::save(source, design, &mended);
        let (from, to, text) = replaced(source.text(), &saved)?;
        self.fixes += 1;
        Some(json!({
            "description": { "text": fix.label },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(&self.input.name) },
                "replacements": [{
                    "deletedRegion": {
                        "startLine": from, "startColumn": 1, "endLine": to, "endColumn": 1,
                    },
                    "insertedContent": { "text": text },
                }],
            }],
        }))
    }
}

/// The first line that differs, the first after it that does not, both from 1, and what stands
/// between them in the new text. Nothing if the texts are the same.
fn replaced(old: &str, new: &str) -> Option<(usize, usize, String)> {
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old, new) = (lines(old), lines(new));
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let left = old.len().min(new.len()) - head;
    let tails = old.iter().rev().zip(new.iter().rev()).take(left);
    let tail = tails.take_while(|(one, other)| one == other).count();
    let (from, to) = (head, old.len() - tail);
    let text = new[head..new.len() - tail].concat();
    (from < to || !text.is_empty()).then_some((from + 1, to + 1, text))
}

fn unreadable(name: &str, error: &str, rules: &Rules) -> Value {
    let place = error.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
    let mut numbers = place.into_iter().flat_map(|rest| rest.splitn(3, ':'));
    let mut number = || numbers.next().and_then(|it| it.parse::<usize>().ok()).unwrap_or(1);
    let (line, column) = (number(), number());
    json!({
        "ruleId": UNREADABLE,
        "ruleIndex": rules.index(UNREADABLE),
        "level": "error",
        "message": { "text": error },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(name) },
            "region": { "startLine": line, "startColumn": column },
        } }],
        "partialFingerprints": { "flowbenchFinding/v1": hash(UNREADABLE) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a URI reference: relative to the working folder, or absolute.
fn uri(name: &str) -> String {
    let path = Path::new(name);
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir => parts.push("..".to_owned()),
            Component::Prefix(prefix) => parts.push(encoded(&prefix.as_os_str().to_string_lossy())),
            Component::Normal(part) => parts.push(encoded(&part.to_string_lossy())),
        }
    }
    let joined = parts.join("/");
    if path.is_absolute() { format!("file:///{joined}") } else { joined }
}

fn encoded(part: &str) -> String {
    let mut out = String::new();
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// FNV-1a: the same in every version.
fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_replaces_only_the_lines_that_differ() {
        let replaced = |old, new| replaced(old, new);
        assert_eq!(replaced("a\nb\nc\n", "a\nx\nc\n"), Some((2, 3, "x\n".to_owned())));
        assert_eq!(replaced("a\nc\n", "a\nb\nc\n"), Some((2, 2, "b\n".to_owned())));
        assert_eq!(replaced("a\nb\nb\n", "a\nb\n"), Some((3, 4, String::new())));
        assert_eq!(replaced("a\n", "a\n"), None);
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("./a b/design#1.ron"), "a%20b/design%231.ron");
        assert_eq!(uri("../x/naïve.ron"), "../x/na%C3%AFve.ron");
        assert_eq!(uri("/tmp/x.ron"), "file:///tmp/x.ron");
    }
}
