//! The books of the run at the instant that is shown: what came into being is what became of it.

use std::collections::BTreeSet;

use egui::{Color32, CursorIcon, FontFamily, FontId, Label, RichText, Role, Sense, Ui, WidgetInfo};
use flowbench_simulator::message::MessageId;
use flowbench_simulator::run::Run;

use crate::command::{Command, PanelKind, ViewCommand};
use crate::gui::icons;
use crate::gui::panels::log::Wish;
use crate::gui::story::Group;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::tag;
use crate::gui::words;
use crate::session::Session;

/// Height of the strip.
pub const HEIGHT: f32 = 28.0;

/// Draws the strip; what the log is to show if a number was clicked.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) -> Option<Wish> {
    let colors = Colors::of(ui);
    let Some(world) = &session.bench.world else {
        ui.horizontal_centered(|ui| {
            ui.label(RichText::new("No run yet").small().color(colors.faint));
        });
        return None;
    };
    let mut wish = None;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS + 1.0;
        balance(ui, world);
        let totals = world.totals();
        let groups = [
            ("copies", totals.copies, colors.text, Group::Published, "="),
            ("acknowledged", totals.acknowledged, colors.ok, Group::Acknowledged, "+"),
            ("dead letters", totals.dead_lettered, colors.dead_letter, Group::DeadLettered, "+"),
            ("expired", totals.expired, colors.warn, Group::Expired, "+"),
            ("dropped", totals.dropped, colors.error, Group::Dropped, "+"),
        ];
        for (word, number, color, group, sign) in groups {
            let tip = format!("{}: click to see the entries", explanation(group));
            if figure(ui, word, number, color, &tip) {
                wish = Some(Wish::Group(group));
            }
            ui.label(RichText::new(sign).color(colors.faint));
        }
        let tip = "Copies on edges, in channels and in work: click to see their entries";
        if figure(ui, "under way", totals.under_way(), colors.accent, tip) {
            wish = Some(Wish::Messages(under_way(world), "messages under way".to_owned()));
        }
        rates(ui, world);
    });
    if wish.is_some() {
        commands.push(ViewCommand::ShowPanel(PanelKind::Log).into());
    }
    wish
}

fn explanation(group: Group) -> &'static str {
    match group {
        Group::Published => "One for each edge and subscriber of a message, and each duplication",
        Group::Delivered => "Attempts that began",
        Group::Acknowledged => "Copies that were handled",
        Group::Failed => "Attempts that failed",
        Group::DeadLettered => "Copies that were given up and wait as dead letters",
        Group::Expired => "Copies that waited longer than they may",
        Group::Dropped => "Copies that are gone",
        Group::Calls => "Requests and replies",
        Group::Operations => "Faults and what operators do",
    }
}

/// Whether the books balance: at every instant they are counted again.
fn balance(ui: &mut Ui, world: &Run) {
    let colors = Colors::of(ui);
    let (icon, color, text) = match world.imbalance() {
        None => (icons::OK, colors.ok, "The books balance: every copy has exactly one fate".into()),
        Some(line) => (icons::ERROR, colors.error, format!("The books do not balance: {line}")),
    };
    let response =
        ui.label(RichText::new(icon).font(crate::gui::fonts::icon_font(size::ICON)).color(color));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    response.on_hover_text(text);
}

fn figure(ui: &mut Ui, word: &str, number: u64, color: Color32, tip: &str) -> bool {
    let colors = Colors::of(ui);
    let is_none = number == 0;
    let font = FontId::new(12.0, FontFamily::Monospace);
    let ink = if is_none { colors.faint } else { color };
    let mut job = egui::text::LayoutJob::default();
    let small = FontId::new(12.0, FontFamily::Proportional);
    let word_format = egui::TextFormat::simple(small, colors.muted);
    job.append(word, 0.0, word_format);
    job.append(&words::grouped(number), 5.0, egui::TextFormat::simple(font, ink));
    let response = ui.add(Label::new(job).sense(Sense::click()));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{number} {word}")));
    let rect = response.rect;
    if response.hovered() || response.has_focus() {
        let stroke = crate::gui::theme::line(1.0, ink);
        ui.painter().hline(rect.x_range(), rect.bottom(), stroke);
    }
    response.on_hover_text(tip).on_hover_cursor(CursorIcon::PointingHand).clicked()
}

fn rates(ui: &mut Ui, world: &Run) {
    let colors = Colors::of(ui);
    let (totals, attempts) = (world.totals(), world.attempts());
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let text = format!(
            "{} published · {} delivered · {} redelivered",
            words::grouped(totals.published),
            words::grouped(attempts.delivered),
            words::grouped(attempts.redelivered)
        );
        if ui.available_width() > 260.0 {
            ui.label(RichText::new(text).small().color(colors.muted));
            tag::icon(ui, icons::MESSAGE, colors.faint);
        }
    });
}

/// Every message of which a copy is somewhere.
fn under_way(world: &Run) -> BTreeSet<MessageId> {
    let mut messages: BTreeSet<_> = world.moving().iter().map(|moving| moving.message).collect();
    for node in 0..world.plan().nodes.len() as u32 {
        messages.extend(world.at_work(node).iter().map(|work| work.message));
        messages.extend(world.waiting(node, usize::MAX).iter().map(|waiting| waiting.message));
    }
    let dead: BTreeSet<_> = world.dead_letters().iter().map(|dead| dead.message).collect();
    messages.retain(|message| !dead.contains(message));
    messages
}
