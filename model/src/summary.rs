//! Contracts in a few words, as pictures, lists and tooltips say them.

use std::collections::BTreeMap;

use crate::contract::{Acknowledgement, Backoff, Contract, Filter, Ordering, Retry};
use crate::edge::{Edge, EdgeKind};
use crate::node::{Distribution, Quantile};
use crate::resilience::{Bulkhead, CircuitBreaker, RetryBudget, WhileOpen};
use crate::time::Span;

/// One thing that a contract asks for beyond the usual.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// What it is about.
    pub sign: Sign,
    /// What stands beside a sign; may be empty.
    pub text: String,
    /// What stands by itself.
    pub words: String,
    /// The whole sentence.
    pub sentence: String,
}

/// What a term is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// Acknowledged on receipt.
    OnReceipt,
    /// In order for each key.
    Key,
    /// How long an answer is waited for.
    Timeout,
    /// How often and when it is tried again.
    Retry,
    /// What passes.
    Filter,
    /// How long it is under way.
    Latency,
    /// Who shares the subscription.
    Group,
    /// Who is served first.
    Priority,
    /// Where goes what is given up.
    DeadLetter,
    /// When nobody is asked any more.
    CircuitBreaker,
    /// How many calls there are at once.
    Bulkhead,
    /// How many retries there are at most.
    RetryBudget,
    /// How it translates between bounded contexts.
    Translation,
}

/// What the contract of an edge asks for, of what counts on an edge of its kind.
#[must_use]
pub fn contract_terms(edge: &Edge) -> Vec<Term> {
    let contract = &edge.contract;
    let latency = latency(edge);
    match edge.kind {
        EdgeKind::Publish => translation(contract).into_iter().chain(latency).collect(),
        EdgeKind::Bind => filter_term(contract).into_iter().chain(latency).collect(),
        EdgeKind::Call => {
            let timeout = contract.timeout.map(|timeout| {
                let sentence = format!("gives up waiting after {timeout}");
                term(Sign::Timeout, &timeout.to_string(), format!("timeout {timeout}"), sentence)
            });
            timeout
                .into_iter()
                .chain(contract.retry.as_ref().map(retry))
                .chain(contract.retry_budget.as_ref().map(retry_budget))
                .chain(contract.circuit_breaker.as_ref().map(circuit_breaker))
                .chain(contract.bulkhead.as_ref().map(bulkhead))
                .chain(latency)
                .collect()
        }
        EdgeKind::Subscribe => translation(contract)
            .into_iter()
            .chain(delivery(contract))
            .chain(contract.retry.as_ref().map(retry))
            .chain(contract.retry_budget.as_ref().map(retry_budget))
            .chain(filter_term(contract))
            .chain(latency)
            .chain(sharing(contract))
            .collect(),
    }
}

/// The same in one line: `retry ×4 · exp 1s · DLQ`; empty if there is nothing.
#[must_use]
pub fn contract_summary(edge: &Edge) -> String {
    let terms = contract_terms(edge);
    terms.iter().map(|term| term.words.as_str()).collect::<Vec<_>>().join(" · ")
}

fn term(sign: Sign, text: &str, words: String, sentence: String) -> Term {
    Term { sign, text: text.to_owned(), words, sentence }
}

fn translation(contract: &Contract) -> Option<Term> {
    let it = contract.translation?;
    let words = it.letters().to_owned();
    Some(term(Sign::Translation, it.letters(), words, it.sentence().to_owned()))
}

fn delivery(contract: &Contract) -> Vec<Term> {
    let mut terms = Vec::new();
    match contract.acknowledgement {
        Acknowledgement::AfterProcessing => {}
        Acknowledgement::OnReceipt => {
            let sentence = "acknowledged on receipt: at most once, what fails later is lost";
            terms.push(term(Sign::OnReceipt, "", "at most once".to_owned(), sentence.to_owned()));
        }
    }
    match contract.ordering {
        Ordering::Unordered => {}
        Ordering::PerKey => {
            let sentence = "in order for each key".to_owned();
            terms.push(term(Sign::Key, "", "in order per key".to_owned(), sentence));
        }
    }
    terms
}

fn sharing(contract: &Contract) -> Vec<Term> {
    let mut terms = Vec::new();
    if let Some(group) = &contract.group {
        let sentence = format!("shares the subscription of {group}");
        terms.push(term(Sign::Group, group, format!("group {group}"), sentence));
    }
    if contract.consumer_priority != 0 {
        let priority = contract.consumer_priority.to_string();
        let sentence = format!("served with priority {priority}");
        terms.push(term(Sign::Priority, &priority, format!("priority {priority}"), sentence));
    }
    if let Some(channel) = &contract.dead_letter {
        let sentence = format!("what is given up goes to {channel}");
        terms.push(term(Sign::DeadLetter, "", "DLQ".to_owned(), sentence));
    }
    terms
}

fn latency(edge: &Edge) -> Option<Term> {
    let words = distribution(&edge.latency);
    let sentence = format!("under way for {words}");
    (edge.latency != Distribution::default())
        .then(|| term(Sign::Latency, &words, format!("latency {words}"), sentence))
}

fn filter_term(contract: &Contract) -> Option<Term> {
    let words = filter(contract.filter.as_ref()?);
    let sentence = format!("only what matches {words}");
    Some(term(Sign::Filter, &words, format!("only {words}"), sentence))
}

fn retry(retry: &Retry) -> Term {
    let attempts = retry.attempts.map_or("∞".to_owned(), |attempts| format!("×{attempts}"));
    let backoff = backoff(&retry.backoff);
    let mut words = vec![format!("retry {attempts}")];
    words.extend(backoff.clone());
    if retry.jitter > 0.0 {
        words.push("jitter".to_owned());
    }
    // Beside a sign there is no place for the cap.
    let short = backoff.as_deref().and_then(|it| it.split('–').next());
    let text = short.map_or(attempts.clone(), |short| format!("{attempts} {short}"));
    term(Sign::Retry, &text, words.join(" · "), retry_sentence(retry))
}

fn percent(share: f64) -> String {
    format!("{}%", (share * 1000.0).round() / 10.0)
}

fn retry_budget(budget: &RetryBudget) -> Term {
    let (share, sentence) = match budget {
        RetryBudget::Window { share, window, reserve } => {
            let besides = match reserve {
                0 => String::new(),
                reserve => format!(", and {reserve} besides"),
            };
            let share = percent(*share);
            let sentence = format!(
                "retries within {window} are at most {share} of the first attempts{besides}"
            );
            (share, sentence)
        }
        RetryBudget::Bucket { share, capacity } => {
            let share = percent(*share);
            let sentence =
                format!("retries are at most {share} of the first attempts, {capacity} in a row");
            (share, sentence)
        }
    };
    term(Sign::RetryBudget, &share, format!("retries ≤{share}"), sentence)
}

fn circuit_breaker(breaker: &CircuitBreaker) -> Term {
    let rate = percent(breaker.failure_rate);
    let does = match breaker.while_open {
        WhileOpen::Fail => "attempts fail at once",
        WhileOpen::Pause => "the consumer pauses",
    };
    let sentence = format!(
        "opens for {} when {rate} of {} calls fail; {does} meanwhile",
        breaker.open_for, breaker.window
    );
    term(Sign::CircuitBreaker, &rate, format!("breaker {rate}"), sentence)
}

fn bulkhead(bulkhead: &Bulkhead) -> Term {
    let sentence = match bulkhead.queue {
        0 => format!("at most {} calls at once, more are refused", bulkhead.calls),
        queue => format!("at most {} calls at once, {queue} more wait", bulkhead.calls),
    };
    let text = format!("≤{}", bulkhead.calls);
    term(Sign::Bulkhead, &text, format!("{text} at once"), sentence)
}

fn backoff(backoff: &Backoff) -> Option<String> {
    match backoff {
        Backoff::None | Backoff::Fixed(Span::ZERO) => None,
        Backoff::Fixed(delay) => Some(format!("every {delay}")),
        Backoff::Linear { step, .. } => Some(format!("linear {step}")),
        Backoff::Steps(steps) => Some(format!("{} steps", steps.len())),
        Backoff::Decorrelated { base, .. } => Some(format!("decorrelated {base}")),
        Backoff::Exponential { initial, cap: None, .. } => Some(format!("exp {initial}")),
        Backoff::Exponential { initial, cap: Some(cap), .. } => {
            Some(format!("exp {initial}–{cap}"))
        }
    }
}

/// A retry policy in one sentence.
#[must_use]
pub fn retry_sentence(retry: &Retry) -> String {
    let attempts = match retry.attempts {
        Some(1) => "at most 1 attempt".to_owned(),
        Some(attempts) => format!("at most {attempts} attempts"),
        None => "tried again without end".to_owned(),
    };
    let cap = |cap: &Option<Span>| cap.map_or(String::new(), |cap| format!(", at most {cap}"));
    let backoff = match &retry.backoff {
        Backoff::None => "at once".to_owned(),
        Backoff::Fixed(delay) => format!("after {delay}"),
        Backoff::Linear { step, cap: most } => {
            format!("after {step}, then {step} more each time{}", cap(most))
        }
        Backoff::Steps(steps) => {
            let steps: Vec<String> = steps.iter().map(Span::to_string).collect();
            format!("after {}", steps.join(", "))
        }
        Backoff::Decorrelated { base, cap: most } => {
            format!("after {base} to three times the wait before{}", cap(most))
        }
        Backoff::Exponential { initial, factor, cap: most } => {
            format!("after {initial}, then ×{factor} each time{}", cap(most))
        }
    };
    let jitter = match retry.jitter {
        share if share > 0.0 => format!(", {}% of it random", (share * 1000.0).round() / 10.0),
        _ => String::new(),
    };
    format!("{attempts}, {backoff}{jitter}")
}

/// How long something takes.
#[must_use]
pub fn distribution(distribution: &Distribution) -> String {
    match distribution {
        Distribution::Constant(span) => span.to_string(),
        Distribution::Exponential(mean) => format!("~{mean}"),
        Distribution::Uniform(low, high) => format!("{low}–{high}"),
        Distribution::LogNormal(median, _) => format!("~{median}"),
        Distribution::Gamma(mean, _) => format!("~{mean}"),
        Distribution::Weibull(scale, _) => format!("~{scale}"),
        Distribution::Empirical(points) => {
            let end = |point: Option<&Quantile>| point.map_or(Span::ZERO, |point| point.1);
            format!("{}–{}", end(points.first()), end(points.last()))
        }
    }
}

/// A filter in a few words: `orders.#`, `type = pdf`.
#[must_use]
pub fn filter(filter: &Filter) -> String {
    let pairs = |headers: &BTreeMap<String, String>, between: &str| {
        let pairs = headers.iter().map(|(name, value)| format!("{name} = {value}"));
        pairs.collect::<Vec<_>>().join(between)
    };
    match filter {
        Filter::RoutingKey(text)
        | Filter::Topic(text)
        | Filter::Subject(text)
        | Filter::Levels(text) => text.clone(),
        Filter::AllHeaders(headers) => pairs(headers, " and "),
        Filter::AnyHeader(headers) => pairs(headers, " or "),
        Filter::Expression(expression) => expression.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_says_what_is_unusual() {
        let mut edge = Edge::new(EdgeKind::Subscribe, "orders", "payment");
        assert_eq!(contract_summary(&edge), "");
        let initial = Span::from_secs(1);
        let backoff = Backoff::Exponential { initial, factor: 2.0, cap: None };
        edge.contract.retry = Some(Retry { attempts: Some(4), backoff, jitter: 0.0 });
        edge.contract.dead_letter = Some("dlq".into());
        assert_eq!(contract_summary(&edge), "retry ×4 · exp 1s · DLQ");
        let texts: Vec<String> = contract_terms(&edge).into_iter().map(|term| term.text).collect();
        assert_eq!(texts, ["×4 exp 1s", ""]);
        let backoff = Backoff::Exponential { initial, factor: 2.0, cap: Some(Span::from_secs(8)) };
        edge.contract.retry = Some(Retry { attempts: None, backoff, jitter: 0.5 });
        edge.contract.ordering = Ordering::PerKey;
        edge.contract.acknowledgement = Acknowledgement::OnReceipt;
        edge.contract.group = Some("cashiers".into());
        assert_eq!(
            contract_summary(&edge),
            "at most once · in order per key · retry ∞ · exp 1s–8s · jitter · group cashiers · DLQ"
        );
        assert!(contract_terms(&edge).iter().any(|term| term.text == "∞ exp 1s"));
        let sentences = contract_terms(&edge).into_iter().map(|term| term.sentence);
        assert!(sentences.into_iter().any(|it| {
            it == "tried again without end, after 1s, then ×2 each time, at most 8s, 50% of it \
                   random"
        }));
    }

    #[test]
    fn a_call_says_how_long_it_waits() {
        let mut edge = Edge::new(EdgeKind::Call, "shop", "bank");
        edge.contract.timeout = Some(Span::from_millis(250));
        let backoff = Backoff::Fixed(Span::from_secs(1));
        edge.contract.retry = Some(Retry { attempts: Some(2), backoff, jitter: 0.0 });
        assert_eq!(contract_summary(&edge), "timeout 250ms · retry ×2 · every 1s");
        edge.kind = EdgeKind::Publish;
        assert_eq!(contract_summary(&edge), "");
    }

    #[test]
    fn a_binding_says_what_passes() {
        let mut edge = Edge::new(EdgeKind::Bind, "events", "orders");
        assert_eq!(contract_summary(&edge), "");
        edge.contract.filter = Some(Filter::Topic("order.*".into()));
        assert_eq!(contract_summary(&edge), "only order.*");
        let headers = [("type", "pdf"), ("region", "eu")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        edge.contract.filter = Some(Filter::AllHeaders(headers.into()));
        assert_eq!(contract_summary(&edge), "only region = eu and type = pdf");
    }
}
