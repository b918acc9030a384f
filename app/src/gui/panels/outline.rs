//! The left panel: the palette of what can be added, and everything in the design as a list that a
//! screen reader can walk.

use egui::{
    Align2, FontFamily, FontId, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::contract::Contract;
use flowbench_model::design::{Context, Design};
use flowbench_model::edit::Edit;
use flowbench_model::fork;
use flowbench_model::message::{Message, MessageKind};
use flowbench_model::name::free_name;
use flowbench_model::promise::{Promise, PromiseKind};
use flowbench_model::scenario::Scenario;
use flowbench_model::time::Span;

use crate::command::Command;
use crate::gui::canvas::Canvas;
use crate::gui::canvas::add::{KINDS, NodeKind, add};
use crate::gui::canvas::paint_nodes::hue;
use crate::gui::canvas::scene::NodeLook;
use crate::gui::canvas::space::moved;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::widgets::{button, search, section};
use crate::gui::{fonts, words};
use crate::selection::Selection;
use crate::session::Session;

/// How far a fork stands to the right of what it was made of.
const INDENT: f32 = 14.0;
/// Forks of forks stand no further to the right than this many of them.
const DEEPEST: usize = 5;

/// A panel lower than this has no place for what stands above the list.
const LOW: f32 = 280.0;

/// The panel.
#[derive(Default)]
pub struct Outline {
    filter: String,
    added: u32,
}

impl Outline {
    /// Draws the panel.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        canvas: &Canvas,
        commands: &mut Vec<Command>,
    ) {
        let Some(design) = session.design() else { return };
        let is_low = ui.available_height() < LOW;
        if !is_low {
            self.head(ui, design, canvas, commands);
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if is_low {
                self.head(ui, design, canvas, commands);
            }
            ui.spacing_mut().item_spacing.y = 1.0;
            self.things(ui, session, design, commands);
            ui.add_space(space::XL);
        });
    }

    /// What stands above the list, and scrolls with it where the window is low.
    fn head(&mut self, ui: &mut Ui, design: &Design, canvas: &Canvas, commands: &mut Vec<Command>) {
        ui.add_space(space::S);
        self.palette(ui, design, canvas, commands);
        ui.add_space(space::S);
        search::show(ui, &mut self.filter, "Filter the outline");
    }

    /// What can be added: by click in the middle of the canvas, by drag where one wants it.
    fn palette(
        &mut self,
        ui: &mut Ui,
        design: &Design,
        canvas: &Canvas,
        commands: &mut Vec<Command>,
    ) {
        let width = (ui.available_width() - space::S) / 2.0;
        for pair in KINDS.chunks(2) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                for kind in pair {
                    let response = tile(ui, kind, width);
                    self.place(ui, kind, &response, (design, canvas), commands);
                }
            });
        }
    }

    /// What a click or a drag on a tile of the palette asks for.
    fn place(
        &mut self,
        ui: &Ui,
        kind: &NodeKind,
        response: &Response,
        (design, canvas): (&Design, &Canvas),
        commands: &mut Vec<Command>,
    ) {
        if response.clicked() {
            // Each a little further on, so that two clicks do not hide one node.
            let step = 32.0 * (self.added % 6) as f32;
            self.added += 1;
            let at = moved(canvas.center(), vec2(step, step));
            commands.extend(add(design, kind, at, None));
        }
        let dropped = response.drag_stopped().then(|| response.interact_pointer_pos());
        if let Some(at) = dropped.flatten().and_then(|at| canvas.world_at(at)) {
            commands.extend(add(design, kind, at, None));
        }
        if response.dragged() {
            ghost(ui, kind, response);
        }
    }

    fn things(&self, ui: &mut Ui, session: &Session, design: &Design, commands: &mut Vec<Command>) {
        let filter = self.filter.trim().to_lowercase();
        let list = List { session, filter, design };
        list.nodes(ui, commands);
        list.edges(ui, commands);
        list.messages(ui, commands);
        list.presets(ui, commands);
        list.contexts(ui, commands);
        list.promises(ui, commands);
        list.scenarios(ui, commands);
    }
}

/// A square of the palette.
fn tile(ui: &mut Ui, kind: &NodeKind, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 34.0), Sense::click_and_drag());
    let name = format!("Add {}", kind.title.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let colors = Colors::of(ui);
    let hue = hue(colors, kind.look);
    let is_active = response.hovered() || response.has_focus();
    let fill = if is_active { colors.hover } else { colors.sunken };
    let border = if is_active { hue } else { colors.border };
    let corner = f32::from(size::RADIUS);
    ui.painter().rect(rect, corner, fill, line(1.0, border), egui::StrokeKind::Inside);
    let at = rect.left_center() + vec2(15.0, 0.0);
    ui.painter().text(at, Align2::CENTER_CENTER, kind.icon, fonts::icon_font(18.0), hue);
    let font = FontId::new(12.0, fonts::medium());
    let at = rect.left_center() + vec2(28.0, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, kind.title, font, colors.text);
    response.on_hover_text(format!("{}. Click, or drag onto the canvas.", kind.explanation))
}

/// What one drags follows the pointer.
fn ghost(ui: &Ui, kind: &NodeKind, response: &Response) {
    let Some(at) = response.interact_pointer_pos() else { return };
    let colors = Colors::of(ui);
    let layer = egui::LayerId::new(egui::Order::Tooltip, response.id);
    let painter = ui.ctx().layer_painter(layer);
    let rect = egui::Rect::from_center_size(at, vec2(140.0, 46.0));
    let hue = hue(colors, kind.look);
    let fill = tint(colors.raised, hue, 0.1).gamma_multiply(0.9);
    painter.rect(rect, 8.0, fill, line(1.5, hue), egui::StrokeKind::Inside);
    let font = FontId::new(size::BODY, fonts::medium());
    painter.text(rect.center(), Align2::CENTER_CENTER, kind.title, font, colors.text);
}

/// Everything in the design, section by section.
struct List<'a> {
    session: &'a Session,
    filter: String,
    design: &'a Design,
}

/// One line of the list.
struct Line<'a> {
    icon: Icon,
    /// How far it is indented.
    depth: usize,
    color: egui::Color32,
    text: &'a str,
    detail: String,
    selection: Selection,
}

impl List<'_> {
    fn nodes(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        section::show_counted(ui, "Nodes", Some(self.design.nodes.len()), |ui| {
            for node in &self.design.nodes {
                let look = NodeLook::of(&node.role, &self.design.presets);
                let line = Line {
                    icon: icons::role(&node.role, &self.design.presets),
                    depth: 0,
                    color: hue(colors, look),
                    text: &node.name,
                    detail: String::new(),
                    selection: Selection::node(node.name.as_str()),
                };
                self.line(ui, line, commands);
            }
        });
    }

    fn edges(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        section::show_counted(ui, "Edges", Some(self.design.edges.len()), |ui| {
            for edge in &self.design.edges {
                let line = Line {
                    icon: icons::edge(edge.kind),
                    depth: 0,
                    color: colors.muted,
                    text: &format!("{} → {}", edge.from, edge.to),
                    detail: carried(&edge.contract),
                    selection: Selection::edge(edge.name()),
                };
                self.line(ui, line, commands);
            }
        });
    }

    fn messages(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        section::show_counted(ui, "Messages", Some(self.design.messages.len()), |ui| {
            for (index, message) in self.design.messages.iter().enumerate() {
                let line = Line {
                    icon: icons::message(message.kind),
                    depth: 0,
                    color: colors.message(index),
                    text: &message.name,
                    detail: message
                        .versions
                        .last()
                        .map_or(String::new(), |v| format!("v{}", v.number)),
                    selection: Selection::MessageType(message.name.clone()),
                };
                self.line(ui, line, commands);
            }
            if button::link(ui, icons::ADD, "Add message").clicked() {
                let is_taken = |name: &str| self.design.message(name).is_some();
                let name = free_name("NewEvent", is_taken);
                let message = Message::new(name.as_str(), MessageKind::Event);
                commands.push(Command::edit(Edit::AddMessage(message)));
                commands.push(Command::select(Selection::MessageType(name)));
            }
        });
    }

    /// Presets of the design; there is nothing to see while it has none.
    fn presets(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let presets = &self.design.presets;
        if presets.is_empty() {
            return;
        }
        let color = Colors::of(ui).channel;
        section::show_counted(ui, "Presets", Some(presets.len()), |ui| {
            for preset in presets {
                let line = Line {
                    icon: icons::PRESET,
                    depth: 0,
                    color,
                    text: &preset.name,
                    detail: preset.broker.clone(),
                    selection: Selection::Preset(preset.name.clone()),
                };
                self.line(ui, line, commands);
            }
        });
    }

    fn contexts(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        let contexts = &self.design.contexts;
        section::show_counted(ui, "Bounded contexts", Some(contexts.len()), |ui| {
            for context in contexts {
                let line = Line {
                    icon: icons::CONTEXT,
                    depth: 0,
                    color: colors.muted,
                    text: &context.name,
                    detail: String::new(),
                    selection: Selection::Context(context.name.clone()),
                };
                self.line(ui, line, commands);
            }
            if button::link(ui, icons::ADD, "Add context").clicked() {
                let is_taken = |name: &str| contexts.iter().any(|context| context.name == name);
                let name = free_name("context", is_taken);
                let context = Context { name: name.clone(), summary: String::new() };
                commands.push(Command::edit(Edit::PutContext(None, context)));
                commands.push(Command::select(Selection::Context(name)));
            }
        });
    }

    fn promises(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        let promises = &self.design.promises;
        section::show_counted(ui, "Promises", Some(promises.len()), |ui| {
            for promise in promises {
                let line = Line {
                    icon: icons::PROMISE,
                    depth: 0,
                    color: colors.ok,
                    text: &promise.name,
                    detail: String::new(),
                    selection: Selection::Promise(promise.name.clone()),
                };
                self.line(ui, line, commands);
            }
            if button::link(ui, icons::ADD, "Add promise").clicked() {
                let is_taken = |name: &str| promises.iter().any(|promise| promise.name == name);
                let name = free_name("nothing-lost", is_taken);
                let promise = Promise { name: name.clone(), holds: PromiseKind::NothingLost };
                commands.push(Command::edit(Edit::PutPromise(None, promise)));
                commands.push(Command::select(Selection::Promise(name)));
            }
        });
    }

    fn scenarios(&self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        let scenarios = &self.design.scenarios;
        section::show_counted(ui, "Scenarios", Some(scenarios.len()), |ui| {
            for branch in fork::tree(self.design) {
                let scenario = &scenarios[branch.index];
                let line = Line {
                    icon: if branch.depth == 0 { icons::SCENARIO } else { icons::FORK },
                    depth: branch.depth,
                    color: colors.accent,
                    text: &scenario.name,
                    detail: scenario.duration.to_string(),
                    selection: Selection::Scenario(scenario.name.clone()),
                };
                self.line(ui, line, commands);
            }
            if button::link(ui, icons::ADD, "Add scenario").clicked() {
                let is_taken = |name: &str| self.design.scenario(Some(name)).is_some();
                let name = free_name("scenario", is_taken);
                let scenario = Scenario::new(name.as_str(), Span::from_secs(60));
                commands.push(Command::edit(Edit::PutScenario(None, scenario)));
                commands.push(Command::select(Selection::Scenario(name)));
            }
        });
    }

    fn line(&self, ui: &mut Ui, line: Line, commands: &mut Vec<Command>) {
        if !line.text.to_lowercase().contains(&self.filter) {
            return;
        }
        let is_selected = is_selected(&self.session.selection, &line.selection);
        let response = row(ui, &line, is_selected);
        if response.clicked() {
            commands.push(Command::select(line.selection.clone()));
        }
        if response.double_clicked() && line.selection.as_items().is_some() {
            commands.push(crate::command::ViewCommand::ZoomToSelection.into());
        }
    }
}

fn is_selected(current: &Selection, line: &Selection) -> bool {
    match (current.as_items(), line.as_items()) {
        (Some(current), Some(line)) => {
            line.nodes.is_subset(&current.nodes) && line.edges.is_subset(&current.edges)
        }
        _ => current == line,
    }
}

fn row(ui: &mut Ui, line: &Line, is_selected: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, is_selected, line.text));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    let corner = f32::from(size::RADIUS - 2);
    if is_selected {
        ui.painter().rect_filled(rect, corner, colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, corner, colors.hover);
    }
    let middle = rect.center().y;
    let left = rect.left() + INDENT * line.depth.min(DEEPEST) as f32;
    let at = pos2(left + space::M, middle);
    ui.painter().text(at, Align2::CENTER_CENTER, line.icon, fonts::icon_font(15.0), line.color);
    let small = FontId::new(size::SMALL, FontFamily::Proportional);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let width = |text: &str, font: &FontId| {
        let galley = ui.painter().layout_no_wrap(text.to_owned(), font.clone(), colors.text);
        galley.size().x
    };
    let room = rect.right() - space::S - left - 34.0;
    let detail = width(&line.detail, &small);
    // The name goes before what stands beside it.
    let has_detail = width(line.text, &font) + detail <= room;
    if has_detail {
        let at = pos2(rect.right() - space::S, middle);
        ui.painter().text(at, Align2::RIGHT_CENTER, &line.detail, small, colors.faint);
    }
    let mut job = egui::text::LayoutJob::simple_singleline(line.text.to_owned(), font, colors.text);
    job.wrap.max_width = if has_detail { room - detail } else { room }.max(40.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let at = pos2(left + 26.0, middle - galley.size().y * 0.5);
    ui.painter().galley(at, galley, colors.text);
    response
}

/// What an edge carries, counted.
fn carried(contract: &Contract) -> String {
    match contract.messages.as_slice() {
        [] | [_] => String::new(),
        many => words::count(many.len() as u64, "message"),
    }
}
