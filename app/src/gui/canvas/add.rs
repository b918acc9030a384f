//! Adding nodes: the kinds there are, and the menu that offers them where one clicked.

use egui::{Align2, Area, Frame, Key, Order, Ui};
use flowbench_model::channel::{Channel, Delivery, Filtering, Retention, Storage};
use flowbench_model::design::{Design, Position};
use flowbench_model::edge::{Edge, edge_kind_between};
use flowbench_model::edit::Edit;
use flowbench_model::name::free_name;
use flowbench_model::node::{Consumer, Node, Producer, Role};

use crate::command::{Command, EditCommand};
use crate::gui::canvas::scene::NodeLook;
use crate::gui::canvas::space::{View, snapped};
use crate::gui::icons::{self, Icon};
use crate::gui::widgets::menu_item;
use crate::selection::Selection;

/// A kind of node one can add.
pub struct NodeKind {
    /// What it is called.
    pub title: &'static str,
    /// What it is for.
    pub explanation: &'static str,
    /// Its sign.
    pub icon: Icon,
    /// Its hue.
    pub look: NodeLook,
    /// The name a new one gets, if it is free.
    pub name: &'static str,
    /// What a new one does.
    pub role: fn() -> Role,
}

/// Every kind, in the order of the palette.
pub const KINDS: [NodeKind; 6] = [
    NodeKind {
        title: "Producer",
        explanation: "Publishes messages of its own accord, under a workload",
        icon: icons::PRODUCER,
        look: NodeLook::Producer,
        name: "producer",
        role: || Role::Producer(Producer::default()),
    },
    NodeKind {
        title: "Queue",
        explanation: "Point-to-point: each message goes to one of the subscribers",
        icon: icons::QUEUE,
        look: NodeLook::Channel,
        name: "queue",
        role: || Role::Channel(Channel::default()),
    },
    NodeKind {
        title: "Topic",
        explanation: "Publish/subscribe: each subscriber gets a copy of each message",
        icon: icons::TOPIC,
        look: NodeLook::Channel,
        name: "topic",
        role: || {
            let delivery = Some(Delivery::PublishSubscribe);
            Role::Channel(Channel { delivery, ..Channel::default() })
        },
    },
    NodeKind {
        title: "Log",
        explanation: "Kept in partitions: each group of subscribers reads on at its own place",
        icon: icons::LOG_CHANNEL,
        look: NodeLook::Log,
        name: "log",
        role: || {
            Role::Channel(Channel {
                delivery: Some(Delivery::PublishSubscribe),
                storage: Some(Storage::Log),
                partitions: Some(4),
                retention: Some(Retention::Limits),
                ..Channel::default()
            })
        },
    },
    NodeKind {
        title: "Router",
        explanation: "An exchange: passes each message on to the channels whose binding matches",
        icon: icons::ROUTER,
        look: NodeLook::Router,
        name: "router",
        role: || {
            Role::Channel(Channel {
                delivery: Some(Delivery::PublishSubscribe),
                storage: Some(Storage::Router),
                filtering: Some(Filtering::Topic),
                ..Channel::default()
            })
        },
    },
    NodeKind {
        title: "Consumer",
        explanation: "Handles messages; takes time, may fail, may publish further messages",
        icon: icons::CONSUMER,
        look: NodeLook::Consumer,
        name: "consumer",
        role: || Role::Consumer(Consumer::default()),
    },
];

/// Adds a node of a kind, selects it, and connects it to the node it follows.
pub fn add(design: &Design, kind: &NodeKind, at: Position, after: Option<usize>) -> Vec<Command> {
    let name = free_name(kind.name, |name| design.node(name).is_some());
    let role = (kind.role)();
    let edge = after.and_then(|index| design.nodes.get(index)).and_then(|from| {
        let edge_kind = edge_kind_between(&from.role, &role)?;
        Some(Edge::new(edge_kind, from.name.as_str(), name.as_str()))
    });
    let mut edits = vec![Edit::AddNode(Node::new(name.as_str(), role), Some(snapped(at)))];
    edits.extend(edge.map(Edit::AddEdge));
    let edit = if edits.len() == 1 { edits.remove(0) } else { Edit::All(edits) };
    vec![EditCommand::Apply(edit).into(), Command::select(Selection::node(name))]
}

/// A menu of kinds at a place of the canvas.
pub struct AddMenu {
    at: Position,
    after: Option<usize>,
    is_fresh: bool,
}

impl AddMenu {
    /// Offers every kind.
    #[must_use]
    pub fn at(at: Position) -> AddMenu {
        AddMenu { at, after: None, is_fresh: true }
    }

    /// Offers the kinds that can follow a node, by its index.
    #[must_use]
    pub fn after(at: Position, node: usize) -> AddMenu {
        AddMenu { at, after: Some(node), is_fresh: true }
    }

    /// Shows the menu; whether it stays open.
    pub(super) fn ui(
        &mut self,
        ui: &Ui,
        view: &View,
        design: &Design,
        commands: &mut Vec<Command>,
    ) -> bool {
        let id = ui.scope_id().with("add menu");
        let area = Area::new(id).order(Order::Foreground).fixed_pos(view.screen(self.at));
        let area = area.pivot(Align2::LEFT_TOP).constrain_to(view.rect);
        let shown = area.show(ui.ctx(), |ui| {
            Frame::menu(ui.style()).show(ui, |ui| {
                ui.set_width(176.0);
                self.items(ui, design, commands)
            })
        });
        let has_chosen = shown.inner.inner;
        let is_elsewhere = !self.is_fresh && shown.response.clicked_elsewhere();
        self.is_fresh = false;
        let is_escaped = ui.input(|input| input.key_pressed(Key::Escape));
        !(has_chosen || is_elsewhere || is_escaped)
    }

    fn items(&self, ui: &mut Ui, design: &Design, commands: &mut Vec<Command>) -> bool {
        let from = self.after.and_then(|index| design.nodes.get(index));
        let fits = |kind: &&NodeKind| {
            from.is_none_or(|from| edge_kind_between(&from.role, &(kind.role)()).is_some())
        };
        let mut has_chosen = false;
        for kind in KINDS.iter().filter(fits) {
            let item = menu_item::show(ui, kind.icon, kind.title, "");
            if item.on_hover_text(kind.explanation).clicked() {
                commands.extend(add(design, kind, self.at, self.after));
                has_chosen = true;
            }
        }
        has_chosen
    }
}
