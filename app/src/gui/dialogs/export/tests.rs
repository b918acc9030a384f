//! The dialog without a window.

use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::command::FileCommand;

struct State {
    dialog: ExportDialog,
    session: Session,
    order: Option<Order>,
    is_open: bool,
}

type Dialog = Harness<'static, State>;

fn dialog() -> Dialog {
    let mut session = Session::default();
    session.apply(FileCommand::OpenSample("shoe-shop".to_owned()));
    let state = State { dialog: ExportDialog::default(), session, order: None, is_open: true };
    let mut harness = Harness::builder().with_size(vec2(1200.0, 800.0)).build_ui_state(
        |ui, state: &mut State| {
            crate::gui::theme::install(ui.ctx());
            if !state.is_open {
                return;
            }
            match state.dialog.ui(ui.ctx(), &state.session) {
                Outcome::Open => {}
                Outcome::Closed => state.is_open = false,
                Outcome::Chosen(order) => (state.order, state.is_open) = (Some(order), false),
            }
        },
        state,
    );
    harness.run_steps(3);
    harness
}

fn click(dialog: &mut Dialog, role: Role, name: &str) {
    dialog.get_by_role_and_label(role, name).click();
    dialog.run_steps(3);
}

fn wait_for(dialog: &mut Dialog, role: Role, name: &str) {
    let begun = Instant::now();
    while dialog.query_by_role_and_label(role, name).is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{name} never comes");
        dialog.step();
    }
}

#[test]
fn every_target_is_listed_and_the_first_is_shown_as_a_picture() {
    let mut dialog = dialog();
    for target in TARGETS {
        dialog.get_by_role_and_label(Role::ListItem, target.title);
    }
    wait_for(&mut dialog, Role::Image, "Preview: SVG picture");
}

#[test]
fn a_diagram_is_shown_as_text_with_what_it_leaves_out_and_is_ordered_under_its_name() {
    let mut dialog = dialog();
    click(&mut dialog, Role::ListItem, "Mermaid");
    wait_for(&mut dialog, Role::Document, "Preview of the text");
    let said = dialog.state().dialog.looking.text().expect("text");
    assert!(said.contains("flowchart"), "{said}");
    assert!(dialog.query_by_label_contains("Left out:").is_some());
    click(&mut dialog, Role::Button, "Export…");
    let order = dialog.state().order.clone().expect("an order");
    assert_eq!(order.target.name, "mermaid");
    assert_eq!(order.out.to_string_lossy(), "shoe-shop.mmd");
}

#[test]
fn a_folder_is_shown_as_a_list_of_files_and_one_file_as_a_text() {
    let mut dialog = dialog();
    click(&mut dialog, Role::ListItem, "Tables (CSV)");
    wait_for(&mut dialog, Role::ListItem, "edges.csv");
    click(&mut dialog, Role::ListItem, "edges.csv");
    let said = dialog.state().dialog.looking.text().expect("text");
    assert!(said.starts_with("from,to,kind"), "{said}");
}

#[test]
fn arrows_choose_enter_exports_and_escape_closes() {
    let mut dialog = dialog();
    dialog.key_press(Key::ArrowDown);
    dialog.run_steps(3);
    assert_eq!(dialog.state().dialog.target().name, "png");
    dialog.key_press(Key::Enter);
    dialog.run_steps(3);
    assert_eq!(dialog.state().order.as_ref().map(|it| it.target.name), Some("png"));
    let mut dialog = self::dialog();
    dialog.key_press(Key::Escape);
    dialog.run_steps(3);
    assert!(!dialog.state().is_open && dialog.state().order.is_none());
}
