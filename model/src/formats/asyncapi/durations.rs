//! Lengths of time as the drafts for retries write them: `PT1M30S` (ISO 8601).

use crate::time::Span;

const SECOND: u64 = 1_000_000_000;

/// The length that a text means; nothing if it means none.
pub(super) fn span_from_text(text: &str) -> Option<Span> {
    let mut rest = text.strip_prefix("PT")?;
    let mut total = 0u64;
    for (unit, seconds) in [('H', 3600), ('M', 60), ('S', 1)] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
        if part.len() > 9 || !part.is_empty() && unit != 'S' {
            return None;
        }
        let part: u64 = format!("{part:0<9}").parse().ok()?;
        let whole = whole.parse::<u64>().ok()?.checked_mul(seconds * SECOND)?;
        total = total.checked_add(whole)?.checked_add(part)?;
        rest = after;
    }
    (rest.is_empty() && text.len() > 2).then_some(Span(total))
}

/// The text for a length.
pub(super) fn text_from_span(span: Span) -> String {
    let (seconds, part) = (span.0 / SECOND, span.0 % SECOND);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = "PT".to_owned();
    for (number, unit) in [(hours, 'H'), (minutes, 'M')] {
        if number > 0 {
            text.push_str(&format!("{number}{unit}"));
        }
    }
    let part = format!("{part:09}");
    let part = part.trim_end_matches('0');
    if !part.is_empty() {
        text.push_str(&format!("{seconds}.{part}S"));
    } else if seconds > 0 || text.len() == 2 {
        text.push_str(&format!("{seconds}S"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_they_are_written() {
        let texts = ["PT0S", "PT1S", "PT1M", "PT1H1M1S", "PT0.25S", "PT90.000000001S", "PT48H"];
        let again = texts.map(|text| text_from_span(span_from_text(text).expect(text)));
        let texts = ["PT0S", "PT1S", "PT1M", "PT1H1M1S", "PT0.25S", "PT1M30.000000001S", "PT48H"];
        assert_eq!(again, texts);
        assert_eq!(span_from_text("PT0,5S"), Some(Span(SECOND / 2)));
        let wrong = ["", "PT", "P1D", "1S", "PT1", "PT-1S", "PTS", "PT1S1M", "PT99999999999999H"];
        assert!(wrong.iter().all(|text| span_from_text(text).is_none()));
    }
}
