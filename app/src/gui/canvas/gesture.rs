//! What a person does with the pointer held down: pan, move, select a box, draw an edge. A preview
//! until the button is released; then one command.

use egui::{Key, PointerButton, Pos2, Rect, Response, Shape, StrokeKind, Ui, Vec2};
use flowbench_model::design::{Design, Position};
use flowbench_model::edge::{Edge, edge_kind_between};
use flowbench_model::edit::Edit;

use crate::command::{Command, EditCommand};
use crate::gui::canvas::add::AddMenu;
use crate::gui::canvas::align::{Guides, aligned};
use crate::gui::canvas::ink::Ink;
use crate::gui::canvas::marks::{Hit, Marks};
use crate::gui::canvas::paint_nodes::port;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::{View, WorldRect, moved, offset};
use crate::gui::canvas::{Canvas, Sight, standing};
use crate::gui::theme::line;
use crate::selection::{Items, Selection};

/// A gesture under way.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Gesture {
    /// None.
    #[default]
    Idle,
    /// The world follows the pointer.
    Pan,
    /// A box from here to the pointer.
    Box {
        /// Where it began.
        from: Position,
        /// Where it ends now.
        to: Position,
        /// Whether what is selected stays so.
        adds: bool,
    },
    /// Nodes follow the pointer.
    Move {
        /// Index of the node under the pointer.
        grabbed: usize,
        /// Where the pointer took it.
        from: Position,
        /// Indices of all that move.
        nodes: Vec<usize>,
        /// How far.
        by: Vec2,
        /// Lines along which the grabbed node is in line with others.
        guides: Guides,
    },
    /// A new edge follows the pointer.
    Connect {
        /// Index of the node where it begins.
        from: usize,
        /// For each node, whether it may end there.
        targets: Vec<bool>,
        /// Where the pointer is.
        to: Pos2,
    },
}

impl Canvas {
    /// Begins, continues and ends gestures.
    pub(super) fn gesture_ui(
        &mut self,
        ui: &Ui,
        response: &Response,
        sight: &Sight,
        marks: &mut Marks,
        commands: &mut Vec<Command>,
    ) {
        let view = View { rect: response.rect, camera: self.camera };
        if response.drag_started_by(PointerButton::Primary) {
            self.begin(ui, &view, sight, marks, commands);
        }
        if let Some(pointer) = response.interact_pointer_pos()
            && response.dragged_by(PointerButton::Primary)
        {
            self.drag_on(&view, pointer, sight);
        }
        if ui.input(|input| input.key_pressed(Key::Escape)) && self.gesture != Gesture::Idle {
            self.gesture = Gesture::Idle;
            self.scene.place(|_, name| standing(sight.positions, name));
        }
        if response.drag_stopped_by(PointerButton::Primary) {
            let gesture = std::mem::take(&mut self.gesture);
            self.end(gesture, &view, sight, commands);
        }
        if let Gesture::Connect { targets, .. } = &self.gesture {
            marks.targets = Some(targets.clone());
        }
    }

    fn begin(
        &mut self,
        ui: &Ui,
        view: &View,
        sight: &Sight,
        marks: &Marks,
        commands: &mut Vec<Command>,
    ) {
        let Some(origin) = ui.input(|input| input.pointer.press_origin()) else { return };
        let (is_alt, adds) = ui
            .input(|input| (input.modifiers.alt, input.modifiers.shift || input.modifiers.command));
        let from = view.world(origin);
        self.gesture = match self.hit(view, marks, origin) {
            _ if is_alt => Gesture::Pan,
            Some(Hit::Port(index)) => {
                Gesture::Connect { from: index, targets: targets(sight.design, index), to: origin }
            }
            Some(Hit::Node(index)) => {
                let mut nodes: Vec<usize> = marks.nodes().collect();
                if !marks.node(index) {
                    commands.extend(self.select(Some(Hit::Node(index)), adds, sight));
                    nodes = if adds { nodes } else { Vec::new() };
                    nodes.push(index);
                }
                let guides = Guides::default();
                Gesture::Move { grabbed: index, from, nodes, by: Vec2::ZERO, guides }
            }
            Some(Hit::Edge(_) | Hit::Dot(_)) | None => Gesture::Box { from, to: from, adds },
        };
    }

    fn drag_on(&mut self, view: &View, pointer: Pos2, sight: &Sight) {
        let point = view.world(pointer);
        match &mut self.gesture {
            Gesture::Idle | Gesture::Pan => {}
            Gesture::Box { to, .. } => *to = point,
            Gesture::Connect { to, .. } => *to = pointer,
            Gesture::Move { grabbed, from, nodes, by, guides } => {
                let home = standing(sight.positions, &self.scene.nodes[*grabbed].name);
                let wanted = moved(home, offset(*from, point));
                let (place, lines) = aligned(wanted, &self.scene, nodes, view);
                *guides = lines;
                *by = offset(home, place);
                let (by, nodes) = (*by, nodes.clone());
                self.scene.place(|index, name| {
                    let home = standing(sight.positions, name);
                    if nodes.contains(&index) { moved(home, by) } else { home }
                });
            }
        }
    }

    fn end(&mut self, gesture: Gesture, view: &View, sight: &Sight, commands: &mut Vec<Command>) {
        match gesture {
            Gesture::Idle | Gesture::Pan => {}
            Gesture::Box { from, to, adds } => {
                let items = self.boxed(WorldRect::between(from, to), adds, sight.selection);
                commands.push(Command::select(Selection::items(items)));
            }
            Gesture::Move { nodes, by, .. } => {
                if by != Vec2::ZERO {
                    let place = |index: &usize| {
                        let name = self.scene.nodes[*index].name.clone();
                        let place = moved(standing(sight.positions, &name), by);
                        (name, place)
                    };
                    let moves = nodes.iter().map(place).collect();
                    commands.push(EditCommand::Apply(Edit::Move(moves)).into());
                }
            }
            Gesture::Connect { from, targets, to } => {
                let point = view.world(to);
                let node = self.scene.nodes.iter().rposition(|node| node.rect.contains(point));
                match node {
                    Some(index) if targets[index] => {
                        commands.extend(connect(sight.design, from, index));
                    }
                    Some(_) => {}
                    None => self.add_menu = Some(AddMenu::after(point, from)),
                }
            }
        }
    }

    /// What is inside a box: nodes that touch it, and edges whose ends both do.
    fn boxed(&self, world: WorldRect, adds: bool, selection: &Selection) -> Items {
        let mut items = match selection.as_items() {
            Some(items) if adds => items.clone(),
            _ => Items::default(),
        };
        let is_inside = |index: usize| self.scene.nodes[index].rect.meets(&world);
        let nodes = (0..self.scene.nodes.len()).filter(|index| is_inside(*index));
        items.nodes.extend(nodes.map(|index| self.scene.nodes[index].name.clone()));
        let edges =
            self.scene.edges.iter().filter(|edge| is_inside(edge.from) && is_inside(edge.to));
        items.edges.extend(edges.map(|edge| edge.name.clone()));
        items
    }
}

/// For each node, whether an edge from this one may end there.
fn targets(design: &Design, from: usize) -> Vec<bool> {
    let source = &design.nodes[from];
    let is_free =
        |to: &str| !design.edges.iter().any(|edge| edge.from == source.name && edge.to == to);
    design
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let kind = edge_kind_between(&source.role, &node.role);
            index != from && kind.is_some() && is_free(&node.name)
        })
        .collect()
}

fn connect(design: &Design, from: usize, to: usize) -> Option<Command> {
    let (from, to) = (&design.nodes[from], &design.nodes[to]);
    let kind = edge_kind_between(&from.role, &to.role)?;
    let edge = Edge::new(kind, from.name.as_str(), to.name.as_str());
    Some(EditCommand::Apply(Edit::AddEdge(edge)).into())
}

impl Gesture {
    /// Draws what is being done.
    pub(super) fn paint(&self, ink: &Ink, scene: &Scene) {
        match self {
            Gesture::Idle | Gesture::Pan => {}
            Gesture::Box { from, to, .. } => {
                let rect = ink.view.screen_rect(WorldRect::between(*from, *to));
                let fill = ink.colors.accent.gamma_multiply(0.10);
                let stroke = line(1.0, ink.colors.accent);
                ink.painter.rect(rect, 2.0, fill, stroke, StrokeKind::Inside);
            }
            Gesture::Move { guides, .. } => guides.paint(ink),
            Gesture::Connect { from, to, .. } => {
                let start = port(ink.view.screen_rect(scene.nodes[*from].rect));
                let reach = ((to.x - start.x).abs() * 0.5).max(40.0);
                let points =
                    [start, start + Vec2::new(reach, 0.0), *to - Vec2::new(reach, 0.0), *to];
                let stroke = line(2.0, ink.colors.accent);
                let curve = egui::epaint::CubicBezierShape::from_points_stroke(
                    points,
                    false,
                    egui::Color32::TRANSPARENT,
                    stroke,
                );
                ink.painter.add(Shape::CubicBezier(curve));
                let knob = Rect::from_center_size(*to, Vec2::splat(8.0));
                ink.painter.circle_filled(knob.center(), 4.0, ink.colors.accent);
            }
        }
    }
}
