//! Whether two runs did the same, and if not, the first entry in which they differ.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use flowbench_model::time::{NS_PER_SEC, Time};
use serde::Serialize;

use crate::plan::Plan;
use crate::record::{Entry, PlaceKind, Record};
use crate::recorder::{Keep, Recorder, place_key};
use crate::run::Run;
use crate::world::HaltCause;

/// Events between two looks at whether somebody still wants the comparison.
const EVENTS_BETWEEN_LOOKS: u64 = 20_000;

/// What comparing two runs came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// They did the same.
    Same,
    /// They did not.
    Differs(Difference),
    /// They did not, somewhere among these entries, but running them once more does not show it.
    Unsteady(Range<u64>),
}

/// The first entry in which two runs differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its index, from 0.
    pub index: u64,
    /// What the one run did; absent if it was over.
    pub ours: Option<Happening>,
    /// What the other run did; absent if it was over.
    pub theirs: Option<Happening>,
}

/// An entry in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Happening {
    /// When, in nanoseconds since the scenario began.
    pub at_ns: u64,
    /// What.
    pub what: &'static str,
    /// The edge, node, fault or action.
    pub place: String,
    /// The message, `shop#17`, if it is about one.
    pub message: Option<String>,
    /// Which attempt, if it is about one.
    pub attempt: Option<u16>,
}

/// A run that has ended, and what was kept of it.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// The run.
    pub run: &'a Run,
    /// What saw it from its beginning.
    pub recorder: &'a Recorder,
}

/// Runs a plan and compares what it does with a run that has ended. `goes_on` is told how far it
/// is, from time to time, and says whether the comparison is still wanted; `None` if it was not.
/// Comparing a run with its own plan verifies it.
///
/// Nothing of the second run is kept but its fingerprint. Only if it differs, what happened around
/// the first difference is run once more.
pub fn compare(
    ours: Ended<'_>,
    plan: &Arc<Plan>,
    mut goes_on: impl FnMut(Time) -> bool,
) -> Option<Comparison> {
    let fingerprint = ours.recorder.fingerprint();
    let enough = if is_cut(ours.run) { fingerprint.entries() } else { u64::MAX };
    let silent = Recorder::new(plan, Keep::Fingerprint);
    let theirs = run_until(plan, silent, enough, &mut goes_on)?;
    let Some(parting) = fingerprint.parting(theirs.fingerprint()) else {
        return Some(Comparison::Same);
    };
    let parting = parting.start..parting.end.min(enough);
    let (first, their_entries) = (parting.start, entries(plan, &parting, &mut goes_on)?);
    let theirs = Side { plan, record: &their_entries, first };
    let our_plan = ours.run.plan();
    let again;
    let ours = if ours.recorder.record().is_empty() {
        again = entries(our_plan, &parting, &mut goes_on)?;
        Side { plan: our_plan, record: &again, first }
    } else {
        Side { plan: our_plan, record: ours.recorder.record(), first: 0 }
    };
    Some(match first_difference(&ours, &theirs, &parting) {
        Some(difference) => Comparison::Differs(difference),
        None if parting.end == enough => Comparison::Same,
        None => Comparison::Unsteady(parting),
    })
}

/// Whether a run stopped because its record was full; one that keeps less would go on.
fn is_cut(run: &Run) -> bool {
    run.halt().is_some_and(|halt| halt.cause == HaltCause::RecordFull)
}

/// Runs a plan until so many entries have been seen, or to its end.
fn run_until(
    plan: &Arc<Plan>,
    mut recorder: Recorder,
    entries: u64,
    goes_on: &mut impl FnMut(Time) -> bool,
) -> Option<Recorder> {
    let mut run = Run::new(Arc::clone(plan));
    while recorder.fingerprint().entries() < entries && run.step(&mut recorder) {
        if run.events().is_multiple_of(EVENTS_BETWEEN_LOOKS) && !goes_on(run.now()) {
            return None;
        }
    }
    Some(recorder)
}

/// Some entries of a run of this plan.
fn entries(
    plan: &Arc<Plan>,
    which: &Range<u64>,
    goes_on: &mut impl FnMut(Time) -> bool,
) -> Option<Record> {
    let recorder = Recorder::of_entries(plan, which.clone());
    Some(run_until(plan, recorder, which.end, goes_on)?.record)
}

/// One of two runs: what its entries mean is said by its plan.
struct Side<'a> {
    plan: &'a Plan,
    record: &'a Record,
    /// The index of the first entry of the record.
    first: u64,
}

impl Side<'_> {
    /// The entry of this index, if the run got so far.
    fn entry(&self, index: u64) -> Option<Entry> {
        self.record.entry(usize::try_from(index - self.first).ok()?)
    }

    fn happening(&self, entry: Entry) -> Happening {
        Happening {
            at_ns: entry.at.0,
            what: entry.kind.word(),
            place: place(self.plan, &entry),
            message: self.record.message_name(self.plan, entry.message),
            attempt: (entry.attempt > 0).then_some(entry.attempt),
        }
    }
}

fn first_difference(
    ours: &Side<'_>,
    theirs: &Side<'_>,
    parting: &Range<u64>,
) -> Option<Difference> {
    parting.clone().find_map(|index| {
        let (our, their) = (ours.entry(index), theirs.entry(index));
        let is_same = match (our, their) {
            (Some(our), Some(their)) => is_same(ours.plan, &our, theirs.plan, &their),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        (!is_same).then(|| Difference {
            index,
            ours: our.map(|entry| ours.happening(entry)),
            theirs: their.map(|entry| theirs.happening(entry)),
        })
    })
}

/// Whether two entries say the same. Indices of places shift when an unrelated node comes into the
/// design, keys do not.
fn is_same(our_plan: &Plan, ours: &Entry, their_plan: &Plan, theirs: &Entry) -> bool {
    let place = ours.place;
    place_key(our_plan, ours) == place_key(their_plan, theirs)
        && *ours == (Entry { place, ..*theirs })
}

fn place(plan: &Plan, entry: &Entry) -> String {
    let index = entry.place as usize;
    match entry.place_kind() {
        PlaceKind::Edge => plan.edges[index].name.clone(),
        PlaceKind::Node => plan.nodes[index].name.clone(),
        PlaceKind::Fault => {
            let fault = &plan.faults[index];
            format!("{} ({})", fault.kind.target(), fault.kind.word())
        }
        PlaceKind::Action => format!("action {}", index + 1),
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&seconds(self.at_ns))?;
        if let Some(message) = &self.message {
            write!(f, " {message}")?;
        }
        write!(f, " {} at {}", self.what, self.place)?;
        match self.attempt {
            Some(attempt) if attempt > 1 => write!(f, " (attempt {attempt})"),
            Some(_) | None => Ok(()),
        }
    }
}

/// Exact, and without zeros that say nothing: `20.0015 s`.
fn seconds(ns: u64) -> String {
    let text = format!("{}.{:09}", ns / NS_PER_SEC, ns % NS_PER_SEC);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |side: &Option<Happening>| match side {
            Some(happening) => happening.to_string(),
            None => "the run is over".to_owned(),
        };
        write!(f, "entry {}: {}; {}", self.index, words(&self.ours), words(&self.theirs))
    }
}
