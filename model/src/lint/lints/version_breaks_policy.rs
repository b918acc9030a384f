//! Versions of messages that do not keep to the compatibility they promise.

use super::reader_cannot_read::said;
use crate::compat::Judge;
use crate::compat::history::{self, Breach};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;
use crate::policy::Policy;
use crate::schema::Schemas;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "version-breaks-policy",
    title: "a version that breaks the policy of its message",
    severity: Severity::Warning,
    meaning: "A message, or the design for all of them, promises how its versions go together: \
              `Backward` lets new readers read what is old, `Forward` old readers what is new, \
              `Full` both, and the transitive ones count all earlier versions. Give what changes \
              too much a new name, or add and default instead of changing.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let none = Schemas::new();
    let files = context.schemas.unwrap_or(&none);
    let mut judge = Judge::knowing(context.design, files, &context.verdicts);
    for message in context.messages.values().filter(|it| it.versions.len() > 1) {
        let Some(policy) = judge.policy(message) else { continue };
        for breach in history::breaches(message, &mut judge) {
            findings.push(finding(message, policy, &breach));
        }
        for (version, why) in history::unjudged(message, &mut judge) {
            let sentence =
                format!("version {version} is not held to {}: {why}", policy.mode.word());
            findings.push(at(message, version, Severity::Info, sentence));
        }
    }
}

fn finding(message: &Message, policy: Policy, breach: &Breach) -> Finding {
    let Breach { version, earlier, is_backward, difference } = breach;
    let (reader, written) = if *is_backward { (version, earlier) } else { (earlier, version) };
    let sentence = format!(
        "version {version} breaks {} ({}): a reader of version {reader} cannot read version \
         {written}: {}",
        policy.mode.word(),
        policy.rules.word(),
        said(difference)
    );
    at(message, *version, Severity::Warning, sentence)
}

fn at(message: &Message, version: u32, severity: Severity, sentence: String) -> Finding {
    let place = message.versions.iter().position(|it| it.number == version).unwrap_or_default();
    let finding = Finding::new(LINT.code, severity, Place::Message(message.name.clone()), sentence);
    finding.at(format_args!("versions.{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::{MessageVersion, Schema};
    use crate::policy::{Mode, RuleSet};

    const OPEN: &str = r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#;
    const NUMBER: &str = r#"{"type": "object", "properties": {"a": {"type": "number"}}}"#;
    const CLOSED: &str = r#"{"type": "object", "properties": {"a": {"type": "string"}},
                             "additionalProperties": false}"#;

    fn with(mode: Mode, schemas: &[&str]) -> Design {
        let mut design = fixture::design("shop: producer\n q: queue\n shop -> q: Placed");
        let message = fixture::message(&mut design, "Placed");
        let versions = schemas.iter().zip(1..);
        message.versions = versions
            .map(|(text, number)| MessageVersion { number, ..fixture::version(text) })
            .collect();
        message.compatibility = Some(Policy { mode, rules: RuleSet::StrictPlus });
        design
    }

    #[test]
    fn a_version_goes_together_with_the_one_before() {
        assert_eq!(said(&LINT, &with(Mode::Full, &[OPEN, OPEN])), "");
        assert_eq!(
            said(&LINT, &with(Mode::Backward, &[OPEN, NUMBER])),
            "warning: message `Placed` at versions.1: version 2 breaks BACKWARD (strict+): a \
             reader of version 2 cannot read version 1: type changed at `/properties/a`, from \
             `{\"type\":\"string\"}` to `{\"type\":\"number\"}`"
        );
        assert_eq!(said(&LINT, &with(Mode::None, &[OPEN, NUMBER])), "");
    }

    #[test]
    fn which_way_round_is_a_matter_of_the_mode() {
        assert_eq!(said(&LINT, &with(Mode::Backward, &[CLOSED, OPEN])), "");
        let found = said(&LINT, &with(Mode::Forward, &[CLOSED, OPEN]));
        assert!(found.contains("a reader of version 1 cannot read version 2"), "{found}");
    }

    #[test]
    fn transitive_modes_look_at_all_earlier_versions() {
        let history = [OPEN, r#"{"type": "object"}"#, NUMBER];
        let found = said(&LINT, &with(Mode::Forward, &history));
        assert!(!found.contains("versions.2"), "{found}");
        let found = said(&LINT, &with(Mode::ForwardTransitive, &history));
        assert!(found.contains("version 1 cannot read version 3"), "{found}");
    }

    #[test]
    fn the_policy_of_the_design_is_that_of_messages_without_one() {
        let mut design = with(Mode::None, &[OPEN, NUMBER]);
        design.compatibility = Some(Policy::default());
        assert_eq!(said(&LINT, &design), "");
        fixture::message(&mut design, "Placed").compatibility = None;
        assert!(said(&LINT, &design).contains("breaks BACKWARD"));
    }

    #[test]
    fn another_language_breaks_it_and_a_schema_that_is_not_there_cannot_be_judged() {
        let mut design = with(Mode::Backward, &[OPEN, OPEN]);
        let schema = Schema::Avro(r#"{"type": "record", "name": "A", "fields": []}"#.into());
        fixture::message(&mut design, "Placed").versions[1].schema = schema;
        let found = said(&LINT, &design);
        assert!(found.contains("schema language changed, from `\"JSON Schema\"`"), "{found}");
        let schema = Schema::JsonSchemaFile("two.json".into());
        fixture::message(&mut design, "Placed").versions[1].schema = schema;
        let found = said(&LINT, &design);
        assert!(
            found.contains("info: message `Placed` at versions.1: version 2 is not"),
            "{found}"
        );
    }

    #[test]
    fn versions_in_protobuf_are_not_judged_and_it_is_said() {
        let mut design = with(Mode::Full, &[OPEN, OPEN]);
        for version in &mut fixture::message(&mut design, "Placed").versions {
            version.schema = Schema::Protobuf("message Placed {}".into());
        }
        assert_eq!(
            said(&LINT, &design),
            "info: message `Placed` at versions.1: version 2 is not held to FULL: versions in \
             Protobuf are not compared"
        );
    }
}
