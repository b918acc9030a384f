//! Rows that wait until a relay, or a connector, has published them.

use std::collections::VecDeque;

use flowbench_model::publishing::Publishing;
use flowbench_model::time::{Span, Time};

use crate::message::{Handle, Message};
use crate::plan::{EdgeIndex, PlanConsumer};

/// The rows of a consumer, and whoever publishes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelayState {
    /// In the order of their numbers, which is that of their commits.
    pub(crate) rows: VecDeque<Row>,
    /// Number of the next row.
    pub(crate) next_number: u64,
    /// Relays of an outbox.
    pub(crate) workers: Vec<Worker>,
    /// Numbers of the first row that a connector has not published, and has not stored.
    pub(crate) cursor: u64,
    pub(crate) stored: u64,
    /// When a connector published last.
    pub(crate) sent_at: Option<Time>,
    /// Its next message, and the next time that it stores its position.
    pub(crate) timer: Option<Handle>,
    pub(crate) flush: Option<Handle>,
    /// Faults that keep it down, and those that will once something is published.
    pub(crate) down: u32,
    pub(crate) armed: Vec<u32>,
    pub(crate) counts: RelayCounts,
}

/// What has become of rows so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RelayCounts {
    /// Rows that were committed.
    pub rows: u64,
    /// Rows that were published.
    pub published: u64,
    /// Publications of what was published before.
    pub again: u64,
    /// The most rows that waited at once, when, and when none waited for the first time after.
    pub most: u64,
    /// When most rows waited.
    pub most_at: Time,
    /// When none waited any more after that; never if absent.
    pub caught_up_at: Option<Time>,
    /// The shortest, the longest, and the sum of the times from commit to publication.
    pub delay_min: Option<Span>,
    /// The longest time from commit to publication.
    pub delay_max: Span,
    /// All of these times together, in nanoseconds.
    pub delay_sum_ns: u128,
}

/// One of the relays of an outbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Worker {
    /// What it has taken, and how far it is with it.
    pub(crate) batch: Vec<Row>,
    pub(crate) next: usize,
    pub(crate) step: Step,
    pub(crate) timer: Option<Handle>,
}

/// What a relay does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Step {
    /// It looks for rows.
    #[default]
    Look,
    /// The channel confirms what it has sent.
    Confirm,
    /// Its batch is marked.
    Mark,
}

/// Something to be published that was committed.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) message: Message,
    pub(crate) edges: Vec<EdgeIndex>,
    pub(crate) committed_at: Time,
    /// Whether an earlier transaction wrote the same message.
    pub(crate) is_again: bool,
    /// Whether it was published before.
    pub(crate) was_sent: bool,
}

impl RelayState {
    /// Before anything was committed.
    pub(crate) fn new(plan: &PlanConsumer) -> RelayState {
        let relays = match plan.publishing {
            Publishing::Outbox(outbox) => outbox.relays as usize,
            Publishing::Direct
            | Publishing::DualWrite { .. }
            | Publishing::ChangeDataCapture(_) => 0,
        };
        RelayState { workers: vec![Worker::default(); relays], ..RelayState::default() }
    }

    /// The row of this number, if it is still there.
    pub(crate) fn row_mut(&mut self, number: u64) -> Option<&mut Row> {
        let at = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get_mut(at)
    }

    /// Takes away the row of this number; whether it was still there.
    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let at = self.rows.binary_search_by_key(&number, |row| row.number);
        at.is_ok_and(|at| self.rows.remove(at).is_some())
    }

    /// Rows that wait: those that an outbox has not marked, or that a connector has not reached.
    pub(crate) fn waiting(&self) -> u64 {
        if self.workers.is_empty() {
            self.next_number - self.cursor
        } else {
            self.rows.len() as u64
        }
    }

    /// Notes how many rows wait at this instant.
    pub(crate) fn note_waiting(&mut self, now: Time) {
        let (waiting, counts) = (self.waiting(), &mut self.counts);
        if waiting > counts.most {
            (counts.most, counts.most_at, counts.caught_up_at) = (waiting, now, None);
        } else if waiting == 0 && counts.caught_up_at.is_none() {
            counts.caught_up_at = Some(now);
        }
    }
}

impl RelayCounts {
    pub(crate) fn note_sent(&mut self, delay: Span, was_sent: bool) {
        if was_sent {
            self.again += 1;
            return;
        }
        self.published += 1;
        self.delay_min = Some(self.delay_min.map_or(delay, |least| least.min(delay)));
        self.delay_max = self.delay_max.max(delay);
        self.delay_sum_ns += u128::from(delay.0);
    }

    /// The mean time from commit to publication.
    #[must_use]
    pub fn delay_mean(&self) -> Option<Span> {
        let count = u128::from(self.published);
        self.delay_sum_ns.checked_div(count).map(|mean| Span(mean as u64))
    }
}
