//! The workloads as the text of designs: a file where a person would write one, generated where
//! it is large. One unit of time (tu) is a millisecond.

use std::fmt::Write as _;

use flowbench_simulator::rng::{Purpose, Stream};

/// Stations in a row.
const STATIONS: usize = 10;
/// Logical processes that messages hop between, and neighbors of each.
const PROCESSES: usize = 1_000;
const NEIGHBORS: usize = 8;
/// Layers of a random graph, and edges from a node to the next layer.
const LAYERS: usize = 10;
const OUT_EDGES: usize = 3;

/// W1: one M/M/1 station at a load of 0.9.
pub(crate) fn one_station(jobs: u64) -> String {
    include_str!("w1.ron").replace("10000000", &jobs.to_string())
}

/// W2: ten M/M/4 stations in a row at a load of 0.8.
pub(crate) fn stations_in_a_row(jobs: u64) -> String {
    let mut parts = Parts::default();
    parts.producer("source", &format!("(message: \"Job\", {}),", poisson(1_000, jobs)));
    for station in 0..STATIONS {
        let (queue, name) = (format!("queue-{station}"), format!("station-{station}"));
        let emits = if station + 1 < STATIONS { "(message: \"Job\")" } else { "" };
        let handler = format!("(service_time: Exponential(\"3200us\"), emits: [{emits}])");
        let from = match station {
            0 => "source".to_owned(),
            _ => format!("station-{}", station - 1),
        };
        parts.station(&queue, &name, 4, &handler);
        parts.publish(&from, &queue, "");
    }
    parts.design(1)
}

/// How often and how long the consumers of W3 crash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crashes {
    /// Between two crashes of a consumer.
    pub(crate) every_us: u64,
    /// From the first crash of a consumer to that of the next.
    pub(crate) phase_us: u64,
    /// How long it is down.
    pub(crate) for_us: u64,
    /// Crashes of each consumer.
    pub(crate) times: u64,
}

/// W3: retries and dead letters under crashing consumers.
pub(crate) fn retries(messages: u64, crashes: Crashes) -> String {
    let mut faults = String::new();
    for crash in 0..crashes.times {
        for consumer in 1..=8 {
            let start = consumer * crashes.phase_us + crash * crashes.every_us;
            let _ = writeln!(
                faults,
                "(kind: Down(node: \"consumer-{consumer}\"), start: \"{start}us\", \
                 duration: \"{}us\"),",
                crashes.for_us
            );
        }
    }
    include_str!("w3.ron")
        .replace("250000", &(messages / 4).to_string())
        .replace("faults: []", &format!("faults: [{faults}]"))
}

/// W4: messages that hop for ever between logical processes, each hop 0.1 tu and an exponential
/// 0.9 tu. A message's type is the neighbor it goes to next; each process has drawn once which
/// type follows which, so that the next place is as good as random.
pub(crate) fn hops(pending: u64, hops: u64) -> String {
    let mut random = Stream::new(1, "processes", Purpose::Key);
    let mut parts = Parts::default();
    let each = pending / PROCESSES as u64;
    let workload = |neighbor| {
        format!("(message: \"Job{neighbor}\", arrivals: Constant(\"{each}/ms\"), count: {each}),")
    };
    parts.producer("begin", &(0..NEIGHBORS).map(workload).collect::<String>());
    for process in 0..PROCESSES {
        let (queue, name) = (format!("queue-{process}"), format!("process-{process}"));
        let handlers = routed(&mut random, NEIGHBORS, "Exponential(\"900us\")");
        parts.station(&queue, &name, u32::MAX, &handlers);
        parts.publish("begin", &queue, &format!("contract: (messages: [\"Job{}\"])", process % 8));
        for neighbor in 0..NEIGHBORS {
            let share = (neighbor as f64 + 1.0) * 0.618_033_988_749_894_9 % 1.0;
            let to = (process + (share * PROCESSES as f64) as usize) % PROCESSES;
            let contract = carrying(&[neighbor]);
            parts.publish(&name, &format!("queue-{to}"), &format!("{LINK}, {contract}"));
        }
    }
    parts.duration_us = hops * 1_000 / pending;
    parts.design(NEIGHBORS)
}

/// W5: jobs through a layered random graph of so many nodes, each with a load of 0.7. Jobs of a
/// type leave a node by the same edge, with another type that the node has drawn once.
pub(crate) fn layers(nodes: usize, jobs: u64) -> String {
    let mut random = Stream::new(1, "layers", Purpose::Key);
    let width = nodes / LAYERS;
    let count = jobs / (width * OUT_EDGES) as u64;
    let workload = |edge| {
        let arrivals = "arrivals: Poisson(\"700/3s\")";
        format!("(message: \"Job{edge}\", {arrivals}, count: {count}),")
    };
    let workloads: String = (0..OUT_EDGES).map(workload).collect();
    let mut parts = Parts::default();
    for source in 0..width {
        let name = format!("source-{source}");
        parts.producer(&name, &workloads);
        parts.publish(&name, &format!("queue-0-{source}"), LINK);
    }
    for layer in 0..LAYERS {
        let is_last = layer + 1 == LAYERS;
        let next: [Vec<usize>; OUT_EDGES] =
            std::array::from_fn(|_| permutation(&mut random, width));
        for at in 0..width {
            let (queue, name) = (format!("queue-{layer}-{at}"), format!("node-{layer}-{at}"));
            let handlers = match is_last {
                true => "(service_time: Exponential(\"1ms\"))".to_owned(),
                false => routed(&mut random, OUT_EDGES, "Exponential(\"1ms\")"),
            };
            parts.station(&queue, &name, 1, &handlers);
            let mut targets: Vec<usize> = next.iter().map(|edge| edge[at]).collect();
            targets.sort_unstable();
            targets.dedup();
            for to in targets.into_iter().filter(|_| !is_last) {
                let edges: Vec<usize> =
                    (0..OUT_EDGES).filter(|edge| next[*edge][at] == to).collect();
                let to = format!("queue-{}-{to}", layer + 1);
                parts.publish(&name, &to, &format!("{LINK}, {}", carrying(&edges)));
            }
        }
    }
    parts.design(OUT_EDGES)
}

const LINK: &str = "latency: Constant(\"100us\")";

/// The inside of a contract that carries these types.
fn carrying(types: &[usize]) -> String {
    let names: Vec<String> = types.iter().map(|one| format!("\"Job{one}\"")).collect();
    format!("contract: (messages: [{}])", names.join(", "))
}

/// A handler for each type; what follows which is drawn.
fn routed(random: &mut Stream, types: usize, service_time: &str) -> String {
    let next = permutation(random, types);
    let handler = |one: usize| {
        format!(
            "(on: \"Job{one}\", service_time: {service_time}, emits: [(message: \"Job{}\")]),",
            next[one]
        )
    };
    (0..types).map(handler).collect()
}

fn permutation(random: &mut Stream, n: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..n).collect();
    for place in (1..n).rev() {
        places.swap(place, random.below(place as u64 + 1) as usize);
    }
    places
}

fn poisson(per_sec: u64, count: u64) -> String {
    format!("arrivals: Poisson(\"{per_sec}/s\"), count: {count}")
}

/// The lists of a design.
#[derive(Debug)]
struct Parts {
    nodes: String,
    edges: String,
    duration_us: u64,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { nodes: String::new(), edges: String::new(), duration_us: 86_400_000_000 }
    }
}

impl Parts {
    fn producer(&mut self, name: &str, workloads: &str) {
        let _ =
            writeln!(self.nodes, "(name: \"{name}\", role: Producer((workload: [{workloads}]))),");
    }

    /// A queue and the consumer that it feeds.
    fn station(&mut self, queue: &str, name: &str, servers: u32, handlers: &str) {
        let _ = writeln!(
            self.nodes,
            "(name: \"{queue}\", role: Channel((delivery: PointToPoint))),\n(name: \"{name}\", \
             role: Consumer((concurrency: {servers}, handlers: [{handlers}]))),"
        );
        let _ = writeln!(self.edges, "(kind: Subscribe, from: \"{queue}\", to: \"{name}\"),");
    }

    fn publish(&mut self, from: &str, to: &str, more: &str) {
        let _ = writeln!(self.edges, "(kind: Publish, from: \"{from}\", to: \"{to}\", {more}),");
    }

    fn design(&self, types: usize) -> String {
        let names: Vec<String> = match types {
            1 => vec!["Job".to_owned()],
            _ => (0..types).map(|one| format!("Job{one}")).collect(),
        };
        let messages: String =
            names.iter().map(|name| format!("(name: \"{name}\", kind: Command),")).collect();
        format!(
            "(format: 1, info: (name: \"generated\"), messages: [{messages}], nodes: [{}], \
             edges: [{}], scenarios: [(name: \"load\", duration: \"{}us\")])",
            self.nodes, self.edges, self.duration_us
        )
    }
}
