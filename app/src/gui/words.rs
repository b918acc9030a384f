//! The model in a few words, as nodes, edges, lists and tooltips say it.

use flowbench_model::fault::FaultKind;
use flowbench_model::faults::Value;
use flowbench_model::node::Arrivals;
use flowbench_model::promise::PromiseKind;
use flowbench_model::scenario::{ActionKind, DeadLetterFilter, Recipients, Section, Settling};

/// With a capital at the beginning.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `1 worker`, `3 workers`.
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(number)) }
}

/// `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// When messages arrive.
#[must_use]
pub fn arrivals(arrivals: &Arrivals) -> String {
    match arrivals {
        Arrivals::Constant(rate) => format!("{rate} evenly"),
        Arrivals::Poisson(rate) => format!("{rate} Poisson"),
        Arrivals::Scripted(instants) => count(instants.len() as u64, "scripted message"),
        Arrivals::Recorded(recorded) => format!("as recorded in {}", recorded.file),
    }
}

/// A share of one as a number of percent: `12.5`.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = (share * 1000.0).round() / 10.0;
    format!("{percent}")
}

/// A fault in a few words, without its place.
#[must_use]
pub fn fault(kind: &FaultKind) -> String {
    let first = kind.card().parameters.first().filter(|parameter| !parameter.is_optional);
    let degree = first.map(|parameter| kind.value(parameter.name)).map_or(String::new(), degree);
    apart(kind.word()) + &degree
}

/// `PublishAckLost` as `publish ack lost`.
fn apart(word: &str) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn degree(value: &Value) -> String {
    match value {
        Value::Number(share) if *share <= 1.0 => format!(" {}%", percent(*share)),
        Value::Number(factor) => format!(" ×{factor}"),
        Value::Count(count) => format!(" {count}"),
        Value::Span(span) => format!(" {span}"),
        Value::Rate(rate) => format!(" {rate}"),
        Value::Absent
        | Value::Flag(_)
        | Value::Choice(_)
        | Value::Text(_)
        | Value::Law(_)
        | Value::Messages(_) => String::new(),
    }
}

/// An amount: whole numbers without decimals, others with two.
#[must_use]
pub fn amount(value: f64) -> String {
    let cents = (value.abs() * 100.0).round() as u64;
    let sign = if value < 0.0 && cents > 0 { "−" } else { "" };
    match cents % 100 {
        0 => format!("{sign}{}", grouped(cents / 100)),
        rest => format!("{sign}{}.{rest:02}", grouped(cents / 100)),
    }
}

/// A promise in one sentence.
#[must_use]
pub fn promise(kind: &PromiseKind) -> String {
    match kind {
        PromiseKind::NothingLost => "no message is dropped or expires".to_owned(),
        PromiseKind::NoDuplicateEffect { consumer } => match consumer {
            Some(consumer) => format!("{consumer} handles no message twice with effect"),
            None => "no consumer handles a message twice with effect".to_owned(),
        },
        PromiseKind::OrderPerKey { consumer } => format!("{consumer} sees each key in order"),
        PromiseKind::LeadsTo { message, to, within } => {
            format!("{message} leads to {} within {within}", to.join(" or "))
        }
        PromiseKind::DeadLetters { at_most, channel } => {
            let place = channel.as_ref().map_or(String::new(), |name| format!(" in {name}"));
            format!("at most {}{place}", count(*at_most, "dead letter"))
        }
        PromiseKind::BacklogBelow { channel, limit } => {
            format!("fewer than {} wait in {channel}", count(*limit, "message"))
        }
        PromiseKind::LatencyBelow { from, to, percentile, at_most } => {
            let from = from.as_ref().map_or("anywhere", |name| name.as_str());
            format!("p{percentile} from {from} to {to} within {at_most}")
        }
        PromiseKind::NoTimeouts => "no reply is waited for too long".to_owned(),
        PromiseKind::LedgerBalances { consumer, sum: None } => {
            format!("every effect of {consumer} is posted once")
        }
        PromiseKind::LedgerBalances { consumer, sum: Some(sum) } => {
            format!("the ledger of {consumer} comes to {sum}")
        }
        PromiseKind::SagasEnd { consumer, within } => {
            format!("each saga of {consumer} ends within {within}")
        }
        PromiseKind::StaleReads { consumer, at_most: 0 } => {
            format!("no read of {consumer} is stale")
        }
        PromiseKind::StaleReads { consumer, at_most } => {
            format!("at most {} of {consumer}", count(*at_most, "stale read"))
        }
        PromiseKind::NeverStaler { consumer, than } => {
            format!("{consumer} is never more than {than} behind")
        }
        PromiseKind::Published { message, count } => {
            format!("{message} is published exactly {} times", grouped(*count))
        }
    }
}

/// What an operator does, in a few words.
#[must_use]
pub fn action(action: &ActionKind) -> String {
    let (verb, channel, messages) = match action {
        ActionKind::Redrive { channel, messages } => ("redrive", channel, messages),
        ActionKind::Drop { channel, messages } => ("drop", channel, messages),
        ActionKind::Settle { consumer, message, how } => {
            let verb = match how {
                Settling::Acknowledge => "acknowledges",
                Settling::Requeue => "requeues",
                Settling::Reject => "rejects",
                Settling::Extend => "extends the lease of",
            };
            return format!("{consumer} {verb} {message}");
        }
        ActionKind::Replay { channel, to, messages, rate } => {
            let which = match messages {
                Section::All => "all".to_owned(),
                Section::Numbers(from, to) => format!("#{from} to #{to}"),
                Section::Positions(from, to) => format!("positions {from} to {to}"),
                Section::Between(from, to) => format!("{from} to {to}"),
            };
            let whom = match to {
                Recipients::All => "all".to_owned(),
                Recipients::Consumer(name) => name.clone(),
            };
            let fast = rate.map_or(String::new(), |rate| format!(" at {rate}"));
            return format!("replay {which} of {channel} to {whom}{fast}");
        }
        ActionKind::Rebuild { consumer } => return format!("rebuild {consumer}"),
        ActionKind::Pause { edge } => return format!("pause {edge}"),
        ActionKind::Resume { edge } => return format!("resume {edge}"),
    };
    match messages {
        DeadLetterFilter::All => format!("{verb} all of {channel}"),
        DeadLetterFilter::Messages(names) => format!("{verb} {} of {channel}", names.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count(1, "worker"), "1 worker");
        assert_eq!(count(2, "worker"), "2 workers");
    }
}
