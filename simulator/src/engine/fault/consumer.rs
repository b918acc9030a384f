//! Faults of whoever handles messages: hanging, slow and failing work, dependencies, lost
//! acknowledgements, short leases, lost memory, scaling (C2 to C9), poison and unreadable
//! messages (M1, M4).

use flowbench_model::time::{Span, Time};

use crate::calendar::{Event, EventKind, Phase};
use crate::engine::Engine;
use crate::message::{Handle, Message};
use crate::plan::effect::Effect;
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::Failure;
use crate::world::{Attempt, Stage, Task};

impl Engine<'_> {
    /// How long work takes that begins now, given how long it takes by itself.
    pub(in crate::engine) fn struck_service(&mut self, slot: u32, own: Span) -> Span {
        let work = &self.world.works[slot];
        let consumer = work.consumer;
        let Attempt { message, number: attempt } = self.world.attempt_in(work);
        let node = self.plan.consumers[consumer as usize].node;
        let state = &self.world.consumers[consumer as usize];
        let mut took = own.0 as f64;
        if self.world.now < state.cold_until {
            took *= state.cold_factor;
        }
        let mut added = 0.0;
        for index in self.faults_at_node(node) {
            match self.fault(index).effect {
                Effect::Slow { factor } => {
                    if self.reaches(index, &message, attempt) {
                        took *= 1.0 + (factor - 1.0) * self.degree(index);
                    }
                }
                Effect::DependencyDown { latency, breaker, .. } => {
                    if breaker.is_some() && self.world.now < self.world.faults[index as usize].at {
                        return Span::ZERO;
                    }
                    if self.reaches(index, &message, attempt) {
                        added += latency.0 as f64 * self.degree(index);
                    }
                }
                _ => {}
            }
        }
        Span((took + added) as u64)
    }

    /// Why an attempt fails by a fault, if it does.
    pub(in crate::engine) fn struck_failure(&mut self, slot: u32) -> Option<Failure> {
        let work = &self.world.works[slot];
        let consumer = work.consumer;
        let Attempt { message, number: attempt } = self.world.attempt_in(work);
        let node = self.plan.consumers[consumer as usize].node;
        let is_struck = !self.world.nodes[node as usize].faults.is_empty();
        let mut failure = None;
        if let Task::Copy { edge, .. } = work.task
            && (message.marks != 0 || message.version != 0 || is_struck)
        {
            failure = self.unreadable(edge, &message);
        }
        if !is_struck {
            return failure;
        }
        for index in self.faults_at_node(node) {
            // Each draws, whatever the others came to.
            let struck = self.failure_by(index, consumer, &message, attempt);
            failure = failure.or(struck);
        }
        failure
    }

    fn failure_by(
        &mut self,
        index: u32,
        consumer: u32,
        of: &Message,
        attempt: u32,
    ) -> Option<Failure> {
        match &self.fault(index).effect {
            Effect::Failing { share } => {
                self.strikes(index, *share, of, attempt).then_some(Failure::Transient)
            }
            Effect::Poison { messages, clears_after } => {
                let is_over = clears_after.is_some_and(|after| u64::from(attempt) > after);
                let is_struck = !is_over && self.is_poison(consumer, messages, of);
                (is_struck && self.reaches(index, of, attempt)).then_some(Failure::Poison)
            }
            Effect::RegistryDown { cached } => {
                self.strikes(index, 1.0 - cached, of, attempt).then_some(Failure::UnknownSchema)
            }
            Effect::DependencyDown { share, breaker, .. } => {
                self.dependency_failure(index, (*share, *breaker), of, attempt)
            }
            _ => None,
        }
    }

    /// C5: an open breaker fails everything at once; otherwise the dependency fails its share, and
    /// so many failures in a row open the breaker.
    fn dependency_failure(
        &mut self,
        index: u32,
        (share, breaker): (f64, Option<(u64, Span)>),
        of: &Message,
        attempt: u32,
    ) -> Option<Failure> {
        let now = self.world.now;
        if breaker.is_some() && now < self.world.faults[index as usize].at {
            return Some(Failure::BreakerOpen);
        }
        let is_struck = self.strikes(index, share, of, attempt);
        let state = &mut self.world.faults[index as usize];
        if !is_struck {
            state.number = 0;
            return None;
        }
        state.number += 1;
        if let Some((after, open)) = breaker
            && state.number >= after
        {
            state.at = now.after(open);
        }
        Some(Failure::Dependency)
    }

    /// C6: whether the acknowledgement of a consumer is lost.
    pub(in crate::engine) fn loses_acknowledgement(
        &mut self,
        edge: EdgeIndex,
        of: &Message,
        attempt: u32,
    ) -> bool {
        let node = self.plan.edges[edge as usize].to;
        // Over a connection that is gone, whether or not the channel has noticed.
        let mut is_lost = self.loss_of_connection(edge).is_some();
        if self.world.nodes[node as usize].faults.is_empty() {
            return is_lost;
        }
        for index in self.faults_at_node(node) {
            if let Effect::AckLost { share } = self.fault(index).effect {
                is_lost |= self.strikes(index, share, of, attempt);
            }
        }
        is_lost
    }

    /// C7: the lease that a fault sets for what is handed out over an edge.
    #[inline]
    fn short_lease(&self, edge: EdgeIndex) -> Option<Span> {
        self.short(edge).map(|(lease, _)| lease)
    }

    /// C7: how many messages a consumer takes at a time.
    #[inline]
    pub(in crate::engine) fn prefetch(&self, edge: EdgeIndex) -> u32 {
        let own = self.plan.edges[edge as usize].prefetch;
        self.short(edge).and_then(|(_, prefetch)| prefetch).unwrap_or(own)
    }

    fn short(&self, edge: EdgeIndex) -> Option<(Span, Option<u32>)> {
        let node = self.plan.edges[edge as usize].to;
        let listed = &self.world.nodes[node as usize].faults;
        if listed.is_empty() {
            return None;
        }
        let active = listed.iter().filter(|it| self.world.faults[**it as usize].is_active);
        active.fold(None, |found, index| match self.fault(*index).effect {
            Effect::LeaseTooShort { lease, prefetch } => Some((lease, prefetch)),
            _ => found,
        })
    }

    /// C7: the lease of what was handed out ends sooner.
    pub(in crate::engine) fn shorten_lease(&mut self, copy: Handle, edge: EdgeIndex) {
        if let Some(lease) = self.short_lease(edge) {
            self.end_lease_at(copy, self.world.now.after(lease));
        }
    }

    /// C8: the memory of what was handled is lost.
    pub(super) fn forget_duplicates(&mut self, node: NodeIndex, forgets: bool) {
        if let (_, Some(consumer)) = self.parts(node)
            && forgets
        {
            let state = &mut self.world.consumers[consumer as usize];
            state.forgotten.clone_from(&state.effects);
            self.world.inboxes[consumer as usize].lose_entries();
        }
    }

    /// C8: whether a consumer's memory works at this instant.
    pub(in crate::engine) fn has_memory(&self, consumer: u32) -> bool {
        let node = self.plan.consumers[consumer as usize].node;
        !self.world.nodes[node as usize].faults.iter().any(|index| {
            self.world.faults[*index as usize].is_active
                && matches!(self.fault(*index).effect, Effect::DedupLoss { .. })
        })
    }

    /// C9: how many messages and calls a consumer works on at once.
    #[inline]
    pub(in crate::engine) fn workers(&self, consumer: u32) -> u32 {
        let plan = &self.plan.consumers[consumer as usize];
        let listed = &self.world.nodes[plan.node as usize].faults;
        if listed.is_empty() { self.slots(consumer) } else { self.struck_workers(consumer) }
    }

    fn struck_workers(&self, consumer: u32) -> u32 {
        let plan = &self.plan.consumers[consumer as usize];
        let own = self.slots(consumer);
        let mut workers = own;
        for index in &self.world.nodes[plan.node as usize].faults {
            if !self.world.faults[*index as usize].is_active {
                continue;
            }
            match self.fault(*index).effect {
                Effect::Scaling { workers: wanted, .. } => {
                    let (own, wanted) = (f64::from(own), f64::from(wanted));
                    workers = (own + (wanted - own) * self.degree(*index) + 0.5) as u32;
                }
                Effect::Pause => return 0,
                _ => {}
            }
        }
        workers
    }

    /// C9: what is too much is stopped at once, or when it had its time.
    pub(super) fn scale(&mut self, index: u32, drain: Option<Span>) {
        match drain {
            None => {}
            Some(Span::ZERO) => self.stop_surplus(index),
            Some(drain) => self.tick_in(index, drain),
        }
        self.consumer_at_node_changed(self.fault(index).node);
    }

    /// C9: work beyond the number of workers is stopped, the youngest first.
    pub(super) fn stop_surplus(&mut self, index: u32) {
        let (_, Some(consumer)) = self.parts(self.fault(index).node) else { return };
        let busy = self.world.consumers[consumer as usize].busy;
        let surplus = busy.saturating_sub(self.workers(consumer)) as usize;
        let at_work = self.world.works.iter().filter(|(_, work)| {
            work.consumer == consumer && !work.is_cancelled && work.stage != Stage::Fetched
        });
        let mut works: Vec<(Time, u32)> =
            at_work.map(|(slot, work)| (work.began_at, slot)).collect();
        works.sort_unstable();
        let stopped: Vec<u32> =
            works.into_iter().rev().take(surplus).map(|(_, slot)| slot).collect();
        let now = self.world.now;
        let state = &mut self.world.consumers[consumer as usize];
        state.busy -= stopped.len() as u32;
        state.busy_area.fall_by(stopped.len() as u64, now);
        self.stop_works(stopped, Failure::Stopped);
    }

    pub(super) fn consumer_at_node_changed(&mut self, node: NodeIndex) {
        if let (_, Some(consumer)) = self.parts(node) {
            self.begin_fetched(consumer);
            self.consumer_changed(consumer);
            for edge in &self.plan.consumers[consumer as usize].subscriptions {
                self.backlog_changed(self.plan.edges[*edge as usize].backlog);
            }
        }
    }

    /// C2: a consumer stands still.
    pub(super) fn pause(&mut self, index: u32) {
        // Work that ends meanwhile is caught when its event comes.
        self.world.faults[index as usize].queue.clear();
    }

    /// C2: whether work that would be done now has to wait for its consumer.
    pub(in crate::engine) fn is_put_off(&mut self, slot: u32) -> bool {
        let work = &self.world.works[slot];
        let (consumer, ends_at) = (work.consumer, work.ends_at);
        let node = self.plan.consumers[consumer as usize].node;
        if ends_at > self.world.now && ends_at.0 < u64::MAX {
            let event = Event::about(EventKind::WorkDone, slot);
            self.world.calendar.schedule(ends_at, Phase::Settle, self.plan.node_rank(node), event);
            return true;
        }
        for index in self.faults_at_node(node) {
            if matches!(self.fault(index).effect, Effect::Pause) {
                self.world.faults[index as usize].queue.push_back(slot);
                return true;
            }
        }
        false
    }

    /// C2: a consumer goes on where it was; everything in its hands ends so much later.
    pub(super) fn resume(&mut self, index: u32) {
        let (_, Some(consumer)) = self.parts(self.fault(index).node) else { return };
        let now = self.world.now;
        let paused = now.since(self.world.faults[index as usize].since);
        let caught = std::mem::take(&mut self.world.faults[index as usize].queue);
        let in_service: Vec<u32> = self
            .world
            .works
            .iter()
            .filter(|(_, work)| work.consumer == consumer && work.stage == Stage::Service)
            .map(|(slot, _)| slot)
            .collect();
        for slot in in_service {
            let ends_at = self.world.works[slot].ends_at;
            if ends_at.0 < u64::MAX {
                self.world.works[slot].ends_at = ends_at.after(paused);
            }
        }
        let rank = self.plan.node_rank(self.fault(index).node);
        for slot in caught {
            let at = self.world.works[slot].ends_at.max(now);
            let event = Event::about(EventKind::WorkDone, slot);
            self.world.calendar.schedule(at, Phase::Settle, rank, event);
        }
        self.consumer_at_node_changed(self.fault(index).node);
    }
}
