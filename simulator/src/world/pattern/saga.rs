//! What an orchestrator knows of its sagas.

use std::collections::BTreeMap;

use flowbench_model::time::Time;

use super::InstanceKey;
use crate::content::Circumstances;
use crate::message::{Handle, Message};

/// Positions of the states on the card.
pub(crate) const STARTED: u64 = 0;
pub(crate) const AWAITING: u64 = 1;
pub(crate) const COMPENSATING: u64 = 2;
pub(crate) const COMPLETED: u64 = 3;
pub(crate) const COMPENSATED: u64 = 4;
pub(crate) const NEEDS_OPERATOR: u64 = 5;

#[derive(Clone, Debug, Default)]
pub(crate) struct SagaState {
    pub(crate) open: BTreeMap<InstanceKey, SagaInstance>,
    pub(crate) ended: BTreeMap<InstanceKey, EndedSaga>,
    pub(crate) counts: SagaCounts,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SagaCounts {
    pub(crate) begun: u64,
    pub(crate) completed: u64,
    pub(crate) compensated: u64,
    pub(crate) failed: u64,
    /// Commands that were not answered in time.
    pub(crate) timeouts: u64,
    /// Commands that were sent again.
    pub(crate) resent: u64,
    /// Replies that no saga waited for any more.
    pub(crate) late: u64,
    /// Beginnings of sagas that had begun.
    pub(crate) repeated: u64,
}

/// How far a saga is: the step that it waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SagaStage {
    Awaiting(u32),
    Compensating(u32),
}

/// A saga that is under way.
#[derive(Clone, Debug)]
pub(crate) struct SagaInstance {
    /// What began it.
    pub(crate) begun: Circumstances,
    pub(crate) since: Time,
    pub(crate) stage: SagaStage,
    pub(crate) stage_since: Time,
    /// What led to the stage; the identity of its command derives from it.
    pub(crate) cause: Circumstances,
    /// How often the command of the stage was sent.
    pub(crate) sent: u32,
    /// The answer was no, and the step waits to be tried anew because of it.
    pub(crate) refusal: Option<Circumstances>,
    /// Steps that are to be undone if it goes back, in the order in which they were done.
    pub(crate) undo: Vec<u32>,
    /// Steps that count as not done although nobody knows.
    pub(crate) given_up: Vec<u32>,
    /// The replies that said a step is done.
    pub(crate) replies: Vec<(u32, Message)>,
    pub(crate) timer: Option<Handle>,
    pub(crate) deadline: Option<(Time, Option<Handle>)>,
}

/// A saga that is over.
#[derive(Clone, Debug)]
pub(crate) struct EndedSaga {
    pub(crate) begun: Message,
    pub(crate) since: Time,
    pub(crate) at: Time,
    /// Position of its last state on the card.
    pub(crate) state: u64,
    pub(crate) given_up: Vec<u32>,
}

impl EndedSaga {
    /// Whether it could go neither on nor back.
    pub(crate) fn needs_operator(&self) -> bool {
        self.state == NEEDS_OPERATOR
    }
}
