//! Versions that show no example.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "example-missing",
    title: "a message without an example",
    severity: Severity::Info,
    meaning: "People understand an example before they understand a schema, and tests begin with \
              one. The newest version shows one. The fix adds a payload that derives from the schema; make it a telling one.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, index, verdict) in context.versions() {
        let version = &message.versions[index];
        let newest = message.version(None).map(|it| it.number);
        if newest != Some(version.number) || version.deprecated.is_some() {
            continue;
        }
        let Some(derived) = verdict.derived.as_deref().filter(|_| version.examples.is_empty())
        else {
            continue;
        };
        let sentence = format!("version {} of `{}` shows no example", version.number, message.name);
        let place = Place::Message(message.name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
        let mut mended = Message::clone(message);
        mended.versions[index].examples.push(derived.to_owned());
        findings.push(
            finding
                .at(format_args!("versions.{index}.examples"))
                .with_fix("Add a payload", Edit::PutMessage(message.name.clone(), mended)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageVersion;

    #[test]
    fn a_version_shows_an_example() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        assert_eq!(said(&LINT, &design), "");
        let mut version = fixture::version(r#"{"type": "integer"}"#);
        fixture::message(&mut design, "Placed").versions.push(version.clone());
        assert_eq!(
            said(&LINT, &design),
            "info: message `Placed` at versions.0.examples: version 1 of `Placed` shows no example \
             [Add a payload]"
        );
        let second = MessageVersion { number: 2, ..version.clone() };
        fixture::message(&mut design, "Placed").versions.push(second);
        assert!(!said(&LINT, &design).contains("version 1"), "the newest is enough");
        version.examples.push("1".into());
        fixture::message(&mut design, "Placed").versions = vec![version];
        assert_eq!(said(&LINT, &design), "");
        let broken = fixture::version("no schema");
        fixture::message(&mut design, "Placed").versions = vec![broken];
        assert_eq!(said(&LINT, &design), "", "that it is no schema is said elsewhere");
    }
}
