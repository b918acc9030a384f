//! Speed of the simulator on one M/M/1 station: ten million arrivals, twenty million events.
//! Prints events a second with statistics only and with the full record, bytes an entry, and the
//! mean time in system beside the theory.
//!
//! `cargo bench -p flowbench-simulator --bench station [-- ARRIVALS]`: with another number of
//! arrivals one run of each kind is made, for counting instructions.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::time::Instant;

use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

/// Theory: W = 1 / (mu - lambda), with mu = 1000/s and lambda = 900/s.
const THEORY_MS: f64 = 10.0;
const RUNS: usize = 5;

fn main() {
    let wanted: Option<u64> = std::env::args().find_map(|argument| argument.parse().ok());
    let text = include_str!("workloads/w1.ron");
    let text = match wanted {
        Some(arrivals) => text.replace("10000000", &arrivals.to_string()),
        None => text.to_owned(),
    };
    let design = native::read(&text).expect("the design is valid").design;
    let runs = if wanted.is_some() { 1 } else { RUNS };
    let statistics = median((0..runs).map(|_| measure(&design, Keep::Statistics)).collect());
    let everything = median((0..runs).map(|_| measure(&design, Keep::Everything)).collect());
    println!(
        "median: statistics {:.2} M events/s, full record {:.2} M events/s ({:.2} of it)",
        statistics / 1e6,
        everything / 1e6,
        everything / statistics,
    );
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Runs the design once, prints what it came to, and gives events a second.
fn measure(design: &Design, keep: Keep) -> f64 {
    let scenario = design.scenario(None).expect("it has a scenario");
    let plan = Plan::compile(design, scenario, scenario.seed).expect("it can be run");
    let mut recorder = Recorder::new(&plan, keep);
    let mut run = Run::new(plan);
    let (start, end) = (Instant::now(), run.plan().end);
    run.advance_to(end, &mut recorder);
    let rate = run.events() as f64 / start.elapsed().as_secs_f64();
    let (_, _, path) = recorder.metrics().paths().next().expect("one path");
    let record = recorder.record();
    let bytes = record.bytes() as f64 / record.len().max(1) as f64;
    println!(
        "{keep:?}: {:.2} M events/s, {bytes:.1} bytes an entry, W = {:.4} ms (theory {THEORY_MS}, \
         99 % within {:.4})",
        rate / 1e6,
        path.mean_ns() / 1e6,
        half_width_ms(path.count()),
    );
    rate
}

/// Half of the 99 % confidence interval of the mean time in system of so many jobs in a row, from
/// the asymptotic variance of the M/M/1 queue (Whitt, "Planning Queueing Simulations", 1989):
/// rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 service times squared.
fn half_width_ms(jobs: u64) -> f64 {
    let rho: f64 = 0.9;
    let polynomial = 2.0 + 5.0 * rho - 4.0 * rho * rho + rho * rho * rho;
    let variance = rho * polynomial / (1.0 - rho).powi(4);
    2.576 * (variance / jobs as f64).sqrt()
}
