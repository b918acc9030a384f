//! Events as a design: types are messages, sources are producers, and the recording is what they
//! publish.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reading::{Event, say};
use super::{EXTENSION, extension, inference};
use crate::channel::{Channel, Delivery};
use crate::design::Design;
use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Severity};
use crate::formats::topology::name_of;
use crate::message::{Message, MessageKind, MessageRef, MessageVersion, Properties, Schema};
use crate::name::free_name;
use crate::node::{Arrivals, Keys, Node, Producer, Role, Workload};
use crate::recorded::{BadLines, Fields, Pace, Recorded, RecordedFormat};
use crate::scenario::Scenario;
use crate::time::{NS_PER_SEC, Rate, Span};

/// Payloads that become examples of a version.
const EXAMPLES: usize = 2;
/// Bytes of such a payload at most.
const EXAMPLE_BYTES: usize = 4096;
/// How fast events without times are published.
const EVENLY: Rate = Rate { count: 10, per: Span(NS_PER_SEC) };

/// The design of these events, and their recording.
pub(super) fn assemble(
    name: &str,
    events: &[Event<'_>],
    file: &str,
    findings: &mut Vec<(u64, Finding)>,
) -> (Design, String) {
    let mut design = Design::new(name);
    let is_timed = events.iter().all(|event| event.at_ns.is_some());
    if !is_timed {
        let without = events.iter().filter(|event| event.at_ns.is_none()).count();
        let sentence = format!(
            "events without a time: {without} of {}; all are published evenly, in this order",
            events.len()
        );
        say(findings, 1, Severity::Info, sentence);
    }
    repetitions(events, findings);
    let streams = streams(events);
    for (kind, message) in messages(events) {
        if !streams.contains_key(kind.as_str()) {
            let sentence = format!("no event of `{kind}` has JSON in `data`: nothing publishes it");
            say(findings, 1, Severity::Warning, sentence);
        }
        match design.messages.iter_mut().find(|it| it.name == message.name) {
            Some(known) => merge(Arc::make_mut(known), message),
            None => design.messages.push(message.into()),
        }
    }
    let names = producers(&mut design, events, &streams, findings);
    for (kind, stream) in &streams {
        let recorded = recorded(kind, stream, is_timed, file);
        let name = names.get(stream.source).map_or("", String::as_str);
        publish(&mut design, name, kind, recorded);
    }
    design.scenarios.push(scenario(events, is_timed).into());
    (design, recording(events, is_timed))
}

/// The events of a type that can be published again.
struct Stream<'e> {
    events: Vec<&'e Event<'e>>,
    /// Whether some events of the type are left out.
    is_partial: bool,
    /// The source with the most of them.
    source: &'e str,
}

fn streams<'e>(events: &'e [Event<'e>]) -> BTreeMap<&'e str, Stream<'e>> {
    let mut streams = BTreeMap::<&str, Stream<'_>>::new();
    for event in events {
        let new = || Stream { events: Vec::new(), is_partial: false, source: &event.source };
        let stream = streams.entry(&event.kind).or_insert_with(new);
        match event.data {
            Some(_) => stream.events.push(event),
            None => stream.is_partial = true,
        }
    }
    streams.retain(|_, stream| !stream.events.is_empty());
    for stream in streams.values_mut() {
        let mut counts = BTreeMap::<&str, usize>::new();
        for event in &stream.events {
            *counts.entry(&event.source).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        stream.source = most.map_or(stream.source, |(source, _)| source);
    }
    streams
}

fn repetitions(events: &[Event<'_>], findings: &mut Vec<(u64, Finding)>) {
    let mut known = BTreeSet::new();
    let mut again = events.iter().filter(|it| !known.insert((&it.source, &it.id)));
    if let Some(first) = again.next() {
        let count = again.count() + 1;
        let sentence = format!(
            "events with the source and id of an earlier one, so the same event once more: \
             {count}; they are published again, as it was recorded"
        );
        say(findings, first.line, Severity::Info, sentence);
    }
}

/// `order.placed.v2` is version 2 of `order.placed`.
fn name_and_version(kind: &str) -> (&str, Option<u32>) {
    let cut = kind.rsplit_once(".v");
    let cut = cut.and_then(|(name, number)| Some((name, number.parse().ok()?)));
    match cut.filter(|(name, number)| !name.is_empty() && *number > 0) {
        Some((name, number)) => (name, Some(number)),
        None => (kind, None),
    }
}

/// The message of each type, with a version for each schema that its events name.
fn messages(events: &[Event<'_>]) -> Vec<(String, Message)> {
    let mut order: Vec<(&str, Vec<Option<&str>>)> = Vec::new();
    for event in events {
        let schema = event.schema.as_deref();
        match order.iter_mut().find(|(kind, _)| *kind == event.kind) {
            Some((_, schemas)) if schemas.contains(&schema) => {}
            Some((_, schemas)) => schemas.push(schema),
            None => order.push((&event.kind, vec![schema])),
        }
    }
    let message = |(kind, schemas): &(&str, Vec<Option<&str>>)| {
        let (name, number) = name_and_version(kind);
        let mut message = Message::new(name_of(name), MessageKind::Event);
        for (index, schema) in schemas.iter().enumerate() {
            let same = |it: &&Event<'_>| it.kind == *kind && it.schema.as_deref() == *schema;
            let payloads = events.iter().filter(same).filter_map(|it| it.data.as_ref());
            let number = number.unwrap_or(1).saturating_add(index as u32);
            let text = format!("{:#}", inference::schema(payloads.clone()));
            let mut version = MessageVersion::new(number, Schema::JsonSchema(text));
            let texts = payloads.map(ToString::to_string);
            for text in texts.filter(|text| text.len() <= EXAMPLE_BYTES) {
                if version.examples.len() < EXAMPLES && !version.examples.contains(&text) {
                    version.examples.push(text);
                }
            }
            version.extensions.insert(EXTENSION.to_owned(), extension(kind, *schema));
            message.versions.push(version);
        }
        ((*kind).to_owned(), message)
    };
    order.iter().map(message).collect()
}

/// Puts the versions of one type to those of another one of the same message.
fn merge(known: &mut Message, message: Message) {
    for mut version in message.versions {
        let is_taken = |number: u32| known.versions.iter().any(|it| it.number == number);
        let free = (version.number..).find(|number| !is_taken(*number));
        version.number = free.unwrap_or(version.number);
        known.versions.push(version);
    }
    known.versions.sort_by_key(|version| version.number);
}

/// Adds a producer for each source, which publishes to one topic; gives their names by source.
fn producers(
    design: &mut Design,
    events: &[Event<'_>],
    streams: &BTreeMap<&str, Stream<'_>>,
    findings: &mut Vec<(u64, Finding)>,
) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let topic = Channel { delivery: Some(Delivery::PublishSubscribe), ..Channel::default() };
    design.nodes.push(Node::new("events", Role::Channel(topic)).into());
    let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
    for event in events {
        match sources.iter_mut().find(|(source, _)| *source == event.source) {
            Some((_, kinds)) if kinds.contains(&event.kind.as_str()) => {}
            Some((_, kinds)) => kinds.push(&event.kind),
            None => sources.push((&event.source, vec![&event.kind])),
        }
    }
    for (source, kinds) in &sources {
        let name = free_name(&name_of(source), |name| design.node(name).is_some());
        design.nodes.push(Node::new(name.clone(), Role::Producer(Producer::default())).into());
        let mut edge = Edge::new(EdgeKind::Publish, &name, "events");
        for kind in kinds {
            let message = MessageRef::newest(name_of(name_and_version(kind).0));
            if !edge.contract.messages.contains(&message) {
                edge.contract.messages.push(message);
            }
            let stream = streams.get(kind).map(|stream| stream.source);
            if let Some(other) = stream.filter(|other| other != source) {
                let sentence = format!(
                    "`{kind}` comes from `{source}` too: all its events are published by \
                     `{other}`, which has the most of them"
                );
                say(findings, 1, Severity::Info, sentence);
            }
        }
        design.edges.push(edge.into());
        names.insert((*source).to_owned(), name);
    }
    names
}

fn recorded(kind: &str, stream: &Stream<'_>, is_timed: bool, file: &str) -> Recorded {
    let all = |has: fn(&Event<'_>) -> bool| stream.events.iter().all(|event| has(event));
    let key = if all(|event| event.has_partition_key) {
        Some("/partitionkey".to_owned())
    } else {
        all(|event| event.has_subject).then(|| "/subject".to_owned())
    };
    let name = name_of(name_and_version(kind).0);
    Recorded {
        event_type: (name != kind).then(|| kind.to_owned()),
        fields: Fields { key, ..Fields::default() },
        pace: if is_timed { Pace::Original } else { Pace::Evenly(EVENLY) },
        bad_lines: if stream.is_partial { BadLines::Skip } else { BadLines::Stop },
        ..Recorded::new(file, RecordedFormat::CloudEvents)
    }
}

/// Lets a producer publish what was recorded of a type.
fn publish(design: &mut Design, producer: &str, kind: &str, recorded: Recorded) {
    let (name, version) = name_and_version(kind);
    let workload = Workload {
        message: MessageRef { name: name_of(name), version },
        arrivals: Arrivals::Recorded(Box::new(recorded)),
        count: None,
        start: Span(0),
        keys: Keys::default(),
        claim_check: None,
        properties: Properties::default(),
    };
    let node = design.nodes.iter_mut().find(|node| node.name == producer);
    if let Some(Role::Producer(producer)) = node.map(|node| &mut Arc::make_mut(node).role) {
        producer.workload.push(workload);
    }
}

/// As long as the recording, and a second.
fn scenario(events: &[Event<'_>], is_timed: bool) -> Scenario {
    let times = || events.iter().filter_map(|event| event.at_ns);
    let spread = times().max().zip(times().min()).map_or(0, |(last, first)| last.abs_diff(first));
    let evenly = events.len() as u64 * (EVENLY.per.0 / EVENLY.count);
    let nanoseconds = if is_timed { spread } else { evenly };
    let seconds = (nanoseconds / NS_PER_SEC).saturating_add(2);
    Scenario {
        name: "Recording".to_owned(),
        summary: "Everything that was recorded, once more.".to_owned(),
        fork: None,
        duration: Span(seconds.saturating_mul(NS_PER_SEC)),
        warm_up: Span(0),
        seed: 1,
        changes: Vec::new(),
        faults: Vec::new(),
        heal_at: None,
        actions: Vec::new(),
        promises: Vec::new(),
        breaks: Vec::new(),
    }
}

/// One event on each line, in the order of their times.
fn recording(events: &[Event<'_>], is_timed: bool) -> String {
    let mut order: Vec<&Event<'_>> = events.iter().collect();
    if is_timed {
        order.sort_by_key(|event| event.at_ns);
    }
    let line = |event: &&Event<'_>| {
        let value: serde_json::Value = serde_json::from_str(event.raw).unwrap_or_default();
        format!("{value}\n")
    };
    order.iter().map(line).collect()
}
