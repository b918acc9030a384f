//! Fields of an aggregator.

use flowbench_model::design::Design;
use flowbench_model::pattern::aggregator::{Acknowledges, Aggregator, Late, Overdue};

use crate::gui::panels::inspector::{consumer, expression, names};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

const OVERDUES: [Choice<Overdue>; 2] = [
    choice(Overdue::EmitPartial, "Publish part", "What there is of it is published"),
    choice(Overdue::Discard, "Discard", "Its parts are forgotten"),
];

const LATES: [Choice<Late>; 3] = [
    choice(Late::Discard, "Discard", "It is acknowledged, and nothing comes of it"),
    choice(Late::Divert, "Divert", "It is published on"),
    choice(Late::Reopen, "Reopen", "It begins a new set"),
];

const ACKNOWLEDGES: [Choice<Acknowledges>; 2] = [
    choice(Acknowledges::OnArrival, "On arrival", "What is collected is stored"),
    choice(Acknowledges::WhenOver, "When over", "What is collected comes again after a crash"),
];

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, aggregator: &mut Aggregator) {
    let explanation = "What messages of one set have in common; empty: their ordering key";
    expression::optional(form, "Correlation", explanation, &mut aggregator.correlation, &[]);
    let explanation = "Which part of the set it is; empty: the message itself";
    expression::optional(form, "Part", explanation, &mut aggregator.part, &[]);
    let explanation = "How many parts a set has; empty: only time or a condition completes it";
    expression::optional(form, "Count", explanation, &mut aggregator.count, &[]);
    let explanation = "What completes a set beside that; reads parts; empty: nothing";
    expression::optional(form, "Complete when", explanation, &mut aggregator.when, &["parts"]);
    let explanation = "How long a set waits from its first part on; empty: for ever";
    form.optional("Within", explanation, &mut aggregator.within);
    if aggregator.within.is_some() {
        let explanation = "What becomes of a set that is not complete in time";
        form.choose("Overdue", explanation, &mut aggregator.overdue, &OVERDUES);
    }
    let explanation = "What becomes of a part that comes after its set was over";
    form.choose("Late parts", explanation, &mut aggregator.late, &LATES);
    let explanation = "When parts are acknowledged";
    form.choose("Acknowledge", explanation, &mut aggregator.acknowledges, &ACKNOWLEDGES);
    let messages = names::messages(design);
    let names: (&[String], &[&str]) = (&messages, &["parts"]);
    form.nested("complete", |form| {
        form.note("Published for a complete set:");
        consumer::emissions(form, design, names, &mut aggregator.emits);
    });
    if aggregator.within.is_some() && aggregator.overdue == Overdue::EmitPartial {
        form.nested("partial", |form| {
            form.note("Published for a set whose time is up:");
            consumer::emissions(form, design, names, &mut aggregator.emits_partial);
        });
    }
    if aggregator.late == Late::Divert {
        form.nested("late", |form| {
            form.note("Published for a part that comes too late:");
            consumer::emissions(form, design, names, &mut aggregator.emits_late);
        });
    }
}
