//! The palette of faults: the catalogue to search in, the card of what is chosen, and where in the
//! design it can strike.

use egui::{Align, FontId, Key, Layout, Response, RichText, ScrollArea, Ui, vec2};
use flowbench_model::design::Design;
use flowbench_model::fault::{Fault, FaultKind, Target};
use flowbench_model::faults::{FAULTS, Family, FaultCard};
use flowbench_model::reach::Places;
use flowbench_model::time::Span;

use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{button, menu_item, search};
use crate::gui::{fonts, icons};

/// What is looked for, and which card is open.
#[derive(Default)]
pub struct FaultPalette {
    text: String,
    open: Option<&'static str>,
    /// The frame it was last drawn in.
    drawn_in: u64,
}

const LIST: f32 = 316.0;
const CARD: f32 = 336.0;
const HEIGHT: f32 = 420.0;
/// Height of the places to strike: two rows and a half, so that one sees that there are more.
const TARGETS: f32 = 84.0;

impl FaultPalette {
    /// Shows the palette; the fault that was chosen, lasting from one instant to another.
    pub fn show(&mut self, ui: &mut Ui, design: &Design, range: (u64, u64)) -> Option<Fault> {
        let frame = ui.ctx().cumulative_frame_nr();
        let is_fresh = frame > self.drawn_in + 1;
        self.drawn_in = frame;
        let places = Places::new(design);
        let mut chosen = None;
        // It may stand in a menu, whose fields and buttons have no frames.
        ui.reset_style();
        egui::Frame::new().inner_margin(space::S).show(ui, |ui| {
            let place = vec2(LIST + CARD + space::XL, HEIGHT);
            ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Min), |ui| {
                let down = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(LIST, HEIGHT), down, |ui| {
                    self.list(ui, &places, is_fresh);
                });
                ui.separator();
                ui.allocate_ui_with_layout(vec2(CARD, HEIGHT), down, |ui| {
                    ui.set_width(CARD);
                    chosen = self.card(ui, design, &places);
                });
            });
        });
        let (start, end) = range;
        let duration = Some(Span(end.saturating_sub(start)));
        chosen.map(|kind| Fault::new(kind, Span(start), duration))
    }

    fn list(&mut self, ui: &mut Ui, places: &Places<'_>, is_fresh: bool) {
        ui.set_width(LIST);
        let field = search::show(ui, &mut self.text, "Find a fault");
        if is_fresh {
            field.request_focus();
        }
        let found: Vec<&'static FaultCard> = Family::ALL
            .into_iter()
            .flat_map(|family| FAULTS.iter().filter(move |card| card.family == family))
            .filter(|card| fits(card, &self.text))
            .collect();
        let has_moved = self.steer(ui, &found, places);
        ui.add_space(space::XS);
        ScrollArea::vertical().id_salt("faults").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let mut family = None;
            for card in &found {
                if family.replace(card.family) != Some(card.family) {
                    ui.add_space(space::XS);
                    let color = Colors::of(ui).faint;
                    ui.label(RichText::new(card.family.title()).size(size::SMALL).color(color));
                }
                let item = self.line(ui, card, places);
                if (has_moved || is_fresh) && self.open == Some(card.word) {
                    item.scroll_to_me(if is_fresh { Some(Align::Center) } else { None });
                }
            }
            if found.is_empty() {
                ui.label(RichText::new("No fault fits.").color(Colors::of(ui).muted));
            }
        });
    }

    /// The arrows open the card above and below; whether one did. Some card is always open.
    fn steer(&mut self, ui: &Ui, found: &[&'static FaultCard], places: &Places<'_>) -> bool {
        let can_strike = |card: &&&'static FaultCard| places.has(card.target);
        let words: Vec<&str> = found.iter().filter(can_strike).map(|card| card.word).collect();
        let (down, up) = ui.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            (input.consume_key(none, Key::ArrowDown), input.consume_key(none, Key::ArrowUp))
        });
        let at = words.iter().position(|word| Some(*word) == self.open);
        let next = match at {
            Some(at) if down => (at + 1).min(words.len() - 1),
            Some(at) if up => at.saturating_sub(1),
            Some(at) => at,
            None => 0,
        };
        self.open = words.get(next).copied();
        (down || up) && at != Some(next)
    }

    fn line(&mut self, ui: &mut Ui, card: &'static FaultCard, places: &Places<'_>) -> Response {
        let can_strike = places.has(card.target);
        let is_open = self.open == Some(card.word);
        let line = ui.add_enabled_ui(can_strike, |ui| {
            menu_item::show_chosen(ui, icons::card(card), (card.title, card.code), is_open)
        });
        if line.inner.clicked() {
            self.open = Some(card.word);
        }
        let why = format!("It strikes {}; this design has none", card.target.words());
        line.inner.on_disabled_hover_text(why)
    }

    /// The card that is open, and where it can strike; the fault if that was chosen.
    fn card(&self, ui: &mut Ui, design: &Design, places: &Places<'_>) -> Option<FaultKind> {
        let card = self.open.and_then(FaultCard::of)?;
        let targets = targets(card, places);
        let below = if targets.len() > 3 { TARGETS } else { size::CONTROL };
        let height = ui.available_height() - below - size::ROW - space::L;
        let reading = ScrollArea::vertical().id_salt(("card", card.word)).auto_shrink(false);
        reading.max_height(height).show(ui, |ui| texts(ui, card));
        ui.separator();
        title(ui, "Where shall it strike?");
        let mut chosen = None;
        let places = ScrollArea::vertical().id_salt(("places", card.word)).auto_shrink(false);
        places.min_scrolled_height(below).max_height(below).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
                for target in targets {
                    let name = target.to_string().replace("->", "→");
                    if button::labeled(ui, icon(&target, design), &name).clicked() {
                        chosen = Some(FaultKind::new(card, target));
                    }
                }
            });
        });
        chosen
    }
}

/// The four texts of a card.
pub fn texts(ui: &mut Ui, card: &FaultCard) {
    ui.label(RichText::new(format!("{}  {}", card.code, card.title)).heading());
    let outcomes: Vec<&str> = card.outcomes.iter().map(|outcome| outcome.words()).collect();
    ui.label(RichText::new(outcomes.join(" · ")).size(size::SMALL).color(Colors::of(ui).muted));
    let texts = [
        ("What happens", card.happens),
        ("What one sees", card.seen),
        ("Where it happens", card.reality),
        ("What helps", card.helps),
        ("What is left out", card.left_out),
    ];
    for (title, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        ui.add_space(space::XS);
        self::title(ui, title);
        ui.add(egui::Label::new(text).wrap());
    }
}

fn title(ui: &mut Ui, text: &str) {
    let font = FontId::new(size::SMALL + 1.0, fonts::semi_bold());
    ui.label(RichText::new(text).font(font).color(Colors::of(ui).muted));
}

/// The single nodes or edges of a design that a kind of fault can strike.
#[must_use]
pub fn targets(card: &'static FaultCard, places: &Places<'_>) -> Vec<Target> {
    let every = if card.target.is_edge() {
        "* -> *".parse().map(Target::Edge)
    } else {
        "*".parse().map(Target::Node)
    };
    every.map_or_else(|_| Vec::new(), |target| places.reach(&FaultKind::new(card, target)))
}

fn icon(target: &Target, design: &Design) -> icons::Icon {
    let node = target.node_name().and_then(|name| design.node(name));
    let edge = target.edge_name().and_then(|name| design.edge(&name).cloned());
    match (node, edge) {
        (Some(node), _) => icons::role(&node.role, &design.presets),
        (None, Some(edge)) => icons::edge(edge.kind),
        (None, None) => icons::WARNING,
    }
}

/// Whether every word that is typed stands somewhere on the card.
fn fits(card: &FaultCard, text: &str) -> bool {
    let all = [card.code, card.word, card.title, card.happens, card.seen, card.reality, card.helps];
    let all = all.join(" ").to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_by_its_code_its_name_and_what_stands_on_its_card() {
        let found = |text: &str| -> Vec<&str> {
            FAULTS.iter().filter(|card| fits(card, text)).map(|card| card.code).collect()
        };
        assert_eq!(found("").len(), FAULTS.len());
        assert!(found("L2").contains(&"L2"));
        assert!(found("half open").contains(&"L7"));
        assert!(found("garbage collection").contains(&"C2"));
        assert!(found("xyzzy").is_empty());
    }
}
