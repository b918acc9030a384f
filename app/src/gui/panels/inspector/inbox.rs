//! The inbox of an idempotent consumer: what it recognizes, how long, and what it holds at the
//! instant that is shown.

use egui::RichText;
use flowbench_model::inbox::{CARD, Concurrent, Inbox, Recognition};
use flowbench_simulator::instances::InboxInside;

use super::{about, expression};
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};
use crate::gui::widgets::state_diagram;
use crate::gui::words;
use crate::session::Session;

#[derive(Clone, Copy, PartialEq)]
enum By {
    Message,
    Key,
    Expression,
}

const BY: [Choice<By>; 3] = [
    choice(By::Message, "Identity", "What its publisher sends again under a new one is new"),
    choice(By::Key, "Key", "The second message of a type with an ordering key is a repetition"),
    choice(By::Expression, "Expression", "What an expression comes to: a business key"),
];

const CONCURRENT: [Choice<Concurrent>; 3] = [
    choice(Concurrent::Race, "Race", "Both are handled: nothing keeps the second from writing"),
    choice(Concurrent::Wait, "Wait", "The later one waits until the first is over"),
    choice(Concurrent::Fail, "Fail", "The later one fails on the unique key, and is retried"),
];

/// Rows of an inbox.
pub(super) fn show(form: &mut Form, session: &Session, name: &str, inbox: &mut Inbox) {
    form.section("Inbox", |form| {
        form.note(CARD.does);
        let counts = inside(session, name).map_or(Vec::new(), |it| in_states(&it));
        form.ui.add_space(space::XS);
        state_diagram::show(form.ui, &CARD, &counts);
        form.ui.add_space(space::S);
        let explanation = "How long an entry is kept, from the commit on; empty: for ever";
        form.optional("Retention", explanation, &mut inbox.retention);
        recognition(form, &mut inbox.by);
        let explanation = "What becomes of a delivery while another of its message is in work";
        form.choose("Concurrent", explanation, &mut inbox.concurrent, &CONCURRENT);
        about::show(form, &CARD);
    });
}

fn recognition(form: &mut Form, by: &mut Recognition) {
    let mut chosen = match by {
        Recognition::Message => By::Message,
        Recognition::Key => By::Key,
        Recognition::Expression(_) => By::Expression,
    };
    let before = chosen;
    form.choose("By", "What tells a repetition from what is new", &mut chosen, &BY);
    if chosen != before {
        *by = match chosen {
            By::Message => Recognition::Message,
            By::Key => Recognition::Key,
            By::Expression => Recognition::Expression("payload.id".into()),
        };
    }
    if let Recognition::Expression(expression) = by {
        let explanation = "A business key, such as payload.payment_id";
        expression::show(form, "Business key", explanation, expression, &[]);
    }
}

fn inside(session: &Session, name: &str) -> Option<InboxInside> {
    let world = session.bench.world.as_ref()?;
    world.inbox(world.plan().node_named(name)?)
}

fn in_states(inside: &InboxInside) -> Vec<(&'static str, u64)> {
    let counts = [
        ("applied", inside.entries),
        ("recognized", inside.counts.recognized),
        ("forgotten", inside.forgotten),
    ];
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What the inbox of the consumer of this name holds; nothing while there is no run, or where
/// nothing more is said of it than that there is one.
pub(super) fn held(form: &mut Form, session: &Session, name: &str) {
    let Some(inside) = inside(session, name) else { return };
    form.section("Entries in the inbox", |form| entries(form, &inside));
}

fn entries(form: &mut Form, inside: &InboxInside) {
    let colors = Colors::of(form.ui);
    let lines = [
        ("kept", inside.entries),
        ("forgotten", inside.forgotten),
        ("recognized", inside.counts.recognized),
        ("waited", inside.counts.waited),
        ("failed on the key", inside.counts.refused),
    ];
    egui::Grid::new("inbox").num_columns(2).spacing([space::L, space::XS]).show(form.ui, |ui| {
        for (word, count) in lines {
            ui.label(RichText::new(word).color(colors.muted));
            ui.label(RichText::new(words::grouped(count)).color(colors.text));
            ui.end_row();
        }
    });
}
