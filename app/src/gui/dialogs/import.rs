//! What importing documents would come to: what each says, what is probably one thing under two
//! names, what is wrong, and the graph. Nothing changes before a button says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Align, Context, FontId, Frame, Id, Key, Layout, RichText, ScrollArea, Ui, vec2};
use flowbench_model::design::{Design, Position};
use flowbench_model::formats::asyncapi::View;
use flowbench_model::joining::{self, Pair};
use flowbench_model::layout;

use super::modal;
use crate::bench::worker::Waker;
use crate::command::ExchangeCommand;
use crate::gui::canvas::glance::Glance;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::{button, empty};
use crate::gui::{fonts, icons, words};
use crate::import::{self, Asked, Joins, Read};
use crate::job::Job;
use crate::session::Session;

mod said;

/// Width of the dialog where the window has place for it.
const WIDTH: f32 = 1120.0;
/// Width of what the documents say.
const SAID: f32 = 400.0;
/// Least and greatest height of both.
const HEIGHT: std::ops::RangeInclusive<f32> = 280.0..=700.0;
/// What a window needs around them: title, buttons, margins.
const AROUND: f32 = 172.0;

/// The dialog: what is asked, and what was read last.
#[derive(Default)]
pub(super) struct ImportDialog {
    asked: Asked,
    /// What is being read; nothing if what is shown is what was asked.
    job: Option<Job<Looked>>,
    looked: Option<Looked>,
    glance: Glance,
    /// Why there is no answer.
    failure: Option<String>,
    is_stale: bool,
    /// Whether another dialog stands in front, which has the keys.
    pub(super) is_behind: bool,
}

/// What was read, with all that is shown of it.
struct Looked {
    read: Read,
    design: Arc<Design>,
    positions: BTreeMap<String, Position>,
    /// What the open design and these documents have in common.
    notes: Vec<String>,
}

/// What became of the dialog in one frame.
pub(super) enum Outcome {
    /// It is still open.
    Open,
    /// It was given up.
    Closed,
    /// More documents are wanted.
    More,
    /// This is to be done.
    Chosen(ExchangeCommand),
}

/// What a person asks for about the documents.
enum Wish {
    /// Read this document from another side.
    See(PathBuf, View),
    /// Make these one, or not.
    Join(Pair, bool),
    /// Leave this document out.
    Remove(PathBuf),
}

/// What was decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Open,
    Add,
    More,
    Cancel,
}

impl ImportDialog {
    /// Looks at these documents too.
    pub(super) fn add(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if !self.asked.files.contains(&file) {
                self.asked.files.push(file);
            }
        }
        self.is_stale = true;
    }

    /// Draws the dialog.
    pub(super) fn ui(&mut self, ctx: &Context, session: &Session) -> Outcome {
        if std::mem::take(&mut self.is_stale) {
            self.begin(ctx, session);
        }
        self.take();
        let width = WIDTH.min(ctx.content_rect().width() - 2.0 * space::XXL);
        let shown = modal(ctx, Id::unique("import"), width, |ui| self.content(ui, session));
        let is_entered = ctx.input(|input| input.key_pressed(Key::Enter));
        let is_free = ctx.memory(|memory| memory.focused().is_none());
        let can_open = self.can_go_on() && !self.is_behind;
        let answer = shown.inner.or((is_entered && is_free && can_open).then_some(Answer::Open));
        let design = self.looked.as_ref().map(|looked| Arc::clone(&looked.design));
        match (answer, design) {
            (Some(Answer::Open), Some(design)) => {
                Outcome::Chosen(ExchangeCommand::OpenImported(design))
            }
            (Some(Answer::Add), Some(design)) => {
                Outcome::Chosen(ExchangeCommand::AddImported(design))
            }
            (Some(Answer::More), _) => Outcome::More,
            (Some(Answer::Cancel), _) => Outcome::Closed,
            (Some(Answer::Open | Answer::Add) | None, _) if shown.should_close() => Outcome::Closed,
            (Some(Answer::Open | Answer::Add) | None, _) => Outcome::Open,
        }
    }

    /// Whether what is shown is what was asked, and there is something in it.
    fn can_go_on(&self) -> bool {
        let has_documents = self.looked.as_ref().is_some_and(|it| it.read.has_documents());
        has_documents && self.job.is_none() && !self.is_stale
    }

    fn begin(&mut self, ctx: &Context, session: &Session) {
        let asked = self.asked.clone();
        let here = session.design().cloned().map(|it| (it, session.derived.positions.clone()));
        let ctx = ctx.clone();
        let waker = Waker(Some(Arc::new(move || ctx.request_repaint())));
        self.failure = None;
        self.job = Some(Job::begin("import", waker, move |_| {
            let read = import::read(&asked);
            let positions = layout::positions(&read.design);
            let notes = here.map_or_else(Vec::new, |(design, positions)| {
                joining::addition(&design, &positions, &read.design).notes
            });
            let design = Arc::new(read.design.clone());
            Looked { read, design, positions, notes }
        }));
    }

    fn take(&mut self) {
        let Some(job) = &self.job else { return };
        match job.answer() {
            Ok(None) => return,
            Ok(Some(looked)) => {
                self.glance = Glance::at(&looked.design, &looked.positions);
                self.looked = Some(looked);
            }
            Err(lost) => self.failure = Some(lost.to_string()),
        }
        self.job = None;
    }

    fn content(&mut self, ui: &mut Ui, session: &Session) -> Option<Answer> {
        let count = words::count(self.asked.files.len() as u64, "document");
        let font = FontId::new(size::TITLE + 2.0, fonts::semi_bold());
        ui.horizontal(|ui| {
            ui.label(RichText::new(format!("Import {count}")).font(font));
            if self.job.is_some() {
                ui.spinner();
            }
        });
        ui.add_space(space::S);
        let height = ui.ctx().content_rect().height() - AROUND;
        let height = height.clamp(*HEIGHT.start(), *HEIGHT.end());
        let said = SAID.min(ui.available_width() * 0.46);
        let mut wish = None;
        let place = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Min), |ui| {
            let down = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(vec2(said, height), down, |ui| {
                ui.set_min_size(vec2(said, height));
                let area = ScrollArea::vertical().id_salt("said").auto_shrink(false);
                area.show(ui, |ui| wish = self.said(ui, session));
            });
            ui.separator();
            let width = ui.available_width();
            ui.allocate_ui_with_layout(vec2(width, height), down, |ui| self.graph(ui));
        });
        if let Some(wish) = wish {
            self.grant(wish);
        }
        ui.add_space(space::M);
        self.buttons(ui, session)
    }

    fn said(&self, ui: &mut Ui, session: &Session) -> Option<Wish> {
        // The bar of the scroll area stands over the right edge.
        ui.set_max_width(ui.available_width() - space::M);
        let Some(looked) = &self.looked else { return None };
        let has_design = session.document.is_some();
        said::ui(ui, &looked.read, &self.asked, if has_design { &looked.notes } else { &[] })
    }

    fn graph(&mut self, ui: &mut Ui) {
        let colors = Colors::of(ui);
        let frame = Frame::new()
            .fill(colors.canvas)
            .stroke(line(1.0, colors.border))
            .corner_radius(f32::from(size::RADIUS));
        let Some(looked) = self.looked.as_ref().filter(|_| self.failure.is_none()) else {
            let sentence = self.failure.as_deref().unwrap_or("Being read…");
            empty::show(ui, icons::IMPORT, "Documents", sentence);
            return;
        };
        let design = &looked.design;
        if design.nodes.is_empty() {
            let sentence = "The documents say nothing that can be drawn.";
            empty::show(ui, icons::DESIGN, "Nothing to see", sentence);
            return;
        }
        let counts = [
            (design.nodes.len(), "node"),
            (design.edges.len(), "edge"),
            (design.messages.len(), "message"),
        ]
        .map(|(count, noun)| words::count(count as u64, noun));
        let text = format!("{}: {}", design.info.name, counts.join(", "));
        let label = egui::Label::new(RichText::new(text).small().color(colors.muted));
        ui.add(label.truncate());
        let name = format!("Preview of {}", design.info.name);
        frame.show(ui, |ui| self.glance.ui(ui, &name));
    }

    fn grant(&mut self, wish: Wish) {
        self.is_stale = true;
        match wish {
            Wish::See(file, view) => {
                self.asked.views.retain(|it| it.0 != file);
                self.asked.views.push((file, view));
            }
            Wish::Join(pair, is_one) => {
                let Joins::Only(pairs) = &mut self.asked.joins else { return };
                pairs.retain(|it| *it != pair);
                if is_one {
                    pairs.push(pair);
                }
            }
            Wish::Remove(file) => {
                let is_it = |it: &Path| it == file || it.canonicalize().is_ok_and(|it| it == file);
                self.asked.files.retain(|it| !is_it(it));
            }
        }
    }

    fn buttons(&self, ui: &mut Ui, session: &Session) -> Option<Answer> {
        let mut answer = None;
        let mut ask = |is_clicked: bool, what: Answer| {
            if is_clicked {
                answer = Some(what);
            }
        };
        ui.horizontal(|ui| {
            ask(button::labeled(ui, icons::ADD, "Add documents…").clicked(), Answer::More);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(self.can_go_on(), |ui| {
                    let open = button::primary(ui, icons::OPEN, "Open as new design");
                    ask(open.clicked(), Answer::Open);
                    if session.document.is_some() {
                        let add = button::labeled(ui, icons::ADD, "Add to this design");
                        let tip = "One change, which can be undone";
                        ask(add.on_hover_text(tip).clicked(), Answer::Add);
                    }
                });
                ask(button::labeled(ui, icons::CLOSE, "Cancel").clicked(), Answer::Cancel);
            });
        });
        answer
    }
}

#[cfg(test)]
mod tests;
