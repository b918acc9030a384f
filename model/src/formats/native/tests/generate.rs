//! Designs and edits of designs from a seed, with every kind of thing and property in them.

use std::sync::Arc;

use crate::channel::{Channel, Delivery};
use crate::claim_check::ClaimCheck;
use crate::contract::{
    Acknowledgement, Backoff, Contract, Filter, Ordering, Retry, Start, Validation,
};
use crate::design::{Context, Design, Position};
use crate::edge::{Edge, EdgeKind};
use crate::emission::{Emission, Identity, ReplyExpected, Routing, Unmatched};
use crate::expression::Expression;
use crate::fault::{
    self, Budget, Condition, Correlation, Fault, FaultKind, Lasts, Target, Trigger,
};
use crate::faults::FAULTS;
use crate::inbox::{Concurrent, Inbox, Recognition};
use crate::lint_setting::{LEVELS, LintSetting};
use crate::message::{
    Carries, Extensions, Message, MessageKind, MessageRef, MessageVersion, Properties, Schema,
};
use crate::name::{EdgeName, MessageName};
use crate::node::{
    Arrivals, Consumer, Distribution, Failures, Handler, Keys, Ledger, Node, OnCallFailure, Poison,
    Producer, Role, Workload,
};
use crate::pattern::EventSourced;
use crate::pattern::Pattern;
use crate::pattern::aggregator::{Aggregator, Overdue};
use crate::pattern::event_sourced::{Apply, Publishes, Snapshot};
use crate::pattern::materialized_view::{MaterializedView, MissingRow, RowOrder, ViewStore};
use crate::pattern::process_manager::{
    ProcessManager, ProcessState, StateTimeout, Transition, Unexpected,
};
use crate::pattern::saga::{Compensation, Saga, Step, StepKind};
use crate::place::Place;
use crate::policy::{MODES, Policy, RuleSet};
use crate::promise::{Promise, PromiseKind};
use crate::publishing::{Capture, FirstWrite, Outbox, Publishing};
use crate::recorded::{BadLines, Fields, Pace, Recorded, RecordedFormat, Separator, TimeForm};
use crate::resilience::{
    Autoscaling, Bulkhead, CallQueue, CircuitBreaker, Excess, RateLimit, RetryBudget,
    ScalingTarget, WhileOpen,
};
use crate::scenario::{
    Action, ActionKind, Change, DeadLetterFilter, Fork, Recipients, Scenario, Section,
};
use crate::time::{Rate, Span};
use crate::translation::TRANSLATIONS;

/// Words with everything that quoting must survive.
const WORDS: [&str; 12] = [
    "orders",
    "payment",
    "shop 2",
    "a.b",
    "naïve ✓",
    "say \"hi\"",
    "back\\slash",
    "tab\there",
    "two\nlines",
    "{\"type\": \"object\"}\n",
    "\"#\"## raw\r\n",
    "// no comment",
];

/// A small generator of chance (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn maybe<T>(&mut self, make: impl Fn(&mut Chance) -> T) -> Option<T> {
        self.coin().then(|| make(self))
    }

    fn some<T>(&mut self, make: impl Fn(&mut Chance) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| make(self)).collect()
    }

    fn word(&mut self) -> String {
        WORDS[self.below(WORDS.len())].to_owned()
    }

    /// Mostly plain names, sometimes the same one twice.
    fn name(&mut self) -> String {
        if self.below(8) == 0 { self.word() } else { format!("thing-{}", self.below(40)) }
    }

    fn prose(&mut self) -> String {
        if self.coin() { String::new() } else { self.word() }
    }

    fn number(&mut self) -> u64 {
        [0, 1, 2, 10, u64::MAX][self.below(5)]
    }

    fn share(&mut self) -> f64 {
        [0.0, 0.5, 0.1, 1.0, 1e300, -1e-7][self.below(6)]
    }

    fn span(&mut self) -> Span {
        [Span::ZERO, Span(1), Span::from_millis(1500), Span::from_secs(60)][self.below(4)]
    }

    fn rate(&mut self) -> Rate {
        Rate { count: 1 + self.below(9) as u64, per: Span::from_secs(1 + self.below(2) as u64) }
    }

    fn message_ref(&mut self) -> MessageRef {
        let name = format!("thing-{}", self.below(40));
        MessageRef { name, version: self.maybe(|chance| chance.below(9) as u32) }
    }

    fn message_name(&mut self) -> MessageName {
        MessageName { source: "shop".to_owned(), number: 1 + self.below(9) as u64 }
    }

    fn edge_name(&mut self) -> EdgeName {
        EdgeName::new("shop", format!("thing-{}", self.below(40)))
    }

    fn distribution(&mut self) -> Distribution {
        let (one, other) = (self.span(), self.span());
        match self.below(7) {
            0 => Distribution::Constant(one),
            1 => Distribution::Exponential(one),
            2 => Distribution::Uniform(one, other),
            3 => Distribution::LogNormal(one, self.share()),
            4 => Distribution::Gamma(one, self.share()),
            5 => Distribution::Weibull(one, self.share()),
            _ => Distribution::Empirical(vec![(0.0, one), (self.share(), other)]),
        }
    }

    fn poison(&mut self) -> Poison {
        match self.below(5) {
            0 => Poison::None,
            1 => Poison::Share(self.share()),
            2 => Poison::Messages(self.some(Chance::message_name)),
            3 => Poison::When(self.expression()),
            _ => Poison::Keys(self.some(Chance::number)),
        }
    }

    fn recorded(&mut self) -> Recorded {
        let formats = [
            RecordedFormat::CloudEvents,
            RecordedFormat::CloudEventsBatch,
            RecordedFormat::JsonLines,
            RecordedFormat::Csv(Separator::Tab),
        ];
        let format = formats[self.below(4)];
        let forms = [TimeForm::DateTime, TimeForm::Seconds, TimeForm::Nanoseconds];
        Recorded {
            event_type: self.maybe(Chance::name),
            fields: Fields {
                time: self.maybe(Chance::name),
                time_form: forms[self.below(3)],
                key: self.maybe(Chance::name),
                payload: self.maybe(Chance::name),
                event_type: self.maybe(Chance::name),
                size: self.maybe(Chance::name),
            },
            pace: match self.below(3) {
                0 => Pace::Original,
                1 => Pace::Times(self.share() + 1.0),
                _ => Pace::Evenly(self.rate()),
            },
            bad_lines: if self.coin() { BadLines::Stop } else { BadLines::Skip },
            ..Recorded::new(self.name(), format)
        }
    }

    fn workload(&mut self) -> Workload {
        let arrivals = match self.below(4) {
            0 => Arrivals::Constant(self.rate()),
            1 => Arrivals::Poisson(self.rate()),
            2 => Arrivals::Scripted(self.some(Chance::span)),
            _ => Arrivals::Recorded(Box::new(self.recorded())),
        };
        let keys = [Keys::Unique, Keys::Uniform(7), Keys::RoundRobin(3), Keys::Constant(2)];
        let keys = keys[self.below(4)];
        let count = self.maybe(Chance::number);
        Workload {
            message: self.message_ref(),
            arrivals,
            count,
            start: self.span(),
            keys,
            claim_check: self.maybe(Chance::claim_check),
            properties: self.properties(),
        }
    }

    fn handler(&mut self) -> Handler {
        let reply =
            |chance: &mut Chance| ReplyExpected { message: chance.name(), within: chance.span() };
        let emission = |chance: &mut Chance| Emission {
            properties: chance.properties(),
            message: chance.message_ref(),
            when: chance.maybe(Chance::expression),
            mapping: chance.some(|it| (it.name(), it.expression())).into_iter().collect(),
            parts: chance.maybe(Chance::expression),
            key: chance.maybe(Chance::expression),
            identity: [Identity::New, Identity::OfCause][chance.below(2)],
            reply: chance.maybe(reply),
            claim_check: chance.maybe(Chance::claim_check),
        };
        Handler {
            on: self.maybe(Chance::name),
            when: self.maybe(Chance::expression),
            amount: self.maybe(Chance::expression),
            routing: [Routing::AllMatches, Routing::FirstMatch][self.below(2)],
            unmatched: [Unmatched::Acknowledge, Unmatched::Reject][self.below(2)],
            service_time: self.distribution(),
            rate_limit: self.maybe(Chance::rate_limit),
            calls: self.some(Chance::name),
            on_call_failure: [OnCallFailure::Fail, OnCallFailure::Continue][self.below(2)],
            failures: Failures { transient: self.share(), poison: self.poison() },
            emits: self.some(emission),
        }
    }

    /// What is written here need not mean anything.
    fn expression(&mut self) -> Expression {
        Expression::from(WORDS[self.below(WORDS.len())])
    }

    fn pattern(&mut self) -> Pattern {
        match self.below(6) {
            0 => Pattern::Stateless,
            1 => Pattern::EventSourced(EventSourced {
                history: self.below(9) as u64,
                history_snapshot: self
                    .maybe(|chance| Snapshot { at: chance.below(9) as u64, schema_version: 2 }),
                event_time: self.span(),
                snapshot_every: self.maybe(|chance| chance.below(9) as u64),
                publishes: Publishes::Polling(self.span()),
                initial: self.maybe(Chance::expression),
                applies: self.some(|chance| Apply {
                    on: chance.name(),
                    set: std::iter::once((chance.name(), chance.expression())).collect(),
                }),
                ..EventSourced::default()
            }),
            2 => Pattern::Saga(self.saga()),
            3 => Pattern::ProcessManager(self.process()),
            4 => Pattern::MaterializedView(self.view()),
            _ => Pattern::Aggregator(Aggregator {
                correlation: self.maybe(Chance::expression),
                within: self.maybe(Chance::span),
                overdue: [Overdue::EmitPartial, Overdue::Discard][self.below(2)],
                emits: self.handler().emits,
                ..Aggregator::default()
            }),
        }
    }

    fn view(&mut self) -> MaterializedView {
        MaterializedView {
            rows: self.some(Chance::name),
            key: self.maybe(Chance::expression),
            joined_by: self.maybe(Chance::expression),
            delete_when: self.maybe(Chance::expression),
            order: match self.below(3) {
                0 => RowOrder::Arrival,
                1 => RowOrder::Published,
                _ => RowOrder::Version(self.expression()),
            },
            missing: match self.below(4) {
                0 => MissingRow::Pass,
                1 => MissingRow::Drop,
                2 => MissingRow::Park { within: self.maybe(Chance::span) },
                _ => MissingRow::Fail,
            },
            store: match self.below(2) {
                0 => ViewStore::Memory,
                _ => ViewStore::Disk { checkpoint: self.span() },
            },
            restore_time: self.span(),
        }
    }

    fn saga(&mut self) -> Saga {
        let step = |chance: &mut Chance| Step {
            name: chance.name(),
            kind: [StepKind::Compensable, StepKind::Pivot, StepKind::Retriable][chance.below(3)],
            command: chance.handler().emits,
            success: chance.name(),
            failures: chance.some(Chance::name),
            compensation: chance.maybe(|chance| Compensation {
                command: chance.handler().emits,
                done: chance.name(),
                timeout: chance.maybe(Chance::span),
                resends: chance.below(3) as u32,
            }),
            timeout: chance.maybe(Chance::span),
            resends: chance.below(3) as u32,
            ..Step::default()
        };
        Saga {
            begins_on: self.name(),
            when: self.maybe(Chance::expression),
            instance: self.maybe(Chance::expression),
            steps: self.some(step),
            within: self.maybe(Chance::span),
            emits_completed: self.handler().emits,
            ..Saga::default()
        }
    }

    fn process(&mut self) -> ProcessManager {
        let transition = |chance: &mut Chance| Transition {
            message: chance.name(),
            when: chance.maybe(Chance::expression),
            to: chance.name(),
            emits: chance.handler().emits,
        };
        let state = |chance: &mut Chance| ProcessState {
            name: chance.name(),
            ends: chance.coin(),
            on: chance.some(transition),
            timeout: chance.maybe(|chance| StateTimeout {
                after: chance.span(),
                to: chance.name(),
                emits: chance.handler().emits,
            }),
        };
        ProcessManager {
            instance: self.maybe(Chance::expression),
            states: self.some(state),
            unexpected: [Unexpected::Ignore, Unexpected::Reject][self.below(2)],
        }
    }

    fn publishing(&mut self) -> Publishing {
        match self.below(4) {
            0 => Publishing::Direct,
            1 => Publishing::DualWrite {
                first: [FirstWrite::Database, FirstWrite::Message][self.below(2)],
            },
            2 => Publishing::Outbox(Outbox {
                poll: self.span(),
                relays: self.below(3) as u32,
                skips_refused: self.coin(),
                ..Outbox::default()
            }),
            _ => Publishing::ChangeDataCapture(Capture {
                rate: self.maybe(Chance::rate),
                flush: self.span(),
                ..Capture::default()
            }),
        }
    }

    fn claim_check(&mut self) -> ClaimCheck {
        ClaimCheck { time_to_live: self.maybe(Chance::span), deleted_by_consumer: self.coin() }
    }

    fn inbox(&mut self) -> Inbox {
        Inbox {
            retention: self.maybe(Chance::span),
            by: match self.below(3) {
                0 => Recognition::Message,
                1 => Recognition::Key,
                _ => Recognition::Expression(self.expression()),
            },
            concurrent: [Concurrent::Race, Concurrent::Wait, Concurrent::Fail][self.below(3)],
        }
    }

    fn properties(&mut self) -> Properties {
        if self.coin() {
            return Properties::default();
        }
        Properties {
            routing_key: self.name(),
            headers: std::iter::once((self.name(), self.name())).collect(),
            identity: if self.coin() { self.name() } else { String::new() },
            time_to_live: self.maybe(Chance::span),
            priority: self.maybe(|chance| chance.below(9) as u32),
            delay: self.span(),
        }
    }

    fn role(&mut self) -> Role {
        match self.below(3) {
            0 => Role::Producer(Producer { workload: self.some(Chance::workload) }),
            1 => Role::Channel(Channel {
                delivery: Some([Delivery::PointToPoint, Delivery::PublishSubscribe][self.below(2)]),
                partitions: self.maybe(|chance| chance.below(9) as u32),
                time_to_live: self.maybe(Chance::span),
                dead_letter: self.maybe(Chance::name),
                ..Channel::default()
            }),
            _ => Role::Consumer(Consumer {
                concurrency: self.below(9) as u32,
                idempotent: self.coin(),
                inbox: self.maybe(Chance::inbox).unwrap_or_default(),
                settled_by_hand: self.coin(),
                rate_limit: self.maybe(Chance::rate_limit),
                call_queue: CallQueue {
                    most: self.maybe(|chance| chance.below(9) as u32),
                    stale_after: self.maybe(Chance::span),
                },
                autoscaling: self.maybe(Chance::autoscaling),
                handlers: self.some(Chance::handler),
                ledger: self.maybe(|chance| Ledger { unit: chance.prose() }),
                pattern: self.pattern(),
                publishing: self.publishing(),
            }),
        }
    }

    fn node(&mut self) -> Node {
        Node {
            name: self.name(),
            key: self.maybe(Chance::name),
            summary: self.prose(),
            description: self.prose(),
            owner: self.maybe(Chance::word),
            context: self.maybe(Chance::name),
            tags: self.some(Chance::word),
            role: self.role(),
            extensions: self.extensions(),
        }
    }

    fn contract(&mut self) -> Contract {
        let retry = |chance: &mut Chance| Retry {
            attempts: chance.maybe(|chance| chance.below(9) as u32),
            backoff: match chance.below(3) {
                0 => Backoff::None,
                1 => Backoff::Fixed(chance.span()),
                _ => Backoff::Exponential {
                    initial: chance.span(),
                    factor: chance.share(),
                    cap: chance.maybe(Chance::span),
                },
            },
            jitter: chance.share(),
        };
        Contract {
            filter: self.maybe(|chance| match chance.below(2) {
                0 => Filter::Topic(chance.name()),
                _ => Filter::Expression(chance.expression()),
            }),
            validation: self.maybe(|chance| {
                [Validation::Reject, Validation::Retry, Validation::Flag][chance.below(3)]
            }),
            uses: self.some(Chance::word),
            translation: self.maybe(|chance| TRANSLATIONS[chance.below(4)]),
            group: self.maybe(Chance::name),
            start: self.maybe(|chance| {
                [Start::Earliest, Start::Latest, Start::Newest, Start::Position(7)][chance.below(4)]
            }),
            consumer_priority: self.below(3) as i32 - 1,
            prefetch: self.maybe(|chance| chance.below(9) as u32),
            messages: self.some(Chance::message_ref),
            acknowledgement: [Acknowledgement::AfterProcessing, Acknowledgement::OnReceipt]
                [self.below(2)],
            ordering: [Ordering::Unordered, Ordering::PerKey][self.below(2)],
            retry: self.maybe(retry),
            dead_letter: self.maybe(Chance::name),
            timeout: self.maybe(Chance::span),
            retry_budget: self.maybe(Chance::retry_budget),
            circuit_breaker: self.maybe(Chance::circuit_breaker),
            bulkhead: self.maybe(|chance| Bulkhead {
                calls: chance.below(9) as u32,
                queue: chance.below(3) as u32,
                wait: chance.maybe(Chance::span),
            }),
        }
    }

    fn rate_limit(&mut self) -> RateLimit {
        RateLimit {
            rate: self.rate(),
            burst: 1 + self.below(3) as u32,
            excess: [Excess::Wait, Excess::Reject, Excess::Drop][self.below(3)],
        }
    }

    fn autoscaling(&mut self) -> Autoscaling {
        Autoscaling {
            min: self.below(9) as u32,
            max: self.below(9) as u32,
            target: [ScalingTarget::LagPerInstance(7), ScalingTarget::LagAbove(9)][self.below(2)],
            interval: self.span(),
            warm_up: self.span(),
            cool_down: self.span(),
        }
    }

    fn retry_budget(&mut self) -> RetryBudget {
        let share = self.share();
        if self.coin() {
            return RetryBudget::Bucket { share, capacity: self.below(9) as u32 };
        }
        RetryBudget::Window { share, window: self.span(), reserve: self.below(3) as u32 }
    }

    fn circuit_breaker(&mut self) -> CircuitBreaker {
        CircuitBreaker {
            window: self.below(9) as u32,
            failure_rate: self.share(),
            open_for: self.span(),
            automatic: self.coin(),
            while_open: [WhileOpen::Fail, WhileOpen::Pause][self.below(2)],
            ..CircuitBreaker::default()
        }
    }

    fn edge(&mut self) -> Edge {
        let kind =
            [EdgeKind::Publish, EdgeKind::Subscribe, EdgeKind::Call, EdgeKind::Bind][self.below(4)];
        let contract = self.maybe(Chance::contract).unwrap_or_default();
        let (summary, latency) = (self.prose(), self.distribution());
        let extensions = self.extensions();
        Edge { summary, latency, contract, extensions, ..Edge::new(kind, self.name(), self.name()) }
    }

    fn schema(&mut self) -> Schema {
        let kinds = [
            Schema::JsonSchema,
            Schema::JsonSchemaFile,
            Schema::Avro,
            Schema::AvroFile,
            Schema::Protobuf,
            Schema::ProtobufFile,
        ];
        kinds[self.below(kinds.len())](self.word())
    }

    fn extensions(&mut self) -> Extensions {
        self.some(|chance| (chance.word(), chance.prose())).into_iter().collect()
    }

    fn message(&mut self) -> Message {
        let version = |chance: &mut Chance| MessageVersion {
            number: chance.below(9) as u32,
            schema: chance.schema(),
            examples: chance.some(Chance::word),
            deprecated: chance.maybe(Chance::word),
            headers: chance.maybe(Chance::schema),
            content_type: chance.maybe(Chance::word),
            extensions: chance.extensions(),
        };
        Message {
            name: self.name(),
            key: self.maybe(Chance::name),
            kind: [MessageKind::Event, MessageKind::Reply][self.below(2)],
            carries: [Carries::Fact, Carries::Delta][self.below(2)],
            summary: self.prose(),
            description: self.prose(),
            owner: self.maybe(Chance::name),
            ordering_key: self.maybe(Chance::word),
            size_bytes: self.maybe(Chance::number),
            compatibility: self.maybe(Chance::policy),
            versions: self.some(version),
            extensions: self.extensions(),
        }
    }

    fn lint_setting(&mut self) -> LintSetting {
        let place = |chance: &mut Chance| match chance.below(3) {
            0 => Place::Design,
            1 => Place::Message(chance.name()),
            _ => Place::Edge(chance.edge_name()),
        };
        LintSetting {
            code: self.word(),
            severity: LEVELS[self.below(LEVELS.len())],
            reason: self.prose(),
            places: self.some(place),
        }
    }

    fn policy(&mut self) -> Policy {
        let rules = [RuleSet::StrictPlus, RuleSet::Apicurio][self.below(2)];
        Policy { mode: MODES[self.below(MODES.len())], rules }
    }

    fn promise(&mut self) -> Promise {
        let holds = match self.below(4) {
            0 => PromiseKind::NothingLost,
            1 => PromiseKind::NoDuplicateEffect { consumer: self.maybe(Chance::name) },
            2 => PromiseKind::DeadLetters { at_most: 3, channel: self.maybe(Chance::name) },
            _ => PromiseKind::LeadsTo {
                message: self.name(),
                to: self.some(Chance::name),
                within: self.span(),
            },
        };
        Promise { name: self.name(), holds }
    }

    fn fault(&mut self) -> Fault {
        let card = &FAULTS[self.below(FAULTS.len())];
        let target = if card.target.is_edge() {
            Target::edge(&self.edge_name())
        } else {
            Target::node(self.name())
        };
        let mut kind = FaultKind::new(card, target);
        if let Some(messages) = kind.messages_mut() {
            *messages = self.poison();
        }
        let start = self.span();
        let duration = self.maybe(Chance::span);
        Fault {
            trigger: match self.below(4) {
                0 => Trigger::Message(self.number()),
                1 => Trigger::Every { period: self.span(), times: Some(3) },
                2 => Trigger::When(Condition::Violated(self.name())),
                _ => Trigger::Start,
            },
            lasts: match self.below(3) {
                0 => Lasts::Drawn(Distribution::Exponential(self.span())),
                _ => Lasts::Duration,
            },
            ramp_in: self.span(),
            probability: self.share(),
            correlation: match self.below(3) {
                0 => Correlation::Previous(self.share()),
                1 => Correlation::GoodAndBad {
                    to_bad: self.share(),
                    to_good: self.share(),
                    good: 0.0,
                    bad: self.share(),
                },
                _ => Correlation::Independent,
            },
            filter: fault::Filter { keys: vec![self.number()], ..fault::Filter::default() },
            budget: Budget { at_most: self.maybe(|_| 2), keep: None },
            heals: self.coin(),
            ..Fault::new(kind, start, duration)
        }
    }

    fn replay(&mut self) -> ActionKind {
        let sections = [
            Section::All,
            Section::Numbers(2, 9),
            Section::Positions(0, 4),
            Section::Between(self.span(), self.span()),
        ];
        ActionKind::Replay {
            channel: self.name(),
            to: if self.coin() { Recipients::All } else { Recipients::Consumer(self.name()) },
            messages: sections[self.below(4)].clone(),
            rate: self.maybe(Chance::rate),
        }
    }

    fn scenario(&mut self) -> Scenario {
        let action = |chance: &mut Chance| Action {
            at: chance.span(),
            what: if chance.coin() {
                chance.replay()
            } else {
                ActionKind::Redrive {
                    channel: chance.name(),
                    messages: match chance.coin() {
                        true => DeadLetterFilter::All,
                        false => DeadLetterFilter::Messages(chance.some(Chance::message_name)),
                    },
                }
            },
        };
        Scenario {
            summary: self.prose(),
            warm_up: self.span(),
            seed: self.number(),
            changes: self.some(|chance| Change { set: chance.word(), to: chance.word() }),
            faults: self.some(Chance::fault),
            actions: self.some(action),
            promises: self.some(Chance::promise),
            breaks: self.some(Chance::name),
            fork: self.maybe(|chance| Fork { of: chance.name(), at: chance.span() }),
            ..Scenario::new(self.name(), self.span())
        }
    }

    fn position(&mut self) -> Position {
        Position(self.below(9) as f32, (self.share() / 1e290) as f32)
    }

    /// A design with a few of everything.
    pub(crate) fn design(&mut self) -> Design {
        let mut design = Design::new(self.word());
        design.info.description = self.prose();
        design.info.tags = self.some(Chance::word);
        design.compatibility = self.maybe(Chance::policy);
        design.lints = self.some(Chance::lint_setting);
        for _ in 0..self.below(30) {
            self.edit(&mut design);
        }
        design
    }

    /// One change somewhere in a design.
    pub(crate) fn edit(&mut self, design: &mut Design) {
        match self.below(9) {
            0 => design.info.summary = self.prose(),
            1 => self.alter_list(&mut design.contexts, |chance| {
                Arc::new(Context { name: chance.name(), summary: chance.prose() })
            }),
            2 => self.alter_list(&mut design.messages, |chance| Arc::new(chance.message())),
            3 => self.alter_list(&mut design.nodes, |chance| Arc::new(chance.node())),
            4 => self.alter_list(&mut design.edges, |chance| Arc::new(chance.edge())),
            5 => self.alter_list(&mut design.promises, Chance::promise),
            6 => self.alter_list(&mut design.scenarios, |chance| Arc::new(chance.scenario())),
            7 => {
                let (name, position) = (self.name(), self.position());
                if self.coin() {
                    design.layout.insert(name, position);
                } else if let Some(name) = design.layout.keys().next().cloned() {
                    design.layout.remove(&name);
                }
            }
            _ => self.alter_inside(design),
        }
    }

    /// Inserts, removes, replaces or moves an item.
    fn alter_list<T>(&mut self, list: &mut Vec<T>, make: impl Fn(&mut Chance) -> T) {
        let place = self.below(list.len() + 1);
        match self.below(5) {
            0 if place < list.len() => {
                list.remove(place);
            }
            1 if place < list.len() => list[place] = make(self),
            2 if place < list.len() => {
                let item = list.remove(place);
                list.insert(self.below(list.len() + 1), item);
            }
            _ => list.insert(place, make(self)),
        }
    }

    /// Alters something deep inside.
    fn alter_inside(&mut self, design: &mut Design) {
        if let Some(edge) = design.edges.first_mut() {
            let edge = Arc::make_mut(edge);
            edge.contract.retry = self.contract().retry;
            edge.latency = self.distribution();
        }
        if let Some(scenario) = design.scenarios.last_mut() {
            let scenario = Arc::make_mut(scenario);
            self.alter_list(&mut scenario.promises, Chance::promise);
            scenario.duration = self.span();
        }
        let Some(node) = design.nodes.last_mut() else { return };
        let node = Arc::make_mut(node);
        if self.coin() {
            node.key.get_or_insert(node.name.clone());
            node.name = self.name();
        }
        match &mut node.role {
            Role::Producer(producer) => self.alter_list(&mut producer.workload, Chance::workload),
            Role::Channel(channel) => channel.partitions = self.maybe(|_| 3),
            Role::Consumer(consumer) => self.alter_list(&mut consumer.handlers, Chance::handler),
        }
    }
}
