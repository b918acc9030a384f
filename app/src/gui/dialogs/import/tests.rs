//! The dialog without a window.

use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::command::{EditCommand, FileCommand};

struct State {
    dialog: ImportDialog,
    session: Session,
    is_open: bool,
}

type Dialog = Harness<'static, State>;

/// Two documents that know one channel under two names, and one that is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let document = |title: &str, channel: &str, action: &str| {
        format!(
            "asyncapi: 3.0.0\ninfo: {{title: {title}, version: '1'}}\nchannels:\n  it:\n    \
             address: {channel}\n    messages: {{OrderPlaced: {{payload: {{type: object}}}}}}\n\
             operations:\n  do: {{action: {action}, channel: {{$ref: '#/channels/it'}}}}\n"
        )
    };
    let texts = [
        ("shop.yaml", document("Shop", "orders", "send")),
        ("billing.yaml", document("Billing", "order", "receive")),
    ];
    let mut files: Vec<PathBuf> = Vec::new();
    for (name, text) in texts {
        files.push(folder.join(name));
        std::fs::write(folder.join(name), text).expect("written");
    }
    files.push(folder.join("gone.yaml"));
    files
}

fn dialog(folder: &Path, session: Session) -> Dialog {
    let mut dialog = ImportDialog::default();
    dialog.add(files(folder));
    let state = State { dialog, session, is_open: true };
    let mut harness = Harness::builder().with_size(vec2(1300.0, 900.0)).build_ui_state(
        |ui, state: &mut State| {
            crate::gui::theme::install(ui.ctx());
            if !state.is_open {
                return;
            }
            match state.dialog.ui(ui.ctx(), &state.session) {
                Outcome::Open | Outcome::More => {}
                Outcome::Closed => state.is_open = false,
                Outcome::Chosen(command) => {
                    state.is_open = false;
                    state.session.apply(command);
                }
            }
        },
        state,
    );
    settle(&mut harness);
    harness
}

/// Draws until what is asked is what is shown.
fn settle(dialog: &mut Dialog) {
    let begun = Instant::now();
    dialog.run_steps(2);
    while dialog.state().dialog.job.is_some() || dialog.state().dialog.is_stale {
        assert!(begun.elapsed() < Duration::from_secs(60), "it is never read");
        dialog.step();
    }
    dialog.run_steps(2);
}

fn click(dialog: &mut Dialog, role: Role, name: &str) {
    dialog.get_by_role_and_label(role, name).click();
    dialog.run_steps(3);
    settle(dialog);
}

#[test]
fn documents_are_shown_in_plain_words_with_what_cannot_be_read() {
    let folder = tempfile::tempdir().expect("folder");
    let dialog = dialog(folder.path(), Session::default());
    dialog.get_by_label("Shop sends OrderPlaced to orders");
    dialog.get_by_label("Billing receives OrderPlaced from order");
    assert!(dialog.query_by_label_contains("cannot read").is_some());
    dialog.get_by_role(Role::Canvas);
    assert!(dialog.query_by_role_and_label(Role::Button, "Add to this design").is_none());
    assert!(dialog.state().session.document.is_none(), "nothing changes before a button");
}

#[test]
fn a_document_is_turned_round_and_left_out() {
    let folder = tempfile::tempdir().expect("folder");
    let mut dialog = dialog(folder.path(), Session::default());
    let clients = dialog.get_all_by_role_and_label(Role::RadioButton, "By its clients");
    clients.last().expect("two documents").click();
    dialog.run_steps(3);
    settle(&mut dialog);
    dialog.get_by_label("Billing sends OrderPlaced to order");
    click(&mut dialog, Role::Button, "Leave out Billing");
    assert!(dialog.query_by_label_contains("Billing").is_none());
}

#[test]
fn what_is_one_under_two_names_becomes_one_and_opens_as_an_unsaved_design() {
    let folder = tempfile::tempdir().expect("folder");
    let mut dialog = dialog(folder.path(), Session::default());
    click(&mut dialog, Role::CheckBox, "The channel order is orders");
    click(&mut dialog, Role::Button, "Open as new design");
    let session = &dialog.state().session;
    let document = session.document.as_ref().expect("a design is open");
    let nodes: Vec<&str> = document.design().nodes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(nodes, ["Shop", "orders", "Billing"]);
    assert!(document.is_unsaved());
}

#[test]
fn what_is_added_is_one_change_that_is_told_and_undone() {
    let folder = tempfile::tempdir().expect("folder");
    let mut session = Session::default();
    session.apply(FileCommand::OpenSample("shoe-shop".to_owned()));
    let before = session.design().cloned().expect("a design");
    let mut dialog = dialog(folder.path(), session);
    assert!(dialog.query_by_label_contains("the channel orders is here already").is_some());
    click(&mut dialog, Role::Button, "Add to this design");
    let session = &mut dialog.state_mut().session;
    let after = session.design().cloned().expect("a design");
    assert!(after.node("Shop").is_some() && after.node("order-2").is_some());
    assert!(session.notices.last().expect("told").text.contains("Added 3 nodes"));
    session.apply(EditCommand::Undo);
    assert_eq!(session.design(), Some(&before));
}

#[test]
fn escape_gives_up_and_enter_opens() {
    let folder = tempfile::tempdir().expect("folder");
    let mut one = dialog(folder.path(), Session::default());
    one.key_press(Key::Escape);
    one.run_steps(3);
    assert!(!one.state().is_open && one.state().session.document.is_none());
    let mut other = dialog(folder.path(), Session::default());
    other.key_press(Key::Enter);
    other.run_steps(3);
    assert!(other.state().session.document.is_some());
}
