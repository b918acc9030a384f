//! CloudEvents 1.0 in the JSON batch format: one array of events, which may lie on many lines.

use serde_json::value::RawValue;

use super::pointer::Pointers;
use super::{Step, Window};

/// What was last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Stage {
    /// Nothing.
    #[default]
    Start,
    /// The beginning of the array.
    Open,
    /// An event.
    Event,
    /// What is between two events.
    Comma,
}

/// The next event of the array. What is no JSON ends it, since nobody can tell where the event
/// after that begins.
pub(super) fn step<'a>(window: Window<'a>, stage: &mut Stage, pointers: &'a Pointers) -> Step<'a> {
    let Window { bytes, is_last } = window;
    let Some(first) = bytes.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return if is_last { Step::Broken(0, expected(*stage, "nothing")) } else { Step::More };
    };
    match (bytes[first], *stage) {
        _ if first > 0 => Step::Blank(first),
        (b'[', Stage::Start) => sign(stage, Stage::Open),
        (b',', Stage::Event) => sign(stage, Stage::Comma),
        (b']', Stage::Open | Stage::Event) => after_the_end(&bytes[1..], is_last),
        (b'{', Stage::Open | Stage::Comma) => event(window, stage, pointers),
        (other, _) => {
            let found = format!("`{}`", char::from(other).escape_default());
            Step::Broken(0, expected(*stage, &found))
        }
    }
}

fn sign<'a>(stage: &mut Stage, next: Stage) -> Step<'a> {
    *stage = next;
    Step::Blank(1)
}

fn expected(stage: Stage, found: &str) -> String {
    let expected = match stage {
        Stage::Start => "an array of events",
        Stage::Open => "an event, or the end of the array",
        Stage::Event => "a comma and an event, or the end of the array",
        Stage::Comma => "an event",
    };
    format!("expected {expected}, found {found}")
}

/// What comes after the array: nothing.
fn after_the_end<'a>(rest: &[u8], is_last: bool) -> Step<'a> {
    match rest.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(byte) => {
            let found = char::from(*byte).escape_default();
            Step::Broken(0, format!("expected nothing after the array, found `{found}`"))
        }
        None if is_last => Step::End,
        None => Step::More,
    }
}

fn event<'a>(window: Window<'a>, stage: &mut Stage, pointers: &'a Pointers) -> Step<'a> {
    let mut values = serde_json::Deserializer::from_slice(window.bytes).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(raw)) => {
            let length = raw.get().len();
            let parts = pointers.parts(&window.bytes[..length]);
            *stage = Stage::Event;
            Step::Event { before: 0, length, after: 0, parts }
        }
        Some(Err(error)) if !window.is_last && is_at_end(&error, window.bytes) => Step::More,
        Some(Err(error)) => {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            let sentence = format!("expected JSON, found: {what} (column {})", error.column());
            Step::Broken(error.line().saturating_sub(1) as u64, sentence)
        }
        None => Step::More,
    }
}

/// Whether an error may come of it that the bytes end: some of them name another reason then.
fn is_at_end(error: &serde_json::Error, bytes: &[u8]) -> bool {
    let before = error.line().saturating_sub(1);
    let line: usize = bytes.split_inclusive(|it| *it == b'\n').take(before).map(<[u8]>::len).sum();
    error.is_eof() || line + error.column() + 1 >= bytes.len()
}
