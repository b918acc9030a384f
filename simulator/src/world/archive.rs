//! Replays that are under way.

use std::sync::Arc;

use flowbench_model::time::Time;

use crate::message::Message;

/// A replay: what it brings, and how far it has come.
#[derive(Clone, Debug)]
pub(crate) struct Playback {
    pub(crate) began: Time,
    /// Messages that were delivered again.
    pub(crate) done: usize,
    /// Each message with the ways of the action by which it goes.
    pub(crate) messages: Arc<Vec<(Message, Vec<u32>)>>,
}
