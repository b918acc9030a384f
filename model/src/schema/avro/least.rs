//! The smallest value of each type, which is where derived payloads end that could go on for ever.

use super::{Shape, Type};

/// Records in records of a smallest value at most.
const HIGHEST: u32 = 64;
/// Values in a smallest value at most.
const LARGEST: u64 = 10_000;

/// How small a value of a type can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Least {
    /// Records that contain each other.
    pub(super) height: u32,
    /// Values in it.
    pub(super) size: u64,
}

/// By type, the smallest value; nothing where each contains another of the same kind without end,
/// or more than anybody wants.
pub(super) fn of(types: &[Type]) -> Vec<Option<Least>> {
    let mut known: Vec<Option<Least>> = vec![None; types.len()];
    for height in 0..HIGHEST {
        let mut has_changed = settle(types, &mut known, height);
        // Unions have the height of their branches, and stand in each other's way at most once.
        has_changed |= settle(types, &mut known, height);
        if !has_changed && height > 0 {
            break;
        }
    }
    for least in &mut known {
        *least = least.filter(|least| least.size <= LARGEST);
    }
    known
}

/// Finds the types whose smallest value has this height; whether there were any.
fn settle(types: &[Type], known: &mut [Option<Least>], height: u32) -> bool {
    let mut has_changed = false;
    for (at, of) in types.iter().enumerate() {
        if known[at].is_some() {
            continue;
        }
        let found = match &of.shape {
            Shape::Record { fields, .. } => {
                let parts = fields.iter().map(|field| known[field.of]);
                let sizes: Option<Vec<u64>> = parts
                    .map(|part| part.filter(|it| it.height < height).map(|it| it.size))
                    .collect();
                sizes.map(|sizes| sizes.iter().fold(1, |all: u64, it| all.saturating_add(*it)))
            }
            Shape::Union(branches) => {
                branches.iter().filter_map(|branch| known[*branch]).map(|it| it.size).min()
            }
            Shape::Null
            | Shape::Boolean
            | Shape::Int
            | Shape::Long
            | Shape::Float
            | Shape::Double
            | Shape::Bytes
            | Shape::Text
            | Shape::Array(_)
            | Shape::Map(_) => Some(1),
            Shape::Enum { symbols, .. } => (!symbols.is_empty()).then_some(1),
            // A value of many bytes counts like many values.
            Shape::Fixed { size, .. } => Some(1 + *size as u64 / 16),
        };
        if let Some(size) = found {
            known[at] = Some(Least { height, size });
            has_changed = true;
        }
    }
    has_changed
}
