//! Fields that expressions read, or mappings fill in, and schemas do not have.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;
use crate::name::nearest;
use crate::schema::verdict::Verdict;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "field-missing-in-schema",
    title: "a field that the schema does not have",
    severity: Severity::Warning,
    meaning: "An expression reads a field, or a mapping fills one in, that the schema of the \
              message does not list. Reading it fails at every message; filling it in makes a \
              payload that nobody agreed on.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for written in context.expressions() {
        let Ok(compiled) = written.expression.compile(&written.names) else { continue };
        for field in compiled.fields() {
            let lacking = written.of.iter().filter(|message| lacks(context, message, &field.path));
            if let Some(message) = lacking.copied().next() {
                let (path, column) = (field.path.join("."), field.column);
                let what = format!(
                    "`{message}` has no field `{path}` (column {column} of `{}`)",
                    written.expression
                );
                let place = (written.place.clone(), written.property.as_str());
                findings.push(finding(context, message, &field.path, place, what));
            }
        }
    }
    for mapped in context.mapped_fields() {
        let path: Vec<String> = mapped.field.split('.').map(str::to_owned).collect();
        if lacks(context, mapped.message, &path) {
            let what = format!("`{}` has no field `{}` to fill in", mapped.message, mapped.field);
            let place = (mapped.place, mapped.property.as_str());
            findings.push(finding(context, mapped.message, &path, place, what));
        }
    }
}

fn finding(
    context: &Context<'_>,
    message: &str,
    path: &[String],
    (place, property): (Place, &str),
    what: String,
) -> Finding {
    let known = newest(context, message).and_then(|(_, verdict)| {
        verdict.versions.last().and_then(|version| version.parsed.as_ref()?.properties())
    });
    let names = known.iter().flatten().map(String::as_str);
    let meant = path.first().filter(|_| path.len() == 1).and_then(|name| nearest(name, names));
    let meant = meant.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let sentence = format!("{what}{meant}");
    Finding::new(LINT.code, Severity::Warning, place, sentence).at(property)
}

/// Whether no version of a message has a field, as far as its schemas say.
fn lacks(context: &Context<'_>, message: &str, path: &[String]) -> bool {
    let Some((_, verdict)) = newest(context, message) else { return false };
    let mut schemas =
        verdict.versions.iter().filter_map(|version| version.parsed.as_ref()).peekable();
    schemas.peek().is_some() && schemas.all(|schema| schema.has_field(path) == Some(false))
}

fn newest<'c>(context: &'c Context<'_>, name: &str) -> Option<(&'c Message, &'c Verdict)> {
    context.verdict_on(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emission::Emission;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::{MessageRef, Schema};
    use crate::node::Handler;

    #[test]
    fn what_is_read_and_filled_in_stands_in_the_schema() {
        let mut design = fixture::design(
            "p: producer\n a: consumer\n q: queue\n r: queue\n p -> q: In\n q -> a: In\n a -> r: Out",
        );
        for name in ["In", "Out"] {
            fixture::message(&mut design, name).versions = vec![fixture::version(
                r#"{"properties": {"total": {"type": "integer"}, "open": {"type": "object"}}}"#,
            )];
        }
        for version in &mut fixture::message(&mut design, "Out").versions {
            version.schema = Schema::Avro(
                r#"{"type": "record", "name": "Out", "fields": [
                    {"name": "total", "type": ["null", "int"]}]}"#
                    .to_owned(),
            );
        }
        let mut emission = Emission::of(MessageRef::newest("Out"));
        emission.mapping.insert("total".into(), "payload.total + payload.open.x".into());
        let handler = Handler { emits: vec![emission], ..Handler::default() };
        fixture::consumer(&mut design, "a").handlers = vec![handler];
        assert_eq!(said(&LINT, &design), "");
        let handler = &mut fixture::consumer(&mut design, "a").handlers[0];
        handler.when = Some("payload.totl > 3 && !has(payload.other)".into());
        handler.emits[0].mapping.insert("sum".into(), "1".into());
        assert_eq!(
            said(&LINT, &design),
            "warning: node `a` at role.handlers.0.emits.0.mapping.sum: `Out` has no field `sum` \
             to fill in\n\
             warning: node `a` at role.handlers.0.when: `In` has no field `totl` (column 8 of \
             `payload.totl > 3 && !has(payload.other)`); did you mean `total`?"
        );
    }
}
