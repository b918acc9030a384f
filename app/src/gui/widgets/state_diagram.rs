//! A drawing of states and the transitions between them: the states below each other, an arc at
//! the right for each transition, and under it what makes it happen.

use egui::epaint::CubicBezierShape;
use egui::{
    Align2, Color32, CornerRadius, FontId, Painter, Pos2, Rect, Sense, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};
use flowbench_model::pattern::{Arrow, PatternCard, State};

use crate::gui::fonts;
use crate::gui::theme::{Colors, line, size, space, tint};

/// Height of a state, and of what lies between two.
const STATE: f32 = 26.0;
const BETWEEN: f32 = 16.0;
/// How far apart arcs are.
const LANE: f32 = 19.0;
/// Radius of the number of a transition.
const NUMBER: f32 = 7.5;

/// Draws the states of a pattern; `counts` says how many instances are in each of them now.
pub fn show(ui: &mut Ui, card: &PatternCard, counts: &[(&str, u64)]) {
    let colors = Colors::of(ui);
    let lanes = lanes(card);
    let used = lanes.iter().copied().max().map_or(0.0, |most| (most + 1) as f32) * LANE;
    let count = card.states.len() as f32;
    let height = count * STATE + (count - 1.0).max(0.0) * BETWEEN + 4.0;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, spoken(card)));
    let width = (rect.width() - used - LANE).clamp(90.0, 190.0);
    let boxes: Vec<Rect> = (0..card.states.len())
        .map(|index| {
            let top = rect.top() + 2.0 + index as f32 * (STATE + BETWEEN);
            Rect::from_min_size(pos2(rect.left() + 1.0, top), vec2(width, STATE))
        })
        .collect();
    let painter = ui.painter();
    for ((number, arrow), lane) in (1..).zip(card.arrows).zip(&lanes) {
        let ends = position(card, arrow.from).zip(position(card, arrow.to));
        if let Some((from, to)) = ends {
            let x = rect.left() + width + LANE * (*lane as f32 + 0.9);
            arc(painter, (boxes[from], boxes[to]), x, number, colors);
        }
    }
    for (state, place) in card.states.iter().zip(&boxes) {
        let count = counts.iter().find(|(name, _)| *name == state.name).map(|(_, count)| *count);
        self::state(painter, state, *place, count, colors);
    }
    legend(ui, card);
}

fn position(card: &PatternCard, name: &str) -> Option<usize> {
    card.states.iter().position(|state| state.name == name)
}

/// The lane of each arc: the first from the left in which it crosses no other. Short arcs first.
fn lanes(card: &PatternCard) -> Vec<usize> {
    let span = |arrow: &Arrow| {
        let (from, to) = (position(card, arrow.from), position(card, arrow.to));
        let (from, to) = (from.unwrap_or(0) * 4 + 3, to.unwrap_or(0) * 4 + 1);
        (from.min(to), from.max(to))
    };
    let mut order: Vec<usize> = (0..card.arrows.len()).collect();
    order.sort_by_key(|index| {
        let (low, high) = span(&card.arrows[*index]);
        (high - low, low)
    });
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut lanes = vec![0; card.arrows.len()];
    for index in order {
        let (low, high) = span(&card.arrows[index]);
        let is_free = |spans: &Vec<(usize, usize)>| {
            spans.iter().all(|(from, to)| high <= *from || *to <= low)
        };
        let lane = taken.iter().position(is_free).unwrap_or_else(|| {
            taken.push(Vec::new());
            taken.len() - 1
        });
        taken[lane].push((low, high));
        lanes[index] = lane;
    }
    lanes
}

/// A transition that leaves a box at the right, low, and reaches another at the right, high.
fn arc(painter: &Painter, (from, to): (Rect, Rect), x: f32, number: u32, colors: &Colors) {
    let start = pos2(from.right(), from.bottom() - 7.0);
    let end = pos2(to.right() + 1.0, to.top() + 7.0);
    let stroke = line(1.2, colors.edge);
    let out = (x - start.x) * 4.0 / 3.0;
    let points = [start, start + vec2(out, 0.0), end + vec2(out, 0.0), end];
    let curve = CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
    painter.add(curve);
    head(painter, end, colors.edge);
    let middle = pos2(x, start.y.midpoint(end.y));
    painter.circle(middle, NUMBER, colors.panel, stroke);
    let font = FontId::new(9.5, fonts::medium());
    painter.text(middle, Align2::CENTER_CENTER, number, font, colors.muted);
}

fn head(painter: &Painter, tip: Pos2, color: Color32) {
    let points = vec![tip, tip + vec2(6.0, -3.5), tip + vec2(6.0, 3.5)];
    painter.add(egui::Shape::convex_polygon(points, color, egui::Stroke::NONE));
}

fn state(painter: &Painter, state: &State, place: Rect, count: Option<u64>, colors: &Colors) {
    let is_there = count.is_some_and(|count| count > 0);
    let hue = if is_there { colors.accent } else { colors.consumer };
    let corner = CornerRadius::same(size::RADIUS);
    painter.rect_filled(place, corner, tint(colors.raised, hue, if is_there { 0.2 } else { 0.1 }));
    painter.rect_stroke(place, corner, line(1.0, hue), StrokeKind::Inside);
    if state.is_final {
        painter.rect_stroke(place.shrink(3.0), corner, line(1.0, hue), StrokeKind::Inside);
    }
    let font = FontId::new(size::SMALL + 0.5, fonts::medium());
    let left = place.left_center() + vec2(space::S + 2.0, 0.0);
    painter.text(left, Align2::LEFT_CENTER, state.name, font.clone(), colors.text);
    if let Some(count) = count {
        let right = place.right_center() - vec2(space::S + 2.0, 0.0);
        painter.text(right, Align2::RIGHT_CENTER, count, font, hue);
    }
}

/// What makes each transition happen.
fn legend(ui: &mut Ui, card: &PatternCard) {
    let colors = Colors::of(ui);
    for (number, arrow) in (1..).zip(card.arrows) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let number = egui::RichText::new(format!("{number}")).small().color(colors.faint);
            ui.label(number);
            let text = egui::RichText::new(arrow.because).small().color(colors.muted);
            ui.add(egui::Label::new(text).wrap());
        });
    }
}

/// The drawing in words, for those who cannot see it.
fn spoken(card: &PatternCard) -> String {
    let arrows: Vec<String> = card
        .arrows
        .iter()
        .map(|arrow| format!("{} to {}: {}", arrow.from, arrow.to, arrow.because))
        .collect();
    format!("States of {}. {}", card.title, arrows.join("; "))
}
