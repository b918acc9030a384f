//! All messages, with a search and a mark where something is wrong.

use std::collections::BTreeMap;

use egui::{Align2, FontFamily, FontId, Response, Role, ScrollArea, Sense, Ui, WidgetInfo};
use egui::{pos2, vec2};
use flowbench_model::design::Design;
use flowbench_model::finding::{Place, Severity};
use flowbench_model::message::Message;

use crate::command::Command;
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::search;
use crate::gui::{fonts, icons};
use crate::selection::Selection;
use crate::session::Session;

/// The list: what is searched.
#[derive(Default)]
pub struct MessageList {
    filter: String,
    /// Which one is in sight.
    seen: String,
}

impl MessageList {
    /// Draws the list, as high as there is place but for `below`.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        (chosen, below): (&str, f32),
        commands: &mut Vec<Command>,
    ) {
        let Some(design) = session.design() else { return };
        ui.add_space(space::S);
        search::show(ui, &mut self.filter, "Find a message");
        ui.add_space(space::XS);
        let hits = hits(design, &self.filter);
        let marks = marks(session);
        let height = (ui.available_height() - below).max(size::ROW);
        let mut area = ScrollArea::vertical().auto_shrink(false).max_height(height);
        if self.seen != chosen {
            chosen.clone_into(&mut self.seen);
            let place = hits.iter().position(|it| design.messages[*it].name == chosen);
            let above = place.unwrap_or(0) as f32 * size::ROW - height / 2.0;
            area = area.vertical_scroll_offset(above.max(0.0));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        area.show_rows(ui, size::ROW, hits.len(), |ui, range| {
            for index in &hits[range] {
                let message = &design.messages[*index];
                let mark = marks.get(message.name.as_str()).copied();
                if row(ui, message, *index, (message.name == chosen, mark)).clicked() {
                    let selection = Selection::MessageType(message.name.clone());
                    commands.push(Command::select(selection));
                }
            }
            if hits.is_empty() {
                ui.label(egui::RichText::new("No message fits.").color(Colors::of(ui).muted));
            }
        });
    }
}

/// The places of the messages that fit.
fn hits(design: &Design, filter: &str) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let fits = |message: &Message| {
        let text = format!("{} {}", message.name, message.summary).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let all = 0..design.messages.len();
    all.filter(|index| words.is_empty() || fits(&design.messages[*index])).collect()
}

/// The gravest that is said about each message.
fn marks(session: &Session) -> BTreeMap<&str, Severity> {
    let mut marks = BTreeMap::new();
    // They come gravest first.
    for finding in &session.derived.findings {
        if let Place::Message(name) = &finding.place {
            marks.entry(name.as_str()).or_insert(finding.severity);
        }
    }
    marks
}

fn row(
    ui: &mut Ui,
    message: &Message,
    index: usize,
    (is_chosen, mark): (bool, Option<Severity>),
) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_chosen, &message.name));
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.hover);
    }
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::M, middle);
    let (icon, color) = (icons::message(message.kind), colors.message(index));
    ui.painter().text(at, Align2::CENTER_CENTER, icon, fonts::icon_font(size::ICON - 1.0), color);
    let newest = message.version(None).map_or_else(String::new, |it| format!("v{}", it.number));
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    let mut right = rect.right() - space::XS;
    if let Some(severity) = mark.filter(|it| *it != Severity::Info) {
        let at = pos2(right, middle);
        let (sign, color) = (icons::severity(severity), severity_color(colors, severity));
        let font = fonts::icon_font(size::ICON - 2.0);
        right = ui.painter().text(at, Align2::RIGHT_CENTER, sign, font, color).left() - space::XS;
    }
    let at = pos2(right, middle);
    right = ui.painter().text(at, Align2::RIGHT_CENTER, newest, font, colors.faint).left();
    let left = rect.left() + space::XL;
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let mut job = egui::text::LayoutJob::simple_singleline(message.name.clone(), font, colors.text);
    job.wrap.max_width = right - left - space::XS;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let at = pos2(left, middle - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colors.text);
    let said = if message.summary.is_empty() {
        message.name.clone()
    } else {
        format!("{}\n{}", message.name, message.summary)
    };
    response.on_hover_text(said)
}
