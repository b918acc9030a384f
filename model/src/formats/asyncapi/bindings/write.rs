//! Channels as bindings: what was read, said again with what the design has changed.

use serde_json::{Map, Value, json};

use super::{Said, bound};
use crate::channel::{Channel, PARAMETERS};
use crate::time::Span;

/// Bindings of a channel, and what they cannot say.
pub(in crate::formats::asyncapi) struct Written {
    /// By protocol.
    pub(in crate::formats::asyncapi) bindings: Map<String, Value>,
    /// Names of parameters that no binding has.
    pub(in crate::formats::asyncapi) lost: Vec<&'static str>,
    /// Whether they say where dead letters go.
    pub(in crate::formats::asyncapi) has_dead_letter: bool,
}

/// How the presets of a broker are written.
struct Writer {
    /// How the names of its presets begin.
    presets: &'static str,
    binding: &'static str,
    /// The parameters that it says.
    says: &'static [&'static str],
    write: fn(&Channel, &str, &mut Map<String, Value>),
}

const WRITERS: &[Writer] = &[
    Writer {
        presets: "kafka.",
        binding: "kafka",
        says: &[
            "partitions",
            "replicas",
            "retention_time",
            "max_bytes",
            "max_message_bytes",
            "messages_per_key",
        ],
        write: kafka,
    },
    Writer {
        presets: "sqs.",
        binding: "sqs",
        says: &["delay", "lease", "retention_time", "delivery_limit"],
        write: sqs,
    },
    Writer { presets: "sns.", binding: "sns", says: &[], write: sns },
    Writer { presets: "rabbit.", binding: "amqp", says: &[], write: amqp },
    Writer {
        presets: "pubsub.",
        binding: "googlepubsub",
        says: &["retention_time"],
        write: pubsub,
    },
];

/// The bindings of a channel called `name`, from those that its document had.
pub(in crate::formats::asyncapi) fn written(
    channel: &Channel,
    name: &str,
    said: &Said<'_>,
) -> Written {
    let before = bound(said);
    let mut bindings = said.channel.cloned().unwrap_or_default();
    let has_dead_letter = before.dead_letter.is_some() && before.dead_letter == channel.dead_letter;
    let same = Channel { dead_letter: channel.dead_letter.clone(), ..before.channel };
    if same == *channel && (has_dead_letter || before.dead_letter.is_none()) {
        return Written { bindings, lost: Vec::new(), has_dead_letter };
    }
    let preset = channel.preset.as_deref().unwrap_or_default();
    let writer = WRITERS.iter().find(|it| preset.starts_with(it.presets));
    if let Some(writer) = writer {
        let place = bindings.entry(writer.binding).or_insert_with(|| json!({}));
        if let Value::Object(place) = place {
            (writer.write)(channel, name, place);
        }
        bindings.retain(|_, value| value.as_object().is_none_or(|it| !it.is_empty()));
    }
    let says = writer.map_or(&[][..], |it| it.says);
    let own = PARAMETERS.iter().filter(|it| (it.own)(channel).is_some());
    let implied = ["delivery"];
    let lost =
        own.map(|it| it.name).filter(|it| !says.contains(it) && !implied.contains(it)).collect();
    let has_dead_letter = writer.is_some_and(|it| it.binding == "sqs") || has_dead_letter;
    Written { bindings, lost, has_dead_letter }
}

/// Says a value, or takes away what was said.
fn say(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            map.insert(key.to_owned(), value);
        }
        None => {
            map.shift_remove(key);
        }
    }
}

fn in_units(span: Option<Span>, unit_ns: u64) -> Option<Value> {
    span.map(|span| (span.0 / unit_ns).into())
}

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

fn kafka(channel: &Channel, _: &str, said: &mut Map<String, Value>) {
    say(said, "partitions", channel.partitions.filter(|it| *it > 0).map(Value::from));
    say(said, "replicas", channel.replicas.filter(|it| *it > 0).map(Value::from));
    let mut settings =
        said.get("topicConfiguration").and_then(Value::as_object).cloned().unwrap_or_default();
    let kept = match channel.retention_time {
        Some(Span::ZERO) => Some(json!(-1)),
        kept => in_units(kept, MILLISECOND),
    };
    say(&mut settings, "retention.ms", kept);
    say(&mut settings, "retention.bytes", channel.max_bytes.map(Value::from));
    say(&mut settings, "max.message.bytes", channel.max_message_bytes.map(Value::from));
    let is_compacted = channel.messages_per_key.is_some_and(|it| it > 0);
    say(&mut settings, "cleanup.policy", is_compacted.then(|| json!(["compact"])));
    let settings = (!settings.is_empty()).then_some(Value::Object(settings));
    say(said, "topicConfiguration", settings);
}

fn sqs(channel: &Channel, name: &str, said: &mut Map<String, Value>) {
    let mut queue = said.get("queue").and_then(Value::as_object).cloned().unwrap_or_default();
    queue.entry("name").or_insert_with(|| name.into());
    let is_fifo = channel.preset.as_deref() == Some("sqs.fifo");
    say(&mut queue, "fifoQueue", Some(is_fifo.into()));
    let within =
        |span: Option<Span>, most: u64| span.map(|span| (span.0 / SECOND).min(most).into());
    say(&mut queue, "deliveryDelay", within(channel.delay, 900));
    say(&mut queue, "visibilityTimeout", within(channel.lease, 43_200));
    let kept = channel.retention_time.map(|span| (span.0 / SECOND).clamp(60, 1_209_600).into());
    say(&mut queue, "messageRetentionPeriod", kept);
    let policy = channel.dead_letter.as_ref().map(|name| {
        let most = channel.delivery_limit.filter(|it| *it > 0).unwrap_or(10);
        json!({"deadLetterQueue": {"name": name}, "maxReceiveCount": most})
    });
    say(&mut queue, "redrivePolicy", policy);
    said.insert("queue".to_owned(), Value::Object(queue));
}

fn sns(channel: &Channel, name: &str, said: &mut Map<String, Value>) {
    said.entry("name").or_insert_with(|| name.into());
    let is_fifo = channel.preset.as_deref() == Some("sns.fifo");
    let kind = if is_fifo { "FIFO" } else { "standard" };
    said.insert("ordering".to_owned(), json!({ "type": kind }));
}

fn amqp(channel: &Channel, name: &str, said: &mut Map<String, Value>) {
    let short: String = name.chars().take(255).collect();
    let kind = match channel.preset.as_deref().unwrap_or_default() {
        "rabbit.topic" => "topic",
        "rabbit.direct" => "direct",
        "rabbit.fanout" => "fanout",
        "rabbit.headers" => "headers",
        _ => {
            said.insert("is".to_owned(), "queue".into());
            said.shift_remove("exchange");
            said.entry("queue").or_insert_with(|| json!({ "name": short }));
            return;
        }
    };
    said.insert("is".to_owned(), "routingKey".into());
    said.shift_remove("queue");
    let exchange = said.entry("exchange").or_insert_with(|| json!({ "name": short }));
    if let Value::Object(exchange) = exchange {
        exchange.insert("type".to_owned(), kind.into());
    }
}

/// The binding wants settings of a schema registry, which a design has not: it is only changed.
fn pubsub(channel: &Channel, _: &str, said: &mut Map<String, Value>) {
    if said.is_empty() {
        return;
    }
    let kept = channel.retention_time.map(|span| format!("{}s", span.0 / SECOND).into());
    say(said, "messageRetentionDuration", kept);
}
