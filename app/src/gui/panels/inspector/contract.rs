//! The contract on an edge.

use std::collections::BTreeMap;

use flowbench_model::contract::{
    Acknowledgement, Backoff, Contract, Filter, Ordering, Retry, Start, Validation,
};
use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::message::MessageRef;
use flowbench_model::time::Span;
use flowbench_model::translation::{TRANSLATIONS, Translation};

use super::{expression, names, properties, resilience};
use crate::command::{Command, ViewCommand};
use crate::gui::icons;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::choice;

/// Rows of a contract, as far as they mean something on this kind of edge.
pub(super) fn show(
    form: &mut Form,
    design: &Design,
    kind: EdgeKind,
    contract: &mut Contract,
    commands: &mut Vec<Command>,
) {
    form.section("Contract", |form| {
        messages(form, design, contract, commands);
        match kind {
            EdgeKind::Publish => translation(form, kind, &mut contract.translation),
            EdgeKind::Bind => filter(form, &mut contract.filter),
            EdgeKind::Subscribe => {
                translation(form, kind, &mut contract.translation);
                filter(form, &mut contract.filter);
                let explanation = "Fields of payloads that the consumer uses, such as \
                                   customer.tier, separated by commas; empty: all";
                form.words("Fields used", explanation, &mut contract.uses);
                dispatch(form, contract);
                delivery(form, design, contract);
            }
            EdgeKind::Call => {
                let explanation = "How long the caller waits for a reply; empty: for ever";
                form.optional("Timeout", explanation, &mut contract.timeout);
            }
        }
    });
    match kind {
        EdgeKind::Bind => {}
        EdgeKind::Publish | EdgeKind::Subscribe | EdgeKind::Call => {
            form.section("Retry", |form| {
                retry(form, kind, &mut contract.retry);
                let budget = &mut contract.retry_budget;
                resilience::retry_budget(form, contract.retry.as_ref(), budget);
            });
        }
    }
    if kind == EdgeKind::Call {
        resilience::of_call(form, contract);
    }
}

fn messages(
    form: &mut Form,
    design: &Design,
    contract: &mut Contract,
    commands: &mut Vec<Command>,
) {
    let known = |message: &MessageRef| design.message(&message.name).is_some();
    let unknown = contract.messages.iter().find(|message| !known(message)).cloned();
    let explanation = "What may pass, such as OrderPlaced or OrderPlaced@2; empty: everything";
    form.list("Messages", explanation, &mut contract.messages);
    links(form, design, contract, commands);
    if let Some(unknown) = unknown {
        form.note(&format!("The design has no message called {unknown}."));
    }
    let names = names::messages(design);
    let free: Vec<_> =
        names.iter().filter(|name| !contract.messages.iter().any(|m| m.name == **name)).collect();
    if free.is_empty() {
        return;
    }
    let mut chosen: Option<String> = None;
    let mut choices = vec![(None, "choose a message…".to_owned())];
    choices.extend(free.into_iter().map(|name| (Some(name.clone()), name.clone())));
    form.pick("Add", "Adds a message to the contract", &mut chosen, &choices);
    if let Some(name) = chosen {
        contract.messages.push(MessageRef::newest(name));
    }
}

/// A way from each message to its schemas.
fn links(form: &mut Form, design: &Design, contract: &Contract, commands: &mut Vec<Command>) {
    form.ui.horizontal_wrapped(|ui| {
        for message in &contract.messages {
            if design.message(&message.name).is_none() {
                continue;
            }
            let link = button::link(ui, icons::SCHEMA, &message.to_string());
            if link.on_hover_text("Edit its schemas").clicked() {
                commands.push(ViewCommand::EditMessage(message.clone()).into());
            }
        }
    });
}

/// How two bounded contexts understand each other on this edge.
fn translation(form: &mut Form, kind: EdgeKind, translation: &mut Option<Translation>) {
    let is_publish = kind == EdgeKind::Publish;
    let fits = |it: &Translation| it.is_of_publisher() == is_publish || *translation == Some(*it);
    let mut choices = vec![(None, "not said".to_owned())];
    let known = TRANSLATIONS.into_iter().filter(fits);
    choices.extend(known.map(|it| (Some(it), format!("{} ({})", it.title(), it.letters()))));
    let explanation = "What this edge is between two bounded contexts";
    form.pick("Translation", explanation, translation, &choices);
    if let Some(translation) = translation {
        form.note(translation.sentence());
    }
}

fn delivery(form: &mut Form, design: &Design, contract: &mut Contract) {
    let choices = [
        choice(
            Acknowledgement::AfterProcessing,
            "After work",
            "When the handler has succeeded: at least once",
        ),
        choice(
            Acknowledgement::OnReceipt,
            "On receipt",
            "As soon as it is delivered: at most once; what fails later is lost",
        ),
    ];
    let explanation = "When the channel may forget a message";
    form.choose("Acknowledge", explanation, &mut contract.acknowledgement, &choices);
    let choices = [
        choice(Ordering::Unordered, "None", "No order is relied on"),
        choice(Ordering::PerKey, "Per key", "Messages with the same key in order of publication"),
    ];
    form.choose("Ordering", "Which order is relied on", &mut contract.ordering, &choices);
    let explanation = "What becomes of a payload that does not fit the schema which is read";
    form.pick("Validation", explanation, &mut contract.validation, &VALIDATIONS.map(titled));
    let channels = names::channels(design);
    let explanation = "The channel that takes messages which are given up";
    form.reference("Dead letters", explanation, &mut contract.dead_letter, ("dropped", &channels));
}

const VALIDATIONS: [(Option<Validation>, &str); 4] = [
    (None, "nobody looks"),
    (Some(Validation::Reject), "rejected, to the dead letters"),
    (Some(Validation::Retry), "fails, and is tried again"),
    (Some(Validation::Flag), "handled, and flagged"),
];

fn titled<T>((value, title): (T, &str)) -> (T, String) {
    (value, title.to_owned())
}

#[derive(Clone, Copy, PartialEq)]
enum FilterKind {
    None,
    RoutingKey,
    Topic,
    Subject,
    Levels,
    AllHeaders,
    AnyHeader,
    Expression,
}

const FILTERS: [(FilterKind, &str); 8] = [
    (FilterKind::None, "everything"),
    (FilterKind::RoutingKey, "equal routing key"),
    (FilterKind::Topic, "words of a topic (* and #)"),
    (FilterKind::Subject, "tokens of a subject (* and >)"),
    (FilterKind::Levels, "levels of a topic (+ and #)"),
    (FilterKind::AllHeaders, "all of these headers"),
    (FilterKind::AnyHeader, "any of these headers"),
    (FilterKind::Expression, "a condition"),
];

/// Rows for which of the messages pass.
pub(super) fn filter(form: &mut Form, filter: &mut Option<Filter>) {
    let (mut kind, text, headers) = match &*filter {
        None => (FilterKind::None, String::new(), BTreeMap::new()),
        Some(Filter::RoutingKey(text)) => (FilterKind::RoutingKey, text.clone(), BTreeMap::new()),
        Some(Filter::Topic(text)) => (FilterKind::Topic, text.clone(), BTreeMap::new()),
        Some(Filter::Subject(text)) => (FilterKind::Subject, text.clone(), BTreeMap::new()),
        Some(Filter::Levels(text)) => (FilterKind::Levels, text.clone(), BTreeMap::new()),
        Some(Filter::AllHeaders(it)) => (FilterKind::AllHeaders, String::new(), it.clone()),
        Some(Filter::AnyHeader(it)) => (FilterKind::AnyHeader, String::new(), it.clone()),
        Some(Filter::Expression(_)) => (FilterKind::Expression, String::new(), BTreeMap::new()),
    };
    let before = kind;
    let choices = FILTERS.map(|(kind, title)| (kind, title.to_owned()));
    form.pick("Filter", "Which of these pass, by what they say", &mut kind, &choices);
    if kind != before {
        *filter = match kind {
            FilterKind::None => None,
            FilterKind::RoutingKey => Some(Filter::RoutingKey(text)),
            FilterKind::Topic => Some(Filter::Topic(text)),
            FilterKind::Subject => Some(Filter::Subject(text)),
            FilterKind::Levels => Some(Filter::Levels(text)),
            FilterKind::AllHeaders => Some(Filter::AllHeaders(headers)),
            FilterKind::AnyHeader => Some(Filter::AnyHeader(headers)),
            FilterKind::Expression => Some(Filter::Expression("message.number > 0".into())),
        };
    }
    match filter {
        None => {}
        Some(Filter::RoutingKey(text)) => {
            form.text("Key", "The routing key that passes", text);
        }
        Some(Filter::Topic(text) | Filter::Subject(text) | Filter::Levels(text)) => {
            form.text("Pattern", "Such as orders.*.created", text);
        }
        Some(Filter::AllHeaders(headers) | Filter::AnyHeader(headers)) => {
            let explanation = "Such as type = pdf, separated by commas";
            properties::headers(form, "Headers", explanation, headers);
        }
        Some(Filter::Expression(condition)) => {
            let explanation = "Such as payload.total > 100";
            expression::show(form, "Passes when", explanation, condition, &[]);
        }
    }
}

/// Rows for how much a subscriber gets, and with whom it shares.
fn dispatch(form: &mut Form, contract: &mut Contract) {
    let explanation = "Consumers of one group share a subscription: each message goes to one of \
                       them; empty: a subscription of its own";
    form.optional("Group", explanation, &mut contract.group);
    start(form, &mut contract.start);
    let explanation =
        "Consumers with a higher priority are served first, as long as they have room";
    form.value("Priority", explanation, &mut contract.consumer_priority);
    let explanation = "The most messages that the consumer is handed before it settles one; empty: \
                       as the channel says";
    form.optional("Prefetch", explanation, &mut contract.prefetch);
}

/// Where a subscription of a log begins.
fn start(form: &mut Form, start: &mut Option<Start>) {
    let at = match *start {
        Some(Start::Position(at)) => at,
        Some(_) | None => 0,
    };
    let choices = [
        (None, "as the channel says".to_owned()),
        (Some(Start::Earliest), "oldest message".to_owned()),
        (Some(Start::Latest), "next message".to_owned()),
        (Some(Start::Newest), "newest message".to_owned()),
        (Some(Start::NewestOfEachKey), "newest of each key".to_owned()),
        (Some(Start::Position(at)), "position".to_owned()),
    ];
    let explanation = "Where a subscription of a log begins when its first consumer comes";
    form.pick("Begins with", explanation, start, &choices);
    if let Some(Start::Position(at)) = start {
        form.value("Position", "Of the first message it gets, counted from 0", at);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Fixed,
    Exponential,
    Linear,
    Steps,
    Decorrelated,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::None, "at once"),
    (Kind::Fixed, "always the same"),
    (Kind::Exponential, "growing by a factor"),
    (Kind::Linear, "growing by a step"),
    (Kind::Steps, "listed one by one"),
    (Kind::Decorrelated, "drawn from the one before"),
];

fn retry(form: &mut Form, kind: EdgeKind, retry: &mut Option<Retry>) {
    let (explanation, without) = match kind {
        EdgeKind::Publish | EdgeKind::Bind => (
            "Whether what the channel refuses is published once more",
            "What the channel refuses is dropped.",
        ),
        EdgeKind::Subscribe => (
            "Whether a failed message is tried again",
            "A plain channel gives up what fails; a broker does what its preset says.",
        ),
        EdgeKind::Call => ("Whether a failed call is made again", "A call that fails has failed."),
    };
    let mut is_on = retry.is_some();
    form.toggle("Retry", explanation, &mut is_on);
    if is_on != retry.is_some() {
        *retry = is_on.then(|| Retry {
            attempts: Some(3),
            backoff: Backoff::Fixed(Span::from_secs(1)),
            jitter: 0.0,
        });
    }
    let Some(retry) = retry else {
        form.note(without);
        return;
    };
    let explanation = "Attempts in all, the first included; empty: without end";
    form.optional("Attempts", explanation, &mut retry.attempts);
    backoff(form, &mut retry.backoff);
    let explanation = "The share of each wait that is random, from 0 to 1";
    form.share("Jitter", explanation, &mut retry.jitter);
}

/// Rows of a delay from attempt to attempt.
pub(super) fn backoff(form: &mut Form, backoff: &mut Backoff) {
    let (mut kind, delay) = match &*backoff {
        Backoff::None => (Kind::None, Span::from_secs(1)),
        Backoff::Fixed(delay) => (Kind::Fixed, *delay),
        Backoff::Exponential { initial, .. } => (Kind::Exponential, *initial),
        Backoff::Linear { step, .. } => (Kind::Linear, *step),
        Backoff::Decorrelated { base, .. } => (Kind::Decorrelated, *base),
        Backoff::Steps(steps) => (Kind::Steps, steps.first().copied().unwrap_or_default()),
    };
    let before = kind;
    let kinds = KINDS.map(|(kind, title)| (kind, title.to_owned()));
    form.pick("Backoff", "How long to wait before the next attempt", &mut kind, &kinds);
    if kind != before {
        *backoff = match kind {
            Kind::None => Backoff::None,
            Kind::Fixed => Backoff::Fixed(delay),
            Kind::Exponential => Backoff::Exponential { initial: delay, factor: 2.0, cap: None },
            Kind::Linear => Backoff::Linear { step: delay, cap: None },
            Kind::Steps => Backoff::Steps(vec![delay]),
            Kind::Decorrelated => Backoff::Decorrelated { base: delay, cap: None },
        };
    }
    match backoff {
        Backoff::None => {}
        Backoff::Fixed(delay) => form.value("Wait", "Before each retry", delay),
        Backoff::Linear { step, cap } => {
            form.value("Step", "Before the first retry, and so much more each time", step);
            form.optional("Cap", "The longest wait; empty: unlimited", cap);
        }
        Backoff::Decorrelated { base, cap } => {
            let explanation = "The shortest wait; each lies between it and three times the one \
                               before (decorrelated jitter)";
            form.value("Base", explanation, base);
            form.optional("Cap", "The longest wait; empty: unlimited", cap);
        }
        Backoff::Steps(steps) => {
            let explanation = "Before each retry, separated by commas; the last one stays";
            form.list("Waits", explanation, steps);
        }
        Backoff::Exponential { initial, factor, cap } => {
            form.value("First wait", "Before the first retry", initial);
            form.parsed("Factor", "From one retry to the next; at least 1", factor, |text| {
                match text.trim().parse::<f64>() {
                    Ok(factor) if factor.is_finite() && factor >= 1.0 => Ok(factor),
                    Ok(_) | Err(_) => {
                        Err(format!("expected a number of at least 1, found `{text}`"))
                    }
                }
            });
            form.optional("Cap", "The longest wait; empty: unlimited", cap);
        }
    }
}
