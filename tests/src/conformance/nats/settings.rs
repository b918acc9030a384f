//! Options of streams and consumers as a case writes them, as the server wants them.

use serde_json::{Value, json};

use crate::conformance::check::Place;

/// Options whose value is a time in milliseconds, which runs as fast as the case.
const TIMES: [&str; 4] = ["ack_wait", "backoff", "duplicate_window", "max_age"];

/// The value of `max_msgs=3`, `discard=new`, `backoff=200,400`.
pub(super) fn setting(place: &Place, key: &str, value: &str) -> Value {
    let time = |written: &str| {
        let time_ms: u64 = written.parse().expect("a time is a number of milliseconds");
        json!(nanoseconds(place.stretched(time_ms)))
    };
    if key == "backoff" {
        return value.split(',').map(time).collect();
    }
    if TIMES.contains(&key) {
        return time(value);
    }
    match (value.parse::<i64>(), value) {
        (Ok(number), _) => json!(number),
        (Err(_), "true") => json!(true),
        (Err(_), text) => json!(text),
    }
}

pub(super) fn nanoseconds(time_ms: u64) -> u64 {
    time_ms * 1_000_000
}
