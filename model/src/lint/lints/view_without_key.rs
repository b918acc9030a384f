//! Views whose rows have no key.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::Node;
use crate::pattern::Pattern;
use crate::pattern::materialized_view::MaterializedView;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "view-without-key",
    title: "a view whose rows have no key",
    severity: Severity::Warning,
    meaning: "A materialized view keeps the newest message for each key. Where neither the message \
              nor the view says what that is, every message may become a row of its own, and \
              others find none. Give the message an ordering key, or the view a `key`.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        if let Pattern::MaterializedView(view) = &consumer.pattern
            && view.key.is_none()
        {
            without_key(context, node, view, findings);
        }
    }
}

fn without_key(
    context: &Context<'_>,
    node: &Node,
    view: &MaterializedView,
    findings: &mut Vec<Finding>,
) {
    let mut add = |property: String, sentence: String| {
        let place = Place::Node(node.name.clone());
        let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
        findings.push(finding.at(format_args!("role.pattern.{property}")));
    };
    for (i, row) in view.rows.iter().enumerate() {
        let message = context.design.message(row);
        if message.is_some_and(|message| message.ordering_key.is_none()) {
            let sentence = format!(
                "`{row}` has no ordering key, and the view no `key`: nobody knows which rows are \
                 the same; say what they are kept under"
            );
            add(format!("rows.{i}"), sentence);
        }
    }
    if let Some(joined_by) = &view.joined_by {
        let sentence = format!(
            "messages look for rows by `{joined_by}`, but rows are kept under their ordering \
             keys; give the view a `key` that comes to the same"
        );
        add("joined_by".to_owned(), sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_row_is_kept_under_something_and_found_by_the_same() {
        let mut design =
            fixture::design("p: producer\n q: queue\n c: consumer\n p -> q: Row\n q -> c");
        let rows = vec!["Row".to_owned()];
        let view = MaterializedView { rows, ..MaterializedView::default() };
        let mut set = |view: &MaterializedView, key: Option<&str>| {
            fixture::message(&mut design, "Row").ordering_key = key.map(str::to_owned);
            let pattern = Pattern::MaterializedView(view.clone());
            fixture::consumer(&mut design, "c").pattern = pattern;
            said(&LINT, &design)
        };
        assert_eq!(
            set(&view, None),
            "warning: node `c` at role.pattern.rows.0: `Row` has no ordering key, and the view no \
             `key`: nobody knows which rows are the same; say what they are kept under"
        );
        assert_eq!(set(&view, Some("id")), "");
        let joined = MaterializedView { joined_by: Some("payload.of".into()), ..view };
        assert_eq!(
            set(&joined, Some("id")),
            "warning: node `c` at role.pattern.joined_by: messages look for rows by `payload.of`, \
             but rows are kept under their ordering keys; give the view a `key` that comes to the \
             same"
        );
        let both = MaterializedView { key: Some("payload.id".into()), ..joined };
        assert_eq!(set(&both, None), "");
    }
}
