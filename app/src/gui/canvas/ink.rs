//! What every painter of the canvas needs: the view, the colors, the level of detail, and text that
//! keeps to its place.

use egui::text::LayoutJob;
use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect, Vec2};

use crate::gui::canvas::space::View;
use crate::gui::fonts;
use crate::gui::icons::Icon;
use crate::gui::theme::Colors;

/// How much is worth drawing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Detail {
    /// Colored blocks and straight lines, in one mesh.
    Far,
    /// Shapes with their names.
    Middle,
    /// Everything.
    Near,
}

impl Detail {
    /// What is worth drawing at this zoom.
    #[must_use]
    pub fn at(zoom: f32) -> Detail {
        match zoom {
            zoom if zoom < 0.34 => Detail::Far,
            zoom if zoom < 0.54 => Detail::Middle,
            _ => Detail::Near,
        }
    }
}

/// Draws on the canvas.
pub struct Ink<'a> {
    /// Clipped to the canvas.
    pub painter: &'a Painter,
    /// Where one looks from.
    pub view: View,
    /// The theme.
    pub colors: &'static Colors,
    /// How much is worth drawing.
    pub detail: Detail,
}

impl Ink<'_> {
    /// Points for a length in canvas units.
    #[must_use]
    pub fn scaled(&self, length: f32) -> f32 {
        length * self.view.camera.zoom
    }

    /// A font of this size in canvas units. Sizes grow in steps of 12 %: a continuous zoom would
    /// rasterize every letter anew in every frame.
    #[must_use]
    pub fn font(&self, size: f32, family: FontFamily) -> FontId {
        FontId::new(stepped(self.scaled(size).max(9.0)), family)
    }

    /// One line of text, cut off with an ellipsis where it is wider than `width` points. Gives the
    /// place it takes.
    pub fn text(&self, at: (Pos2, Align2), text: &str, style: TextInk, width: f32) -> Rect {
        let mut job = LayoutJob::simple_singleline(text.to_owned(), style.font, style.color);
        job.wrap.max_width = width.max(1.0);
        job.wrap.max_rows = 1;
        job.wrap.break_anywhere = true;
        let galley = self.painter.layout_job(job);
        let rect = at.1.anchor_size(at.0, galley.size());
        self.painter.galley(rect.min, galley, style.color);
        rect
    }

    /// An icon in the middle of a place, of this size in points.
    pub fn icon(&self, center: Pos2, icon: Icon, size: f32, color: Color32) {
        let font = fonts::icon_font(stepped(size));
        self.painter.text(center, Align2::CENTER_CENTER, icon, font, color);
    }

    /// A round badge with an icon.
    pub fn badge(&self, center: Pos2, icon: Icon, color: Color32) {
        let radius = self.scaled(10.0).clamp(6.0, 14.0);
        self.painter.circle_filled(center, radius + 2.0, self.colors.canvas);
        self.painter.circle_filled(center, radius, color);
        self.icon(center, icon, radius * 1.4, self.colors.raised);
    }

    /// An icon that is a shape of its own, set off from what is below it.
    pub fn sign(&self, center: Pos2, icon: Icon, color: Color32) {
        let size = self.scaled(20.0).clamp(13.0, 26.0);
        self.painter.circle_filled(center, size * 0.52, self.colors.canvas);
        self.icon(center, icon, size, color);
    }

    /// Diagonal stripes over a rectangle.
    pub fn stripes(&self, rect: Rect, color: Color32) {
        let clipped = self.painter.with_clip_rect(rect.intersect(self.painter.clip_rect()));
        let step = self.scaled(12.0).max(5.0);
        let height = rect.height();
        let mut x = rect.left() - height;
        while x < rect.right() {
            let from = Pos2::new(x, rect.bottom());
            clipped.line_segment([from, from + Vec2::new(height, -height)], (step * 0.3, color));
            x += step;
        }
    }
}

/// How text is written.
pub struct TextInk {
    /// Size and family.
    pub font: FontId,
    /// Color.
    pub color: Color32,
}

/// The next size on a ladder of 12 % steps.
fn stepped(size: f32) -> f32 {
    let step = 1.12f32.ln();
    ((size.max(1.0).ln() / step).round() * step).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continuous_zoom_needs_few_font_sizes() {
        let mut sizes: Vec<f32> = (80..=400).map(|size| stepped(size as f32 / 10.0)).collect();
        sizes.dedup();
        assert!(sizes.len() <= 16, "{sizes:?}");
    }

    #[test]
    fn detail_grows_as_one_comes_nearer() {
        assert!(Detail::at(0.1) < Detail::at(0.5));
        assert!(Detail::at(0.5) < Detail::at(1.0));
    }
}
