//! The times of recorded events, in nanoseconds.

use jiff::Timestamp;

use crate::recorded::TimeForm;

/// What a time looks like, for a sentence.
pub(super) fn words(form: TimeForm) -> &'static str {
    match form {
        TimeForm::DateTime => "a date and time as in RFC 3339, such as `2026-03-01T08:00:00Z`,",
        TimeForm::Seconds => "a number of seconds",
        TimeForm::Milliseconds => "a number of milliseconds",
        TimeForm::Microseconds => "a number of microseconds",
        TimeForm::Nanoseconds => "a number of nanoseconds",
    }
}

/// A time in nanoseconds; nothing if the text is none, or one that 64 bits do not hold (for dates,
/// those outside the years 1677 to 2262).
pub(in crate::formats) fn read(text: &str, form: TimeForm) -> Option<i64> {
    match form {
        TimeForm::DateTime => date_time(text),
        TimeForm::Seconds => decimal(text, 9),
        TimeForm::Milliseconds => decimal(text, 6),
        TimeForm::Microseconds => decimal(text, 3),
        TimeForm::Nanoseconds => decimal(text, 0),
    }
}

fn date_time(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok()?.as_nanosecond().try_into().ok()
}

/// A decimal number times 10 to the power of `digits`; further decimals are cut off.
fn decimal(text: &str, digits: usize) -> Option<i64> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(digits);
    let value = whole.bytes().chain(fraction).try_fold(0_i64, |value, digit| {
        value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
    })?;
    Some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_nanosecond() {
        let date = |text| read(text, TimeForm::DateTime);
        assert_eq!(date("1970-01-01T00:00:01Z"), Some(1_000_000_000));
        assert_eq!(date("1970-01-01T02:00:00.000000001+02:00"), Some(1));
        assert_eq!(date("1969-12-31T23:59:59.5Z"), Some(-500_000_000));
        assert_eq!(date("2026-03-01 08:00"), None);
        assert_eq!(date("9999-01-01T00:00:00Z"), None, "64 bits do not hold it");
        assert_eq!(read("1.5", TimeForm::Seconds), Some(1_500_000_000));
        assert_eq!(read("-2", TimeForm::Milliseconds), Some(-2_000_000));
        assert_eq!(read("7.0009", TimeForm::Microseconds), Some(7_000));
        assert_eq!(read("12", TimeForm::Nanoseconds), Some(12));
        for hostile in ["", "-", ".", "1.", ".5", "1e9", "99999999999999999999", "١"] {
            assert_eq!(read(hostile, TimeForm::Seconds), None, "{hostile}");
        }
    }
}
