//! Claim checks: whether a payload is stored beside the channels, and what became of the blobs
//! until the instant that is shown.

use egui::RichText;
use flowbench_model::claim_check::{CHECK_BYTES, ClaimCheck};
use flowbench_model::node::{Node, Role};
use flowbench_model::publishing::CLAIM_CHECK;
use flowbench_simulator::world::blobs::{Amount, BlobCounts};

use super::about;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::words;
use crate::session::Session;

/// Rows of a claim check that may be there.
pub(super) fn rows(form: &mut Form, check: &mut Option<ClaimCheck>) {
    form.fold("Claim check", check.is_some(), |form| {
        let mut is_on = check.is_some();
        let explanation = "The payload is stored first, and the message only says where it is";
        form.toggle("Stored apart", explanation, &mut is_on);
        if is_on != check.is_some() {
            *check = is_on.then(ClaimCheck::default);
        }
        let Some(check) = check else {
            form.note("The payload is in the message.");
            return;
        };
        form.note(&format!("The message has {CHECK_BYTES} bytes for the channels."));
        let explanation = "How long a blob is kept after it was stored; empty: for ever";
        form.optional("Kept for", explanation, &mut check.time_to_live);
        let explanation = "The first consumer that has handled the message deletes the blob";
        form.toggle("Deleted", explanation, &mut check.deleted_by_consumer);
        about::show(form, &CLAIM_CHECK);
    });
}

/// What became of the blobs of what a node publishes; nothing while there is no run, or where it
/// stores none.
pub(super) fn held_of_node(form: &mut Form, session: &Session, node: &Node) {
    let mut names: Vec<&str> = match &node.role {
        Role::Producer(producer) => {
            let lines = producer.workload.iter().filter(|line| line.claim_check.is_some());
            lines.map(|line| line.message.name.as_str()).collect()
        }
        Role::Channel(_) => Vec::new(),
        Role::Consumer(consumer) => {
            let emissions = consumer.emissions().into_iter().map(|(_, emission)| emission);
            let stored = emissions.filter(|emission| emission.claim_check.is_some());
            stored.map(|emission| emission.message.name.as_str()).collect()
        }
    };
    names.sort_unstable();
    names.dedup();
    names.into_iter().for_each(|name| held(form, session, name));
}

/// The same of the message of this name.
pub(super) fn held(form: &mut Form, session: &Session, message: &str) {
    let Some(world) = &session.bench.world else { return };
    let mut types = world.plan().message_types.iter();
    let Some(message_type) = types.position(|name| name == message) else { return };
    let Some(counts) = world.blobs(message_type as u32) else { return };
    form.section(&format!("Blobs of {message}"), |form| blobs(form, &counts));
}

fn blobs(form: &mut Form, counts: &BlobCounts) {
    let colors = Colors::of(form.ui);
    let alarming = |count: u64| if count > 0 { colors.error } else { colors.muted };
    let bytes = |amount: &Amount| format!("{} bytes", words::grouped(amount.bytes));
    let lines = [
        ("stored", counts.stored.count, bytes(&counts.stored), colors.text),
        ("kept", counts.kept.count, bytes(&counts.kept), colors.text),
        ("fetched", counts.fetched, String::new(), colors.text),
        ("deleted", counts.deleted, String::new(), colors.text),
        ("expired", counts.expired, String::new(), colors.text),
        (
            "orphaned",
            counts.orphaned.count,
            bytes(&counts.orphaned),
            alarming(counts.orphaned.count),
        ),
        ("dangling", counts.dangling, String::new(), alarming(counts.dangling)),
    ];
    egui::Grid::new("blobs").num_columns(3).spacing([space::L, space::XS]).show(form.ui, |ui| {
        for (word, count, bytes, color) in lines {
            ui.label(RichText::new(word).color(colors.muted));
            ui.label(RichText::new(format!("{}×", words::grouped(count))).color(color));
            ui.label(RichText::new(bytes).color(colors.muted));
            ui.end_row();
        }
    });
}
