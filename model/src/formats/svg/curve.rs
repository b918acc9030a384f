//! The curve of an edge from card to card.

use crate::design::Position;
use crate::formats::svg::text::number;
use crate::layout::{GAP_X, NODE_HEIGHT, NODE_WIDTH};

/// Between a bow and the cards below it, for its badges.
const ROOM_ABOVE: f32 = 58.0;

/// A cubic Bézier curve.
#[derive(Clone, Copy)]
pub(super) struct Curve([Position; 4]);

impl Curve {
    /// From the right side of one card to the left side of another. To a card that stands further
    /// left it goes over the cards instead of through them; `ceiling` is the top of the highest
    /// card on the way.
    pub(super) fn sideways(from: Position, to: Position, ceiling: f32) -> Curve {
        let start = Position(from.0 + NODE_WIDTH / 2.0, from.1);
        let end = Position(to.0 - NODE_WIDTH / 2.0 - 2.0, to.1);
        let ahead = end.0 - start.0;
        if ahead < 0.0 {
            return Curve::backward(from, to, ceiling);
        }
        let reach = (ahead / 2.0).max(36.0);
        Curve([start, Position(start.0 + reach, start.1), Position(end.0 - reach, end.1), end])
    }

    /// To the next layer on the left from bottom to top or from top to bottom; further, or in the
    /// same row, in a bow above all.
    fn backward(from: Position, to: Position, ceiling: f32) -> Curve {
        // Beside the middle, where dead letters leave.
        let (from, to) = (Position(from.0 + 36.0, from.1), Position(to.0 + 36.0, to.1));
        let (half, rise) = (NODE_HEIGHT / 2.0, to.1 - from.1);
        let is_near = (to.0 - from.0).abs() < 1.5 * (NODE_WIDTH + GAP_X);
        if is_near && rise.abs() > NODE_HEIGHT {
            let side = rise.signum();
            let start = Position(from.0, from.1 + side * half);
            let end = Position(to.0, to.1 - side * (half + 2.0));
            let reach = (end.1 - start.1) * 0.6;
            let out = Position(start.0, start.1 + reach);
            return Curve([start, out, Position(end.0, end.1 - reach), end]);
        }
        let start = Position(from.0, from.1 - half);
        // The middle of the curve is at three quarters of the way to its control points.
        let top = start.1.min(to.1 - half);
        let top = top - (top - ceiling + ROOM_ABOVE) * 4.0 / 3.0;
        Curve([
            start,
            Position(from.0 - 20.0, top),
            Position(to.0 + 20.0, top),
            Position(to.0, to.1 - half - 2.0),
        ])
    }

    /// From the bottom of one card to another: to its top if it stands below, else to its side.
    pub(super) fn downward(from: Position, to: Position) -> Curve {
        let start = Position(from.0, from.1 + NODE_HEIGHT / 2.0);
        let is_below = to.1 - from.1 >= NODE_HEIGHT;
        if is_below && (to.0 - from.0).abs() < NODE_WIDTH {
            let end = Position(to.0, to.1 - NODE_HEIGHT / 2.0 - 2.0);
            let reach = (end.1 - start.1) / 2.0;
            let out = Position(start.0, start.1 + reach);
            return Curve([start, out, Position(end.0, end.1 - reach), end]);
        }
        let side = if to.0 >= from.0 { -1.0 } else { 1.0 };
        let end = Position(to.0 + side * (NODE_WIDTH / 2.0 + 2.0), to.1);
        let turn = Position(end.0 + side * 70.0, end.1);
        Curve([start, Position(start.0, start.1 + 70.0), turn, end])
    }

    /// The same curve upside down.
    pub(super) fn mirrored(self) -> Curve {
        Curve(self.0.map(mirrored))
    }

    /// The point in the middle.
    pub(super) fn middle(&self) -> Position {
        let [a, b, c, d] = self.0;
        let mean = |a: f32, b: f32, c: f32, d: f32| (a + 3.0 * b + 3.0 * c + d) / 8.0;
        Position(mean(a.0, b.0, c.0, d.0), mean(a.1, b.1, c.1, d.1))
    }

    /// The curve as a path.
    pub(super) fn path(&self) -> String {
        let [a, b, c, d] = self.0.map(|point| format!("{} {}", number(point.0), number(point.1)));
        format!("M{a} C{b}, {c}, {d}")
    }
}

/// The point upside down.
pub(super) fn mirrored(point: Position) -> Position {
    Position(point.0, -point.1)
}
