//! Several stations, and stations that break down.

use flowbench_simulator::report::Report;

use super::{MS, Measured, Scope, Station, System, design, source, station};

/// Faults of a scenario at most.
const FAULTS: f64 = 9_000.0;

/// The systems of this family.
pub(super) fn systems(scope: &Scope) -> Vec<System> {
    let (messages, members) = (scope.messages, scope.members);
    let mut all = vec![in_a_row(messages), with_ways_back(messages)];
    let retrials: [(f64, f64); 3] = [(0.5, 0.1), (0.6, 0.5), (0.8, 1.0)];
    let members_of = retrials.iter().take(members);
    all.extend(members_of.map(|(rate, again)| retrial(*rate, *again, messages)));
    let breakdowns = [
        Breakdown { rate: 0.3, served: 1.0, breaks: 0.1, mends: 0.3 },
        Breakdown { rate: 0.5, served: 2.0, breaks: 0.5, mends: 0.5 },
        Breakdown { rate: 0.6, served: 1.0, breaks: 0.05, mends: 0.2 },
    ];
    all.extend(breakdowns.iter().take(members).map(|it| it.system(messages)));
    all.extend(scope.loads.iter().filter(|it| **it >= 0.5).map(|it| fork_join(*it, messages)));
    all
}

fn queue(name: &str, servers: u32, handler: &str) -> String {
    format!(
        "(name: \"queue-{name}\", role: Channel((delivery: PointToPoint))), (name: \
         \"server-{name}\", role: Consumer((concurrency: {servers}, handlers: [({handler})]))),"
    )
}

fn publish(from: &str, to: &str) -> String {
    format!("(kind: Publish, from: \"{from}\", to: \"{to}\"),")
}

fn subscribe(name: &str, contract: &str) -> String {
    format!(
        "(kind: Subscribe, from: \"queue-{name}\", to: \"server-{name}\", contract: ({contract})),"
    )
}

/// Three stations in a row with different servers (a Jackson network): each behaves as if alone.
fn in_a_row(messages: u64) -> System {
    let rate = 0.6;
    let sojourn = |service: f64| service / (1.0 - rate * service) * MS;
    let node = |name: &str, service: &str, emits: &str| {
        queue(name, 1, &format!("service_time: Exponential(\"{service}\"), emits: [{emits}]"))
    };
    let emits = "(message: \"Job\")";
    let nodes = source("source", rate, "")
        + &node("1", "500us", emits)
        + &node("2", "1ms", emits)
        + &node("3", "1250us", "");
    let edges = [("source", "queue-1"), ("server-1", "queue-2"), ("server-2", "queue-3")]
        .map(|(from, to)| publish(from, to))
        .concat()
        + &["1", "2", "3"].map(|name| subscribe(name, "")).concat();
    fn at(report: &Report, consumer: &str) -> f64 {
        report.paths.iter().find(|path| path.to == consumer).map_or(f64::NAN, |path| path.mean_ns)
    }
    System {
        name: "three stations in a row".to_owned(),
        design: design((rate, messages), &nodes, &edges, ""),
        expected: vec![
            ("sojourn up to 1", Measured::Report(|it| at(it, "server-1")), sojourn(0.5)),
            (
                "sojourn up to 2",
                Measured::Report(|it| at(it, "server-2")),
                sojourn(0.5) + sojourn(1.0),
            ),
            (
                "sojourn up to 3",
                Measured::Report(|it| at(it, "server-3")),
                sojourn(0.5) + sojourn(1.0) + sojourn(1.25),
            ),
        ],
    }
}

/// A Jackson network with chance at its forks: what fails at one station goes to another as a dead
/// letter. From 0, 0.6 goes to 1 and the rest to 2; from 1, 0.1 goes back to 0.
fn with_ways_back(messages: u64) -> System {
    let node = |name: &str, service: &str, failing: &str, emits: &str| {
        let handler = format!(
            "service_time: Exponential(\"{service}\"), failures: (transient: {failing}), emits: \
             [{emits}]"
        );
        queue(name, 1, &handler)
    };
    let nodes = source("source", 1.0, "")
        + &node("0", "500us", "0.4", "(message: \"Job\")")
        + &node("1", "1ms", "0.1", "")
        + &node("2", "1250us", "0.0", "");
    let edges = publish("source", "queue-0")
        + &publish("server-0", "queue-1")
        + &subscribe("0", "retry: (attempts: 1), dead_letter: \"queue-2\"")
        + &subscribe("1", "retry: (attempts: 1), dead_letter: \"queue-0\"")
        + &subscribe("2", "");
    let passing = 1.0 / (1.0 - 0.6 * 0.1);
    let loads = [passing * 0.5, passing * 0.6, passing * 0.4 * 1.25];
    let present = loads.map(|load| load / (1.0 - load));
    System {
        name: "three stations with ways back".to_owned(),
        design: design((1.0, messages), &nodes, &edges, ""),
        expected: vec![
            ("at the first", Measured::Report(|it| present_in(it, "queue-0")), present[0]),
            ("at the second", Measured::Report(|it| present_in(it, "queue-1")), present[1]),
            ("at the third", Measured::Report(|it| present_in(it, "queue-2")), present[2]),
            ("busy at the second", Measured::Report(|it| it.consumers[1].utilization), loads[1]),
        ],
    }
}

fn present_in(report: &Report, channel: &str) -> f64 {
    let found = report.channels.iter().find(|it| it.channel == channel);
    found.map_or(f64::NAN, |it| it.present_mean)
}

/// What finds the server busy tries again after a while, and again: each for itself, `again` times
/// in a millisecond.
fn retrial(rate: f64, again: f64, messages: u64) -> System {
    let orbit =
        format!("service_time: Exponential(\"{}us\"), emits: [(message: \"Job\")]", 1e3 / again);
    let nodes = source("source", rate, "")
        + "(name: \"queue\", role: Channel((delivery: PointToPoint, max_messages: 1, \
           capacity_counts: All, overflow: RejectPublish, dead_letters: [Overflow], dead_letter: \
           \"queue-orbit\"))), (name: \"server\", role: Consumer((handlers: [(service_time: \
           Exponential(\"1ms\"))]))),"
        + &queue("orbit", 100_000, &orbit);
    let edges = publish("source", "queue")
        + &publish("server-orbit", "queue")
        + "(kind: Subscribe, from: \"queue\", to: \"server\"),"
        + &subscribe("orbit", "");
    System {
        name: format!("retrials of {rate}, {again}"),
        design: design((rate, messages), &nodes, &edges, ""),
        expected: vec![
            (
                "in the orbit",
                Measured::Report(|it| present_in(it, "queue-orbit")),
                rate * rate / (1.0 - rate) + rate * rate / (again * (1.0 - rate)),
            ),
            ("at the server", Measured::Report(|it| present_in(it, "queue")), rate),
        ],
    }
}

/// A server that stands still at times and then goes on with what it had begun; all rates are for
/// a millisecond.
struct Breakdown {
    rate: f64,
    served: f64,
    breaks: f64,
    mends: f64,
}

impl Breakdown {
    fn system(&self, messages: u64) -> System {
        let Breakdown { rate, served, breaks, mends } = *self;
        let law = |rate: f64| format!("Exponential(\"{}ns\")", (MS / rate) as u64);
        let most = rate * FAULTS * (1.0 / breaks + 1.0 / mends);
        let (both, left) = (breaks + mends, mends * served - rate * (breaks + mends));
        System {
            name: format!("breakdowns of {rate}, {served}, {breaks}, {mends}"),
            design: station(
                rate,
                messages.min(most as u64),
                Station {
                    service: law(served),
                    faults: format!(
                        "(kind: Pause(node: \"server\"), trigger: Random(well: {}, struck: {}))",
                        law(breaks),
                        law(mends)
                    ),
                    ..Station::default()
                },
            ),
            expected: vec![(
                "in the system",
                Measured::Report(|it| present_in(it, "queue")),
                rate * (both * both + breaks * served) / (both * left),
            )],
        }
    }
}

/// Each message is worked on at two places at once, and is done when both are.
fn fork_join(load: f64, messages: u64) -> System {
    let handler = "(handlers: [(service_time: Exponential(\"1ms\"))])";
    let nodes = source("source", load, "")
        + "(name: \"topic\", role: Channel((delivery: PublishSubscribe))),"
        + &["one", "two"]
            .map(|it| format!("(name: \"{it}\", role: Consumer({handler})),"))
            .concat();
    let edges = publish("source", "topic")
        + &["one", "two"]
            .map(|it| format!("(kind: Subscribe, from: \"topic\", to: \"{it}\"),"))
            .concat();
    System {
        name: format!("fork and join at {load}"),
        design: design((load, messages), &nodes, &edges, ""),
        expected: vec![(
            "until both are done",
            Measured::Record(|it| it.mean_sojourn()),
            (12.0 - load) / 8.0 / (1.0 - load) * MS,
        )],
    }
}
