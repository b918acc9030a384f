//! Routes: which publish edges lead to channels where all that comes only has to wait.

use flowbench_model::edge::EdgeKind;

use super::place_key;
use crate::plan::route::{Route, Taker};
use crate::plan::{
    BacklogIndex, ClassIndex, EdgeIndex, PlanBacklog, PlanChannel, PlanClass, PlanConsumer,
    PlanEdge, PlanNode, PlanWorkload, Station, Way,
};

/// What routes are made of.
pub(super) struct Parts<'a> {
    pub(super) nodes: &'a [PlanNode],
    pub(super) edges: &'a [PlanEdge],
    pub(super) channels: &'a [PlanChannel],
    pub(super) backlogs: &'a [PlanBacklog],
    pub(super) stations: &'a [Station],
    pub(super) ways: &'a [Way],
    pub(super) classes: &'a [PlanClass],
}

/// The route over each edge, if it has one; publications that go one way learn theirs.
pub(super) fn routes(
    parts: &Parts,
    workloads: &mut [PlanWorkload],
    consumers: &mut [PlanConsumer],
) -> Vec<Option<Route>> {
    let mut carried = vec![Vec::new(); parts.edges.len()];
    let emissions = || consumers.iter().flat_map(PlanConsumer::emissions);
    let published = workloads.iter().map(|it| (it.class, &it.publish));
    for (class, edges) in published.chain(emissions().map(|it| (it.class, &it.edges))) {
        edges.iter().for_each(|edge| carried[*edge as usize].push(class));
    }
    let edges = (0..).zip(parts.edges).zip(&carried);
    let routes: Vec<Option<Route>> =
        edges.map(|((index, edge), carried)| parts.route(index, edge, carried)).collect();
    let only = |edges: &[EdgeIndex]| match edges {
        [only] => routes[*only as usize].clone(),
        _ => None,
    };
    for workload in workloads.iter_mut().filter(|it| it.calls.is_empty()) {
        workload.route = only(&workload.publish);
    }
    let handlers = consumers.iter_mut().flat_map(|it| &mut it.handlers);
    let emissions = handlers.flat_map(|it| &mut it.emissions);
    for emission in emissions.filter(|it| it.reply.is_none() && it.is_plain()) {
        emission.route = only(&emission.edges);
    }
    routes
}

impl Parts<'_> {
    fn route(&self, index: EdgeIndex, edge: &PlanEdge, carried: &[ClassIndex]) -> Option<Route> {
        if edge.kind != EdgeKind::Publish {
            return None;
        }
        let channel = &self.channels[self.nodes[edge.to as usize].part as usize];
        let (first, count) = (*channel.backlogs.first()?, channel.backlogs.len() as u32);
        let stations = &self.stations[first as usize..(first + count) as usize];
        let lanes = stations[0].lanes;
        let is_simple = stations.iter().all(|it| it.is_simple && it.lanes == lanes);
        let gets_all =
            |backlog: &BacklogIndex| carried.iter().all(|class| self.is_wanted(*backlog, *class));
        let is_shared = channel.binds.is_empty() && channel.backlogs.iter().all(gets_all);
        let is_whole = |class: &ClassIndex| self.classes[*class as usize].claim_check.is_none();
        if !carried.iter().all(is_whole) {
            return None;
        }
        if !channel.is_open || !is_simple || (channel.only != first && !is_shared) {
            return None;
        }
        Some(Route {
            latency: edge.latency.clone(),
            edge: index,
            channel: edge.to,
            edge_key: self.ways[index as usize].key,
            channel_key: place_key(&self.nodes[edge.to as usize].key),
            first,
            count,
            lanes,
            is_lean: lanes.partitions == 0 && stations.iter().all(|it| it.is_lean),
            is_dealt: count == 1 && self.is_dealt(&self.backlogs[first as usize]),
            taker: match stations {
                [only] if only.is_lean => Some(Taker {
                    edge: only.edge,
                    consumer: only.consumer,
                    concurrency: only.concurrency,
                }),
                _ => None,
            },
        })
    }

    fn is_dealt(&self, backlog: &PlanBacklog) -> bool {
        let turns_over = |edge: &EdgeIndex| self.ways[*edge as usize].turns_over;
        backlog.has_owners && backlog.is_in_turn && backlog.members.iter().all(turns_over)
    }

    /// Whether a subscription takes messages of a class.
    fn is_wanted(&self, backlog: BacklogIndex, class: ClassIndex) -> bool {
        let members = &self.backlogs[backlog as usize].members;
        members.is_empty()
            || members.iter().any(|edge| self.edges[*edge as usize].passes[class as usize])
    }
}
