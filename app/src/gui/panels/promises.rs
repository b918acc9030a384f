//! What must hold, and what came of it in the run.

use egui::{Color32, Label, RichText, ScrollArea, Ui};
use flowbench_model::time::Time;
use flowbench_simulator::report::PromiseReport;

use crate::command::{BenchCommand, Command};
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, empty, tag};
use crate::gui::{clock, words};
use crate::selection::Selection;
use crate::session::Session;

/// Draws the panel.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(recording) = &session.bench.recording else {
        let sentence = "Run a scenario to see whether the promises of the design hold.";
        empty::show(ui, icons::PROMISE, "No verdicts yet", sentence);
        return;
    };
    let promises = &recording.report().promises;
    if promises.is_empty() {
        let sentence = "Add one in the outline: what must hold in every run of this design?";
        empty::show(ui, icons::PROMISE, "No promises", sentence);
        return;
    }
    let plan = recording.plan();
    let declared = plan.design.promises.iter().chain(&plan.scenario.promises);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::HAIR;
        for (index, (verdict, promise)) in promises.iter().zip(declared).enumerate() {
            let is_of_design = index < plan.design.promises.len();
            row(ui, verdict, &words::promise(&promise.holds), is_of_design, commands);
        }
    });
}

/// Icon, color and word of a verdict.
fn looks(verdict: &PromiseReport, colors: &Colors) -> (Icon, Color32, &'static str) {
    match (verdict.verdict, verdict.meant_to_break) {
        ("held", false) => (icons::OK, colors.ok, "held"),
        ("held", true) => (icons::WARNING, colors.warn, "held, unexpected"),
        ("violated", false) => (icons::ERROR, colors.error, "violated"),
        ("violated", true) => (icons::OK, colors.muted, "broken, as meant"),
        _ => (icons::QUERY, colors.warn, "undecided"),
    }
}

fn row(
    ui: &mut Ui,
    verdict: &PromiseReport,
    meaning: &str,
    is_of_design: bool,
    commands: &mut Vec<Command>,
) {
    let colors = Colors::of(ui);
    let (icon, color, word) = looks(verdict, colors);
    ui.horizontal(|ui| {
        ui.set_min_height(size::ROW);
        ui.add_space(space::S);
        tag::icon(ui, icon, color);
        ui.allocate_ui(egui::vec2(296.0, size::ROW), |ui| {
            ui.set_min_width(296.0);
            let name = ui.add(
                Label::new(RichText::new(&verdict.name)).truncate().sense(egui::Sense::click()),
            );
            let name = name.on_hover_text(format!("{}: {meaning}", verdict.name));
            if name.clicked() && is_of_design {
                commands.push(Command::select(Selection::Promise(verdict.name.clone())));
            }
        });
        ui.allocate_ui(egui::vec2(128.0, size::ROW - 4.0), |ui| {
            ui.set_min_width(128.0);
            tag::show(ui, word, color);
        });
        let at = Time(verdict.at_ns);
        let link = button::link(ui, icons::FORWARD, &clock::short(at));
        if link.on_hover_text("Go to the instant that decided it").clicked() {
            commands.push(BenchCommand::SeekTo(at).into());
        }
        let evidence = RichText::new(&verdict.evidence).color(colors.muted);
        ui.add(Label::new(evidence).truncate());
    });
}
