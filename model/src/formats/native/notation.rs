//! How the `ron` crate is set up to read and write designs.

use ron::Options;
use ron::extensions::Extensions;

use super::tree::MAX_DEPTH;

/// `Some` and the inner brackets of `Consumer((…))` are left out.
pub(crate) fn options() -> Options {
    Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES)
        .with_recursion_limit(MAX_DEPTH)
}
