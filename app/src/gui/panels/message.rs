//! One message of the run: what it is, where it is now, what happened to it, what caused it and
//! what it caused.

pub mod payload;
mod trail;
mod whereabouts;

use std::sync::Arc;

use egui::{FontFamily, FontId, Label, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo};
use flowbench_model::message::Message;
use flowbench_model::name::MessageName;
use flowbench_model::time::Time;
use flowbench_simulator::record::Entry;
use flowbench_simulator::recording::Recording;
use flowbench_simulator::run::Run;

use crate::command::{BenchCommand, Command};
use crate::gui::clock;
use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::kept::Kept;
use crate::gui::story::{self, Story};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{empty, section, tag};
use crate::selection::Selection;
use crate::session::Session;
use trail::{Link, Trail};
use whereabouts::Whereabout;

/// The panel: what is known of the message that is selected.
#[derive(Default)]
pub struct MessagePanel {
    trail: Kept<MessageName, Option<Trail>>,
    payload: Kept<MessageName, Option<payload::Payload>>,
    now: Option<(Arc<Run>, MessageName, Vec<Whereabout>)>,
}

impl MessagePanel {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Selection::Message(name) = &session.selection else {
            let sentence = "Click a dot on the canvas, an entry of the log or a dead letter.";
            empty::show(ui, icons::MESSAGE, "No message selected", sentence);
            return;
        };
        let Some(recording) = &session.bench.recording else {
            empty::show(
                ui,
                icons::MESSAGE,
                &name.to_string(),
                "Run a scenario to see its history.",
            );
            return;
        };
        let trail = self.trail.get(recording, name.clone(), trail::of);
        let Some(trail) = trail else {
            let sentence = "This run has no such message: the design or the scenario has changed.";
            empty::show(ui, icons::MESSAGE, &name.to_string(), sentence);
            return;
        };
        let now = session
            .bench
            .world
            .as_ref()
            .map(|world| whereabouts(&mut self.now, world, name, trail));
        let position = session.bench.position;
        let schemas = session.document.as_ref().map(|document| &document.schemas);
        let payload = self.payload.get(recording, name.clone(), |recording, _| {
            payload::of(recording, schemas?, trail.id)
        });
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add_space(space::S);
            head(ui, recording, name, trail);
            section::show(ui, "Now", |ui| places(ui, trail, position, now.unwrap_or_default()));
            if let Some(payload) = payload {
                section::show(ui, "Payload", |ui| {
                    if let Some(place) = &payload.place {
                        ui.label(RichText::new(place).small().color(Colors::of(ui).muted));
                    }
                    json(ui, &payload.json);
                });
            }
            section::show_counted(ui, "History", Some(trail.entries.len()), |ui| {
                history(ui, recording, trail, position, commands);
            });
            links(ui, "Caused by", "An origin: a producer published it.", &trail.causes, commands);
            links(
                ui,
                "Caused",
                "Nothing: no handler published because of it.",
                &trail.effects,
                commands,
            );
        });
    }
}

/// Where the message is, kept until the world moves on.
fn whereabouts<'a>(
    kept: &'a mut Option<(Arc<Run>, MessageName, Vec<Whereabout>)>,
    world: &Arc<Run>,
    name: &MessageName,
    trail: &Trail,
) -> &'a [Whereabout] {
    let old = kept.take().filter(|(of, old, _)| Arc::ptr_eq(of, world) && old == name);
    let new =
        old.unwrap_or_else(|| (Arc::clone(world), name.clone(), whereabouts::of(world, trail.id)));
    &kept.insert(new).2
}

fn head(ui: &mut Ui, recording: &Recording, name: &MessageName, trail: &Trail) {
    let colors = Colors::of(ui);
    let story = Story::of(recording);
    let design = &recording.plan().design;
    let message_type = story.type_name(trail.id);
    let known: Option<&Message> = design.message(message_type).map(AsRef::as_ref);
    let icon = known.map_or(icons::MESSAGE, |message| icons::message(message.kind));
    let index = design.messages.iter().position(|message| message.name == message_type);
    ui.horizontal(|ui| {
        tag::icon(ui, icon, colors.message(index.unwrap_or(0)));
        let font = FontId::new(size::TITLE, FontFamily::Monospace);
        ui.label(RichText::new(name.to_string()).font(font));
        tag::show(ui, message_type, colors.message(index.unwrap_or(0)));
    });
    let published = trail
        .published_at
        .map_or_else(String::new, |at| format!("published at {}", clock::exact(at)));
    let text = format!("{published} · ordering key {}", trail.key);
    ui.label(RichText::new(text).small().color(colors.muted));
    ui.add_space(space::XS);
}

fn places(ui: &mut Ui, trail: &Trail, position: Time, now: &[Whereabout]) {
    let colors = Colors::of(ui);
    let line = |ui: &mut Ui, icon, color, text: &str| {
        ui.horizontal(|ui| {
            tag::icon(ui, icon, color);
            ui.add(Label::new(text).wrap());
        });
    };
    if trail.published_at.is_some_and(|at| at > position) {
        line(ui, icons::LATENCY, colors.muted, "Not yet published at this instant");
    } else if now.is_empty() {
        line(ui, icons::OK, colors.ok, "Nowhere any more: each copy has met its fate");
    }
    for place in now {
        line(ui, place.icon, colors.accent, &place.text);
    }
}

fn json(ui: &mut Ui, payload: &str) {
    let colors = Colors::of(ui);
    egui::Frame::new()
        .fill(colors.sunken)
        .corner_radius(f32::from(size::RADIUS))
        .inner_margin(egui::Margin::same(space::S as i8))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            let job = payload::highlighted(payload, colors);
            ui.add(Label::new(job).selectable(true).wrap());
        });
}

fn history(
    ui: &mut Ui,
    recording: &Recording,
    trail: &Trail,
    position: Time,
    commands: &mut Vec<Command>,
) {
    let story = Story::of(recording);
    ui.spacing_mut().item_spacing.y = 0.0;
    for index in &trail.entries {
        if let Some(entry) = story.record.entry(*index)
            && happening(ui, &story, &entry, entry.at > position)
        {
            commands.push(BenchCommand::SeekTo(entry.at).into());
        }
    }
}

/// One entry; whether it was clicked.
fn happening(ui: &mut Ui, story: &Story, entry: &Entry, is_future: bool) -> bool {
    let colors = Colors::of(ui);
    let (hue, ink) = if is_future {
        (colors.faint, colors.faint)
    } else {
        (story::color(entry.kind, colors), colors.text)
    };
    let what = story.happening(entry);
    let place = story.place(entry);
    let time = clock::short(entry.at);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width, size::ROW), Sense::click());
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.hover);
    }
    let mono = FontId::new(size::SMALL + 0.5, FontFamily::Monospace);
    let body = FontId::new(size::SMALL + 1.0, FontFamily::Proportional);
    let small = FontId::new(size::SMALL, FontFamily::Proportional);
    let left = text(ui, rect, &time, mono, colors.muted);
    let sign = story::icon(entry.kind);
    let left = text(ui, rect.with_min_x(left), sign, fonts::icon_font(size::ICON - 2.0), hue);
    let left = text(ui, rect.with_min_x(left), &what, body, ink);
    text(ui, rect.with_min_x(left), &place, small, colors.muted);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{time} {what} at {place}"))
    });
    response.on_hover_text(format!("{what}\n{place}\nClick to go to {time}")).clicked()
}

/// Paints as much of a text as there is room for; where the next one may begin.
fn text(ui: &Ui, room: egui::Rect, text: &str, font: FontId, color: egui::Color32) -> f32 {
    if room.width() < space::XL {
        return room.right();
    }
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.width());
    let galley = ui.painter().layout_job(job);
    let at = room.left_center() - egui::vec2(0.0, galley.size().y * 0.5);
    let end = room.left() + galley.size().x + space::S;
    ui.painter().galley(at, galley, color);
    end
}

fn links(ui: &mut Ui, title: &str, none: &str, links: &[Link], commands: &mut Vec<Command>) {
    section::show_counted(ui, title, Some(links.len()), |ui| {
        let colors = Colors::of(ui);
        if links.is_empty() {
            ui.label(RichText::new(none).small().color(colors.muted));
        }
        for link in links {
            ui.horizontal(|ui| {
                let font = FontId::new(12.0, FontFamily::Monospace);
                let text = RichText::new(link.name.to_string()).font(font).color(colors.accent);
                let response = ui.link(text);
                response.widget_info(|| {
                    WidgetInfo::labeled(Role::Link, true, format!("Show {}", link.name))
                });
                if response.clicked() {
                    commands.push(BenchCommand::SelectMessage(link.name.clone()).into());
                }
                ui.label(RichText::new(&link.message_type).color(colors.muted));
            });
        }
    });
}
