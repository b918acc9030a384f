//! A producer: its workloads.

use flowbench_model::design::Design;
use flowbench_model::formats::recorded::Heads;
use flowbench_model::message::{MessageRef, Properties};
use flowbench_model::node::{Arrivals, Keys, Producer, Workload};
use flowbench_model::recorded::{Recorded, RecordedFormat};
use flowbench_model::time::{NS_PER_SEC, Rate, Span};

use super::{claim_check, names, properties, recorded, replayed};
use crate::command::{Command, FileCommand};
use crate::gui::widgets::form::Form;
use crate::session::Session;

/// Rows of a producer.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    producer: &mut Producer,
    commands: &mut Vec<Command>,
) {
    let heads = session.document.as_ref().map(|document| &document.recorded);
    form.section("Workload", |form| {
        if producer.workload.is_empty() {
            form.note("It publishes nothing yet.");
        }
        let mut removed = None;
        for (index, workload) in producer.workload.iter_mut().enumerate() {
            let title = format!("Workload {}", index + 1);
            if form.card(index, &title, |form| rows(form, design, heads, workload)) {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            producer.workload.remove(index);
            form.has_changed = true;
        }
        if form.add_button("Add workload") {
            producer.workload.push(fresh(design));
            form.has_changed = true;
        }
        if form.add_button("Add recorded file") {
            commands.push(FileCommand::RecordedDialog(name.to_owned()).into());
        }
    });
}

fn fresh(design: &Design) -> Workload {
    let message = design.messages.first().map_or("Message", |message| message.name.as_str());
    Workload {
        message: MessageRef::newest(message),
        arrivals: Arrivals::Constant(Rate { count: 1, per: Span(NS_PER_SEC) }),
        count: None,
        start: Span::ZERO,
        keys: Keys::default(),
        claim_check: None,
        properties: Properties::default(),
    }
}

fn rows(form: &mut Form, design: &Design, heads: Option<&Heads>, workload: &mut Workload) {
    let messages = names::messages(design);
    form.name_of("Message", "What is published", &mut workload.message.name, &messages);
    let explanation = "Which version of the message; empty: the newest";
    form.optional("Version", explanation, &mut workload.message.version);
    arrivals(form, &mut workload.arrivals);
    if let Some(recorded) = workload.arrivals.recorded()
        && let Some(head) = heads.and_then(|heads| heads.get(&recorded.file))
        && let Some(fitted) = replayed::rows(form, workload, recorded, head)
    {
        workload.arrivals = fitted;
        form.has_changed = true;
    }
    form.optional("Count", "How many in all; empty: without end", &mut workload.count);
    form.value("Start", "When the stream begins", &mut workload.start);
    keys(form, &mut workload.keys);
    properties::rows(form, &mut workload.properties);
    claim_check::rows(form, &mut workload.claim_check);
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Constant,
    Poisson,
    Scripted,
    Recorded,
}

const KINDS: [(Kind, &str); 4] = [
    (Kind::Constant, "evenly"),
    (Kind::Poisson, "Poisson"),
    (Kind::Scripted, "at given instants"),
    (Kind::Recorded, "as in a recorded file"),
];

fn arrivals(form: &mut Form, arrivals: &mut Arrivals) {
    let mut kind = match arrivals {
        Arrivals::Constant(_) => Kind::Constant,
        Arrivals::Poisson(_) => Kind::Poisson,
        Arrivals::Scripted(_) => Kind::Scripted,
        Arrivals::Recorded(_) => Kind::Recorded,
    };
    let before = kind;
    let kinds = KINDS.map(|(kind, title)| (kind, title.to_owned()));
    let explanation =
        "Evenly; independently of each other, at a mean rate; at instants; or as recorded";
    form.pick("Arrivals", explanation, &mut kind, &kinds);
    if kind != before {
        let rate = match arrivals {
            Arrivals::Constant(rate) | Arrivals::Poisson(rate) => *rate,
            Arrivals::Scripted(_) | Arrivals::Recorded(_) => {
                Rate { count: 1, per: Span(NS_PER_SEC) }
            }
        };
        *arrivals = match kind {
            Kind::Constant => Arrivals::Constant(rate),
            Kind::Poisson => Arrivals::Poisson(rate),
            Kind::Scripted => Arrivals::Scripted(vec![Span::ZERO]),
            Kind::Recorded => {
                let file = "recorded/events.jsonl";
                Arrivals::Recorded(Box::new(Recorded::new(file, RecordedFormat::CloudEvents)))
            }
        };
    }
    match arrivals {
        Arrivals::Constant(rate) | Arrivals::Poisson(rate) => {
            form.value("Rate", "Such as 10/s, 3/min or 9/10ms", rate);
        }
        Arrivals::Scripted(instants) => {
            form.list("Instants", "Such as 0s, 1.5s, 2min; ascending", instants);
        }
        Arrivals::Recorded(it) => recorded::rows(form, it),
    }
}

fn keys(form: &mut Form, keys: &mut Keys) {
    let number = match keys {
        Keys::Unique | Keys::Constant(_) => 8,
        Keys::Uniform(number) | Keys::RoundRobin(number) => *number,
    };
    let key = match keys {
        Keys::Constant(key) => *key,
        Keys::Unique | Keys::Uniform(_) | Keys::RoundRobin(_) => 0,
    };
    let choices = [
        (Keys::Unique, "a new one each time".to_owned()),
        (Keys::Uniform(number), "one of some, by lot".to_owned()),
        (Keys::RoundRobin(number), "some, in turn".to_owned()),
        (Keys::Constant(key), "always the same".to_owned()),
    ];
    form.pick("Keys", "Which ordering keys the messages have", keys, &choices);
    match keys {
        Keys::Unique => {}
        Keys::Uniform(number) | Keys::RoundRobin(number) => {
            form.count("Key count", "How many keys there are", number, 1);
        }
        Keys::Constant(key) => form.count("Key", "The key of every message", key, 0),
    }
}
