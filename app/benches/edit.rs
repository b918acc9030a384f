//! Time of a one-node edit in a design of 1,000 nodes and about 1,500 edges, with everything that
//! follows from it: findings, layout and index. `cargo bench -p flowbench --bench edit`.

#![allow(clippy::print_stdout, reason = "a program that prints its figures")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flowbench::derived::Derived;
use flowbench_model::design::{Design, Position};
use flowbench_model::edit::Edit;
use flowbench_model::formats::native;
use flowbench_model::formats::recorded::Heads;
use flowbench_model::lint::Files;
use flowbench_model::node::{Node, Role};
use flowbench_model::schema::Schemas;

/// Consumers; with as many channels less one there are 1,000 nodes.
const STAGES: usize = 499;
const EDITS: usize = 101;

fn main() {
    let design = Arc::new(large());
    println!("{} nodes, {} edges", design.nodes.len(), design.edges.len());
    measure("move one node", &design, |design, turn| {
        let at = Position(turn as f32, 8.0);
        Edit::Move(vec![(design.nodes[500].name.clone(), at)])
    });
    measure("change one property", &design, |design, turn| {
        put(design, |node| node.summary = format!("edit {turn}"))
    });
    measure("rename one node", &design, |design, turn| {
        put(design, |node| node.name = format!("renamed-{turn}"))
    });
}

fn put(design: &Design, change: impl Fn(&mut Node)) -> Edit {
    let at = design.nodes.iter().rposition(|node| matches!(node.role, Role::Consumer(_)));
    let old = &design.nodes[at.expect("there are consumers")];
    let mut node = Node::clone(old);
    change(&mut node);
    Edit::PutNode(old.name.clone(), node)
}

fn measure(what: &str, design: &Arc<Design>, edit: impl Fn(&Design, usize) -> Edit) {
    let (schemas, recorded) = (Schemas::default(), Heads::default());
    let files = Files { schemas: &schemas, recorded: &recorded };
    let mut derived = Derived::default();
    derived.update(Some(design), files);
    let mut design = Arc::clone(design);
    let mut times: Vec<Duration> = (0..EDITS)
        .map(|turn| {
            let edit = edit(&design, turn);
            let begun = Instant::now();
            design = Arc::new(edit.apply(&design).expect("the edit makes sense"));
            derived.update(Some(&design), files);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{what}: median {:?}, slowest {:?} ({} findings)",
        times[EDITS / 2],
        times[EDITS - 1],
        derived.findings.len()
    );
}

/// A chain of stages, each with its channel; every second one also publishes to a later channel.
fn large() -> Design {
    let mut nodes = "(name: \"n0\", role: Producer(workload: [(message: \"Order\", \
                     arrivals: Constant(\"1/s\"))])), (name: \"dead\", role: Channel()),"
        .to_owned();
    let mut edges = String::new();
    for stage in 0..STAGES {
        let next = stage + 1;
        write!(
            nodes,
            "(name: \"c{stage}\", role: Channel()), (name: \"n{next}\", role: Consumer(\
             handlers: [(service_time: Constant(\"5ms\"), emits: [(message: \"Order\")])])),"
        )
        .expect("a string takes everything");
        write!(
            edges,
            "(kind: Publish, from: \"n{stage}\", to: \"c{stage}\", contract: (messages: \
             [\"Order\"])), (kind: Subscribe, from: \"c{stage}\", to: \"n{next}\", contract: \
             (messages: [\"Order\"], retry: (attempts: 5, backoff: Fixed(\"1s\")), \
             dead_letter: \"dead\")),"
        )
        .expect("a string takes everything");
        let later = stage + 7;
        if later < STAGES {
            write!(edges, "(kind: Publish, from: \"n{stage}\", to: \"c{later}\"),")
                .expect("a string takes everything");
        }
    }
    let text = format!(
        "(format: 1, info: (name: \"large\"), messages: [(name: \"Order\")], nodes: [{nodes}], \
         edges: [{edges}], scenarios: [(name: \"s\", duration: \"1min\")])"
    );
    native::read(&text).unwrap_or_else(|error| panic!("{error}")).design
}
