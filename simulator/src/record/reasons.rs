//! Why attempts fail, and why messages are gone.

/// Why an attempt failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Failure {
    /// Bad luck; another attempt may succeed.
    Transient,
    /// The consumer can never handle this message.
    Poison,
    /// The consumer crashed.
    Crashed,
    /// The channel lost its connection to the consumer.
    ConnectionLost,
    /// The delivery was lost on its way.
    DeliveryLost,
    /// A called node was down.
    CallRefused,
    /// A called node did not answer in time.
    CallTimedOut,
    /// A called node answered with an error.
    CallRejected,
    /// The consumer gave the message back.
    Requeued,
    /// The consumer refused the message for good.
    Rejected,
    /// The consumer did not settle the message in time.
    LeaseExpired,
    /// The message waited too long.
    Expired,
    /// The channel was full.
    Overflow,
    /// The payload is not what the contract says.
    Corrupt,
    /// The message is larger than the consumer can take.
    TooLarge,
    /// The consumer cannot read this version.
    Incompatible,
    /// The consumer cannot look up the schema.
    UnknownSchema,
    /// Something that the consumer needs has failed.
    Dependency,
    /// A circuit breaker let no attempt through.
    BreakerOpen,
    /// The consumers of the channel shared out their work anew.
    Rebalanced,
    /// The consumer was scaled in.
    Stopped,
    /// The caller has as many calls under way as it may.
    BulkheadFull,
    /// More came than a rate limit lets through.
    RateLimited,
    /// As many calls wait at the called node as it lets wait.
    QueueFull,
    /// The call waited too long at the called node.
    CallStale,
    /// The payload does not fit the schema by which the consumer reads.
    Invalid,
    /// A condition or a mapping could not be evaluated.
    Expression,
    /// No condition of a router holds.
    Unmatched,
    /// Somebody else has appended to the stream by which it was decided.
    VersionConflict,
    /// The consumer stopped between its database and a channel.
    HalfWritten,
    /// Another delivery of the message was in work.
    AlreadyInWork,
    /// The row that it is joined with is not there.
    RowAbsent,
    /// The payload that it only names is gone.
    Dangling,
}

/// Why a message is gone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum DropReason {
    /// It was lost on an edge.
    Lost,
    /// Nobody subscribes to it.
    Unroutable,
    /// It was given up and there is no dead-letter channel.
    GivenUp,
    /// It failed after it had been acknowledged on receipt.
    AcknowledgedOnReceipt,
    /// An operator discarded the dead letter.
    Operator,
    /// The channel was full.
    Overflow,
    /// The channel refused it, and its publisher gave up.
    Refused,
    /// The channel was down, and its publisher does not ask.
    ChannelDown,
    /// It was recognized as a repetition.
    Deduplicated,
    /// The channel keeps nothing, and nobody was there.
    NobodyThere,
    /// It was kept as long as the channel keeps messages.
    Retention,
    /// A newer message of the same key took its place.
    Compacted,
    /// The leader was lost before the other replicas had it.
    LostOnFailover,
    /// It would have come back to a channel it had died in before.
    DeadLetterCycle,
    /// Its publisher wrote to the database and never published it.
    NotPublished,
    /// Its publisher held it in memory and crashed.
    LostByPublisher,
    /// Its payload is corrupt, and somebody noticed before it was delivered.
    Corrupt,
    /// It is larger than it may be.
    TooLarge,
    /// A registry refused a version that some subscriber cannot read.
    Incompatible,
    /// The channel lost it after it had acknowledged it.
    LostByChannel,
    /// An operator moved consumers past it.
    Skipped,
    /// Its dead-letter channel could not take it, and nobody asked again.
    DeadLetterLost,
    /// Its consumer had it when its session ended.
    SessionEnded,
    /// Nobody had used its channel for so long that it was taken away.
    ChannelExpired,
    /// More came than a rate limit of its consumer lets through.
    RateLimited,
}

impl Failure {
    const ALL: [Failure; 33] = [
        Failure::Transient,
        Failure::Poison,
        Failure::Crashed,
        Failure::ConnectionLost,
        Failure::DeliveryLost,
        Failure::CallRefused,
        Failure::CallTimedOut,
        Failure::CallRejected,
        Failure::Requeued,
        Failure::Rejected,
        Failure::LeaseExpired,
        Failure::Expired,
        Failure::Overflow,
        Failure::Corrupt,
        Failure::TooLarge,
        Failure::Incompatible,
        Failure::UnknownSchema,
        Failure::Dependency,
        Failure::BreakerOpen,
        Failure::Rebalanced,
        Failure::Stopped,
        Failure::BulkheadFull,
        Failure::RateLimited,
        Failure::QueueFull,
        Failure::CallStale,
        Failure::Invalid,
        Failure::Expression,
        Failure::Unmatched,
        Failure::VersionConflict,
        Failure::HalfWritten,
        Failure::AlreadyInWork,
        Failure::RowAbsent,
        Failure::Dangling,
    ];

    /// Whether no other attempt could succeed, and the consumer knows it: it refuses the message.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Failure::Invalid
                | Failure::Expression
                | Failure::Unmatched
                | Failure::VersionConflict
                | Failure::Dangling
        )
    }

    /// Whether it happened in a channel, to a message that no consumer had.
    #[must_use]
    pub fn is_of_channel(self) -> bool {
        matches!(self, Failure::Expired | Failure::Overflow)
    }

    /// The failure that the detail of an entry stands for.
    #[must_use]
    pub fn from_detail(detail: u64) -> Option<Failure> {
        Failure::ALL.get(usize::try_from(detail).ok()?).copied()
    }

    /// What it says on a dead letter.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Failure::Transient => "transient failure",
            Failure::Poison => "poison message",
            Failure::Crashed => "consumer crashed",
            Failure::ConnectionLost => "connection to the channel lost",
            Failure::DeliveryLost => "delivery lost",
            Failure::CallRefused => "called node is down",
            Failure::CallTimedOut => "call timed out",
            Failure::Corrupt => "payload does not fit the contract",
            Failure::TooLarge => "message too large",
            Failure::Incompatible => "version cannot be read",
            Failure::UnknownSchema => "schema unknown",
            Failure::Dependency => "dependency failed",
            Failure::BreakerOpen => "circuit breaker open",
            Failure::Rebalanced => "work shared out anew",
            Failure::Stopped => "worker stopped",
            Failure::BulkheadFull => "too many calls at once",
            Failure::RateLimited => "over the rate limit",
            Failure::QueueFull => "called node is overloaded",
            Failure::CallStale => "waited too long at the called node",
            Failure::Invalid => "schema",
            Failure::Expression => "expression failed",
            Failure::Unmatched => "no condition holds",
            Failure::VersionConflict => "version conflict",
            Failure::HalfWritten => "stopped between two writes",
            Failure::Dangling => "dangling claim check",
            Failure::AlreadyInWork => "another delivery of it in work",
            Failure::RowAbsent => "row not there yet",
            Failure::CallRejected => "called node failed",
            Failure::Requeued => "given back by the consumer",
            Failure::Rejected => "rejected by the consumer",
            Failure::LeaseExpired => "not settled in time",
            Failure::Expired => "expired",
            Failure::Overflow => "the channel was full",
        }
    }
}

impl DropReason {
    const ALL: [DropReason; 25] = [
        DropReason::Lost,
        DropReason::Unroutable,
        DropReason::GivenUp,
        DropReason::AcknowledgedOnReceipt,
        DropReason::Operator,
        DropReason::Overflow,
        DropReason::Refused,
        DropReason::ChannelDown,
        DropReason::Deduplicated,
        DropReason::NobodyThere,
        DropReason::Retention,
        DropReason::Compacted,
        DropReason::LostOnFailover,
        DropReason::DeadLetterCycle,
        DropReason::NotPublished,
        DropReason::LostByPublisher,
        DropReason::Corrupt,
        DropReason::TooLarge,
        DropReason::Incompatible,
        DropReason::LostByChannel,
        DropReason::Skipped,
        DropReason::DeadLetterLost,
        DropReason::SessionEnded,
        DropReason::ChannelExpired,
        DropReason::RateLimited,
    ];

    /// Whether somebody decided so, or nobody was to get it.
    #[must_use]
    pub fn is_decided(self) -> bool {
        matches!(self, DropReason::Operator | DropReason::Unroutable | DropReason::Deduplicated)
    }

    /// Whether it happened in a channel, to a message that no consumer had.
    #[must_use]
    pub fn is_of_channel(self) -> bool {
        match self {
            DropReason::Unroutable
            | DropReason::Overflow
            | DropReason::Deduplicated
            | DropReason::NobodyThere
            | DropReason::Retention
            | DropReason::Compacted
            | DropReason::LostOnFailover
            | DropReason::DeadLetterCycle
            | DropReason::LostByChannel
            | DropReason::Skipped
            | DropReason::DeadLetterLost
            | DropReason::ChannelExpired => true,
            DropReason::Lost
            | DropReason::GivenUp
            | DropReason::AcknowledgedOnReceipt
            | DropReason::Operator
            | DropReason::Refused
            | DropReason::ChannelDown
            | DropReason::NotPublished
            | DropReason::LostByPublisher
            | DropReason::Corrupt
            | DropReason::TooLarge
            | DropReason::Incompatible
            | DropReason::RateLimited
            | DropReason::SessionEnded => false,
        }
    }

    /// The reason that the detail of an entry stands for.
    #[must_use]
    pub fn from_detail(detail: u64) -> Option<DropReason> {
        DropReason::ALL.get(usize::try_from(detail).ok()?).copied()
    }

    /// What it says in a log.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            DropReason::Lost => "lost on the way",
            DropReason::Unroutable => "nobody subscribes",
            DropReason::GivenUp => "given up, and no dead-letter channel",
            DropReason::AcknowledgedOnReceipt => "failed after acknowledgement on receipt",
            DropReason::Operator => "discarded by an operator",
            DropReason::Overflow => "the channel was full",
            DropReason::Refused => "refused by the channel",
            DropReason::ChannelDown => "the channel was down",
            DropReason::Deduplicated => "a repetition",
            DropReason::NobodyThere => "nobody was there to get it",
            DropReason::Retention => "kept as long as the channel keeps messages",
            DropReason::Compacted => "a newer message of its key took its place",
            DropReason::LostOnFailover => "lost with the leader",
            DropReason::DeadLetterCycle => "would have come back to a channel it had died in",
            DropReason::NotPublished => "written to the database and never published",
            DropReason::LostByPublisher => "lost with the memory of its publisher",
            DropReason::Corrupt => "rejected, its payload is corrupt",
            DropReason::TooLarge => "rejected, it is too large",
            DropReason::Incompatible => "refused, a subscriber cannot read its version",
            DropReason::LostByChannel => "lost by the channel after it was acknowledged",
            DropReason::Skipped => "skipped by an operator",
            DropReason::ChannelExpired => "the channel was gone, unused for too long",
            DropReason::SessionEnded => "lost with the session of its consumer",
            DropReason::RateLimited => "over the rate limit",
            DropReason::DeadLetterLost => "the dead-letter channel could not take it",
        }
    }
}
