//! A design to look at and not to work on: one can come nearer and move, and nothing else.

use std::collections::BTreeMap;

use egui::{PointerButton, Response, Role, Sense, Ui, Vec2, WidgetInfo};
use flowbench_model::design::{Design, Position};

use crate::gui::canvas::ink::{Detail, Ink};
use crate::gui::canvas::marks::Marks;
use crate::gui::canvas::overlay;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::{Camera, View};
use crate::gui::canvas::traffic::Traffic;
use crate::gui::canvas::{paint_edges, paint_far, paint_nodes};
use crate::gui::theme::Colors;

/// A design and where one looks from; all of it, until somebody moves.
#[derive(Default)]
pub struct Glance {
    scene: Scene,
    camera: Option<Camera>,
}

impl Glance {
    /// A glance at all of a design whose nodes stand at these places.
    #[must_use]
    pub fn at(design: &Design, positions: &BTreeMap<String, Position>) -> Glance {
        let mut scene = Scene::of(design, &[]);
        scene.place(|_, name| positions.get(name).copied().unwrap_or_default());
        Glance { scene, camera: None }
    }

    /// Draws it where there is place; `name` is its accessible name.
    pub fn ui(&mut self, ui: &mut Ui, name: &str) -> Response {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name));
        let fitting = || {
            let bounds = self.scene.bounds();
            bounds
                .map_or_else(Camera::default, |it| Camera::fitting(it.expanded(36.0), rect.size()))
        };
        let mut camera = self.camera.unwrap_or_else(fitting);
        if steer(ui, &response, &mut camera) {
            self.camera = Some(camera);
        }
        if response.double_clicked() {
            self.camera = None;
        }
        let painter = ui.painter_at(rect);
        let view = View { rect, camera };
        let detail = Detail::at(camera.zoom);
        let ink = Ink { painter: &painter, view, colors: Colors::of(ui), detail };
        overlay::background(&ink);
        let (traffic, marks) = (Traffic::default(), Marks::default());
        if detail == Detail::Far {
            paint_far::paint(&ink, &self.scene, &traffic, &marks);
        } else {
            paint_edges::paint(&ink, &self.scene, &traffic, &marks);
            paint_nodes::paint(&ink, &self.scene, &traffic, &marks);
        }
        response.on_hover_text("Drag to move, scroll to zoom, double-click to see all of it")
    }
}

/// Moves the camera as the pointer asks; whether it did.
fn steer(ui: &Ui, response: &Response, camera: &mut Camera) -> bool {
    let before = *camera;
    let is_held =
        response.dragged_by(PointerButton::Primary) || response.dragged_by(PointerButton::Middle);
    camera.pan(if is_held { response.drag_delta() } else { Vec2::ZERO });
    if let Some(pointer) = response.hover_pos() {
        let (pinch, wheel) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta().y));
        let view = View { rect: response.rect, camera: *camera };
        *camera = view.zoomed(pinch * (wheel / 240.0).exp(), pointer);
    }
    *camera != before
}
