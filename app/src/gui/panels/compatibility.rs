//! The compatibility matrix: who writes a message against who reads it, and beside it the sheet of
//! one pair, with what would become of it if its publisher wrote another version.

mod grid;
mod table;
mod what_if;

use egui::{CentralPanel, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui};
use flowbench_model::design::Design;
use flowbench_model::schema::Schemas;

use self::grid::Grid;
use self::table::Table;
use crate::command::Command;
use crate::compatibility::{Compatibility, is_broken};
use crate::gui::icons;
use crate::gui::panels::message_list::MessageList;
use crate::gui::panels::pair;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{empty, policy, tag};
use crate::selection::Selection;
use crate::session::Session;

/// Widths of the list of messages and of the sheet.
const LIST: f32 = 200.0;
const SHEET: f32 = 340.0;

/// The matrix: which message it is about, and which pair is chosen.
#[derive(Default)]
pub struct MatrixDesk {
    list: MessageList,
    is_all: bool,
    compatibility: Compatibility,
    table: Table,
    grid: Grid,
    /// The place of the chosen reading among all.
    chosen: Option<usize>,
    what_if: what_if::WhatIf,
}

impl MatrixDesk {
    /// Draws the matrix.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(document) = &session.document else { return };
        let design = document.design();
        let name = self.message(session, design);
        let is_fresh = self.compatibility.follow(design);
        if self.table.follow(self.compatibility.readings(), name.as_deref(), is_fresh) {
            self.chosen = None;
        }
        self.sides(ui, session, name.as_deref(), commands);
        let frame = Frame::new().fill(Colors::of(ui).canvas).inner_margin(Margin::symmetric(12, 8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            head(ui, design, name.as_deref(), commands);
            self.summary(ui, &document.schemas);
            if self.table.rows.is_empty() {
                let sentence = "Nobody writes it to anybody who reads it, as the contracts and \
                                workloads say.";
                return empty::show(ui, icons::MATRIX, "No pairs", sentence);
            }
            let judged = (&mut self.compatibility, &document.schemas);
            if let Some(place) = self.grid.ui(ui, &self.table, judged, self.chosen) {
                self.chosen = Some(place);
            }
        });
    }

    /// Which message it is about: the one that is selected, else the first; none for all.
    fn message(&self, session: &Session, design: &Design) -> Option<String> {
        if self.is_all {
            return None;
        }
        let selected = match &session.selection {
            Selection::MessageType(name) => design.message(name).map(|_| name.clone()),
            Selection::None
            | Selection::Items(_)
            | Selection::Context(_)
            | Selection::Promise(_)
            | Selection::Scenario(_)
            | Selection::Preset(_)
            | Selection::Fault { .. }
            | Selection::Message(_)
            | Selection::DeadLetters { .. } => None,
        };
        selected.or_else(|| design.messages.first().map(|it| it.name.clone()))
    }

    fn sides(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        name: Option<&str>,
        commands: &mut Vec<Command>,
    ) {
        let colors = Colors::of(ui);
        let frame = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 0));
        let list = Panel::left("matrix messages").default_size(LIST).size_range(size::SIDE);
        list.frame(frame).show(ui, |ui| {
            ui.add_space(space::S);
            let is_all = ui.selectable_label(self.is_all, "All messages");
            if is_all.clicked() {
                self.is_all = !self.is_all;
            }
            let before = commands.len();
            self.list.ui(ui, session, (name.unwrap_or_default(), space::S), commands);
            if commands.len() > before {
                self.is_all = false;
            }
        });
        let sheet = Panel::right("matrix sheet").default_size(SHEET).size_range(size::SIDE);
        let frame = frame.inner_margin(Margin::symmetric(12, 8));
        sheet.frame(frame).show(ui, |ui| {
            ScrollArea::vertical().id_salt("sheet").auto_shrink(false).show(ui, |ui| {
                self.sheet(ui, session, commands);
                ui.add_space(space::XL);
            });
        });
    }

    /// The chosen pair.
    fn sheet(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let (Some(document), Some(place)) = (&session.document, self.chosen) else {
            let sentence = "Choose a field of the matrix to see what stands against it.";
            return empty::show(ui, icons::MATRIX, "No pair chosen", sentence);
        };
        let schemas = &document.schemas;
        ui.push_id(("pair", place), |ui| {
            pair::ui(ui, session, (&mut self.compatibility, schemas), place, commands);
            ui.add_space(space::M);
            let judged = (&mut self.compatibility, schemas);
            self.what_if.ui(ui, document.design(), judged, place, commands);
        });
    }

    /// How many pairs there are, and what they come to as far as they were looked at.
    fn summary(&mut self, ui: &mut Ui, schemas: &Schemas) {
        let colors = Colors::of(ui);
        let readings = self.table.readings.clone();
        ui.horizontal_wrapped(|ui| {
            let count = match readings.len() {
                1 => "1 pair".to_owned(),
                count => format!("{count} pairs of writer and reader"),
            };
            ui.label(RichText::new(count).color(colors.muted));
            // Of very many, the ones in sight say it themselves.
            if readings.len() <= grid::JUDGED_AT_ONCE {
                let judged = readings.iter().map(|it| self.compatibility.judgment(schemas, *it));
                let broken = judged.filter(|it| is_broken(it.as_deref())).count();
                let (word, color) = match broken {
                    0 => ("0 broken".to_owned(), colors.ok),
                    broken => (format!("{broken} broken"), colors.error),
                };
                tag::show(ui, &word, color);
            }
            legend(ui);
        });
        ui.add_space(space::XS);
    }
}

fn legend(ui: &mut Ui) {
    let colors = Colors::of(ui);
    let signs = [
        (icons::READS, "reads", colors.ok),
        (icons::BREAKS, "breaks", colors.error),
        (icons::UNKNOWN, "not judged", colors.warn),
        (icons::INFO, "open: takes what comes", colors.muted),
    ];
    for (icon, word, color) in signs {
        ui.add_space(space::S);
        ui.spacing_mut().item_spacing.x = space::XS;
        tag::icon(ui, icon, color);
        ui.add(egui::Label::new(RichText::new(word).small().color(colors.muted)).extend());
    }
}

/// What the matrix is about, and the policy.
fn head(ui: &mut Ui, design: &Design, name: Option<&str>, commands: &mut Vec<Command>) {
    let message = name.and_then(|name| design.message(name));
    ui.with_layout(Layout::top_down(egui::Align::Min), |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                let edit = match message {
                    Some(message) => policy::of_message(ui, design, message),
                    None => policy::of_design(ui, design),
                };
                commands.extend(edit.map(Command::edit));
                ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                    let font = egui::FontId::new(size::TITLE + 2.0, crate::gui::fonts::semi_bold());
                    let title = name.unwrap_or("All messages");
                    ui.add(egui::Label::new(RichText::new(title).font(font)).truncate());
                });
            });
        });
    });
}
