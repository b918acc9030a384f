//! Dead letters: given up, sent back, discarded.

use flowbench_model::channel::Overflow;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex};
use crate::record::{DropReason, EntryKind, Failure};
use crate::world::{CopyState, Death, MessageCopy};

impl Engine<'_> {
    /// A copy that was handed out becomes a dead letter, or is dropped where no channel takes
    /// dead letters.
    pub(super) fn bury_or_drop(&mut self, slot: u32, edge: EdgeIndex, failure: Failure) {
        match self.plan.edges[edge as usize].dead_letter {
            Some(channel) if self.has_place(channel) => {
                let message = self.world.copies[slot].message;
                if let Some(after) = self.dead_letter_waits(channel, &message) {
                    return self.schedule_retry(slot, edge, after);
                }
                let copy = self.leave(slot);
                let counts = &mut self.world.edges[edge as usize].counts;
                counts.in_work -= 1;
                self.die(edge, channel, &copy, failure);
            }
            Some(_) | None => self.drop_copy(slot, edge, DropReason::GivenUp),
        }
    }

    /// A copy that would be handed out once more has no attempt left.
    pub(super) fn give_up_waiting(&mut self, slot: u32, edge: EdgeIndex) {
        let copy = self.take_out(slot);
        let last_failure = self.world.burden(&copy).last_failure;
        let failure = last_failure.map_or(Failure::LeaseExpired, |(failure, _)| failure);
        match self.plan.edges[edge as usize].dead_letter {
            Some(channel) if self.has_place(channel) => self.die(edge, channel, &copy, failure),
            Some(_) | None => {
                self.forget_burden(copy.burden);
                self.world.edges[edge as usize].counts.dropped += 1;
                self.drop_message(edge, DropReason::GivenUp, &copy.message);
            }
        }
    }

    /// Whether a dead-letter channel keeps what it gets: a topic without subscribers does not.
    fn has_place(&self, channel: NodeIndex) -> bool {
        let plan = self.channel_plan(channel);
        (!plan.backlogs.is_empty() || !plan.binds.is_empty()) && !self.loses_dead_letters(channel)
    }

    /// A copy that has left its backlog dies there, given up by the consumer of an edge.
    fn die(&mut self, edge: EdgeIndex, channel: NodeIndex, copy: &MessageCopy, failure: Failure) {
        let is_rejected = failure == Failure::Rejected;
        let from = self.plan.edges[edge as usize].from;
        let path = self.death_path(copy, from, is_rejected);
        if self.comes_in_a_circle(from, channel, &path) {
            self.forget_fate(copy);
            self.world.edges[edge as usize].counts.dropped += 1;
            return self.drop_message(edge, DropReason::DeadLetterCycle, &copy.message);
        }
        let death = Death { path, ..self.death(copy, edge, failure) };
        self.forget_burden(copy.burden);
        self.world.edges[edge as usize].counts.dead_lettered += 1;
        self.world.totals.dead_lettered += 1;
        let attempts = copy.deliveries;
        self.note(EntryKind::DeadLettered, edge, attempts, failure.into(), &copy.message);
        if !self.is_closed(channel, &copy.message) {
            return self.bury(channel, &copy.message, &death);
        }
        let death = self.world.deaths.insert(death);
        let slot = self.put_in_transit(channel, NONE, &copy.message, death);
        self.wait_or_lose(slot);
    }

    /// Whether a dead-letter channel cannot take a dead letter now, but may later: it is down, or
    /// full, or what it is bound to is cut off. Where no way leads on, that is no question.
    fn is_closed(&self, channel: NodeIndex, message: &Message) -> bool {
        let plan = self.channel_plan(channel);
        let class = message.class as usize;
        let mut wanted = plan.backlogs.iter().filter(|it| self.is_wanted(**it, message)).peekable();
        let mut binds =
            plan.binds.iter().filter(|it| self.plan.edges[**it as usize].passes[class]).peekable();
        if wanted.peek().is_none() && binds.peek().is_none() {
            return false;
        }
        let keeps_out = |backlog: &BacklogIndex| {
            let overflow = self.rules(*backlog).overflow;
            matches!(overflow, Overflow::RejectPublish | Overflow::BlockPublisher)
                && self.is_full(*backlog)
        };
        let has_backlog = wanted.peek().is_some();
        self.world.nodes[channel as usize].down > 0
            || wanted.any(keeps_out)
            || !has_backlog && binds.all(|edge| self.world.edges[*edge as usize].is_paused)
    }

    /// A dead letter reaches its channel.
    pub(super) fn dead_letter_arrives(&mut self, slot: u32) {
        let (channel, message) =
            (self.world.transits[slot].channel, self.world.transits[slot].message);
        if self.is_closed(channel, &message) {
            return self.wait_or_lose(slot);
        }
        let transit = self.world.transits.remove(slot);
        let death = self.world.deaths.remove(transit.death);
        self.bury(channel, &message, &death);
    }

    /// A dead letter that its channel cannot take now waits, where somebody makes sure of it.
    fn wait_or_lose(&mut self, slot: u32) {
        let transit = &self.world.transits[slot];
        let (channel, backlog) = (transit.channel, self.world.deaths[transit.death].backlog);
        let source = self.plan.backlogs.get(backlog as usize).map(|backlog| &backlog.semantics);
        match source.filter(|semantics| semantics.dead_letter_confirmed) {
            Some(semantics) if semantics.dead_letter_retry > Span::ZERO => {
                let wait = semantics.dead_letter_retry;
                self.world.transits[slot].arrives_at = self.world.now.after(wait);
                let event = Event::about(EventKind::TransitArrives, slot);
                self.schedule_in(wait, Phase::Arrive, self.plan.node_rank(channel), event);
            }
            Some(_) => {
                self.world.transits[slot].arrives_at = Time(u64::MAX);
                let part = self.plan.nodes[channel as usize].part;
                self.world.channels[part as usize].held.push_back(slot);
            }
            None => {
                let transit = self.world.transits.remove(slot);
                let death = self.world.deaths.remove(transit.death);
                let reason = DropReason::DeadLetterLost;
                self.lose_dead_letter(channel, (&transit.message, &death), reason);
            }
        }
    }

    fn death(&self, copy: &MessageCopy, edge: EdgeIndex, failure: Failure) -> Death {
        let now = self.world.now;
        let semantics = &self.plan.backlogs[copy.backlog as usize].semantics;
        let burden = self.world.burden(copy);
        Death {
            edge,
            backlog: copy.backlog,
            attempts: copy.deliveries,
            at: now,
            born_at: if semantics.dead_letter_keeps_age { copy.entered_at } else { now },
            first: burden.first_failure.unwrap_or((failure, now)),
            last: burden.last_failure.unwrap_or((failure, now)),
            path: Vec::new(),
        }
    }

    fn death_path(
        &self,
        copy: &MessageCopy,
        from: NodeIndex,
        is_rejected: bool,
    ) -> Vec<(NodeIndex, bool)> {
        let mut path = match self.world.burden(copy).death {
            NONE => Vec::new(),
            death => self.world.deaths[death].path.clone(),
        };
        // A retry loop goes round for ever; the latest deaths say enough.
        path.retain(|(node, was_rejected)| *node != from || *was_rejected != is_rejected);
        path.push((from, is_rejected));
        path
    }

    /// Whether a dead letter would come back to a channel it died in before, without having been
    /// rejected since (RabbitMQ, `mc.erl: is_cycle_v2`).
    fn comes_in_a_circle(
        &self,
        from: NodeIndex,
        to: NodeIndex,
        path: &[(NodeIndex, bool)],
    ) -> bool {
        let is_guarded = self.channel_plan(from).semantics.dead_letter_cycle_guard;
        let before = path.iter().position(|(node, _)| *node == to);
        is_guarded && before.is_some_and(|at| path[at..].iter().all(|(_, rejected)| !rejected))
    }

    /// A copy that no consumer had has left its backlog: it dies in its channel.
    pub(super) fn die_in_channel(&mut self, copy: &MessageCopy, failure: Failure) {
        let plan = &self.plan.backlogs[copy.backlog as usize];
        let (from, attempts) = (plan.channel, copy.deliveries);
        let earlier = self.world.burden(copy).death;
        let is_at_rest = earlier != NONE && plan.members.is_empty();
        let Some(to) = plan.dead_letter.filter(|to| self.has_place(*to)) else {
            self.forget_fate(copy);
            return self.drop_message(from, DropReason::Unroutable, &copy.message);
        };
        let path = self.death_path(copy, from, false);
        if self.comes_in_a_circle(from, to, &path) {
            self.forget_fate(copy);
            return self.drop_message(from, DropReason::DeadLetterCycle, &copy.message);
        }
        let earlier = (earlier != NONE).then(|| self.world.deaths[earlier].edge);
        let edge = match earlier {
            Some(edge) if is_at_rest => edge,
            Some(_) | None => {
                self.world.totals.dead_lettered += 1;
                NONE
            }
        };
        let death = Death { path, ..self.death(copy, edge, failure) };
        self.forget_burden(copy.burden);
        self.note(EntryKind::DeadLettered, from, attempts, failure.into(), &copy.message);
        // Channels that are full and dead-letter to each other must not keep an instant from
        // ending unseen: the way there is an event.
        let death = self.world.deaths.insert(death);
        self.send_to(to, NONE, &copy.message, death, Span::ZERO);
    }

    /// A message that a full channel did not take dies without having been stored.
    pub(super) fn bury_unstored(
        &mut self,
        from: NodeIndex,
        backlog: BacklogIndex,
        to: NodeIndex,
        message: &Message,
    ) {
        if !self.has_place(to) {
            return self.drop_message(from, DropReason::Overflow, message);
        }
        let at = (Failure::Overflow, self.world.now);
        let path = vec![(from, false)];
        let (edge, attempts, at, born_at) = (NONE, 0, at.1, at.1);
        let (first, last) = ((Failure::Overflow, at), (Failure::Overflow, at));
        let death = Death { edge, backlog, attempts, at, born_at, first, last, path };
        self.world.totals.dead_lettered += 1;
        self.note(EntryKind::DeadLettered, from, 0, Failure::Overflow.into(), message);
        let death = self.world.deaths.insert(death);
        self.send_to(to, NONE, message, death, Span::ZERO);
    }

    /// Puts a dead letter into its channel: one for a queue, one for each subscriber of a topic
    /// and each bound channel.
    pub(super) fn bury(&mut self, channel: NodeIndex, message: &Message, death: &Death) {
        let part = self.plan.nodes[channel as usize].part;
        let plan = &self.plan.channels[part as usize];
        let mut copies = 0;
        for backlog in &plan.backlogs {
            let has_readers = !self.plan.backlogs[*backlog as usize].members.is_empty();
            if !self.is_wanted(*backlog, message) {
                continue;
            }
            // From here on it is also a message of the consumer that reads dead letters.
            self.world.totals.copies += u64::from(has_readers);
            let death = self.world.deaths.insert(death.clone());
            self.enter_backlog(*backlog, message, death, false);
            copies += 1;
        }
        for edge in &plan.binds {
            if self.is_bound(*edge, message) {
                self.world.totals.copies += 1;
                self.pass_on(*edge, message, 1);
                copies += 1;
            }
        }
        if copies == 0 {
            self.lose_dead_letter(channel, (message, death), DropReason::Unroutable);
        }
    }

    /// Nobody takes a dead letter: it is dropped instead.
    fn lose_dead_letter(
        &mut self,
        channel: NodeIndex,
        (message, death): (&Message, &Death),
        reason: DropReason,
    ) {
        if death.edge != NONE {
            self.world.edges[death.edge as usize].counts.dead_lettered -= 1;
        }
        self.world.totals.dead_lettered -= 1;
        self.drop_message(channel, reason, message);
    }

    /// Frees what is known of a copy that has left its channel for good, as a dead letter and else.
    pub(super) fn forget_burden(&mut self, burden: u32) {
        if burden != NONE {
            let death = self.world.burdens.free_after(burden, |burden| burden.death);
            if death != NONE {
                self.world.deaths.remove(death);
            }
        }
    }

    /// An operator sends dead letters of a channel back, or discards them.
    pub(super) fn act_on_dead_letters(&mut self, index: u32, is_redrive: bool) {
        let chosen = self.chosen_dead_letters(index);
        self.note_event(EntryKind::Acted, index, chosen.len() as u64);
        for slot in chosen {
            let (copy, death) = self.exhume(slot);
            if is_redrive {
                self.redrive(&copy, &death);
            } else {
                self.discard(&copy, &death);
            }
        }
    }

    /// Takes a dead letter out of its channel, as if it had never died.
    fn exhume(&mut self, slot: u32) -> (MessageCopy, Death) {
        let copy = self.take_out(slot);
        let has_readers = !self.plan.backlogs[copy.backlog as usize].members.is_empty();
        if has_readers {
            self.world.totals.copies -= 1;
        }
        let burden = self.world.burdens.remove(copy.burden);
        let death = self.world.deaths.remove(burden.death);
        if death.edge != NONE {
            self.world.edges[death.edge as usize].counts.dead_lettered -= 1;
        }
        self.world.totals.dead_lettered -= 1;
        (copy, death)
    }

    /// Sends a dead letter back; its earlier attempts may count.
    pub(super) fn send_back(&mut self, slot: u32, keeps_attempts: bool) {
        let (copy, death) = self.exhume(slot);
        let again = self.redrive(&copy, &death);
        if keeps_attempts && self.world.copies.is_live(again) {
            self.world.copies[again.slot].deliveries = death.attempts;
            self.world.burden_mut(again.slot).returns = death.attempts;
        }
    }

    fn chosen_dead_letters(&self, index: u32) -> Vec<u32> {
        let action = &self.plan.actions[index as usize];
        let backlogs = &self.plan.channels[action.target as usize].backlogs;
        let waiting = backlogs
            .iter()
            .flat_map(|backlog| self.world.backlogs[*backlog as usize].store.waiting());
        waiting
            .filter(|slot| {
                let copy = &self.world.copies[*slot];
                let name = (copy.message.source, u64::from(copy.message.number));
                let is_chosen =
                    action.messages.as_ref().is_none_or(|it| it.binary_search(&name).is_ok());
                let is_dead = self.world.burden(copy).death != NONE;
                is_dead && copy.state == CopyState::Ready && is_chosen
            })
            .collect()
    }

    /// The same message, with fresh attempts, for the subscription that gave it up.
    fn redrive(&mut self, copy: &MessageCopy, death: &Death) -> Handle {
        let (kind, place) = match death.edge {
            NONE => (EntryKind::Arrived, self.plan.backlogs[death.backlog as usize].channel),
            edge => (EntryKind::Redriven, edge),
        };
        self.note(kind, place, death.attempts, 0, &copy.message);
        self.enter_backlog(death.backlog, &copy.message, NONE, false)
    }

    fn discard(&mut self, copy: &MessageCopy, death: &Death) {
        let place = match death.edge {
            NONE => self.plan.backlogs[copy.backlog as usize].members.first().copied(),
            edge => Some(edge),
        };
        match place {
            Some(edge) => {
                self.world.edges[edge as usize].counts.dropped += 1;
                self.drop_message(edge, DropReason::Operator, &copy.message);
            }
            None => {
                let channel = self.plan.backlogs[copy.backlog as usize].channel;
                self.drop_message(channel, DropReason::Retention, &copy.message);
            }
        }
    }
}
