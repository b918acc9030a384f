//! Properties over generated faults: whatever kinds strike, wherever and by whatever terms, the
//! books balance, the run repeats, stepping is advancing, and the explicit list is the same run.

use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::fault::{Fault, FaultKind, Target};
use flowbench_model::faults::{FAULTS, FaultCard, Shape, Value};
use flowbench_model::node::{Distribution, Poison};
use flowbench_model::reach::Places;
use flowbench_model::scenario::Scenario;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::faults::materialized;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;
use proptest::prelude::*;

use crate::averages;
use crate::support::design;

/// A number that decides, and what is left of it.
struct Luck(u64);

impl Luck {
    fn of(&mut self, n: usize) -> usize {
        let chosen = self.0 % n as u64;
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 7;
        chosen as usize
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.of(of.len())].clone()
    }
}

const NODES: &str = "(name: \"shop\", tags: [\"zone\"], role: Producer((workload: [(message: \
     \"Order\", count: 120, arrivals: Poisson(\"40/s\"), keys: Uniform(5), properties: \
     (routing_key: \"eu\")), (message: \"Paid\", count: 30, arrivals: Poisson(\"10/s\"))]))), \
     (name: \"orders\", tags: [\"zone\"], role: Channel((partitions: 3, replicas: 3, \
     replication_lag: \"20ms\", confirm: Leader))), (name: \"dead\", role: Channel(())), (name: \
     \"done\", role: Channel((delivery: PublishSubscribe))), (name: \"worker\", tags: [\"zone\"], \
     role: Consumer((concurrency: 2, handlers: [(service_time: Exponential(\"20ms\"), failures: \
     (transient: 0.1), emits: [(message: \"Paid\")], calls: [\"bank\"])]))), (name: \"bank\", \
     role: Consumer((concurrency: 4, handlers: [(service_time: Exponential(\"5ms\"))]))), (name: \
     \"mail\", role: Consumer((idempotent: true))),";

const EDGES: &str = "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, from: \
     \"orders\", to: \"worker\", contract: (retry: (attempts: 3, backoff: Fixed(\"50ms\")), \
     dead_letter: \"dead\")), (kind: Call, from: \"worker\", to: \"bank\", contract: (messages: \
     [\"Ask\"], timeout: \"200ms\")), (kind: Publish, from: \"worker\", to: \"done\"), (kind: \
     Subscribe, from: \"done\", to: \"mail\"),";

/// How the worker begins: what it knows of what it has handled.
const MEMORIES: [&str; 4] = [
    "(concurrency: 2,",
    "(concurrency: 2, idempotent: true, inbox: (retention: \"300ms\", concurrent: Wait),",
    "(concurrency: 3, idempotent: true, inbox: (by: Key, retention: \"50ms\", concurrent: Wait),",
    "(concurrency: 3, idempotent: true, inbox: (concurrent: Fail),",
];

/// How the stream of orders begins: where their payloads are.
const CHECKS: [&str; 3] = [
    "count: 120,",
    "count: 120, claim_check: (time_to_live: \"400ms\"),",
    "count: 120, claim_check: (deleted_by_consumer: true),",
];

fn value(shape: Shape, luck: &mut Luck) -> Value {
    match shape {
        Shape::Number(least) => Value::Number(least + luck.one(&[0.0, 0.5, 3.0])),
        Shape::Share => Value::Number(luck.one(&[0.0, 0.3, 1.0])),
        Shape::Count(least) => Value::Count(least + luck.one(&[0, 1, 5])),
        Shape::Span(may_be_zero) => {
            let least = if may_be_zero { 0 } else { 1 };
            Value::Span(Span::from_millis(luck.one(&[least, 30, 800])))
        }
        Shape::Rate => Value::Rate("30/s".parse().expect("a rate")),
        Shape::Flag => Value::Flag(luck.of(2) == 0),
        Shape::Choice(words) => Value::Choice(luck.one(words)),
        Shape::Text => Value::Text("total".to_owned()),
        Shape::Law => Value::Law(law(luck)),
        Shape::Messages => {
            Value::Messages(luck.one(&[Poison::Share(0.5), Poison::Keys(vec![1, 3])]))
        }
        Shape::Maybe(shape) => match luck.of(2) {
            0 => Value::Absent,
            _ => value(*shape, luck),
        },
    }
}

fn law(luck: &mut Luck) -> Distribution {
    let span = Span::from_millis;
    luck.one(&[
        Distribution::Constant(span(10)),
        Distribution::Exponential(span(50)),
        Distribution::Uniform(span(1), span(90)),
        Distribution::Gamma(span(50), 2.0),
        Distribution::Weibull(span(50), 0.7),
        Distribution::Empirical(vec![(0.0, span(1)), (0.9, span(50)), (1.0, span(400))]),
    ])
}

/// Somewhere that the kind can strike: one place, or what a selector chooses of all.
fn target(card: &'static FaultCard, places: &Places<'_>, luck: &mut Luck) -> Target {
    let read = |text: String| match card.target.is_edge() {
        true => Target::Edge(format!("{text} -> *").parse().expect("edges")),
        false => Target::Node(text.parse().expect("nodes")),
    };
    match luck.of(3) {
        0 => read(luck.one(&["*", "one of *", "2 of *", "majority of *", "30% of *"]).to_owned()),
        _ => luck.one(&places.reach(&FaultKind::new(card, read("*".to_owned())))),
    }
}

fn fault(mut luck: Luck, places: &Places<'_>) -> Fault {
    let card = &FAULTS[luck.of(FAULTS.len())];
    let mut kind = FaultKind::new(card, target(card, places, &mut luck));
    for (value_of, parameter) in kind.values_mut().iter_mut().zip(card.parameters) {
        if luck.of(2) == 0 {
            *value_of = value(parameter.shape, &mut luck);
        }
    }
    let read = |text: &str| -> Fault {
        let text = format!("(kind: Pause(node: \"x\"), {text})");
        ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
            .from_str(&text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    };
    let when = luck.one(&[
        "start: \"500ms\", duration: \"1s\"",
        "start: \"500ms\"",
        "start: \"1s\", duration: \"300ms\", trigger: Every(period: \"900ms\", times: 3)",
        "trigger: Random(well: Exponential(\"1s\"), struck: Exponential(\"300ms\"))",
        "trigger: Message(7), duration: \"1s\"",
        "trigger: When(BacklogAbove(channel: \"orders\", limit: 5)), duration: \"500ms\"",
        "start: \"1s\", lasts: Drawn(Exponential(\"500ms\"))",
        "start: \"1s\", lasts: Until(BacklogAbove(channel: \"orders\", limit: 9))",
        "start: \"2s\", heals: false",
    ]);
    let mut fault = Fault { kind, ..read(when) };
    if card.has_degree && when.contains("duration: \"1s\"") && luck.of(2) == 0 {
        (fault.ramp_in, fault.ramp_out) = (Span::from_millis(400), Span::from_millis(200));
    }
    if card.is_selective {
        let whom = read(luck.one(&[
            "",
            "probability: 0.5",
            "probability: 0.7, correlation: Previous(0.5)",
            "correlation: GoodAndBad(to_bad: 0.2, to_good: 0.5)",
            "filter: (messages: [\"Order\"], keys: [0, 2])",
            "filter: (properties: RoutingKey(\"eu\"), from: [\"shop\"])",
            "filter: (first_attempt: 1, last_attempt: 2)",
        ]));
        (fault.probability, fault.correlation) = (whom.probability, whom.correlation);
        fault.filter = whom.filter;
    }
    fault
}

fn scenario(lucks: &[u64], heals: bool) -> Design {
    let heal = if heals { "heal_at: \"4s\"," } else { "" };
    let text = format!(
        "duration: \"5s\", warm_up: \"700ms\", {heal} actions: [(at: \"3s\", do: Redrive(channel: \"dead\"))]"
    );
    let luck = lucks[0] as usize;
    let nodes = NODES
        .replace("(concurrency: 2,", MEMORIES[luck % MEMORIES.len()])
        .replace("count: 120,", CHECKS[luck / 7 % CHECKS.len()]);
    let mut design = design(&nodes, EDGES, &text);
    let places = Places::new(&design);
    let faults = lucks.iter().map(|luck| fault(Luck(*luck), &places)).collect();
    design.scenarios[0] = Arc::new(Scenario { faults, ..Scenario::clone(&design.scenarios[0]) });
    design
}

fn hash_of(recording: &Recording) -> String {
    recording.report().record_hash.clone()
}

fn recorded(plan: &Arc<Plan>) -> Recording {
    Recording::make(Arc::clone(plan), Keep::Everything, |_| true).expect("to its end")
}

/// The same run in pieces: by single steps, and by lengths of time.
fn in_pieces(plan: &Arc<Plan>) -> [String; 2] {
    let mut stepped = Recorder::new(plan, Keep::Statistics);
    let run = averages::added_up(plan, &mut stepped);
    let whole = recorded(plan);
    for backlog in 0..plan.backlogs.len() as u32 {
        assert_eq!(run.time_in_backlog(backlog), whole.end().time_in_backlog(backlog));
    }
    let mut advanced = Recorder::new(plan, Keep::Statistics);
    let mut run = Run::new(Arc::clone(plan));
    for ms in (0..=5_000).step_by(137) {
        run.advance_to(Time(ms * 1_000_000), &mut advanced);
    }
    run.advance_to(plan.end, &mut advanced);
    [stepped.hash(), advanced.hash()].map(|hash| hash.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_faults_keep_the_books_and_the_run_is_the_same_in_pieces_and_as_a_list(
        lucks in proptest::collection::vec(any::<u64>(), 1..5),
        heals in any::<bool>(),
        seed in 0u64..100,
    ) {
        let design = scenario(&lucks, heals);
        let drawn = &design.scenarios[0];
        let Ok(plan) = Plan::compile(&design, drawn, seed) else {
            // Faults that contradict each other or strike nothing are refused before the run.
            return Ok(());
        };
        let recording = recorded(&plan);
        let report = recording.report();
        prop_assert!(report.balanced, "{:?}", recording.end().imbalance());
        prop_assert_eq!(&report.halted, &None);
        let books = &report.messages;
        let ended = books.acknowledged + books.dead_lettered + books.expired + books.dropped;
        prop_assert_eq!(books.copies, ended + books.in_flight);
        for hash in in_pieces(&plan) {
            prop_assert_eq!(&hash, &report.record_hash);
        }
        let faults = materialized(&design, drawn, seed);
        let list = Scenario { faults, ..Scenario::clone(drawn) };
        let same = Plan::compile(&design, &list, seed);
        prop_assert!(same.is_ok(), "written out it is refused: {:?}", same.err());
        prop_assert_eq!(same.map(|same| hash_of(&recorded(&same))), Ok(report.record_hash.clone()));
    }
}
