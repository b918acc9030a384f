//! The claim check: the payload of a message is stored in a blob store first, and what is published
//! says where, its hash and its size. Data only.

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// Bytes of a message that only says where its payload is: an address, a hash and a size.
pub const CHECK_BYTES: u64 = 256;

/// Stores the payload of each message beside the channels; whoever handles the message fetches it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimCheck {
    /// How long a blob is kept after it was stored; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_live: Option<Span>,
    /// Whether a consumer deletes the blob when it has handled the message.
    #[serde(skip_serializing_if = "crate::message::is_default")]
    pub deleted_by_consumer: bool,
}
