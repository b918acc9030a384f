//! Messages of a run: who published them, because of what.

use flowbench_model::time::Time;

use crate::plan::{ClassIndex, NONE, NodeIndex, Plan, TypeIndex};

/// The identity of a message within a run: counted from 0 in the order of publication.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MessageId(pub u32);

impl MessageId {
    /// No message.
    pub const NONE: MessageId = MessageId(u32::MAX);
}

/// A message as it travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its identity.
    pub id: MessageId,
    /// Its type; [`NONE`] for a call without contract.
    pub message_type: TypeIndex,
    /// What it says to channels; [`NONE`] for a call.
    pub(crate) class: ClassIndex,
    /// The node that published it.
    pub source: NodeIndex,
    /// Counted from 1 at that node.
    pub number: u32,
    /// Its ordering key.
    pub key: u64,
    /// The message whose handling published it; [`MessageId::NONE`] at an origin.
    pub cause: MessageId,
    /// The first message of the chain.
    pub root: MessageId,
    /// The producer of the first message of the chain.
    pub root_source: NodeIndex,
    /// When the first message of the chain was published.
    pub root_at: Time,
    /// When it was published.
    pub published_at: Time,
    /// The innermost message along this chain to which somebody waits for a reply.
    pub(crate) expectation: MessageId,
    /// What faults have made of it, a bit for each.
    pub(crate) marks: u16,
    /// The version it has if a fault has changed that; else 0.
    pub(crate) version: u16,
}

impl Message {
    /// A message that is published now: what it is, and where it comes from.
    #[inline(always)]
    pub(crate) fn new(
        id: MessageId,
        (class, message_type): (ClassIndex, TypeIndex),
        (source, number): (NodeIndex, u32),
        key: Option<u64>,
        cause: Option<&Message>,
        now: Time,
    ) -> Message {
        Message {
            id,
            message_type,
            class,
            source,
            number,
            key: key.unwrap_or(u64::from(number)),
            cause: cause.map_or(MessageId::NONE, |cause| cause.id),
            root: cause.map_or(id, |cause| cause.root),
            root_source: cause.map_or(source, |cause| cause.root_source),
            root_at: cause.map_or(now, |cause| cause.root_at),
            published_at: now,
            expectation: cause.map_or(MessageId::NONE, |cause| cause.expectation),
            marks: 0,
            version: 0,
        }
    }

    /// Whether no fault has made anything else of it.
    #[inline(always)]
    pub(crate) fn is_untouched(&self) -> bool {
        self.marks | self.version == 0
    }

    /// A message that nobody has published.
    pub(crate) const NOBODY: Message = Message {
        id: MessageId::NONE,
        message_type: NONE,
        class: NONE,
        source: NONE,
        number: 0,
        key: 0,
        cause: MessageId::NONE,
        root: MessageId::NONE,
        root_source: NONE,
        root_at: Time::ZERO,
        published_at: Time::ZERO,
        expectation: MessageId::NONE,
        marks: 0,
        version: 0,
    };
}

/// A slot and the use of it that is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handle {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl Plan {
    /// The name of a message: `shop#17`.
    #[must_use]
    pub fn message_name(&self, source: NodeIndex, number: u32) -> String {
        format!("{}#{number}", self.nodes[source as usize].name)
    }

    /// The name of a message type.
    #[must_use]
    pub fn type_name(&self, message_type: TypeIndex) -> &str {
        self.message_types.get(message_type as usize).map_or("request", String::as_str)
    }
}
