//! A workload in which every message is looked into: a JSON Schema with ten fields is checked, a
//! condition decides who gets it, a mapping makes the answer. Prints messages a second on one
//! thread; `cargo bench -p flowbench-simulator --bench contents [-- MESSAGES]`.
#![allow(clippy::print_stdout, clippy::disallowed_types, missing_docs)]

use std::sync::Arc;
use std::time::Instant;

use flowbench_model::formats::native;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

/// Rounds, of which the median counts.
const ROUNDS: usize = 5;

const DESIGN: &str = r##"(format: 1, info: (name: "contents"), messages: [
    (name: "Order", ordering_key: "orderId", versions: [(number: 1, schema: JsonSchema(r#"{
        "type": "object", "additionalProperties": false,
        "required": ["orderId", "customerId", "currency", "totalCents", "quantity"],
        "properties": {
            "orderId": {"type": "string", "minLength": 3},
            "customerId": {"type": "string"},
            "currency": {"enum": ["EUR", "USD", "GBP"]},
            "totalCents": {"type": "integer", "minimum": 0, "maximum": 100000},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
            "weight": {"type": "number", "minimum": 0, "maximum": 50},
            "isGift": {"type": "boolean"},
            "note": {"type": "string", "maxLength": 40},
            "channel": {"enum": ["web", "shop", "phone"]},
            "city": {"type": "string"}}}"#))]),
    (name: "Priced", ordering_key: "orderId", versions: [(number: 1, schema: JsonSchema(r#"{
        "type": "object", "properties": {"orderId": {"type": "string"},
            "eachCents": {"type": "integer"}}}"#))])],
nodes: [
    (name: "shop", role: Producer((workload: [(message: "Order", arrivals: Constant("1000/s"))]))),
    (name: "orders", role: Channel((delivery: PublishSubscribe, filtering: Expression))),
    (name: "pricing", role: Consumer((handlers: [(service_time: Constant("500us"), emits: [
        (message: "Priced", mapping: {"eachCents": "payload.totalCents / payload.quantity"})])]))),
    (name: "prices", role: Channel((delivery: PublishSubscribe))),
    (name: "ledger", role: Consumer(()))],
edges: [
    (kind: Publish, from: "shop", to: "orders"),
    (kind: Subscribe, from: "orders", to: "pricing", contract: (validation: Some(Reject),
        filter: Some(Expression("payload.quantity > 0 && payload.currency != 'XXX'")))),
    (kind: Publish, from: "pricing", to: "prices"),
    (kind: Subscribe, from: "prices", to: "ledger")],
scenarios: [(name: "s", duration: "DURATION")])"##;

/// Messages a second of a run of so many.
fn round(messages: u64) -> f64 {
    let text = DESIGN.replace("DURATION", &format!("{messages}ms"));
    let design = native::read(&text).unwrap_or_else(|error| panic!("{error}")).design;
    let plan = Plan::compile(&design, &design.scenarios[0], 1);
    let plan: Arc<Plan> = plan.unwrap_or_else(|findings| panic!("{findings:#?}"));
    let mut recorder = Recorder::new(&plan, Keep::Statistics);
    let mut run = Run::new(plan);
    let began = Instant::now();
    run.advance_to(flowbench_model::time::Time(u64::MAX), &mut recorder);
    let seconds = began.elapsed().as_secs_f64();
    let totals = run.totals();
    assert!(
        totals.published >= 2 * (messages - 2),
        "every message is filtered, checked and mapped"
    );
    assert_eq!((totals.dropped, run.complaints().1), (0, 0));
    messages as f64 / seconds
}

fn main() {
    let number = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let messages = number.unwrap_or(300_000);
    let mut rates: Vec<f64> = (0..ROUNDS).map(|_| round(messages)).collect();
    rates.sort_by(f64::total_cmp);
    println!("{messages} messages, each filtered, checked and mapped");
    println!("median {:.0} messages/s, best {:.0}", rates[ROUNDS / 2], rates[ROUNDS - 1]);
}
