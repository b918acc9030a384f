//! What a process manager knows of its processes.

use std::collections::BTreeMap;

use flowbench_model::time::Time;
use serde_json::Value;

use super::InstanceKey;
use crate::content::Circumstances;
use crate::message::{Handle, MessageId};

#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessesState {
    pub(crate) open: BTreeMap<InstanceKey, ProcessInstance>,
    pub(crate) ended: BTreeMap<InstanceKey, EndedProcess>,
    pub(crate) begun: u64,
    /// States that lasted too long.
    pub(crate) timeouts: u64,
    /// Messages that nothing waited for.
    pub(crate) unexpected: u64,
    /// How many processes ended in each state, by position.
    pub(crate) ended_in: BTreeMap<u32, u64>,
}

/// A process that is under way.
#[derive(Clone, Debug)]
pub(crate) struct ProcessInstance {
    pub(crate) begun: MessageId,
    pub(crate) since: Time,
    /// Position of its state.
    pub(crate) state: u32,
    pub(crate) state_since: Time,
    /// What led it here.
    pub(crate) last: Circumstances,
    /// The last payload of each message, by name.
    pub(crate) seen: Value,
    /// When its state has lasted too long.
    pub(crate) due: Option<(Time, Option<Handle>)>,
}

/// A process that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndedProcess {
    pub(crate) begun: MessageId,
    pub(crate) since: Time,
    pub(crate) at: Time,
}
