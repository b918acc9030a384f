//! Schemas that no payload fits.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "schema-unsatisfiable",
    title: "a schema that nothing seems to fit",
    severity: Severity::Warning,
    meaning: "Payloads are derived from the schema. None of many that were tried fits this one: \
              two of its keywords contradict each other, or it asks for more than can be guessed. \
              Give examples, or mend the keyword.",
    check,
};

/// Letters of a complaint that are shown from its beginning, and from its end.
const SHOWN: usize = 100;

/// A complaint without the middle of the payload that it quotes.
fn shortened(sentence: &str) -> String {
    let letters: Vec<char> = sentence.chars().collect();
    if letters.len() <= 2 * SHOWN + 1 {
        return sentence.to_owned();
    }
    let (begin, end) = (&letters[..SHOWN], &letters[letters.len() - SHOWN..]);
    format!("{}…{}", begin.iter().collect::<String>(), end.iter().collect::<String>())
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        let Some(why) = &verdict.unsatisfied else { continue };
        let place = Place::Message(message.name.clone());
        let sentence = if why.keyword.is_empty() {
            format!("no payload fits the schema: {}", shortened(&why.violation.sentence))
        } else {
            format!(
                "no payload that was tried fits the schema: `{}` at `{}` is broken: {}",
                why.keyword,
                why.at,
                shortened(&why.violation.sentence)
            )
        };
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(finding.at(format_args!("versions.{i}.schema")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::Schema;

    #[test]
    fn a_schema_that_contradicts_itself_says_which_keyword() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |schema: &str| {
            fixture::message(&mut design, "Placed").versions = vec![fixture::version(schema)];
            said(&LINT, &design)
        };
        assert_eq!(put(r#"{"properties": {"n": {"type": "integer", "minimum": 3}}}"#), "");
        let said = put(r#"{"properties": {"n": {"type": "integer", "minimum": 3, "maximum": 1}}}"#);
        assert!(said.contains("`maximum` at `/properties/n/maximum` is broken: 3"), "{said}");
    }

    #[test]
    fn an_avro_record_that_always_contains_another_has_no_end() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |next: &str| {
            let mut version = fixture::version("{}");
            version.schema = Schema::Avro(format!(
                r#"{{"type": "record", "name": "Placed",
                    "fields": [{{"name": "next", "type": {next}}}]}}"#
            ));
            fixture::message(&mut design, "Placed").versions = vec![version];
            said(&LINT, &design)
        };
        assert_eq!(put(r#"["null", "Placed"]"#), "");
        assert!(put(r#""Placed""#).contains("another of its kind without end"));
    }
}
