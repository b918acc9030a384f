//! What the design can be made into: a list of targets, what can be chosen about the one that is
//! looked at, and what it would be.

use std::sync::Arc;

use egui::{Align, Context, FontId, Id, Key, Layout, RichText, ScrollArea, Ui, vec2};
use flowbench_model::design::Design;

use super::modal;
use crate::export::{Choice, Form, Options, Order, TARGETS, Target};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, segmented, tag};
use crate::gui::{fonts, icons};
use crate::session::Session;
use crate::session::exporting;

mod list;
mod looking;

use looking::Looking;

/// Width of the dialog where the window has place for it.
const WIDTH: f32 = 980.0;
/// Width of the list.
const LIST: f32 = 216.0;
/// Least and greatest height of the list and of the preview.
const HEIGHT: std::ops::RangeInclusive<f32> = 280.0..=640.0;
/// What a window needs around them: title, buttons, margins.
const AROUND: f32 = 172.0;

const THEMES: [segmented::Choice<bool>; 2] = [
    segmented::choice(false, "Light", "Dark on white, for paper"),
    segmented::choice(true, "Dark", "Light on dark, for screens"),
];

/// The dialog: which target is looked at, how it is to be, and what it would be.
#[derive(Default)]
pub(super) struct ExportDialog {
    chosen: usize,
    options: Options,
    looking: Looking,
}

/// What became of the dialog in one frame.
pub(super) enum Outcome {
    /// It is still open.
    Open,
    /// It was given up.
    Closed,
    /// This is to be written, at a place that is still to be asked for.
    Chosen(Order),
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Export,
    Cancel,
}

impl ExportDialog {
    /// Draws the dialog.
    pub(super) fn ui(&mut self, ctx: &Context, session: &Session) -> Outcome {
        let Some(design) = session.design() else { return Outcome::Closed };
        self.steer(ctx);
        self.looking.follow(ctx, session, (self.target(), self.options));
        let width = WIDTH.min(ctx.content_rect().width() - 2.0 * space::XXL);
        let shown = modal(ctx, Id::unique("export"), width, |ui| self.content(ui, design));
        let is_entered = ctx.input(|input| input.key_pressed(Key::Enter));
        let is_free = ctx.memory(|memory| memory.focused().is_none());
        let answer = shown.inner.or((is_entered && is_free).then_some(Answer::Export));
        match answer {
            Some(Answer::Export) if !self.looking.has_failed() => {
                let (target, options) = (self.target(), self.options);
                let out = exporting::suggested(session, target, options);
                Outcome::Chosen(Order { target, options, out })
            }
            Some(Answer::Cancel) => Outcome::Closed,
            Some(Answer::Export) | None if shown.should_close() => Outcome::Closed,
            Some(Answer::Export) | None => Outcome::Open,
        }
    }

    fn target(&self) -> &'static Target {
        &TARGETS[self.chosen]
    }

    /// The arrows choose among the targets, as long as nothing else wants them.
    fn steer(&mut self, ctx: &Context) {
        if ctx.memory(|memory| memory.focused().is_some()) {
            return;
        }
        let (down, up) = ctx.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            let mut count = |key| input.count_and_consume_key(none, key);
            (count(Key::ArrowDown), count(Key::ArrowUp))
        });
        self.chosen = (self.chosen + down).min(TARGETS.len() - 1).saturating_sub(up);
    }

    fn content(&mut self, ui: &mut Ui, design: &Arc<Design>) -> Option<Answer> {
        let title = RichText::new(format!("Export {}", design.info.name));
        let font = FontId::new(size::TITLE + 2.0, fonts::semi_bold());
        ui.add(egui::Label::new(title.font(font)).truncate());
        ui.add_space(space::S);
        let height = ui.ctx().content_rect().height() - AROUND;
        let height = height.clamp(*HEIGHT.start(), *HEIGHT.end());
        let place = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Min), |ui| {
            let down = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(vec2(LIST, height), down, |ui| {
                ui.set_min_size(vec2(LIST, height));
                list::show(ui, &mut self.chosen);
            });
            ui.separator();
            let width = ui.available_width();
            ui.allocate_ui_with_layout(vec2(width, height), down, |ui| {
                ui.set_max_height(height);
                self.card(ui);
            });
        });
        ui.add_space(space::M);
        self.buttons(ui)
    }

    /// The target that is looked at.
    fn card(&mut self, ui: &mut Ui) {
        let colors = Colors::of(ui);
        let target = self.target();
        let font = FontId::new(size::TITLE, fonts::semi_bold());
        ui.label(RichText::new(target.title).font(font));
        let sentence = format!("{}.", target.sentence);
        ui.label(RichText::new(sentence).color(colors.muted));
        if !target.choices.is_empty() {
            ui.add_space(space::XS);
            ui.horizontal(|ui| self.choices(ui, target.choices));
        }
        ui.add_space(space::XS);
        left_out(ui, target, &self.looking);
        ui.add_space(space::S);
        self.looking.ui(ui, target);
    }

    fn choices(&mut self, ui: &mut Ui, choices: &[Choice]) {
        for choice in choices {
            match choice {
                Choice::Theme => {
                    ui.scope(|ui| {
                        ui.set_max_width(150.0);
                        segmented::show(ui, &mut self.options.is_dark, &THEMES);
                    });
                }
                Choice::SingleFile => {
                    let hint =
                        "One page that can be sent; else a folder with a page for each thing";
                    ui.checkbox(&mut self.options.is_single_file, "One file").on_hover_text(hint);
                }
                Choice::Runs => {
                    let hint = "Rates, latencies and dead letters: every scenario runs once";
                    ui.checkbox(&mut self.options.has_runs, "What the scenarios come to")
                        .on_hover_text(hint);
                }
            }
        }
    }

    fn buttons(&self, ui: &mut Ui) -> Option<Answer> {
        let mut answer = None;
        ui.horizontal(|ui| {
            if let Some(text) = self.looking.text()
                && button::labeled(ui, icons::COPY, "Copy text").clicked()
            {
                ui.ctx().copy_text(text.to_owned());
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(!self.looking.has_failed(), |ui| {
                    if button::primary(ui, icons::EXPORT, "Export…").clicked() {
                        answer = Some(Answer::Export);
                    }
                });
                if button::labeled(ui, icons::CLOSE, "Cancel").clicked() {
                    answer = Some(Answer::Cancel);
                }
                let what = match self.target().form(self.options) {
                    Form::File(ending) => format!("One file, .{ending}"),
                    Form::Folder => "A folder".to_owned(),
                };
                let color = Colors::of(ui).muted;
                ui.add(egui::Label::new(RichText::new(what).color(color)).truncate());
            });
        });
        answer
    }
}

/// What the target cannot carry, whatever the design; and what of this design it leaves out.
fn left_out(ui: &mut Ui, target: &Target, looking: &Looking) {
    let colors = Colors::of(ui);
    if !target.leaves_out.is_empty() {
        tag::sentence(ui, icons::INFO, colors.faint, &format!("Left out: {}.", target.leaves_out));
    }
    let findings = looking.findings();
    if findings.is_empty() {
        return;
    }
    ScrollArea::vertical().id_salt("left out").max_height(84.0).auto_shrink([false, true]).show(
        ui,
        |ui| {
            for finding in findings {
                let text = format!("{}: {}", finding.place, finding.sentence);
                let color =
                    crate::gui::canvas::paint_nodes::severity_color(colors, finding.severity);
                tag::sentence(ui, icons::severity(finding.severity), color, &text);
            }
        },
    );
}

#[cfg(test)]
mod tests;
