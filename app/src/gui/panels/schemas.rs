//! The editor of messages: all of them at the left, the versions of one as a time line, and for a
//! version its schema as a tree or a text, its examples, and how it differs from another one.

mod details;
mod differences;
mod examples;
mod story;
mod text;
mod tree;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{
    Align, CentralPanel, FontId, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui, vec2,
};
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::message::{
    Message, MessageKind, MessageRef, MessageVersion, Schema, SchemaLanguage,
};
use flowbench_model::name::free_name;
use flowbench_model::schema::Schemas;

use self::story::Story;
use self::text::TextForm;
use self::tree::TreeForm;
use crate::command::{Command, EditCommand, Gesture};
use crate::gui::panels::message_list::MessageList;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::form::Drafts;
use crate::gui::widgets::segmented::{self, Choice, choice};
use crate::gui::widgets::{button, empty, policy};
use crate::gui::{fonts, icons};
use crate::selection::Selection;
use crate::session::Session;
use crate::version;

/// Width of the list of messages.
const LIST: f32 = 204.0;
/// How much of the width the schema has.
const SCHEMA_SHARE: f32 = 0.58;
/// Gestures of this editor have numbers from here on.
const GESTURES: u64 = 1 << 40;

/// The editor: what is chosen, and what is being typed.
#[derive(Default)]
pub struct SchemaDesk {
    list: MessageList,
    shown: String,
    version: Option<u32>,
    /// What the version is compared with.
    other: Option<u32>,
    form: SchemaForm,
    aside: Aside,
    tree: TreeForm,
    text: TextForm,
    drafts: Drafts,
    story: Story,
    gesture: u64,
}

/// How a schema is shown.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum SchemaForm {
    #[default]
    Tree,
    Text,
}

/// What stands beside the schema.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Aside {
    #[default]
    Examples,
    Differences,
    Details,
}

const FORMS: [Choice<SchemaForm>; 2] = [
    choice(SchemaForm::Tree, "Tree", "Fields with their types and rules"),
    choice(SchemaForm::Text, "Text", "The text of the schema, checked while it is typed"),
];
const ASIDES: [Choice<Aside>; 3] = [
    choice(Aside::Examples, "Examples", "Payloads, held against the schema"),
    choice(Aside::Differences, "Differences", "What changed from one version to another"),
    choice(Aside::Details, "Details", "Where the schema stands, headers, content type"),
];

/// A version of a message, with what it belongs to.
#[derive(Clone, Copy)]
struct Shown<'a> {
    session: &'a Session,
    schemas: &'a Schemas,
    message: &'a Message,
    version: &'a MessageVersion,
    /// Its place among the versions.
    place: usize,
}

impl SchemaDesk {
    /// Shows a version of a message; the newest if none is named.
    pub fn choose(&mut self, message: &MessageRef) {
        self.shown.clone_from(&message.name);
        self.version = message.version;
        self.other = None;
    }

    /// Draws the editor.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(document) = &session.document else { return };
        let design = document.design();
        let colors = Colors::of(ui);
        if design.messages.is_empty() {
            return nothing(ui, design, commands);
        }
        let name = message_name(session, design);
        if self.shown != name {
            self.shown.clone_from(&name);
            (self.version, self.other) = (None, None);
        }
        let frame = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(8, 0));
        Panel::left("message list").default_size(LIST).size_range(size::SIDE).frame(frame).show(
            ui,
            |ui| {
                let below = size::CONTROL + space::M;
                self.list.ui(ui, session, (&name, below), commands);
                ui.add_space(space::XS);
                if button::link(ui, icons::ADD, "Add a message type").clicked() {
                    commands.extend(add_message(design));
                }
            },
        );
        let frame = Frame::new().fill(colors.canvas).inner_margin(Margin::symmetric(12, 8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let Some(message) = design.message(&name) else { return };
            self.story.follow(design, &document.schemas, message, self.pair(message));
            head(ui, design, message, commands);
            self.versions_ui(ui, session, message, commands);
            self.version_ui(ui, session, message, commands);
        });
    }

    /// The chosen version: the one that was chosen if it is still there, else the newest.
    fn chosen<'a>(&self, message: &'a Message) -> Option<&'a MessageVersion> {
        message.version(self.version).or_else(|| message.version(None))
    }

    /// The two versions that are compared, the earlier first.
    fn pair(&self, message: &Message) -> Option<(u32, u32)> {
        let chosen = self.chosen(message)?.number;
        let mut numbers: Vec<u32> = message.versions.iter().map(|it| it.number).collect();
        numbers.sort_unstable();
        let before = || numbers.iter().rev().find(|it| **it < chosen).copied();
        let after = || numbers.iter().find(|it| **it > chosen).copied();
        let known = self.other.filter(|other| *other != chosen && numbers.contains(other));
        let other = known.or_else(before).or_else(after)?;
        Some((other.min(chosen), other.max(chosen)))
    }

    fn versions_ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        message: &Message,
        commands: &mut Vec<Command>,
    ) {
        let chosen = self.chosen(message).map(|it| it.number);
        let pair = self.pair(message).filter(|_| self.aside == Aside::Differences);
        match versions::ui(ui, message, &self.story, (chosen, pair)) {
            Some(versions::Asked::Show(number)) => self.version = Some(number),
            Some(versions::Asked::Compare(earlier, later)) => {
                (self.version, self.other) = (Some(later), Some(earlier));
                self.aside = Aside::Differences;
            }
            Some(versions::Asked::Next) => {
                let Some(document) = &session.document else { return };
                let (edit, number) = version::next(message, chosen, &document.schemas);
                (self.version, self.other) = (Some(number), chosen);
                commands.push(Command::edit(edit));
            }
            None => {}
        }
    }

    fn version_ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        message: &Message,
        commands: &mut Vec<Command>,
    ) {
        let Some(document) = &session.document else { return };
        let Some(version) = self.chosen(message) else {
            let sentence = "Nothing is known of its payload yet. Begin with version 1.";
            return empty::show(ui, icons::SCHEMA, "No versions", sentence);
        };
        let place = message.versions.iter().position(|it| it.number == version.number);
        let place = place.unwrap_or_default();
        let schemas = &document.schemas;
        let shown = Shown { session, schemas, message, version, place };
        ui.add_space(space::S);
        let whole = ui.available_size();
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let left = (whole.x * SCHEMA_SHARE).floor();
            card(ui, vec2(left, whole.y), |ui| self.schema_ui(ui, shown, commands));
            let right = whole.x - left - space::S;
            card(ui, vec2(right, whole.y), |ui| self.aside_ui(ui, shown, commands));
        });
    }

    fn schema_ui(&mut self, ui: &mut Ui, shown: Shown, commands: &mut Vec<Command>) {
        ui.horizontal(|ui| {
            ui.allocate_ui(vec2(132.0, size::CONTROL), |ui| {
                segmented::show(ui, &mut self.form, &FORMS);
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                language_ui(ui, shown, commands);
                place_ui(ui, &shown.version.schema);
            });
        });
        ui.add_space(space::XS);
        // What is typed and no schema yet is seen in either form.
        let is_drafted = self.text.is_drafted(&shown);
        ui.push_id((&shown.message.name, shown.version.number), |ui| match self.form {
            SchemaForm::Tree if !is_drafted => self.tree.ui(ui, shown, commands),
            SchemaForm::Tree | SchemaForm::Text => {
                if let Some(edit) = self.text.ui(ui, shown) {
                    // All that is typed while the field has the keyboard is one change.
                    if self.text.has_begun() {
                        self.gesture += 1;
                    }
                    let gesture = Gesture(GESTURES + self.gesture);
                    commands.push(EditCommand::ApplyIn(gesture, edit).into());
                }
            }
        });
    }

    fn aside_ui(&mut self, ui: &mut Ui, shown: Shown, commands: &mut Vec<Command>) {
        segmented::show(ui, &mut self.aside, &ASIDES);
        ui.add_space(space::XS);
        let id = (shown.message.name.as_str(), shown.version.number, self.aside as u8);
        ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
            ui.push_id(id, |ui| match self.aside {
                Aside::Examples => examples::ui(ui, &mut self.drafts, shown, commands),
                Aside::Details => details::ui(ui, &mut self.drafts, shown, commands),
                Aside::Differences => {
                    let chosen = shown.version.number;
                    if let Some(other) = differences::ui(ui, shown.message, chosen, &self.story) {
                        self.other = Some(other);
                    }
                }
            });
            ui.add_space(space::L);
        });
    }
}

/// Which message is shown: the one that is selected, else the first.
fn message_name(session: &Session, design: &Design) -> String {
    match &session.selection {
        Selection::MessageType(name) => Some(name.clone()),
        Selection::None
        | Selection::Items(_)
        | Selection::Context(_)
        | Selection::Promise(_)
        | Selection::Scenario(_)
        | Selection::Preset(_)
        | Selection::Fault { .. }
        | Selection::Message(_)
        | Selection::DeadLetters { .. } => None,
    }
    .filter(|name| design.message(name).is_some())
    .or_else(|| design.messages.first().map(|it| it.name.clone()))
    .unwrap_or_default()
}

/// What adds a message type, and selects it.
fn add_message(design: &Design) -> [Command; 2] {
    let name = free_name("NewMessage", |name| design.message(name).is_some());
    let message = Message::new(name.clone(), MessageKind::Event);
    let (edit, _) = version::next(&message, None, &Schemas::new());
    let begun = if let Edit::PutMessage(_, begun) = edit { begun } else { message };
    [Command::edit(Edit::AddMessage(begun)), Command::select(Selection::MessageType(name))]
}

fn nothing(ui: &mut Ui, design: &Design, commands: &mut Vec<Command>) {
    let sentence = "A message type says what its payload looks like, in versions.";
    ui.vertical_centered(|ui| {
        ui.set_max_height(ui.available_height() * 0.6);
        empty::show(ui, icons::SCHEMA, "No message types", sentence);
        if button::primary(ui, icons::ADD, "Add a message type").clicked() {
            commands.extend(add_message(design));
        }
    });
}

/// The name of the message, what it means, and what its versions have to keep to.
fn head(ui: &mut Ui, design: &Design, message: &Arc<Message>, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(edit) = policy::of_message(ui, design, message) {
                commands.push(Command::edit(edit));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let font = FontId::new(size::TITLE + 2.0, fonts::semi_bold());
                let name = RichText::new(&message.name).font(font);
                ui.add(egui::Label::new(name).truncate()).on_hover_text(&message.name);
                let said = if message.summary.is_empty() {
                    message.kind.word().to_owned()
                } else {
                    format!("{}: {}", message.kind.word(), message.summary)
                };
                let text = RichText::new(&said).color(Colors::of(ui).muted);
                ui.add(egui::Label::new(text).truncate()).on_hover_text(said);
            });
        });
    });
    ui.add_space(space::XS);
}

fn place_ui(ui: &mut Ui, schema: &Schema) {
    let colors = Colors::of(ui);
    let said = schema.file().unwrap_or("in the design");
    let text = RichText::new(said).small().color(colors.faint);
    ui.add(egui::Label::new(text).truncate()).on_hover_text(said);
}

fn language_ui(ui: &mut Ui, shown: Shown, commands: &mut Vec<Command>) {
    const LANGUAGES: [(SchemaLanguage, &str); 3] = [
        (SchemaLanguage::JsonSchema, "JSON Schema"),
        (SchemaLanguage::Avro, "Avro"),
        (SchemaLanguage::Protobuf, "Protobuf"),
    ];
    let language = shown.version.schema.language();
    let title = LANGUAGES.iter().find(|it| it.0 == language).map_or("", |it| it.1);
    let combo = egui::ComboBox::from_id_salt("language").selected_text(title).width(112.0);
    let response = combo.show_ui(ui, |ui| {
        for (value, title) in LANGUAGES {
            let option = ui.selectable_label(value == language, title);
            let option = option.on_hover_text(match value {
                SchemaLanguage::Protobuf => "Carried and shown; nothing is judged",
                SchemaLanguage::JsonSchema | SchemaLanguage::Avro => "Begins with an empty schema",
            });
            if option.clicked() && value != language {
                let number = shown.version.number;
                commands
                    .extend(version::in_language(shown.message, number, value).map(Command::edit));
            }
        }
    });
    let said = format!("Schema language: {title}");
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &said));
}

/// A surface of this size.
fn card(ui: &mut Ui, outer: egui::Vec2, content: impl FnOnce(&mut Ui)) {
    let colors = Colors::of(ui);
    let margin = 10.0;
    Frame::new()
        .fill(colors.raised)
        .stroke(line(1.0, colors.border))
        .corner_radius(f32::from(size::RADIUS_LARGE))
        .inner_margin(Margin::same(margin as i8))
        .show(ui, |ui| {
            let inner = outer - vec2(2.0 * margin + 2.0, 2.0 * margin + 2.0);
            ui.allocate_ui_with_layout(inner, Layout::top_down(Align::Min), |ui| {
                ui.set_min_size(inner);
                ui.set_max_size(inner);
                content(ui);
            });
        });
}

/// Says which drafts belong to which version.
type Key = (String, u32);

fn key(shown: &Shown) -> Key {
    (shown.message.stable_key().to_owned(), shown.version.number)
}

/// What is typed and not taken yet.
type Typed = BTreeMap<Key, text::Draft>;
