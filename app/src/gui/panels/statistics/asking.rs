//! What replications to make: how many, how sure, what is left out, and what to compare with.

use egui::{ComboBox, FontId, Response, RichText, Role, TextEdit, Ui, WidgetInfo};
use flowbench_model::design::Design;

use crate::bench::replicating::{Against, Changed, MOST, Question};
use crate::command::{BenchCommand, Command};
use crate::gui::theme::Colors;
use crate::session::Session;

/// Width of a change.
const CHANGE: f32 = 320.0;
/// How sure intervals can be.
const CONFIDENCES: [f64; 3] = [0.9, 0.95, 0.99];

/// What is being typed and is not valid yet, or not asked yet.
#[derive(Default)]
pub(super) struct Drafts {
    count: Option<String>,
    change: Option<String>,
}

impl Drafts {
    /// Draws the fields; a change of one is asked for at once.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        design: &Design,
        commands: &mut Vec<Command>,
    ) {
        let mut question = session.bench.replicating.question.clone();
        self.count(ui, &mut question);
        confidence(ui, &mut question);
        let text = "Warm-up by MSER-5";
        let hint = "Leaves out so much of the beginning of each run that the mean of the rest is \
                    known best; else what the scenario says";
        ui.checkbox(&mut question.finds_warm_up, text).on_hover_text(hint);
        against(ui, &mut question, design, session.bench.scenario_name(design).as_deref());
        self.change(ui, &mut question);
        if question != session.bench.replicating.question {
            commands.push(BenchCommand::AskReplications(question).into());
        }
    }

    fn count(&mut self, ui: &mut Ui, question: &mut Question) {
        let parse =
            |text: &str| text.trim().parse::<u32>().ok().filter(|count| (2..=MOST).contains(count));
        let hint = format!("Runs of each variant, with seeds one after the other: 2 to {MOST}");
        let now = question.count.to_string();
        let valid = |text: &str| parse(text).is_some();
        field(ui, ("Replications", &hint, 56.0), (&mut self.count, &now), valid, |text| {
            question.count = parse(text).unwrap_or(question.count);
        });
    }

    fn change(&mut self, ui: &mut Ui, question: &mut Question) {
        let Against::Change(changed) = &mut question.against else { return };
        if ui.available_size_before_wrap().x < CHANGE + 80.0 {
            ui.end_row();
        }
        let now = changed.to_string();
        let hint = "What is different in the variant: PATH=VALUE, such as payment.concurrency=3";
        let valid = |text: &str| text.parse::<Changed>().is_ok();
        field(ui, ("Change", hint, CHANGE), (&mut self.change, &now), valid, |text| {
            if let Ok(parsed) = text.parse() {
                *changed = parsed;
            }
        });
    }
}

/// A field of one line that keeps what is not valid as a draft.
fn field(
    ui: &mut Ui,
    (name, hint, width): (&str, &str, f32),
    (draft, now): (&mut Option<String>, &str),
    is_valid: impl Fn(&str) -> bool,
    mut take: impl FnMut(&str),
) {
    let colors = Colors::of(ui);
    let label = ui.label(RichText::new(name).color(colors.muted));
    let mut text = draft.clone().unwrap_or_else(|| now.to_owned());
    let ink = if is_valid(&text) { colors.text } else { colors.error };
    let font = FontId::new(12.0, egui::FontFamily::Monospace);
    let edit = TextEdit::singleline(&mut text).font(font).text_color(ink).desired_width(width);
    let edit = edit.align(egui::Align2::LEFT_CENTER);
    let response = ui.add(edit).labelled_by(label.id).on_hover_text(hint);
    if response.changed() {
        if is_valid(&text) {
            take(&text);
        }
        *draft = Some(text);
    }
    if response.lost_focus() {
        *draft = None;
    }
}

fn confidence(ui: &mut Ui, question: &mut Question) {
    let percent = |share: f64| format!("{} %", share * 100.0);
    let hint = "How sure the intervals hold the true mean";
    combo(ui, ("Confidence", hint, 64.0), &percent(question.confidence), |ui| {
        for confidence in CONFIDENCES {
            let is_on = question.confidence == confidence;
            if option(ui, is_on, &percent(confidence)).clicked() {
                question.confidence = confidence;
            }
        }
    });
}

fn against(ui: &mut Ui, question: &mut Question, design: &Design, shown: Option<&str>) {
    let title = |against: &Against| match against {
        Against::Nothing => "nothing".to_owned(),
        Against::Scenario(name) => name.clone(),
        Against::Change(_) => "one change".to_owned(),
    };
    let mut choices = vec![Against::Nothing, Against::Change(Changed::default())];
    let others = design.scenarios.iter().filter(|it| Some(it.name.as_str()) != shown);
    choices.extend(others.map(|it| Against::Scenario(it.name.clone())));
    let now = title(&question.against);
    let hint = "What to compare with, under the same luck";
    combo(ui, ("Against", hint, 144.0), &now, |ui| {
        for choice in choices {
            let is_on = title(&choice) == now;
            if option(ui, is_on, &title(&choice)).clicked() && !is_on {
                question.against = choice;
            }
        }
    });
}

fn combo(
    ui: &mut Ui,
    (name, hint, width): (&str, &str, f32),
    now: &str,
    choices: impl FnOnce(&mut Ui),
) {
    let label = ui.label(RichText::new(name).color(Colors::of(ui).muted));
    let combo = ComboBox::from_id_salt(("statistics", name)).selected_text(now).width(width);
    let response = combo.truncate().show_ui(ui, choices).response;
    response.labelled_by(label.id).on_hover_text(hint);
}

fn option(ui: &mut Ui, is_on: bool, title: &str) -> Response {
    let response = ui.selectable_label(is_on, title);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_on, title));
    response
}
