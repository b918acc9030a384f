//! The matrix as it is drawn: the fields that are in sight, between heads that stay.

use std::sync::Arc;

use egui::{
    Align2, Color32, FontFamily, FontId, Rect, Role, ScrollArea, Sense, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use flowbench_model::compat::{Judgment, Outcome};
use flowbench_model::schema::Schemas;

use super::table::{Column, Row, Table};
use crate::compatibility::Compatibility;
use crate::gui::fonts;
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::widgets::verdict;

/// More than so many pairs are judged only when they come in sight.
pub(super) const JUDGED_AT_ONCE: usize = 200;
/// Pairs that are judged in one frame at most; the others follow in the next.
const JUDGED_IN_A_FRAME: usize = 24;
/// Size of a field, and of the heads.
const CELL: egui::Vec2 = egui::vec2(124.0, 44.0);
const HEAD: f32 = 48.0;
const SIDE: f32 = 176.0;

/// The drawing: where it was scrolled to.
#[derive(Default)]
pub(super) struct Grid;

/// A field with what its readings come to.
struct Cell {
    /// The gravest of its readings.
    place: usize,
    judgment: Option<Arc<Judgment>>,
    more: usize,
}

impl Grid {
    /// Draws it; the reading that was chosen.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        table: &Table,
        (compatibility, schemas): (&mut Compatibility, &Schemas),
        chosen: Option<usize>,
    ) -> Option<usize> {
        let outer = ui.available_rect_before_wrap();
        ui.allocate_rect(outer, Sense::hover());
        let inner = Rect::from_min_max(outer.min + vec2(SIDE, HEAD), outer.max);
        let mut picked = None;
        let mut left = JUDGED_IN_A_FRAME;
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("matrix"));
        let area = ScrollArea::both().id_salt("matrix fields").auto_shrink(false);
        let shown = area.show_viewport(&mut child, |ui, seen| {
            let whole = vec2(table.columns.len() as f32 * CELL.x, table.rows.len() as f32 * CELL.y);
            ui.set_min_size(whole);
            let origin = ui.max_rect().min;
            let rows = range(seen.top(), seen.bottom(), CELL.y, table.rows.len());
            for row in rows {
                for column in range(seen.left(), seen.right(), CELL.x, table.columns.len()) {
                    let Some(places) = table.cells.get(&(row, column)) else { continue };
                    let Some(cell) = cell(compatibility, schemas, places, &mut left) else {
                        continue;
                    };
                    let at = origin + vec2(column as f32 * CELL.x, row as f32 * CELL.y);
                    let rect = Rect::from_min_size(at, CELL).shrink(2.0);
                    let is_chosen = chosen.is_some_and(|it| places.contains(&it));
                    if field(ui, rect, &cell, compatibility, is_chosen) {
                        picked = Some(next(places, chosen).unwrap_or(cell.place));
                    }
                }
            }
            origin
        });
        if left == 0 {
            // What was not judged yet comes in the next frame.
            ui.ctx().request_repaint();
        }
        heads(ui, outer, shown.inner, table);
        picked
    }
}

/// The places between two edges.
fn range(from: f32, to: f32, step: f32, count: usize) -> std::ops::Range<usize> {
    let first = (from / step).floor().max(0.0) as usize;
    let last = (to / step).ceil().max(0.0) as usize;
    first.min(count)..last.min(count)
}

/// The reading after the chosen one, where several stand in a field.
fn next(places: &[usize], chosen: Option<usize>) -> Option<usize> {
    let at = places.iter().position(|it| Some(*it) == chosen)?;
    places.get((at + 1) % places.len()).copied()
}

/// What a field comes to; nothing if too much was judged in this frame already.
fn cell(
    compatibility: &mut Compatibility,
    schemas: &Schemas,
    places: &[usize],
    left: &mut usize,
) -> Option<Cell> {
    let mut worst: Option<(u8, usize, Option<Arc<Judgment>>)> = None;
    for place in places {
        if !compatibility.is_known(*place) {
            *left = left.checked_sub(1).filter(|it| *it > 0).unwrap_or(0);
            if *left == 0 {
                return None;
            }
        }
        let judgment = compatibility.judgment(schemas, *place);
        let weight = match judgment.as_ref().map(|it| &it.outcome) {
            Some(Outcome::Breaks) => 3,
            Some(Outcome::NotJudged(_)) => 2,
            None => 1,
            Some(Outcome::Reads) => 0,
        };
        if worst.as_ref().is_none_or(|it| it.0 < weight) {
            worst = Some((weight, *place, judgment));
        }
    }
    let (_, place, judgment) = worst?;
    Some(Cell { place, judgment, more: places.len() - 1 })
}

/// A field; whether it was clicked.
fn field(
    ui: &mut Ui,
    rect: Rect,
    cell: &Cell,
    compatibility: &Compatibility,
    is_chosen: bool,
) -> bool {
    let reading = &compatibility.readings()[cell.place];
    let colors = Colors::of(ui);
    let sign = verdict::sign(cell.judgment.as_deref(), colors);
    let read = reading.read.map_or("any".to_owned(), |read| read.to_string());
    let id = ui.scope_id().with(("field", cell.place));
    let response = ui.interact(rect, id, Sense::click());
    let name = format!(
        "{} writes {} of {}, {} reads {read}: {}",
        reading.writer, reading.written, reading.message, reading.reader, sign.word
    );
    response.widget_info(|| WidgetInfo::selected(Role::GridCell, true, is_chosen, &name));
    let share = if is_chosen { 0.26 } else { 0.1 };
    let corner = f32::from(size::RADIUS);
    ui.painter().rect_filled(rect, corner, tint(colors.raised, sign.color, share));
    let is_marked = is_chosen || response.has_focus();
    let border = match (is_marked, response.hovered()) {
        (true, _) => line(2.0, colors.accent),
        (false, true) => line(1.0, sign.color),
        (false, false) => line(1.0, tint(colors.raised, sign.color, 0.35)),
    };
    ui.painter().rect_stroke(rect, corner, border, StrokeKind::Inside);
    let at = pos2(rect.left() + space::M + 2.0, rect.center().y);
    let icon = fonts::icon_font(size::ICON);
    ui.painter().text(at, Align2::CENTER_CENTER, sign.icon, icon, sign.color);
    let left = rect.left() + space::XL + 2.0;
    let more = if cell.more > 0 { format!(" +{}", cell.more) } else { String::new() };
    let word = format!("{}{more}", sign.word);
    let text = Rect::from_min_max(pos2(left, rect.top()), rect.max);
    put(ui, text, -8.0, &word, (fonts::semi_bold(), size::SMALL + 0.5, sign.color));
    let versions = format!("{} → {read}", reading.written);
    put(ui, text, 8.0, &versions, (FontFamily::Proportional, size::SMALL, colors.muted));
    response.on_hover_text(name).clicked()
}

/// The heads of columns and rows, where the fields stand now.
fn heads(ui: &Ui, outer: Rect, origin: egui::Pos2, table: &Table) {
    let colors = Colors::of(ui);
    let top = Rect::from_min_max(
        pos2(outer.left() + SIDE, outer.top()),
        pos2(outer.right(), outer.top() + HEAD),
    );
    let painter = ui.painter().with_clip_rect(top.intersect(ui.clip_rect()));
    let columns = range(top.left() - origin.x, top.right() - origin.x, CELL.x, table.columns.len());
    for index in columns {
        let at = pos2(origin.x + index as f32 * CELL.x, top.top());
        let rect = Rect::from_min_size(at, vec2(CELL.x, HEAD)).shrink2(vec2(space::XS, 0.0));
        let Column { reader, from } = &table.columns[index];
        line_in(&painter, rect, -9.0, reader, (fonts::medium(), size::BODY - 1.0, colors.text));
        let said = match from {
            Some((from, Some(read))) => format!("reads {read}, from {from}"),
            Some((from, None)) => format!("reads any, from {from}"),
            None => "reads".to_owned(),
        };
        let style = (FontFamily::Proportional, size::SMALL - 0.5, colors.muted);
        line_in(&painter, rect, 8.0, &said, style);
    }
    let side = Rect::from_min_max(
        pos2(outer.left(), outer.top() + HEAD),
        pos2(outer.left() + SIDE, outer.bottom()),
    );
    let painter = ui.painter().with_clip_rect(side.intersect(ui.clip_rect()));
    for index in range(side.top() - origin.y, side.bottom() - origin.y, CELL.y, table.rows.len()) {
        let at = pos2(side.left(), origin.y + index as f32 * CELL.y);
        let rect = Rect::from_min_size(at, vec2(SIDE - space::S, CELL.y));
        let Row { message, writer, written } = &table.rows[index];
        line_in(&painter, rect, -8.0, writer, (fonts::medium(), size::BODY - 1.0, colors.text));
        let said = format!("writes {message}@{written}");
        let style = (FontFamily::Proportional, size::SMALL - 0.5, colors.muted);
        line_in(&painter, rect, 8.0, &said, style);
    }
    let corner = Rect::from_min_size(outer.min, vec2(SIDE - space::S, HEAD));
    let style = (FontFamily::Proportional, size::SMALL, colors.faint);
    line_in(ui.painter(), corner, 8.0, "writes ↓   reads →", style);
}

/// Font, size and color of a text.
type Ink = (FontFamily, f32, Color32);

fn put(ui: &Ui, rect: Rect, below: f32, text: &str, ink: Ink) {
    line_in(ui.painter(), rect, below, text, ink);
}

/// A text that ends where its place does, so far below the middle of it.
fn line_in(
    painter: &egui::Painter,
    rect: Rect,
    below: f32,
    text: &str,
    (family, size, color): Ink,
) {
    let font = FontId::new(size, family);
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = rect.width();
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = painter.layout_job(job);
    let at = pos2(rect.left(), rect.center().y + below - galley.size().y / 2.0);
    painter.galley(at, galley, color);
}
