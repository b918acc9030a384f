//! Patterns: names to indices.

use std::collections::BTreeSet;

use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::emission::Emission;
use flowbench_model::expression::Expression;
use flowbench_model::pattern::{Aggregator, EventSourced, Pattern, Window};

use super::Compiler;
use crate::plan::content::ExpressionIndex;
use crate::plan::pattern::{PlanAggregator, PlanEventSourced, PlanPattern, PlanWindow};
use crate::plan::{
    EdgeIndex, NONE, NodeIndex, PlanBacklog, PlanClass, PlanConsumer, PlanEdge, PlanEmission,
    PlanNode,
};

mod materialized_view;
mod process_manager;
mod saga;

/// What a pattern of a consumer is made with.
pub(super) struct Making<'m, 'a, N> {
    compiler: &'m Compiler<'a>,
    consumer: &'m str,
    classes: &'m [PlanClass],
    /// What its emissions can read.
    names: &'static [&'static str],
    numbers: &'m mut N,
}

impl Compiler<'_> {
    pub(super) fn plan_pattern(
        &self,
        consumer: &str,
        pattern: &Pattern,
        classes: &[PlanClass],
        numbers: &mut impl Iterator<Item = u32>,
    ) -> PlanPattern {
        let names = pattern.names();
        let mut making = Making { compiler: self, consumer, classes, names, numbers };
        match pattern {
            Pattern::Stateless => PlanPattern::Stateless,
            Pattern::Aggregator(it) => PlanPattern::Aggregator(Box::new(making.aggregator(it))),
            Pattern::Window(it) => PlanPattern::Window(Box::new(making.window(it))),
            Pattern::Projection(it) => PlanPattern::Projection(it.clone()),
            Pattern::EventSourced(it) => {
                PlanPattern::EventSourced(Box::new(self.plan_event_sourced(consumer, it)))
            }
            Pattern::Saga(it) => PlanPattern::Saga(Box::new(making.saga(it))),
            Pattern::ProcessManager(it) => PlanPattern::Process(Box::new(making.process(it))),
            Pattern::MaterializedView(it) => PlanPattern::View(Box::new(making.view(it))),
        }
    }
}

impl Compiler<'_> {
    fn plan_event_sourced(&self, consumer: &str, it: &EventSourced) -> PlanEventSourced {
        let place = |property: &str| format!("node {consumer}, pattern.{property}");
        let names = ["state", "version"];
        let applies = it.applies.iter().enumerate().map(|(i, apply)| {
            let place = place(&format!("applies.{i}.set"));
            let mapping = self.expressions.add_fields(&apply.set, &names, &place);
            (self.types.get(&apply.on), mapping)
        });
        PlanEventSourced {
            history: it.history,
            history_snapshot: it.history_snapshot,
            event_time: it.event_time,
            snapshot_time: it.snapshot_time,
            snapshot_every: it.snapshot_every,
            schema_version: it.schema_version,
            decides_again: it.decides_again,
            publishes: it.publishes,
            initial: self.expressions.add(it.initial.as_ref(), &[], || place("initial")),
            applies: applies.collect(),
        }
    }
}

impl<N: Iterator<Item = u32>> Making<'_, '_, N> {
    /// The index of an expression of the pattern, which can read `names`.
    fn expression(
        &self,
        expression: &Option<Expression>,
        names: &[&str],
        property: &str,
    ) -> ExpressionIndex {
        let place = || format!("node {}, pattern.{property}", self.consumer);
        self.compiler.expressions.add(expression.as_ref(), names, place)
    }

    fn emissions(&mut self, list: &[Emission], property: &str) -> Vec<PlanEmission> {
        let place = format!("node {}, pattern.{property}", self.consumer);
        let (names, classes) = (self.names, self.classes);
        self.compiler.plan_emissions(self.consumer, (list, &place), (names, classes), self.numbers)
    }

    fn aggregator(&mut self, aggregator: &Aggregator) -> PlanAggregator {
        PlanAggregator {
            correlation: self.expression(&aggregator.correlation, &[], "correlation"),
            part: self.expression(&aggregator.part, &[], "part"),
            count: self.expression(&aggregator.count, &[], "count"),
            when: self.expression(&aggregator.when, self.names, "when"),
            within: aggregator.within,
            overdue: aggregator.overdue,
            late: aggregator.late,
            acknowledges: aggregator.acknowledges,
            emits: self.emissions(&aggregator.emits, "emits"),
            emits_partial: self.emissions(&aggregator.emits_partial, "emits_partial"),
            emits_late: self.emissions(&aggregator.emits_late, "emits_late"),
        }
    }
    fn window(&mut self, window: &Window) -> PlanWindow {
        PlanWindow {
            windows: window.windows.clone(),
            event_time: self.expression(&window.event_time, &[], "event_time"),
            grouping: self.expression(&window.grouping, &[], "grouping"),
            value: self.expression(&window.value, &[], "value"),
            out_of_orderness: window.out_of_orderness,
            idle_after: window.idle_after,
            allowed_lateness: window.allowed_lateness,
            late: window.late,
            emits: self.emissions(&window.emits, "emits"),
            emits_late: self.emissions(&window.emits_late, "emits_late"),
            sources: self.sources(),
        }
    }

    /// The nodes whose messages can reach the consumer over channels.
    fn sources(&self) -> Vec<NodeIndex> {
        let edges: Vec<&Edge> = self.compiler.edges.iter().map(|(_, edge, _)| &***edge).collect();
        let mut reached = BTreeSet::from([self.consumer]);
        let mut sources = BTreeSet::new();
        loop {
            let before = reached.len();
            for edge in &edges {
                if !reached.contains(edge.to.as_str()) {
                    continue;
                }
                let is_own = edge.kind == EdgeKind::Subscribe && edge.to == self.consumer;
                if is_own || edge.kind == EdgeKind::Bind {
                    reached.insert(&edge.from);
                } else if edge.kind == EdgeKind::Publish {
                    sources.insert(self.compiler.nodes.get(&edge.from));
                }
            }
            if reached.len() == before {
                return sources.into_iter().collect();
            }
        }
    }
}

/// Notes what the consumers of each backlog need of it.
pub(super) fn note_needs(
    backlogs: &mut [PlanBacklog],
    edges: &[PlanEdge],
    (consumers, classes): (&[PlanConsumer], &[PlanClass]),
    nodes: &[PlanNode],
) {
    note_ledgers(backlogs, edges, consumers, nodes);
    materialized_view::note_views(backlogs, edges, (consumers, classes));
}

/// Notes whose ledger, or read model, expects the effect of what comes into each backlog: that of
/// the first of its members that has one.
fn note_ledgers(
    backlogs: &mut [PlanBacklog],
    edges: &[PlanEdge],
    consumers: &[PlanConsumer],
    nodes: &[PlanNode],
) {
    for backlog in backlogs {
        let consumer = |edge: &EdgeIndex| nodes[edges[*edge as usize].to as usize].part;
        let counted = |part: &u32| {
            let consumer = &consumers[*part as usize];
            consumer.has_ledger || matches!(consumer.pattern, PlanPattern::Projection(_))
        };
        backlog.ledger = backlog.members.iter().map(consumer).find(counted).unwrap_or(NONE);
    }
}
