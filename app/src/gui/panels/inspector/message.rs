//! A message type: what it means, and which versions it has.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::message::{
    Carries, Message, MessageKind, MessageRef, MessageVersion, SchemaLanguage,
};
use flowbench_model::schema::verdict::{SchemaTrouble, VersionVerdict};

use super::{claim_check, head};
use crate::command::{Command, ViewCommand};
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::choice;
use crate::gui::widgets::{button, tag};
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
    versions(form, session, old, commands);
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

/// What versions there are; they are changed in the editor of schemas.
fn versions(form: &mut Form, session: &Session, message: &Message, commands: &mut Vec<Command>) {
    let verdict = session.derived.verdict(&message.name);
    form.section("Versions", |form| {
        if message.versions.is_empty() {
            form.note("No version yet: nothing is known of the payload.");
        }
        for (index, version) in message.versions.iter().enumerate() {
            let verdict = verdict.and_then(|verdict| verdict.versions.get(index));
            if row(form, version, verdict) {
                let version = Some(version.number);
                let message = MessageRef { name: message.name.clone(), version };
                commands.push(ViewCommand::EditMessage(message).into());
            }
        }
        if button::labeled(form.ui, icons::SCHEMA, "Edit schemas and examples").clicked() {
            let message = MessageRef::newest(message.name.clone());
            commands.push(ViewCommand::EditMessage(message).into());
        }
    });
}

/// A version in two lines; whether it is asked for.
fn row(form: &mut Form, version: &MessageVersion, verdict: Option<&VersionVerdict>) -> bool {
    let colors = Colors::of(form.ui);
    let is_asked = button::link(form.ui, icons::NEXT, &format!("Version {}", version.number));
    let language = match version.schema.language() {
        SchemaLanguage::JsonSchema => "JSON Schema",
        SchemaLanguage::Avro => "Avro",
        SchemaLanguage::Protobuf => "Protobuf",
    };
    let place = version.schema.file().unwrap_or("in the design");
    let wrong = verdict.map_or(0, |it| it.examples.iter().filter(|it| !it.is_empty()).count());
    let examples = version.examples.len();
    form.note(&format!(
        "{language}, {place}. Examples: {examples}, of which fit {}.",
        examples - wrong
    ));
    if let Some(why) = &version.deprecated {
        tag::sentence(form.ui, icons::WARNING, colors.warn, &format!("Deprecated: {why}"));
    }
    if let Some(SchemaTrouble::Invalid(error)) = verdict.and_then(|it| it.schema.as_ref().err()) {
        tag::sentence(form.ui, icons::ERROR, colors.error, &error.sentence);
    }
    is_asked.clicked()
}
