//! Materialized views: what is a row, what is joined with it, and by what.

use flowbench_model::pattern::materialized_view::{MissingRow, ViewStore};
use flowbench_model::time::Span;

use crate::plan::TypeIndex;
use crate::plan::content::ExpressionIndex;

#[derive(Clone, Debug)]
pub(crate) struct PlanView {
    pub(crate) rows: Vec<TypeIndex>,
    /// [`NONE`](crate::plan::NONE) if a row is kept under its ordering key.
    pub(crate) key: ExpressionIndex,
    /// [`NONE`](crate::plan::NONE) if others find their row by their ordering key.
    pub(crate) joined_by: ExpressionIndex,
    /// [`NONE`](crate::plan::NONE) if only an empty payload deletes.
    pub(crate) delete_when: ExpressionIndex,
    pub(crate) order: PlanRowOrder,
    pub(crate) missing: MissingRow,
    pub(crate) store: ViewStore,
    pub(crate) restore_time: Span,
}

/// Which of two rows of a key is the newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PlanRowOrder {
    Arrival,
    Published,
    Version(ExpressionIndex),
}

impl PlanView {
    pub(crate) fn is_row(&self, message_type: TypeIndex) -> bool {
        self.rows.contains(&message_type)
    }
}
