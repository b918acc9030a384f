//! Arguments of queues and exchanges, and what policies say, as parameters of channels; and back.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::channel::{Channel, Gate, Overflow, Trigger};
use crate::formats::marked::Tree;
use crate::time::Span;

/// Arguments that are looked at elsewhere.
const ELSEWHERE: [&str; 6] = [
    "queue-type",
    "dead-letter-exchange",
    "dead-letter-routing-key",
    "alternate-exchange",
    "delayed-type",
    "match",
];
/// Arguments that are parameters of a channel, and are written from them.
const PARAMETERS: [&str; 11] = [
    "message-ttl",
    "expires",
    "consumer-timeout",
    "max-length",
    "max-length-bytes",
    "max-priority",
    "delivery-limit",
    "single-active-consumer",
    "max-age",
    "dead-letter-strategy",
    "overflow",
];
const MILLISECOND: u64 = 1_000_000;

/// What became of an argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Applied {
    /// It is a parameter of the channel now.
    Yes,
    /// The model has no such thing.
    No,
    /// It has a value that it cannot have; what was expected.
    Wrong(&'static str),
}

/// Whether a parameter stands for an argument, by its name without `x-`.
pub(super) fn is_parameter(name: &str) -> bool {
    PARAMETERS.contains(&name)
}

/// Whether an argument says what a design says, by its name without `x-`.
pub(super) fn is_written(name: &str) -> bool {
    is_parameter(name) || ["dead-letter-exchange", "dead-letter-routing-key"].contains(&name)
}

/// Whether a kind of queue takes an argument, by its name without `x-`; the broker refuses a queue
/// with one that it does not take.
pub(super) fn is_taken(kind: &str, name: &str, value: &Value) -> bool {
    match kind {
        "stream" => ["max-length-bytes", "max-age", "queue-type"].contains(&name),
        "quorum" if name == "overflow" => value != "reject-publish-dlx",
        "quorum" => !["max-priority", "max-age"].contains(&name),
        _ => !["delivery-limit", "max-age", "dead-letter-strategy"].contains(&name),
    }
}

/// Sets the parameter that an argument means, by its name without `x-`.
pub(super) fn apply(channel: &mut Channel, name: &str, value: &Arc<Tree>) -> Applied {
    match set(channel, name, value) {
        Ok(true) => Applied::Yes,
        Ok(false) => Applied::No,
        Err(expected) => Applied::Wrong(expected),
    }
}

/// Whether there is such a parameter; what was expected if the value is none for it.
fn set(channel: &mut Channel, name: &str, value: &Tree) -> Result<bool, &'static str> {
    match name {
        "message-ttl" => channel.time_to_live = Some(millis(count(value)?)),
        "expires" => channel.expires_unused = Some(millis(count(value)?)),
        "consumer-timeout" => channel.lease = Some(millis(count(value)?)),
        "max-length" => channel.max_messages = Some(count(value)?),
        "max-length-bytes" => channel.max_bytes = Some(count(value)?),
        "max-priority" => channel.priority_levels = Some(small(value)? + 1),
        "quorum-initial-group-size" | "initial-cluster-size" => {
            channel.replicas = Some(small(value)?);
        }
        "delivery-limit" => {
            // Less than nothing is no limit.
            let is_off = number(value).is_some_and(|it| it < 0);
            channel.delivery_limit = Some(if is_off { 0 } else { small(value)? });
        }
        "single-active-consumer" => {
            if flag(value)? {
                channel.gate = Some(Gate::SingleActive);
            }
        }
        "max-age" => {
            let span = value.text().and_then(age).ok_or("an age such as `7D`")?;
            channel.retention_time = Some(span);
        }
        "dead-letter-strategy" => {
            let is_safe = match value.text() {
                Some("at-least-once") => true,
                Some("at-most-once") => false,
                Some(_) | None => return Err("`at-most-once` or `at-least-once`"),
            };
            channel.dead_letter_confirmed = Some(is_safe);
        }
        "overflow" => {
            let overflow = match value.text() {
                Some("drop-head") => Overflow::DropHead,
                Some("reject-publish" | "reject-publish-dlx") => Overflow::RejectPublish,
                Some(_) | None => {
                    return Err("`drop-head`, `reject-publish` or `reject-publish-dlx`");
                }
            };
            channel.overflow = Some(overflow);
            if value.text() == Some("reject-publish-dlx") {
                let kept = [Trigger::Rejected, Trigger::Expired, Trigger::Overflow];
                channel.dead_letters = Some(kept.to_vec());
            }
        }
        name => return Ok(ELSEWHERE.contains(&name)),
    }
    Ok(true)
}

fn number(value: &Tree) -> Option<i64> {
    value.value().as_i64()
}

fn flag(value: &Tree) -> Result<bool, &'static str> {
    value.value().as_bool().ok_or("true or false")
}

fn count(value: &Tree) -> Result<u64, &'static str> {
    let count = number(value).and_then(|it| u64::try_from(it).ok());
    count.ok_or("a whole number that is not negative")
}

fn small(value: &Tree) -> Result<u32, &'static str> {
    let small = u32::try_from(count(value)?).ok().filter(|it| *it < u32::MAX);
    small.ok_or("a smaller number")
}

fn millis(count: u64) -> Span {
    Span(count.saturating_mul(MILLISECOND))
}

/// `7D`: a number with Y, M, D, h, m or s.
fn age(text: &str) -> Option<Span> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        'Y' => 365 * 86_400,
        'M' => 30 * 86_400,
        'D' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    let total = number.checked_mul(seconds)?.checked_mul(1_000 * MILLISECOND)?;
    Some(Span(total))
}

/// Takes the way in which the same age was written before.
pub(super) fn keep_spelling(value: &mut Value, before: &Value) {
    let span = |value: &Value| value.as_str().and_then(age);
    if span(before).is_some() && span(before) == span(value) {
        *value = before.clone();
    }
}

/// The arguments that say what a channel says itself.
pub(super) fn of(channel: &Channel) -> Map<String, Value> {
    let mut arguments = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            arguments.insert(format!("x-{name}"), value);
        }
    };
    let millis =
        |span: Option<Span>| span.filter(|it| it.0 > 0).map(|it| json!(it.0 / MILLISECOND));
    let limit = |count: Option<u64>| count.filter(|it| *it > 0).map(|it| json!(it));
    put("message-ttl", millis(channel.time_to_live));
    put("expires", millis(channel.expires_unused));
    put("consumer-timeout", millis(channel.lease));
    put("max-length", limit(channel.max_messages));
    put("max-length-bytes", limit(channel.max_bytes));
    let levels = channel.priority_levels.filter(|it| *it > 1);
    put("max-priority", levels.map(|it| json!(it - 1)));
    let deliveries = channel.delivery_limit;
    put("delivery-limit", deliveries.map(|it| if it == 0 { json!(-1) } else { json!(it) }));
    let is_single = channel.gate == Some(Gate::SingleActive);
    put("single-active-consumer", is_single.then(|| json!(true)));
    let age = channel.retention_time.filter(|it| it.0 > 0);
    put("max-age", age.map(|it| json!(format!("{}s", it.0 / (1_000 * MILLISECOND)))));
    let strategy = |is_safe: bool| if is_safe { "at-least-once" } else { "at-most-once" };
    put("dead-letter-strategy", channel.dead_letter_confirmed.map(|it| json!(strategy(it))));
    let keeps = channel.dead_letters.as_ref().is_some_and(|it| it.contains(&Trigger::Overflow));
    put("overflow", channel.overflow.and_then(|it| overflow(it, keeps)).map(|it| json!(it)));
    arguments
}

fn overflow(overflow: Overflow, keeps: bool) -> Option<&'static str> {
    match overflow {
        Overflow::DropHead => Some("drop-head"),
        Overflow::RejectPublish if keeps => Some("reject-publish-dlx"),
        Overflow::RejectPublish => Some("reject-publish"),
        Overflow::DropNewest | Overflow::BlockPublisher => None,
    }
}
