//! What faults and operators make of a message, a bit for each.

/// The payload is corrupt, and its consumers see it.
pub(crate) const CORRUPT: u16 = 1;
/// The payload is corrupt, and nobody sees it.
pub(crate) const CORRUPT_UNSEEN: u16 = 2;
/// It is larger than its consumers can take.
pub(crate) const TOO_LARGE: u16 = 4;
/// It tells of something that was taken back.
pub(crate) const PHANTOM: u16 = 8;
/// It lacks what it is routed by.
pub(crate) const UNROUTABLE: u16 = 16;
/// Readers of a newer version can read it.
pub(crate) const READ_BY_NEWER: u16 = 32;
/// Readers of an older version can read it.
pub(crate) const READ_BY_OLDER: u16 = 64;
/// A registry looks at it when it enters a channel.
pub(crate) const REFUSED_BY_REGISTRY: u16 = 128;
/// It was mended and is no longer poison.
pub(crate) const MENDED: u16 = 256;
/// An operator lets it be delivered again.
pub(crate) const REPLAYED: u16 = 512;
/// The attempt that is under way went on after a call had failed.
pub(crate) const PARTIAL: u16 = 1024;
