//! Averages over time: what is noted when a number changes, against the number added up from one
//! event to the next, and against the stays of the single messages (Little's law).

use std::collections::BTreeMap;
use std::sync::Arc;

use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::report::Report;
use flowbench_simulator::run::Run;

use crate::support::{design, report, run, shop};

/// Steps a run to its end, adds up what is there from one event to the next, and holds the
/// averages to that.
pub(crate) fn added_up(plan: &Arc<Plan>, recorder: &mut Recorder) -> Run {
    let mut run = Run::new(Arc::clone(plan));
    let mut areas = vec![[0u128; 3]; plan.backlogs.len()];
    let mut busy = vec![0u128; plan.consumers.len()];
    loop {
        let next = run.next_event().unwrap_or(plan.end).max(run.now());
        let length = next.max(plan.warm_up).since(run.now().max(plan.warm_up)).0;
        for (index, area) in areas.iter_mut().enumerate() {
            let there = run.in_backlog(index as u32);
            let parts = [there.waiting, there.handed_out, there.resting];
            area.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part * u128::from(length));
        }
        for (sum, consumer) in busy.iter_mut().zip(&plan.consumers) {
            let (slots, _) = run.load(consumer.node).expect("a consumer");
            *sum += u128::from(slots) * u128::from(length);
        }
        if !run.step(recorder) {
            break;
        }
    }
    run.advance_to(plan.end, recorder);
    for (index, area) in areas.iter().enumerate() {
        let noted = run.time_in_backlog(index as u32);
        let noted = [noted.waiting, noted.handed_out, noted.resting];
        assert_eq!(noted, *area, "waiting, handed out and resting in backlog {index}");
    }
    for (index, sum) in busy.iter().enumerate() {
        assert_eq!(run.time_busy(index), *sum, "busy slots of consumer {index}");
    }
    run
}

/// Two servers, failures that are tried again later, and a warm-up.
const NODES: &str = "(name: \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: \
     Poisson(\"50/s\"))]))), (name: \"orders\", role: Channel((delivery: PointToPoint))), \
     (name: \"server\", role: Consumer((concurrency: 2, handlers: [(service_time: \
     Exponential(\"30ms\"), failures: (transient: 0.2))]))),";

fn edges(contract: &str) -> String {
    format!(
        "(kind: Publish, from: \"shop\", to: \"orders\"), (kind: Subscribe, from: \"orders\", to: \
         \"server\", contract: ({contract})),"
    )
}

fn station(contract: &str) -> Recording {
    run(&design(NODES, &edges(contract), "duration: \"60s\", warm_up: \"10s\""))
}

/// When each message came and when it left, if it did.
fn stays(recording: &Recording) -> BTreeMap<u32, (Time, Option<Time>)> {
    let mut stays = BTreeMap::new();
    for entry in recording.record().entries_from(0) {
        if entry.kind == EntryKind::Arrived {
            stays.insert(entry.message.0, (entry.at, None));
        } else if entry.kind == EntryKind::Acknowledged
            && let Some((_, left)) = stays.get_mut(&entry.message.0)
        {
            *left = Some(entry.at);
        }
    }
    stays
}

#[test]
fn the_average_number_is_the_rate_times_the_average_stay() {
    let recording = station("retry: (backoff: Fixed(\"100ms\"))");
    let (begin, end) = (Time(10_000_000_000), Time(60_000_000_000));
    let stays = stays(&recording);
    let within = |(came, left): &(Time, Option<Time>)| {
        let left = left.unwrap_or(end).max(begin);
        u128::from(left.since((*came).max(begin)).0)
    };
    let sum: u128 = stays.values().map(within).sum();
    let backlog = recording.end().time_in_backlog(0);
    assert_eq!(backlog.present(), sum, "L times the time is the sum of the stays");
    assert!(backlog.resting > 0, "retries wait outside");
    // L = λW: the number, from the rate of arrivals and the mean stay, both within the window.
    let report = recording.report();
    let passed = report.measured_ns as f64;
    assert_eq!(report.measured_ns, 50_000_000_000);
    let (rate, stay) = (stays.len() as f64 / passed, sum as f64 / stays.len() as f64);
    let present = report.subscriptions[0].present_mean;
    assert!((present / (rate * stay) - 1.0).abs() < 1e-12, "{present} is {rate} × {stay}");
}

#[test]
fn a_consumer_is_as_busy_as_its_attempts_take() {
    let recording = station("retry: (backoff: Fixed(\"100ms\"))");
    let mut began: BTreeMap<u32, Time> = BTreeMap::new();
    let mut work: u128 = 0;
    let begin = Time(10_000_000_000);
    let lasted = |from: Time, to: Time| u128::from(to.max(begin).since(from.max(begin)).0);
    for entry in recording.record().entries_from(0) {
        if entry.kind == EntryKind::Delivered {
            began.insert(entry.message.0, entry.at);
        } else if matches!(entry.kind, EntryKind::Acknowledged | EntryKind::Failed) {
            work += lasted(began.remove(&entry.message.0).expect("it began"), entry.at);
        }
    }
    work += began.values().map(|at| lasted(*at, Time(60_000_000_000))).sum::<u128>();
    assert_eq!(recording.end().time_busy(0), work);
    let consumer = &recording.report().consumers[0];
    assert_eq!((consumer.consumer.as_str(), consumer.concurrency), ("server", 2));
    assert_eq!(consumer.utilization, work as f64 / 50e9 / 2.0);
    assert!((0.8..1.0).contains(&consumer.utilization), "50/s × 30 ms × 1.25 / 2 is 0.94");
}

#[test]
fn what_comes_leaves_or_is_still_there() {
    let recording = station("retry: (attempts: 2)");
    let stays = stays(&recording);
    let books = &recording.report().messages;
    let still_there = recording.end().in_backlog(0);
    assert_eq!(stays.len() as u64, books.acknowledged + books.dropped + books.in_flight);
    assert_eq!(still_there.present(), u128::from(books.in_flight));
}

#[test]
fn averages_are_those_that_one_can_count() {
    // Three messages at 0, one second each: three there for a second, then two, then one.
    let nodes = shop(&["0s", "0s", "0s"])
        + "(name: \"orders\", role: Channel((delivery: PointToPoint))), (name: \"server\", role: \
           Consumer((handlers: [(service_time: Constant(\"1s\"))]))),";
    let averages = |scenario: &str| {
        let report: Report = report(&design(&nodes, &edges(""), scenario));
        let line = &report.subscriptions[0];
        [line.waiting_mean, line.present_mean, report.consumers[0].utilization]
    };
    assert_eq!(averages("duration: \"10s\""), [0.3, 0.6, 0.3]);
    assert_eq!(averages("duration: \"10s\", warm_up: \"2s\""), [0.0, 0.125, 0.125]);
    assert_eq!(averages("duration: \"2s\", warm_up: \"1500ms\""), [1.0, 2.0, 1.0]);
}

#[test]
fn averages_of_an_instant_in_the_past_are_those_of_a_run_to_there() {
    let recording = station("retry: (backoff: Fixed(\"100ms\"))");
    for at in [5_000_000_000, 10_000_000_000, 33_333_333_333] {
        let mut run = Run::new(Arc::clone(recording.plan()));
        run.advance_to(Time(at), &mut Recorder::new(recording.plan(), Keep::Nothing));
        let past = recording.at(Time(at));
        assert_eq!(past.time_in_backlog(0), run.time_in_backlog(0), "at {at}");
        assert_eq!(past.time_busy(0), run.time_busy(0), "at {at}");
        assert_eq!(run.measured_since().is_some(), at >= 10_000_000_000);
    }
}
