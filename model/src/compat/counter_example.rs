//! A payload that shows why a change breaks: it fits the old schema, and not the new one.

use serde_json::Value;

use crate::schema::wild::{Ideas, wild};
use crate::schema::{Checker, Parsed};

/// A payload that fits what the writer says and that the reader rejects, if so many tries find
/// one. The same pair gives the same payload.
#[must_use]
pub fn counter_example(writer: &Checker, reader: &Checker, tries: u64) -> Option<Value> {
    let (Parsed::Json(old), Parsed::Json(new)) = (&**writer.parsed(), &**reader.parsed()) else {
        return None;
    };
    let ideas = Ideas::of(&[old, new]);
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut draw = move || next(&mut state);
    (0..tries).find_map(|_| {
        let payload = wild(old, &ideas, &mut draw);
        (!reader.fits(&payload) && writer.fits(&payload)).then_some(payload)
    })
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
