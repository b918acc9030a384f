//! The window without a window: what a person does, found by accessible name.

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use flowbench::gui::frame::Workbench;
use flowbench::session::Session;
use flowbench_model::node::Role as NodeRole;

/// The window over a session without files.
fn window() -> Harness<'static, Workbench> {
    let mut harness = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(8)
        .build_eframe(|creation| Workbench::new(&creation.egui_ctx, Session::default()));
    harness.run_steps(3);
    harness
}

fn click(harness: &mut Harness<'static, Workbench>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(4);
}

fn nodes(harness: &Harness<'static, Workbench>) -> Vec<String> {
    let design = harness.state().session().design();
    design
        .map_or_else(Vec::new, |design| design.nodes.iter().map(|node| node.name.clone()).collect())
}

#[test]
fn a_new_design_is_drawn_from_the_palette_and_undone() {
    let mut harness = window();
    click(&mut harness, Role::Button, "New design");
    click(&mut harness, Role::Button, "Add producer");
    click(&mut harness, Role::Button, "Add queue");
    assert_eq!(nodes(&harness), ["producer", "queue"]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(nodes(&harness), ["producer"]);
}

#[test]
fn a_drag_from_the_edge_of_a_node_connects_it() {
    let mut harness = window();
    click(&mut harness, Role::Button, "New design");
    click(&mut harness, Role::Button, "Add producer");
    let node = harness.get_by(|node| node.author_id() == Some("node producer"));
    let from = node.rect().right_center() - vec2(1.0, 0.0);
    harness.hover_at(from);
    harness.run_steps(2);
    harness.drag_at(from);
    harness.run_steps(1);
    for step in 1..=5 {
        harness.hover_at(from + vec2(40.0, 6.0) * step as f32);
        harness.run_steps(1);
    }
    harness.drop_at(from + vec2(200.0, 30.0));
    harness.run_steps(4);
    // Dropped on the ground: only what a producer can send to is offered.
    assert!(harness.query_by_role_and_label(Role::Button, "Producer").is_none());
    click(&mut harness, Role::Button, "Queue");
    let design = harness.state().session().design().expect("design");
    assert_eq!(design.edges[0].name().to_string(), "producer -> queue");
}

#[test]
fn a_wrong_value_stays_in_its_field_with_a_sentence_until_it_is_right() {
    let mut harness = window();
    click(&mut harness, Role::Button, "New design");
    click(&mut harness, Role::Button, "Add consumer");
    let concurrency = |harness: &Harness<'static, Workbench>| {
        let design = harness.state().session().design().expect("design");
        match &design.nodes[0].role {
            NodeRole::Consumer(consumer) => consumer.concurrency,
            NodeRole::Producer(_) | NodeRole::Channel(_) => 0,
        }
    };
    let field = |harness: &mut Harness<'static, Workbench>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Concurrency").focus();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_role_and_label(Role::TextInput, "Concurrency").type_text(text);
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    };
    field(&mut harness, "0");
    assert_eq!(concurrency(&harness), 1);
    harness.get_by_label_contains("expected a whole number of at least 1");
    field(&mut harness, "4");
    assert_eq!(concurrency(&harness), 4);
}

#[test]
fn the_palette_of_commands_finds_a_command_by_a_few_letters() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    harness.run_steps(4);
    let name = "Type a command, a node, a message or a scenario";
    harness.get_by_role_and_label(Role::TextInput, name).type_text("new des");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert!(harness.state().session().design().is_some());
}

#[test]
fn a_sample_opens_from_its_card_and_lists_its_nodes() {
    let mut harness = window();
    click(&mut harness, Role::Button, "Shoe shop");
    assert!(nodes(&harness).len() > 3);
    for name in nodes(&harness) {
        assert!(harness.query_by_role_and_label(Role::TreeItem, &name).is_some(), "{name}");
    }
    click(&mut harness, Role::TreeItem, "shop");
    let selection = &harness.state().session().selection;
    assert_eq!(selection.single_node(), Some("shop"));
}
