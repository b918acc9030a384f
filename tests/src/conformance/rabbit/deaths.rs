//! What the headers of a dead letter say about its past.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};

use super::queues::{Death, Past};
use crate::conformance::check::Place;

/// The past that a message carries with it.
pub(super) fn past(properties: &BasicProperties, place: &Place) -> Past {
    let headers = properties.headers().clone().unwrap_or_default();
    let deaths = match headers.inner().get("x-death") {
        Some(AMQPValue::FieldArray(entries)) => {
            let tables = entries.as_slice().iter().filter_map(AMQPValue::as_field_table);
            tables.map(|entry| death(entry, place)).collect()
        }
        _ => Vec::new(),
    };
    let first = field(&headers, "x-first-death-queue")
        .zip(field(&headers, "x-first-death-reason"))
        .map(|(queue, reason)| (short(&queue), reason));
    Past { deaths, first, still_expires: properties.expiration().is_some() }
}

fn death(entry: &FieldTable, place: &Place) -> Death {
    let number = |key: &str| field(entry, key).and_then(|text| text.parse::<u64>().ok());
    Death {
        queue: short(&field(entry, "queue").unwrap_or_default()),
        reason: field(entry, "reason").unwrap_or_default(),
        count: number("count").unwrap_or_default(),
        after_ms: number("original-expiration").map(|time_ms| place.shrunk(time_ms)),
    }
}

/// The name that a queue has in the case.
fn short(queue: &str) -> String {
    queue.rsplit('-').next().unwrap_or(queue).to_owned()
}

fn field(table: &FieldTable, key: &str) -> Option<String> {
    let value = table.inner().get(key)?;
    let number = || value.as_long_long_int().map(|number| number.to_string());
    value.as_long_string().map(ToString::to_string).or_else(number)
}
