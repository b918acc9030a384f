//! The same steps in the simulator: queues and exchanges are channels of the presets.

use std::collections::BTreeMap;

use flowbench_model::channel::{Channel, Gate, Overflow, Trigger, Unroutable};
use flowbench_model::contract::{Acknowledgement, Contract, Filter, Start};
use flowbench_model::message::Properties;
use flowbench_model::scenario::Settling;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::{DropReason, EntryKind, Failure};

use super::queues::{Death, Past, Queues, Seen, Taken, listed};
use crate::conformance::stage::{Happening, Look, Stage};

/// The exchange for messages that must reach a queue.
const MANDATORY: &str = "mandatory";

/// A stage with queues on it.
pub(super) struct Simulated {
    preset: &'static str,
    stage: Stage,
    consumers: BTreeMap<String, Taker>,
    exchanges: BTreeMap<String, String>,
    /// Producers whose messages have not been asked about.
    unconfirmed: Vec<String>,
    begun: Time,
    lines: Vec<String>,
}

/// What a consumer has been seen to be given.
struct Taker {
    queue: String,
    /// Until when that is.
    seen_to: Time,
    /// The producers of what it holds, by message, in the order of delivery.
    held: Vec<(String, String)>,
}

impl Simulated {
    pub(super) fn new(preset: &'static str) -> Self {
        Self {
            preset,
            stage: Stage::new(),
            consumers: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            unconfirmed: Vec::new(),
            begun: Time(0),
            lines: Vec::new(),
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    /// A queue, or the exchange that leads to the queue of this name, of which there is none.
    fn target(&mut self, queue: &str, unroutable: Option<Unroutable>) -> String {
        if self.stage.has(queue) {
            return queue.to_owned();
        }
        let name = if unroutable.is_some() { MANDATORY } else { "default" };
        if !self.stage.has(name) {
            self.stage.channel(name, Channel { unroutable, ..Channel::of("rabbit.direct") });
        }
        name.to_owned()
    }

    fn publish_all(&mut self, to: &str, key: &str, messages: &str) {
        for written in messages.split_whitespace() {
            let (name, mut properties) = message(written);
            key.clone_into(&mut properties.routing_key);
            let bytes = name.len() as u64;
            let producer = self.stage.publish(to, &name, bytes, properties);
            self.unconfirmed.push(producer);
        }
    }

    /// The deliveries to a consumer that have not been seen.
    fn deliveries(&mut self, queue: &str, consumer: &str, from: Time) -> Vec<(Seen, String)> {
        let look = self.stage.run();
        let place = format!("{queue} -> {consumer}");
        let found = look.happenings().into_iter().filter(|happening| {
            happening.kind == EntryKind::Delivered
                && happening.place == place
                && happening.at >= from
        });
        found.map(|happening| (seen(&look, &happening), happening.producer)).collect()
    }

    fn settle(&mut self, consumer: &str, messages: &str, how: Settling) {
        for name in messages.split_whitespace() {
            let taker = self.consumers.get_mut(consumer).expect("the case has this consumer");
            let at = taker.held.iter().position(|(held, _)| held == name);
            let (_, producer) = taker.held.remove(at.expect("the consumer holds this message"));
            self.stage.settle(consumer, &producer, how);
        }
    }
}

impl Queues for Simulated {
    fn preset(&self) -> &'static str {
        self.preset
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn begin(&mut self) {
        self.begun = self.stage.now();
    }

    fn at(&mut self, time_ms: u64) {
        self.stage.pass_to(self.begun.after(Span(time_ms * 1_000_000)));
    }

    fn wait_sec(&mut self, seconds: u64) {
        self.stage.pass_to(self.stage.now().after(Span(seconds * 1_000_000_000)));
    }

    fn queue(&mut self, name: &str, options: &str) {
        let preset = match self.preset {
            "rabbit.direct" | "rabbit.fanout" | "rabbit.topic" | "rabbit.headers" => {
                "rabbit.classic"
            }
            queue => queue,
        };
        let channel = self.channel(preset, options);
        self.stage.channel(name, channel);
    }

    fn plain_queue(&mut self, name: &str) {
        self.stage.channel(name, Channel::of("rabbit.classic"));
    }

    fn exchange(&mut self, name: &str, kind: &str, options: &str) {
        let mut channel = Channel::of(format!("rabbit.{kind}"));
        channel.alternate = options.strip_prefix("alternate-exchange=").map(str::to_owned);
        self.exchanges.insert(name.to_owned(), kind.to_owned());
        self.stage.channel(name, channel);
    }

    fn bind(&mut self, queue: &str, exchange: &str, key: &str, options: &str) {
        let mut headers = pairs(options);
        let filter = match self.exchanges[exchange].as_str() {
            "direct" => Some(Filter::RoutingKey(key.to_owned())),
            "topic" => Some(Filter::Topic(key.to_owned())),
            "headers" if headers.remove("x-match").as_deref() == Some("any") => {
                Some(Filter::AnyHeader(headers))
            }
            "headers" => Some(Filter::AllHeaders(headers)),
            _ => None,
        };
        self.stage.bind(exchange, queue, Contract { filter, ..Contract::default() });
    }

    fn publish(&mut self, queue: &str, messages: &str) {
        let target = self.target(queue, None);
        self.publish_all(&target, queue, messages);
    }

    fn publish_to(&mut self, exchange: &str, key: &str, messages: &str) {
        self.publish_all(exchange, key, messages);
    }

    fn publish_mandatory(&mut self, queue: &str, message: &str) {
        let target = self.target(queue, Some(Unroutable::Return));
        self.publish_all(&target, queue, message);
    }

    fn confirmed(&mut self) {
        let happenings = self.stage.run().happenings();
        let asked = std::mem::take(&mut self.unconfirmed);
        let told: Vec<&str> = asked.iter().map(|producer| confirm(&happenings, producer)).collect();
        self.lines.push(format!("confirms {}", told.join(" ")));
    }

    fn consume_with(&mut self, consumer: &str, queue: &str, prefetch: u16, options: &str) {
        let mut contract = Contract::default();
        let mut prefetch = u32::from(prefetch);
        if let Some(priority) = pairs(options).get("x-priority") {
            contract.consumer_priority = priority.parse().expect("a priority is a number");
        }
        contract.start =
            pairs(options).get("x-stream-offset").map(|offset| match offset.as_str() {
                "first" => Start::Earliest,
                "last" => Start::Newest,
                "next" => Start::Latest,
                number => Start::Position(number.parse().expect("an offset is a number or a word")),
            });
        if options == "no-ack" {
            contract.acknowledgement = Acknowledgement::OnReceipt;
            prefetch = 0;
        }
        let (queue, seen_to) = (queue.to_owned(), self.stage.now());
        self.stage.consumer(consumer, &queue, prefetch, contract);
        let taker = Taker { queue, seen_to, held: Vec::new() };
        self.consumers.insert(consumer.to_owned(), taker);
    }

    fn take(&mut self, consumer: &str) -> Taken {
        let mut taker = self.consumers.remove(consumer).expect("the case has this consumer");
        let found = self.deliveries(&taker.queue, consumer, taker.seen_to);
        taker.seen_to = self.stage.now();
        taker.held.extend(found.iter().map(|(seen, by)| (seen.name.clone(), by.clone())));
        self.consumers.insert(consumer.to_owned(), taker);
        Taken { seen: found.into_iter().map(|(seen, _)| seen).collect(), closed: None }
    }

    fn ack(&mut self, consumer: &str, messages: &str) {
        self.settle(consumer, messages, Settling::Acknowledge);
    }

    fn nack(&mut self, consumer: &str, messages: &str) {
        self.settle(consumer, messages, Settling::Requeue);
    }

    fn nack_all_to(&mut self, consumer: &str, message: &str) {
        let held = &self.consumers[consumer].held;
        let end = held.iter().position(|(name, _)| name == message);
        let names = &held[..=end.expect("the consumer holds this message")];
        let names: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
        self.settle(consumer, &names.join(" "), Settling::Reject);
    }

    fn reject(&mut self, consumer: &str, messages: &str, requeue: bool) {
        let how = if requeue { Settling::Requeue } else { Settling::Reject };
        self.settle(consumer, messages, how);
    }

    fn past(&mut self, consumer: &str, message: &str) -> Past {
        let held = self.consumers[consumer].held.iter();
        let by = held.filter(|(name, _)| name == message).map(|(_, by)| by.clone()).next_back();
        let look = self.stage.run();
        past(&look, &by.expect("the consumer holds this message"), self.stage.now())
    }

    fn cancel(&mut self, consumer: &str) {
        let queue = self.consumers[consumer].queue.clone();
        self.stage.pause(&queue, consumer);
    }

    fn close(&mut self, consumer: &str) {
        self.stage.crash(consumer);
    }

    fn abort(&mut self, consumer: &str) {
        self.stage.crash(consumer);
    }

    fn ready(&mut self, queues: &str) {
        let look = self.stage.run();
        for queue in queues.split_whitespace() {
            let is_gone = |it: &Happening| {
                let reason = DropReason::from_detail(it.detail);
                it.kind == EntryKind::Dropped
                    && it.place == queue
                    && reason == Some(DropReason::ChannelExpired)
            };
            self.lines.push(match look.happenings().iter().any(is_gone) {
                // What the server says of a queue that is not there.
                true => format!("{queue} refused 404"),
                false => format!("{queue} ready {}", look.ready(queue)),
            });
        }
    }

    fn empty(&mut self, queue: &str) -> Vec<Seen> {
        let stranger = self.stage.stranger();
        let from = self.stage.now();
        self.stage.reader(&stranger, queue, Contract::default());
        let found = self.deliveries(queue, &stranger, from);
        self.stage.pause(queue, &stranger);
        found.into_iter().map(|(seen, _)| seen).collect()
    }

    fn get_one(&mut self, queue: &str) {
        let stranger = self.stage.stranger();
        let from = self.stage.now();
        self.stage.consumer(&stranger, queue, 1, Contract::default());
        let found = self.deliveries(queue, &stranger, from);
        self.stage.pause(queue, &stranger);
        for (_, producer) in &found {
            self.stage.settle(&stranger, producer, Settling::Acknowledge);
        }
        let seen: Vec<Seen> = found.into_iter().map(|(seen, _)| seen).collect();
        self.lines.push(format!("{queue} {}", listed(&seen)));
    }
}

impl Simulated {
    fn channel(&self, preset: &str, options: &str) -> Channel {
        let mut channel = Channel::of(preset);
        for (key, value) in pairs(options) {
            let number = || value.parse::<u64>().expect("this option is a number");
            match key.as_str() {
                "dead" => channel.dead_letter = Some(value),
                // An exchange that is not there loses what it is given.
                "dead-letter-exchange" => {
                    channel.dead_letter = Some(value).filter(|name| self.stage.has(name));
                }
                "dead-letter-strategy" => {
                    channel.dead_letter_confirmed = Some(value == "at-least-once");
                }
                "expires" => channel.expires_unused = Some(Span(number() * 1_000_000)),
                "delivery-limit" => channel.delivery_limit = Some(number() as u32),
                "max-length" => channel.max_messages = Some(number()),
                "max-length-bytes" => channel.max_bytes = Some(number()),
                "max-priority" => channel.priority_levels = Some(number() as u32 + 1),
                "message-ttl" => channel.time_to_live = Some(Span(number() * 1_000_000)),
                "overflow" => overflow(&mut channel, &value),
                "single-active-consumer" => channel.gate = Some(Gate::SingleActive),
                other => panic!("the simulator has no option {other}"),
            }
        }
        channel
    }
}

/// What a full queue does. Quorum queues do not know the refusal that keeps what it refuses, and
/// take it for none.
fn overflow(channel: &mut Channel, value: &str) {
    let is_classic = channel.preset.as_deref() == Some("rabbit.classic");
    let triggers = [Trigger::Rejected, Trigger::Expired, Trigger::DeliveryLimit];
    match value {
        "reject-publish" => {
            channel.overflow = Some(Overflow::RejectPublish);
            channel.dead_letters = Some(triggers.to_vec());
        }
        "reject-publish-dlx" if is_classic => channel.overflow = Some(Overflow::RejectPublish),
        _ => {}
    }
}

fn pairs(options: &str) -> BTreeMap<String, String> {
    let written = options.split_whitespace().filter_map(|option| option.split_once('='));
    written.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// `m1:ttl=300:color=red`: a name and properties.
fn message(written: &str) -> (String, Properties) {
    let (name, rest) = written.split_once(':').unwrap_or((written, ""));
    let mut properties = Properties::default();
    for (key, value) in pairs(&rest.replace(':', " ")) {
        let number = value.parse::<u64>().unwrap_or_default();
        match key.as_str() {
            "ttl" => properties.time_to_live = Some(Span(number * 1_000_000)),
            "priority" => properties.priority = Some(number as u32),
            _ => {
                properties.headers.insert(key, value);
            }
        }
    }
    (name.to_owned(), properties)
}

/// What a publisher is told about its message. One that comes back was taken all the same.
fn confirm(happenings: &[Happening], producer: &str) -> &'static str {
    let is_refused = |it: &&Happening| it.kind == EntryKind::Refused && it.producer == producer;
    match happenings.iter().find(is_refused) {
        Some(refusal) if refusal.place.ends_with(MANDATORY) => "returned+ack",
        Some(_) => "nack",
        None => "ack",
    }
}

fn seen(look: &Look, happening: &Happening) -> Seen {
    Seen {
        name: happening.name.clone(),
        number: u32::from(happening.attempt),
        is_redelivered: happening.attempt > 1,
        past: past(look, &happening.producer, happening.at),
    }
}

/// The deaths of a message until an instant, as its headers would tell them.
fn past(look: &Look, producer: &str, until: Time) -> Past {
    let mut past = Past::default();
    let happenings = look.happenings();
    let deaths = happenings.iter().filter(|happening| {
        let is_death = happening.kind == EntryKind::DeadLettered;
        is_death && happening.producer == producer && happening.at <= until
    });
    for happening in deaths {
        let queue = happening.place.split(" -> ").next().unwrap_or_default().to_owned();
        let reason = reason(Failure::from_detail(happening.detail)).to_owned();
        past.first.get_or_insert((queue.clone(), reason.clone()));
        let same = |death: &Death| death.queue == queue && death.reason == reason;
        let known = past.deaths.iter().position(same).map(|at| past.deaths.remove(at));
        let count = known.map_or(0, |death| death.count) + 1;
        let own = look.time_to_live(producer).filter(|_| reason == "expired" && count == 1);
        let after_ms = own.map(|span| span.0 / 1_000_000);
        past.deaths.insert(0, Death { queue, reason, count, after_ms });
    }
    past
}

fn reason(failure: Option<Failure>) -> &'static str {
    match failure {
        Some(Failure::Rejected) => "rejected",
        Some(Failure::Expired) => "expired",
        Some(Failure::Overflow) => "maxlen",
        _ => "delivery_limit",
    }
}
