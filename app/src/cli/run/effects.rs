//! What consumers came to beside their messages: ledgers, patterns, rows that others publish, and
//! expressions that failed.

use flowbench_simulator::report::Report;

use crate::cli::console::{Console, Tone};
use crate::cli::run::section::{heading, table};
use crate::cli::table::{Lean, wrapped};
use crate::cli::words::{amount, count, time};

/// Writes what there is.
pub(super) fn print(report: &Report, console: &mut Console) {
    ledgers(report, console);
    patterns(report, console);
    relays(report, console);
    failed_expressions(report, console);
}

fn ledgers(report: &Report, console: &mut Console) {
    let head = [
        ("consumer", Lean::Left),
        ("expected", Lean::Right),
        ("posted", Lean::Right),
        ("twice", Lean::Right),
        ("missing", Lean::Right),
        ("sum", Lean::Right),
        ("", Lean::Left),
    ];
    let rows = report.ledgers.iter().map(|it| {
        let counts = [it.expected.count, it.posted.count, it.doubled.count, it.missing];
        let verdict = if it.balances { "balances" } else { "does not balance" };
        let sum = format!("{} {}", amount(it.posted.sum), it.unit);
        let cells = std::iter::once(it.consumer.clone()).chain(counts.map(count));
        cells.chain([sum.trim().to_owned(), verdict.to_owned()]).collect()
    });
    rows_of("Ledgers", &head, rows.collect(), console);
}

fn patterns(report: &Report, console: &mut Console) {
    let head = [("consumer", Lean::Left), ("pattern", Lean::Left), ("", Lean::Left)];
    let rows = report.patterns.iter().map(|it| {
        let open = (it.open > 0).then(|| format!("{} not over", count(it.open)));
        let counted = it.counts.iter().filter(|(_, number)| **number > 0);
        let counted = counted.map(|(word, number)| format!("{} {word}", count(*number)));
        let counts: Vec<String> = counted.chain(open).collect();
        vec![it.consumer.clone(), it.pattern.to_owned(), counts.join(", ")]
    });
    rows_of("Patterns", &head, rows.collect(), console);
}

fn relays(report: &Report, console: &mut Console) {
    let head = [
        ("consumer", Lean::Left),
        ("rows", Lean::Right),
        ("published", Lean::Right),
        ("again", Lean::Right),
        ("waiting", Lean::Right),
        ("peak", Lean::Right),
        ("slowest", Lean::Right),
    ];
    let rows = report.relays.iter().map(|it| {
        let counts = [it.rows, it.published, it.again, it.waiting, it.waiting_max].map(count);
        let cells = std::iter::once(it.consumer.clone()).chain(counts);
        cells.chain([time(it.delay_max_ns)]).collect()
    });
    rows_of("Rows that a relay or a connector publishes", &head, rows.collect(), console);
}

fn failed_expressions(report: &Report, console: &mut Console) {
    if report.expression_error_count == 0 {
        return;
    }
    let times = count(report.expression_error_count);
    heading(&format!("Expressions that failed ({times}×)"), console);
    for it in &report.expression_errors {
        let text = format!(
            "{}× {} (column {} of `{}`)",
            count(it.times),
            it.error,
            it.column,
            it.expression
        );
        for line in wrapped(&text, console.width().saturating_sub(2)) {
            console.line(&format!("  {}", console.tinted(Tone::Bad, &line)));
        }
        let first = format!("{}; first at {} with {}", it.place, time(it.at_ns), it.message);
        console.line(&console.tinted(Tone::Faint, &format!("      {first}")));
    }
}

/// A table, unless it is empty.
fn rows_of(title: &str, head: &[(&str, Lean)], rows: Vec<Vec<String>>, console: &mut Console) {
    if !rows.is_empty() {
        table(title, head, &rows, console);
    }
}
