//! Materialized views: rows come and go, and other messages are joined with them.

use std::sync::Arc;

use flowbench_model::pattern::materialized_view::{MissingRow, ViewStore};
use serde_json::Value;

use crate::content::Circumstances;
use crate::engine::Engine;
use crate::plan::NONE;
use crate::plan::content::ExpressionIndex;
use crate::plan::pattern::{PlanRowOrder, PlanView};
use crate::record::Failure;
use crate::rng::{Purpose, stream_id};
use crate::world::Task;
use crate::world::pattern::PatternState;
use crate::world::pattern::materialized_view::{
    LogPlace, Lookup, Rank, Row, RowVersion, ViewState,
};

mod parked;
mod restore;

/// Positions of the states on the card.
const RESTORING: u64 = 0;
const LIVE: u64 = 1;
const PRESENT: u64 = 2;
const DELETED: u64 = 3;
const LEFT_ASIDE: u64 = 4;
const PARKED: u64 = 5;
const JOINED_LATE: u64 = 6;
const ROW_ABSENT: u64 = 7;
const DROPPED: u64 = 8;

/// What a message makes of the table.
struct RowChange {
    key: RowKey,
    rank: Rank,
    deletes: bool,
}

/// What a row is kept under.
struct RowKey {
    word: u64,
    /// What it is called, where it is no ordering key.
    name: Option<Arc<str>>,
}

/// What came of it.
#[derive(PartialEq, Eq)]
enum Outcome {
    Put,
    Deleted,
    /// There was nothing to delete.
    Unchanged,
    /// A newer row is there.
    Older,
}

impl Engine<'_> {
    fn view(&mut self, consumer: u32) -> &mut ViewState {
        let state = &mut self.world.patterns[consumer as usize];
        let PatternState::View(state) = state else {
            unreachable!("invariant: the consumer of a view has the state of one")
        };
        state
    }

    /// An attempt begins: the row of its message is looked up.
    pub(super) fn look_up_row(&mut self, slot: u32, consumer: u32, plan: &PlanView) {
        let of = self.circumstances(slot);
        let row = self.row_for(consumer, plan, &of);
        let place = self.place_of_work(slot);
        let lookup = Lookup { attempt: of.attempt, row, place, is_settled: false };
        self.view(consumer).lookups.insert(of.message.id, lookup);
    }

    fn place_of_work(&self, slot: u32) -> LogPlace {
        let Task::Copy { copy, .. } = self.world.works[slot].task else {
            return LogPlace::default();
        };
        if !self.world.copies.is_live(copy) {
            return LogPlace::default();
        }
        let copy = &self.world.copies[copy.slot];
        self.log_place(copy.backlog, copy.sequence, copy.message.key)
    }

    /// The row that is there now for a message.
    fn row_for(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        of: &Circumstances,
    ) -> Result<Option<Circumstances>, Failure> {
        let Some(key) = self.key_of_row(plan, of)? else { return Ok(None) };
        Ok(self.view(consumer).rows.get(&key.word).map(|row| row.of))
    }

    /// What the row of a message is kept under; nothing of a key that is null.
    fn key_of_row(
        &mut self,
        plan: &PlanView,
        of: &Circumstances,
    ) -> Result<Option<RowKey>, Failure> {
        let is_row = plan.is_row(of.message.message_type);
        let expression = if is_row { plan.key } else { plan.joined_by };
        if expression == NONE {
            return Ok(Some(RowKey { word: of.message.key, name: None }));
        }
        let value = self.value(expression, of, &[])?;
        if value.is_null() {
            return Ok(None);
        }
        let text: Arc<str> = value.as_str().map_or_else(|| value.to_string(), str::to_owned).into();
        let word = || stream_id(0, &value.to_string(), Purpose::Place);
        let word = value.as_u64().unwrap_or_else(word);
        Ok(Some(RowKey { word, name: Some(text) }))
    }

    /// What the attempt at a message has found, or finds now if there is none.
    fn lookup(&mut self, consumer: u32, plan: &PlanView, of: &Circumstances) -> Lookup {
        let found = self.view(consumer).lookups.get(&of.message.id);
        match found.filter(|it| it.attempt == of.attempt).copied() {
            Some(found) => found,
            None => {
                let row = self.row_for(consumer, plan, of);
                let place = LogPlace::default();
                Lookup { attempt: of.attempt, row, place, is_settled: false }
            }
        }
    }

    /// The row that handlers read for a message; null if it is not there.
    pub(super) fn known_of_row(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        of: &Circumstances,
    ) -> Vec<(&'static str, Arc<Value>)> {
        let row = match self.lookup(consumer, plan, of).row {
            Ok(Some(row)) => self.world.content.received(self.plan, &row),
            Ok(None) | Err(_) => Arc::new(Value::Null),
        };
        vec![("row", row)]
    }

    /// Whether no handler gets a message, since its row is not there.
    pub(super) fn lacks_row(&mut self, consumer: u32, plan: &PlanView, of: &Circumstances) -> bool {
        let is_joined = of.attempt > 0 && !plan.is_row(of.message.message_type);
        if !is_joined || plan.missing == MissingRow::Pass {
            return false;
        }
        let found = self.lookup(consumer, plan, of);
        !found.is_settled && matches!(found.row, Ok(None))
    }

    /// Why a message cannot be handled, if so.
    pub(super) fn objection_of_view(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        of: &Circumstances,
    ) -> Option<Failure> {
        let found = self.lookup(consumer, plan, of);
        if let Err(failure) = found.row {
            return Some(failure);
        }
        if plan.is_row(of.message.message_type) {
            return self.change_of_row(plan, of, found.place).err();
        }
        let fails = plan.missing == MissingRow::Fail && self.lacks_row(consumer, plan, of);
        self.view(consumer).counts.refused += u64::from(fails);
        fails.then_some(Failure::RowAbsent)
    }

    /// A message whose row is not there has come to its end, or waits from now on; whether it is
    /// one.
    pub(super) fn set_aside(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        of: &Circumstances,
        had_effect: bool,
    ) -> bool {
        if !self.lacks_row(consumer, plan, of) {
            return false;
        }
        self.view(consumer).lookups.remove(&of.message.id);
        match plan.missing {
            MissingRow::Pass | MissingRow::Fail => return false,
            MissingRow::Drop => {
                self.view(consumer).counts.dropped += 1;
                self.note_state(consumer, DROPPED, of);
            }
            MissingRow::Park { within } => {
                self.park_message(consumer, plan, (of, had_effect), within)
            }
        }
        true
    }

    /// A consumer has handled a message: it is a row, or was joined with one.
    pub(super) fn handled_by_view(&mut self, consumer: u32, plan: &PlanView, of: &Circumstances) {
        let found = self.lookup(consumer, plan, of);
        self.view(consumer).lookups.remove(&of.message.id);
        if plan.is_row(of.message.message_type) {
            self.put_row(consumer, plan, of, found.place);
        } else if found.row.is_ok_and(|row| row.is_some()) {
            self.view(consumer).counts.joined += 1;
        } else {
            self.view(consumer).counts.absent += 1;
            self.note_state(consumer, ROW_ABSENT, of);
        }
    }

    fn put_row(&mut self, consumer: u32, plan: &PlanView, of: &Circumstances, place: LogPlace) {
        let read_to = self.view(consumer).read_to.get(&place.backlog).copied();
        if read_to.is_some_and(|read_to| place.sequence < read_to) {
            // A restart has read it already, and what came after it.
            return;
        }
        let Ok(change) = self.change_of_row(plan, of, place) else { return };
        let Some(change) = change else {
            self.view(consumer).counts.without_key += 1;
            return;
        };
        let key = change.key.word;
        let outcome = self.change_row(consumer, plan, of, change);
        let counts = &mut self.view(consumer).counts;
        match outcome {
            Outcome::Put => {
                counts.put += 1;
                self.note_state(consumer, PRESENT, of);
                self.join_parked(consumer, plan, key);
            }
            Outcome::Deleted => {
                counts.deleted += 1;
                self.note_state(consumer, DELETED, of);
            }
            Outcome::Older => {
                counts.older += 1;
                self.note_state(consumer, LEFT_ASIDE, of);
            }
            Outcome::Unchanged => {}
        }
    }

    /// What a row makes of the table; nothing if its key is null.
    fn change_of_row(
        &mut self,
        plan: &PlanView,
        of: &Circumstances,
        place: LogPlace,
    ) -> Result<Option<RowChange>, Failure> {
        let Some(key) = self.key_of_row(plan, of)? else { return Ok(None) };
        let is_empty = self.world.content.received(self.plan, of).is_null();
        let deletes = is_empty
            || (plan.delete_when != NONE && {
                let holds = self.world.content.holds(self.plan, plan.delete_when, of, &[]);
                holds.ok_or(Failure::Expression)?
            });
        let version = match plan.order {
            PlanRowOrder::Version(version) if !is_empty || !self.reads_payload(version) => {
                version_of(&self.value(version, of, &[])?).ok_or(Failure::Expression)?
            }
            PlanRowOrder::Version(_) | PlanRowOrder::Arrival | PlanRowOrder::Published => {
                RowVersion::Unsaid
            }
        };
        let rank = Rank { version, published_at: of.message.published_at, place };
        Ok(Some(RowChange { key, rank, deletes }))
    }

    fn reads_payload(&self, expression: ExpressionIndex) -> bool {
        self.plan.content.expressions[expression as usize].compiled.reads_payload()
    }

    fn change_row(
        &mut self,
        consumer: u32,
        plan: &PlanView,
        of: &Circumstances,
        change: RowChange,
    ) -> Outcome {
        let now = self.world.now;
        let state = self.view(consumer);
        if let ViewStore::Disk { .. } = plan.store {
            state.stored_at.entry(of.message.id).or_insert(now);
        }
        let RowChange { key: RowKey { word: key, name }, rank, deletes } = change;
        let is_ordered = plan.order != PlanRowOrder::Arrival;
        let there = state.rows.get(&key).map(|row| &row.rank).or_else(|| state.deleted.get(&key));
        if is_ordered && there.is_some_and(|there| rank.is_before(there)) {
            return Outcome::Older;
        }
        if !deletes {
            state.deleted.remove(&key);
            state.rows.insert(key, Row { of: Circumstances { at: now, ..*of }, rank, name });
            return Outcome::Put;
        }
        if is_ordered {
            state.deleted.insert(key, rank);
        }
        match state.rows.remove(&key) {
            Some(_) => Outcome::Deleted,
            None => Outcome::Unchanged,
        }
    }
}

/// A version as it can be compared; nothing if it is neither a number nor a text.
fn version_of(value: &Value) -> Option<RowVersion> {
    match value {
        Value::Number(number) => {
            let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            let broken = || {
                let number = number.as_f64()?;
                let below = libm::floor(number);
                Some(RowVersion::Number(below as i128, ((number - below) * 1e9) as u32))
            };
            whole.map_or_else(broken, |whole| Some(RowVersion::Number(whole, 0)))
        }
        Value::String(text) => Some(RowVersion::Text(text.as_str().into())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
