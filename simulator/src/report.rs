//! The report of a run: what `flowbench run --format json` prints and every summary shows.

use flowbench_model::edge::EdgeKind;
use serde::Serialize;

use crate::checks::{End, Verdict};
use crate::engine::halt;
use crate::plan::{Plan, PlanConsumer, PlanEdge};
use crate::record::Record;
use crate::recorder::{ENTRIES_MAX, Recorder};
use crate::run::Run;
use crate::world::{Halt, HaltCause};

mod claim_checks;
mod contents;
mod inboxes;
mod patterns;
mod recorded;
mod relays;

pub use claim_checks::ClaimCheckReport;
pub use inboxes::InboxReport;
pub use patterns::PatternReport;
pub use recorded::{RecordedReport, SkippedLine};
pub use relays::RelayReport;

pub use contents::{ExpressionErrorReport, LedgerReport, PostingReport};

/// The number of this shape; it changes when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// What a run came to. Times are in nanoseconds of simulated time.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// See [`FORMAT`].
    pub format: u32,
    /// Name of the design.
    pub design: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Which luck.
    pub seed: u64,
    /// How far the run got.
    pub simulated_ns: u64,
    /// The time over which averages are taken: what was simulated after the warm-up.
    pub measured_ns: u64,
    /// Events of the calendar that were handled.
    pub events: u64,
    /// The hash over the entries, 16 hexadecimal digits.
    pub record_hash: String,
    /// The books of the whole run.
    pub messages: MessageBooks,
    /// Each subscribe edge, by channel and consumer.
    pub subscriptions: Vec<SubscriptionReport>,
    /// Each channel.
    pub channels: Vec<ChannelReport>,
    /// Each consumer.
    pub consumers: Vec<ConsumerReport>,
    /// Calls between nodes.
    pub calls: CallReport,
    /// Each circuit breaker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breakers: Vec<BreakerReport>,
    /// Emissions whose reply did not come in time.
    pub reply_timeouts: u64,
    /// Dead letters that wait at the end, by channel, oldest first.
    pub dead_letters: Vec<DeadLetterReport>,
    /// Latencies from the origin of a chain to an acknowledgement.
    pub paths: Vec<PathReport>,
    /// What the effects of each consumer with a ledger come to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ledgers: Vec<LedgerReport>,
    /// What the patterns of consumers counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<PatternReport>,
    /// What became of the rows of consumers that somebody else publishes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relays: Vec<RelayReport>,
    /// What became of the inboxes of consumers that say more of it than that they have one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inboxes: Vec<InboxReport>,
    /// What became of the payloads that are stored beside the channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claim_checks: Vec<ClaimCheckReport>,
    /// Conditions and mappings that failed, each with how often; the first hundred of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expression_errors: Vec<ExpressionErrorReport>,
    /// How often one failed in all.
    #[serde(skip_serializing_if = "is_zero")]
    pub expression_error_count: u64,
    /// What the promises came to.
    pub promises: Vec<PromiseReport>,
    /// Whether the books balance.
    pub balanced: bool,
    /// What became of recorded files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<RecordedReport>,
    /// Why the run stopped before its end, if it did.
    pub halted: Option<String>,
}

/// The books: `copies = acknowledged + dead_lettered + expired + dropped + in_flight`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MessageBooks {
    /// Messages that were published (a message on two edges is one; the request of a call is none).
    pub published: u64,
    /// Copies that came of them: one for each edge and subscriber, and for each duplication.
    pub copies: u64,
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy; part of `delivered`.
    pub redelivered: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Copies that are dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Copies recognized as repetitions; part of `acknowledged`.
    pub suppressed: u64,
    /// Copies that are still there.
    pub in_flight: u64,
}

/// One subscribe edge.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SubscriptionReport {
    /// `channel -> consumer`.
    pub edge: String,
    /// Name of the channel.
    pub channel: String,
    /// Name of the consumer.
    pub consumer: String,
    /// Attempts that began.
    pub delivered: u64,
    /// Attempts beyond the first of a copy.
    pub redelivered: u64,
    /// Copies that were handled.
    pub acknowledged: u64,
    /// Copies that are dead letters.
    pub dead_lettered: u64,
    /// Copies that waited too long; 0 for competing consumers, see the channel.
    pub expired: u64,
    /// Copies that are gone.
    pub dropped: u64,
    /// Copies that wait for a consumer; competing consumers share them.
    pub ready: u64,
    /// Copies in work, on the way to the consumer, or waiting for their next attempt.
    pub in_flight: u64,
    /// The most that ever waited for a consumer; competing consumers share it.
    pub backlog_max: u64,
    /// How many waited for a consumer on average over time; competing consumers share them.
    pub waiting_mean: f64,
    /// How many had come and not left, on average over time; competing consumers share them.
    pub present_mean: f64,
    /// Whether other consumers compete for the same backlog.
    pub shared: bool,
}

/// One channel.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChannelReport {
    /// Its name.
    pub channel: String,
    /// Copies that wait for a consumer, dead letters included.
    pub ready: u64,
    /// Copies in work, on the way to a consumer, or waiting for their next attempt.
    pub in_flight: u64,
    /// The most that ever waited in one backlog.
    pub backlog_max: u64,
    /// Copies that waited too long.
    pub expired: u64,
    /// Dead letters among those that are ready.
    pub dead_letters: u64,
    /// How many waited for a consumer on average over time.
    pub waiting_mean: f64,
    /// How many had come and not left, on average over time.
    pub present_mean: f64,
}

/// One consumer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ConsumerReport {
    /// Its name.
    pub consumer: String,
    /// How many messages and calls it works on at once, by its design.
    pub concurrency: u32,
    /// How many of these slots were busy on average over time.
    pub busy_mean: f64,
    /// The share of the slots that were busy, on average over time.
    pub utilization: f64,
    /// Its instances, each with so many slots, if their number changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<InstancesReport>,
}

/// The instances of a consumer that is scaled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct InstancesReport {
    /// Those that work at the end.
    pub ready: u32,
    /// Those that are ordered and do not work yet.
    pub starting: u32,
    /// The most that worked.
    pub most: u32,
}

/// A circuit breaker.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BreakerReport {
    /// The call edge it is on.
    pub edge: String,
    /// `closed`, `open` or `half-open` at the end.
    pub state: &'static str,
    /// Since when.
    pub since_ns: u64,
    /// How often it opened.
    pub opened: u32,
}

/// Calls between nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CallReport {
    /// Requests that were sent, repetitions included.
    pub sent: u64,
    /// Requests that failed for the caller.
    pub failed: u64,
    /// Requests that were not sent, because the caller held itself back; part of neither.
    pub refused: u64,
}

/// A dead letter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeadLetterReport {
    /// `source#number`.
    pub message: String,
    /// Name of the message type.
    pub message_type: String,
    /// The channel it died in.
    pub channel: String,
    /// The consumer that could not handle it; absent if it died before a consumer had it.
    pub consumer: Option<String>,
    /// The dead-letter channel where it waits.
    pub dead_letter_channel: String,
    /// The last failure.
    pub reason: String,
    /// Deliveries before it was given up.
    pub attempts: u32,
    /// The first failure.
    pub first_error: String,
    /// When the first attempt failed.
    pub first_error_ns: u64,
    /// The last failure; the same as `reason`.
    pub last_error: String,
    /// When it was given up.
    pub at_ns: u64,
    /// The chain of causes from the direct one to the origin; empty without a full record.
    pub causes: Vec<String>,
}

/// One path.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PathReport {
    /// The producer where the chains begin; `others` for those that a very large design counts
    /// together.
    pub from: String,
    /// The consumer whose acknowledgement ends the measurement.
    pub to: String,
    /// The channel by which it ends.
    pub channel: String,
    /// How many were measured.
    pub count: u64,
    /// The mean.
    pub mean_ns: f64,
    /// The median.
    pub p50_ns: u64,
    /// 99 of 100 were not slower.
    pub p99_ns: u64,
    /// The slowest.
    pub max_ns: u64,
}

/// One promise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PromiseReport {
    /// Its name.
    pub name: String,
    /// `held`, `violated` or `undecided`.
    pub verdict: &'static str,
    /// When it was decided.
    pub at_ns: u64,
    /// What it was decided by.
    pub evidence: String,
    /// Whether the scenario is there to break it.
    pub meant_to_break: bool,
}

impl PromiseReport {
    /// Whether it came out as the scenario says it should.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        match self.verdict {
            "held" => !self.meant_to_break,
            "violated" => self.meant_to_break,
            _ => false,
        }
    }
}

impl Report {
    /// The report of a run and of the recorder that saw it from its beginning.
    #[must_use]
    pub fn new(run: &Run, recorder: &Recorder) -> Report {
        let plan = run.plan();
        Report {
            format: FORMAT,
            design: plan.design.info.name.clone(),
            scenario: plan.scenario.name.clone(),
            seed: plan.seed,
            simulated_ns: run.now().0,
            measured_ns: run.measured_since().map_or(0, |since| run.now().since(since).0),
            events: run.events(),
            record_hash: recorder.hash().to_string(),
            messages: message_books(run),
            subscriptions: subscriptions(run),
            channels: channels(run),
            consumers: consumers(run),
            calls: CallReport {
                sent: run.totals().calls,
                failed: run.totals().calls_failed,
                refused: run.totals().calls_refused,
            },
            breakers: breakers(run),
            reply_timeouts: run.totals().reply_timeouts,
            dead_letters: dead_letters(run, recorder.record()),
            paths: paths(plan, recorder),
            ledgers: contents::ledgers(run),
            patterns: patterns::reports(run),
            relays: relays::reports(run),
            inboxes: inboxes::reports(run),
            claim_checks: claim_checks::reports(run),
            expression_errors: contents::expression_errors(run),
            expression_error_count: run.complaints().1,
            promises: verdicts(run, recorder).into_iter().map(promise_report).collect(),
            balanced: run.imbalance().is_none(),
            recorded: recorded::reports(run),
            halted: run.halt().map(|halt| halt_sentence(run, halt)),
        }
    }

    /// Whether every promise came out as expected, the books balance and the run reached its end.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        self.balanced
            && self.halted.is_none()
            && self.promises.iter().all(PromiseReport::is_as_expected)
    }
}

/// What the promises of a run came to.
#[must_use]
pub fn verdicts(run: &Run, recorder: &Recorder) -> Vec<Verdict> {
    let end = End { plan: run.plan(), world: run.world(), metrics: &recorder.metrics };
    recorder.checks.iter().map(|check| check.verdict(&end)).collect()
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Why a run stopped: the limit, the nodes it comes from, and what helps.
fn halt_sentence(run: &Run, halt: &Halt) -> String {
    let plan = run.plan();
    let names: Vec<&str> =
        halt.places.iter().map(|node| plan.nodes[*node as usize].name.as_str()).collect();
    match halt.cause {
        HaltCause::InstantLoop => {
            let round = match names.first() {
                Some(first) => format!(" ({} -> {first})", names.join(" -> ")),
                None => String::new(),
            };
            format!(
                "time stands still: more than {} events at one instant; messages go round \
                 without any delay{round}; give a handler a service time, an edge a latency or a \
                 retry a backoff",
                millions(halt::EVENTS_AN_INSTANT),
            )
        }
        HaltCause::TooMuchUnderWay => format!(
            "more than {} messages are under way at once{}; lower the load or the fan-out, or \
             break the loop that feeds itself",
            millions(halt::UNDER_WAY as u64),
            most_in(&names),
        ),
        HaltCause::TooManyEvents => format!(
            "more than {} events{}; shorten the scenario or lower the load",
            millions(halt::EVENTS),
            most_in(&names),
        ),
        HaltCause::RecordFull => format!(
            "the record is full ({} entries); shorten the scenario, lower the load, or run it \
             without a record",
            millions(ENTRIES_MAX as u64),
        ),
        HaltCause::BadRecordedLine => recorded::stop_sentence(run),
        HaltCause::TooManyMessages => {
            "more than 4 billion messages; shorten the scenario".to_owned()
        }
    }
}

fn most_in(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!(", most of them in {}", names.join(", ")) }
}

fn millions(count: u64) -> String {
    format!("{} million", count / 1_000_000)
}

fn message_books(run: &Run) -> MessageBooks {
    let (totals, attempts) = (run.totals(), run.attempts());
    MessageBooks {
        published: totals.published,
        copies: totals.copies,
        delivered: attempts.delivered,
        redelivered: attempts.redelivered,
        acknowledged: totals.acknowledged,
        dead_lettered: totals.dead_lettered,
        expired: totals.expired,
        dropped: totals.dropped,
        suppressed: totals.suppressed,
        in_flight: totals.under_way(),
    }
}

fn subscriptions(run: &Run) -> Vec<SubscriptionReport> {
    let plan = run.plan();
    let edges = (0..).zip(&plan.edges).filter(|(_, edge)| edge.kind == EdgeKind::Subscribe);
    edges
        .map(|(index, edge)| {
            let counts = run.subscription(index);
            let backlog = &run.world().backlogs[edge.backlog as usize];
            let stays = run.time_in_backlog(edge.backlog);
            SubscriptionReport {
                edge: edge.name.clone(),
                channel: plan.nodes[edge.from as usize].name.clone(),
                consumer: plan.nodes[edge.to as usize].name.clone(),
                delivered: counts.delivered,
                redelivered: counts.redelivered,
                acknowledged: counts.acknowledged,
                dead_lettered: counts.dead_lettered,
                expired: counts.expired,
                dropped: counts.dropped,
                ready: backlog.ready,
                in_flight: counts.in_work + counts.waiting,
                backlog_max: backlog.ready_max,
                waiting_mean: run.average(stays.waiting),
                present_mean: run.average(stays.present()),
                shared: plan.backlogs[edge.backlog as usize].members.len() > 1,
            }
        })
        .collect()
}

fn channels(run: &Run) -> Vec<ChannelReport> {
    let plan = run.plan();
    plan.channels
        .iter()
        .map(|channel| {
            let level = run.level(channel.node);
            let stays = channel.backlogs.iter().map(|it| run.time_in_backlog(*it));
            let (waiting, present) = stays.fold((0, 0), |(waiting, present), it| {
                (waiting + it.waiting, present + it.present())
            });
            ChannelReport {
                channel: plan.nodes[channel.node as usize].name.clone(),
                ready: level.ready,
                in_flight: level.in_work + level.waiting,
                backlog_max: level.backlog_max,
                expired: level.expired,
                dead_letters: level.dead_letters,
                waiting_mean: run.average(waiting),
                present_mean: run.average(present),
            }
        })
        .collect()
}

fn consumers(run: &Run) -> Vec<ConsumerReport> {
    let plan = run.plan();
    let report = |(index, consumer): (usize, &PlanConsumer)| {
        let busy_mean = run.average(run.time_busy(index));
        let slots = match run.world().slots_area(plan, index as u32) {
            Some(area) => run.average(area),
            None => f64::from(consumer.concurrency),
        };
        let least = f64::from(consumer.concurrency.max(1));
        ConsumerReport {
            consumer: plan.nodes[consumer.node as usize].name.clone(),
            concurrency: consumer.concurrency,
            busy_mean,
            utilization: busy_mean / slots.max(least),
            instances: run.instances(consumer.node).map(|it| InstancesReport {
                ready: it.ready,
                starting: it.starting.len() as u32,
                most: it.most,
            }),
        }
    };
    plan.consumers.iter().enumerate().map(report).collect()
}

fn breakers(run: &Run) -> Vec<BreakerReport> {
    let edges = (0..).zip(&run.plan().edges);
    let report = |(index, edge): (u32, &PlanEdge)| {
        let breaker = run.breaker(index)?;
        Some(BreakerReport {
            edge: edge.name.clone(),
            state: breaker.state.word(),
            since_ns: breaker.since.0,
            opened: breaker.opened,
        })
    };
    edges.filter_map(report).collect()
}

fn dead_letters(run: &Run, record: &Record) -> Vec<DeadLetterReport> {
    let plan = run.plan();
    let node_name = |node: u32| plan.nodes[node as usize].name.clone();
    run.dead_letters()
        .into_iter()
        .map(|dead| {
            let causes = record.causes(dead.message).into_iter();
            DeadLetterReport {
                message: plan.message_name(dead.name.0, dead.name.1),
                message_type: plan.type_name(dead.message_type).to_owned(),
                channel: node_name(dead.died_in),
                consumer: dead.edge.map(|edge| node_name(plan.edges[edge as usize].to)),
                dead_letter_channel: node_name(dead.held_in),
                reason: dead.last.0.text().to_owned(),
                attempts: dead.attempts,
                first_error: dead.first.0.text().to_owned(),
                first_error_ns: dead.first.1.0,
                last_error: dead.last.0.text().to_owned(),
                at_ns: dead.at.0,
                causes: causes.filter_map(|cause| record.message_name(plan, cause)).collect(),
            }
        })
        .collect()
}

fn paths(plan: &Plan, recorder: &Recorder) -> Vec<PathReport> {
    let name = |node: u32| {
        plan.nodes.get(node as usize).map_or("others", |node| node.name.as_str()).to_owned()
    };
    recorder
        .metrics
        .paths()
        .map(|(origin, edge, latencies)| PathReport {
            from: name(origin),
            to: name(plan.edges[edge as usize].to),
            channel: name(plan.edges[edge as usize].from),
            count: latencies.count(),
            mean_ns: latencies.mean_ns(),
            p50_ns: latencies.percentile_ns(50.0),
            p99_ns: latencies.percentile_ns(99.0),
            max_ns: latencies.max_ns(),
        })
        .collect()
}

fn promise_report(verdict: Verdict) -> PromiseReport {
    PromiseReport {
        name: verdict.name,
        verdict: verdict.outcome.word(),
        at_ns: verdict.at.0,
        evidence: verdict.evidence,
        meant_to_break: verdict.is_meant_to_break,
    }
}

impl Record {
    /// The name of a message, `shop#17`; none for a message that was not recorded.
    #[must_use]
    pub fn message_name(&self, plan: &Plan, message: crate::message::MessageId) -> Option<String> {
        let lineage = self.lineage(message)?;
        Some(plan.message_name(lineage.source, lineage.number))
    }
}
