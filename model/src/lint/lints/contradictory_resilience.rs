//! Breakers, budgets, bulkheads, rate limits and scaling rules that contradict themselves, or that
//! have nothing to protect.

use std::fmt::Arguments;

use crate::edge::{Edge, EdgeKind};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Consumer, Role};
use crate::resilience::{
    Autoscaling, Bulkhead, CircuitBreaker, RateLimit, RetryBudget, ScalingTarget, WhileOpen,
};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "contradictory-resilience",
    title: "a protection that contradicts itself or protects nothing",
    severity: Severity::Error,
    meaning: "A circuit breaker needs a window that holds the calls it judges by, a bulkhead room \
              for a call, a rate limit a rate, an autoscaler at least as many instances at most as \
              at least. Breakers and bulkheads stand on call edges; a retry budget needs retries.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.design.nodes {
        if let Role::Consumer(it) = &node.role {
            consumer(&mut At { place: &|| Place::Node(node.name.clone()), findings }, it);
        }
    }
    for edge in &context.design.edges {
        contract(context, &mut At { place: &|| Place::Edge(edge.name()), findings }, edge);
    }
}

struct At<'a> {
    place: &'a dyn Fn() -> Place,
    findings: &'a mut Vec<Finding>,
}

impl At<'_> {
    fn error(&mut self, is_bad: bool, property: Arguments<'_>, sentence: &str) {
        self.found(is_bad, Severity::Error, property, sentence);
    }

    fn warning(&mut self, is_bad: bool, property: Arguments<'_>, sentence: &str) {
        self.found(is_bad, Severity::Warning, property, sentence);
    }

    fn found(&mut self, is_bad: bool, how: Severity, property: Arguments<'_>, sentence: &str) {
        if is_bad {
            let finding = Finding::new(LINT.code, how, (self.place)(), sentence);
            self.findings.push(finding.at(property));
        }
    }

    fn longer_than_zero(&mut self, span: Option<Span>, property: Arguments<'_>) {
        self.error(span == Some(Span::ZERO), property, "this time must be longer than zero");
    }
}

fn consumer(at: &mut At<'_>, consumer: &Consumer) {
    if let Some(limit) = &consumer.rate_limit {
        rate_limit(at, limit, "role");
    }
    for (i, handler) in consumer.handlers.iter().enumerate() {
        if let Some(limit) = &handler.rate_limit {
            rate_limit(at, limit, &format!("role.handlers.{i}"));
        }
    }
    at.longer_than_zero(
        consumer.call_queue.stale_after,
        format_args!("role.call_queue.stale_after"),
    );
    if let Some(it) = &consumer.autoscaling {
        autoscaling(at, it);
        let sentence = "a person settles what this consumer gets, and no instance does; leave out \
                        the autoscaling";
        at.error(consumer.settled_by_hand, format_args!("role.autoscaling"), sentence);
    }
}

fn rate_limit(at: &mut At<'_>, limit: &RateLimit, head: &str) {
    let objection = limit.rate.objection();
    let sentence = objection.unwrap_or_default();
    at.error(objection.is_some(), format_args!("{head}.rate_limit.rate"), sentence);
    let property = format_args!("{head}.rate_limit.burst");
    at.error(limit.burst == 0, property, "a burst is 1 or more; with 0 nothing ever begins");
}

fn autoscaling(at: &mut At<'_>, it: &Autoscaling) {
    let head = "role.autoscaling";
    at.error(it.min == 0, format_args!("{head}.min"), "there is 1 instance or more");
    let sentence = format!("at most {} instances are fewer than at least {}", it.max, it.min);
    at.error(it.max < it.min, format_args!("{head}.max"), &sentence);
    at.longer_than_zero(Some(it.interval), format_args!("{head}.interval"));
    let (ScalingTarget::LagPerInstance(lag) | ScalingTarget::LagAbove(lag)) = it.target;
    at.error(lag == 0, format_args!("{head}.target"), "this is 1 message or more");
}

fn contract(context: &Context<'_>, at: &mut At<'_>, edge: &Edge) {
    if let Some(breaker) = &edge.contract.circuit_breaker {
        let property = format_args!("contract.circuit_breaker");
        on_a_call(context, at, edge, property);
        circuit_breaker(at, breaker);
        let is_consumer = context.consumer(&edge.from).is_some();
        let sentence = "a producer has no subscription to pause; let its calls fail";
        let is_bad = breaker.while_open == WhileOpen::Pause && !is_consumer;
        at.error(is_bad, format_args!("contract.circuit_breaker.while_open"), sentence);
    }
    if let Some(it) = &edge.contract.bulkhead {
        on_a_call(context, at, edge, format_args!("contract.bulkhead"));
        bulkhead(at, it);
    }
    if let Some(budget) = &edge.contract.retry_budget {
        let is_useless = edge.contract.retry.is_none();
        let sentence = "nothing is tried again here; say so in `retry`, or leave this out";
        at.warning(is_useless, format_args!("contract.retry_budget"), sentence);
        retry_budget(at, budget);
    }
}

/// What only makes sense where somebody calls.
fn on_a_call(context: &Context<'_>, at: &mut At<'_>, edge: &Edge, property: Arguments<'_>) {
    if edge.kind != EdgeKind::Call {
        let sentence = "only call edges have it; here it has no effect";
        return at.warning(true, property, sentence);
    }
    let Some(caller) = context.consumer(&edge.from) else { return };
    let calls = caller.handlers.iter().any(|handler| handler.calls.contains(&edge.to));
    let sentence = format!("no handler of `{}` calls `{}`, so it never acts", edge.from, edge.to);
    at.warning(!calls, property, &sentence);
}

fn circuit_breaker(at: &mut At<'_>, it: &CircuitBreaker) {
    let head = "contract.circuit_breaker";
    at.error(it.window == 0, format_args!("{head}.window"), "the window holds 1 call or more");
    let property = format_args!("{head}.minimum_calls");
    at.error(it.minimum_calls == 0, property, "it judges by 1 call or more");
    let sentence = format!(
        "the window holds {} calls, and {} are needed to judge: it never opens",
        it.window, it.minimum_calls
    );
    let is_small = it.window > 0 && it.window < it.minimum_calls;
    at.error(is_small, format_args!("{head}.window"), &sentence);
    for (rate, name) in [(it.failure_rate, "failure_rate"), (it.slow_call_rate, "slow_call_rate")] {
        let is_bad = !(rate > 0.0 && rate <= 1.0);
        let sentence = format!("this share lies above 0 and up to 1, and is {rate}");
        at.error(is_bad, format_args!("{head}.{name}"), &sentence);
    }
    at.longer_than_zero(Some(it.slow_call), format_args!("{head}.slow_call"));
    at.longer_than_zero(Some(it.open_for), format_args!("{head}.open_for"));
    let sentence = "with 0 calls on trial it never closes again; let 1 or more through";
    at.error(it.permitted == 0, format_args!("{head}.permitted"), sentence);
}

fn bulkhead(at: &mut At<'_>, it: &Bulkhead) {
    let head = "contract.bulkhead";
    at.error(it.calls == 0, format_args!("{head}.calls"), "there is room for 1 call or more");
    at.longer_than_zero(it.wait, format_args!("{head}.wait"));
    let sentence = "nobody may wait, since the queue is 0; give it a length, or leave this out";
    at.warning(it.wait.is_some() && it.queue == 0, format_args!("{head}.wait"), sentence);
}

fn retry_budget(at: &mut At<'_>, budget: &RetryBudget) {
    let head = "contract.retry_budget";
    let (RetryBudget::Window { share, .. } | RetryBudget::Bucket { share, .. }) = budget;
    let is_bad = !(share.is_finite() && *share >= 0.0);
    let sentence = format!("a share of the first attempts is 0 or more, and this is {share}");
    at.error(is_bad, format_args!("{head}.share"), &sentence);
    match budget {
        RetryBudget::Window { window, .. } => {
            at.longer_than_zero(Some(*window), format_args!("{head}.window"));
        }
        RetryBudget::Bucket { capacity, .. } => {
            let sentence = "a bucket that holds 0 tokens allows no retry; let it hold 1 or more";
            at.error(*capacity == 0, format_args!("{head}.capacity"), sentence);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Handler;
    use crate::resilience::Excess;
    use crate::time::Rate;

    const GRAPH: &str =
        "p: producer\n q: queue\n a: consumer\n b: consumer\n p -> q\n q -> a\n a -> b\n p -> b";

    fn protected() -> Design {
        let mut design = fixture::design(GRAPH);
        let caller = fixture::consumer(&mut design, "a");
        caller.handlers.push(Handler { calls: vec!["b".to_owned()], ..Handler::default() });
        let contract = &mut fixture::edge(&mut design, "a -> b").contract;
        contract.circuit_breaker = Some(CircuitBreaker::default());
        contract.bulkhead = Some(Bulkhead::default());
        design
    }

    #[test]
    fn what_makes_sense_is_not_mentioned() {
        let mut design = protected();
        assert_eq!(said(&LINT, &design), "");
        let rate = Rate { count: 10, per: Span::from_secs(1) };
        let it = fixture::consumer(&mut design, "a");
        it.rate_limit = Some(RateLimit { rate, burst: 1, excess: Excess::Wait });
        it.autoscaling = Some(Autoscaling { min: 2, max: 2, ..Autoscaling::default() });
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn a_breaker_that_never_opens_or_never_closes_is_named() {
        let mut design = protected();
        let breaker = CircuitBreaker {
            window: 10,
            minimum_calls: 11,
            failure_rate: 0.0,
            slow_call_rate: f64::NAN,
            open_for: Span::ZERO,
            permitted: 0,
            while_open: WhileOpen::Pause,
            ..CircuitBreaker::default()
        };
        fixture::edge(&mut design, "a -> b").contract.circuit_breaker = Some(breaker.clone());
        fixture::edge(&mut design, "p -> b").contract.circuit_breaker =
            Some(CircuitBreaker { while_open: WhileOpen::Pause, ..CircuitBreaker::default() });
        fixture::edge(&mut design, "q -> a").contract.circuit_breaker =
            Some(CircuitBreaker::default());
        fixture::consumer(&mut design, "a").handlers[0].calls.clear();
        expect![[r#"
            error: edge `a -> b` at contract.circuit_breaker.failure_rate: this share lies above 0 and up to 1, and is 0
            error: edge `a -> b` at contract.circuit_breaker.open_for: this time must be longer than zero
            error: edge `a -> b` at contract.circuit_breaker.permitted: with 0 calls on trial it never closes again; let 1 or more through
            error: edge `a -> b` at contract.circuit_breaker.slow_call_rate: this share lies above 0 and up to 1, and is NaN
            error: edge `a -> b` at contract.circuit_breaker.window: the window holds 10 calls, and 11 are needed to judge: it never opens
            error: edge `p -> b` at contract.circuit_breaker.while_open: a producer has no subscription to pause; let its calls fail
            warning: edge `a -> b` at contract.bulkhead: no handler of `a` calls `b`, so it never acts
            warning: edge `a -> b` at contract.circuit_breaker: no handler of `a` calls `b`, so it never acts
            warning: edge `q -> a` at contract.circuit_breaker: only call edges have it; here it has no effect"#]].assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn other_protections_with_impossible_numbers_are_named() {
        let mut design = protected();
        let contract = &mut fixture::edge(&mut design, "a -> b").contract;
        contract.bulkhead = Some(Bulkhead { calls: 0, queue: 0, wait: Some(Span(1)) });
        contract.retry_budget = Some(RetryBudget::Bucket { share: -0.1, capacity: 0 });
        let contract = &mut fixture::edge(&mut design, "p -> b").contract;
        contract.retry_budget =
            Some(RetryBudget::Window { share: 0.1, window: Span::ZERO, reserve: 0 });
        let it = fixture::consumer(&mut design, "a");
        let rate = Rate { count: 0, per: Span::from_secs(1) };
        it.rate_limit = Some(RateLimit { rate, burst: 0, excess: Excess::Wait });
        it.call_queue.stale_after = Some(Span::ZERO);
        it.autoscaling = Some(Autoscaling {
            min: 0,
            target: ScalingTarget::LagAbove(0),
            interval: Span::ZERO,
            ..Autoscaling::default()
        });
        fixture::consumer(&mut design, "b").autoscaling =
            Some(Autoscaling { min: 3, max: 2, ..Autoscaling::default() });
        expect![[r#"
            error: node `a` at role.autoscaling.interval: this time must be longer than zero
            error: node `a` at role.autoscaling.min: there is 1 instance or more
            error: node `a` at role.autoscaling.target: this is 1 message or more
            error: node `a` at role.call_queue.stale_after: this time must be longer than zero
            error: node `a` at role.rate_limit.burst: a burst is 1 or more; with 0 nothing ever begins
            error: node `a` at role.rate_limit.rate: a rate is more than nothing, as `10/s`
            error: node `b` at role.autoscaling.max: at most 2 instances are fewer than at least 3
            error: edge `a -> b` at contract.bulkhead.calls: there is room for 1 call or more
            error: edge `a -> b` at contract.retry_budget.capacity: a bucket that holds 0 tokens allows no retry; let it hold 1 or more
            error: edge `a -> b` at contract.retry_budget.share: a share of the first attempts is 0 or more, and this is -0.1
            error: edge `p -> b` at contract.retry_budget.window: this time must be longer than zero
            warning: edge `a -> b` at contract.bulkhead.wait: nobody may wait, since the queue is 0; give it a length, or leave this out
            warning: edge `a -> b` at contract.retry_budget: nothing is tried again here; say so in `retry`, or leave this out
            warning: edge `p -> b` at contract.retry_budget: nothing is tried again here; say so in `retry`, or leave this out"#]].assert_eq(&said(&LINT, &design));
    }
}
