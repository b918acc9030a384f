//! Logical types: how people write what Avro keeps as numbers and bytes.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Shape;

/// Digits of a decimal at most.
const DIGITS: u64 = 1000;
/// Digits that are counted with.
const COUNTED: u32 = 38;

/// What a number, or bytes, mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Logical {
    /// Two's complement, the highest byte first, in units of ten to the minus `scale`.
    Decimal {
        precision: u32,
        scale: u32,
    },
    Uuid,
    /// Days since 1970.
    Date,
    /// Since midnight; so many parts of a second.
    TimeOfDay {
        per_second: i64,
    },
    /// Since 1970 in UTC; so many parts of a second.
    Timestamp {
        per_second: i64,
    },
    /// The same without saying where.
    LocalTimestamp {
        per_second: i64,
    },
    /// Months, days and milliseconds, each a number of four bytes, the lowest first.
    Duration,
}

/// A value as Avro keeps it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Raw {
    Whole(i64),
    Bytes(Vec<u8>),
    Text(String),
}

const MILLIS: i64 = 1_000;
const MICROS: i64 = 1_000_000;
const NANOS: i64 = 1_000_000_000;

impl Logical {
    /// The logical type of a name on a type; nothing if nobody knows the name, an error if it does
    /// not suit the type.
    pub(super) fn of(
        name: &str,
        shape: &Shape,
        members: &Map<String, Value>,
    ) -> Result<Option<Logical>, String> {
        let is_whole = |logical, wanted: &Shape, word: &str| {
            let suits = shape == wanted;
            if suits { Ok(Some(logical)) } else { Err(format!("it stands for {word} only")) }
        };
        let of_long = |logical| is_whole(logical, &Shape::Long, "`long`");
        match (name, shape) {
            ("date", _) => is_whole(Logical::Date, &Shape::Int, "`int`"),
            ("time-millis", _) => {
                is_whole(Logical::TimeOfDay { per_second: MILLIS }, &Shape::Int, "`int`")
            }
            ("time-micros", _) => of_long(Logical::TimeOfDay { per_second: MICROS }),
            ("timestamp-millis", _) => of_long(Logical::Timestamp { per_second: MILLIS }),
            ("timestamp-micros", _) => of_long(Logical::Timestamp { per_second: MICROS }),
            ("timestamp-nanos", _) => of_long(Logical::Timestamp { per_second: NANOS }),
            ("local-timestamp-millis", _) => {
                of_long(Logical::LocalTimestamp { per_second: MILLIS })
            }
            ("local-timestamp-micros", _) => {
                of_long(Logical::LocalTimestamp { per_second: MICROS })
            }
            ("local-timestamp-nanos", _) => of_long(Logical::LocalTimestamp { per_second: NANOS }),
            ("uuid", Shape::Text | Shape::Fixed { size: 16, .. }) => Ok(Some(Logical::Uuid)),
            ("uuid", _) => Err("it stands for `string`, or a `fixed` of 16 bytes, only".into()),
            ("duration", Shape::Fixed { size: 12, .. }) => Ok(Some(Logical::Duration)),
            ("duration", _) => Err("it stands for a `fixed` of 12 bytes only".into()),
            ("decimal", Shape::Bytes) => decimal(members, None).map(Some),
            ("decimal", Shape::Fixed { size, .. }) => decimal(members, Some(*size)).map(Some),
            ("decimal", _) => Err("it stands for `bytes` or `fixed` only".into()),
            _ => Ok(None),
        }
    }

    /// What people read; nothing if they cannot.
    pub(super) fn shown(self, raw: &Raw) -> Option<Value> {
        let text = match (self, raw) {
            (Logical::Date, Raw::Whole(days)) => {
                let days =
                    SignedDuration::from_hours(24).checked_mul(i32::try_from(*days).ok()?)?;
                Date::constant(1970, 1, 1).checked_add(days).ok()?.to_string()
            }
            (Logical::TimeOfDay { per_second }, Raw::Whole(parts)) => {
                let nanos = parts.checked_mul(NANOS / per_second)?;
                let past = SignedDuration::from_nanos(nanos);
                let is_day = (0..24 * 3600 * NANOS).contains(&nanos);
                is_day.then(|| Time::midnight().wrapping_add(past).to_string())?
            }
            (Logical::Timestamp { per_second }, Raw::Whole(parts)) => {
                timestamp(*parts, per_second)?.to_string()
            }
            (Logical::LocalTimestamp { per_second }, Raw::Whole(parts)) => {
                let text = timestamp(*parts, per_second)?.to_string();
                text.trim_end_matches('Z').to_owned()
            }
            (Logical::Decimal { scale, .. }, Raw::Bytes(bytes)) => {
                decimal_text(number(bytes)?, scale)
            }
            (Logical::Uuid, Raw::Bytes(bytes)) => uuid_text(bytes)?,
            (Logical::Uuid, Raw::Text(text)) => text.clone(),
            (Logical::Duration, Raw::Bytes(bytes)) => duration_text(bytes)?,
            _ => return None,
        };
        Some(Value::String(text))
    }

    /// What Avro keeps of what people wrote; nothing if they wrote something else. `size` is that
    /// of a `fixed`.
    pub(super) fn raw(self, value: &Value, size: Option<usize>) -> Option<Raw> {
        if let (Logical::Decimal { precision, scale }, Value::Number(number)) = (self, value) {
            return decimal_raw(&number.to_string(), (precision, scale), size);
        }
        let text = value.as_str()?;
        Some(match self {
            Logical::Date => {
                let date: Date = text.parse().ok().filter(|_| text.len() == 10)?;
                let since = date.duration_since(Date::constant(1970, 1, 1));
                Raw::Whole(since.as_hours() / 24)
            }
            Logical::TimeOfDay { per_second } => {
                let time: Time = text.parse().ok().filter(|_| !text.starts_with('T'))?;
                let since = time.duration_since(Time::midnight());
                Raw::Whole(parts_of(since.as_nanos(), per_second)?)
            }
            Logical::Timestamp { per_second } => {
                let at: Timestamp = text.parse().ok()?;
                Raw::Whole(parts_of(at.as_nanosecond(), per_second)?)
            }
            Logical::LocalTimestamp { per_second } => {
                let at: DateTime = text.parse().ok().filter(|_| text.contains('T'))?;
                let since = at.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
                Raw::Whole(parts_of(since.as_nanos(), per_second)?)
            }
            Logical::Decimal { precision, scale } => decimal_raw(text, (precision, scale), size)?,
            Logical::Uuid if size.is_none() => uuid_bytes(text).map(|_| Raw::Text(text.into()))?,
            Logical::Uuid => Raw::Bytes(uuid_bytes(text)?),
            Logical::Duration => Raw::Bytes(duration_bytes(text)?),
        })
    }

    /// What is expected, in words.
    pub(super) fn expected(self) -> String {
        match self {
            Logical::Decimal { precision, scale } => format!(
                "a decimal of at most {precision} digits, {scale} of them after the point, such \
                 as \"{}\"",
                decimal_text(1, scale)
            ),
            Logical::Uuid => "a UUID".into(),
            Logical::Date => "a date such as \"2026-05-17\"".into(),
            Logical::TimeOfDay { per_second: MILLIS } => {
                "a time of day in milliseconds such as \"10:20:30.123\"".into()
            }
            Logical::TimeOfDay { .. } => {
                "a time of day in microseconds such as \"10:20:30.123456\"".into()
            }
            Logical::Timestamp { .. } => "an instant such as \"2026-05-17T10:20:30.123Z\"".into(),
            Logical::LocalTimestamp { .. } => {
                "a local date and time such as \"2026-05-17T10:20:30.123\"".into()
            }
            Logical::Duration => "a duration such as \"P1M2DT3.5S\"".into(),
        }
    }
}

fn decimal(members: &Map<String, Value>, size: Option<usize>) -> Result<Logical, String> {
    let Some(precision) = members.get("precision").and_then(Value::as_u64).filter(|it| *it > 0)
    else {
        return Err("it needs a `precision` of 1 or more".into());
    };
    let scale = match members.get("scale") {
        None => Some(0),
        Some(scale) => scale.as_u64().filter(|scale| *scale <= precision),
    };
    let Some(scale) = scale else { return Err("`scale` is from 0 to the `precision`".into()) };
    if precision > DIGITS {
        return Err(format!("more than {DIGITS} digits are not counted with"));
    }
    // 8 bits are 2.408 decimal digits; one bit is the sign.
    let most = size.map_or(DIGITS, |size| (8 * size as u64).saturating_sub(1) * 30_103 / 100_000);
    if precision > most {
        return Err(format!("{most} digits fit into its bytes, not {precision}"));
    }
    Ok(Logical::Decimal { precision: precision as u32, scale: scale as u32 })
}

fn timestamp(parts: i64, per_second: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(parts) * i128::from(NANOS / per_second)).ok()
}

/// A time in parts of a second, if it is a whole number of them.
fn parts_of(nanos: i128, per_second: i64) -> Option<i64> {
    let one = i128::from(NANOS / per_second);
    (nanos % one == 0).then(|| i64::try_from(nanos / one).ok())?
}

/// The number in two's complement; nothing if it is larger than any that is counted with.
fn number(bytes: &[u8]) -> Option<i128> {
    let (first, is_long) = (*bytes.first().unwrap_or(&0), bytes.len() > 16);
    let filler = if first >= 0x80 { 0xff } else { 0 };
    let cut = bytes.len().saturating_sub(16);
    if is_long && bytes[..cut].iter().any(|byte| *byte != filler) {
        return None;
    }
    let mut whole = [filler; 16];
    let kept = &bytes[cut..];
    whole[16 - kept.len()..].copy_from_slice(kept);
    Some(i128::from_be_bytes(whole))
}

/// A number of units of ten to the minus `scale`.
pub(super) fn decimal_text(units: i128, scale: u32) -> String {
    let (sign, scale) = (if units < 0 { "-" } else { "" }, scale as usize);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

fn decimal_raw(text: &str, (precision, scale): (u32, u32), size: Option<usize>) -> Option<Raw> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_written = !whole.is_empty() && is_number(whole) && is_number(part);
    let padding = (scale as usize).checked_sub(part.len())?;
    if !is_written || (digits.contains('.') && part.is_empty()) {
        return None;
    }
    let all = format!("{whole}{part}{:0<padding$}", "");
    let all = all.trim_start_matches('0');
    if all.len() > precision.min(COUNTED) as usize {
        return None;
    }
    let units: i128 = if all.is_empty() { 0 } else { all.parse().ok()? };
    let bytes = (sign * units).to_be_bytes();
    let Some(size) = size else { return Some(Raw::Bytes(shortest(&bytes).to_vec())) };
    let filler = if sign * units < 0 { 0xff } else { 0 };
    let mut fixed = vec![filler; size.saturating_sub(16)];
    fixed.extend_from_slice(&bytes[16_usize.saturating_sub(size)..]);
    Some(Raw::Bytes(fixed))
}

/// As few bytes as keep the number and its sign.
fn shortest(bytes: &[u8; 16]) -> &[u8] {
    let is_idle =
        |pair: &[u8]| (pair[0] == 0 && pair[1] < 0x80) || (pair[0] == 0xff && pair[1] >= 0x80);
    let idle = bytes.windows(2).take_while(|pair| is_idle(pair)).count();
    &bytes[idle..]
}

fn uuid_text(bytes: &[u8]) -> Option<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    (hex.len() == 32).then(|| {
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    })
}

fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    let is_dashed = text.is_ascii()
        && text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| {
            if matches!(i, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        });
    if !is_dashed {
        return None;
    }
    let hex: String = text.chars().filter(|letter| *letter != '-').collect();
    (0..16).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect()
}

fn duration_text(bytes: &[u8]) -> Option<String> {
    let part = |i: usize| bytes.get(4 * i..4 * i + 4)?.try_into().ok().map(u32::from_le_bytes);
    let (months, days, millis) = (part(0)?, part(1)?, part(2)?);
    let thousandths = match millis % 1000 {
        0 => String::new(),
        rest => format!(".{rest:03}"),
    };
    Some(format!("P{months}M{days}DT{}{thousandths}S", millis / 1000))
}

fn duration_bytes(text: &str) -> Option<Vec<u8>> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').map_or((rest, ""), |(days, time)| (days, time));
    let (months, days) = days.split_once('M').unwrap_or(("0", days));
    let days = if days.is_empty() { "0" } else { days.strip_suffix('D')? };
    let seconds = if time.is_empty() { "0" } else { time.strip_suffix('S')? };
    let (seconds, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let digits = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok())?
    };
    let thousandths = (part.len() <= 3).then(|| digits(&format!("{part:0<3}")))??;
    let millis = digits(seconds)?.checked_mul(1000)?.checked_add(thousandths)?;
    let parts = [digits(months)?, digits(days)?, millis];
    Some(parts.iter().flat_map(|part| part.to_le_bytes()).collect())
}

/// Bytes as a text with a letter for each (ISO 8859-1), as JSON of the specification has them.
pub(super) fn letters(bytes: &[u8]) -> Value {
    json!(bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
}

/// The bytes of such a text; nothing if a letter is none.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect()
}
