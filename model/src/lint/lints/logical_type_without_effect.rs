//! Logical types in Avro schemas that do not suit their types.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::Parsed;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "logical-type-without-effect",
    title: "a logical type that has no effect",
    severity: Severity::Warning,
    meaning: "Avro ignores a logical type that does not suit its type, or that stands beside the type of a field \
              instead of in it. Readers then get the bare number or bytes.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        let Some(Parsed::Avro(avro)) = verdict.parsed.as_deref() else { continue };
        for remark in avro.remarks() {
            let place = Place::Message(message.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, &remark.sentence);
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
    fn a_logical_type_stands_in_a_type_that_it_suits() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |field: &str| {
            let mut version = fixture::version("{}");
            version.schema = Schema::Avro(format!(
                r#"{{"type": "record", "name": "Placed", "fields": [{field}]}}"#
            ));
            fixture::message(&mut design, "Placed").versions = vec![version];
            said(&LINT, &design)
        };
        let of =
            |kind: &str, logical: &str| put_type(kind, &format!(r#", "logicalType": "{logical}""#));
        assert_eq!(put(&of("int", "date")), "");
        assert_eq!(put(&of("int", "own-idea")), "", "anybody may have one");
        assert_eq!(
            put(&of("string", "date")),
            "warning: message `Placed` at versions.0.schema: the logical type `date` at \
             `/fields/0/type/logicalType` has no effect: it stands for `int` only"
        );
        assert_eq!(
            put(r#"{"name": "at", "type": "int", "logicalType": "date"}"#),
            "warning: message `Placed` at versions.0.schema: the logical type `date` at \
             `/fields/0/logicalType` has no effect: it stands beside the type; it belongs into it"
        );
        assert!(put(&put_type("bytes", r#", "logicalType": "decimal""#)).contains("`precision`"));
    }

    fn put_type(kind: &str, more: &str) -> String {
        format!(r#"{{"name": "at", "type": {{"type": "{kind}"{more}}}}}"#)
    }
}
