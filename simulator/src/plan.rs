//! The plan: a design and a scenario with every name resolved to a dense index and every unit to
//! an integer. Nothing can fail after compiling but the simulated world.
//!
//! Indices follow the order of stable keys, never the order of the file.

use std::sync::Arc;

use flowbench_model::channel::{Counted, OnFailure, Semantics};
use flowbench_model::claim_check::ClaimCheck;
use flowbench_model::contract::{Backoff, Start, Validation};
use flowbench_model::design::Design;
use flowbench_model::edge::EdgeKind;
use flowbench_model::emission::{Identity, Routing, Unmatched};
use flowbench_model::fault::FaultKind;
use flowbench_model::finding::Finding;
use flowbench_model::message::Properties;
use flowbench_model::node::{Arrivals, Keys};
use flowbench_model::promise::PromiseKind;
use flowbench_model::publishing::Publishing;
use flowbench_model::scenario::{ActionKind, Scenario};
use flowbench_model::schema::Schemas;
use flowbench_model::time::{Span, Time};

use crate::calendar::Rank;
use crate::dist::Sampler;
use crate::recorded::{Open, Replay};
use crate::rng::Ziggurat;
use crate::store::Layout;
use content::{ExpressionIndex, MappingIndex, PlanContent};
use effect::{Effect, PlanCondition, PlanTrigger, Whom};
use inbox::PlanInbox;
use pattern::PlanPattern;
use resilience::PlanResilience;
use route::{Lanes, Route};

mod compile;
pub(crate) mod content;
pub(crate) mod effect;
pub(crate) mod inbox;
pub(crate) mod pattern;
pub(crate) mod resilience;
pub(crate) mod route;

/// Index of a node in [`Plan::nodes`].
pub type NodeIndex = u32;
/// Index of an edge in [`Plan::edges`].
pub type EdgeIndex = u32;
/// Index of a message type in [`Plan::message_types`].
pub type TypeIndex = u32;
/// Index of a class in `Plan::classes`.
pub(crate) type ClassIndex = u32;
/// Index of a backlog in [`Plan::backlogs`].
pub type BacklogIndex = u32;

/// No index.
pub const NONE: u32 = u32::MAX;

/// What a design refers to outside itself.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Its schema files, by path.
    pub schemas: &'a Schemas,
    /// Opens its recorded files.
    pub open: Open<'a>,
}

/// A compiled design and scenario.
#[derive(Debug)]
pub struct Plan {
    /// The design with the changes of the scenario.
    pub design: Arc<Design>,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Which luck.
    pub seed: u64,
    /// When the run ends.
    pub end: Time,
    /// When statistics begin to count.
    pub warm_up: Time,
    /// Nodes by stable key.
    pub nodes: Vec<PlanNode>,
    /// Edges by the stable keys of their ends.
    pub edges: Vec<PlanEdge>,
    /// Names of the message types, by stable key.
    pub message_types: Vec<String>,
    /// Streams of messages, by producer, then in the order of the file.
    pub workloads: Vec<PlanWorkload>,
    /// Recorded files, one for each workload that has one.
    pub(crate) replays: Vec<Replay>,
    /// Channels.
    pub channels: Vec<PlanChannel>,
    /// What waits for consumers: one for each queue, one for each subscription of a topic.
    pub backlogs: Vec<PlanBacklog>,
    /// Consumers.
    pub consumers: Vec<PlanConsumer>,
    /// Faults in the order of the scenario.
    pub faults: Vec<PlanFault>,
    /// Actions of operators in the order of the scenario.
    pub actions: Vec<PlanAction>,
    pub(crate) ziggurat: Ziggurat,
    /// What protects callers and consumers.
    pub(crate) resilience: PlanResilience,
    /// By edge, what the engine looks at for each message.
    pub(crate) ways: Vec<Way>,
    /// By backlog, what the engine looks at where messages wait for one consumer.
    pub(crate) stations: Vec<Station>,
    /// By edge, the route of all that is published over it, if it has one.
    pub(crate) routes: Vec<Option<Route>>,
    /// Whether some message asks to be held back.
    pub(crate) has_delays: bool,
    /// Whether the payload of some message is stored beside the channels.
    pub(crate) has_claim_checks: bool,
    /// What messages can say to channels.
    pub(crate) classes: Vec<PlanClass>,
    /// What is known of contents.
    pub(crate) content: PlanContent,
    /// A word for each node and edge that only its stable key decides.
    pub(crate) node_keys: Vec<u64>,
    pub(crate) edge_keys: Vec<u64>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct PlanNode {
    /// Its name.
    pub name: String,
    /// Its stable key.
    pub key: String,
    /// Index in [`Plan::channels`] or [`Plan::consumers`]; [`NONE`] for a producer.
    pub part: u32,
    /// Its position in the design.
    pub design_index: usize,
}

/// An edge.
#[derive(Clone, Debug)]
pub struct PlanEdge {
    /// Its name, `from -> to`.
    pub name: String,
    /// The stable keys of its ends, as one text.
    pub key: String,
    /// Its manner.
    pub kind: EdgeKind,
    /// Where it begins.
    pub from: NodeIndex,
    /// Where it ends.
    pub to: NodeIndex,
    /// Its position in the design.
    pub design_index: usize,
    pub(crate) latency: Sampler,
    /// Whether it carries messages of a class.
    pub(crate) passes: Vec<bool>,
    /// Whether the consumer lets go of a message of a class unread; empty where the channel
    /// chooses.
    pub(crate) discards: Vec<bool>,
    /// The condition by which a message passes, where the channel chooses; where the consumer
    /// does; [`NONE`] without.
    pub(crate) condition: ExpressionIndex,
    pub(crate) own_condition: ExpressionIndex,
    /// Whether and how the consumer looks at payloads.
    pub(crate) validation: Option<Validation>,
    /// By message type, the version it reads; empty where the consumer does not look.
    pub(crate) reads: Vec<u32>,
    /// Whether the channel forgets a message when it hands it out.
    pub(crate) is_early: bool,
    /// The most messages the consumer is handed before it settles one; 0 is as many as it can
    /// work on at once.
    pub(crate) prefetch: u32,
    /// Where its subscription begins, if it says so.
    pub(crate) start: Option<Start>,
    pub(crate) consumer_priority: i32,
    pub(crate) on_failure: OnFailure,
    /// What the contract says about failed attempts and calls.
    pub(crate) retry: Option<PlanRetry>,
    /// Whether there is a budget of retries.
    pub(crate) has_budget: bool,
    pub(crate) limit: PlanLimit,
    /// The channel node that takes what is given up.
    pub(crate) dead_letter: Option<NodeIndex>,
    /// How long a caller waits, or a channel for an acknowledgement that cannot come.
    pub(crate) timeout: Option<Span>,
    /// The backlog a subscribe edge takes from.
    pub(crate) backlog: BacklogIndex,
}

/// What the engine looks at for each message of an edge, close together.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) latency: Sampler,
    /// The word that stands for it in the hash of the record.
    pub(crate) key: u64,
    /// Where it begins and where it ends.
    pub(crate) from: NodeIndex,
    pub(crate) to: NodeIndex,
    /// Index of the channel in [`Plan::channels`] or of the consumer in [`Plan::consumers`].
    pub(crate) part: u32,
    /// The backlog a subscribe edge takes from.
    pub(crate) backlog: BacklogIndex,
    /// Whether no rule of the channel or the consumer holds up what is delivered over a subscribe
    /// edge, and it takes no time.
    pub(crate) is_lean: bool,
    /// Messages and calls that its consumer works on at the same time.
    pub(crate) concurrency: u32,
    /// Of a subscribe edge: the handler of all that comes over it ([`NONE`] if nothing handles
    /// it), unless messages have several; and how long it takes.
    pub(crate) handler: Option<u32>,
    pub(crate) service: Sampler,
    /// Of a subscribe edge: whether its handler does nothing but take time.
    pub(crate) is_quiet: bool,
    /// Of a subscribe edge: whether its consumer has no other source but calls.
    pub(crate) is_only_source: bool,
    /// Of a subscribe edge: whether nobody but its consumer can get anything because its consumer
    /// has settled something.
    pub(crate) turns_over: bool,
    /// Position of its consumer among the members of the backlog, and of the next of them.
    pub(crate) member: u32,
    pub(crate) next_member: u32,
}

/// What the engine looks at for each message of a backlog, close together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Station {
    pub(crate) channel: NodeIndex,
    /// The only member, if there is one.
    pub(crate) edge: EdgeIndex,
    /// Its consumer, as an index in [`Plan::consumers`].
    pub(crate) consumer: u32,
    pub(crate) concurrency: u32,
    /// Whether it has one member, and no rule says more than that its messages wait their turn.
    pub(crate) is_lean: bool,
    /// Whether what comes in only has to wait, in an order that its key alone decides.
    pub(crate) is_simple: bool,
    /// Its lanes, if what comes in goes to one.
    pub(crate) lanes: Lanes,
}

/// How failed attempts are tried again.
#[derive(Clone, Debug)]
pub(crate) struct PlanRetry {
    pub(crate) attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) jitter: f64,
}

/// When a message is given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanLimit {
    /// Counted returns after which it is not delivered again.
    pub(crate) returns: u32,
    pub(crate) counts_requeued: bool,
    pub(crate) counts_lease_expired: bool,
    pub(crate) counts_disconnected: bool,
    /// Whether it is looked at when the message would be delivered once more.
    pub(crate) is_lazy: bool,
}

impl PlanLimit {
    pub(crate) fn counts(&self, why: Counted) -> bool {
        match why {
            Counted::Requeued => self.counts_requeued,
            Counted::LeaseExpired => self.counts_lease_expired,
            Counted::Disconnected => self.counts_disconnected,
        }
    }
}

/// What messages of one kind say to channels: a type with its properties.
#[derive(Clone, Debug)]
pub(crate) struct PlanClass {
    pub(crate) message_type: TypeIndex,
    pub(crate) properties: Properties,
    /// The first class that states the same identity; [`NONE`] if it states none.
    pub(crate) identity: ClassIndex,
    /// The version that is written; 0 if the type has none.
    pub(crate) version: u32,
    /// Bytes on the wire.
    pub(crate) bytes: u64,
    /// Bytes of the payload, wherever it is.
    pub(crate) payload_bytes: u64,
    /// Whether the payload is stored beside the channels.
    pub(crate) claim_check: Option<ClaimCheck>,
}

impl PlanClass {
    /// Whether its messages ask to be held back.
    pub(crate) fn is_delayed(&self) -> bool {
        self.properties.delay > Span::ZERO
    }
}

/// A stream of messages.
#[derive(Clone, Debug)]
pub struct PlanWorkload {
    pub(crate) producer: NodeIndex,
    /// Key of its random streams.
    pub(crate) key: String,
    pub(crate) class: ClassIndex,
    pub(crate) message_type: TypeIndex,
    /// The route of all its messages, where they go one way and call nobody.
    pub(crate) route: Option<Route>,
    pub(crate) arrivals: Arrivals,
    /// Whether they come by chance, and then the nanoseconds between two on the average.
    pub(crate) is_by_chance: bool,
    pub(crate) mean_gap_ns: f64,
    pub(crate) count: u64,
    pub(crate) start: Time,
    pub(crate) keys: Keys,
    /// Index of its recorded file in the plan; [`NONE`] if it has none.
    pub(crate) replay: u32,
    pub(crate) publish: Vec<EdgeIndex>,
    pub(crate) calls: Vec<EdgeIndex>,
}

/// A channel.
#[derive(Clone, Debug)]
pub struct PlanChannel {
    /// Its node.
    pub node: NodeIndex,
    /// Its backlogs.
    pub backlogs: Vec<BacklogIndex>,
    /// Its rules.
    pub semantics: Arc<Semantics>,
    /// Whether it takes whatever comes, at once.
    pub(crate) is_open: bool,
    /// The backlog that gets all; [`NONE`] where messages are distributed.
    pub(crate) only: BacklogIndex,
    /// Its rules while faults change them, by which of the changes hold.
    pub(crate) other_rules: Vec<Semantics>,
    /// Bind edges to other channels.
    pub(crate) binds: Vec<EdgeIndex>,
    /// The channel node that takes what expires or does not fit.
    pub(crate) dead_letter: Option<NodeIndex>,
    /// The channel node that takes what nobody matches.
    pub(crate) alternate: Option<NodeIndex>,
}

/// What waits for the members of a subscription.
#[derive(Clone, Debug)]
pub struct PlanBacklog {
    /// The channel's node.
    pub channel: NodeIndex,
    /// Index of the channel in [`Plan::channels`].
    pub part: u32,
    /// Subscribe edges that take from it; several compete.
    pub members: Vec<EdgeIndex>,
    /// The channel's rules.
    pub semantics: Arc<Semantics>,
    /// Where it begins when its first member comes.
    pub(crate) start: Start,
    /// The orders its messages are kept in.
    pub(crate) layout: Layout,
    /// Whether its members are served in turn, none before another, and all by the short way
    /// when no fault is on.
    pub(crate) is_in_turn: bool,
    /// Whether each order belongs to one of the members.
    pub(crate) has_owners: bool,
    /// Whether some member of a queue does not take every message.
    pub(crate) is_selective: bool,
    /// Whether a message can expire.
    pub(crate) can_expire: bool,
    /// Whether a fault will want again what has left.
    pub(crate) keeps_history: bool,
    /// The consumer whose ledger expects the effect of what comes in; [`NONE`] without.
    pub(crate) ledger: u32,
    /// Whether conditions decide what comes in.
    pub(crate) has_conditions: bool,
    /// Whether what comes in waits for nothing but its turn.
    pub(crate) is_plain: bool,
    /// The channel node that takes what expires or does not fit.
    pub(crate) dead_letter: Option<NodeIndex>,
}

/// A consumer.
#[derive(Clone, Debug)]
pub struct PlanConsumer {
    /// Its node.
    pub node: NodeIndex,
    /// Messages and calls in work at the same time.
    pub concurrency: u32,
    pub(crate) is_idempotent: bool,
    /// What it keeps of what it has handled, where it says more than that it does.
    pub(crate) inbox: Option<PlanInbox>,
    pub(crate) is_settled_by_hand: bool,
    /// Whether a rule of its own decides what it takes, and how much at once.
    pub(crate) is_guarded: bool,
    /// Whether anything needs to know which messages had an effect.
    pub(crate) remembers: bool,
    /// Whether failures must be drawn.
    pub(crate) can_fail: bool,
    /// Whether anything it does depends on what messages say, or on what it has seen before.
    pub(crate) is_inspecting: bool,
    /// Whether its handlers are chosen by conditions.
    pub(crate) is_conditional: bool,
    /// Whether its effects are counted.
    pub(crate) has_ledger: bool,
    /// Whether an operator has its read model built again.
    pub(crate) is_rebuilt: bool,
    pub(crate) pattern: PlanPattern,
    pub(crate) publishing: Publishing,
    /// Whether a fault will ask for all that its log ever held.
    pub(crate) keeps_log: bool,
    /// Backlogs it takes from, with the edge.
    pub(crate) subscriptions: Vec<EdgeIndex>,
    pub(crate) handlers: Vec<PlanHandler>,
    /// Handler by message type; [`NONE`] where no handler fits.
    pub(crate) handler_of: Vec<u32>,
}

/// What a consumer does with a message.
#[derive(Clone, Debug)]
pub(crate) struct PlanHandler {
    /// [`NONE`] if it takes every message of its type.
    pub(crate) condition: ExpressionIndex,
    /// [`NONE`] if each effect counts as one.
    pub(crate) amount: ExpressionIndex,
    pub(crate) routing: Routing,
    pub(crate) unmatched: Unmatched,
    /// The message type it takes; any if there is none.
    pub(crate) takes: Option<TypeIndex>,
    pub(crate) service: Sampler,
    pub(crate) calls: Vec<PlanCall>,
    /// Whether an attempt goes on when a call has failed.
    pub(crate) continues: bool,
    pub(crate) transient: f64,
    pub(crate) poison: PlanPoison,
    pub(crate) emissions: Vec<PlanEmission>,
}

/// A call that a handler makes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanCall {
    pub(crate) edge: EdgeIndex,
    pub(crate) message: TypeIndex,
}

/// What a handler publishes.
#[derive(Clone, Debug)]
pub(crate) struct PlanEmission {
    pub(crate) class: ClassIndex,
    pub(crate) message_type: TypeIndex,
    /// Its route, where it goes one way and nobody waits for a reply.
    pub(crate) route: Option<Route>,
    pub(crate) edges: Vec<EdgeIndex>,
    /// The message type that answers, and how long it may take.
    pub(crate) reply: Option<(TypeIndex, Span)>,
    /// [`NONE`] if it is always published.
    pub(crate) condition: ExpressionIndex,
    /// [`NONE`] if its payload is derived from the schema alone.
    pub(crate) mapping: MappingIndex,
    /// [`NONE`] if it is one message.
    pub(crate) parts: ExpressionIndex,
    /// [`NONE`] if it has the ordering key of its cause.
    pub(crate) key: ExpressionIndex,
    pub(crate) identity: Identity,
    /// Its number among all emissions of its consumer.
    pub(crate) number: u32,
}

impl PlanEmission {
    /// Whether nothing but its cause decides what is published.
    pub(crate) fn is_plain(&self) -> bool {
        [self.condition, self.mapping, self.parts, self.key] == [NONE; 4]
            && self.identity == Identity::New
    }
}

/// Which messages can never be handled.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlanPoison {
    None,
    Share(f64),
    /// (source, number), sorted.
    Messages(Vec<(NodeIndex, u64)>),
    /// Sorted.
    Keys(Vec<u64>),
    When(ExpressionIndex),
}

/// A fault: one kind at one place.
#[derive(Clone, Debug)]
pub struct PlanFault {
    /// What goes wrong, and where.
    pub kind: FaultKind,
    /// When it begins, or from when on what makes it begin counts.
    pub start: Time,
    /// When it ends, if that is known beforehand.
    pub end: Option<Time>,
    pub(crate) duration: Option<Span>,
    /// When everything is healed.
    pub(crate) heals_at: Option<Time>,
    /// The node or edge it strikes, as a rank.
    pub(crate) target: Rank,
    /// The node it strikes; [`NONE`] if it strikes edges.
    pub(crate) node: NodeIndex,
    /// The edges it strikes.
    pub(crate) edges: Vec<EdgeIndex>,
    /// The identity of its luck.
    pub(crate) stream: u64,
    pub(crate) effect: Effect,
    pub(crate) whom: Whom,
    pub(crate) ramp_in: Span,
    pub(crate) ramp_out: Span,
    pub(crate) trigger: PlanTrigger,
    pub(crate) until: Option<PlanCondition>,
}

/// An action of an operator.
#[derive(Clone, Debug)]
pub struct PlanAction {
    /// When.
    pub at: Time,
    /// What.
    pub what: ActionKind,
    /// Index of the dead-letter channel in [`Plan::channels`], of the consumer in
    /// [`Plan::consumers`], or of the edge.
    pub(crate) target: u32,
    /// The chosen messages, as (source, number), sorted; all if `None`.
    pub(crate) messages: Option<Vec<(NodeIndex, u64)>>,
    /// By which ways a replay goes.
    pub(crate) ways: Vec<ReplayWay>,
    /// Whose event it is.
    pub(crate) rank: Rank,
}

/// From what is kept to who gets it again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplayWay {
    /// The backlog whose history it is.
    pub(crate) from: BacklogIndex,
    /// The backlog that gets it.
    pub(crate) to: BacklogIndex,
    /// A subscribe edge of that.
    pub(crate) edge: EdgeIndex,
}

impl PlanWorkload {
    /// When the arrival after so many others is, where that is known beforehand.
    pub(crate) fn arrival(&self, after: u64) -> Option<Time> {
        match &self.arrivals {
            Arrivals::Constant(rate) => Some(self.start.after(rate.occurrence(after))),
            Arrivals::Poisson(_) | Arrivals::Recorded(_) => None,
            Arrivals::Scripted(instants) => {
                instants.get(after as usize).map(|offset| self.start.after(*offset))
            }
        }
    }
}

impl PlanConsumer {
    /// All that it may publish.
    pub(crate) fn emissions(&self) -> impl Iterator<Item = &PlanEmission> {
        let own = self.pattern.emissions().into_iter();
        self.handlers.iter().flat_map(|it| &it.emissions).chain(own)
    }

    /// The handler of a message type, if there is one.
    #[inline]
    pub(crate) fn handler(&self, message_type: TypeIndex) -> Option<&PlanHandler> {
        self.handlers.get(*self.handler_of.get(message_type as usize)? as usize)
    }

    /// The handler of a message type ([`NONE`] if nothing handles it), and how long it takes.
    #[inline]
    pub(crate) fn service_of(&self, message_type: TypeIndex) -> (u32, &Sampler) {
        let handler = self.handler_of.get(message_type as usize).copied().unwrap_or(NONE);
        let service = self.handlers.get(handler as usize).map(|handler| &handler.service);
        (handler, service.unwrap_or(&Sampler::Constant(0)))
    }
}

impl Plan {
    /// Compiles a design under a scenario; of its schemas, those inside the design are known.
    ///
    /// # Errors
    /// All findings that make the design impossible to run; nothing is compiled then.
    pub fn compile(
        design: &Design,
        scenario: &Scenario,
        seed: u64,
    ) -> Result<Arc<Plan>, Vec<Finding>> {
        let nowhere = |file: &str| Err(format!("the recorded file `{file}` is not at hand"));
        let surroundings = Surroundings { schemas: &Schemas::new(), open: &nowhere };
        Plan::compile_with(design, scenario, seed, &surroundings)
    }

    /// The same with what the design refers to outside itself.
    ///
    /// # Errors
    /// As for [`Plan::compile`]; a file that cannot be opened is one of the findings.
    pub fn compile_with(
        design: &Design,
        scenario: &Scenario,
        seed: u64,
        surroundings: &Surroundings<'_>,
    ) -> Result<Arc<Plan>, Vec<Finding>> {
        compile::compile(design, scenario, seed, surroundings).map(Arc::new)
    }

    /// The rank of a node in the order of events.
    #[must_use]
    pub(crate) fn node_rank(&self, node: NodeIndex) -> Rank {
        Rank(node)
    }

    /// The rank of an edge in the order of events.
    #[must_use]
    pub(crate) fn edge_rank(&self, edge: EdgeIndex) -> Rank {
        Rank(self.nodes.len() as u32 + edge)
    }

    /// Number of entities that schedule events.
    pub(crate) fn entities(&self) -> usize {
        self.nodes.len() + self.edges.len()
    }

    /// The consumer at the end of a subscribe or call edge, as an index in [`Plan::consumers`].
    #[inline]
    pub(crate) fn consumer_at(&self, edge: EdgeIndex) -> usize {
        self.ways[edge as usize].part as usize
    }

    /// The version that the consumer of an edge reads: what its contract names, else the newest.
    pub(crate) fn version_read(&self, edge: EdgeIndex, message_type: TypeIndex) -> u32 {
        let name = self.type_name(message_type);
        let contract = &self.design.edges[self.edges[edge as usize].design_index].contract;
        let named = contract.messages.iter().find(|it| it.name == name).and_then(|it| it.version);
        let newest = || self.design.message(name)?.version(None).map(|version| version.number);
        named.or_else(newest).unwrap_or(1)
    }

    /// The node of this name. Cost: one pass over the nodes.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<NodeIndex> {
        (0..).zip(&self.nodes).find(|(_, node)| node.name == name).map(|(index, _)| index)
    }

    /// The edge of this name. Cost: one pass over the edges.
    #[must_use]
    pub fn edge_named(&self, name: &str) -> Option<EdgeIndex> {
        (0..).zip(&self.edges).find(|(_, edge)| edge.name == name).map(|(index, _)| index)
    }

    /// The message type of this name. Cost: one pass over the types.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<TypeIndex> {
        (0..).zip(&self.message_types).find(|(_, known)| *known == name).map(|(index, _)| index)
    }
}

impl Plan {
    /// Sizes of backlogs that promises want to know about: (channel, size).
    pub(crate) fn backlog_limits(&self) -> Vec<(u32, u64)> {
        let promises = self.design.promises.iter().chain(&self.scenario.promises);
        promises
            .filter_map(|promise| match &promise.holds {
                PromiseKind::BacklogBelow { channel, limit } => {
                    let node = self.node_named(channel)?;
                    Some((self.nodes[node as usize].part, *limit))
                }
                PromiseKind::NothingLost
                | PromiseKind::NoDuplicateEffect { .. }
                | PromiseKind::OrderPerKey { .. }
                | PromiseKind::LeadsTo { .. }
                | PromiseKind::DeadLetters { .. }
                | PromiseKind::LatencyBelow { .. }
                | PromiseKind::NoTimeouts
                | PromiseKind::LedgerBalances { .. }
                | PromiseKind::SagasEnd { .. }
                | PromiseKind::StaleReads { .. }
                | PromiseKind::NeverStaler { .. }
                | PromiseKind::Published { .. } => None,
            })
            .collect()
    }
}
