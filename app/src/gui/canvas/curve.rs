//! The path of an edge: a cubic curve in the world.

use egui::vec2;
use flowbench_model::design::Position;

use crate::gui::canvas::space::{WorldRect, moved, offset};

/// A cubic Bézier curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Curve(pub [Position; 4]);

impl Curve {
    /// From the right side of one node to the left side of another; where the other stands
    /// behind, the curve leaves and arrives from below, so that it does not cross both nodes.
    #[must_use]
    pub fn between(from: &WorldRect, to: &WorldRect) -> Curve {
        let (a, b) = (from.center(), to.center());
        let start = Position(from.max.0, a.1);
        let end = Position(to.min.0, b.1);
        if end.0 - start.0 > -24.0 {
            let reach = ((end.0 - start.0).abs() * 0.5).clamp(32.0, 160.0);
            return Curve([
                start,
                moved(start, vec2(reach, 0.0)),
                moved(end, vec2(-reach, 0.0)),
                end,
            ]);
        }
        Curve::below(from, to)
    }

    /// From the underside of one node to the top of a lower one, else to its underside.
    #[must_use]
    pub fn falling(from: &WorldRect, to: &WorldRect) -> Curve {
        let start = Position(from.center().0, from.max.1);
        let end = Position(to.center().0, to.min.1);
        if end.1 - start.1 < 24.0 {
            return Curve::below(from, to);
        }
        let reach = ((end.1 - start.1) * 0.5).min(120.0);
        Curve([start, moved(start, vec2(0.0, reach)), moved(end, vec2(0.0, -reach)), end])
    }

    /// From the underside of one node to the underside of another.
    #[must_use]
    pub fn below(from: &WorldRect, to: &WorldRect) -> Curve {
        let start = Position(from.center().0, from.max.1);
        let end = Position(to.center().0, to.max.1);
        let depth = ((start.0 - end.0).abs() * 0.25).clamp(48.0, 160.0);
        let low = start.1.max(end.1) + depth;
        Curve([start, Position(start.0, low), Position(end.0, low), end])
    }

    /// The point at `t`, 0 at the start and 1 at the end.
    #[must_use]
    pub fn at(&self, t: f32) -> Position {
        let [a, b, c, d] = self.0;
        let u = 1.0 - t;
        let (wa, wb, wc, wd) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
        Position(
            wa * a.0 + wb * b.0 + wc * c.0 + wd * d.0,
            wa * a.1 + wb * b.1 + wc * c.1 + wd * d.1,
        )
    }

    /// A rectangle that holds the whole curve.
    #[must_use]
    pub fn bounds(&self) -> WorldRect {
        let [a, b, c, d] = self.0;
        WorldRect::between(a, d).union(WorldRect::between(b, c))
    }

    /// How far a point is from the curve, in canvas units.
    #[must_use]
    pub fn distance(&self, point: Position) -> f32 {
        const PIECES: usize = 24;
        let mut best = f32::INFINITY;
        let mut from = self.at(0.0);
        for piece in 1..=PIECES {
            let to = self.at(piece as f32 / PIECES as f32);
            best = best.min(distance_to_segment(point, from, to));
            from = to;
        }
        best
    }
}

fn distance_to_segment(point: Position, from: Position, to: Position) -> f32 {
    let along = offset(from, to);
    let length_sq = along.length_sq();
    if length_sq == 0.0 {
        return offset(point, from).length();
    }
    let t = (offset(from, point).dot(along) / length_sq).clamp(0.0, 1.0);
    offset(point, moved(from, along * t)).length()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(x: f32, y: f32) -> WorldRect {
        WorldRect::around(Position(x, y), vec2(100.0, 40.0))
    }

    #[test]
    fn an_edge_leaves_on_the_right_and_arrives_on_the_left() {
        let curve = Curve::between(&node(0.0, 0.0), &node(300.0, 80.0));
        assert_eq!(curve.at(0.0), Position(50.0, 0.0));
        assert_eq!(curve.at(1.0), Position(250.0, 80.0));
    }

    #[test]
    fn an_edge_back_runs_below_both_nodes() {
        let curve = Curve::between(&node(300.0, 0.0), &node(0.0, 0.0));
        assert!(curve.at(0.5).1 > 20.0);
        assert!(curve.distance(curve.at(0.37)) < 1.0);
        assert!(curve.distance(Position(150.0, -100.0)) > 100.0);
    }
}
