//! Publishers that write another version than the contract of their edge says.

use std::collections::BTreeMap;

use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageRef;
use crate::node::{Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "publisher-breaks-contract",
    title: "a publisher writes another version than its contract says",
    severity: Severity::Warning,
    meaning: "The contract of a publish edge names the version that readers may expect; the workload \
              or emission behind it names another one. One of the two is out of date.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node) in context.design.nodes.iter().enumerate() {
        let edges = context.outgoing[index].iter().filter(|edge| {
            edge.kind == EdgeKind::Publish && edge.contract.messages.iter().any(has_version)
        });
        let mut written: Option<Written<'_>> = None;
        for edge in edges {
            let written = written.get_or_insert_with(|| written_by(node));
            breaches(edge, written, findings);
        }
    }
}

/// The versions that a node writes, by the name of the message, as far as it says.
type Written<'a> = BTreeMap<&'a str, Vec<u32>>;

fn has_version(message: &MessageRef) -> bool {
    message.version.is_some()
}

fn written_by(node: &Node) -> Written<'_> {
    let mut written = Written::new();
    let all: Vec<&MessageRef> = match &node.role {
        Role::Producer(producer) => producer.workload.iter().map(|it| &it.message).collect(),
        Role::Channel(_) => Vec::new(),
        Role::Consumer(consumer) => consumer.emitted().map(|it| &it.message).collect(),
    };
    for message in all {
        let versions = written.entry(message.name.as_str()).or_default();
        versions.extend(message.version);
    }
    written
}

fn breaches(edge: &Edge, written: &Written<'_>, findings: &mut Vec<Finding>) {
    let mut agreed: BTreeMap<&str, Vec<Option<u32>>> = BTreeMap::new();
    for message in &edge.contract.messages {
        agreed.entry(&message.name).or_default().push(message.version);
    }
    for (place, message) in edge.contract.messages.iter().enumerate() {
        let (Some(said), Some(written)) = (message.version, written.get(message.name.as_str()))
        else {
            continue;
        };
        let versions = &agreed[message.name.as_str()];
        let other = written.iter().find(|it| !versions.contains(&Some(**it)));
        let Some(written) = other.copied().filter(|_| !versions.contains(&None)) else { continue };
        let sentence = format!(
            "the contract says version {said} of `{}`, and `{}` writes version {written}",
            message.name, edge.from
        );
        let finding =
            Finding::new(LINT.code, Severity::Warning, Place::Edge(edge.name()), sentence);
        let mut mended = edge.clone();
        mended.contract.messages[place].version = Some(written);
        findings.push(
            finding
                .at(format_args!("contract.messages.{place}"))
                .with_fix(format!("Say version {written}"), Edit::PutEdge(edge.name(), mended)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_publisher_writes_what_its_contract_says() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        fixture::produce(&mut design, "a", "Placed");
        let version = |design: &mut crate::design::Design, written, said| {
            if let Role::Producer(producer) = &mut fixture::node(design, "a").role {
                producer.workload[0].message.version = written;
            }
            fixture::edge(design, "a -> q").contract.messages[0].version = said;
        };
        version(&mut design, Some(2), Some(1));
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `a -> q` at contract.messages.0: the contract says version 1 of \
             `Placed`, and `a` writes version 2 [Say version 2]"
        );
        for (written, agreed) in [(Some(1), Some(1)), (None, Some(1)), (Some(1), None)] {
            version(&mut design, written, agreed);
            assert_eq!(said(&LINT, &design), "");
        }
    }
}
