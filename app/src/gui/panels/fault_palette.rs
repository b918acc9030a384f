//! The palette of faults: the catalogue to search in, the card of what is chosen, and where in the
//! design it can strike.

use egui::{RichText, ScrollArea, Ui, vec2};
use flowbench_model::design::Design;
use flowbench_model::fault::{Fault, FaultKind, Target};
use flowbench_model::faults::{FAULTS, Family, FaultCard};
use flowbench_model::time::Span;

use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{menu_item, search};

/// What is looked for, and which card is open.
#[derive(Default)]
pub struct FaultPalette {
    text: String,
    open: Option<&'static str>,
}

const LIST: f32 = 310.0;
const CARD: f32 = 336.0;
const HEIGHT: f32 = 420.0;

impl FaultPalette {
    /// Shows the palette; the fault that was chosen, lasting from one instant to another.
    pub fn show(&mut self, ui: &mut Ui, design: &Design, range: (u64, u64)) -> Option<Fault> {
        let mut chosen = None;
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(LIST, HEIGHT), |ui| {
                ui.vertical(|ui| self.list(ui, design));
            });
            ui.separator();
            ui.allocate_ui(vec2(CARD, HEIGHT), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(CARD);
                    chosen = self.card(ui, design);
                });
            });
        });
        let (start, end) = range;
        let duration = Some(Span(end.saturating_sub(start)));
        chosen.map(|kind| Fault::new(kind, Span(start), duration))
    }

    fn list(&mut self, ui: &mut Ui, design: &Design) {
        ui.set_width(LIST);
        search::show(ui, &mut self.text, "Find a fault");
        ui.add_space(space::XS);
        let found: Vec<&FaultCard> = FAULTS.iter().filter(|card| fits(card, &self.text)).collect();
        ScrollArea::vertical().max_height(HEIGHT).auto_shrink(false).show(ui, |ui| {
            for family in Family::ALL {
                let of_family: Vec<_> = found.iter().filter(|card| card.family == family).collect();
                if of_family.is_empty() {
                    continue;
                }
                ui.add_space(space::XS);
                let muted = Colors::of(ui).muted;
                ui.label(RichText::new(family.title()).size(size::SMALL).color(muted));
                for card in of_family {
                    let can_strike = !targets(card, design).is_empty();
                    ui.add_enabled_ui(can_strike, |ui| {
                        let item = menu_item::show(ui, icons::card(card), card.title, card.code);
                        if item.clicked() {
                            self.open = Some(card.word);
                        }
                        item.on_disabled_hover_text(format!(
                            "It strikes {}; this design has none",
                            card.target.words()
                        ));
                    });
                }
            }
            if found.is_empty() {
                ui.label(RichText::new("Nothing fits.").color(Colors::of(ui).muted));
            }
        });
    }

    /// The card that is open, and where it can strike; the fault if that was chosen.
    fn card(&self, ui: &mut Ui, design: &Design) -> Option<FaultKind> {
        let Some(card) = self.open.and_then(FaultCard::of) else {
            ui.label(RichText::new("Choose a fault to read its card.").color(Colors::of(ui).muted));
            return None;
        };
        let mut chosen = None;
        ScrollArea::vertical().max_height(HEIGHT).auto_shrink(false).show(ui, |ui| {
            texts(ui, card);
            ui.add_space(space::S);
            ui.label(RichText::new("Strike").strong());
            for target in targets(card, design) {
                let name = target.to_string().replace("->", "→");
                let response = menu_item::show(ui, icon(&target, design), &name, "");
                if response.clicked() {
                    chosen = Some(FaultKind::new(card, target));
                }
            }
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
    ];
    for (title, text) in texts {
        ui.add_space(space::XS);
        ui.label(RichText::new(title).strong());
        ui.add(egui::Label::new(text).wrap());
    }
}

/// The single nodes or edges of a design that a kind of fault can strike.
#[must_use]
pub fn targets(card: &'static FaultCard, design: &Design) -> Vec<Target> {
    let every = if card.target.is_edge() {
        "* -> *".parse().map(Target::Edge)
    } else {
        "*".parse().map(Target::Node)
    };
    every.map_or_else(|_| Vec::new(), |target| FaultKind::new(card, target).reach(design))
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
