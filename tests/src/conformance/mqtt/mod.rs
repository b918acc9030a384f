//! The cases of sessions and subscriptions over MQTT, and what they say to Mosquitto.

mod client;
mod driver;
mod quality;
mod sessions;
mod simulated;
mod topics;

use expect_test::Expect;

use self::driver::Mqtt;
use self::simulated::Simulated;
use self::topics::Topics;
use super::check;

const QOS_0: &str = "mqtt.qos0";
const QOS_1: &str = "mqtt.qos1";
const QOS_2: &str = "mqtt.qos2";

/// Runs the steps of a case wherever the table says that it runs.
fn check(
    case: &'static str,
    presets: &[&'static str],
    steps: impl Fn(&mut dyn Topics) + Sync,
    expected: Expect,
) {
    check::compared::<Mqtt>(case, presets, |mqtt| steps(mqtt), &expected);
    let lines = |preset| {
        let mut simulated = Simulated::new(preset);
        steps(&mut simulated);
        simulated.into_lines()
    };
    check::simulated(case, presets, lines, &expected);
}
