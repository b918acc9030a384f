//! Expressions that failed while the run went on.

use flowbench_model::expression::ExpressionError;
use flowbench_model::finding::Place;
use flowbench_model::time::Time;

use crate::plan::NodeIndex;

/// Complaints that are kept; failures beyond these are counted.
const KEPT: usize = 100;

/// When an expression failed, and for which message, as (source, number).
type Moment = (Time, (NodeIndex, u32));

/// An expression that failed, at one place in one way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// When it failed first.
    pub at: Time,
    /// For which message it did, as (source, number).
    pub message: (NodeIndex, u32),
    /// How often; once for each attempt with a message.
    pub times: u64,
    /// Where the expression stands: `node billing, handlers.0.when`.
    pub place: String,
    /// What is wrong, with the expression and the column.
    pub error: ExpressionError,
    last: Moment,
}

/// What failed so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Complaints {
    list: Vec<Complaint>,
    /// Failures that no complaint of the list counts.
    beside: u64,
    /// Evaluations that failed; what is asked twice fails twice.
    failures: u64,
}

impl Complaint {
    /// The node or edge that the expression belongs to, and the property there.
    #[must_use]
    pub fn owner(&self) -> (Place, String) {
        let (owner, property) = self.place.split_once(", ").unwrap_or((&self.place, ""));
        match owner.split_once(' ') {
            Some(("edge", name)) => {
                (name.parse().map_or(Place::Design, Place::Edge), property.to_owned())
            }
            Some((_, name)) => (Place::Node(name.to_owned()), format!("role.{property}")),
            None => (Place::Design, String::new()),
        }
    }
}

impl Complaints {
    /// In the order in which they first came up.
    pub(crate) fn list(&self) -> &[Complaint] {
        &self.list
    }

    /// How often an expression failed for a message, in all.
    pub(crate) fn times(&self) -> u64 {
        self.list.iter().map(|it| it.times).sum::<u64>() + self.beside
    }

    /// Evaluations that failed so far.
    pub(crate) fn failures(&self) -> u64 {
        self.failures
    }

    pub(super) fn add(&mut self, moment: Moment, place: &str, error: ExpressionError) {
        self.failures += 1;
        let is_same = |it: &Complaint| it.place == place && it.error == error;
        if let Some(known) = self.list.iter().position(is_same) {
            let known = &mut self.list[known];
            known.times += u64::from(known.last != moment);
            known.last = moment;
        } else if self.list.len() < KEPT {
            let ((at, message), place) = (moment, place.to_owned());
            self.list.push(Complaint { at, message, times: 1, place, error, last: moment });
        } else {
            self.beside += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> ExpressionError {
        ExpressionError { text: text.to_owned(), column: 1, sentence: "it fails".to_owned() }
    }

    #[test]
    fn what_fails_twice_for_one_attempt_counts_once() {
        let mut complaints = Complaints::default();
        let moments = [(Time(1), (0, 1)), (Time(1), (0, 1)), (Time(1), (0, 2)), (Time(9), (0, 1))];
        for moment in moments {
            complaints.add(moment, "node a, handlers.0.when", error("x"));
        }
        complaints.add(moments[0], "edge a -> b, contract.filter", error("x"));
        let times: Vec<u64> = complaints.list().iter().map(|it| it.times).collect();
        assert_eq!((times, complaints.times(), complaints.failures()), (vec![3, 1], 4, 5));
        let owners: Vec<_> = complaints.list().iter().map(Complaint::owner).collect();
        assert_eq!(owners[0], (Place::Node("a".into()), "role.handlers.0.when".into()));
        assert_eq!(owners[1].0.to_string(), "edge `a -> b`");
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let mut complaints = Complaints::default();
        for number in 0..150 {
            complaints.add((Time(number), (0, 1)), "node a, ledger", error(&number.to_string()));
        }
        assert_eq!((complaints.list().len(), complaints.times()), (100, 150));
    }
}
