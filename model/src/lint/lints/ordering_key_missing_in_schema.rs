//! Ordering keys that the schema does not know.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;
use crate::name::nearest;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "ordering-key-missing-in-schema",
    title: "an ordering key that the payload does not have",
    severity: Severity::Warning,
    meaning: "The ordering key is a top-level field of the payload. A schema that lists its properties without \
              it leaves every message without a key.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (message, i, verdict) in context.versions() {
        let Some(key) = &message.ordering_key else { continue };
        let properties = verdict.parsed.as_ref().and_then(|parsed| parsed.properties());
        let Some(properties) = properties.filter(|it| !it.contains(key)) else { continue };
        let number = message.versions[i].number;
        let sentence = format!("the schema of version {number} has no property `{key}`");
        let place = Place::Message(message.name.clone());
        let finding =
            Finding::new(LINT.code, Severity::Warning, place, sentence).at("ordering_key");
        findings.push(match nearest(key, properties.iter().map(String::as_str)) {
            Some(right) => {
                let ordering_key = Some(right.to_owned());
                let mended = Message { ordering_key, ..Message::clone(message) };
                let edit = Edit::PutMessage(message.name.clone(), mended);
                finding.with_fix(format!("Change to {right}"), edit)
            }
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn the_ordering_key_is_a_property() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let mut put = |key: &str, schema: &str| {
            let message = fixture::message(&mut design, "Placed");
            message.ordering_key = Some(key.to_owned());
            message.versions = vec![fixture::version(schema)];
            said(&LINT, &design)
        };
        let schema = r#"{"properties": {"orderId": {}}}"#;
        assert_eq!(put("orderId", schema), "");
        assert_eq!(put("order", "{}"), "", "a schema that lists nothing may have anything");
        assert_eq!(
            put("orderID", schema),
            "warning: message `Placed` at ordering_key: the schema of version 1 has no property \
             `orderID` [Change to orderId]"
        );
    }
}
