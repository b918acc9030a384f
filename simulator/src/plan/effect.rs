//! What faults do, compiled: one entry for each kind of the catalogue, every unit an integer.

use flowbench_model::fault::Correlation;
use flowbench_model::schema::damage::Damage;
use flowbench_model::time::{Rate, Span};

use super::{NodeIndex, PlanPoison, TypeIndex};
use crate::dist::Sampler;
use crate::zipf::Zipf;

/// Where a consumer is in its work when it crashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CrashPhase {
    BeforeEffect,
    BetweenWrites,
    AfterEffect,
}

/// Where a connector goes on after it was down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Position {
    Flushed,
    Kept,
    Lost,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// P1. `keeps`: what it holds back survives.
    ProducerCrash { keeps: bool },
    /// P2. `accumulates`: what falls due is published afterwards.
    ProducerPause { accumulates: bool },
    /// P3.
    Burst { factor: f64, shape: BurstShape, at_once: u64 },
    /// P4.
    HotKey { share: f64, key: u64, law: Option<Box<Zipf>> },
    /// P5.
    DuplicatePublish { share: f64, after: Sampler, same_id: bool },
    /// P6.
    LateEvent { share: f64, lag: Sampler },
    /// P7.
    PublishAckLost { share: f64, timeout: Span, retries: u64 },
    /// P8.
    DualWrite { publish_lost: f64, rolled_back: f64 },
    /// P9. `before_mark`: not before it has published something.
    RelayDown { before_mark: bool, position: Position },
    /// M1.
    Poison { messages: PlanPoison, clears_after: Option<u64> },
    /// M2. For each type the chance that whoever looks notices; none if it cannot be struck.
    Corruption {
        share: f64,
        by: Rejecter,
        noticed: Vec<Option<f64>>,
        detected: f64,
        /// What is wrong with the field; the payload as a whole if nothing is said.
        damage: Option<Damage>,
        /// Which field; one of those at the top by lot if nothing is said.
        field: Option<String>,
    },
    /// M3. Who can read what, as marks of the message.
    VersionSkew { version: u16, rollout: Span, reads: u16, refuses: bool },
    /// M4.
    RegistryDown { cached: f64 },
    /// M5.
    Oversized { median: f64, spread: f64, limit: u64, sticks: bool },
    /// M6.
    HeaderMissing { share: f64, header: Header },
    /// M7.
    EarlyExpiry { time_to_live: Span },
    /// B4, B5: other rules for the channel while it lasts; a bit of its mask.
    OtherRules { bit: u32 },
    /// L1.
    Delay { by: Span, jitter: Option<Sampler> },
    /// L2.
    Loss { share: f64 },
    /// L3.
    Duplication { share: f64, after: Option<Sampler> },
    /// L4.
    Reordering { share: f64, window: Span, gap: Option<u64> },
    /// L5. `holds`: what would pass waits until it heals.
    Partition { holds: bool },
    /// L6.
    Clog { rate: Rate, buffer: Option<u64> },
    /// L7.
    ConnectionReset { detect: Span },
    /// B1.
    BrokerDown { failover: Option<Span>, acks: Acks, behind: Option<Span>, is_follower: bool },
    /// B2.
    LeaderElection { share: f64 },
    /// B3.
    SlowBroker { by: Sampler, one_at_a_time: bool },
    /// B6. `refuses`: what is too much is an error.
    Throttling { rate: Rate, burst: u64, refuses: bool },
    /// B7.
    Disabled { sending: bool, receiving: bool },
    /// B8.
    AckedLoss { window: Span },
    /// B9. How long until it is tried again, if it is not lost.
    DeadLetterDown { retry_after: Option<Span> },
    /// B10.
    RebalanceStorm { every: Span, pause: Span, is_eager: bool },
    /// C1 and X. `phase`: what work in hand has done.
    Down { phase: CrashPhase, cold_factor: f64, cold_for: Span },
    /// C2.
    Pause,
    /// C3.
    Slow { factor: f64 },
    /// C4.
    Failing { share: f64 },
    /// C5. After how many failures in a row a breaker opens, and for how long.
    DependencyDown { share: f64, latency: Span, breaker: Option<(u64, Span)> },
    /// C6.
    AckLost { share: f64 },
    /// C7.
    LeaseTooShort { lease: Span, prefetch: Option<u32> },
    /// C8.
    DedupLoss { forgets: bool },
    /// C9. The version that new instances read, with what else they can, as marks of a message.
    Scaling { workers: u32, drain: Option<Span>, reads: Option<(u32, u16)> },
    /// T1. How far the clock is ahead, in nanoseconds, and by which share of time more.
    ClockSkew { ahead: i64, drift: f64 },
    /// T2.
    SchedulerMiss { missed: f64, twice: f64 },
    /// O1.
    RedriveStorm {
        rate: Rate,
        newest_first: bool,
        keeps_attempts: bool,
        canary: Option<(u64, f64)>,
        fixed: f64,
    },
    /// O2. How far back; `None` is behind everything.
    OffsetReset { back: Option<Span> },
    /// O3.
    Replay { from: Option<Span>, rate: Option<Rate> },
}

/// How a burst comes and goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BurstShape {
    Step,
    Ramp,
    Spike,
}

/// Who looks at payloads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rejecter {
    Producer,
    Registry,
    Consumer,
}

/// When publishers were told that a message is safe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Acks {
    Channel,
    All,
    Leader,
}

/// A header that can be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Header {
    Key,
    Correlation,
    Routing,
}

/// Whom a fault strikes.
#[derive(Clone, Debug)]
pub(crate) struct Whom {
    /// By type, with a version if only that one is meant; every type if `None`.
    pub(crate) types: Option<Vec<(TypeIndex, Option<u32>)>>,
    /// Sorted; every key if empty.
    pub(crate) keys: Vec<u64>,
    /// Every publisher if empty.
    pub(crate) from: Vec<NodeIndex>,
    /// By class, whether what it says is meant; all if `None`.
    pub(crate) classes: Option<Vec<bool>>,
    pub(crate) first_attempt: u32,
    pub(crate) last_attempt: u32,
    pub(crate) probability: f64,
    pub(crate) correlation: Correlation,
}

/// What makes a fault begin, beside its start.
#[derive(Clone, Debug)]
pub(crate) enum PlanTrigger {
    Start,
    Message(u64),
    When(PlanCondition),
}

/// Something that holds or not.
#[derive(Clone, Debug)]
pub(crate) enum PlanCondition {
    /// Some backlog of a channel (index in the plan's channels) is longer.
    BacklogAbove(u32, u64),
    /// No backlog of a channel is longer.
    BacklogAtMost(u32, u64),
    DeadLettersAbove(u64),
    /// Something was lost.
    Lost,
    /// A reply did not come in time.
    TimedOut,
    /// It can never be.
    Never,
}
