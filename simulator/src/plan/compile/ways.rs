//! The short ways: which channels, backlogs and edges have no rule that holds a message up.

use flowbench_model::channel::{
    Assignment, Confirm, Gate, Overflow, PartitionBy, Semantics, Settlement,
};
use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Span;

use super::place_key;
use crate::dist::Sampler;
use crate::plan::route::Lanes;
use crate::plan::{
    NONE, PlanBacklog, PlanClass, PlanConsumer, PlanEdge, PlanNode, PlanPoison, Station, Way,
};
use crate::store::Layout;

/// What the engine looks at for each message of an edge.
pub(super) fn ways(
    nodes: &[PlanNode],
    edges: &[PlanEdge],
    backlogs: &mut [PlanBacklog],
    (consumers, classes): (&[PlanConsumer], &[PlanClass]),
) -> Vec<Way> {
    let way = |edge: &PlanEdge| {
        let part = nodes[edge.to as usize].part;
        let consumer = consumers.get(part as usize).filter(|_| edge.kind == EdgeKind::Subscribe);
        let handler = consumer.and_then(|consumer| only_handler(consumer, edge, classes));
        let handled = consumer.zip(handler);
        Way {
            latency: edge.latency.clone(),
            key: place_key(&edge.key),
            from: edge.from,
            to: edge.to,
            part,
            backlog: edge.backlog,
            is_lean: consumer.is_some_and(|consumer| {
                is_delivery_lean(edge, &backlogs[edge.backlog as usize].semantics)
                    && !edge.has_budget
                    && !has_claim_check(edge, classes)
                    && is_consumer_lean(consumer)
            }),
            handler,
            service: handled.map_or(Sampler::Constant(0), |(it, handler)| {
                it.handlers
                    .get(handler as usize)
                    .map_or(Sampler::Constant(0), |it| it.service.clone())
            }),
            is_quiet: handled.is_some_and(|(it, handler)| is_quiet(it, handler)),
            concurrency: consumer.map_or(0, |consumer| consumer.concurrency),
            is_only_source: consumer.is_some_and(|consumer| consumer.subscriptions.len() == 1),
            turns_over: false,
            member: 0,
            next_member: 0,
        }
    };
    let mut ways: Vec<Way> = edges.iter().map(way).collect();
    note_turns(&mut ways, edges, backlogs);
    ways
}

/// Notes which backlogs serve their members in turn, and which members take over by themselves.
fn note_turns(ways: &mut [Way], edges: &[PlanEdge], backlogs: &mut [PlanBacklog]) {
    for backlog in &mut *backlogs {
        let priority = |edge: &u32| edges[*edge as usize].consumer_priority;
        let first = backlog.members.first().map(priority);
        backlog.is_in_turn = backlog.semantics.assignment != Assignment::Random
            && backlog.semantics.gate != Gate::SingleActive
            && !backlog.semantics.fetches_batches
            && backlog
                .members
                .iter()
                .all(|edge| ways[*edge as usize].is_lean && Some(priority(edge)) == first);
    }
    note_turnovers(ways, edges, backlogs);
}

/// Notes over which edges consumers go from one message to the next: what is settled over them
/// frees nothing and nobody else.
fn note_turnovers(ways: &mut [Way], edges: &[PlanEdge], backlogs: &[PlanBacklog]) {
    for backlog in backlogs {
        let turns_over = match backlog.members[..] {
            [_] => is_backlog_lean(backlog),
            _ => backlog.is_in_turn && !backlog.layout.blocks() && has_no_window(backlog),
        };
        for (member, edge) in (0..).zip(&backlog.members) {
            let way = &mut ways[*edge as usize];
            way.turns_over = turns_over
                && way.is_lean
                && way.is_only_source
                && !edges[*edge as usize].limit.is_lazy;
            way.member = member;
            way.next_member = (member + 1) % backlog.members.len() as u32;
        }
    }
}

/// What the engine looks at for each message of a backlog.
pub(super) fn stations(
    ways: &[Way],
    edges: &[PlanEdge],
    backlogs: &[PlanBacklog],
    consumers: &[PlanConsumer],
    has_delays: bool,
) -> Vec<Station> {
    let station = |backlog: &PlanBacklog| {
        let only = match backlog.members[..] {
            [only] => Some(only),
            _ => None,
        };
        let way = only.map(|only| &ways[only as usize]);
        let consumer = way.map(|way| &consumers[way.part as usize]);
        Station {
            channel: backlog.channel,
            edge: only.unwrap_or(NONE),
            consumer: way.map_or(NONE, |way| way.part),
            concurrency: consumer.map_or(0, |consumer| consumer.concurrency),
            is_lean: only.is_some_and(|only| {
                ways[only as usize].is_lean
                    && !edges[only as usize].limit.is_lazy
                    && is_backlog_lean(backlog)
            }),
            lanes: Lanes {
                partitions: match backlog.layout {
                    Layout::Partitions { count, .. } => count,
                    Layout::Single | Layout::Levels { .. } | Layout::Keys => 0,
                },
                is_by_modulo: backlog.semantics.partition_by == PartitionBy::KeyModulo,
            },
            is_simple: !has_delays && is_entry_simple(backlog),
        }
    };
    backlogs.iter().map(station).collect()
}

/// Whether a channel takes whatever comes, at once.
pub(super) fn is_open(semantics: &Semantics) -> bool {
    let is_limited = semantics.max_messages > 0 || semantics.max_bytes > 0;
    let has_quorum =
        semantics.confirm != Confirm::Quorum || semantics.replicas >= semantics.min_in_sync;
    semantics.confirm != Confirm::AllInSync
        && has_quorum
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
        && edge.discards.is_empty()
        && semantics.lease == Span::ZERO
        && semantics.max_poll_interval == Span::ZERO
        && is_settled_at_once
}

fn is_consumer_lean(consumer: &PlanConsumer) -> bool {
    !consumer.is_idempotent
        && !consumer.is_settled_by_hand
        && !consumer.is_guarded
        && !consumer.is_inspecting
}

/// Whether the consumer of an edge has to fetch what some message only names.
fn has_claim_check(edge: &PlanEdge, classes: &[PlanClass]) -> bool {
    let mut carried = classes.iter().zip(&edge.passes).filter(|(_, passes)| **passes);
    carried.any(|(class, _)| class.claim_check.is_some())
}

/// The handler of all that an edge carries, if they have the same; [`NONE`] if nothing handles it.
fn only_handler(consumer: &PlanConsumer, edge: &PlanEdge, classes: &[PlanClass]) -> Option<u32> {
    let mut handlers = classes
        .iter()
        .zip(&edge.passes)
        .filter(|(_, passes)| **passes)
        .map(|(class, _)| consumer.service_of(class.message_type).0);
    let first = handlers.next().unwrap_or(NONE);
    handlers.all(|other| other == first).then_some(first)
}

fn is_quiet(consumer: &PlanConsumer, handler: u32) -> bool {
    !consumer.can_fail
        && !consumer.remembers
        && consumer.handlers.get(handler as usize).is_none_or(|handler| {
            handler.calls.is_empty()
                && handler.emissions.is_empty()
                && handler.poison == PlanPoison::None
        })
}

fn is_backlog_lean(backlog: &PlanBacklog) -> bool {
    has_no_window(backlog) && !backlog.has_owners
}

/// Whether no rule but whose turn it is decides who gets what waits.
fn has_no_window(backlog: &PlanBacklog) -> bool {
    backlog.is_plain
        && !backlog.can_expire
        && !backlog.is_selective
        && !backlog.semantics.fetches_batches
        && backlog.semantics.in_flight_max == 0
        && backlog.semantics.gate != Gate::SingleActive
}

fn is_entry_simple(backlog: &PlanBacklog) -> bool {
    let goes_by_key = match backlog.layout {
        Layout::Single => true,
        Layout::Partitions { .. } => match backlog.semantics.partition_by {
            PartitionBy::KeyHash | PartitionBy::KeyModulo => true,
            PartitionBy::RoundRobin | PartitionBy::StickyBatch => false,
        },
        Layout::Levels { .. } | Layout::Keys => false,
    };
    goes_by_key
        && backlog.is_plain
        && !backlog.can_expire
        && !backlog.keeps_history
        && !backlog.has_conditions
        && backlog.ledger == NONE
}
