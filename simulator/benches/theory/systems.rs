//! Systems of which theory knows the numbers, as the text of designs, with these numbers. The unit
//! of time is a millisecond, and the mean service takes one unless something else is said.
//!
//! Sources: L. Kleinrock, "Queueing Systems", volumes 1 and 2 (M/M/1, M/M/c, M/M/1/K, Pollaczek and
//! Khinchine, Cobham's priorities); D. Y. Barrer, "Queuing with Impatient Customers and Ordered
//! Service", 1957 (waiting with a limit); J. R. Jackson, "Networks of Waiting Lines", 1957; F. P.
//! Kelly, "Reversibility and Stochastic Networks", 1979 (repeated attempts); G. I. Falin and J. G. C.
//! Templeton, "Retrial Queues", 1997; H. White and L. S. Christie, "Queuing with Preemptive
//! Priorities or with Breakdown", 1958; L. Flatto and S. Hahn, "Two Parallel Queues Created by
//! Arrivals with Two Demands", 1984 (with R. Nelson and A. N. Tantawi, 1988).

#[path = "networks.rs"]
mod networks;
#[path = "observed.rs"]
mod observed;
#[path = "stations.rs"]
mod stations;
#[path = "waits.rs"]
mod waits;

use std::thread;

use flowbench_model::formats::native;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;
use flowbench_simulator::statistics::Estimate;

use observed::Observed;

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

/// A number of a run.
#[derive(Clone, Copy)]
pub(crate) enum Measured {
    /// What its report says.
    Report(fn(&Report) -> f64),
    /// What its record shows of single messages.
    Record(fn(&Observed) -> f64),
}

/// How much is measured.
pub(crate) struct Scope {
    /// Messages that each run of a system handles.
    pub(crate) messages: u64,
    /// Loads of single servers: the higher one is, the longer it takes until the beginning is
    /// forgotten.
    pub(crate) loads: &'static [f64],
    /// Members of other families of systems at most.
    pub(crate) members: usize,
}

/// All systems.
pub(crate) fn systems(scope: &Scope) -> Vec<System> {
    let mut all = stations::systems(scope);
    all.extend(waits::systems(scope));
    all.extend(networks::systems(scope));
    all
}

impl System {
    /// What is measured, what it should be, and what it was in each replication.
    pub(crate) fn measured(&self) -> Vec<(&'static str, f64, Vec<f64>)> {
        let rows = self.replicated(1..=REPLICATIONS);
        let values = |at: usize| rows.iter().map(|row| row[at]).collect();
        (0..).zip(&self.expected).map(|(at, (what, _, it))| (*what, *it, values(at))).collect()
    }

    /// What was measured with each of these seeds, on two threads.
    #[allow(clippy::disallowed_methods, reason = "runs stay on one thread each")]
    pub(crate) fn replicated(&self, seeds: std::ops::RangeInclusive<u64>) -> Vec<Vec<f64>> {
        let seeds: Vec<u64> = seeds.collect();
        let run_all = |seeds: &[u64]| seeds.iter().map(|it| self.run(*it)).collect::<Vec<_>>();
        let (first, second) = seeds.split_at(seeds.len() / 2);
        thread::scope(|scope| {
            let first = scope.spawn(|| run_all(first));
            let second = run_all(second);
            let mut rows = first.join().expect("no run panics");
            rows.extend(second);
            rows
        })
    }

    fn run(&self, seed: u64) -> Vec<f64> {
        let design =
            native::read(&self.design).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let design = design.design;
        let scenario = design.scenario(None).expect("it has a scenario");
        let plan = Plan::compile(&design, scenario, seed).expect("it can be run");
        let is_of_record = |it: &(&str, Measured, f64)| matches!(it.1, Measured::Record(_));
        let reads_record = self.expected.iter().any(is_of_record);
        let keep = if reads_record { Keep::Everything } else { Keep::Statistics };
        let mut recorder = Recorder::new(&plan, keep);
        let end = plan.end;
        let mut run = Run::new(plan);
        run.advance_to(end, &mut recorder);
        let report = Report::new(&run, &recorder);
        assert_eq!(report.halted, None, "{}", self.name);
        let observed = reads_record.then(|| Observed::of(run.plan(), recorder.record()));
        let value = |(_, measured, _): &(&str, Measured, f64)| match (measured, &observed) {
            (Measured::Report(measured), _) => measured(&report),
            (Measured::Record(measured), Some(observed)) => measured(observed),
            (Measured::Record(_), None) => f64::NAN,
        };
        self.expected.iter().map(value).collect()
    }
}

/// How many standard errors a mean is away from what it should be.
pub(crate) fn errors(estimate: &Estimate, expected: f64) -> f64 {
    let standard_error = estimate.deviation / (estimate.count as f64).sqrt();
    (estimate.mean - expected).abs() / standard_error
}

/// The share of time in which so many servers are all busy, if nobody waits (Erlang B).
fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, i| offered * blocked / (f64::from(i) + offered * blocked))
}

/// The share of messages that find so many servers all busy, if they wait (Erlang C).
fn erlang_c(servers: u32, offered: f64) -> f64 {
    let (load, blocked) = (offered / f64::from(servers), erlang_b(servers, offered));
    blocked / (1.0 - load * (1.0 - blocked))
}

/// What is different about a station.
struct Station {
    servers: u32,
    service: String,
    failing: f64,
    channel: String,
    contract: String,
    more: String,
    faults: String,
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
            faults: String::new(),
        }
    }
}

/// A queue and its consumer; `rate` messages come in a millisecond.
fn station(rate: f64, messages: u64, station: Station) -> String {
    let Station { servers, service, failing, channel, contract, more, faults } = station;
    let nodes = format!(
        "{} (name: \"queue\", role: Channel((delivery: PointToPoint, {channel}))), (name: \
         \"server\", role: Consumer((concurrency: {servers}, handlers: [(on: \"Job\", \
         service_time: {service}, failures: (transient: {failing:?}))]))), {more}",
        source("source", rate, "")
    );
    let edges = format!(
        "(kind: Publish, from: \"source\", to: \"queue\"), (kind: Subscribe, from: \"queue\", to: \
         \"server\", contract: ({contract})),"
    );
    design((rate, messages), &nodes, &edges, &faults)
}

/// A producer with so many messages in a millisecond.
fn source(name: &str, rate: f64, properties: &str) -> String {
    let gap_ns = (1e6 / rate) as u64;
    format!(
        "(name: \"{name}\", role: Producer((workload: [(message: \"Job\", arrivals: \
         Poisson(\"1/{gap_ns}ns\"), properties: ({properties}))]))),"
    )
}

/// A run that lasts until so many messages came. The first tenth of the time is left out.
fn design((rate, messages): (f64, u64), nodes: &str, edges: &str, faults: &str) -> String {
    let ms = (messages as f64 / rate) as u64;
    format!(
        "(format: 1, info: (name: \"theory\"), messages: [(name: \"Job\", kind: Command)], nodes: \
         [{nodes}], edges: [{edges}], scenarios: [(name: \"load\", duration: \"{ms}ms\", warm_up: \
         \"{}ms\", faults: [{faults}])])",
        ms / 10
    )
}
