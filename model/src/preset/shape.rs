//! What a channel looks like: its shape, and the few words below its name.

use std::sync::Arc;

use crate::channel::{Channel, Delivery, Storage};
use crate::preset::{Preset, Presets, delivery, storage};

/// The shape of a channel in a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// One of its subscribers gets each message.
    Queue,
    /// Each subscriber gets a copy.
    Topic,
    /// Messages stay, and subscribers read on at a place of their own.
    Log,
    /// Messages are passed on at once.
    Router,
}

impl Shape {
    /// The word for it: `queue`, `topic`, `log` or `router`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Shape::Queue => "queue",
            Shape::Topic => "topic",
            Shape::Log => "log",
            Shape::Router => "router",
        }
    }

    /// The shape of a channel of a design with these presets of its own.
    #[must_use]
    pub fn of(channel: &Channel, own: &[Arc<Preset>]) -> Shape {
        match (storage(channel, own), delivery(channel, own)) {
            (Storage::Router, _) => Shape::Router,
            (Storage::Log, _) => Shape::Log,
            (Storage::Queue | Storage::Transient, Delivery::PointToPoint) => Shape::Queue,
            (Storage::Queue | Storage::Transient, Delivery::PublishSubscribe) => Shape::Topic,
        }
    }
}

/// The words below the name of a channel: the broker, then its partitions, or what it is.
#[must_use]
pub fn words(channel: &Channel, presets: &Presets) -> String {
    let semantics = presets.semantics(channel);
    let resolved = Channel {
        delivery: Some(semantics.delivery),
        storage: Some(semantics.storage),
        ..Channel::default()
    };
    let shape = Shape::of(&resolved, &[]).word();
    let broker = presets
        .layers(channel)
        .iter()
        .map(|preset| preset.broker.as_str())
        .find(|broker| !broker.is_empty());
    match (broker, semantics.partitions) {
        (Some(broker), count @ 2..) => format!("{broker} · {count} partitions"),
        (Some(broker), 0..2) => format!("{broker} · {shape}"),
        (None, 1) => format!("{shape} · 1 partition"),
        (None, count @ 2..) => format!("{shape} · {count} partitions"),
        (None, 0) => shape.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brokers_have_their_shapes() {
        let shape = |name: &str| Shape::of(&Channel::of(name), &[]).word();
        let names = ["sqs.fifo", "asb.topic", "kafka.share", "rabbit.headers", "mqtt.qos0"];
        assert_eq!(names.map(shape), ["queue", "topic", "log", "router", "topic"]);
        let own = Channel { storage: Some(Storage::Router), ..Channel::of("sqs.fifo") };
        assert_eq!(Shape::of(&own, &[]), Shape::Router);
    }

    #[test]
    fn the_broker_goes_before_the_shape() {
        let presets = Presets::all(&[]);
        let said = |channel: Channel| words(&channel, &presets);
        let kafka = Channel { partitions: Some(12), ..Channel::of("kafka.group.kip848") };
        assert_eq!(said(kafka), "Kafka · 12 partitions");
        assert_eq!(said(Channel::of("rabbit.topic")), "RabbitMQ · router");
        assert_eq!(
            said(Channel { partitions: Some(1), ..Channel::default() }),
            "queue · 1 partition"
        );
        assert_eq!(said(Channel::default()), "queue");
    }
}
