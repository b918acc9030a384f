//! Two things with one stable key.

use std::collections::BTreeSet;

use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Message;
use crate::name::free_name;
use crate::node::Node;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "duplicate-key",
    title: "two things share one stable key",
    severity: Severity::Error,
    meaning: "The key decides which luck a thing has in a run and survives renaming; absent, it is \
              the name. Two things with one key would share their luck.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let design = context.design;
    let keys: BTreeSet<&str> = design.nodes.iter().map(|node| node.stable_key()).collect();
    let mut seen = BTreeSet::new();
    for node in design.nodes.iter().filter(|node| !seen.insert(node.stable_key())) {
        let key = Some(free_name(node.stable_key(), |key| keys.contains(key)));
        let edit = Edit::PutNode(node.name.clone(), Node { key, ..Node::clone(node) });
        findings.push(finding(Place::Node(node.name.clone()), node.stable_key(), edit));
    }
    let keys: BTreeSet<&str> = design.messages.iter().map(|message| message.stable_key()).collect();
    let mut seen = BTreeSet::new();
    for message in design.messages.iter().filter(|message| !seen.insert(message.stable_key())) {
        let key = Some(free_name(message.stable_key(), |key| keys.contains(key)));
        let edit =
            Edit::PutMessage(message.name.clone(), Message { key, ..Message::clone(message) });
        findings.push(finding(Place::Message(message.name.clone()), message.stable_key(), edit));
    }
}

fn finding(place: Place, key: &str, edit: Edit) -> Finding {
    let sentence = format!("the key `{key}` belongs to another already; give it one of its own");
    Finding::new(LINT.code, Severity::Error, place, sentence)
        .at("key")
        .with_fix("Give it a key of its own", edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_key_equal_to_the_name_of_another_is_a_duplicate() {
        let mut design = fixture::design("a: queue\n b: queue");
        fixture::node(&mut design, "b").key = Some("a".into());
        assert_eq!(
            said(&LINT, &design),
            "error: node `b` at key: the key `a` belongs to another already; \
             give it one of its own [Give it a key of its own]"
        );
    }

    #[test]
    fn the_key_of_a_renamed_node_may_be_its_old_name() {
        let mut design = fixture::design("a: queue\n b: queue");
        fixture::node(&mut design, "b").key = Some("c".into());
        assert_eq!(said(&LINT, &design), "");
    }
}
