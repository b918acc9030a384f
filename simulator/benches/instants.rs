//! Memory of a recorded run of ten million events, and the time to see any instant of it again.
//! `cargo bench -p flowbench-simulator --bench instants`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::time::{Duration, Instant};

use flowbench_model::formats::native;
use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::Keep;
use flowbench_simulator::recording::Recording;
use flowbench_simulator::rng::{Purpose, Stream};

const SEEKS: usize = 500;

fn main() {
    let w1 = include_str!("workloads/w1.ron").replace("10000000", "5000000");
    measure("W1, one station", &w1);
    let log = "Channel((preset: \"kafka.group.classic\"))";
    measure("W1 through a log", &w1.replace("Channel((delivery: PointToPoint))", log));
    measure("W3, retries and dead letters", include_str!("workloads/w3.ron"));
}

/// Records a run and goes to instants of it, at random and one after the other.
fn measure(title: &str, text: &str) {
    let design = native::read(text).expect("the design is valid").design;
    let scenario = design.scenario(None).expect("it has a scenario");
    let plan = Plan::compile(&design, scenario, scenario.seed).expect("it can be run");
    let begun = Instant::now();
    let recording =
        Recording::make(plan, Keep::Everything, |_| true).expect("nobody stops the run");
    let (events, entries) = (recording.report().events, recording.record().len());
    println!(
        "{title}: {events} events recorded in {:.2?}, {:.1} bytes an entry, {} MB with snapshots, \
         {} MB resident",
        begun.elapsed(),
        recording.record().bytes() as f64 / entries.max(1) as f64,
        recording.bytes() >> 20,
        resident_mb(),
    );
    let last = recording.record().entry(entries - 1).expect("something happened").at;
    let mut random = Stream::new(1, "instants", Purpose::Arrival);
    seek("at random", &recording, (0..SEEKS).map(|_| Time(random.below(last.0))));
    let step = last.0 / SEEKS as u64;
    seek("backward", &recording, (0..SEEKS as u64).rev().map(|index| Time(index * step)));
    let begun = Instant::now();
    let comparison = recording.verify(|_| true);
    println!("  verified in {:.2?}: {comparison:?}", begun.elapsed());
}

fn seek(how: &str, recording: &Recording, instants: impl Iterator<Item = Time>) {
    let mut times: Vec<Duration> = instants
        .map(|instant| {
            let begun = Instant::now();
            let run = recording.at(instant);
            let took = begun.elapsed();
            assert_eq!(run.now(), instant, "it is that instant");
            took
        })
        .collect();
    times.sort_unstable();
    println!(
        "  {} instants {how}: median {:.2?}, 99 of 100 within {:.2?}, slowest {:.2?}",
        times.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1],
    );
}

/// Memory of this program so far, at most, as Linux tells it; 0 elsewhere.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}
