//! Publishers that write another version than the contract of their edge says.

use crate::edge::EdgeKind;
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::MessageRef;
use crate::node::Role;

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
    for edge in context.edges_of(EdgeKind::Publish) {
        let Some(node) = context.node(&edge.from) else { continue };
        let written: Vec<&MessageRef> = match &node.role {
            Role::Producer(producer) => producer.workload.iter().map(|it| &it.message).collect(),
            Role::Channel(_) => Vec::new(),
            Role::Consumer(consumer) => {
                consumer.emissions().into_iter().map(|(_, it)| &it.message).collect()
            }
        };
        for (place, agreed) in edge.contract.messages.iter().enumerate() {
            let versions = || {
                let named = edge.contract.messages.iter().filter(|it| it.name == agreed.name);
                named.map(|it| it.version)
            };
            let differs = |it: &&&MessageRef| {
                it.name == agreed.name && !versions().any(|version| version == it.version)
            };
            let written = written.iter().find(differs).and_then(|it| it.version);
            let Some((said, written)) = agreed.version.zip(written) else { continue };
            if versions().any(|version| version.is_none()) {
                continue;
            }
            let sentence = format!(
                "the contract says version {said} of `{}`, and `{}` writes version {written}",
                agreed.name, edge.from
            );
            let at = Place::Edge(edge.name());
            let finding = Finding::new(LINT.code, Severity::Warning, at, sentence);
            let mut mended = edge.clone();
            mended.contract.messages[place].version = Some(written);
            findings.push(
                finding
                    .at(format_args!("contract.messages.{place}"))
                    .with_fix(format!("Say version {written}"), Edit::PutEdge(edge.name(), mended)),
            );
        }
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
