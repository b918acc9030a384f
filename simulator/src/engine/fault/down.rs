//! Outages of nodes, and what a crash does (C1, X, and the outage of a broker).

use flowbench_model::channel::OnFailure;
use flowbench_model::time::{Span, Time};

use crate::engine::Engine;
use crate::message::Handle;
use crate::plan::effect::CrashPhase;
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::{EntryKind, Failure};
use crate::world::{CopyState, Stage, Task};

impl Engine<'_> {
    /// The parts of the plan that a node has: (channel, consumer).
    pub(super) fn parts(&self, node: NodeIndex) -> (Option<u32>, Option<u32>) {
        let part = self.plan.nodes[node as usize].part;
        let is_channel =
            self.plan.channels.get(part as usize).is_some_and(|channel| channel.node == node);
        let is_consumer =
            self.plan.consumers.get(part as usize).is_some_and(|consumer| consumer.node == node);
        (is_channel.then_some(part), is_consumer.then_some(part))
    }

    /// One more fault keeps a node down.
    pub(super) fn go_down(&mut self, node: NodeIndex, phase: CrashPhase) {
        self.world.nodes[node as usize].down += 1;
        if self.world.nodes[node as usize].down > 1 {
            return;
        }
        match self.parts(node) {
            (Some(channel), _) => self.disconnect(channel),
            (_, Some(consumer)) => {
                if phase != CrashPhase::BeforeEffect {
                    self.have_effects(consumer, phase);
                }
                self.crash(consumer);
            }
            (None, None) => {}
        }
    }

    /// One fault less keeps a node down.
    pub(super) fn come_up(&mut self, node: NodeIndex) {
        self.world.nodes[node as usize].down -= 1;
        if self.world.nodes[node as usize].down > 0 {
            return;
        }
        match self.parts(node) {
            (Some(channel), _) => {
                self.let_in_held(channel);
                for backlog in &self.plan.channels[channel as usize].backlogs {
                    self.backlog_changed(*backlog);
                }
            }
            (_, Some(consumer)) => {
                for edge in &self.plan.consumers[consumer as usize].subscriptions {
                    self.member_back(*edge);
                }
                self.consumer_changed(consumer);
                self.resume_pattern(consumer);
            }
            (None, None) => {}
        }
    }

    /// What publishers held back reaches the channel, but for those that are down themselves.
    pub(in crate::engine) fn let_in_held(&mut self, channel: u32) {
        let held = std::mem::take(&mut self.world.channels[channel as usize].held);
        for slot in held {
            if self.is_in_outbox(self.world.transits[slot].edge) {
                self.world.channels[channel as usize].held.push_back(slot);
            } else {
                self.transit_arrives(slot);
            }
        }
    }

    /// After a restart, a consumer is slower for a while.
    pub(super) fn run_cold(&mut self, node: NodeIndex, factor: f64, cold_for: Span) {
        if let (_, Some(consumer)) = self.parts(node) {
            let state = &mut self.world.consumers[consumer as usize];
            (state.cold_factor, state.cold_until) = (factor, self.world.now.after(cold_for));
        }
    }

    /// What a consumer has in work has its effect, or the first of its writes; only the
    /// acknowledgement is missing, and the other one.
    fn have_effects(&mut self, consumer: u32, phase: CrashPhase) {
        let is_at_work = |stage: Stage| match stage {
            Stage::Service | Stage::Calling { .. } => true,
            Stage::Delivering | Stage::Fetched | Stage::Locked | Stage::Pausing => false,
        };
        let works: Vec<u32> = self
            .world
            .works
            .iter()
            .filter(|(_, it)| it.consumer == consumer && !it.is_cancelled && is_at_work(it.stage))
            .map(|(slot, _)| slot)
            .filter(|slot| !self.world.failing.contains_key(slot))
            .collect();
        for slot in works {
            let Task::Copy { edge, .. } = self.world.works[slot].task else { continue };
            let work = &self.world.works[slot];
            let consumer = work.consumer;
            if self.plan.consumers[consumer as usize].is_inspecting && self.inspect(slot).is_some()
            {
                continue;
            }
            let of = self.circumstances(slot);
            let had_effect = match phase {
                CrashPhase::BetweenWrites => self.write_first(consumer, &of),
                CrashPhase::BeforeEffect | CrashPhase::AfterEffect => {
                    self.take_effect(consumer, &of)
                }
            };
            self.note(EntryKind::Handled, edge, of.attempt, u64::from(had_effect), &of.message);
        }
    }

    /// A channel loses its connections: it takes back what consumers have in work. They go on,
    /// but cannot acknowledge.
    fn disconnect(&mut self, channel: u32) {
        let backlogs = &self.plan.channels[channel as usize].backlogs;
        let copies = self.world.copies.iter();
        let returned: Vec<u32> = copies
            .filter(|(_, copy)| copy.state == CopyState::InWork && backlogs.contains(&copy.backlog))
            .map(|(slot, _)| slot)
            .collect();
        for slot in &returned {
            self.mark_late(self.world.copies.handle(*slot));
        }
        self.take_back_all(returned, Failure::ConnectionLost);
    }

    /// A consumer loses what it has in work; callers are refused.
    fn crash(&mut self, consumer: u32) {
        let works: Vec<u32> = self
            .world
            .works
            .iter()
            .filter(|(_, work)| work.consumer == consumer && !work.is_cancelled)
            .map(|(slot, _)| slot)
            .collect();
        self.stop_works(works, Failure::Crashed);
        self.forget_in_pattern(consumer);
        let now = self.world.now;
        let state = &mut self.world.consumers[consumer as usize];
        state.end_all_busy(now);
        state.fetched.clear();
        for edge in &self.plan.consumers[consumer as usize].subscriptions {
            self.take_back_abandoned(*edge);
            self.member_lost(*edge, Failure::Crashed);
        }
        let waiting = std::mem::take(&mut self.world.consumers[consumer as usize].waiting_calls);
        for call in waiting {
            let call = self.world.calls.handle(call);
            self.reply_to_call(call, Some(Failure::CallRefused));
        }
    }

    /// Work is stopped; the channel takes back what it learns of at once.
    pub(super) fn stop_works(&mut self, works: Vec<u32>, failure: Failure) {
        let mut returned = Vec::new();
        for slot in works {
            if let Task::Copy { copy, edge, is_late: false } = self.world.works[slot].task {
                let index = self.plan.edges[edge as usize].backlog;
                if self.plan.backlogs[index as usize].semantics.lease_outlives_connection {
                    self.lease_runs_out(copy);
                } else {
                    returned.push(copy.slot);
                }
            }
            self.cancel(slot);
        }
        self.take_back_all(returned, failure);
    }

    /// One attempt is stopped, as if the consumer had crashed under it alone.
    pub(in crate::engine) fn stop_attempt(&mut self, slot: u32, failure: Failure) {
        self.roll_back(slot);
        let (work, _) = self.end_work(slot);
        match work.task {
            Task::Copy { copy, edge, is_late: false } => {
                let index = self.plan.edges[edge as usize].backlog;
                if self.plan.backlogs[index as usize].semantics.lease_outlives_connection {
                    self.lease_runs_out(copy);
                } else {
                    self.take_back_all(vec![copy.slot], failure);
                }
            }
            Task::Copy { is_late: true, .. } => {}
            Task::Call(call) => self.reply_to_call(call, Some(Failure::CallRejected)),
        }
    }

    /// Nobody renews the lease of a copy any more.
    fn lease_runs_out(&mut self, copy: Handle) {
        if self.world.copies[copy.slot].due != Time(u64::MAX) {
            return;
        }
        let index = self.world.copies[copy.slot].backlog;
        let lease = self.plan.backlogs[index as usize].semantics.lease;
        if lease > Span::ZERO {
            self.end_lease_at(copy, self.world.now.after(lease));
        }
    }

    /// What a consumer was handed and neither settled nor works on comes back with its connection.
    fn take_back_abandoned(&mut self, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        let plan = &self.plan.backlogs[index as usize];
        let may_be_left = self.plan.edges[edge as usize].on_failure == OnFailure::Abandon;
        if !may_be_left || plan.semantics.lease_outlives_connection {
            return;
        }
        let copies = self.world.copies.iter();
        let left = copies
            .filter(|(_, copy)| copy.edge == edge && copy.state == CopyState::InWork)
            .map(|(slot, _)| slot)
            .collect();
        self.take_back_all(left, Failure::Crashed);
    }

    /// Nothing comes of this work any more. Its slot stays until its event has come by.
    fn cancel(&mut self, slot: u32) {
        self.roll_back(slot);
        let work = &mut self.world.works[slot];
        work.is_cancelled = true;
        let (task, stage) = (work.task, work.stage);
        // It waits for a person, or for other work.
        let has_no_event =
            work.ends_at == Time(u64::MAX) && (stage == Stage::Service || stage == Stage::Locked);
        if stage == Stage::Fetched || has_no_event {
            self.world.remove_work(slot);
            return;
        }
        if let Task::Call(call) = task {
            self.reply_to_call(call, Some(Failure::CallRefused));
        }
        if let Stage::Calling { call, .. } = stage {
            self.abandon_call(call);
            self.world.remove_work(slot);
        }
    }
}
