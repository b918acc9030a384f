//! Inboxes that recognize messages by a key which different messages share.

use std::collections::BTreeSet;

use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::inbox::{Inbox, Recognition};
use crate::lint::{Context, Lint};
use crate::node::{Arrivals, Consumer, Keys, Node, Role, Workload};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "inbox-key-repeats",
    title: "an inbox by a key that different messages share",
    severity: Severity::Warning,
    meaning: "An inbox by key takes the second message with a key for a repetition of the first, \
              and nothing comes of it. A business key, such as the number of a payment, is a new \
              one for each thing that happens; the number of a customer is not.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        if !consumer.idempotent || consumer.inbox.by != Recognition::Key {
            continue;
        }
        let channels = channels_of(context, index);
        let sources = sources(context, &channels);
        let repeated = sources.iter().find_map(|(from, line)| shared(from, line));
        let Some(reason) = repeated.or_else(|| counted_apart(&sources)) else { continue };
        let sentence = format!(
            "{reason}: `{}` takes the second message with a key for a repetition, and does nothing; \
             recognize by what is new for each message",
            node.name
        );
        let place = Place::Node(node.name.clone());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        let edit = Edit::PutNode(node.name.clone(), by_message(node, consumer));
        findings.push(finding.at("role.inbox.by").with_fix("Recognize by identity", edit));
    }
}

/// Every channel from which messages can come to a consumer, over bindings too.
fn channels_of<'a>(context: &Context<'a>, index: usize) -> BTreeSet<&'a str> {
    let from = |index: usize, kind: EdgeKind| {
        context.incoming[index].iter().filter(move |it| it.kind == kind).map(|it| it.from.as_str())
    };
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = from(index, EdgeKind::Subscribe).collect();
    while let Some(name) = open.pop() {
        if let Some(at) = context.graph.index_of(name).filter(|_| found.insert(name)) {
            open.extend(from(at, EdgeKind::Bind));
        }
    }
    found
}

/// The workloads that are published on some of these channels, with the names of their producers.
fn sources<'a>(context: &Context<'a>, channels: &BTreeSet<&str>) -> Vec<(&'a str, &'a Workload)> {
    let mut sources = Vec::new();
    for (index, node, producer) in context.producers() {
        for line in &producer.workload {
            let leads_there = |edge: &&&Edge| {
                edge.kind == EdgeKind::Publish
                    && channels.contains(edge.to.as_str())
                    && edge.contract.carries(&line.message.name)
            };
            if context.outgoing[index].iter().any(|edge| leads_there(&edge)) {
                sources.push((node.name.as_str(), line));
            }
        }
    }
    sources
}

/// Why messages of a workload share keys, if they do.
fn shared(from: &str, line: &Workload) -> Option<String> {
    let keys = match line.keys {
        Keys::Unique => return None,
        Keys::Uniform(keys) | Keys::RoundRobin(keys) => keys,
        Keys::Constant(_) => 1,
    };
    let messages = match &line.arrivals {
        Arrivals::Scripted(instants) => line.count.unwrap_or(u64::MAX).min(instants.len() as u64),
        // The keys of a recorded file are its own.
        Arrivals::Recorded(_) => return None,
        Arrivals::Constant(_) | Arrivals::Poisson(_) => line.count.unwrap_or(u64::MAX),
    };
    let is_by_lot = matches!(line.keys, Keys::Uniform(_));
    let is_shared = messages > keys || is_by_lot && messages > 1;
    let keys = if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") };
    is_shared.then(|| format!("`{from}` has {keys} for all its `{}`", line.message.name))
}

/// Two producers that each number what they publish.
fn counted_apart(sources: &[(&str, &Workload)]) -> Option<String> {
    let own = |it: &&(&str, &Workload)| {
        it.1.keys == Keys::Unique && !matches!(it.1.arrivals, Arrivals::Recorded(_))
    };
    let own: Vec<_> = sources.iter().filter(own).collect();
    own.iter().enumerate().find_map(|(i, (from, line))| {
        let same =
            |it: &&&(&str, &Workload)| it.0 != *from && it.1.message.name == line.message.name;
        let (other, _) = own[i + 1..].iter().find(same)?;
        Some(format!("`{from}` and `{other}` number their `{}` each by itself", line.message.name))
    })
}

fn by_message(node: &Node, consumer: &Consumer) -> Node {
    let inbox = Inbox { by: Recognition::Message, ..consumer.inbox.clone() };
    Node { role: Role::Consumer(Consumer { inbox, ..consumer.clone() }), ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn design() -> Design {
        let mut design = fixture::design(
            "shop: producer\n web: producer\n t: topic\n q: queue\n c: consumer
             shop -> t: Placed\n web -> t: Placed\n t -> q\n q -> c",
        );
        fixture::produce(&mut design, "shop", "Placed");
        let consumer = fixture::consumer(&mut design, "c");
        (consumer.idempotent, consumer.inbox.by) = (true, Recognition::Key);
        design
    }

    fn keys(design: &mut Design, keys: Keys, count: Option<u64>) {
        if let Role::Producer(producer) = &mut fixture::node(design, "shop").role {
            (producer.workload[0].keys, producer.workload[0].count) = (keys, count);
        }
    }

    #[test]
    fn a_key_that_comes_again_is_no_business_key() {
        let mut design = design();
        assert_eq!(said(&LINT, &design), "", "each message has a key of its own");
        keys(&mut design, Keys::RoundRobin(5), Some(5));
        assert_eq!(said(&LINT, &design), "");
        keys(&mut design, Keys::RoundRobin(5), None);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `c` at role.inbox.by: `shop` has 5 keys for all its `Placed`: `c` takes \
             the second message with a key for a repetition, and does nothing; recognize by what \
             is new for each message [Recognize by identity]"
        );
        keys(&mut design, Keys::Uniform(5), Some(5));
        assert!(said(&LINT, &design).contains("5 keys"), "by lot, two may have the same");
        keys(&mut design, Keys::Constant(5), None);
        assert!(said(&LINT, &design).contains("1 key for"));
        fixture::consumer(&mut design, "c").idempotent = false;
        assert_eq!(said(&LINT, &design), "");
    }

    #[test]
    fn two_that_number_by_themselves_share_keys() {
        let mut design = design();
        fixture::produce(&mut design, "web", "Placed");
        assert!(said(&LINT, &design).contains("`shop` and `web` number their `Placed`"));
    }
}
