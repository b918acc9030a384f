//! The canvas: the design as a graph one can look at and work on. Own drawing and own hit-testing
//! on one widget, so that a thousand nodes cost a frame almost nothing.

pub mod add;
pub mod align;
pub mod curve;
pub mod gesture;
pub mod glance;
pub mod ink;
pub mod keyboard;
pub mod marks;
pub mod menu;
pub mod overlay;
pub mod paint_changes;
pub mod paint_edges;
pub mod paint_far;
pub mod paint_nodes;
pub mod reading;
pub mod rename;
pub mod scene;
pub mod space;
pub mod strokes;
pub mod traffic;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{
    Event, MouseWheelUnit, PointerButton, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2,
};
use flowbench_model::design::{Design, Position};
use flowbench_model::finding::Finding;
use flowbench_model::name::MessageName;

use crate::command::{BenchCommand, Command};
use crate::differences::Difference;
use crate::gui::canvas::add::AddMenu;
use crate::gui::canvas::gesture::Gesture;
use crate::gui::canvas::ink::{Detail, Ink};
use crate::gui::canvas::marks::{Hit, Marks};
use crate::gui::canvas::rename::Rename;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::{Camera, View, WorldRect};
use crate::gui::canvas::traffic::Traffic;
use crate::gui::theme::Colors;
use crate::selection::{Items, Selection};

/// What the canvas shows in one frame.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The design.
    pub design: &'a Arc<Design>,
    /// Where nodes stand.
    pub positions: &'a BTreeMap<String, Position>,
    /// What the lint says.
    pub findings: &'a [Finding],
    /// What is selected.
    pub selection: &'a Selection,
    /// The run at the instant that is shown.
    pub traffic: &'a Traffic,
}

/// The canvas and what it remembers between frames.
#[derive(Default)]
pub struct Canvas {
    camera: Camera,
    scene: Scene,
    source: Option<Arc<Design>>,
    gesture: Gesture,
    labels: Vec<(usize, Rect)>,
    dots: Vec<(usize, Pos2)>,
    add_menu: Option<AddMenu>,
    rename: Option<Rename>,
    menu_target: Option<Hit>,
    wish: Option<Wish>,
    /// What lies between the design and another version of it, if that is to be seen.
    difference: Option<Arc<Difference>>,
    rect: Option<Rect>,
}

/// Something to do with the camera as soon as the size of the canvas is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Show everything.
    Fit,
    /// Show what is selected.
    Selection,
    /// Come nearer.
    In,
    /// Step back.
    Out,
}

impl Canvas {
    /// Moves the camera in the next frame.
    pub fn wish(&mut self, wish: Wish) {
        self.wish = Some(wish);
    }

    /// Marks what lies between the design and another version of it.
    pub fn compare(&mut self, difference: Option<Arc<Difference>>) {
        self.difference = difference;
    }

    /// Lets the name of a node be typed.
    pub fn rename(&mut self, name: &str) {
        self.rename = Some(Rename::of(name));
    }

    /// Where the camera stands.
    #[must_use]
    pub fn camera(&self) -> Camera {
        self.camera
    }

    /// Puts the camera somewhere.
    pub fn set_camera(&mut self, camera: Camera) {
        self.camera = camera;
        self.wish = None;
    }

    /// The shapes of the design as of the last frame.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The middle of what one sees.
    #[must_use]
    pub fn center(&self) -> Position {
        self.camera.center
    }

    /// The place in the world under a point of the screen, if that is on the canvas.
    #[must_use]
    pub fn world_at(&self, point: Pos2) -> Option<Position> {
        let rect = self.rect.filter(|rect| rect.contains(point))?;
        Some(View { rect, camera: self.camera }.world(point))
    }

    /// The node under a point of the screen.
    #[must_use]
    pub fn node_at(&self, point: Pos2) -> Option<&str> {
        let at = self.world_at(point)?;
        let mut shapes = self.scene.nodes.iter().rev();
        shapes.find(|shape| shape.rect.contains(at)).map(|shape| shape.name.as_str())
    }

    /// Brings the shapes up to date with the design, so that bench views can refer to them.
    pub fn prepare(&mut self, sight: &Sight) {
        let is_current =
            self.source.as_ref().is_some_and(|design| Arc::ptr_eq(design, sight.design));
        if is_current {
            return;
        }
        if self.source.is_none() {
            self.wish.get_or_insert(Wish::Fit);
        }
        self.scene = Scene::of(sight.design, sight.findings);
        self.scene.place(|_, name| standing(sight.positions, name));
        self.source = Some(sight.design.clone());
        self.gesture = Gesture::Idle;
        self.labels.clear();
        self.dots.clear();
    }

    /// Draws the canvas and asks for what a person does on it.
    pub fn ui(&mut self, ui: &mut Ui, sight: &Sight, commands: &mut Vec<Command>) -> Response {
        self.prepare(sight);
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
        self.rect = Some(rect);
        let nodes = self.scene.nodes.len();
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Canvas, true, format!("Canvas, {nodes} nodes"))
        });
        self.grant_wish(rect, sight.selection);
        self.steer(ui, &response);
        let mut marks = Marks::of(sight.selection, &self.scene);
        let view = View { rect, camera: self.camera };
        marks.hover = response.hover_pos().and_then(|pointer| self.hit(&view, &marks, pointer));
        self.gesture_ui(ui, &response, sight, &mut marks, commands);
        let view = View { rect, camera: self.camera };
        self.clicks(ui, &response, &view, &marks, sight, commands);
        self.paint(ui, &view, sight, &marks);
        reading::tell(ui, &response, &view, &self.scene, &self.labels, commands);
        keyboard::navigate(ui, &response, &self.scene, &marks, commands);
        self.menus(ui, &response, &view, sight, &marks, commands);
        overlay::zoom_buttons(ui, rect, self.camera.zoom, commands);
        if self.scene.nodes.is_empty() {
            overlay::empty(ui, rect);
        }
        response
    }

    fn grant_wish(&mut self, rect: Rect, selection: &Selection) {
        let view = View { rect, camera: self.camera };
        match self.wish.take() {
            None => {}
            Some(Wish::Fit) => self.look_at(self.scene.bounds(), rect),
            Some(Wish::Selection) => self.look_at(self.selected_bounds(selection), rect),
            Some(Wish::In) => self.camera = view.zoomed(1.25, rect.center()),
            Some(Wish::Out) => self.camera = view.zoomed(0.8, rect.center()),
        }
    }

    fn look_at(&mut self, world: Option<WorldRect>, rect: Rect) {
        match world {
            Some(world) => {
                // The bar with the zoom stands over the bottom.
                let free = rect.size() - vec2(0.0, overlay::BAR);
                self.camera = Camera::fitting(world.expanded(36.0), free);
                self.camera.pan(vec2(0.0, -overlay::BAR / 2.0));
            }
            None => self.camera = Camera::default(),
        }
    }

    fn selected_bounds(&self, selection: &Selection) -> Option<WorldRect> {
        let marks = Marks::of(selection, &self.scene);
        let nodes = marks.nodes().map(|index| self.scene.nodes[index].rect);
        let edges = (0..self.scene.edges.len())
            .filter(|index| marks.edge(*index))
            .map(|index| self.scene.edges[index].curve.bounds());
        nodes.chain(edges).reduce(WorldRect::union)
    }

    /// Wheel and pinch zoom at the pointer; two fingers, the middle button and the space bar pan.
    fn steer(&mut self, ui: &Ui, response: &Response) {
        let is_panning = response.dragged_by(PointerButton::Middle)
            || (response.dragged_by(PointerButton::Primary) && self.gesture == Gesture::Pan);
        if is_panning {
            self.camera.pan(response.drag_delta());
        }
        let Some(pointer) = response.hover_pos().filter(|_| response.contains_pointer()) else {
            return;
        };
        let view = View { rect: response.rect, camera: self.camera };
        let (pinch, wheel, pan) = ui.input(|input| {
            let mut wheel = 0.0;
            let mut pan = egui::Vec2::ZERO;
            for event in &input.events {
                let Event::MouseWheel { unit, delta, modifiers, .. } = event else { continue };
                match unit {
                    _ if modifiers.command => {}
                    MouseWheelUnit::Point => pan += *delta,
                    MouseWheelUnit::Line | MouseWheelUnit::Page if modifiers.shift => {
                        pan.x += (delta.x + delta.y) * 40.0;
                    }
                    MouseWheelUnit::Line | MouseWheelUnit::Page => wheel += delta.y,
                }
            }
            (input.zoom_delta(), wheel, pan)
        });
        let factor = pinch * 1.15f32.powf(wheel);
        if factor != 1.0 {
            self.camera = view.zoomed(factor, pointer);
        }
        self.camera.pan(pan);
    }

    fn paint(&mut self, ui: &Ui, view: &View, sight: &Sight, marks: &Marks) {
        let painter = ui.painter_at(view.rect);
        let detail = Detail::at(view.camera.zoom);
        let ink = Ink { painter: &painter, view: *view, colors: Colors::of(ui), detail };
        overlay::background(&ink);
        if detail == Detail::Far {
            paint_far::paint(&ink, &self.scene, sight.traffic, marks);
            self.labels.clear();
            self.dots.clear();
        } else {
            self.labels = paint_edges::paint(&ink, &self.scene, sight.traffic, marks);
            self.dots = paint_edges::paint_dots(&ink, &self.scene, sight.traffic);
            paint_nodes::paint(&ink, &self.scene, sight.traffic, marks);
        }
        if let Some(difference) = &self.difference {
            paint_changes::paint(&ink, &self.scene, &difference.marks);
            paint_changes::legend(&ink);
        }
        self.gesture.paint(&ink, &self.scene);
    }

    /// What is at this point of the screen.
    fn hit(&self, view: &View, marks: &Marks, pointer: Pos2) -> Option<Hit> {
        let point = view.world(pointer);
        let port = |index: usize| {
            let port = paint_nodes::port(view.screen_rect(self.scene.nodes[index].rect));
            (port - pointer).length() < 11.0
        };
        let node = self.scene.nodes.iter().rposition(|node| node.rect.contains(point));
        let ported = node.into_iter().chain(marks.nodes()).find(|index| port(*index));
        if let Some(index) = ported {
            return Some(Hit::Port(index));
        }
        if let Some(index) = node {
            return Some(Hit::Node(index));
        }
        let near = |at: &Pos2| (*at - pointer).length() < 9.0;
        if let Some((index, _)) = self.dots.iter().rev().find(|(_, at)| near(at)) {
            return Some(Hit::Dot(*index));
        }
        if let Some((index, _)) = self.labels.iter().rev().find(|(_, rect)| rect.contains(pointer))
        {
            return Some(Hit::Edge(*index));
        }
        self.edge_at(point, 7.0 / view.camera.zoom).map(Hit::Edge)
    }

    fn edge_at(&self, point: Position, reach: f32) -> Option<usize> {
        let around = WorldRect::between(point, point).expanded(reach);
        let near = self.scene.edges.iter().enumerate().filter_map(|(index, edge)| {
            let is_candidate = edge.curve.bounds().meets(&around);
            let distance = if is_candidate { edge.curve.distance(point) } else { f32::INFINITY };
            (distance <= reach).then_some((index, distance))
        });
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }

    fn clicks(
        &mut self,
        ui: &Ui,
        response: &Response,
        view: &View,
        marks: &Marks,
        sight: &Sight,
        commands: &mut Vec<Command>,
    ) {
        let Some(pointer) = response.interact_pointer_pos() else { return };
        let hit = self.hit(view, marks, pointer);
        if response.double_clicked() {
            match hit {
                Some(Hit::Node(index) | Hit::Port(index)) => {
                    self.rename = Some(Rename::of(&self.scene.nodes[index].name));
                }
                Some(Hit::Edge(_) | Hit::Dot(_)) => {}
                None => self.add_menu = Some(AddMenu::at(view.world(pointer))),
            }
        } else if response.clicked() {
            response.request_focus();
            let adds = ui.input(|input| input.modifiers.shift || input.modifiers.command);
            commands.extend(self.select(hit, adds, sight));
        } else if response.secondary_clicked() {
            self.menu_target = hit;
            let is_selected = match hit {
                Some(Hit::Node(index) | Hit::Port(index)) => marks.node(index),
                Some(Hit::Edge(index)) => marks.edge(index),
                Some(Hit::Dot(_)) => true,
                None => true,
            };
            if !is_selected {
                commands.extend(self.select(hit, false, sight));
            }
        }
    }

    /// The command that selects what was hit, alone or with what is selected already.
    fn select(&self, hit: Option<Hit>, adds: bool, sight: &Sight) -> Option<Command> {
        let mut items = match (adds, sight.selection.as_items()) {
            (true, Some(items)) => items.clone(),
            _ => Items::default(),
        };
        match hit {
            None if adds => return None,
            None => return Some(Command::select(Selection::None)),
            Some(Hit::Dot(index)) => {
                let dot = sight.traffic.dots.get(index)?;
                let source = self.scene.nodes.get(dot.source)?.name.clone();
                let message = MessageName { source, number: dot.number };
                return Some(BenchCommand::SelectMessage(message).into());
            }
            Some(Hit::Node(index) | Hit::Port(index)) => {
                let name = &self.scene.nodes[index].name;
                if !items.nodes.remove(name) {
                    items.nodes.insert(name.clone());
                }
            }
            Some(Hit::Edge(index)) => {
                let name = &self.scene.edges[index].name;
                if !items.edges.remove(name) {
                    items.edges.insert(name.clone());
                }
            }
        }
        Some(Command::select(Selection::items(items)))
    }
}

/// Where a node stands; nodes without a place wait at the origin for the automatic layout.
fn standing(positions: &BTreeMap<String, Position>, name: &str) -> Position {
    positions.get(name).copied().unwrap_or_default()
}
