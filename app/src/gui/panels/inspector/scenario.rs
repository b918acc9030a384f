//! A scenario: how long, which luck, what is different, what goes wrong, what an operator does.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::name::free_name;
use flowbench_model::promise::{Promise, PromiseKind};
use flowbench_model::scenario::{Action, ActionKind, Change, DeadLetterFilter, Fork, Scenario};
use flowbench_model::time::{Span, Time};

use super::{action, fault, head, names, promise};
use crate::command::{BenchCommand, Command};
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::{clock, icons};

/// Shows the scenario of this name.
pub(super) fn show(form: &mut Form, design: &Design, name: &str, commands: &mut Vec<Command>) {
    let Some(old) = design.scenario(Some(name)) else { return };
    let mut scenario: Scenario = old.as_ref().clone();
    let (icon, kind) = match &scenario.fork {
        Some(fork) => {
            let at = clock::short(Time(fork.at.0));
            (icons::FORK, format!("fork of {} at {at}", fork.of))
        }
        None => (icons::SCENARIO, "scenario".to_owned()),
    };
    head(form.ui, icon, Colors::of(form.ui).accent, name, &kind);
    if button::labeled(form.ui, icons::PLAY, "Run this scenario").clicked() {
        commands.push(BenchCommand::ChooseScenario(name.to_owned()).into());
    }
    if let Some(fork) = &old.fork {
        form.section("Fork", |form| origin(form, fork, &mut scenario, commands));
    }
    form.section("General", |form| general(form, design, old, &mut scenario));
    form.section("Changes", |form| changes(form, &mut scenario.changes));
    form.section("Faults", |form| faults(form, design, &mut scenario));
    form.section("Actions", |form| actions(form, design, &mut scenario.actions));
    form.section("Promises", |form| promises(form, design, &mut scenario));
    if form.has_changed && scenario != **old {
        commands.push(Command::edit(Edit::PutScenario(Some(name.to_owned()), scenario)));
    }
    if button::danger(form.ui, icons::DELETE, "Remove scenario").clicked() {
        commands.push(Command::edit(Edit::RemoveScenario(name.to_owned())));
    }
}

/// What the scenario was made of, and a way to forget it.
fn origin(form: &mut Form, fork: &Fork, scenario: &mut Scenario, commands: &mut Vec<Command>) {
    let at = clock::short(Time(fork.at.0));
    let text = format!("Until {at} it does the same as {}.", fork.of);
    form.ui.label(egui::RichText::new(text).color(Colors::of(form.ui).muted));
    let run = format!("Run {}", fork.of);
    if button::link(form.ui, icons::SCENARIO, &run).clicked() {
        commands.push(BenchCommand::ChooseScenario(fork.of.clone()).into());
    }
    let tip = "Forget what it was made of; nothing else changes";
    let alone = button::link(form.ui, icons::FORK, "Make it a scenario of its own");
    if alone.on_hover_text(tip).clicked() {
        scenario.fork = None;
        form.has_changed = true;
    }
}

fn general(form: &mut Form, design: &Design, old: &Scenario, scenario: &mut Scenario) {
    let check = |new: &str| {
        let renamed = Scenario { name: new.to_owned(), ..old.clone() };
        let edit = Edit::PutScenario(Some(old.name.clone()), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.checked("Name", "Unique among scenarios", &mut scenario.name, check);
    form.text("Summary", "One sentence", &mut scenario.summary);
    form.value("Duration", "How long it runs, such as 10min", &mut scenario.duration);
    form.value("Warm-up", "How long it runs before statistics count", &mut scenario.warm_up);
    form.value("Seed", "Which luck; the same seed gives the same run", &mut scenario.seed);
}

fn changes(form: &mut Form, changes: &mut Vec<Change>) {
    let mut removed = None;
    for (index, change) in changes.iter_mut().enumerate() {
        let title = format!("Change {}", index + 1);
        let is_removed = form.card(index, &title, |form| {
            form.text("Set", "Such as payment.concurrency", &mut change.set);
            form.text("To", "The value as in the file", &mut change.to);
        });
        if is_removed {
            removed = Some(index);
        }
    }
    remove(form, changes, removed);
    if form.add_button("Add change") {
        changes.push(Change { set: String::new(), to: String::new() });
        form.has_changed = true;
    }
}

fn faults(form: &mut Form, design: &Design, scenario: &mut Scenario) {
    let mut removed = None;
    for (index, item) in scenario.faults.iter_mut().enumerate() {
        let title = format!("Fault {}", index + 1);
        if form.card(index, &title, |form| fault::rows(form, design, item)) {
            removed = Some(index);
        }
    }
    remove(form, &mut scenario.faults, removed);
    let fresh = fault::fresh(design);
    if let Some(fresh) = fresh
        && form.add_button("Add fault")
    {
        scenario.faults.push(fresh);
        form.has_changed = true;
    }
}

fn actions(form: &mut Form, design: &Design, actions: &mut Vec<Action>) {
    let mut removed = None;
    for (index, action) in actions.iter_mut().enumerate() {
        let title = format!("Action {}", index + 1);
        if form.card(index, &title, |form| action::rows(form, design, action)) {
            removed = Some(index);
        }
    }
    remove(form, actions, removed);
    let channels = names::channels(design);
    if let Some(channel) = channels.first()
        && form.add_button("Add action")
    {
        let what =
            ActionKind::Redrive { channel: channel.clone(), messages: DeadLetterFilter::All };
        actions.push(Action { at: Span::from_secs(10), what });
        form.has_changed = true;
    }
}

fn promises(form: &mut Form, design: &Design, scenario: &mut Scenario) {
    let explanation = "Promises of the design this scenario is there to break, by name";
    form.words("Breaks", explanation, &mut scenario.breaks);
    let mut removed = None;
    for (index, item) in scenario.promises.iter_mut().enumerate() {
        let title = format!("Promise {}", index + 1);
        let is_removed = form.card(index, &title, |form| {
            form.text("Name", "Unique among promises", &mut item.name);
            promise::rows(form, design, &mut item.holds);
        });
        if is_removed {
            removed = Some(index);
        }
    }
    remove(form, &mut scenario.promises, removed);
    if form.add_button("Add promise") {
        let is_taken = |name: &str| scenario.promises.iter().any(|p| p.name == name);
        let name = free_name("nothing-lost", is_taken);
        scenario.promises.push(Promise { name, holds: PromiseKind::NothingLost });
        form.has_changed = true;
    }
}

fn remove<T>(form: &mut Form, list: &mut Vec<T>, index: Option<usize>) {
    if let Some(index) = index {
        list.remove(index);
        form.has_changed = true;
    }
}
