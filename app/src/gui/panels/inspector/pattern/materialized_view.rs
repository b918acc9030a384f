//! Fields of a materialized view.

use flowbench_model::design::Design;
use flowbench_model::expression::Expression;
use flowbench_model::pattern::materialized_view::{
    MaterializedView, MissingRow, RowOrder, ViewStore,
};
use flowbench_model::time::Span;

use crate::gui::panels::inspector::{expression, names};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

/// Which of two rows is the newer one.
#[derive(Clone, Copy, PartialEq)]
enum Newer {
    Arrival,
    Published,
    Version,
}

const ORDERS: [Choice<Newer>; 3] = [
    choice(Newer::Arrival, "Arrival", "What is handled later takes the place of what is there"),
    choice(Newer::Published, "Published", "What was published before is left aside"),
    choice(Newer::Version, "Version", "What has a lower version is left aside"),
];

/// What becomes of a message without a row.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Pass,
    Drop,
    Park,
    Fail,
}

const MISSING: [Choice<Missing>; 4] = [
    choice(Missing::Pass, "Pass", "It is handled with row null (left join)"),
    choice(Missing::Drop, "Drop", "It is acknowledged, and nothing comes of it (inner join)"),
    choice(Missing::Park, "Park", "It is stored, and handled when its row comes"),
    choice(Missing::Fail, "Fail", "The attempt fails, and there may be another"),
];

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, view: &mut MaterializedView) {
    messages(form, design, &mut view.rows);
    let explanation = "What a row is kept under; empty: its ordering key";
    expression::optional(form, "Key", explanation, &mut view.key, &[]);
    let explanation = "What finds the row of another message; empty: the same as the key";
    expression::optional(form, "Joined by", explanation, &mut view.joined_by, &[]);
    let explanation = "Which rows delete what is there; empty: a payload of null";
    expression::optional(form, "Delete when", explanation, &mut view.delete_when, &[]);
    order(form, &mut view.order);
    missing(form, &mut view.missing);
    store(form, &mut view.store);
    let explanation = "Time to read one message again after a restart";
    form.value("Per message", explanation, &mut view.restore_time);
}

/// The messages that are rows, and one more that may be.
fn messages(form: &mut Form, design: &Design, rows: &mut Vec<String>) {
    let all = names::messages(design);
    let mut chosen: Vec<Option<String>> = rows.iter().cloned().map(Some).chain([None]).collect();
    for (at, name) in chosen.iter_mut().enumerate() {
        let label = if at == 0 { "Rows" } else { "and" };
        let is_left = |other: &&String| !rows.contains(other) || name.as_ref() == Some(other);
        let left: Vec<String> = all.iter().filter(is_left).cloned().collect();
        let explanation = "A message whose newest for each key is kept; all others are joined";
        form.reference(label, explanation, name, ("none", &left));
    }
    *rows = chosen.into_iter().flatten().collect();
}

fn order(form: &mut Form, order: &mut RowOrder) {
    let mut kind = match order {
        RowOrder::Arrival => Newer::Arrival,
        RowOrder::Published => Newer::Published,
        RowOrder::Version(_) => Newer::Version,
    };
    let before = kind;
    form.choose("Newer is", "Which of two rows of a key is the newer one", &mut kind, &ORDERS);
    if kind != before {
        *order = match kind {
            Newer::Arrival => RowOrder::Arrival,
            Newer::Published => RowOrder::Published,
            Newer::Version => RowOrder::Version(Expression::from("message.number")),
        };
    }
    if let RowOrder::Version(version) = order {
        let explanation = "A number or a text of the row, such as payload.version";
        expression::show(form, "Version", explanation, version, &[]);
    }
}

fn missing(form: &mut Form, missing: &mut MissingRow) {
    let (mut kind, mut within) = match *missing {
        MissingRow::Pass => (Missing::Pass, None),
        MissingRow::Drop => (Missing::Drop, None),
        MissingRow::Park { within } => (Missing::Park, within),
        MissingRow::Fail => (Missing::Fail, None),
    };
    let explanation = "What becomes of a message whose row is not there";
    form.choose("Missing row", explanation, &mut kind, &MISSING);
    if kind == Missing::Park {
        let explanation = "How long it waits, then it is handled without; empty: for ever";
        form.optional::<Span>("Within", explanation, &mut within);
    }
    *missing = match kind {
        Missing::Pass => MissingRow::Pass,
        Missing::Drop => MissingRow::Drop,
        Missing::Park => MissingRow::Park { within },
        Missing::Fail => MissingRow::Fail,
    };
}

fn store(form: &mut Form, store: &mut ViewStore) {
    let (mut is_disk, mut checkpoint) = match *store {
        ViewStore::Memory => (false, Span::ZERO),
        ViewStore::Disk { checkpoint } => (true, checkpoint),
    };
    let choices = [
        choice(false, "Memory", "After a restart the log is read from its start"),
        choice(true, "Disk", "Only what came since the checkpoint is read again"),
    ];
    form.choose("Store", "Where the table is", &mut is_disk, &choices);
    if is_disk {
        let explanation = "The position is stored at every multiple of this; 0s: with each row";
        form.value("Checkpoint", explanation, &mut checkpoint);
    }
    *store = if is_disk { ViewStore::Disk { checkpoint } } else { ViewStore::Memory };
}
