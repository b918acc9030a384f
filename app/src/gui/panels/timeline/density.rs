//! How much happens when: a column for each point, with marks for failures and dead letters.

use egui::{Painter, Rect, pos2};
use flowbench_model::time::Time;
use flowbench_simulator::record::{EntryKind, Record};
use flowbench_simulator::recording::Recording;

use super::axis::Axis;
use crate::gui::theme::{Colors, tint};
use crate::gui::words;

/// Width of a column in points.
const COLUMN: f32 = 2.0;

/// Instants at which something went wrong, in order.
pub(super) struct Troubles {
    failures: Vec<Time>,
    losses: Vec<Time>,
}

impl Troubles {
    /// What went wrong in a recording.
    #[must_use]
    pub(super) fn of(recording: &Recording) -> Troubles {
        let mut troubles = Troubles { failures: Vec::new(), losses: Vec::new() };
        let record = recording.record();
        for entry in record.entries_of_kinds(|kind| trouble(kind).is_some()) {
            match trouble(entry.kind) {
                Some(Trouble::Failure) => troubles.failures.push(entry.at),
                Some(Trouble::Loss) => troubles.losses.push(entry.at),
                None => {}
            }
        }
        troubles
    }
}

enum Trouble {
    Failure,
    Loss,
}

fn trouble(kind: EntryKind) -> Option<Trouble> {
    match kind {
        EntryKind::Failed
        | EntryKind::Returned
        | EntryKind::Refused
        | EntryKind::LeaseExpired
        | EntryKind::CallFailed
        | EntryKind::CallRejected
        | EntryKind::Flagged
        | EntryKind::Continued
        | EntryKind::ReplyTimedOut => Some(Trouble::Failure),
        EntryKind::DeadLettered | EntryKind::Advised | EntryKind::Expired | EntryKind::Dropped => {
            Some(Trouble::Loss)
        }
        EntryKind::Published
        | EntryKind::Arrived
        | EntryKind::Duplicated
        | EntryKind::Delivered
        | EntryKind::Handled
        | EntryKind::Assigned
        | EntryKind::Moved
        | EntryKind::Row
        | EntryKind::Blob
        | EntryKind::Awaits
        | EntryKind::Acknowledged
        | EntryKind::AcknowledgedLate
        | EntryKind::Suppressed
        | EntryKind::RetryScheduled
        | EntryKind::Redriven
        | EntryKind::Replayed
        | EntryKind::CallSent
        | EntryKind::CallServed
        | EntryKind::CallReturned
        | EntryKind::FaultStarted
        | EntryKind::FaultEnded
        | EntryKind::Struck
        | EntryKind::RetryDenied
        | EntryKind::BreakerOpened
        | EntryKind::BreakerHalfOpened
        | EntryKind::BreakerClosed
        | EntryKind::Throttled
        | EntryKind::ScaleOrdered
        | EntryKind::Scaled
        | EntryKind::Acted => None,
    }
}

/// What one column shows.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Column {
    entries: usize,
    failures: usize,
    losses: usize,
}

/// The columns of an axis. Cost: a binary search for each column, however long the record.
#[must_use]
pub(super) fn columns(record: &Record, troubles: &Troubles, axis: &Axis) -> Vec<Column> {
    let count = (axis.width / COLUMN) as usize;
    let edge = |column: usize| axis.time(axis.left + column as f32 * COLUMN);
    let counted = |edge: Time| Column {
        entries: record.first_after(edge),
        failures: troubles.failures.partition_point(|at| *at <= edge),
        losses: troubles.losses.partition_point(|at| *at <= edge),
    };
    let mut before = if edge(0) == Time::ZERO { Column::default() } else { counted(edge(0)) };
    let mut columns = Vec::with_capacity(count);
    for column in 1..=count {
        let now = counted(edge(column));
        columns.push(Column {
            entries: now.entries - before.entries,
            failures: now.failures - before.failures,
            losses: now.losses - before.losses,
        });
        before = now;
    }
    columns
}

/// Draws the columns; where something went wrong they stand on a mark.
pub(super) fn paint(painter: &Painter, rect: Rect, columns: &[Column], colors: &Colors) {
    let most = columns.iter().map(|column| column.entries).max().unwrap_or(0).max(1) as f32;
    let calm = tint(colors.panel, colors.accent, 0.45);
    let floor = rect.bottom() - 5.0;
    let room = floor - rect.top() - 2.0;
    for (index, column) in columns.iter().enumerate() {
        if column.entries == 0 {
            continue;
        }
        let left = rect.left() + index as f32 * COLUMN;
        // A square root keeps single events visible beside bursts.
        let height = (room * (column.entries as f32 / most).sqrt()).max(1.5);
        let bar = Rect::from_min_max(pos2(left, floor - height), pos2(left + COLUMN - 0.5, floor));
        painter.rect_filled(bar, 0.0, calm);
        let mark = Rect::from_min_max(pos2(left, floor + 1.0), pos2(left + COLUMN, rect.bottom()));
        if column.losses > 0 {
            painter.rect_filled(mark.expand2(egui::vec2(0.5, 1.0)), 0.0, colors.dead_letter);
        } else if column.failures > 0 {
            painter.rect_filled(mark, 0.0, colors.warn);
        }
    }
}

/// What a column says under the pointer.
#[must_use]
pub(super) fn tooltip(columns: &[Column], rect: Rect, x: f32) -> Option<String> {
    let column = columns.get(((x - rect.left()) / COLUMN) as usize)?;
    if column.entries == 0 {
        return None;
    }
    let mut text = match column.entries {
        1 => "1 entry".to_owned(),
        entries => format!("{} entries", words::grouped(entries as u64)),
    };
    if column.failures > 0 {
        text += &format!(", {}", words::count(column.failures as u64, "failure"));
    }
    if column.losses > 0 {
        text += &format!(", {} given up or lost", column.losses);
    }
    Some(text)
}
