//! A schema as a tree of fields, and under it the one that is chosen, to be changed.

use egui::{
    Align2, FontFamily, FontId, Key, Response, RichText, Role, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};
use flowbench_model::schema;
use flowbench_model::schema::fields::{self, Change, Field, Fields, Kind};
use serde_json::Value;

use super::Shown;
use crate::command::Command;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::form::{Drafts, Form};
use crate::gui::widgets::{button, empty};
use crate::gui::{fonts, icons};
use crate::version;

/// How far a field stands to the right of the one that it lies in.
const INDENT: f32 = 14.0;
/// How much of the height the tree has while a field is chosen.
const TREE_SHARE: f32 = 0.5;

/// The tree: which field is chosen, and what is typed.
#[derive(Default)]
pub(super) struct TreeForm {
    chosen: String,
    name: String,
    drafts: Drafts,
    error: Option<(String, String)>,
    kept: Option<(String, Result<Fields, String>)>,
}

impl TreeForm {
    /// Draws the tree and the field that is chosen.
    pub(super) fn ui(&mut self, ui: &mut Ui, shown: Shown, commands: &mut Vec<Command>) {
        let language = shown.version.schema.language();
        let Some(text) = schema::text(&shown.version.schema, shown.schemas) else {
            let path = shown.version.schema.file().unwrap_or_default();
            let sentence = format!("{path} is not beside the design.");
            return empty::show(ui, icons::FILE, "The file is not there", &sentence);
        };
        let is_kept = self.kept.as_ref().is_some_and(|(of, _)| of == text);
        if !is_kept {
            self.kept = Some((text.to_owned(), fields::fields(language, text)));
        }
        let Some((_, fields)) = self.kept.take() else { return };
        let mut change = None;
        match &fields {
            Ok(fields) => change = self.shown(ui, shown, fields),
            Err(why) => {
                let sentence = format!("There is no tree of it: {why}.");
                empty::show(ui, icons::SCHEMA, "Only as text", &sentence);
            }
        }
        if let Some(change) = change {
            self.ask(shown, text, &change, commands);
        }
        self.kept = Some((text.to_owned(), fields));
    }

    fn ask(&mut self, shown: Shown, text: &str, change: &Change, commands: &mut Vec<Command>) {
        let language = shown.version.schema.language();
        match fields::changed(language, text, change) {
            Ok(new) if new == text => {}
            Ok(new) => {
                self.error = None;
                self.follow(change);
                let edit = version::with_text(shown.message, shown.version.number, &new);
                commands.extend(edit.map(Command::edit));
            }
            Err(error) => self.error = Some((text.to_owned(), error)),
        }
    }

    /// Keeps a field chosen that is called otherwise now, or was just added.
    fn follow(&mut self, change: &Change) {
        match change {
            Change::Rename(at, name) if at.contains("/properties/") => {
                let (parent, _) = at.rsplit_once('/').unwrap_or_default();
                let step = name.replace('~', "~0").replace('/', "~1");
                self.chosen = format!("{parent}/{step}");
            }
            Change::Remove(_) => self.chosen.clear(),
            Change::Add(..) => self.name.clear(),
            Change::Rename(..)
            | Change::SetKind(..)
            | Change::Require(..)
            | Change::Describe(..)
            | Change::SetRule(..) => {}
        }
    }

    fn shown(&mut self, ui: &mut Ui, shown: Shown, fields: &Fields) -> Option<Change> {
        let chosen = fields.list.iter().find(|it| it.at == self.chosen);
        let rest = ui.available_height() - size::CONTROL - space::M;
        let most = if chosen.is_some() { rest * TREE_SHARE } else { rest };
        let needed = (fields.list.len() + 1) as f32 * size::ROW;
        let height = most.min(needed.max(3.0 * size::ROW));
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().id_salt("fields").auto_shrink(false).max_height(height);
        let count = fields.list.len() + 1;
        area.min_scrolled_height(height).show_rows(ui, size::ROW, count, |ui, range| {
            for place in range {
                match fields.list.get(place) {
                    Some(field) => {
                        let is_chosen = field.at == self.chosen;
                        if row(ui, field, is_chosen).clicked() {
                            self.drafts.clear();
                            self.chosen = if is_chosen { String::new() } else { field.at.clone() };
                        }
                    }
                    None => beside(ui, fields),
                }
            }
        });
        ui.spacing_mut().item_spacing.y = space::XS + space::HAIR;
        let added = self.add_ui(ui, fields, chosen);
        let Some(field) = chosen else { return added };
        ui.separator();
        let area = ScrollArea::vertical().id_salt("field").auto_shrink(false);
        let changed = area.show(ui, |ui| self.field_ui(ui, shown, field)).inner;
        added.or(changed)
    }

    /// A field with the name of a new one.
    fn add_ui(&mut self, ui: &mut Ui, fields: &Fields, chosen: Option<&Field>) -> Option<Change> {
        let within = chosen.filter(|it| it.holds.is_some());
        let to = within.and_then(|it| it.holds.clone()).or_else(|| fields.top.clone())?;
        let hint = match within {
            Some(field) => format!("New field in {}", field.name),
            None => "New field".to_owned(),
        };
        let mut is_asked = false;
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 112.0).max(80.0);
            let edit = TextEdit::singleline(&mut self.name)
                .hint_text(&hint)
                .align(Align2::LEFT_CENTER)
                .desired_width(width);
            let field = ui.add(edit);
            field.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::TextInput, true, &hint);
                info.current_text_value = Some(self.name.clone());
                info
            });
            let is_entered = field.lost_focus() && ui.input(|it| it.key_pressed(Key::Enter));
            let is_named = !self.name.trim().is_empty();
            is_asked = is_entered && is_named;
            ui.add_enabled_ui(is_named, |ui| {
                is_asked |= button::labeled(ui, icons::ADD, "Add field").clicked();
            });
        });
        is_asked.then(|| Change::Add(to, self.name.trim().to_owned()))
    }

    /// Rows for a field; the change if something was.
    fn field_ui(&mut self, ui: &mut Ui, shown: Shown, field: &Field) -> Option<Change> {
        let language = shown.version.schema.language();
        let is_avro = language == flowbench_model::message::SchemaLanguage::Avro;
        let mut change = None;
        if let Some((_, error)) = &self.error {
            let color = Colors::of(ui).error;
            ui.label(RichText::new(error).small().color(color));
        }
        let mut drafts = std::mem::take(&mut self.drafts);
        ui.push_id(&field.at, |ui| {
            let mut form = Form::new(ui, &mut drafts);
            let at = || field.at.clone();
            let mut name = field.name.clone();
            form.text("Field", "Its name; a new one is carried to the required fields", &mut name);
            if name != field.name {
                change = Some(Change::Rename(at(), name));
            }
            kind_ui(&mut form, language, field, &mut change);
            if is_avro {
                let needed = if field.is_required { "yes, it has no default" } else { "no" };
                form.row("Required", "An Avro field with a default may be left out", |ui, _| {
                    ui.label(RichText::new(needed).color(Colors::of(ui).muted));
                });
            } else {
                let mut is_required = field.is_required;
                form.toggle("Required", "Whether every payload has it", &mut is_required);
                if is_required != field.is_required {
                    change = Some(Change::Require(at(), is_required));
                }
            }
            let mut about = field.about.clone();
            form.text("Meaning", "What it means, in a sentence", &mut about);
            if about != field.about {
                change = Some(Change::Describe(at(), about));
            }
            rules_ui(&mut form, language, field, &mut change);
            for (word, value) in &field.beside {
                form.row(word, "The tree cannot change this; the text can", |ui, _| {
                    let text = RichText::new(value).small().monospace();
                    let text = text.color(Colors::of(ui).muted);
                    ui.add(egui::Label::new(text).wrap());
                });
            }
            if let Some(part) = &field.shared {
                form.note(&format!("What lies in it stands in {part}, for all who refer to that."));
            }
            if button::danger(form.ui, icons::DELETE, "Remove field").clicked() {
                change = Some(Change::Remove(at()));
            }
        });
        self.drafts = drafts;
        change
    }
}

fn kind_ui(
    form: &mut Form,
    language: flowbench_model::message::SchemaLanguage,
    field: &Field,
    change: &mut Option<Change>,
) {
    let Some(old) = field.kind else {
        form.row("Type", "The tree cannot change this; the text can", |ui, _| {
            let text = RichText::new(&field.said).color(Colors::of(ui).muted);
            ui.add(egui::Label::new(text).wrap());
        });
        return;
    };
    let mut kind = old;
    let choices: Vec<(&'static str, String)> =
        fields::bases(language).iter().map(|base| (*base, (*base).to_owned())).collect();
    form.pick("Type", "What its values are", &mut kind.base, &choices);
    form.toggle("List", "Whether it is a list of these", &mut kind.is_list);
    if kind.base != "any" || kind.is_list {
        form.toggle("May be null", "Whether it may be nothing instead", &mut kind.is_nullable);
    } else {
        kind.is_nullable = false;
    }
    if kind != old {
        *change = Some(Change::SetKind(field.at.clone(), kind));
    }
}

/// Rows for what else holds, and a choice of what could.
fn rules_ui(
    form: &mut Form,
    language: flowbench_model::message::SchemaLanguage,
    field: &Field,
    change: &mut Option<Change>,
) {
    for (word, value) in &field.rules {
        let plain = value.as_str().filter(|_| is_wordy(word));
        let mut text = plain.map_or_else(|| value.to_string(), str::to_owned);
        let before = text.clone();
        let check = |text: &str| rule_value(word, text).map(|_| ());
        form.checked(word, "Empty: this rule does not hold", &mut text, check);
        if text != before {
            let value = rule_value(word, &text).unwrap_or_default();
            *change = Some(Change::SetRule(field.at.clone(), word.clone(), value));
        }
    }
    let is_free = |word: &&&str| !field.rules.iter().any(|(known, _)| known == **word);
    let free: Vec<&str> =
        fields::rules(language, field.kind).iter().filter(is_free).copied().collect();
    let mut choices = vec![(None, "add a rule…".to_owned())];
    choices.extend(free.iter().map(|word| (Some(*word), (*word).to_owned())));
    let mut chosen = None;
    form.pick("Rule", "What else holds for its values", &mut chosen, &choices);
    if let Some(word) = chosen {
        let value = beginning(word, field.kind);
        *change = Some(Change::SetRule(field.at.clone(), word.to_owned(), Some(value)));
    }
}

/// Whether the value of a rule is always a text, and stands without quotes.
fn is_wordy(word: &str) -> bool {
    matches!(word, "format" | "pattern" | "title" | "order")
}

fn rule_value(word: &str, text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if is_wordy(word) {
        return Ok(Some(Value::from(text)));
    }
    serde_json::from_str(text).map(Some).map_err(|error| format!("expected JSON: {error}"))
}

/// What a rule says at first.
fn beginning(word: &str, kind: Option<Kind>) -> Value {
    let base = kind.filter(|it| !it.is_list && !it.is_nullable).map_or("", |it| it.base);
    match (word, base) {
        ("format", _) => Value::from("date-time"),
        ("pattern", _) => Value::from("^.*$"),
        ("title", _) => Value::from("Title"),
        ("order", _) => Value::from("ascending"),
        ("aliases", _) => Value::Array(Vec::new()),
        ("multipleOf", _) => Value::from(1),
        ("deprecated" | "uniqueItems", _) => Value::from(true),
        ("additionalProperties", _) => Value::from(false),
        ("enum", "string") => Value::from(vec!["one"]),
        ("enum", _) => Value::from(vec![0]),
        ("const" | "default", "string") => Value::from(""),
        ("const" | "default", "boolean") => Value::from(false),
        ("const" | "default", "object" | "record" | "any" | "") => Value::Null,
        (_, _) => Value::from(0),
    }
}

fn row(ui: &mut Ui, field: &Field, is_chosen: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    let needed = if field.is_required { ", required" } else { "" };
    let name = format!("{}: {}{needed}", field.name, field.said);
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, is_chosen, &name));
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.hover);
    }
    let left = rect.left() + space::XS + field.depth as f32 * INDENT;
    let right = rect.right() - space::XS;
    let mut x = cell(ui, (left, right), rect.center().y, &field.name, Weight::Name);
    if field.is_required {
        x = cell(ui, (x + space::HAIR, right), rect.center().y, "*", Weight::Mark);
    }
    let x = x.max(rect.left() + rect.width() * 0.34) + space::S;
    let x = cell(ui, (x, right), rect.center().y, &field.said, Weight::Type);
    let mut said: Vec<String> = field
        .rules
        .iter()
        .map(|(word, value)| format!("{word} {}", value.to_string().trim_matches('"')))
        .collect();
    said.extend(field.beside.iter().map(|(word, _)| word.clone()));
    if !field.about.is_empty() {
        said.push(field.about.clone());
    }
    let x = x.max(rect.left() + rect.width() * 0.56) + space::S;
    let said = said.join(" · ");
    cell(ui, (x, right), rect.center().y, &said, Weight::Rest);
    if said.is_empty() { response } else { response.on_hover_text(said) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Name,
    Mark,
    Type,
    Rest,
}

/// A text between two edges; where it ends.
fn cell(ui: &Ui, (left, right): (f32, f32), middle: f32, text: &str, weight: Weight) -> f32 {
    if right - left < space::S {
        return left;
    }
    let colors = Colors::of(ui);
    let (font, color) = match weight {
        Weight::Name => (FontId::new(size::BODY - 0.5, fonts::medium()), colors.text),
        Weight::Mark => (FontId::new(size::BODY, fonts::medium()), colors.error),
        Weight::Type => (FontId::new(size::SMALL + 0.5, FontFamily::Monospace), colors.accent),
        Weight::Rest => (FontId::new(size::SMALL, FontFamily::Proportional), colors.muted),
    };
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = right - left;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let width = galley.size().x;
    ui.painter().galley(pos2(left, middle - galley.size().y / 2.0), galley, color);
    left + width
}

/// What the schema says as a whole that the tree does not show.
fn beside(ui: &mut Ui, fields: &Fields) {
    let words: Vec<String> =
        fields.beside.iter().map(|(word, value)| format!("{word}: {value}")).collect();
    let said = match (fields.list.is_empty(), words.is_empty()) {
        (true, true) => "No fields yet.".to_owned(),
        (true, false) => format!("No fields. The text says: {}", words.join(", ")),
        (false, true) => String::new(),
        (false, false) => format!("Beside the fields: {}", words.join(", ")),
    };
    let text = RichText::new(&said).small().color(Colors::of(ui).faint);
    ui.add(egui::Label::new(text).truncate()).on_hover_text(said);
}
