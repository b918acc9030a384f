//! What is selected: by name, so that it can be compared and kept; follows renames and lets go of
//! what is no longer there.

use std::collections::BTreeSet;

use flowbench_model::design::Design;
use flowbench_model::finding::Place;
use flowbench_model::name::{EdgeName, MessageName};

/// What the inspector shows and the edit commands work on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Selection {
    /// Nothing: the inspector shows the design itself.
    #[default]
    None,
    /// Nodes and edges on the canvas; at least one.
    Items(Items),
    /// A message type, by name.
    MessageType(String),
    /// A bounded context, by name.
    Context(String),
    /// A promise of the design, by name.
    Promise(String),
    /// A scenario, by name.
    Scenario(String),
    /// A preset of the design, by name.
    Preset(String),
    /// A fault of a scenario, by its index.
    Fault {
        /// Name of the scenario.
        scenario: String,
        /// From 0, in the order of the file.
        index: usize,
    },
    /// One message of the run.
    Message(MessageName),
    /// Dead letters of one channel; at least one.
    DeadLetters {
        /// Name of the dead-letter channel.
        channel: String,
        /// Which.
        messages: BTreeSet<MessageName>,
    },
}

/// Nodes and edges.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Items {
    /// Nodes by name.
    pub nodes: BTreeSet<String>,
    /// Edges by their ends.
    pub edges: BTreeSet<EdgeName>,
}

impl Items {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }

    /// Nodes and edges together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len() + self.edges.len()
    }
}

impl Selection {
    /// One node.
    pub fn node(name: impl Into<String>) -> Selection {
        let nodes = BTreeSet::from([name.into()]);
        Selection::Items(Items { nodes, edges: BTreeSet::new() })
    }

    /// One edge.
    #[must_use]
    pub fn edge(name: EdgeName) -> Selection {
        let edges = BTreeSet::from([name]);
        Selection::Items(Items { nodes: BTreeSet::new(), edges })
    }

    /// These nodes and edges; nothing if there are none.
    #[must_use]
    pub fn items(items: Items) -> Selection {
        if items.is_empty() { Selection::None } else { Selection::Items(items) }
    }

    /// What a finding is about.
    #[must_use]
    pub fn place(place: &Place) -> Selection {
        match place {
            Place::Design => Selection::None,
            Place::Context(name) => Selection::Context(name.clone()),
            Place::Message(name) => Selection::MessageType(name.clone()),
            Place::Node(name) => Selection::node(name.as_str()),
            Place::Edge(name) => Selection::edge(name.clone()),
            Place::Promise(name) => Selection::Promise(name.clone()),
            Place::Scenario(name) => Selection::Scenario(name.clone()),
            Place::Preset(name) => Selection::Preset(name.clone()),
        }
    }

    /// The nodes and edges in it.
    #[must_use]
    pub fn as_items(&self) -> Option<&Items> {
        if let Selection::Items(items) = self { Some(items) } else { None }
    }

    /// The node, if exactly one node and nothing else is selected.
    #[must_use]
    pub fn single_node(&self) -> Option<&str> {
        let items = self.as_items().filter(|items| items.len() == 1)?;
        items.nodes.first().map(String::as_str)
    }

    /// The edge, if exactly one edge and nothing else is selected.
    #[must_use]
    pub fn single_edge(&self) -> Option<&EdgeName> {
        let items = self.as_items().filter(|items| items.len() == 1)?;
        items.edges.first()
    }

    /// Whether this node is among the selected.
    #[must_use]
    pub fn has_node(&self, name: &str) -> bool {
        self.as_items().is_some_and(|items| items.nodes.contains(name))
    }

    /// Whether this edge is among the selected.
    #[must_use]
    pub fn has_edge(&self, name: &EdgeName) -> bool {
        self.as_items().is_some_and(|items| items.edges.contains(name))
    }

    /// The same things in a later (or earlier) state of the design, without those that are gone.
    #[must_use]
    pub fn follow(&self, before: &Design, after: &Design) -> Selection {
        let chosen = |name: Option<String>, make: fn(String) -> Selection| {
            name.map_or(Selection::None, make)
        };
        match self {
            Selection::None => Selection::None,
            Selection::Items(items) => Selection::items(follow_items(items, before, after)),
            Selection::MessageType(name) => {
                chosen(follow_message_type(name, before, after), Selection::MessageType)
            }
            Selection::Context(name) => {
                let names = |design: &Design| {
                    design.contexts.iter().map(|context| context.name.clone()).collect()
                };
                chosen(follow_place(name, names(before), names(after)), Selection::Context)
            }
            Selection::Promise(name) => {
                let names = |design: &Design| {
                    design.promises.iter().map(|promise| promise.name.clone()).collect()
                };
                chosen(follow_place(name, names(before), names(after)), Selection::Promise)
            }
            Selection::Scenario(name) => {
                chosen(follow_scenario(name, before, after), Selection::Scenario)
            }
            Selection::Preset(name) => {
                let names = |design: &Design| {
                    design.presets.iter().map(|preset| preset.name.clone()).collect()
                };
                chosen(follow_place(name, names(before), names(after)), Selection::Preset)
            }
            Selection::Fault { scenario, index } => follow_fault(scenario, *index, before, after),
            Selection::Message(_) => self.clone(),
            Selection::DeadLetters { channel, messages } => {
                follow_node(channel, before, after).map_or(Selection::None, |channel| {
                    Selection::DeadLetters { channel, messages: messages.clone() }
                })
            }
        }
    }
}

/// The name of the same node, found by its stable key.
#[must_use]
pub fn follow_node(name: &str, before: &Design, after: &Design) -> Option<String> {
    let key = before.node(name).map_or(name, |node| node.stable_key());
    let same = after.nodes.iter().find(|node| node.stable_key() == key);
    same.or_else(|| after.node(name)).map(|node| node.name.clone())
}

/// The name of the same scenario, found by its name or else its place in the list.
#[must_use]
pub fn follow_scenario(name: &str, before: &Design, after: &Design) -> Option<String> {
    let names = |design: &Design| {
        design.scenarios.iter().map(|scenario| scenario.name.clone()).collect::<Vec<_>>()
    };
    follow_place(name, names(before), names(after))
}

fn follow_items(items: &Items, before: &Design, after: &Design) -> Items {
    let nodes = items.nodes.iter().filter_map(|name| follow_node(name, before, after)).collect();
    let edges = items.edges.iter().filter_map(|name| follow_edge(name, before, after)).collect();
    Items { nodes, edges }
}

fn follow_edge(name: &EdgeName, before: &Design, after: &Design) -> Option<EdgeName> {
    let from = follow_node(&name.from, before, after)?;
    let to = follow_node(&name.to, before, after)?;
    let name = EdgeName { from, to };
    after.edge(&name).is_some().then_some(name)
}

fn follow_message_type(name: &str, before: &Design, after: &Design) -> Option<String> {
    let key = before.message(name).map_or(name, |message| message.stable_key());
    let same = after.messages.iter().find(|message| message.stable_key() == key);
    same.or_else(|| after.message(name)).map(|message| message.name.clone())
}

/// Things without a key of their own: if a name is gone and nothing was added or removed, the
/// thing at the same place of the list was renamed.
fn follow_place(name: &str, before: Vec<String>, after: Vec<String>) -> Option<String> {
    if after.iter().any(|other| other == name) {
        return Some(name.to_owned());
    }
    let place = before.iter().position(|other| other == name)?;
    if before.len() == after.len() { after.get(place).cloned() } else { None }
}

fn follow_fault(scenario: &str, index: usize, before: &Design, after: &Design) -> Selection {
    let Some(name) = follow_scenario(scenario, before, after) else {
        return Selection::None;
    };
    let faults = |design: &Design, name: &str| {
        design.scenario(Some(name)).map_or(0, |scenario| scenario.faults.len())
    };
    // A fault has no name; after one was added or removed, the index may mean another one.
    if faults(before, scenario) == faults(after, &name) {
        Selection::Fault { scenario: name, index }
    } else {
        Selection::Scenario(name)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use flowbench_model::edge::{Edge, EdgeKind};
    use flowbench_model::node::{Node, Producer, Role};
    use flowbench_model::scenario::Scenario;
    use flowbench_model::time::Span;

    use super::*;

    fn design(nodes: &[(&str, Option<&str>)]) -> Design {
        let mut design = Design::new("test");
        for (name, key) in nodes {
            let mut node = Node::new(*name, Role::Producer(Producer::default()));
            node.key = key.map(str::to_owned);
            design.nodes.push(Arc::new(node));
        }
        for pair in nodes.windows(2) {
            design.edges.push(Arc::new(Edge::new(EdgeKind::Call, pair[0].0, pair[1].0)));
        }
        design
    }

    #[test]
    fn a_renamed_node_and_its_edges_stay_selected() {
        let before = design(&[("shop", None), ("orders", None)]);
        let after = design(&[("web-shop", Some("shop")), ("orders", None)]);
        let selection = Selection::node("shop");
        assert_eq!(selection.follow(&before, &after), Selection::node("web-shop"));
        assert_eq!(Selection::node("web-shop").follow(&after, &before), selection);
        let edge = Selection::edge(EdgeName::new("shop", "orders"));
        let renamed = Selection::edge(EdgeName::new("web-shop", "orders"));
        assert_eq!(edge.follow(&before, &after), renamed);
    }

    #[test]
    fn what_was_removed_is_let_go() {
        let before = design(&[("shop", None), ("orders", None)]);
        let after = design(&[("orders", None)]);
        assert_eq!(Selection::node("shop").follow(&before, &after), Selection::None);
        let edge = Selection::edge(EdgeName::new("shop", "orders"));
        assert_eq!(edge.follow(&before, &after), Selection::None);
    }

    #[test]
    fn a_renamed_scenario_is_followed_by_its_place() {
        let scenario = |name: &str| Arc::new(Scenario::new(name, Span::from_secs(1)));
        let mut before = Design::new("test");
        before.scenarios = vec![scenario("one"), scenario("two")];
        let mut after = before.clone();
        after.scenarios[1] = scenario("outage");
        let selection = Selection::Scenario("two".to_owned());
        let renamed = Selection::Scenario("outage".to_owned());
        assert_eq!(selection.follow(&before, &after), renamed);
        after.scenarios.remove(1);
        assert_eq!(selection.follow(&before, &after), Selection::None);
    }
}
