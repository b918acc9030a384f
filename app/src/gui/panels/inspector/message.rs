//! A message type: what it means, and its versions with their schemas.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::message::{Carries, Message, MessageKind, MessageVersion, Schema};
use flowbench_model::schema::Schemas;
use flowbench_model::schema::verdict::VersionVerdict;

use super::{claim_check, head, schema};
use crate::command::Command;
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::choice;
use crate::session::Session;

/// Shows the message of this name.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    commands: &mut Vec<Command>,
) {
    let Some(index) = design.messages.iter().position(|message| message.name == name) else {
        return;
    };
    let old = &design.messages[index];
    let mut message: Message = old.as_ref().clone();
    let color = Colors::of(form.ui).message(index);
    head(form.ui, icons::message(message.kind), color, name, "message type");
    claim_check::held(form, session, name);
    form.section("General", |form| general(form, design, old, &mut message));
    versions(form, session, &mut message);
    if form.has_changed && message != **old {
        commands.push(Command::edit(Edit::PutMessage(name.to_owned(), message)));
    }
    if button::danger(form.ui, icons::DELETE, "Remove message").clicked() {
        commands.push(Command::edit(Edit::RemoveMessage(name.to_owned())));
    }
}

fn general(form: &mut Form, design: &Design, old: &Message, message: &mut Message) {
    let check = |new: &str| {
        let renamed = Message { name: new.to_owned(), ..old.clone() };
        let edit = Edit::PutMessage(old.name.clone(), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.checked("Name", "Unique; a new name is carried everywhere", &mut message.name, check);
    let kinds = [
        choice(MessageKind::Event, "Event", "A fact; any number of consumers"),
        choice(MessageKind::Command, "Command", "A request to do something; exactly one handler"),
        choice(MessageKind::Query, "Query", "A request for information; exactly one responder"),
        choice(MessageKind::Reply, "Reply", "The answer to a command or a query"),
    ];
    form.choose("Kind", "What the sender means by it", &mut message.kind, &kinds);
    let carries = [
        (Carries::Fact, "a fact with its data".to_owned()),
        (Carries::Notification, "only that it happened".to_owned()),
        (Carries::StateTransfer, "the whole new state".to_owned()),
        (Carries::Delta, "what changed".to_owned()),
    ];
    form.pick("Carries", "How much it carries", &mut message.carries, &carries);
    form.text("Summary", "One sentence", &mut message.summary);
    form.optional("Owner", "The node or team that answers for it", &mut message.owner);
    let explanation = "Top-level field of the payload that is the ordering key";
    form.optional("Ordering key", explanation, &mut message.ordering_key);
    form.optional("Size", "Bytes on the wire; empty: unknown", &mut message.size_bytes);
}

fn versions(form: &mut Form, session: &Session, message: &mut Message) {
    let nothing = Schemas::new();
    let schemas = session.document.as_ref().map_or(&nothing, |document| &document.schemas);
    let verdict = session.derived.verdict(&message.name);
    let name = message.name.clone();
    form.section("Versions", |form| {
        if message.versions.is_empty() {
            form.note("No version yet: nothing is known of the payload.");
        }
        let mut removed = None;
        for (index, version) in message.versions.iter_mut().enumerate() {
            let title = format!("Version {}", version.number);
            let verdict = verdict.and_then(|verdict| verdict.versions.get(index));
            if form.card(index, &title, |form| rows(form, &name, (schemas, verdict), version)) {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            message.versions.remove(index);
            form.has_changed = true;
        }
        if form.add_button("Add version") {
            let newest = message.versions.iter().max_by_key(|version| version.number);
            message.versions.push(next(newest));
            form.has_changed = true;
        }
    });
}

/// The version after the newest, with its schema to begin with.
fn next(newest: Option<&MessageVersion>) -> MessageVersion {
    let number = newest.map_or(1, |newest| newest.number + 1);
    let schema =
        newest.map_or_else(|| Schema::JsonSchema(schema::EMPTY.to_owned()), |v| v.schema.clone());
    MessageVersion {
        headers: newest.and_then(|newest| newest.headers.clone()),
        content_type: newest.and_then(|newest| newest.content_type.clone()),
        ..MessageVersion::new(number, schema)
    }
}

fn rows(
    form: &mut Form,
    name: &str,
    (schemas, verdict): (&Schemas, Option<&VersionVerdict>),
    version: &mut MessageVersion,
) {
    schema::show(form, name, (schemas, verdict), &mut version.schema);
    let mut removed = None;
    for (index, example) in version.examples.iter_mut().enumerate() {
        let title = format!("Example {}", index + 1);
        if form.card(index, &title, |form| form.code("JSON", example, check_json)) {
            removed = Some(index);
        }
    }
    if let Some(index) = removed {
        version.examples.remove(index);
        form.has_changed = true;
    }
    if form.add_button("Add example") {
        version.examples.push("{}".to_owned());
        form.has_changed = true;
    }
    form.optional("Deprecated", "Why and until when; empty: current", &mut version.deprecated);
}

fn check_json(text: &str) -> Result<(), String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}
