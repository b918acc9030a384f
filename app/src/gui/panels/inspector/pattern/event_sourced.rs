//! Fields of an event-sourced aggregate.

use std::collections::BTreeMap;

use flowbench_model::design::Design;
use flowbench_model::pattern::event_sourced::{Apply, EventSourced, Publishes, Snapshot};
use flowbench_model::time::Span;

use crate::gui::panels::inspector::{expression, names};
use crate::gui::widgets::form::Form;

/// What it knows of the stream.
const NAMES: [&str; 2] = ["state", "version"];

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, it: &mut EventSourced) {
    form.count("History", "Events of each stream before the run begins", &mut it.history, 0);
    snapshot(form, it);
    form.value("Per event", "Time to load an event and fold it in", &mut it.event_time);
    form.value("Per snapshot", "Time to load a snapshot", &mut it.snapshot_time);
    let explanation = "A snapshot after so many events; empty: none";
    form.optional("Snapshot every", explanation, &mut it.snapshot_every);
    let explanation = "Version of the state's schema; snapshots of another are left aside";
    form.count("Schema version", explanation, &mut it.schema_version, 0);
    let explanation = "How often it decides again after a version conflict";
    form.count("Decides again", explanation, &mut it.decides_again, 0);
    publishes(form, &mut it.publishes);
    let explanation = "The state before the first event, such as {'balance': 0}; empty: {}";
    expression::optional(form, "First state", explanation, &mut it.initial, &[]);
    applies(form, design, &mut it.applies);
}

fn snapshot(form: &mut Form, it: &mut EventSourced) {
    let mut covers = it.history_snapshot.map(|snapshot| snapshot.at);
    let explanation = "Events that the snapshot covers which is there; empty: there is none";
    form.optional("First snapshot", explanation, &mut covers);
    let before = it.history_snapshot.map_or(1, |snapshot| snapshot.schema_version);
    it.history_snapshot = covers.map(|at| Snapshot { at, schema_version: before });
    if let Some(snapshot) = &mut it.history_snapshot {
        form.count("Its version", "Of the state's schema", &mut snapshot.schema_version, 0);
    }
}

fn publishes(form: &mut Form, publishes: &mut Publishes) {
    let mut every = match *publishes {
        Publishes::WithAppend => None,
        Publishes::Polling(every) => Some(every),
    };
    let explanation = "How often a subscription publishes new events; empty: with the append";
    form.optional::<Span>("Publishes every", explanation, &mut every);
    *publishes = every.map_or(Publishes::WithAppend, Publishes::Polling);
}

/// Cards for what events change.
fn applies(form: &mut Form, design: &Design, applies: &mut Vec<Apply>) {
    let messages = names::messages(design);
    let mut removed = None;
    for (index, apply) in applies.iter_mut().enumerate() {
        let is_removed = form.card(index, "Event", |form| {
            form.name_of("Event", "What happened", &mut apply.on, &messages);
            expression::mapping(form, &mut apply.set, &NAMES);
        });
        if is_removed {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        applies.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Let an event change the state") {
        let on = messages.into_iter().next().unwrap_or_default();
        applies.push(Apply { on, set: BTreeMap::new() });
        form.has_changed = true;
    }
}
