//! The right panel: every property of what is selected. Each change becomes one edit.

mod about;
mod action;
mod channel;
mod claim_check;
mod consumer;
mod contract;
mod design;
mod distribution;
mod edge;
mod expression;

pub mod fault;
mod fault_terms;
mod guards;
mod inbox;
mod inside;
mod message;
mod names;
mod node;
mod parameters;
mod pattern;
mod preset;
mod producer;
mod promise;
mod properties;
mod publishing;
mod recorded;
mod replayed;
mod resilience;
mod scenario;
mod sheet;

use egui::{FontId, RichText, ScrollArea, Ui};
use flowbench_model::design::Design;
use flowbench_model::finding::Place;

use crate::command::Command;
use crate::compatibility::Compatibility;
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::panels::message::MessagePanel;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::form::{Drafts, Form};
use crate::gui::widgets::{empty, tag};
use crate::selection::{Items, Selection};
use crate::session::Session;

/// The panel: what is being typed in its fields.
#[derive(Default)]
pub struct Inspector {
    drafts: Drafts,
    shown: Selection,
    message: MessagePanel,
    wants_name: bool,
    compatibility: Compatibility,
}

impl Inspector {
    /// Puts the keyboard into the field of the name.
    pub fn focus_name(&mut self) {
        self.wants_name = true;
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(design) = session.design() else { return };
        if matches!(session.selection, Selection::Message(_)) {
            self.message.ui(ui, session, commands);
            return;
        }
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if self.shown != session.selection {
            self.shown = session.selection.clone();
            self.drafts.clear();
            // Something else is read from its beginning.
            area = area.vertical_scroll_offset(0.0);
        }
        let wants_name = std::mem::take(&mut self.wants_name);
        area.show(ui, |ui| {
            ui.add_space(space::M);
            ui.push_id(format!("{:?}", session.selection), |ui| {
                let mut form = Form::new(ui, &mut self.drafts);
                if wants_name {
                    form.focus_first();
                }
                if let Some(place) = place(&session.selection) {
                    findings(form.ui, session, &place);
                }
                let compatibility = &mut self.compatibility;
                shown(&mut form, session, (design, compatibility), commands);
            });
            ui.add_space(space::XXL);
        });
    }
}

fn shown(
    form: &mut Form,
    session: &Session,
    (design, compatibility): (&Design, &mut Compatibility),
    commands: &mut Vec<Command>,
) {
    match &session.selection {
        Selection::None => design::show(form, design, commands),
        Selection::Items(items) => {
            items_ui(form, session, (design, compatibility), items, commands);
        }
        Selection::MessageType(name) => message::show(form, session, (design, name), commands),
        Selection::Context(name) => design::context(form, design, name, commands),
        Selection::Promise(name) => promise::show(form, design, name, commands),
        Selection::Scenario(name) => scenario::show(form, design, name, commands),
        Selection::Preset(name) => preset::show(form, session, (design, name), commands),
        Selection::Fault { scenario, index } => {
            fault::show(form, design, scenario, *index, commands);
        }
        Selection::Message(_) => {}
        Selection::DeadLetters { channel, messages } => {
            let title = format!("{} dead letters", messages.len());
            let sentence =
                format!("in {channel}. Redrive or drop them in the panel at the bottom.");
            empty::show(form.ui, icons::DEAD_LETTER, &title, &sentence);
        }
    }
}

fn items_ui(
    form: &mut Form,
    session: &Session,
    (design, compatibility): (&Design, &mut Compatibility),
    items: &Items,
    commands: &mut Vec<Command>,
) {
    if let Some(name) = session.selection.single_node() {
        node::show(form, session, (design, name), commands);
    } else if let Some(name) = session.selection.single_edge() {
        edge::show(form, session, (design, name), compatibility, commands);
    } else {
        let title = format!("{} things", items.len());
        head(form.ui, icons::MORE, Colors::of(form.ui).muted, &title, "selected together");
        form.note("Drag to move them, Delete to remove them, Ctrl+D to copy them.");
    }
}

/// The first line of the panel: what this is.
fn head(ui: &mut Ui, icon: Icon, color: egui::Color32, title: &str, kind: &str) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(32.0, 32.0), egui::Sense::hover());
        let fill = crate::gui::theme::tint(Colors::of(ui).panel, color, 0.14);
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), fill);
        let font = fonts::icon_font(18.0);
        ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icon, font, color);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let font = FontId::new(size::TITLE, fonts::semi_bold());
            ui.add(egui::Label::new(RichText::new(title).font(font)).truncate());
            ui.label(RichText::new(kind).small().color(Colors::of(ui).muted));
        });
    });
    ui.add_space(space::S);
}

/// What findings may be about.
fn place(selection: &Selection) -> Option<Place> {
    match selection {
        Selection::None => Some(Place::Design),
        Selection::Items(_) => {
            let node = selection.single_node().map(|name| Place::Node(name.to_owned()));
            node.or_else(|| selection.single_edge().cloned().map(Place::Edge))
        }
        Selection::MessageType(name) => Some(Place::Message(name.clone())),
        Selection::Context(name) => Some(Place::Context(name.clone())),
        Selection::Promise(name) => Some(Place::Promise(name.clone())),
        Selection::Scenario(scenario) | Selection::Fault { scenario, .. } => {
            Some(Place::Scenario(scenario.clone()))
        }
        Selection::Preset(name) => Some(Place::Preset(name.clone())),
        Selection::Message(_) | Selection::DeadLetters { .. } => None,
    }
}

/// Findings about what is shown, above its properties.
fn findings(ui: &mut Ui, session: &Session, place: &Place) {
    for finding in session.derived.findings.iter().filter(|finding| finding.place == *place) {
        let colors = Colors::of(ui);
        let color = crate::gui::canvas::paint_nodes::severity_color(colors, finding.severity);
        ui.add_space(space::XS);
        tag::sentence(ui, icons::severity(finding.severity), color, &finding.sentence);
    }
}
