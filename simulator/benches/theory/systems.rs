//! Systems of which theory knows the numbers, as the text of designs, with these numbers. The unit
//! of time is a millisecond, and the mean service takes one unless something else is said.
//!
//! Sources: L. Kleinrock, "Queueing Systems", volume 1 (M/M/1, M/M/c, M/M/1/K, Pollaczek and
//! Khinchine); D. Y. Barrer, "Queuing with Impatient Customers and Ordered Service", 1957 (waiting
//! with a limit); F. P. Kelly, "Reversibility and Stochastic Networks", 1979 (repeated attempts,
//! networks).

use flowbench_model::formats::native;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;
use flowbench_simulator::statistics::Estimate;

/// Milliseconds.
const MS: f64 = 1e6;
/// Replications of each system.
pub(crate) const REPLICATIONS: u64 = 30;

/// A system with what theory says of it.
pub(crate) struct System {
    pub(crate) name: String,
    /// The text of its design.
    pub(crate) design: String,
    /// What is measured, and what it should be.
    pub(crate) expected: Vec<(&'static str, Measured, f64)>,
}

impl System {
    /// What is measured, what it should be, and what it was in each replication.
    pub(crate) fn measured(&self) -> Vec<(&'static str, f64, Vec<f64>)> {
        let reports = self.replicated();
        let values = |measured: Measured| reports.iter().map(measured).collect();
        self.expected.iter().map(|(what, measured, it)| (*what, *it, values(*measured))).collect()
    }

    fn replicated(&self) -> Vec<Report> {
        let design = native::read(&self.design).expect("the design is valid").design;
        let scenario = design.scenario(None).expect("it has a scenario");
        let report = |seed| {
            let plan = Plan::compile(&design, scenario, seed).expect("it can be run");
            let mut recorder = Recorder::new(&plan, Keep::Statistics);
            let end = plan.end;
            let mut run = Run::new(plan);
            run.advance_to(end, &mut recorder);
            Report::new(&run, &recorder)
        };
        (1..=REPLICATIONS).map(report).collect()
    }
}

/// How many standard errors a mean is away from what it should be.
pub(crate) fn errors(estimate: &Estimate, expected: f64) -> f64 {
    let standard_error = estimate.deviation / (estimate.count as f64).sqrt();
    (estimate.mean - expected).abs() / standard_error
}

/// A number of a report.
pub(crate) type Measured = fn(&Report) -> f64;

/// The systems; `messages` is how many each run of one handles. Single servers come with these
/// loads: the higher one is, the longer it takes until the beginning is forgotten.
pub(crate) fn systems(messages: u64, loads: &[f64]) -> Vec<System> {
    let mut all = Vec::new();
    for load in loads.iter().copied() {
        all.push(one_server(load, messages));
        for law in [&CONSTANT, &UNIFORM, &LOG_NORMAL] {
            all.push(any_service(law, load, messages));
        }
    }
    for (servers, load) in [(2, 0.5), (2, 0.8), (3, 0.7), (5, 0.8), (10, 0.8), (20, 0.9)] {
        all.push(many_servers(servers, load, messages));
    }
    for (servers, offered) in [(1, 1.0), (2, 1.0), (5, 4.0), (10, 8.0), (20, 15.0), (50, 45.0)] {
        all.push(no_room(servers, offered, messages));
    }
    for (room, load) in [(1, 0.5), (5, 0.8), (5, 1.2), (10, 0.9), (10, 1.0), (20, 2.0)] {
        all.push(limited_room(room, load, messages));
    }
    for (limit, load) in [(1.0, 0.5), (5.0, 0.8), (2.0, 0.95), (10.0, 1.0), (5.0, 1.2), (1.0, 2.0)]
    {
        all.push(limited_wait(limit, load, messages));
    }
    for (share, attempts) in [(0.2, 3), (0.5, 2), (0.5, 5), (0.1, 2)] {
        all.push(repeated(share, attempts, messages));
    }
    all.push(network(messages));
    all
}

fn one_server(load: f64, messages: u64) -> System {
    let mean = MS / (1.0 - load);
    System {
        name: format!("M/M/1 at {load}"),
        design: station(load, messages, Station::default()),
        expected: vec![
            ("mean sojourn", mean_of_only_path, mean),
            ("median sojourn", |report| report.paths[0].p50_ns as f64, mean * libm::log(2.0)),
            ("99th percentile", |report| report.paths[0].p99_ns as f64, mean * libm::log(100.0)),
        ],
    }
}

/// A law of service times with a mean of one.
struct Law {
    name: &'static str,
    text: &'static str,
    /// Variance, which is the square of the coefficient of variation.
    variance: f64,
}

const CONSTANT: Law = Law { name: "M/D/1", text: "Constant(\"1ms\")", variance: 0.0 };
const UNIFORM: Law = Law { name: "M/U/1", text: "Uniform(\"0ms\", \"2ms\")", variance: 1.0 / 3.0 };
/// The median is exp(-0.125) ms, the variance exp(0.25) - 1.
const LOG_NORMAL: Law = Law {
    name: "M/logN/1",
    text: "LogNormal(\"882497ns\", 0.5)",
    variance: 0.284_025_416_687_741_5,
};

fn any_service(law: &Law, load: f64, messages: u64) -> System {
    let wait = load / (1.0 - load) * (1.0 + law.variance) / 2.0 * MS;
    let station_of = Station { service: law.text.to_owned(), ..Station::default() };
    System {
        name: format!("{} at {load}", law.name),
        design: station(load, messages, station_of),
        expected: vec![("mean sojourn", mean_of_only_path, wait + MS)],
    }
}

/// The share of time in which so many servers are all busy, if nobody waits (Erlang B).
fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, i| offered * blocked / (f64::from(i) + offered * blocked))
}

/// What finds all servers busy is refused.
fn no_room(servers: u32, offered: f64, messages: u64) -> System {
    let channel = format!("max_messages: {servers}, capacity_counts: All, overflow: DropNewest");
    System {
        name: format!("M/M/{servers}/{servers} offered {offered}"),
        design: station(offered, messages, Station { servers, channel, ..Station::default() }),
        expected: vec![(
            "lost share",
            |report| share(report.messages.dropped, report),
            erlang_b(servers, offered),
        )],
    }
}

fn many_servers(servers: u32, load: f64, messages: u64) -> System {
    let offered = load * f64::from(servers);
    // Erlang C from Erlang B.
    let blocked = erlang_b(servers, offered);
    let waits = blocked / (1.0 - load * (1.0 - blocked));
    let mean_wait = waits / (f64::from(servers) - offered) * MS;
    System {
        name: format!("M/M/{servers} at {load}"),
        design: station(offered, messages, Station { servers, ..Station::default() }),
        expected: vec![("mean sojourn", mean_of_only_path, mean_wait + MS)],
    }
}

/// Room for so many, with the one in service: what finds it full is refused.
fn limited_room(room: u32, load: f64, messages: u64) -> System {
    let weight = |n: u32| libm::pow(load, f64::from(n));
    let sum: f64 = (0..=room).map(weight).sum();
    let lost = weight(room) / sum;
    let inside: f64 = (0..=room).map(|n| f64::from(n) * weight(n)).sum::<f64>() / sum;
    let channel = format!("max_messages: {room}, capacity_counts: All, overflow: DropNewest");
    System {
        name: format!("M/M/1/{room} at {load}"),
        design: station(load, messages, Station { channel, ..Station::default() }),
        expected: vec![
            ("lost share", |report| share(report.messages.dropped, report), lost),
            ("mean sojourn", mean_of_only_path, inside / (load * (1.0 - lost)) * MS),
        ],
    }
}

/// What waits longer than a limit leaves.
fn limited_wait(limit: f64, load: f64, messages: u64) -> System {
    let decay = libm::exp(-(1.0 - load) * limit);
    let expired = if load == 1.0 {
        1.0 / (2.0 + limit)
    } else {
        (1.0 - load) * load * decay / (1.0 - load * load * decay)
    };
    let channel = format!("time_to_live: \"{limit}ms\"");
    System {
        name: format!("M/M/1 + D({limit}) at {load}"),
        design: station(load, messages, Station { channel, ..Station::default() }),
        expected: vec![("expired share", |report| share(report.messages.expired, report), expired)],
    }
}

/// Attempts fail by chance and are made again at once, a few times.
fn repeated(failing: f64, attempts: u32, messages: u64) -> System {
    let dead = libm::pow(failing, f64::from(attempts));
    let mean_attempts = (1.0 - dead) / (1.0 - failing);
    let station_of = Station {
        failing,
        contract: format!("contract: (retry: (attempts: {attempts}), dead_letter: \"dead\")"),
        more: "(name: \"dead\", role: Channel((delivery: PointToPoint))),".to_owned(),
        ..Station::default()
    };
    System {
        name: format!("{attempts} attempts failing at {failing}"),
        design: station(0.6 / mean_attempts, messages, station_of),
        expected: vec![
            ("dead-letter share", |it| it.messages.dead_lettered as f64 / settled(it), dead),
            ("attempts a message", |it| it.messages.delivered as f64 / settled(it), mean_attempts),
        ],
    }
}

/// Three stations in a row with different servers (a Jackson network): each behaves as if alone.
fn network(messages: u64) -> System {
    let rate = 0.6;
    let queue = |service: f64| service / (1.0 - rate * service) * MS;
    let node = |at: usize, service: &str, emits: &str| {
        format!(
            "(name: \"queue-{at}\", role: Channel((delivery: PointToPoint))), (name: \
             \"server-{at}\", role: Consumer((handlers: [(on: \"Job\", service_time: \
             Exponential(\"{service}\"), emits: [{emits}])]))),"
        )
    };
    let emits = "(message: \"Job\")";
    let nodes = node(1, "500us", emits) + &node(2, "1ms", emits) + &node(3, "1250us", "");
    let edges: String = [("source", "queue-1"), ("server-1", "queue-2"), ("server-2", "queue-3")]
        .map(|(from, to)| format!("(kind: Publish, from: \"{from}\", to: \"{to}\"),"))
        .concat();
    let subscriptions: String = (1..=3)
        .map(|at| format!("(kind: Subscribe, from: \"queue-{at}\", to: \"server-{at}\"),"))
        .collect();
    fn at(report: &Report, consumer: &str) -> f64 {
        report.paths.iter().find(|path| path.to == consumer).map_or(f64::NAN, |path| path.mean_ns)
    }
    System {
        name: "three stations in a row".to_owned(),
        design: design(rate, messages, &nodes, &(edges + &subscriptions)),
        expected: vec![
            ("sojourn up to 1", |report| at(report, "server-1"), queue(0.5)),
            ("sojourn up to 2", |report| at(report, "server-2"), queue(0.5) + queue(1.0)),
            (
                "sojourn up to 3",
                |report| at(report, "server-3"),
                queue(0.5) + queue(1.0) + queue(1.25),
            ),
        ],
    }
}

/// What is different about a station.
struct Station {
    servers: u32,
    service: String,
    failing: f64,
    channel: String,
    contract: String,
    more: String,
}

impl Default for Station {
    fn default() -> Station {
        Station {
            servers: 1,
            service: "Exponential(\"1ms\")".to_owned(),
            failing: 0.0,
            channel: String::new(),
            contract: String::new(),
            more: String::new(),
        }
    }
}

/// A queue and its consumer; `rate` messages come in a millisecond.
fn station(rate: f64, messages: u64, station: Station) -> String {
    let Station { servers, service, failing, channel, contract, more } = station;
    let nodes = format!(
        "(name: \"queue\", role: Channel((delivery: PointToPoint, {channel}))), (name: \"server\", \
         role: Consumer((concurrency: {servers}, handlers: [(on: \"Job\", service_time: {service}, \
         failures: (transient: {failing:?}))]))), {more}"
    );
    let edges = format!(
        "(kind: Publish, from: \"source\", to: \"queue\"), (kind: Subscribe, from: \"queue\", to: \
         \"server\", {contract}),"
    );
    design(rate, messages, &nodes, &edges)
}

/// The first tenth of the time is left out of the latencies.
fn design(rate: f64, messages: u64, nodes: &str, edges: &str) -> String {
    let gap_ns = (1e6 / rate) as u64;
    let ms = (messages as f64 / rate) as u64;
    format!(
        "(format: 1, info: (name: \"theory\"), messages: [(name: \"Job\", kind: Command)], nodes: \
         [(name: \"source\", role: Producer((workload: [(message: \"Job\", arrivals: \
         Poisson(\"1/{gap_ns}ns\"))]))), {nodes}], edges: [{edges}], scenarios: [(name: \"load\", \
         duration: \"{ms}ms\", warm_up: \"{}ms\")])",
        ms / 10
    )
}

fn mean_of_only_path(report: &Report) -> f64 {
    report.paths[0].mean_ns
}

fn share(part: u64, report: &Report) -> f64 {
    part as f64 / report.messages.published as f64
}

fn settled(report: &Report) -> f64 {
    (report.messages.acknowledged + report.messages.dead_lettered) as f64
}
