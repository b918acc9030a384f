//! The events in a text, each with its line, checked against what an event must have.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::finding::{Finding, Place, Severity};
use crate::formats::recorded::instant;
use crate::recorded::TimeForm;

/// An event that was read.
#[derive(Clone, Debug)]
pub(super) struct Event<'t> {
    pub(super) line: u64,
    /// As it stands in the text.
    pub(super) raw: &'t str,
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) id: String,
    pub(super) schema: Option<String>,
    pub(super) at_ns: Option<i64>,
    pub(super) has_subject: bool,
    pub(super) has_partition_key: bool,
    /// What it says, if that is JSON.
    pub(super) data: Option<Value>,
}

/// The events of a text. What is none is said and left out.
pub(super) fn events<'t>(
    text: &'t str,
    findings: &mut Vec<(u64, Finding)>,
) -> Result<Vec<Event<'t>>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut events = Vec::new();
    for (raw, line) in values(text, &mut lines, findings)? {
        match event(raw, line, findings) {
            Ok(event) => events.push(event),
            Err(sentence) => say(findings, line, Severity::Warning, sentence),
        }
    }
    Ok(events)
}

pub(super) fn say(
    findings: &mut Vec<(u64, Finding)>,
    line: u64,
    severity: Severity,
    sentence: String,
) {
    findings.push((line, Finding::new("not-an-event", severity, Place::Design, sentence)));
}

/// Counts the lines of a text, forward only.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a part of the text.
    fn of(&mut self, part: &str) -> u64 {
        let at = part.as_ptr() as usize - self.text.as_ptr() as usize;
        let between = self.text.get(self.at..at).unwrap_or_default();
        self.line += between.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.at = at;
        self.line
    }
}

/// The JSON values of a text: the items of an array, or one after the other.
fn values<'t>(
    text: &'t str,
    lines: &mut Lines<'t>,
    findings: &mut Vec<(u64, Finding)>,
) -> Result<Vec<(&'t str, u64)>, String> {
    if text.trim_start().starts_with('[') {
        let items: Vec<&'t RawValue> =
            serde_json::from_str(text).map_err(|error| format!("the batch is no JSON: {error}"))?;
        return Ok(items.into_iter().map(|it| (it.get(), lines.of(it.get()))).collect());
    }
    let first = text.trim_start().lines().next().unwrap_or_default();
    let mut values = Vec::new();
    if serde_json::from_str::<&RawValue>(first).is_ok() {
        for (number, line) in text.lines().enumerate() {
            let number = number as u64 + 1;
            match serde_json::from_str::<&'t RawValue>(line) {
                _ if line.trim().is_empty() => {}
                Ok(value) => values.push((value.get(), number)),
                Err(error) => {
                    say(findings, number, Severity::Warning, format!("this is no JSON: {error}"));
                }
            }
        }
        return Ok(values);
    }
    for value in serde_json::Deserializer::from_str(text).into_iter::<&'t RawValue>() {
        match value {
            Ok(value) => values.push((value.get(), lines.of(value.get()))),
            Err(error) => {
                let line = error.line() as u64;
                let sentence =
                    format!("what begins here is no JSON, and nothing after it is read: {error}");
                say(findings, line, Severity::Warning, sentence);
                break;
            }
        }
    }
    Ok(values)
}

fn event<'t>(
    raw: &'t str,
    line: u64,
    findings: &mut Vec<(u64, Finding)>,
) -> Result<Event<'t>, String> {
    let mut value: Value =
        serde_json::from_str(raw).map_err(|error| format!("this is no JSON: {error}"))?;
    if !value.is_object() {
        return Err("expected an event, an object".to_owned());
    }
    let text = |name: &str| match value.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::Null) | None => Err(format!("this event has no `{name}`")),
        Some(other) => Err(format!("expected a text in `{name}`, found `{other}`")),
    };
    let version = text("specversion")?;
    let (id, source, kind) = (text("id")?, text("source")?, text("type")?);
    if version != "1.0" {
        let sentence = format!("`specversion` is `{version}`: it is read as one of 1.0");
        say(findings, line, Severity::Warning, sentence);
    }
    let at_ns = match value.get("time") {
        None | Some(Value::Null) => None,
        Some(time) => {
            let at = time.as_str().and_then(|it| instant::read(it, TimeForm::DateTime));
            if at.is_none() {
                let sentence = format!("expected a time as in RFC 3339, found {time}");
                say(findings, line, Severity::Warning, sentence);
            }
            at
        }
    };
    let has = |name: &str| value.get(name).is_some_and(|it| it.is_string() || it.is_number());
    if has("data_base64") && value.get("data").is_some() {
        let sentence = "`data` and `data_base64` exclude each other: `data` counts".to_owned();
        say(findings, line, Severity::Warning, sentence);
    }
    let (has_subject, has_partition_key) = (has("subject"), has("partitionkey"));
    let schema = text("dataschema").ok();
    let is_json = value.get("datacontenttype").and_then(Value::as_str).is_none_or(is_json);
    let data = value.get_mut("data").map(Value::take).filter(|_| is_json);
    Ok(Event { line, raw, kind, source, id, schema, at_ns, has_subject, has_partition_key, data })
}

fn is_json(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}
