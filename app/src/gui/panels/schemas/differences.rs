//! How two versions differ, read the one way and the other.

use egui::{ComboBox, RichText, Role, Ui, WidgetInfo};
use flowbench_model::compat::{Judgment, Outcome};
use flowbench_model::message::Message;

use super::story::{Pair, Story};
use crate::gui::icons;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::{empty, policy, tag, verdict};

/// Draws them; the version to compare with if another one was chosen.
pub(super) fn ui(ui: &mut Ui, message: &Message, chosen: u32, story: &Story) -> Option<u32> {
    let Some(pair) = &story.pair else {
        let sentence = "There is one version only. A new one begins as this one does.";
        empty::show(ui, icons::SCHEMA, "Nothing to compare", sentence);
        return None;
    };
    let other = if pair.earlier == chosen { pair.later } else { pair.earlier };
    let mut asked = None;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("Version {chosen} and")).color(Colors::of(ui).muted));
        let title = format!("version {other}");
        let combo = ComboBox::from_id_salt("other version").selected_text(&title);
        let shown = combo.show_ui(ui, |ui| {
            for version in message.versions.iter().filter(|it| it.number != chosen) {
                let is_on = version.number == other;
                let title = format!("version {}", version.number);
                if ui.selectable_label(is_on, title).clicked() {
                    asked = Some(version.number);
                }
            }
        });
        let name = format!("Compare with {title}");
        shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
    });
    for breach in story.breaches.iter().filter(|it| it.version == pair.later) {
        let (reader, written) = match breach.is_backward {
            true => (breach.version, breach.earlier),
            false => (breach.earlier, breach.version),
        };
        let words = policy::words(story.policy);
        let text = format!(
            "Breaks the policy ({words}): version {reader} cannot read version {written}, because \
             of {}.",
            breach.difference.rule
        );
        tag::sentence(ui, icons::ERROR, Colors::of(ui).error, &text);
    }
    if let Some(order) = pair.back.order {
        tag::sentence(ui, icons::NEXT, Colors::of(ui).accent, verdict::roll_out(order));
    }
    ui.add_space(space::XS);
    let Pair { earlier, later, back, forth } = pair;
    way(ui, (*later, *earlier), back);
    way(ui, (*earlier, *later), forth);
    asked
}

/// A reader of one version, of what is written in another.
fn way(ui: &mut Ui, (reader, written): (u32, u32), judgment: &Judgment) {
    let colors = Colors::of(ui);
    let sign = verdict::sign(Some(judgment), colors);
    ui.horizontal_wrapped(|ui| {
        tag::icon(ui, sign.icon, sign.color);
        ui.label(RichText::new(format!("A reader of {reader}, of what is written in {written}:")));
        tag::show(ui, sign.word, sign.color);
    });
    if let Outcome::NotJudged(why) = &judgment.outcome {
        tag::sentence(ui, icons::INFO, colors.warn, why);
    } else if judgment.differences.is_empty() {
        ui.label(RichText::new("Nothing differs for it.").small().color(colors.muted));
    }
    verdict::differences(ui, &judgment.differences);
    ui.add_space(space::S);
}
