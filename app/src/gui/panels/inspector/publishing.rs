//! How a consumer publishes beside its database: which way, its states, its fields; and the rows
//! that wait at the instant that is shown.

use egui::RichText;
use flowbench_model::publishing::{Capture, FirstWrite, Outbox, PUBLISHING, Publishing};
use flowbench_simulator::rows::RowsInside;
use flowbench_simulator::run::Run;

use super::about;
use crate::gui::clock;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};
use crate::gui::widgets::state_diagram;
use crate::gui::words;
use crate::session::Session;

/// Rows that are listed one by one.
const ROWS: usize = 8;

const FIRST: [Choice<FirstWrite>; 2] = [
    choice(FirstWrite::Database, "Database", "The message is published after the commit"),
    choice(FirstWrite::Message, "Message", "The database commits after the publication"),
];

/// Rows for how a consumer publishes.
pub(super) fn show(form: &mut Form, publishing: &mut Publishing) {
    form.section("Publishing", |form| {
        let mut chosen = publishing.card().map_or("", |card| card.word);
        let before = chosen;
        let mut choices = vec![("", "at once with its effect".to_owned())];
        choices.extend(PUBLISHING.iter().map(|card| (card.word, card.title.to_owned())));
        let explanation = "How what it emits and what it writes to its database come together";
        form.pick("Publishes", explanation, &mut chosen, &choices);
        if chosen != before {
            *publishing = Publishing::begin(chosen);
        }
        let Some(card) = publishing.card() else {
            form.note("Effect and messages are there together, as if nothing could come between.");
            return;
        };
        form.note(card.does);
        form.ui.add_space(space::XS);
        state_diagram::show(form.ui, card, &[]);
        form.ui.add_space(space::S);
        match publishing {
            Publishing::Direct => {}
            Publishing::DualWrite { first } => {
                form.choose("First", "Which of the two writes comes first", first, &FIRST);
            }
            Publishing::Outbox(it) => outbox(form, it),
            Publishing::ChangeDataCapture(it) => capture(form, it),
        }
        about::show(form, card);
    });
}

fn outbox(form: &mut Form, outbox: &mut Outbox) {
    let explanation = "The relay looks for rows at every multiple of this";
    form.length("Poll", explanation, &mut outbox.poll);
    form.count("Batch", "Rows that it takes at once at most", &mut outbox.batch, 1);
    let explanation = "How long it waits for the confirmation of each message";
    form.value("Confirmation", explanation, &mut outbox.confirmation);
    let explanation = "How long it takes to mark the rows of a batch as published";
    form.value("Marking", explanation, &mut outbox.marking);
    let explanation = "Relays that work at the same time and know nothing of each other";
    form.count("Relays", explanation, &mut outbox.relays, 1);
    let explanation = "Goes on with the next row when the channel refuses one, at the price of \
                       the order";
    form.toggle("Skips refused", explanation, &mut outbox.skips_refused);
}

fn capture(form: &mut Form, capture: &mut Capture) {
    let explanation = "How long after its commit a row reaches the connector";
    form.value("Latency", explanation, &mut capture.latency);
    let explanation = "Messages that it publishes at most, such as 200/s; empty: unlimited";
    form.optional("Rate", explanation, &mut capture.rate);
    let explanation = "It stores its position at every multiple of this; 0: after every row";
    form.value("Flush", explanation, &mut capture.flush);
    let explanation = "How long it waits before it tries again what the channel refused";
    form.length("Retry after", explanation, &mut capture.retry_after);
}

/// The rows of the consumer of this name that wait; nothing while there is no run, or where
/// nobody else publishes.
pub(super) fn held(form: &mut Form, session: &Session, name: &str) {
    let Some(world) = &session.bench.world else { return };
    let Some(node) = world.plan().node_named(name) else { return };
    let Some(inside) = world.rows(node, ROWS) else { return };
    form.section("Rows to publish", |form| rows(form, world, &inside));
}

fn rows(form: &mut Form, world: &Run, inside: &RowsInside) {
    let colors = Colors::of(form.ui);
    let counts = &inside.counts;
    let lines = [
        ("committed", words::grouped(counts.rows)),
        ("published", words::grouped(counts.published)),
        ("published again", words::grouped(counts.again)),
        ("waiting", words::grouped(inside.waiting)),
        ("oldest", clock::length(inside.oldest.0)),
    ];
    egui::Grid::new("rows").num_columns(2).spacing([space::L, space::XS]).show(form.ui, |ui| {
        for (word, text) in lines {
            ui.label(RichText::new(word).color(colors.muted));
            ui.label(RichText::new(text).color(colors.text));
            ui.end_row();
        }
    });
    if inside.is_down {
        form.ui.label(RichText::new("A fault keeps the relay down.").color(colors.error));
    }
    for row in &inside.rows {
        let (source, number) = row.name;
        form.ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let name = format!("{}#{number}", world.plan().nodes[source as usize].name);
            ui.label(RichText::new(name).strong());
            let state = if row.was_published { "published, not marked" } else { "pending" };
            ui.label(RichText::new(state).color(colors.accent));
            let since = format!("since {}", clock::short(row.committed_at));
            ui.label(RichText::new(since).small().color(colors.muted));
        });
    }
    let more = inside.waiting.saturating_sub(inside.rows.len() as u64);
    if more > 0 {
        form.note(&format!("and {} more", words::grouped(more)));
    }
}
