//! Whether versions go together: signs with letters, so that color alone says nothing, and what
//! stands against it.

use egui::{Color32, CornerRadius, Frame, Margin, RichText, Ui};
use flowbench_model::compat::{Difference, Judgment, Outcome, RollOut};
use serde_json::Value;

use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space, tint};
use crate::gui::widgets::tag;

/// Letters of a value that are shown at most.
const LETTERS: usize = 120;

/// A sign, a word and a color.
#[derive(Clone, Copy)]
pub struct Sign {
    /// The icon.
    pub icon: Icon,
    /// The word.
    pub word: &'static str,
    /// The color.
    pub color: Color32,
}

/// The sign of a judgment; of a reader who takes what comes if there is none.
#[must_use]
pub fn sign(judgment: Option<&Judgment>, colors: &Colors) -> Sign {
    match judgment.map(|it| &it.outcome) {
        None => Sign { icon: icons::INFO, word: "open", color: colors.muted },
        Some(Outcome::Reads) => Sign { icon: icons::READS, word: "reads", color: colors.ok },
        Some(Outcome::Breaks) => Sign { icon: icons::BREAKS, word: "breaks", color: colors.error },
        Some(Outcome::NotJudged(_)) => {
            Sign { icon: icons::UNKNOWN, word: "not judged", color: colors.warn }
        }
    }
}

/// In which order to roll out a step between versions, in a sentence.
#[must_use]
pub fn roll_out(order: RollOut) -> &'static str {
    match order {
        RollOut::ConsumersFirst => {
            "Roll out consumers first: readers of the new version read the old one as well."
        }
        RollOut::ProducersFirst => {
            "Roll out producers first: readers of the old version read the new one as well."
        }
        RollOut::Either => "Roll out in any order: either version can be read by both.",
        RollOut::Neither => {
            "No order is safe: it needs a message of another name, a translation between them, or \
             a moment when nothing is under way."
        }
    }
}

/// What stands against a judgment and what does not, a card each.
pub fn differences(ui: &mut Ui, differences: &[Difference]) {
    for difference in differences {
        one(ui, difference);
    }
}

fn one(ui: &mut Ui, difference: &Difference) {
    let colors = Colors::of(ui);
    let (word, color) =
        if difference.breaks { ("breaks", colors.error) } else { ("fine", colors.ok) };
    let frame = Frame::new()
        .fill(tint(colors.raised, color, 0.06))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(8, 6));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::HAIR;
        ui.horizontal_wrapped(|ui| {
            tag::show(ui, word, color);
            ui.label(RichText::new(difference.rule).strong());
        });
        let place = match difference.json_path.as_str() {
            "" => "the whole schema",
            path => path,
        };
        let place = RichText::new(place).small().monospace().color(colors.muted);
        ui.add(egui::Label::new(place).wrap());
        side(ui, "before", difference.old.as_ref());
        side(ui, "after", difference.new.as_ref());
    });
}

fn side(ui: &mut Ui, word: &str, value: Option<&Value>) {
    let colors = Colors::of(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        ui.label(RichText::new(word).small().color(colors.faint));
        let text = value.filter(|it| !it.is_null()).map_or("nothing".to_owned(), short);
        ui.add(egui::Label::new(RichText::new(text).small().monospace()).wrap());
    });
}

/// A value in one line, as far as there is place for it.
#[must_use]
pub fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
