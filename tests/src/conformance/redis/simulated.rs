//! The same steps in the simulator: a stream is a channel of the preset.

use std::collections::BTreeMap;

use flowbench_model::channel::Channel;
use flowbench_model::contract::Contract;
use flowbench_model::message::Properties;
use flowbench_model::scenario::Settling;
use flowbench_simulator::record::EntryKind;

use super::entries::Entries;
use crate::conformance::stage::{Happening, Stage};

const STREAM: &str = "s";

/// A stage with a stream on it.
pub(super) struct Simulated {
    stage: Stage,
    /// Producers of the entries, by number.
    producers: BTreeMap<String, String>,
    /// Who read an entry, by number.
    readers: BTreeMap<String, String>,
    lines: Vec<String>,
}

impl Simulated {
    pub(super) fn new(preset: &'static str) -> Self {
        let mut stage = Stage::new();
        stage.channel(STREAM, Channel::of(preset));
        Self { stage, producers: BTreeMap::new(), readers: BTreeMap::new(), lines: Vec::new() }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    fn note(&mut self, head: &str, names: &[String]) {
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(" ") };
        self.lines.push(format!("{head} {names}"));
    }
}

impl Entries for Simulated {
    fn add_up_to(&mut self, last: u32, most: Option<u32>) {
        if let Some(most) = most {
            self.stage.change(STREAM, |channel| channel.max_messages = Some(u64::from(most)));
        }
        for number in 1..=last {
            let name = number.to_string();
            let producer = self.stage.publish(STREAM, &name, 1, Properties::default());
            self.producers.insert(name, producer);
        }
    }

    fn group_from_start(&mut self) {
        // A group of the preset begins so.
    }

    fn read(&mut self, consumer: &str, count: u32) {
        let from = self.stage.now();
        let group = Some("g".to_owned());
        self.stage.consumer(consumer, STREAM, count, Contract { group, ..Contract::default() });
        self.stage.pause(STREAM, consumer);
        let place = format!("{STREAM} -> {consumer}");
        let happenings = self.stage.run().happenings().into_iter();
        let read: Vec<String> = happenings
            .filter(|it| it.kind == EntryKind::Delivered && it.place == place && it.at >= from)
            .map(|it| it.name)
            .collect();
        for name in &read {
            self.readers.insert(name.clone(), consumer.to_owned());
        }
        self.note(&format!("{consumer} reads"), &read);
    }

    fn acknowledge(&mut self, number: u32) {
        let name = number.to_string();
        let (reader, producer) = (&self.readers[&name], &self.producers[&name]);
        self.stage.settle(reader, producer, Settling::Acknowledge);
    }

    fn pending(&mut self) {
        let happenings = self.stage.run().happenings();
        let of_group = |it: &&Happening| {
            let reader = it.place.strip_prefix(&format!("{STREAM} -> "));
            reader.is_some_and(|reader| self.readers.values().any(|known| known == reader))
        };
        let mut held: BTreeMap<String, String> = BTreeMap::new();
        for it in happenings.iter().filter(of_group) {
            let reader = it.place.rsplit(' ').next().unwrap_or_default();
            if it.kind == EntryKind::Delivered {
                let line = format!("{reader}={}:{}", it.name, it.attempt);
                held.insert(it.name.clone(), line);
            } else if it.kind == EntryKind::Acknowledged {
                held.remove(&it.name);
            }
        }
        let held: Vec<String> = held.into_values().collect();
        self.note("pending", &held);
    }

    fn length(&mut self) {
        let length = self.stage.kept(STREAM, true).len();
        self.lines.push(format!("length {length}"));
    }
}
