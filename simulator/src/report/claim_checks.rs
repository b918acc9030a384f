//! What became of payloads that are stored beside the channels.

use serde::Serialize;

use crate::run::Run;

/// The blobs of a type of message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ClaimCheckReport {
    /// Name of the message.
    pub message: String,
    /// Blobs that were stored.
    pub stored: u64,
    /// Their bytes.
    pub stored_bytes: u64,
    /// How often one was fetched.
    pub fetched: u64,
    /// How often one was to be fetched that was gone.
    pub dangling: u64,
    /// Blobs that a consumer deleted.
    pub deleted: u64,
    /// Blobs that went by their age.
    pub expired: u64,
    /// Blobs whose message never reached a channel.
    pub orphaned: u64,
    /// Their bytes.
    pub orphaned_bytes: u64,
    /// Blobs that are kept at the end, orphans included.
    pub kept: u64,
    /// Their bytes.
    pub kept_bytes: u64,
    /// Orphans that are kept at the end.
    pub orphans_kept: u64,
}

pub(super) fn reports(run: &Run) -> Vec<ClaimCheckReport> {
    let plan = run.plan();
    let report = |message_type: u32| {
        let it = run.blobs(message_type)?;
        Some(ClaimCheckReport {
            message: plan.type_name(message_type).to_owned(),
            stored: it.stored.count,
            stored_bytes: it.stored.bytes,
            fetched: it.fetched,
            dangling: it.dangling,
            deleted: it.deleted,
            expired: it.expired,
            orphaned: it.orphaned.count,
            orphaned_bytes: it.orphaned.bytes,
            kept: it.kept.count,
            kept_bytes: it.kept.bytes,
            orphans_kept: it.orphans_kept.count,
        })
    };
    (0..plan.message_types.len() as u32).filter_map(report).collect()
}
