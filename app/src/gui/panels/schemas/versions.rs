//! The versions of a message as a time line: a card each, and between two of them what the step
//! comes to.

use egui::{
    Align2, Color32, FontFamily, FontId, Rect, Response, Role, ScrollArea, Sense, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use flowbench_model::compat::history::{Breach, Step};
use flowbench_model::compat::{Mode, Outcome};
use flowbench_model::message::{Message, MessageVersion};

use super::story::Story;
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, line, size, space, tint};
use crate::gui::widgets::button;

/// Height of the line.
const HEIGHT: f32 = 58.0;
/// Width of a version, and of a step between two.
const VERSION: f32 = 124.0;
const STEP: f32 = 208.0;

/// What a person asks of the line.
pub(super) enum Asked {
    /// To see this version.
    Show(u32),
    /// To see what changed from the one to the other.
    Compare(u32, u32),
    /// A version more.
    Next,
}

/// Draws the line; `pair` are the versions that are compared.
pub(super) fn ui(
    ui: &mut Ui,
    message: &Message,
    story: &Story,
    (chosen, pair): (Option<u32>, Option<(u32, u32)>),
) -> Option<Asked> {
    let mut asked = None;
    let mut versions: Vec<&MessageVersion> = message.versions.iter().collect();
    versions.sort_by_key(|it| it.number);
    let newest = versions.last().map(|it| it.number);
    let area =
        ScrollArea::horizontal().id_salt(("versions", &message.name)).auto_shrink([false, true]);
    area.stick_to_right(true).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for version in versions {
                let number = version.number;
                if let Some(step) = story.steps.iter().find(|it| it.to == number) {
                    let is_on = pair == Some((step.from, step.to));
                    if step_ui(ui, step, story, is_on).clicked() {
                        asked = Some(Asked::Compare(step.from, step.to));
                    }
                }
                let is_newest = Some(number) == newest;
                if version_ui(ui, version, (chosen == Some(number), is_newest)).clicked() {
                    asked = Some(Asked::Show(number));
                }
            }
            ui.add_space(space::M);
            let text = match chosen {
                Some(number) => format!("New version from {number}"),
                None => "New version".to_owned(),
            };
            if button::link(ui, icons::ADD, &text).clicked() {
                asked = Some(Asked::Next);
            }
        });
    });
    asked
}

fn version_ui(
    ui: &mut Ui,
    version: &MessageVersion,
    (is_chosen, is_newest): (bool, bool),
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(VERSION, HEIGHT), Sense::click());
    let title = format!("Version {}", version.number);
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_chosen, &title));
    let colors = Colors::of(ui);
    let rect = rect.shrink2(vec2(0.0, 2.0));
    let fill = if is_chosen {
        colors.accent_soft
    } else if response.hovered() {
        colors.hover
    } else {
        colors.raised
    };
    let (width, border) = if is_chosen || response.has_focus() {
        (1.5, colors.accent)
    } else {
        (1.0, colors.border_strong)
    };
    let corner = f32::from(size::RADIUS);
    ui.painter().rect(rect, corner, fill, line(width, border), StrokeKind::Inside);
    let font = FontId::new(size::BODY, fonts::semi_bold());
    let at = pos2(rect.left() + space::M, rect.center().y - 9.0);
    ui.painter().text(at, Align2::LEFT_CENTER, title, font, colors.text);
    let (said, color) = match (&version.deprecated, is_newest) {
        (Some(_), _) => ("deprecated", colors.warn),
        (None, true) => ("newest", colors.muted),
        (None, false) => ("current", colors.faint),
    };
    let examples = match version.examples.len() {
        1 => "1 example".to_owned(),
        count => format!("{count} examples"),
    };
    let rest = Rect::from_min_max(pos2(rect.left() + space::M, rect.top()), rect.max);
    one_line(ui, rest, 9.0, &format!("{said}, {examples}"), color);
    let hint = version.deprecated.as_ref().map(|why| format!("Deprecated: {why}"));
    match hint {
        Some(hint) => response.on_hover_text(hint),
        None => response,
    }
}

/// What a step comes to: by the policy, else by what can be read.
struct Mark {
    icon: Icon,
    said: String,
    color: Color32,
}

fn mark(step: &Step, story: &Story, colors: &Colors) -> Mark {
    let mode = story.policy.map(|it| it.mode).filter(|it| *it != Mode::None);
    let is_breach = |it: &&Breach| it.version == step.to;
    let broken = story.breaches.iter().find(is_breach);
    match (&step.judgment.outcome, mode, broken) {
        (Outcome::NotJudged(_), ..) => {
            Mark { icon: icons::UNKNOWN, said: "not judged".to_owned(), color: colors.warn }
        }
        (_, Some(mode), Some(_)) => Mark {
            icon: icons::BREAKS,
            said: format!("breaks {}", mode.word()),
            color: colors.error,
        },
        (_, Some(mode), None) => {
            Mark { icon: icons::READS, said: format!("keeps {}", mode.word()), color: colors.ok }
        }
        (_, None, _) => {
            let words = step.judgment.order.map_or("the same", |order| order.words());
            Mark { icon: icons::INFO, said: words.to_owned(), color: colors.muted }
        }
    }
}

/// What changes, in a few words.
fn summary(step: &Step) -> String {
    if let Outcome::NotJudged(why) = &step.judgment.outcome {
        return why.clone();
    }
    let order = step.judgment.order.map_or("", |order| order.words());
    match step.judgment.differences.len() {
        0 => format!("no difference, {order}"),
        1 => format!("1 difference, {order}"),
        count => format!("{count} differences, {order}"),
    }
}

fn step_ui(ui: &mut Ui, step: &Step, story: &Story, is_on: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(STEP, HEIGHT), Sense::click());
    let colors = Colors::of(ui);
    let Mark { icon, said, color } = mark(step, story, colors);
    let name = format!("Step from version {} to {}: {said}, {}", step.from, step.to, summary(step));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, &name));
    let inner = rect.shrink2(vec2(10.0, 6.0));
    let middle = rect.center().y;
    let stroke = line(1.5, colors.border_strong);
    ui.painter().hline(rect.left()..=rect.right(), middle, stroke);
    let fill = match (is_on, response.hovered() || response.has_focus()) {
        (true, _) => tint(colors.canvas, color, 0.2),
        (false, true) => colors.hover,
        (false, false) => colors.canvas,
    };
    let border = if is_on { line(1.0, color) } else { line(0.0, color) };
    ui.painter().rect(inner, f32::from(size::RADIUS), fill, border, StrokeKind::Inside);
    let at = pos2(inner.left() + space::M, middle - 9.0);
    let font = fonts::icon_font(size::ICON);
    ui.painter().text(at, Align2::CENTER_CENTER, icon, font, color);
    let rest = Rect::from_min_max(pos2(inner.left() + space::XL, inner.top()), inner.max);
    one_line(ui, rest, -9.0, &said, color);
    let rest = Rect::from_min_max(pos2(inner.left() + space::XS, inner.top()), inner.max);
    one_line(ui, rest, 9.0, &summary(step), colors.muted);
    response.on_hover_text(format!("{name}\nClick to see the differences"))
}

/// A text that ends where its place does, so far below the middle of it.
fn one_line(ui: &Ui, place: Rect, below: f32, text: &str, color: Color32) {
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = place.width() - space::XS;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let at = pos2(place.left(), place.center().y + below - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
}
