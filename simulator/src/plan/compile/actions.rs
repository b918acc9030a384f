//! What operators do, with every name resolved.

use flowbench_model::archive;
use flowbench_model::name::EdgeName;
use flowbench_model::scenario::{Action, ActionKind, DeadLetterFilter, Recipients, Scenario};
use flowbench_model::time::Time;

use super::Compiler;
use crate::calendar::Rank;
use crate::plan::{
    BacklogIndex, EdgeIndex, PlanAction, PlanBacklog, PlanChannel, PlanEdge, PlanNode, ReplayWay,
};

impl Compiler<'_> {
    /// The actions of a scenario, in its order. What is to be replayed will be kept.
    pub(super) fn plan_actions(
        &self,
        scenario: &Scenario,
        (nodes, edges): (&[PlanNode], &[PlanEdge]),
        (channels, backlogs): (&[PlanChannel], &mut [PlanBacklog]),
    ) -> Vec<PlanAction> {
        let planned = scenario.actions.iter().map(|action| {
            let ways = match &action.what {
                ActionKind::Replay { channel, to, .. } => {
                    let part = nodes[self.nodes.get(channel) as usize].part;
                    self.replay_ways(channel, to, (edges, &channels[part as usize].backlogs))
                }
                ActionKind::Redrive { .. }
                | ActionKind::Settle { .. }
                | ActionKind::Pause { .. }
                | ActionKind::Resume { .. }
                | ActionKind::Rebuild { .. }
                | ActionKind::Drop { .. } => Vec::new(),
            };
            PlanAction { ways, ..self.plan_action(action, nodes) }
        });
        let actions: Vec<PlanAction> = planned.collect();
        for way in actions.iter().flat_map(|action| &action.ways) {
            backlogs[way.from as usize].keeps_history = true;
        }
        actions
    }

    /// From what a channel keeps to each subscription that gets it: a subscription of the channel
    /// itself gets its own history, others all that the channel has kept.
    fn replay_ways(
        &self,
        channel: &str,
        to: &Recipients,
        (edges, own): (&[PlanEdge], &[BacklogIndex]),
    ) -> Vec<ReplayWay> {
        let mut ways: Vec<ReplayWay> = Vec::new();
        for found in archive::subscriptions(self.design, channel, to) {
            let edge = self.edge_of(&found.name());
            let backlog = edges[edge as usize].backlog;
            let is_own = own.contains(&backlog);
            let from = if is_own { Some(backlog) } else { own.first().copied() };
            let is_new = ways.iter().all(|way| way.to != backlog);
            ways.extend(from.filter(|_| is_new).map(|from| ReplayWay { from, to: backlog, edge }));
        }
        ways
    }

    fn plan_action(&self, action: &Action, nodes: &[PlanNode]) -> PlanAction {
        let node = |name: &str| self.nodes.get(name);
        let edge = |name: &EdgeName| self.edge_of(name);
        let edge_rank = |edge: EdgeIndex| Rank(self.nodes.order.len() as u32 + edge);
        let (target, rank, messages) = match &action.what {
            ActionKind::Redrive { channel, messages } | ActionKind::Drop { channel, messages } => {
                let chosen = match messages {
                    DeadLetterFilter::All => None,
                    DeadLetterFilter::Messages(names) => Some(self.message_names(names)),
                };
                (nodes[node(channel) as usize].part, Rank(node(channel)), chosen)
            }
            ActionKind::Replay { channel, .. } => {
                (nodes[node(channel) as usize].part, Rank(node(channel)), None)
            }
            ActionKind::Settle { consumer, message, how: _ } => {
                let message = self.message_names(std::slice::from_ref(message));
                (nodes[node(consumer) as usize].part, Rank(node(consumer)), Some(message))
            }
            ActionKind::Rebuild { consumer } => {
                (nodes[node(consumer) as usize].part, Rank(node(consumer)), None)
            }
            ActionKind::Pause { edge: name } | ActionKind::Resume { edge: name } => {
                (edge(name), edge_rank(edge(name)), None)
            }
        };
        let (at, what, ways) = (Time(action.at.0), action.what.clone(), Vec::new());
        PlanAction { at, what, target, messages, ways, rank }
    }

    /// The edge of this name.
    pub(super) fn edge_of(&self, name: &EdgeName) -> EdgeIndex {
        let there = self.edges_from(&name.from, |edge| edge.to == name.to);
        *there.first().expect("invariant: the lints found the edge")
    }
}

/// Whether a connector will begin again with all that its log ever held.
pub(super) fn loses_position(scenario: &Scenario) -> bool {
    let kinds = scenario.faults.iter().map(|fault| &fault.kind);
    let mut outages = kinds.filter(|kind| kind.word() == "RelayDown");
    outages.any(|kind| kind.choice("position") == "Lost")
}
