//! The same steps in the simulator: topics are channels of the presets, clients consumers.

use std::collections::BTreeMap;

use flowbench_model::channel::Channel;
use flowbench_model::contract::Contract;
use flowbench_model::message::Properties;
use flowbench_model::scenario::Settling;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::record::EntryKind;

use super::topics::{Topics, left};
use crate::conformance::stage::{Happening, Stage};

/// A stage with topics on it.
pub(super) struct Simulated {
    preset: &'static str,
    stage: Stage,
    clients: BTreeMap<String, Client>,
    lines: Vec<String>,
}

/// A client, and what it has been seen to be given.
#[derive(Default)]
struct Client {
    is_lasting: bool,
    is_away: bool,
    topic: String,
    seen_to: Time,
    /// The producers of what it holds, by message.
    held: BTreeMap<String, String>,
}

impl Simulated {
    pub(super) fn new(preset: &'static str) -> Self {
        Self { preset, stage: Stage::new(), clients: BTreeMap::new(), lines: Vec::new() }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    fn topic(&mut self, name: &str) {
        if !self.stage.has(name) {
            self.stage.channel(name, Channel::of(self.preset));
        }
    }

    fn listen(&mut self, client: &str, topic: &str, contract: Contract) {
        self.topic(topic);
        let known = self.clients.get_mut(client).expect("the case has this client");
        let ends = !known.is_lasting;
        (known.topic, known.seen_to) = (topic.to_owned(), self.stage.now());
        // What the server keeps for each session, the simulator keeps for the topic.
        self.stage.change(topic, |channel| channel.sessions_end = Some(ends));
        self.stage.consumer(client, topic, 0, contract);
    }

    fn leave(&mut self, client: &str) {
        self.stage.crash(client);
        self.clients.get_mut(client).expect("the case has this client").is_away = true;
    }

    fn send(&mut self, topic: &str, message: &str, properties: Properties) -> String {
        self.topic(topic);
        self.stage.publish(topic, message, 1, properties)
    }

    /// The deliveries to a client that have not been seen.
    fn take(&mut self, client: &str) -> Vec<Happening> {
        let now = self.stage.now();
        let known = self.clients.get_mut(client).expect("the case has this client");
        let from = std::mem::replace(&mut known.seen_to, now);
        let place = format!("{} -> {client}", known.topic);
        let found = self
            .stage
            .run()
            .happenings()
            .into_iter()
            .filter(|it| it.kind == EntryKind::Delivered && it.place == place && it.at >= from);
        let found: Vec<Happening> = found.collect();
        known.held.extend(found.iter().map(|it| (it.name.clone(), it.producer.clone())));
        found
    }
}

impl Topics for Simulated {
    fn preset(&self) -> &'static str {
        self.preset
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn pass(&mut self, time_ms: u64) {
        self.stage.pass_to(self.stage.now().after(Span(time_ms * 1_000_000)));
    }

    fn connect(&mut self, client: &str) {
        self.clients.insert(client.to_owned(), Client::default());
    }

    fn connect_lasting(&mut self, client: &str) {
        let is_kept = match self.clients.get_mut(client) {
            Some(known) => {
                self.stage.come_back(client);
                known.is_away = false;
                known.is_lasting
            }
            None => {
                let lasting = Client { is_lasting: true, ..Client::default() };
                self.clients.insert(client.to_owned(), lasting);
                false
            }
        };
        self.lines.push(format!("{client} finds {} session", if is_kept { "its" } else { "no" }));
    }

    fn disconnect(&mut self, client: &str) {
        self.leave(client);
    }

    fn abort(&mut self, client: &str) {
        self.leave(client);
    }

    fn subscribe(&mut self, client: &str, topic: &str, _: u8) {
        self.listen(client, topic, Contract::default());
    }

    fn share(&mut self, client: &str, topic: &str, _: u8) {
        self.listen(client, topic, Contract { group: Some("g".to_owned()), ..Contract::default() });
    }

    fn publish(&mut self, topic: &str, quality: u8, messages: &str) {
        assert_eq!(quality, self.quality(), "a channel of the simulator has one quality");
        for message in messages.split_whitespace() {
            self.send(topic, message, Properties::default());
        }
    }

    fn publish_again(&mut self, topic: &str, quality: u8, message: &str) {
        assert_eq!(quality, self.quality(), "a channel of the simulator has one quality");
        let producer = self.send(topic, message, Properties::default());
        self.stage.leave_unanswered(&producer);
    }

    fn publish_expiring(&mut self, topic: &str, message: &str, expiry_sec: u32) {
        let time_to_live = Some(Span::from_secs(u64::from(expiry_sec)));
        self.send(topic, message, Properties { time_to_live, ..Properties::default() });
    }

    fn receive(&mut self, client: &str) {
        let quality = self.quality();
        let written = |it: &Happening| {
            format!("{}/{quality}{}", it.name, if it.attempt > 1 { "R" } else { "" })
        };
        let names: Vec<String> = self.take(client).iter().map(written).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(" ") };
        self.lines.push(format!("{client} {names}"));
    }

    fn receive_expiring(&mut self, client: &str) {
        for it in self.take(client) {
            let look = self.stage.run();
            let came = look
                .happenings()
                .into_iter()
                .find(|other| other.kind == EntryKind::Arrived && other.producer == it.producer);
            let span = look.time_to_live(&it.producer).expect("the message expires");
            let end = came.expect("it arrived").at.after(span);
            let seconds = end.since(it.at).0 / 1_000_000_000;
            self.lines.push(format!("{client} {}, {} s left", it.name, left(seconds)));
        }
    }

    fn acknowledge(&mut self, client: &str, message: &str) {
        let known = self.clients.get_mut(client).expect("the case has this client");
        let producer = known.held.remove(message).expect("the client holds this message");
        self.stage.settle(client, &producer, Settling::Acknowledge);
    }
}
