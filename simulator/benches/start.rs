//! How long a large design takes from its text to the first event: read, findings, plan, run; and
//! back to text. Everything has its share in it: presets, groups, retries, dead letters, calls,
//! promises, and faults that name their targets, select some, and come again and again.
//!
//! `cargo bench -p flowbench-simulator --bench start [-- NODES]`: 10, 100, 1,000 and 10,000 nodes
//! with three times as many edges, or one design of so many.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];
/// Of ten nodes, one is a producer, five are channels and four are consumers.
const NODES_OF_A_CELL: usize = 10;
const CHANNELS: usize = 5;
const CONSUMERS: usize = 4;
const MESSAGES: usize = 64;

fn main() {
    let size = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    for nodes in size.map_or(SIZES.to_vec(), |size| vec![size]) {
        measure(nodes);
    }
}

fn measure(nodes: usize) {
    let text = design(nodes / NODES_OF_A_CELL);
    let (document, reading) = timed(|| native::read(&text).expect("the design is valid"));
    let design = document.design;
    let (findings, finding) = timed(|| lint::findings(&design).len());
    let scenario = design.scenario(None).expect("it has a scenario");
    let (plan, planning) = timed(|| {
        Plan::compile(&design, scenario, 1)
            .unwrap_or_else(|findings| panic!("it cannot run: {:?}", findings.first()))
    });
    let (run, starting) = timed(|| {
        let mut recorder = Recorder::new(&plan, Keep::Everything);
        let mut run = Run::new(Arc::clone(&plan));
        run.step(&mut recorder);
        run
    });
    let (written, writing) = timed(|| native::write(&design));
    println!(
        "{:>6} nodes, {:>6} edges, {:>5} faults, {:>5.1} MB: read {reading:>7.1} ms, {findings} \
         findings {finding:>7.1} ms, plan {planning:>7.1} ms, first event {starting:>5.1} ms; \
         write {writing:>7.1} ms",
        plan.nodes.len(),
        plan.edges.len(),
        plan.faults.len(),
        written.len() as f64 / 1e6,
    );
    assert!(run.events() > 0, "it began");
}

/// What it gives, and the milliseconds it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let made = work();
    (made, begun.elapsed().as_secs_f64() * 1e3)
}

/// Cells of ten nodes and thirty edges, each bound to the next ones.
fn design(cells: usize) -> String {
    let (mut nodes, mut edges) = (String::new(), String::new());
    for cell in 0..cells {
        write_nodes(&mut nodes, cell);
        write_edges(&mut edges, cell, cells);
    }
    let messages: String = (0..MESSAGES)
        .map(|one| format!("(name: \"Event{one}\", kind: Event, owner: \"team\"),"))
        .collect();
    let promises: String = (0..cells)
        .map(|cell| {
            let limit = format!("BacklogBelow(channel: \"channel-{cell}-0\", limit: 1000000)");
            format!("(name: \"promise-{cell}\", holds: {limit}),")
        })
        .collect();
    let faults: String = (0..cells).map(fault).collect();
    format!(
        "(format: 1, info: (name: \"generated\"), messages: [{messages}], nodes: [{nodes}], edges: \
         [{edges}], promises: [{promises}], scenarios: [(name: \"load\", duration: \"1h\", faults: \
         [{faults}])])"
    )
}

fn event(cell: usize) -> String {
    format!("Event{}", cell % MESSAGES)
}

fn write_nodes(nodes: &mut String, cell: usize) {
    let event = event(cell);
    let more = "summary: \"one of many\", owner: \"team\", tags: [\"zone\"]";
    let _ = writeln!(
        nodes,
        "(name: \"producer-{cell}\", {more}, role: Producer((workload: [(message: \"{event}\", \
         arrivals: Poisson(\"5/s\"), properties: (routing_key: \"eu.{cell}\"))]))),"
    );
    for at in 0..CHANNELS {
        let role = match at {
            0 => "preset: \"kafka.group.classic\"",
            1 => "preset: \"rabbit.quorum.4.3\"",
            2 => "delivery: PublishSubscribe",
            _ => "delivery: PointToPoint",
        };
        let _ =
            writeln!(nodes, "(name: \"channel-{cell}-{at}\", {more}, role: Channel(({role}))),");
    }
    for at in 0..CONSUMERS {
        let emits = match at {
            0..2 => format!("emits: [(message: \"{event}\")]"),
            _ => String::new(),
        };
        let handler = format!("(on: \"{event}\", service_time: Exponential(\"1ms\"), {emits})");
        let _ = writeln!(
            nodes,
            "(name: \"consumer-{cell}-{at}\", {more}, role: Consumer((handlers: [{handler}]))),"
        );
    }
}

/// The producer publishes on five channels, two consumers on five each further on, and each
/// consumer subscribes to three or four.
fn write_edges(edges: &mut String, cell: usize, cells: usize) {
    let carries = format!("messages: [\"{}\"]", event(cell));
    let mut publish = |from: &str, to: usize| {
        for at in 0..CHANNELS {
            let _ = writeln!(
                edges,
                "(kind: Publish, from: \"{from}\", to: \"channel-{to}-{at}\", contract: \
                 ({carries})),"
            );
        }
    };
    publish(&format!("producer-{cell}"), cell);
    publish(&format!("consumer-{cell}-0"), (cell + 1) % cells);
    publish(&format!("consumer-{cell}-1"), (cell * 7 + 3) % cells);
    for at in 0..CONSUMERS {
        let count = if at == 0 { 3 } else { 4 };
        for channel in 0..count {
            let contract = match channel {
                1 => format!("{carries}, retry: (attempts: 3), dead_letter: \"channel-{cell}-4\""),
                2 => format!("{carries}, group: \"group-{}\"", at % 2),
                _ => String::new(),
            };
            let _ = writeln!(
                edges,
                "(kind: Subscribe, from: \"channel-{cell}-{channel}\", to: \
                 \"consumer-{cell}-{at}\", contract: ({contract})),"
            );
        }
    }
}

/// Most name what they strike; some select it, and some come again and again.
fn fault(cell: usize) -> String {
    let at = format!("start: \"{}s\", duration: \"10s\"", cell % 3_000);
    match cell % 10 {
        0 => format!(
            "(kind: Loss(edge: \"producer-{cell} -> channel-{cell}-0\", share: 0.1), {at}),"
        ),
        1 => format!("(kind: Down(node: \"one of tag:zone\"), {at}),"),
        2 if cell < 100 => {
            format!("(kind: Delay(edge: \"one of * -> any consumer\", by: \"5ms\"), {at}),")
        }
        3 => format!(
            "(kind: Slow(node: \"consumer-{cell}-1\", factor: 2), trigger: Every(period: \"10min\", times: 5), {at}),"
        ),
        _ => format!("(kind: Failing(node: \"consumer-{cell}-0\", share: 0.1), {at}),"),
    }
}
