//! Channels that carry everything for everybody.

use std::collections::BTreeSet;

use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "god-channel",
    title: "a channel that carries everything for everybody",
    severity: Severity::Info,
    meaning: "A channel with many types of messages and many publishers has no owner and no limits \
              that suit all: one burst holds up everybody. More than 12 types, or more than 8 \
              publishers, are listed; commands and dead letters of many are fine in a channel of \
              their own.",
    check,
};

/// Types of messages that are fine.
const TYPES: usize = 12;
/// Publishers that are fine.
const PUBLISHERS: usize = 8;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, _) in context.channels() {
        let into = context.incoming[index].iter().filter(|it| it.kind == EdgeKind::Publish);
        let (mut types, mut publishers) = (BTreeSet::new(), BTreeSet::new());
        for edge in into {
            types.extend(context.passed(edge));
            publishers.insert(edge.from.as_str());
        }
        if types.len() <= TYPES && publishers.len() <= PUBLISHERS {
            continue;
        }
        let sentence = format!(
            "`{}` carries {} types of messages from {} publishers; {TYPES} and {PUBLISHERS} are fine",
            node.name,
            types.len(),
            publishers.len()
        );
        let place = Place::Node(node.name.clone());
        findings.push(Finding::new(LINT.code, Severity::Info, place, sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    fn bus(publishers: usize, types: usize) -> String {
        let types: Vec<String> = (0..types).map(|it| format!("M{it}")).collect();
        let nodes = (0..publishers).map(|it| format!("p{it}: producer\n"));
        let edges = (0..publishers).map(|it| format!("p{it} -> bus: {}\n", types.join(", ")));
        let lines: String = nodes.chain(["bus: topic\n".to_owned()]).chain(edges).collect();
        said(&LINT, &fixture::design(&lines))
    }

    #[test]
    fn a_channel_has_a_purpose() {
        assert_eq!(bus(8, 12), "");
        assert_eq!(
            bus(2, 13),
            "info: node `bus`: `bus` carries 13 types of messages from 2 publishers; 12 and 8 are fine"
        );
        assert!(bus(9, 1).contains("1 types of messages from 9 publishers"));
    }
}
