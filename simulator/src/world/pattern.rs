//! What consumers remember from one message to the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::time::Time;
use serde_json::Value;

use crate::content::Circumstances;
use crate::message::Handle;
use crate::plan::pattern::PlanPattern;
use event_sourced::SourcedState;
use materialized_view::ViewState;
pub(crate) use process_manager::{EndedProcess, ProcessInstance, ProcessesState};
use projection::ProjectionState;
pub(crate) use saga::{EndedSaga, SagaInstance, SagaStage, SagaState};
use window::WindowState;

pub(crate) mod event_sourced;
pub(crate) mod materialized_view;
mod process_manager;
pub(crate) mod projection;
pub(crate) mod saga;
pub(crate) mod window;

/// What instances of a pattern are told apart by: an ordering key, or a word made of a value.
pub(crate) type InstanceKey = u64;

/// What a consumer remembers.
#[derive(Clone, Debug)]
pub(crate) enum PatternState {
    Stateless,
    Aggregator(AggregatorState),
    Window(WindowState),
    EventSourced(Box<SourcedState>),
    Saga(SagaState),
    Process(ProcessesState),
    Projection(Box<ProjectionState>),
    View(Box<ViewState>),
}

impl PatternState {
    /// Before anything has come.
    pub(crate) fn new(plan: &PlanPattern) -> PatternState {
        match plan {
            PlanPattern::Stateless => PatternState::Stateless,
            PlanPattern::Aggregator(_) => PatternState::Aggregator(AggregatorState::default()),
            PlanPattern::Window(it) => PatternState::Window(WindowState::new(&it.sources)),
            PlanPattern::EventSourced(_) => PatternState::EventSourced(Box::default()),
            PlanPattern::Saga(_) => PatternState::Saga(SagaState::default()),
            PlanPattern::Process(_) => PatternState::Process(ProcessesState::default()),
            PlanPattern::Projection(_) => PatternState::Projection(Box::default()),
            PlanPattern::View(_) => PatternState::View(Box::default()),
        }
    }
}

/// Something that is due for an instance of a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PatternTimer {
    pub(crate) consumer: u32,
    pub(crate) instance: InstanceKey,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct AggregatorState {
    pub(crate) sets: BTreeMap<InstanceKey, Set>,
    /// Sets that are over.
    pub(crate) over: BTreeMap<InstanceKey, Time>,
    pub(crate) completed: u64,
    pub(crate) overdue: u64,
    /// Parts that came after their set was over.
    pub(crate) late: u64,
    /// Parts that came again.
    pub(crate) repeated: u64,
}

/// Messages that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) since: Time,
    pub(crate) parts: Vec<PartOfSet>,
    pub(crate) expected: Option<u64>,
    pub(crate) timer: Option<Handle>,
}

#[derive(Clone, Debug)]
pub(crate) struct PartOfSet {
    pub(crate) identity: u64,
    pub(crate) of: Circumstances,
    pub(crate) payload: Arc<Value>,
    /// The work that is held until the set is over.
    pub(crate) work: Option<Handle>,
}
