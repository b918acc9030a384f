//! The cases of queues behind exchanges, and what they say to a server over AMQP 0-9-1.

mod arguments;
mod capacity;
mod dead_letters;
mod deaths;
mod expiry;
mod queues;
mod real;
mod relay;
mod requeue;
mod routing;
mod sharing;
mod simulated;
mod stream;

use expect_test::Expect;

use self::queues::Queues;
use self::real::Rabbit;
use self::simulated::Simulated;
use super::check;

const CLASSIC: &str = "rabbit.classic";
const UNLIMITED: &str = "rabbit.quorum.3.13";
const LIMITED: &str = "rabbit.quorum.4.0";

/// Runs the steps of a case wherever the table says that it runs.
fn check(
    case: &'static str,
    presets: &[&'static str],
    steps: impl Fn(&mut dyn Queues) + Sync,
    expected: Expect,
) {
    check::compared::<Rabbit>(case, presets, |rabbit| steps(rabbit), &expected);
    simulate(case, presets, &steps, &expected);
}

/// Runs them in the simulator only.
fn simulate(
    case: &'static str,
    presets: &[&'static str],
    steps: &(impl Fn(&mut dyn Queues) + Sync),
    expected: &Expect,
) {
    let lines = |preset| {
        let mut simulated = Simulated::new(preset);
        steps(&mut simulated);
        simulated.into_lines()
    };
    check::simulated(case, presets, lines, expected);
}
