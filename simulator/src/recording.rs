//! A whole run, kept so that any instant of it can be seen again: a record, and snapshots from
//! which the world is run forward.

use std::sync::Arc;

use flowbench_model::time::Time;

use crate::plan::Plan;
use crate::recorder::{Keep, Recorder};
use crate::report::Report;
use crate::run::Run;

/// Events between two snapshots: running them again takes a few milliseconds.
const EVENTS_BETWEEN_SNAPSHOTS: u64 = 50_000;
/// Events between two looks at whether somebody still wants the run.
const EVENTS_BETWEEN_LOOKS: u64 = 20_000;
/// Snapshots of a run that is twice as long as this many are thinned to every second.
const SNAPSHOTS: usize = 512;

/// A finished run.
#[derive(Debug)]
pub struct Recording {
    recorder: Recorder,
    report: Report,
    /// In the order of time; the first is the beginning.
    snapshots: Vec<Run>,
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
        let mut snapshots = vec![run.clone()];
        let mut spacing = EVENTS_BETWEEN_SNAPSHOTS;
        let mut next_snapshot = spacing;
        let mut next_look = 0;
        while run.step(&mut recorder) {
            if run.events() >= next_look {
                next_look = run.events() + EVENTS_BETWEEN_LOOKS;
                if !goes_on(run.now()) {
                    return None;
                }
            }
            if run.events() >= next_snapshot {
                snapshots.push(run.clone());
                if snapshots.len() > SNAPSHOTS {
                    thin(&mut snapshots);
                    spacing *= 2;
                }
                next_snapshot = run.events() + spacing;
            }
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
        let mut run = self.snapshot_before(time).clone();
        let mut silent = Recorder::new(self.plan(), Keep::Nothing);
        run.advance_to(time, &mut silent);
        run
    }

    /// The latest snapshot whose instant is earlier than `time`, or the beginning: a snapshot may
    /// have been taken in the middle of its instant.
    fn snapshot_before(&self, time: Time) -> &Run {
        let later = self.snapshots.partition_point(|snapshot| snapshot.now() < time);
        &self.snapshots[later.saturating_sub(1)]
    }
}

/// Keeps the beginning and every second snapshot.
fn thin(snapshots: &mut Vec<Run>) {
    let mut index = 0;
    snapshots.retain(|_| {
        index += 1;
        index % 2 == 1
    });
}
