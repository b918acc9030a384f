//! What lies between the open design and another version of it: what breaks first, with who is
//! hurt; a click leads to the place.

use egui::{Align, Color32, Label, Layout, RichText, ScrollArea, Sense, Ui, UiBuilder, vec2};
use flowbench_model::diff::{Alteration, AlterationKind, Harm};
use flowbench_model::finding::Place;

use crate::command::{Command, EditCommand, ExchangeCommand};
use crate::command_table;
use crate::differences::{self, Against, Difference};
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, empty, prose, tag, verdict};
use crate::selection::{Items, Selection};
use crate::session::Session;
use crate::session::differing::around;

/// Width of the places.
const PLACE: f32 = 176.0;
/// Changes that are shown at once.
const PAGE: usize = 200;

/// The panel: how many changes are shown.
pub struct Differences {
    shown: usize,
}

impl Default for Differences {
    fn default() -> Differences {
        Differences { shown: PAGE }
    }
}

/// How many changes break something.
#[must_use]
pub fn breaking(session: &Session) -> Option<usize> {
    let difference = session.difference()?;
    Some(difference.diff.alterations.iter().filter(|it| it.breaks()).count())
}

impl Differences {
    /// Draws the list.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(against) = session.compared_with() else {
            self.shown = PAGE;
            return nothing(ui, session, commands);
        };
        head(ui, session, against, commands);
        let Some(difference) = session.difference() else {
            ui.vertical_centered(|ui| ui.spinner());
            return;
        };
        let alterations = &difference.diff.alterations;
        if alterations.is_empty() {
            let sentence = "The two versions mean the same; layout and order do not count.";
            return empty::show(ui, icons::OK, "Nothing changed", sentence);
        }
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, alteration) in alterations.iter().take(self.shown).enumerate() {
                row(ui, index, alteration, difference, commands);
            }
            for sentence in differences::unread(&difference.diff) {
                tag::sentence(ui, icons::WARNING, Colors::of(ui).warn, &sentence);
            }
            if alterations.len() > self.shown {
                let text = format!("Show {} more", alterations.len() - self.shown);
                if button::link(ui, icons::EXPANDED, &text).clicked() {
                    self.shown += PAGE;
                }
            }
        });
    }
}

/// What it can be compared with.
fn nothing(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        ui.add_space(space::S);
        for id in ["compare-file", "compare-saved", "compare-head"] {
            let Some(info) = command_table::command(id) else { continue };
            ui.add_enabled_ui((info.enabled)(session), |ui| {
                let pressed = button::labeled(ui, icons::named(info.icon), info.text);
                if pressed.on_hover_text(info.tooltip).clicked() {
                    commands.push((info.make)(session));
                }
            });
        }
    });
    let sentence =
        "Compare the design with another version of it to see what changed, and whom it breaks.";
    empty::show(ui, icons::DIFFERENCE, "Nothing is compared", sentence);
}

fn head(ui: &mut Ui, session: &Session, against: &Against, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.set_height(size::CONTROL);
        ui.add_space(space::S);
        let colors = Colors::of(ui);
        if let Some(difference) = session.difference() {
            let is_bad = difference.diff.breaks();
            let color = if is_bad { colors.error } else { colors.ok };
            let icon = if is_bad { icons::ERROR } else { icons::OK };
            tag::icon(ui, icon, color);
            ui.label(crate::gui::words::sentence(&differences::counts(&difference.diff)));
        }
        if session.is_comparing() {
            ui.spinner();
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(space::S);
            if button::link(ui, icons::CLOSE, "Stop comparing").clicked() {
                commands.push(ExchangeCommand::StopComparing.into());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = format!("since {}", against.title());
                ui.add(Label::new(RichText::new(text).color(colors.muted)).truncate());
            });
        });
    });
}

fn row(
    ui: &mut Ui,
    index: usize,
    alteration: &Alteration,
    difference: &Difference,
    commands: &mut Vec<Command>,
) {
    let colors = Colors::of(ui);
    let said = alteration.said();
    let place = alteration.place.to_string().replace('`', "");
    let name = format!("{place}: {said}");
    let color = hue(colors, alteration);
    let mark = (alteration.mark(), color);
    if line(ui, ("alteration", index), &name, |ui| columns(ui, mark, &place, &said)) {
        commands.push(lead_to(alteration, difference));
    }
    for (number, harm) in alteration.harms.iter().enumerate() {
        let hurts = harm.hurts.to_string().replace('`', "");
        let name = format!("Breaks {hurts}: {}", harm.sentence);
        let salt = ("harm", index * 1000 + number);
        if line(ui, salt, &name, |ui| harm_columns(ui, harm, &hurts)) {
            commands.push(EditCommand::GoTo(harm.hurts.clone(), String::new()).into());
        }
    }
}

/// A line that can be clicked; whether it was.
fn line(ui: &mut Ui, salt: (&str, usize), name: &str, content: impl FnOnce(&mut Ui)) -> bool {
    let builder = UiBuilder::new().id_salt(salt).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let response = ui.response();
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(response.rect, 4.0, Colors::of(ui).hover);
            }
            ui.set_min_height(size::ROW);
            ui.horizontal_top(content);
        })
        .response;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    response.clicked()
}

fn cell(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    let left = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, size::ROW), left, |ui| {
        ui.set_min_size(vec2(width, size::ROW));
        content(ui);
    });
}

fn columns(ui: &mut Ui, (mark, color): (&str, Color32), place: &str, said: &str) {
    let muted = Colors::of(ui).muted;
    ui.add_space(space::S);
    cell(ui, size::ICON, |ui| {
        ui.label(RichText::new(mark).monospace().strong().color(color));
    });
    cell(ui, PLACE, |ui| {
        ui.add(Label::new(RichText::new(place).color(muted)).truncate()).on_hover_text(place);
    });
    sentence(ui, said);
}

fn harm_columns(ui: &mut Ui, harm: &Harm, hurts: &str) {
    let colors = Colors::of(ui);
    ui.add_space(space::S + size::ICON + space::S);
    cell(ui, size::ICON, |ui| tag::icon(ui, icons::ERROR, colors.error));
    cell(ui, PLACE - size::ICON - space::S, |ui| {
        let text = RichText::new(format!("breaks {hurts}")).color(colors.error);
        ui.add(Label::new(text).truncate()).on_hover_text(harm.rule);
    });
    let order = harm.schema.as_ref().map(|it| format!(" {}", verdict::roll_out(it.order)));
    sentence(ui, &format!("{}{}", harm.sentence, order.unwrap_or_default()));
}

/// What is left of the line, in as many lines as it needs.
fn sentence(ui: &mut Ui, text: &str) {
    ui.vertical(|ui| {
        ui.set_width((ui.available_width() - space::M).max(120.0));
        ui.add_space((size::ROW - ui.text_style_height(&egui::TextStyle::Body)) / 2.0);
        ui.add(Label::new(prose::sentence(ui, text, size::BODY)).wrap());
        ui.add_space(space::XS);
    });
}

fn hue(colors: &Colors, alteration: &Alteration) -> Color32 {
    match alteration.kind {
        _ if alteration.breaks() => colors.error,
        AlterationKind::Added => colors.ok,
        AlterationKind::Removed => colors.error,
        AlterationKind::Renamed => colors.accent,
        AlterationKind::Altered | AlterationKind::Reordered => colors.warn,
    }
}

/// Leads to the place; to what was beside it, if it is gone.
fn lead_to(alteration: &Alteration, difference: &Difference) -> Command {
    let is_gone = differences::is_gone(alteration);
    let name = match &alteration.place {
        Place::Node(name) if is_gone => name.clone(),
        Place::Edge(edge) if is_gone => {
            let nodes = [&edge.from, &edge.to].into_iter();
            let there = nodes.filter(|name| difference.new.node(name).is_some()).cloned().collect();
            return Command::select(Selection::items(Items { nodes: there, ..Items::default() }));
        }
        Place::Design
        | Place::Context(_)
        | Place::Message(_)
        | Place::Node(_)
        | Place::Edge(_)
        | Place::Promise(_)
        | Place::Scenario(_)
        | Place::Preset(_) => {
            let (place, property) = (alteration.place.clone(), alteration.property.clone());
            return EditCommand::GoTo(place, property).into();
        }
    };
    let nodes = around(&name, &difference.old.design, &difference.new);
    Command::select(Selection::items(Items { nodes, ..Items::default() }))
}
