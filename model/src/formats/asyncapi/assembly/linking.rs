//! How the documents fit each other: channels that nobody hears, and names that drift apart.

use super::Assembly;
use crate::formats::asyncapi::document::Document;

/// Says what does not fit.
pub(super) fn look(_documents: &[Document], _assembly: &mut Assembly) {}
