//! The picture of a distribution: its density, where its percentiles are, and the data it was
//! fitted to behind it.

use egui::{Align2, FontFamily, FontId, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};
use flowbench_model::node::Distribution;
use flowbench_simulator::fit::Sample;
use flowbench_simulator::shape::{density, quantile};

use crate::gui::clock;
use crate::gui::theme::{Colors, line, size, space, tint};

/// Height of the curve.
const HEIGHT: f32 = 64.0;
/// Room for the words under it.
const WORDS: f32 = 16.0;
/// Bars that data is drawn as.
const BARS: usize = 40;
/// Percentiles that are marked.
const MARKED: [(f64, &str); 3] = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99")];
/// The share of draws that the picture reaches to.
const SHOWN: f64 = 0.995;

/// Draws a distribution of lengths of time, and the data behind it.
pub fn show(ui: &mut Ui, distribution: &Distribution, data: Option<&Sample>) {
    let wanted = vec2(ui.available_width(), HEIGHT + WORDS);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    let said = described(distribution);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &said));
    response.on_hover_text(&said);
    if !ui.is_rect_visible(rect) {
        return;
    }
    let area = Rect::from_min_size(rect.min, vec2(rect.width(), HEIGHT));
    let until = reach(distribution, data);
    let tallest = tallest(distribution, data, until);
    let place = Place { area, until, tallest };
    let colors = Colors::of(ui);
    ui.painter().rect_filled(area, f32::from(size::RADIUS), colors.sunken);
    if let Some(data) = data.filter(|data| !data.is_empty()) {
        bars(ui, &place, data);
    }
    curve(ui, &place, distribution);
    marks(ui, &place, distribution);
}

/// The percentiles in words.
#[must_use]
pub fn described(distribution: &Distribution) -> String {
    let part = |(share, name): &(f64, &str)| {
        format!("{name} {}", clock::length(quantile(distribution, *share).max(0.0) as u64))
    };
    MARKED.iter().map(part).collect::<Vec<_>>().join(" · ")
}

/// Where the picture is, the longest length in it, and the highest density.
struct Place {
    area: Rect,
    until: f64,
    tallest: f64,
}

impl Place {
    fn x(&self, ns: f64) -> f32 {
        self.area.left() + (ns / self.until) as f32 * self.area.width()
    }

    fn y(&self, density: f64) -> f32 {
        let share = (density / self.tallest).min(1.0) as f32;
        self.area.bottom() - share * (HEIGHT - space::S)
    }
}

fn reach(distribution: &Distribution, data: Option<&Sample>) -> f64 {
    let drawn = quantile(distribution, SHOWN);
    let of_data = data.map(Sample::sorted).and_then(|sorted| {
        let index = (sorted.len().saturating_sub(1) as f64 * SHOWN) as usize;
        sorted.get(index).map(|value| *value as f64)
    });
    drawn.max(of_data.unwrap_or_default()).max(1.0) * 1.08
}

/// The highest density that is drawn.
fn tallest(distribution: &Distribution, data: Option<&Sample>, until: f64) -> f64 {
    let steps = (0..=BARS).map(|step| until * step as f64 / BARS as f64);
    let of_curve = steps.filter_map(|x| density(distribution, x)).fold(0.0, f64::max);
    let of_data = data.map_or(0.0, |data| heights(data, until).into_iter().fold(0.0, f64::max));
    of_curve.max(of_data).max(f64::MIN_POSITIVE)
}

/// The density of the data in each bar.
fn heights(data: &Sample, until: f64) -> Vec<f64> {
    let width = until / BARS as f64;
    let counts = data.histogram(until, BARS);
    counts.into_iter().map(|count| count as f64 / (data.len().max(1) as f64 * width)).collect()
}

fn bars(ui: &Ui, place: &Place, data: &Sample) {
    let colors = Colors::of(ui);
    let fill = tint(colors.sunken, colors.producer, 0.45);
    for (bar, height) in heights(data, place.until).into_iter().enumerate() {
        let (from, to) = (bar as f64 / BARS as f64, (bar + 1) as f64 / BARS as f64);
        let min = pos2(place.x(from * place.until) + 0.5, place.y(height));
        let max = pos2(place.x(to * place.until) - 0.5, place.area.bottom());
        ui.painter().rect_filled(Rect::from_min_max(min, max), 0.0, fill);
    }
}

fn curve(ui: &Ui, place: &Place, distribution: &Distribution) {
    let colors = Colors::of(ui);
    let steps = (place.area.width() / 2.0).max(2.0) as usize;
    let points: Vec<_> = (0..=steps)
        .filter_map(|step| {
            let x = place.until * step as f64 / steps as f64;
            Some(pos2(place.x(x), place.y(density(distribution, x)?)))
        })
        .collect();
    if points.is_empty() {
        let x = place.x(quantile(distribution, 0.5));
        let ends = [pos2(x, place.area.top() + space::S), pos2(x, place.area.bottom())];
        ui.painter().line_segment(ends, line(2.0, colors.accent));
    } else {
        ui.painter().add(Shape::line(points, line(1.5, colors.accent)));
    }
}

/// Marks of the percentiles, with their names and lengths where there is room beside each other.
fn marks(ui: &Ui, place: &Place, distribution: &Distribution) {
    let colors = Colors::of(ui);
    let font = FontId::new(size::SMALL - 1.0, FontFamily::Proportional);
    let mut free_from = place.area.left();
    for (share, name) in MARKED {
        let length = quantile(distribution, share).max(0.0);
        let x = place.x(length);
        let ends = [pos2(x, place.area.bottom() - 6.0), pos2(x, place.area.bottom())];
        ui.painter().line_segment(ends, line(1.0, colors.text));
        let text = format!("{name} {}", clock::length(length as u64));
        let galley = ui.painter().layout_no_wrap(text, font.clone(), colors.muted);
        let width = galley.size().x;
        let right = place.area.right() - width;
        let left = (x - width / 2.0).clamp(place.area.left(), right.max(place.area.left()));
        // All percentiles of what is always the same lie at one place.
        if left >= free_from {
            let at =
                Align2::LEFT_TOP.anchor_size(pos2(left, place.area.bottom() + 3.0), galley.size());
            ui.painter().galley(at.min, galley, colors.muted);
            free_from = left + width + space::S;
        }
    }
}

#[cfg(test)]
mod tests {
    use flowbench_model::time::Span;

    use super::*;

    #[test]
    fn percentiles_are_told_in_words() {
        let it = Distribution::Exponential(Span::from_millis(100));
        assert_eq!(described(&it), "p50 69.31 ms · p90 230.3 ms · p99 460.5 ms");
    }

    #[test]
    fn the_picture_reaches_over_distribution_and_data() {
        let it = Distribution::Constant(Span(100));
        assert!(reach(&it, None) > 100.0);
        let mut data = Sample::default();
        (0..1000).for_each(|value| data.push(value));
        assert!(reach(&it, Some(&data)) > 990.0);
        assert!(tallest(&it, Some(&data), 1000.0) > 0.0009);
    }
}
