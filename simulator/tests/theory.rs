//! Systems of which theory knows the numbers, in runs that are short; `--bench theory` makes long
//! ones and prints the table.

use flowbench_simulator::statistics::Estimate;

#[path = "../benches/theory/systems.rs"]
mod systems;

/// Messages of a replication.
const MESSAGES: u64 = 2_000;

#[test]
fn what_is_measured_is_what_theory_says() {
    let (mut all, mut outside) = (0, Vec::new());
    for system in systems::systems(MESSAGES, &[0.3, 0.5, 0.7]) {
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
    assert!(all >= 40, "{all} numbers");
    assert!(outside.len() <= all / 40, "{outside:?} of {all}");
}
