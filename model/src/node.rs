//! Nodes of a design: producers, channels and consumers, and what each does.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::claim_check::ClaimCheck;
use crate::emission::{Emission, Routing, Unmatched};
use crate::expression::Expression;
use crate::inbox::Inbox;
use crate::message::{Extensions, MessageRef, Properties, is_default};
use crate::name::MessageName;
use crate::pattern::Pattern;
use crate::publishing::Publishing;
use crate::recorded::Recorded;
use crate::resilience::{Autoscaling, CallQueue, RateLimit};
use crate::time::{Rate, Span};

/// A node of the graph.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique among nodes.
    pub name: String,
    /// Stays when the name changes, so that a renamed node keeps its luck; the first name if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// One sentence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub summary: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// The team that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Name of the bounded context it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Free words to find it by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// What it does.
    pub role: Role,
    /// What other formats say beyond this one: JSON by the name of the format.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extensions: Extensions,
}

/// What a node does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "nodes are shared pointers, moved while they change")]
pub enum Role {
    /// Publishes messages of its own accord.
    Producer(Producer),
    /// Carries messages from publishers to subscribers.
    Channel(Channel),
    /// Handles messages; one that emits is a processor.
    Consumer(Consumer),
}

/// A source of messages.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Producer {
    /// What it publishes and when; each line runs by itself.
    pub workload: Vec<Workload>,
}

/// One stream of messages from a producer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// What is published, on every publish edge (or asked, on every call edge) of the producer
    /// whose contract carries it.
    pub message: MessageRef,
    /// When.
    pub arrivals: Arrivals,
    /// How many in all; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When the stream begins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Span,
    /// Which ordering keys the messages have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keys: Keys,
    /// Whether their payloads are stored beside the channels, and the messages only say where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_check: Option<ClaimCheck>,
    /// What the messages say to channels.
    #[serde(default, skip_serializing_if = "is_default")]
    pub properties: Properties,
}

/// When messages arrive.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Arrivals {
    /// Evenly; the first at the start.
    Constant(Rate),
    /// Independently of each other, at this mean rate (exponential gaps, the first one included).
    Poisson(Rate),
    /// At these instants after the start, in ascending order.
    Scripted(Vec<Span>),
    /// As in a file of recorded events; the first of the file at the start.
    Recorded(Box<Recorded>),
}

/// How ordering keys are given to the messages of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Keys {
    /// A new key each time: the number of the message.
    #[default]
    Unique,
    /// One of `n` keys, each as likely (keys 0 to n-1).
    Uniform(u64),
    /// `n` keys in turn (0, 1 … n-1, 0 …).
    RoundRobin(u64),
    /// Always this one.
    Constant(u64),
}

/// A consumer of messages, and server of calls.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Consumer {
    /// Messages (and calls) in work at the same time; at least 1.
    pub concurrency: u32,
    /// Whether it remembers what it has handled and acknowledges a repetition without a second
    /// effect (Idempotent Receiver).
    #[serde(skip_serializing_if = "is_default")]
    pub idempotent: bool,
    /// What it remembers of them, and how long; counts only if it is idempotent.
    #[serde(skip_serializing_if = "is_default")]
    pub inbox: Inbox,
    /// Whether a person settles each message: it stays in work until an action of the scenario
    /// acknowledges, requeues or rejects it.
    #[serde(skip_serializing_if = "is_default")]
    pub settled_by_hand: bool,
    /// How often it begins with a message or a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// How many calls may wait for a free slot, and how long.
    #[serde(skip_serializing_if = "is_default")]
    pub call_queue: CallQueue,
    /// Whether there are more instances of it when more waits; each has its `concurrency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaling: Option<Autoscaling>,
    /// What it does with a message; the first handler that fits is used. Without any, a message
    /// takes no time and always succeeds.
    pub handlers: Vec<Handler>,
    /// In what its effects are counted, such as money; nothing is counted if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
    /// What it remembers from one message to the next.
    #[serde(skip_serializing_if = "is_default")]
    pub pattern: Pattern,
    /// How what it emits is published, beside what it writes to its database.
    #[serde(skip_serializing_if = "is_default")]
    pub publishing: Publishing,
}

/// Counts the effects of a consumer: what was posted, and what should have been.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    /// What is counted: `$`, `orders`.
    pub unit: String,
}

impl Default for Consumer {
    fn default() -> Consumer {
        Consumer {
            concurrency: 1,
            idempotent: false,
            inbox: Inbox::default(),
            settled_by_hand: false,
            rate_limit: None,
            call_queue: CallQueue::default(),
            autoscaling: None,
            handlers: Vec::new(),
            ledger: None,
            pattern: Pattern::default(),
            publishing: Publishing::default(),
        }
    }
}

/// What a consumer does with a message.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Handler {
    /// Name of the message; any if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Which of these messages; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// How long one attempt takes, calls not counted.
    pub service_time: Distribution,
    /// How often an attempt begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Nodes it calls, one after the other, once its own work is done; each needs a call edge.
    #[serde(skip_serializing_if = "is_default")]
    pub calls: Vec<String>,
    /// What becomes of an attempt when one of its calls has failed for good.
    #[serde(skip_serializing_if = "is_default")]
    pub on_call_failure: OnCallFailure,
    /// How attempts fail.
    #[serde(skip_serializing_if = "is_default")]
    pub failures: Failures,
    /// What its effect comes to in the consumer's ledger, a number; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Expression>,
    /// What it publishes when an attempt succeeds, before it acknowledges.
    #[serde(skip_serializing_if = "is_default")]
    pub emits: Vec<Emission>,
    /// Which of its emissions are published.
    #[serde(skip_serializing_if = "is_default")]
    pub routing: Routing,
    /// What becomes of a message of which no emission's condition holds.
    #[serde(skip_serializing_if = "is_default")]
    pub unmatched: Unmatched,
}

/// What becomes of an attempt when one of its calls has failed, after all retries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum OnCallFailure {
    /// It fails as well.
    #[default]
    Fail,
    /// It goes on without the answer, and `message.partial` holds from then on.
    Continue,
}

/// How attempts of a handler fail.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Failures {
    /// Share of attempts that fail by bad luck, drawn anew for each attempt; 0 to 1.
    pub transient: f64,
    /// Messages that fail at every attempt.
    #[serde(skip_serializing_if = "is_default")]
    pub poison: Poison,
}

/// Messages that a handler can never handle.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Poison {
    /// None.
    #[default]
    None,
    /// This share of all messages, drawn once for each message; 0 to 1.
    Share(f64),
    /// These.
    Messages(Vec<MessageName>),
    /// Those with one of these ordering keys.
    Keys(Vec<u64>),
    /// Those for which this holds.
    When(Expression),
}

/// A length of time that may be drawn by chance. The i-th draw does not depend on the parameters,
/// so that two variants of a design can be compared under the same luck.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Distribution {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean.
    Exponential(Span),
    /// Evenly between the two.
    Uniform(Span, Span),
    /// Log-normal with this median and this sigma (standard deviation of the logarithm).
    LogNormal(Span, f64),
    /// Gamma with this mean and this shape: 1 is the exponential, k are k exponential stages in a
    /// row (Erlang), below 1 is more irregular than the exponential.
    Gamma(Span, f64),
    /// Weibull with this scale, which 63 % do not exceed, and this shape: 1 is the exponential,
    /// below 1 the longer it lasts, the longer it will still last.
    Weibull(Span, f64),
    /// As it was measured: shares from 0 to 1, each with the length that it does not exceed, and
    /// straight lines between them.
    Empirical(Vec<Quantile>),
}

/// A share of all lengths, and the length that it does not exceed.
pub type Quantile = (f64, Span);

/// Points of an empirical distribution at most.
const POINTS: usize = 1000;

impl Distribution {
    /// What makes no sense in its numbers; nothing if they do.
    #[must_use]
    pub fn objection(&self) -> Option<&'static str> {
        let is_shape = |shape: f64| (0.05..=1000.0).contains(&shape);
        match self {
            Distribution::Constant(_) | Distribution::Exponential(_) => None,
            Distribution::Uniform(from, to) => {
                (from > to).then_some("the shorter of the two times comes first")
            }
            Distribution::LogNormal(_, sigma) => {
                let is_good = sigma.is_finite() && *sigma >= 0.0;
                (!is_good).then_some("sigma is a number and at least 0")
            }
            Distribution::Gamma(_, shape) | Distribution::Weibull(_, shape) => {
                (!is_shape(*shape)).then_some("the shape is a number from 0.05 to 1000")
            }
            Distribution::Empirical(points) => objection(points),
        }
    }
}

fn objection(points: &[Quantile]) -> Option<&'static str> {
    let shares = (points.first().map(|it| it.0), points.last().map(|it| it.0));
    if shares != (Some(0.0), Some(1.0)) || points.len() < 2 {
        Some("the points begin with the share 0 and end with the share 1")
    } else if points.len() > POINTS {
        Some("there are at most 1000 points")
    } else if !points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1) {
        Some("shares grow from point to point, and lengths do not become shorter")
    } else {
        None
    }
}

impl Default for Distribution {
    fn default() -> Distribution {
        Distribution::Constant(Span::ZERO)
    }
}

impl Node {
    /// A node without description, owner or context.
    pub fn new(name: impl Into<String>, role: Role) -> Node {
        Node {
            name: name.into(),
            key: None,
            summary: String::new(),
            description: String::new(),
            owner: None,
            context: None,
            tags: Vec::new(),
            role,
            extensions: Extensions::new(),
        }
    }

    /// The identity that survives renaming.
    #[must_use]
    pub fn stable_key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.name)
    }

    /// Whether the node is a channel.
    #[must_use]
    pub fn is_channel(&self) -> bool {
        matches!(self.role, Role::Channel(_))
    }
}

impl Arrivals {
    /// The recorded file that they come from, if they do.
    #[must_use]
    pub fn recorded(&self) -> Option<&Recorded> {
        match self {
            Arrivals::Recorded(recorded) => Some(recorded),
            Arrivals::Constant(_) | Arrivals::Poisson(_) | Arrivals::Scripted(_) => None,
        }
    }
}

impl Role {
    /// The word for it: `producer`, `channel` or `consumer`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Role::Producer(_) => "producer",
            Role::Channel(_) => "channel",
            Role::Consumer(_) => "consumer",
        }
    }
}

impl Consumer {
    /// Everything it may publish, each with its property: what the handlers publish, then what the
    /// pattern does.
    #[must_use]
    pub fn emissions(&self) -> Vec<(String, &Emission)> {
        let handlers = self.handlers.iter().enumerate();
        let lists = handlers.map(|(i, it)| (format!("role.handlers.{i}.emits"), &it.emits));
        let own = self.pattern.emissions().into_iter();
        let lists = lists.chain(own.map(|(name, list)| (format!("role.pattern.{name}"), list)));
        lists
            .flat_map(|(head, list)| {
                list.iter().enumerate().map(move |(j, it)| (format!("{head}.{j}"), it))
            })
            .collect()
    }

    /// The same without their properties.
    pub fn emitted(&self) -> impl Iterator<Item = &Emission> {
        let handled = self.handlers.iter().flat_map(|handler| &handler.emits);
        handled.chain(self.pattern.emissions().into_iter().flat_map(|(_, list)| list))
    }

    /// The handler for a message of this name, whatever else it says: the first that fits.
    #[must_use]
    pub fn handler_for(&self, message: &str) -> Option<&Handler> {
        self.handlers.iter().find(|handler| handler.on.as_deref().is_none_or(|on| on == message))
    }
}
