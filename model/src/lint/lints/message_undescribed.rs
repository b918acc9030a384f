//! Messages of which nobody says what they mean, or who answers for them.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "message-undescribed",
    title: "a message without a summary or an owner",
    severity: Severity::Info,
    meaning: "A catalogue of events is read by people who did not make them: one sentence says what \
              a message means, and a name whom to ask.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for message in &context.design.messages {
        let is_silent = message.summary.trim().is_empty();
        let (property, missing) = match (is_silent, message.owner.is_none()) {
            (true, true) => ("summary", "what it means, and who answers for it"),
            (true, false) => ("summary", "what it means"),
            (false, true) => ("owner", "who answers for it"),
            (false, false) => continue,
        };
        let sentence = format!("`{}` does not say {missing}", message.name);
        let place = Place::Message(message.name.clone());
        findings.push(Finding::new(LINT.code, Severity::Info, place, sentence).at(property));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_message_says_what_it_means_and_whose_it_is() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        let found = said(&LINT, &design);
        assert!(found.ends_with("does not say what it means, and who answers for it"), "{found}");
        fixture::message(&mut design, "Placed").owner = Some("a".into());
        assert!(said(&LINT, &design).ends_with("does not say what it means"));
        fixture::message(&mut design, "Placed").summary = "Somebody bought something.".into();
        assert_eq!(said(&LINT, &design), "");
        fixture::message(&mut design, "Placed").owner = None;
        assert!(
            said(&LINT, &design).ends_with("at owner: `Placed` does not say who answers for it")
        );
    }
}
