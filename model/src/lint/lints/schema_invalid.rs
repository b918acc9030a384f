//! Schemas that are none.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::verdict::SchemaTrouble;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "schema-invalid",
    title: "a schema that is none",
    severity: Severity::Error,
    meaning: "Without a schema nobody knows what a payload looks like, and none can be derived. The schema must \
              be JSON, follow its draft or the specification of Avro, and stand by itself: nothing is ever \
              fetched.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        if let Err(SchemaTrouble::Invalid(error)) = &verdict.schema {
            let place = Place::Message(message.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, &error.sentence);
            findings.push(finding.at(format_args!("versions.{i}.schema")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::Schema;

    #[test]
    fn a_schema_follows_its_draft_and_stands_by_itself() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |schema: &str| {
            fixture::message(&mut design, "Placed").versions = vec![fixture::version(schema)];
            said(&LINT, &design)
        };
        assert_eq!(put(r#"{"type": "object"}"#), "");
        assert!(put(r#"{"type": "objekt"}"#).starts_with(
            "error: message `Placed` at versions.0.schema: the schema is wrong at `/type`: "
        ));
        assert!(put(r#"{"$ref": "https://example.com/x"}"#).contains("never fetched"));
        assert!(put("{").contains("no JSON"));
    }

    #[test]
    fn an_avro_schema_says_where_it_is_wrong() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |schema: &str| {
            let mut version = fixture::version("{}");
            version.schema = Schema::Avro(schema.to_owned());
            fixture::message(&mut design, "Placed").versions = vec![version];
            said(&LINT, &design)
        };
        assert_eq!(put(r#"{"type": "array", "items": "string"}"#), "");
        assert_eq!(
            put(r#"{"type": "array", "items": "strin"}"#),
            "error: message `Placed` at versions.0.schema: the schema is wrong at `/items`: there \
             is no type `strin` before this place; did you mean `string`?"
        );
    }
}
