//! The menu that adds a fault: what goes wrong, then where.

use egui::Ui;
use flowbench_model::design::Design;
use flowbench_model::fault::{Fault, FaultKind};
use flowbench_model::name::EdgeName;
use flowbench_model::node::{Poison, Role};
use flowbench_model::time::Span;

use crate::gui::icons::{self, Icon};
use crate::gui::widgets::menu_item;

/// What the menu lists: a word, an icon, and how such a fault begins.
struct Kind {
    title: &'static str,
    icon: Icon,
    explanation: &'static str,
    make: Make,
}

enum Make {
    /// Any node.
    Node(fn(String) -> FaultKind),
    /// A consumer.
    Consumer(fn(String) -> FaultKind),
    /// An edge.
    Edge(fn(EdgeName) -> FaultKind),
}

const KINDS: [Kind; 7] = [
    Kind {
        title: "Down",
        icon: icons::DOWN,
        explanation: "The node does nothing; what it has in work is delivered again",
        make: Make::Node(|node| FaultKind::Down { node }),
    },
    Kind {
        title: "Slow",
        icon: icons::SLOW,
        explanation: "Work takes four times as long",
        make: Make::Consumer(|node| FaultKind::Slow { node, factor: 4.0 }),
    },
    Kind {
        title: "Failing",
        icon: icons::FAILING,
        explanation: "Half of all attempts fail",
        make: Make::Consumer(|node| FaultKind::Failing { node, share: 0.5 }),
    },
    Kind {
        title: "Poison",
        icon: icons::POISON,
        explanation: "One message in ten can never be handled",
        make: Make::Consumer(|node| FaultKind::Poison { node, messages: Poison::Share(0.1) }),
    },
    Kind {
        title: "Loss",
        icon: icons::LOSS,
        explanation: "One message in five is lost on the edge",
        make: Make::Edge(|edge| FaultKind::Loss { edge, share: 0.2 }),
    },
    Kind {
        title: "Delay",
        icon: icons::LATENCY,
        explanation: "Messages take a second longer on the edge",
        make: Make::Edge(|edge| FaultKind::Delay { edge, by: Span::from_secs(1) }),
    },
    Kind {
        title: "Duplication",
        icon: icons::DUPLICATION,
        explanation: "One message in five arrives twice",
        make: Make::Edge(|edge| FaultKind::Duplication { edge, share: 0.2 }),
    },
];

/// Shows the menu; the fault that was chosen, lasting from one instant to another.
pub(super) fn menu(ui: &mut Ui, design: &Design, (start, end): (u64, u64)) -> Option<Fault> {
    ui.set_width(172.0);
    let mut chosen = None;
    for kind in &KINDS {
        let targets = targets(design, &kind.make);
        ui.add_enabled_ui(!targets.is_empty(), |ui| {
            let title = format!("{}  {}", kind.icon, kind.title);
            let response = ui.menu_button(title, |ui| {
                ui.set_width(232.0);
                egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                    for (icon, name, fault) in targets {
                        if menu_item::show(ui, icon, &name, "").clicked() {
                            chosen = Some(fault);
                            ui.close();
                        }
                    }
                });
            });
            response.response.on_hover_text(kind.explanation);
        });
    }
    let duration = Some(Span(end.saturating_sub(start)));
    chosen.map(|kind| Fault { kind, start: Span(start), duration })
}

fn targets(design: &Design, make: &Make) -> Vec<(Icon, String, FaultKind)> {
    let nodes = |takes: fn(&Role) -> bool, make: fn(String) -> FaultKind| {
        let nodes = design.nodes.iter().filter(|node| takes(&node.role));
        nodes
            .map(|node| {
                (
                    icons::role(&node.role, &design.presets),
                    node.name.clone(),
                    make(node.name.clone()),
                )
            })
            .collect()
    };
    match make {
        Make::Node(make) => nodes(|_| true, *make),
        Make::Consumer(make) => nodes(|role| matches!(role, Role::Consumer(_)), *make),
        Make::Edge(make) => {
            let edges = design.edges.iter().map(|edge| {
                let name = format!("{} → {}", edge.from, edge.to);
                (icons::edge(edge.kind), name, make(edge.name()))
            });
            edges.collect()
        }
    }
}
