//! What is under way: messages on edges, copies in backlogs, work, calls, and what is known of dead
//! letters and awaited replies.

use flowbench_model::time::Time;

use crate::message::{Handle, Message, MessageId};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex, TypeIndex};
use crate::record::Failure;

/// A message on a publish edge.
#[derive(Clone, Debug)]
pub(crate) struct Transit {
    pub(crate) message: Message,
    pub(crate) edge: EdgeIndex,
    /// Where it goes.
    pub(crate) channel: NodeIndex,
    /// Which attempt to publish it.
    pub(crate) attempt: u32,
    /// What is known of it as a dead letter; [`NONE`] if it is none.
    pub(crate) death: u32,
    pub(crate) is_duplicate: bool,
    /// Whether faults of the channel have had their say.
    pub(crate) is_admitted: bool,
    pub(crate) sent_at: Time,
    pub(crate) arrives_at: Time,
}

/// A copy of a message in a backlog.
#[derive(Clone, Debug)]
pub(crate) struct MessageCopy {
    pub(crate) message: Message,
    pub(crate) backlog: BacklogIndex,
    /// The member that had it last.
    pub(crate) edge: EdgeIndex,
    /// The lane of the store it belongs to.
    pub(crate) lane: u32,
    pub(crate) deliveries: u32,
    pub(crate) state: CopyState,
    pub(crate) is_duplicate: bool,
    /// Its position among all that ever came in.
    pub(crate) sequence: u64,
    /// When it entered the channel.
    pub(crate) entered_at: Time,
    /// When the present state ends, where it is known.
    pub(crate) due: Time,
    /// The work that was last begun on it.
    pub(crate) work: u32,
    /// Where its [`Burden`] is; [`NONE`] if it has none.
    pub(crate) burden: u32,
}

/// What few copies have, and what is kept aside therefore.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Burden {
    /// When it expires; the end of time if it does not.
    pub(crate) deadline: Time,
    /// Why its first and its last attempt failed, and when.
    pub(crate) first_failure: Option<(Failure, Time)>,
    pub(crate) last_failure: Option<(Failure, Time)>,
    /// Returns that count towards the delivery limit.
    pub(crate) returns: u32,
    /// What is known of it as a dead letter; [`NONE`] if it is none.
    pub(crate) death: u32,
}

impl Burden {
    pub(crate) const NONE: Burden = Burden {
        deadline: Time(u64::MAX),
        first_failure: None,
        last_failure: None,
        returns: 0,
        death: NONE,
    };

    /// Notes a failure.
    pub(crate) fn note_failure(&mut self, failure: Failure, now: Time) {
        self.first_failure.get_or_insert((failure, now));
        self.last_failure = Some((failure, now));
    }
}

impl MessageCopy {
    /// A copy that waits in a lane, with its position among all that came in; it never expires,
    /// and is no dead letter.
    #[inline(always)]
    pub(crate) fn new(
        message: Message,
        backlog: BacklogIndex,
        (lane, sequence): (u32, u64),
        now: Time,
        is_duplicate: bool,
    ) -> MessageCopy {
        MessageCopy {
            message,
            backlog,
            edge: NONE,
            lane,
            deliveries: 0,
            state: CopyState::Ready,
            is_duplicate,
            sequence,
            entered_at: now,
            due: now,
            work: NONE,
            burden: NONE,
        }
    }

    /// The attempt at it that is under way.
    pub(crate) fn attempt(&self) -> Attempt {
        Attempt { message: self.message, number: self.deliveries }
    }

    /// Whether some member had it: what waits waits for its next attempt then, else for its first
    /// here, whatever attempts it brings along.
    pub(crate) fn was_handed_out(&self) -> bool {
        self.edge != NONE
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CopyState {
    Ready,
    /// With a consumer, or on the way to it.
    InWork,
    /// Waits for its next attempt, or is held back before its first.
    Waiting,
    /// Handled; the position behind it is not committed yet.
    Handled,
    /// Will never be delivered again, but stays.
    Parked,
}

/// A consumer at work on a message or a call.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) consumer: u32,
    pub(crate) task: Task,
    pub(crate) stage: Stage,
    /// Where its [`Attempt`] is; [`NONE`] if the copy says it all.
    pub(crate) kept: u32,
    pub(crate) began_at: Time,
    pub(crate) ends_at: Time,
    /// The consumer crashed: nothing will come of it.
    pub(crate) is_cancelled: bool,
    /// Its consumer takes more than it works on at once.
    pub(crate) is_fetched: bool,
}

impl Work {
    /// Whether it takes one of the consumer's slots: what is only handed over, to be worked on
    /// later, takes none.
    pub(crate) fn holds_slot(&self) -> bool {
        match self.stage {
            Stage::Fetched => false,
            Stage::Delivering => !self.is_fetched,
            Stage::Service | Stage::Locked | Stage::Pausing | Stage::Calling { .. } => true,
        }
    }
}

/// What a consumer works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) message: Message,
    /// Counted from 1.
    pub(crate) number: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Task {
    /// A copy by way of an edge. `is_late`: the channel has taken it back meanwhile.
    Copy { copy: Handle, edge: EdgeIndex, is_late: bool },
    /// A call.
    Call(Handle),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// On the way from the channel.
    Delivering,
    /// With the consumer, which has not begun.
    Fetched,
    /// Its own work.
    Service,
    /// Waits until another work on the same message is over.
    Locked,
    /// Waits to try again what failed.
    Pausing,
    /// Waits for a call of the handler.
    Calling { call: Handle },
}

/// A call from one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) edge: EdgeIndex,
    pub(crate) message: Message,
    pub(crate) caller: Caller,
    pub(crate) attempt: u32,
    pub(crate) stage: CallStage,
    pub(crate) sent_at: Time,
    pub(crate) arrives_at: Time,
    /// What only a guarded call has.
    pub(crate) asked_at: Time,
    /// The state of the circuit breaker that let it through.
    pub(crate) permit: u32,
    /// Whether it takes a place in a bulkhead.
    pub(crate) holds_cell: bool,
}

/// Who waits for the outcome of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Caller {
    /// Nobody any more.
    Nobody,
    /// A producer, which goes on meanwhile.
    Producer,
    /// A consumer at work, for which this is the n-th call of its handler.
    Work { work: Handle, position: u32 },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CallStage {
    /// Not made yet: the caller holds it back.
    Held,
    Going,
    Queued,
    Served,
    /// On its way back, with the outcome.
    Returning(Option<Failure>),
    /// Lost on the way; only a timeout ends it.
    Lost,
    /// Waits for its next attempt.
    Waiting,
}

/// What is known of a dead letter.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// The subscribe edge that gave it up.
    pub(crate) edge: EdgeIndex,
    pub(crate) backlog: BacklogIndex,
    pub(crate) attempts: u32,
    pub(crate) at: Time,
    /// From when its age counts.
    pub(crate) born_at: Time,
    pub(crate) first: (Failure, Time),
    pub(crate) last: (Failure, Time),
    /// The channels it died in, in order, and whether a consumer rejected it there.
    pub(crate) path: Vec<(NodeIndex, bool)>,
}

/// A reply that an emitter waits for.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) node: NodeIndex,
    pub(crate) message: Message,
    pub(crate) reply: TypeIndex,
    pub(crate) outer: MessageId,
    pub(crate) is_answered: bool,
    pub(crate) is_overdue: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_are_millions_of_is_small() {
        // With the generation of its slot: two lines of the cache, and one.
        assert_eq!((size_of::<MessageCopy>(), size_of::<Work>()), (120, 56));
        assert_eq!(size_of::<Message>(), 64);
    }
}
