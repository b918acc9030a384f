//! The contract of an edge as a sheet: what both ends may rely on in sentences, and for each
//! message that passes whether what is written can be read.

use egui::{RichText, Ui};
use flowbench_model::edge::Edge;
use flowbench_model::summary::contract_terms;

use crate::command::Command;
use crate::compatibility::{Compatibility, is_broken};
use crate::gui::icons;
use crate::gui::panels::pair;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::tag;
use crate::session::Session;

/// Readings that are shown at most; the matrix has all.
const MOST: usize = 12;

/// Shows the sheet of an edge.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    compatibility: &mut Compatibility,
    edge: &Edge,
    commands: &mut Vec<Command>,
) {
    let Some(document) = &session.document else { return };
    compatibility.follow(document.design());
    let name = edge.name();
    form.section("In words", |form| terms(form.ui, edge));
    let mut places = compatibility.over(&name);
    if places.is_empty() {
        return;
    }
    // What breaks comes first.
    places.sort_by_cached_key(|place| {
        !is_broken(compatibility.judgment(&document.schemas, *place).as_deref())
    });
    let count = places.len();
    form.section("Versions on this edge", |form| {
        for place in places.into_iter().take(MOST) {
            let frame = egui::Frame::new()
                .stroke(line(1.0, Colors::of(form.ui).border))
                .corner_radius(f32::from(size::RADIUS))
                .inner_margin(egui::Margin::symmetric(10, 8));
            frame.show(form.ui, |ui| {
                ui.set_width(ui.available_width());
                ui.push_id(("reading", place), |ui| {
                    let judged = (&mut *compatibility, &document.schemas);
                    pair::ui(ui, session, judged, place, commands);
                });
            });
        }
        if count > MOST {
            let more = count - MOST;
            form.note(&format!("{more} more stand in the compatibility matrix."));
        }
    });
}

/// What the contract says, a sentence each.
fn terms(ui: &mut Ui, edge: &Edge) {
    let colors = Colors::of(ui);
    let passes = match edge.contract.messages.as_slice() {
        [] => "Every message may pass.".to_owned(),
        messages => {
            let names: Vec<String> = messages.iter().map(ToString::to_string).collect();
            format!("{} may pass, and nothing else.", names.join(", "))
        }
    };
    tag::sentence(ui, icons::MESSAGE, colors.muted, &passes);
    if !edge.contract.uses.is_empty() {
        let text = format!("Its reader uses {} and nothing else.", edge.contract.uses.join(", "));
        tag::sentence(ui, icons::FILTER, colors.muted, &text);
    }
    for term in contract_terms(edge) {
        tag::sentence(ui, icons::term(term.sign), colors.muted, &term.sentence);
    }
    ui.add_space(space::XS);
    let text = RichText::new("What can be changed of it stands below.").small();
    ui.label(text.color(colors.faint));
}
