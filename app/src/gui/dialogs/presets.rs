//! The presets of brokers: a list that can be searched, and beside it the card of the one that is
//! looked at.

use egui::{
    Align, Align2, Context, FontFamily, FontId, Id, Key, Layout, Response, RichText, Role,
    ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::channel::{Channel, Group, PARAMETERS};
use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::node::{self, Node};
use flowbench_model::preset::Presets;
use flowbench_model::preset::card::Card;
use flowbench_model::preset::shape::Shape;

use super::modal;
use crate::command::Command;
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, search, tag};
use crate::session::Session;

/// Width of the dialog where the window has place for it.
const WIDTH: f32 = 780.0;
/// Width of the list.
const LIST: f32 = 232.0;
/// Least and greatest height of the list and of the card.
const HEIGHT: std::ops::RangeInclusive<f32> = 240.0..=560.0;
/// What a window needs around them: title, buttons, margins.
const AROUND: f32 = 190.0;
/// Widths of the columns of the card: the parameter, and what it is in a plain channel.
const COLUMNS: (f32, f32) = (168.0, 132.0);

/// The dialog: whose channel it is for, what is typed, what is looked at.
pub(super) struct PresetDialog {
    node: String,
    text: String,
    chosen: usize,
    entries: Vec<Entry>,
    keeps_own: bool,
    is_fresh: bool,
}

/// A preset, or none.
struct Entry {
    /// `None` for a channel without preset.
    name: Option<String>,
    group: String,
    icon: Icon,
    card: Card,
}

impl PresetDialog {
    /// The dialog for the selected channel; none if it is not a single one.
    pub(super) fn of(session: &Session) -> Option<PresetDialog> {
        let node = session.selection.single_node()?.to_owned();
        let design = session.design()?;
        let channel = channel(design, &node)?;
        let entries = entries(design, session);
        let chosen = entries.iter().position(|entry| entry.name == channel.preset).unwrap_or(0);
        let text = String::new();
        Some(PresetDialog { node, text, chosen, entries, keeps_own: false, is_fresh: true })
    }

    /// Draws the dialog; whether it stays open.
    pub(super) fn ui(
        &mut self,
        ctx: &Context,
        session: &Session,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(design) = session.design() else { return false };
        let Some(channel) = channel(design, &self.node) else { return false };
        let hits = self.hits();
        self.steer(ctx, &hits);
        let width = WIDTH.min(ctx.content_rect().width() - 2.0 * space::XXL);
        let shown = modal(ctx, Id::unique("presets"), width, |ui| self.content(ui, &hits, channel));
        let is_entered = ctx.input(|input| input.key_pressed(Key::Enter));
        let answer = shown.inner.or((is_entered && !hits.is_empty()).then_some(Answer::Use));
        match answer {
            Some(Answer::Use) => {
                commands.extend(self.edit(design, channel));
                false
            }
            Some(Answer::Cancel) => false,
            None => !shown.should_close(),
        }
    }

    /// The places of the entries that fit what is typed.
    fn hits(&self) -> Vec<usize> {
        let wanted: Vec<String> = self.text.split_whitespace().map(str::to_lowercase).collect();
        let fits = |entry: &Entry| {
            let card = &entry.card;
            let text = format!("{} {} {} {}", card.name, card.title, card.broker, entry.group);
            let text = text.to_lowercase();
            wanted.iter().all(|word| text.contains(word.as_str()))
        };
        (0..self.entries.len()).filter(|index| fits(&self.entries[*index])).collect()
    }

    fn steer(&mut self, ctx: &Context, hits: &[usize]) {
        let (down, up) = ctx.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            (input.consume_key(none, Key::ArrowDown), input.consume_key(none, Key::ArrowUp))
        });
        let at = hits.iter().position(|index| *index == self.chosen);
        let next = match at {
            Some(at) if down => (at + 1).min(hits.len() - 1),
            Some(at) if up => at.saturating_sub(1),
            Some(at) => at,
            None => 0,
        };
        self.chosen = hits.get(next).copied().unwrap_or(self.chosen);
    }

    fn content(&mut self, ui: &mut Ui, hits: &[usize], channel: &Channel) -> Option<Answer> {
        ui.label(
            RichText::new(format!("Behavior of {}", self.node))
                .font(FontId::new(size::TITLE + 2.0, fonts::semi_bold())),
        );
        ui.add_space(space::S);
        let height = ui.ctx().content_rect().height() - AROUND;
        let height = height.clamp(*HEIGHT.start(), *HEIGHT.end());
        let place = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Min), |ui| {
            let down = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(vec2(LIST, height), down, |ui| {
                self.list(ui, hits, channel);
            });
            ui.separator();
            let width = ui.available_width();
            ui.allocate_ui_with_layout(vec2(width, height), down, |ui| {
                let id = ("card", self.chosen);
                ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
                    card(ui, &self.entries[self.chosen].card);
                    ui.add_space(space::S);
                });
            });
        });
        ui.add_space(space::M);
        self.is_fresh = false;
        self.buttons(ui, own_count(channel))
    }

    fn list(&mut self, ui: &mut Ui, hits: &[usize], channel: &Channel) {
        let field = search::show(ui, &mut self.text, "Find a preset");
        if self.is_fresh {
            field.request_focus();
        }
        ui.add_space(space::XS);
        let mut group = "";
        ScrollArea::vertical().id_salt("presets").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for index in hits {
                let entry = &self.entries[*index];
                if entry.group != group {
                    group = &entry.group;
                    ui.add_space(space::XS);
                    let color = Colors::of(ui).faint;
                    ui.label(RichText::new(group).small().color(color));
                }
                let is_chosen = *index == self.chosen;
                let response = row(ui, entry, is_chosen, entry.name == channel.preset);
                if is_chosen && self.is_fresh {
                    response.scroll_to_me(Some(Align::Center));
                }
                if response.clicked() {
                    self.chosen = *index;
                }
            }
            if hits.is_empty() {
                ui.label(RichText::new("No preset fits.").color(Colors::of(ui).muted));
            }
        });
    }

    fn buttons(&mut self, ui: &mut Ui, own: usize) -> Option<Answer> {
        let mut answer = None;
        ui.horizontal(|ui| {
            if own > 0 {
                let text = format!("Keep what the channel says itself ({own})");
                let hint = "Else its own values are taken back, so that the preset alone counts";
                ui.checkbox(&mut self.keeps_own, text).on_hover_text(hint);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let text = match &self.entries[self.chosen].name {
                    Some(_) => "Use this preset",
                    None => "Use no preset",
                };
                if button::primary(ui, icons::CHECK, text).clicked() {
                    answer = Some(Answer::Use);
                }
                if button::labeled(ui, icons::CLOSE, "Cancel").clicked() {
                    answer = Some(Answer::Cancel);
                }
            });
        });
        answer
    }

    fn edit(&self, design: &Design, channel: &Channel) -> Option<Command> {
        let preset = self.entries[self.chosen].name.clone();
        let channel = match self.keeps_own {
            true => Channel { preset, ..channel.clone() },
            false => Channel {
                preset,
                dead_letter: channel.dead_letter.clone(),
                alternate: channel.alternate.clone(),
                ..Channel::default()
            },
        };
        let old = design.node(&self.node)?;
        let new = Node { role: node::Role::Channel(channel), ..old.as_ref().clone() };
        (new != **old).then(|| Command::edit(Edit::PutNode(self.node.clone(), new)))
    }
}

/// What was decided.
#[derive(Clone, Copy)]
enum Answer {
    Use,
    Cancel,
}

fn channel<'a>(design: &'a Design, name: &str) -> Option<&'a Channel> {
    match &design.node(name)?.role {
        node::Role::Channel(channel) => Some(channel),
        node::Role::Producer(_) | node::Role::Consumer(_) => None,
    }
}

/// How many parameters a channel says itself.
fn own_count(channel: &Channel) -> usize {
    PARAMETERS.iter().filter(|parameter| (parameter.own)(channel).is_some()).count()
}

/// No preset, those of the design, then those of the program by broker.
fn entries(design: &Design, session: &Session) -> Vec<Entry> {
    let presets = Presets::all(&design.presets);
    let entry = |name: Option<String>, group: &str| {
        let channel = name.clone().map(Channel::of).unwrap_or_default();
        let icon = icons::shape(Shape::of(&channel, &design.presets));
        let card = Card::of(&channel, &presets, &session.derived.cases);
        Entry { name, group: group.to_owned(), icon, card }
    };
    let mut entries = vec![entry(None, "No broker in particular")];
    for preset in &design.presets {
        entries.push(entry(Some(preset.name.clone()), "This design"));
    }
    let is_own = |name: &str| design.presets.iter().any(|preset| preset.name == name);
    let mut built_in: Vec<_> = presets.iter().filter(|preset| !is_own(&preset.name)).collect();
    built_in.sort_by_key(|preset| (&preset.broker, &preset.name));
    entries.extend(built_in.iter().map(|it| entry(Some(it.name.clone()), &it.broker)));
    entries
}

fn row(ui: &mut Ui, entry: &Entry, is_chosen: bool, is_current: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    let name = if entry.card.name.is_empty() { &entry.card.title } else { &entry.card.name };
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_chosen, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.hover);
    }
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::M, middle);
    let icon = fonts::icon_font(size::ICON);
    ui.painter().text(at, Align2::CENTER_CENTER, entry.icon, icon, colors.channel);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    let at = pos2(rect.left() + space::XL + space::XS, middle);
    ui.painter().text(at, Align2::LEFT_CENTER, name, font, colors.text);
    if is_current {
        let at = pos2(rect.right() - space::M, middle);
        let icon = fonts::icon_font(size::ICON);
        ui.painter().text(at, Align2::CENTER_CENTER, icons::CHECK, icon, colors.muted);
        return response.on_hover_text(format!("{}\nWhat the channel has now", entry.card.title));
    }
    response.on_hover_text(&entry.card.title)
}

fn card(ui: &mut Ui, card: &Card) {
    let colors = Colors::of(ui);
    let font = FontId::new(size::TITLE, fonts::semi_bold());
    ui.label(RichText::new(&card.title).font(font));
    let broker = format!("{} {}", card.broker, card.version);
    ui.label(RichText::new(broker.trim()).small().color(colors.muted));
    if card.name.is_empty() {
        ui.label("One store, competing consumers, and what the contracts of its edges say.");
        return;
    }
    ui.add_space(space::XS);
    ui.add(egui::Label::new(&card.summary).wrap());
    if let Some(below) = card.below.first() {
        ui.label(RichText::new(format!("Begins with {below}")).small().color(colors.muted));
    }
    heading(ui, "What differs from a plain channel");
    differences(ui, card);
    heading(ui, "What is modelled");
    let all = card.covered.len() + card.not_covered.len();
    let covered = match all {
        0 => "No conformance case is about it.".to_owned(),
        all => format!("{} of {all} conformance cases are covered by tests.", card.covered.len()),
    };
    ui.label(covered);
    for case in &card.covered {
        tag::sentence(ui, icons::OK, colors.ok, &format!("{}: {}", case.case, case.told()));
    }
    for case in &card.not_covered {
        let text = format!("{}, not covered: {}", case.case, case.told());
        tag::sentence(ui, icons::INFO, colors.faint, &text);
    }
    if !card.absent.is_empty() {
        heading(ui, "What is not modelled");
        for text in &card.absent {
            tag::sentence(ui, icons::INFO, colors.warn, text);
        }
    }
}

/// The parameters that are not as in a plain channel, a line each.
fn differences(ui: &mut Ui, card: &Card) {
    let (faint, muted) = (Colors::of(ui).faint, Colors::of(ui).muted);
    let head = ["", "here", "plain channel"];
    let head = head.map(|text| RichText::new(text).small().color(faint));
    columns(ui, head, "");
    for group in Group::ALL {
        for row in card.said(group) {
            let Some(plain) = &row.plain else { continue };
            let name = RichText::new(row.parameter.title()).color(muted);
            let hint = match &row.source {
                Some(source) => format!("{}\n{source}", row.parameter.meaning.trim()),
                None => row.parameter.meaning.trim().to_owned(),
            };
            columns(
                ui,
                [name, RichText::new(row.with_unit()), RichText::new(plain).color(faint)],
                &hint,
            );
        }
    }
}

/// A line of three texts below those of the line before.
fn columns(ui: &mut Ui, texts: [RichText; 3], hint: &str) {
    let [name, here, plain] = texts;
    let (left, right) = COLUMNS;
    let middle = ui.available_width() - left - right - 2.0 * space::S;
    let cells = [(name, left), (here, middle), (plain, right)];
    let response = ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (text, width) in cells {
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.add(egui::Label::new(text).wrap());
            });
        }
    });
    if !hint.is_empty() {
        response.response.on_hover_text(hint);
    }
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(space::S);
    let font = FontId::new(size::SMALL + 1.0, fonts::semi_bold());
    ui.label(RichText::new(text).font(font).color(Colors::of(ui).muted));
}
