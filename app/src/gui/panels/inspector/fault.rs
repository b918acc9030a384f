//! A fault of a scenario.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::{Fault, FaultKind, FaultTarget};
use flowbench_model::name::EdgeName;
use flowbench_model::node::Poison;
use flowbench_model::time::Span;

use super::{consumer, head, names};
use crate::command::Command;
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
    if button::danger(form.ui, icons::DELETE, "Remove fault").clicked() {
        scenario.faults.remove(index);
        form.has_changed = true;
    }
    if form.has_changed && scenario != **old {
        commands.push(Command::edit(Edit::PutScenario(Some(name.to_owned()), scenario)));
    }
}

/// A fault to begin with: the first consumer, or else the first node, is down.
pub(super) fn fresh(design: &Design) -> Option<Fault> {
    let consumers = names::consumers(design);
    let first = consumers.into_iter().next();
    let node = first.or_else(|| design.nodes.first().map(|node| node.name.clone()))?;
    let start = Span::from_secs(10);
    Some(Fault { kind: FaultKind::Down { node }, start, duration: Some(start) })
}

/// Rows of a fault.
pub fn rows(form: &mut Form, design: &Design, fault: &mut Fault) {
    let kinds = kinds(design, &fault.kind);
    let mut index =
        kinds.iter().position(|(_, kind)| is_alike(kind, &fault.kind)).unwrap_or(kinds.len());
    let before = index;
    let choices: Vec<_> =
        kinds.iter().enumerate().map(|(i, (title, _))| (i, (*title).to_owned())).collect();
    form.pick("Kind", "What goes wrong", &mut index, &choices);
    if index != before {
        fault.kind = kinds[index].1.clone();
    }
    terms(form, design, &mut fault.kind);
    form.value("Start", "When it begins", &mut fault.start);
    form.optional("Duration", "How long it lasts; empty: to the end", &mut fault.duration);
}

/// Every kind of fault that can strike this design, where the present one strikes if it can.
fn kinds(design: &Design, now: &FaultKind) -> Vec<(&'static str, FaultKind)> {
    let (node, edge) = match now.target() {
        FaultTarget::Node(node) => (Some(node.to_owned()), None),
        FaultTarget::Edge(edge) => (None, Some(edge.clone())),
    };
    let consumers = names::consumers(design);
    let consumer =
        node.clone().filter(|node| consumers.contains(node)).or(consumers.into_iter().next());
    let node = node.or_else(|| design.nodes.first().map(|node| node.name.clone()));
    let edge = edge.or_else(|| design.edges.first().map(|edge| edge.name()));
    let mut kinds = Vec::new();
    if let Some(node) = node {
        kinds.push(("down", FaultKind::Down { node }));
    }
    if let Some(node) = consumer {
        kinds.push(("slow", FaultKind::Slow { node: node.clone(), factor: 4.0 }));
        kinds.push(("failing", FaultKind::Failing { node: node.clone(), share: 0.5 }));
        kinds.push(("poison", FaultKind::Poison { node, messages: Poison::Share(0.1) }));
    }
    if let Some(edge) = edge {
        kinds.push(("loss", FaultKind::Loss { edge: edge.clone(), share: 0.2 }));
        kinds.push(("delay", FaultKind::Delay { edge: edge.clone(), by: Span::from_secs(1) }));
        kinds.push(("duplication", FaultKind::Duplication { edge, share: 0.2 }));
    }
    kinds
}

fn is_alike(a: &FaultKind, b: &FaultKind) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn terms(form: &mut Form, design: &Design, kind: &mut FaultKind) {
    let consumers = names::consumers(design);
    let edges: Vec<(EdgeName, String)> = design
        .edges
        .iter()
        .map(|edge| (edge.name(), format!("{} → {}", edge.from, edge.to)))
        .collect();
    match kind {
        FaultKind::Down { node } => {
            form.name_of("Node", "Which one", node, &names::nodes(design, |_| true));
        }
        FaultKind::Slow { node, factor } => {
            form.name_of("Consumer", "Which one", node, &consumers);
            form.parsed("Factor", "Times as long; below 1 it is faster", factor, |text| match text
                .trim()
                .parse::<f64>()
            {
                Ok(factor) if factor.is_finite() && factor >= 0.0 => Ok(factor),
                Ok(_) | Err(_) => Err(format!("expected a number of at least 0, found `{text}`")),
            });
        }
        FaultKind::Failing { node, share } => {
            form.name_of("Consumer", "Which one", node, &consumers);
            form.share("Share", "From 0 to 1, drawn for each attempt", share);
        }
        FaultKind::Poison { node, messages } => {
            form.name_of("Consumer", "Which one", node, &consumers);
            consumer::poison(form, messages);
        }
        FaultKind::Loss { edge, share } | FaultKind::Duplication { edge, share } => {
            form.pick("Edge", "Which one", edge, &edges);
            form.share("Share", "From 0 to 1, drawn for each message", share);
        }
        FaultKind::Delay { edge, by } => {
            form.pick("Edge", "Which one", edge, &edges);
            form.value("By", "On top of the edge's latency", by);
        }
    }
}
