//! Which recorded event a message was published for, and what that event says.

use flowbench_model::formats::recorded::Event;
use serde_json::Value;

use crate::message::MessageId;
use crate::plan::{NONE, NodeIndex, Plan};
use crate::run::Run;

/// The event of a file that a message was published for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Index of the file in the plan.
    replay: usize,
    /// The event.
    pub event: Event,
}

impl Run {
    /// The event that a message was published for, if it is the last that its producer took from
    /// a recorded file.
    #[must_use]
    pub fn origin_of_last(&self, message: MessageId) -> Option<Origin> {
        let states = self.world().replays.iter().enumerate();
        states.into_iter().find_map(|(replay, state)| {
            let (of, event) = state.last?;
            (of == message).then_some(Origin { replay, event })
        })
    }
}

impl Plan {
    /// Whether some messages of a node come from a recorded file.
    #[must_use]
    pub fn is_recorded(&self, node: NodeIndex) -> bool {
        self.workloads.iter().any(|it| it.producer == node && it.replay != NONE)
    }

    /// What a recorded event says. Reads it from its file.
    ///
    /// # Errors
    /// If the file cannot be read, or is another by now.
    pub fn recorded_payload(&self, origin: &Origin) -> Result<Value, String> {
        self.replays[origin.replay].payload(&origin.event)
    }

    /// The path of the file of a recorded event, as the design names it.
    #[must_use]
    pub fn recorded_file(&self, origin: &Origin) -> &str {
        &self.replays[origin.replay].recorded.file
    }
}
