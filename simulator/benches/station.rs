//! Speed of the simulator on one M/M/1 station: ten million arrivals, twenty million events.
//! Prints events a second with statistics only and with the full record, bytes an entry, and the
//! mean time in system beside the theory. `cargo bench -p flowbench-simulator --bench station`.

#![allow(clippy::print_stdout, reason = "a program that prints its figures")]

use std::time::Instant;

use flowbench_model::formats::native;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

/// Theory: W = 1 / (mu - lambda), with mu = 1000/s and lambda = 900/s.
const THEORY_MS: f64 = 10.0;
/// Batches of the batch-means interval, each of 333,333 jobs.
const RUNS: usize = 5;

fn main() {
    let design = native::read(include_str!("station.ron")).expect("the design is valid").design;
    let scenario = design.scenario(None).expect("it has a scenario").clone();
    let mut medians = Vec::new();
    for keep in [Keep::Statistics, Keep::Everything] {
        let mut rates: Vec<f64> = (0..RUNS)
            .map(|_| {
                let plan = Plan::compile(&design, &scenario, 1).expect("it can be run");
                let mut recorder = Recorder::new(&plan, keep);
                let mut run = Run::new(plan);
                let end = run.plan().end;
                let start = Instant::now();
                run.advance_to(end, &mut recorder);
                let rate = run.events() as f64 / start.elapsed().as_secs_f64();
                if keep == Keep::Everything {
                    let bytes = recorder.record().bytes() as f64 / recorder.record().len() as f64;
                    println!("{keep:?}: {:.2} M events/s, {bytes:.1} bytes an entry", rate / 1e6);
                } else {
                    let (_, _, path) = recorder.metrics().paths().next().expect("one path");
                    let mean_ms = path.mean_ns() / 1e6;
                    println!("{keep:?}: {:.2} M events/s, W = {mean_ms:.4} ms", rate / 1e6);
                }
                rate
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        medians.push(rates[RUNS / 2]);
    }
    println!(
        "median: statistics {:.2} M events/s, full record {:.2} M events/s ({:.2} of it); theory {THEORY_MS} ms",
        medians[0] / 1e6,
        medians[1] / 1e6,
        medians[1] / medians[0],
    );
}
