//! The whole chain of the message that is selected: every message from the origin on, each with
//! the time it traveled, waited, was in work, and waited for another attempt.

mod chain;

use egui::{
    Align2, Color32, FontFamily, FontId, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::name::MessageName;
use flowbench_model::time::Time;

use crate::command::{BenchCommand, Command};
use crate::gui::clock;
use crate::gui::icons;
use crate::gui::kept::Kept;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::empty;
use crate::selection::Selection;
use crate::session::Session;
use chain::{Chain, Link, Phase};

/// Height of a row.
const ROW: f32 = 24.0;
/// Width of the names on the left.
const NAMES: f32 = 264.0;

/// The panel: the chain that was asked for last.
#[derive(Default)]
pub struct Trace {
    chain: Kept<MessageName, Option<Chain>>,
}

impl Trace {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let (Selection::Message(name), Some(recording)) =
            (&session.selection, &session.bench.recording)
        else {
            let sentence = "Click a dot on the canvas, an entry of the log or a dead letter.";
            empty::show(ui, icons::CAUSE, "No message selected", sentence);
            return;
        };
        let Some(chain) = self.chain.get(recording, name.clone(), chain::of) else {
            let sentence = "This run has no such message: the design or the scenario has changed.";
            empty::show(ui, icons::CAUSE, &name.to_string(), sentence);
            return;
        };
        legend(ui, chain);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for link in &chain.links {
                row(ui, chain, link, link.name == *name, session.bench.position, commands);
            }
        });
    }
}

/// The color of a phase.
fn hue(phase: Phase, colors: &Colors) -> Color32 {
    match phase {
        Phase::Travel => colors.edge,
        Phase::Wait => colors.channel,
        Phase::Work => colors.consumer,
        Phase::Retry => colors.warn,
        Phase::DeadLetter => colors.dead_letter,
    }
}

fn legend(ui: &mut Ui, chain: &Chain) {
    let colors = Colors::of(ui);
    ui.horizontal(|ui| {
        ui.add_space(space::M);
        let took = clock::length(chain.end.since(chain.start).0);
        let count = crate::gui::words::count(chain.links.len() as u64, "message");
        let from = clock::short(chain.start);
        let text = format!("{count} from {from}, {took} in all");
        ui.label(egui::RichText::new(text).color(colors.text));
        for phase in Phase::ALL {
            ui.add_space(space::XS);
            let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
            ui.painter().rect_filled(rect, 2.0, hue(phase, colors));
            ui.label(egui::RichText::new(phase.title()).small().color(colors.muted));
        }
    });
}

fn row(
    ui: &mut Ui,
    chain: &Chain,
    link: &Link,
    is_selected: bool,
    position: Time,
    commands: &mut Vec<Command>,
) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::Row, true, is_selected, format!("Trace of {}", link.name))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let colors = Colors::of(ui);
    if is_selected {
        ui.painter().rect_filled(rect, 4.0, colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, colors.hover);
    }
    names(ui, rect, link);
    let field = rect.with_min_x(rect.left() + NAMES).with_max_x(rect.right() - space::XL);
    bars(ui, field, chain, link);
    let now = x(field, chain, position);
    if (field.left()..=field.right()).contains(&now) {
        ui.painter().vline(now, rect.y_range(), line(1.0, colors.accent));
    }
    let tip = link
        .phases
        .iter()
        .map(|(phase, from, to)| format!("{} {}", phase.title(), clock::length(to.since(*from).0)));
    let tip = tip.collect::<Vec<_>>().join(", ");
    let response = response.on_hover_text(format!("{}: {tip}", link.name));
    if response.double_clicked() {
        commands.push(BenchCommand::SeekTo(link.published_at).into());
    } else if response.clicked() {
        commands.push(BenchCommand::SelectMessage(link.name.clone()).into());
    }
}

fn names(ui: &Ui, rect: Rect, link: &Link) {
    let colors = Colors::of(ui);
    let cell = rect.with_max_x(rect.left() + NAMES - space::S);
    let painter = ui.painter().with_clip_rect(cell.intersect(ui.clip_rect()));
    let left = rect.left() + space::M + link.depth.min(8) as f32 * space::M;
    let mono = FontId::new(size::SMALL + 0.5, FontFamily::Monospace);
    let at = pos2(left, rect.center().y);
    let name = link.name.to_string();
    let name = painter.text(at, Align2::LEFT_CENTER, name, mono, colors.text);
    let body = FontId::new(size::SMALL + 0.5, FontFamily::Proportional);
    let at = pos2(name.right() + space::S, rect.center().y);
    painter.text(at, Align2::LEFT_CENTER, &link.message_type, body, colors.muted);
}

fn x(field: Rect, chain: &Chain, time: Time) -> f32 {
    let span = chain.end.since(chain.start).0.max(1) as f64;
    let since = time.0 as f64 - chain.start.0 as f64;
    field.left() + (since / span) as f32 * field.width()
}

fn bars(ui: &Ui, field: Rect, chain: &Chain, link: &Link) {
    let colors = Colors::of(ui);
    for (phase, from, to) in &link.phases {
        let (left, right) = (x(field, chain, *from), x(field, chain, *to));
        let is_thin = matches!(phase, Phase::Travel | Phase::Wait | Phase::Retry);
        let height = if is_thin { 5.0 } else { 12.0 };
        let middle = pos2((left + right) * 0.5, field.center().y);
        let bar = Rect::from_center_size(middle, vec2((right - left).max(2.0), height));
        ui.painter().rect_filled(bar, 2.0, hue(*phase, colors));
    }
}
