//! A promise: what must hold.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::promise::{Promise, PromiseKind};
use flowbench_model::time::Span;

use super::{head, names};
use crate::command::Command;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::{icons, words};

/// Shows the promise of this name.
pub(super) fn show(form: &mut Form, design: &Design, name: &str, commands: &mut Vec<Command>) {
    let Some(old) = design.promises.iter().find(|promise| promise.name == name) else { return };
    let mut promise = old.clone();
    head(form.ui, icons::PROMISE, Colors::of(form.ui).ok, name, "promise of the design");
    let check = |new: &str| {
        let renamed = Promise { name: new.to_owned(), ..old.clone() };
        let edit = Edit::PutPromise(Some(name.to_owned()), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.section("General", |form| {
        form.checked("Name", "Unique among promises", &mut promise.name, check);
        rows(form, design, &mut promise.holds);
        form.note(&words::promise(&promise.holds));
    });
    if form.has_changed && promise != *old {
        commands.push(Command::edit(Edit::PutPromise(Some(name.to_owned()), promise)));
    }
    if button::danger(form.ui, icons::DELETE, "Remove promise").clicked() {
        commands.push(Command::edit(Edit::RemovePromise(name.to_owned())));
    }
}

/// Rows of what must hold.
pub(super) fn rows(form: &mut Form, design: &Design, holds: &mut PromiseKind) {
    let kinds = kinds(design);
    let mut index = kinds.iter().position(|(_, kind)| is_alike(kind, holds)).unwrap_or(0);
    let before = index;
    let choices: Vec<_> =
        kinds.iter().enumerate().map(|(i, (title, _))| (i, (*title).to_owned())).collect();
    form.pick("Must hold", "What kind of promise it is", &mut index, &choices);
    if index != before {
        *holds = kinds[index].1.clone();
    }
    terms(form, design, holds);
}

/// Every kind of promise, with terms to begin with.
fn kinds(design: &Design) -> Vec<(&'static str, PromiseKind)> {
    let first = |names: Vec<String>| names.into_iter().next().unwrap_or_default();
    let consumer = || first(names::consumers(design));
    let channel = || first(names::channels(design));
    let message = || first(names::messages(design));
    let second = Span::from_secs(1);
    vec![
        ("nothing lost", PromiseKind::NothingLost),
        ("no duplicate effect", PromiseKind::NoDuplicateEffect { consumer: None }),
        ("order per key", PromiseKind::OrderPerKey { consumer: consumer() }),
        (
            "leads to",
            PromiseKind::LeadsTo {
                message: message(),
                to: vec![message()],
                within: Span::from_secs(60),
            },
        ),
        ("dead letters at most", PromiseKind::DeadLetters { at_most: 0, channel: None }),
        ("backlog below", PromiseKind::BacklogBelow { channel: channel(), limit: 100 }),
        (
            "latency below",
            PromiseKind::LatencyBelow {
                from: None,
                to: consumer(),
                percentile: 99.0,
                at_most: second,
            },
        ),
        ("no timeouts", PromiseKind::NoTimeouts),
        ("ledger balances", PromiseKind::LedgerBalances { consumer: consumer(), sum: None }),
        ("sagas end", PromiseKind::SagasEnd { consumer: consumer(), within: Span::from_secs(60) }),
        ("stale reads at most", PromiseKind::StaleReads { consumer: consumer(), at_most: 0 }),
        ("never staler", PromiseKind::NeverStaler { consumer: consumer(), than: second }),
        ("published", PromiseKind::Published { message: message(), count: 1 }),
    ]
}

fn is_alike(a: &PromiseKind, b: &PromiseKind) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The names of messages, consumers and channels.
fn named(design: &Design) -> [Vec<String>; 3] {
    [names::messages(design), names::consumers(design), names::channels(design)]
}

/// Whose reads and lag are meant.
const HAS_MODEL: &str = "One with a projection";

fn terms(form: &mut Form, design: &Design, holds: &mut PromiseKind) {
    let [messages, consumers, channels] = named(design);
    match holds {
        PromiseKind::NothingLost | PromiseKind::NoTimeouts => {}
        PromiseKind::NoDuplicateEffect { consumer } => {
            form.reference("Consumer", "Which one", consumer, ("every one", &consumers));
        }
        PromiseKind::OrderPerKey { consumer } => {
            form.name_of("Consumer", "Which one", consumer, &consumers);
        }
        PromiseKind::LeadsTo { message, to, within } => {
            form.name_of("Message", "Each of these", message, &messages);
            form.words("Leads to", "One of these, separated by commas", to);
            form.value("Within", "After this much time it is decided", within);
        }
        PromiseKind::DeadLetters { at_most, channel } => {
            form.count("At most", "Dead letters at once", at_most, 0);
            form.reference("Channel", "Which one", channel, ("all together", &channels));
        }
        PromiseKind::BacklogBelow { channel, limit } => {
            form.name_of("Channel", "Which one", channel, &channels);
            form.count("Below", "The smallest number that breaks it", limit, 1);
        }
        PromiseKind::LatencyBelow { from, to, percentile, at_most } => {
            let producers = names::producers(design);
            form.reference("From", "Where the chain begins", from, ("any", &producers));
            form.name_of("To", "Where the chain ends", to, &consumers);
            form.parsed("Percentile", "0 to 100", percentile, |text| {
                match text.trim().parse::<f64>() {
                    Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
                    Ok(_) | Err(_) => {
                        Err(format!("expected a number from 0 to 100, found `{text}`"))
                    }
                }
            });
            form.value("At most", "The longest time that keeps it", at_most);
        }
        PromiseKind::LedgerBalances { consumer, sum } => {
            form.name_of("Consumer", "Which one", consumer, &consumers);
            let explanation = "The sum that keeps it; empty: what the messages come to";
            form.optional("Sum", explanation, sum);
        }
        PromiseKind::SagasEnd { consumer, within } => sagas(form, consumer, (within, &consumers)),
        PromiseKind::StaleReads { consumer, at_most } => {
            form.name_of("Consumer", HAS_MODEL, consumer, &consumers);
            form.count("At most", "Stale reads in all", at_most, 0);
        }
        PromiseKind::NeverStaler { consumer, than } => {
            form.name_of("Consumer", HAS_MODEL, consumer, &consumers);
            form.value("Than", "The longest time from publication to the read model", than);
        }
        PromiseKind::Published { message, count } => {
            form.name_of("Message", "Which one", message, &messages);
            form.count("Count", "Exactly so many", count, 0);
        }
    }
}

fn sagas(form: &mut Form, consumer: &mut String, (within, names): (&mut Span, &[String])) {
    form.name_of("Consumer", "Whose sagas or processes", consumer, names);
    form.value("Within", "Counted from the beginning of each", within);
}
