//! Two things of one kind with one name.

use std::collections::BTreeSet;

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "duplicate-name",
    title: "two things of one kind have the same name",
    severity: Severity::Error,
    meaning: "Names are identities: whoever names a node, message, context, promise, scenario or preset \
              must mean exactly one. Give the second another name.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let design = context.design;
    let contexts = design.contexts.iter().map(|context| context.name.as_str());
    report("context", contexts, Place::Context, findings);
    let messages = design.messages.iter().map(|message| message.name.as_str());
    report("message", messages, Place::Message, findings);
    report("node", design.nodes.iter().map(|node| node.name.as_str()), Place::Node, findings);
    let scenarios = design.scenarios.iter().map(|scenario| scenario.name.as_str());
    report("scenario", scenarios, Place::Scenario, findings);
    let promises = design.promises.iter().map(|promise| promise.name.as_str());
    report("promise", promises, Place::Promise, findings);
    let presets = design.presets.iter().map(|preset| preset.name.as_str());
    report("preset", presets, Place::Preset, findings);
    for scenario in &design.scenarios {
        let own = scenario.promises.iter().map(|promise| promise.name.as_str());
        let all = context.promises.iter().copied().chain(own);
        report("promise", all, |_| Place::Scenario(scenario.name.clone()), findings);
    }
    for message in &design.messages {
        let mut seen = BTreeSet::new();
        for (i, version) in message.versions.iter().enumerate() {
            if !seen.insert(version.number) {
                let place = Place::Message(message.name.clone());
                let sentence = format!("there are two versions {}", version.number);
                let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
                findings.push(finding.at(format_args!("versions.{i}.number")));
            }
        }
    }
}

fn report<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
    place: impl Fn(String) -> Place,
    findings: &mut Vec<Finding>,
) {
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !seen.insert(*name)) {
        let sentence = format!("another {what} is called `{name}` too; rename one of them");
        let place = place(name.to_owned());
        findings.push(Finding::new(LINT.code, Severity::Error, place, sentence).at("name"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn two_nodes_of_one_name_are_one_too_many() {
        let design = fixture::design("a: queue\n a: consumer\n b: queue");
        assert_eq!(
            said(&LINT, &design),
            "error: node `a` at name: another node is called `a` too; rename one of them"
        );
    }

    #[test]
    fn a_node_and_a_message_may_share_a_name() {
        let design = fixture::design("a: producer\n q: queue\n a -> q: a");
        assert_eq!(said(&LINT, &design), "");
    }
}
