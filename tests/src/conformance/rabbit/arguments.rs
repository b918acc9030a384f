//! Options of queues and messages as a case writes them, as the protocol wants them.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};

use crate::conformance::check::Place;

/// Options whose value is a time, which runs as fast as the case.
const TIMES: [&str; 2] = ["message-ttl", "expires"];

/// `max-length=3 overflow=reject-publish`: each an argument with `x-` before it. `dead=q` sends
/// dead letters to a queue.
pub(super) fn queue_arguments(place: &Place, options: &str) -> FieldTable {
    let mut table = preset_arguments(place.preset);
    for (key, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
        match key {
            "dead" => {
                insert(&mut table, "x-dead-letter-exchange", text(""));
                insert(&mut table, "x-dead-letter-routing-key", text(&place.own(value)));
            }
            "dead-letter-exchange" => {
                insert(&mut table, "x-dead-letter-exchange", text(&place.own(value)));
            }
            _ => insert(&mut table, &format!("x-{key}"), argument(place, key, value)),
        }
    }
    table
}

/// `x-priority=10 color=red`: arguments of a consumer, an exchange or a binding, by their own
/// names. `alternate-exchange=e` names an exchange of the case.
pub(super) fn arguments(place: &Place, options: &str) -> FieldTable {
    let mut table = FieldTable::default();
    for (key, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
        let value = match key {
            "alternate-exchange" => text(&place.own(value)),
            _ => argument(place, key, value),
        };
        insert(&mut table, key, value);
    }
    table
}

/// What a preset is on a server of version 3.10. The limit of twenty came with version 4.0; here
/// it is set by hand.
fn preset_arguments(preset: &str) -> FieldTable {
    let mut table = FieldTable::default();
    let (kind, limit) = match preset {
        "rabbit.quorum.3.13" => ("quorum", None),
        "rabbit.quorum.4.0" => ("quorum", Some(20)),
        "rabbit.stream" => ("stream", None),
        _ => ("classic", None),
    };
    insert(&mut table, "x-queue-type", text(kind));
    if let Some(limit) = limit {
        insert(&mut table, "x-delivery-limit", AMQPValue::LongInt(limit));
    }
    table
}

fn argument(place: &Place, key: &str, value: &str) -> AMQPValue {
    match value.parse::<i32>() {
        Ok(time) if TIMES.contains(&key) => {
            AMQPValue::LongLongInt(place.stretched(u64::from(time.unsigned_abs())) as i64)
        }
        Ok(number) => AMQPValue::LongInt(number),
        Err(_) if value == "true" => AMQPValue::Boolean(true),
        Err(_) => text(value),
    }
}

/// `m1:ttl=300:priority=5`: the name of a message, which is its body too, and its properties.
pub(super) fn message(place: &Place, written: &str) -> (String, BasicProperties) {
    let mut parts = written.split(':');
    let name = parts.next().unwrap_or_default().to_owned();
    let mut properties = BasicProperties::default().with_delivery_mode(2);
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        let number = value.parse::<u64>().unwrap_or_default();
        properties = match key {
            "ttl" => properties.with_expiration(place.stretched(number).to_string().into()),
            "priority" => properties.with_priority(number as u8),
            _ => {
                let mut headers = properties.headers().clone().unwrap_or_default();
                insert(&mut headers, key, text(value));
                properties.with_headers(headers)
            }
        };
    }
    (name, properties)
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn insert(table: &mut FieldTable, key: &str, value: AMQPValue) {
    table.insert(key.into(), value);
}
