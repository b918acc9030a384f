//! The time line: a ruler to scrub on, how much happens when, and lanes of faults and actions that
//! can be moved, stretched, added and taken away.

mod axis;
mod bars;
mod density;
mod lanes;
mod properties;
mod ruler;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{
    Align2, FontId, Popup, PopupCloseBehavior, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};
use flowbench_model::design::Design;
use flowbench_model::fault::Fault;
use flowbench_model::scenario::Scenario;
use flowbench_model::time::{NS_PER_SEC, Span, Time};

use crate::command::Command;
use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::kept::Kept;
use crate::gui::panels::fault_palette::FaultPalette;
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::widgets::{button, empty};
use crate::session::Session;
use axis::{Axis, Window};
use bars::{Drag, Stage};
use density::{Column, Troubles};
use lanes::Lane;
use properties::Properties;

pub use ruler::ruler_id;

/// Height of a lane.
const LANE: f32 = 26.0;
/// Width of the names on the left.
const GUTTER: f32 = 168.0;
/// Room to the right of the last instant.
const MARGIN: f32 = 16.0;
/// How long a fault lasts that was added without a drag.
const FRESH: u64 = 10 * NS_PER_SEC;

/// The panel: what is in sight and what is being dragged.
#[derive(Default)]
pub struct Timeline {
    window: Window,
    troubles: Kept<(), Troubles>,
    columns: Kept<Axis, Vec<Column>>,
    drag: Option<Drag>,
    /// A stretch that is being drawn in a lane, in nanoseconds.
    drawn: Option<Drawn>,
    /// A stretch that was drawn in the empty lane: the menu asks what happens then.
    asked: Option<(egui::Pos2, (u64, u64))>,
    /// The fault whose properties are shown.
    properties: Option<Properties>,
    /// What is looked for in the catalogue of faults.
    choice: FaultPalette,
}

#[derive(Clone, Copy)]
struct Drawn {
    lane: usize,
    from: u64,
    to: u64,
}

impl Timeline {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(design) = session.design() else { return };
        let chosen = session.bench.scenario_name(design);
        let Some(scenario) = design.scenario(chosen.as_deref()) else {
            empty::show(ui, icons::SCENARIO, "No scenario", "Add one in the outline to run this.");
            return;
        };
        let end = Time(scenario.duration.0);
        let rect = ui.available_rect_before_wrap();
        let (left, right) = (rect.left() + GUTTER, rect.right() - MARGIN);
        let axis = self.window.axis(end, left, right);
        if session.bench.is_playing {
            self.window.follow(&axis, session.bench.position);
        }
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let top = Rect::from_min_size(rect.min, vec2(rect.width(), ruler::HEIGHT));
        ui.allocate_rect(top, Sense::hover());
        self.gutter(ui, top.with_max_x(left), session, scenario, design, commands);
        self.navigate(ui, rect.with_min_x(left - space::S), &axis);
        self.density(ui, &axis, top, session);
        ruler::show(ui, &axis, top, session, commands);
        let frame = Frame { axis, design, scenario, session };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            self.lanes(ui, &frame, commands);
        });
        if let Some(fork) = &scenario.fork {
            ruler::fork(ui, &axis, rect, Time(fork.at.0));
        }
        ruler::cursor(ui, &axis, rect, session.bench.position);
        self.ask(ui, &frame, commands);
        if let Some(properties) = &mut self.properties
            && !properties.show(ui, design, scenario, commands)
        {
            self.properties = None;
        }
    }

    /// What stands left of the ruler: adding, fitting.
    fn gutter(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        session: &Session,
        scenario: &Scenario,
        design: &Design,
        commands: &mut Vec<Command>,
    ) {
        let place = rect.shrink(space::XS).with_min_x(rect.left() + space::S);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(place));
        child.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let position = session.bench.position.0.min(scenario.duration.0);
            let range = (position, (position + FRESH).min(scenario.duration.0.max(position + 1)));
            let job = button::with_icon(ui, icons::ADD, "Add fault", None);
            let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
            let (response, _) = MenuButton::new(job).config(config).ui(ui, |ui| {
                if let Some(fault) = self.choice.show(ui, design, range) {
                    commands.extend(lanes::add_commands(scenario, fault));
                    ui.close();
                }
            });
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Add fault"));
            response.on_hover_text("Something goes wrong from here on, for 10 s");
            let is_zoomed = self.window.is_zoomed();
            ui.add_enabled_ui(is_zoomed, |ui| {
                if button::icon(ui, icons::FIT, "Show the whole run").clicked() {
                    self.window.fit();
                }
            });
        });
    }

    /// Wheel and Ctrl+wheel.
    fn navigate(&mut self, ui: &Ui, rect: Rect, axis: &Axis) {
        let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
        if !rect.contains(pointer) || !ui.rect_contains_pointer(rect) {
            return;
        }
        let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        if (zoom - 1.0).abs() > f32::EPSILON {
            self.window.zoom(axis, pointer.x, f64::from(zoom));
        } else if self.window.is_zoomed() && scroll != egui::Vec2::ZERO {
            self.window.pan(axis, -(scroll.x + scroll.y));
            // The lanes below stay where they are.
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
        }
    }

    fn density(&mut self, ui: &Ui, axis: &Axis, top: Rect, session: &Session) {
        let colors = Colors::of(ui);
        let rect = Rect::from_x_y_ranges(axis.left..=axis.right(), ruler::density_range(top));
        let Some(recording) = &session.bench.recording else { return };
        let troubles = self.troubles.get(recording, (), |recording, ()| Troubles::of(recording));
        let columns = self.columns.get(recording, *axis, |recording, axis| {
            density::columns(recording.record(), troubles, axis)
        });
        density::paint(&ui.painter().with_clip_rect(rect), rect, columns, colors);
        let hovered = ui.input(|input| input.pointer.hover_pos()).filter(|at| rect.contains(*at));
        if let Some(text) = hovered.and_then(|at| density::tooltip(columns, rect, at.x))
            && ui.rect_contains_pointer(rect)
        {
            egui::Tooltip::always_open(
                ui.ctx().clone(),
                ui.layer_id(),
                ui.scope_id().with("density"),
                egui::PopupAnchor::Pointer,
            )
            .gap(space::M)
            .show(|ui| ui.label(text));
        }
    }

    fn lanes(&mut self, ui: &mut Ui, frame: &Frame, commands: &mut Vec<Command>) {
        let lanes = lanes::lanes(frame.scenario, frame.design);
        let width = ui.available_width();
        for (index, lane) in lanes.iter().enumerate() {
            let (rect, _) = ui.allocate_exact_size(vec2(width, LANE), Sense::hover());
            frame.lane_name(ui, rect.with_max_x(frame.axis.left), lane);
            self.lane(ui, frame, index, lane, rect, commands);
        }
        let (rect, _) = ui.allocate_exact_size(vec2(width, LANE), Sense::hover());
        self.empty_lane(ui, frame, lanes.len(), rect);
    }

    fn lane(
        &mut self,
        ui: &mut Ui,
        frame: &Frame,
        index: usize,
        lane: &Lane,
        rect: Rect,
        commands: &mut Vec<Command>,
    ) {
        let axis = frame.axis;
        let field = Rect::from_x_y_ranges(axis.left..=axis.right(), rect.y_range());
        let name = format!("lane {}", lane.title);
        if let Some(kind) = &lane.target
            && let Some((start, end)) = self.draw(ui, frame, index, field, &name)
        {
            let duration = Some(Span(end - start));
            let fault = Fault::new(kind.clone(), Span(start), duration);
            commands.extend(lanes::add_commands(frame.scenario, fault));
        }
        let stage = Stage { axis, scenario: frame.scenario, selection: &frame.session.selection };
        let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(field).id_salt(index));
        let seen = field.expand2(vec2(MARGIN, 0.0)).with_min_x(axis.left - space::XS);
        inner.set_clip_rect(seen.intersect(ui.clip_rect()));
        for item in &lane.items {
            if bars::item(&mut inner, &stage, field, item, &mut self.drag, commands) {
                let at = inner.input(|input| input.pointer.interact_pos()).unwrap_or(field.min);
                self.properties = Some(Properties::of(item.source, at));
            }
        }
    }

    fn empty_lane(&mut self, ui: &mut Ui, frame: &Frame, index: usize, rect: Rect) {
        let axis = frame.axis;
        let field = Rect::from_x_y_ranges(axis.left..=axis.right(), rect.y_range());
        let drawn = self.draw(ui, frame, index, field, "Drag here to add a fault");
        if let Some(range) = drawn {
            let at = pos2(axis.x(range.0).max(axis.left), rect.bottom());
            self.asked = Some((at, range));
        }
        if self.drawn.is_none() && self.asked.is_none() {
            let font = FontId::new(size::SMALL, fonts::medium());
            let at = pos2(field.left() + space::S, rect.center().y);
            let color = Colors::of(ui).faint;
            ui.painter().text(at, Align2::LEFT_CENTER, "Drag here to add a fault", font, color);
        }
    }

    /// Lets a stretch be drawn in a lane; gives it when it is done.
    fn draw(
        &mut self,
        ui: &mut Ui,
        frame: &Frame,
        lane: usize,
        field: Rect,
        name: &str,
    ) -> Option<(u64, u64)> {
        let id = ui.scope_id().with(("draw", lane));
        let response = ui.interact(field, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Group, true, name));
        let is_free = ui.input(|input| input.modifiers.alt);
        let at = |x: f32| frame.axis.snapped(frame.axis.time(x).0, is_free);
        if response.drag_started()
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            self.drawn = Some(Drawn { lane, from: at(origin.x), to: at(origin.x) });
        }
        let drawn = self.drawn.as_mut().filter(|drawn| drawn.lane == lane)?;
        if let Some(pointer) = response.interact_pointer_pos() {
            drawn.to = at(pointer.x);
        }
        let (start, end) = (drawn.from.min(drawn.to), drawn.from.max(drawn.to));
        let (left, right) = (frame.axis.x(start), frame.axis.x(end));
        let colors = Colors::of(ui);
        let bar = Rect::from_x_y_ranges(left..=right, field.y_range()).shrink2(vec2(0.0, 3.0));
        ui.painter().rect_filled(bar, 4.0, tint(colors.panel, colors.error, 0.25));
        if response.drag_stopped() {
            self.drawn = None;
            return (end > start).then_some((start, end));
        }
        None
    }

    /// What happens in the stretch that was drawn?
    fn ask(&mut self, ui: &Ui, frame: &Frame, commands: &mut Vec<Command>) {
        let Some((at, range)) = self.asked else { return };
        let bar = frame.axis.x(range.0)..=frame.axis.x(range.1);
        let colors = Colors::of(ui);
        let rect = Rect::from_x_y_ranges(bar, at.y - LANE + 3.0..=at.y - 3.0);
        ui.painter().rect_filled(rect, 4.0, tint(colors.panel, colors.error, 0.25));
        let mut is_open = true;
        let id = ui.scope_id().with("what goes wrong");
        Popup::new(id, ui.ctx().clone(), at, ui.layer_id())
            .kind(egui::PopupKind::Menu)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .open_bool(&mut is_open)
            .show(|ui| {
                if let Some(fault) = self.choice.show(ui, frame.design, range) {
                    commands.extend(lanes::add_commands(frame.scenario, fault));
                    ui.close();
                }
            });
        if !is_open {
            self.asked = None;
        }
    }
}

/// What the rows of one frame share.
struct Frame<'a> {
    axis: Axis,
    design: &'a Design,
    scenario: &'a Scenario,
    session: &'a Session,
}

impl Frame<'_> {
    fn lane_name(&self, ui: &mut Ui, rect: Rect, lane: &Lane) {
        let colors = Colors::of(ui);
        let middle = rect.center().y;
        ui.painter().hline(ui.max_rect().x_range(), rect.top(), line(1.0, colors.border));
        let icon = lanes::icon(lane, self.design);
        let at = pos2(rect.left() + space::L, middle);
        let font = fonts::icon_font(size::ICON - 1.0);
        ui.painter().text(at, Align2::CENTER_CENTER, icon, font, colors.muted);
        let place = Rect::from_min_max(
            pos2(rect.left() + space::L + space::M, rect.top()),
            pos2(rect.right() - space::S, rect.bottom()),
        );
        let text = egui::RichText::new(&lane.title).size(size::SMALL + 1.0).color(colors.text);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(place));
        child.horizontal_centered(|ui| ui.add(egui::Label::new(text).truncate()));
    }
}
