//! Publishing with a database: two writes in a row, rows of an outbox and its relays, and a
//! connector that follows a log.

use flowbench_model::channel::{Confirm, Overflow};
use flowbench_model::publishing::{Capture, FirstWrite, Outbox, Publishing};
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::content::Circumstances;
use crate::message::{Handle, Message};
use crate::plan::effect::{Effect, Position};
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::{EntryKind, Failure};
use crate::world::pattern::PatternTimer;
use crate::world::relay::{RelayState, Row, Step};

/// Positions of the states on the cards.
const PENDING: u64 = 0;
const SENDING: u64 = 1;
const SENT: u64 = 2;
const DONE: u64 = 3;

/// What a connector's timers are for.
const SEND: u64 = 0;
const FLUSH: u64 = 1;

impl Engine<'_> {
    fn relay(&mut self, consumer: u32) -> &mut RelayState {
        &mut self.world.relays[consumer as usize]
    }

    /// What a consumer emits is published: by itself, or later by whoever publishes its rows.
    pub(super) fn publish_of_consumer(
        &mut self,
        node: NodeIndex,
        message: &Message,
        edges: &[EdgeIndex],
        is_again: bool,
    ) {
        let consumer = self.plan.nodes[node as usize].part;
        if self.plan.consumers[consumer as usize].publishing.has_relay() {
            return self.commit_row(consumer, message, edges, is_again);
        }
        self.world.totals.published += u64::from(!is_again);
        if is_again {
            edges.iter().for_each(|edge| self.send_again(message, *edge));
        } else {
            self.publish(message, edges);
        }
    }

    /// A row is committed with the effect that it belongs to.
    fn commit_row(
        &mut self,
        consumer: u32,
        message: &Message,
        edges: &[EdgeIndex],
        is_again: bool,
    ) {
        let now = self.world.now;
        let relay = self.relay(consumer);
        let (number, edges) = (relay.next_number, edges.to_vec());
        let row =
            Row { number, message: *message, edges, committed_at: now, is_again, was_sent: false };
        relay.rows.push_back(row);
        relay.next_number += 1;
        relay.counts.rows += 1;
        relay.note_waiting(now);
        self.note_row(consumer, message, PENDING);
        self.wake_relay(consumer);
    }

    fn note_row(&mut self, consumer: u32, message: &Message, state: u64) {
        let node = self.plan.consumers[consumer as usize].node;
        self.note(EntryKind::Row, node, 0, state, message);
    }

    /// Whoever publishes rows looks for them again, if it is up and has nothing planned.
    fn wake_relay(&mut self, consumer: u32) {
        if self.relay(consumer).down > 0 {
            return;
        }
        match self.plan.consumers[consumer as usize].publishing {
            Publishing::Direct | Publishing::DualWrite { .. } => {}
            Publishing::Outbox(outbox) => {
                for worker in 0..outbox.relays {
                    self.plan_look(consumer, &outbox, worker);
                }
            }
            Publishing::ChangeDataCapture(capture) => self.plan_send(consumer, &capture, None),
        }
    }

    fn relay_timer(&mut self, consumer: u32, what: u64, at: Time) -> Handle {
        let slot = self.world.timers.insert(PatternTimer { consumer, instance: what });
        let timer = self.world.timers.handle(slot);
        let rank = self.plan.node_rank(self.plan.consumers[consumer as usize].node);
        self.world.calendar.schedule(at, Phase::Arrive, rank, Event::of(EventKind::Relay, timer));
        timer
    }

    fn stop_timer(&mut self, timer: Option<Handle>) {
        if let Some(timer) = timer.filter(|timer| self.world.timers.is_live(*timer)) {
            self.world.timers.remove(timer.slot);
        }
    }

    /// Something that a relay has planned is due.
    pub(super) fn relay_due(&mut self, timer: Handle) {
        if !self.world.timers.is_live(timer) {
            return;
        }
        let PatternTimer { consumer, instance } = self.world.timers.remove(timer.slot);
        match self.plan.consumers[consumer as usize].publishing {
            Publishing::Direct | Publishing::DualWrite { .. } => {}
            Publishing::Outbox(outbox) => self.relay_goes_on(consumer, &outbox, instance as u32),
            Publishing::ChangeDataCapture(capture) if instance == SEND => {
                self.relay(consumer).timer = None;
                self.capture_next(consumer, &capture);
            }
            Publishing::ChangeDataCapture(_) => {
                self.relay(consumer).flush = None;
                self.flush_position(consumer);
            }
        }
    }

    /// Whether a channel would refuse a message now, and its publisher would learn of it.
    fn refusing(&self, edges: &[EdgeIndex]) -> Option<EdgeIndex> {
        let refuses = |edge: &&EdgeIndex| {
            let channel = self.plan.edges[**edge as usize].to;
            let plan = self.channel_plan(channel);
            let asks = plan.semantics.confirm != Confirm::Unconfirmed;
            let is_full = |index: &u32| match self.rules(*index).overflow {
                Overflow::RejectPublish | Overflow::BlockPublisher => self.is_full(*index),
                Overflow::DropHead | Overflow::DropNewest => false,
            };
            asks && (self.world.nodes[channel as usize].down > 0
                || plan.backlogs.iter().any(is_full))
        };
        edges.iter().find(refuses).copied()
    }

    /// A row is sent, for the first time or once more.
    fn send_row(&mut self, consumer: u32, row: &Row) {
        let delay = self.world.now.since(row.committed_at);
        self.relay(consumer).counts.note_sent(delay, row.was_sent);
        self.note_row(consumer, &row.message, SENDING);
        if let Some(kept) = self.relay(consumer).row_mut(row.number) {
            kept.was_sent = true;
        }
        if row.was_sent || row.is_again {
            for edge in &row.edges {
                self.send_again(&row.message, *edge);
            }
        } else {
            self.world.totals.published += 1;
            self.publish(&row.message, &row.edges);
        }
    }

    /// A relay looks for rows at its next instant, unless it is at work.
    fn plan_look(&mut self, consumer: u32, outbox: &Outbox, worker: u32) {
        let relay = self.relay(consumer);
        if relay.rows.is_empty() || relay.workers[worker as usize].timer.is_some() {
            return;
        }
        let now = self.world.now;
        let (poll, relays) = (outbox.poll.0.max(1), u64::from(outbox.relays.max(1)));
        let offset = poll / relays * u64::from(worker);
        let passed = (now.0.saturating_sub(offset) / poll).saturating_add(1);
        let at = Time(passed.saturating_mul(poll).saturating_add(offset));
        let timer = self.relay_timer(consumer, u64::from(worker), at);
        let state = &mut self.relay(consumer).workers[worker as usize];
        (state.step, state.timer) = (Step::Look, Some(timer));
    }

    fn relay_goes_on(&mut self, consumer: u32, outbox: &Outbox, worker: u32) {
        let now = self.world.now;
        let relay = self.relay(consumer);
        let (rows, state) = (&relay.rows, &mut relay.workers[worker as usize]);
        state.timer = None;
        match state.step {
            Step::Look => {
                let is_seen = |row: &&Row| row.committed_at < now;
                let most = outbox.batch as usize;
                state.batch = rows.iter().filter(is_seen).take(most).cloned().collect();
                state.next = 0;
                self.relay_batch(consumer, outbox, worker);
            }
            Step::Confirm => {
                self.confirm_row(consumer, worker);
                self.relay_batch(consumer, outbox, worker);
            }
            Step::Mark => self.mark_batch(consumer, outbox, worker),
        }
    }

    /// A relay sends what is left of its batch, one after the other.
    fn relay_batch(&mut self, consumer: u32, outbox: &Outbox, worker: u32) {
        loop {
            let state = &self.world.relays[consumer as usize].workers[worker as usize];
            let Some(row) = state.batch.get(state.next).cloned() else { break };
            if let Some(edge) = self.refusing(&row.edges) {
                self.note(EntryKind::Refused, edge, 0, 0, &row.message);
                let state = &mut self.relay(consumer).workers[worker as usize];
                if outbox.skips_refused {
                    state.batch.remove(state.next);
                    continue;
                }
                state.batch.truncate(state.next);
                break;
            }
            let was_sent = self.relay(consumer).row_mut(row.number).is_none_or(|it| it.was_sent);
            self.send_row(consumer, &Row { was_sent, ..row });
            if outbox.confirmation > Span::ZERO {
                return self.plan_step(consumer, worker, Step::Confirm, outbox.confirmation);
            }
            self.confirm_row(consumer, worker);
        }
        let is_empty = self.relay(consumer).workers[worker as usize].batch.is_empty();
        match is_empty || outbox.marking == Span::ZERO {
            true => self.mark_batch(consumer, outbox, worker),
            false => self.plan_step(consumer, worker, Step::Mark, outbox.marking),
        }
    }

    fn plan_step(&mut self, consumer: u32, worker: u32, step: Step, after: Span) {
        let timer = self.relay_timer(consumer, u64::from(worker), self.world.now.after(after));
        let state = &mut self.relay(consumer).workers[worker as usize];
        (state.step, state.timer) = (step, Some(timer));
    }

    fn confirm_row(&mut self, consumer: u32, worker: u32) {
        let state = &mut self.relay(consumer).workers[worker as usize];
        let message = state.batch[state.next].message;
        state.next += 1;
        self.note_row(consumer, &message, SENT);
    }

    /// The rows of a batch are marked, unless a fault has waited for this.
    fn mark_batch(&mut self, consumer: u32, outbox: &Outbox, worker: u32) {
        let has_sent = !self.relay(consumer).workers[worker as usize].batch.is_empty();
        if has_sent && self.stops_before_mark(consumer) {
            return;
        }
        let now = self.world.now;
        let batch = std::mem::take(&mut self.relay(consumer).workers[worker as usize].batch);
        for row in batch {
            if self.relay(consumer).remove(row.number) {
                self.relay(consumer).note_waiting(now);
                self.note_row(consumer, &row.message, DONE);
            }
        }
        self.plan_look(consumer, outbox, worker);
    }

    /// A connector publishes its next row when it has reached it and may, or after a while.
    fn plan_send(&mut self, consumer: u32, capture: &Capture, again: Option<Span>) {
        let now = self.world.now;
        let relay = self.relay(consumer);
        let (sent_at, cursor) = (relay.sent_at, relay.cursor);
        let Some(row) = relay.row_mut(cursor) else { return };
        let reached = row.committed_at.after(capture.latency).max(now);
        if relay.timer.is_some() {
            return;
        }
        let gap = capture.rate.map_or(Span::ZERO, |rate| rate.occurrence(1));
        let may = sent_at.map_or(now, |sent| sent.after(gap));
        let at = reached.max(may).max(now.after(again.unwrap_or_default()));
        self.relay(consumer).timer = Some(self.relay_timer(consumer, SEND, at));
    }

    fn capture_next(&mut self, consumer: u32, capture: &Capture) {
        let now = self.world.now;
        let cursor = self.relay(consumer).cursor;
        let Some(row) = self.relay(consumer).row_mut(cursor).cloned() else { return };
        if let Some(edge) = self.refusing(&row.edges) {
            self.note(EntryKind::Refused, edge, 0, 0, &row.message);
            return self.plan_send(consumer, capture, Some(capture.retry_after));
        }
        self.send_row(consumer, &row);
        self.note_row(consumer, &row.message, SENT);
        let relay = self.relay(consumer);
        (relay.cursor, relay.sent_at) = (cursor + 1, Some(now));
        relay.note_waiting(now);
        if capture.flush == Span::ZERO {
            self.flush_position(consumer);
        } else if self.relay(consumer).flush.is_none() {
            let every = capture.flush.0;
            let at = Time((now.0 / every).saturating_add(1).saturating_mul(every));
            self.relay(consumer).flush = Some(self.relay_timer(consumer, FLUSH, at));
        }
        if self.relay(consumer).down == 0 {
            self.plan_send(consumer, capture, None);
        }
    }

    /// A connector stores how far it has got, unless a fault has waited for this. The log behind
    /// it is forgotten where nobody can ask for it again.
    fn flush_position(&mut self, consumer: u32) {
        let RelayState { cursor, stored, .. } = *self.relay(consumer);
        if cursor > stored && self.stops_before_mark(consumer) {
            return;
        }
        self.relay(consumer).stored = cursor;
        for number in stored..cursor {
            let message = self.relay(consumer).row_mut(number).map(|row| row.message);
            if let Some(message) = message {
                self.note_row(consumer, &message, DONE);
            }
        }
        if !self.plan.consumers[consumer as usize].keeps_log {
            let relay = self.relay(consumer);
            while relay.rows.front().is_some_and(|row| row.number < cursor) {
                relay.rows.pop_front();
            }
        }
    }

    /// P9: what publishes the rows of a consumer stops now, or once it has published something.
    pub(super) fn stop_relay(&mut self, index: u32, before_mark: bool) {
        let Some(consumer) = self.relayed(index) else { return };
        if before_mark {
            self.relay(consumer).armed.push(index);
        } else {
            self.world.faults[index as usize].is_pending = true;
            self.relay_stops(consumer);
        }
    }

    /// P9: it starts again.
    pub(super) fn restart_relay(&mut self, index: u32, position: Position) {
        let Some(consumer) = self.relayed(index) else { return };
        self.relay(consumer).armed.retain(|other| *other != index);
        if !std::mem::take(&mut self.world.faults[index as usize].is_pending) {
            return;
        }
        let now = self.world.now;
        let relay = self.relay(consumer);
        relay.down -= 1;
        if relay.workers.is_empty() {
            let first = relay.rows.front().map_or(relay.next_number, |row| row.number);
            relay.cursor = match position {
                Position::Flushed => relay.stored,
                Position::Kept => relay.cursor,
                Position::Lost => first,
            };
            relay.stored = relay.stored.min(relay.cursor);
            relay.note_waiting(now);
        }
        self.wake_relay(consumer);
    }

    /// The consumer that a fault of relays strikes, if somebody publishes its rows.
    fn relayed(&self, index: u32) -> Option<u32> {
        let part = self.plan.nodes[self.fault(index).node as usize].part;
        let consumer = self.plan.consumers.get(part as usize)?;
        consumer.publishing.has_relay().then_some(part)
    }

    fn stops_before_mark(&mut self, consumer: u32) -> bool {
        let armed = std::mem::take(&mut self.relay(consumer).armed);
        for index in &armed {
            self.world.faults[*index as usize].is_pending = true;
            self.relay_stops(consumer);
        }
        !armed.is_empty()
    }

    /// One more fault keeps it down: what it had taken is as it was.
    fn relay_stops(&mut self, consumer: u32) {
        let relay = self.relay(consumer);
        relay.down += 1;
        let mut timers = vec![relay.timer.take(), relay.flush.take()];
        let mut returned = Vec::new();
        for worker in &mut relay.workers {
            timers.push(worker.timer.take());
            returned.append(&mut worker.batch);
        }
        timers.into_iter().for_each(|timer| self.stop_timer(timer));
        for row in returned {
            let is_there = self.relay(consumer).row_mut(row.number).is_some_and(|it| it.was_sent);
            if is_there {
                self.note_row(consumer, &row.message, PENDING);
            }
        }
    }

    /// P8: the fault that stops an attempt between its two writes, if one does.
    pub(super) fn struck_between_writes(&mut self, slot: u32) -> Option<u32> {
        let consumer = self.world.works[slot].consumer;
        let plan = &self.plan.consumers[consumer as usize];
        if plan.publishing == Publishing::Direct || self.is_calm(plan.node) {
            return None;
        }
        let of = self.circumstances(slot);
        let mut struck = None;
        for index in self.faults_at_node(plan.node) {
            if let Effect::DualWrite { publish_lost, rolled_back } = self.fault(index).effect {
                let share = match first_write(&plan.publishing) {
                    FirstWrite::Database => publish_lost,
                    FirstWrite::Message => rolled_back,
                };
                if self.strikes(index, share, &of.message, of.attempt) {
                    self.note(EntryKind::Struck, index, of.attempt, 0, &of.message);
                    struck = struck.or(Some(index));
                }
            }
        }
        struck
    }

    /// An attempt stops after the first of its writes.
    pub(super) fn stop_between_writes(&mut self, slot: u32, fault: u32) {
        let consumer = self.world.works[slot].consumer;
        let of = self.circumstances(slot);
        self.world.faults[fault as usize].is_pending = true;
        self.write_first(consumer, &of);
        self.world.faults[fault as usize].is_pending = false;
        self.stop_attempt(slot, Failure::HalfWritten);
    }

    /// The first of the two writes of a consumer, which is all where one transaction holds both.
    pub(super) fn write_first(&mut self, consumer: u32, of: &Circumstances) -> bool {
        let publishing = self.plan.consumers[consumer as usize].publishing;
        if publishing.has_relay() {
            return self.take_effect(consumer, of);
        }
        match first_write(&publishing) {
            FirstWrite::Database => {
                self.world.prepared.clear();
                self.take_effect(consumer, of)
            }
            FirstWrite::Message => {
                self.emit_prepared_of(consumer, of);
                false
            }
        }
    }
}

fn first_write(publishing: &Publishing) -> FirstWrite {
    match publishing {
        Publishing::DualWrite { first } => *first,
        Publishing::Direct | Publishing::Outbox(_) | Publishing::ChangeDataCapture(_) => {
            FirstWrite::Database
        }
    }
}
