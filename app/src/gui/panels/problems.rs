//! What the lint says, and which expressions failed in the run, gravest first; a click leads to the
//! place, a button mends it.

use egui::{
    Align, Layout, RichText, ScrollArea, Sense, TextStyle, TextWrapMode, Ui, UiBuilder, WidgetText,
    vec2,
};
use flowbench_model::expression::ExpressionError;
use flowbench_model::finding::{Finding, Severity};
use flowbench_simulator::content::Complaint;

use crate::command::{Command, EditCommand};
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, empty, prose, tag};
use crate::gui::{clock, icons, words};
use crate::session::Session;

/// Width of the places.
const PLACE: f32 = 168.0;
/// The least width of the sentences.
const SENTENCE: f32 = 120.0;

/// How many problems there are: findings but for hints, and expressions that failed in the run.
pub fn count(session: &Session) -> usize {
    let derived = &session.derived;
    let failed = complaints(session).0.len();
    derived.count(Severity::Error) + derived.count(Severity::Warning) + failed
}

/// Draws the list.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let findings = &session.derived.findings;
    let failed: Vec<Finding> = complaints(session).0.iter().map(failed).collect();
    if findings.is_empty() && failed.is_empty() {
        empty::show(ui, icons::OK, "No problems", "Every rule is satisfied as you edit.");
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let of_it = failed.iter().chain(findings).enumerate();
            for (index, finding) in of_it.filter(|(_, finding)| finding.severity == severity) {
                row(ui, index, finding, commands);
            }
        }
    });
}

/// The expressions that failed until the instant that is shown.
fn complaints(session: &Session) -> (&[Complaint], u64) {
    session.bench.world.as_ref().map_or((&[], 0), |world| world.complaints())
}

/// An expression that failed in the run, as if a rule had found it.
fn failed(complaint: &Complaint) -> Finding {
    let (place, property) = complaint.owner();
    let ExpressionError { text, column, sentence } = &complaint.error;
    let times = match complaint.times {
        1 => format!("once, at {}", clock::short(complaint.at)),
        times => {
            format!("{} times, first at {}", words::grouped(times), clock::short(complaint.at))
        }
    };
    let sentence = format!("{sentence} (column {column} of `{text}`): {times} of this run");
    Finding::new("expression-failed", Severity::Error, place, sentence).at(property)
}

fn row(ui: &mut Ui, index: usize, finding: &Finding, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    let builder = UiBuilder::new().id_salt(("finding", index)).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let response = ui.response();
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(response.rect, 4.0, colors.hover);
            }
            ui.set_min_height(size::CONTROL + 2.0);
            ui.horizontal_top(|ui| columns(ui, finding, commands));
        })
        .response;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &finding.sentence));
    if response.on_hover_text(&finding.sentence).clicked() {
        commands.push(EditCommand::GoTo(finding.place.clone(), finding.property.clone()).into());
    }
}

/// Sign, place, sentence, fix and code beside each other; the sentence takes what is left, in as
/// many lines as it needs.
fn columns(ui: &mut Ui, finding: &Finding, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    let height = size::CONTROL + 2.0;
    let cell = |ui: &mut Ui, width: f32, content: &mut dyn FnMut(&mut Ui)| {
        let left = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(width, height), left, |ui| {
            ui.set_min_size(vec2(width, height));
            content(ui);
        });
    };
    ui.add_space(space::S);
    let color = severity_color(colors, finding.severity);
    cell(ui, size::ICON, &mut |ui| tag::icon(ui, icons::severity(finding.severity), color));
    let place = RichText::new(place(finding)).color(colors.muted);
    cell(ui, PLACE, &mut |ui| {
        ui.add(egui::Label::new(place.clone()).truncate());
    });
    let code = RichText::new(finding.code).small().monospace().color(colors.faint);
    let code_width = width(ui, WidgetText::from(code.clone()));
    let fix = finding.fix.as_ref();
    let padding = 2.0 * ui.spacing().button_padding.x;
    let fix_width = fix.map_or(0.0, |fix| {
        let job = button::with_icon(ui, icons::FIX, &fix.label, None);
        width(ui, job.into()) + padding + space::S
    });
    let rest = ui.available_width() - code_width - fix_width - 2.0 * space::S;
    ui.vertical(|ui| {
        ui.set_width(rest.max(SENTENCE));
        // In the middle of the first line's height, as its neighbors are.
        ui.add_space((height - ui.text_style_height(&TextStyle::Body)) / 2.0);
        ui.add(egui::Label::new(prose::sentence(ui, &finding.sentence, size::BODY)).wrap());
        ui.add_space(space::XS);
    });
    if let Some(fix) = fix {
        cell(ui, fix_width - space::S, &mut |ui| {
            if button::link(ui, icons::FIX, &fix.label).clicked() {
                commands.push(EditCommand::ApplyFix(fix.clone()).into());
            }
        });
    }
    cell(ui, code_width, &mut |ui| {
        ui.label(code.clone());
    });
}

fn width(ui: &Ui, text: WidgetText) -> f32 {
    let wrap = Some(TextWrapMode::Extend);
    text.into_galley(ui, wrap, f32::INFINITY, TextStyle::Body).size().x.ceil()
}

fn place(finding: &Finding) -> String {
    finding.place.to_string().replace('`', "")
}
