//! Rows with a mark at their end that says where the value comes from.

use egui::{
    Align, Color32, ComboBox, FontFamily, FontId, Id, Layout, RichText, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use super::combo::option;
use super::{Form, Lines, draft_field, hinted};
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::button;

/// Width of the names on the left: longer than elsewhere, for parameters.
const NAME_WIDTH: f32 = 142.0;
/// Width of the mark on the right.
const MARK_WIDTH: f32 = 22.0;

/// Where a value comes from.
pub struct Mark {
    /// What it is, for the tooltip and for those who cannot see it.
    pub text: String,
    /// The hue of the dot; none for a value that nobody chose.
    pub color: Option<Color32>,
    /// What a button in its place takes back, if the value can be taken back.
    pub reset: Option<String>,
}

impl Form<'_> {
    /// A row with a mark; whether the value is to be taken back.
    fn marked<R>(
        &mut self,
        (name, explanation): (&str, &str),
        mark: &Mark,
        field: impl FnOnce(&mut Form, Id) -> R,
    ) -> (R, bool) {
        let drafts = &mut *self.drafts;
        self.ui
            .horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                let label = label(ui, name, explanation);
                let width = (ui.available_width() - MARK_WIDTH - space::XS).max(40.0);
                let shown = ui
                    .allocate_ui_with_layout(
                        vec2(width, size::CONTROL),
                        Layout::top_down(Align::Min),
                        |ui| {
                            ui.set_width(width);
                            let mut form = Form { ui, drafts, has_changed: false };
                            field(&mut form, label)
                        },
                    )
                    .inner;
                (shown, sign(ui, mark))
            })
            .inner
    }

    /// A value as text, with what it counts at the end of its field; the new one, if there is one,
    /// and whether it is to be taken back.
    pub fn marked_text<T>(
        &mut self,
        name: (&str, &str),
        mark: &Mark,
        (shown, unit): (&str, &str),
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> (Option<T>, bool) {
        self.marked(name, mark, |form, label| {
            let place = form.ui.max_rect();
            let new = draft_field(form.ui, form.drafts, label, shown, parse, (Lines::One, ""));
            unit_beside(form.ui, place, shown, unit);
            new
        })
    }

    /// One of some words, each with its meaning.
    pub fn marked_choice(
        &mut self,
        name: (&str, &str),
        mark: &Mark,
        now: &str,
        choices: &[(&'static str, &'static str)],
    ) -> (Option<&'static str>, bool) {
        self.marked(name, mark, |form, label| {
            let mut chosen = None;
            list(form.ui, label, now, |ui| {
                for (word, meaning) in choices {
                    let item = option(ui, *word == now, word);
                    if item.on_hover_text(meaning.trim()).clicked() && *word != now {
                        chosen = Some(*word);
                    }
                }
            });
            chosen
        })
    }

    /// Any number of some words; the new ones, if they changed.
    pub fn marked_set(
        &mut self,
        name: (&str, &str),
        mark: &Mark,
        (now, shown): (&[&str], &str),
        choices: &[(&'static str, &'static str)],
    ) -> (Option<Vec<&'static str>>, bool) {
        self.marked(name, mark, |form, label| {
            let is_on = |word: &str| now.contains(&word);
            let mut toggled = None;
            list(form.ui, label, shown, |ui| {
                for (word, meaning) in choices {
                    let mut is_checked = is_on(word);
                    let item = ui.checkbox(&mut is_checked, *word);
                    if item.on_hover_text(meaning.trim()).changed() {
                        toggled = Some(*word);
                    }
                }
            });
            let toggled = toggled?;
            let words = choices.iter().map(|(word, _)| *word);
            Some(words.filter(|word| is_on(word) != (*word == toggled)).collect())
        })
    }

    /// Something that is on or off; the new state, if it changed.
    pub fn marked_toggle(
        &mut self,
        name: (&str, &str),
        mark: &Mark,
        is_on: bool,
    ) -> (Option<bool>, bool) {
        self.marked(name, mark, |form, label| {
            let mut value = is_on;
            form.ui.checkbox(&mut value, "").labelled_by(label).changed().then_some(value)
        })
    }

    /// A name and a mark with a value that is edited below; whether it is to be taken back.
    pub fn marked_note(&mut self, name: (&str, &str), mark: &Mark, shown: &str) -> bool {
        self.marked(name, mark, |form, _| {
            form.ui.add(egui::Label::new(RichText::new(shown).small()).truncate());
        })
        .1
    }
}

/// Writes a unit at the end of a field, unless the value needs the place.
fn unit_beside(ui: &Ui, field: egui::Rect, shown: &str, unit: &str) {
    let color = Colors::of(ui).faint;
    let galley = |text: &str, size: f32| {
        let font = FontId::new(size, FontFamily::Proportional);
        ui.painter().layout_no_wrap(text.to_owned(), font, color)
    };
    let (value, unit) = (galley(shown, size::BODY), galley(unit, size::SMALL));
    if value.size().x + unit.size().x + 3.0 * space::S <= field.width() {
        let middle = field.top() + size::CONTROL / 2.0;
        let left = field.right() - space::S - unit.size().x;
        ui.painter().galley(pos2(left, middle - unit.size().y / 2.0), unit, color);
    }
}

fn label(ui: &mut Ui, name: &str, explanation: &str) -> Id {
    let color = Colors::of(ui).muted;
    ui.allocate_ui_with_layout(
        vec2(NAME_WIDTH, size::CONTROL),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.set_min_width(NAME_WIDTH);
            let label = ui.add(egui::Label::new(RichText::new(name).color(color)).truncate());
            hinted(label, explanation).id
        },
    )
    .inner
}

fn list(ui: &mut Ui, label: Id, shown: &str, items: impl FnOnce(&mut Ui)) {
    let width = ui.available_width();
    // Values are words as in the file, and the field is narrow.
    ui.spacing_mut().button_padding.x = space::XS + space::HAIR;
    ui.spacing_mut().icon_width = 10.0;
    let combo = ComboBox::from_id_salt(label).selected_text(shown).width(width).truncate();
    combo.show_ui(ui, items).response.labelled_by(label).on_hover_text(shown);
}

/// The mark; whether its button was pressed.
fn sign(ui: &mut Ui, mark: &Mark) -> bool {
    if let Some(reset) = &mark.reset {
        let place = vec2(MARK_WIDTH, size::CONTROL);
        let button =
            ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_height(size::CONTROL);
                button::small_icon(ui, icons::RESET, reset)
            });
        return button.inner.on_hover_text(&mark.text).clicked();
    }
    let (rect, response) = ui.allocate_exact_size(vec2(MARK_WIDTH, size::CONTROL), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &mark.text));
    let colors = Colors::of(ui);
    match mark.color {
        Some(color) => ui.painter().circle_filled(rect.center(), 3.5, color),
        None => ui.painter().circle_stroke(
            rect.center(),
            3.0,
            egui::Stroke::new(1.0, colors.border_strong),
        ),
    };
    response.on_hover_text(&mark.text);
    false
}
