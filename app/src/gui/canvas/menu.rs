//! The menus of the canvas: what can be done with a node, with an edge, with the ground; the menu
//! of kinds; and the field of a new name.

use egui::{Response, Ui};
use flowbench_model::design::{Design, Position};
use flowbench_model::fault::FaultKind;
use flowbench_model::faults::Value;
use flowbench_model::name::EdgeName;
use flowbench_model::node::Role;
use flowbench_model::time::Span;

use crate::command::{BenchCommand, Command, EditCommand, ViewCommand};
use crate::command_table;
use crate::gui::canvas::add::{KINDS, add};
use crate::gui::canvas::marks::{Hit, Marks};
use crate::gui::canvas::space::View;
use crate::gui::canvas::{Canvas, Sight};
use crate::gui::theme::space;
use crate::gui::widgets::menu_item;
use crate::gui::{icons, words};

/// A fault one can inject, as the menu says it, and how long it lasts (to the end if absent).
pub struct Injection {
    /// What the menu says.
    pub text: String,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How long.
    pub duration: Option<Span>,
}

const TEN_SECONDS: Option<Span> = Some(Span::from_secs(10));

/// What can go wrong with a node.
#[must_use]
pub fn node_injections(design: &Design, name: &str) -> Vec<Injection> {
    let Some(node) = design.node(name) else { return Vec::new() };
    let injection = |kind: FaultKind, duration: Option<Span>| {
        let length = duration.map_or("to the end".to_owned(), |span| format!("for {span}"));
        let text = words::sentence(&format!("{} {length}", words::fault(&kind)));
        Injection { text, kind, duration }
    };
    let mut all = vec![
        injection(FaultKind::at_node("Down", &node.name), TEN_SECONDS),
        injection(FaultKind::at_node("Down", &node.name), None),
    ];
    if matches!(node.role, Role::Consumer(_)) {
        let failing = FaultKind::at_node("Failing", &node.name);
        all.push(injection(FaultKind::at_node("Slow", &node.name), TEN_SECONDS));
        all.push(injection(failing.clone(), TEN_SECONDS));
        all.push(injection(failing.with("share", Value::Number(1.0)), TEN_SECONDS));
    }
    all
}

/// What can go wrong with an edge.
#[must_use]
pub fn edge_injections(edge: &EdgeName) -> Vec<Injection> {
    ["Loss", "Delay", "Duplication"]
        .map(|word| {
            let kind = FaultKind::at_edge(word, edge);
            let text = words::sentence(&format!("{} for 10s", words::fault(&kind)));
            Injection { text, kind, duration: TEN_SECONDS }
        })
        .into()
}

impl Canvas {
    /// Shows whichever menu is open.
    pub(super) fn menus(
        &mut self,
        ui: &Ui,
        response: &Response,
        view: &View,
        sight: &Sight,
        marks: &Marks,
        commands: &mut Vec<Command>,
    ) {
        let target = self.menu_target;
        let point = ui.input(|input| input.pointer.press_origin()).map(|at| view.world(at));
        response.context_menu(|ui| {
            ui.set_width(208.0);
            match target {
                Some(Hit::Node(index) | Hit::Port(index)) => {
                    self.node_menu(ui, sight, index, commands);
                }
                Some(Hit::Edge(index)) => self.edge_menu(ui, index, commands),
                Some(Hit::Dot(_)) | None => {
                    ground_menu(ui, sight, point.unwrap_or(view.camera.center), commands);
                }
            }
        });
        if let Some(mut menu) = self.add_menu.take()
            && menu.ui(ui, view, sight.design, commands)
        {
            self.add_menu = Some(menu);
        }
        if let Some(mut rename) = self.rename.take()
            && rename.ui(ui, view, &self.scene, sight.design, commands)
        {
            self.rename = Some(rename);
        }
        self.tips(ui, response, sight, marks);
    }

    fn node_menu(&self, ui: &mut Ui, sight: &Sight, index: usize, commands: &mut Vec<Command>) {
        let Some(node) = self.scene.nodes.get(index) else { return };
        table_item(ui, "rename", EditCommand::RenameSelected, commands);
        table_item(ui, "duplicate", EditCommand::Duplicate, commands);
        table_item(ui, "delete", EditCommand::Delete, commands);
        injections(ui, node_injections(sight.design, &node.name), sight, commands);
    }

    fn edge_menu(&self, ui: &mut Ui, index: usize, commands: &mut Vec<Command>) {
        let Some(edge) = self.scene.edges.get(index) else { return };
        table_item(ui, "delete", EditCommand::Delete, commands);
        heading(ui, "Inject now");
        for injection in edge_injections(&edge.name) {
            inject_item(ui, injection, commands);
        }
    }

    /// What a thing under the pointer is, after a moment.
    fn tips(&self, ui: &Ui, response: &Response, sight: &Sight, marks: &Marks) {
        if ui.input(|input| input.pointer.any_down()) || self.rename.is_some() {
            return;
        }
        let text = match marks.hover {
            Some(Hit::Edge(index)) => {
                let edge = &self.scene.edges[index];
                format!("{}\n{}", edge.name, super::reading::description(edge))
            }
            Some(Hit::Dot(index)) => {
                let Some(dot) = sight.traffic.dots.get(index) else { return };
                let message = self.scene.messages.get(dot.message).map_or("", String::as_str);
                let source = self.scene.nodes.get(dot.source).map_or("", |node| node.name.as_str());
                match dot.count {
                    1 => format!("{message}\n{source}#{}", dot.number),
                    count => format!("{count} messages, {message} {source}#{} first", dot.number),
                }
            }
            Some(Hit::Port(_)) => "Drag to connect".to_owned(),
            Some(Hit::Node(_)) | None => return,
        };
        response.clone().on_hover_text_at_pointer(text);
    }
}

fn injections(ui: &mut Ui, injections: Vec<Injection>, sight: &Sight, commands: &mut Vec<Command>) {
    heading(ui, "Inject now");
    ui.add_enabled_ui(!sight.design.scenarios.is_empty(), |ui| {
        for injection in injections {
            inject_item(ui, injection, commands);
        }
    });
}

fn inject_item(ui: &mut Ui, injection: Injection, commands: &mut Vec<Command>) {
    let item = menu_item::show(ui, icons::fault(&injection.kind), &injection.text, "");
    if item.clicked() {
        commands.push(BenchCommand::InjectNow(injection.kind, injection.duration).into());
    }
}

fn ground_menu(ui: &mut Ui, sight: &Sight, at: Position, commands: &mut Vec<Command>) {
    for kind in &KINDS {
        let text = format!("Add {}", kind.title.to_lowercase());
        if menu_item::show(ui, kind.icon, &text, "").clicked() {
            commands.extend(add(sight.design, kind, at, None));
        }
    }
    ui.separator();
    table_item(ui, "select-all", EditCommand::SelectAll, commands);
    table_item(ui, "zoom-to-fit", ViewCommand::ZoomToFit, commands);
    table_item(ui, "arrange", EditCommand::ArrangeAutomatically, commands);
}

/// A command of the table, with its text, key and icon.
fn table_item(ui: &mut Ui, id: &str, command: impl Into<Command>, commands: &mut Vec<Command>) {
    let Some(info) = command_table::command(id) else { return };
    let key = info.shortcuts.first().map(ToString::to_string).unwrap_or_default();
    if menu_item::show(ui, icons::named(info.icon), info.text, &key).clicked() {
        commands.push(command.into());
    }
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(space::XS);
    ui.separator();
    let color = crate::gui::theme::Colors::of(ui).muted;
    ui.label(egui::RichText::new(text).small().color(color));
}
