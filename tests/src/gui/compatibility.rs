//! The contract sheet of an edge and the compatibility matrix, as a person uses them.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use flowbench::command::{EditCommand, FileCommand, Stage};
use flowbench::samples;
use flowbench_model::policy::Mode;

use super::Desk;

/// The matrix of the sample in which a release drops a required field.
fn desk() -> Desk {
    let mut desk = Desk::with_sample("Schema evolution");
    desk.click(Role::RadioButton, "Compatibility");
    desk.rest();
    desk
}

const BROKEN: &str = "shop writes 2 of OrderPlaced, billing reads 1: breaks";

fn fields(desk: &Desk) -> usize {
    desk.harness.query_all_by_role(Role::GridCell).count()
}

#[test]
fn the_matrix_says_who_can_read_what_and_a_field_says_why() {
    let mut desk = desk();
    assert_eq!(fields(&desk), 8);
    desk.harness.get_by_label("shop writes 1 of OrderPlaced, billing reads 1: reads");
    desk.harness.get_by_label("2 broken");
    desk.click(Role::GridCell, BROKEN);
    for part in ["Roll out consumers first", "/properties/currency", "Counter-example {"] {
        assert!(desk.says(part), "{part}");
    }
    desk.click(Role::Button, "All messages");
    desk.rest();
    assert_eq!(fields(&desk), 10, "two writers more, each with a reader");
}

#[test]
fn what_if_is_answered_and_done_by_one_edit() {
    let mut desk = desk();
    desk.click(Role::GridCell, BROKEN);
    assert!(desk.says("Nobody breaks."));
    desk.reach(Role::Button, "Let shop write version 1");
    desk.rest();
    assert_eq!(fields(&desk), 4);
    desk.harness.get_by_label("0 broken");
    desk.apply(EditCommand::Undo);
    assert_eq!(fields(&desk), 8);
}

#[test]
fn another_policy_is_one_edit_of_the_message() {
    let mut desk = desk();
    desk.click(Role::ComboBox, "Policy: FULL");
    desk.click(Role::Button, "BACKWARD");
    let policy = desk.design().message("OrderPlaced").expect("one").compatibility;
    assert_eq!(policy.expect("a policy").mode, Mode::Backward);
}

#[test]
fn a_counter_example_on_an_edge_goes_into_the_run() {
    let mut desk = Desk::new();
    let copy = desk.home.path().join("evolution");
    samples::find("schema-evolution").expect("sample").copy_to(&copy).expect("copied");
    desk.apply(FileCommand::OpenFile(copy.join("design.ron")));
    desk.settle();
    desk.reach(Role::TreeItem, "billing-orders → billing");
    desk.reach(Role::Button, "Inject into the run");
    desk.settle();
    let design = desk.design();
    assert!(design.node("shop-by-hand").is_some(), "{:?}", desk.session().notices);
    assert_eq!(desk.session().stage, Stage::Canvas);
    assert!(design.scenarios.iter().any(|it| it.fork.is_some()));
    assert!(copy.join("recorded/shop-by-hand.jsonl").exists());
}
