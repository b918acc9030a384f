//! Fields of a saga.

use flowbench_model::design::Design;
use flowbench_model::emission::Emission;
use flowbench_model::message::MessageRef;
use flowbench_model::pattern::saga::{
    Compensation, Late, Overdue, Saga, Step, StepKind, Unanswered,
};

use crate::gui::panels::inspector::{consumer, expression, names};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// What its emissions can read beside payload and message.
const NAMES: &[&str] = &["begun", "replies"];

const OVERDUES: [Choice<Overdue>; 2] = [
    choice(Overdue::Operator, "Operator", "It needs an operator"),
    choice(Overdue::Compensate, "Go back", "It goes back, from the step that it waits for"),
];

const LATES: [Choice<Late>; 2] = [
    choice(Late::Ignore, "Ignore", "What was done stays done"),
    choice(Late::Compensate, "Undo", "The step is undone"),
];

const KINDS: [Choice<StepKind>; 3] = [
    choice(
        StepKind::Compensable,
        "Compensable",
        "It can be undone; the saga goes back if it fails",
    ),
    choice(StepKind::Pivot, "Pivot", "Once it is done, the saga only goes on"),
    choice(StepKind::Retriable, "Retriable", "It is tried again until it succeeds"),
];

const UNANSWERED: [Choice<Unanswered>; 3] = [
    choice(Unanswered::CompensateItself, "Undo it too", "In case it was done after all"),
    choice(Unanswered::CompensateBefore, "Undo those before", "It counts as not done"),
    choice(Unanswered::Operator, "Operator", "An operator is needed"),
];

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, saga: &mut Saga) {
    let messages = names::messages(design);
    let explanation = "The message that begins a saga";
    form.name_of("Begins on", explanation, &mut saga.begins_on, &messages);
    let explanation = "Which of these messages begin one; empty: all";
    expression::optional(form, "When", explanation, &mut saga.when, &[]);
    let explanation = "What the messages of one saga have in common; empty: their ordering key";
    expression::optional(form, "Instance", explanation, &mut saga.instance, &[]);
    let explanation = "How long a saga may take, and its way back again as long; empty: for ever";
    form.optional("Within", explanation, &mut saga.within);
    if saga.within.is_some() {
        let explanation = "What becomes of a saga that takes longer";
        form.choose("Overdue", explanation, &mut saga.overdue, &OVERDUES);
    }
    let explanation = "What becomes of a success that comes after its step was given up";
    form.choose("Late replies", explanation, &mut saga.late, &LATES);
    steps(form, design, &messages, &mut saga.steps);
    let lists = [
        ("completed", "Published when all steps are done:", &mut saga.emits_completed),
        ("compensated", "Published when all is undone:", &mut saga.emits_compensated),
        ("failed", "Published when an operator is needed:", &mut saga.emits_failed),
    ];
    for (salt, note, list) in lists {
        form.nested(salt, |form| {
            form.note(note);
            consumer::emissions(form, design, (&messages, NAMES), list);
        });
    }
}

fn steps(form: &mut Form, design: &Design, messages: &[String], steps: &mut Vec<Step>) {
    let mut removed = None;
    for (index, one) in steps.iter_mut().enumerate() {
        let title = format!("Step {}: {}", index + 1, one.name);
        if form.card(index, &title, |form| step(form, design, messages, one)) {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        steps.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Add step") {
        let first = messages.first().cloned().unwrap_or_default();
        steps.push(Step {
            name: format!("step {}", steps.len() + 1),
            command: vec![Emission::of(MessageRef::newest(first.clone()))],
            success: first,
            ..Step::default()
        });
        form.has_changed = true;
    }
}

fn step(form: &mut Form, design: &Design, messages: &[String], step: &mut Step) {
    form.text("Name", "Unique in the saga", &mut step.name);
    let explanation = "What becomes of the saga if it fails";
    form.choose("Kind", explanation, &mut step.kind, &KINDS);
    form.note("Its command:");
    consumer::emissions(form, design, (messages, NAMES), &mut step.command);
    let explanation = "The message that says it is done";
    form.name_of("Success", explanation, &mut step.success, messages);
    let explanation = "The messages that say it cannot be done, separated by commas";
    form.words("Failures", explanation, &mut step.failures);
    let explanation = "How long each command waits; empty: until the end of the saga";
    form.optional("Timeout", explanation, &mut step.timeout);
    form.count("Resends", "How often it is sent once more", &mut step.resends, 0);
    if step.kind == StepKind::Compensable && step.timeout.is_some() {
        let explanation = "What happens if the last command is not answered";
        form.choose("Unanswered", explanation, &mut step.unanswered, &UNANSWERED);
    }
    let mut can_undo = step.compensation.is_some();
    form.toggle("Compensation", "Whether there is something to undo", &mut can_undo);
    if can_undo != step.compensation.is_some() {
        let first = messages.first().cloned().unwrap_or_default();
        let command = vec![Emission::of(MessageRef::newest(first.clone()))];
        step.compensation =
            can_undo.then(|| Compensation { command, done: first, ..Compensation::default() });
    }
    if let Some(undo) = &mut step.compensation {
        form.nested("compensation", |form| compensation(form, design, messages, undo));
    }
}

fn compensation(form: &mut Form, design: &Design, messages: &[String], undo: &mut Compensation) {
    form.note("The command that undoes it:");
    consumer::emissions(form, design, (messages, NAMES), &mut undo.command);
    form.name_of("Done", "The message that says it is undone", &mut undo.done, messages);
    let explanation = "How long each command waits; empty: until the end of the saga";
    form.optional("Timeout", explanation, &mut undo.timeout);
    form.count("Resends", "How often it is sent once more", &mut undo.resends, 0);
}
