//! Process managers (Enterprise Integration Patterns, Process Manager): what is stored is stored
//! before anything is published.

use flowbench_model::pattern::process_manager::Unexpected;
use flowbench_model::time::Span;
use serde_json::{Map, Value};

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::plan::NONE;
use crate::plan::pattern::{PlanProcess, PlanWay};
use crate::world::pattern::{
    EndedProcess, InstanceKey, PatternState, ProcessInstance, ProcessesState,
};

impl<'p> Engine<'p> {
    fn processes(&mut self, consumer: u32) -> &mut ProcessesState {
        let PatternState::Process(state) = &mut self.world.patterns[consumer as usize] else {
            unreachable!("invariant: a process manager has the state of one")
        };
        state
    }

    /// Whether a message is refused because the state of its process does not wait for it.
    pub(super) fn rejects(
        &mut self,
        consumer: u32,
        plan: &'p PlanProcess,
        of: &Circumstances,
    ) -> bool {
        plan.unexpected == Unexpected::Reject && {
            let key = self.word_of(plan.instance, of, of.message.key);
            self.way_on(consumer, plan, (key, of)).is_none()
        }
    }

    /// Where a message leads its process.
    fn way_on(
        &mut self,
        consumer: u32,
        plan: &'p PlanProcess,
        (key, of): (InstanceKey, &Circumstances),
    ) -> Option<&'p PlanWay> {
        let processes = self.processes(consumer);
        let (state, seen) = match processes.open.get(&key) {
            Some(process) => (process.state, process.seen.clone()),
            None if processes.ended.get(&key).is_some_and(|it| it.begun == of.message.id) => {
                return None;
            }
            None => (0, Value::Object(Map::new())),
        };
        for transition in &plan.states.get(state as usize)?.on {
            if transition.message != of.message.message_type {
                continue;
            }
            let condition = transition.condition;
            let more = [("seen", &seen)];
            let mut holds = || self.world.content.holds(self.plan, condition, of, &more);
            if condition == NONE || holds().unwrap_or(false) {
                return Some(&transition.way);
            }
        }
        None
    }

    /// A process manager has handled a message: it leads its process on, if that waits for it.
    pub(super) fn lead_on(&mut self, consumer: u32, plan: &'p PlanProcess, of: &Circumstances) {
        let key = self.word_of(plan.instance, of, of.message.key);
        let Some(way) = self.way_on(consumer, plan, (key, of)) else {
            self.processes(consumer).unexpected += 1;
            return;
        };
        if !self.processes(consumer).open.contains_key(&key) {
            self.begin_process(consumer, key, of);
        }
        let payload = self.said(&of.message);
        let name = self.plan.type_name(of.message.message_type).to_owned();
        if let Some(process) = self.processes(consumer).open.get_mut(&key) {
            process.last = *of;
            if let Some(seen) = process.seen.as_object_mut() {
                seen.insert(name, payload);
            }
        }
        self.go_on(consumer, plan, key, way);
    }

    fn begin_process(&mut self, consumer: u32, key: InstanceKey, of: &Circumstances) {
        let now = self.world.now;
        let processes = self.processes(consumer);
        processes.begun += 1;
        processes.ended.remove(&key);
        let process = ProcessInstance {
            begun: of.message.id,
            since: now,
            state: 0,
            state_since: now,
            last: *of,
            seen: Value::Object(Map::new()),
            due: None,
        };
        processes.open.insert(key, process);
        self.note_state(consumer, 0, of);
    }

    /// A process goes to its next state.
    fn go_on(&mut self, consumer: u32, plan: &'p PlanProcess, key: InstanceKey, way: &'p PlanWay) {
        let now = self.world.now;
        let Some(process) = self.processes(consumer).open.get_mut(&key) else { return };
        let cause = Circumstances { at: now, ..process.last };
        (process.state, process.state_since) = (way.to, now);
        let (earlier, seen) = (process.due.take(), process.seen.clone());
        let (begun, since) = (process.begun, process.since);
        self.cancel_timer(earlier.and_then(|(_, timer)| timer));
        self.note_state(consumer, u64::from(way.to), &cause);
        let state = &plan.states[way.to as usize];
        if state.ends {
            let processes = self.processes(consumer);
            processes.open.remove(&key);
            processes.ended.insert(key, EndedProcess { begun, since, at: now });
            *processes.ended_in.entry(way.to).or_default() += 1;
        } else if let Some((after, _)) = &state.timeout {
            let timer = self.set_timer(consumer, key, *after);
            let process = self.processes(consumer).open.get_mut(&key);
            process.into_iter().for_each(|it| it.due = Some((now.after(*after), Some(timer))));
        }
        self.emit_of_pattern(consumer, &way.emits, &cause, &[("seen", &seen)]);
    }

    /// A state has lasted too long.
    pub(super) fn state_overdue(&mut self, consumer: u32, plan: &'p PlanProcess, key: InstanceKey) {
        let Some(process) = self.processes(consumer).open.get_mut(&key) else { return };
        process.due = None;
        let state = process.state;
        if let Some((_, way)) = &plan.states[state as usize].timeout {
            self.processes(consumer).timeouts += 1;
            self.go_on(consumer, plan, key, way);
        }
    }

    /// The process manager is down: nothing is due meanwhile.
    pub(super) fn stop_processes(&mut self, consumer: u32) {
        let open = self.processes(consumer).open.values_mut();
        let dues = open.filter_map(|process| process.due.as_mut());
        let timers: Vec<_> = dues.map(|(_, timer)| timer.take()).collect();
        timers.into_iter().for_each(|timer| self.cancel_timer(timer));
    }

    /// The process manager is back: what was due meanwhile is due now.
    pub(super) fn resume_processes(&mut self, consumer: u32) {
        let now = self.world.now;
        let open = self.processes(consumer).open.iter();
        let dues: Vec<_> = open.filter_map(|(key, it)| Some((*key, it.due?.0))).collect();
        for (key, due) in dues {
            let timer = self.set_timer(consumer, key, Span(due.0.saturating_sub(now.0)));
            let process = self.processes(consumer).open.get_mut(&key);
            process.into_iter().for_each(|it| it.due = Some((due, Some(timer))));
        }
    }
}
