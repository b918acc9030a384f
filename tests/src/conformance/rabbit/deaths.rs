//! What the headers of a dead letter say about its past.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};

use crate::conformance::check::Place;

/// The deaths of a message, the latest first.
pub(super) struct Deaths {
    entries: Vec<FieldTable>,
    first: Vec<String>,
    has_expiration: bool,
}

impl Deaths {
    pub(super) fn of(properties: &BasicProperties) -> Self {
        let headers = properties.headers().clone().unwrap_or_default();
        let entries = match headers.inner().get("x-death") {
            Some(AMQPValue::FieldArray(entries)) => {
                entries.as_slice().iter().filter_map(AMQPValue::as_field_table).cloned().collect()
            }
            _ => Vec::new(),
        };
        let first = ["queue", "reason"].map(|key| field(&headers, &format!("x-first-death-{key}")));
        let has_expiration = properties.expiration().is_some();
        Self { entries, first: first.to_vec(), has_expiration }
    }

    /// Why it died last.
    pub(super) fn reason(&self) -> String {
        self.entries.first().map_or("no reason".to_owned(), |entry| field(entry, "reason"))
    }

    /// All of it: queue, reason and number of each kind of death, and the first of them.
    pub(super) fn history(&self, place: &Place) -> String {
        let entries = self.entries.iter().map(|entry| death(entry, place));
        let mut written: Vec<String> = entries.collect();
        if let [queue, reason] = &self.first[..] {
            written.push(format!("first {} {reason}", short(queue)));
        }
        if self.has_expiration {
            written.push("still expires".to_owned());
        }
        written.join(", ")
    }
}

fn death(entry: &FieldTable, place: &Place) -> String {
    let queue = field(entry, "queue");
    let mut written =
        format!("{} {} {}×", short(&queue), field(entry, "reason"), field(entry, "count"));
    if let Ok(expiration) = field(entry, "original-expiration").parse::<u64>() {
        written = format!("{written} after {}", place.shrunk(expiration));
    }
    written
}

/// The name that a queue has in the case.
fn short(queue: &str) -> &str {
    queue.rsplit('-').next().unwrap_or(queue)
}

fn field(table: &FieldTable, key: &str) -> String {
    match table.inner().get(&ShortString::from(key)) {
        Some(AMQPValue::LongString(text)) => text.to_string(),
        Some(AMQPValue::ShortString(text)) => text.to_string(),
        Some(AMQPValue::LongLongInt(number)) => number.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}
