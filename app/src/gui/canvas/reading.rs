//! The canvas for screen readers and for tests: each visible node and edge label has a name, a
//! place and a description, can be focused and can be clicked.

use egui::accesskit::Action;
use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo};

use crate::command::Command;
use crate::gui::canvas::scene::{EdgeShape, NodeLook, NodeShape, Scene};
use crate::gui::canvas::space::View;
use crate::selection::Selection;

/// Nodes shorter than this many points are too small to be things of their own.
const LEAST_HEIGHT: f32 = 12.0;

/// Tells what is visible, and selects what is focused or clicked by other means than the pointer.
pub fn tell(
    ui: &Ui,
    canvas: &Response,
    view: &View,
    scene: &Scene,
    labels: &[(usize, Rect)],
    commands: &mut Vec<Command>,
) {
    let visible = view.visible();
    for node in scene.nodes.iter().filter(|node| node.rect.meets(&visible)) {
        let rect = view.screen_rect(node.rect);
        if rect.height() < LEAST_HEIGHT {
            return;
        }
        if tell_node(ui, canvas, node, rect) {
            commands.push(Command::select(Selection::node(node.name.as_str())));
        }
    }
    for (index, rect) in labels {
        let edge = &scene.edges[*index];
        if tell_edge(ui, canvas, edge, *rect) {
            commands.push(Command::select(Selection::edge(edge.name.clone())));
        }
    }
}

/// Whether it wants to be selected.
fn tell_node(ui: &Ui, canvas: &Response, node: &NodeShape, rect: Rect) -> bool {
    let id = canvas.id.with(("node", &node.name));
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &node.name));
    let role = match node.look {
        NodeLook::Producer => "producer",
        NodeLook::Channel | NodeLook::Log | NodeLook::Router => "channel",
        NodeLook::Consumer => "consumer",
        NodeLook::DeadLetterChannel => "dead-letter channel",
    };
    ui.ctx().accesskit_node_builder(id, |builder| {
        builder.set_author_id(format!("node {}", node.name));
        builder.set_description(format!("{role}, {}", node.subtitle));
        builder.add_action(Action::Click);
    });
    let is_clicked = ui.input(|input| input.has_accesskit_action_request(id, Action::Click));
    is_clicked || response.gained_focus()
}

fn tell_edge(ui: &Ui, canvas: &Response, edge: &EdgeShape, rect: Rect) -> bool {
    let name = edge.name.to_string();
    let id = canvas.id.with(("edge", &name));
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &name));
    ui.ctx().accesskit_node_builder(id, |builder| {
        builder.set_author_id(format!("edge {name}"));
        builder.set_description(description(edge));
        builder.add_action(Action::Click);
    });
    let is_clicked = ui.input(|input| input.has_accesskit_action_request(id, Action::Click));
    is_clicked || response.gained_focus()
}

/// The contract of an edge, one sentence after the other.
#[must_use]
pub fn description(edge: &EdgeShape) -> String {
    let carried: Vec<&str> = edge.pills.iter().map(|pill| pill.text.as_str()).collect();
    let mut text = format!("{} edge", edge.kind.word());
    if !carried.is_empty() {
        text = format!("{text}, carries {}", carried.join(", "));
    }
    for badge in &edge.badges {
        text = format!("{text}; {}", badge.explanation);
    }
    text
}
