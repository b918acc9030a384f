//! A whole run, kept so that any instant of it can be seen again: a record, and snapshots from
//! which the world is run forward.

use std::sync::Arc;

use flowbench_model::time::Time;

use crate::comparison::{self, Comparison, Ended};
use crate::message::MessageId;
use crate::origin::Origin;
use crate::plan::Plan;
use crate::recorder::{Keep, Recorder};
use crate::report::Report;
use crate::run::Run;
use crate::snapshots::Snapshots;

/// Events between two looks at whether somebody still wants the run.
const EVENTS_BETWEEN_LOOKS: u64 = 20_000;
/// Events between two looks at whether there was a turning point.
const EVENTS_BETWEEN_TURNS: u64 = 1024;

/// A finished run.
#[derive(Debug)]
pub struct Recording {
    recorder: Recorder,
    report: Report,
    snapshots: Snapshots,
    last: Run,
}

impl Recording {
    /// Runs a plan to its end. `goes_on` is told how far the run is, from time to time, and says
    /// whether it is still wanted; `None` if it was not.
    #[must_use]
    pub fn make(
        plan: Arc<Plan>,
        keep: Keep,
        mut goes_on: impl FnMut(Time) -> bool,
    ) -> Option<Recording> {
        let mut recorder = Recorder::new(&plan, keep);
        let mut run = Run::new(plan);
        let mut snapshots = Snapshots::new(&run);
        let mut turning_points = 0;
        while run.step(&mut recorder) {
            let events = run.events();
            if events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && !goes_on(run.now()) {
                return None;
            }
            if events.is_multiple_of(EVENTS_BETWEEN_TURNS)
                && turning_points != recorder.turning_points()
            {
                turning_points = recorder.turning_points();
                snapshots.turn(&run);
            }
            snapshots.see(&run);
        }
        run.advance_to(run.plan().end, &mut recorder);
        let report = Report::new(&run, &recorder);
        Some(Recording { recorder, report, snapshots, last: run })
    }

    /// What was run.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        self.last.plan()
    }

    /// What it came to.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What was recorded.
    #[must_use]
    pub fn record(&self) -> &crate::record::Record {
        self.recorder.record()
    }

    /// The world at its end.
    #[must_use]
    pub fn end(&self) -> &Run {
        &self.last
    }

    /// The world at an instant, after everything that happens at it. Cost: a clone of what is
    /// under way, and the events since the snapshot before.
    #[must_use]
    pub fn at(&self, time: Time) -> Run {
        if time >= self.last.now() {
            return self.last.clone();
        }
        let mut run = self.snapshots.before(time).clone();
        let mut silent = Recorder::new(self.plan(), Keep::Nothing);
        run.advance_to(time, &mut silent);
        run
    }

    /// The recorded event that a message was published for, if it came at its time from a recorded
    /// file. Cost: the events since the snapshot before.
    #[must_use]
    pub fn origin(&self, message: MessageId) -> Option<Origin> {
        let mut run = self.snapshots.before_message(message).clone();
        let mut silent = Recorder::new(self.plan(), Keep::Nothing);
        while run.messages() <= message.0 && run.step(&mut silent) {}
        run.origin_of_last(message)
    }

    /// Runs once more and compares: the same plan does the same, on every machine. For `goes_on`
    /// and `None` see [`comparison::compare`].
    pub fn verify(&self, goes_on: impl FnMut(Time) -> bool) -> Option<Comparison> {
        self.compare(self.plan(), goes_on)
    }

    /// Runs another plan and names the first entry in which it differs from this run. For `goes_on`
    /// and `None` see [`comparison::compare`].
    pub fn compare(
        &self,
        plan: &Arc<Plan>,
        goes_on: impl FnMut(Time) -> bool,
    ) -> Option<Comparison> {
        comparison::compare(Ended { run: &self.last, recorder: &self.recorder }, plan, goes_on)
    }

    /// Bytes that record and snapshots take, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.record().bytes() + self.snapshots.bytes()
    }
}
