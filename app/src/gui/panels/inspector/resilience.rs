//! What protects callers and consumers: the rows of retry budgets, circuit breakers, bulkheads,
//! rate limits, call queues and autoscalers.

use flowbench_model::contract::{Contract, Retry};
use flowbench_model::node::Consumer;
use flowbench_model::resilience::{
    Autoscaling, Bulkhead, CallQueue, CircuitBreaker, Excess, RateLimit, RetryBudget,
    ScalingTarget, WhileOpen,
};
use flowbench_model::time::{Rate, Span};

use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::choice;

/// Rows of what a call edge has to protect its caller.
pub(super) fn of_call(form: &mut Form, contract: &mut Contract) {
    form.section("Circuit breaker", |form| breaker(form, &mut contract.circuit_breaker));
    form.section("Bulkhead", |form| bulkhead(form, &mut contract.bulkhead));
}

/// Rows of what a consumer has to protect itself, and to keep up.
pub(super) fn of_consumer(form: &mut Form, consumer: &mut Consumer) {
    form.section("Rate limit", |form| {
        rate_limit(form, "Limited", &mut consumer.rate_limit);
        if consumer.rate_limit.is_none() {
            form.note("It begins with whatever comes as soon as it has a free slot.");
        }
    });
    form.section("Call queue", |form| call_queue(form, &mut consumer.call_queue));
    form.section("Autoscaling", |form| autoscaling(form, &mut consumer.autoscaling));
}

/// A switch for something that is there or not.
fn switch<T>(
    form: &mut Form,
    (name, explanation): (&str, &str),
    value: &mut Option<T>,
    new: impl FnOnce() -> T,
) {
    let mut is_on = value.is_some();
    form.toggle(name, explanation, &mut is_on);
    if is_on != value.is_some() {
        *value = is_on.then(new);
    }
}

fn above_zero(form: &mut Form, name: &str, explanation: &str, value: &mut f64) {
    form.parsed(name, explanation, value, |text| match text.trim().parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        Ok(_) | Err(_) => {
            Err(format!("expected a share above 0 and up to 1 such as `0.5`, found `{text}`"))
        }
    });
}

fn breaker(form: &mut Form, breaker: &mut Option<CircuitBreaker>) {
    let explanation = "Stops asking a callee that fails or is slow, and tries again later";
    switch(form, ("Breaker", explanation), breaker, CircuitBreaker::default);
    let Some(it) = breaker else {
        form.note("Every call is made, however many have failed.");
        return;
    };
    let explanation = "Calls: outcomes that are looked at, the last so many";
    form.count("Window", explanation, &mut it.window, 1);
    let explanation = "Calls: outcomes that must be known before it judges";
    form.count("Minimum", explanation, &mut it.minimum_calls, 1);
    let explanation = "Share from 0 to 1: opens when at least so many of the outcomes failed";
    above_zero(form, "Failure rate", explanation, &mut it.failure_rate);
    let explanation = "A call that takes longer is slow, whatever its outcome";
    form.length("Slow call", explanation, &mut it.slow_call);
    let explanation = "Share from 0 to 1: opens when at least so many of the outcomes were slow";
    above_zero(form, "Slow rate", explanation, &mut it.slow_call_rate);
    let explanation = "How long it lets nothing through";
    form.length("Open for", explanation, &mut it.open_for);
    let explanation = "Calls that are let through on trial, half-open, before it decides";
    form.count("Trials", explanation, &mut it.permitted, 1);
    let explanation = "Half-open when the time is over, and not only with the next call";
    form.toggle("Automatic", explanation, &mut it.automatic);
    let choices = [
        choice(
            WhileOpen::Fail,
            "Fail",
            "The attempt fails at once, which uses up a delivery of its message",
        ),
        choice(
            WhileOpen::Pause,
            "Pause",
            "The consumer takes nothing more from its channels; its calls wait",
        ),
    ];
    let explanation = "What the caller does while it is open";
    form.choose("While open", explanation, &mut it.while_open, &choices);
    if it.while_open == WhileOpen::Fail {
        form.note("With quick retries, an open breaker uses up all deliveries of what waits.");
    }
}

fn bulkhead(form: &mut Form, bulkhead: &mut Option<Bulkhead>) {
    let explanation = "Keeps a callee from taking all of its caller";
    switch(form, ("Bulkhead", explanation), bulkhead, Bulkhead::default);
    let Some(it) = bulkhead else {
        form.note("There are as many calls at once as the caller makes.");
        return;
    };
    let explanation = "The most calls that somebody waits for at the same time";
    form.count("Calls", explanation, &mut it.calls, 1);
    let explanation = "The most calls that wait to be made; more fail at once";
    form.count("Queue", explanation, &mut it.queue, 0);
    if it.queue > 0 {
        let explanation = "How long each of them waits at most; empty: for ever";
        form.optional("Wait", explanation, &mut it.wait);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum BudgetKind {
    None,
    Bucket,
    Window,
}

/// Rows of a retry budget, where something is tried again.
pub(super) fn retry_budget(
    form: &mut Form,
    retry: Option<&Retry>,
    budget: &mut Option<RetryBudget>,
) {
    if retry.is_none() && budget.is_none() {
        return;
    }
    let mut kind = match budget {
        None => BudgetKind::None,
        Some(RetryBudget::Bucket { .. }) => BudgetKind::Bucket,
        Some(RetryBudget::Window { .. }) => BudgetKind::Window,
    };
    let before = kind;
    let choices = [
        choice(BudgetKind::None, "None", "Each is tried again as often as it says above"),
        choice(
            BudgetKind::Bucket,
            "Bucket",
            "Each first attempt puts a part of a token into a bucket, each retry takes one out",
        ),
        choice(
            BudgetKind::Window,
            "Window",
            "Retries within a time are at most a share of the first attempts within it",
        ),
    ];
    form.choose("Budget", "How many retries there may be in all", &mut kind, &choices);
    if kind != before {
        *budget = match kind {
            BudgetKind::None => None,
            BudgetKind::Bucket => Some(RetryBudget::Bucket { share: 0.1, capacity: 10 }),
            BudgetKind::Window => {
                let window = Span::from_secs(10);
                Some(RetryBudget::Window { share: 0.1, window, reserve: 0 })
            }
        };
    }
    let share_of = "Retries for each first attempt, from 0 to 1";
    match budget {
        None => {}
        Some(RetryBudget::Bucket { share, capacity }) => {
            form.share("Retry share", share_of, share);
            form.count("Capacity", "The most tokens the bucket holds", capacity, 1);
        }
        Some(RetryBudget::Window { share, window, reserve }) => {
            form.share("Retry share", share_of, share);
            form.length("Within", "How far back counts", window);
            let explanation = "Retries within it that are allowed in any case";
            form.count("Reserve", explanation, reserve, 0);
        }
    }
}

/// Rows of a rate limit.
pub(super) fn rate_limit(form: &mut Form, name: &str, limit: &mut Option<RateLimit>) {
    let explanation = "How often it begins with a message or a call";
    switch(form, (name, explanation), limit, || RateLimit {
        rate: Rate { count: 10, per: Span::from_secs(1) },
        burst: 1,
        excess: Excess::Wait,
    });
    let Some(limit) = limit else { return };
    form.value("Rate", "How many on the average, such as 10/s", &mut limit.rate);
    let explanation = "How many at once, after a time in which there was nothing to do";
    form.count("Burst", explanation, &mut limit.burst, 1);
    let choices = [
        choice(Excess::Wait, "Wait", "It waits in the consumer, which keeps a slot for it"),
        choice(Excess::Reject, "Reject", "The attempt fails; the contract says what comes of it"),
        choice(Excess::Drop, "Drop", "The message is dropped; a call fails"),
    ];
    form.choose("Excess", "What becomes of more", &mut limit.excess, &choices);
}

fn call_queue(form: &mut Form, queue: &mut CallQueue) {
    let explanation =
        "The most calls that wait for a free slot, more are refused; empty: unlimited";
    form.optional("At most", explanation, &mut queue.most);
    let explanation = "A call that has waited so long is thrown away when its turn comes, since \
                       nobody waits for the answer; empty: never";
    form.optional("Stale after", explanation, &mut queue.stale_after);
}

#[derive(Clone, Copy, PartialEq)]
enum TargetKind {
    PerInstance,
    Above,
}

fn autoscaling(form: &mut Form, autoscaling: &mut Option<Autoscaling>) {
    let explanation = "Starts and stops instances by what waits for them";
    switch(form, ("Scaled", explanation), autoscaling, Autoscaling::default);
    let Some(it) = autoscaling else {
        form.note("There is one instance, whatever waits for it.");
        return;
    };
    let explanation = "The fewest instances; each works on as much at once as Concurrency says";
    form.count("Least", explanation, &mut it.min, 1);
    form.count("Most", "The most instances", &mut it.max, it.min.max(1));
    let (mut kind, mut lag) = match it.target {
        ScalingTarget::LagPerInstance(lag) => (TargetKind::PerInstance, lag),
        ScalingTarget::LagAbove(lag) => (TargetKind::Above, lag),
    };
    let choices = [
        choice(
            TargetKind::PerInstance,
            "Lag each",
            "One instance for each so many messages that wait, rounded up",
        ),
        choice(
            TargetKind::Above,
            "Threshold",
            "One more when at least so many wait and none is starting; one less when nothing waits",
        ),
    ];
    form.choose("By", "How many instances are wanted", &mut kind, &choices);
    form.count("Messages", "What waits: messages and calls", &mut lag, 1);
    it.target = match kind {
        TargetKind::PerInstance => ScalingTarget::LagPerInstance(lag),
        TargetKind::Above => ScalingTarget::LagAbove(lag),
    };
    form.length("Looks every", "Time from one look at what waits to the next", &mut it.interval);
    form.value("Warm-up", "Time until an instance that was ordered works", &mut it.warm_up);
    let explanation = "How long fewer must have been enough before some are stopped";
    form.value("Cool-down", explanation, &mut it.cool_down);
}
