//! Simulated time: instants, lengths and rates as integers, and how people write them.
//! Wall-clock time is absent on purpose.

use std::fmt;
use std::str::FromStr;

/// Nanoseconds in one second.
pub const NS_PER_SEC: u64 = 1_000_000_000;

/// An instant of simulated time: nanoseconds since the scenario began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(pub u64);

/// A length of simulated time in nanoseconds. Written with a unit: `250ms`, `1.5s`, `2min`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span(pub u64);

/// How often something happens: `count` times in every `per`. Written `10/s`, `3/min`, `9/10ms`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rate {
    /// Occurrences in each `per`; at least 1.
    pub count: u64,
    /// The length in which `count` occurrences fall; longer than zero.
    pub per: Span,
}

/// Why a text is no length of time or no rate.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TimeError {
    /// Not a number followed by a known unit.
    #[error("expected a length of time such as `250ms`, `1.5s` or `2min`, found `{0}`")]
    NotASpan(String),
    /// Not `COUNT/UNIT` or `COUNT/LENGTH`.
    #[error("expected a rate such as `10/s`, `3/min` or `9/10ms`, found `{0}`")]
    NotARate(String),
    /// Longer than `u64` nanoseconds (584 years).
    #[error("`{0}` is longer than the simulator can count (584 years)")]
    TooLong(String),
    /// Finer than a nanosecond.
    #[error("`{0}` is finer than one nanosecond")]
    TooFine(String),
}

/// Units from the longest to the shortest, with their length in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("h", 3600 * NS_PER_SEC),
    ("min", 60 * NS_PER_SEC),
    ("s", NS_PER_SEC),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

impl Time {
    /// The beginning of the scenario.
    pub const ZERO: Time = Time(0);

    /// The instant `span` later; stays at the end of time instead of overflowing.
    #[must_use]
    pub fn after(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }

    /// The length from `earlier` to this instant; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Seconds as a float, for drawing and statistics only.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NS_PER_SEC as f64
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// Both, one after the other; stays at the longest instead of overflowing.
    #[must_use]
    pub const fn saturating_add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }

    /// A length of whole milliseconds.
    #[must_use]
    pub const fn from_millis(ms: u64) -> Span {
        Span(ms * 1_000_000)
    }

    /// A length of whole seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Span {
        Span(secs * NS_PER_SEC)
    }

    /// Seconds as a float, for drawing and statistics only.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NS_PER_SEC as f64
    }
}

impl Rate {
    /// The mean length between two occurrences, in nanoseconds, as a float.
    #[must_use]
    pub fn mean_interval_ns(self) -> f64 {
        self.per.0 as f64 / self.count as f64
    }

    /// Why the simulator cannot count so often, if it cannot.
    #[must_use]
    pub fn objection(self) -> Option<&'static str> {
        if self.count == 0 || self.per == Span::ZERO {
            Some("a rate is more than nothing, as `10/s`")
        } else if self.count > self.per.0 {
            Some("this is more often than once in a nanosecond, which is as fine as time is")
        } else {
            None
        }
    }

    /// The instant of the `index`-th occurrence of an even stream that starts at zero, exact to
    /// the nanosecond however many have gone before.
    #[must_use]
    pub fn occurrence(self, index: u64) -> Span {
        let ns = u128::from(index) * u128::from(self.per.0) / u128::from(self.count);
        Span(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    /// Occurrences a second, for display.
    #[must_use]
    pub fn per_sec(self) -> f64 {
        self.count as f64 * NS_PER_SEC as f64 / self.per.0 as f64
    }
}

impl FromStr for Span {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Span, TimeError> {
        let trimmed = text.trim();
        let not_a_span = || TimeError::NotASpan(text.to_owned());
        let unit_at =
            trimmed.find(|c: char| c.is_ascii_alphabetic() || c == 'µ').ok_or_else(not_a_span)?;
        let (number, unit) = trimmed.split_at(unit_at);
        let unit = if unit == "µs" { "us" } else { unit };
        let (_, unit_ns) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(not_a_span)?;
        Ok(Span(scaled(number.trim_end(), *unit_ns, text, not_a_span)?))
    }
}

/// A decimal number times `unit`, exactly.
fn scaled(
    number: &str,
    unit: u64,
    text: &str,
    error: impl Fn() -> TimeError,
) -> Result<u64, TimeError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) || number.ends_with('.') {
        return Err(error());
    }
    if fraction.len() > 18 {
        return Err(TimeError::TooFine(text.to_owned()));
    }
    let too_long = || TimeError::TooLong(text.to_owned());
    let denominator = 10u128.pow(u32::try_from(fraction.len()).map_err(|_| error())?);
    let digits: u128 = format!("{whole}{fraction}").parse().map_err(|_| too_long())?;
    let product = digits.checked_mul(u128::from(unit)).ok_or_else(too_long)?;
    if product % denominator != 0 {
        return Err(TimeError::TooFine(text.to_owned()));
    }
    u64::try_from(product / denominator).map_err(|_| too_long())
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let (unit, unit_ns) =
            UNITS.iter().find(|(_, ns)| self.0.is_multiple_of(*ns)).unwrap_or(&("ns", 1));
        write!(f, "{}{unit}", self.0 / unit_ns)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

impl FromStr for Rate {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Rate, TimeError> {
        let error = || TimeError::NotARate(text.to_owned());
        let (count, per) = text.trim().split_once('/').ok_or_else(error)?;
        let per = per.trim();
        let per = if per.starts_with(|c: char| c.is_ascii_digit()) {
            per.parse::<Span>()
        } else {
            format!("1{per}").parse::<Span>()
        };
        let per = per.map_err(|_| error())?;
        let count = count.trim();
        let decimals = count.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let scale =
            10u64.checked_pow(u32::try_from(decimals).map_err(|_| error())?).ok_or_else(error)?;
        let count = scaled(count, scale, text, error)?;
        let per_ns = per.0.checked_mul(scale).ok_or_else(|| TimeError::TooLong(text.to_owned()))?;
        if count == 0 || per_ns == 0 {
            return Err(error());
        }
        Ok(Rate { count, per: Span(per_ns) })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = self.per.to_string();
        write!(
            f,
            "{}/{}",
            self.count,
            per.strip_prefix('1')
                .filter(|unit| !unit.starts_with(|c: char| c.is_ascii_digit()))
                .unwrap_or(&per)
        )
    }
}

/// Serialize as the text that people write.
macro_rules! serde_as_text {
    ($($type:ty),*) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$type, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use serde_as_text;

serde_as_text!(Span, Rate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_as_the_largest_unit_that_divides_them() {
        for text in ["0s", "1ns", "250ms", "1500ms", "90s", "2min", "1h", "1111111ns"] {
            let span: Span = text.parse().expect(text);
            assert_eq!(span.to_string(), text);
        }
        assert_eq!("1.5s".parse(), Ok(Span::from_millis(1500)));
        assert_eq!("10 ms".parse(), Ok(Span::from_millis(10)));
    }

    #[test]
    fn wrong_spans_say_what_was_expected() {
        for text in ["", "5", "ms", "-1s", "1.s", "1e3s", "5 parsecs", "1..5s"] {
            assert_eq!(text.parse::<Span>(), Err(TimeError::NotASpan(text.to_owned())));
        }
        assert!(matches!("0.5ns".parse::<Span>(), Err(TimeError::TooFine(_))));
        assert!(matches!("99999999999h".parse::<Span>(), Err(TimeError::TooLong(_))));
    }

    #[test]
    fn rates_round_trip_and_stay_exact() {
        for text in ["10/s", "3/min", "9/10ms", "1/s"] {
            assert_eq!(text.parse::<Rate>().expect(text).to_string(), text);
        }
        assert_eq!("2.5/s".parse::<Rate>().expect("rate").to_string(), "25/10s");
        let thirds: Rate = "3/s".parse().expect("rate");
        assert_eq!(thirds.occurrence(3_000_000_000), Span::from_secs(1_000_000_000));
        for text in ["", "10", "0/s", "a/s", "1/", "1/0s", "-1/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
