//! What a file of recorded events seems to be: its format and where the parts of an event stand, as
//! a proposal for a person.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Reader, instant, read_all};
use crate::recorded::{BadLines, Fields, Pace, Recorded, RecordedFormat, Separator, TimeForm};
use crate::time::{NS_PER_SEC, Rate, Span};

/// Events that are looked at.
const LINES: usize = 20;

/// The format and the mapping that the first bytes of a file suggest; nothing if they are no text
/// of a kind that can be read.
#[must_use]
pub fn guess(file: &str, head: &[u8]) -> Option<Recorded> {
    let text = std::str::from_utf8(&head[..whole_letters(head)]).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let first_line = text.lines().next()?;
    match text.as_bytes().first()? {
        b'[' => Some(cloud_events(file, RecordedFormat::CloudEventsBatch, head, text)),
        b'{' => {
            let event: Value = serde_json::from_str(first_line).ok()?;
            if event.get("specversion").is_some() {
                Some(cloud_events(file, RecordedFormat::CloudEvents, head, text))
            } else {
                Some(with_fields(file, RecordedFormat::JsonLines, head, &json_fields(&event)))
            }
        }
        _ => {
            let separator = separator(first_line)?;
            let row = text.lines().nth(1).unwrap_or_default();
            let format = RecordedFormat::Csv(separator);
            Some(with_fields(file, format, head, &cells(first_line, row, separator)))
        }
    }
}

/// The types of the events at the beginning of a file with how many are of each, most first.
#[must_use]
pub fn types(recorded: &Recorded, head: &[u8]) -> Vec<(String, usize)> {
    // Every event counts, whatever its type and whenever it happened.
    let any = Recorded {
        pace: Pace::Evenly(Rate { count: 1, per: Span(NS_PER_SEC) }),
        bad_lines: BadLines::Skip,
        fields: Fields { key: None, size: None, ..recorded.fields.clone() },
        ..recorded.clone()
    };
    let Ok(typed) = Reader::new(&any, "", head) else { return Vec::new() };
    let untyped = typed.clone().of_any_type();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in read_all(&untyped, head).events {
        let bytes = &head[event.offset as usize..][..event.length as usize];
        if let Some(found) = typed.type_of(bytes) {
            *counts.entry(found).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Bytes that are whole letters: a head may end within one.
fn whole_letters(head: &[u8]) -> usize {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Ok(_) | Err(_) => head.len(),
    }
}

fn cloud_events(file: &str, format: RecordedFormat, head: &[u8], text: &str) -> Recorded {
    let has = |name: &str| text.lines().take(LINES).any(|line| line.contains(name));
    let named = ["partitionkey", "subject"].into_iter();
    let key = named.filter(|name| has(&format!("\"{name}\""))).map(|name| format!("/{name}"));
    let fields = Fields { key: key.take(1).next(), ..Fields::default() };
    let recorded = Recorded { fields, ..Recorded::new(file, format) };
    timed(recorded, head)
}

/// A place with what stands there in the first event.
type Place = (String, String);

fn with_fields(file: &str, format: RecordedFormat, head: &[u8], places: &[Place]) -> Recorded {
    let last = |place: &str| {
        let name = place.rsplit('/').next().unwrap_or_default();
        name.to_ascii_lowercase().replace(['_', '-', ' '], "")
    };
    let named = |words: &[&str]| {
        let is_it = |(place, _): &&Place| words.iter().any(|word| last(place) == *word);
        places.iter().find(is_it).map(|(place, _)| place.clone())
    };
    let time = places.iter().find_map(|(place, value)| {
        let form = time_form(&last(place), value)?;
        Some((place.clone(), form))
    });
    let ends_in_id = |(place, _): &&Place| last(place).ends_with("id") && last(place) != "id";
    let id = places.iter().find(ends_in_id).map(|(place, _)| place.clone());
    let fields = Fields {
        time_form: time.as_ref().map_or(TimeForm::DateTime, |(_, form)| *form),
        time: time.map(|(place, _)| place),
        key: named(&["key", "partitionkey", "orderingkey"]).or(id),
        payload: named(&["payload", "data", "body"]),
        event_type: named(&["type", "eventtype", "event", "messagetype", "eventname"]),
        size: named(&["size", "bytes", "sizebytes", "length"]),
    };
    timed(Recorded { fields, ..Recorded::new(file, format) }, head)
}

/// The same, evenly published if its events have no times that can be read.
fn timed(recorded: Recorded, head: &[u8]) -> Recorded {
    let fields = Fields { key: None, size: None, ..recorded.fields.clone() };
    let skipping = Recorded { bad_lines: BadLines::Skip, fields, ..recorded.clone() };
    let has_times = Reader::new(&skipping, "", head)
        .is_ok_and(|reader| !read_all(&reader.of_any_type(), head).events.is_empty());
    let evenly = Pace::Evenly(Rate { count: 10, per: Span(NS_PER_SEC) });
    Recorded { pace: if has_times { Pace::Original } else { evenly }, ..recorded }
}

/// How a time is written, if a field of this name seems to hold one.
fn time_form(name: &str, value: &str) -> Option<TimeForm> {
    if instant::read(value, TimeForm::DateTime).is_some() {
        return Some(TimeForm::DateTime);
    }
    let is_time = ["time", "timestamp", "ts", "date"].iter().any(|word| name.contains(word));
    let digits = value.split('.').next().unwrap_or_default();
    let is_number = instant::read(value, TimeForm::Nanoseconds).is_some();
    (is_time && is_number).then_some(match digits.len() {
        0..=11 => TimeForm::Seconds,
        12..=14 => TimeForm::Milliseconds,
        15..=17 => TimeForm::Microseconds,
        _ => TimeForm::Nanoseconds,
    })
}

fn json_fields(event: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    let Some(object) = event.as_object() else { return places };
    for (name, value) in object {
        let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        if let Some(inner) = value.as_object() {
            let inner = inner.iter().map(|(name, value)| (name, text_of(value)));
            places.push((place.clone(), String::new()));
            places.extend(inner.map(|(name, value)| {
                (format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), value)
            }));
        } else {
            places.push((place, text_of(value)));
        }
    }
    places
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn separator(line: &str) -> Option<Separator> {
    let all = [Separator::Comma, Separator::Semicolon, Separator::Tab];
    let count = |it: &Separator| line.bytes().filter(|byte| *byte == it.byte()).count();
    all.into_iter().filter(|it| count(it) > 0).max_by_key(count)
}

fn cells(names: &str, row: &str, separator: Separator) -> Vec<Place> {
    let cut = |line: &str| -> Vec<String> {
        let separator = char::from(separator.byte());
        line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    };
    cut(names)
        .into_iter()
        .zip(cut(row).into_iter().chain(std::iter::repeat(String::new())))
        .collect()
}
