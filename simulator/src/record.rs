//! The record of a run: every transition as an entry, the lineage of every message, and the hash.

use flowbench_model::time::Time;

use crate::message::{Message, MessageId};
use crate::packed::Packed;
use crate::plan::{NodeIndex, TypeIndex};
use crate::record::columns::{MESSAGE, column_of};
use crate::rng::mix;

mod columns;
mod reasons;

pub use reasons::{DropReason, Failure};

/// One transition. 32 bytes; in a record about half of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// More about it; see [`EntryKind`].
    pub detail: u64,
    /// Which message; [`MessageId::NONE`] for faults and the like.
    pub message: MessageId,
    /// Where: an edge, a node or a fault; see [`EntryKind`].
    pub place: u32,
    /// Which delivery of the message on this subscription, or which attempt of a call, from 1; 0
    /// where there is none.
    pub attempt: u16,
    /// What.
    pub kind: EntryKind,
}

/// What happened. In parentheses: what `place` and `detail` are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum EntryKind {
    /// A node published a message (publish edge, ordering key).
    Published,
    /// A message entered a channel (channel node, 0).
    Arrived,
    /// A message was made twice by a fault (edge, 0).
    Duplicated,
    /// A consumer began an attempt (subscribe edge, 0).
    Delivered,
    /// The channel takes it for handled (subscribe edge, 1 if the message had its effect before,
    /// [`COMMITTED`] if it was handled earlier, [`UNWANTED`] if the consumer did not want it, else
    /// 0).
    Acknowledged,
    /// A consumer was done after the channel had taken the message back (subscribe edge, 1 if the
    /// message had its effect before, else 0).
    AcknowledgedLate,
    /// A consumer had handled the message before and did nothing (subscribe edge, 0).
    Suppressed,
    /// An attempt failed (subscribe edge, [`Failure`]).
    Failed,
    /// The message waits for its next attempt (subscribe edge, nanoseconds).
    RetryScheduled,
    /// The channel took the message back from a consumer or a link that was lost (subscribe edge,
    /// [`Failure`]).
    Returned,
    /// The message was given up and moved to a dead-letter channel (subscribe edge, [`Failure`]).
    DeadLettered,
    /// The message waited longer than it may (channel node, 0).
    Expired,
    /// The message is gone (edge or channel node, [`DropReason`]).
    Dropped,
    /// An operator sent a dead letter back (subscribe edge, 0).
    Redriven,
    /// A caller asked (call edge, ordering key).
    CallSent,
    /// A callee began to serve (call edge, 0).
    CallServed,
    /// The reply came back (call edge, 0).
    CallReturned,
    /// The call failed for the caller (call edge, [`Failure`]).
    CallFailed,
    /// No reply to an emission came in time (emitting node, 0).
    ReplyTimedOut,
    /// A fault began (index of the fault, 0).
    FaultStarted,
    /// A fault ended (index of the fault, 0).
    FaultEnded,
    /// An operator acted (index of the action, number of messages it took).
    Acted,
    /// The channel refused what its publisher sent (publish edge, 0).
    Refused,
    /// The time within which the consumer had to settle the message was over (subscribe edge, 0).
    LeaseExpired,
    /// A consumer was done; its position is not committed yet (subscribe edge, 1 if the message
    /// had its effect before, else 0).
    Handled,
    /// The message will not be delivered again, and stays where it is (subscribe edge,
    /// [`Failure`]).
    Advised,
    /// A partition got a new owner (subscribe edge, number of the partition).
    Assigned,
    /// A fault struck a message, and no other entry says how (index of the fault, 0).
    Struck,
    /// A call was not made: its caller held itself back (call edge, [`Failure`]).
    CallRejected,
    /// A retry was not made: the budget was used up (edge, [`Failure`] of the attempt before).
    RetryDenied,
    /// A circuit breaker opened (call edge, number of failures it knew of).
    BreakerOpened,
    /// A circuit breaker lets calls through on trial (call edge, 0).
    BreakerHalfOpened,
    /// A circuit breaker closed (call edge, failures among the trials).
    BreakerClosed,
    /// A rate limit lets an attempt wait (subscribe or call edge, nanoseconds).
    Throttled,
    /// An autoscaler ordered instances (consumer node, instances that work or are ordered).
    ScaleOrdered,
    /// Other instances work than before (consumer node, how many).
    Scaled,
    /// The payload does not fit the schema that the consumer reads by, which handles it all the
    /// same (subscribe edge, 0).
    Flagged,
    /// An instance of a consumer's pattern went to another state (consumer node, position of the
    /// state on the card of the pattern, or in the design). Its attempt is the step of the state,
    /// counted from 1, where there are steps.
    Moved,
    /// An attempt went on without the answer to a call that had failed (call edge, [`Failure`] of
    /// the call).
    Continued,
    /// An operator lets a message be delivered again that the channel, or an archive, has kept
    /// (subscribe edge, 0).
    Replayed,
    /// A row that a relay publishes went to another state (consumer node, position of the state on
    /// the card of how it publishes).
    Row,
    /// A consumer waits with a delivery until another of the same message is over (subscribe edge,
    /// 0).
    Awaits,
    /// The payload of a message that only names it was stored, fetched or deleted, or is an orphan
    /// (node, position of the state on the card of claim checks).
    Blob,
}

/// The detail of an acknowledgement by a commit: what was handled is also an entry of its own.
pub const COMMITTED: u64 = 2;

/// The detail of an acknowledgement of what its consumer did not want and has not read.
pub const UNWANTED: u64 = 3;

/// What the place of an entry is an index of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceKind {
    /// A node of the plan.
    Node,
    /// An edge of the plan.
    Edge,
    /// A fault of the plan.
    Fault,
    /// An action of the plan.
    Action,
}

impl EntryKind {
    /// The word for it in logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Published => "published",
            EntryKind::Arrived => "arrived",
            EntryKind::Duplicated => "duplicated",
            EntryKind::Delivered => "delivered",
            EntryKind::Acknowledged => "acknowledged",
            EntryKind::AcknowledgedLate => "acknowledged too late",
            EntryKind::Suppressed => "suppressed as a duplicate",
            EntryKind::Failed => "failed",
            EntryKind::RetryScheduled => "waits for retry",
            EntryKind::Returned => "returned to the channel",
            EntryKind::DeadLettered => "dead-lettered",
            EntryKind::Expired => "expired",
            EntryKind::Dropped => "dropped",
            EntryKind::Redriven => "redriven",
            EntryKind::CallSent => "call sent",
            EntryKind::CallServed => "call served",
            EntryKind::CallReturned => "call returned",
            EntryKind::CallFailed => "call failed",
            EntryKind::ReplyTimedOut => "reply timed out",
            EntryKind::FaultStarted => "fault started",
            EntryKind::FaultEnded => "fault ended",
            EntryKind::Struck => "struck",
            EntryKind::Refused => "refused",
            EntryKind::LeaseExpired => "lease expired",
            EntryKind::Handled => "handled",
            EntryKind::Advised => "given up in place",
            EntryKind::Assigned => "assigned",
            EntryKind::Acted => "operator acted",
            EntryKind::CallRejected => "call not made",
            EntryKind::RetryDenied => "retry not made",
            EntryKind::BreakerOpened => "breaker opened",
            EntryKind::BreakerHalfOpened => "breaker half-open",
            EntryKind::BreakerClosed => "breaker closed",
            EntryKind::Throttled => "throttled",
            EntryKind::ScaleOrdered => "instances ordered",
            EntryKind::Scaled => "scaled",
            EntryKind::Flagged => "flagged as invalid",
            EntryKind::Moved => "state changed",
            EntryKind::Continued => "went on without the answer",
            EntryKind::Replayed => "replayed",
            EntryKind::Row => "row",
            EntryKind::Awaits => "waits for another delivery",
            EntryKind::Blob => "blob",
        }
    }
}

impl Entry {
    /// A transition of a message: what, and where; `attempt` from 1, or 0 where there is none.
    #[inline(always)]
    pub(crate) fn of(
        message: &Message,
        at: Time,
        (kind, place): (EntryKind, u32),
        attempt: u32,
        detail: u64,
    ) -> Entry {
        let attempt = attempt.min(u32::from(u16::MAX)) as u16;
        Entry { at, detail, message: message.id, place, attempt, kind }
    }

    /// Whether a consumer was done with a message at this entry, in time.
    #[must_use]
    pub fn is_handled(&self) -> bool {
        self.kind == EntryKind::Handled
            || self.kind == EntryKind::Acknowledged && self.detail < COMMITTED
    }

    /// What `place` is an index of.
    #[inline(always)]
    #[must_use]
    pub fn place_kind(&self) -> PlaceKind {
        match self.kind {
            EntryKind::Arrived
            | EntryKind::Expired
            | EntryKind::ReplyTimedOut
            | EntryKind::ScaleOrdered
            | EntryKind::Scaled
            | EntryKind::Moved
            | EntryKind::Row
            | EntryKind::Blob => PlaceKind::Node,
            EntryKind::Dropped
                if DropReason::from_detail(self.detail).is_some_and(DropReason::is_of_channel) =>
            {
                PlaceKind::Node
            }
            EntryKind::DeadLettered
                if Failure::from_detail(self.detail).is_some_and(Failure::is_of_channel) =>
            {
                PlaceKind::Node
            }
            EntryKind::FaultStarted | EntryKind::FaultEnded | EntryKind::Struck => PlaceKind::Fault,
            EntryKind::Acted => PlaceKind::Action,
            EntryKind::Published
            | EntryKind::Duplicated
            | EntryKind::Delivered
            | EntryKind::Acknowledged
            | EntryKind::AcknowledgedLate
            | EntryKind::Suppressed
            | EntryKind::Failed
            | EntryKind::RetryScheduled
            | EntryKind::Returned
            | EntryKind::DeadLettered
            | EntryKind::Dropped
            | EntryKind::Redriven
            | EntryKind::CallSent
            | EntryKind::CallServed
            | EntryKind::CallReturned
            | EntryKind::CallFailed
            | EntryKind::Refused
            | EntryKind::LeaseExpired
            | EntryKind::Handled
            | EntryKind::Advised
            | EntryKind::CallRejected
            | EntryKind::RetryDenied
            | EntryKind::BreakerOpened
            | EntryKind::BreakerHalfOpened
            | EntryKind::BreakerClosed
            | EntryKind::Throttled
            | EntryKind::Flagged
            | EntryKind::Continued
            | EntryKind::Replayed
            | EntryKind::Awaits
            | EntryKind::Assigned => PlaceKind::Edge,
        }
    }
}

/// Where a message comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lineage {
    /// Its ordering key.
    pub key: u64,
    /// The node that published it.
    pub source: NodeIndex,
    /// Counted from 1 at that node.
    pub number: u32,
    /// The message whose handling published it.
    pub cause: MessageId,
    /// Its type.
    pub message_type: TypeIndex,
}

/// What happened in a run.
#[derive(Clone, Debug, Default)]
pub struct Record {
    entries: Packed<Entry>,
    lineage: Packed<Lineage>,
}

impl Record {
    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry at an index.
    #[must_use]
    pub fn entry(&self, index: usize) -> Option<Entry> {
        self.entries.get(index)
    }

    /// Entries in order, from an index.
    pub fn entries_from(&self, index: usize) -> impl Iterator<Item = Entry> {
        self.entries.rows_from(index)
    }

    /// The entries of some kinds, in order. Cost: a look at one byte of each entry.
    pub fn entries_of_kinds(
        &self,
        is_wanted: impl Fn(EntryKind) -> bool + Copy,
    ) -> impl Iterator<Item = Entry> {
        self.entries.tagged(is_wanted)
    }

    /// The index of the first entry later than `time`.
    #[must_use]
    pub fn first_after(&self, time: Time) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.entries.get(middle).is_some_and(|entry| entry.at <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Number of messages.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.lineage.len()
    }

    /// Where a message comes from.
    #[must_use]
    pub fn lineage(&self, message: MessageId) -> Option<Lineage> {
        self.lineage.get(message.0 as usize)
    }

    /// The chain of causes from a message's direct cause to its origin.
    #[must_use]
    pub fn causes(&self, message: MessageId) -> Vec<MessageId> {
        let mut causes = Vec::new();
        let mut next = self.lineage(message).map_or(MessageId::NONE, |lineage| lineage.cause);
        while let Some(lineage) = self.lineage(next) {
            causes.push(next);
            next = lineage.cause;
        }
        causes
    }

    /// The indices of the entries of one message, in order. Cost: one pass over the parts of the
    /// record in which it, or a younger and an older one, occurs.
    #[must_use]
    pub fn entries_of(&self, message: MessageId) -> Vec<usize> {
        self.entries.with(MESSAGE, column_of(message))
    }

    /// Bytes in use, for the figures that are reported.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.bytes() + self.lineage.bytes()
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(crate) fn push_message(&mut self, message: &Message) {
        self.lineage.push(Lineage {
            key: message.key,
            source: message.source,
            number: message.number,
            cause: message.cause,
            message_type: message.message_type,
        });
    }
}

/// The hash over the entries of a run: two runs with the same hash did the same.
///
/// Each entry is four words; each word is mixed in by a multiplication and a rotation, and the
/// value is finished with [`mix`]. Part of the record format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordHash(u64);

impl Default for RecordHash {
    fn default() -> RecordHash {
        RecordHash(0x243F_6A88_85A3_08D3)
    }
}

impl RecordHash {
    /// Adds an entry. `place_key` stands for its place: indices shift when an unrelated node comes
    /// into the design, keys do not.
    #[inline]
    pub(crate) fn add(&mut self, entry: &Entry, place_key: u64) {
        const K: u64 = 0x9E37_79B9_7F4A_7C15;
        let place = place_key ^ u64::from(entry.message.0);
        let what = u64::from(entry.attempt) << 8 | entry.kind as u64;
        // Independent products first: only two steps depend on the hash so far.
        let left = (entry.at.0 ^ what.rotate_left(40)).wrapping_mul(K);
        let right = (place ^ entry.detail.rotate_left(32)).wrapping_mul(K.rotate_left(32) | 1);
        self.0 = (self.0.rotate_left(23) ^ left ^ right.rotate_left(29)).wrapping_mul(K);
    }

    /// The hash so far.
    #[must_use]
    pub fn value(self) -> u64 {
        mix(self.0)
    }
}

impl std::fmt::Display for RecordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.value())
    }
}
