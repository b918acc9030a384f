//! The contract on an edge.

use flowbench_model::contract::{Acknowledgement, Backoff, Contract, Ordering, Retry};
use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::message::MessageRef;
use flowbench_model::time::Span;

use super::names;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// Rows of a contract, as far as they mean something on this kind of edge.
pub(super) fn show(form: &mut Form, design: &Design, kind: EdgeKind, contract: &mut Contract) {
    form.section("Contract", |form| {
        messages(form, design, contract);
        match kind {
            EdgeKind::Publish | EdgeKind::Bind => {}
            EdgeKind::Subscribe => delivery(form, design, contract),
            EdgeKind::Call => {
                let explanation = "How long the caller waits for a reply; empty: for ever";
                form.optional("Timeout", explanation, &mut contract.timeout);
            }
        }
    });
    match kind {
        EdgeKind::Publish | EdgeKind::Bind => {}
        EdgeKind::Subscribe | EdgeKind::Call => {
            form.section("Retry", |form| retry(form, &mut contract.retry));
        }
    }
}

fn messages(form: &mut Form, design: &Design, contract: &mut Contract) {
    let known = |message: &MessageRef| design.message(&message.name).is_some();
    let unknown = contract.messages.iter().find(|message| !known(message)).cloned();
    let explanation = "What may pass, such as OrderPlaced or OrderPlaced@2; empty: everything";
    form.list("Messages", explanation, &mut contract.messages);
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
    let channels = names::channels(design);
    let explanation = "The channel that takes messages which are given up";
    form.reference("Dead letters", explanation, &mut contract.dead_letter, ("dropped", &channels));
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Fixed,
    Exponential,
    Linear,
    Steps,
}

const KINDS: [Choice<Kind>; 5] = [
    choice(Kind::None, "At once", "No wait between attempts"),
    choice(Kind::Fixed, "Fixed", "Always the same wait"),
    choice(Kind::Exponential, "Growing", "Each wait is a factor longer, up to a cap"),
    choice(Kind::Linear, "Linear", "Each wait is a step longer, up to a cap"),
    choice(Kind::Steps, "Listed", "These waits, one after the other"),
];

fn retry(form: &mut Form, retry: &mut Option<Retry>) {
    let mut is_on = retry.is_some();
    form.toggle("Retry", "Whether a failed message is tried again", &mut is_on);
    if is_on != retry.is_some() {
        *retry = is_on.then(|| Retry {
            attempts: Some(3),
            backoff: Backoff::Fixed(Span::from_secs(1)),
            jitter: 0.0,
        });
    }
    let Some(retry) = retry else {
        form.note("One attempt; what fails is given up.");
        return;
    };
    let explanation = "Deliveries in all, the first included; empty: without end";
    form.optional("Attempts", explanation, &mut retry.attempts);
    backoff(form, &mut retry.backoff);
    let explanation = "The share of each wait that is random, from 0 to 1";
    form.share("Jitter", explanation, &mut retry.jitter);
}

fn backoff(form: &mut Form, backoff: &mut Backoff) {
    let (mut kind, delay) = match &*backoff {
        Backoff::None => (Kind::None, Span::from_secs(1)),
        Backoff::Fixed(delay) => (Kind::Fixed, *delay),
        Backoff::Exponential { initial, .. } => (Kind::Exponential, *initial),
        Backoff::Linear { step, .. } => (Kind::Linear, *step),
        Backoff::Steps(steps) => (Kind::Steps, steps.first().copied().unwrap_or_default()),
    };
    let before = kind;
    form.choose("Backoff", "How long to wait before the next attempt", &mut kind, &KINDS);
    if kind != before {
        *backoff = match kind {
            Kind::None => Backoff::None,
            Kind::Fixed => Backoff::Fixed(delay),
            Kind::Exponential => Backoff::Exponential { initial: delay, factor: 2.0, cap: None },
            Kind::Linear => Backoff::Linear { step: delay, cap: None },
            Kind::Steps => Backoff::Steps(vec![delay]),
        };
    }
    match backoff {
        Backoff::None => {}
        Backoff::Fixed(delay) => form.value("Wait", "Before each retry", delay),
        Backoff::Linear { step, cap } => {
            form.value("Step", "Before the first retry, and so much more each time", step);
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
