//! Speed of the simulator on the workloads W1 to W6, each a design that goes the ordinary path:
//! text, design, plan, run. Prints model events a second (an arrival, an end of work and a fault's
//! begin and end are one each, however the engine comes by them), the books, and the peak memory.
//!
//! `cargo bench -p flowbench-simulator --bench workloads [-- NAME [SIZE] [record|hash]]`: all, or
//! those of that name (`W4`, `W4-1000`); with a size one run of it, for counting instructions; with
//! `record` every entry is kept, with `hash` not even statistics.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::node::Role;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

use designs::Crashes;

mod designs;

const RUNS: usize = 5;
/// Seeds of the ensemble.
const SEEDS: u64 = 1_000;

/// A workload at a size.
struct Workload {
    name: &'static str,
    size: u64,
    design: fn(u64) -> String,
    /// Model events of a finished run.
    events: fn(&Run) -> u64,
}

const WORKLOADS: &[Workload] = &[
    Workload { name: "W1", size: 10_000_000, design: designs::one_station, events: jobs },
    Workload { name: "W2", size: 1_000_000, design: designs::stations_in_a_row, events: jobs },
    Workload { name: "W3", size: 1_000_000, design: long_retries, events: deliveries },
    Workload { name: "W4-1000", size: HOPS, design: |n| designs::hops(1_000, n), events: hops },
    Workload { name: "W4-100000", size: HOPS, design: |n| designs::hops(100_000, n), events: hops },
    Workload {
        name: "W4-1000000",
        size: HOPS,
        design: |n| designs::hops(1_000_000, n),
        events: hops,
    },
    Workload { name: "W5-10", size: JOBS, design: |n| designs::layers(10, n), events: links },
    Workload { name: "W5-100", size: JOBS, design: |n| designs::layers(100, n), events: links },
    Workload { name: "W5-1000", size: JOBS, design: |n| designs::layers(1_000, n), events: links },
    Workload {
        name: "W5-10000",
        size: JOBS,
        design: |n| designs::layers(10_000, n),
        events: links,
    },
];

const HOPS: u64 = 10_000_000;
const JOBS: u64 = 500_000;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let size: Option<u64> = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_asked = |word: &str| arguments.iter().any(|argument| argument == word);
    let keep = match (is_asked("record"), is_asked("hash")) {
        (true, _) => Keep::Everything,
        (false, true) => Keep::Fingerprint,
        (false, false) => Keep::Statistics,
    };
    let wanted = arguments.iter().find(|argument| argument.starts_with('W'));
    let is_wanted = |name: &str| {
        wanted.is_none_or(|wanted| name == wanted || name.starts_with(&format!("{wanted}-")))
    };
    for workload in WORKLOADS.iter().filter(|workload| is_wanted(workload.name)) {
        measure(workload, size, keep);
    }
    if is_wanted("W6") {
        ensemble(size.unwrap_or(SEEDS));
    }
}

fn long_retries(messages: u64) -> String {
    let times = messages / 50_000;
    let crashes = Crashes { every_us: 10_000_000, phase_us: 1_250_000, for_us: 100_000, times };
    designs::retries(messages, crashes)
}

/// Arrivals at the source and ends of work.
fn jobs(run: &Run) -> u64 {
    produced(run) + run.totals().acknowledged
}

fn hops(run: &Run) -> u64 {
    run.totals().acknowledged
}

/// Arrivals at the source, arrivals at each node and ends of work.
fn links(run: &Run) -> u64 {
    produced(run) + 2 * run.totals().acknowledged
}

/// Arrivals at producers, entries into queues (again after a failure), ends of work, crashes and
/// restarts.
fn deliveries(run: &Run) -> u64 {
    let plan = run.plan();
    let mut events = produced(run) * 2 + 2 * plan.faults.len() as u64;
    for edge in (0..plan.edges.len() as u32).filter(|edge| is_subscription(plan, *edge)) {
        let counts = run.subscription(edge);
        let is_first = plan.edges[edge as usize].name.starts_with("orders");
        let again = counts.failed - counts.dead_lettered;
        let arrived = if is_first { again } else { counts.acknowledged };
        events += arrived + counts.acknowledged + counts.failed;
    }
    events
}

fn is_subscription(plan: &Plan, edge: u32) -> bool {
    let from = plan.edges[edge as usize].from;
    plan.design.nodes[plan.nodes[from as usize].design_index].is_channel()
}

/// Messages of producers.
fn produced(run: &Run) -> u64 {
    let plan = run.plan();
    let is_producer = |index: &usize| {
        let node = &plan.nodes[*index];
        matches!(plan.design.nodes[node.design_index].role, Role::Producer(_))
    };
    (0..plan.nodes.len())
        .filter(is_producer)
        .map(|index| u64::from(run.published(index as u32)))
        .sum()
}

/// Runs a workload five times, or once at another size, and prints what it came to.
fn measure(workload: &Workload, size: Option<u64>, keep: Keep) {
    let begun = Instant::now();
    let text = (workload.design)(size.unwrap_or(workload.size));
    let design = native::read(&text).expect("the design is valid").design;
    drop(text);
    let plan = plan(&design, 1);
    let compiled = begun.elapsed();
    let runs = if size.is_some() { 1 } else { RUNS };
    let mut times: Vec<Duration> = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        let mut recorder = Recorder::new(&plan, keep);
        let mut run = Run::new(Arc::clone(&plan));
        let begun = Instant::now();
        run.advance_to(plan.end, &mut recorder);
        times.push(begun.elapsed());
        assert_eq!(run.imbalance(), None, "the books balance");
        last = Some((run, recorder));
    }
    let (run, recorder) = last.expect("it ran at least once");
    times.sort_unstable();
    let events = (workload.events)(&run);
    let totals = run.totals();
    println!(
        "{:<11} {:>6.2} M/s  {events} model events ({} of the calendar), {} copies = {} \
         acknowledged + {} dead + {} under way, hash {}, compiled in {compiled:.1?}, peak {} MiB{}",
        workload.name,
        events as f64 / times[times.len() / 2].as_secs_f64() / 1e6,
        run.events(),
        totals.copies,
        totals.acknowledged,
        totals.dead_lettered,
        totals.under_way(),
        recorder.hash(),
        peak_kib() / 1024,
        recorded(&recorder),
    );
}

fn plan(design: &Design, seed: u64) -> Arc<Plan> {
    let scenario = design.scenario(None).expect("it has a scenario");
    Plan::compile(design, scenario, seed)
        .unwrap_or_else(|findings| panic!("it cannot run: {:?}", findings.first()))
}

fn recorded(recorder: &Recorder) -> String {
    let record = recorder.record();
    if record.is_empty() {
        return String::new();
    }
    let bytes = record.bytes() as f64 / record.len() as f64;
    format!(", {} entries of {bytes:.1} bytes", record.len())
}

/// W6: many seeds of a small W3, one run a thread.
fn ensemble(seeds: u64) {
    let crashes = Crashes { every_us: 100_000, phase_us: 12_500, for_us: 5_000, times: 2 };
    let text = designs::retries(1_100, crashes);
    let design = native::read(&text).expect("the design is valid").design;
    let mut rates = Vec::new();
    for threads in [1, 2] {
        let mut times: Vec<(Duration, u64)> =
            (0..RUNS).map(|_| sweep(&design, seeds, threads)).collect();
        times.sort_unstable();
        let (time, events) = times[RUNS / 2];
        let rate = seeds as f64 / time.as_secs_f64();
        rates.push(rate);
        println!(
            "W6 {threads} threads  {:>6.2} M/s  {rate:.0} runs a second of {} model events, peak {} \
             MiB",
            events as f64 / time.as_secs_f64() / 1e6,
            events / seeds,
            peak_kib() / 1024,
        );
    }
    println!("W6 two threads are {:.2} times as fast as one", rates[1] / rates[0]);
}

/// All seeds on so many threads: how long, and how many model events.
fn sweep(design: &Design, seeds: u64, threads: u64) -> (Duration, u64) {
    let begun = Instant::now();
    let events = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    let mine = (first..seeds).step_by(threads as usize);
                    mine.map(|seed| one_of_many(design, seed)).sum::<u64>()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no run panics")).sum()
    });
    (begun.elapsed(), events)
}

fn one_of_many(design: &Design, seed: u64) -> u64 {
    let plan = plan(design, seed);
    let mut recorder = Recorder::new(&plan, Keep::Statistics);
    let end = plan.end;
    let mut run = Run::new(plan);
    run.advance_to(end, &mut recorder);
    assert_eq!(run.imbalance(), None, "the books balance");
    deliveries(&run)
}

/// The most memory this process ever had, from the operating system.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
