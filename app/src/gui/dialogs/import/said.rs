//! What documents say, in words: a card for each, and what is to be looked at.

use std::path::{Path, PathBuf};

use egui::{CornerRadius, FontId, Frame, Label, Margin, RichText, Ui};
use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{Found, View};

use super::Wish;
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::{button, prose, section, segmented, tag};
use crate::gui::{fonts, icons, words};
use crate::import::{Asked, Document, Read};

/// Sentences of a document that are shown at once.
const SENTENCES: usize = 6;
/// Findings of one severity that are shown at once.
const FINDINGS: usize = 60;
/// What the suggestions say in another way.
const SAID_ABOVE: &str = "near-name";

const VIEWS: [segmented::Choice<View>; 2] = [
    segmented::choice(
        View::Application,
        "Written by the application",
        "What the document calls sending, the application sends",
    ),
    segmented::choice(
        View::Client,
        "By its clients",
        "What the document calls sending, the application receives",
    ),
];

/// Draws it; what a person asks for. `notes` is what the open design has already.
pub(super) fn ui(ui: &mut Ui, read: &Read, asked: &Asked, notes: &[String]) -> Option<Wish> {
    let mut wish = None;
    for (file, error) in &read.unread {
        wish = unread(ui, file, error).or(wish);
    }
    for document in &read.documents {
        wish = card(ui, document, read, asked).or(wish);
    }
    if !read.pairs.is_empty() {
        section::show_counted(ui, "Probably the same", Some(read.pairs.len()), |ui| {
            wish = pairs(ui, read).or(wish.take());
        });
    }
    if !notes.is_empty() {
        section::show_counted(ui, "In this design already", Some(notes.len()), |ui| {
            for note in notes.iter().take(FINDINGS) {
                tag::sentence(ui, icons::INFO, Colors::of(ui).faint, note);
            }
            more(ui, notes.len(), FINDINGS);
        });
    }
    for (severity, title) in [
        (Severity::Error, "Errors"),
        (Severity::Warning, "Warnings"),
        (Severity::Info, "Good to know"),
    ] {
        let is_shown =
            |found: &&Found| found.finding.severity == severity && found.finding.code != SAID_ABOVE;
        let found: Vec<&Found> = read.findings.iter().filter(is_shown).collect();
        if !found.is_empty() {
            section::show_counted(ui, title, Some(found.len()), |ui| findings(ui, read, &found));
        }
    }
    wish
}

fn framed<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let colors = Colors::of(ui);
    let frame = Frame::new()
        .stroke(line(1.0, colors.border))
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(10, 8));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        content(ui)
    });
    ui.add_space(space::XS);
    shown.inner
}

fn unread(ui: &mut Ui, file: &Path, error: &str) -> Option<Wish> {
    framed(ui, |ui| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_removed = head(ui, &name);
        tag::sentence(ui, icons::ERROR, Colors::of(ui).error, error);
        is_removed.then(|| Wish::Remove(file.to_owned()))
    })
}

/// The name of a document, and the button that leaves it out; whether that was pressed.
fn head(ui: &mut Ui, name: &str) -> bool {
    let font = FontId::new(size::BODY, fonts::semi_bold());
    let mut is_removed = false;
    ui.horizontal(|ui| {
        let width = ui.available_width() - size::CONTROL - space::S;
        ui.scope(|ui| {
            ui.set_width(width);
            ui.add(Label::new(RichText::new(name).font(font)).truncate());
        });
        is_removed = button::small_icon(ui, icons::CLOSE, &format!("Leave out {name}")).clicked();
    });
    is_removed
}

fn card(ui: &mut Ui, document: &Document, read: &Read, asked: &Asked) -> Option<Wish> {
    let path = read.folder.join(&document.file);
    ui.push_id(&document.file, |ui| {
        framed(ui, |ui| {
            let colors = Colors::of(ui);
            let is_removed = head(ui, &document.name);
            let counts = document.counts.iter();
            let counts = counts.map(|(count, noun)| words::count(*count as u64, noun));
            let counts = counts.collect::<Vec<_>>().join(" · ");
            let text = format!("{} · {counts}", document.kind);
            ui.add(Label::new(RichText::new(text).small().color(colors.muted)).truncate());
            let file = RichText::new(&document.file).small().color(colors.faint);
            ui.add(Label::new(file).truncate()).on_hover_text(path.display().to_string());
            let mut view = view_of(asked, &path);
            let is_turned = document.has_side && !document.sentences.is_empty() && {
                ui.add_space(space::HAIR);
                segmented::show(ui, &mut view, &VIEWS)
            };
            sentences(ui, &document.sentences);
            if !document.leaves_out.is_empty() {
                let text = format!("Left out: {}.", document.leaves_out);
                tag::sentence(ui, icons::INFO, colors.faint, &text);
            }
            match (is_removed, is_turned) {
                (true, _) => Some(Wish::Remove(path)),
                (false, true) => Some(Wish::See(path, view)),
                (false, false) => None,
            }
        })
    })
    .inner
}

fn view_of(asked: &Asked, path: &PathBuf) -> View {
    asked.views.iter().find(|it| it.0 == *path).map(|it| it.1).unwrap_or_default()
}

fn sentences(ui: &mut Ui, sentences: &[String]) {
    let colors = Colors::of(ui);
    let line = |ui: &mut Ui, text: &String| {
        ui.add(Label::new(RichText::new(text).small().color(colors.text)).wrap());
    };
    ui.spacing_mut().item_spacing.y = space::HAIR;
    sentences.iter().take(SENTENCES).for_each(|text| line(ui, text));
    if let Some(rest) = sentences.get(SENTENCES..).filter(|rest| !rest.is_empty()) {
        let title = format!("And {} more", rest.len());
        section::fold(ui, &title, false, |ui| rest.iter().for_each(|text| line(ui, text)));
    }
}

fn pairs(ui: &mut Ui, read: &Read) -> Option<Wish> {
    let mut wish = None;
    for (pair, is_joined) in &read.pairs {
        let mut is_one = *is_joined;
        let what = if pair.is_message { "message" } else { "channel" };
        let text = format!("The {what} {} is {}", pair.from, pair.to);
        let tip = "Nobody knows both names, and they are nearly the same. One of them goes.";
        if ui.checkbox(&mut is_one, text).on_hover_text(tip).changed() {
            wish = Some(Wish::Join(pair.clone(), is_one));
        }
    }
    wish
}

fn findings(ui: &mut Ui, read: &Read, found: &[&Found]) {
    let colors = Colors::of(ui);
    for found in found.iter().take(FINDINGS) {
        let severity = found.finding.severity;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS + space::HAIR;
            let font = fonts::icon_font(size::SMALL + 2.0);
            let color = severity_color(colors, severity);
            ui.label(RichText::new(icons::severity(severity)).font(font).color(color));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let text = prose::sentence(ui, &found.finding.sentence, size::SMALL);
                ui.add(Label::new(text).wrap());
                let (line, column) = (found.mark.line, found.mark.column);
                let place = format!("{}:{line}:{column}", found.file);
                let place = RichText::new(place).small().color(colors.faint);
                ui.add(Label::new(place).truncate()).on_hover_text(read.place(found));
            });
        });
    }
    more(ui, found.len(), FINDINGS);
}

fn more(ui: &mut Ui, all: usize, shown: usize) {
    if all > shown {
        let text = format!("and {} more", words::grouped((all - shown) as u64));
        ui.label(RichText::new(text).small().color(Colors::of(ui).muted));
    }
}
