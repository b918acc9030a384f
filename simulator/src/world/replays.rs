//! How far recorded files are read: the run holds a small piece of the file and where it begins, so
//! that a clone shares it, and going back reads it again.

use std::sync::Arc;

use flowbench_model::formats::recorded::{BadLine, End, Event, Piece};
use flowbench_model::recorded::Pace;
use flowbench_model::time::Span;

use crate::message::MessageId;
use crate::recorded::Replay;

/// Bad lines that are told one by one.
const TOLD: usize = 5;

/// How far a run has read a recorded file.
#[derive(Clone, Debug)]
pub(crate) struct ReplayState {
    piece: Arc<Piece>,
    /// Events of the piece that were taken.
    taken: usize,
    /// Bad lines, and events of other types, before the piece.
    skipped: u64,
    others: u64,
    /// The first of the bad lines.
    told: Vec<BadLine>,
    /// The message that the last event became, and the event.
    pub(crate) last: Option<(MessageId, Event)>,
}

impl ReplayState {
    /// Before the first event.
    pub(crate) fn new(replay: &Replay) -> ReplayState {
        let nothing = Piece {
            events: Vec::new(),
            skipped: Vec::new(),
            others: 0,
            next: replay.first,
            end: None,
        };
        ReplayState {
            piece: Arc::new(nothing),
            taken: 0,
            skipped: 0,
            others: 0,
            told: Vec::new(),
            last: None,
        }
    }

    /// When the next event is published, counted from the start of the workload; `index` is how
    /// many were before it. Nothing after the last.
    pub(crate) fn next(&mut self, replay: &Replay, index: u64) -> Option<Span> {
        while self.taken == self.piece.events.len() {
            if self.piece.end.is_some() {
                return None;
            }
            self.turn(replay);
        }
        let first_ns = self.piece.next.first_ns.unwrap_or_default();
        Some(replay.due(&self.piece.events[self.taken], first_ns, index))
    }

    /// Goes on to the next piece.
    fn turn(&mut self, replay: &Replay) {
        let room = TOLD.saturating_sub(self.told.len());
        self.told.extend(self.piece.skipped.iter().take(room).cloned());
        self.skipped += self.piece.skipped.len() as u64;
        self.others += self.piece.others;
        self.piece = Arc::new(replay.read(&self.piece.next));
        self.taken = 0;
    }

    /// Takes the next event, which becomes this message.
    pub(crate) fn take(&mut self, message: MessageId) -> Event {
        let event = self.piece.events[self.taken];
        self.taken += 1;
        self.last = Some((message, event));
        event
    }

    /// The line that the run cannot go on after, if it has come there.
    pub(crate) fn stopped_at(&self) -> Option<&BadLine> {
        match &self.piece.end {
            Some(End::Bad(bad)) if self.taken == self.piece.events.len() => Some(bad),
            Some(End::Bad(_) | End::File) | None => None,
        }
    }

    /// Whether nothing comes any more.
    pub(crate) fn is_over(&self) -> bool {
        self.piece.end.is_some() && self.taken == self.piece.events.len()
    }

    /// Events in a nanosecond, about here in the file; nothing where all are of one instant.
    pub(crate) fn rate(&self, replay: &Replay) -> f64 {
        let events = &self.piece.events;
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return 0.0 };
        let passed = last.at_ns.abs_diff(first.at_ns) as f64;
        match replay.recorded.pace {
            Pace::Evenly(rate) => 1.0 / rate.mean_interval_ns(),
            Pace::Original | Pace::Times(_) if passed == 0.0 => 0.0,
            Pace::Original => (events.len() - 1) as f64 / passed,
            Pace::Times(times) => times * (events.len() - 1) as f64 / passed,
        }
    }

    /// The key of one of the events about here, chosen by a number.
    pub(crate) fn some_key(&self, choice: u64) -> Option<u64> {
        let events = &self.piece.events;
        let count = events.len().max(1) as u64;
        events.get((choice % count) as usize)?.key
    }

    /// How many keys there are to choose from.
    pub(crate) fn events_here(&self) -> u64 {
        self.piece.events.len() as u64
    }

    /// Bytes that a clone takes beside the state itself, if nobody shares them.
    pub(crate) fn bytes(&self) -> usize {
        let piece = &self.piece;
        size_of::<Piece>() + size_of_val(&*piece.events) + size_of_val(&*piece.skipped)
    }

    /// Bad lines that have come up: those before the next event.
    pub(crate) fn skipped(&self) -> (u64, Vec<BadLine>) {
        let next = self.piece.events.get(self.taken).map_or(u64::MAX, |event| event.line);
        let here = self.piece.skipped.iter().take_while(|bad| bad.line < next);
        let count = self.skipped + here.clone().count() as u64;
        let told = self.told.iter().chain(here).take(TOLD).cloned().collect();
        (count, told)
    }
}
