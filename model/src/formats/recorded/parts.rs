//! The parts of one recorded event, as they stand in the file.

use std::borrow::Cow;

use super::instant;
use crate::recorded::TimeForm;

/// Why the parts of an event could not be found: what was expected.
pub(super) type PartsError = String;

/// The parts of an event, and what each is called when it is missing.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) time: Part<'a>,
    pub(super) key: Option<Part<'a>>,
    pub(super) event_type: Part<'a>,
    pub(super) size: Option<Part<'a>>,
    /// Where the payload must stand, if it must and does not.
    pub(super) missing_payload: Option<&'a str>,
    /// The payload as JSON text, if it is there.
    pub(super) payload: Option<&'a str>,
    /// Bytes of the payload as it stands in the file.
    pub(super) payload_bytes: usize,
}

/// One part of an event.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its place in words: `/time` or `column placed_at`.
    pub(super) place: &'a str,
    /// What stands there.
    pub(super) found: Found<'a>,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum Found<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Number(&'a str),
    /// Something with parts of its own, or `true` and `false`.
    Other,
}

impl<'a> Parts<'a> {
    pub(super) fn time(&self, form: TimeForm) -> Result<i64, String> {
        let place = self.time.place;
        let expected = || format!("expected {} at `{place}`", instant::words(form));
        match &self.time.found {
            Found::Text(text) => instant::read(text, form)
                .ok_or_else(|| format!("{}, found `{}`", expected(), short(text))),
            Found::Number(text) if form != TimeForm::DateTime => instant::read(text, form)
                .ok_or_else(|| format!("{}, found `{}`", expected(), short(text))),
            found @ (Found::Nothing | Found::Number(_) | Found::Other) => {
                Err(format!("{}, found {}", expected(), found.word()))
            }
        }
    }

    /// The ordering key: a whole number as it is, anything else by its hash.
    pub(super) fn key(&self) -> Result<Option<u64>, String> {
        let Some(part) = &self.key else { return Ok(None) };
        match &part.found {
            Found::Text(text) => Ok(Some(key_of(text))),
            Found::Number(text) => Ok(Some(key_of(text))),
            found @ (Found::Nothing | Found::Other) => Err(format!(
                "expected a key, text or number, at `{}`, found {}",
                part.place,
                found.word()
            )),
        }
    }

    pub(super) fn event_type(&self) -> Result<Cow<'a, str>, String> {
        match &self.event_type.found {
            Found::Text(text) if !text.is_empty() => Ok(text.clone()),
            found @ (Found::Nothing | Found::Text(_) | Found::Number(_) | Found::Other) => {
                Err(format!(
                    "expected the type of the event, a text, at `{}`, found {}",
                    self.event_type.place,
                    found.word()
                ))
            }
        }
    }

    pub(super) fn payload_is_there(&self) -> Result<(), String> {
        match self.missing_payload {
            Some(place) => Err(format!("expected the payload at `{place}`, found nothing")),
            None => Ok(()),
        }
    }

    pub(super) fn bytes(&self) -> Result<u64, String> {
        let Some(part) = &self.size else { return Ok(self.payload_bytes as u64) };
        let text = match &part.found {
            Found::Text(text) => &**text,
            Found::Number(text) => text,
            Found::Nothing | Found::Other => "",
        };
        text.parse().map_err(|_| {
            format!("expected a size, a whole number of bytes, at `{}`, found {}", part.place, {
                part.found.word()
            })
        })
    }
}

impl Found<'_> {
    pub(super) fn word(&self) -> String {
        match self {
            Found::Nothing => "nothing".to_owned(),
            Found::Text(text) => format!("`{}`", short(text)),
            Found::Number(text) => format!("the number {text}"),
            Found::Other => "something else".to_owned(),
        }
    }
}

/// The first letters of a text, for a sentence.
pub(super) fn short(text: &str) -> String {
    const LETTERS: usize = 40;
    match text.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A whole number as it is, any other text by its hash (FNV-1a, 64 bits).
fn key_of(text: &str) -> u64 {
    let is_plain = text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = is_plain && (text == "0" || !text.starts_with('0'));
    if let Some(number) = is_canonical.then(|| text.parse().ok()).flatten() {
        return number;
    }
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
