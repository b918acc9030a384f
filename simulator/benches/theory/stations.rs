//! Single stations, by the numbers of their reports.

use flowbench_simulator::report::Report;

use super::{MS, Measured, Scope, Station, System, erlang_b, erlang_c, station};

/// The systems of this family.
pub(super) fn systems(scope: &Scope) -> Vec<System> {
    let (messages, members) = (scope.messages, scope.members);
    let mut all = Vec::new();
    for load in scope.loads.iter().copied() {
        all.push(one_server(load, messages));
        for law in [&CONSTANT, &UNIFORM, &LOG_NORMAL, &GAMMA, &WEIBULL] {
            all.push(any_service(law, load, messages));
        }
    }
    let many = [(2, 0.5), (2, 0.8), (3, 0.7), (5, 0.8), (10, 0.8), (20, 0.9)];
    all.extend(many.iter().take(members).map(|(c, load)| many_servers(*c, *load, messages)));
    let no_room_for: [(u32, f64); 10] = [
        (1, 1.0),
        (2, 1.0),
        (5, 4.0),
        (10, 8.0),
        (20, 15.0),
        (50, 45.0),
        (5, 5.0),
        (10, 10.0),
        (20, 20.0),
        (100, 90.0),
    ];
    all.extend(no_room_for.iter().take(members).map(|(c, a)| no_room(*c, *a, messages)));
    let rooms = [(1, 0.5), (5, 0.8), (5, 1.2), (10, 0.9), (10, 1.0), (20, 2.0)];
    all.extend(rooms.iter().take(members).map(|(k, load)| limited_room(*k, *load, messages)));
    let limits: [(f64, f64); 12] = [
        (1.0, 0.5),
        (5.0, 0.8),
        (2.0, 0.95),
        (10.0, 1.0),
        (5.0, 1.2),
        (1.0, 2.0),
        (2.0, 0.5),
        (1.0, 0.8),
        (10.0, 0.8),
        (5.0, 0.95),
        (2.0, 1.0),
        (2.0, 2.0),
    ];
    all.extend(limits.iter().take(members).map(|(t, load)| limited_wait(*t, *load, messages)));
    for (share, attempts) in [(0.2, 3), (0.5, 2), (0.5, 5), (0.1, 2)].iter().take(members) {
        all.push(repeated(*share, *attempts, messages));
    }
    all.extend([0.0, 5.0].map(|backoff| repeated_later(backoff, messages)));
    all
}

fn one_server(load: f64, messages: u64) -> System {
    let mean = MS / (1.0 - load);
    System {
        name: format!("M/M/1 at {load}"),
        design: station(load, messages, Station::default()),
        expected: vec![
            ("mean sojourn", SOJOURN, mean),
            (
                "median sojourn",
                Measured::Report(|it| it.paths[0].p50_ns as f64),
                mean * libm::log(2.0),
            ),
            (
                "99th percentile",
                Measured::Report(|it| it.paths[0].p99_ns as f64),
                mean * libm::log(100.0),
            ),
            ("in the system", PRESENT, load / (1.0 - load)),
            ("waiting", WAITING, load * load / (1.0 - load)),
            ("utilization", Measured::Report(|it| it.consumers[0].utilization), load),
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
const GAMMA: Law = Law { name: "M/gamma/1", text: "Gamma(\"1ms\", 0.5)", variance: 2.0 };
/// The mean is the scale times gamma(1 + 1 / 0.7).
const WEIBULL: Law =
    Law { name: "M/weibull/1", text: "Weibull(\"790000ns\", 0.7)", variance: 2.1386856318511667 };

fn any_service(law: &Law, load: f64, messages: u64) -> System {
    let wait = load / (1.0 - load) * (1.0 + law.variance) / 2.0 * MS;
    let station_of = Station { service: law.text.to_owned(), ..Station::default() };
    System {
        name: format!("{} at {load}", law.name),
        design: station(load, messages, station_of),
        expected: vec![
            ("mean sojourn", SOJOURN, wait + MS),
            ("waiting", WAITING, load * wait / MS),
        ],
    }
}

/// What finds all servers busy is refused.
fn no_room(servers: u32, offered: f64, messages: u64) -> System {
    let channel = format!("max_messages: {servers}, capacity_counts: All, overflow: DropNewest");
    System {
        name: format!("M/M/{servers}/{servers} offered {offered}"),
        design: station(offered, messages, Station { servers, channel, ..Station::default() }),
        expected: vec![
            ("lost share", LOST, erlang_b(servers, offered)),
            (
                "busy servers",
                Measured::Report(|it| it.consumers[0].busy_mean),
                offered * (1.0 - erlang_b(servers, offered)),
            ),
        ],
    }
}

fn many_servers(servers: u32, load: f64, messages: u64) -> System {
    let offered = load * f64::from(servers);
    let mean_wait = erlang_c(servers, offered) / (f64::from(servers) - offered) * MS;
    System {
        name: format!("M/M/{servers} at {load}"),
        design: station(offered, messages, Station { servers, ..Station::default() }),
        expected: vec![
            ("mean sojourn", SOJOURN, mean_wait + MS),
            ("waiting", WAITING, offered * mean_wait / MS),
        ],
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
            ("lost share", LOST, lost),
            ("mean sojourn", SOJOURN, inside / (load * (1.0 - lost)) * MS),
            ("in the system", PRESENT, inside),
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
        expected: vec![(
            "expired share",
            Measured::Report(|it| share(it.messages.expired, it)),
            expired,
        )],
    }
}

/// Attempts fail by chance and are made again at once, a few times.
fn repeated(failing: f64, attempts: u32, messages: u64) -> System {
    let dead = libm::pow(failing, f64::from(attempts));
    let mean_attempts = (1.0 - dead) / (1.0 - failing);
    let station_of = Station {
        failing,
        contract: format!("retry: (attempts: {attempts}), dead_letter: \"dead\""),
        more: "(name: \"dead\", role: Channel((delivery: PointToPoint))),".to_owned(),
        ..Station::default()
    };
    System {
        name: format!("{attempts} attempts failing at {failing}"),
        design: station(0.6 / mean_attempts, messages, station_of),
        expected: vec![
            (
                "dead-letter share",
                Measured::Report(|it| it.messages.dead_lettered as f64 / settled(it)),
                dead,
            ),
            (
                "attempts a message",
                Measured::Report(|it| it.messages.delivered as f64 / settled(it)),
                mean_attempts,
            ),
        ],
    }
}

/// Attempts fail by chance and are made again after a while, at most three: the station has to do
/// with all attempts as if they came by themselves, and what is between two of them waits outside.
fn repeated_later(backoff: f64, messages: u64) -> System {
    let (rate, failing) = (0.6, 0.2);
    let load = rate * (1.0 + failing + failing * failing);
    let contract =
        format!("retry: (attempts: 3, backoff: Fixed(\"{backoff}ms\")), dead_letter: \"dead\"");
    let station_of = Station {
        failing,
        contract,
        more: "(name: \"dead\", role: Channel((delivery: PointToPoint))),".to_owned(),
        ..Station::default()
    };
    let mut expected: Vec<(&'static str, Measured, f64)> =
        vec![("at the station", Measured::Report(at_station), load / (1.0 - load))];
    if backoff > 0.0 {
        let outside = rate * (failing + failing * failing) * backoff;
        expected.push((
            "between attempts",
            Measured::Report(|it| it.subscriptions[0].present_mean - at_station(it)),
            outside,
        ));
    }
    System {
        name: format!("3 attempts {backoff} ms apart"),
        design: station(rate, messages, station_of),
        expected,
    }
}

const SOJOURN: Measured = Measured::Report(|it| it.paths[0].mean_ns);
const PRESENT: Measured = Measured::Report(|it| it.subscriptions[0].present_mean);
const WAITING: Measured = Measured::Report(|it| it.subscriptions[0].waiting_mean);
const LOST: Measured = Measured::Report(|it| share(it.messages.dropped, it));

fn at_station(report: &Report) -> f64 {
    report.subscriptions[0].waiting_mean + report.consumers[0].busy_mean
}

fn share(part: u64, report: &Report) -> f64 {
    part as f64 / report.messages.published as f64
}

fn settled(report: &Report) -> f64 {
    (report.messages.acknowledged + report.messages.dead_lettered) as f64
}
