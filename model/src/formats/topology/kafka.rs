//! Topics of Kafka: what `kafka-topics --describe` prints, or a list of them as JSON, YAML or CSV
//! with name, partitions, replication factor and configuration.

use std::collections::BTreeMap;

use csv_core::{ReadRecordResult, Reader};

use super::{Imported, Topology};
use crate::channel::Channel;
use crate::formats::marked::{self, Complaint, Content, Mark, Tree};
use crate::node::Role;
use crate::time::Span;

pub(super) const TOPOLOGY: Topology = Topology {
    name: "kafka",
    title: "Kafka topics",
    leaves_out: "publishers and consumer groups, which the list does not name; quotas, access lists \
                 and where replicas stand",
    read,
    write: None,
};

/// What a topic is, as text.
struct Topic {
    mark: Mark,
    name: String,
    partitions: Option<String>,
    replicas: Option<String>,
    configs: BTreeMap<String, String>,
}

fn read(text: &str) -> Result<Imported, Complaint> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let heads: Vec<&str> = first.split(',').map(str::trim).collect();
    let is_table = heads.len() > 1 && heads.iter().any(|head| ["name", "topic"].contains(head));
    let mut imported = Imported::new("Kafka");
    let topics = if first.trim_start().starts_with("Topic:") {
        described(text)
    } else if is_table {
        table(text)
    } else {
        listed(&marked::read(text)?, &mut imported)?
    };
    for topic in topics {
        add(&mut imported, topic);
    }
    if imported.design.nodes.is_empty() {
        let sentence = "expected topics: lines `Topic: …` of kafka-topics --describe, or a list \
                        with name, partitions, replication factor and configs";
        let mark = Mark { line: 1, column: 1 };
        return Err(Complaint { mark, sentence: sentence.to_owned() });
    }
    let sentence = "topics name no publishers and groups: add them, and the messages";
    imported.left_out(Mark { line: 1, column: 1 }, sentence.to_owned());
    imported.findings.sort_by_key(|(mark, _)| *mark);
    Ok(imported)
}

/// `Topic: orders  PartitionCount: 6  ReplicationFactor: 3  Configs: a=b,c=d`; the lines of single
/// partitions say nothing more.
fn described(text: &str) -> Vec<Topic> {
    let mut topics = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let fields: BTreeMap<&str, &str> =
            line.split('\t').filter_map(|field| field.trim().split_once(':')).collect();
        let said = |name: &str| fields.get(name).map(|it| it.trim().to_owned());
        let Some(partitions) = said("PartitionCount") else { continue };
        let Some(name) = said("Topic") else { continue };
        topics.push(Topic {
            mark: Mark { line: index + 1, column: 1 },
            name,
            partitions: Some(partitions),
            replicas: said("ReplicationFactor"),
            configs: configs(&said("Configs").unwrap_or_default(), ','),
        });
    }
    topics
}

/// `a=b,c=d`; a value may hold the separator itself: `cleanup.policy=compact,delete`.
fn configs(text: &str, between: char) -> BTreeMap<String, String> {
    let mut configs: BTreeMap<String, String> = BTreeMap::new();
    let mut last: Option<String> = None;
    for part in text.split(between).map(str::trim).filter(|part| !part.is_empty()) {
        match (part.split_once('='), &last) {
            (Some((name, value)), _) => {
                configs.insert(name.trim().to_owned(), value.trim().to_owned());
                last = Some(name.trim().to_owned());
            }
            (None, Some(name)) => {
                let value = configs.entry(name.clone()).or_default();
                *value = format!("{value},{part}");
            }
            (None, None) => {}
        }
    }
    configs
}

/// Lines with a head: name or topic, partitions, replication factor, configs.
fn table(text: &str) -> Vec<Topic> {
    let rows = rows(text);
    let Some(((_, heads), rows)) = rows.split_first() else { return Vec::new() };
    let place = |names: &[&str]| {
        let plain = |head: &String| head.trim().to_lowercase().replace(['_', ' ', '.', '-'], "");
        heads.iter().position(|head| names.contains(&plain(head).as_str()))
    };
    let name = place(&["name", "topic"]);
    let partitions = place(&["partitions", "partitioncount", "numpartitions"]);
    let replicas = place(&["replicationfactor", "replicas"]);
    let settings = place(&["configs", "config", "configuration"]);
    let topic = |(line, cells): &(usize, Vec<String>)| {
        let cell = |place: Option<usize>| {
            place.and_then(|at| cells.get(at)).map(|it| it.trim().to_owned())
        };
        let cell = |place| cell(place).filter(|it| !it.is_empty());
        let said = cell(settings).unwrap_or_default();
        let between = if said.contains(';') { ';' } else { ',' };
        Some(Topic {
            mark: Mark { line: *line, column: 1 },
            name: cell(name)?,
            partitions: cell(partitions),
            replicas: cell(replicas),
            configs: configs(&said, between),
        })
    };
    rows.iter().filter_map(topic).collect()
}

/// The rows of a table with the line in which each begins.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut reader = Reader::new();
    let (mut input, mut rows) = (text.as_bytes(), Vec::new());
    let (mut out, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 1]);
    loop {
        let line = reader.line() as usize;
        let (result, read, _, count) = reader.read_record(input, &mut out, &mut ends);
        input = &input[read..];
        if result == ReadRecordResult::Record {
            let starts = [0].into_iter().chain(ends[..count].iter().copied());
            let cell =
                |(from, to): (usize, &usize)| String::from_utf8_lossy(&out[from..*to]).into_owned();
            rows.push((line, starts.zip(&ends[..count]).map(cell).collect()));
        } else if matches!(result, ReadRecordResult::End) {
            return rows;
        }
    }
}

/// A list of topics, a map with `topics`, or a map from names to what they are.
fn listed(read: &marked::Read, imported: &mut Imported) -> Result<Vec<Topic>, Complaint> {
    let tree = read.tree.get("topics").unwrap_or(&read.tree);
    for complaint in &read.complaints {
        imported.wrong(complaint.mark, complaint.sentence.clone());
    }
    let mut topics = Vec::new();
    match &tree.content {
        Content::List(items) => {
            for item in items {
                let name = item.text().or_else(|| said(item, &["name", "topic"])?.text());
                match name {
                    Some(name) => topics.push(topic(item, name)),
                    None => imported.wrong(item.mark, "this topic has no `name`".to_owned()),
                }
            }
        }
        Content::Map(entries) => {
            topics.extend(entries.iter().map(|entry| topic(&entry.tree, &entry.key)));
        }
        Content::Null | Content::Flag(_) | Content::Number(_) | Content::Text(_) => {
            let sentence = "expected a list of topics".to_owned();
            return Err(Complaint { mark: tree.mark, sentence });
        }
    }
    Ok(topics)
}

fn said<'t>(tree: &'t Tree, names: &[&str]) -> Option<&'t Tree> {
    let plain = |key: &str| key.to_lowercase().replace(['_', '-', '.'], "");
    let entry = tree.entries().iter().find(|entry| names.contains(&plain(&entry.key).as_str()));
    entry.map(|entry| &*entry.tree)
}

fn topic(tree: &Tree, name: &str) -> Topic {
    let text = |names: &[&str]| said(tree, names).map(as_text);
    let mut settings = BTreeMap::new();
    if let Some(tree) = said(tree, &["configs", "config", "configuration", "configentries"]) {
        let map = tree.entries().iter().map(|it| (it.key.clone(), as_text(&it.tree)));
        settings.extend(map);
        let pair = |item: &Tree| {
            let name = said(item, &["name", "key"])?;
            Some((as_text(name), as_text(said(item, &["value"])?)))
        };
        settings.extend(tree.items().iter().filter_map(|item| pair(item)));
        settings.extend(configs(tree.text().unwrap_or_default(), ','));
    }
    Topic {
        mark: tree.mark,
        name: name.to_owned(),
        partitions: text(&["partitions", "partitioncount", "numpartitions"]),
        replicas: text(&["replicationfactor", "replicas", "replicationcount"]),
        configs: settings,
    }
}

/// A value as one writes it; the length of a list.
fn as_text(tree: &Tree) -> String {
    match &tree.content {
        Content::Text(text) => text.clone(),
        Content::List(items) => items.len().to_string(),
        Content::Null | Content::Flag(_) | Content::Number(_) | Content::Map(_) => {
            tree.value().to_string()
        }
    }
}

fn add(imported: &mut Imported, topic: Topic) {
    let name = &topic.name;
    if name.starts_with("__") {
        return imported.left_out(topic.mark, format!("`{name}` belongs to the broker: left out"));
    }
    if imported.design.node(name).is_some() {
        let sentence = format!("topic `{name}` stands here a second time: left out");
        return imported.wrong(topic.mark, sentence);
    }
    let mut channel = Channel::of("kafka.group.classic");
    let mut counted = |what: &str, said: &Option<String>| -> Option<u32> {
        let said = said.as_ref()?;
        let count = said.parse::<u32>().ok().filter(|count| (1..=100_000).contains(count));
        if count.is_none() {
            let sentence = format!("{what} of `{name}`: expected a number from 1, found `{said}`");
            imported.wrong(topic.mark, sentence);
        }
        count
    };
    channel.partitions = counted("partitions", &topic.partitions);
    channel.replicas = counted("replication factor", &topic.replicas);
    for (setting, value) in &topic.configs {
        match set(&mut channel, setting, value) {
            Some(true) => {}
            Some(false) => {
                let sentence = format!("`{setting}` of `{name}` means nothing here");
                imported.left_out(topic.mark, sentence);
            }
            None => {
                let sentence = format!("`{setting}` of `{name}` cannot be `{value}`");
                imported.wrong(topic.mark, sentence);
            }
        }
    }
    imported.add(name, Role::Channel(channel));
}

/// Sets what a setting means; whether it means anything, and nothing if its value is none.
fn set(channel: &mut Channel, setting: &str, value: &str) -> Option<bool> {
    let number = || value.parse::<i64>().ok();
    match setting {
        "retention.ms" => channel.retention_time = Some(millis(number()?)),
        "min.insync.replicas" => channel.min_in_sync = Some(u32::try_from(number()?).ok()?),
        "max.message.bytes" => channel.max_message_bytes = Some(u64::try_from(number()?).ok()?),
        "unclean.leader.election.enable" => channel.unclean_election = Some(value.parse().ok()?),
        "min.compaction.lag.ms" => channel.compaction_interval = Some(millis(number()?)),
        "cleanup.policy" => {
            let policies: Vec<&str> =
                value.split(',').map(|it| it.trim_matches(['[', ']', ' '])).collect();
            let is = |wanted: &str| policies.contains(&wanted);
            if !is("compact") && !is("delete") {
                return None;
            }
            if is("compact") {
                channel.messages_per_key = Some(1);
            }
            if !is("delete") {
                channel.retention_time = Some(Span::ZERO);
            }
        }
        _ => return Some(false),
    }
    Some(true)
}

/// Less than nothing is without end.
fn millis(count: i64) -> Span {
    Span(u64::try_from(count).unwrap_or(0).saturating_mul(1_000_000))
}
