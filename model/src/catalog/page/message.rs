//! A message: what it means, who has to do with it, what its versions look like.

use maud::{Markup, html};
use serde_json::Value;

use super::{chip, head};
use crate::catalog::address::Page;
use crate::catalog::book::Book;
use crate::catalog::schema_table;
use crate::catalog::{diagram, parts};
use crate::compat::edges::Judged;
use crate::compat::history::Step;
use crate::compat::{Difference, Outcome, RollOut};
use crate::edge::Edge;
use crate::flows::Flow;
use crate::message::{Carries, Message, MessageKind, MessageVersion, SchemaLanguage};
use crate::schema;

pub(super) fn content(book: &Book<'_>, message: &Message) -> Markup {
    let page = Page::Message(&message.name);
    html! {
        (head("Message", &message.name, &message.summary, &chips(message)))
        @if let Some(flow) = book.flow(&message.name) {
            (picture(book, page, message, flow))
            (parts::section("Who publishes it", &publishers(book, page, message, flow)))
            (parts::section("Who handles it", &subscribers(book, page, message, flow)))
        } @else {
            p.note.muted { span { "Nobody publishes or handles it." } }
        }
        (parts::section("Who reads whose version", &readings(book, page, message)))
        (parts::section("About", &about(book, page, message)))
        section {
            h2 { "Versions" }
            @if message.versions.is_empty() { p.muted { "It has no version with a schema yet." } }
            @for (place, version) in message.versions.iter().enumerate().rev() {
                (one_version(book, message, version, place + 1 == message.versions.len()))
            }
        }
        (parts::section("Measured", &measured(book, page, message)))
        (parts::section("Findings", &parts::findings(book.findings_on(page))))
    }
}

fn chips(message: &Message) -> Vec<Markup> {
    let mut chips = vec![html! { span.chip.message { (message.kind.word()) } }];
    if let (MessageKind::Event, Some(words)) = (message.kind, carries(message.carries)) {
        chips.push(chip(words));
    }
    if let Some(newest) = message.versions.last() {
        chips.push(chip(&format!("version {}", newest.number)));
        if newest.deprecated.is_some() {
            chips.push(html! { span.chip.bad { "deprecated" } });
        }
    }
    chips
}

fn carries(carries: Carries) -> Option<&'static str> {
    match carries {
        Carries::Notification => Some("notification"),
        Carries::StateTransfer => Some("state transfer"),
        Carries::Delta => Some("delta"),
        Carries::Fact => None,
    }
}

fn picture(book: &Book<'_>, page: Page<'_>, message: &Message, flow: &Flow<'_>) -> Markup {
    let edges = [&flow.publications, &flow.subscriptions, &flow.calls];
    let ends = edges.into_iter().flatten().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]);
    let names = ends.chain(flow.channels.iter().copied()).collect();
    diagram::around(book, page, &names, &format!("The way of {}", message.name))
}

/// The versions that a node writes, in words.
fn version_words(number: Option<u32>, message: &Message) -> String {
    let newest = message.versions.last().map(|it| it.number);
    match number.or(newest) {
        Some(number) => format!("version {number}"),
        None => String::new(),
    }
}

fn publishers(book: &Book<'_>, page: Page<'_>, message: &Message, flow: &Flow<'_>) -> Markup {
    let row = |edge: &&Edge| {
        let version = named(edge, message).or_else(|| written(book, edge, message));
        html! { tr {
            td { (parts::node_link(book, page, &edge.from)) }
            td { (parts::node_link(book, page, &edge.to)) }
            td { (version_words(version, message)) }
            td { (parts::terms(edge)) }
        } }
    };
    let rows: Vec<Markup> = flow.publications.iter().chain(&flow.calls).map(row).collect();
    parts::table("Publishers", &["Publisher", "To", "Writes", "Contract"], &rows)
}

fn named(edge: &Edge, message: &Message) -> Option<u32> {
    edge.contract.messages.iter().find(|it| it.name == message.name)?.version
}

/// The version that a node says it publishes.
fn written(book: &Book<'_>, edge: &Edge, message: &Message) -> Option<u32> {
    use crate::node::Role;
    match &book.node(&edge.from)?.role {
        Role::Producer(producer) => {
            producer.workload.iter().find(|it| it.message.name == message.name)?.message.version
        }
        Role::Consumer(consumer) => {
            let emissions = consumer.emissions();
            emissions.iter().find(|(_, it)| it.message.name == message.name)?.1.message.version
        }
        Role::Channel(_) => None,
    }
}

fn subscribers(book: &Book<'_>, page: Page<'_>, message: &Message, flow: &Flow<'_>) -> Markup {
    let row = |edge: &&Edge| {
        html! { tr {
            td { (parts::node_link(book, page, &edge.to)) }
            td { (parts::node_link(book, page, &edge.from)) }
            td {
                @match named(edge, message) {
                    Some(number) => { "version " (number) },
                    None => span.muted { "what comes" },
                }
            }
            td { (parts::terms(edge)) }
        } }
    };
    let rows: Vec<Markup> = flow.subscriptions.iter().chain(&flow.calls).map(row).collect();
    parts::table("Subscribers", &["Subscriber", "From", "Reads", "Contract"], &rows)
}

/// Where versions differ between the ends of a way: whether that goes together.
fn readings(book: &Book<'_>, page: Page<'_>, message: &Message) -> Markup {
    let row = |judged: &Judged| {
        let (it, judgment) = (&judged.reading, judged.judgment.as_ref()?);
        let read = it.read.filter(|read| *read != it.written)?;
        let verdict = match &judgment.outcome {
            Outcome::Reads => html! { span.good { "reads all of it" } },
            Outcome::NotJudged(why) => html! { span.muted { "not known: " (why) } },
            Outcome::Breaks => html! {
                span.bad { "cannot read all of it" }
                @if let Some(broken) = judgment.broken() {
                    p.muted { (broken.rule.replace('-', " ")) " at " code { (path(broken)) } }
                }
            },
        };
        Some(html! { tr {
            td { (parts::node_link(book, page, &it.writer)) p.muted { "version " (it.written) } }
            td { (parts::node_link(book, page, &it.reader)) p.muted { "version " (read) } }
            td { (verdict) }
            td { @match judgment.order { Some(order) => (order.words()), None => "" } }
        } })
    };
    let rows: Vec<Markup> = book.readings(&message.name).iter().filter_map(row).collect();
    parts::table("Readings", &["Writes", "Reads", "Verdict", "Roll-out"], &rows)
}

/// Where a difference is.
fn path(difference: &Difference) -> &str {
    if difference.json_path.is_empty() { "(whole)" } else { &difference.json_path }
}

fn about(book: &Book<'_>, page: Page<'_>, message: &Message) -> Markup {
    html! {
        dl.facts {
            dt { "Kind" } dd { (message.kind.word()) span.muted { ", " (parts::kind_sentence(message.kind)) } }
            @if let Some(owner) = &message.owner {
                dt { "Owner" } dd { (parts::node_link(book, page, owner)) }
            }
            @if let Some(key) = &message.ordering_key { dt { "Ordering key" } dd { code { (key) } } }
            @if let Some(size) = message.size_bytes { dt { "Size" } dd { (size) " bytes" } }
        }
    }
}

fn one_version(
    book: &Book<'_>,
    message: &Message,
    version: &MessageVersion,
    is_newest: bool,
) -> Markup {
    let language = version.schema.language();
    let text = schema::text(&version.schema, book.source.schemas);
    html! {
        section.version {
            h3 { "Version " (version.number) @if is_newest { " " span.chip { "newest" } } }
            @if let Some(reason) = &version.deprecated {
                div.note.bad { p { strong { "Deprecated. " } (reason) } }
            }
            @if let Some(step) = book.step_to(&message.name, version.number) { (changes(step)) }
            @match text {
                Some(text) => {
                    (schema_table::fields(language, text))
                    details { summary { "Schema (" (language_words(language)) ")" } (parts::code(&parts::pretty(text))) }
                }
                None => p.muted { "Its schema is in " code { (version.schema.file().unwrap_or_default()) } ", which could not be read." },
            }
            @for (number, example) in version.examples.iter().enumerate() {
                details open[number == 0] {
                    summary { "Example " (number + 1) }
                    (parts::code(&parts::pretty(example)))
                }
            }
        }
    }
}

fn language_words(language: SchemaLanguage) -> &'static str {
    match language {
        SchemaLanguage::JsonSchema => "JSON Schema",
        SchemaLanguage::Avro => "Avro",
        SchemaLanguage::Protobuf => "Protobuf",
    }
}

/// What is different from the version before, and who has to go first.
fn changes(step: &Step) -> Markup {
    let (tone, order) = match (&step.judgment.outcome, step.judgment.order) {
        (Outcome::NotJudged(why), _) => {
            ("muted", format!("Whether it goes together is not known: {why}."))
        }
        (_, Some(RollOut::Either)) => {
            ("good", "Each can be read as the other: either side first.".to_owned())
        }
        (_, Some(RollOut::ConsumersFirst)) => {
            ("good", "Who reads this version reads the one before: consumers first.".to_owned())
        }
        (_, Some(RollOut::ProducersFirst)) => {
            ("warn", "Who reads the version before reads this one: producers first.".to_owned())
        }
        (_, Some(RollOut::Neither) | None) => (
            "bad",
            "Neither can be read as the other: it needs a new message, a translation, or a moment \
             when nothing is under way."
                .to_owned(),
        ),
    };
    let differences = &step.judgment.differences;
    let rows: Vec<Markup> = differences.iter().map(difference_row).collect();
    html! {
        div class=(format!("note {tone}")) {
            p { strong { "Since version " (step.from) ". " } (order) }
        }
        @if !rows.is_empty() {
            details open {
                summary { (rows.len()) @if rows.len() == 1 { " change" } @else { " changes" } }
                (parts::table("Changes", &["Change", "Where", "Before", "Now"], &rows))
            }
        }
    }
}

fn difference_row(difference: &Difference) -> Markup {
    let shown = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    html! { tr {
        td { span class=(if difference.breaks { "bad" } else { "" }) { (difference.rule.replace('-', " ")) } }
        td { code { (path(difference)) } }
        td { code { (shown(&difference.old)) } }
        td { code { (shown(&difference.new)) } }
    } }
}

/// How many of it became dead letters, and why.
fn measured(book: &Book<'_>, page: Page<'_>, message: &Message) -> Markup {
    let mut rows = Vec::new();
    for facts in book.source.facts {
        for (letter, count) in super::scenario::reasons(facts, |it| it.message_type == message.name)
        {
            let consumer = letter.consumer.as_deref().unwrap_or_default();
            rows.push(html! { tr {
                td { (parts::link(book, page, Page::Scenario(&facts.scenario), &facts.scenario)) }
                td.number { (count) }
                td { (letter.reason) }
                td { (parts::node_link(book, page, &letter.channel)) }
                td { (parts::node_link(book, page, consumer)) }
            } });
        }
    }
    parts::table("Dead letters", &["Scenario", "#Dead letters", "Reason", "In", "At"], &rows)
}
