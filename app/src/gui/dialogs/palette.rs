//! The palette: every command and everything in the design, found by a few letters.

use egui::{
    Align2, Context, FontFamily, FontId, Id, Key, Response, Role, ScrollArea, Sense, Ui,
    WidgetInfo, pos2, vec2,
};
use flowbench_model::design::Design;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::modal;
use crate::command::{BenchCommand, Command, ViewCommand};
use crate::command_table::COMMANDS;
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::search;
use crate::selection::Selection;
use crate::session::Session;

/// How many hits are listed.
const MOST: usize = 60;

/// The palette: what is typed, and which hit is chosen.
pub(super) struct Palette {
    text: String,
    chosen: usize,
    has_commands: bool,
    is_fresh: bool,
}

/// Something one can choose.
struct Entry {
    icon: Icon,
    text: String,
    detail: String,
    is_enabled: bool,
    commands: Vec<Command>,
}

impl Palette {
    /// Commands and things.
    pub(super) fn commands() -> Palette {
        Palette { text: String::new(), chosen: 0, has_commands: true, is_fresh: true }
    }

    /// Things of the design only.
    pub(super) fn things() -> Palette {
        Palette { has_commands: false, ..Palette::commands() }
    }

    /// Draws the palette; whether it stays open.
    pub(super) fn ui(
        &mut self,
        ctx: &Context,
        session: &Session,
        commands: &mut Vec<Command>,
    ) -> bool {
        let mut entries = Vec::new();
        if self.has_commands {
            entries.extend(command_entries(session));
        }
        if let Some(design) = session.design() {
            entries.extend(thing_entries(design));
        }
        let hits = hits(&self.text, entries);
        self.steer(ctx, hits.len());
        let is_entered = ctx.input(|input| input.key_pressed(Key::Enter));
        let id = Id::unique("command palette");
        let shown = modal(ctx, id, size::DIALOG, |ui| self.content(ui, &hits));
        let picked = shown.inner.or(is_entered.then_some(self.chosen));
        if let Some(entry) = picked.and_then(|index| hits.get(index)).filter(|e| e.is_enabled) {
            commands.extend(entry.commands.iter().cloned());
            return false;
        }
        !shown.should_close()
    }

    fn steer(&mut self, ctx: &Context, hits: usize) {
        let (down, up) = ctx.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            (input.consume_key(none, Key::ArrowDown), input.consume_key(none, Key::ArrowUp))
        });
        if down {
            self.chosen += 1;
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        self.chosen = self.chosen.min(hits.saturating_sub(1));
    }

    /// The field and the hits; the one that was clicked.
    fn content(&mut self, ui: &mut Ui, hits: &[Entry]) -> Option<usize> {
        let hint = if self.has_commands {
            "Type a command, a node, a message or a scenario"
        } else {
            "Find a node, an edge, a message or a scenario"
        };
        let field = search::show(ui, &mut self.text, hint);
        if self.is_fresh {
            field.request_focus();
        }
        if field.changed() {
            self.chosen = 0;
        }
        ui.add_space(space::XS);
        let mut picked = None;
        ScrollArea::vertical().max_height(380.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, entry) in hits.iter().enumerate() {
                let is_chosen = index == self.chosen;
                let response = row(ui, entry, is_chosen);
                if is_chosen && !self.is_fresh {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    picked = Some(index);
                }
            }
            if hits.is_empty() {
                ui.label(egui::RichText::new("Nothing fits.").color(Colors::of(ui).muted));
            }
        });
        self.is_fresh = false;
        picked
    }
}

fn row(ui: &mut Ui, entry: &Entry, is_chosen: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 32.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, entry.is_enabled, &entry.text));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.accent_soft);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.hover);
    }
    let (ink, soft) = match entry.is_enabled {
        true => (colors.text, colors.muted),
        false => (colors.faint, colors.faint),
    };
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::L, middle);
    let icon = fonts::icon_font(size::ICON + 1.0);
    ui.painter().text(at, Align2::CENTER_CENTER, entry.icon, icon, soft);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let at = pos2(rect.left() + space::XXL, middle);
    ui.painter().text(at, Align2::LEFT_CENTER, &entry.text, font, ink);
    let font = FontId::new(size::SMALL, fonts::medium());
    let at = pos2(rect.right() - space::S, middle);
    ui.painter().text(at, Align2::RIGHT_CENTER, &entry.detail, font, soft);
    response
}

fn command_entries(session: &Session) -> Vec<Entry> {
    let entry = |info: &crate::command_table::CommandInfo| {
        let is_enabled = (info.enabled)(session);
        let key = info.shortcuts.first().map(ToString::to_string);
        Entry {
            icon: icons::named(info.icon),
            text: info.text.to_owned(),
            detail: key.unwrap_or_else(|| info.menu.title().to_owned()),
            is_enabled,
            commands: if is_enabled { vec![(info.make)(session)] } else { Vec::new() },
        }
    };
    COMMANDS.iter().map(entry).collect()
}

fn thing_entries(design: &Design) -> Vec<Entry> {
    let entry = |icon, text: String, detail: &str, commands| Entry {
        icon,
        text,
        detail: detail.to_owned(),
        is_enabled: true,
        commands,
    };
    let shown = |selection| vec![Command::select(selection), ViewCommand::ZoomToSelection.into()];
    let mut entries = Vec::new();
    for node in &design.nodes {
        let commands = shown(Selection::node(node.name.as_str()));
        let icon = icons::role(&node.role, &design.presets);
        entries.push(entry(icon, node.name.clone(), node.role.word(), commands));
    }
    for edge in &design.edges {
        let commands = shown(Selection::edge(edge.name()));
        let text = format!("{} → {}", edge.from, edge.to);
        entries.push(entry(icons::edge(edge.kind), text, edge.kind.word(), commands));
    }
    for message in &design.messages {
        let select = Command::select(Selection::MessageType(message.name.clone()));
        let icon = icons::message(message.kind);
        entries.push(entry(icon, message.name.clone(), "message", vec![select]));
    }
    for scenario in &design.scenarios {
        let run = BenchCommand::ChooseScenario(scenario.name.clone()).into();
        let text = format!("Run {}", scenario.name);
        entries.push(entry(icons::SCENARIO, text, "scenario", vec![run]));
    }
    entries
}

/// The entries that fit, the best first; all of them, in order, while nothing is typed.
fn hits(text: &str, entries: Vec<Entry>) -> Vec<Entry> {
    if text.trim().is_empty() {
        return entries.into_iter().take(MOST).collect();
    }
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Entry)> = entries
        .into_iter()
        .filter_map(|entry| {
            let score = pattern.score(Utf32Str::new(&entry.text, &mut buffer), &mut matcher)?;
            Some((score, entry))
        })
        .collect();
    scored.sort_by_key(|(score, entry)| (!entry.is_enabled, std::cmp::Reverse(*score)));
    scored.into_iter().take(MOST).map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_find_a_command_and_disabled_ones_come_last() {
        let session = Session::default();
        let found = hits("undo", command_entries(&session));
        assert_eq!(found.first().map(|entry| entry.text.as_str()), Some("Undo"));
        assert!(!found[0].is_enabled);
        let found = hits("theme", command_entries(&session));
        assert!(found[0].is_enabled);
        assert!(hits("xyzzy", command_entries(&session)).is_empty());
    }
}
