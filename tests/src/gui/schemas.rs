//! The editor of messages and schemas as a person uses it.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use flowbench::command::{Command, EditCommand, Stage};
use flowbench_model::message::{Message, Schema};
use serde_json::{Value, json};

use super::Desk;

/// The editor with the sample that has two versions of an order.
fn desk() -> Desk {
    let mut desk = Desk::with_sample("Schema evolution");
    desk.click(Role::RadioButton, "Schemas");
    desk.rest();
    desk
}

fn message<'a>(desk: &'a Desk, name: &str) -> &'a Message {
    desk.design().message(name).expect("the message is there")
}

/// What the schema of a version says now.
fn schema(desk: &Desk, name: &str, number: u32) -> Value {
    let document = desk.session().document.as_ref().expect("a design is open");
    let version = message(desk, name).version(Some(number)).expect("the version is there");
    let text = flowbench_model::schema::text(&version.schema, &document.schemas);
    serde_json::from_str(text.expect("a text")).expect("JSON")
}

#[test]
fn a_field_is_added_made_required_and_taken_back() {
    let mut desk = desk();
    let before = schema(&desk, "OrderPlaced", 2);
    desk.fill("New field", "channel");
    assert_eq!(schema(&desk, "OrderPlaced", 2)["properties"]["channel"], json!({"type": "string"}));
    desk.click(Role::TreeItem, "channel: string");
    desk.click(Role::CheckBox, "Required");
    let required = schema(&desk, "OrderPlaced", 2)["required"].clone();
    assert!(required.as_array().expect("a list").contains(&json!("channel")), "{required}");
    desk.fill("Field", "shopChannel");
    let after = schema(&desk, "OrderPlaced", 2);
    assert!(after["properties"]["shopChannel"].is_object(), "{after}");
    assert!(after["required"].as_array().expect("a list").contains(&json!("shopChannel")));
    for _ in 0..3 {
        desk.apply(EditCommand::Undo);
    }
    assert_eq!(schema(&desk, "OrderPlaced", 2), before);
}

#[test]
fn what_is_typed_and_no_schema_stays_a_draft() {
    let mut desk = desk();
    let before = schema(&desk, "OrderPlaced", 2);
    desk.click(Role::RadioButton, "Text");
    desk.harness.get_by_role_and_label(Role::TextInput, "Schema text").focus();
    desk.rest();
    desk.press(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_role_and_label(Role::TextInput, "Schema text").type_text("{\"type\": ");
    desk.rest();
    assert_eq!(schema(&desk, "OrderPlaced", 2), before, "the last valid one counts");
    let told = "Draft, the last valid schema counts. Line 1, column 9";
    desk.harness.get_by_label_contains(told);
    desk.harness.get_by_role_and_label(Role::TextInput, "Schema text").type_text("\"object\"}");
    desk.rest();
    assert_eq!(schema(&desk, "OrderPlaced", 2), json!({"type": "object"}));
    assert!(desk.harness.query_by_label("Discard draft").is_none());
    desk.apply(EditCommand::Undo);
    assert_eq!(schema(&desk, "OrderPlaced", 2), before, "all that was typed is one change");
}

#[test]
fn a_draft_can_be_given_up() {
    let mut desk = desk();
    let before = schema(&desk, "OrderPlaced", 2);
    desk.click(Role::RadioButton, "Text");
    desk.harness.get_by_role_and_label(Role::TextInput, "Schema text").focus();
    desk.rest();
    desk.harness.get_by_role_and_label(Role::TextInput, "Schema text").type_text("x");
    desk.rest();
    desk.click(Role::ListItem, "SaleCounted");
    desk.click(Role::ListItem, "OrderPlaced");
    desk.click(Role::Button, "Discard draft");
    desk.rest();
    assert!(desk.harness.query_by_label("Discard draft").is_none());
    assert_eq!(schema(&desk, "OrderPlaced", 2), before);
}

#[test]
fn a_version_more_is_made_compared_and_given_an_example() {
    let mut desk = desk();
    desk.click(Role::Button, "New version from 2");
    let version = message(&desk, "OrderPlaced").version(None).expect("a version");
    assert_eq!(version.number, 3);
    assert_eq!(version.schema, Schema::JsonSchemaFile("schemas/order-placed-3.json".into()));
    desk.harness.get_by_label_contains("Step from version 2 to 3: keeps FULL").click();
    desk.rest();
    desk.harness.get_by_label_contains("A reader of 3, of what is written in 2");
    desk.harness.get_by_label_contains("Step from version 1 to 2: breaks FULL").click();
    desk.rest();
    desk.harness.get_by_label_contains("Breaks the policy (FULL, strict+ rules)");
    desk.click(Role::RadioButton, "Examples");
    desk.click(Role::Tab, "Version 3");
    desk.click(Role::Button, "Generate an example");
    assert_eq!(message(&desk, "OrderPlaced").version(None).expect("a version").examples.len(), 1);
    desk.rest();
    desk.harness.get_by_label_contains("It fits the schema");
}

#[test]
fn the_editor_is_reached_from_an_edge_and_left_by_escape() {
    let mut desk = Desk::with_sample("Schema evolution");
    desk.reach(Role::TreeItem, "billing-orders → billing");
    desk.reach(Role::Button, "OrderPlaced@2");
    desk.rest();
    assert_eq!(desk.session().stage, Stage::Schemas);
    let tab = desk.harness.get_by_role_and_label(Role::Tab, "Version 2");
    assert_eq!(tab.accesskit_node().toggled(), Some(Toggled::True));
    desk.press(Modifiers::NONE, Key::Escape);
    assert_eq!(desk.session().stage, Stage::Canvas);
    assert!(desk.harness.query_by_role_and_label(Role::Tab, "Version 2").is_none());
}

#[test]
fn a_design_without_messages_offers_to_begin_with_one() {
    let mut desk = Desk::new();
    desk.apply(Command::from(flowbench::command::FileCommand::New));
    desk.click(Role::RadioButton, "Schemas");
    desk.click(Role::Button, "Add a message type");
    assert_eq!(message(&desk, "NewMessage").versions.len(), 1);
    desk.fill("New field", "id");
    assert_eq!(schema(&desk, "NewMessage", 1)["properties"]["id"], json!({"type": "string"}));
}
