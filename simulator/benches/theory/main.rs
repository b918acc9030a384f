//! What theory says and what the simulator measures: each system in 30 replications, each number
//! with its 99 % interval.
//!
//! `cargo bench -p flowbench-simulator --bench theory [-- [MESSAGES] [NAME]]`: all, or the systems
//! whose names have this in them.

#![allow(clippy::print_stdout, reason = "a program that measures and prints")]

#[path = "systems.rs"]
mod systems;

use flowbench_simulator::statistics::Estimate;
use systems::Scope;

/// Messages of a replication, unless the command says how many.
const MESSAGES: u64 = 200_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let messages = words.iter().find_map(|word| word.parse().ok()).unwrap_or(MESSAGES);
    let name = words.iter().find(|word| word.parse::<u64>().is_err());
    let scope = Scope { messages, loads: &[0.3, 0.5, 0.7, 0.8, 0.9], members: usize::MAX };
    println!("{} replications of {messages} messages each", systems::REPLICATIONS);
    println!("{:<32} {:<24} {:>12} {:>12} {:>12}", "", "", "theory", "measured", "±");
    let (mut all, mut held, mut furthest) = (0, 0, 0.0_f64);
    let wanted = |it: &systems::System| name.is_none_or(|name| it.name.contains(name.as_str()));
    for system in systems::systems(&scope).into_iter().filter(wanted) {
        for (what, expected, values) in system.measured() {
            let estimate = Estimate::of(&values, 0.99).expect("there are two");
            let is_held = estimate.contains(expected);
            let mark = if is_held { "" } else { "outside" };
            println!(
                "{:<32} {what:<24} {:>12} {:>12} {:>12} {mark}",
                system.name,
                shown(expected, expected),
                shown(estimate.mean, expected),
                shown(estimate.half_width, expected),
            );
            all += 1;
            held += u32::from(is_held);
            furthest = furthest.max(systems::errors(&estimate, expected));
        }
    }
    println!(
        "{held} of {all} within their 99 % intervals, the furthest {furthest:.1} standard errors \
         away"
    );
}

/// Times in milliseconds, which a system's numbers are if they are large; shares as they are.
fn shown(number: f64, expected: f64) -> String {
    if expected < 1e4 { format!("{number:.6}") } else { format!("{:.4} ms", number / 1e6) }
}
