//! Views whose channels do not keep what they are restored from.

use crate::channel::{Channel, Retention};
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Node, Role};
use crate::pattern::Pattern;
use crate::pattern::materialized_view::{MaterializedView, ViewStore};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "view-cannot-restore",
    title: "a view in memory whose channel does not keep its rows",
    severity: Severity::Warning,
    meaning: "A materialized view in memory is read again after a restart, from a channel that \
              keeps the newest message for each key for good: a compacted log. What the channel \
              lets go of is missing then. Let it keep messages, or keep the view on a disk.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node, consumer) in context.consumers() {
        let Pattern::MaterializedView(view) = &consumer.pattern else { continue };
        if view.store != ViewStore::Memory {
            continue;
        }
        for edge in context.incoming[index].iter().filter(|it| carries_rows(context, it, view)) {
            findings.extend(finding(context, node, edge));
        }
    }
}

fn carries_rows(context: &Context<'_>, edge: &Edge, view: &MaterializedView) -> bool {
    let named = &edge.contract.messages;
    let is_named = |row: &String| named.iter().any(|it| it.name == *row);
    let is_row = if named.is_empty() {
        let publishers = context
            .design
            .edges
            .iter()
            .filter(|it| it.kind == EdgeKind::Publish && it.to == edge.from);
        let mut said = publishers.flat_map(|it| context.passed(it));
        said.any(|message| view.rows.iter().any(|row| row == message))
    } else {
        view.rows.iter().any(is_named)
    };
    edge.kind == EdgeKind::Subscribe && is_row
}

fn finding(context: &Context<'_>, view: &Node, edge: &Edge) -> Option<Finding> {
    let (channel, consumer) = (context.node(&edge.from)?, &view.name);
    let (name, semantics) = (&channel.name, context.semantics_of(&channel.name)?);
    let what = if semantics.retention != Retention::Limits {
        "lets go of what is settled".to_owned()
    } else if semantics.retention_time > Span::ZERO {
        format!("keeps messages for {} only", semantics.retention_time)
    } else {
        return None;
    };
    let sentence = format!(
        "`{name}` {what}: after a restart those rows of `{consumer}` are missing; let it keep \
         them, or keep the view on a disk"
    );
    let place = Place::Node(consumer.clone());
    let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
    let edit = Edit::PutNode(name.clone(), keeping(channel, semantics.retention_time));
    Some(finding.at("role.pattern.store").with_fix(format!("Let {name} keep messages"), edit))
}

fn keeping(node: &Node, retention_time: Span) -> Node {
    let role = match &node.role {
        Role::Channel(channel) => {
            let own = channel.retention_time;
            let retention_time = if retention_time > Span::ZERO { Some(Span::ZERO) } else { own };
            let retention = Some(Retention::Limits);
            Role::Channel(Channel { retention, retention_time, ..channel.clone() })
        }
        Role::Producer(_) | Role::Consumer(_) => node.role.clone(),
    };
    Node { role, ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::fixture;
    use crate::lint::said;

    fn view(channel: Channel, store: ViewStore) -> Design {
        let lines = "p: producer\n rows: queue\n others: queue\n c: consumer\n p -> rows: Row\n \
                     p -> others: Other\n rows -> c\n others -> c";
        let mut design = fixture::design(lines);
        fixture::produce(&mut design, "p", "Row");
        fixture::produce(&mut design, "p", "Other");
        fixture::node(&mut design, "rows").role = Role::Channel(channel);
        let rows = vec!["Row".to_owned()];
        let view = MaterializedView { rows, store, ..MaterializedView::default() };
        fixture::consumer(&mut design, "c").pattern = Pattern::MaterializedView(view);
        design
    }

    #[test]
    fn rows_are_kept_for_good_or_on_a_disk() {
        let queue = view(Channel::default(), ViewStore::Memory);
        assert_eq!(
            said(&LINT, &queue),
            "warning: node `c` at role.pattern.store: `rows` lets go of what is settled: after a \
             restart those rows of `c` are missing; let it keep them, or keep the view on a disk \
             [Let rows keep messages]"
        );
        let kept = Some(Retention::Limits);
        let for_a_day = Channel {
            retention: kept,
            retention_time: Some(Span::from_secs(86_400)),
            ..Channel::default()
        };
        let for_a_day = said(&LINT, &view(for_a_day, ViewStore::Memory));
        assert!(for_a_day.contains("`rows` keeps messages for 24h only"), "{for_a_day}");
        let log = Channel { retention: kept, ..Channel::default() };
        assert_eq!(said(&LINT, &view(log, ViewStore::Memory)), "");
        let disk = ViewStore::Disk { checkpoint: Span::ZERO };
        assert_eq!(said(&LINT, &view(Channel::default(), disk)), "");
    }
}
