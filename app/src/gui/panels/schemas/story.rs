//! What the versions of a message come to, kept until the design changes.

use std::sync::Arc;

use flowbench_model::compat::history::{self, Breach, Step};
use flowbench_model::compat::{Judge, Judgment, Policy};
use flowbench_model::design::Design;
use flowbench_model::message::Message;
use flowbench_model::schema::Schemas;

/// Which message, and which two versions of it.
type Question = (String, Option<(u32, u32)>);

/// The steps from version to version, and two versions compared.
#[derive(Default)]
pub(super) struct Story {
    source: Option<(Arc<Design>, Question)>,
    /// From each version to the next.
    pub(super) steps: Vec<Step>,
    /// Versions that do not keep to the policy.
    pub(super) breaches: Vec<Breach>,
    /// What the versions have to keep to.
    pub(super) policy: Option<Policy>,
    /// Two versions, the earlier first, each reading the other.
    pub(super) pair: Option<Pair>,
}

/// Two versions compared.
pub(super) struct Pair {
    /// The earlier.
    pub(super) earlier: u32,
    /// The later.
    pub(super) later: u32,
    /// Readers of the later version, of what is written in the earlier.
    pub(super) back: Arc<Judgment>,
    /// Readers of the earlier version, of what is written in the later.
    pub(super) forth: Arc<Judgment>,
}

impl Story {
    /// Brings it up to date.
    pub(super) fn follow(
        &mut self,
        design: &Arc<Design>,
        schemas: &Schemas,
        message: &Message,
        pair: Option<(u32, u32)>,
    ) {
        let is_current = self.source.as_ref().is_some_and(|(of, (name, of_pair))| {
            Arc::ptr_eq(of, design) && *name == message.name && *of_pair == pair
        });
        if is_current {
            return;
        }
        let mut judge = Judge::new(design, schemas);
        self.steps = history::steps(message, &mut judge);
        self.breaches = history::breaches(message, &mut judge);
        self.policy = judge.policy(message);
        self.pair = pair.map(|(earlier, later)| Pair {
            earlier,
            later,
            back: judge.judge(&message.name, (earlier, later), &[]),
            forth: judge.judge(&message.name, (later, earlier), &[]),
        });
        self.source = Some((Arc::clone(design), (message.name.clone(), pair)));
    }
}
