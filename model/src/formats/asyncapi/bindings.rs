//! What bindings of protocols mean for a channel and its edges: a preset, some parameters, a group,
//! a place for dead letters.

use serde_json::{Map, Value};

use crate::channel::{Channel, Delivery, Storage};
use crate::contract::Acknowledgement;
use crate::time::Span;

pub(super) mod write;

/// What the bindings of a channel and of its operations say.
#[derive(Default)]
pub(super) struct Said<'a> {
    /// Of the channel, by protocol.
    pub(super) channel: Option<&'a Map<String, Value>>,
    /// Of its operations, by protocol.
    pub(super) operations: Vec<&'a Map<String, Value>>,
    /// Protocols of its servers.
    pub(super) protocols: Vec<&'a str>,
}

/// What a channel comes to.
#[derive(Default)]
pub(super) struct Bound {
    pub(super) channel: Channel,
    /// The name of the channel for dead letters.
    pub(super) dead_letter: Option<String>,
}

/// A protocol with bindings that a design has words for.
struct Protocol {
    /// Its name among bindings.
    binding: &'static str,
    /// Its names among servers, from which alone it is believed.
    servers: &'static [&'static str],
    /// What its bindings of the channel and of an operation come to.
    read: fn(&Value, &[&Value]) -> Bound,
}

const PROTOCOLS: &[Protocol] = &[
    Protocol { binding: "kafka", servers: &["kafka", "kafka-secure"], read: kafka },
    Protocol { binding: "sqs", servers: &["sqs"], read: sqs },
    Protocol { binding: "sns", servers: &["sns"], read: sns },
    Protocol { binding: "amqp", servers: &[], read: amqp },
    Protocol { binding: "mqtt", servers: &["mqtt", "mqtts", "secure-mqtt", "mqtt5"], read: mqtt },
    Protocol { binding: "nats", servers: &["nats"], read: nats },
    Protocol { binding: "pulsar", servers: &["pulsar"], read: pulsar },
    Protocol { binding: "googlepubsub", servers: &["googlepubsub"], read: pubsub },
    Protocol { binding: "solace", servers: &["solace"], read: solace },
    Protocol { binding: "jms", servers: &[], read: by_destination },
    Protocol { binding: "ibmmq", servers: &[], read: by_destination },
    Protocol { binding: "anypointmq", servers: &[], read: by_destination },
];

/// The channel that bindings describe; a plain one that everybody hears if they say nothing.
pub(super) fn bound(said: &Said<'_>) -> Bound {
    let nothing = Value::Null;
    let has = |name: &str| {
        said.channel.is_some_and(|it| it.contains_key(name))
            || said.operations.iter().any(|it| it.contains_key(name))
    };
    let found = PROTOCOLS.iter().find(|it| has(it.binding));
    let found = found.or_else(|| {
        let is_of = |it: &&Protocol| said.protocols.iter().any(|one| it.servers.contains(one));
        PROTOCOLS.iter().find(is_of)
    });
    let Some(protocol) = found else {
        let channel = Channel { delivery: Some(Delivery::PublishSubscribe), ..Channel::default() };
        return Bound { channel, dead_letter: None };
    };
    let channel = said.channel.and_then(|it| it.get(protocol.binding)).unwrap_or(&nothing);
    let operations: Vec<&Value> =
        said.operations.iter().filter_map(|it| it.get(protocol.binding)).collect();
    (protocol.read)(channel, &operations)
}

/// The group of consumers that the bindings of an operation name.
pub(super) fn group(operation: &Map<String, Value>) -> Option<String> {
    let kafka = operation.get("kafka").and_then(|it| it.get("groupId"));
    let said = kafka.and_then(|it| {
        let only = || it["enum"].as_array().filter(|it| it.len() == 1)?[0].as_str();
        it.as_str().or_else(|| it["const"].as_str()).or_else(only)
    });
    let nats = || operation.get("nats").and_then(|it| it["queue"].as_str());
    said.or_else(nats).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// When a channel may forget what the application of an operation received.
pub(super) fn acknowledgement(operation: &Map<String, Value>) -> Acknowledgement {
    match operation.get("amqp").map(|it| &it["ack"]) {
        Some(Value::Bool(false)) => Acknowledgement::OnReceipt,
        Some(_) | None => Acknowledgement::AfterProcessing,
    }
}

fn count<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    value.as_u64().and_then(|it| T::try_from(it).ok())
}

fn length(value: &Value, unit_ns: u64) -> Option<Span> {
    value.as_u64().and_then(|it| it.checked_mul(unit_ns)).map(Span)
}

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

fn kafka(said: &Value, _: &[&Value]) -> Bound {
    let settings = &said["topicConfiguration"];
    let policies = settings["cleanup.policy"].as_array();
    let is_compacted =
        policies.is_some_and(|it| it.iter().any(|one| one.as_str() == Some("compact")));
    let forever = settings["retention.ms"].as_i64() == Some(-1);
    let channel = Channel {
        partitions: count(&said["partitions"]),
        replicas: count(&said["replicas"]),
        retention_time: length(&settings["retention.ms"], MILLISECOND)
            .or_else(|| forever.then_some(Span::ZERO)),
        max_bytes: count(&settings["retention.bytes"]),
        max_message_bytes: count(&settings["max.message.bytes"]),
        messages_per_key: is_compacted.then_some(1),
        ..Channel::of("kafka.group.classic")
    };
    Bound { channel, dead_letter: None }
}

fn sqs(said: &Value, operations: &[&Value]) -> Bound {
    let queue = [&said["queue"]].into_iter().find(|it| it.is_object());
    let queue = queue.or_else(|| operations.iter().find_map(|it| it["queues"].as_array()?.first()));
    let Some(queue) = queue else {
        return Bound { channel: Channel::of("sqs.standard"), dead_letter: None };
    };
    let is_fifo = queue["fifoQueue"].as_bool() == Some(true);
    let redrive = &queue["redrivePolicy"];
    let dead_letter = target(&redrive["deadLetterQueue"])
        .or_else(|| said["deadLetterQueue"]["name"].as_str().map(str::to_owned));
    let most = if redrive.is_object() { Some(10) } else { None };
    let channel = Channel {
        delay: length(&queue["deliveryDelay"], SECOND),
        lease: length(&queue["visibilityTimeout"], SECOND),
        retention_time: length(&queue["messageRetentionPeriod"], SECOND),
        delivery_limit: count(&redrive["maxReceiveCount"]).or(most),
        ..Channel::of(if is_fifo { "sqs.fifo" } else { "sqs.standard" })
    };
    Bound { channel, dead_letter }
}

fn sns(said: &Value, operations: &[&Value]) -> Bound {
    let is_fifo = said["ordering"]["type"].as_str() == Some("FIFO");
    let channel = Channel::of(if is_fifo { "sns.fifo" } else { "sns.standard" });
    let consumers = operations.iter().filter_map(|it| it["consumers"].as_array()).flatten();
    let mut policies = consumers.map(|it| &it["redrivePolicy"]).filter(|it| it.is_object());
    let policy = policies.next();
    let dead_letter = policy.and_then(|it| target(&it["deadLetterQueue"]));
    Bound { channel, dead_letter }
}

/// The queue that an identifier means: its name, or the end of its resource name.
fn target(identifier: &Value) -> Option<String> {
    let name = identifier["name"].as_str();
    let arn = || identifier["arn"].as_str().and_then(|it| it.rsplit(':').next());
    name.or_else(arn).filter(|it| !it.is_empty()).map(str::to_owned)
}

fn amqp(said: &Value, _: &[&Value]) -> Bound {
    let is_exchange = said["is"].as_str() != Some("queue");
    let preset = match said["exchange"]["type"].as_str() {
        _ if !is_exchange => "rabbit.classic",
        Some("direct" | "default") => "rabbit.direct",
        Some("fanout") => "rabbit.fanout",
        Some("headers") => "rabbit.headers",
        Some(_) | None => "rabbit.topic",
    };
    Bound { channel: Channel::of(preset), dead_letter: None }
}

fn mqtt(_: &Value, operations: &[&Value]) -> Bound {
    let quality = operations.iter().filter_map(|it| it["qos"].as_u64()).max();
    let preset = match quality {
        Some(2) => "mqtt.qos2",
        Some(1) => "mqtt.qos1",
        Some(_) | None => "mqtt.qos0",
    };
    Bound { channel: Channel::of(preset), dead_letter: None }
}

fn nats(_: &Value, _: &[&Value]) -> Bound {
    Bound { channel: Channel::of("nats.core"), dead_letter: None }
}

fn pulsar(said: &Value, _: &[&Value]) -> Bound {
    let is_transient = said["persistence"].as_str() == Some("non-persistent");
    let channel = Channel {
        storage: is_transient.then_some(Storage::Transient),
        time_to_live: length(&said["ttl"], SECOND),
        retention_time: length(&said["retention"]["time"], 60 * SECOND),
        ..Channel::of("pulsar.shared")
    };
    Bound { channel, dead_letter: None }
}

fn pubsub(said: &Value, _: &[&Value]) -> Bound {
    let kept = said["messageRetentionDuration"].as_str().and_then(|it| it.parse().ok());
    let channel = Channel { retention_time: kept, ..Channel::of("pubsub.standard") };
    Bound { channel, dead_letter: None }
}

fn solace(_: &Value, operations: &[&Value]) -> Bound {
    let destinations = operations.iter().filter_map(|it| it["destinations"].as_array()).flatten();
    let mut queues = destinations.filter(|it| it["destinationType"].as_str() == Some("queue"));
    let Some(destination) = queues.next() else {
        let delivery = Some(Delivery::PublishSubscribe);
        let channel = Channel { delivery, ..Channel::of("solace.nonexclusive") };
        return Bound { channel, dead_letter: None };
    };
    let is_exclusive = destination["queue"]["accessType"].as_str() == Some("exclusive");
    let is_eligible = operations.iter().any(|it| it["dmqEligible"].as_bool() == Some(true));
    let channel = Channel {
        time_to_live: operations.iter().find_map(|it| length(&it["timeToLive"], MILLISECOND)),
        ..Channel::of(if is_exclusive { "solace.exclusive" } else { "solace.nonexclusive" })
    };
    Bound { channel, dead_letter: is_eligible.then(|| "dead-message-queue".to_owned()) }
}

/// Protocols that only say whether somebody or everybody gets a message.
fn by_destination(said: &Value, _: &[&Value]) -> Bound {
    let kind = said["destinationType"].as_str().unwrap_or("topic");
    let delivery = match kind {
        "queue" | "fifo-queue" => Delivery::PointToPoint,
        _ => Delivery::PublishSubscribe,
    };
    let channel = Channel {
        delivery: Some(delivery),
        max_message_bytes: count(&said["maxMsgLength"]),
        ..Channel::default()
    };
    Bound { channel, dead_letter: None }
}
