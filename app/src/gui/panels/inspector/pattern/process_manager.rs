//! Fields of a process manager.

use flowbench_model::design::Design;
use flowbench_model::pattern::ProcessManager;
use flowbench_model::pattern::process_manager::{
    ProcessState, StateTimeout, Transition, Unexpected,
};
use flowbench_model::time::Span;

use crate::gui::panels::inspector::{consumer, expression, names};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// What its conditions and emissions can read beside payload and message.
const NAMES: &[&str] = &["seen"];

const UNEXPECTED: [Choice<Unexpected>; 2] = [
    choice(Unexpected::Ignore, "Ignore", "It is acknowledged, and nothing comes of it"),
    choice(Unexpected::Reject, "Reject", "Its attempt fails for good: to the dead letters"),
];

/// Names to choose from.
struct Known<'a> {
    design: &'a Design,
    messages: Vec<String>,
    states: Vec<String>,
}

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, process: &mut ProcessManager) {
    let explanation = "What the messages of one process have in common; empty: their ordering key";
    expression::optional(form, "Instance", explanation, &mut process.instance, &[]);
    let explanation = "What becomes of a message that its state has no transition for";
    form.choose("Unexpected", explanation, &mut process.unexpected, &UNEXPECTED);
    let states = process.states.iter().map(|state| state.name.clone()).collect();
    let known = Known { design, messages: names::messages(design), states };
    let mut removed = None;
    for (index, one) in process.states.iter_mut().enumerate() {
        let title = format!("State {}: {}", index + 1, one.name);
        if form.card(index, &title, |form| state(form, &known, one)) {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        process.states.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Add state") {
        let name = format!("state {}", process.states.len() + 1);
        process.states.push(ProcessState { name, ..ProcessState::default() });
        form.has_changed = true;
    }
}

fn state(form: &mut Form, known: &Known<'_>, state: &mut ProcessState) {
    form.text("Name", "Unique in the process", &mut state.name);
    form.toggle("Ends", "Whether the process is over in it", &mut state.ends);
    let mut removed = None;
    for (index, one) in state.on.iter_mut().enumerate() {
        let title = format!("On {}", one.message);
        if form.card(index, &title, |form| transition(form, known, one)) {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        state.on.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Add transition") {
        let message = known.messages.first().cloned().unwrap_or_default();
        let to = known.states.last().cloned().unwrap_or_default();
        state.on.push(Transition { message, to, ..Transition::default() });
        form.has_changed = true;
    }
    let mut has_end = state.timeout.is_some();
    form.toggle("Times out", "Whether it lasts only for a time", &mut has_end);
    if has_end != state.timeout.is_some() {
        let to = known.states.last().cloned().unwrap_or_default();
        let timeout = || StateTimeout { after: Span::from_secs(30), to, emits: Vec::new() };
        state.timeout = has_end.then(timeout);
    }
    if let Some(timeout) = &mut state.timeout {
        form.nested("timeout", |form| {
            form.value("After", "Counted from the moment it was entered", &mut timeout.after);
            form.name_of("Leads to", "The next state", &mut timeout.to, &known.states);
            let names: (&[String], &[&str]) = (&known.messages, NAMES);
            consumer::emissions(form, known.design, names, &mut timeout.emits);
        });
    }
}

fn transition(form: &mut Form, known: &Known<'_>, transition: &mut Transition) {
    let explanation = "The message that leads on";
    form.name_of("Message", explanation, &mut transition.message, &known.messages);
    let explanation = "Which of these messages; empty: all";
    expression::optional(form, "When", explanation, &mut transition.when, NAMES);
    form.name_of("Leads to", "The next state", &mut transition.to, &known.states);
    let names: (&[String], &[&str]) = (&known.messages, NAMES);
    consumer::emissions(form, known.design, names, &mut transition.emits);
}
