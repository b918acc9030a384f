//! A schema as a text with numbered lines. What is typed counts as soon as it is a schema; until
//! then it is a draft, and the last valid one stays.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, FontFamily, FontId, Layout, RichText, ScrollArea, TextBuffer, TextEdit, Ui};
use flowbench_model::edit::Edit;
use flowbench_model::message::SchemaLanguage;
use flowbench_model::schema;
use flowbench_model::schema::fields::{Mark, complaint};

use super::{Shown, Typed, key};
use crate::gui::icons;
use crate::gui::panels::message::payload::highlighted;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, tag};
use crate::version;

/// Longer texts have one color.
const COLORED: usize = 64 << 10;

/// The texts that are being typed.
#[derive(Default)]
pub(super) struct TextForm {
    drafts: Typed,
    /// Whether what was typed last began a change of its own.
    has_begun: bool,
    had_focus: bool,
    kept: Option<Kept>,
}

/// A text that is no schema yet.
pub(super) struct Draft {
    /// What the design says meanwhile: if that changes, the draft is void.
    base: String,
    text: String,
}

/// What is wrong with a text, kept while it stays the same.
struct Kept {
    of: (SchemaLanguage, String),
    complaint: Option<(Option<Mark>, String)>,
}

impl TextForm {
    /// Whether something is typed for a version that is no schema yet.
    pub(super) fn is_drafted(&self, shown: &Shown) -> bool {
        self.drafts.contains_key(&key(shown))
    }

    /// Whether what was typed last began a change of its own.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Draws the text; the edit if it was changed to another schema.
    pub(super) fn ui(&mut self, ui: &mut Ui, shown: Shown) -> Option<Edit> {
        let known = schema::text(&shown.version.schema, shown.schemas);
        let Some(known) = known else {
            missing(ui, &shown);
            return None;
        };
        let key = key(&shown);
        self.drafts.retain(|of, draft| *of != key || draft.base == known);
        let draft = self.drafts.get(&key).map(|it| it.text.clone());
        let mut text = draft.clone().unwrap_or_else(|| known.to_owned());
        let language = shown.version.schema.language();
        let complaint = self.complaint(language, &text);
        let is_draft = draft.is_some();
        let bottom = size::CONTROL + space::XS;
        let height = (ui.available_height() - bottom).max(60.0);
        let mark = complaint.as_ref().and_then(|it| it.0);
        let has_changed = self.field(ui, &mut text, (height, mark));
        let mut is_discarded = false;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if is_draft {
                let hint = "Give up what is typed, and go back to the schema that counts";
                let discard = button::labeled(ui, icons::RESET, "Discard draft");
                is_discarded = discard.on_hover_text(hint).clicked();
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                state(ui, language, complaint.as_ref(), is_draft);
            });
        });
        if is_discarded {
            self.drafts.remove(&key);
            return None;
        }
        if !has_changed {
            return None;
        }
        if self.complaint(language, &text).is_some() {
            self.drafts.insert(key, Draft { base: known.to_owned(), text });
            return None;
        }
        self.drafts.remove(&key);
        let is_other = text != known;
        is_other.then(|| version::with_text(shown.message, shown.version.number, &text)).flatten()
    }

    fn complaint(
        &mut self,
        language: SchemaLanguage,
        text: &str,
    ) -> Option<(Option<Mark>, String)> {
        if let Some(kept) = &self.kept
            && kept.of.0 == language
            && kept.of.1 == text
        {
            return kept.complaint.clone();
        }
        let complaint = complaint(language, text);
        let of = (language, text.to_owned());
        self.kept = Some(Kept { of, complaint: complaint.clone() });
        complaint
    }

    /// The field with its numbers; whether it was changed.
    fn field(
        &mut self,
        ui: &mut Ui,
        text: &mut String,
        (height, mark): (f32, Option<Mark>),
    ) -> bool {
        let colors = Colors::of(ui);
        let font = FontId::new(size::SMALL + 0.5, FontFamily::Monospace);
        let mut has_changed = false;
        let frame = egui::Frame::new().fill(colors.sunken).corner_radius(f32::from(size::RADIUS));
        frame.show(ui, |ui| {
            let area = ScrollArea::both().auto_shrink(false).max_height(height);
            area.min_scrolled_height(height).show(ui, |ui| {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    ui.add_space(space::S);
                    ui.vertical(|ui| {
                        ui.add_space(space::HAIR);
                        ui.label(numbers(text, mark, &font, colors));
                    });
                    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _: f32| {
                        let job = match text.as_str().len() > COLORED {
                            true => plain(text.as_str(), &font, colors),
                            false => highlighted(text.as_str(), colors),
                        };
                        ui.fonts_mut(|fonts| fonts.layout_job(job))
                    };
                    let edit = TextEdit::multiline(text)
                        .code_editor()
                        .frame(egui::Frame::new().inner_margin(egui::Margin::symmetric(6, 2)))
                        .desired_width(f32::INFINITY)
                        .desired_rows(12)
                        .layouter(&mut layouter);
                    let response = ui.add(edit);
                    response.widget_info(|| {
                        let mut info =
                            egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Schema text");
                        info.current_text_value = Some(text.clone());
                        info
                    });
                    has_changed = response.changed();
                    self.has_begun = response.has_focus() && !self.had_focus;
                    self.had_focus = response.has_focus();
                });
            });
        });
        has_changed
    }
}

fn plain(text: &str, font: &FontId, colors: &Colors) -> LayoutJob {
    LayoutJob::simple(text.to_owned(), font.clone(), colors.text, f32::INFINITY)
}

/// The numbers of the lines, that of the mistake in red.
fn numbers(text: &str, mark: Option<Mark>, font: &FontId, colors: &Colors) -> LayoutJob {
    let count = text.matches('\n').count() + 1;
    let width = count.to_string().len();
    let wrong = mark.map(|it| it.line);
    let mut job = LayoutJob::default();
    let format = |color| TextFormat::simple(font.clone(), color);
    let (before, from) = match wrong.filter(|it| *it <= count) {
        Some(line) => (line - 1, line),
        None => (count, count),
    };
    let numbered = |numbers: std::ops::RangeInclusive<usize>| {
        numbers.map(|it| format!("{it:>width$}\n")).collect::<String>()
    };
    job.append(&numbered(1..=before), 0.0, format(colors.faint));
    if from > before {
        job.append(&format!("{from:>width$}\n"), 0.0, format(colors.error));
        job.append(&numbered(from + 1..=count), 0.0, format(colors.faint));
    }
    job
}

/// Whether what stands there counts, and if not why.
fn state(
    ui: &mut Ui,
    language: SchemaLanguage,
    complaint: Option<&(Option<Mark>, String)>,
    is_draft: bool,
) {
    let colors = Colors::of(ui);
    let Some((mark, sentence)) = complaint else {
        let (icon, color, said) = match language {
            SchemaLanguage::Protobuf => {
                (icons::INFO, colors.muted, "Carried and shown; nothing in it is judged")
            }
            SchemaLanguage::JsonSchema | SchemaLanguage::Avro => {
                (icons::OK, colors.ok, "A schema that can be used")
            }
        };
        tag::icon(ui, icon, color);
        ui.add(egui::Label::new(RichText::new(said).small().color(colors.muted)).truncate());
        return;
    };
    let place = match mark {
        Some(Mark { line, column }) => format!("Line {line}, column {column}: "),
        None => String::new(),
    };
    let kept = if is_draft { "Draft, the last valid schema counts. " } else { "" };
    let said = format!("{kept}{place}{sentence}");
    tag::icon(ui, icons::ERROR, colors.error);
    let text = RichText::new(&said).small().color(colors.error);
    ui.add(egui::Label::new(text).truncate()).on_hover_text(said);
}

fn missing(ui: &mut Ui, shown: &Shown) {
    let path = shown.version.schema.file().unwrap_or_default();
    let sentence = match schema::why_outside(path) {
        Some(why) => format!("{path} cannot be used: {why}. Give it another path in the details."),
        None => format!(
            "{path} is not beside the design. Put it there, or move the schema into the design \
             in the details."
        ),
    };
    crate::gui::widgets::empty::show(ui, icons::FILE, "The file is not there", &sentence);
}
