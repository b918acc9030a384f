//! A scenario: what is different in it, and what its run came to.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{chip, head};
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::facts::{DeadLetterFacts, Facts, PromiseFacts};
use crate::catalog::parts;
use crate::fault::Fault;
use crate::scenario::Scenario;

pub(super) fn content(book: &Book<'_>, scenario: &Scenario) -> Markup {
    let page = Page::Scenario(&scenario.name);
    let facts = book.source.facts.iter().find(|it| it.scenario == scenario.name);
    let mut chips = vec![chip(&format!("runs {}", scenario.duration))];
    chips.push(chip(&format!("seed {}", facts.map_or(scenario.seed, |it| it.seed))));
    html! {
        (head("Scenario", &scenario.name, &scenario.summary, &chips))
        (parts::section("What goes wrong", &faults(scenario)))
        (parts::section("What is different", &changes(scenario)))
        @match facts {
            Some(facts) => (results(book, page, facts)),
            None => p.note.muted { span { "It was not run for this catalog." } },
        }
        (parts::section("Findings", &parts::findings(book.findings_on(page))))
    }
}

fn faults(scenario: &Scenario) -> Markup {
    let row = |fault: &Fault| {
        let card = fault.kind.card();
        html! { tr {
            td { (card.title) }
            td { (card.happens) }
            td.number { (fault.start) }
            td.number { (fault.duration.map_or("to the end".to_owned(), |it| it.to_string())) }
        } }
    };
    let rows: Vec<Markup> = scenario.faults.iter().map(row).collect();
    parts::table("Faults", &["Fault", "What it does", "#Begins", "#Lasts"], &rows)
}

fn changes(scenario: &Scenario) -> Markup {
    let row = |set: &str, to: &str| html! { tr { td { code { (set) } } td { code { (to) } } } };
    let rows: Vec<Markup> = scenario.changes.iter().map(|it| row(&it.set, &it.to)).collect();
    parts::table("Changes", &["Property", "Value"], &rows)
}

fn results(book: &Book<'_>, page: Page<'_>, facts: &Facts) -> Markup {
    html! {
        (parts::section("Promises", &promises(facts)))
        section { h2 { "What it came to" } (books(facts)) }
        (parts::section("Latencies", &latencies(book, page, facts)))
        (parts::section("Subscriptions", &subscriptions(book, page, facts)))
        (parts::section("Dead letters", &dead_letters(book, page, facts)))
    }
}

fn promises(facts: &Facts) -> Markup {
    let row = |it: &PromiseFacts| {
        html! { tr { td { (it.name) } td { (verdict(it)) } td { (it.evidence) } } }
    };
    let rows: Vec<Markup> = facts.promises.iter().map(row).collect();
    parts::table("Promises", &["Promise", "Verdict", "Evidence"], &rows)
}

/// What became of a promise. One that the scenario is there to break is as expected when broken.
pub(super) fn verdict(promise: &PromiseFacts) -> Markup {
    let class = match (promise.verdict.as_str(), promise.meant_to_break) {
        ("held", false) | ("violated", true) => "good",
        ("held", true) | ("violated", false) => "bad",
        _ => "warn",
    };
    html! {
        span class=(class) { (promise.verdict) }
        @if promise.meant_to_break { span.muted { " (meant to break)" } }
    }
}

fn books(facts: &Facts) -> Markup {
    let it = &facts.messages;
    let counts = [
        ("Published", it.published),
        ("Copies for subscribers", it.copies),
        ("Acknowledged", it.acknowledged),
        ("Dead letters", it.dead_lettered),
        ("Expired", it.expired),
        ("Dropped", it.dropped),
        ("Still there", it.in_flight),
        ("Redelivered", it.redelivered),
    ];
    html! {
        ul.tiles { @for (word, count) in counts { li { b { (count) } span { (word) } } } }
        @if let Some(halted) = &facts.halted { div.note.bad { p { "It stopped before its end: " (halted) } } }
        @if !facts.balanced { div.note.bad { p { "The books do not balance." } } }
        p.muted {
            "Simulated " (parts::duration(facts.simulated_ns)) " with seed " (facts.seed)
            ". Hash of the record: " code { (facts.record_hash) }
            ". The same design, scenario and seed give the same hash on every machine."
        }
    }
}

fn latencies(book: &Book<'_>, page: Page<'_>, facts: &Facts) -> Markup {
    let rows: Vec<Markup> = facts
        .paths
        .iter()
        .map(|path| {
            html! { tr {
                td { (parts::node_link(book, page, &path.from)) }
                td { (parts::node_link(book, page, &path.to)) }
                td { (parts::node_link(book, page, &path.channel)) }
                td.number { (path.count) }
                td.number { (parts::rate(path.count, facts.measured_ns)) }
                td.number { (parts::duration(path.p50_ns)) }
                td.number { (parts::duration(path.p99_ns)) }
                td.number { (parts::duration(path.max_ns)) }
            } }
        })
        .collect();
    let headings = ["From", "To", "By", "#Measured", "#Rate", "#Median", "#99 %", "#Slowest"];
    parts::table("Latencies", &headings, &rows)
}

fn subscriptions(book: &Book<'_>, page: Page<'_>, facts: &Facts) -> Markup {
    let rows: Vec<Markup> = facts
        .subscriptions
        .iter()
        .map(|it| {
            html! { tr {
                td { (parts::node_link(book, page, &it.channel)) }
                td { (parts::node_link(book, page, &it.consumer)) }
                td.number { (it.delivered) }
                td.number { (it.redelivered) }
                td.number { (it.acknowledged) }
                td.number { (it.dead_lettered) }
                td.number { (it.backlog_max) }
            } }
        })
        .collect();
    let headings = [
        "Channel",
        "Consumer",
        "#Attempts",
        "#Redelivered",
        "#Acknowledged",
        "#Dead letters",
        "#Waiting, most",
    ];
    parts::table("Subscriptions", &headings, &rows)
}

/// Dead letters that are alike, with how many there are.
pub(super) fn reasons(
    facts: &Facts,
    is_wanted: impl Fn(&DeadLetterFacts) -> bool,
) -> BTreeMap<&DeadLetterFacts, usize> {
    let mut counts = BTreeMap::new();
    for letter in facts.dead_letters.iter().filter(|it| is_wanted(it)) {
        *counts.entry(letter).or_default() += 1;
    }
    counts
}

fn dead_letters(book: &Book<'_>, page: Page<'_>, facts: &Facts) -> Markup {
    let rows: Vec<Markup> = reasons(facts, |_| true)
        .into_iter()
        .map(|(letter, count)| {
            let consumer = letter.consumer.as_deref().unwrap_or_default();
            html! { tr {
                td.number { (count) }
                td { (parts::message_link(book, page, &letter.message_type)) }
                td { (letter.reason) }
                td { (parts::node_link(book, page, &letter.channel)) }
                td { (parts::node_link(book, page, consumer)) }
            } }
        })
        .collect();
    parts::table("Dead letters", &["#How many", "Message", "Reason", "In", "At"], &rows)
}
