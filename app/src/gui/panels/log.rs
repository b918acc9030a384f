//! The log: every entry of the record up to the instant that is shown, filtered.

mod filter;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Align2, FontFamily, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2};
use flowbench_model::name::MessageName;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::Entry;
use flowbench_simulator::recording::Recording;

use crate::command::{BenchCommand, Command};
use crate::gui::clock;
use crate::gui::fonts;
use crate::gui::icons;
use crate::gui::kept::Kept;
use crate::gui::story::{self, Group, Story};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::long_list::LongList;
use crate::gui::widgets::{button, empty, search};
use crate::selection::Selection;
use crate::session::Session;
use filter::{Filter, Found};

/// What somebody else wants to see in the log.
#[derive(Clone, PartialEq, Debug)]
pub enum Wish {
    /// Entries of one group.
    Group(Group),
    /// Entries of these messages, and what they are called together.
    Messages(BTreeSet<MessageId>, String),
}

/// The panel: what is looked for and where the list stands.
#[derive(Default)]
pub struct Log {
    filter: Filter,
    found: Kept<Filter, Found>,
    list: LongList,
}

impl Log {
    /// Shows what somebody else wants to see.
    pub fn fulfill(&mut self, wish: Wish) {
        self.filter = match wish {
            Wish::Group(group) => Filter { groups: BTreeSet::from([group]), ..Filter::default() },
            Wish::Messages(messages, title) => {
                Filter { messages: Some((messages, title)), ..Filter::default() }
            }
        };
        self.list = LongList::default();
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(recording) = &session.bench.recording else {
            empty::show(ui, icons::LOG, "Nothing has happened", "Run a scenario to fill the log.");
            return;
        };
        self.head(ui);
        let cursor = recording.record().first_after(session.bench.position);
        let rows = self.count(ui, recording, cursor);
        if rows == 0 {
            let (title, sentence) = if self.filter.is_empty() {
                ("Nothing yet", "Press Space to play, or drag the cursor of the time line.")
            } else {
                ("No entry fits", "Until this instant nothing happened that the filter looks for.")
            };
            empty::show(ui, icons::LOG, title, sentence);
            return;
        }
        let found = self.found.get(recording, self.filter.clone(), |_, _| Found::default());
        let is_filtered = !self.filter.is_empty();
        let story = Story::of(recording);
        let selected = |name: &Option<MessageName>| {
            let shown = name.clone().map(Selection::Message);
            shown.is_some_and(|shown| shown == session.selection)
        };
        self.list.show(ui, rows, |ui, index, rect| {
            let at = if is_filtered { found.entry(index) } else { index };
            let Some(entry) = story.record.entry(at) else { return };
            let name = story.name(entry.message);
            let is_selected = selected(&name);
            row(ui, &story, (index, &entry), rect, is_selected, commands);
        });
    }

    fn head(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            ui.add_space(space::S);
            ui.allocate_ui(egui::vec2(208.0, size::CONTROL), |ui| {
                search::show(ui, &mut self.filter.text, "Find node, message or word");
            });
            let mut is_unwanted = false;
            if let Some((messages, title)) = &self.filter.messages {
                let text = format!("{} {title}", messages.len());
                is_unwanted = button::link(ui, icons::CLOSE, &text).clicked();
            }
            if is_unwanted {
                self.filter.messages = None;
            }
            for group in Group::ALL {
                self.chip(ui, group);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(space::S);
                let name = "Follow the cursor";
                if button::toggled(ui, icons::BOTTOM, name, self.list.follows).clicked() {
                    self.list.follows = !self.list.follows;
                    self.list.refresh();
                }
            });
        });
        ui.add_space(space::XS);
    }

    fn chip(&mut self, ui: &mut Ui, group: Group) {
        let is_on = self.filter.groups.contains(&group);
        let colors = Colors::of(ui);
        let color = if is_on { colors.accent } else { colors.muted };
        let text = egui::RichText::new(group.title()).size(size::SMALL + 0.5).color(color);
        let fill = if is_on { colors.accent_soft } else { colors.panel };
        ui.spacing_mut().button_padding.x = space::S - 1.0;
        let response = ui.add(egui::Button::new(text).fill(fill).min_size(egui::vec2(0.0, 22.0)));
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, group.title()));
        if response.clicked() {
            if is_on {
                self.filter.groups.remove(&group);
            } else {
                self.filter.groups.insert(group);
            }
        }
    }

    /// How many rows there are up to an entry.
    fn count(&mut self, ui: &Ui, recording: &Arc<Recording>, cursor: usize) -> usize {
        if self.filter.is_empty() {
            return cursor;
        }
        let found = self.found.get(recording, self.filter.clone(), |_, _| Found::default());
        if !found.search_on(recording, &self.filter) {
            ui.ctx().request_repaint();
        }
        found.count_before(cursor)
    }
}

fn row(
    ui: &mut Ui,
    story: &Story,
    (index, entry): (usize, &Entry),
    rect: Rect,
    is_selected: bool,
    commands: &mut Vec<Command>,
) {
    let response = ui.interact(rect, ui.scope_id().with(("entry", index)), Sense::click());
    let name = story.name(entry.message);
    let (place, happening) = (story.place(entry), story.happening(entry));
    let title = name.as_ref().map_or_else(String::new, ToString::to_string);
    response.widget_info(|| {
        let text = format!("{} {title} {happening} at {place}", clock::short(entry.at));
        WidgetInfo::selected(Role::Row, true, is_selected, text)
    });
    let colors = Colors::of(ui);
    let fill = match (is_selected, response.hovered() || response.has_focus()) {
        (true, _) => Some(colors.accent_soft),
        (false, true) => Some(colors.hover),
        (false, false) => None,
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, 4.0, fill);
    }
    let texts = [title, story.type_name(entry.message).to_owned(), place, happening];
    paint_row(ui, rect, entry, &texts);
    if response.double_clicked() {
        commands.push(BenchCommand::SeekTo(entry.at).into());
    } else if response.clicked()
        && let Some(name) = name
    {
        commands.push(BenchCommand::SelectMessage(name).into());
    }
}

fn paint_row(ui: &Ui, rect: Rect, entry: &Entry, [name, kind, place, happening]: &[String; 4]) {
    let colors = Colors::of(ui);
    let mono = FontId::new(size::SMALL + 0.5, FontFamily::Monospace);
    let body = FontId::new(12.5, FontFamily::Proportional);
    let shares = [0.0, 96.0, 120.0, 244.0, 400.0, 600.0];
    let scale = (rect.width() / 940.0).clamp(0.72, 1.3);
    let x = |column: usize| rect.left() + space::M + shares[column] * scale;
    let text = |column: usize, text: &str, font: &FontId, color| {
        let next = if column < 5 { x(column + 1) - space::XS } else { rect.right() };
        let cell = Rect::from_x_y_ranges(x(column)..=next, rect.y_range());
        let painter = ui.painter().with_clip_rect(cell.intersect(ui.clip_rect()));
        painter.text(
            pos2(cell.left(), cell.center().y),
            Align2::LEFT_CENTER,
            text,
            font.clone(),
            color,
        );
    };
    let hue = story::color(entry.kind, colors);
    text(0, &clock::short(entry.at), &mono, colors.muted);
    text(1, story::icon(entry.kind), &fonts::icon_font(size::ICON - 2.0), hue);
    text(2, name, &mono, colors.text);
    text(3, kind, &body, colors.muted);
    text(4, place, &body, colors.text);
    text(5, happening, &body, hue);
}
