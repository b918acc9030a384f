//! The short ways: which channels, backlogs and edges have no rule that holds a message up.

use std::collections::BTreeSet;

use flowbench_model::channel::{Confirm, Gate, Overflow, Semantics, Settlement};
use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Span;

use crate::dist::Sampler;
use crate::plan::{PlanBacklog, PlanConsumer, PlanEdge, PlanFault, PlanNode, Way};

/// What the engine looks at for each message of an edge; also notes which backlogs are lean.
pub(super) fn ways(
    nodes: &[PlanNode],
    edges: &[PlanEdge],
    backlogs: &mut [PlanBacklog],
    consumers: &[PlanConsumer],
    faults: &[PlanFault],
) -> Vec<Way> {
    let struck_nodes: BTreeSet<u32> = faults.iter().map(|fault| fault.node).collect();
    let struck_edges: BTreeSet<u32> =
        faults.iter().flat_map(|fault| fault.edges.iter().copied()).collect();
    let way = |(index, edge): (u32, &PlanEdge)| {
        let part = nodes[edge.to as usize].part;
        let is_struck = struck_edges.contains(&index)
            || struck_nodes.contains(&edge.from)
            || struck_nodes.contains(&edge.to);
        let is_lean = edge.kind == EdgeKind::Subscribe
            && !is_struck
            && is_delivery_lean(edge, &backlogs[edge.backlog as usize].semantics)
            && is_consumer_lean(&consumers[part as usize]);
        Way { latency: edge.latency, to: edge.to, part, backlog: edge.backlog, is_lean }
    };
    let ways: Vec<Way> = (0..).zip(edges).map(way).collect();
    for backlog in backlogs {
        backlog.is_lean = match backlog.members[..] {
            [only] => {
                let is_lazy = edges[only as usize].limit.is_lazy;
                ways[only as usize].is_lean && !is_lazy && is_backlog_lean(backlog)
            }
            _ => false,
        };
    }
    ways
}

/// Whether a channel takes whatever comes, at once.
pub(super) fn is_open(semantics: &Semantics) -> bool {
    let is_limited = semantics.max_messages > 0 || semantics.max_bytes > 0;
    semantics.confirm != Confirm::AllInSync
        && semantics.max_message_bytes == 0
        && !(is_limited && semantics.overflow == Overflow::RejectPublish)
        && semantics.overflow != Overflow::BlockPublisher
        && semantics.deduplication_window == Span::ZERO
        && !semantics.idempotent_publish
}

fn is_delivery_lean(edge: &PlanEdge, semantics: &Semantics) -> bool {
    let is_settled_at_once = match semantics.settlement {
        Settlement::Each | Settlement::OnDelivery => true,
        Settlement::Offsets => semantics.commit_interval == Span::ZERO,
        Settlement::Cumulative => false,
    };
    edge.latency == Sampler::Constant(0)
        && edge.prefetch == 0
        && semantics.lease == Span::ZERO
        && semantics.max_poll_interval == Span::ZERO
        && is_settled_at_once
}

fn is_consumer_lean(consumer: &PlanConsumer) -> bool {
    !consumer.is_idempotent && !consumer.is_settled_by_hand
}

fn is_backlog_lean(backlog: &PlanBacklog) -> bool {
    backlog.is_plain
        && !backlog.can_expire
        && !backlog.is_selective
        && !backlog.has_owners
        && !backlog.semantics.fetches_batches
        && backlog.semantics.in_flight_max == 0
        && backlog.semantics.gate != Gate::SingleActive
}
