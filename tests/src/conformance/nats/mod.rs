//! The cases of subjects and streams, and what they say to a server of NATS.

mod lease;
mod reading;
mod real;
mod retention;
mod settings;
mod simulated;
mod streams;
mod subjects;

use expect_test::Expect;

use self::real::Nats;
use self::simulated::Simulated;
use self::streams::Streams;
use super::check;

const LIMITS: &str = "jetstream.limits";
const INTEREST: &str = "jetstream.interest";
const WORK_QUEUE: &str = "jetstream.workqueue";

/// Runs the steps of a case wherever the table says that it runs.
fn check(
    case: &'static str,
    presets: &[&'static str],
    steps: impl Fn(&mut dyn Streams) + Sync,
    expected: Expect,
) {
    check::compared::<Nats>(case, presets, |nats| steps(nats), &expected);
    let lines = |preset| {
        let mut simulated = Simulated::new(preset);
        steps(&mut simulated);
        simulated.into_lines()
    };
    check::simulated(case, presets, lines, &expected);
}
