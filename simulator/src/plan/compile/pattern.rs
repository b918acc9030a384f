//! Patterns: names to indices.

use flowbench_model::emission::Emission;
use flowbench_model::expression::Expression;
use flowbench_model::pattern::{Pattern, aggregator::Aggregator};

use super::Compiler;
use crate::plan::content::ExpressionIndex;
use crate::plan::pattern::{PlanAggregator, PlanPattern};
use crate::plan::{PlanClass, PlanEmission};

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
}
