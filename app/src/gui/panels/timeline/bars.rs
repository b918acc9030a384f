//! Faults and actions in their lanes: painted, selected, moved, stretched, taken away.

use egui::{
    Align2, CursorIcon, FontId, Id, Rect, Response, Role, Sense, Shape, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};
use flowbench_model::scenario::Scenario;
use flowbench_model::time::Time;

use super::axis::Axis;
use super::lanes::{self, Item, Source, Thing};
use crate::command::{BenchCommand, Command};
use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::widgets::menu_item;
use crate::selection::Selection;

/// Width of the ends of a bar that stretch it.
const HANDLE: f32 = 7.0;
/// The least width of a bar, so that it can be held.
const NARROWEST: f32 = 10.0;

/// What is being dragged; it is written down when it is let go.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Drag {
    source: Source,
    part: Part,
    /// The thing as it was.
    thing: Thing,
    /// Where it was taken.
    from_x: f32,
    /// The thing as it will be.
    preview: Thing,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Part {
    Whole,
    Start,
    End,
}

/// What bars need to know of the frame.
pub(super) struct Stage<'a> {
    /// Instants and places.
    pub(super) axis: Axis,
    /// What the scenario says.
    pub(super) scenario: &'a Scenario,
    /// What is selected.
    pub(super) selection: &'a Selection,
}

/// Draws one item in its lane and lets it be operated; whether its properties are asked for.
pub(super) fn item(
    ui: &mut Ui,
    stage: &Stage,
    lane: Rect,
    item: &Item,
    drag: &mut Option<Drag>,
    commands: &mut Vec<Command>,
) -> bool {
    let shown = match drag {
        Some(drag) if drag.source == item.source => drag.preview.clone(),
        Some(_) | None => item.thing.clone(),
    };
    let rect = place(&stage.axis, lane, &shown);
    let id = ui.scope_id().with(("item", item.source));
    let body = body(ui, rect, id, &shown, item.is_new);
    let mut held = vec![(Part::Whole, body.clone())];
    if matches!(shown, Thing::Fault(_)) && rect.width() > HANDLE * 3.0 {
        held.push((Part::Start, handle(ui, rect.with_max_x(rect.left() + HANDLE), id, "start")));
        held.push((Part::End, handle(ui, rect.with_min_x(rect.right() - HANDLE), id, "end")));
    }
    for (part, response) in &held {
        operate(ui, stage, *part, response, item, drag, commands);
    }
    let selection = item.source.selection(stage.scenario);
    let is_selected = *stage.selection == selection;
    if held.iter().any(|(_, it)| it.clicked() || it.drag_started() || it.secondary_clicked()) {
        commands.push(Command::select(selection));
    }
    let is_hot = held.iter().any(|(_, it)| it.hovered() || it.dragged());
    paint(ui, rect, &shown, item.is_new, (is_selected, is_hot));
    let wants_properties = held.iter().any(|(_, it)| it.double_clicked());
    let from_menu = context_menu(&body, stage, item, commands);
    wants_properties || from_menu
}

/// Where a thing stands in its lane.
fn place(axis: &Axis, lane: Rect, thing: &Thing) -> Rect {
    let (start, end) = thing.stretch(axis.end());
    let (y, height) = (lane.center().y, lane.height() - space::XS - space::HAIR);
    match thing {
        Thing::Fault(_) => {
            let left = axis.x(start);
            let right = axis.x(end).max(left + NARROWEST);
            let middle = pos2((left + right) * 0.5, y);
            Rect::from_center_size(middle, vec2(right - left, height))
        }
        Thing::Action(_) => Rect::from_center_size(pos2(axis.x(start), y), vec2(height, height)),
    }
}

fn body(ui: &mut Ui, rect: Rect, id: Id, thing: &Thing, is_new: bool) -> Response {
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let fork = if is_new { " (in this fork)" } else { "" };
    let name = format!("{}{fork}", thing.sentence());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let help =
        "Drag to move, drag an end to stretch, Alt for exact times. Double-click for details.";
    let text = match thing {
        Thing::Fault(_) => format!("{name}\n{help}"),
        Thing::Action(_) => format!("{name}\nDrag to move."),
    };
    response.on_hover_text(text).on_hover_cursor(CursorIcon::Grab)
}

fn handle(ui: &mut Ui, rect: Rect, id: Id, end: &str) -> Response {
    let response = ui.interact(rect, id.with(end), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, format!("fault {end}")));
    response.on_hover_cursor(CursorIcon::ResizeHorizontal)
}

fn operate(
    ui: &Ui,
    stage: &Stage,
    part: Part,
    response: &Response,
    item: &Item,
    drag: &mut Option<Drag>,
    commands: &mut Vec<Command>,
) {
    if response.drag_started()
        && let Some(origin) = ui.input(|input| input.pointer.press_origin())
    {
        let thing = item.thing.clone();
        let preview = thing.clone();
        *drag = Some(Drag { source: item.source, part, thing, from_x: origin.x, preview });
    }
    let Some(held) = drag.as_mut().filter(|it| it.source == item.source && it.part == part) else {
        return;
    };
    if let Some(pointer) = response.interact_pointer_pos() {
        let is_free = ui.input(|input| input.modifiers.alt);
        let moved = f64::from(pointer.x - held.from_x) * stage.axis.ns_per_point();
        held.preview = dragged(&stage.axis, held, moved, is_free);
    }
    if ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        *drag = None;
    } else if response.drag_stopped()
        && let Some(done) = drag.take()
        && done.preview != done.thing
    {
        commands.extend(lanes::put_command(stage.scenario, done.source, done.preview));
    }
}

/// The dragged thing after the pointer has gone so many nanoseconds.
fn dragged(axis: &Axis, drag: &Drag, moved: f64, is_free: bool) -> Thing {
    let (start, end) = drag.thing.stretch(axis.end());
    let least = axis.grid();
    let from = |ns: u64| axis.snapped((ns as f64 + moved).max(0.0) as u64, is_free);
    match drag.part {
        Part::Whole => drag.thing.moved_to(from(start)),
        Part::Start => {
            let latest = end.saturating_sub(least);
            drag.thing.stretched(from(start).min(latest), end)
        }
        Part::End => drag.thing.stretched(start, from(end).max(start.saturating_add(least))),
    }
}

fn paint(ui: &Ui, rect: Rect, thing: &Thing, is_new: bool, (is_selected, is_hot): (bool, bool)) {
    let colors = Colors::of(ui);
    let hue = match thing {
        Thing::Fault(_) => colors.error,
        Thing::Action(_) => colors.accent,
    };
    let share = if is_hot { 0.34 } else { 0.22 };
    let fill = tint(colors.raised, hue, if is_new { share * 0.5 } else { share });
    let corner = f32::from(size::RADIUS) - 2.0;
    let painter = ui.painter();
    painter.rect_filled(rect, corner, fill);
    if is_selected {
        painter.rect_stroke(rect, corner, line(2.0, colors.accent), StrokeKind::Inside);
    } else if is_new {
        let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()];
        let outline = [corners.as_slice(), &corners[..1]].concat();
        painter.extend(Shape::dashed_line(&outline, line(1.2, hue), 4.0, 3.0));
    } else {
        painter.rect_stroke(rect, corner, line(1.0, hue), StrokeKind::Inside);
    }
    label(ui, rect, thing, hue);
}

fn label(ui: &Ui, rect: Rect, thing: &Thing, hue: egui::Color32) {
    let colors = Colors::of(ui);
    let icon_font = fonts::icon_font(size::ICON - 2.0);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if rect.width() < 26.0 {
        let at = rect.center();
        painter.text(at, Align2::CENTER_CENTER, thing.icon(), icon_font, hue);
        return;
    }
    // A bar that begins out of sight keeps its label in sight.
    let left = rect.left().max(ui.clip_rect().left()) + space::S;
    let at = pos2(left, rect.center().y);
    let icon = painter.text(at, Align2::LEFT_CENTER, thing.icon(), icon_font, hue);
    let font = FontId::new(size::SMALL, fonts::medium());
    let at = pos2(icon.right() + space::XS, rect.center().y);
    painter.text(at, Align2::LEFT_CENTER, thing.words(), font, colors.text);
}

/// Whether the menu was asked for the properties.
fn context_menu(body: &Response, stage: &Stage, item: &Item, commands: &mut Vec<Command>) -> bool {
    let mut wants_properties = false;
    body.context_menu(|ui| {
        ui.set_width(232.0);
        if matches!(item.thing, Thing::Fault(_))
            && menu_item::show(ui, icons::RENAME, "Properties…", "").clicked()
        {
            wants_properties = true;
            ui.close();
        }
        let (start, _) = item.thing.stretch(stage.axis.end());
        if menu_item::show(ui, icons::FORWARD, "Go to its beginning", "").clicked() {
            commands.push(BenchCommand::SeekTo(Time(start)).into());
            ui.close();
        }
        if menu_item::show(ui, icons::DELETE, "Delete", "Del").clicked() {
            commands.extend(lanes::remove_commands(stage.scenario, item.source));
            ui.close();
        }
    });
    wants_properties
}
