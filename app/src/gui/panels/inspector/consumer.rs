//! A consumer: how much it does at once, and its handlers.

use flowbench_model::design::Design;
use flowbench_model::message::MessageRef;
use flowbench_model::node::{Consumer, Emission, Failures, Handler, Poison, ReplyExpected};
use flowbench_model::time::Span;

use super::{distribution, names, properties};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// Rows of a consumer.
pub(super) fn show(form: &mut Form, design: &Design, consumer: &mut Consumer) {
    form.section("Consumer", |form| {
        let explanation = "Messages and calls in work at the same time";
        form.count("Concurrency", explanation, &mut consumer.concurrency, 1);
        let explanation = "Remembers what it has handled, and acknowledges a repetition without a \
                           second effect";
        form.toggle("Idempotent", explanation, &mut consumer.idempotent);
        let explanation = "Each message stays in work until an action of the scenario \
                           acknowledges, requeues or rejects it";
        form.toggle("By hand", explanation, &mut consumer.settled_by_hand);
    });
    form.section("Handlers", |form| {
        if consumer.handlers.is_empty() {
            form.note("Without handlers, a message takes no time and always succeeds.");
        }
        let mut removed = None;
        for (index, handler) in consumer.handlers.iter_mut().enumerate() {
            let title = format!("Handler {}", index + 1);
            if form.card(index, &title, |form| rows(form, design, handler)) {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            consumer.handlers.remove(index);
            form.has_changed = true;
        }
        if form.add_button("Add handler") {
            consumer.handlers.push(Handler::default());
            form.has_changed = true;
        }
    });
}

fn rows(form: &mut Form, design: &Design, handler: &mut Handler) {
    let messages = names::messages(design);
    let explanation = "Which message it handles; the first handler that fits is used";
    form.reference("On", explanation, &mut handler.on, ("any message", &messages));
    let explanation = "How long one attempt takes, calls not counted";
    distribution::show(form, "Service time", explanation, &mut handler.service_time);
    let explanation = "Nodes it calls once its own work is done, separated by commas";
    form.words("Calls", explanation, &mut handler.calls);
    failures(form, &mut handler.failures);
    emissions(form, design, &messages, &mut handler.emits);
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Share,
    Messages,
    Keys,
}

const KINDS: [Choice<Kind>; 4] = [
    choice(Kind::None, "None", "No message fails for ever"),
    choice(Kind::Share, "Share", "A share of all messages fails at every attempt"),
    choice(Kind::Messages, "These", "These messages fail at every attempt"),
    choice(Kind::Keys, "Keys", "Messages with these ordering keys fail at every attempt"),
];

fn failures(form: &mut Form, failures: &mut Failures) {
    let explanation = "Share of attempts that fail by bad luck, from 0 to 1";
    form.share("Failing", explanation, &mut failures.transient);
    poison(form, &mut failures.poison);
}

/// Rows for what can never be handled.
pub(super) fn poison(form: &mut Form, poison: &mut Poison) {
    let mut kind = match poison {
        Poison::None => Kind::None,
        Poison::Share(_) => Kind::Share,
        Poison::Messages(_) => Kind::Messages,
        Poison::Keys(_) => Kind::Keys,
    };
    let before = kind;
    form.choose("Poison", "Messages that can never be handled", &mut kind, &KINDS);
    if kind != before {
        *poison = match kind {
            Kind::None => Poison::None,
            Kind::Share => Poison::Share(0.01),
            Kind::Messages => Poison::Messages(Vec::new()),
            Kind::Keys => Poison::Keys(vec![0]),
        };
    }
    match poison {
        Poison::None => {}
        Poison::Share(share) => form.share("Poison share", "From 0 to 1, for each message", share),
        Poison::Messages(messages) => {
            let explanation = "Such as shop#17, the 17th that shop publishes; separated by commas";
            form.list("Messages", explanation, messages);
        }
        Poison::Keys(keys) => form.list("Poison keys", "Such as 0, 3, 7", keys),
    }
}

fn emissions(form: &mut Form, design: &Design, messages: &[String], emissions: &mut Vec<Emission>) {
    let mut removed = None;
    for (index, emission) in emissions.iter_mut().enumerate() {
        let title = format!("Emission {}", index + 1);
        if form.card(index, &title, |form| emission_rows(form, messages, emission)) {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        emissions.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Add emission") {
        let message = design.messages.first().map_or("Message", |message| message.name.as_str());
        emissions.push(Emission::of(MessageRef::newest(message)));
        form.has_changed = true;
    }
}

fn emission_rows(form: &mut Form, messages: &[String], emission: &mut Emission) {
    let explanation = "What is published when an attempt succeeds";
    form.name_of("Publishes", explanation, &mut emission.message.name, messages);
    let mut waits = emission.reply.is_some();
    form.toggle("Expects reply", "Whether an answer must come back", &mut waits);
    if waits != emission.reply.is_some() {
        let message = messages.first().cloned().unwrap_or_default();
        emission.reply = waits.then(|| ReplyExpected { message, within: Span::from_secs(30) });
    }
    if let Some(reply) = &mut emission.reply {
        form.name_of("Reply", "The message that answers", &mut reply.message, messages);
        form.value("Within", "A timeout is raised after this long", &mut reply.within);
    }
    properties::rows(form, &mut emission.properties);
}
