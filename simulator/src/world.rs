//! The state of the simulated world at one instant: plain data, cheap to clone, without history.

use std::collections::VecDeque;

use flowbench_model::contract::Acknowledgement;
use flowbench_model::time::{Span, Time};

use crate::calendar::{Calendar, Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{BacklogIndex, EdgeIndex, NodeIndex, Plan, PlanBacklog, PlanConsumer, TypeIndex};
use crate::record::{DropReason, Failure};
use crate::rng::{Purpose, Stream};
use crate::slab::Slab;

/// Everything there is at one instant.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) now: Time,
    pub(crate) events: u64,
    pub(crate) events_this_instant: u64,
    pub(crate) halt: Option<Halt>,
    pub(crate) calendar: Calendar,
    pub(crate) next_message: u32,
    pub(crate) nodes: Vec<NodeState>,
    pub(crate) edges: Vec<EdgeState>,
    pub(crate) workloads: Vec<WorkloadState>,
    pub(crate) channels: Vec<ChannelState>,
    pub(crate) backlogs: Vec<Backlog>,
    pub(crate) consumers: Vec<ConsumerState>,
    pub(crate) transits: Slab<Transit>,
    pub(crate) copies: Slab<MessageCopy>,
    pub(crate) works: Slab<Work>,
    pub(crate) calls: Slab<Call>,
    pub(crate) deaths: Slab<Death>,
    pub(crate) expectations: Slab<Expectation>,
    /// Faults that are on, in the order in which they began.
    pub(crate) active_faults: Vec<u32>,
    pub(crate) changed_backlogs: Vec<BacklogIndex>,
    pub(crate) changed_consumers: Vec<u32>,
    pub(crate) totals: Totals,
}

/// Why a run stopped before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Halt {
    /// When.
    pub at: Time,
    /// Why.
    pub cause: HaltCause,
}

/// What a run cannot go on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HaltCause {
    /// So much happens at one instant that time does not go on: a loop without delay.
    InstantLoop,
    /// More is under way than the simulator holds.
    TooMuchUnderWay,
    /// More messages than the simulator can number.
    TooManyMessages,
    /// More entries than a record holds.
    RecordFull,
}

/// Counts over the whole world. Fates are of copies: what a subscription, or a queue, got.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Messages that were published; requests of calls are not among them.
    pub published: u64,
    /// Copies that came into being: one for each edge a message is published on, for each further
    /// subscriber of a topic, and for each duplication.
    pub copies: u64,
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Copies that wait as dead letters, or were taken over by a consumer of dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Copies that were recognized as repetitions; part of `acknowledged`.
    pub suppressed: u64,
    /// Calls that were made.
    pub calls: u64,
    /// Calls that failed for the caller.
    pub calls_failed: u64,
    /// Replies that did not come in time.
    pub reply_timeouts: u64,
}

impl Totals {
    /// Copies that are still there.
    #[must_use]
    pub fn under_way(&self) -> u64 {
        self.copies - self.acknowledged - self.dead_lettered - self.expired - self.dropped
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NodeState {
    /// Number of faults that keep it down.
    pub(crate) down: u32,
    pub(crate) published: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct EdgeState {
    pub(crate) latency: Stream,
    pub(crate) jitter: Stream,
    pub(crate) loss_stream: Stream,
    pub(crate) duplication_stream: Stream,
    pub(crate) loss: f64,
    pub(crate) duplication: f64,
    pub(crate) delay: Span,
    pub(crate) counts: SubscriptionCounts,
}

/// Counts of one subscribe edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SubscriptionCounts {
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies handled.
    pub acknowledged: u64,
    /// Dead letters that wait, or were taken over by a consumer of dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long; of a queue with several consumers see the channel.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Repetitions recognized; part of `acknowledged`.
    pub suppressed: u64,
    /// Failed attempts.
    pub failed: u64,
    /// Copies in work or on their way to the consumer.
    pub in_work: u64,
    /// Copies that wait for their next attempt.
    pub waiting: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct WorkloadState {
    pub(crate) arrivals: Stream,
    pub(crate) keys: Stream,
    pub(crate) done: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ChannelState {
    /// What publishers hold back while the channel is down.
    pub(crate) held: VecDeque<u32>,
}

/// What waits for the members of a subscription.
#[derive(Clone, Debug)]
pub(crate) struct Backlog {
    pub(crate) store: Store,
    /// Position of the member that is asked first.
    pub(crate) next_member: u32,
    pub(crate) ready: u64,
    pub(crate) ready_max: u64,
    /// Copies that entered and have not left by any fate.
    pub(crate) present: u64,
    pub(crate) expired: u64,
    pub(crate) is_changed: bool,
    /// Deadlines of what waits, in the order of entering: (deadline, copy).
    pub(crate) deadlines: VecDeque<(Time, Handle)>,
    pub(crate) has_expiry_timer: bool,
    /// Sizes somebody wants to know about, with the instant each was reached.
    pub(crate) marks: Vec<(u64, Option<Time>)>,
}

#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// One order; consumers compete.
    Fifo(VecDeque<u32>),
    /// An order for each partition, one message of it in work at a time.
    Partitions { lanes: Vec<Lane>, open: VecDeque<u32> },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lane {
    pub(crate) queue: VecDeque<u32>,
    /// Whether its head is in work or waits for a retry.
    pub(crate) is_blocked: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ConsumerState {
    pub(crate) service: Stream,
    pub(crate) failures: Stream,
    pub(crate) busy: u32,
    pub(crate) slow: f64,
    pub(crate) failing: f64,
    /// Faults that make messages poison.
    pub(crate) poison_faults: Vec<u32>,
    /// Position among subscriptions and calls that is asked first.
    pub(crate) next_source: u32,
    pub(crate) waiting_calls: VecDeque<u32>,
    pub(crate) is_changed: bool,
    /// Messages that had their effect, a bit for each.
    pub(crate) effects: Vec<u64>,
}

/// A message on a publish edge.
#[derive(Clone, Debug)]
pub(crate) struct Transit {
    pub(crate) message: Message,
    pub(crate) edge: EdgeIndex,
    pub(crate) sent_at: Time,
    pub(crate) arrives_at: Time,
}

/// A copy of a message in a backlog.
#[derive(Clone, Debug)]
pub(crate) struct MessageCopy {
    pub(crate) message: Message,
    pub(crate) backlog: BacklogIndex,
    /// The member that had it last.
    pub(crate) edge: EdgeIndex,
    pub(crate) deliveries: u32,
    pub(crate) state: CopyState,
    pub(crate) is_duplicate: bool,
    /// When it entered the channel.
    pub(crate) entered_at: Time,
    /// When the present state ends, where it is known.
    pub(crate) due: Time,
    pub(crate) first_failure: Option<(Failure, Time)>,
    pub(crate) last_failure: Option<(Failure, Time)>,
    /// What is known of it as a dead letter; [`NONE`] if it is none.
    pub(crate) death: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CopyState {
    Ready,
    /// With a consumer, or on the way to it.
    InWork,
    /// Waits for its next attempt.
    Waiting,
}

/// A consumer at work on a message or a call.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) message: Message,
    pub(crate) consumer: u32,
    pub(crate) handler: u32,
    pub(crate) task: Task,
    pub(crate) stage: Stage,
    pub(crate) attempt: u32,
    pub(crate) began_at: Time,
    pub(crate) ends_at: Time,
    /// The consumer crashed: nothing will come of it.
    pub(crate) is_cancelled: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Task {
    /// A copy by way of an edge; [`NONE`] once the channel has taken it back.
    Copy { copy: u32, edge: EdgeIndex },
    /// A call.
    Call(Handle),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// On the way from the channel.
    Delivering,
    /// Its own work.
    Service,
    /// The n-th call of the handler.
    Calling { position: u32, call: Handle },
}

/// A call from one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) edge: EdgeIndex,
    pub(crate) message: Message,
    pub(crate) caller: Caller,
    pub(crate) attempt: u32,
    pub(crate) stage: CallStage,
    pub(crate) sent_at: Time,
    pub(crate) arrives_at: Time,
}

/// Who waits for the outcome of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Caller {
    /// Nobody any more.
    Nobody,
    /// A producer, which goes on meanwhile.
    Producer,
    /// A consumer at work.
    Work(Handle),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CallStage {
    Going,
    Queued,
    Served,
    /// On its way back, with the outcome.
    Returning(Option<Failure>),
    /// Lost on the way; only a timeout ends it.
    Lost,
    /// Waits for its next attempt.
    Waiting,
}

/// What is known of a dead letter.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// The subscribe edge that gave it up.
    pub(crate) edge: EdgeIndex,
    pub(crate) backlog: BacklogIndex,
    pub(crate) attempts: u32,
    pub(crate) at: Time,
    pub(crate) first: (Failure, Time),
    pub(crate) last: (Failure, Time),
}

/// A reply that an emitter waits for.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    pub(crate) node: NodeIndex,
    pub(crate) message: Message,
    pub(crate) reply: TypeIndex,
    pub(crate) outer: Handle,
    pub(crate) is_answered: bool,
    pub(crate) is_overdue: bool,
}

impl World {
    /// The world before anything has happened.
    pub(crate) fn new(plan: &Plan) -> World {
        let seed = plan.seed;
        let mut world = World {
            now: Time::ZERO,
            events: 0,
            events_this_instant: 0,
            halt: None,
            calendar: Calendar::new(plan.entities()),
            next_message: 0,
            nodes: plan.nodes.iter().map(|_| NodeState { down: 0, published: 0 }).collect(),
            edges: plan.edges.iter().map(|edge| EdgeState::new(seed, &edge.key)).collect(),
            workloads: plan
                .workloads
                .iter()
                .map(|workload| WorkloadState {
                    arrivals: Stream::new(seed, &workload.key, Purpose::Arrival),
                    keys: Stream::new(seed, &workload.key, Purpose::Key),
                    done: 0,
                })
                .collect(),
            channels: plan.channels.iter().map(|_| ChannelState::default()).collect(),
            backlogs: plan.backlogs.iter().map(Backlog::new).collect(),
            consumers: plan.consumers.iter().map(|it| ConsumerState::new(plan, it)).collect(),
            transits: Slab::default(),
            copies: Slab::default(),
            works: Slab::default(),
            calls: Slab::default(),
            deaths: Slab::default(),
            expectations: Slab::default(),
            active_faults: Vec::new(),
            changed_backlogs: Vec::new(),
            changed_consumers: Vec::new(),
            totals: Totals::default(),
        };
        world.mark_backlogs(plan);
        world.schedule_scenario(plan);
        world
    }

    fn mark_backlogs(&mut self, plan: &Plan) {
        for (channel, limit) in plan.backlog_limits() {
            for backlog in &plan.channels[channel as usize].backlogs {
                self.backlogs[*backlog as usize].marks.push((limit, None));
            }
        }
    }

    /// Puts on the calendar what the scenario alone decides.
    fn schedule_scenario(&mut self, plan: &Plan) {
        let event = |kind, index| Event { kind, index, generation: 0 };
        for (index, fault) in (0..).zip(&plan.faults) {
            let (rank, start) = (fault.target, event(EventKind::FaultStart, index));
            self.calendar.schedule(fault.start, Phase::Fault, rank, start);
            if let Some(end) = fault.end {
                self.calendar.schedule(end, Phase::Fault, rank, event(EventKind::FaultEnd, index));
            }
        }
        for (index, action) in (0..).zip(&plan.actions) {
            let rank = plan.node_rank(plan.channels[action.channel as usize].node);
            let act = event(EventKind::Action, index);
            self.calendar.schedule(action.at, Phase::Fault, rank, act);
        }
    }
}

impl EdgeState {
    fn new(seed: u64, key: &str) -> EdgeState {
        EdgeState {
            latency: Stream::new(seed, key, Purpose::Latency),
            jitter: Stream::new(seed, key, Purpose::Jitter),
            loss_stream: Stream::new(seed, key, Purpose::Loss),
            duplication_stream: Stream::new(seed, key, Purpose::Duplication),
            loss: 0.0,
            duplication: 0.0,
            delay: Span::ZERO,
            counts: SubscriptionCounts::default(),
        }
    }
}

impl ConsumerState {
    fn new(plan: &Plan, consumer: &PlanConsumer) -> ConsumerState {
        let key = &plan.nodes[consumer.node as usize].key;
        ConsumerState {
            service: Stream::new(plan.seed, key, Purpose::Service),
            failures: Stream::new(plan.seed, key, Purpose::Failure),
            busy: 0,
            slow: 1.0,
            failing: 0.0,
            poison_faults: Vec::new(),
            next_source: 0,
            waiting_calls: VecDeque::new(),
            is_changed: false,
            effects: Vec::new(),
        }
    }

    /// Notes that a message has its effect; whether it had it before.
    pub(crate) fn note_effect(&mut self, message: u32) -> bool {
        let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
        if self.effects.len() <= word {
            self.effects.resize(word + 1, 0);
        }
        let was_set = self.effects[word] & bit != 0;
        self.effects[word] |= bit;
        was_set
    }

    /// Whether a message had its effect.
    pub(crate) fn had_effect(&self, message: u32) -> bool {
        let (word, bit) = (message as usize / 64, 1u64 << (message % 64));
        self.effects.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

impl Backlog {
    fn new(plan: &PlanBacklog) -> Backlog {
        let store = if plan.partitions == 0 {
            Store::Fifo(VecDeque::new())
        } else {
            let lanes = vec![Lane::default(); plan.partitions as usize];
            Store::Partitions { lanes, open: VecDeque::new() }
        };
        Backlog {
            store,
            next_member: 0,
            ready: 0,
            ready_max: 0,
            present: 0,
            expired: 0,
            is_changed: false,
            deadlines: VecDeque::new(),
            has_expiry_timer: false,
            marks: Vec::new(),
        }
    }
}

impl From<Failure> for u64 {
    fn from(failure: Failure) -> u64 {
        failure as u64
    }
}

impl From<DropReason> for u64 {
    fn from(reason: DropReason) -> u64 {
        reason as u64
    }
}

/// Whether a channel forgets a message before it is handled.
pub(crate) fn is_early(acknowledgement: Acknowledgement) -> bool {
    matches!(acknowledgement, Acknowledgement::OnReceipt)
}
