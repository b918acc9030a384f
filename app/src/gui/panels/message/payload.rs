//! The payload of a message: derived from its schema by draws that belong to the message, so that
//! it is the same whenever and wherever somebody looks. Two messages with one ordering key agree
//! in the field that holds it.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId};
use flowbench_model::schema::{Schemas, verdict};
use flowbench_simulator::message::MessageId;
use flowbench_simulator::origin::Origin;
use flowbench_simulator::record::Lineage;
use flowbench_simulator::recording::Recording;
use flowbench_simulator::rng::{Purpose, Stream};
use serde_json::Value;

use crate::gui::theme::{Colors, size};

/// A payload.
pub(super) struct Payload {
    /// As indented JSON.
    pub(super) json: String,
    /// Where it was recorded, if it was.
    pub(super) place: Option<String>,
}

/// The payload of a message: what was recorded, else what its schema means; none if the type of
/// the message has no schema that can be read.
#[must_use]
pub(super) fn of(recording: &Recording, schemas: &Schemas, message: MessageId) -> Option<Payload> {
    let lineage = recording.record().lineage(message)?;
    if recording.plan().is_recorded(lineage.source)
        && let Some(origin) = recording.origin(message)
    {
        return recorded(recording, &origin);
    }
    let json = match recording.end().payload(message, &lineage) {
        Some(payload) => serde_json::to_string_pretty::<Value>(&payload).ok()?,
        None => derived(recording, schemas, &lineage)?,
    };
    Some(Payload { json, place: None })
}

fn recorded(recording: &Recording, origin: &Origin) -> Option<Payload> {
    let plan = recording.plan();
    let (file, line) = (plan.recorded_file(origin), origin.event.line);
    let json = match plan.recorded_payload(origin) {
        Ok(payload) => serde_json::to_string_pretty::<Value>(&payload).ok()?,
        Err(error) => return Some(Payload { json: String::new(), place: Some(error) }),
    };
    Some(Payload { json, place: Some(format!("{file}, line {line}")) })
}

fn derived(recording: &Recording, schemas: &Schemas, lineage: &Lineage) -> Option<String> {
    let plan = recording.plan();
    let message_type = plan.design.message(plan.type_name(lineage.message_type))?;
    let form = verdict::form(&message_type.version(None)?.schema, schemas).ok()?;
    let draws = |name: String| {
        let mut stream = Stream::new(plan.seed, &name, Purpose::Payload);
        move || stream.word()
    };
    let source = &plan.nodes[lineage.source as usize].key;
    let mut own = draws(format!("{source}#{}", lineage.number));
    let mut payload = form.payload(&mut own);
    if let Some(field) = &message_type.ordering_key
        && let Some(there) = payload.get_mut(field)
        && let Some(value) = form.field(field, &mut draws(format!("{field}={}", lineage.key)))
    {
        *there = value;
    }
    serde_json::to_string_pretty::<Value>(&payload).ok()
}

/// JSON in the colors of its parts.
#[must_use]
pub fn highlighted(json: &str, colors: &Colors) -> LayoutJob {
    let mut job = LayoutJob::default();
    let font = FontId::new(size::SMALL + 0.5, FontFamily::Monospace);
    for (part, kind) in parts(json) {
        job.append(part, 0.0, TextFormat::simple(font.clone(), ink(kind, colors)));
    }
    job
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Key,
    Text,
    Literal,
    Sign,
}

fn ink(part: Part, colors: &Colors) -> Color32 {
    match part {
        Part::Key => colors.accent,
        Part::Text => colors.producer,
        Part::Literal => colors.consumer,
        Part::Sign => colors.muted,
    }
}

/// The text in parts; together they are the text.
fn parts(json: &str) -> Vec<(&str, Part)> {
    let mut parts = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text_length(rest),
            '-' | '0'..='9' | 'a'..='z' => literal_length(rest),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        let kind = match first {
            '"' if after.trim_start().starts_with(':') => Part::Key,
            '"' => Part::Text,
            '-' | '0'..='9' | 'a'..='z' => Part::Literal,
            _ => Part::Sign,
        };
        parts.push((part, kind));
        rest = after;
    }
    parts
}

/// The length of a text with its quotes.
fn text_length(json: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in json.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

/// The length of a number or a word.
fn literal_length(json: &str) -> usize {
    let is_sign = |letter: char| matches!(letter, ',' | '}' | ']' | '\n' | ' ' | ':');
    json.find(is_sign).unwrap_or(json.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_apart_without_losing_a_letter() {
        let json = "{\n  \"na\\\"me\": \"a: b\",\n  \"n\": -1.5e3,\n  \"ok\": true\n}";
        let parts = parts(json);
        assert_eq!(parts.iter().map(|(text, _)| *text).collect::<String>(), json);
        let of = |kind| {
            let texts = parts.iter().filter(|(_, it)| *it == kind).map(|(text, _)| *text);
            texts.collect::<Vec<_>>()
        };
        assert_eq!(of(Part::Key), ["\"na\\\"me\"", "\"n\"", "\"ok\""]);
        assert_eq!(of(Part::Text), ["\"a: b\""]);
        assert_eq!(of(Part::Literal), ["-1.5e3", "true"]);
    }
}
