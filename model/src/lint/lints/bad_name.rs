//! Names that could be read as something else.

use crate::edit::names::why_not_a_name;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "bad-name",
    title: "a name that cannot be one",
    severity: Severity::Error,
    meaning: "`shop -> orders` names an edge, `shop#17` a message of a run and `OrderPlaced@2` a \
              version, so a name cannot contain these signs; nor can it be empty.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let design = context.design;
    let mut look = |name: &str, place: fn(String) -> Place| {
        if let Some(why) = why_not_a_name(name) {
            let sentence = format!("`{name}` cannot be a name: {why}");
            let place = place(name.to_owned());
            findings.push(Finding::new(LINT.code, Severity::Error, place, sentence).at("name"));
        }
    };
    design.contexts.iter().for_each(|context| look(&context.name, Place::Context));
    design.messages.iter().for_each(|message| look(&message.name, Place::Message));
    design.nodes.iter().for_each(|node| look(&node.name, Place::Node));
    design.presets.iter().for_each(|preset| look(&preset.name, Place::Preset));
    design.promises.iter().for_each(|promise| look(&promise.name, Place::Promise));
    design.scenarios.iter().for_each(|scenario| look(&scenario.name, Place::Scenario));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_sharp_is_no_part_of_a_name() {
        assert_eq!(
            said(&LINT, &fixture::design("shop#1: producer")),
            "error: node `shop#1` at name: `shop#1` cannot be a name: \
             `#` stands before the number of a message"
        );
    }

    #[test]
    fn spaces_and_dots_inside_are_fine() {
        assert_eq!(said(&LINT, &fixture::design("shop no. 1: producer")), "");
    }
}
