//! Going from node to node with the arrow keys.

use egui::{EventFilter, Key, Response, Ui, Vec2, vec2};

use crate::command::Command;
use crate::gui::canvas::marks::Marks;
use crate::gui::canvas::scene::Scene;
use crate::gui::canvas::space::offset;
use crate::selection::Selection;

/// Selects the next node in the direction of an arrow key, while the canvas has the keyboard.
pub fn navigate(
    ui: &Ui,
    canvas: &Response,
    scene: &Scene,
    marks: &Marks,
    commands: &mut Vec<Command>,
) {
    if !has_keyboard(ui, canvas, scene, marks) {
        return;
    }
    let arrows = [
        (Key::ArrowLeft, vec2(-1.0, 0.0)),
        (Key::ArrowRight, vec2(1.0, 0.0)),
        (Key::ArrowUp, vec2(0.0, -1.0)),
        (Key::ArrowDown, vec2(0.0, 1.0)),
    ];
    for (key, direction) in arrows {
        let is_pressed = ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
        if is_pressed && let Some(next) = next(scene, marks.single_node(), direction) {
            let name = scene.nodes[next].name.as_str();
            commands.push(Command::select(Selection::node(name)));
        }
    }
}

/// Whether the canvas or one of its nodes has the focus; if so it keeps the arrow keys.
fn has_keyboard(ui: &Ui, canvas: &Response, scene: &Scene, marks: &Marks) -> bool {
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    let node = marks.single_node().map(|index| canvas.id.with(("node", &scene.nodes[index].name)));
    ui.memory_mut(|memory| {
        let focused = memory.focused();
        let mine = [Some(canvas.id), node];
        let is_mine = focused.is_some() && mine.contains(&focused);
        if let Some(id) = focused.filter(|_| is_mine) {
            memory.set_focus_lock_filter(id, filter);
        }
        is_mine
    })
}

/// The nearest node within 45° of a direction; distance across it counts double.
fn next(scene: &Scene, from: Option<usize>, direction: Vec2) -> Option<usize> {
    let Some(from) = from else {
        return (!scene.nodes.is_empty()).then_some(0);
    };
    let here = scene.nodes[from].rect.center();
    let cost = |index: usize| {
        let way = offset(here, scene.nodes[index].rect.center());
        let along = way.dot(direction);
        let across = (way - direction * along).length();
        (index != from && along > 0.0 && across <= along * 1.5).then_some(along + 2.0 * across)
    };
    (0..scene.nodes.len())
        .filter_map(|index| cost(index).map(|cost| (index, cost)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}
