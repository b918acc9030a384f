//! Time to see any instant of a recorded run of a million events again.
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

/// Half a million jobs: an arrival and a departure each.
const ARRIVALS: &str = "500000";
const SEEKS: usize = 500;

fn main() {
    let text = include_str!("workloads/w1.ron").replace("10000000", ARRIVALS);
    let design = native::read(&text).expect("the design is valid").design;
    let scenario = design.scenario(None).expect("it has a scenario");
    let plan = Plan::compile(&design, scenario, scenario.seed).expect("it can be run");
    let begun = Instant::now();
    let recording =
        Recording::make(plan, Keep::Everything, |_| true).expect("nobody stops the run");
    println!("{} events recorded in {:?}", recording.report().events, begun.elapsed());
    let busy_until = recording
        .record()
        .len()
        .checked_sub(1)
        .and_then(|last| recording.record().entry(last))
        .map_or(Time::ZERO, |entry| entry.at);
    let mut random = Stream::new(1, "instants", Purpose::Arrival);
    let mut times: Vec<Duration> = (0..SEEKS)
        .map(|_| {
            let instant = Time(random.below(busy_until.0));
            let begun = Instant::now();
            let run = recording.at(instant);
            let took = begun.elapsed();
            assert_eq!(run.now(), instant, "it is that instant");
            took
        })
        .collect();
    times.sort_unstable();
    println!(
        "{SEEKS} instants at random: median {:?}, 99 of 100 within {:?}, slowest {:?}",
        times[SEEKS / 2],
        times[SEEKS * 99 / 100],
        times[SEEKS - 1],
    );
}
