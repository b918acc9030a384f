//! Examples that seem to hold data of real people.

use serde_json::Value;

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "personal-data-in-example",
    title: "an example that looks as if it held data of a person",
    severity: Severity::Warning,
    meaning: "Designs are shared, and catalogues are read by everybody. Mail addresses outside the \
              domains for examples (`example.com`, `.test`), telephone numbers, valid IBANs and \
              numbers of payment cards are recognized; the test numbers of card companies and \
              numbers made of zeros are fine. Replace them by invented ones.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for message in &context.design.messages {
        for (i, version) in message.versions.iter().enumerate() {
            for (j, example) in version.examples.iter().enumerate() {
                let payload: Option<Value> = serde_json::from_str(example).ok();
                let Some(what) = payload.and_then(|payload| personal(&payload)) else { continue };
                let sentence = format!("this looks like {what}; put an invented one here");
                let place = Place::Message(message.name.clone());
                let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                findings.push(finding.at(format_args!("versions.{i}.examples.{j}")));
            }
        }
    }
}

/// What data of a person a payload seems to hold.
fn personal(payload: &Value) -> Option<&'static str> {
    match payload {
        Value::String(text) => of_text(text),
        Value::Array(items) => items.iter().find_map(personal),
        Value::Object(fields) => fields.values().find_map(personal),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn of_text(text: &str) -> Option<&'static str> {
    if text.split_whitespace().any(is_mail_address) {
        Some("somebody's mail address")
    } else if is_iban(text) {
        Some("somebody's IBAN")
    } else if is_card_number(text) {
        Some("the number of somebody's payment card")
    } else if is_telephone_number(text) {
        Some("somebody's telephone number")
    } else {
        None
    }
}

/// Domains that belong to nobody (RFC 2606, RFC 6761).
fn is_reserved(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let is_below = |name: &str| domain == name || domain.ends_with(&format!(".{name}"));
    [
        "example",
        "example.com",
        "example.net",
        "example.org",
        "test",
        "invalid",
        "localhost",
        "local",
    ]
    .iter()
    .any(|name| is_below(name))
}

fn is_mail_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "<>,;:()\"".contains(c)).trim_start_matches("mailto:");
    let Some((user, domain)) = word.rsplit_once('@') else { return false };
    let is_label =
        |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_user = |b: u8| b.is_ascii_alphanumeric() || b"._%+-".contains(&b);
    !user.is_empty()
        && user.bytes().all(is_user)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top.len() >= 2
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && !is_reserved(domain)
}

/// Two letters, two check digits, and the rest of 97 is 1 (ISO 13616).
fn is_iban(text: &str) -> bool {
    let letters: String = text.chars().filter(|c| *c != ' ').collect();
    let bytes = letters.as_bytes();
    let has_shape = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !has_shape || bytes[4..].iter().all(|b| *b == b'0') {
        return false;
    }
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let rest = turned.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// Numbers that card companies give out for tests.
const TEST_CARDS: [&str; 9] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "5555555555554444",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "4000056655665556",
];

/// 13 to 19 digits in groups, as cards begin, of which the check digit is right (Luhn).
fn is_card_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let begins = digits.starts_with(['3', '4', '5', '6']) || digits.starts_with("22");
    let has_shape = (13..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !has_shape || !begins || TEST_CARDS.contains(&&*digits) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(byte, is_doubled)| match (u32::from(byte - b'0'), is_doubled) {
            (digit, false) => digit,
            (digit, true) => digit * 2 % 10 + digit / 5,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An international number: `+`, a country and 8 to 15 digits in all; 555 01xx is for fiction.
fn is_telephone_number(text: &str) -> bool {
    let Some(rest) = text.trim().strip_prefix('+') else { return false };
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let is_other = |c: char| !c.is_ascii_digit() && !" -./()".contains(c);
    let is_fiction = digits.len() == 11 && digits.starts_with('1') && &digits[4..9] == "55501";
    let is_blank = digits.chars().skip(2).all(|c| c == '0');
    (8..=15).contains(&digits.len()) && !rest.contains(is_other) && !is_fiction && !is_blank
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn an_example_has_invented_people() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut version = fixture::version("{}");
        version.examples = vec![
            r#"{"to": ["ann@example.com"]}"#.into(),
            r#"{"to": [{"mail": "Ann <ann.miller@acme.io>"}]}"#.into(),
        ];
        fixture::message(&mut design, "Placed").versions.push(version);
        assert_eq!(
            said(&LINT, &design),
            "warning: message `Placed` at versions.0.examples.1: this looks like somebody's mail \
             address; put an invented one here"
        );
    }

    #[test]
    fn shapes_are_recognized_and_look_alikes_are_not() {
        for (text, what) in [
            ("GB82 WEST 1234 5698 7654 32", "somebody's IBAN"),
            ("4539 1488 0343 6467", "the number of somebody's payment card"),
            ("+49 30 901820", "somebody's telephone number"),
            ("mailto:a@b.de", "somebody's mail address"),
        ] {
            assert_eq!(of_text(text), Some(what), "{text}");
        }
        for fine in [
            "GB82 WEST 1234 5698 7654 33",
            "4539 1488 0343 6468",
            "4242424242424242",
            "1234567890123452",
            "+1 212 555 0123",
            "+00 000 0000",
            "a@mail.example.org",
            "a@b",
            "2026-01-01",
            "@user",
            "",
        ] {
            assert_eq!(of_text(fine), None, "{fine}");
        }
    }
}
