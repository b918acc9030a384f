//! What nodes publish of their own accord, and the channels that it reaches.

use std::collections::BTreeSet;

use crate::claim_check::ClaimCheck;
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::lint::context::Context;
use crate::message::Properties;
use crate::node::{Consumer, Node, Producer, Role};

/// A workload or an emission.
pub(crate) struct Publication<'a> {
    pub(crate) node: &'a Node,
    /// Where it stands: `role.workload.0`.
    pub(crate) at: String,
    /// Name of the message.
    pub(crate) message: &'a str,
    pub(crate) claim_check: Option<&'a ClaimCheck>,
    pub(crate) properties: &'a Properties,
    /// Its place among those of its node.
    number: usize,
}

impl<'a> Context<'a> {
    /// Everything that is published.
    pub(crate) fn publications(&self) -> Vec<Publication<'a>> {
        let mut all = Vec::new();
        for node in &self.design.nodes {
            match &node.role {
                Role::Producer(producer) => {
                    let lines = producer.workload.iter().enumerate();
                    all.extend(lines.map(|(number, line)| Publication {
                        node,
                        at: format!("role.workload.{number}"),
                        message: &line.message.name,
                        claim_check: line.claim_check.as_ref(),
                        properties: &line.properties,
                        number,
                    }));
                }
                Role::Channel(_) => {}
                Role::Consumer(consumer) => {
                    let emissions = consumer.emissions().into_iter().enumerate();
                    all.extend(emissions.map(|(number, (at, emission))| Publication {
                        node,
                        at,
                        message: &emission.message.name,
                        claim_check: emission.claim_check.as_ref(),
                        properties: &emission.properties,
                        number,
                    }));
                }
            }
        }
        all
    }

    /// The channels that a publication reaches, over bindings too, in the order in which it does.
    pub(crate) fn channels_reached(&self, it: &Publication<'a>) -> Vec<&'a str> {
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        let mut open = vec![(it.node.name.as_str(), EdgeKind::Publish)];
        while let Some((name, kind)) = open.pop() {
            let Some(index) = self.graph.index_of(name) else { continue };
            for edge in &self.outgoing[index] {
                let goes_on = edge.kind == kind && it.passes(edge);
                if goes_on && self.channel(&edge.to).is_some() && seen.insert(edge.to.as_str()) {
                    found.push(edge.to.as_str());
                    open.push((&edge.to, EdgeKind::Bind));
                }
            }
        }
        found
    }
}

impl Publication<'_> {
    /// Whether it goes over an edge.
    pub(crate) fn passes(&self, edge: &Edge) -> bool {
        let filter = edge.contract.filter.as_ref();
        edge.contract.carries(self.message)
            && filter.is_none_or(|filter| filter.passes(self.properties))
    }

    /// The same with this claim check, or without.
    pub(crate) fn with_claim_check(&self, check: Option<ClaimCheck>) -> Edit {
        let role = match &self.node.role {
            Role::Producer(producer) => Role::Producer(self.in_producer(producer.clone(), check)),
            Role::Channel(channel) => Role::Channel(channel.clone()),
            Role::Consumer(consumer) => Role::Consumer(self.in_consumer(consumer.clone(), check)),
        };
        Edit::PutNode(self.node.name.clone(), Node { role, ..self.node.clone() })
    }

    fn in_producer(&self, mut producer: Producer, check: Option<ClaimCheck>) -> Producer {
        if let Some(line) = producer.workload.get_mut(self.number) {
            line.claim_check = check;
        }
        producer
    }

    fn in_consumer(&self, mut consumer: Consumer, check: Option<ClaimCheck>) -> Consumer {
        let Consumer { handlers, pattern, .. } = &mut consumer;
        let own = handlers.iter_mut().flat_map(|handler| &mut handler.emits);
        let mut emissions = own.chain(pattern.emissions_mut().into_iter().flatten());
        if let Some(emission) = emissions.nth(self.number) {
            emission.claim_check = check;
        }
        consumer
    }
}
