//! The contract on an edge: which messages, how they are acknowledged, retried and given up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::expression::Expression;
use crate::message::{MessageRef, Properties, is_default};
use crate::resilience::{Bulkhead, CircuitBreaker, RetryBudget};
use crate::time::Span;
use crate::translation::Translation;

/// What both ends of an edge may rely on.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contract {
    /// What may pass; on a subscribe edge other messages of the channel are not delivered. Empty:
    /// everything.
    #[serde(skip_serializing_if = "is_default")]
    pub messages: Vec<MessageRef>,
    /// Which of these pass (subscribe and bind edges). Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// What becomes of a message whose payload does not fit the schema of the version that its
    /// reader names, or else of the newest (subscribe edges). Absent: nobody looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// The fields of payloads that the consumer uses, as paths (`customer.tier`); what it does not
    /// use cannot break it (subscribe edges). Empty: all that its schema speaks of.
    #[serde(skip_serializing_if = "is_default")]
    pub uses: Vec<String>,
    /// How it translates between two bounded contexts (publish and subscribe edges). Absent: it
    /// does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translation: Option<Translation>,
    /// The subscription that several consumers share: each message goes to one of the group
    /// (subscribe edges of a Publish-Subscribe Channel). Absent: a subscription of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Where a subscription of a log begins when its first consumer comes (subscribe edges).
    /// Absent: where the channel says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// Consumers with a higher priority are served first, as long as they have room (subscribe
    /// edges).
    #[serde(skip_serializing_if = "is_default")]
    pub consumer_priority: i32,
    /// The most messages that the consumer is handed before it settles one, in place of what the
    /// channel says (subscribe edges).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefetch: Option<u32>,
    /// When the channel may forget a message (subscribe edges).
    #[serde(skip_serializing_if = "is_default")]
    pub acknowledgement: Acknowledgement,
    /// Whether messages with the same ordering key must be handled in the order of publication
    /// (subscribe edges).
    #[serde(skip_serializing_if = "is_default")]
    pub ordering: Ordering,
    /// What happens when an attempt fails (subscribe and call edges). Absent: one attempt; a
    /// message whose consumer crashed is always delivered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// How many retries there may be, compared with first attempts; what goes beyond is given up
    /// (subscribe, call and publish edges). Absent: as many as `retry` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_budget: Option<RetryBudget>,
    /// Name of the channel that takes messages which are given up (subscribe edges). Absent: they
    /// are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter: Option<String>,
    /// How long the caller waits for a reply (call edges). Absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// Stops asking a callee that fails or is slow (call edges).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
    /// The most calls at the same time (call edges).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulkhead: Option<Bulkhead>,
}

/// What a reader does with a payload that does not fit its schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Validation {
    /// The attempt fails for good: to the dead letters.
    Reject,
    /// The attempt fails, and the message is tried again like any other.
    Retry,
    /// It is handled as well as can be (tolerant reader), and the record says so.
    Flag,
}

/// Where in a log a subscription begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Start {
    /// With the oldest message there is.
    Earliest,
    /// With the next one that comes.
    Latest,
    /// With the newest message there is.
    Newest,
    /// With the newest message of each ordering key.
    NewestOfEachKey,
    /// With the message at this position, counted from 0.
    Position(u64),
}

/// When a channel may forget a message it has delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Acknowledgement {
    /// When the handler has succeeded: at-least-once.
    #[default]
    AfterProcessing,
    /// As soon as it is delivered: at-most-once; what fails later is lost.
    OnReceipt,
}

/// Which order a subscriber relies on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Ordering {
    /// None.
    #[default]
    Unordered,
    /// Messages with the same ordering key in the order of publication. Needs a partitioned
    /// channel.
    PerKey,
}

/// How often and when a failed message is tried again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Deliveries in all, the first included, after which the message is given up (delivery
    /// limit); unlimited if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// How long to wait before the next one.
    #[serde(default)]
    pub backoff: Backoff,
    /// The share of each delay that is random, so that clients which failed together do not
    /// return together: the delay is drawn evenly from [(1 - jitter) * d, d]. 1 is the "full
    /// jitter" of the literature, 0.5 the "equal jitter".
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter: f64,
}

/// Which messages pass an edge, by what they say to channels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Filter {
    /// Those with this routing key (direct exchange).
    RoutingKey(String),
    /// Those whose routing key matches a pattern of words between dots: `*` is one word, `#` any
    /// number of them (topic exchange).
    Topic(String),
    /// Those whose routing key matches a pattern of tokens between dots: `*` is one token, `>`
    /// the rest, at least one (NATS, Solace).
    Subject(String),
    /// Those whose routing key matches a pattern of levels between slashes: `+` is one level, `#`
    /// the rest (MQTT).
    Levels(String),
    /// Those with all of these headers.
    AllHeaders(BTreeMap<String, String>),
    /// Those with at least one of these headers.
    AnyHeader(BTreeMap<String, String>),
    /// Those for which this holds (message selector, SQL filter, event pattern).
    Expression(Expression),
}

/// How long to wait before the n-th retry.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Backoff {
    /// Not at all.
    #[default]
    None,
    /// Always as long.
    Fixed(Span),
    /// `initial * factor^(n-1)`, never longer than `cap`.
    Exponential {
        /// Before the first retry.
        initial: Span,
        /// From one retry to the next; at least 1.
        #[serde(default = "two")]
        factor: f64,
        /// The longest delay; unlimited if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Span>,
    },
    /// `step * n`, never longer than `cap`.
    Linear {
        /// Before the first retry, and more each time.
        step: Span,
        /// The longest delay; unlimited if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Span>,
    },
    /// These, one after the other; then the last one again and again.
    Steps(Vec<Span>),
    /// Drawn evenly between `base` and three times the delay before, never longer than `cap`
    /// ("decorrelated jitter").
    Decorrelated {
        /// The shortest delay.
        base: Span,
        /// The longest delay; unlimited if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Span>,
    },
}

fn two() -> f64 {
    2.0
}

impl Backoff {
    /// The delay that is drawn after one of `last`, given a number from 0 to 1; that without
    /// chance where there is none. `retry` counts from 1.
    #[must_use]
    pub fn drawn(&self, retry: u32, last: Option<Span>, luck: f64) -> Span {
        match *self {
            Backoff::Decorrelated { base, cap } => {
                let (low, high) = (base.0, last.unwrap_or(base).0.saturating_mul(3));
                let drawn = low.saturating_add((high.saturating_sub(low) as f64 * luck) as u64);
                Span(drawn.min(cap.map_or(u64::MAX, |cap| cap.0)))
            }
            Backoff::None
            | Backoff::Fixed(_)
            | Backoff::Linear { .. }
            | Backoff::Steps(_)
            | Backoff::Exponential { .. } => self.delay(retry),
        }
    }

    /// The delay before the `retry`-th retry (from 1), without jitter; of one that is drawn, the
    /// longest that it can be. A delay past the end of time stays at the end of time.
    #[must_use]
    pub fn delay(&self, retry: u32) -> Span {
        match *self {
            Backoff::None => Span::ZERO,
            Backoff::Fixed(delay) => delay,
            Backoff::Linear { step, cap } => {
                let delay = step.0.saturating_mul(u64::from(retry));
                Span(delay.min(cap.map_or(u64::MAX, |cap| cap.0)))
            }
            Backoff::Decorrelated { base, cap } => {
                let longest = 3u64.checked_pow(retry).unwrap_or(u64::MAX);
                let delay = base.0.saturating_mul(longest);
                Span(delay.min(cap.map_or(u64::MAX, |cap| cap.0)))
            }
            Backoff::Steps(ref steps) => {
                let at = (retry as usize).min(steps.len()).saturating_sub(1);
                steps.get(at).copied().unwrap_or(Span::ZERO)
            }
            Backoff::Exponential { initial, factor, cap } => {
                let cap = cap.map_or(u64::MAX, |cap| cap.0);
                let mut delay = initial.0 as f64;
                // Repeated multiplication is exact for whole factors, and the same everywhere.
                for _ in 1..retry {
                    if delay >= cap as f64 {
                        break;
                    }
                    delay *= factor;
                }
                Span((delay as u64).min(cap))
            }
        }
    }
}

impl Backoff {
    /// The delays before all attempts but the first, together. Past so many, they are taken to be
    /// as long as the last.
    #[must_use]
    pub fn all_delays(&self, attempts: u32) -> Span {
        const EXACT: u32 = 64;
        let exact = attempts.min(EXACT);
        let first = (1..exact).map(|retry| self.delay(retry).0);
        let first = first.fold(0u64, u64::saturating_add);
        let rest = u64::from(attempts - exact).saturating_mul(self.delay(exact).0);
        Span(first.saturating_add(rest))
    }
}

impl Filter {
    /// Whether a message that says this passes, as far as what it says to channels decides that: a
    /// condition lets everything pass here.
    #[must_use]
    pub fn passes(&self, properties: &Properties) -> bool {
        let key = properties.routing_key.as_str();
        let has = |(name, value): (&String, &String)| properties.headers.get(name) == Some(value);
        match self {
            Filter::RoutingKey(wanted) => key == wanted,
            Filter::Topic(pattern) => words_match(&words(pattern, '.'), &words(key, '.')),
            Filter::Subject(pattern) => {
                rest_matches(&words(pattern, '.'), &words(key, '.'), "*", ">", 1)
            }
            Filter::Levels(pattern) => {
                rest_matches(&words(pattern, '/'), &words(key, '/'), "+", "#", 0)
            }
            Filter::AllHeaders(wanted) => wanted.iter().all(has),
            Filter::AnyHeader(wanted) => wanted.iter().any(has),
            Filter::Expression(_) => true,
        }
    }
}

/// The words of a routing key; none if it is empty.
fn words(text: &str, between: char) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split(between).collect() }
}

/// `*` is one word, `#` any number of words. Dynamic programming over the pattern: a pattern full
/// of `#` costs no more than its length times that of the key.
fn words_match(pattern: &[&str], key: &[&str]) -> bool {
    let mut reached = vec![false; key.len() + 1];
    reached[0] = true;
    for word in pattern {
        if *word == "#" {
            let first = reached.iter().position(|it| *it).unwrap_or(key.len() + 1);
            reached.iter_mut().skip(first).for_each(|it| *it = true);
        } else {
            for at in (0..key.len()).rev() {
                reached[at + 1] = reached[at] && (*word == "*" || *word == key[at]);
            }
            reached[0] = false;
        }
    }
    reached[key.len()]
}

/// `one` stands for one word; `rest`, at the end, for at least `least` words.
fn rest_matches(pattern: &[&str], key: &[&str], one: &str, rest: &str, least: usize) -> bool {
    let fits = |pattern: &[&str], key: &[&str]| {
        pattern.iter().zip(key).all(|(wanted, word)| *wanted == one || wanted == word)
    };
    match pattern.split_last() {
        Some((last, before)) if *last == rest => {
            key.len() >= before.len() + least && fits(before, key)
        }
        Some(_) | None => pattern.len() == key.len() && fits(pattern, key),
    }
}

impl Contract {
    /// Whether a message of this name may pass.
    #[must_use]
    pub fn carries(&self, message: &str) -> bool {
        self.messages.is_empty() || self.messages.iter().any(|allowed| allowed.name == message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_words_as_the_brokers_do() {
        let keys = ["order", "order.created", "order.created.eu", "order.x.eu", "user.created", ""];
        let matched = |filter: Filter| {
            let passes = |key: &&&str| {
                let routing_key = (**key).to_owned();
                filter.passes(&Properties { routing_key, ..Properties::default() })
            };
            keys.iter().filter(passes).copied().collect::<Vec<_>>()
        };
        let topic = |pattern: &str| matched(Filter::Topic(pattern.to_owned()));
        assert_eq!(topic("order.*"), ["order.created"]);
        assert_eq!(topic("order.#"), ["order", "order.created", "order.created.eu", "order.x.eu"]);
        assert_eq!(topic("#"), keys);
        assert_eq!(topic("*.created"), ["order.created", "user.created"]);
        assert_eq!(topic("order.*.eu"), ["order.created.eu", "order.x.eu"]);
        assert_eq!(topic("#.eu.#"), ["order.created.eu", "order.x.eu"]);
        let subject = |pattern: &str| matched(Filter::Subject(pattern.to_owned()));
        assert_eq!(subject("order.>"), ["order.created", "order.created.eu", "order.x.eu"]);
        assert_eq!(subject("*.created"), ["order.created", "user.created"]);
        assert_eq!(matched(Filter::RoutingKey("order".to_owned())), ["order"]);
    }

    #[test]
    fn levels_of_a_topic_match_one_by_one_or_the_rest() {
        let passes = |pattern: &str, key: &str| {
            let properties = Properties { routing_key: key.to_owned(), ..Properties::default() };
            Filter::Levels(pattern.to_owned()).passes(&properties)
        };
        assert!(passes("home/+/light", "home/hall/light"));
        assert!(passes("home/#", "home") && passes("home/#", "home/hall/light"));
        assert!(!passes("home/+", "home/hall/light") && !passes("home/+", "home"));
    }

    #[test]
    fn headers_match_all_or_any() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = BTreeMap::from([pair("type", "pdf"), pair("size", "a4")]);
        let said = Properties { headers, ..Properties::default() };
        let wanted = BTreeMap::from([pair("type", "pdf"), pair("size", "a3")]);
        assert!(!Filter::AllHeaders(wanted.clone()).passes(&said));
        assert!(Filter::AnyHeader(wanted).passes(&said));
        assert!(!Filter::AnyHeader(BTreeMap::new()).passes(&said));
    }

    #[test]
    fn decorrelated_delays_lie_between_the_base_and_three_times_the_last() {
        let (base, cap) = (Span::from_secs(1), Some(Span::from_secs(20)));
        let backoff = Backoff::Decorrelated { base, cap };
        assert_eq!(backoff.drawn(1, None, 0.0), base);
        assert_eq!(backoff.drawn(1, None, 1.0), Span::from_secs(3));
        assert_eq!(backoff.drawn(2, Some(Span::from_secs(3)), 0.5), Span::from_secs(5));
        assert_eq!(backoff.drawn(3, Some(Span::from_secs(9)), 1.0), Span::from_secs(20));
        assert_eq!([1, 2, 3].map(|n| backoff.delay(n).0 / 1_000_000_000), [3, 9, 20]);
        assert_eq!(backoff.delay(u32::MAX), Span::from_secs(20));
    }

    #[test]
    fn linear_backoff_and_steps_stay_at_their_end() {
        let seconds = |backoff: &Backoff| {
            (1..=4).map(|n| backoff.delay(n).0 / 1_000_000_000).collect::<Vec<u64>>()
        };
        let (two, five) = (Span::from_secs(2), Span::from_secs(5));
        assert_eq!(seconds(&Backoff::Linear { step: two, cap: Some(five) }), [2, 4, 5, 5]);
        assert_eq!(seconds(&Backoff::Steps(vec![two, five])), [2, 5, 5, 5]);
        assert_eq!(seconds(&Backoff::Steps(Vec::new())), [0; 4]);
    }

    #[test]
    fn exponential_backoff_doubles_up_to_its_cap() {
        let backoff = Backoff::Exponential {
            initial: Span::from_secs(1),
            factor: 2.0,
            cap: Some(Span::from_secs(5)),
        };
        let delays: Vec<u64> =
            (1..=5).map(|retry| backoff.delay(retry).0 / 1_000_000_000).collect();
        assert_eq!(delays, [1, 2, 4, 5, 5]);
        let endless = Backoff::Exponential { initial: Span::from_secs(1), factor: 10.0, cap: None };
        assert_eq!(endless.delay(u32::MAX), Span(u64::MAX));
    }
}
