//! Numbers and times that mean nothing where they stand.

use std::fmt::Arguments;

use crate::claim_check::ClaimCheck;
use crate::contract::Backoff;
use crate::edge::Edge;
use crate::fault::{Correlation, Fault, Lasts, Trigger};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
#[cfg(test)]
use crate::message::Properties;
use crate::node::{Arrivals, Consumer, Distribution, Keys, Poison, Role, Workload};
use crate::pattern::Pattern;
use crate::pattern::window::Windows;
use crate::promise::{Promise, PromiseKind};
use crate::publishing::Publishing;
use crate::recorded::Pace;
use crate::scenario::Scenario;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "bad-number",
    title: "a number that makes no sense where it stands",
    severity: Severity::Error,
    meaning: "Shares lie between 0 and 1, percentiles between 0 and 100; counts of workers, \
              partitions, keys and attempts are at least 1; times that somebody waits are longer \
              than zero.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.design.nodes {
        let place = || Place::Node(node.name.clone());
        let mut at = At { place: &place, findings };
        match &node.role {
            Role::Producer(producer) => {
                for (i, line) in producer.workload.iter().enumerate() {
                    workload(&mut at, line, i);
                    let check = line.claim_check.as_ref();
                    claim_check(&mut at, check, &format!("role.workload.{i}"));
                }
            }
            Role::Channel(_) => {}
            Role::Consumer(consumer) => {
                handlers(&mut at, consumer);
                for (property, sentence) in consumer.pattern.senseless() {
                    at.check(true, format_args!("role.pattern.{property}"), sentence);
                }
                for (property, emission) in consumer.emissions() {
                    claim_check(&mut at, emission.claim_check.as_ref(), &property);
                }
                publishing(&mut at, &consumer.publishing);
                let retention = consumer.inbox.retention;
                at.longer_than_zero(retention, format_args!("role.inbox.retention"));
            }
        }
    }
    for edge in &context.design.edges {
        contract(&mut At { place: &|| Place::Edge(edge.name()), findings }, edge);
    }
    for scenario in &context.design.scenarios {
        let place = || Place::Scenario(scenario.name.clone());
        run(&mut At { place: &place, findings }, scenario);
    }
    for (place, head, it) in context.all_promises() {
        promise(&mut At { place: &|| place.clone(), findings }, it, &head);
    }
}

struct At<'a> {
    place: &'a dyn Fn() -> Place,
    findings: &'a mut Vec<Finding>,
}

impl At<'_> {
    fn check(&mut self, is_bad: bool, property: Arguments<'_>, sentence: &str) {
        if is_bad {
            let finding = Finding::new(LINT.code, Severity::Error, (self.place)(), sentence);
            self.findings.push(finding.at(property));
        }
    }

    fn share(&mut self, share: f64, property: Arguments<'_>) {
        if !(0.0..=1.0).contains(&share) {
            let sentence = format!("a share lies between 0 and 1, this is {share}");
            self.check(true, property, &sentence);
        }
    }

    fn longer_than_zero(&mut self, span: Option<Span>, property: Arguments<'_>) {
        self.check(span == Some(Span::ZERO), property, "this time must be longer than zero");
    }

    fn distribution(&mut self, distribution: &Distribution, property: Arguments<'_>) {
        let objection = distribution.objection();
        self.check(objection.is_some(), property, objection.unwrap_or_default());
    }

    fn poison(&mut self, poison: &Poison, property: Arguments<'_>) {
        match poison {
            Poison::Share(share) => self.share(*share, property),
            Poison::None | Poison::Messages(_) | Poison::Keys(_) | Poison::When(_) => {}
        }
    }
}

fn claim_check(at: &mut At<'_>, check: Option<&ClaimCheck>, head: &str) {
    let time_to_live = check.and_then(|check| check.time_to_live);
    at.longer_than_zero(time_to_live, format_args!("{head}.claim_check.time_to_live"));
}

fn workload(at: &mut At<'_>, line: &Workload, i: usize) {
    let arrivals = format_args!("role.workload.{i}.arrivals").to_string();
    match &line.arrivals {
        Arrivals::Constant(rate) | Arrivals::Poisson(rate) => {
            let is_bad = rate.count == 0 || rate.per == Span::ZERO;
            at.check(is_bad, format_args!("{arrivals}"), "a rate is more than nothing, as `10/s`");
        }
        Arrivals::Scripted(instants) => {
            let is_bad = !instants.is_sorted();
            at.check(
                is_bad,
                format_args!("{arrivals}"),
                "scripted arrivals come in ascending order",
            );
        }
        Arrivals::Recorded(recorded) => match recorded.pace {
            Pace::Original => {}
            Pace::Times(times) => {
                let is_bad = !(times.is_finite() && times > 0.0);
                let sentence = "events are published more than 0 times as fast as they happened";
                at.check(is_bad, format_args!("{arrivals}.pace"), sentence);
            }
            Pace::Evenly(rate) => {
                let objection = rate.objection();
                let property = format_args!("{arrivals}.pace");
                at.check(objection.is_some(), property, objection.unwrap_or_default());
            }
        },
    }
    let is_bad = match line.keys {
        Keys::Unique | Keys::Constant(_) => false,
        Keys::Uniform(count) | Keys::RoundRobin(count) => count == 0,
    };
    at.check(is_bad, format_args!("role.workload.{i}.keys"), "there is 1 key or more");
}

fn handlers(at: &mut At<'_>, consumer: &Consumer) {
    let is_bad = consumer.concurrency == 0;
    at.check(is_bad, format_args!("role.concurrency"), "a consumer works on 1 message or more");
    for (i, handler) in consumer.handlers.iter().enumerate() {
        let head = format!("role.handlers.{i}");
        at.distribution(&handler.service_time, format_args!("{head}.service_time"));
        at.share(handler.failures.transient, format_args!("{head}.failures.transient"));
        at.poison(&handler.failures.poison, format_args!("{head}.failures.poison"));
    }
    if let Pattern::Window(window) = &consumer.pattern {
        windows(at, &window.windows);
    }
    for (head, emission) in consumer.emissions() {
        let within = emission.reply.as_ref().map(|reply| reply.within);
        at.longer_than_zero(within, format_args!("{head}.reply.within"));
    }
}

fn windows(at: &mut At<'_>, windows: &Windows) {
    let mut long = |span: Span, name: &str| {
        let is_bad = span.0 < 1_000_000;
        let property = format_args!("role.pattern.windows.{name}");
        at.check(is_bad, property, "windows are measured in milliseconds: at least 1ms");
    };
    match windows {
        Windows::Tumbling { size, .. } => long(*size, "size"),
        Windows::Hopping { size, slide } => {
            long(*size, "size");
            long(*slide, "slide");
            let is_bad = slide > size || size.0 / slide.0.max(1) > 1_000;
            let sentence =
                "windows begin at most 1,000 times within the size of one, and leave no gaps";
            at.check(is_bad, format_args!("role.pattern.windows.slide"), sentence);
        }
        Windows::Sliding { difference } => long(*difference, "difference"),
        Windows::Session { gap } => long(*gap, "gap"),
    }
}

fn publishing(at: &mut At<'_>, publishing: &Publishing) {
    let head = "role.publishing";
    match publishing {
        Publishing::Direct | Publishing::DualWrite { .. } => {}
        Publishing::Outbox(outbox) => {
            at.longer_than_zero(Some(outbox.poll), format_args!("{head}.poll"));
            let is_bad = outbox.batch == 0;
            at.check(is_bad, format_args!("{head}.batch"), "a relay takes 1 row or more");
            let is_bad = outbox.relays == 0;
            at.check(is_bad, format_args!("{head}.relays"), "there is 1 relay or more");
        }
        Publishing::ChangeDataCapture(capture) => {
            let objection = capture.rate.and_then(|rate| rate.objection());
            let property = format_args!("{head}.rate");
            at.check(objection.is_some(), property, objection.unwrap_or_default());
            at.longer_than_zero(Some(capture.retry_after), format_args!("{head}.retry_after"));
        }
    }
}

fn contract(at: &mut At<'_>, edge: &Edge) {
    at.distribution(&edge.latency, format_args!("latency"));
    at.longer_than_zero(edge.contract.timeout, format_args!("contract.timeout"));
    let Some(retry) = &edge.contract.retry else { return };
    let is_bad = retry.attempts == Some(0);
    at.check(is_bad, format_args!("contract.retry.attempts"), "there is 1 attempt or more");
    at.share(retry.jitter, format_args!("contract.retry.jitter"));
    match retry.backoff {
        Backoff::None | Backoff::Fixed(_) | Backoff::Linear { .. } | Backoff::Steps(_) => {}
        Backoff::Decorrelated { base, cap } => {
            let property = format_args!("contract.retry.backoff.cap");
            let is_bad = cap.is_some_and(|cap| cap < base);
            at.check(is_bad, property, "the longest delay is not shorter than the shortest");
            let property = format_args!("contract.retry.jitter");
            let sentence = "this backoff is drawn by itself; leave out the jitter";
            at.check(retry.jitter != 0.0, property, sentence);
        }
        Backoff::Exponential { factor, .. } => {
            let is_bad = !(factor.is_finite() && factor >= 1.0);
            let property = format_args!("contract.retry.backoff.factor");
            at.check(is_bad, property, "from one retry to the next the delay grows by 1 or more");
        }
    }
}

fn run(at: &mut At<'_>, scenario: &Scenario) {
    at.longer_than_zero(Some(scenario.duration), format_args!("duration"));
    let is_bad = scenario.warm_up > Span::ZERO && scenario.warm_up >= scenario.duration;
    at.check(is_bad, format_args!("warm_up"), "the warm-up is shorter than the whole run");
    for (i, fault) in scenario.faults.iter().enumerate() {
        struck(at, fault, &format!("faults.{i}"));
    }
}

fn struck(at: &mut At<'_>, fault: &Fault, head: &str) {
    at.longer_than_zero(fault.duration, format_args!("{head}.duration"));
    for (parameter, value) in fault.kind.card().parameters.iter().zip(fault.kind.values()) {
        if let Some(objection) = parameter.objection(value) {
            at.check(true, format_args!("{head}.kind.{}", parameter.name), &objection);
        }
    }
    let at_once = fault.kind.card().parameter("at_once").and_then(|_| fault.kind.count("at_once"));
    let sentence = "a burst begins with 1000000 messages at most; let it last instead";
    at.check(at_once > Some(1_000_000), format_args!("{head}.kind.at_once"), sentence);
    at.share(fault.probability, format_args!("{head}.probability"));
    match &fault.correlation {
        Correlation::Independent => {}
        Correlation::Previous(share) => at.share(*share, format_args!("{head}.correlation")),
        Correlation::GoodAndBad { to_bad, to_good, good, bad } => {
            for share in [to_bad, to_good, good, bad] {
                at.share(*share, format_args!("{head}.correlation"));
            }
        }
    }
    match &fault.trigger {
        Trigger::Start | Trigger::When(_) => {}
        Trigger::Message(number) => {
            let sentence = "messages are counted from 1";
            at.check(*number == 0, format_args!("{head}.trigger"), sentence);
        }
        Trigger::Every { period, times } => {
            at.longer_than_zero(Some(*period), format_args!("{head}.trigger.period"));
            let sentence = "it begins 1 time or more";
            at.check(*times == Some(0), format_args!("{head}.trigger.times"), sentence);
        }
        Trigger::Random { well, struck, luck: _ } => {
            at.distribution(well, format_args!("{head}.trigger.well"));
            at.distribution(struck, format_args!("{head}.trigger.struck"));
            let sentence = "between two faults it is well for longer than zero";
            let is_bad = *well == Distribution::Constant(Span::ZERO);
            at.check(is_bad, format_args!("{head}.trigger.well"), sentence);
        }
    }
    if let Lasts::Drawn(law) = &fault.lasts {
        at.distribution(law, format_args!("{head}.lasts"));
    }
    let filter = &fault.filter;
    let is_bad = filter.first_attempt == Some(0)
        || filter.last_attempt.is_some_and(|last| last < filter.first_attempt.unwrap_or(1));
    let sentence = "attempts are counted from 1, from the first to the last";
    at.check(is_bad, format_args!("{head}.filter"), sentence);
    let sentence = "a fault may strike 1 or more at the same time";
    at.check(fault.budget.at_most == Some(0), format_args!("{head}.budget.at_most"), sentence);
}

fn promise(at: &mut At<'_>, promise: &Promise, head: &str) {
    match &promise.holds {
        PromiseKind::LatencyBelow { percentile, .. } => {
            let is_bad = !(*percentile > 0.0 && *percentile <= 100.0);
            let property = format_args!("{head}holds.percentile");
            at.check(is_bad, property, "a percentile lies above 0 and up to 100");
        }
        PromiseKind::LeadsTo { within, .. } | PromiseKind::SagasEnd { within, .. } => {
            at.longer_than_zero(Some(*within), format_args!("{head}holds.within"));
        }
        PromiseKind::LedgerBalances { sum: Some(sum), .. } => {
            let property = format_args!("{head}holds.sum");
            at.check(!sum.is_finite(), property, "a sum is a finite number");
        }
        PromiseKind::NeverStaler { than, .. } => {
            at.longer_than_zero(Some(*than), format_args!("{head}holds.than"));
        }
        PromiseKind::LedgerBalances { sum: None, .. }
        | PromiseKind::StaleReads { .. }
        | PromiseKind::NothingLost
        | PromiseKind::NoDuplicateEffect { .. }
        | PromiseKind::OrderPerKey { .. }
        | PromiseKind::DeadLetters { .. }
        | PromiseKind::BacklogBelow { .. }
        | PromiseKind::NoTimeouts
        | PromiseKind::Published { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::contract::Retry;
    use crate::design::Design;
    use crate::fault::FaultKind;
    use crate::faults::Value;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;
    use crate::node::{Failures, Handler};

    fn line(arrivals: Arrivals, keys: Keys) -> Workload {
        let message = MessageRef::newest("M");
        Workload {
            message,
            arrivals,
            count: None,
            start: Span::ZERO,
            keys,
            claim_check: None,
            properties: Properties::default(),
        }
    }

    /// A design whose numbers are all just in range, or all just out of it.
    fn shop(is_bad: bool) -> Design {
        let pick = |good: f64, bad: f64| if is_bad { bad } else { good };
        let mut design = fixture::design("p: producer\n q: queue\n c: consumer\n p -> q\n q -> c");
        let times = if is_bad { vec![Span(2), Span(1)] } else { vec![Span(1), Span(1)] };
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "p").role {
            let keys = Keys::Uniform(pick(1.0, 0.0) as u64);
            producer.workload.push(line(Arrivals::Scripted(times), keys));
        }
        if let Role::Channel(channel) = &mut fixture::node(&mut design, "q").role {
            channel.partitions = Some(pick(1.0, 0.0) as u32);
            channel.time_to_live = Some(Span(pick(1.0, 0.0) as u64));
        }
        let consumer = fixture::consumer(&mut design, "c");
        consumer.concurrency = pick(1.0, 0.0) as u32;
        consumer.handlers.push(Handler {
            service_time: Distribution::Uniform(Span(1), Span(pick(1.0, 0.0) as u64)),
            failures: Failures {
                transient: pick(1.0, 1.1),
                poison: Poison::Share(pick(0.0, f64::NAN)),
            },
            ..Handler::default()
        });
        let edge = fixture::edge(&mut design, "q -> c");
        edge.latency = Distribution::LogNormal(Span(1), pick(0.0, -1.0));
        edge.contract.timeout = Some(Span(pick(1.0, 0.0) as u64));
        let initial = Span(1);
        edge.contract.retry = Some(Retry {
            attempts: Some(pick(1.0, 0.0) as u32),
            backoff: Backoff::Exponential { initial, factor: pick(1.0, 0.9), cap: None },
            jitter: pick(1.0, -0.1),
        });
        let mut scenario = Scenario::new("s", Span(pick(1.0, 0.0) as u64));
        let slow = FaultKind::at_node("Slow", "c").with("factor", Value::Number(pick(0.0, -1.0)));
        let failing =
            FaultKind::at_node("Failing", "c").with("share", Value::Number(pick(1.0, 2.0)));
        let fault = |kind| Fault::new(kind, Span::ZERO, None);
        scenario.faults = vec![fault(slow), fault(failing)];
        let holds = PromiseKind::LatencyBelow {
            from: None,
            to: "c".into(),
            percentile: pick(100.0, 101.0),
            at_most: Span(1),
        };
        scenario.promises.push(Promise { name: "fast".into(), holds });
        design.scenarios.push(scenario.into());
        design
    }

    #[test]
    fn numbers_at_the_border_are_fine() {
        assert_eq!(said(&LINT, &shop(false)), "");
    }

    #[test]
    fn numbers_past_the_border_are_named() {
        expect![[r#"
            error: node `c` at role.concurrency: a consumer works on 1 message or more
            error: node `c` at role.handlers.0.failures.poison: a share lies between 0 and 1, this is NaN
            error: node `c` at role.handlers.0.failures.transient: a share lies between 0 and 1, this is 1.1
            error: node `c` at role.handlers.0.service_time: the shorter of the two times comes first
            error: node `p` at role.workload.0.arrivals: scripted arrivals come in ascending order
            error: node `p` at role.workload.0.keys: there is 1 key or more
            error: edge `q -> c` at contract.retry.attempts: there is 1 attempt or more
            error: edge `q -> c` at contract.retry.backoff.factor: from one retry to the next the delay grows by 1 or more
            error: edge `q -> c` at contract.retry.jitter: a share lies between 0 and 1, this is -0.1
            error: edge `q -> c` at contract.timeout: this time must be longer than zero
            error: edge `q -> c` at latency: sigma is a number and at least 0
            error: scenario `s` at duration: this time must be longer than zero
            error: scenario `s` at faults.0.kind.factor: this number is at least 0, found -1
            error: scenario `s` at faults.1.kind.share: a share lies between 0 and 1, this is 2
            error: scenario `s` at promises.0.holds.percentile: a percentile lies above 0 and up to 100"#]].assert_eq(&said(&LINT, &shop(true)));
    }
}
