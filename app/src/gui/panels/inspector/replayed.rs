//! What a recorded file holds, as its first events show it: a preview, what is wrong with it, and
//! the arrivals fitted to it.

use egui::{RichText, Ui};
use flowbench_model::formats::recorded::{End, Head, Piece, Reader};
use flowbench_model::node::{Arrivals, Distribution, Workload};
use flowbench_model::recorded::{BadLines, Recorded};
use flowbench_model::time::Span;
use flowbench_simulator::fit::{Fit, Measured, fits};

use crate::gui::clock;
use crate::gui::theme::Colors;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::{button, density};
use crate::gui::{icons, words};

/// Events that are shown.
const EVENTS: usize = 4;
/// Bad lines that are shown.
const BAD_LINES: usize = 3;
/// Letters of a payload that are shown.
const LETTERS: usize = 34;

/// Rows under a recorded workload; the arrivals that a person takes over in its place.
pub(super) fn rows(
    form: &mut Form,
    workload: &Workload,
    recorded: &Recorded,
    head: &Head,
) -> Option<Arrivals> {
    // All lines are looked at, whatever becomes of the run at a bad one.
    let all = Recorded { bad_lines: BadLines::Skip, ..recorded.clone() };
    let reader = match Reader::new(&all, &workload.message.name, &head.bytes) {
        Ok(reader) => reader,
        Err(bad) => {
            form.note(&bad.to_string());
            return None;
        }
    };
    let piece = head.read(&reader);
    preview(form.ui, &reader, &piece, head);
    if !recorded.pace.needs_times() {
        return None;
    }
    let mut measured = Measured::default();
    measured.take(&piece, &mut None);
    arrivals(form, &measured)
}

fn preview(ui: &mut Ui, reader: &Reader, piece: &Piece, head: &Head) {
    let colors = Colors::of(ui);
    let whole = if head.is_whole { "" } else { " at the beginning" };
    let mut said = format!("{}{whole}", words::count(piece.events.len() as u64, "event"));
    if piece.others > 0 {
        said += &format!(", {} of other types", words::grouped(piece.others));
    }
    ui.label(RichText::new(said).small().color(colors.muted));
    let first = piece.next.first_ns.unwrap_or_default();
    for event in piece.events.iter().take(EVENTS) {
        let at = clock::length(Span(event.at_ns.abs_diff(first)).0);
        let payload = reader.payload(head.event(event)).unwrap_or_default().to_string();
        let key = event.key.map_or(String::new(), |key| format!(" · key {}", key_text(key)));
        let text = format!("{}  +{at}{key}  {}", event.line, cut(&payload));
        ui.add(egui::Label::new(RichText::new(text).monospace().small()).truncate());
    }
    let ended = match &piece.end {
        Some(End::Bad(bad)) => Some(bad),
        Some(End::File) | None => None,
    };
    for bad in piece.skipped.iter().chain(ended).take(BAD_LINES) {
        ui.label(RichText::new(bad.to_string()).small().color(colors.warn));
    }
    if piece.skipped.len() > BAD_LINES {
        let more = words::count((piece.skipped.len() - BAD_LINES) as u64, "more bad line");
        ui.label(RichText::new(more).small().color(colors.warn));
    }
}

/// A key that is a hash is shown by its first digits.
fn key_text(key: u64) -> String {
    if key < 1 << 40 { key.to_string() } else { format!("#{:06x}", key >> 40) }
}

fn cut(payload: &str) -> String {
    match payload.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", &payload[..at]),
        None => payload.to_owned(),
    }
}

/// The gaps between the events with the best fit over them; what is taken over.
fn arrivals(form: &mut Form, measured: &Measured) -> Option<Arrivals> {
    let fits = fits(&measured.gaps);
    let best = fits.first()?;
    form.note("Time between events, and the distribution that fits it best:");
    density::show(form.ui, &best.distribution, Some(&measured.gaps));
    form.note(&verdict(best));
    // A family that fits as well by a hair may be one that arrivals do not have.
    let arrivals = fits.iter().filter(|fit| fit.is_good()).find_map(Fit::arrivals)?;
    let text = format!("Use {} instead", words::arrivals(&arrivals));
    button::link(form.ui, icons::CHECK, &text).clicked().then_some(arrivals)
}

fn verdict(fit: &Fit) -> String {
    let family = match fit.distribution {
        Distribution::Constant(_) => "Constant",
        Distribution::Exponential(_) => "Exponential",
        Distribution::Uniform(..) => "Uniform",
        Distribution::LogNormal(..) => "Log-normal",
        Distribution::Gamma(..) => "Gamma",
        Distribution::Weibull(..) => "Weibull",
        Distribution::Empirical(_) => "As measured",
    };
    let fits = if fit.is_good() { "fits" } else { "does not fit" };
    format!("{family} {fits}: distance {:.3}, p {:.3}", fit.distance, fit.probability)
}
