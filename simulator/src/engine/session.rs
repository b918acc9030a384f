//! Sessions of publishers that a channel numbers: what is tried again is not overtaken by what the
//! same publisher sends after it.

use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Time;

use super::Engine;
use super::channel::Coming;
use crate::message::Message;
use crate::plan::{EdgeIndex, NONE, NodeIndex};

impl Engine<'_> {
    /// Whether a publication has to wait because an earlier one of its publisher is tried again.
    /// Then it does.
    pub(super) fn waits_its_turn(
        &mut self,
        node: NodeIndex,
        message: &Message,
        coming: Coming,
    ) -> bool {
        let part = self.plan.nodes[node as usize].part;
        let retrying = &self.world.channels[part as usize].retrying;
        let first = retrying.iter().find(|(edge, _)| *edge == coming.edge);
        if coming.is_duplicate || first.is_none_or(|(_, first)| *first == message.id) {
            return false;
        }
        let slot = self.put_in_transit(node, coming.edge, message, NONE);
        let transit = &mut self.world.transits[slot];
        (transit.attempt, transit.is_admitted) = (coming.attempt, true);
        transit.arrives_at = Time(u64::MAX);
        self.world.channels[part as usize].held.push_back(slot);
        true
    }

    /// A publication will be tried again: those after it wait.
    pub(super) fn note_retry(&mut self, node: NodeIndex, message: &Message, edge: EdgeIndex) {
        if !self.channel_plan(node).semantics.idempotent_publish {
            return;
        }
        let part = self.plan.nodes[node as usize].part;
        let retrying = &mut self.world.channels[part as usize].retrying;
        if !retrying.contains(&(edge, message.id)) {
            retrying.push((edge, message.id));
        }
    }

    /// A publication is in, or given up: those that waited for it go on.
    pub(super) fn end_retry(&mut self, node: NodeIndex, message: &Message, edge: EdgeIndex) {
        let part = self.plan.nodes[node as usize].part;
        let retrying = &mut self.world.channels[part as usize].retrying;
        let Some(at) = retrying.iter().position(|it| *it == (edge, message.id)) else { return };
        retrying.remove(at);
        self.let_in_held(part);
    }

    /// A publisher has lost its memory: nothing of what it would have tried again is waited for.
    pub(super) fn forget_retries(&mut self, publisher: NodeIndex) {
        for edge in 0..self.plan.edges.len() as EdgeIndex {
            let plan = &self.plan.edges[edge as usize];
            if plan.from == publisher && plan.kind == EdgeKind::Publish {
                let part = self.plan.nodes[plan.to as usize].part;
                let retrying = &mut self.world.channels[part as usize].retrying;
                retrying.retain(|(other, _)| *other != edge);
            }
        }
    }
}
