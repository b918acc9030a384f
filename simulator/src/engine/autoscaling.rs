//! Autoscalers: how many instances of a consumer work, by what waits for it.

use flowbench_model::time::Span;

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::plan::NodeIndex;
use crate::record::EntryKind;

/// What an event of an autoscaler is about: the generation of the event.
const LOOK: u32 = 0;
const READY: u32 = 1;

impl Engine<'_> {
    /// Autoscalers begin to look.
    pub(super) fn begin_scaling(&mut self) {
        for index in 0..self.plan.resilience.scalers.len() as u32 {
            self.look_again(index);
        }
    }

    fn schedule_scaler(&mut self, index: u32, what: u32, delay: Span) {
        let event = Event { kind: EventKind::Scaler, index, generation: what };
        let rank = self.plan.node_rank(self.scaled_node(index));
        self.schedule_in(delay, Phase::Deadline, rank, event);
    }

    fn scaled_node(&self, index: u32) -> NodeIndex {
        let consumer = self.plan.resilience.scalers[index as usize].consumer;
        self.plan.consumers[consumer as usize].node
    }

    fn look_again(&mut self, index: u32) {
        let interval = self.plan.resilience.scalers[index as usize].rules.interval;
        self.schedule_scaler(index, LOOK, interval);
    }

    /// An autoscaler looks, or an instance that was ordered works.
    pub(super) fn scaler_due(&mut self, index: u32, what: u32) {
        if what == READY {
            let scaler = &mut self.world.resilience.scalers[index as usize];
            scaler.starting.pop_front();
            let ready = scaler.ready + 1;
            return self.set_instances(index, ready);
        }
        self.look_at_lag(index);
        self.look_again(index);
    }

    fn look_at_lag(&mut self, index: u32) {
        let plan = &self.plan.resilience.scalers[index as usize];
        let rules = &plan.rules;
        let lag = self.lag(plan.consumer);
        let now = self.world.now;
        let scaler = &mut self.world.resilience.scalers[index as usize];
        let current = scaler.ready + scaler.starting.len() as u32;
        let is_starting = !scaler.starting.is_empty();
        let wanted = rules.target.wanted(lag, current, is_starting).clamp(rules.min, rules.max);
        if wanted >= current {
            scaler.surplus = None;
            return self.order_instances(index, wanted - current);
        }
        let (since, most) = scaler.surplus.unwrap_or((now, wanted));
        let most = most.max(wanted);
        scaler.surplus = Some((since, most));
        if now.since(since) >= rules.cool_down && !is_starting {
            scaler.surplus = None;
            self.set_instances(index, most);
        }
    }

    /// What waits for a consumer: messages that are ready for it, and calls.
    fn lag(&self, consumer: u32) -> u64 {
        let backlogs = self.plan.consumers[consumer as usize].subscriptions.iter();
        let ready = backlogs.map(|edge| {
            self.world.backlogs[self.plan.edges[*edge as usize].backlog as usize].ready
        });
        ready.sum::<u64>() + self.world.consumers[consumer as usize].waiting_calls.len() as u64
    }

    fn order_instances(&mut self, index: u32, more: u32) {
        if more == 0 {
            return;
        }
        let warm_up = self.plan.resilience.scalers[index as usize].rules.warm_up;
        let works_at = self.world.now.after(warm_up);
        let scaler = &mut self.world.resilience.scalers[index as usize];
        for _ in 0..more {
            scaler.starting.push_back(works_at);
        }
        let all = scaler.ready + scaler.starting.len() as u32;
        self.note_event(EntryKind::ScaleOrdered, self.scaled_node(index), u64::from(all));
        for _ in 0..more {
            self.schedule_scaler(index, READY, warm_up);
        }
    }

    /// So many instances work from now on. Those that are too many finish what they have.
    fn set_instances(&mut self, index: u32, ready: u32) {
        let scaler = &mut self.world.resilience.scalers[index as usize];
        scaler.ready = ready;
        scaler.changes.push((self.world.now, ready));
        self.note_event(EntryKind::Scaled, self.scaled_node(index), u64::from(ready));
        self.wake(self.plan.resilience.scalers[index as usize].consumer);
    }

    /// Messages and calls that the instances of a consumer work on at the same time.
    #[inline]
    pub(super) fn slots(&self, consumer: u32) -> u32 {
        self.world.slots(self.plan, consumer)
    }
}
