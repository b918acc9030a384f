//! What a version says beside its schema: where that stands, headers, content type, whether it is
//! deprecated.

use egui::Ui;
use flowbench_model::edit::Edit;
use flowbench_model::message::{Message, MessageVersion, Schema, SchemaLanguage};
use flowbench_model::schema;

use super::Shown;
use crate::command::Command;
use crate::gui::icons;
use crate::gui::theme::space;
use crate::gui::widgets::button;
use crate::gui::widgets::form::{Drafts, Form};
use crate::version;

/// Draws the details of a version.
pub(super) fn ui(ui: &mut Ui, drafts: &mut Drafts, shown: Shown, commands: &mut Vec<Command>) {
    let number = shown.version.number;
    let mut changed: MessageVersion = shown.version.clone();
    let mut form = Form::new(ui, drafts);
    place_ui(&mut form, shown, commands);
    form.ui.add_space(space::S);
    let explanation = "How the payload is encoded, as a media type; empty: not said";
    form.optional("Content type", explanation, &mut changed.content_type);
    let explanation = "Why and until when; empty: current";
    form.optional("Deprecated", explanation, &mut changed.deprecated);
    headers_ui(&mut form, shown, &mut changed);
    let has_changed = form.has_changed;
    if has_changed && changed != *shown.version {
        let edit = version::changed(shown.message, number, |it| *it = changed);
        commands.extend(edit.map(Command::edit));
    }
    ui.add_space(space::M);
    if button::danger(ui, icons::DELETE, &format!("Remove version {number}")).clicked() {
        let mut message: Message = shown.message.clone();
        message.versions.retain(|it| it.number != number);
        commands.push(Command::edit(Edit::PutMessage(shown.message.name.clone(), message)));
    }
}

/// Where the schema stands, and how to bring it elsewhere.
fn place_ui(form: &mut Form, shown: Shown, commands: &mut Vec<Command>) {
    let number = shown.version.number;
    let moved = match shown.version.schema.file() {
        None => {
            form.note("The schema stands in the file of the design.");
            button::labeled(form.ui, icons::FILE, "Move into a file")
                .on_hover_text("Saving the design writes the file beside it")
                .clicked()
        }
        Some(file) => {
            let mut path = file.to_owned();
            let check = |path: &str| match schema::why_outside(path) {
                Some(why) => Err(why.to_owned()),
                None => Ok(()),
            };
            let explanation = "Relative to the folder of the design; saving writes it there";
            form.checked("Schema file", explanation, &mut path, check);
            if path != file {
                let edit = version::at_path(shown.message, number, &path, shown.schemas);
                commands.extend(edit.map(Command::edit));
                form.has_changed = false;
            }
            others_ui(form, shown, file);
            button::labeled(form.ui, icons::SCHEMA, "Move into the design")
                .on_hover_text("The file stays where it is, and nothing refers to it any more")
                .clicked()
        }
    };
    if moved {
        let edit = version::elsewhere(shown.message, number, shown.schemas);
        commands.extend(edit.map(Command::edit));
    }
}

/// Who else has the same file, and so changes with it.
fn others_ui(form: &mut Form, shown: Shown, file: &str) {
    let Some(design) = shown.session.design() else { return };
    let versions = design.messages.iter().flat_map(|message| {
        message.versions.iter().map(|version| (message.name.as_str(), version))
    });
    let is_other = |(name, version): &(&str, &MessageVersion)| {
        version.schema.file() == Some(file)
            && (*name != shown.message.name || version.number != shown.version.number)
    };
    let others: Vec<String> =
        versions.filter(is_other).map(|(name, it)| format!("{name}@{}", it.number)).collect();
    if !others.is_empty() {
        form.note(&format!("{} stand in the same file, and change with it.", others.join(", ")));
    }
}

/// The schema of the headers, which is one in JSON.
fn headers_ui(form: &mut Form, shown: Shown, changed: &mut MessageVersion) {
    let mut is_there = changed.headers.is_some();
    form.toggle("Headers", "Whether it says what headers look like", &mut is_there);
    if is_there != changed.headers.is_some() {
        changed.headers = is_there.then(|| Schema::JsonSchema(version::EMPTY.to_owned()));
    }
    let Some(headers) = &mut changed.headers else { return };
    let language = headers.language();
    let check =
        |text: &str| schema::check_schema(language, text).map_err(|error| error.to_string());
    match headers {
        Schema::JsonSchema(text) | Schema::Avro(text) | Schema::Protobuf(text) => {
            form.code("Schema of the headers", text, check);
        }
        Schema::JsonSchemaFile(path) | Schema::AvroFile(path) | Schema::ProtobufFile(path) => {
            let text = shown.schemas.get(path.as_str());
            form.note(&format!("The schema of the headers stands in {path}."));
            if let Some(text) = text.filter(|_| language != SchemaLanguage::Protobuf) {
                form.note(text);
            }
        }
    }
}
