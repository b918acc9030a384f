//! A payload that shows why a change breaks: it fits the old schema, and not the new one.

use serde_json::Value;

use crate::schema::wild::{Ideas, wild};
use crate::schema::{Checker, Parsed, luck};

/// A payload that fits what the writer says and that the reader rejects, if so many tries find
/// one. The same pair gives the same payload.
#[must_use]
pub fn counter_example(writer: &Checker, reader: &Checker, tries: u64) -> Option<Value> {
    let (Parsed::Json(old), Parsed::Json(new)) = (&**writer.parsed(), &**reader.parsed()) else {
        return None;
    };
    let ideas = Ideas::of(&[old, new]);
    let mut draw = luck(0);
    (0..tries).find_map(|_| {
        let payload = wild(old, &ideas, &mut draw);
        (!reader.fits(&payload) && writer.fits(&payload)).then_some(payload)
    })
}
