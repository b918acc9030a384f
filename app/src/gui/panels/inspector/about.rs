//! What a card says beside states and fields.

use egui::RichText;
use flowbench_model::pattern::PatternCard;

use crate::gui::theme::Colors;
use crate::gui::widgets::form::Form;

/// What survives, where it can fail, and where that comes from.
pub(super) fn show(form: &mut Form, card: &PatternCard) {
    form.note(&format!("Stored: {}", card.stored));
    form.fold("Where it can fail", false, |form| {
        let color = Colors::of(form.ui).text;
        for point in card.failure_points {
            let text = RichText::new(format!("If {}:", point.what)).small().color(color);
            form.ui.add(egui::Label::new(text).wrap()).on_hover_text(point.inject);
            form.note(point.seen);
        }
        if !card.left_out.is_empty() {
            form.note(&format!("Not modelled: {}", card.left_out));
        }
        form.note(card.source);
    });
}
