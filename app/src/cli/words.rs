//! Numbers and times as people read them.

/// `1234567` as `1,234,567`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1234.5` as `1,234.5`, with at most six digits after the point.
pub(super) fn amount(number: f64) -> String {
    let text = format!("{:.6}", number.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let sign = if number < 0.0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{}", rest.trim_end_matches('0'));
    text.trim_end_matches('.').to_owned()
}

/// A length of time with up to four digits: `740 ms`, `30.62 s`, `2 min 5 s`.
pub(super) fn time(ns: u64) -> String {
    const SECOND: u64 = 1_000_000_000;
    match ns {
        0 => "0 s".to_owned(),
        1..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => short(ns as f64 / 1e3, "µs"),
        1_000_000..SECOND => short(ns as f64 / 1e6, "ms"),
        _ if ns < 120 * SECOND => short(ns as f64 / 1e9, "s"),
        _ if ns < 7200 * SECOND => parts(ns / SECOND, 60, "min", "s"),
        _ => parts(ns / (60 * SECOND), 60, "h", "min"),
    }
}

fn parts(number: u64, size: u64, large: &str, small: &str) -> String {
    match number % size {
        0 => format!("{} {large}", number / size),
        rest => format!("{} {large} {rest} {small}", number / size),
    }
}

fn short(number: f64, unit: &str) -> String {
    let decimals = if number < 10.0 {
        3
    } else if number < 100.0 {
        2
    } else {
        1
    };
    let text = format!("{number:.decimals$}");
    format!("{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_short_and_exact_enough() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 9000.0, -1234.5].map(amount), ["0", "9,000", "-1,234.5"]);
        let times = [0, 500, 1_500, 740_000_000, 30_620_000_000, 72_900_000_000, 180_000_000_000];
        let texts = ["0 s", "500 ns", "1.5 µs", "740 ms", "30.62 s", "72.9 s", "3 min"];
        assert_eq!(times.map(time), texts);
        assert_eq!(time(7_500_000_000_000), "2 h 5 min");
    }
}
