//! The two spaces of the canvas: the world, in canvas units (`Position`, `WorldRect`), and the
//! screen, in points (`Pos2`, `Rect`); and the camera between them.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use flowbench_model::design::Position;

/// How far one can go away.
pub const ZOOM_MIN: f32 = 0.03;
/// How near one can come.
pub const ZOOM_MAX: f32 = 3.0;

/// A rectangle of the world.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WorldRect {
    /// The corner with the smallest coordinates.
    pub min: Position,
    /// The corner with the largest coordinates.
    pub max: Position,
}

impl WorldRect {
    /// Holds nothing, and grows with [`WorldRect::union`].
    pub const NOTHING: WorldRect = WorldRect {
        min: Position(f32::INFINITY, f32::INFINITY),
        max: Position(f32::NEG_INFINITY, f32::NEG_INFINITY),
    };

    /// The rectangle of this size around a center.
    #[must_use]
    pub fn around(center: Position, size: Vec2) -> WorldRect {
        let (x, y) = (size.x * 0.5, size.y * 0.5);
        WorldRect {
            min: Position(center.0 - x, center.1 - y),
            max: Position(center.0 + x, center.1 + y),
        }
    }

    /// The smallest rectangle with both corners, whichever way round.
    #[must_use]
    pub fn between(a: Position, b: Position) -> WorldRect {
        WorldRect {
            min: Position(a.0.min(b.0), a.1.min(b.1)),
            max: Position(a.0.max(b.0), a.1.max(b.1)),
        }
    }

    /// The smallest rectangle with both.
    #[must_use]
    pub fn union(self, other: WorldRect) -> WorldRect {
        WorldRect {
            min: Position(self.min.0.min(other.min.0), self.min.1.min(other.min.1)),
            max: Position(self.max.0.max(other.max.0), self.max.1.max(other.max.1)),
        }
    }

    /// Larger by `margin` on every side.
    #[must_use]
    pub fn expanded(self, margin: f32) -> WorldRect {
        WorldRect {
            min: Position(self.min.0 - margin, self.min.1 - margin),
            max: Position(self.max.0 + margin, self.max.1 + margin),
        }
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn meets(&self, other: &WorldRect) -> bool {
        self.min.0 <= other.max.0
            && self.max.0 >= other.min.0
            && self.min.1 <= other.max.1
            && self.max.1 >= other.min.1
    }

    /// Whether the point is inside.
    #[must_use]
    pub fn contains(&self, point: Position) -> bool {
        (self.min.0..=self.max.0).contains(&point.0) && (self.min.1..=self.max.1).contains(&point.1)
    }

    /// Its middle.
    #[must_use]
    pub fn center(&self) -> Position {
        Position((self.min.0 + self.max.0) * 0.5, (self.min.1 + self.max.1) * 0.5)
    }

    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Vec2 {
        vec2(self.max.0 - self.min.0, self.max.1 - self.min.1)
    }
}

/// Where one looks from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Camera {
    /// The point of the world in the middle of the canvas.
    pub center: Position,
    /// Points per canvas unit.
    pub zoom: f32,
}

/// A camera behind a window on the screen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// The canvas on the screen.
    pub rect: Rect,
    /// Where one looks from.
    pub camera: Camera,
}

impl Default for Camera {
    fn default() -> Camera {
        Camera { center: Position(0.0, 0.0), zoom: 1.0 }
    }
}

impl Camera {
    /// Sees all of `world` in a canvas of this size, no nearer than natural size.
    #[must_use]
    pub fn fitting(world: WorldRect, canvas: Vec2) -> Camera {
        let size = world.size();
        let zoom = (canvas.x / size.x.max(1.0)).min(canvas.y / size.y.max(1.0));
        Camera { center: world.center(), zoom: zoom.clamp(ZOOM_MIN, 1.0) }
    }

    /// Moved so that the world follows a pointer that moved by `delta` points.
    pub fn pan(&mut self, delta: Vec2) {
        self.center.0 -= delta.x / self.zoom;
        self.center.1 -= delta.y / self.zoom;
    }
}

impl View {
    /// Where a point of the world is on the screen.
    #[must_use]
    pub fn screen(&self, point: Position) -> Pos2 {
        let center = self.rect.center();
        let Camera { center: origin, zoom } = self.camera;
        pos2(center.x + (point.0 - origin.0) * zoom, center.y + (point.1 - origin.1) * zoom)
    }

    /// Which point of the world is there on the screen.
    #[must_use]
    pub fn world(&self, point: Pos2) -> Position {
        let offset = (point - self.rect.center()) / self.camera.zoom;
        Position(self.camera.center.0 + offset.x, self.camera.center.1 + offset.y)
    }

    /// Where a rectangle of the world is on the screen.
    #[must_use]
    pub fn screen_rect(&self, rect: WorldRect) -> Rect {
        Rect::from_min_max(self.screen(rect.min), self.screen(rect.max))
    }

    /// What of the world one sees.
    #[must_use]
    pub fn visible(&self) -> WorldRect {
        WorldRect { min: self.world(self.rect.min), max: self.world(self.rect.max) }
    }

    /// The camera `factor` times as near, with the world under `pointer` standing still.
    #[must_use]
    pub fn zoomed(&self, factor: f32, pointer: Pos2) -> Camera {
        let fixed = self.world(pointer);
        let zoom = (self.camera.zoom * factor).clamp(ZOOM_MIN, ZOOM_MAX);
        let offset = (pointer - self.rect.center()) / zoom;
        Camera { center: Position(fixed.0 - offset.x, fixed.1 - offset.y), zoom }
    }
}

/// The point moved by a distance in canvas units.
#[must_use]
pub fn moved(point: Position, by: Vec2) -> Position {
    Position(point.0 + by.x, point.1 + by.y)
}

/// The distance from one point to another in canvas units.
#[must_use]
pub fn offset(from: Position, to: Position) -> Vec2 {
    vec2(to.0 - from.0, to.1 - from.1)
}

/// The nearest point of the eight-unit grid.
#[must_use]
pub fn snapped(point: Position) -> Position {
    Position((point.0 / 8.0).round() * 8.0, (point.1 / 8.0).round() * 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        View {
            rect: Rect::from_min_size(pos2(100.0, 50.0), vec2(800.0, 600.0)),
            camera: Camera { center: Position(40.0, -20.0), zoom: 0.5 },
        }
    }

    #[test]
    fn the_world_under_the_pointer_stands_still_while_one_zooms() {
        let view = view();
        let pointer = pos2(700.0, 120.0);
        let before = view.world(pointer);
        let after = View { camera: view.zoomed(1.7, pointer), ..view }.world(pointer);
        assert!(offset(before, after).length() < 1e-3);
    }

    #[test]
    fn screen_and_world_are_inverse() {
        let view = view();
        let there = view.screen(Position(12.0, 34.0));
        assert!(offset(view.world(there), Position(12.0, 34.0)).length() < 1e-3);
    }

    #[test]
    fn a_small_design_is_not_blown_up_to_fit() {
        let world = WorldRect::around(Position(5.0, 5.0), vec2(100.0, 50.0));
        let camera = Camera::fitting(world, vec2(1000.0, 1000.0));
        assert_eq!(camera, Camera { center: Position(5.0, 5.0), zoom: 1.0 });
    }
}
