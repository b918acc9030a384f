//! Something an operator does in a scenario.

use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::name::{EdgeName, MessageName};
use flowbench_model::node::Role;
use flowbench_model::pattern::Pattern;
use flowbench_model::scenario::{
    Action, ActionKind, DeadLetterFilter, Recipients, Section, Settling,
};
use flowbench_model::time::Span;

use super::names;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Redrive,
    Drop,
    Settle,
    Rebuild,
    Pause,
    Resume,
    Replay,
}

const KINDS: [(Kind, &str); 7] = [
    (Kind::Redrive, "redrives dead letters"),
    (Kind::Drop, "drops dead letters"),
    (Kind::Settle, "settles a message by hand"),
    (Kind::Rebuild, "builds a read model again"),
    (Kind::Pause, "pauses a subscription"),
    (Kind::Resume, "resumes a subscription"),
    (Kind::Replay, "replays what was kept"),
];

const SETTLINGS: [Choice<Settling>; 4] = [
    choice(Settling::Acknowledge, "Ack", "It is handled"),
    choice(Settling::Requeue, "Requeue", "The channel takes it back for another attempt"),
    choice(Settling::Reject, "Reject", "It is refused for good"),
    choice(Settling::Extend, "Extend", "Its lease begins anew"),
];

/// Rows of something an operator does.
pub(super) fn rows(form: &mut Form, design: &Design, action: &mut Action) {
    form.value("At", "When", &mut action.at);
    let mut kind = match &action.what {
        ActionKind::Redrive { .. } => Kind::Redrive,
        ActionKind::Drop { .. } => Kind::Drop,
        ActionKind::Settle { .. } => Kind::Settle,
        ActionKind::Rebuild { .. } => Kind::Rebuild,
        ActionKind::Pause { .. } => Kind::Pause,
        ActionKind::Resume { .. } => Kind::Resume,
        ActionKind::Replay { .. } => Kind::Replay,
    };
    let before = kind;
    let choices = KINDS.map(|(kind, title)| (kind, title.to_owned()));
    form.pick("Does", "What the operator does", &mut kind, &choices);
    if kind != before {
        action.what = fresh(design, kind, &action.what);
    }
    match &mut action.what {
        ActionKind::Redrive { channel, messages } | ActionKind::Drop { channel, messages } => {
            dead_letters(form, design, channel, messages);
        }
        ActionKind::Settle { consumer, message, how } => {
            let consumers = names::consumers(design);
            let explanation = "A consumer whose messages are settled by hand";
            form.name_of("Consumer", explanation, consumer, &consumers);
            form.value("Message", "Such as shop#17, the 17th that shop publishes", message);
            form.choose("How", "What becomes of the message", how, &SETTLINGS);
        }
        ActionKind::Rebuild { consumer } => {
            let consumers = names::consumers(design);
            form.name_of("Consumer", "One with a projection", consumer, &consumers);
        }
        ActionKind::Pause { edge } | ActionKind::Resume { edge } => {
            subscription(form, design, edge);
        }
        ActionKind::Replay { channel, to, messages, rate } => {
            let channels = names::channels(design);
            form.name_of("Channel", "A log or an archive: what keeps messages", channel, &channels);
            recipients(form, design, to);
            section(form, messages);
            form.optional("Rate", "Such as 50/s; empty: all at once", rate);
        }
    }
}

/// Rows for who gets what is replayed.
fn recipients(form: &mut Form, design: &Design, to: &mut Recipients) {
    let consumers = names::consumers(design);
    let one = |name: String| (Recipients::Consumer(name.clone()), format!("only {name}"));
    let mut choices = vec![(Recipients::All, "all who hear of it".to_owned())];
    choices.extend(consumers.into_iter().map(one));
    if !choices.iter().any(|(known, _)| known == to) {
        choices.push((to.clone(), "somebody who is missing".to_owned()));
    }
    form.pick("To", "Who gets what is replayed", to, &choices);
}

/// Rows for which of what is kept.
fn section(form: &mut Form, section: &mut Section) {
    let (numbers, times) = match *section {
        Section::All => ((1, 100), (Span::ZERO, Span::from_secs(10))),
        Section::Numbers(from, to) | Section::Positions(from, to) => {
            ((from, to), (Span::ZERO, Span::from_secs(10)))
        }
        Section::Between(from, to) => ((1, 100), (from, to)),
    };
    let choices = [
        (Section::All, "all that is kept".to_owned()),
        (Section::Numbers(numbers.0, numbers.1), "by numbers at the publisher".to_owned()),
        (Section::Positions(numbers.0, numbers.1), "by positions, from 0".to_owned()),
        (Section::Between(times.0, times.1), "by when they came".to_owned()),
    ];
    form.pick("Which", "Which of the messages that are kept", section, &choices);
    match section {
        Section::All => {}
        Section::Numbers(from, to) | Section::Positions(from, to) => {
            form.value("From", "The first", from);
            form.value("Up to", "The last", to);
        }
        Section::Between(from, to) => {
            form.value("From", "The first instant", from);
            form.value("Up to", "The last instant", to);
        }
    }
}

fn dead_letters(
    form: &mut Form,
    design: &Design,
    channel: &mut String,
    messages: &mut DeadLetterFilter,
) {
    form.name_of("Channel", "The dead-letter channel", channel, &names::channels(design));
    let mut chosen: Vec<MessageName> = match &*messages {
        DeadLetterFilter::All => Vec::new(),
        DeadLetterFilter::Messages(messages) => messages.clone(),
    };
    form.list("Which", "Such as shop#17, separated by commas; empty: all", &mut chosen);
    *messages =
        if chosen.is_empty() { DeadLetterFilter::All } else { DeadLetterFilter::Messages(chosen) };
}

fn subscription(form: &mut Form, design: &Design, edge: &mut EdgeName) {
    let mut choices: Vec<(EdgeName, String)> =
        subscriptions(design).map(|name| (name.clone(), name.to_string())).collect();
    if !choices.iter().any(|(name, _)| name == edge) {
        choices.push((edge.clone(), format!("{edge} (missing)")));
    }
    form.pick("Edge", "Over which nothing more is handed out or passed on", edge, &choices);
}

fn subscriptions(design: &Design) -> impl Iterator<Item = EdgeName> {
    let can_pause = |kind: EdgeKind| matches!(kind, EdgeKind::Subscribe | EdgeKind::Bind);
    design.edges.iter().filter(move |edge| can_pause(edge.kind)).map(|edge| edge.name())
}

/// An action of another kind about what is at hand.
fn fresh(design: &Design, kind: Kind, before: &ActionKind) -> ActionKind {
    let channel = match before {
        ActionKind::Redrive { channel, .. }
        | ActionKind::Replay { channel, .. }
        | ActionKind::Drop { channel, .. } => channel.clone(),
        ActionKind::Settle { .. }
        | ActionKind::Rebuild { .. }
        | ActionKind::Pause { .. }
        | ActionKind::Resume { .. } => {
            names::channels(design).into_iter().next().unwrap_or_default()
        }
    };
    let edge = match before {
        ActionKind::Pause { edge } | ActionKind::Resume { edge } => edge.clone(),
        ActionKind::Redrive { .. }
        | ActionKind::Drop { .. }
        | ActionKind::Replay { .. }
        | ActionKind::Rebuild { .. }
        | ActionKind::Settle { .. } => {
            subscriptions(design).next().unwrap_or(EdgeName::new("channel", "consumer"))
        }
    };
    match kind {
        Kind::Redrive => ActionKind::Redrive { channel, messages: DeadLetterFilter::All },
        Kind::Drop => ActionKind::Drop { channel, messages: DeadLetterFilter::All },
        Kind::Settle => settle(design),
        Kind::Rebuild => ActionKind::Rebuild { consumer: rebuilt(design) },
        Kind::Pause => ActionKind::Pause { edge },
        Kind::Resume => ActionKind::Resume { edge },
        Kind::Replay => {
            let (to, messages) = (Recipients::All, Section::All);
            ActionKind::Replay { channel, to, messages, rate: None }
        }
    }
}

/// The first consumer with a projection, or the first of all.
fn rebuilt(design: &Design) -> String {
    let has_model = design.nodes.iter().find(|node| match &node.role {
        Role::Consumer(consumer) => matches!(consumer.pattern, Pattern::Projection(_)),
        Role::Producer(_) | Role::Channel(_) => false,
    });
    let first = || names::consumers(design).into_iter().next().unwrap_or_default();
    has_model.map_or_else(first, |node| node.name.clone())
}

/// The first message of the first publisher, at a consumer that is settled by hand if there is
/// one.
fn settle(design: &Design) -> ActionKind {
    let by_hand = design.nodes.iter().find(|node| match &node.role {
        Role::Consumer(consumer) => consumer.settled_by_hand,
        Role::Producer(_) | Role::Channel(_) => false,
    });
    let first = || names::consumers(design).into_iter().next().unwrap_or_default();
    let source = names::producers(design).into_iter().next().unwrap_or("producer".to_owned());
    ActionKind::Settle {
        consumer: by_hand.map_or_else(first, |node| node.name.clone()),
        message: MessageName { source, number: 1 },
        how: Settling::Acknowledge,
    }
}
