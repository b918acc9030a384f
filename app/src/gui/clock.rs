//! Simulated time as people read it: instants as on a clock, lengths with a fitting unit.

use flowbench_model::time::{NS_PER_SEC, Time};

const NS_PER_MS: u64 = 1_000_000;

/// An instant to the millisecond: `00:42.130`, `1:02:03.004`.
#[must_use]
pub fn short(time: Time) -> String {
    let ms = time.0 / NS_PER_MS;
    let (secs, ms) = (ms / 1000, ms % 1000);
    let (mins, secs) = (secs / 60, secs % 60);
    match (mins / 60, mins % 60) {
        (0, mins) => format!("{mins:02}:{secs:02}.{ms:03}"),
        (hours, mins) => format!("{hours}:{mins:02}:{secs:02}.{ms:03}"),
    }
}

/// An instant to the nanosecond, without what is zero behind the milliseconds: `00:42.130 s`,
/// `00:42.130 250 001 s`.
#[must_use]
pub fn exact(time: Time) -> String {
    let rest = time.0 % NS_PER_MS;
    let (us, ns) = (rest / 1000, rest % 1000);
    let finer = match (us, ns) {
        (0, 0) => String::new(),
        (us, 0) => format!(" {us:03}"),
        (us, ns) => format!(" {us:03} {ns:03}"),
    };
    format!("{}{finer} s", short(time))
}

/// A label on a scale whose ticks are `step` nanoseconds apart: `1:30`, `0:30.25`.
#[must_use]
pub fn tick(ns: u64, step: u64) -> String {
    let secs = ns / NS_PER_SEC;
    let whole = match secs / 3600 {
        0 => format!("{}:{:02}", secs / 60, secs % 60),
        hours => format!("{hours}:{:02}:{:02}", secs / 60 % 60, secs % 60),
    };
    let digits = format!("{:09}", ns % NS_PER_SEC);
    let decimals = decimals(step);
    if decimals == 0 { whole } else { format!("{whole}.{}", &digits[..decimals]) }
}

/// How many digits behind the second a step needs.
fn decimals(step: u64) -> usize {
    let mut unit = NS_PER_SEC;
    let mut decimals = 0;
    while decimals < 9 && !step.is_multiple_of(unit) {
        unit /= 10;
        decimals += 1;
    }
    decimals
}

/// A length with a fitting unit and at most four digits: `29.92 s`, `740 ms`, `2 min 10 s`.
#[must_use]
pub fn length(ns: u64) -> String {
    let value = ns as f64;
    match ns {
        0 => "0 s".to_owned(),
        1..1_000 => format!("{ns} ns"),
        1_000..NS_PER_MS => format!("{} µs", rounded(value / 1e3)),
        NS_PER_MS..NS_PER_SEC => format!("{} ms", rounded(value / 1e6)),
        _ if ns < 60 * NS_PER_SEC => format!("{} s", rounded(value / 1e9)),
        _ => {
            let secs = ns / NS_PER_SEC;
            format!("{} min {} s", secs / 60, secs % 60)
        }
    }
}

fn rounded(value: f64) -> String {
    let decimals = if value < 10.0 {
        3
    } else if value < 100.0 {
        2
    } else {
        1
    };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_as_on_a_clock() {
        assert_eq!(exact(Time(42_130_000_000)), "00:42.130 s");
        assert_eq!(exact(Time(42_130_250_000)), "00:42.130 250 s");
        assert_eq!(exact(Time(42_130_000_001)), "00:42.130 000 001 s");
        assert_eq!(short(Time(3_723_004_000_000)), "1:02:03.004");
    }

    #[test]
    fn ticks_have_as_many_digits_as_their_step_needs() {
        assert_eq!(tick(90_000_000_000, 30_000_000_000), "1:30");
        assert_eq!(tick(30_250_000_000, 50_000_000), "0:30.25");
        assert_eq!(tick(3_600_000_000_000, 60_000_000_000), "1:00:00");
        assert_eq!(tick(1, 1), "0:00.000000001");
    }

    #[test]
    fn lengths_have_a_fitting_unit() {
        assert_eq!(length(29_920_000_000), "29.92 s");
        assert_eq!(length(740_000_000), "740 ms");
        assert_eq!(length(130_000_000_000), "2 min 10 s");
        assert_eq!(length(1_500), "1.5 µs");
        assert_eq!(length(100_000_000_000), "1 min 40 s");
        assert_eq!(length(0), "0 s");
    }
}
