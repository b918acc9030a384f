//! Messages, and channels, that may be one and the same: their names differ by little.

use std::collections::BTreeMap;

use super::names_alike::core;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "near-duplicate-name",
    title: "two names that differ by little",
    severity: Severity::Info,
    meaning: "`order-events` and `orderEvent` are one channel to people, and two to a broker: what \
              is published on one is never read from the other. Give one thing one name, or two \
              things names that cannot be mixed up.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let channels = context.channels().map(|(_, node, _)| node.name.as_str());
    pairs("channels", channels, |name| Place::Node(name.to_owned()), findings);
    let messages = context.design.messages.iter().map(|message| message.name.as_str());
    pairs("messages", messages, |name| Place::Message(name.to_owned()), findings);
}

fn pairs<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
    place: impl Fn(&str) -> Place,
    findings: &mut Vec<Finding>,
) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        match known.get(&core(name)) {
            Some(first) if *first != name => {
                let sentence = format!(
                    "the {what} `{first}` and `{name}` differ by little; are they one and the same?"
                );
                let finding = Finding::new(LINT.code, Severity::Info, place(name), sentence);
                findings.push(finding.at("name"));
            }
            Some(_) => {}
            None => drop(known.insert(core(name), name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn names_that_differ_by_little_may_be_one() {
        let lines = "order-events: queue\n order: consumer\n payments: topic\n a: producer
                     a -> payments: Paid";
        assert_eq!(said(&LINT, &fixture::design(lines)), "");
        let lines = format!("{lines}, paid\n orderEvent: queue");
        assert_eq!(
            said(&LINT, &fixture::design(&lines)),
            "info: message `paid` at name: the messages `Paid` and `paid` differ by little; are \
             they one and the same?\ninfo: node `orderEvent` at name: the channels \
             `order-events` and `orderEvent` differ by little; are they one and the same?"
        );
    }
}
