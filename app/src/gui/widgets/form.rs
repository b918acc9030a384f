//! Rows of properties: a name on the left, a field on the right. A field keeps what is typed as a
//! draft until it is valid, and says under itself what is wrong.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use egui::{Align, Id, Key, Layout, Response, RichText, TextEdit, Ui, vec2};
use flowbench_model::time::Span;

use crate::gui::icons;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::segmented::Choice;
use crate::gui::widgets::{button, segmented};

mod combo;
mod marked;

use combo::combo;
pub use marked::Mark;

/// What is being typed in fields, by field.
#[derive(Default)]
pub struct Drafts {
    texts: HashMap<Id, Draft>,
}

struct Draft {
    /// The value the field had when typing began: if it changes elsewhere, the draft is void.
    base: String,
    text: String,
}

impl Drafts {
    /// Forgets everything that is being typed.
    pub fn clear(&mut self) {
        self.texts.clear();
    }
}

/// Rows of properties of one thing. Fields write into the values they are given and raise
/// `has_changed`; the caller turns the changed thing into one edit.
pub struct Form<'a> {
    /// Where the rows go.
    pub ui: &'a mut Ui,
    drafts: &'a mut Drafts,
    /// Whether any value has changed in this frame.
    pub has_changed: bool,
}

/// Width of the names on the left.
const NAME_WIDTH: f32 = 104.0;

impl<'a> Form<'a> {
    /// A form in this place.
    pub fn new(ui: &'a mut Ui, drafts: &'a mut Drafts) -> Form<'a> {
        Form { ui, drafts, has_changed: false }
    }

    /// Gives the keyboard to the first field that is drawn next.
    pub fn focus_first(&mut self) {
        self.ui.data_mut(|data| data.insert_temp(wanted(), true));
    }

    /// Rows with an identity of their own, for things in lists.
    pub fn nested(&mut self, salt: impl egui::AsIdSalt, rows: impl FnOnce(&mut Form)) {
        let drafts = &mut *self.drafts;
        let has_changed = self.ui.push_id(salt, |ui| {
            let mut form = Form { ui, drafts, has_changed: false };
            rows(&mut form);
            form.has_changed
        });
        self.has_changed |= has_changed.inner;
    }

    /// A part with a title, which can be closed.
    pub fn section(&mut self, title: &str, rows: impl FnOnce(&mut Form)) {
        let drafts = &mut *self.drafts;
        let mut has_changed = false;
        super::section::show(self.ui, title, |ui| {
            let mut form = Form { ui, drafts, has_changed: false };
            rows(&mut form);
            has_changed = form.has_changed;
        });
        self.has_changed |= has_changed;
    }

    /// Rows that are rarely needed, behind a head that opens them; open from the beginning if
    /// something in them is set.
    pub fn fold(&mut self, title: &str, is_set: bool, rows: impl FnOnce(&mut Form)) {
        let drafts = &mut *self.drafts;
        let mut has_changed = false;
        super::section::fold(self.ui, title, is_set, |ui| {
            let mut form = Form { ui, drafts, has_changed: false };
            rows(&mut form);
            has_changed = form.has_changed;
        });
        self.has_changed |= has_changed;
    }

    /// A card with a title and a button that removes it; whether that was pressed. The first word
    /// of the title says what kind of thing it is, and stays while the rest is edited.
    pub fn card(&mut self, salt: usize, title: &str, rows: impl FnOnce(&mut Form)) -> bool {
        let colors = Colors::of(self.ui);
        let mut is_removed = false;
        let kind = title.split(' ').next().unwrap_or_default();
        self.nested((kind, salt), |form| {
            let drafts = &mut *form.drafts;
            let frame = egui::Frame::new()
                .stroke(line(1.0, colors.border))
                .corner_radius(f32::from(size::RADIUS))
                .inner_margin(egui::Margin::symmetric(10, 8));
            let shown = frame.show(form.ui, |ui| {
                ui.horizontal(|ui| {
                    let font = egui::FontId::new(12.0, crate::gui::fonts::semi_bold());
                    ui.label(RichText::new(title).font(font));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let name = format!("Remove {title}");
                        is_removed = button::small_icon(ui, icons::DELETE, &name).clicked();
                    });
                });
                let mut form = Form { ui, drafts, has_changed: false };
                rows(&mut form);
                form.has_changed
            });
            form.has_changed |= shown.inner;
        });
        is_removed
    }

    /// A row of any kind.
    pub fn row<R>(
        &mut self,
        name: &str,
        explanation: &str,
        field: impl FnOnce(&mut Ui, Id) -> R,
    ) -> R {
        let color = Colors::of(self.ui).muted;
        self.ui
            .horizontal_top(|ui| {
                let label = ui
                    .allocate_ui_with_layout(
                        vec2(NAME_WIDTH, size::CONTROL),
                        Layout::left_to_right(Align::Center),
                        |ui| {
                            ui.set_min_width(NAME_WIDTH - space::S);
                            let text = RichText::new(name).color(color);
                            let label = ui.add(egui::Label::new(text).truncate());
                            hinted(label, explanation).id
                        },
                    )
                    .inner;
                ui.vertical(|ui| {
                    ui.set_width(ui.available_width());
                    field(ui, label)
                })
                .inner
            })
            .inner
    }

    /// A text of one line that must satisfy a rule.
    pub fn checked(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut String,
        check: impl Fn(&str) -> Result<(), String>,
    ) {
        let parse = |text: &str| check(text.trim()).map(|()| text.trim().to_owned());
        self.field(name, explanation, value, parse, Lines::One);
    }

    /// A text of one line.
    pub fn text(&mut self, name: &str, explanation: &str, value: &mut String) {
        self.checked(name, explanation, value, |_| Ok(()));
    }

    /// A text of several lines.
    pub fn long_text(&mut self, name: &str, explanation: &str, value: &mut String) {
        self.field(name, explanation, value, |text| Ok(text.to_owned()), Lines::Several);
    }

    /// A text of code that must satisfy a rule, as wide as the panel.
    pub fn code(
        &mut self,
        name: &str,
        value: &mut String,
        check: impl Fn(&str) -> Result<(), String>,
    ) {
        let parse = |text: &str| check(text).map(|()| text.to_owned());
        let label = self.ui.label(RichText::new(name).color(Colors::of(self.ui).muted));
        let drafts = &mut *self.drafts;
        let changed =
            draft_field(self.ui, drafts, label.id, &value.clone(), parse, (Lines::Code, ""));
        self.take(value, changed);
    }

    /// A value with a text form: a length of time, a rate, a number.
    pub fn value<T>(&mut self, name: &str, explanation: &str, value: &mut T)
    where
        T: Display + FromStr<Err: Display>,
    {
        let parse = |text: &str| text.trim().parse::<T>().map_err(|error| error.to_string());
        self.parsed(name, explanation, value, parse);
    }

    /// The same with a rule of its own.
    pub fn parsed<T: Display>(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut T,
        parse: impl Fn(&str) -> Result<T, String>,
    ) {
        let shown = value.to_string();
        let drafts = &mut *self.drafts;
        let changed = Self::rowed(self.ui, name, explanation, |ui, label| {
            draft_field(ui, drafts, label, &shown, parse, (Lines::One, empty_means(explanation)))
        });
        self.take(value, changed);
    }

    /// A length of time that is longer than zero.
    pub fn length(&mut self, name: &str, explanation: &str, value: &mut Span) {
        self.parsed(name, explanation, value, |text| match text.trim().parse::<Span>() {
            Ok(Span::ZERO) => Err("expected a time longer than zero".to_owned()),
            Ok(span) => Ok(span),
            Err(error) => Err(error.to_string()),
        });
    }

    /// A value that may be absent: an empty field.
    pub fn optional<T>(&mut self, name: &str, explanation: &str, value: &mut Option<T>)
    where
        T: Display + FromStr<Err: Display>,
    {
        let shown = value.as_ref().map(T::to_string).unwrap_or_default();
        let parse = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<T>().map(Some).map_err(|error| error.to_string()),
        };
        let drafts = &mut *self.drafts;
        let changed = Self::rowed(self.ui, name, explanation, |ui, label| {
            draft_field(ui, drafts, label, &shown, parse, (Lines::One, empty_means(explanation)))
        });
        self.take(value, changed);
    }

    /// Words separated by commas.
    pub fn words(&mut self, name: &str, explanation: &str, value: &mut Vec<String>) {
        let shown = value.join(", ");
        let parse = |text: &str| {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            Ok(words.map(str::to_owned).collect::<Vec<_>>())
        };
        let drafts = &mut *self.drafts;
        let changed = Self::rowed(self.ui, name, explanation, |ui, label| {
            draft_field(ui, drafts, label, &shown, parse, (Lines::One, empty_means(explanation)))
        });
        self.take(value, changed);
    }

    /// Values separated by commas.
    pub fn list<T>(&mut self, name: &str, explanation: &str, value: &mut Vec<T>)
    where
        T: Display + FromStr<Err: Display>,
    {
        let shown = value.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
        let parse = |text: &str| {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(|part| part.parse::<T>().map_err(|error| error.to_string())).collect()
        };
        let drafts = &mut *self.drafts;
        let changed = Self::rowed(self.ui, name, explanation, |ui, label| {
            draft_field(ui, drafts, label, &shown, parse, (Lines::One, empty_means(explanation)))
        });
        self.take(value, changed);
    }

    /// A share of one, as a number from 0 to 1.
    pub fn share(&mut self, name: &str, explanation: &str, value: &mut f64) {
        self.parsed(name, explanation, value, |text| match text.trim().parse::<f64>() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
            Ok(_) | Err(_) => {
                Err(format!("expected a share from 0 to 1 such as `0.05`, found `{text}`"))
            }
        });
    }

    /// A whole number that is not too small.
    pub fn count<T>(&mut self, name: &str, explanation: &str, value: &mut T, least: T)
    where
        T: Display + FromStr + PartialOrd + Copy,
    {
        self.parsed(name, explanation, value, |text| match text.trim().parse::<T>() {
            Ok(number) if number >= least => Ok(number),
            Ok(_) | Err(_) => {
                Err(format!("expected a whole number of at least {least}, found `{text}`"))
            }
        });
    }

    /// Something that is on or off.
    pub fn toggle(&mut self, name: &str, explanation: &str, value: &mut bool) {
        let changed = self.row(name, explanation, |ui, label| {
            let response = ui.checkbox(value, "").labelled_by(label);
            hinted(response, explanation).changed()
        });
        self.has_changed |= changed;
    }

    /// A few choices: side by side, or in a list that opens where there is too little place.
    pub fn choose<T: Copy + PartialEq>(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut T,
        choices: &[Choice<T>],
    ) {
        let changed = self.row(name, explanation, |ui, label| {
            if segmented::fits(ui, choices) {
                return segmented::show(ui, value, choices);
            }
            let items = choices.iter().map(|it| (it.value, it.title, it.explanation));
            combo(ui, (label, explanation), value, items)
        });
        self.has_changed |= changed;
    }

    /// Many choices in a list that opens.
    pub fn pick<T: Clone + PartialEq>(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut T,
        choices: &[(T, String)],
    ) {
        let changed = self.row(name, explanation, |ui, label| {
            let items = choices.iter().map(|(choice, title)| (choice.clone(), title.as_str(), ""));
            combo(ui, (label, explanation), value, items)
        });
        self.has_changed |= changed;
    }

    /// A name among others, or none.
    pub fn reference(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut Option<String>,
        (none, names): (&str, &[String]),
    ) {
        let mut choices = vec![(None, none.to_owned())];
        choices.extend(names.iter().map(|name| (Some(name.clone()), name.clone())));
        if let Some(missing) = value.as_ref().filter(|value| !names.contains(value)) {
            choices.push((value.clone(), format!("{missing} (missing)")));
        }
        self.pick(name, explanation, value, &choices);
    }

    /// One name among others.
    pub fn name_of(&mut self, name: &str, explanation: &str, value: &mut String, names: &[String]) {
        let mut choices: Vec<_> = names.iter().map(|name| (name.clone(), name.clone())).collect();
        if !names.contains(value) {
            let title =
                if value.is_empty() { "choose…".into() } else { format!("{value} (missing)") };
            choices.push((value.clone(), title));
        }
        self.pick(name, explanation, value, &choices);
    }

    /// A button that adds something; whether it was pressed.
    pub fn add_button(&mut self, text: &str) -> bool {
        button::link(self.ui, icons::ADD, text).clicked()
    }

    /// A sentence of explanation.
    pub fn note(&mut self, text: &str) {
        let color = Colors::of(self.ui).muted;
        self.ui.label(RichText::new(text).small().color(color));
    }

    fn field(
        &mut self,
        name: &str,
        explanation: &str,
        value: &mut String,
        parse: impl Fn(&str) -> Result<String, String>,
        lines: Lines,
    ) {
        let drafts = &mut *self.drafts;
        let shown = value.clone();
        let changed = Self::rowed(self.ui, name, explanation, |ui, label| {
            draft_field(ui, drafts, label, &shown, parse, (lines, empty_means(explanation)))
        });
        self.take(value, changed);
    }

    fn rowed<R>(
        ui: &mut Ui,
        name: &str,
        explanation: &str,
        field: impl FnOnce(&mut Ui, Id) -> R,
    ) -> R {
        let mut none = Drafts::default();
        Form { ui, drafts: &mut none, has_changed: false }.row(name, explanation, field)
    }

    fn take<T>(&mut self, value: &mut T, changed: Option<T>) {
        if let Some(new) = changed {
            *value = new;
            self.has_changed = true;
        }
    }
}

/// A line of a list that opens.
fn wanted() -> Id {
    Id::unique("the next field takes the keyboard")
}

fn hinted(response: Response, explanation: &str) -> Response {
    if explanation.is_empty() { response } else { response.on_hover_text(explanation) }
}

/// What an explanation says that an empty field means, to stand in the field.
fn empty_means(explanation: &str) -> &str {
    let (_, tail) = explanation.split_once("mpty: ").unwrap_or_default();
    tail.split_once(['.', ';']).map_or(tail, |(first, _)| first)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Several,
    Code,
}

/// A field over a draft. Gives the value once: when the person leaves the field or presses Enter,
/// and it is valid and different.
fn draft_field<T>(
    ui: &mut Ui,
    drafts: &mut Drafts,
    label: Id,
    shown: &str,
    parse: impl Fn(&str) -> Result<T, String>,
    (lines, hint): (Lines, &str),
) -> Option<T> {
    let id = label.with("field");
    if drafts.texts.get(&id).is_some_and(|draft| draft.base != shown) {
        drafts.texts.remove(&id);
    }
    let mut text =
        drafts.texts.get(&id).map_or_else(|| shown.to_owned(), |draft| draft.text.clone());
    let parsed = parse(&text);
    let is_different = text != shown;
    let error = parsed.as_ref().err().filter(|_| is_different).cloned();
    let edit = text_edit(ui, id, &mut text, (lines, hint), error.is_some());
    let response = edit.labelled_by(label);
    if ui.data_mut(|data| data.remove_temp::<bool>(wanted())).is_some() {
        response.request_focus();
    }
    if let Some(error) = &error {
        let color = Colors::of(ui).error;
        ui.label(RichText::new(error).small().color(color));
    }
    if response.changed() {
        drafts.texts.insert(id, Draft { base: shown.to_owned(), text });
        return None;
    }
    if response.has_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        drafts.texts.remove(&id);
        return None;
    }
    let is_done = response.lost_focus() || !response.has_focus();
    if is_done && is_different && error.is_none() {
        drafts.texts.remove(&id);
        return parsed.ok();
    }
    None
}

fn text_edit(
    ui: &mut Ui,
    id: Id,
    text: &mut String,
    (lines, hint): (Lines, &str),
    is_wrong: bool,
) -> Response {
    let edit = match lines {
        Lines::One => TextEdit::singleline(text).align(egui::Align2::LEFT_CENTER),
        Lines::Several => TextEdit::multiline(text).desired_rows(3),
        Lines::Code => TextEdit::multiline(text).code_editor().desired_rows(8),
    };
    ui.scope(|ui| {
        if is_wrong {
            let color = Colors::of(ui).error;
            let visuals = ui.visuals_mut();
            visuals.selection.stroke = line(1.5, color);
            visuals.widgets.inactive.bg_stroke = line(1.0, color);
        }
        ui.add(edit.id(id).hint_text(hint).desired_width(f32::INFINITY))
    })
    .inner
}
