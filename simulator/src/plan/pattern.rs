//! Patterns with every name resolved and every expression compiled.

use flowbench_model::pattern::Projection;
use flowbench_model::pattern::aggregator::{Acknowledges, Late, Overdue};
use flowbench_model::pattern::event_sourced::{Publishes, Snapshot};
use flowbench_model::pattern::window::{LateEvents, Windows};
use flowbench_model::time::Span;

use super::content::{ExpressionIndex, MappingIndex};
use super::{NodeIndex, PlanEmission, TypeIndex};

pub(crate) use materialized_view::{PlanRowOrder, PlanView};
pub(crate) use process_manager::{PlanProcess, PlanState, PlanTransition, PlanWay};
pub(crate) use saga::{PlanOrder, PlanSaga, PlanStep};

mod materialized_view;
mod process_manager;
mod saga;

/// What a consumer remembers from one message to the next.
#[derive(Clone, Debug)]
pub(crate) enum PlanPattern {
    Stateless,
    Aggregator(Box<PlanAggregator>),
    Window(Box<PlanWindow>),
    EventSourced(Box<PlanEventSourced>),
    Saga(Box<PlanSaga>),
    Process(Box<PlanProcess>),
    Projection(Projection),
    View(Box<PlanView>),
}

#[derive(Clone, Debug)]
pub(crate) struct PlanAggregator {
    pub(crate) correlation: ExpressionIndex,
    pub(crate) part: ExpressionIndex,
    pub(crate) count: ExpressionIndex,
    pub(crate) when: ExpressionIndex,
    pub(crate) within: Option<Span>,
    pub(crate) overdue: Overdue,
    pub(crate) late: Late,
    pub(crate) acknowledges: Acknowledges,
    pub(crate) emits: Vec<PlanEmission>,
    pub(crate) emits_partial: Vec<PlanEmission>,
    pub(crate) emits_late: Vec<PlanEmission>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanWindow {
    pub(crate) windows: Windows,
    pub(crate) event_time: ExpressionIndex,
    pub(crate) grouping: ExpressionIndex,
    pub(crate) value: ExpressionIndex,
    pub(crate) out_of_orderness: Span,
    pub(crate) idle_after: Option<Span>,
    pub(crate) allowed_lateness: Span,
    pub(crate) late: LateEvents,
    pub(crate) emits: Vec<PlanEmission>,
    pub(crate) emits_late: Vec<PlanEmission>,
    /// The nodes whose messages can reach it, ascending.
    pub(crate) sources: Vec<NodeIndex>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanEventSourced {
    pub(crate) history: u64,
    pub(crate) history_snapshot: Option<Snapshot>,
    pub(crate) event_time: Span,
    pub(crate) snapshot_time: Span,
    pub(crate) snapshot_every: Option<u64>,
    pub(crate) schema_version: u32,
    pub(crate) decides_again: u32,
    pub(crate) publishes: Publishes,
    /// [`NONE`](super::NONE) if the state is empty before the first event.
    pub(crate) initial: ExpressionIndex,
    /// What each event sets, by its type.
    pub(crate) applies: Vec<(TypeIndex, MappingIndex)>,
}

impl PlanPattern {
    /// All that it may publish.
    pub(crate) fn emissions(&self) -> Vec<&PlanEmission> {
        match self {
            PlanPattern::Stateless
            | PlanPattern::EventSourced(_)
            | PlanPattern::Projection(_)
            | PlanPattern::View(_) => Vec::new(),
            PlanPattern::Aggregator(it) => {
                it.emits.iter().chain(&it.emits_partial).chain(&it.emits_late).collect()
            }
            PlanPattern::Window(it) => it.emits.iter().chain(&it.emits_late).collect(),
            PlanPattern::Saga(it) => it.emissions(),
            PlanPattern::Process(it) => it.emissions(),
        }
    }
}
