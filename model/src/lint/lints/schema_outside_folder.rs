//! Schema files that do not lie beside the design.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::verdict::SchemaTrouble;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "schema-outside-folder",
    title: "a schema file outside the design's folder",
    severity: Severity::Error,
    meaning: "A design and its schemas travel together, so the path is relative to the folder of the design and \
              stays inside it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        if let Err(SchemaTrouble::Outside(why)) = &verdict.schema {
            let sentence = format!("the schema cannot be read from there: {why}");
            let place = Place::Message(message.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at(format_args!("versions.{i}.schema")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn paths_of_schemas_stay_inside() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |path: &str| {
            let mut version = fixture::version("{}");
            version.schema = crate::message::Schema::JsonSchemaFile(path.to_owned());
            fixture::message(&mut design, "Placed").versions = vec![version];
            said(&LINT, &design)
        };
        assert_eq!(put("schemas/placed.json"), "");
        assert_eq!(
            put("../placed.json"),
            "error: message `Placed` at versions.0.schema: the schema cannot be read from there: \
             `..` leads out of the folder of the design"
        );
    }
}
