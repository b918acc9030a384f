//! Places for a node that is being moved: in line with another one, else on the grid.

use flowbench_model::design::Position;

use crate::gui::canvas::ink::Ink;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::{View, snapped};
use crate::gui::theme::line;

/// Lines that show what a moved node is in line with, as world coordinates.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Guides {
    x: Option<f32>,
    y: Option<f32>,
}

/// Where a node goes that is wanted at `wanted`, and what it is then in line with. Nodes that
/// move along do not attract it.
pub fn aligned(
    wanted: Position,
    scene: &Scene,
    moving: &[usize],
    view: &View,
) -> (Position, Guides) {
    let reach = 5.0 / view.camera.zoom.max(0.2);
    let visible = view.visible();
    let mut guides = Guides::default();
    for (index, node) in scene.nodes.iter().enumerate() {
        if moving.contains(&index) || !node.rect.meets(&visible) {
            continue;
        }
        let center = node.rect.center();
        closer(&mut guides.x, center.0, wanted.0, reach);
        closer(&mut guides.y, center.1, wanted.1, reach);
    }
    let grid = snapped(wanted);
    (Position(guides.x.unwrap_or(grid.0), guides.y.unwrap_or(grid.1)), guides)
}

fn closer(best: &mut Option<f32>, candidate: f32, wanted: f32, reach: f32) {
    let distance = (candidate - wanted).abs();
    if distance <= reach && best.is_none_or(|best| distance < (best - wanted).abs()) {
        *best = Some(candidate);
    }
}

impl Guides {
    /// Draws the lines across the canvas.
    pub(super) fn paint(&self, ink: &Ink) {
        let stroke = line(1.0, ink.colors.accent.gamma_multiply(0.7));
        let rect = ink.view.rect;
        if let Some(x) = self.x {
            let x = ink.view.screen(Position(x, 0.0)).x;
            ink.painter.vline(x, rect.y_range(), stroke);
        }
        if let Some(y) = self.y {
            let y = ink.view.screen(Position(0.0, y)).y;
            ink.painter.hline(rect.x_range(), y, stroke);
        }
    }
}
