//! Faults of a scenario, compiled.

use flowbench_model::channel::{self, Overflow, Semantics};
use flowbench_model::fault::{Condition, Fault, FaultKind, Lasts, Trigger};
use flowbench_model::node::Poison;
use flowbench_model::promise::PromiseKind;
use flowbench_model::reach::Places;
use flowbench_model::time::{Span, Time};

use super::Compiler;
use crate::calendar::Rank;
use crate::dist::Sampler;
use crate::faults::keys;
use crate::marks::{READ_BY_NEWER, READ_BY_OLDER};
use crate::plan::effect::{
    Acks, BurstShape, CrashPhase, Effect, Header, PlanCondition, PlanTrigger, Position, Rejecter,
    Whom,
};
use crate::plan::{
    EdgeIndex, NONE, PlanBacklog, PlanChannel, PlanClass, PlanEdge, PlanFault, PlanNode,
};
use crate::rng::{Purpose, stream_id};
use crate::zipf::Zipf;

mod corruption;

impl Compiler<'_> {
    /// The faults of an explicit list.
    pub(super) fn plan_faults(
        &self,
        faults: &[Fault],
        seed: u64,
        heal_at: Option<Span>,
        (nodes, classes): (&[PlanNode], &[PlanClass]),
    ) -> Vec<PlanFault> {
        let keys = keys(&Places::new(self.design), faults);
        let planned = faults.iter().zip(&keys).map(|(fault, key)| PlanFault {
            stream: stream_id(seed, key, Purpose::Fault),
            heals_at: heal_at.filter(|_| fault.heals).map(|at| Time(at.0)),
            ..self.plan_fault(fault, nodes, classes)
        });
        planned.collect()
    }

    fn plan_fault(&self, fault: &Fault, nodes: &[PlanNode], classes: &[PlanClass]) -> PlanFault {
        let kind = &fault.kind;
        let (target, node, edges) = self.struck(kind);
        let start = Time(fault.start.0);
        let later = match kind.word() {
            "Down" => kind.span("restart").unwrap_or_default(),
            _ => Span::ZERO,
        };
        let duration = fault.duration.map(|it| Span(it.0.saturating_add(later.0)));
        PlanFault {
            kind: kind.clone(),
            start,
            end: duration.map(|duration| start.after(duration)),
            duration,
            target,
            node,
            edges,
            stream: 0,
            heals_at: None,
            effect: self.effect(kind),
            whom: self.whom(fault, classes),
            ramp_in: fault.ramp_in,
            ramp_out: fault.ramp_out,
            trigger: match &fault.trigger {
                Trigger::Start | Trigger::Every { .. } | Trigger::Random { .. } => {
                    PlanTrigger::Start
                }
                Trigger::Message(number) => PlanTrigger::Message(*number),
                Trigger::When(condition) => PlanTrigger::When(self.condition(condition, nodes)),
            },
            until: match &fault.lasts {
                Lasts::Until(condition) => Some(self.condition(condition, nodes)),
                Lasts::Duration | Lasts::Drawn(_) => None,
            },
        }
    }

    /// Rank, node and edges that a fault strikes.
    fn struck(&self, kind: &FaultKind) -> (Rank, u32, Vec<EdgeIndex>) {
        if let Some(name) = kind.target().node_name() {
            let node = self.nodes.get(name);
            return (Rank(node), node, Vec::new());
        }
        let name = kind.target().edge_name().expect("invariant: the list of faults is explicit");
        let first = self.edge_of(&name);
        let mut edges = vec![first];
        if kind.word() == "Partition" && kind.flag("both_ways") {
            edges.extend(self.edges_from(&name.to, |edge| edge.to == name.from));
        }
        (Rank(self.nodes.order.len() as u32 + first), NONE, edges)
    }

    fn whom(&self, fault: &Fault, classes: &[PlanClass]) -> Whom {
        let filter = &fault.filter;
        let types = filter.messages.iter().map(|it| (self.types.get(&it.name), it.version));
        let mut keys = filter.keys.clone();
        keys.sort_unstable();
        Whom {
            types: (!filter.messages.is_empty()).then(|| types.collect()),
            keys,
            from: filter.from.iter().map(|name| self.nodes.get(name)).collect(),
            classes: filter
                .properties
                .as_ref()
                .map(|that| classes.iter().map(|class| that.passes(&class.properties)).collect()),
            first_attempt: filter.first_attempt.unwrap_or(0),
            last_attempt: filter.last_attempt.unwrap_or(u32::MAX),
            probability: fault.probability,
            correlation: fault.correlation.clone(),
        }
    }

    fn condition(&self, condition: &Condition, nodes: &[PlanNode]) -> PlanCondition {
        let part = |channel: &str| nodes[self.nodes.get(channel) as usize].part;
        match condition {
            Condition::BacklogAbove { channel, limit } => {
                PlanCondition::BacklogAbove(part(channel), *limit)
            }
            Condition::BacklogAtMost { channel, limit } => {
                PlanCondition::BacklogAtMost(part(channel), *limit)
            }
            Condition::DeadLettersAbove(limit) => PlanCondition::DeadLettersAbove(*limit),
            Condition::Violated(name) => {
                let scenarios = self.design.scenarios.iter().flat_map(|it| &it.promises);
                let mut promises = self.design.promises.iter().chain(scenarios);
                let found = promises.find(|promise| promise.name == *name);
                match found.map(|promise| &promise.holds) {
                    Some(PromiseKind::NothingLost) => PlanCondition::Lost,
                    Some(PromiseKind::DeadLetters { at_most, channel: _ }) => {
                        PlanCondition::DeadLettersAbove(*at_most)
                    }
                    Some(PromiseKind::BacklogBelow { channel, limit }) => {
                        PlanCondition::BacklogAbove(part(channel), limit.saturating_sub(1))
                    }
                    Some(PromiseKind::NoTimeouts) => PlanCondition::TimedOut,
                    Some(
                        PromiseKind::NoDuplicateEffect { .. }
                        | PromiseKind::OrderPerKey { .. }
                        | PromiseKind::LeadsTo { .. }
                        | PromiseKind::LatencyBelow { .. }
                        | PromiseKind::LedgerBalances { .. }
                        | PromiseKind::SagasEnd { .. }
                        | PromiseKind::StaleReads { .. }
                        | PromiseKind::NeverStaler { .. }
                        | PromiseKind::Published { .. },
                    )
                    | None => PlanCondition::Never,
                }
            }
        }
    }

    /// What a kind does. The words are those of the catalogue; a test walks all of them.
    fn effect(&self, kind: &FaultKind) -> Effect {
        let found = publisher_effect(kind)
            .or_else(|| self.content_effect(kind))
            .or_else(|| link_effect(kind))
            .or_else(|| channel_effect(kind))
            .or_else(|| consumer_effect(kind))
            .or_else(|| operator_effect(kind));
        found.expect("invariant: every kind of the catalogue has an effect")
    }

    /// M: what is in messages.
    fn content_effect(&self, kind: &FaultKind) -> Option<Effect> {
        let number = |name: &str| kind.number(name).unwrap_or(0.0);
        let span = |name: &str| kind.span(name).unwrap_or_default();
        let count = |name: &str| kind.count(name).unwrap_or(0);
        Some(match kind.word() {
            "Poison" => Effect::Poison {
                messages: self
                    .plan_poison(kind.messages("messages").unwrap_or(&Poison::None), "a fault"),
                clears_after: kind.count("clears_after"),
            },
            "Corruption" => Effect::Corruption {
                share: number("share"),
                by: match kind.choice("rejected_by") {
                    "Producer" => Rejecter::Producer,
                    "Registry" => Rejecter::Registry,
                    _ => Rejecter::Consumer,
                },
                noticed: self.noticed(kind, number("detected")),
                detected: number("detected"),
                damage: corruption::damage(kind.choice("damage")),
                field: kind.text("field").map(str::to_owned),
            },
            "VersionSkew" => Effect::VersionSkew {
                version: count("version").min(u64::from(u16::MAX)) as u16,
                rollout: span("rollout"),
                reads: read_by(kind),
                refuses: kind.flag("registry_refuses"),
            },
            "RegistryDown" => Effect::RegistryDown { cached: number("cached") },
            "Oversized" => Effect::Oversized {
                median: count("bytes") as f64,
                spread: number("spread"),
                limit: count("limit"),
                sticks: kind.choice("outcome") == "Stuck",
            },
            "HeaderMissing" => Effect::HeaderMissing {
                share: number("share"),
                header: match kind.choice("header") {
                    "Correlation" => Header::Correlation,
                    "Routing" => Header::Routing,
                    _ => Header::Key,
                },
            },
            "EarlyExpiry" => Effect::EarlyExpiry { time_to_live: span("time_to_live") },
            _ => return None,
        })
    }
}

/// What readers of other versions can read, as marks of a message.
fn read_by(kind: &FaultKind) -> u16 {
    match kind.choice("compatibility") {
        "Backward" => READ_BY_NEWER,
        "Forward" => READ_BY_OLDER,
        "Full" => READ_BY_NEWER | READ_BY_OLDER,
        _ => 0,
    }
}

/// P, T2: whoever publishes.
fn publisher_effect(kind: &FaultKind) -> Option<Effect> {
    let number = |name: &str| kind.number(name).unwrap_or(0.0);
    let span = |name: &str| kind.span(name).unwrap_or_default();
    let count = |name: &str| kind.count(name).unwrap_or(0);
    let sure = |name: &str| kind.law(name).map_or(Sampler::Constant(0), Sampler::new);
    Some(match kind.word() {
        "ProducerCrash" => Effect::ProducerCrash { keeps: kind.choice("outbox") == "Kept" },
        "ProducerPause" => {
            Effect::ProducerPause { accumulates: kind.choice("arrivals") == "Accumulated" }
        }
        "Burst" => Effect::Burst {
            factor: number("factor"),
            shape: match kind.choice("shape") {
                "Ramp" => BurstShape::Ramp,
                "Spike" => BurstShape::Spike,
                _ => BurstShape::Step,
            },
            at_once: count("at_once"),
        },
        "HotKey" => Effect::HotKey {
            share: number("share"),
            key: count("key"),
            law: kind.number("exponent").map(|exponent| Box::new(Zipf::new(exponent))),
        },
        "DuplicatePublish" => Effect::DuplicatePublish {
            share: number("share"),
            after: sure("after"),
            same_id: kind.flag("same_id"),
        },
        "LateEvent" => Effect::LateEvent { share: number("share"), lag: sure("lag") },
        "PublishAckLost" => Effect::PublishAckLost {
            share: number("share"),
            timeout: span("timeout"),
            retries: count("retries"),
        },
        "DualWrite" => Effect::DualWrite {
            publish_lost: number("publish_lost"),
            rolled_back: number("rolled_back"),
        },
        "RelayDown" => Effect::RelayDown {
            before_mark: kind.choice("stops") == "BeforeMark",
            position: match kind.choice("position") {
                "Kept" => Position::Kept,
                "Lost" => Position::Lost,
                _ => Position::Flushed,
            },
        },
        "SchedulerMiss" => {
            Effect::SchedulerMiss { missed: number("missed"), twice: number("twice") }
        }
        _ => return None,
    })
}

/// L: the way between two nodes.
fn link_effect(kind: &FaultKind) -> Option<Effect> {
    let number = |name: &str| kind.number(name).unwrap_or(0.0);
    let span = |name: &str| kind.span(name).unwrap_or_default();
    let rate = |name: &str| kind.rate(name).expect("invariant: the card has a rate");
    let law = |name: &str| kind.law(name).map(Sampler::new);
    Some(match kind.word() {
        "Delay" => Effect::Delay { by: span("by"), jitter: law("jitter") },
        "Loss" => Effect::Loss { share: number("share") },
        "Duplication" => Effect::Duplication { share: number("share"), after: law("after") },
        "Reordering" => Effect::Reordering {
            share: number("share"),
            window: span("window"),
            gap: kind.count("gap"),
        },
        "Partition" => Effect::Partition { holds: kind.choice("messages") == "Held" },
        "Clog" => Effect::Clog { rate: rate("rate"), buffer: kind.count("buffer") },
        "ConnectionReset" => Effect::ConnectionReset { detect: span("detect") },
        _ => return None,
    })
}

/// B, T1: channels and their clocks.
fn channel_effect(kind: &FaultKind) -> Option<Effect> {
    let number = |name: &str| kind.number(name).unwrap_or(0.0);
    let span = |name: &str| kind.span(name).unwrap_or_default();
    let count = |name: &str| kind.count(name).unwrap_or(0);
    let rate = |name: &str| kind.rate(name).expect("invariant: the card has a rate");
    let law = |name: &str| kind.law(name).map(Sampler::new);
    Some(match kind.word() {
        // Which bit it is is known once all faults of the channel are.
        "QueueFull" | "RetentionExpiry" => Effect::OtherRules { bit: 0 },
        "BrokerDown" => Effect::BrokerDown {
            failover: kind.span("failover"),
            acks: match kind.choice("acks") {
                "All" => Acks::All,
                "Leader" => Acks::Leader,
                _ => Acks::Channel,
            },
            behind: kind.span("unreplicated"),
            is_follower: kind.choice("replica") == "Follower",
        },
        "LeaderElection" => Effect::LeaderElection { share: number("share") },
        "SlowBroker" => Effect::SlowBroker {
            by: law("by").unwrap_or(Sampler::Constant(0)),
            one_at_a_time: kind.flag("one_at_a_time"),
        },
        "Throttling" => Effect::Throttling {
            rate: rate("rate"),
            burst: count("burst"),
            refuses: kind.choice("over") == "Error",
        },
        "Disabled" => Effect::Disabled {
            sending: kind.choice("direction") != "Receive",
            receiving: kind.choice("direction") != "Send",
        },
        "AckedLoss" => Effect::AckedLoss { window: span("window") },
        "DeadLetterDown" => Effect::DeadLetterDown {
            retry_after: (kind.choice("then") == "Block").then(|| span("retry_after")),
        },
        "RebalanceStorm" => Effect::RebalanceStorm {
            every: span("every"),
            pause: span("pause"),
            is_eager: kind.choice("protocol") == "Eager",
        },
        "ClockSkew" => {
            let offset = span("offset").0.min(i64::MAX as u64) as i64;
            let sign = if kind.choice("direction") == "Behind" { -1 } else { 1 };
            let drift = number("drift") / 1e6 * f64::from(sign as i32);
            Effect::ClockSkew { ahead: offset * sign, drift }
        }
        _ => return None,
    })
}

/// C, X: whoever handles messages, and nodes as a whole.
fn consumer_effect(kind: &FaultKind) -> Option<Effect> {
    let number = |name: &str| kind.number(name).unwrap_or(0.0);
    let span = |name: &str| kind.span(name).unwrap_or_default();
    let count = |name: &str| kind.count(name).unwrap_or(0);
    Some(match kind.word() {
        "Down" => Effect::Down {
            phase: match kind.choice("phase") {
                "AfterEffect" => CrashPhase::AfterEffect,
                "BetweenWrites" => CrashPhase::BetweenWrites,
                _ => CrashPhase::BeforeEffect,
            },
            cold_factor: number("cold_factor"),
            cold_for: span("cold_for"),
        },
        "DomainFailure" => {
            Effect::Down { phase: CrashPhase::BeforeEffect, cold_factor: 1.0, cold_for: Span::ZERO }
        }
        "Pause" => Effect::Pause,
        "Slow" => Effect::Slow { factor: number("factor") },
        "Failing" => Effect::Failing { share: number("share") },
        "DependencyDown" => Effect::DependencyDown {
            share: number("share"),
            latency: span("latency"),
            breaker: kind.count("breaker_after").map(|after| (after, span("breaker_open"))),
        },
        "AckLost" => Effect::AckLost { share: number("share") },
        "LeaseTooShort" => Effect::LeaseTooShort {
            lease: span("lease"),
            prefetch: kind.count("prefetch").map(|it| it.min(u64::from(u32::MAX)) as u32),
        },
        "DedupLoss" => Effect::DedupLoss { forgets: kind.flag("forgets") },
        "Scaling" => Effect::Scaling {
            workers: count("workers").min(u64::from(u32::MAX)) as u32,
            drain: kind.span("drain"),
            reads: kind
                .count("version")
                .map(|version| (u32::try_from(version).unwrap_or(u32::MAX), read_by(kind))),
        },
        _ => return None,
    })
}

/// O: what operators do.
fn operator_effect(kind: &FaultKind) -> Option<Effect> {
    let number = |name: &str| kind.number(name).unwrap_or(0.0);
    let span = |name: &str| kind.span(name).unwrap_or_default();
    let rate = |name: &str| kind.rate(name).expect("invariant: the card has a rate");
    Some(match kind.word() {
        "RedriveStorm" => Effect::RedriveStorm {
            rate: rate("rate"),
            newest_first: kind.choice("order") == "Newest",
            keeps_attempts: kind.flag("keep_attempts"),
            canary: kind.count("canary").map(|count| (count, number("canary_success"))),
            fixed: number("fixed"),
        },
        "OffsetReset" => Effect::OffsetReset {
            back: match kind.choice("to") {
                "Earliest" => Some(Span(u64::MAX)),
                "Ago" => Some(span("ago")),
                _ => None,
            },
        },
        "Replay" => Effect::Replay { from: kind.span("from"), rate: kind.rate("rate") },
        _ => return None,
    })
}

/// Different changes of its rules that a channel can have in one scenario.
pub(super) const CHANGES_MAX: usize = 10;

/// What faults of a run ask of channels beforehand: their rules under each combination of changes,
/// history that is kept, messages that can expire.
pub(super) fn prepare_channels(
    faults: &mut [PlanFault],
    channels: &mut [PlanChannel],
    backlogs: &mut [PlanBacklog],
    edges: &[PlanEdge],
) {
    for channel in channels {
        let changes = changes_of(channel.node, faults);
        if !changes.is_empty() {
            channel.other_rules = combinations(&channel.semantics, &changes);
            channel.is_open = false;
        }
        let here = |fault: &&PlanFault| fault.node == channel.node;
        // With replicas lost it may have to refuse.
        let loses_replicas = |fault: &PlanFault| matches!(fault.effect, Effect::BrokerDown { .. });
        channel.is_open &= !faults.iter().filter(here).any(loses_replicas);
        let can_expire = faults
            .iter()
            .filter(here)
            .any(|fault| matches!(fault.effect, Effect::EarlyExpiry { .. }));
        let is_reset = faults
            .iter()
            .filter(here)
            .any(|fault| matches!(fault.effect, Effect::OffsetReset { back: Some(_) }));
        let is_replayed = |fault: &PlanFault, index: u32| {
            matches!(fault.effect, Effect::Replay { .. })
                && fault.edges.iter().any(|edge| edges[*edge as usize].backlog == index)
        };
        for index in &channel.backlogs {
            let backlog = &mut backlogs[*index as usize];
            backlog.is_plain &= changes.is_empty();
            backlog.can_expire |= can_expire;
            backlog.keeps_history |=
                is_reset || faults.iter().any(|fault| is_replayed(fault, *index));
        }
    }
}

/// The different changes of a channel's rules; each fault learns which is its own.
fn changes_of(node: u32, faults: &mut [PlanFault]) -> Vec<FaultKind> {
    let mut changes: Vec<FaultKind> = Vec::new();
    for fault in faults.iter_mut().filter(|fault| fault.node == node) {
        let Effect::OtherRules { bit } = &mut fault.effect else { continue };
        let known = changes.iter().position(|change| *change == fault.kind);
        let at = known.unwrap_or_else(|| {
            changes.push(fault.kind.clone());
            changes.len() - 1
        });
        *bit = 1 << at;
    }
    changes
}

/// The rules under each set of changes, the set as bits.
fn combinations(own: &Semantics, changes: &[FaultKind]) -> Vec<Semantics> {
    let of = |set: usize| {
        let mut rules = own.clone();
        for (at, change) in changes.iter().enumerate() {
            if set & (1 << at) != 0 {
                change_rules(&mut rules, change);
            }
        }
        rules
    };
    (0..1 << changes.len()).map(of).collect()
}

fn change_rules(rules: &mut Semantics, change: &FaultKind) {
    if let Some(retention) = change.card().parameter("retention") {
        rules.retention_time = change.span(retention.1.name).unwrap_or_default();
        return;
    }
    rules.max_messages = change.count("limit").unwrap_or(0).max(1);
    rules.overflow_slack = 0;
    rules.overflow = match change.choice("overflow") {
        "DropOldest" | "DeadLetter" => Overflow::DropHead,
        "DropNewest" => Overflow::DropNewest,
        "Block" => Overflow::BlockPublisher,
        _ => Overflow::RejectPublish,
    };
    rules.dead_letters.retain(|trigger| *trigger != channel::Trigger::Overflow);
    if change.choice("overflow") == "DeadLetter" {
        rules.dead_letters.push(channel::Trigger::Overflow);
    }
}

/// How many different changes of its rules the faults of a scenario ask of one channel, at most.
pub(super) fn most_changes(faults: &[Fault]) -> usize {
    let changes: Vec<&FaultKind> = faults
        .iter()
        .map(|fault| &fault.kind)
        .filter(|kind| matches!(kind.word(), "QueueFull" | "RetentionExpiry"))
        .collect();
    let distinct = |kind: &FaultKind| {
        let mut seen: Vec<&FaultKind> = Vec::new();
        for other in &changes {
            if other.target() == kind.target() && !seen.contains(other) {
                seen.push(other);
            }
        }
        seen.len()
    };
    changes.iter().map(|kind| distinct(kind)).max().unwrap_or(0)
}
