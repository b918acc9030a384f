//! Faults: what begins and ends, and what a crash does.

use flowbench_model::channel::OnFailure;
use flowbench_model::fault::FaultKind;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::message::Handle;
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::{EntryKind, Failure};
use crate::world::{CopyState, Stage, Task};

impl Engine<'_> {
    pub(super) fn start_fault(&mut self, index: u32) {
        self.note_event(EntryKind::FaultStarted, index, 0);
        self.world.active_faults.push(index);
        let fault = &self.plan.faults[index as usize];
        if matches!(fault.kind, FaultKind::Down { .. }) {
            let node = fault.target.0;
            self.world.nodes[node as usize].down += 1;
            if self.world.nodes[node as usize].down == 1 {
                self.go_down(node);
            }
        } else {
            self.update_target(index);
        }
    }

    pub(super) fn end_fault(&mut self, index: u32) {
        self.note_event(EntryKind::FaultEnded, index, 0);
        self.world.active_faults.retain(|active| *active != index);
        let fault = &self.plan.faults[index as usize];
        if matches!(fault.kind, FaultKind::Down { .. }) {
            let node = fault.target.0;
            self.world.nodes[node as usize].down -= 1;
            if self.world.nodes[node as usize].down == 0 {
                self.come_up(node);
            }
        } else {
            self.update_target(index);
        }
    }

    /// The parts of the plan that a node has: (channel, consumer).
    fn parts(&self, node: NodeIndex) -> (Option<u32>, Option<u32>) {
        let part = self.plan.nodes[node as usize].part;
        let is_channel =
            self.plan.channels.get(part as usize).is_some_and(|channel| channel.node == node);
        let is_consumer =
            self.plan.consumers.get(part as usize).is_some_and(|consumer| consumer.node == node);
        (is_channel.then_some(part), is_consumer.then_some(part))
    }

    fn go_down(&mut self, node: NodeIndex) {
        match self.parts(node) {
            (Some(channel), _) => self.disconnect(channel),
            (_, Some(consumer)) => self.crash(consumer),
            (None, None) => {}
        }
    }

    fn come_up(&mut self, node: NodeIndex) {
        match self.parts(node) {
            (Some(channel), _) => {
                let held = std::mem::take(&mut self.world.channels[channel as usize].held);
                for transit in held {
                    self.transit_arrives(transit);
                }
                for backlog in &self.plan.channels[channel as usize].backlogs {
                    self.backlog_changed(*backlog);
                }
            }
            (_, Some(consumer)) => {
                for edge in &self.plan.consumers[consumer as usize].subscriptions {
                    self.member_back(*edge);
                }
                self.consumer_changed(consumer);
            }
            (None, None) => {}
        }
    }

    /// A channel loses its connections: it takes back what consumers have in work. They go on,
    /// but cannot acknowledge.
    fn disconnect(&mut self, channel: u32) {
        let backlogs = &self.plan.channels[channel as usize].backlogs;
        let mut returned = Vec::new();
        let copies = self.world.copies.iter();
        let held = copies.filter(|(_, copy)| {
            copy.state == CopyState::InWork && backlogs.contains(&copy.backlog)
        });
        for (slot, _) in held {
            returned.push(slot);
        }
        for slot in &returned {
            self.mark_late(self.world.copies.handle(*slot));
        }
        self.take_back_all(returned, Failure::ConnectionLost);
    }

    /// A consumer loses what it has in work; callers are refused.
    fn crash(&mut self, consumer: u32) {
        let mut returned = Vec::new();
        let works: Vec<u32> = self
            .world
            .works
            .iter()
            .filter(|(_, work)| work.consumer == consumer && !work.is_cancelled)
            .map(|(slot, _)| slot)
            .collect();
        for slot in works {
            if let Task::Copy { copy, edge, is_late: false } = self.world.works[slot].task {
                let index = self.plan.edges[edge as usize].backlog;
                match self.plan.backlogs[index as usize].semantics.lease {
                    Span::ZERO => returned.push(copy.slot),
                    _ => self.lease_runs_out(copy),
                }
            }
            self.cancel(slot);
        }
        self.world.consumers[consumer as usize].busy = 0;
        self.world.consumers[consumer as usize].fetched.clear();
        self.take_back_all(returned, Failure::Crashed);
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

    /// Nobody renews the lease of a copy any more.
    fn lease_runs_out(&mut self, copy: Handle) {
        if self.world.copies[copy.slot].due != Time(u64::MAX) {
            return;
        }
        let index = self.world.copies[copy.slot].backlog;
        let lease = self.plan.backlogs[index as usize].semantics.lease;
        self.end_lease_at(copy, self.world.now.after(lease));
    }

    /// What a consumer was handed and neither settled nor works on comes back with its connection.
    fn take_back_abandoned(&mut self, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        let plan = &self.plan.backlogs[index as usize];
        let may_be_left = self.plan.edges[edge as usize].on_failure == OnFailure::Abandon;
        if !may_be_left || plan.semantics.lease > Span::ZERO {
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
        let work = &mut self.world.works[slot];
        work.is_cancelled = true;
        let (task, stage) = (work.task, work.stage);
        let waits_for_hand = stage == Stage::Service && work.ends_at == Time(u64::MAX);
        if stage == Stage::Fetched || waits_for_hand {
            self.world.works.remove(slot);
            return;
        }
        if let Task::Call(call) = task {
            self.reply_to_call(call, Some(Failure::CallRefused));
        }
        if let Stage::Calling { call, .. } = stage {
            self.abandon_call(call);
            self.world.works.remove(slot);
        }
    }

    /// Works out anew what all active faults together do to the target of one.
    fn update_target(&mut self, index: u32) {
        let target = self.plan.faults[index as usize].target;
        let active: Vec<u32> = self
            .world
            .active_faults
            .iter()
            .copied()
            .filter(|active| self.plan.faults[*active as usize].target == target)
            .collect();
        let nodes = self.plan.nodes.len() as u32;
        if target.0 < nodes {
            self.update_consumer(target.0, &active);
        } else {
            self.update_edge(target.0 - nodes, &active);
        }
    }

    fn update_consumer(&mut self, node: NodeIndex, active: &[u32]) {
        let (mut slow, mut working, mut poison) = (1.0, 1.0, Vec::new());
        for index in active {
            match &self.plan.faults[*index as usize].kind {
                FaultKind::Slow { factor, .. } => slow *= factor,
                FaultKind::Failing { share, .. } => working *= 1.0 - share,
                FaultKind::Poison { .. } => poison.push(*index),
                FaultKind::Down { .. }
                | FaultKind::Loss { .. }
                | FaultKind::Delay { .. }
                | FaultKind::Duplication { .. } => {}
            }
        }
        let (_, consumer) = self.parts(node);
        let consumer = consumer.expect("invariant: the lints let these faults strike consumers");
        let state = &mut self.world.consumers[consumer as usize];
        state.slow = slow;
        state.failing = 1.0 - working;
        state.poison_faults = poison;
    }

    fn update_edge(&mut self, edge: EdgeIndex, active: &[u32]) {
        let (mut kept, mut single, mut delay) = (1.0, 1.0, 0u64);
        for index in active {
            match &self.plan.faults[*index as usize].kind {
                FaultKind::Loss { share, .. } => kept *= 1.0 - share,
                FaultKind::Duplication { share, .. } => single *= 1.0 - share,
                FaultKind::Delay { by, .. } => delay = delay.saturating_add(by.0),
                FaultKind::Down { .. }
                | FaultKind::Slow { .. }
                | FaultKind::Failing { .. }
                | FaultKind::Poison { .. } => {}
            }
        }
        let state = &mut self.world.edges[edge as usize];
        state.loss = 1.0 - kept;
        state.duplication = 1.0 - single;
        state.delay = Span(delay);
    }
}
