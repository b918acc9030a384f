//! The cases of streams with groups of readers, and what they say to a server of Redis.

mod cases;
mod driver;
mod entries;
mod simulated;

use expect_test::Expect;

use self::driver::Redis;
use self::entries::Entries;
use self::simulated::Simulated;
use super::check;

/// Runs the steps of a case wherever the table says that it runs.
fn check(
    case: &'static str,
    presets: &[&'static str],
    steps: impl Fn(&mut dyn Entries) + Sync,
    expected: Expect,
) {
    check::compared::<Redis>(case, presets, |redis| steps(redis), &expected);
    let lines = |preset| {
        let mut simulated = Simulated::new(preset);
        steps(&mut simulated);
        simulated.into_lines()
    };
    check::simulated(case, presets, lines, &expected);
}
