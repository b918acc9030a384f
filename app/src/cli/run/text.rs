//! What a run came to, for people.

use flowbench_simulator::report::{ConsumerReport, DeadLetterReport, PromiseReport, Report};

use crate::cli::console::{Console, Tone};
use crate::cli::run::effects;
use crate::cli::run::section::{heading, table};
use crate::cli::run::stores;
use crate::cli::table::{Lean, wrapped};
use crate::cli::words::{count, time};

/// Dead letters that are listed; the others are counted.
const DEAD_LETTERS: usize = 10;

/// Writes the report.
pub(super) fn print(report: &Report, wall_seconds: f64, console: &mut Console) {
    head(report, wall_seconds, console);
    books(report, console);
    subscriptions(report, console);
    averages(report, console);
    dead_letters(report, console);
    paths(report, console);
    stores::print(report, console);
    effects::print(report, console);
    promises(report, console);
    recorded(report, console);
    if let Some(halted) = &report.halted {
        let text = format!("stopped at {}: {halted}", time(report.simulated_ns));
        console.line(&console.tinted(Tone::Bad, &text));
    }
}

fn head(report: &Report, wall_seconds: f64, console: &mut Console) {
    let name = console.tinted(Tone::Strong, &report.design);
    let scenario = console.tinted(Tone::Strong, &report.scenario);
    console.line(&format!("{name} · {scenario} · seed {}", report.seed));
    let simulated = time(report.simulated_ns);
    let (events, hash) = (count(report.events), &report.record_hash);
    let facts =
        format!("{simulated} simulated · {events} events · {wall_seconds:.3} s · record {hash}");
    console.line(&console.tinted(Tone::Faint, &facts));
}

fn books(report: &Report, console: &mut Console) {
    heading("Messages", console);
    let books = &report.messages;
    let published = format!(
        "{} published, {} copies; {} deliveries, {} of them again",
        count(books.published),
        count(books.copies),
        count(books.delivered),
        count(books.redelivered),
    );
    console.line(&format!("  {published}"));
    let fates = format!(
        "{} = {} acknowledged + {} dead letters + {} expired + {} dropped + {} under way",
        count(books.copies),
        count(books.acknowledged),
        count(books.dead_lettered),
        count(books.expired),
        count(books.dropped),
        count(books.in_flight),
    );
    let balance = if report.balanced {
        console.tinted(Tone::Good, "✓ balanced")
    } else {
        console.tinted(Tone::Bad, "✗ the books do not balance")
    };
    console.line(&format!("  {fates}  {balance}"));
    if report.calls.sent > 0 {
        let (sent, failed) = (count(report.calls.sent), count(report.calls.failed));
        console.line(&format!("  {sent} calls, {failed} of them failed"));
    }
    if report.calls.refused > 0 {
        let refused = count(report.calls.refused);
        console.line(&format!("  {refused} calls not made, by callers that held themselves back"));
    }
    for breaker in &report.breakers {
        let (edge, opened) = (&breaker.edge, count(breaker.opened.into()));
        let state = match (breaker.opened, breaker.since_ns) {
            (0, _) => "the breaker never opened".to_owned(),
            (_, since) => {
                format!("the breaker opened {opened}×, {} since {}", breaker.state, time(since))
            }
        };
        console.line(&format!("  {edge}: {state}"));
    }
    for consumer in &report.consumers {
        if let Some(it) = consumer.instances {
            let (name, ready, most) = (&consumer.consumer, it.ready, it.most);
            console.line(&format!("  {name}: {ready} instances at the end, at most {most}"));
        }
    }
    if report.reply_timeouts > 0 {
        console.line(&format!("  {} replies did not come in time", count(report.reply_timeouts)));
    }
}

/// Each recorded file, with the first of the lines that were left out.
fn recorded(report: &Report, console: &mut Console) {
    if report.recorded.is_empty() {
        return;
    }
    heading("Recorded files", console);
    for it in &report.recorded {
        let (events, hash) = (count(it.events), &it.content_hash);
        let line = format!("{}, {}: {events} events", it.producer, it.file);
        let hash = console.tinted(Tone::Faint, &format!("content {hash}"));
        console.line(&format!("  {line}  {hash}"));
        if it.skipped > 0 {
            let text = format!("{} lines left out", count(it.skipped));
            console.line(&format!("    {}", console.tinted(Tone::Doubtful, &text)));
        }
        for skipped in &it.first_skipped {
            console.line(&format!("    line {}: {}", skipped.line, skipped.expected));
        }
    }
}

fn subscriptions(report: &Report, console: &mut Console) {
    if report.subscriptions.is_empty() {
        return;
    }
    let head = [
        ("channel -> consumer", Lean::Left),
        ("delivered", Lean::Right),
        ("again", Lean::Right),
        ("done", Lean::Right),
        ("dead", Lean::Right),
        ("gone", Lean::Right),
        ("waiting", Lean::Right),
        ("peak", Lean::Right),
    ];
    let rows: Vec<Vec<String>> = report
        .subscriptions
        .iter()
        .map(|it| {
            let numbers = [
                it.delivered,
                it.redelivered,
                it.acknowledged,
                it.dead_lettered,
                it.expired + it.dropped,
                it.ready + it.in_flight,
                it.backlog_max,
            ];
            std::iter::once(it.edge.clone()).chain(numbers.map(count)).collect()
        })
        .collect();
    table("Subscriptions", &head, &rows, console);
}

/// How much was in each backlog and how busy each consumer was, over the time after the warm-up.
fn averages(report: &Report, console: &mut Console) {
    if report.consumers.is_empty() || report.measured_ns == 0 {
        return;
    }
    let head = [
        ("consumer", Lean::Left),
        ("busy", Lean::Right),
        ("by", Lean::Left),
        ("waiting", Lean::Right),
        ("there", Lean::Right),
    ];
    let rows: Vec<Vec<String>> =
        report.consumers.iter().flat_map(|consumer| averages_of(consumer, report)).collect();
    let title = format!("On average over {}", time(report.measured_ns));
    table(&title, &head, &rows, console);
}

/// A line for each channel that a consumer reads, or one if it only is called.
fn averages_of(consumer: &ConsumerReport, report: &Report) -> Vec<Vec<String>> {
    let busy = format!("{:.1} %", consumer.utilization * 100.0);
    let lines = report.subscriptions.iter().filter(|it| it.consumer == consumer.consumer);
    let mut rows: Vec<Vec<String>> = lines
        .map(|it| {
            let [waiting, there] = [it.waiting_mean, it.present_mean].map(average);
            vec![consumer.consumer.clone(), busy.clone(), it.channel.clone(), waiting, there]
        })
        .collect();
    if rows.is_empty() {
        let none = || "–".to_owned();
        rows.push(vec![consumer.consumer.clone(), busy, none(), none(), none()]);
    }
    rows
}

/// An average number of copies: three digits, thousands apart.
fn average(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => count(number.round() as u64),
    }
}

fn dead_letters(report: &Report, console: &mut Console) {
    let dead = &report.dead_letters;
    if dead.is_empty() {
        return;
    }
    let head = [
        ("message", Lean::Left),
        ("type", Lean::Left),
        ("consumer", Lean::Left),
        ("attempts", Lean::Right),
        ("at", Lean::Right),
        ("reason", Lean::Left),
        ("caused by", Lean::Left),
    ];
    let row = |it: &DeadLetterReport| {
        vec![
            it.message.clone(),
            it.message_type.clone(),
            it.consumer.clone().unwrap_or_else(|| "–".to_owned()),
            count(it.attempts.into()),
            time(it.at_ns),
            it.reason.clone(),
            it.causes.join(" < "),
        ]
    };
    let rows: Vec<Vec<String>> = dead.iter().take(DEAD_LETTERS).map(row).collect();
    table(&format!("Dead letters ({})", count(dead.len() as u64)), &head, &rows, console);
    if let Some(more) = dead.len().checked_sub(DEAD_LETTERS).filter(|more| *more > 0) {
        console.line(&format!("  and {} more; --format json lists all", count(more as u64)));
    }
}

fn paths(report: &Report, console: &mut Console) {
    if report.paths.is_empty() {
        return;
    }
    let head = [
        ("from", Lean::Left),
        ("to", Lean::Left),
        ("by", Lean::Left),
        ("count", Lean::Right),
        ("median", Lean::Right),
        ("99 %", Lean::Right),
        ("slowest", Lean::Right),
    ];
    let rows: Vec<Vec<String>> = report
        .paths
        .iter()
        .map(|it| {
            vec![
                it.from.clone(),
                it.to.clone(),
                it.channel.clone(),
                count(it.count),
                time(it.p50_ns),
                time(it.p99_ns),
                time(it.max_ns),
            ]
        })
        .collect();
    table("Paths, from the origin to the acknowledgement", &head, &rows, console);
}

fn promises(report: &Report, console: &mut Console) {
    if report.promises.is_empty() {
        return;
    }
    heading("Promises", console);
    for promise in &report.promises {
        let (sign, words) = verdict(promise);
        let tone = match promise.verdict {
            "undecided" => Tone::Doubtful,
            _ if promise.is_as_expected() => Tone::Good,
            _ => Tone::Bad,
        };
        let verdict = console.tinted(tone, &format!("{sign} {words}"));
        console.line(&format!("  {verdict}: {}", promise.name));
        for line in wrapped(&promise.evidence, console.width().saturating_sub(6)) {
            console.line(&console.tinted(Tone::Faint, &format!("      {line}")));
        }
    }
}

fn verdict(promise: &PromiseReport) -> (char, &'static str) {
    match (promise.verdict, promise.meant_to_break) {
        ("held", false) => ('✓', "held"),
        ("held", true) => ('✗', "held, although this scenario is there to break it"),
        ("violated", false) => ('✗', "violated"),
        ("violated", true) => ('✓', "violated, as this scenario is there to show"),
        _ => ('?', "undecided"),
    }
}
