//! Sagas by orchestration (Microservices Patterns, chapter 4): commands go out one at a time; what
//! is stored is stored before a command is published.

use flowbench_model::pattern::saga::{Late, Overdue, StepKind, Unanswered};
use flowbench_model::time::{Span, Time};
use serde_json::{Map, Value};

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::message::Handle;
use crate::plan::pattern::{PlanOrder, PlanSaga};
use crate::plan::{NONE, PlanEmission};
use crate::record::EntryKind;
use crate::world::pattern::saga::{
    AWAITING, COMPENSATED, COMPENSATING, COMPLETED, NEEDS_OPERATOR, STARTED,
};
use crate::world::pattern::{
    EndedSaga, InstanceKey, PatternState, SagaInstance, SagaStage, SagaState,
};

/// A saga of an orchestrator.
#[derive(Clone, Copy)]
struct Which<'p> {
    consumer: u32,
    plan: &'p PlanSaga,
    key: InstanceKey,
}

impl PlanSaga {
    /// What a saga waits for in a stage.
    fn order(&self, stage: SagaStage) -> Option<&PlanOrder> {
        match stage {
            SagaStage::Awaiting(step) => Some(&self.steps.get(step as usize)?.order),
            SagaStage::Compensating(step) => self.steps.get(step as usize)?.undo.as_ref(),
        }
    }
}

impl<'p> Engine<'p> {
    fn sagas(&mut self, consumer: u32) -> &mut SagaState {
        let PatternState::Saga(state) = &mut self.world.patterns[consumer as usize] else {
            unreachable!("invariant: an orchestrator has the state of one")
        };
        state
    }

    fn saga(&mut self, of: Which<'_>) -> Option<&mut SagaInstance> {
        self.sagas(of.consumer).open.get_mut(&of.key)
    }

    /// An orchestrator has handled a message: it begins a saga, or is the reply that one waits
    /// for.
    pub(super) fn orchestrate(&mut self, consumer: u32, plan: &'p PlanSaga, of: &Circumstances) {
        let key = self.word_of(plan.instance, of, of.message.key);
        let which = Which { consumer, plan, key };
        if of.message.message_type != plan.begins_on {
            return self.take_reply(which, of);
        }
        let condition = plan.condition;
        let begins = condition == NONE
            || self.world.content.holds(self.plan, condition, of, &[]).unwrap_or(false);
        let sagas = self.sagas(consumer);
        let has_ended = sagas.ended.get(&key).is_some_and(|it| it.begun.id == of.message.id);
        if begins && (has_ended || sagas.open.contains_key(&key)) {
            sagas.counts.repeated += 1;
        } else if begins {
            self.begin_saga(which, of);
        }
    }

    fn begin_saga(&mut self, which: Which<'p>, of: &Circumstances) {
        let now = self.world.now;
        let deadline = self.set_deadline(which);
        let instance = SagaInstance {
            begun: *of,
            since: now,
            stage: SagaStage::Awaiting(0),
            stage_since: now,
            cause: *of,
            sent: 0,
            refusal: None,
            undo: Vec::new(),
            given_up: Vec::new(),
            replies: Vec::new(),
            timer: None,
            deadline,
        };
        let sagas = self.sagas(which.consumer);
        sagas.counts.begun += 1;
        sagas.ended.remove(&which.key);
        sagas.open.insert(which.key, instance);
        self.note_state(which.consumer, STARTED, of);
        self.enter(which, SagaStage::Awaiting(0), of);
    }

    fn set_deadline(&mut self, which: Which<'_>) -> Option<(Time, Option<Handle>)> {
        let within = which.plan.within?;
        let timer = self.set_timer(which.consumer, which.key, within);
        Some((self.world.now.after(within), Some(timer)))
    }

    /// A saga comes to a stage, and sends its command; past the last step it is complete.
    fn enter(&mut self, which: Which<'p>, stage: SagaStage, of: &Circumstances) {
        if which.plan.order(stage).is_none() {
            return self.end_saga(which, COMPLETED, of);
        }
        let (now, cause) = (self.world.now, Circumstances { at: self.world.now, ..*of });
        let Some(saga) = self.saga(which) else { return };
        (saga.stage, saga.stage_since, saga.cause) = (stage, now, cause);
        (saga.sent, saga.refusal) = (0, None);
        let state = match stage {
            SagaStage::Awaiting(step) => (AWAITING, step + 1),
            SagaStage::Compensating(step) => (COMPENSATING, step + 1),
        };
        self.note_step(which.consumer, state, of);
        self.send_command(which);
    }

    /// Sends the command of a stage, for the first time or once more.
    fn send_command(&mut self, which: Which<'p>) {
        let Some(saga) = self.saga(which) else { return };
        saga.sent += 1;
        let is_again = saga.sent > 1;
        self.sagas(which.consumer).counts.resent += u64::from(is_again);
        self.command(which);
    }

    fn command(&mut self, which: Which<'p>) {
        let Some(saga) = self.saga(which) else { return };
        let (stage, cause, earlier) = (saga.stage, saga.cause, saga.timer.take());
        let Some(order) = which.plan.order(stage) else { return };
        self.cancel_timer(earlier);
        let timer = order.timeout.map(|after| self.set_timer(which.consumer, which.key, after));
        if let Some(saga) = self.saga(which) {
            saga.timer = timer;
        }
        let known = self.known_of_saga(which, &order.command);
        self.emit_of_saga(which, &order.command, (&cause, known));
    }

    /// What the emissions of a list can read beside their cause: what began the saga, and its
    /// replies. Nothing if they read nothing.
    fn known_of_saga(&mut self, which: Which<'_>, list: &[PlanEmission]) -> Option<[Value; 2]> {
        let is_reading =
            |it: &PlanEmission| [it.condition, it.mapping, it.parts, it.key] != [NONE; 4];
        let saga = self.saga(which).filter(|_| list.iter().any(is_reading))?;
        let (begun, replies) = (saga.begun, saga.replies.clone());
        let mut said = Map::new();
        for (step, reply) in &replies {
            said.insert(which.plan.steps[*step as usize].name.clone(), self.said(reply));
        }
        Some([self.said(&begun.message), Value::Object(said)])
    }

    fn emit_of_saga(
        &mut self,
        which: Which<'_>,
        list: &[PlanEmission],
        (cause, known): (&Circumstances, Option<[Value; 2]>),
    ) {
        match &known {
            Some([begun, replies]) => {
                let more = [("begun", begun), ("replies", replies)];
                self.emit_of_pattern(which.consumer, list, cause, &more);
            }
            None => self.emit_of_pattern(which.consumer, list, cause, &[]),
        }
    }

    /// A reply has come.
    fn take_reply(&mut self, which: Which<'p>, of: &Circumstances) {
        let Some(saga) = self.saga(which) else { return self.take_late_reply(which, of) };
        let (stage, reply) = (saga.stage, of.message.message_type);
        let is_done = which.plan.order(stage).is_some_and(|order| order.done == reply);
        match stage {
            SagaStage::Awaiting(step) if is_done => {
                saga.undo.push(step);
                saga.replies.push((step, of.message));
                self.enter(which, SagaStage::Awaiting(step + 1), of);
            }
            SagaStage::Compensating(_) if is_done => self.go_back(which, of),
            SagaStage::Awaiting(step)
                if which.plan.steps[step as usize].failures.contains(&reply) =>
            {
                self.step_failed(which, step, of);
            }
            SagaStage::Awaiting(_) | SagaStage::Compensating(_) => self.take_late_reply(which, of),
        }
    }

    /// The answer to a step is no.
    fn step_failed(&mut self, which: Which<'p>, step: u32, of: &Circumstances) {
        let plan = &which.plan.steps[step as usize];
        match plan.kind {
            StepKind::Compensable | StepKind::Pivot => self.go_back(which, of),
            StepKind::Retriable => {
                let Some(saga) = self.saga(which) else { return };
                if saga.sent > plan.order.resends {
                    return self.end_saga(which, NEEDS_OPERATOR, of);
                }
                saga.refusal = Some(*of);
                if plan.order.timeout.is_none() {
                    self.try_anew(which, of);
                }
            }
        }
    }

    /// A new command for a step whose answer was no.
    fn try_anew(&mut self, which: Which<'p>, refusal: &Circumstances) {
        let Some(saga) = self.saga(which) else { return };
        (saga.cause, saga.refusal) = (*refusal, None);
        self.send_command(which);
    }

    /// Undoes the last step that is done and can be undone; without any, nothing is left to undo.
    fn go_back(&mut self, which: Which<'p>, of: &Circumstances) {
        let Some(saga) = self.saga(which) else { return };
        let is_on_its_way = matches!(saga.stage, SagaStage::Compensating(_));
        let undo = loop {
            match saga.undo.pop() {
                Some(step) if which.plan.steps[step as usize].undo.is_none() => {}
                last => break last,
            }
        };
        let Some(step) = undo else { return self.end_saga(which, COMPENSATED, of) };
        if !is_on_its_way {
            let earlier = saga.deadline.take().and_then(|(_, timer)| timer);
            self.cancel_timer(earlier);
            let deadline = self.set_deadline(which);
            if let Some(saga) = self.saga(which) {
                saga.deadline = deadline;
            }
        }
        self.enter(which, SagaStage::Compensating(step), of);
    }

    /// A reply that no saga waits for any more. If it says that a step is done that was given up,
    /// that may be undone now.
    fn take_late_reply(&mut self, which: Which<'p>, of: &Circumstances) {
        let steps = &which.plan.steps;
        let is_of = |step: &u32| steps[*step as usize].order.done == of.message.message_type;
        let sagas = self.sagas(which.consumer);
        sagas.counts.late += 1;
        if which.plan.late == Late::Ignore {
            return;
        }
        if let Some(saga) = sagas.open.get_mut(&which.key) {
            if let Some(at) = saga.given_up.iter().position(is_of) {
                let step = saga.given_up.remove(at);
                saga.undo.push(step);
            }
            return;
        }
        let Some(ended) = sagas.ended.get_mut(&which.key) else { return };
        let Some(at) = ended.given_up.iter().position(is_of) else { return };
        let step = ended.given_up.remove(at);
        if let Some(undo) = &steps[step as usize].undo {
            let begun = ended.begun;
            let known = [self.said(&begun), Value::Object(Map::new())];
            self.emit_of_saga(which, &undo.command, (of, Some(known)));
        }
    }

    /// Time is up for a saga: for the answer to a command, or for the whole.
    pub(super) fn saga_due(
        &mut self,
        consumer: u32,
        plan: &'p PlanSaga,
        (key, timer): (InstanceKey, Handle),
    ) {
        let which = Which { consumer, plan, key };
        let Some(saga) = self.saga(which) else { return };
        if saga.timer != Some(timer) {
            return self.saga_overdue(which);
        }
        saga.timer = None;
        match saga.refusal {
            Some(refusal) => self.try_anew(which, &refusal),
            None => self.command_unanswered(which),
        }
    }

    fn command_unanswered(&mut self, which: Which<'p>) {
        self.note_timeout(which);
        let Some(saga) = self.saga(which) else { return };
        let (stage, sent, cause) = (saga.stage, saga.sent, saga.cause);
        let Some(order) = which.plan.order(stage) else { return };
        if sent <= order.resends {
            return self.send_command(which);
        }
        match stage {
            SagaStage::Awaiting(step) => {
                let plan = &which.plan.steps[step as usize];
                match (plan.kind, plan.unanswered) {
                    (StepKind::Compensable, Unanswered::CompensateItself) => {
                        saga.undo.push(step);
                        self.go_back(which, &cause);
                    }
                    (StepKind::Compensable, Unanswered::CompensateBefore) => {
                        saga.given_up.push(step);
                        self.go_back(which, &cause);
                    }
                    (StepKind::Compensable, Unanswered::Operator)
                    | (StepKind::Pivot | StepKind::Retriable, _) => {
                        self.end_saga(which, NEEDS_OPERATOR, &cause);
                    }
                }
            }
            SagaStage::Compensating(_) => self.end_saga(which, NEEDS_OPERATOR, &cause),
        }
    }

    /// Notes that a command was not answered in time.
    fn note_timeout(&mut self, which: Which<'_>) {
        let Some(saga) = self.saga(which) else { return };
        let (cause, stage) = (saga.cause.message, saga.stage);
        let order = which.plan.order(stage);
        let first = order.and_then(|order| order.command.first());
        let made = first.map(|it| (cause.id, it.number, 0));
        let command = made.and_then(|made| self.world.made.get(&made).copied());
        let node = self.plan.consumers[which.consumer as usize].node;
        self.sagas(which.consumer).counts.timeouts += 1;
        self.world.totals.reply_timeouts += 1;
        self.note(EntryKind::ReplyTimedOut, node, 0, 0, &command.unwrap_or(cause));
    }

    /// A saga has taken too long.
    fn saga_overdue(&mut self, which: Which<'p>) {
        let Some(saga) = self.saga(which) else { return };
        saga.deadline = None;
        let cause = saga.cause;
        match saga.stage {
            SagaStage::Awaiting(step)
                if which.plan.overdue == Overdue::Compensate
                    && which.plan.steps[step as usize].kind == StepKind::Compensable =>
            {
                saga.undo.push(step);
                self.go_back(which, &cause);
            }
            SagaStage::Awaiting(_) | SagaStage::Compensating(_) => {
                self.end_saga(which, NEEDS_OPERATOR, &cause);
            }
        }
    }

    fn end_saga(&mut self, which: Which<'p>, state: u64, of: &Circumstances) {
        let Some(saga) = self.saga(which) else { return };
        let timers = [saga.timer.take(), saga.deadline.take().and_then(|(_, timer)| timer)];
        timers.into_iter().for_each(|timer| self.cancel_timer(timer));
        self.note_state(which.consumer, state, of);
        let (plan, now) = (which.plan, self.world.now);
        let list = match state {
            COMPLETED => &plan.emits_completed,
            COMPENSATED => &plan.emits_compensated,
            _ => &plan.emits_failed,
        };
        let known = self.known_of_saga(which, list);
        let sagas = self.sagas(which.consumer);
        let Some(saga) = sagas.open.remove(&which.key) else { return };
        *match state {
            COMPLETED => &mut sagas.counts.completed,
            COMPENSATED => &mut sagas.counts.compensated,
            _ => &mut sagas.counts.failed,
        } += 1;
        let (begun, since, given_up) = (saga.begun.message, saga.since, saga.given_up);
        sagas.ended.insert(which.key, EndedSaga { begun, since, at: now, state, given_up });
        self.emit_of_saga(which, list, (&Circumstances { at: now, ..*of }, known));
    }

    /// The orchestrator is down: nothing is due meanwhile.
    pub(super) fn stop_sagas(&mut self, consumer: u32) {
        let mut timers = Vec::new();
        for saga in self.sagas(consumer).open.values_mut() {
            timers.push(saga.timer.take());
            timers.extend(saga.deadline.iter_mut().map(|(_, timer)| timer.take()));
        }
        timers.into_iter().for_each(|timer| self.cancel_timer(timer));
    }

    /// The orchestrator is back. It does not know whether the last command of each saga went out,
    /// and sends it again.
    pub(super) fn resume_sagas(&mut self, consumer: u32, plan: &'p PlanSaga) {
        let keys: Vec<InstanceKey> = self.sagas(consumer).open.keys().copied().collect();
        for key in keys {
            let which = Which { consumer, plan, key };
            let now = self.world.now;
            let Some(saga) = self.saga(which) else { continue };
            if let Some((due, _)) = saga.deadline {
                let left = Span(due.0.saturating_sub(now.0));
                let timer = self.set_timer(consumer, key, left);
                let saga = self.saga(which);
                saga.into_iter().for_each(|saga| saga.deadline = Some((due, Some(timer))));
            }
            self.sagas(consumer).counts.resent += 1;
            self.command(which);
        }
    }
}
