//! Something an operator does in a scenario.

use flowbench_model::design::Design;
use flowbench_model::name::MessageName;
use flowbench_model::scenario::{Action, ActionKind, DeadLetterFilter};

use super::names;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};
use crate::gui::words;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Redrive,
    Drop,
}

const KINDS: [Choice<Kind>; 2] = [
    choice(Kind::Redrive, "Redrive", "Sends dead letters back, with fresh attempts"),
    choice(Kind::Drop, "Drop", "Discards dead letters for good"),
];

/// Rows of something an operator does.
pub(super) fn rows(form: &mut Form, design: &Design, action: &mut Action) {
    form.value("At", "When", &mut action.at);
    let (mut kind, mut channel, filter) = match &action.what {
        ActionKind::Redrive { channel, messages } => {
            (Kind::Redrive, channel.clone(), messages.clone())
        }
        ActionKind::Drop { channel, messages } => (Kind::Drop, channel.clone(), messages.clone()),
        ActionKind::Settle { .. } | ActionKind::Pause { .. } | ActionKind::Resume { .. } => {
            return form.note(&words::action(&action.what));
        }
    };
    form.choose("Does", "What the operator does", &mut kind, &KINDS);
    form.name_of("Channel", "The dead-letter channel", &mut channel, &names::channels(design));
    let mut chosen: Vec<MessageName> = match filter {
        DeadLetterFilter::All => Vec::new(),
        DeadLetterFilter::Messages(messages) => messages,
    };
    form.list("Which", "Such as shop#17, separated by commas; empty: all", &mut chosen);
    let messages =
        if chosen.is_empty() { DeadLetterFilter::All } else { DeadLetterFilter::Messages(chosen) };
    action.what = match kind {
        Kind::Redrive => ActionKind::Redrive { channel, messages },
        Kind::Drop => ActionKind::Drop { channel, messages },
    };
}
