//! Schema files that are not there.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::schema::verdict::SchemaTrouble;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "schema-missing",
    title: "a schema file that is not there",
    severity: Severity::Error,
    meaning: "The design names a file beside it that could not be read. Put the schema there, or name the file \
              that has it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        let Some(path) = message.versions[i].schema.file() else { continue };
        if verdict.schema == Err(SchemaTrouble::Missing) && context.has_files {
            let sentence = format!("there is no file `{path}` beside the design");
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
    use crate::message::Schema;

    #[test]
    fn a_file_that_is_named_is_there() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut version = fixture::version("{}");
        version.schema = Schema::JsonSchemaFile("placed.json".to_owned());
        fixture::message(&mut design, "Placed").versions = vec![version];
        assert_eq!(said(&LINT, &design), "", "nobody looked for files");
        let mut files = crate::schema::Schemas::new();
        let mut findings = crate::lint::findings_with(&design, &files);
        findings.retain(|finding| finding.code == LINT.code);
        assert_eq!(findings[0].sentence, "there is no file `placed.json` beside the design");
        files.insert("placed.json".into(), "{}".into());
        let findings = crate::lint::findings_with(&design, &files);
        assert!(findings.iter().all(|finding| finding.code != LINT.code));
    }
}
