//! Every use of a name in a design, with what it should name. No rule itself.

use std::fmt::Arguments;

use crate::edge::Edge;
use crate::edit::Edit;
use crate::edit::rename::Named;
use crate::fault::{Condition, Fault, Group, Lasts, Trigger};
use crate::faults::Value;
use crate::finding::Finding;
use crate::message::MessageRef;
use crate::name::MessageName;
use crate::node::{Handler, Node, Poison, Role};
use crate::promise::{Promise, PromiseKind};
use crate::scenario::{ActionKind, DeadLetterFilter, Recipients, Scenario};

/// What a name should name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Expected {
    /// Any node.
    Node,
    /// A producer.
    Producer,
    /// A channel.
    Channel,
    /// A consumer.
    Consumer,
    /// A message.
    Message,
    /// A bounded context.
    Context,
    /// A promise of the design.
    Promise,
    /// A preset, of the design or of the program.
    Preset,
}

impl Expected {
    /// The word for it in a sentence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Expected::Node => "node",
            Expected::Producer => "producer",
            Expected::Channel => "channel",
            Expected::Consumer => "consumer",
            Expected::Message => "message",
            Expected::Context => "context",
            Expected::Promise => "promise of the design",
            Expected::Preset => "preset",
        }
    }

    /// The family of names it belongs to.
    pub(crate) fn named(self) -> Named {
        match self {
            Expected::Node | Expected::Producer | Expected::Channel | Expected::Consumer => {
                Named::Node
            }
            Expected::Message => Named::Message,
            Expected::Context => Named::Context,
            Expected::Promise => Named::Promise,
            Expected::Preset => Named::Preset,
        }
    }
}

/// Told of each use: what is expected, the name, the property where it stands.
pub(crate) type See<'s, 'a> = &'s mut dyn FnMut(Expected, &'a str, Arguments<'_>);

/// The uses in a node.
pub(crate) fn in_node<'a>(node: &'a Node, see: See<'_, 'a>) {
    if let Some(context) = &node.context {
        see(Expected::Context, context, format_args!("context"));
    }
    match &node.role {
        Role::Producer(producer) => {
            for (i, line) in producer.workload.iter().enumerate() {
                let property = format_args!("role.workload.{i}.message");
                see(Expected::Message, &line.message.name, property);
            }
        }
        Role::Channel(channel) => {
            if let Some(preset) = &channel.preset {
                see(Expected::Preset, preset, format_args!("role.preset"));
            }
            let named = [("dead_letter", &channel.dead_letter), ("alternate", &channel.alternate)];
            for (property, name) in named {
                if let Some(name) = name {
                    see(Expected::Channel, name, format_args!("role.{property}"));
                }
            }
        }
        Role::Consumer(consumer) => {
            for (i, handler) in consumer.handlers.iter().enumerate() {
                in_handler(handler, i, see);
            }
            for (at, emission) in consumer.emissions() {
                see(Expected::Message, &emission.message.name, format_args!("{at}.message"));
                if let Some(reply) = &emission.reply {
                    see(Expected::Message, &reply.message, format_args!("{at}.reply.message"));
                }
            }
            for (property, name) in consumer.pattern.messages() {
                see(Expected::Message, name, format_args!("role.pattern.{property}"));
            }
        }
    }
}

fn in_handler<'a>(handler: &'a Handler, i: usize, see: See<'_, 'a>) {
    if let Some(on) = &handler.on {
        see(Expected::Message, on, format_args!("role.handlers.{i}.on"));
    }
    for (j, called) in handler.calls.iter().enumerate() {
        see(Expected::Consumer, called, format_args!("role.handlers.{i}.calls.{j}"));
    }
    for (j, name) in poisoned(&handler.failures.poison).iter().enumerate() {
        let property = format_args!("role.handlers.{i}.failures.poison.{j}");
        see(Expected::Node, &name.source, property);
    }
}

fn poisoned(poison: &Poison) -> &[MessageName] {
    match poison {
        Poison::Messages(names) => names,
        Poison::None | Poison::Share(_) | Poison::Keys(_) | Poison::When(_) => &[],
    }
}

/// The uses in an edge.
pub(crate) fn in_edge<'a>(edge: &'a Edge, see: See<'_, 'a>) {
    see(Expected::Node, &edge.from, format_args!("from"));
    see(Expected::Node, &edge.to, format_args!("to"));
    for (i, message) in edge.contract.messages.iter().enumerate() {
        see(Expected::Message, &message.name, format_args!("contract.messages.{i}"));
    }
    if let Some(channel) = &edge.contract.dead_letter {
        see(Expected::Channel, channel, format_args!("contract.dead_letter"));
    }
}

/// The uses in a promise; `head` stands before each property.
pub(crate) fn in_promise<'a>(promise: &'a Promise, head: &str, see: See<'_, 'a>) {
    let consumer = Expected::Consumer;
    match &promise.holds {
        PromiseKind::NothingLost
        | PromiseKind::NoTimeouts
        | PromiseKind::NoDuplicateEffect { consumer: None }
        | PromiseKind::DeadLetters { channel: None, at_most: _ } => {}
        PromiseKind::NoDuplicateEffect { consumer: Some(name) }
        | PromiseKind::OrderPerKey { consumer: name }
        | PromiseKind::LedgerBalances { consumer: name, sum: _ }
        | PromiseKind::StaleReads { consumer: name, at_most: _ }
        | PromiseKind::NeverStaler { consumer: name, than: _ }
        | PromiseKind::SagasEnd { consumer: name, within: _ } => {
            see(consumer, name, format_args!("{head}holds.consumer"));
        }
        PromiseKind::DeadLetters { channel: Some(name), at_most: _ }
        | PromiseKind::BacklogBelow { channel: name, limit: _ } => {
            see(Expected::Channel, name, format_args!("{head}holds.channel"));
        }
        PromiseKind::LeadsTo { message, to, within: _ } => {
            see(Expected::Message, message, format_args!("{head}holds.message"));
            for (i, message) in to.iter().enumerate() {
                see(Expected::Message, message, format_args!("{head}holds.to.{i}"));
            }
        }
        PromiseKind::LatencyBelow { from, to, percentile: _, at_most: _ } => {
            if let Some(from) = from {
                see(Expected::Producer, from, format_args!("{head}holds.from"));
            }
            see(consumer, to, format_args!("{head}holds.to"));
        }
        PromiseKind::Published { message, count: _ } => {
            see(Expected::Message, message, format_args!("{head}holds.message"));
        }
    }
}

/// The uses in a scenario, but for edges, the paths of changes and the scenario's own promises.
pub(crate) fn in_scenario<'a>(scenario: &'a Scenario, see: See<'_, 'a>) {
    for (i, fault) in scenario.faults.iter().enumerate() {
        in_fault(fault, i, see);
    }
    for (i, action) in scenario.actions.iter().enumerate() {
        in_action(&action.what, i, see);
    }
    for (i, broken) in scenario.breaks.iter().enumerate() {
        see(Expected::Promise, broken, format_args!("breaks.{i}"));
    }
}

fn in_action<'a>(action: &'a ActionKind, i: usize, see: See<'_, 'a>) {
    match action {
        ActionKind::Redrive { channel, messages } | ActionKind::Drop { channel, messages } => {
            see(Expected::Channel, channel, format_args!("actions.{i}.do.channel"));
            if let DeadLetterFilter::Messages(names) = messages {
                for (j, name) in names.iter().enumerate() {
                    see(Expected::Node, &name.source, format_args!("actions.{i}.do.messages.{j}"));
                }
            }
        }
        ActionKind::Replay { channel, to, .. } => {
            see(Expected::Channel, channel, format_args!("actions.{i}.do.channel"));
            if let Recipients::Consumer(name) = to {
                see(Expected::Consumer, name, format_args!("actions.{i}.do.to"));
            }
        }
        ActionKind::Settle { consumer, message, how: _ } => {
            see(Expected::Consumer, consumer, format_args!("actions.{i}.do.consumer"));
            see(Expected::Node, &message.source, format_args!("actions.{i}.do.message"));
        }
        ActionKind::Rebuild { consumer } => {
            see(Expected::Consumer, consumer, format_args!("actions.{i}.do.consumer"));
        }
        ActionKind::Pause { edge } | ActionKind::Resume { edge } => {
            see(Expected::Channel, &edge.from, format_args!("actions.{i}.do.edge"));
            see(Expected::Node, &edge.to, format_args!("actions.{i}.do.edge"));
        }
    }
}

fn in_fault<'a>(fault: &'a Fault, i: usize, see: See<'_, 'a>) {
    let field = fault.kind.card().target.field();
    for group in fault.kind.target().groups() {
        let property = format_args!("faults.{i}.kind.{field}");
        match group {
            Group::Named(name) => see(Expected::Node, name, property),
            Group::Context(name) => see(Expected::Context, name, property),
            Group::Tag(_) | Group::Role(_) | Group::Any => {}
        }
    }
    for (parameter, value) in fault.kind.card().parameters.iter().zip(fault.kind.values()) {
        let Value::Messages(messages) = value else { continue };
        for (j, name) in poisoned(messages).iter().enumerate() {
            let property = format_args!("faults.{i}.kind.{}.{j}", parameter.name);
            see(Expected::Node, &name.source, property);
        }
    }
    for (j, message) in fault.filter.messages.iter().enumerate() {
        see(Expected::Message, &message.name, format_args!("faults.{i}.filter.messages.{j}"));
    }
    for (j, from) in fault.filter.from.iter().enumerate() {
        see(Expected::Node, from, format_args!("faults.{i}.filter.from.{j}"));
    }
    if let Trigger::When(condition) = &fault.trigger {
        in_condition(condition, format_args!("faults.{i}.trigger"), see);
    }
    if let Lasts::Until(condition) = &fault.lasts {
        in_condition(condition, format_args!("faults.{i}.lasts"), see);
    }
}

fn in_condition<'a>(condition: &'a Condition, property: Arguments<'_>, see: See<'_, 'a>) {
    match condition {
        Condition::BacklogAbove { channel, limit: _ }
        | Condition::BacklogAtMost { channel, limit: _ } => {
            see(Expected::Channel, channel, property);
        }
        // A promise may be one of the scenario.
        Condition::DeadLettersAbove(_) | Condition::Violated(_) => {}
    }
}

/// Told of each use of a message with its version.
pub(crate) type SeeMessage<'s, 'a> = &'s mut dyn FnMut(&'a MessageRef, Arguments<'_>);

/// The messages a node uses with their versions.
pub(crate) fn messages_in_node<'a>(node: &'a Node, see: SeeMessage<'_, 'a>) {
    match &node.role {
        Role::Producer(producer) => {
            for (i, line) in producer.workload.iter().enumerate() {
                see(&line.message, format_args!("role.workload.{i}.message"));
            }
        }
        Role::Channel(_) => {}
        Role::Consumer(consumer) => {
            for (at, emission) in consumer.emissions() {
                see(&emission.message, format_args!("{at}.message"));
            }
        }
    }
}

/// The messages an edge uses with their versions.
pub(crate) fn messages_in_edge<'a>(edge: &'a Edge, see: SeeMessage<'_, 'a>) {
    for (i, message) in edge.contract.messages.iter().enumerate() {
        see(message, format_args!("contract.messages.{i}"));
    }
}

/// Offers to let a message pass the only edge there is; with several nobody knows which is meant.
pub(crate) fn allow_on_only_edge(
    finding: Finding,
    edges: &[&&Edge],
    message: &MessageRef,
) -> Finding {
    let [edge] = edges else { return finding };
    let mut mended = Edge::clone(edge);
    mended.contract.messages.push(message.clone());
    let label = format!("Let {} carry {message}", edge.name());
    finding.with_fix(label, Edit::PutEdge(edge.name(), mended))
}
