//! Waiting times: how long a message waits until somebody works on it, by the record.

use super::{MS, Measured, Scope, Station, System, design, erlang_c, source, station};

/// The systems of this family.
pub(super) fn systems(scope: &Scope) -> Vec<System> {
    let (messages, members) = (scope.messages, scope.members);
    let mut all: Vec<System> = scope.loads.iter().map(|load| one_server(*load, messages)).collect();
    let loads = scope.loads.iter().filter(|load| **load >= 0.5);
    all.extend(loads.map(|load| constant_service(*load, messages)));
    let many: [(u32, f64); 6] = [(2, 0.5), (2, 0.8), (3, 0.7), (5, 0.8), (10, 0.8), (20, 0.9)];
    all.extend(many.iter().take(members).map(|(c, load)| many_servers(*c, *load, messages)));
    let rates = [(0.2, 0.3), (0.3, 0.5), (0.1, 0.8)];
    all.extend(rates.iter().take(members).map(|(high, low)| priorities(*high, *low, messages)));
    all
}

const MEAN_WAIT: Measured = Measured::Record(|it| it.mean_wait(0));
const WAITING_SHARE: Measured = Measured::Record(|it| it.waiting_share());

fn one_server(load: f64, messages: u64) -> System {
    let quantile = |share: f64| (libm::log(load / (1.0 - share)) / (1.0 - load)).max(0.0) * MS;
    System {
        name: format!("wait in M/M/1 at {load}"),
        design: station(load, messages, Station::default()),
        expected: vec![
            ("mean", MEAN_WAIT, load / (1.0 - load) * MS),
            ("share that waits", WAITING_SHARE, load),
            ("95th percentile", Measured::Record(|it| it.wait_at(0.95)), quantile(0.95)),
            ("99th percentile", Measured::Record(|it| it.wait_at(0.99)), quantile(0.99)),
        ],
    }
}

fn constant_service(load: f64, messages: u64) -> System {
    let service = "Constant(\"1ms\")".to_owned();
    System {
        name: format!("wait in M/D/1 at {load}"),
        design: station(load, messages, Station { service, ..Station::default() }),
        expected: vec![
            ("mean", MEAN_WAIT, load / (1.0 - load) / 2.0 * MS),
            (
                "90th percentile",
                Measured::Record(|it| it.wait_at(0.9)),
                constant_quantile(load, 0.9) * MS,
            ),
            (
                "95th percentile",
                Measured::Record(|it| it.wait_at(0.95)),
                constant_quantile(load, 0.95) * MS,
            ),
            (
                "99th percentile",
                Measured::Record(|it| it.wait_at(0.99)),
                constant_quantile(load, 0.99) * MS,
            ),
        ],
    }
}

/// How long a share of messages does not exceed in M/D/1, by halving the interval.
fn constant_quantile(load: f64, share: f64) -> f64 {
    let (mut below, mut above) = (0.0, 50.0);
    for _ in 0..60 {
        let middle = f64::midpoint(below, above);
        if constant_distribution(load, middle) < share { below = middle } else { above = middle }
    }
    above
}

/// The share of messages that wait no longer than this in M/D/1 (Erlang 1909).
fn constant_distribution(load: f64, time: f64) -> f64 {
    let (mut sum, mut factorial) = (0.0, 1.0);
    for j in 0..=time as u32 {
        factorial *= f64::from(j.max(1));
        let rest = load * (time - f64::from(j));
        sum += libm::pow(-rest, f64::from(j)) / factorial * libm::exp(rest);
    }
    (1.0 - load) * sum
}

fn many_servers(servers: u32, load: f64, messages: u64) -> System {
    let offered = load * f64::from(servers);
    let waits = erlang_c(servers, offered);
    System {
        name: format!("wait in M/M/{servers} at {load}"),
        design: station(offered, messages, Station { servers, ..Station::default() }),
        expected: vec![
            ("mean", MEAN_WAIT, waits / (f64::from(servers) - offered) * MS),
            ("share that waits", WAITING_SHARE, waits),
        ],
    }
}

/// Two classes, one of which is handed out first; work that has begun is not broken off.
fn priorities(high: f64, low: f64, messages: u64) -> System {
    // The work that is found on arrival: both classes have exponential service of mean one.
    let found = high + low;
    let nodes = source("first", high, "priority: 1")
        + &source("second", low, "priority: 0")
        + "(name: \"queue\", role: Channel((delivery: PointToPoint, priority_levels: 2))), (name: \
           \"server\", role: Consumer((handlers: [(service_time: Exponential(\"1ms\"))]))),";
    let edges = "(kind: Publish, from: \"first\", to: \"queue\"), (kind: Publish, from: \"second\", \
                 to: \"queue\"), (kind: Subscribe, from: \"queue\", to: \"server\"),";
    System {
        name: format!("priorities at {high} and {low}"),
        design: design((high + low, messages), &nodes, edges, ""),
        expected: vec![
            ("mean wait of the first", MEAN_WAIT, found / (1.0 - high) * MS),
            (
                "mean wait of the others",
                Measured::Record(|it| it.mean_wait(1)),
                found / ((1.0 - high) * (1.0 - high - low)) * MS,
            ),
        ],
    }
}
