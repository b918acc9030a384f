//! A consumer: how much it does at once, and its handlers.

use flowbench_model::design::Design;
use flowbench_model::emission::{Emission, Identity, ReplyExpected, Routing, Unmatched};
use flowbench_model::message::{MessageRef, Properties};
use flowbench_model::node::{Consumer, Failures, Handler, Ledger, OnCallFailure, Poison};
use flowbench_model::time::Span;

use super::{claim_check, distribution, expression, names, properties, resilience};
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
        ledger(form, &mut consumer.ledger);
    });
    form.section("Handlers", |form| {
        if consumer.handlers.is_empty() {
            form.note("Without handlers, a message takes no time and always succeeds.");
        }
        let known = consumer.pattern.names_of_handlers();
        let mut removed = None;
        for (index, handler) in consumer.handlers.iter_mut().enumerate() {
            let on = handler.on.as_deref().unwrap_or("any message");
            let title = format!("Handler {}: {on}", index + 1);
            if form.card(index, &title, |form| rows(form, (design, known), handler)) {
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

fn ledger(form: &mut Form, ledger: &mut Option<Ledger>) {
    let mut is_on = ledger.is_some();
    let explanation = "Whether its effects are counted: what was posted, and what should have been";
    form.toggle("Ledger", explanation, &mut is_on);
    if is_on != ledger.is_some() {
        *ledger = is_on.then(Ledger::default);
    }
    if let Some(ledger) = ledger {
        form.text("Unit", "What is counted, such as $ or orders", &mut ledger.unit);
    }
}

fn rows(form: &mut Form, (design, known): (&Design, &[&str]), handler: &mut Handler) {
    let messages = names::messages(design);
    let explanation = "Which message it handles; the first handler that fits is used";
    form.reference("On", explanation, &mut handler.on, ("any message", &messages));
    let explanation = "Which of these messages; empty: all. The first handler that fits is used";
    expression::optional(form, "When", explanation, &mut handler.when, known);
    let explanation = "How long one attempt takes, calls not counted";
    distribution::show(form, "Service time", explanation, &mut handler.service_time);
    resilience::rate_limit(form, "Rate limit", &mut handler.rate_limit);
    let explanation = "Nodes it calls once its own work is done, separated by commas";
    form.words("Calls", explanation, &mut handler.calls);
    if !handler.calls.is_empty() {
        let explanation = "What becomes of an attempt when a call has failed, after all retries";
        form.choose("Call fails", explanation, &mut handler.on_call_failure, &ON_CALL_FAILURE);
    }
    failures(form, &mut handler.failures);
    let explanation = "What its effect comes to in the ledger, a number; empty: 1";
    expression::optional(form, "Amount", explanation, &mut handler.amount, known);
    emissions(form, design, (&messages, known), &mut handler.emits);
    if handler.emits.iter().any(|emission| emission.when.is_some()) {
        form.choose("Routing", "Which emissions are published", &mut handler.routing, &ROUTINGS);
        let explanation = "What becomes of a message of which no condition holds";
        form.choose("Unmatched", explanation, &mut handler.unmatched, &UNMATCHED);
    }
}

const ROUTINGS: [Choice<Routing>; 2] = [
    choice(Routing::AllMatches, "All matches", "All whose conditions hold"),
    choice(Routing::FirstMatch, "First match", "The first whose condition holds"),
];

const UNMATCHED: [Choice<Unmatched>; 2] = [
    choice(Unmatched::Acknowledge, "Acknowledge", "It is handled, and nothing comes of it"),
    choice(Unmatched::Reject, "Reject", "The attempt fails for good: to the dead letters"),
];

const ON_CALL_FAILURE: [Choice<OnCallFailure>; 2] = [
    choice(OnCallFailure::Fail, "Fail", "The attempt fails as well"),
    choice(
        OnCallFailure::Continue,
        "Go on",
        "The attempt goes on without the answer, and message.partial holds",
    ),
];

const IDENTITIES: [Choice<Identity>; 2] = [
    choice(Identity::New, "New", "A repeated attempt publishes new messages"),
    choice(Identity::OfCause, "Of cause", "A repeated attempt publishes the same messages again"),
];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Share,
    Messages,
    Keys,
    When,
}

const KINDS: [Choice<Kind>; 5] = [
    choice(Kind::None, "None", "No message fails for ever"),
    choice(Kind::Share, "Share", "A share of all messages fails at every attempt"),
    choice(Kind::Messages, "These", "These messages fail at every attempt"),
    choice(Kind::Keys, "Keys", "Messages with these ordering keys fail at every attempt"),
    choice(Kind::When, "When", "Messages for which a condition holds fail at every attempt"),
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
        Poison::When(_) => Kind::When,
    };
    let before = kind;
    form.choose("Poison", "Messages that can never be handled", &mut kind, &KINDS);
    if kind != before {
        *poison = match kind {
            Kind::None => Poison::None,
            Kind::Share => Poison::Share(0.01),
            Kind::Messages => Poison::Messages(Vec::new()),
            Kind::Keys => Poison::Keys(vec![0]),
            Kind::When => Poison::When("message.number % 10 == 0".into()),
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
        Poison::When(condition) => expression::show(
            form,
            "Poison when",
            "A condition such as payload.total > 1000",
            condition,
            &[],
        ),
    }
}

/// Cards for what is published; its expressions can read `names` beside payload and message.
pub(super) fn emissions(
    form: &mut Form,
    design: &Design,
    (messages, names): (&[String], &[&str]),
    emissions: &mut Vec<Emission>,
) {
    let mut removed = None;
    for (index, emission) in emissions.iter_mut().enumerate() {
        let title = format!("Emission {}: {}", index + 1, emission.message.name);
        if form.card(index, &title, |form| emission_rows(form, (messages, names), emission)) {
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

fn emission_rows(
    form: &mut Form,
    (messages, names): (&[String], &[&str]),
    emission: &mut Emission,
) {
    let explanation = "What is published when an attempt succeeds";
    form.name_of("Publishes", explanation, &mut emission.message.name, messages);
    let mut of_parts = names.to_vec();
    if emission.parts.is_some() {
        of_parts.extend(["part", "index", "total"]);
    }
    let explanation = "Whether it is published; empty: always";
    expression::optional(form, "When", explanation, &mut emission.when, &of_parts);
    expression::mapping(form, &mut emission.mapping, &of_parts);
    form.fold("Key and identity", has_own_identity(emission), |form| {
        let explanation = "The ordering key, a whole number; empty: that of its cause";
        expression::optional(form, "Key", explanation, &mut emission.key, &of_parts);
        let explanation = "What a repeated attempt publishes";
        form.choose("Identity", explanation, &mut emission.identity, &IDENTITIES);
        let explanation = "One message for each item of this list, or so many; empty: one";
        expression::optional(form, "Parts", explanation, &mut emission.parts, names);
    });
    form.fold("Reply", emission.reply.is_some(), |form| reply(form, messages, &mut emission.reply));
    claim_check::rows(form, &mut emission.claim_check);
    let says_something = emission.properties != Properties::default();
    form.fold("Properties", says_something, |form| {
        properties::rows(form, &mut emission.properties);
    });
}

fn has_own_identity(emission: &Emission) -> bool {
    emission.key.is_some() || emission.parts.is_some() || emission.identity != Identity::default()
}

fn reply(form: &mut Form, messages: &[String], reply: &mut Option<ReplyExpected>) {
    let mut waits = reply.is_some();
    form.toggle("Expects reply", "Whether an answer must come back", &mut waits);
    if waits != reply.is_some() {
        let message = messages.first().cloned().unwrap_or_default();
        *reply = waits.then(|| ReplyExpected { message, within: Span::from_secs(30) });
    }
    if let Some(reply) = reply {
        form.name_of("Reply", "The message that answers", &mut reply.message, messages);
        form.value("Within", "A timeout is raised after this long", &mut reply.within);
    }
}
