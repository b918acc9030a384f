//! Versions of a message that share a number, or stand out of order.

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "duplicate-version",
    title: "versions of a message that share a number or stand out of order",
    severity: Severity::Warning,
    meaning: "A version is named by its number, and people read the list from the first to the \
              newest. Of two with one number only the first is ever meant.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for message in &context.design.messages {
        for (index, pair) in message.versions.windows(2).enumerate() {
            let (before, after) = (pair[0].number, pair[1].number);
            let is_double = message.versions[..=index].iter().any(|it| it.number == after);
            if after > before && !is_double {
                continue;
            }
            let place = Place::Message(message.name.clone());
            let at = format!("versions.{}.number", index + 1);
            let sentence = match is_double {
                true => format!("`{}` has a version {after} already", message.name),
                false => format!("version {after} of `{}` stands after {before}", message.name),
            };
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence).at(at);
            findings.push(match is_double {
                true => finding,
                false => {
                    let mut sorted = Message::clone(message);
                    sorted.versions.sort_by_key(|version| version.number);
                    let edit = Edit::PutMessage(message.name.clone(), sorted);
                    finding.with_fix("Sort the versions", edit)
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageVersion;

    #[test]
    fn versions_count_up() {
        let with = |numbers: &[u32]| {
            let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
            let versions = numbers.iter();
            fixture::message(&mut design, "Placed").versions = versions
                .map(|number| MessageVersion { number: *number, ..fixture::version("{}") })
                .collect();
            said(&LINT, &design)
        };
        assert_eq!(with(&[1, 2, 5]), "");
        assert_eq!(
            with(&[2, 1]),
            "warning: message `Placed` at versions.1.number: version 1 of `Placed` stands after 2 \
             [Sort the versions]"
        );
        assert!(with(&[1, 2, 1]).ends_with("`Placed` has a version 1 already"));
    }
}
