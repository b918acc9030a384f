//! Channels, their subscriptions, and what contracts say about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::channel::{
    Assignment, Channel, Commit, Confirm, Counted, Delivery, Gate, LimitAllows, LimitChecked,
    OffsetReset, OnFailure, Retention, Semantics, Settlement, Storage,
};
use flowbench_model::claim_check::{CHECK_BYTES, ClaimCheck};
use flowbench_model::contract::{Acknowledgement, Contract, Filter, Retry, Start};
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::message::{MessageRef, Properties};
use flowbench_model::node::Role;
use flowbench_model::time::Span;

use super::Compiler;
use super::ways::is_open;
use crate::dist::Sampler;
use crate::plan::{
    BacklogIndex, ClassIndex, EdgeIndex, NONE, NodeIndex, PlanBacklog, PlanChannel, PlanClass,
    PlanEdge, PlanLimit, PlanNode, PlanRetry,
};
use crate::store::{KEY_SLOTS, Layout};

/// A message as a workload or an emission names it.
type Said<'a> = (&'a MessageRef, &'a Properties, Option<&'a ClaimCheck>);

impl Compiler<'_> {
    /// Every type with the properties that some message of it has.
    pub(super) fn plan_classes(&self) -> Vec<PlanClass> {
        let mut classes: Vec<PlanClass> = Vec::new();
        let mut add = |(message, properties, check): Said<'_>| {
            let message_type = self.type_of(message);
            let version = self.version_of(message);
            let is_known = |class: &PlanClass| {
                (class.message_type, class.version) == (message_type, version)
                    && class.properties == *properties
                    && class.claim_check.as_ref() == check
            };
            if !classes.iter().any(is_known) {
                let payload_bytes = self.design.messages[self.types.order[message_type as usize]]
                    .size_bytes
                    .unwrap_or(0);
                let bytes = if check.is_some() { CHECK_BYTES } else { payload_bytes };
                let same = |class: &PlanClass| class.properties.identity == properties.identity;
                let identity = match classes.iter().position(same) {
                    _ if properties.identity.is_empty() => NONE,
                    Some(first) => first as ClassIndex,
                    None => classes.len() as ClassIndex,
                };
                let properties = properties.clone();
                let claim_check = check.cloned();
                classes.push(PlanClass {
                    message_type,
                    properties,
                    identity,
                    version,
                    bytes,
                    payload_bytes,
                    claim_check,
                });
            }
        };
        for at in &self.nodes.order {
            match &self.design.nodes[*at].role {
                Role::Producer(producer) => {
                    for line in &producer.workload {
                        add((&line.message, &line.properties, line.claim_check.as_ref()));
                    }
                }
                Role::Channel(_) => {}
                Role::Consumer(consumer) => {
                    for (_, emission) in consumer.emissions() {
                        let check = emission.claim_check.as_ref();
                        add((&emission.message, &emission.properties, check));
                    }
                }
            }
        }
        classes
    }

    /// The version that a publisher writes: the one it names, else the newest; 0 if there is none.
    fn version_of(&self, message: &MessageRef) -> u32 {
        let newest = || self.design.message(&message.name)?.version(None).map(|it| it.number);
        message.version.or_else(newest).unwrap_or(0)
    }

    /// The class of a message with these properties.
    pub(super) fn class_of(
        &self,
        (message, properties, check): Said<'_>,
        classes: &[PlanClass],
    ) -> ClassIndex {
        let key = (self.type_of(message), self.version_of(message));
        let is_it = |class: &PlanClass| {
            (class.message_type, class.version) == key
                && class.properties == *properties
                && class.claim_check.as_ref() == check
        };
        let found = classes.iter().position(is_it);
        found.expect("invariant: the classes were made of all messages") as ClassIndex
    }

    pub(super) fn plan_edges(&self, classes: &[PlanClass]) -> Vec<PlanEdge> {
        let edges = self.edges.iter();
        edges.map(|(key, edge, at)| self.plan_edge(key, edge, *at, classes)).collect()
    }

    fn plan_edge(
        &self,
        key: &str,
        edge: &Edge,
        design_index: usize,
        classes: &[PlanClass],
    ) -> PlanEdge {
        let contract = &edge.contract;
        PlanEdge {
            name: edge.name().to_string(),
            key: key.to_owned(),
            kind: edge.kind,
            from: self.nodes.get(&edge.from),
            to: self.nodes.get(&edge.to),
            design_index,
            latency: Sampler::new(&edge.latency),
            passes: classes.iter().map(|class| self.passes(contract, class)).collect(),
            discards: Vec::new(),
            condition: NONE,
            own_condition: NONE,
            reads: self.versions_read(edge),
            validation: contract.validation.filter(|_| edge.kind == EdgeKind::Subscribe),
            is_early: contract.acknowledgement == Acknowledgement::OnReceipt,
            prefetch: contract.prefetch.unwrap_or(0),
            start: contract.start,
            consumer_priority: contract.consumer_priority,
            on_failure: OnFailure::Requeue,
            retry: contract.retry.as_ref().map(plan_retry),
            has_budget: contract.retry.is_some() && contract.retry_budget.is_some(),
            limit: UNLIMITED,
            dead_letter: contract.dead_letter.as_deref().map(|name| self.nodes.get(name)),
            timeout: contract.timeout,
            backlog: NONE,
        }
    }

    /// By message type, the version that the consumer of an edge reads: the one its contract names,
    /// else the newest.
    pub(super) fn versions_read(&self, edge: &Edge) -> Vec<u32> {
        if edge.contract.validation.is_none() {
            return Vec::new();
        }
        let read = |at: &usize| {
            let message = &self.design.messages[*at];
            let mut named = edge.contract.messages.iter().filter(|it| it.name == message.name);
            let named = named.find_map(|it| it.version);
            named.or_else(|| message.version(None).map(|it| it.number)).unwrap_or(0)
        };
        self.types.order.iter().map(read).collect()
    }

    fn passes(&self, contract: &Contract, class: &PlanClass) -> bool {
        self.carries(contract, class)
            && contract.filter.as_ref().is_none_or(|filter| filter.passes(&class.properties))
    }

    fn carries(&self, contract: &Contract, class: &PlanClass) -> bool {
        let message = &self.design.messages[self.types.order[class.message_type as usize]];
        contract.carries(&message.name)
    }

    /// What a channel cannot filter passes; a consumer chooses for itself then.
    fn filter_by(&self, edge: &mut PlanEdge, semantics: &Semantics, classes: &[PlanClass]) {
        let contract = &self.design.edges[edge.design_index].contract;
        let filter = contract.filter.as_ref();
        let is_own = |it: &&Filter| !semantics.filtering.keeps(it);
        if let Some(Filter::Expression(expression)) = filter {
            let place = || format!("edge {}, contract.filter", edge.name);
            let index = self.expressions.add(Some(expression), &[], place);
            let is_kept = filter.filter(is_own).is_none()
                && (edge.kind == EdgeKind::Bind
                    || semantics.delivery == Delivery::PublishSubscribe);
            match (is_kept, edge.kind) {
                (true, _) => edge.condition = index,
                (false, EdgeKind::Subscribe) => edge.own_condition = index,
                (false, EdgeKind::Bind | EdgeKind::Publish | EdgeKind::Call) => {}
            }
            return;
        }
        let Some(filter) = filter.filter(is_own) else { return };
        edge.passes = classes.iter().map(|class| self.carries(contract, class)).collect();
        if edge.kind == EdgeKind::Subscribe {
            let is_unwanted = |class: &PlanClass| !filter.passes(&class.properties);
            edge.discards = classes.iter().map(is_unwanted).collect();
        }
    }

    pub(super) fn plan_channels(
        &self,
        nodes: &mut [PlanNode],
        edges: &mut [PlanEdge],
        (duration, classes): (Span, &[PlanClass]),
    ) -> (Vec<PlanChannel>, Vec<PlanBacklog>) {
        let (mut channels, mut backlogs) = (Vec::new(), Vec::<PlanBacklog>::new());
        let leaving = leaving(edges);
        let (presets, some_expire) = (self.design.used_presets(), self.some_expire());
        for (index, node) in (0..).zip(nodes) {
            let Role::Channel(channel) = &self.design.nodes[node.design_index].role else {
                continue;
            };
            let semantics = Arc::new(within(presets.semantics(channel), duration));
            let leaving = leaving.get(&index).map_or(&[][..], Vec::as_slice);
            let members = of_kind(EdgeKind::Subscribe, leaving, edges);
            let binds = of_kind(EdgeKind::Bind, leaving, edges);
            binds
                .iter()
                .for_each(|it| self.filter_by(&mut edges[*it as usize], &semantics, classes));
            let named = |name: &Option<String>| name.as_deref().map(|name| self.nodes.get(name));
            let dead_letter = named(&channel.dead_letter);
            for member in &members {
                let edge = &mut edges[*member as usize];
                self.filter_by(edge, &semantics, classes);
                apply_channel(edge, channel, &semantics);
                edge.dead_letter = edge.dead_letter.or(dead_letter);
            }
            let first = backlogs.len() as BacklogIndex;
            let part = channels.len() as u32;
            for members in self.subscriptions(members, &semantics) {
                let backlog = plan_backlog((index, part), &semantics, members, edges);
                for member in &backlog.members {
                    edges[*member as usize].backlog = backlogs.len() as BacklogIndex;
                }
                backlogs.push(PlanBacklog {
                    can_expire: some_expire || semantics.time_to_live > Span::ZERO,
                    dead_letter: dead_letter.or(common_dead_letter(&backlog.members, edges)),
                    ..backlog
                });
            }
            node.part = part;
            let is_queue = semantics.delivery == Delivery::PointToPoint && binds.is_empty();
            channels.push(PlanChannel {
                node: index,
                is_open: is_open(&semantics),
                only: match (is_queue, backlogs.len() as BacklogIndex - first) {
                    (true, 1) => first,
                    _ => NONE,
                },
                backlogs: (first..backlogs.len() as BacklogIndex).collect(),
                binds,
                dead_letter,
                alternate: named(&channel.alternate),
                other_rules: Vec::new(),
                semantics,
            });
        }
        (channels, backlogs)
    }

    /// Whether some message has a time to live of its own.
    fn some_expire(&self) -> bool {
        self.plan_classes().iter().any(|class| class.properties.time_to_live.is_some())
    }

    /// The members of each subscription: all of a queue together, else by group. A log without
    /// subscribers keeps what it gets all the same.
    fn subscriptions(&self, members: Vec<EdgeIndex>, semantics: &Semantics) -> Vec<Vec<EdgeIndex>> {
        match semantics.delivery {
            Delivery::PointToPoint => vec![members],
            Delivery::PublishSubscribe => {
                let mut groups: Vec<(Option<&str>, Vec<EdgeIndex>)> = Vec::new();
                for member in members {
                    let group = self.edges[member as usize].1.contract.group.as_deref();
                    let same =
                        groups.iter_mut().find(|(known, _)| group.is_some() && *known == group);
                    match same {
                        Some((_, members)) => members.push(member),
                        None => groups.push((group, vec![member])),
                    }
                }
                if groups.is_empty() && semantics.storage == Storage::Log {
                    groups.push((None, Vec::new()));
                }
                groups.into_iter().map(|(_, members)| members).collect()
            }
        }
    }
}

/// The edges that begin at each node.
fn leaving(edges: &[PlanEdge]) -> BTreeMap<NodeIndex, Vec<EdgeIndex>> {
    let mut leaving: BTreeMap<NodeIndex, Vec<EdgeIndex>> = BTreeMap::new();
    for (index, edge) in (0..).zip(edges) {
        leaving.entry(edge.from).or_default().push(index);
    }
    leaving
}

fn of_kind(kind: EdgeKind, leaving: &[EdgeIndex], edges: &[PlanEdge]) -> Vec<EdgeIndex> {
    leaving.iter().copied().filter(|edge| edges[*edge as usize].kind == kind).collect()
}

/// What cannot end within a run is without end, and costs nothing.
fn within(semantics: Semantics, duration: Span) -> Semantics {
    let shorter = |span: Span| if span > duration { Span::ZERO } else { span };
    Semantics {
        retention_time: shorter(semantics.retention_time),
        time_to_live: shorter(semantics.time_to_live),
        expires_unused: shorter(semantics.expires_unused),
        ..semantics
    }
}

const UNLIMITED: PlanLimit = PlanLimit {
    returns: u32::MAX,
    counts_requeued: true,
    counts_lease_expired: true,
    counts_disconnected: true,
    is_lazy: false,
};

/// What the channel says where the contract says nothing.
fn apply_channel(edge: &mut PlanEdge, channel: &Channel, semantics: &Semantics) {
    edge.is_early |= match semantics.settlement {
        Settlement::OnDelivery => true,
        Settlement::Offsets => semantics.commit == Commit::BeforeProcessing,
        Settlement::Each | Settlement::Cumulative => false,
    };
    if edge.prefetch == 0 {
        edge.prefetch = if semantics.unlimited_prefetch { u32::MAX } else { semantics.prefetch };
    }
    edge.on_failure = semantics.on_failure;
    edge.limit = match &edge.retry {
        Some(retry) => PlanLimit { returns: retry.attempts, ..UNLIMITED },
        None if semantics.delivery_limit > 0 => channel_limit(semantics),
        // A plain channel makes one attempt; a message whose consumer was lost comes again.
        None if channel.preset.is_none() && channel.delivery_limit.is_none() => PlanLimit {
            returns: 1,
            counts_lease_expired: false,
            counts_disconnected: false,
            ..UNLIMITED
        },
        None => UNLIMITED,
    };
}

fn channel_limit(semantics: &Semantics) -> PlanLimit {
    let counts = |what| semantics.limit_counts.contains(&what);
    PlanLimit {
        returns: match semantics.limit_allows {
            LimitAllows::Exactly => semantics.delivery_limit,
            LimitAllows::OneMore => semantics.delivery_limit.saturating_add(1),
        },
        counts_requeued: counts(Counted::Requeued),
        counts_lease_expired: counts(Counted::LeaseExpired),
        counts_disconnected: counts(Counted::Disconnected),
        is_lazy: semantics.limit_checked == LimitChecked::AtNextDelivery,
    }
}

fn plan_retry(retry: &Retry) -> PlanRetry {
    PlanRetry {
        attempts: retry.attempts.unwrap_or(u32::MAX),
        backoff: retry.backoff.clone(),
        jitter: retry.jitter,
    }
}

/// The dead-letter channel that all members of a subscription name.
fn common_dead_letter(members: &[EdgeIndex], edges: &[PlanEdge]) -> Option<NodeIndex> {
    let (first, rest) = members.split_first()?;
    let named = edges[*first as usize].dead_letter;
    rest.iter().all(|edge| edges[*edge as usize].dead_letter == named).then_some(named)?
}

fn plan_backlog(
    (channel, part): (NodeIndex, u32),
    semantics: &Arc<Semantics>,
    members: Vec<EdgeIndex>,
    edges: &[PlanEdge],
) -> PlanBacklog {
    // A topic filters when it makes the copies; only competing consumers choose from one store.
    let has_conditions = members.iter().any(|it| edges[*it as usize].condition != NONE);
    let is_selective = semantics.delivery == Delivery::PointToPoint
        && members.iter().any(|edge| edges[*edge as usize].passes.contains(&false));
    let has_owners = match semantics.assignment {
        Assignment::InTurn | Assignment::Random => false,
        Assignment::Fixed | Assignment::Range | Assignment::Sticky => semantics.partitions > 0,
        Assignment::KeyHash => true,
    };
    let layout = layout(semantics);
    let said = members.iter().find_map(|edge| edges[*edge as usize].start);
    let start = said.unwrap_or(match semantics.offset_reset {
        OffsetReset::Earliest => Start::Earliest,
        OffsetReset::Latest => Start::Latest,
    });
    let is_whole = semantics.storage != Storage::Log || start == Start::Earliest;
    PlanBacklog {
        start,
        channel,
        part,
        members,
        layout,
        is_in_turn: false,
        has_owners,
        is_selective,
        ledger: NONE,
        has_conditions,
        can_expire: false,
        keeps_history: false,
        is_plain: is_plain(semantics) && layout != Layout::Keys && is_whole,
        dead_letter: None,
        semantics: Arc::clone(semantics),
    }
}

fn layout(semantics: &Semantics) -> Layout {
    let one_at_a_time = semantics.gate == Gate::Cursor;
    match semantics.gate {
        Gate::KeyLock => Layout::Keys,
        Gate::Competing | Gate::Cursor | Gate::SingleActive => {
            if semantics.assignment == Assignment::KeyHash {
                let count = KEY_SLOTS.max(semantics.partitions);
                Layout::Partitions { count, one_at_a_time }
            } else if semantics.partitions > 0 {
                Layout::Partitions { count: semantics.partitions, one_at_a_time }
            } else if semantics.priority_levels > 0 {
                Layout::Levels { count: semantics.priority_levels }
            } else if one_at_a_time {
                Layout::Partitions { count: 1, one_at_a_time }
            } else {
                Layout::Single
            }
        }
    }
}

/// Whether a message that comes in waits for nothing but its turn.
fn is_plain(semantics: &Semantics) -> bool {
    let is_replicated = semantics.replicas > 1 && semantics.replication_lag > Span::ZERO;
    semantics.max_messages == 0
        && semantics.max_bytes == 0
        && semantics.delay == Span::ZERO
        && semantics.messages_per_key == 0
        && semantics.retention_time == Span::ZERO
        && semantics.retention != Retention::OnAllAcknowledged
        && semantics.storage != Storage::Transient
        && !semantics.sessions_end
        && semantics.expires_unused == Span::ZERO
        && !(is_replicated && semantics.confirm != Confirm::Unconfirmed)
}
