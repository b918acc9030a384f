//! The state of the simulated world at one instant: plain data, cheap to clone, without history.

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::time::Time;

use crate::area::Area;
use crate::calendar::{Calendar, Event, EventKind, Phase};
use crate::content::{ContentState, Prepared};
use crate::message::{Handle, Message, MessageId};
use crate::plan::{EdgeIndex, NONE, NodeIndex, Plan, PlanBacklog, PlanConsumer, PlanWorkload};
use crate::record::{DropReason, Failure};
use crate::rng::{Purpose, Stream};
use crate::slab::Slab;
use crate::store::Store;
use bits::Bits;
use blobs::BlobStore;
use inbox::InboxState;
use ledger::LedgerState;
use pattern::{PatternState, PatternTimer};
use relay::RelayState;

pub(crate) mod archive;
mod bits;
pub mod blobs;
pub mod inbox;
pub mod ledger;
pub(crate) mod pattern;
pub(crate) mod relay;
pub(crate) mod replays;
mod resilience;
mod sizes;
mod totals;
mod under_way;
pub(crate) mod unsettled;

pub use resilience::BreakerState;
pub(crate) use resilience::{Breaker, Budget, Resilience};
pub use sizes::InBacklog;
pub use totals::{Attempts, Totals};
use unsettled::Unsettled;

pub(crate) use under_way::{
    Attempt, Burden, Call, CallStage, Caller, CopyState, Death, Expectation, MessageCopy, Stage,
    Task, Transit, Work,
};

/// Everything there is at one instant.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) now: Time,
    pub(crate) events: u64,
    /// Events before the present instant.
    pub(crate) events_before: u64,
    /// Events after which the limits of a run are looked at next.
    pub(crate) next_look: u64,
    pub(crate) halt: Option<Halt>,
    /// Where things happen at an instant that seems not to end.
    pub(crate) loop_places: Vec<NodeIndex>,
    pub(crate) calendar: Calendar,
    pub(crate) next_message: u32,
    pub(crate) nodes: Vec<NodeState>,
    pub(crate) edges: Vec<EdgeState>,
    pub(crate) workloads: Vec<WorkloadState>,
    /// How far recorded files are read.
    pub(crate) replays: Vec<replays::ReplayState>,
    pub(crate) channels: Vec<ChannelState>,
    pub(crate) backlogs: Vec<Backlog>,
    pub(crate) consumers: Vec<ConsumerState>,
    pub(crate) transits: Slab<Transit>,
    pub(crate) copies: Slab<MessageCopy>,
    pub(crate) burdens: Slab<Burden>,
    pub(crate) works: Slab<Work>,
    /// Attempts of which no copy tells: at requests, at what a channel has taken back, and at
    /// replies that have been recognized.
    pub(crate) kept: Slab<Attempt>,
    pub(crate) calls: Slab<Call>,
    pub(crate) deaths: Slab<Death>,
    /// Replies that somebody waits for, by the message that asks for them.
    pub(crate) expectations: BTreeMap<MessageId, Expectation>,
    /// Faults that are on, in the order in which they began.
    pub(crate) active_faults: Vec<u32>,
    /// Faults that some node or edge looks at, and edges that are paused.
    pub(crate) disturbances: u32,
    /// The state of every fault of the plan.
    pub(crate) faults: Vec<FaultState>,
    /// Publications that were put off.
    pub(crate) publications: Slab<Publication>,
    /// Copies that were dropped without anybody's having decided so.
    pub(crate) lost: u64,
    /// What is known of contents.
    pub(crate) content: ContentState,
    /// What is about to be published by the attempt that is being concluded.
    pub(crate) prepared: Vec<Prepared>,
    /// The first message that an emission made of a cause, where a repetition is the same again:
    /// (cause, emission's number, part).
    pub(crate) made: BTreeMap<(MessageId, u32, u32), Message>,
    pub(crate) ledgers: Vec<LedgerState>,
    /// The payloads that messages only name.
    pub(crate) blobs: BlobStore,
    /// By consumer.
    pub(crate) inboxes: Vec<InboxState>,
    /// Why work will fail that cannot begin, by its slot.
    pub(crate) failing: BTreeMap<u32, Failure>,
    pub(crate) patterns: Vec<PatternState>,
    pub(crate) timers: Slab<PatternTimer>,
    /// Replays that are under way, by action.
    pub(crate) playbacks: BTreeMap<u32, archive::Playback>,
    /// What waits to be published, by consumer.
    pub(crate) relays: Vec<RelayState>,
    /// What is left to do at the end of the instant.
    pub(crate) unsettled: Unsettled,
    /// Room for those that are handed out to.
    pub(crate) turns: Vec<u32>,
    pub(crate) totals: Totals,
    pub(crate) before: sizes::Before,
    /// What protects callers and consumers.
    pub(crate) resilience: Resilience,
}

/// Why a run stopped before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    /// When.
    pub at: Time,
    /// Why.
    pub cause: HaltCause,
    /// Where it comes from, as far as that can be said: the nodes of the loop, or the channels
    /// through which most went.
    pub places: Vec<NodeIndex>,
}

/// What a run cannot go on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HaltCause {
    /// So much happens at one instant that time does not go on: a loop without delay.
    InstantLoop,
    /// More is under way than the simulator holds.
    TooMuchUnderWay,
    /// More happens than anybody waits for.
    TooManyEvents,
    /// A line of a recorded file that cannot be read.
    BadRecordedLine,
    /// More messages than the simulator can number.
    TooManyMessages,
    /// More entries than a record holds.
    RecordFull,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NodeState {
    /// Number of faults that keep it down.
    pub(crate) down: u32,
    pub(crate) published: u32,
    /// Faults that strike it, or wait for so many messages, in the order in which they came.
    pub(crate) faults: Vec<u32>,
}

#[derive(Clone, Debug)]
// What every message touches comes first, together.
#[repr(C, align(64))]
pub(crate) struct EdgeState {
    pub(crate) counts: SubscriptionCounts,
    pub(crate) latency: Stream,
    pub(crate) jitter: Stream,
    /// Faults that strike it, or wait for so many messages, in the order in which they came.
    pub(crate) faults: Vec<u32>,
    /// Whether nothing is handed out over it.
    pub(crate) is_paused: bool,
    /// Whether its consumer fetches a batch at this moment.
    pub(crate) is_fetching: bool,
    /// When its consumer fetched last.
    pub(crate) polled_at: Time,
    /// Messages of that fetch that it has not been handed yet.
    pub(crate) batch_left: u32,
    pub(crate) has_poll_timer: bool,
    /// Whether its consumer worked so long on one fetch that it lost its partitions.
    pub(crate) is_turned_out: bool,
}

/// Counts of one subscribe edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(C)]
pub struct SubscriptionCounts {
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies handled.
    pub acknowledged: u64,
    /// Copies in work or on their way to the consumer.
    pub in_work: u64,
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
    /// What publishers hold back while the channel is down or full.
    pub(crate) held: VecDeque<u32>,
    /// When each identity was seen that is recognized if it comes again.
    pub(crate) seen: BTreeMap<(u64, u64), Time>,
    /// The same in the order of time.
    pub(crate) seen_order: VecDeque<(Time, (u64, u64))>,
    /// Publications that are tried again, and keep those after them waiting: (edge, message).
    pub(crate) retrying: Vec<(EdgeIndex, MessageId)>,
    /// Publishers that were told lately that a channel behind this one refused their message:
    /// (message, attempt).
    pub(crate) told: VecDeque<(MessageId, u32)>,
    /// Copies that are not on all replicas yet, in the order in which they came.
    pub(crate) unreplicated: VecDeque<Handle>,
    /// Replicas that are lost.
    pub(crate) replicas_down: u32,
    /// Which of the other rules hold that faults set, a bit for each; how many faults set each.
    pub(crate) rules: u32,
    pub(crate) rule_counts: Vec<u32>,
}

/// What waits for the members of a subscription.
#[derive(Clone, Debug)]
// What every message touches comes first, together.
#[repr(C, align(64))]
pub(crate) struct Backlog {
    pub(crate) ready: u64,
    pub(crate) ready_max: u64,
    /// Copies that entered and have not left by any fate.
    pub(crate) present: u64,
    /// Copies that are handed out and not settled.
    pub(crate) in_flight: u64,
    /// Copies that ever came in.
    pub(crate) entered: u64,
    pub(crate) is_changed: bool,
    /// Position of the member that is asked first.
    pub(crate) next_member: u32,
    /// What is ready, over time.
    pub(crate) waiting_area: Area,
    /// What is in flight, over time.
    pub(crate) handed_out_area: Area,
    pub(crate) store: Store,
    pub(crate) group: GroupState,
    /// What is present and neither, over time.
    pub(crate) resting_area: Area,
    pub(crate) expired: u64,
    /// Bytes of what is ready.
    pub(crate) bytes: u64,
    /// When copies leave the store, settled or not, in the order of entering.
    pub(crate) retained: VecDeque<(Time, Handle)>,
    /// What ever entered, with its number, where a fault will want it again.
    pub(crate) history: VecDeque<(Time, u64, Message)>,
    /// When the next look at them is due.
    pub(crate) retention_at: Option<Time>,
    pub(crate) has_commit_timer: bool,
    pub(crate) has_compaction_timer: bool,
    /// Deadlines of what waits, in the order of entering: (deadline, copy).
    pub(crate) deadlines: VecDeque<(Time, Handle)>,
    /// When the next look at them is due.
    pub(crate) expiry_at: Option<Time>,
    /// Sizes somebody wants to know about, with the instant each was reached.
    pub(crate) marks: Vec<(u64, Option<Time>)>,
}

/// How the members of a subscription share it.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub(crate) struct GroupState {
    /// Lanes that go to another owner once nothing of them is in flight.
    pub(crate) moves: Vec<(u32, u32)>,
    /// Whether each member takes part.
    pub(crate) is_member: Vec<bool>,
    /// Whether somebody ever took part.
    pub(crate) has_begun: bool,
    /// When the last member left.
    pub(crate) used_at: Time,
    /// Whether nobody used it for so long that it was taken away.
    pub(crate) is_gone: bool,
    /// The only member that is served, where there is but one.
    pub(crate) active: Option<u32>,
    /// Newcomers get nothing until what came in before this number is settled.
    pub(crate) settled_before: u64,
    /// Changes of hands that are not over; the lanes rest until all are.
    pub(crate) rebalances: u32,
    /// For the choice among members by chance.
    pub(crate) choice: Option<Box<Stream>>,
    /// Partition of the publisher's present batch, and messages in it.
    pub(crate) batch: (u32, u32),
}

#[derive(Clone, Debug)]
// What every message touches comes first, together.
#[repr(C, align(64))]
pub(crate) struct ConsumerState {
    pub(crate) service: Stream,
    pub(crate) busy: u32,
    pub(crate) is_changed: bool,
    pub(crate) cold_until: Time,
    /// What is busy, over time.
    pub(crate) busy_area: Area,
    pub(crate) waiting_calls: VecDeque<u32>,
    /// Work that it was handed and has not begun.
    pub(crate) fetched: VecDeque<u32>,
    pub(crate) failures: Stream,
    /// How many times as long work takes after a restart, and until when.
    pub(crate) cold_factor: f64,
    /// Position among subscriptions and calls that is asked first.
    pub(crate) next_source: u32,
    /// Messages that had their effect, a bit for each.
    pub(crate) effects: Bits,
    /// Messages whose effect its ledger expects.
    pub(crate) expected: Bits,
    /// Of those that had their effect, the ones it no longer knows of.
    pub(crate) forgotten: Bits,
}

/// What a publisher will send.
#[derive(Clone, Debug)]
pub(crate) struct Publication {
    pub(crate) message: Message,
    pub(crate) edge: EdgeIndex,
    /// It was sent before.
    pub(crate) is_again: bool,
}

/// The state of a fault. What a field means beside the first three is the fault's own affair.
#[derive(Clone, Debug)]
pub(crate) struct FaultState {
    pub(crate) is_active: bool,
    /// Whether the places that it strikes look at it.
    pub(crate) is_listed: bool,
    /// When it began, and when it will end.
    pub(crate) since: Time,
    pub(crate) until: Time,
    pub(crate) stream: Stream,
    /// The last draw, where draws depend on each other, and whether times are bad.
    pub(crate) last: f64,
    pub(crate) is_bad: bool,
    pub(crate) is_pending: bool,
    pub(crate) number: u64,
    pub(crate) at: Time,
    /// Slots of what it holds: transits, publications or works.
    pub(crate) queue: VecDeque<u32>,
    /// Arrivals that wait for their producer: (workload, key).
    pub(crate) missed: Vec<(u32, Option<u64>)>,
    pub(crate) watched: Vec<MessageId>,
    pub(crate) replay: VecDeque<Message>,
}

impl FaultState {
    fn new(stream: u64) -> FaultState {
        FaultState {
            is_active: false,
            is_listed: false,
            since: Time::ZERO,
            until: Time(u64::MAX),
            stream: Stream::from_id(stream),
            last: 0.0,
            is_bad: false,
            is_pending: false,
            number: 0,
            at: Time::ZERO,
            queue: VecDeque::new(),
            missed: Vec::new(),
            watched: Vec::new(),
            replay: VecDeque::new(),
        }
    }
}

impl World {
    /// Events of the present instant so far.
    pub(crate) fn events_this_instant(&self) -> u64 {
        self.events - self.events_before
    }

    /// What a copy has that few have. It may have left its slot, but not been forgotten.
    pub(crate) fn burden(&self, copy: &MessageCopy) -> &Burden {
        if copy.burden == NONE { &Burden::NONE } else { &self.burdens[copy.burden] }
    }

    /// The same of the copy at a slot, to change it.
    pub(crate) fn burden_mut(&mut self, slot: u32) -> &mut Burden {
        let copy = &mut self.copies[slot];
        if copy.burden == NONE {
            copy.burden = self.burdens.insert(Burden::NONE);
        }
        &mut self.burdens[copy.burden]
    }

    /// The message that somebody works on.
    pub(crate) fn message_in(&self, work: &Work) -> &Message {
        match (work.kept, work.task) {
            (NONE, Task::Copy { copy, .. }) => &self.copies[copy.slot].message,
            (kept, _) => &self.kept[kept].message,
        }
    }

    /// The same, and which attempt it is.
    pub(crate) fn attempt_in(&self, work: &Work) -> Attempt {
        match (work.kept, work.task) {
            (NONE, Task::Copy { copy, .. }) => self.copies[copy.slot].attempt(),
            (kept, _) => self.kept[kept],
        }
    }

    /// From now on work knows its attempt without the copy.
    pub(crate) fn keep_attempt(&mut self, slot: u32) -> &mut Attempt {
        let work = &self.works[slot];
        if work.kept == NONE {
            let attempt = self.attempt_in(work);
            self.works[slot].kept = self.kept.insert(attempt);
        }
        &mut self.kept[self.works[slot].kept]
    }

    /// Takes work away, with the attempt that is kept for it.
    pub(crate) fn remove_work(&mut self, slot: u32) -> Work {
        let work = self.works.remove(slot);
        if work.kept != NONE {
            self.kept.free(work.kept);
        }
        work
    }

    /// The world before anything has happened.
    pub(crate) fn new(plan: &Plan) -> World {
        let seed = plan.seed;
        let mut world = World {
            now: Time::ZERO,
            events: 0,
            events_before: 0,
            next_look: 0,
            halt: None,
            loop_places: Vec::new(),
            calendar: Calendar::new(plan.entities()),
            next_message: 0,
            nodes: plan.nodes.iter().map(|_| NodeState::default()).collect(),
            edges: plan.edges.iter().map(|edge| EdgeState::new(seed, &edge.key)).collect(),
            replays: plan.replays.iter().map(replays::ReplayState::new).collect(),
            workloads: plan.workloads.iter().map(|it| WorkloadState::new(seed, it)).collect(),
            channels: plan
                .channels
                .iter()
                .map(|channel| ChannelState {
                    rule_counts: vec![0; channel.other_rules.len().max(1).ilog2() as usize],
                    ..ChannelState::default()
                })
                .collect(),
            backlogs: plan.backlogs.iter().map(Backlog::new).collect(),
            consumers: plan.consumers.iter().map(|it| ConsumerState::new(plan, it)).collect(),
            transits: Slab::default(),
            copies: Slab::default(),
            burdens: Slab::default(),
            works: Slab::default(),
            kept: Slab::default(),
            calls: Slab::default(),
            deaths: Slab::default(),
            expectations: BTreeMap::new(),
            active_faults: Vec::new(),
            disturbances: 0,
            faults: plan.faults.iter().map(|fault| FaultState::new(fault.stream)).collect(),
            publications: Slab::default(),
            content: ContentState::default(),
            prepared: Vec::new(),
            made: BTreeMap::new(),
            ledgers: vec![LedgerState::default(); plan.consumers.len()],
            blobs: BlobStore::default(),
            inboxes: vec![InboxState::default(); plan.consumers.len()],
            failing: BTreeMap::new(),
            patterns: plan.consumers.iter().map(|it| PatternState::new(&it.pattern)).collect(),
            timers: Slab::default(),
            playbacks: BTreeMap::new(),
            relays: plan.consumers.iter().map(RelayState::new).collect(),
            lost: 0,
            unsettled: Unsettled::default(),
            turns: Vec::new(),
            totals: Totals::default(),
            before: sizes::Before::default(),
            resilience: Resilience::new(&plan.resilience),
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
        }
        for (index, action) in (0..).zip(&plan.actions) {
            let rank = action.rank;
            let act = event(EventKind::Action, index);
            self.calendar.schedule(action.at, Phase::Fault, rank, act);
        }
    }
}

impl WorkloadState {
    fn new(seed: u64, workload: &PlanWorkload) -> WorkloadState {
        WorkloadState {
            arrivals: Stream::new(seed, &workload.key, Purpose::Arrival),
            keys: Stream::new(seed, &workload.key, Purpose::Key),
            done: 0,
        }
    }
}

impl EdgeState {
    fn new(seed: u64, key: &str) -> EdgeState {
        EdgeState {
            latency: Stream::new(seed, key, Purpose::Latency),
            jitter: Stream::new(seed, key, Purpose::Jitter),
            faults: Vec::new(),
            is_paused: false,
            is_fetching: false,
            polled_at: Time::ZERO,
            batch_left: 0,
            has_poll_timer: false,
            is_turned_out: false,
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
            busy_area: Area::default(),
            cold_factor: 1.0,
            cold_until: Time::ZERO,
            next_source: 0,
            waiting_calls: VecDeque::new(),
            fetched: VecDeque::new(),
            is_changed: false,
            effects: Bits::default(),
            forgotten: Bits::default(),
            expected: Bits::default(),
        }
    }

    /// One more slot is busy.
    #[inline(always)]
    pub(crate) fn begin_busy(&mut self, now: Time) {
        self.busy += 1;
        self.busy_area.rise(now);
    }

    /// One less.
    #[inline(always)]
    pub(crate) fn end_busy(&mut self, now: Time) {
        self.busy -= 1;
        self.busy_area.fall(now);
    }

    /// None is.
    pub(crate) fn end_all_busy(&mut self, now: Time) {
        self.busy_area.fall_by(self.busy.into(), now);
        self.busy = 0;
    }

    /// Notes that a message has its effect, and that the consumer knows of it; whether it had it
    /// before.
    pub(crate) fn note_effect(&mut self, message: u32, knows: bool) -> bool {
        let had_effect = self.effects.put(message, true);
        if !knows || !self.forgotten.is_empty() {
            self.forgotten.put(message, !knows);
        }
        had_effect
    }

    /// Messages that had their effect, and that the consumer knows of.
    pub(crate) fn remembered(&self) -> u64 {
        self.effects.count() - self.forgotten.count()
    }

    /// Whether a message had its effect, and the consumer knows of it.
    pub(crate) fn remembers(&self, message: u32) -> bool {
        self.effects.is_set(message) && !self.forgotten.is_set(message)
    }
}

impl Backlog {
    fn new(plan: &PlanBacklog) -> Backlog {
        Backlog {
            store: Store::new(plan.layout, plan.members.len()),
            next_member: 0,
            ready: 0,
            ready_max: 0,
            present: 0,
            expired: 0,
            in_flight: 0,
            waiting_area: Area::default(),
            handed_out_area: Area::default(),
            resting_area: Area::default(),
            bytes: 0,
            entered: 0,
            is_changed: false,
            group: GroupState::default(),
            retained: VecDeque::new(),
            history: VecDeque::new(),
            retention_at: None,
            has_commit_timer: false,
            has_compaction_timer: false,
            deadlines: VecDeque::new(),
            expiry_at: None,
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
