//! Channels whose names are written otherwise than those of most others.

use super::names_alike::{Style, common};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Node;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "mixed-channel-names",
    title: "a channel whose name is written otherwise than the others",
    severity: Severity::Info,
    meaning: "The name of a channel stands in the configuration of everybody who uses it. Where at \
              least two thirds of the channels are written in one way, another way is where \
              somebody will mistype it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let names = context.channels().map(|(_, node, _)| node.name.as_str());
    let Some(style) = common(names) else { return };
    for (_, node, _) in context.channels() {
        let name = &node.name;
        if Style::of(name).is_none_or(|it| it == style) {
            continue;
        }
        let sentence =
            format!("most channels are written like `{}`, and `{name}` is not", style.example());
        let place = Place::Node(name.clone());
        let finding = Finding::new(LINT.code, Severity::Info, place, sentence).at("name");
        let new = style.write(name);
        findings.push(if context.node(&new).is_some() {
            finding
        } else {
            let edit = Edit::PutNode(name.clone(), Node { name: new.clone(), ..node.clone() });
            finding.with_fix(format!("Rename to {new}"), edit)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn most_channels_show_how_names_are_written() {
        let lines = "new-orders: queue\n dead-orders: queue\n late-orders: topic\n orders: queue";
        assert_eq!(said(&LINT, &fixture::design(lines)), "");
        assert_eq!(
            said(&LINT, &fixture::design(&format!("{lines}\n paidOrders: queue"))),
            "info: node `paidOrders` at name: most channels are written like `order-placed`, and \
             `paidOrders` is not [Rename to paid-orders]"
        );
    }
}
