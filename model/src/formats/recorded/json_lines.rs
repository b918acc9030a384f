//! JSON lines: one object on each line. Empty lines mean nothing.

use super::pointer::Pointers;
use super::{Step, Window};
use crate::recorded::Fields;

/// Where the parts of an event stand: nowhere, unless the design says so.
pub(super) fn pointers(fields: &Fields) -> Result<Pointers, String> {
    Pointers::new(fields, false)
}

/// The next line.
pub(super) fn step<'a>(window: Window<'a>, pointers: &'a Pointers) -> Step<'a> {
    let Window { bytes, is_last } = window;
    let (length, after) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (at, 1),
        None if !is_last => return Step::More,
        None if bytes.is_empty() => return Step::End,
        None => (bytes.len(), 0),
    };
    let line = &bytes[..length];
    if line.trim_ascii().is_empty() {
        return Step::Blank(length + after);
    }
    Step::Event { before: 0, length, after, parts: pointers.parts(line) }
}
