//! A run: a plan in motion, from one instant to the next.

use std::sync::Arc;

use flowbench_model::time::Time;

use crate::engine::Engine;
use crate::plan::{NodeIndex, Plan};
use crate::recorder::{Keep, Recorder};
use crate::weight;
use crate::world::{Attempts, Halt, Totals, World};

/// The world of a plan at one instant. Cloning it costs what is under way, not what has been.
#[derive(Clone, Debug)]
pub struct Run {
    plan: Arc<Plan>,
    world: World,
}

impl Run {
    /// The world before anything has happened.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Run {
        let mut world = World::new(&plan);
        let mut silent = Recorder::new(&plan, Keep::Nothing);
        Engine { plan: &plan, world: &mut world, recorder: &mut silent }.begin();
        Run { plan, world }
    }

    /// What is run.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The instant.
    #[must_use]
    pub fn now(&self) -> Time {
        self.world.now
    }

    /// When the next event is due, if it is due before the end of the run.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        let is_going = self.world.halt.is_none();
        self.world.calendar.next_time().filter(|next| is_going && *next <= self.plan.end)
    }

    /// Lets everything happen that is due until `until` (this instant included, the end of the run
    /// at most).
    pub fn advance_to(&mut self, until: Time, recorder: &mut Recorder) {
        let until = until.min(self.plan.end);
        let warm_up = self.plan.warm_up;
        let stops = if self.world.now < warm_up { [warm_up.min(until), until] } else { [until; 2] };
        for stop in stops {
            let is_before = self.world.now < warm_up;
            Engine { plan: &self.plan, world: &mut self.world, recorder }.advance_to(stop);
            if is_before && self.world.now >= warm_up {
                self.world.begin_statistics(warm_up);
            }
        }
    }

    /// Lets the next event happen, if there is one before the end; whether there was. Stepping to
    /// the end is the same as advancing to it.
    pub fn step(&mut self, recorder: &mut Recorder) -> bool {
        if self.next_event().is_none() {
            return false;
        }
        Engine { plan: &self.plan, world: &mut self.world, recorder }.step();
        true
    }

    /// Events so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.world.events
    }

    /// Messages so far, requests of calls included.
    pub(crate) fn messages(&self) -> u32 {
        self.world.next_message
    }

    /// Why the run stopped before its end, if it did.
    #[must_use]
    pub fn halt(&self) -> Option<&Halt> {
        self.world.halt.as_ref()
    }

    /// Bytes that a clone takes, about. Cost: one pass over the nodes, not over what is under way.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Run>() + weight::bytes(&self.world)
    }

    /// Counts over the whole world.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.world.totals
    }

    /// Attempts over all subscribe edges. Cost: one pass over the edges.
    #[must_use]
    pub fn attempts(&self) -> Attempts {
        let counts = self.world.edges.iter().map(|edge| &edge.counts);
        counts.fold(Attempts::default(), |sum, edge| Attempts {
            delivered: sum.delivered + edge.delivered,
            redelivered: sum.redelivered + edge.redelivered,
        })
    }

    /// Messages that a node has published so far.
    #[must_use]
    pub fn published(&self, node: NodeIndex) -> u32 {
        self.world.nodes[node as usize].published
    }

    /// The first line of the books that does not balance, if any. Cost: one pass over everything
    /// that is under way.
    #[must_use]
    pub fn imbalance(&self) -> Option<String> {
        self.world.imbalance(&self.plan)
    }

    /// The state behind the views.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }
}
