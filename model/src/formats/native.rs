//! The native format: a design as RON text that people may write by hand and review line by line.
//!
//! Beyond plain RON: `Some(…)` around a value and the inner parentheses of `Consumer((…))` may be
//! left out, numbers must be finite, and a map names each key once.

mod align;
mod error;
mod notation;
mod pieces;
mod place;
mod read;
mod reconcile;
mod source;
mod token;
pub(crate) mod tree;
mod write;

pub use error::{Problem, ReadError};
pub(crate) use read::judge;
pub use read::{Document, read};
pub use reconcile::save;
pub use source::Source;
pub(crate) use token::SyntaxError;
pub use write::write;
pub(crate) use write::{compact, quoted};

#[cfg(test)]
pub(crate) use tests::generate;

#[cfg(test)]
mod tests;
