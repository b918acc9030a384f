//! What many runs of the scenario have in common, with intervals, and how a variant differs under
//! the same luck. What to run is asked at the top; the runs are computed elsewhere.

mod asking;

use std::sync::Arc;

use egui::{Label, ProgressBar, RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder};
use flowbench_simulator::replications::{Measure, Summary};
use flowbench_simulator::statistics::Estimate;

use crate::bench::replicating::{Against, Question, Results};
use crate::command::{BenchCommand, Command};
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, empty, table};
use crate::gui::{clock, words};
use crate::replications::{Replications, quoted};
use crate::session::Session;

/// Widths of columns; the first gets what is left.
const SUBJECT: f32 = 176.0;
const FIGURES: f32 = 160.0;

/// The panel: what is being typed, and the lines of the results that are shown.
#[derive(Default)]
pub struct Statistics {
    drafts: asking::Drafts,
    lines: Vec<Line>,
    of: Option<Arc<Results>>,
}

/// A line of the table.
#[derive(Clone, PartialEq, Debug)]
struct Line {
    subject: String,
    what: String,
    /// Of the scenario; of the variant and the difference too, if there is one.
    cells: Vec<String>,
    /// Whether zero lies outside the interval of the difference.
    differs: bool,
}

impl Statistics {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(design) = session.design().filter(|it| !it.scenarios.is_empty()) else {
            let sentence = "Add a scenario in the outline; then run it many times here.";
            empty::show(ui, icons::STATISTICS, "No statistics yet", sentence);
            return;
        };
        let replicating = &session.bench.replicating;
        let margin = egui::Margin::symmetric(space::S as i8, 0);
        egui::Frame::NONE.inner_margin(margin).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = egui::vec2(space::S, space::XS);
                match replicating.progress() {
                    Some((done, all)) => progress(ui, (done, all), commands),
                    None => {
                        if button::primary(ui, icons::PLAY, "Run replications").clicked() {
                            commands.push(BenchCommand::Replicate.into());
                        }
                    }
                }
                self.drafts.ui(ui, session, design, commands);
            });
        });
        ui.add_space(space::XS);
        match &replicating.results {
            Some(Ok(results)) => {
                self.update(results);
                about(ui, results, session.bench.is_present(results, design));
                self.table(ui, results);
            }
            Some(Err(why)) => note(ui, why, Colors::of(ui).error),
            None => {
                let sentence = "One run says what happened with one luck. Many say how exactly \
                                its numbers are known.";
                empty::show(ui, icons::STATISTICS, "No statistics yet", sentence);
            }
        }
    }

    /// Intervals cost more than a frame has.
    fn update(&mut self, results: &Arc<Results>) {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, results)) {
            self.lines = lines(results);
            self.of = Some(Arc::clone(results));
        }
    }

    fn table(&self, ui: &mut Ui, results: &Results) {
        let has_other = results.other.is_some();
        let mut columns = vec![("Subject", SUBJECT), ("Measure", 128.0)];
        columns.push((if has_other { "Scenario" } else { "Mean" }, FIGURES));
        if has_other {
            columns.extend([("Variant", FIGURES), ("Difference", FIGURES), ("", 64.0)]);
        }
        let taken: f32 = columns.iter().map(|(_, width)| width + space::S).sum();
        let left = (ui.available_width() - taken - space::M).clamp(0.0, SUBJECT);
        columns[0].1 += left;
        ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
            let middle = egui::Layout::left_to_right(egui::Align::Center);
            let table = TableBuilder::new(ui).auto_shrink(false).cell_layout(middle);
            let table = columns
                .iter()
                .fold(table, |table, (_, width)| table.column(Column::exact(*width).clip(true)));
            let table = table.header(size::ROW, |mut header| {
                for (index, (title, _)) in columns.iter().enumerate() {
                    header.col(|ui| {
                        ui.add_space(if index == 0 { space::M } else { 0.0 });
                        table::title(ui, title, (2..5).contains(&index));
                    });
                }
            });
            table.body(|body| {
                body.rows(size::ROW - 2.0, self.lines.len(), |mut row| {
                    let line = &self.lines[row.index()];
                    row.col(|ui| {
                        ui.add_space(space::M);
                        table::text(ui, &line.subject);
                    });
                    row.col(|ui| table::text(ui, &line.what));
                    for cell in &line.cells {
                        row.col(|ui| table::figure(ui, cell));
                    }
                    if has_other {
                        row.col(|ui| differs(ui, line.differs));
                    }
                });
            });
        });
    }
}

fn differs(ui: &mut Ui, differs: bool) {
    if differs {
        ui.add_space(space::S);
        let text = RichText::new("differs").small().color(Colors::of(ui).accent);
        ui.add(Label::new(text).selectable(false))
            .on_hover_text("Zero lies outside the interval of the difference");
    }
}

fn progress(ui: &mut Ui, (done, all): (u32, u32), commands: &mut Vec<Command>) {
    let share = done as f32 / all.max(1) as f32;
    let text = match done {
        0 => "…".to_owned(),
        done => format!("{} of {} runs", words::grouped(done.into()), words::grouped(all.into())),
    };
    let text = RichText::new(text).small();
    ui.add(ProgressBar::new(share).desired_width(144.0).desired_height(size::CONTROL).text(text));
    if button::labeled(ui, icons::STOP, "Stop").clicked() {
        commands.push(BenchCommand::StopReplicating.into());
    }
}

fn note(ui: &mut Ui, text: &str, color: egui::Color32) {
    ui.horizontal_wrapped(|ui| {
        ui.add_space(space::M);
        ui.label(RichText::new(text).small().color(color));
    });
}

/// What the numbers are of, and what speaks against them.
fn about(ui: &mut Ui, results: &Results, is_present: bool) {
    let colors = Colors::of(ui);
    let Question { count, confidence, against, .. } = &results.question;
    let (first, scenario) = (results.scenario.seed, &results.scenario.name);
    let last = first.wrapping_add(u64::from(*count) - 1);
    let mut text = format!(
        "{scenario} with seeds {first} to {last}; ± is the {} % interval of a mean",
        confidence * 100.0
    );
    match against {
        Against::Nothing => {}
        Against::Scenario(name) => text += &format!("; variant: {name} with the same seeds"),
        Against::Change(changed) => text += &format!("; variant: {changed} with the same seeds"),
    }
    if results.warm_up.0 > 0 {
        let by = if results.suggestion.is_some() { " (MSER-5)" } else { "" };
        text += &format!("; {} of each run left out{by}", clock::length(results.warm_up.0));
    }
    note(ui, &text, colors.muted);
    if results.suggestion.is_some_and(|it| it.is_too_short) {
        let text = "The run is too short: it begins until beyond its half. Let the scenario last \
                    longer, or these means are not those of the long run.";
        note(ui, text, colors.warn);
    }
    if !is_present {
        note(ui, "Design or scenario have changed since: run the replications again.", colors.warn);
    }
}

/// What differs first, then promises, then every other measure that is not zero throughout.
fn lines(results: &Results) -> Vec<Line> {
    let other = results.other.as_ref();
    let promises = results.base.promises().into_iter().map(|(promise, held)| {
        let of = |held: usize, all: &Replications| format!("{held} of {}", all.reports.len());
        let mut cells = vec![of(held, &results.base)];
        if let Some(other) = other {
            let same = other.promises().into_iter().find(|it| it.0.name == promise.name);
            cells.push(same.map_or("–".to_owned(), |(_, held)| of(held, other)));
            cells.push(String::new());
        }
        let what = if promise.meant_to_break { "held (meant to break)" } else { "held" };
        Line { subject: promise.name.clone(), what: what.to_owned(), cells, differs: false }
    });
    let confidence = results.question.confidence;
    let measures = results.base.telling().map(|it| measured(it, other, confidence));
    let (mut lines, others): (Vec<Line>, Vec<Line>) = measures.partition(|it| it.differs);
    lines.extend(promises);
    lines.extend(others);
    lines
}

fn measured(summary: &Summary, other: Option<&Replications>, confidence: f64) -> Line {
    let Measure { subject, what, unit } = &summary.measure;
    let text = |estimate: Option<Estimate>| {
        estimate.map_or("–".to_owned(), |estimate| quoted(&estimate, *unit))
    };
    let mut cells = vec![text(summary.estimate(confidence))];
    let mut differs = false;
    if let Some(other) = other {
        let other = other.of_measure(&summary.measure);
        let difference = other.and_then(|other| summary.difference(other, confidence));
        differs = difference.is_some_and(|it| !it.contains(0.0));
        cells.push(text(other.and_then(|other| other.estimate(confidence))));
        cells.push(text(difference));
    }
    Line { subject: subject.clone(), what: (*what).to_owned(), cells, differs }
}
