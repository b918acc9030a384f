//! Properties over generated designs: the books balance, the run ends, the same again.

use proptest::prelude::*;

use crate::support::{design, report};

/// What a consumer knows of what it has handled.
const MEMORIES: [&str; 7] = [
    "",
    "",
    "idempotent: true,",
    "idempotent: true, inbox: (retention: \"200ms\", concurrent: Wait),",
    "idempotent: true, inbox: (concurrent: Fail),",
    "idempotent: true, inbox: (by: Key, retention: \"300ms\", concurrent: Wait),",
    "idempotent: true, inbox: (by: Expression(\"message.number / 2\"), concurrent: Wait),",
];

/// Where the payload of what is published is.
const CHECKS: [&str; 5] = [
    "",
    "",
    "claim_check: ()",
    "claim_check: (time_to_live: \"90ms\")",
    "claim_check: (time_to_live: \"1s\", deleted_by_consumer: true)",
];

/// A chain of stages, each with its own troubles, and faults on top.
fn arbitrary_design() -> impl Strategy<Value = (String, String, String)> {
    let stage = (
        0u32..4,
        0u32..3,
        0u32..3,
        0u32..5,
        0u32..4,
        any::<bool>(),
        0usize..MEMORIES.len(),
        0usize..CHECKS.len(),
    );
    let fault = (0u32..7, 0u32..4, 0u32..4000, 1u32..4000);
    (proptest::collection::vec(stage, 1..4), proptest::collection::vec(fault, 0..6)).prop_map(
        |(stages, faults)| {
            let mut nodes = "(name: \"n0\", role: Producer((workload: [(message: \"Order\", \
                arrivals: Poisson(\"50/s\"), keys: Uniform(5), CHECK)]))), \
                (name: \"dead\", role: Channel(())),"
                .replace("CHECK", CHECKS[stages[0].7]);
            let mut edges = String::new();
            let count = stages.len();
            for (i, (partitions, concurrency, ttl, retry, early, topic, memory, check)) in
                stages.into_iter().enumerate()
            {
                let partitions = match partitions { 0 => String::new(), n => format!("partitions: {n},") };
                let ttl = match ttl { 0 => "time_to_live: \"150ms\",", 1 => "lease: \"25ms\",", _ => "" };
                let topic = if topic { "delivery: PublishSubscribe," } else { "" };
                let retry = match retry {
                    0 => "",
                    1 => "retry: (attempts: 3),",
                    2 => "retry: (attempts: 2, backoff: Fixed(\"100ms\"), jitter: 0.5), dead_letter: \"dead\",",
                    3 => "dead_letter: \"dead\",",
                    _ => "retry: (backoff: Fixed(\"50ms\")),",
                };
                let early = if early == 0 { "acknowledgement: OnReceipt," } else { "" };
                let (next, memory) = (i + 1, MEMORIES[memory]);
                nodes += &format!(
                    "(name: \"c{i}\", role: Channel(({topic}{partitions}{ttl}))), \
                     (name: \"n{next}\", role: Consumer((concurrency: {}, {memory} \
                     handlers: [(service_time: Exponential(\"20ms\"), failures: (transient: 0.2, \
                     poison: Share(0.05)), emits: [{}])]))),",
                    concurrency + 1,
                    if next < count {
                        format!("(message: \"Order\", {})", CHECKS[check])
                    } else {
                        String::new()
                    },
                );
                edges += &format!(
                    "(kind: Publish, from: \"n{i}\", to: \"c{i}\", latency: Exponential(\"2ms\")), \
                     (kind: Subscribe, from: \"c{i}\", to: \"n{next}\", contract: ({retry}{early})),"
                );
            }
            (nodes, edges, scenario(count, &faults))
        },
    )
}

fn scenario(stages: usize, faults: &[(u32, u32, u32, u32)]) -> String {
    let mut text = "duration: \"5s\", actions: [(at: \"3s\", do: Redrive(channel: \"dead\")), \
        (at: \"4s\", do: Drop(channel: \"dead\"))], faults: ["
        .to_owned();
    for (kind, place, start, length) in faults {
        let stage = *place as usize % stages;
        let (consumer, next) = (stage + 1, stage + 1);
        let what = match kind {
            0 => format!("Down(node: \"n{consumer}\")"),
            1 => format!("Down(node: \"c{stage}\")"),
            2 => format!("Slow(node: \"n{consumer}\", factor: 5.0)"),
            3 => format!("Failing(node: \"n{consumer}\", share: 0.5)"),
            4 => format!("Loss(edge: \"c{stage} -> n{next}\", share: 0.5)"),
            5 => format!("Duplication(edge: \"n{stage} -> c{stage}\", share: 0.5)"),
            _ => "Down(node: \"n0\")".to_owned(),
        };
        text += &format!("(kind: {what}, start: \"{start}ms\", duration: \"{length}ms\"),");
    }
    text + "]"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A debug build compares the books after every event; here also at the end, and twice.
    #[test]
    fn the_books_balance_and_the_run_repeats((nodes, edges, scenario) in arbitrary_design()) {
        let design = design(&nodes, &edges, &scenario);
        let first = report(&design);
        prop_assert!(first.balanced);
        let books = first.messages;
        let ended = books.acknowledged + books.dead_lettered + books.expired + books.dropped;
        prop_assert_eq!(books.copies, ended + books.in_flight);
        for it in &first.claim_checks {
            prop_assert_eq!(it.stored, it.kept + it.expired + it.deleted);
            prop_assert!(it.orphans_kept <= it.orphaned && it.orphaned <= it.stored);
        }
        prop_assert_eq!(first.record_hash, report(&design).record_hash);
    }
}
