//! Materialized views: names to indices, and the logs that they are read from again.

use flowbench_model::channel::Retention;
use flowbench_model::pattern::MaterializedView;
use flowbench_model::pattern::materialized_view::RowOrder;

use super::Making;
use crate::plan::pattern::{PlanPattern, PlanRowOrder, PlanView};
use crate::plan::{PlanBacklog, PlanClass, PlanConsumer, PlanEdge};

impl<N> Making<'_, '_, N>
where
    N: Iterator<Item = u32>,
{
    pub(super) fn view(&self, view: &MaterializedView) -> PlanView {
        let key = self.expression(&view.key, &[], "key");
        let types = &self.compiler.types;
        PlanView {
            rows: view.rows.iter().map(|name| types.get(name)).collect(),
            key,
            joined_by: match view.joined_by {
                Some(_) => self.expression(&view.joined_by, &[], "joined_by"),
                None => key,
            },
            delete_when: self.expression(&view.delete_when, &[], "delete_when"),
            order: match &view.order {
                RowOrder::Arrival => PlanRowOrder::Arrival,
                RowOrder::Published => PlanRowOrder::Published,
                RowOrder::Version(version) => {
                    let version = Some(version.clone());
                    PlanRowOrder::Version(self.expression(&version, &[], "order"))
                }
            },
            missing: view.missing,
            store: view.store,
            restore_time: view.restore_time,
        }
    }
}

/// Notes which backlogs a view is read from again: what came into them is kept.
pub(super) fn note_views(
    backlogs: &mut [PlanBacklog],
    edges: &[PlanEdge],
    (consumers, classes): (&[PlanConsumer], &[PlanClass]),
) {
    for consumer in consumers {
        let PlanPattern::View(view) = &consumer.pattern else { continue };
        for edge in consumer.subscriptions.iter().map(|edge| &edges[*edge as usize]) {
            let mut passes = classes.iter().zip(&edge.passes).filter(|(_, passes)| **passes);
            let backlog = &mut backlogs[edge.backlog as usize];
            backlog.keeps_history |= backlog.semantics.retention == Retention::Limits
                && passes.any(|(class, _)| view.is_row(class.message_type));
        }
    }
}
