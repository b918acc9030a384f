//! A list of any length of rows of one height. Its place is counted in rows, not in points, so
//! that a million rows scroll as exactly as ten.

use egui::{Rect, Sense, Ui, UiBuilder, pos2, vec2};

use crate::gui::theme::{Colors, size, space};

/// Where a list stands.
pub struct LongList {
    /// The row at the top, and how much of it is above.
    top: f64,
    /// Whether the last row stays in sight when rows are added.
    pub follows: bool,
    rows: usize,
}

impl Default for LongList {
    fn default() -> LongList {
        LongList { top: 0.0, follows: true, rows: 0 }
    }
}

const ROW: f32 = size::ROW - 4.0;

impl LongList {
    /// Draws the rows that can be seen, each in its rectangle; scrolling away from the end stops
    /// following, scrolling to it starts again.
    pub fn show(&mut self, ui: &mut Ui, rows: usize, mut row: impl FnMut(&mut Ui, usize, Rect)) {
        let rect = ui.available_rect_before_wrap();
        ui.allocate_rect(rect, Sense::hover());
        let page = f64::from(rect.height() / ROW);
        let last = (rows as f64 - page).max(0.0);
        if self.follows && self.rows != rows {
            self.top = last;
        }
        self.rows = rows;
        self.wheel(ui, rect, last);
        self.bar(ui, rect, rows, page);
        self.top = self.top.clamp(0.0, last);
        let inner = rect.with_max_x(rect.right() - space::M);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("rows"));
        child.set_clip_rect(inner.intersect(ui.clip_rect()));
        let first = self.top as usize;
        let above = (self.top - first as f64) as f32 * ROW;
        let seen = (rect.height() / ROW) as usize + 2;
        for (line, index) in (first..rows.min(first + seen)).enumerate() {
            let at = pos2(inner.left(), inner.top() - above + line as f32 * ROW);
            row(&mut child, index, Rect::from_min_size(at, vec2(inner.width(), ROW)));
        }
    }

    /// Finds its place anew when it is drawn next.
    pub fn refresh(&mut self) {
        self.rows = 0;
    }

    fn wheel(&mut self, ui: &Ui, rect: Rect, last: f64) {
        if !ui.rect_contains_pointer(rect) {
            return;
        }
        let delta = ui.input(|input| input.smooth_scroll_delta().y);
        if delta != 0.0 {
            self.top = (self.top - f64::from(delta / ROW)).clamp(0.0, last);
            self.follows = self.top >= last - 0.5;
        }
    }

    fn bar(&mut self, ui: &Ui, rect: Rect, rows: usize, page: f64) {
        if rows as f64 <= page {
            return;
        }
        let track = rect.with_min_x(rect.right() - space::S);
        let last = rows as f64 - page;
        let length = ((page / rows as f64) as f32 * track.height()).max(space::XL);
        let room = track.height() - length;
        let response = ui.interact(track, ui.scope_id().with("bar"), Sense::click_and_drag());
        if let Some(pointer) = response.interact_pointer_pos() {
            let share = ((pointer.y - track.top() - length * 0.5) / room).clamp(0.0, 1.0);
            self.top = f64::from(share) * last;
            self.follows = share >= 1.0;
        }
        let at = track.top() + (self.top / last) as f32 * room;
        let thumb = Rect::from_min_size(pos2(track.left(), at), vec2(space::S - 2.0, length));
        let colors = Colors::of(ui);
        let is_held = response.hovered() || response.dragged();
        let color = if is_held { colors.faint } else { colors.border_strong };
        ui.painter().rect_filled(thumb, 3.0, color);
    }
}
