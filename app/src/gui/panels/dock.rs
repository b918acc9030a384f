//! The panel at the bottom, with a tab for each list.

use egui::{Align2, FontId, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{Command, PanelKind, ViewCommand};
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::panels::dead_letters::DeadLetters;
use crate::gui::panels::differences::Differences;
use crate::gui::panels::log::{Log, Wish};
use crate::gui::panels::statistics::Statistics;
use crate::gui::panels::trace::Trace;
use crate::gui::panels::{differences, messages, metrics, problems, promises};
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::button;
use crate::session::Session;

/// The dock: which tab is in front, and what the tabs remember.
pub struct Dock {
    front: PanelKind,
    known: Vec<PanelKind>,
    log: Log,
    dead_letters: DeadLetters,
    trace: Trace,
    statistics: Statistics,
    differences: Differences,
}

impl Default for Dock {
    fn default() -> Dock {
        Dock {
            front: PanelKind::Problems,
            known: Vec::new(),
            log: Log::default(),
            dead_letters: DeadLetters::default(),
            trace: Trace::default(),
            statistics: Statistics::default(),
            differences: Differences::default(),
        }
    }
}

const TABS: [(PanelKind, Icon); 9] = [
    (PanelKind::Problems, icons::ERROR),
    (PanelKind::DeadLetters, icons::DEAD_LETTER),
    (PanelKind::Trace, icons::CAUSE),
    (PanelKind::Log, icons::LOG),
    (PanelKind::Promises, icons::PROMISE),
    (PanelKind::Metrics, icons::SPEED),
    (PanelKind::Statistics, icons::STATISTICS),
    (PanelKind::Messages, icons::MESSAGE),
    (PanelKind::Differences, icons::DIFFERENCE),
];

/// Width of a tab with its icon and a number, on average.
const TAB: f32 = 112.0;

impl Dock {
    /// Whether any of its tabs is shown.
    #[must_use]
    pub fn is_shown(&self, session: &Session) -> bool {
        TABS.iter().any(|(panel, _)| session.has_panel(*panel))
    }

    /// Draws the tabs and the one in front.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let shown: Vec<_> = TABS.iter().filter(|(panel, _)| session.has_panel(*panel)).collect();
        self.bring_forward(&shown);
        if !shown.iter().any(|(panel, _)| *panel == self.front) {
            self.front = shown.first().map_or(PanelKind::Problems, |(panel, _)| *panel);
        }
        // A short list does not make the dock shorter.
        ui.set_min_height(ui.available_height());
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.set_height(36.0);
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(space::S);
            // Where there is little place the words have it.
            let has_icons = ui.available_width() >= TAB * shown.len() as f32;
            for (panel, icon) in shown {
                let count = count(session, *panel);
                let icon = has_icons.then_some(*icon);
                if tab(ui, icon, panel.title(), count, *panel == self.front).clicked() {
                    self.front = *panel;
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(space::S);
                if button::small_icon(ui, icons::CLOSE, "Close this panel").clicked() {
                    commands.push(ViewCommand::TogglePanel(self.front).into());
                }
            });
        });
        let y = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), y, line(1.0, Colors::of(ui).border));
        ui.add_space(space::XS);
        match self.front {
            PanelKind::Messages => messages::ui(ui, session, commands),
            PanelKind::DeadLetters => self.dead_letters.ui(ui, session, commands),
            PanelKind::Trace => self.trace.ui(ui, session, commands),
            PanelKind::Log => self.log.ui(ui, session, commands),
            PanelKind::Promises => promises::ui(ui, session, commands),
            PanelKind::Metrics => metrics::ui(ui, session, commands),
            PanelKind::Statistics => self.statistics.ui(ui, session, commands),
            PanelKind::Differences => self.differences.ui(ui, session, commands),
            PanelKind::Problems
            | PanelKind::Outline
            | PanelKind::Inspector
            | PanelKind::Timeline => problems::ui(ui, session, commands),
        }
    }

    /// Shows in the log what was asked for elsewhere.
    pub fn show_in_log(&mut self, wish: Wish) {
        self.log.fulfill(wish);
        self.front = PanelKind::Log;
    }

    /// Brings a tab to the front.
    pub fn show(&mut self, panel: PanelKind) {
        if TABS.iter().any(|(tab, _)| *tab == panel) {
            self.front = panel;
        }
    }

    /// A tab that was just asked for comes to the front.
    fn bring_forward(&mut self, shown: &[&(PanelKind, Icon)]) {
        let now: Vec<PanelKind> = shown.iter().map(|(panel, _)| *panel).collect();
        let fresh = now.iter().find(|panel| !self.known.contains(panel)).copied();
        if let Some(panel) = fresh.filter(|_| !self.known.is_empty()) {
            self.front = panel;
        }
        self.known = now;
    }
}

fn count(session: &Session, panel: PanelKind) -> Option<usize> {
    match panel {
        PanelKind::Problems => Some(problems::count(session)),
        PanelKind::Differences => differences::breaking(session),
        PanelKind::DeadLetters => session.bench.world.as_ref().map(|run| run.dead_letters().len()),
        PanelKind::Promises => session.bench.recording.as_ref().map(|recording| {
            let promises = &recording.report().promises;
            promises.iter().filter(|promise| !promise.is_as_expected()).count()
        }),
        PanelKind::Outline
        | PanelKind::Inspector
        | PanelKind::Messages
        | PanelKind::Timeline
        | PanelKind::Log
        | PanelKind::Trace
        | PanelKind::Metrics
        | PanelKind::Statistics => None,
    }
}

fn tab(
    ui: &mut Ui,
    icon: Option<Icon>,
    title: &str,
    count: Option<usize>,
    is_on: bool,
) -> Response {
    let text = match count {
        Some(count) if count > 0 => format!("{title}  {count}"),
        _ => title.to_owned(),
    };
    let font = FontId::new(12.5, fonts::medium());
    let colors = Colors::of(ui);
    let color = if is_on { colors.text } else { colors.muted };
    let galley = ui.painter().layout_no_wrap(text, font, color);
    let indent = if icon.is_some() { space::L + size::ICON } else { space::S };
    let width = indent + galley.size().x + if icon.is_some() { space::M } else { space::S };
    let (rect, response) = ui.allocate_exact_size(vec2(width, 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_on, title));
    if response.hovered() && !is_on {
        ui.painter().rect_filled(rect.shrink2(vec2(2.0, 4.0)), 5.0, colors.hover);
    }
    let middle = rect.center().y;
    if let Some(icon) = icon {
        let at = pos2(rect.left() + space::M + 4.0, middle);
        ui.painter().text(at, Align2::CENTER_CENTER, icon, fonts::icon_font(size::ICON), color);
    }
    let at = pos2(rect.left() + indent, middle - galley.size().y * 0.5);
    ui.painter().galley(at, galley, color);
    if is_on {
        let under = egui::Rect::from_min_max(
            pos2(rect.left() + space::S, rect.bottom() - 2.0),
            pos2(rect.right() - space::S, rect.bottom()),
        );
        ui.painter().rect_filled(under, 1.0, colors.accent);
    }
    response
}
