//! The simulator, driven by hand as a client drives a server. A step is a part of a design or an
//! action of its scenario; whoever wants to see something has all steps so far run from the
//! beginning. That costs nothing to speak of, and every look is at a whole, ordinary run.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::channel::Channel;
use flowbench_model::contract::Contract;
use flowbench_model::design::Design;
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::fault::Fault;
use flowbench_model::message::{Message, MessageRef, Properties};
use flowbench_model::name::{EdgeName, MessageName};
use flowbench_model::node::{Arrivals, Consumer, Keys, Node, Producer, Role, Workload};
use flowbench_model::scenario::{Action, ActionKind, Scenario, Settling};
use flowbench_model::time::{Span, Time};
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{Entry, EntryKind, PlaceKind};
use flowbench_simulator::recorder::Keep;
use flowbench_simulator::recording::Recording;

/// From one step to the next, so that each comes after the one before.
const STEP: Span = Span(100_000);

/// How many messages a consumer works on that takes any number.
const ANY: u32 = 1000;

/// A design in the making and its only scenario.
#[derive(Clone)]
pub(super) struct Stage {
    design: Design,
    actions: Vec<Action>,
    /// Consumers that were lost, from when to when.
    losses: Vec<(String, Span, Option<Span>)>,
    /// Producers whose first publication is not answered.
    unanswered: Vec<String>,
    now: Span,
    /// The message that a producer publishes.
    names: BTreeMap<String, String>,
    /// Routing keys, each at the place of its ordering key.
    keys: Vec<String>,
    looks: usize,
}

/// A delivery, or what else happened to a message.
#[derive(Clone)]
pub(super) struct Happening {
    pub(super) kind: EntryKind,
    pub(super) at: Time,
    /// The node or the edge, by name.
    pub(super) place: String,
    /// The producer that published the message, which publishes nothing else.
    pub(super) producer: String,
    /// The message as the case calls it.
    pub(super) name: String,
    pub(super) attempt: u16,
    pub(super) detail: u64,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self {
            design: Design::new("case"),
            actions: Vec::new(),
            losses: Vec::new(),
            unanswered: Vec::new(),
            now: STEP,
            names: BTreeMap::new(),
            keys: Vec::new(),
            looks: 0,
        }
    }

    pub(super) fn now(&self) -> Time {
        Time(self.now.0)
    }

    /// Lets time pass until this instant.
    pub(super) fn pass_to(&mut self, at: Time) {
        self.now = Span(self.now.0.max(at.0));
    }

    fn step(&mut self) -> Span {
        let now = self.now;
        self.now = Span(now.0 + STEP.0);
        now
    }

    fn node(&mut self, name: &str, role: Role) {
        self.design.nodes.push(Arc::new(Node::new(name, role)));
    }

    fn edge(&mut self, kind: EdgeKind, from: &str, to: &str, contract: Contract) {
        let mut edge = Edge::new(kind, from, to);
        edge.contract = contract;
        self.design.edges.push(Arc::new(edge));
    }

    pub(super) fn channel(&mut self, name: &str, channel: Channel) {
        self.node(name, Role::Channel(channel));
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.design.node(name).is_some()
    }

    /// Binds a channel to another one, from now on.
    pub(super) fn bind(&mut self, from: &str, to: &str, contract: Contract) {
        self.edge(EdgeKind::Bind, from, to, contract);
        self.not_before_now(from, to);
    }

    /// An edge that comes into being now.
    fn not_before_now(&mut self, from: &str, to: &str) {
        let edge = EdgeName { from: from.to_owned(), to: to.to_owned() };
        let pause = ActionKind::Pause { edge: edge.clone() };
        self.actions.push(Action { at: Span::ZERO, what: pause });
        let at = self.step();
        self.actions.push(Action { at, what: ActionKind::Resume { edge } });
    }

    /// Changes the rules of a channel, from the beginning.
    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Channel)) {
        let node = self.design.nodes.iter_mut().find(|node| node.name == name);
        let node = Arc::make_mut(node.expect("the case has this channel"));
        if let Role::Channel(channel) = &mut node.role {
            change(channel);
        }
    }

    /// Publishes one message now, from a producer of its own; returns the producer. Messages of one
    /// routing key have one ordering key.
    pub(super) fn publish(
        &mut self,
        to: &str,
        name: &str,
        bytes: u64,
        properties: Properties,
    ) -> String {
        let known = self.keys.iter().position(|key| *key == properties.routing_key);
        let key = known.unwrap_or(self.keys.len());
        if known.is_none() {
            self.keys.push(properties.routing_key.clone());
        }
        let producer = format!("{name} {}", self.names.len() + 1);
        if !self.design.messages.iter().any(|known| known.name == name) {
            let text = format!("(name: {name:?}, size_bytes: Some({bytes}))");
            let message: Message = ron::from_str(&text).expect("a message type is one");
            self.design.messages.push(Arc::new(message));
        }
        let workload = Workload {
            message: MessageRef::newest(name),
            arrivals: Arrivals::Scripted(vec![Span::ZERO]),
            count: None,
            start: self.step(),
            keys: Keys::Constant(key as u64),
            claim_check: None,
            properties,
        };
        let workload = vec![workload];
        self.node(&producer, Role::Producer(Producer { workload }));
        self.edge(EdgeKind::Publish, &producer, to, Contract::default());
        self.names.insert(producer.clone(), name.to_owned());
        producer
    }

    /// A consumer that comes now, with so many messages at once, and settles nothing by itself.
    pub(super) fn consumer(&mut self, name: &str, from: &str, prefetch: u32, contract: Contract) {
        let by_hand = Consumer { settled_by_hand: true, ..self.hands(prefetch) };
        self.newcomer(name, from, by_hand, Contract { prefetch: Some(prefetch), ..contract });
    }

    /// A consumer that comes now, and settles everything at once.
    pub(super) fn reader(&mut self, name: &str, from: &str, contract: Contract) {
        let one = self.hands(1);
        self.newcomer(name, from, one, contract);
    }

    fn hands(&self, prefetch: u32) -> Consumer {
        let concurrency = if prefetch == 0 { ANY } else { prefetch };
        Consumer { concurrency, ..Consumer::default() }
    }

    fn newcomer(&mut self, name: &str, from: &str, consumer: Consumer, contract: Contract) {
        let prefetch = contract.prefetch.filter(|prefetch| *prefetch > 0);
        self.node(name, Role::Consumer(consumer));
        self.edge(EdgeKind::Subscribe, from, name, Contract { prefetch, ..contract });
        self.not_before_now(from, name);
    }

    /// A consumer is handed no more, and keeps what it has.
    pub(super) fn pause(&mut self, from: &str, to: &str) {
        let edge = EdgeName { from: from.to_owned(), to: to.to_owned() };
        let at = self.step();
        self.actions.push(Action { at, what: ActionKind::Pause { edge } });
    }

    /// A consumer settles what it has of this producer.
    pub(super) fn settle(&mut self, consumer: &str, producer: &str, how: Settling) {
        let message = MessageName { source: producer.to_owned(), number: 1 };
        let what = ActionKind::Settle { consumer: consumer.to_owned(), message, how };
        let at = self.step();
        self.actions.push(Action { at, what });
    }

    /// A consumer is gone, with its connection.
    pub(super) fn crash(&mut self, consumer: &str) {
        let at = self.step();
        self.losses.push((consumer.to_owned(), at, None));
    }

    /// A consumer that was gone is there again.
    pub(super) fn come_back(&mut self, consumer: &str) {
        let at = self.step();
        let loss = self.losses.iter_mut().rfind(|(lost, ..)| lost == consumer);
        loss.expect("the consumer was gone").2 = Some(at);
    }

    /// What this producer publishes is not answered, so that it publishes it once more.
    pub(super) fn leave_unanswered(&mut self, producer: &str) {
        self.unanswered.push(producer.to_owned());
        self.now = Span(self.now.0 + 10 * STEP.0);
    }

    /// Everything that goes wrong, as a scenario says it.
    fn faults(&self) -> Vec<Fault> {
        let down = self.losses.iter().map(|(node, from, to)| {
            let lasts =
                to.map_or(String::new(), |to| format!(", duration: Some(\"{}ns\")", to.0 - from.0));
            format!("(kind: Down(node: {node:?}), start: \"{}ns\"{lasts})", from.0)
        });
        let unanswered = self.unanswered.iter().map(|node| {
            let terms = format!("share: 1, timeout: \"{}ns\", retries: 1", STEP.0);
            format!("(kind: PublishAckLost(node: {node:?}, {terms}))")
        });
        let written = down.chain(unanswered);
        written.map(|fault| ron::from_str(&fault).expect("a fault is one")).collect()
    }

    /// The producers of what a channel keeps. Of a log that is what a reader gets who begins at the
    /// beginning; of others, what has not been settled by everybody.
    pub(super) fn kept(&mut self, channel: &str, is_log: bool) -> Vec<String> {
        if is_log {
            let mut fork = self.clone();
            let from = fork.now();
            fork.reader("from the beginning", channel, Contract::default());
            let happenings = fork.run().happenings().into_iter();
            let read = |it: &Happening| {
                it.kind == EntryKind::Delivered
                    && it.place == format!("{channel} -> from the beginning")
                    && it.at >= from
            };
            return happenings.filter(read).map(|it| it.producer).collect();
        }
        let subscribers = self.design.edges.iter().filter(|edge| edge.from == channel).count();
        let happenings = self.run().happenings();
        let arrived =
            happenings.iter().filter(|it| it.kind == EntryKind::Arrived && it.place == channel);
        let is_left = |it: &&Happening| {
            let ended = happenings.iter().filter(|other| {
                let ends = [EntryKind::Acknowledged, EntryKind::Dropped].contains(&other.kind);
                ends && other.producer == it.producer
            });
            ended.count() < subscribers
        };
        arrived.filter(is_left).map(|it| it.producer.clone()).collect()
    }

    /// A name for somebody who only looks.
    pub(super) fn stranger(&mut self) -> String {
        self.looks += 1;
        format!("look {}", self.looks)
    }

    /// All that has happened so far.
    pub(super) fn run(&mut self) -> Look {
        let mut scenario = Scenario::new("steps", self.step());
        scenario.actions.clone_from(&self.actions);
        scenario.actions.sort_by_key(|action| action.at);
        scenario.faults = self.faults();
        let plan = Plan::compile(&self.design, &scenario, scenario.seed)
            .unwrap_or_else(|findings| panic!("{findings:#?}"));
        let recording = Recording::make(plan, Keep::Everything, |_| true);
        let recording = recording.expect("nobody stops it");
        assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
        Look { recording, names: self.names.clone(), design: self.design.clone() }
    }
}

/// A run of all steps so far.
pub(super) struct Look {
    recording: Recording,
    design: Design,
    names: BTreeMap<String, String>,
}

impl Look {
    /// Everything about messages, in order.
    pub(super) fn happenings(&self) -> Vec<Happening> {
        let record = self.recording.record();
        record.entries_from(0).filter_map(|entry| self.happening(&entry)).collect()
    }

    fn happening(&self, entry: &Entry) -> Option<Happening> {
        let plan = self.recording.plan();
        let message = self.recording.record().message_name(plan, entry.message)?;
        let producer = message.strip_suffix("#1").expect("a producer publishes once").to_owned();
        let place = entry.place as usize;
        let place = match entry.place_kind() {
            PlaceKind::Node => plan.nodes[place].name.clone(),
            PlaceKind::Edge => plan.edges[place].name.clone(),
            PlaceKind::Fault | PlaceKind::Action => return None,
        };
        Some(Happening {
            kind: entry.kind,
            at: entry.at,
            place,
            name: self.names[&producer].clone(),
            producer,
            attempt: entry.attempt,
            detail: entry.detail,
        })
    }

    /// How long a message may wait by what it says itself.
    pub(super) fn time_to_live(&self, producer: &str) -> Option<Span> {
        let node = self.design.node(producer).expect("the case has this producer");
        let Role::Producer(producer) = &node.role else { return None };
        producer.workload[0].properties.time_to_live
    }

    /// How many messages wait in a channel.
    pub(super) fn ready(&self, channel: &str) -> u64 {
        let nodes = &self.recording.plan().nodes;
        let index = nodes.iter().position(|node| node.name == channel);
        let index = index.expect("the case has this channel") as u32;
        self.recording.end().level(index).ready
    }
}
