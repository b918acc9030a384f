//! The window without a window: what a person does, found by accessible name.

use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use flowbench::command::{Command, ExchangeCommand};
use flowbench::differences::Against;
use flowbench::gui::frame::Workbench;
use flowbench::session::Session;
use flowbench_model::edit::Edit;
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

/// Where a node stands on the screen.
fn place(harness: &Harness<'static, Workbench>, name: &str) -> egui::Rect {
    let id = format!("node {name}");
    harness.get_by(|node| node.author_id() == Some(id.as_str())).rect()
}

/// Holds the button down from one point to another.
fn drag(harness: &mut Harness<'static, Workbench>, from: egui::Pos2, to: egui::Pos2) {
    harness.hover_at(from);
    harness.run_steps(2);
    harness.drag_at(from);
    harness.run_steps(1);
    for step in 1..=5 {
        harness.hover_at(from + (to - from) * (step as f32 / 5.0));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    harness.run_steps(4);
}

/// A new design with a producer and a queue, apart from each other.
fn two_nodes() -> Harness<'static, Workbench> {
    let mut harness = window();
    click(&mut harness, Role::Button, "New design");
    click(&mut harness, Role::Button, "Add producer");
    click(&mut harness, Role::Button, "Add queue");
    let queue = place(&harness, "queue").center();
    drag(&mut harness, queue, queue + vec2(240.0, 120.0));
    harness
}

#[test]
fn a_dragged_node_stands_where_it_was_dropped_and_goes_back_with_undo() {
    let mut harness = two_nodes();
    let (before, other) = (place(&harness, "queue"), place(&harness, "producer"));
    drag(&mut harness, before.center(), before.center() + vec2(-300.0, 97.0));
    let moved = place(&harness, "queue").center() - before.center();
    // It may have been drawn into line with the other node.
    assert!((moved - vec2(-300.0, 97.0)).length() < 24.0, "{moved:?}");
    assert_eq!(place(&harness, "producer"), other);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    let back = place(&harness, "queue").center() - before.center();
    assert!(back.length() < 1.0, "{back:?}");
}

#[test]
fn an_edge_is_drawn_from_the_port_of_one_node_to_another_one() {
    let mut harness = two_nodes();
    let port = place(&harness, "producer").right_center() - vec2(1.0, 0.0);
    let queue = place(&harness, "queue").center();
    drag(&mut harness, port, queue);
    let edges = |harness: &Harness<'static, Workbench>| {
        let design = harness.state().session().design().expect("design");
        design.edges.iter().map(|edge| edge.name().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(edges(&harness), ["producer -> queue"]);
    // Back to the producer there is nothing to draw.
    let port = place(&harness, "queue").right_center() - vec2(1.0, 0.0);
    let producer = place(&harness, "producer").center();
    drag(&mut harness, port, producer);
    assert_eq!(edges(&harness), ["producer -> queue"]);
}

#[test]
fn a_box_selects_what_it_touches_and_with_shift_adds_to_it() {
    let mut harness = two_nodes();
    let (producer, queue) = (place(&harness, "producer"), place(&harness, "queue"));
    let selected = |harness: &Harness<'static, Workbench>| {
        let items = harness.state().session().selection.as_items();
        items.map_or_else(Vec::new, |items| items.nodes.iter().cloned().collect())
    };
    let around = |rect: egui::Rect| (rect.min - vec2(14.0, 14.0), rect.max + vec2(14.0, 14.0));
    let (from, to) = around(producer.union(queue));
    drag(&mut harness, from, to);
    assert_eq!(selected(&harness), ["producer", "queue"]);
    let (from, to) = around(queue);
    drag(&mut harness, from, to);
    assert_eq!(selected(&harness), ["queue"]);
    let (from, to) = around(producer);
    harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    drag(&mut harness, from, to);
    harness.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    assert_eq!(selected(&harness), ["producer", "queue"]);
}

/// The scenario that the transport shows.
fn scenario(harness: &Harness<'static, Workbench>) -> String {
    let session = harness.state().session();
    let design = session.design().expect("design");
    session.bench.scenario_name(design).expect("scenario")
}

/// Frames until the run is there and compared.
fn settle(harness: &mut Harness<'static, Workbench>) {
    for _ in 0..5_000 {
        harness.step();
        let bench = &harness.state().session().bench;
        if bench.is_settled() && bench.world.is_some() && !bench.comparisons.is_running() {
            harness.run_steps(4);
            return;
        }
        std::thread::yield_now();
    }
    panic!("the run is never there");
}

#[test]
fn a_fork_is_made_by_intervening_and_chosen_in_the_tree_of_scenarios() {
    let mut harness = window();
    click(&mut harness, Role::Button, "Poison messages");
    settle(&mut harness);
    let ruler = harness.get_by_role_and_label(Role::Slider, "Position in time").rect().center();
    harness.drag_at(ruler);
    harness.run_steps(2);
    harness.drop_at(ruler);
    settle(&mut harness);
    let at = harness.state().session().bench.position;
    click(&mut harness, Role::TreeItem, "invoicing");
    harness.key_press(Key::K);
    harness.run_steps(4);
    settle(&mut harness);
    let fork = scenario(&harness);
    assert!(fork.starts_with("poison at "), "{fork}");
    assert!(harness.query_by_role_and_label(Role::TreeItem, &fork).is_some());
    // Where it parts from its origin is said, and is the way there.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Home);
    settle(&mut harness);
    harness.get_by_label_contains("at entry").click();
    settle(&mut harness);
    assert_eq!(harness.state().session().bench.position, at);
    click(&mut harness, Role::ComboBox, "Scenario");
    click(&mut harness, Role::ListBoxOption, "poison");
    settle(&mut harness);
    assert_eq!(
        (scenario(&harness), harness.state().session().bench.position),
        ("poison".into(), at)
    );
}

#[test]
fn a_run_is_verified_from_the_transport() {
    let mut harness = window();
    click(&mut harness, Role::Button, "Poison messages");
    settle(&mut harness);
    click(&mut harness, Role::Button, "Verify run (F9)");
    settle(&mut harness);
    harness.get_by_label_contains("verified");
}

#[test]
fn differences_are_listed_with_who_is_hurt_and_a_click_leads_there() {
    let mut harness = window();
    click(&mut harness, Role::Button, "Shoe shop");
    let ctx = harness.ctx.clone();
    let remove = Edit::RemoveNode("dead-letters".to_owned());
    harness.state_mut().apply(&ctx, Command::edit(remove));
    let design = harness.state().session().design().cloned().expect("a design");
    let edge = design.edges.iter().find(|edge| edge.to == "order").expect("an edge");
    let mut fewer = edge.as_ref().clone();
    fewer.contract.retry.as_mut().expect("it tries again").attempts = Some(2);
    let fewer = Edit::PutEdge(edge.name(), fewer);
    harness.state_mut().apply(&ctx, Command::edit(fewer));
    let name = "Breaks edge orders -> order";
    harness.state_mut().apply(&ctx, ExchangeCommand::Compare(Against::Saved).into());
    for _ in 0..2000 {
        harness.step();
        if harness.query_all_by_label_contains(name).next().is_some() {
            break;
        }
    }
    harness.get_by_label_contains("node dead-letters: channel, is gone");
    harness.query_all_by_label_contains(name).next().expect("a row").click();
    harness.run_steps(4);
    let edge = harness.state().session().selection.single_edge().map(ToString::to_string);
    assert_eq!(edge.as_deref(), Some("orders -> order"));
}
