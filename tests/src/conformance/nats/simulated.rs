//! The same steps in the simulator: streams and subjects are channels of the presets.

use std::collections::BTreeMap;

use flowbench_model::channel::{Channel, Overflow, Settlement};
use flowbench_model::contract::{Acknowledgement, Backoff, Contract, Filter, Start};
use flowbench_model::message::Properties;
use flowbench_model::scenario::Settling;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::{DropReason, EntryKind, Failure};

use super::streams::Streams;
use crate::conformance::stage::{Happening, Stage};

/// A stage with streams on it.
pub(super) struct Simulated {
    preset: &'static str,
    stage: Stage,
    readers: BTreeMap<String, Reader>,
    announced_to: Time,
    begun: Time,
    lines: Vec<String>,
}

/// What a reader has been seen to be given.
struct Reader {
    stream: String,
    seen_to: Time,
    /// The producers of what it was given, by message.
    held: BTreeMap<String, String>,
}

impl Simulated {
    pub(super) fn new(preset: &'static str) -> Self {
        Self {
            preset,
            stage: Stage::new(),
            readers: BTreeMap::new(),
            announced_to: Time(0),
            begun: Time(0),
            lines: Vec::new(),
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    fn reads(&mut self, reader: &str, stream: &str) {
        let (stream, seen_to) = (stream.to_owned(), self.stage.now());
        let reads = Reader { stream, seen_to, held: BTreeMap::new() };
        self.readers.insert(reader.to_owned(), reads);
    }

    /// The deliveries to a reader that have not been seen.
    fn deliveries(&mut self, reader: &str) -> Vec<Happening> {
        let reads = &self.readers[reader];
        let (place, from) = (format!("{} -> {reader}", reads.stream), reads.seen_to);
        let happenings = self.stage.run().happenings().into_iter();
        let found: Vec<Happening> = happenings
            .filter(|it| it.kind == EntryKind::Delivered && it.place == place && it.at >= from)
            .collect();
        let reads = self.readers.get_mut(reader).expect("the case has this reader");
        reads.seen_to = self.stage.now();
        let held = found.iter().map(|it| (it.name.clone(), it.producer.clone()));
        reads.held.extend(held);
        found
    }

    /// The messages that came into a stream and were not turned away, in order.
    fn accepted(&mut self, stream: &str) -> Vec<Happening> {
        let happenings = self.stage.run().happenings();
        let came = |it: &&Happening| it.kind == EntryKind::Arrived && it.place == stream;
        let repeats = |other: &Happening, it: &Happening| {
            let reason = DropReason::from_detail(other.detail);
            other.kind == EntryKind::Dropped
                && other.producer == it.producer
                && reason == Some(DropReason::Deduplicated)
        };
        let arrived = happenings.iter().filter(came);
        let stored = arrived.filter(|it| !happenings.iter().any(|other| repeats(other, it)));
        stored.cloned().collect()
    }

    fn sequence(&mut self, stream: &str, producer: &str) -> Option<usize> {
        let accepted = self.accepted(stream);
        accepted.iter().position(|it| it.producer == producer).map(|at| at + 1)
    }
}

impl Streams for Simulated {
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
        self.stage.pass_to(self.begun.after(milliseconds(time_ms)));
    }

    fn stream(&mut self, name: &str, options: &str) {
        let mut channel = Channel::of(self.preset);
        for (key, value) in pairs(options) {
            match key {
                "max_msgs" => channel.max_messages = Some(number(value)),
                "max_msgs_per_subject" => channel.messages_per_key = Some(number(value) as u32),
                "max_age" => channel.retention_time = Some(milliseconds(number(value))),
                "duplicate_window" => {
                    channel.deduplication_window = Some(milliseconds(number(value)));
                }
                "discard" if value == "new" => channel.overflow = Some(Overflow::RejectPublish),
                "discard" => channel.overflow = Some(Overflow::DropHead),
                other => panic!("the simulator has no option {other}"),
            }
        }
        self.stage.channel(name, channel);
    }

    fn consumer(&mut self, name: &str, stream: &str, options: &str) {
        let mut contract = Contract::default();
        let mut is_settled_at_once = false;
        // What the server keeps for each consumer, the simulator keeps for the channel.
        self.stage.change(stream, |channel| {
            for (key, value) in pairs(options) {
                match key {
                    "ack_wait" => channel.lease = Some(milliseconds(number(value))),
                    "max_deliver" => channel.delivery_limit = Some(number(value) as u32),
                    "max_ack_pending" => channel.in_flight_max = Some(number(value) as u32),
                    "backoff" => {
                        let steps = value.split(',').map(|step| milliseconds(number(step)));
                        channel.lease_by_attempt = Some(Backoff::Steps(steps.collect()));
                    }
                    "ack_policy" if value == "none" => is_settled_at_once = true,
                    "ack_policy" => channel.settlement = Some(Settlement::Cumulative),
                    "deliver_policy" => contract.start = start(value).or(contract.start),
                    "opt_start_seq" => contract.start = Some(Start::Position(number(value) - 1)),
                    "filter" => {
                        contract.filter = Some(Filter::Subject(value.to_owned()));
                    }
                    other => panic!("the simulator has no option {other}"),
                }
            }
        });
        self.reads(name, stream);
        if is_settled_at_once {
            contract.acknowledgement = Acknowledgement::OnReceipt;
            return self.stage.reader(name, stream, contract);
        }
        self.stage.consumer(name, stream, 0, contract);
    }

    fn standing(&mut self, consumer: &str, stream: &str) -> (u64, u64) {
        let stored = self.accepted(stream);
        let happenings = self.stage.run().happenings();
        let place = format!("{stream} -> {consumer}");
        let has = |producer: &str, kind: EntryKind| {
            let mut own = happenings.iter().filter(|it| it.place == place && it.kind == kind);
            own.any(|it| it.producer == producer)
        };
        let is_settled = |it: &&Happening| has(&it.producer, EntryKind::Acknowledged);
        let pending =
            stored.iter().filter(|it| has(&it.producer, EntryKind::Delivered) && !is_settled(it));
        let floor = stored.iter().take_while(is_settled).count();
        (pending.count() as u64, floor as u64)
    }

    fn subscribe(&mut self, reader: &str, subject: &str, group: Option<&str>) {
        self.subject(subject);
        let group = group.map(str::to_owned);
        self.stage.reader(reader, subject, Contract { group, ..Contract::default() });
        self.reads(reader, subject);
    }

    fn send(&mut self, subject: &str, messages: &[String]) {
        self.subject(subject);
        for message in messages {
            self.stage.publish(subject, message, 1, Properties::default());
        }
    }

    fn store(&mut self, stream: &str, messages: &str, identity: Option<&str>) -> Vec<String> {
        let mut outcomes = Vec::new();
        for written in messages.split_whitespace() {
            let (subject, message) = written.split_once('/').unwrap_or(("any", written));
            let mut properties = Properties::default();
            subject.clone_into(&mut properties.routing_key);
            identity.unwrap_or_default().clone_into(&mut properties.identity);
            let producer = self.stage.publish(stream, message, 1, properties);
            let accepted = self.accepted(stream);
            let happenings = self.stage.run().happenings();
            let is_refused = happenings
                .iter()
                .any(|it| it.kind == EntryKind::Refused && it.producer == producer);
            outcomes.push(match accepted.iter().position(|it| it.producer == producer) {
                Some(at) => (at + 1).to_string(),
                None if is_refused => "refused".to_owned(),
                None => format!("duplicate of {}", last_of(message, &accepted)),
            });
        }
        outcomes
    }

    fn take(&mut self, reader: &str) -> Vec<String> {
        self.deliveries(reader).iter().map(named).collect()
    }

    fn take_until(&mut self, reader: &str, until_ms: u64, step_ms: u64) -> Vec<(String, String)> {
        self.at(until_ms);
        let begun = self.begun;
        let coarse = |at: Time| {
            let passed_ms = (at.0 - begun.0) / 1_000_000;
            let tenths = (passed_ms + step_ms / 2) / step_ms * step_ms / 100;
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        self.deliveries(reader).iter().map(|it| (coarse(it.at), named(it))).collect()
    }

    fn settle(&mut self, reader: &str, message: &str, word: &'static str) {
        let producer = self.readers[reader].held[message].clone();
        let how = match word {
            "+ACK" => Settling::Acknowledge,
            "-NAK" => Settling::Requeue,
            "+TERM" => Settling::Reject,
            _ => Settling::Extend,
        };
        self.stage.settle(reader, &producer, how);
    }

    fn holds(&mut self, stream: &str) -> Vec<String> {
        let accepted = self.accepted(stream);
        let kept = self.stage.kept(stream, self.preset == super::LIMITS);
        let numbered = (1..).zip(&accepted);
        let still = numbered.filter(|(_, it)| kept.contains(&it.producer));
        still.map(|(sequence, it)| format!("{sequence}:{}", it.name)).collect()
    }

    fn announced(&mut self, kind: &str) -> Vec<String> {
        let from = std::mem::replace(&mut self.announced_to, self.stage.now());
        let is_wanted = |it: &Happening| {
            let is_rejected = Failure::from_detail(it.detail) == Some(Failure::Rejected);
            let is_kind = is_rejected == (kind == "terminated");
            it.kind == EntryKind::Advised && it.at >= from && is_kind
        };
        let found: Vec<Happening> =
            self.stage.run().happenings().into_iter().filter(is_wanted).collect();
        let mut written = Vec::new();
        for it in found {
            let stream = it.place.split(" -> ").next().unwrap_or_default().to_owned();
            let sequence = self.sequence(&stream, &it.producer).unwrap_or_default();
            written.push(format!("{sequence} after {}", it.attempt));
        }
        written
    }
}

impl Simulated {
    fn subject(&mut self, name: &str) {
        if !self.stage.has(name) {
            self.stage.channel(name, Channel::of(self.preset));
        }
    }
}

/// Where a consumer begins; by a number that is said beside.
fn start(policy: &str) -> Option<Start> {
    match policy {
        "all" => Some(Start::Earliest),
        "last" => Some(Start::Newest),
        "new" => Some(Start::Latest),
        "last_per_subject" => Some(Start::NewestOfEachKey),
        _ => None,
    }
}

/// The place of the message that was last stored under this name.
fn last_of(name: &str, accepted: &[Happening]) -> usize {
    accepted.iter().rposition(|it| it.name == name).map_or(0, |at| at + 1)
}

fn named(happening: &Happening) -> String {
    match happening.attempt {
        0 | 1 => happening.name.clone(),
        attempt => format!("{}:{attempt}", happening.name),
    }
}

fn milliseconds(number: u64) -> Span {
    Span(number * 1_000_000)
}

fn number(value: &str) -> u64 {
    value.parse().expect("this option is a number")
}

fn pairs(options: &str) -> impl Iterator<Item = (&str, &str)> {
    options.split_whitespace().filter_map(|option| option.split_once('='))
}
