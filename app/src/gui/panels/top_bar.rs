//! The bar at the top: menus, the name of the design, undo, theme, and the palette of commands.

use egui::{Align, FontId, Layout, RichText, Ui, vec2};

use crate::command::{Command, EditCommand, FileCommand, PanelKind, Stage, ViewCommand};
use crate::command_table::{self, CommandInfo, Menu};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::segmented::{self, Choice, choice};
use crate::gui::widgets::{button, menu_item};
use crate::gui::{fonts, icons};
use crate::session::Session;

/// Width of the switch between what the window shows.
const STAGES: f32 = 264.0;
const STAGE_CHOICES: [Choice<Stage>; 3] = [
    choice(Stage::Canvas, "Canvas", "The design as a graph, with its run (Alt+1)"),
    choice(Stage::Schemas, "Schemas", "Messages, versions, schemas and examples (Alt+2)"),
    choice(Stage::Compatibility, "Compatibility", "Who writes what, and who can read it (Alt+3)"),
];

/// The bar.
pub struct TopBar;

impl TopBar {
    /// Draws the bar.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            if button::icon(ui, icons::HOME, "Back to the gallery").clicked() {
                commands.push(FileCommand::CloseDesign.into());
            }
            menus(ui, session, commands);
            ui.separator();
            stages(ui, session, commands);
            ui.separator();
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                right(ui, session, commands);
                ui.add_space(space::S);
                // The name has what is left.
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| name(ui, session));
            });
        });
    }
}

/// What the middle of the window shows.
fn stages(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let mut stage = session.stage;
    ui.allocate_ui(vec2(STAGES, size::CONTROL), |ui| {
        if segmented::show(ui, &mut stage, &STAGE_CHOICES) {
            commands.push(ViewCommand::Show(stage).into());
        }
    });
}

/// The menus of the command table.
pub fn menus(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
        widgets.inactive.bg_stroke = egui::Stroke::NONE;
        widgets.hovered.bg_stroke = egui::Stroke::NONE;
        widgets.open.bg_stroke = egui::Stroke::NONE;
        for menu in Menu::ALL {
            ui.menu_button(menu.title(), |ui| {
                ui.set_width(272.0);
                for info in menu.commands() {
                    item(ui, session, info, commands);
                }
            });
        }
    });
}

fn item(ui: &mut Ui, session: &Session, info: &CommandInfo, commands: &mut Vec<Command>) {
    let key = info.shortcuts.first().map(ToString::to_string).unwrap_or_default();
    let icon = if is_on(session, info) { icons::CHECK } else { icons::named(info.icon) };
    let is_enabled = (info.enabled)(session);
    ui.add_enabled_ui(is_enabled, |ui| {
        if menu_item::show(ui, icon, info.text, &key).on_hover_text(info.tooltip).clicked() {
            commands.push((info.make)(session));
        }
    });
}

/// Whether a command shows a panel that is shown.
fn is_on(session: &Session, info: &CommandInfo) -> bool {
    let shown = |panel: &PanelKind| {
        let is_its = (info.make)(session) == ViewCommand::TogglePanel(*panel).into();
        is_its && session.has_panel(*panel)
    };
    info.id.starts_with("panel-") && PanelKind::ALL.iter().any(shown)
}

fn name(ui: &mut Ui, session: &Session) {
    let Some(document) = &session.document else { return };
    let colors = Colors::of(ui);
    let font = FontId::new(size::TITLE, fonts::semi_bold());
    let design = document.design();
    let name = if design.info.name.is_empty() { "Untitled" } else { design.info.name.as_str() };
    ui.add_space(space::XS);
    ui.add(egui::Label::new(RichText::new(name).font(font)).truncate());
    if document.is_unsaved() {
        let dot = RichText::new("●").size(10.0).color(colors.accent);
        ui.label(dot).on_hover_text("There are unsaved changes");
    }
    let path = document.path.as_ref().map(|path| path.display().to_string());
    if let Some(path) = path {
        let text = RichText::new(&path).small().color(colors.faint);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(path);
    }
}

fn right(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let panels = [
        (icons::RIGHT_PANEL, PanelKind::Inspector, "Inspector panel"),
        (icons::LEFT_PANEL, PanelKind::Outline, "Outline panel"),
    ];
    for (icon, panel, name) in panels {
        if button::toggled(ui, icon, name, session.has_panel(panel)).clicked() {
            commands.push(ViewCommand::TogglePanel(panel).into());
        }
    }
    theme_button(ui, commands);
    ui.separator();
    for (icon, id, command) in
        [(icons::REDO, "redo", EditCommand::Redo), (icons::UNDO, "undo", EditCommand::Undo)]
    {
        let Some(info) = command_table::command(id) else { continue };
        ui.add_enabled_ui((info.enabled)(session), |ui| {
            if button::icon(ui, icon, &tip(info)).clicked() {
                commands.push(command.into());
            }
        });
    }
    ui.separator();
    if button::labeled(ui, icons::SEARCH, "Commands").on_hover_text("Ctrl+Shift+P").clicked() {
        commands.push(ViewCommand::OpenPalette.into());
    }
}

/// Light to dark, dark to light.
pub fn theme_button(ui: &mut Ui, commands: &mut Vec<Command>) {
    let (icon, name) = if ui.visuals().dark_mode {
        (icons::LIGHT, "Light theme")
    } else {
        (icons::DARK, "Dark theme")
    };
    if button::icon(ui, icon, name).clicked() {
        commands.push(ViewCommand::ToggleTheme.into());
    }
}

/// What a tooltip says of a command: its text and its key.
fn tip(info: &CommandInfo) -> String {
    match info.shortcuts.first() {
        Some(shortcut) => format!("{} ({shortcut})", info.text),
        None => info.text.to_owned(),
    }
}
