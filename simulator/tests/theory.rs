//! Systems of which theory knows the numbers, in runs that are short; `--bench theory` makes long
//! ones and prints the table.

use flowbench_simulator::statistics::Estimate;

#[path = "../benches/theory/systems.rs"]
mod systems;

use systems::{Scope, System};

/// Messages of a replication.
const MESSAGES: u64 = 2_000;

#[test]
fn what_is_measured_is_what_theory_says() {
    let (mut all, mut outside) = (0, Vec::new());
    let scope = Scope { messages: MESSAGES, loads: &[0.3, 0.5, 0.7], members: 2 };
    for system in systems::systems(&scope) {
        for (what, expected, values) in system.measured() {
            let estimate = Estimate::of(&values, 0.99).expect("there are two");
            let errors = systems::errors(&estimate, expected);
            assert!(errors < 4.0, "{}, {what}: {expected}, not {estimate:?}", system.name);
            all += 1;
            if !estimate.contains(expected) {
                outside.push(format!("{}, {what}: {errors:.1} errors", system.name));
            }
        }
    }
    assert!(all >= 100, "{all} numbers");
    assert!(outside.len() <= all / 50, "{outside:?} of {all}");
}

/// Two hundred experiments of ten replications each: as many 95 % intervals hold the truth as
/// should, within what chance allows in 99 of 100 cases.
#[test]
fn intervals_of_whole_experiments_hold_the_truth_as_often_as_they_say() {
    let scope = Scope { messages: 500, loads: &[0.5], members: 0 };
    let systems = systems::systems(&scope);
    let system: &System = systems.iter().find(|it| it.name == "M/M/1 at 0.5").expect("it is one");
    let rows = system.replicated(1..=2_000);
    for (at, (what, _, expected)) in system.expected.iter().enumerate() {
        if what.contains("percentile") {
            continue;
        }
        let held = rows.chunks_exact(10).filter(|rows| {
            let values: Vec<f64> = rows.iter().map(|row| row[at]).collect();
            Estimate::of(&values, 0.95).is_some_and(|it| it.contains(*expected))
        });
        let held = held.count();
        assert!((181..=197).contains(&held), "{what}: {held} of 200");
    }
}
