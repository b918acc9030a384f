//! The pattern of a consumer: which, its states, its fields; and what it holds at the instant that
//! is shown, with the ledger.

use egui::RichText;
use flowbench_model::design::Design;
use flowbench_model::node::Role;
use flowbench_model::pattern::{PATTERNS, Pattern};
use flowbench_simulator::instances::PatternInside;
use flowbench_simulator::plan::NodeIndex;
use flowbench_simulator::run::Run;
use flowbench_simulator::world::ledger::LedgerState;

use super::about;
use crate::gui::clock;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::state_diagram;
use crate::gui::words;
use crate::session::Session;

mod aggregator;
mod event_sourced;
mod materialized_view;
mod process_manager;
mod projection;
mod saga;
mod window;

/// Instances that are listed one by one.
const INSTANCES: usize = 12;

/// Rows for the pattern of the consumer of this name.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    pattern: &mut Pattern,
) {
    form.section("Pattern", |form| {
        let mut chosen = pattern.card().map_or("", |card| card.word);
        let before = chosen;
        let mut choices = vec![("", "none".to_owned())];
        choices.extend(PATTERNS.iter().map(|card| (card.word, card.title.to_owned())));
        let explanation = "What it remembers from one message to the next";
        form.pick("Pattern", explanation, &mut chosen, &choices);
        if chosen != before {
            *pattern = Pattern::begin(chosen);
        }
        let Some(card) = pattern.card() else {
            form.note("It handles each message by itself, and remembers nothing.");
            return;
        };
        form.note(card.does);
        let inside = inside(session, name);
        let counts = inside.as_ref().map_or(Vec::new(), in_states);
        form.ui.add_space(space::XS);
        state_diagram::show(form.ui, card, &counts);
        form.ui.add_space(space::S);
        fields(form, design, pattern);
        about::show(form, card);
    });
}

fn fields(form: &mut Form, design: &Design, pattern: &mut Pattern) {
    match pattern {
        Pattern::Stateless => {}
        Pattern::Aggregator(it) => aggregator::rows(form, design, it),
        Pattern::Window(it) => window::rows(form, design, it),
        Pattern::EventSourced(it) => event_sourced::rows(form, design, it),
        Pattern::Saga(it) => saga::rows(form, design, it),
        Pattern::ProcessManager(it) => process_manager::rows(form, design, it),
        Pattern::Projection(it) => projection::rows(form, it),
        Pattern::MaterializedView(it) => materialized_view::rows(form, design, it),
    }
}

fn inside(session: &Session, name: &str) -> Option<PatternInside> {
    let world = session.bench.world.as_ref()?;
    world.pattern(world.plan().node_named(name)?, usize::MAX)
}

/// How many instances are in each state.
fn in_states(inside: &PatternInside) -> Vec<(&'static str, u64)> {
    let mut counts: Vec<(&'static str, u64)> = Vec::new();
    for instance in &inside.instances {
        match counts.iter_mut().find(|(state, _)| *state == instance.state) {
            Some((_, count)) => *count += 1,
            None => counts.push((instance.state, 1)),
        }
    }
    counts
}

/// What the consumer of this name holds at the instant that is shown; nothing while there is no
/// run, or where it holds nothing.
pub(super) fn held(form: &mut Form, session: &Session, name: &str) {
    let Some(world) = &session.bench.world else { return };
    let Some(node) = world.plan().node_named(name) else { return };
    if let Some(ledger) = world.ledger(node) {
        form.section("Ledger", |form| self::ledger(form, &ledger, unit(world, node)));
    }
    if let Some(inside) = inside(session, name) {
        form.section("Instances", |form| instances(form, &inside));
    }
}

/// What the ledger of a consumer counts.
fn unit(world: &Run, node: NodeIndex) -> &str {
    let plan = world.plan();
    match &plan.design.nodes[plan.nodes[node as usize].design_index].role {
        Role::Consumer(consumer) => consumer.ledger.as_ref().map_or("", |it| it.unit.as_str()),
        Role::Producer(_) | Role::Channel(_) => "",
    }
}

fn ledger(form: &mut Form, ledger: &LedgerState, unit: &str) {
    let colors = Colors::of(form.ui);
    let twice = if ledger.doubled.count > 0 { colors.error } else { colors.muted };
    let rows = [
        ("expected", ledger.expected.count, ledger.expected.sum.value(), colors.text),
        ("posted", ledger.posted.count, ledger.posted.sum.value(), colors.text),
        ("posted twice", ledger.doubled.count, ledger.doubled.sum.value(), twice),
    ];
    egui::Grid::new("ledger").num_columns(3).spacing([space::L, space::XS]).show(form.ui, |ui| {
        for (word, count, sum, color) in rows {
            ui.label(RichText::new(word).color(colors.muted));
            ui.label(RichText::new(format!("{}×", words::grouped(count))).color(color));
            let sum = format!("{} {unit}", words::amount(sum));
            ui.label(RichText::new(sum.trim()).strong().color(color));
            ui.end_row();
        }
    });
    let (text, color) = match (ledger.balances(), ledger.missing()) {
        (true, _) => ("Every effect happened once.".to_owned(), colors.ok),
        (false, 0) => {
            ("Nothing is missing, but something happened twice.".to_owned(), colors.error)
        }
        (false, missing) => {
            let verb = if missing == 1 { "is" } else { "are" };
            (format!("{} {verb} not there.", words::count(missing, "effect")), colors.warn)
        }
    };
    form.ui.label(RichText::new(text).color(color));
}

fn instances(form: &mut Form, inside: &PatternInside) {
    let colors = Colors::of(form.ui);
    egui::Grid::new("counts").num_columns(2).spacing([space::L, space::XS]).show(form.ui, |ui| {
        for (word, count) in inside.counts.iter().filter(|(_, count)| *count > 0) {
            ui.label(RichText::new(*word).color(colors.muted));
            ui.label(RichText::new(words::grouped(*count)).color(colors.text));
            ui.end_row();
        }
    });
    if inside.instances.is_empty() && inside.counts.iter().all(|(_, count)| *count == 0) {
        form.note("Nothing has come in yet.");
    }
    for instance in inside.instances.iter().take(INSTANCES) {
        form.ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.label(RichText::new(&instance.name).strong());
            ui.label(RichText::new(instance.state).color(colors.accent));
            let since = format!("since {}", clock::short(instance.since));
            ui.label(RichText::new(since).small().color(colors.muted));
            ui.label(RichText::new(&instance.says).small().color(colors.muted));
        });
    }
    let more = inside.instances.len().saturating_sub(INSTANCES);
    if more > 0 {
        form.note(&format!("and {more} more"));
    }
}
