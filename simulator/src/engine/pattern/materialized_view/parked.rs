//! Messages that wait for their rows: parked, and handled when the row comes or time is up.

use flowbench_model::time::Span;

use super::{JOINED_LATE, PARKED, ROW_ABSENT};
use crate::content::Circumstances;
use crate::engine::Engine;
use crate::plan::pattern::PlanView;
use crate::world::pattern::materialized_view::{LogPlace, Lookup, Parked, ParkedStage};

impl Engine<'_> {
    /// A message is stored until its row comes.
    pub(super) fn park_message(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        (of, had_effect): (&Circumstances, bool),
        within: Option<Span>,
    ) {
        let since = self.world.now;
        let state = self.view(consumer);
        state.counts.parked += 1;
        state.last_parked += 1;
        let number = state.last_parked;
        let timer = within.map(|within| self.set_timer(consumer, number, within));
        let key = self.key_of_row(plan, of).ok().flatten().map(|key| key.word);
        let stage = ParkedStage::Waiting;
        let parked = Parked { of: *of, key, had_effect, stage, since, timer };
        self.view(consumer).parked.insert(number, parked);
        self.note_state(consumer, PARKED, of);
        // It may have come while the attempt lasted.
        let rows = &self.view(consumer).rows;
        if key.is_some_and(|key| rows.contains_key(&key)) {
            self.begin_parked(consumer, plan, number);
        }
    }

    /// A row has come: what waits for it goes on.
    pub(super) fn join_parked(&mut self, consumer: u32, plan: &PlanView, key: u64) {
        let is_meant =
            |it: &Parked| matches!(it.stage, ParkedStage::Waiting) && it.key == Some(key);
        let parked = self.view(consumer).parked.iter().filter(|(_, it)| is_meant(it));
        let numbers: Vec<u64> = parked.map(|(number, _)| *number).collect();
        for number in numbers {
            self.begin_parked(consumer, plan, number);
        }
    }

    /// The view is there again: what waits no longer is handled, and so is what has its row now.
    pub(super) fn take_up_parked(&mut self, consumer: u32, plan: &PlanView) {
        let state = self.view(consumer);
        let is_ready = |it: &Parked| match it.stage {
            ParkedStage::Ready => true,
            ParkedStage::Waiting => it.key.is_some_and(|key| state.rows.contains_key(&key)),
            ParkedStage::Working(_) => false,
        };
        let ready = state.parked.iter().filter(|(_, it)| is_ready(it));
        let ready: Vec<u64> = ready.map(|(number, _)| *number).collect();
        for number in ready {
            self.begin_parked(consumer, plan, number);
        }
    }

    /// What is being handled was in memory only; that it is to be handled was not.
    pub(super) fn stop_parked(&mut self, consumer: u32) {
        let mut timers = Vec::new();
        for parked in self.view(consumer).parked.values_mut() {
            if let ParkedStage::Working(_) = parked.stage {
                parked.stage = ParkedStage::Ready;
                timers.push(parked.timer.take());
            }
        }
        timers.into_iter().for_each(|timer| self.cancel_timer(timer));
    }

    /// Time is up for a message that waits, or the attempt at it is over.
    pub(super) fn parked_due(&mut self, consumer: u32, plan: &PlanView, number: u64) {
        match self.view(consumer).parked.get(&number).map(|parked| parked.stage) {
            Some(ParkedStage::Waiting | ParkedStage::Ready) => {
                self.begin_parked(consumer, plan, number);
            }
            Some(ParkedStage::Working(_)) => self.finish_parked(consumer, number),
            None => {}
        }
    }

    /// A message that has waited is handled, if its consumer is there.
    fn begin_parked(&mut self, consumer: u32, plan: &PlanView, number: u64) {
        let is_serving = self.is_serving(consumer);
        let Some(parked) = self.view(consumer).parked.get_mut(&number) else { return };
        let (of, timer) = (parked.of, parked.timer.take());
        parked.stage = ParkedStage::Ready;
        self.cancel_timer(timer);
        if !is_serving {
            return;
        }
        let row = self.row_for(consumer, plan, &of);
        self.settle_lookup(consumer, &of, row);
        let handler = self.choose_handler(consumer, &of);
        let whole = self.plan;
        let it = &whole.consumers[consumer as usize];
        let stream = &mut self.world.consumers[consumer as usize].service;
        let service = it.handlers.get(handler as usize);
        let service = service.map_or(Span::ZERO, |it| it.service.draw(stream, &whole.ziggurat));
        let timer = self.set_timer(consumer, number, service);
        let state = self.view(consumer);
        state.lookups.remove(&of.message.id);
        let Some(parked) = state.parked.get_mut(&number) else { return };
        parked.stage = ParkedStage::Working(row.ok().flatten());
        parked.timer = Some(timer);
    }

    /// From now on an attempt at a message finds this.
    fn settle_lookup(
        &mut self,
        consumer: u32,
        of: &Circumstances,
        row: Result<Option<Circumstances>, crate::record::Failure>,
    ) {
        let place = LogPlace::default();
        let found = Lookup { attempt: of.attempt, row, place, is_settled: true };
        self.view(consumer).lookups.insert(of.message.id, found);
    }

    /// A message that has waited has its effect.
    fn finish_parked(&mut self, consumer: u32, number: u64) {
        let Some(parked) = self.view(consumer).parked.remove(&number) else { return };
        let of = Circumstances { at: self.world.now, ..parked.of };
        let ParkedStage::Working(row) = parked.stage else { return };
        let counts = &mut self.view(consumer).counts;
        let state = match row {
            Some(_) => {
                counts.joined_late += 1;
                JOINED_LATE
            }
            None => {
                counts.absent += 1;
                ROW_ABSENT
            }
        };
        self.note_state(consumer, state, &of);
        self.settle_lookup(consumer, &of, Ok(row));
        if self.prepare_effect(consumer, &of).is_ok() {
            self.post(consumer, &of, parked.had_effect);
            self.emit_prepared_of(consumer, &of);
        }
        self.view(consumer).lookups.remove(&of.message.id);
    }
}
