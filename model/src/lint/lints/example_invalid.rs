//! Examples that do not fit their schema.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "example-invalid",
    title: "an example that does not fit its schema",
    severity: Severity::Warning,
    meaning: "Examples are what people copy. One that does not fit the schema teaches the wrong thing; mend \
              the example, or the schema.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        for (j, violations) in verdict.examples.iter().enumerate() {
            for violation in violations {
                let at = match violation.json_path.as_str() {
                    "" => String::new(),
                    path => format!("at `{path}`: "),
                };
                let place = Place::Message(message.name.clone());
                let sentence = format!("{at}{}", violation.sentence);
                let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
                findings.push(finding.at(format_args!("versions.{i}.examples.{j}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn examples_fit() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |example: &str| {
            let mut version = fixture::version(r#"{"properties": {"n": {"type": "integer"}}}"#);
            version.examples = vec![example.to_owned()];
            fixture::message(&mut design, "Placed").versions = vec![version];
            said(&LINT, &design)
        };
        assert_eq!(put(r#"{"n": 1}"#), "");
        assert_eq!(
            put(r#"{"n": "1"}"#),
            "warning: message `Placed` at versions.0.examples.0: \
             at `/n`: \"1\" is not of type \"integer\""
        );
        assert!(put("{n: 1}").contains("the example is no JSON"));
    }
}
