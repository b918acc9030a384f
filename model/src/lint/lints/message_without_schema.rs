//! Messages of which nobody says what they look like.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "message-without-schema",
    title: "a message of which nobody says what it looks like",
    severity: Severity::Info,
    meaning: "Without a version and its schema nothing can be said of compatibility, and payloads \
              are empty in a run. Give the message a version 1.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for message in context.design.messages.iter().filter(|message| message.versions.is_empty()) {
        let sentence = format!("`{}` has no version, so nobody knows its payload", message.name);
        let place = Place::Message(message.name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        findings.push(finding.at("versions"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_message_has_a_version_with_a_schema() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        assert_eq!(
            said(&LINT, &design),
            "info: message `Placed` at versions: `Placed` has no version, so nobody knows its payload"
        );
        fixture::message(&mut design, "Placed").versions.push(fixture::version("{}"));
        assert_eq!(said(&LINT, &design), "");
    }
}
