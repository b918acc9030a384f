//! The first screen: samples, recent files, and the way to an empty design.

use std::path::Path;

use egui::{
    Align2, CentralPanel, CornerRadius, FontFamily, FontId, Frame, Margin, Rect, Response,
    RichText, Role, ScrollArea, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::layout;

use crate::command::{Command, ExchangeCommand, FileCommand, ViewCommand};
use crate::gui::canvas::scene::Scene;
use crate::gui::panels::{preview, top_bar};
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::button;
use crate::gui::{fonts, icons, words};
use crate::samples::{SAMPLES, Sample};
use crate::session::Session;

/// The screen.
pub struct Gallery {
    cards: Vec<Card>,
}

/// A sample as the gallery shows it.
struct Card {
    /// The name it is opened by.
    id: String,
    title: String,
    sentence: String,
    scenarios: usize,
    scene: Scene,
}

impl Gallery {
    /// The gallery of the samples that come with the program.
    #[must_use]
    pub fn of_samples() -> Gallery {
        let read = |sample: &Sample| {
            let document = native::read(sample.design()).ok()?;
            Some(card(sample.name, &document.design))
        };
        Gallery { cards: SAMPLES.iter().filter_map(read).collect() }
    }

    /// Draws the screen.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        let ground = Frame::new().fill(colors.canvas);
        CentralPanel::default().frame(ground).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let width = ui.available_width().min(1240.0) - space::XXL * 2.0;
                let left = ((ui.available_width() - width) * 0.5).max(space::L);
                ui.horizontal_top(|ui| {
                    ui.add_space(left - space::S);
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        self.column(ui, session, commands);
                    });
                });
            });
        });
    }

    fn column(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let colors = Colors::of(ui);
        ui.add_space(space::XXL);
        head(ui, commands);
        ui.add_space(space::XL);
        // Whoever has worked before looks for their own designs; a newcomer sees what there is.
        let has_recent = !session.settings.recent.is_empty();
        if has_recent {
            recent_files(ui, session, commands);
        }
        heading(ui, "Samples");
        let sentence =
            "Each teaches one thing. Open one, press play, choose another scenario, break it.";
        ui.label(RichText::new(sentence).color(colors.muted));
        ui.add_space(space::S);
        self.grid(ui, !has_recent, commands);
        ui.add_space(space::XL);
        if !has_recent {
            recent_files(ui, session, commands);
        }
    }

    fn grid(&self, ui: &mut Ui, is_first_time: bool, commands: &mut Vec<Command>) {
        let gap = space::L;
        let columns = ((ui.available_width() + gap) / (size::CARD.x + gap)).floor().max(1.0);
        let width = (ui.available_width() - gap * (columns - 1.0)) / columns;
        for (number, row) in self.cards.chunks(columns as usize).enumerate() {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = gap;
                for (place, card) in row.iter().enumerate() {
                    let is_first = is_first_time && number + place == 0;
                    if card_ui(ui, card, width, is_first).clicked() {
                        commands.push(FileCommand::OpenSample(card.id.clone()).into());
                    }
                }
            });
            ui.add_space(gap - space::S);
        }
    }
}

fn card(id: &str, design: &Design) -> Card {
    let mut scene = Scene::of(design, &[]);
    let positions = layout::positions(design);
    scene.place(|_, name| positions.get(name).copied().unwrap_or_default());
    Card {
        id: id.to_owned(),
        title: design.info.name.clone(),
        sentence: design.info.summary.clone(),
        scenarios: design.scenarios.len(),
        scene,
    }
}

fn head(ui: &mut Ui, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    ui.horizontal(|ui| {
        let sign = RichText::new(icons::DESIGN).font(fonts::icon_font(34.0)).color(colors.accent);
        ui.label(sign);
        ui.add_space(space::XS);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let font = FontId::new(size::HEAD, fonts::semi_bold());
            ui.label(RichText::new("Flowbench").font(font));
            let sentence =
                "Design event-driven flows, run them, and break them before production does.";
            ui.label(RichText::new(sentence).color(colors.muted));
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if button::primary(ui, icons::ADD, "New design").clicked() {
                commands.push(FileCommand::New.into());
            }
            if button::labeled(ui, icons::OPEN, "Open…").clicked() {
                commands.push(FileCommand::OpenDialog.into());
            }
            if button::labeled(ui, icons::IMPORT, "Import…").clicked() {
                commands.push(ExchangeCommand::ImportDialog.into());
            }
            if button::icon(ui, icons::SEARCH, "Command palette").clicked() {
                commands.push(ViewCommand::OpenPalette.into());
            }
            top_bar::theme_button(ui, commands);
        });
    });
}

fn heading(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(FontId::new(16.0, fonts::semi_bold())));
}

fn card_ui(ui: &mut Ui, card: &Card, width: f32, is_first: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CARD.y), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &card.title));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    let is_active = response.hovered() || response.has_focus();
    let border = if is_active { line(1.5, colors.accent) } else { line(1.0, colors.border) };
    let corner = CornerRadius::same(size::RADIUS_LARGE + 2);
    let painter = ui.painter();
    painter.rect_filled(rect, corner, colors.raised);
    let mut picture = rect.shrink(1.0);
    picture.set_height(124.0);
    let top = CornerRadius { sw: 0, se: 0, ..corner };
    painter.rect_filled(picture, top, colors.sunken);
    preview::paint(painter, picture.shrink(space::M), &card.scene, colors);
    painter.hline(rect.x_range(), picture.bottom(), line(1.0, colors.border));
    painter.rect_stroke(rect, corner, border, StrokeKind::Inside);
    let place = rect.with_min_y(picture.bottom()).shrink2(vec2(space::L, space::M));
    let is_cut = card_text(ui, card, place);
    if is_first {
        let at = rect.max - vec2(space::L, space::M);
        let font = FontId::new(size::SMALL + 1.0, fonts::semi_bold());
        ui.painter().text(at, Align2::RIGHT_BOTTOM, "Start here", font, colors.accent);
    }
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    if is_cut { response.on_hover_text(&card.sentence) } else { response }
}

/// Draws title, sentence and count; whether there was no place for the whole sentence.
fn card_text(ui: &Ui, card: &Card, place: Rect) -> bool {
    let colors = Colors::of(ui);
    let painter = ui.painter();
    let title = FontId::new(size::TITLE, fonts::semi_bold());
    painter.text(place.min, Align2::LEFT_TOP, &card.title, title, colors.text);
    let font = FontId::new(12.0, FontFamily::Proportional);
    let mut job =
        egui::text::LayoutJob::simple(card.sentence.clone(), font, colors.muted, place.width());
    job.wrap.max_rows = 2;
    let galley = painter.layout_job(job);
    let is_cut = galley.elided;
    painter.galley(place.min + vec2(0.0, 21.0), galley, colors.muted);
    let count = words::count(card.scenarios as u64, "scenario");
    let small = FontId::new(size::SMALL, fonts::medium());
    let at = pos2(place.left(), place.bottom());
    painter.text(at, Align2::LEFT_BOTTOM, count, small, colors.faint);
    is_cut
}

fn recent_files(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    heading(ui, "Recent files");
    recent(ui, &session.settings.recent, commands);
    ui.add_space(space::XXL);
}

fn recent(ui: &mut Ui, files: &[std::path::PathBuf], commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    if files.is_empty() {
        let sentence = "Designs you open or save will be listed here.";
        ui.label(RichText::new(sentence).color(colors.muted));
        return;
    }
    Frame::new()
        .fill(colors.raised)
        .stroke(line(1.0, colors.border))
        .corner_radius(f32::from(size::RADIUS_LARGE))
        .inner_margin(Margin::same(space::XS as i8))
        .show(ui, |ui| {
            for path in files {
                recent_row(ui, path, commands);
            }
        });
}

fn recent_row(ui: &mut Ui, path: &Path, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    ui.horizontal(|ui| {
        let width = ui.available_width() - 36.0;
        let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::click());
        let full = path.display().to_string();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Open {full}")));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect, 4.0, colors.hover);
        }
        let middle = rect.center().y;
        let font = FontId::new(size::BODY, FontFamily::Proportional);
        let at = pos2(rect.left() + space::L, middle);
        let icon = fonts::icon_font(size::ICON);
        ui.painter().text(at, Align2::CENTER_CENTER, icons::FILE, icon, colors.muted);
        let at = pos2(rect.left() + space::XXL, middle);
        let clipped = ui.painter().with_clip_rect(rect);
        clipped.text(at, Align2::LEFT_CENTER, full, font, colors.text);
        if response.clicked() {
            commands.push(FileCommand::OpenFile(path.to_owned()).into());
        }
        if button::small_icon(ui, icons::CLOSE, "Take off the list").clicked() {
            commands.push(FileCommand::ForgetRecent(path.to_owned()).into());
        }
    });
}
