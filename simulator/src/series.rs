//! A run as series: each measure over equal stretches of time, for whatever asks how it changes
//! in the course of a run.

use std::sync::Arc;

use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Time;

use crate::plan::{EdgeIndex, NONE, NodeIndex, Plan};
use crate::recorder::{Keep, Recorder};
use crate::replications::{Measure, Unit};
use crate::run::Run;

/// A measure over stretches of time of the same length, from the end of the warm-up on.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What was measured.
    pub measure: Measure,
    /// Its sum over each stretch, and what it is to be divided by: what lies between two of these
    /// is the sum of what lies between.
    points: Vec<(f64, f64)>,
}

impl Series {
    /// A series of these values, each of a stretch.
    #[must_use]
    pub fn new(measure: Measure, values: &[f64]) -> Series {
        Series { measure, points: values.iter().map(|value| (*value, 1.0)).collect() }
    }

    /// The means of so many stretches each, in order; those in which nothing was measured are left
    /// out, and so is what does not fill the last.
    #[must_use]
    pub fn means_of(&self, stretches: usize) -> Vec<f64> {
        let mean = |points: &[(f64, f64)]| {
            let (sum, weight) =
                points.iter().fold((0.0, 0.0), |all, it| (all.0 + it.0, all.1 + it.1));
            (weight > 0.0).then_some(sum / weight)
        };
        self.points.chunks_exact(stretches.max(1)).filter_map(mean).collect()
    }
}

/// A sum that grows, and what it is divided by, which grows as well.
type Sum = (f64, f64);

/// Runs a plan to its end, and divides the time after its warm-up into `stretches`: how many waited
/// and were there in each backlog, how busy each consumer was, and the mean latency of each path
/// (of the chains that began after the warm-up and were acknowledged in the stretch). A run that
/// stops before its end gives what it got to.
///
/// # Panics
/// If `stretches` is zero.
#[must_use]
pub fn series(plan: &Arc<Plan>, stretches: usize) -> Vec<Series> {
    series_while(plan, stretches, &|| true).unwrap_or_default()
}

/// The same, given up as soon as `is_wanted` says no, which is asked in each stretch.
pub(crate) fn series_while(
    plan: &Arc<Plan>,
    stretches: usize,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Vec<Series>> {
    let mut recorder = Recorder::new(plan, Keep::Statistics);
    let mut run = Run::new(Arc::clone(plan));
    run.advance_to(plan.warm_up, &mut recorder);
    let length = plan.end.since(plan.warm_up).0 / stretches as u64;
    let mut all = places(plan);
    let mut before: Vec<Sum> = vec![(0.0, 0.0); all.len()];
    for index in 1..=stretches as u64 {
        run.advance_to(Time(plan.warm_up.0 + index * length), &mut recorder);
        if run.halt().is_some() {
            break;
        }
        if !is_wanted() {
            return None;
        }
        for ((place, series), before) in all.iter_mut().zip(&mut before) {
            let now = place.sum(&run, &recorder);
            series.points.push((now.0 - before.0, now.1 - before.1));
            *before = now;
        }
    }
    Some(all.into_iter().map(|(_, series)| series).collect())
}

/// Where a series comes from.
enum Place {
    Waiting(EdgeIndex),
    Present(EdgeIndex),
    Busy(usize),
    Latency(NodeIndex, EdgeIndex),
}

/// All there can be, in the order of reports.
fn places(plan: &Plan) -> Vec<(Place, Series)> {
    let mut all = Vec::new();
    let mut note = |place, subject: String, what, unit| {
        all.push((place, Series { measure: Measure { subject, what, unit }, points: Vec::new() }));
    };
    let edges = (0..).zip(&plan.edges);
    let subscriptions = || edges.clone().filter(|(_, edge)| edge.kind == EdgeKind::Subscribe);
    for (index, edge) in subscriptions() {
        note(Place::Waiting(index), edge.name.clone(), Measure::WAITING, Unit::Messages);
        note(Place::Present(index), edge.name.clone(), Measure::PRESENT, Unit::Messages);
    }
    for (index, consumer) in plan.consumers.iter().enumerate() {
        let name = plan.nodes[consumer.node as usize].name.clone();
        note(Place::Busy(index), name, Measure::UTILIZATION, Unit::Share);
    }
    let is_origin = |node: &NodeIndex| plan.nodes[*node as usize].part == NONE;
    for (index, edge) in subscriptions() {
        for origin in (0..plan.nodes.len() as NodeIndex).filter(is_origin) {
            let [from, by, to] =
                [origin, edge.from, edge.to].map(|it| &plan.nodes[it as usize].name);
            let subject = format!("{from} … {by} -> {to}");
            note(Place::Latency(origin, index), subject, Measure::LATENCY, Unit::Nanoseconds);
        }
    }
    all
}

impl Place {
    /// What there has been of it until now.
    fn sum(&self, run: &Run, recorder: &Recorder) -> Sum {
        let plan = run.plan();
        let passed = run.now().since(plan.warm_up).0 as f64;
        let stays = |edge: EdgeIndex| run.time_in_backlog(plan.edges[edge as usize].backlog);
        match self {
            Place::Waiting(edge) => (stays(*edge).waiting as f64, passed),
            Place::Present(edge) => (stays(*edge).present() as f64, passed),
            Place::Busy(consumer) => {
                let slots = f64::from(plan.consumers[*consumer].concurrency.max(1));
                let there = run.world().slots_area(plan, *consumer as u32);
                let there = there.map_or(passed * slots, |area| area as f64);
                (run.time_busy(*consumer) as f64, there)
            }
            Place::Latency(origin, edge) => {
                let path = recorder.metrics.paths().find(|it| (it.0, it.1) == (*origin, *edge));
                path.map_or((0.0, 0.0), |(_, _, latencies)| {
                    (latencies.sum_ns() as f64, latencies.count() as f64)
                })
            }
        }
    }
}
