//! Carries a new name to every place that used the old one.

use std::sync::Arc;

use crate::design::Design;
use crate::edge::Edge;
use crate::emission::Emission;
use crate::fault::{Condition, Fault, Group, Lasts, Target, Trigger};
use crate::lint_setting::LintSetting;
use crate::message::Message;
use crate::name::{EdgeName, MessageName};
use crate::node::{Failures, Handler, Node, Poison, Role};
use crate::place::Place;
use crate::preset::Preset;
use crate::promise::{Promise, PromiseKind};
use crate::scenario::{ActionKind, Change, DeadLetterFilter, Recipients, Scenario};

/// The kinds of thing that are used by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Named {
    /// Producers, channels and consumers.
    Node,
    /// Message types.
    Message,
    /// Bounded contexts.
    Context,
    /// Promises of the design.
    Promise,
    /// Scenarios.
    Scenario,
    /// Presets of the design.
    Preset,
}

/// One name for another. It changes only uses, never the thing that has the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rename<'a> {
    /// Whose name it is.
    pub(crate) what: Named,
    /// The old name.
    pub(crate) from: &'a str,
    /// The new one.
    pub(crate) to: &'a str,
}

/// Replaces every use of a name. The thing itself has its new name already.
pub(crate) fn everywhere(design: &mut Design, rename: &Rename<'_>) {
    // Before anything else: which thing a change means is told by the names there were.
    let paths = changed_paths(design, rename);
    change_shared(&mut design.nodes, |node| rename.in_node(node));
    change_shared(&mut design.edges, |edge| rename.in_edge(edge));
    change_shared(&mut design.messages, |message| rename.in_message(message));
    change_shared(&mut design.scenarios, |scenario| rename.in_scenario(scenario));
    change_shared(&mut design.presets, |preset| rename.in_preset(preset));
    design.promises.iter_mut().for_each(|promise| rename.in_promise(promise));
    design.lints.iter_mut().for_each(|setting| rename.in_setting(setting));
    if rename.what == Named::Node
        && let Some(position) = design.layout.remove(rename.from)
    {
        design.layout.insert(rename.to.to_owned(), position);
    }
    put_paths(design, &paths);
}

/// Gives an edge new ends wherever scenarios name it.
pub(super) fn edge_everywhere(design: &mut Design, from: &EdgeName, to: &EdgeName) {
    let (old, new) = (from.to_string(), to.to_string());
    for place in design.lints.iter_mut().flat_map(|setting| &mut setting.places) {
        if matches!(place, Place::Edge(edge) if edge == from) {
            *place = Place::Edge(to.clone());
        }
    }
    change_shared(&mut design.scenarios, |scenario| {
        for fault in &mut scenario.faults {
            let target = fault.kind.target_mut();
            if target.edge_name().as_ref() == Some(from) {
                *target = Target::edge(to);
            }
        }
        for action in &mut scenario.actions {
            if let ActionKind::Pause { edge } | ActionKind::Resume { edge } = &mut action.what
                && edge == from
            {
                *edge = to.clone();
            }
        }
        for change in &mut scenario.changes {
            if let Some(rest) = change.set.strip_prefix(&old).filter(|rest| is_path(rest)) {
                change.set = format!("{new}{rest}");
            }
        }
    });
}

/// Changes things in place; those that stay equal stay shared.
pub(super) fn change_shared<T: Clone + PartialEq>(things: &mut [Arc<T>], change: impl Fn(&mut T)) {
    for thing in things {
        let mut copy = T::clone(thing);
        change(&mut copy);
        if copy != **thing {
            *thing = Arc::new(copy);
        }
    }
}

impl Rename<'_> {
    fn one(&self, what: Named, name: &mut String) {
        if self.what == what && name == self.from {
            self.to.clone_into(name);
        }
    }

    fn optional(&self, what: Named, name: &mut Option<String>) {
        if let Some(name) = name {
            self.one(what, name);
        }
    }

    fn messages(&self, names: &mut [MessageName]) {
        names.iter_mut().for_each(|name| self.one(Named::Node, &mut name.source));
    }

    fn poison(&self, poison: &mut Poison) {
        match poison {
            Poison::Messages(names) => self.messages(names),
            Poison::None | Poison::Share(_) | Poison::Keys(_) | Poison::When(_) => {}
        }
    }

    /// Replaces the uses inside a node.
    pub(crate) fn in_node(&self, node: &mut Node) {
        self.optional(Named::Context, &mut node.context);
        match &mut node.role {
            Role::Producer(producer) => {
                for line in &mut producer.workload {
                    self.one(Named::Message, &mut line.message.name);
                }
            }
            Role::Channel(channel) => {
                self.optional(Named::Preset, &mut channel.preset);
                self.optional(Named::Node, &mut channel.dead_letter);
                self.optional(Named::Node, &mut channel.alternate);
            }
            Role::Consumer(consumer) => {
                consumer.handlers.iter_mut().for_each(|handler| self.in_handler(handler));
                for name in consumer.pattern.messages_mut() {
                    self.one(Named::Message, name);
                }
                for emission in consumer.pattern.emissions_mut().into_iter().flatten() {
                    self.in_emission(emission);
                }
            }
        }
    }

    fn in_handler(&self, handler: &mut Handler) {
        self.optional(Named::Message, &mut handler.on);
        handler.calls.iter_mut().for_each(|called| self.one(Named::Node, called));
        let Failures { transient: _, poison } = &mut handler.failures;
        self.poison(poison);
        handler.emits.iter_mut().for_each(|emission| self.in_emission(emission));
    }

    fn in_emission(&self, emission: &mut Emission) {
        self.one(Named::Message, &mut emission.message.name);
        if let Some(reply) = &mut emission.reply {
            self.one(Named::Message, &mut reply.message);
        }
    }

    /// Replaces the uses inside an edge.
    pub(crate) fn in_edge(&self, edge: &mut Edge) {
        self.one(Named::Node, &mut edge.from);
        self.one(Named::Node, &mut edge.to);
        self.optional(Named::Node, &mut edge.contract.dead_letter);
        for message in &mut edge.contract.messages {
            self.one(Named::Message, &mut message.name);
        }
    }

    /// Replaces the uses inside a preset: the one that it names itself.
    pub(crate) fn in_preset(&self, preset: &mut Preset) {
        self.optional(Named::Preset, &mut preset.parameters.preset);
    }

    /// Replaces the uses inside a message: its owner, if that is a node.
    pub(crate) fn in_message(&self, message: &mut Message) {
        self.optional(Named::Node, &mut message.owner);
    }

    /// Replaces the uses among the places of a setting.
    fn in_setting(&self, setting: &mut LintSetting) {
        for place in &mut setting.places {
            match place {
                Place::Design => {}
                Place::Context(name) => self.one(Named::Context, name),
                Place::Message(name) => self.one(Named::Message, name),
                Place::Node(name) => self.one(Named::Node, name),
                Place::Edge(EdgeName { from, to }) => {
                    self.one(Named::Node, from);
                    self.one(Named::Node, to);
                }
                Place::Promise(name) => self.one(Named::Promise, name),
                Place::Scenario(name) => self.one(Named::Scenario, name),
                Place::Preset(name) => self.one(Named::Preset, name),
            }
        }
    }

    /// Replaces the uses inside a promise.
    pub(crate) fn in_promise(&self, promise: &mut Promise) {
        match &mut promise.holds {
            PromiseKind::NothingLost | PromiseKind::NoTimeouts => {}
            PromiseKind::NoDuplicateEffect { consumer: node }
            | PromiseKind::DeadLetters { channel: node, at_most: _ } => {
                self.optional(Named::Node, node);
            }
            PromiseKind::OrderPerKey { consumer: node }
            | PromiseKind::LedgerBalances { consumer: node, sum: _ }
            | PromiseKind::SagasEnd { consumer: node, within: _ }
            | PromiseKind::StaleReads { consumer: node, at_most: _ }
            | PromiseKind::NeverStaler { consumer: node, than: _ }
            | PromiseKind::BacklogBelow { channel: node, limit: _ } => self.one(Named::Node, node),
            PromiseKind::LeadsTo { message, to, within: _ } => {
                self.one(Named::Message, message);
                to.iter_mut().for_each(|message| self.one(Named::Message, message));
            }
            PromiseKind::LatencyBelow { from, to, percentile: _, at_most: _ } => {
                self.optional(Named::Node, from);
                self.one(Named::Node, to);
            }
            PromiseKind::Published { message, count: _ } => self.one(Named::Message, message),
        }
    }

    /// Replaces the uses inside a scenario, but for the paths of its changes.
    pub(crate) fn in_scenario(&self, scenario: &mut Scenario) {
        scenario.faults.iter_mut().for_each(|fault| self.in_fault(fault));
        for action in &mut scenario.actions {
            match &mut action.what {
                ActionKind::Redrive { channel, messages }
                | ActionKind::Drop { channel, messages } => {
                    self.one(Named::Node, channel);
                    if let DeadLetterFilter::Messages(names) = messages {
                        self.messages(names);
                    }
                }
                ActionKind::Replay { channel, to, .. } => {
                    self.one(Named::Node, channel);
                    if let Recipients::Consumer(name) = to {
                        self.one(Named::Node, name);
                    }
                }
                ActionKind::Settle { consumer, message, how: _ } => {
                    self.one(Named::Node, consumer);
                    self.one(Named::Node, &mut message.source);
                }
                ActionKind::Rebuild { consumer } => self.one(Named::Node, consumer),
                ActionKind::Pause { edge } | ActionKind::Resume { edge } => {
                    self.one(Named::Node, &mut edge.from);
                    self.one(Named::Node, &mut edge.to);
                }
            }
        }
        scenario.promises.iter_mut().for_each(|promise| self.in_promise(promise));
        scenario.breaks.iter_mut().for_each(|broken| self.one(Named::Promise, broken));
        scenario.changes.iter_mut().for_each(|change| self.in_value(change));
        if let Some(fork) = &mut scenario.fork {
            self.one(Named::Scenario, &mut fork.of);
        }
    }

    fn in_fault(&self, fault: &mut Fault) {
        for group in fault.kind.target_mut().groups_mut() {
            match group {
                Group::Named(name) => self.one(Named::Node, name),
                Group::Context(name) => self.one(Named::Context, name),
                Group::Tag(_) | Group::Role(_) | Group::Any => {}
            }
        }
        if let Some(messages) = fault.kind.messages_mut() {
            self.poison(messages);
        }
        fault.filter.messages.iter_mut().for_each(|it| self.one(Named::Message, &mut it.name));
        fault.filter.from.iter_mut().for_each(|name| self.one(Named::Node, name));
        if let Trigger::When(condition) = &mut fault.trigger {
            self.in_condition(condition);
        }
        if let Lasts::Until(condition) = &mut fault.lasts {
            self.in_condition(condition);
        }
    }

    fn in_condition(&self, condition: &mut Condition) {
        match condition {
            Condition::BacklogAbove { channel, limit: _ }
            | Condition::BacklogAtMost { channel, limit: _ } => self.one(Named::Node, channel),
            Condition::DeadLettersAbove(_) => {}
            Condition::Violated(promise) => self.one(Named::Promise, promise),
        }
    }

    /// Replaces the value of a change that sets a name.
    fn in_value(&self, change: &mut Change) {
        let properties: &[&str] = match self.what {
            Named::Node => &["dead_letter", "alternate", "calls"],
            Named::Message => &["on", "message", "messages"],
            Named::Context => &["context"],
            Named::Preset => &["preset"],
            Named::Promise | Named::Scenario => &[],
        };
        let is_index = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let property = change.set.rsplit('.').find(|part| !is_index(part)).unwrap_or_default();
        if !properties.contains(&property) {
            return;
        }
        if change.to.trim() == self.from {
            self.to.clone_into(&mut change.to);
        } else if change.to.trim().trim_matches('"') == self.from {
            change.to = format!("\"{}\"", self.to);
        }
    }
}

/// The thing at the head of a change's path, and the rest of it: `.concurrency`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ChangeTarget<'a> {
    /// A node, by name.
    Node(&'a str),
    /// A message, by name.
    Message(&'a str),
    /// An edge, by its two ends.
    Edge(&'a str, &'a str),
}

/// Splits the path of a change. The longest name that fits is meant, since names may have dots;
/// a node before a message.
pub(crate) fn change_target<'a>(
    set: &'a str,
    nodes: impl Iterator<Item = &'a str> + Clone,
    messages: impl Iterator<Item = &'a str>,
) -> Option<(ChangeTarget<'a>, &'a str)> {
    if let Some((from, tail)) = set.split_once("->") {
        let from = from.trim();
        let from = nodes.clone().find(|name| *name == from)?;
        let (to, rest) = longest_head(tail.trim_start(), nodes)?;
        return Some((ChangeTarget::Edge(from, to), rest));
    }
    let node = longest_head(set, nodes);
    let message = longest_head(set, messages);
    match (node, message) {
        (Some((node, rest)), Some((message, _))) if node.len() >= message.len() => {
            Some((ChangeTarget::Node(node), rest))
        }
        (_, Some((message, rest))) => Some((ChangeTarget::Message(message), rest)),
        (Some((node, rest)), None) => Some((ChangeTarget::Node(node), rest)),
        (None, None) => None,
    }
}

fn longest_head<'a>(
    set: &'a str,
    names: impl Iterator<Item = &'a str>,
) -> Option<(&'a str, &'a str)> {
    names
        .filter_map(|name| Some((name, set.strip_prefix(name)?)))
        .filter(|(_, rest)| is_path(rest))
        .max_by_key(|(name, _)| name.len())
}

fn is_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('.')
}

/// The new paths of changes that begin with the old name: scenario, change, path.
fn changed_paths(design: &Design, rename: &Rename<'_>) -> Vec<(usize, usize, String)> {
    let before = |name| if name == rename.to { rename.from } else { name };
    let name_of = |what, name| if rename.what == what { before(name) } else { name };
    let nodes = design.nodes.iter().map(|node| name_of(Named::Node, node.name.as_str()));
    let messages = || design.messages.iter().map(|m| name_of(Named::Message, m.name.as_str()));
    let mut paths = Vec::new();
    for (scenario_index, scenario) in design.scenarios.iter().enumerate() {
        for (index, change) in scenario.changes.iter().enumerate() {
            let Some((target, rest)) = change_target(&change.set, nodes.clone(), messages()) else {
                continue;
            };
            if let Some(head) = renamed_head(&target, rename) {
                paths.push((scenario_index, index, format!("{head}{rest}")));
            }
        }
    }
    paths
}

fn renamed_head(target: &ChangeTarget<'_>, rename: &Rename<'_>) -> Option<String> {
    let new = |name: &str| if name == rename.from { rename.to } else { name }.to_owned();
    match (rename.what, target) {
        (Named::Node, ChangeTarget::Node(name)) | (Named::Message, ChangeTarget::Message(name)) => {
            (*name == rename.from).then(|| new(name))
        }
        (Named::Node, ChangeTarget::Edge(from, to)) => (*from == rename.from || *to == rename.from)
            .then(|| EdgeName::new(new(from), new(to)).to_string()),
        (Named::Context | Named::Promise | Named::Scenario | Named::Preset, _)
        | (Named::Node, ChangeTarget::Message(_))
        | (Named::Message, ChangeTarget::Node(_) | ChangeTarget::Edge(..)) => None,
    }
}

fn put_paths(design: &mut Design, paths: &[(usize, usize, String)]) {
    for (scenario, change, path) in paths {
        let scenario = Arc::make_mut(&mut design.scenarios[*scenario]);
        scenario.changes[*change].set.clone_from(path);
    }
}
