//! A fault of a scenario.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::{Fault, FaultKind, Lasts, NodeSelector, Target, Trigger};
use flowbench_model::faults::{FAULTS, FaultCard, Parameter, Shape, Value};
use flowbench_model::node::Distribution;
use flowbench_model::reach::Places;
use flowbench_model::time::{Span, TimeError};
use flowbench_simulator::faults::is_explicit;

use super::{consumer, distribution, fault_terms, head, names};
use crate::command::{BenchCommand, Command};
use crate::gui::panels::fault_palette::{targets, texts};
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::{icons, words};

/// Shows a fault of a scenario.
pub(super) fn show(
    form: &mut Form,
    design: &Design,
    name: &str,
    index: usize,
    commands: &mut Vec<Command>,
) {
    let Some(old) = design.scenario(Some(name)) else { return };
    let mut scenario = old.as_ref().clone();
    let Some(fault) = scenario.faults.get_mut(index) else { return };
    let color = Colors::of(form.ui).error;
    let kind = format!("fault of scenario {name}");
    head(form.ui, icons::fault(&fault.kind), color, &words::fault(&fault.kind), &kind);
    form.section("Fault", |form| rows(form, design, fault));
    drawn(form, name, fault, commands);
    form.section("Card", |form| texts(form.ui, fault.kind.card()));
    if button::danger(form.ui, icons::DELETE, "Remove fault").clicked() {
        scenario.faults.remove(index);
        form.has_changed = true;
    }
    if form.has_changed && scenario != **old {
        commands.push(Command::edit(Edit::PutScenario(Some(name.to_owned()), scenario)));
    }
}

/// Says that chance has a part in a fault of this scenario, and how to see what it draws.
pub(super) fn drawn(form: &mut Form, name: &str, fault: &Fault, commands: &mut Vec<Command>) {
    if is_explicit(fault) {
        return;
    }
    form.note("Chance draws places and instants before the run, the same ones for the same seed.");
    let tip = "Write what chance has drawn into the scenario, as a list that can be changed";
    let list = button::link(form.ui, icons::named("casino"), "Make random faults explicit");
    if list.on_hover_text(tip).clicked() {
        commands.push(BenchCommand::ChooseScenario(name.to_owned()).into());
        commands.push(BenchCommand::MakeFaultsExplicit.into());
    }
}

/// A fault to begin with: the first consumer, or else the first node, is down.
pub(super) fn fresh(design: &Design) -> Option<Fault> {
    let consumers = names::consumers(design);
    let first = consumers.into_iter().next();
    let node = first.or_else(|| design.nodes.first().map(|node| node.name.clone()))?;
    let start = Span::from_secs(10);
    Some(Fault::new(FaultKind::at_node("Down", node), start, Some(start)))
}

/// Rows of a fault.
pub fn rows(form: &mut Form, design: &Design, fault: &mut Fault) {
    kind(form, design, &mut fault.kind);
    target(form, design, fault.kind.target_mut());
    let card = fault.kind.card();
    for (parameter, value) in card.parameters.iter().zip(fault.kind.values_mut()) {
        form.nested(parameter.name, |form| term(form, parameter, value));
    }
    form.value("Start", "When it begins", &mut fault.start);
    let has_other_end = matches!(fault.trigger, Trigger::Random { .. });
    if !has_other_end && fault.lasts == Lasts::Duration {
        form.optional("Duration", "How long it lasts; empty: to the end", &mut fault.duration);
    }
    form.section("When", |form| fault_terms::when(form, design, fault));
    form.section("Whom", |form| fault_terms::whom(form, design, fault));
}

/// Which of the kinds that can strike this design.
fn kind(form: &mut Form, design: &Design, kind: &mut FaultKind) {
    let places = Places::new(design);
    let choices: Vec<(&str, String)> = FAULTS
        .iter()
        .filter(|card| card.word == kind.word() || places.has(card.target))
        .map(|card| (card.word, format!("{}  {}", card.code, card.title)))
        .collect();
    let mut word = kind.word();
    form.pick("Kind", kind.card().happens, &mut word, &choices);
    if word == kind.word() {
        return;
    }
    let Some(card) = FaultCard::of(word) else { return };
    let here = kind.target().clone();
    let can_stay = card.target.is_edge() == kind.card().target.is_edge()
        && !places.reach(&FaultKind::new(card, here.clone())).is_empty();
    let first = || targets(card, &places).into_iter().next();
    if let Some(target) = if can_stay { Some(here) } else { first() } {
        *kind = FaultKind::new(card, target);
    }
}

fn target(form: &mut Form, design: &Design, target: &mut Target) {
    let explanation = "Whom it strikes. A name, or: tag:zone-a, context:Billing, any consumer, one of \
                       tag:zone-a, 30% of *, at most 2 of … For edges with an arrow: * -> payment";
    match target {
        Target::Node(selector) => {
            names_of(form, design, selector);
            form.value("Selector", explanation, selector);
        }
        Target::Edge(selector) => form.value("Selector", explanation, selector),
    }
}

/// The names of nodes to choose from, while it is just one.
fn names_of(form: &mut Form, design: &Design, selector: &mut NodeSelector) {
    let Some(name) = selector.name() else { return };
    let mut chosen = name.to_owned();
    form.name_of("Node", "Which one", &mut chosen, &names::nodes(design, |_| true));
    if chosen != name {
        *selector = NodeSelector::named(chosen);
    }
}

/// The row of a parameter.
fn term(form: &mut Form, parameter: &Parameter, value: &mut Value) {
    let title = parameter.title();
    let (name, text) = (title.as_str(), parameter.text);
    if let Shape::Maybe(shape) = parameter.shape {
        return maybe(form, name, text, *shape, value);
    }
    match value {
        Value::Absent => {}
        Value::Number(number) if parameter.shape == Shape::Share => form.share(name, text, number),
        Value::Number(number) => {
            form.parsed(name, text, number, |text| match text.trim().parse() {
                Ok(number) => objected(parameter, Value::Number(number)).map(|_| number),
                Err(_) => Err(format!("expected {}, found `{text}`", parameter.shape.words())),
            })
        }
        Value::Count(count) => form.parsed(name, text, count, |text| match text.trim().parse() {
            Ok(count) => objected(parameter, Value::Count(count)).map(|_| count),
            Err(_) => Err(format!("expected {}, found `{text}`", parameter.shape.words())),
        }),
        Value::Span(span) => form.parsed(name, text, span, |text| {
            let span: Span = text.parse().map_err(|error: TimeError| error.to_string())?;
            objected(parameter, Value::Span(span)).map(|_| span)
        }),
        Value::Rate(rate) => form.value(name, text, rate),
        Value::Flag(flag) => form.toggle(name, text, flag),
        Value::Choice(word) => {
            let Shape::Choice(words) = parameter.shape else { return };
            let choices: Vec<_> = words.iter().map(|word| (*word, (*word).to_owned())).collect();
            form.pick(name, text, word, &choices);
        }
        Value::Text(written) => form.text(name, text, written),
        Value::Law(law) => distribution::show(form, name, text, law),
        Value::Messages(messages) => consumer::poison(form, messages),
    }
}

fn objected(parameter: &Parameter, value: Value) -> Result<Value, String> {
    parameter.objection(&value).map_or(Ok(value), Err)
}

/// The row of a parameter that may be absent.
fn maybe(form: &mut Form, name: &str, text: &str, shape: Shape, value: &mut Value) {
    let text = format!("{text}. Empty: nothing");
    match shape {
        Shape::Span(_) => {
            let mut span = if let Value::Span(span) = value { Some(*span) } else { None };
            form.optional(name, &text, &mut span);
            *value = span.map_or(Value::Absent, Value::Span);
        }
        Shape::Count(_) => {
            let mut count = if let Value::Count(count) = value { Some(*count) } else { None };
            form.optional(name, &text, &mut count);
            *value = count.map_or(Value::Absent, Value::Count);
        }
        Shape::Number(_) | Shape::Share => {
            let mut number = if let Value::Number(number) = value { Some(*number) } else { None };
            form.optional(name, &text, &mut number);
            *value = number.map_or(Value::Absent, Value::Number);
        }
        Shape::Rate => {
            let mut rate = if let Value::Rate(rate) = value { Some(*rate) } else { None };
            form.optional(name, &text, &mut rate);
            *value = rate.map_or(Value::Absent, Value::Rate);
        }
        Shape::Law => {
            let mut is_there = *value != Value::Absent;
            form.toggle(name, &text, &mut is_there);
            if !is_there {
                *value = Value::Absent;
            } else if let Value::Law(law) = value {
                distribution::show(form, name, &text, law);
            } else {
                *value = Value::Law(Distribution::Exponential(Span::from_secs(1)));
            }
        }
        Shape::Text => {
            let mut written =
                if let Value::Text(text) = value { text.clone() } else { String::new() };
            form.text(name, &text, &mut written);
            *value = if written.is_empty() { Value::Absent } else { Value::Text(written) };
        }
        Shape::Flag | Shape::Choice(_) | Shape::Messages | Shape::Maybe(_) => {}
    }
}
