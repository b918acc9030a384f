//! What somebody who writes a version and somebody who reads one have to do with each other: in
//! words, with what stands against it, a payload that shows it, and the order of a roll-out.

use egui::Ui;
use flowbench_model::compat::edges::Reading;
use flowbench_model::compat::{Judgment, Outcome};
use flowbench_model::message::MessageRef;
use flowbench_model::schema::Schemas;

use crate::command::{BenchCommand, Command, Payload, ViewCommand};
use crate::compatibility::{Compatibility, is_broken};
use crate::gui::icons;
use crate::gui::panels::message::payload::highlighted;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::{button, tag, verdict};
use crate::session::Session;

/// Draws the sheet of a reading.
pub fn ui(
    ui: &mut Ui,
    session: &Session,
    (compatibility, schemas): (&mut Compatibility, &Schemas),
    place: usize,
    commands: &mut Vec<Command>,
) {
    let Some(reading) = compatibility.readings().get(place).cloned() else { return };
    let judgment = compatibility.judgment(schemas, place);
    let colors = Colors::of(ui);
    let sign = verdict::sign(judgment.as_deref(), colors);
    ui.horizontal_wrapped(|ui| {
        tag::icon(ui, sign.icon, sign.color);
        tag::show(ui, sign.word, sign.color);
        let message = MessageRef { name: reading.message.clone(), version: Some(reading.written) };
        if button::link(ui, icons::SCHEMA, &message.to_string())
            .on_hover_text("Edit its schemas")
            .clicked()
        {
            commands.push(ViewCommand::EditMessage(message).into());
        }
    });
    tag::sentence(ui, icons::PUBLISH, colors.muted, &written(&reading));
    tag::sentence(ui, icons::SUBSCRIBE, colors.muted, &read(&reading));
    if let Some(judgment) = &judgment {
        judged(ui, judgment);
    }
    if is_broken(judgment.as_deref()) {
        match compatibility.counter_example(schemas, place) {
            Some(payload) => example(ui, session, &reading, &payload, commands),
            None => {
                let text = "No payload was found that shows it, among a thousand that were tried.";
                tag::sentence(ui, icons::INFO, colors.muted, text);
            }
        }
    }
}

fn written(reading: &Reading) -> String {
    let Reading { writer, written, message, path, .. } = reading;
    let over = path.iter().skip(1).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    let over = if over.is_empty() { String::new() } else { format!(", over {over}") };
    format!("`{writer}` writes version {written} of `{message}`{over}")
}

fn read(reading: &Reading) -> String {
    let Reading { reader, read, uses, .. } = reading;
    let read = match read {
        Some(read) => format!("`{reader}` reads it as version {read}"),
        None => format!("`{reader}` names no version and does not look: it takes what comes"),
    };
    if uses.is_empty() { read } else { format!("{read}, and uses {}", uses.join(", ")) }
}

fn judged(ui: &mut Ui, judgment: &Judgment) {
    let colors = Colors::of(ui);
    match &judgment.outcome {
        Outcome::NotJudged(why) => tag::sentence(ui, icons::INFO, colors.warn, why),
        Outcome::Reads | Outcome::Breaks => {
            if let Some(order) = judgment.order {
                tag::sentence(ui, icons::NEXT, colors.accent, verdict::roll_out(order));
            }
        }
    }
    ui.add_space(space::XS);
    verdict::differences(ui, &judgment.differences);
}

/// A payload that is written and not read, to copy or to try.
fn example(
    ui: &mut Ui,
    session: &Session,
    reading: &Reading,
    payload: &serde_json::Value,
    commands: &mut Vec<Command>,
) {
    let colors = Colors::of(ui);
    ui.add_space(space::XS);
    let text = format!("`{}` writes this, and `{}` rejects it:", reading.writer, reading.reader);
    tag::sentence(ui, icons::POISON, colors.error, &text);
    let json = serde_json::to_string_pretty(payload).unwrap_or_default();
    egui::Frame::new()
        .fill(colors.sunken)
        .corner_radius(f32::from(crate::gui::theme::size::RADIUS))
        .inner_margin(egui::Margin::same(8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let label = egui::Label::new(highlighted(&json, colors)).selectable(true).wrap();
            let response = ui.add(label);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(
                    egui::Role::Label,
                    true,
                    format!("Counter-example {payload}"),
                )
            });
        });
    ui.horizontal_wrapped(|ui| {
        if button::labeled(ui, icons::COPY, "Copy payload").clicked() {
            ui.ctx().copy_text(json.clone());
        }
        let can_run = session.design().is_some_and(|design| !design.scenarios.is_empty());
        let channel = reading.path.get(1).cloned().filter(|_| can_run);
        ui.add_enabled_ui(channel.is_some(), |ui| {
            let hint = "Publishes it once at the instant that is shown, in a fork of the scenario";
            let button = button::labeled(ui, icons::POISON, "Inject into the run");
            if button.on_hover_text(hint).clicked()
                && let Some(channel) = channel
            {
                let version = Some(reading.written);
                let message = MessageRef { name: reading.message.clone(), version };
                let payload = payload.to_string();
                let writer = reading.writer.clone();
                let payload = Payload { writer, message, channel, payload };
                commands.push(BenchCommand::InjectPayload(payload).into());
                commands.push(ViewCommand::Show(crate::command::Stage::Canvas).into());
            }
        });
    });
}
