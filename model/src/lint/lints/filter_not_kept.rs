//! Filters that a channel does not know.

use crate::channel::{Channel, Filtering};
use crate::contract::Filter;
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Node, Role};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "filter-not-kept",
    title: "a filter that the channel does not know",
    severity: Severity::Warning,
    meaning: "Each broker chooses by something of its own: routing keys, topics, subjects or \
              headers. A filter of another kind could not be set there: a binding lets everything \
              pass, and a consumer is delivered everything and lets go of what it does not want. \
              Filter in the way of the channel, or choose another preset.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for edge in &context.design.edges {
        let Some(filter) = &edge.contract.filter else { continue };
        match edge.kind {
            EdgeKind::Subscribe | EdgeKind::Bind => look(context, edge, filter, findings),
            EdgeKind::Publish | EdgeKind::Call => {
                let sentence = "only subscribe and bind edges filter; say `messages` here";
                let place = Place::Edge(edge.name());
                let finding = Finding::new(LINT.code, Severity::Info, place, sentence);
                findings.push(finding.at("contract.filter"));
            }
        }
    }
}

fn look(context: &Context<'_>, edge: &Edge, filter: &Filter, findings: &mut Vec<Finding>) {
    let Some((node, semantics)) = context.node(&edge.from).zip(context.semantics_of(&edge.from))
    else {
        return;
    };
    let needed = Filtering::of(filter);
    if semantics.filtering.keeps(filter) {
        return;
    }
    let found = match semantics.filtering {
        Filtering::Unfiltered => "not at all",
        Filtering::RoutingKey => "by a routing key that is equal",
        Filtering::Topic => "by words of a topic",
        Filtering::Subject => "by tokens of a subject",
        Filtering::Levels => "by levels of a topic",
        Filtering::Headers => "by headers",
        Filtering::Expression => "by expressions",
    };
    let sentence = format!("`{}` filters {found}; filter so, or choose another preset", edge.from);
    let place = Place::Edge(edge.name());
    let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
    let edit = Edit::PutNode(node.name.clone(), filtering(node, needed));
    let label = format!("Let {} filter by {needed:?}", node.name);
    findings.push(finding.at("contract.filter").with_fix(label, edit));
}

fn filtering(node: &Node, filtering: Filtering) -> Node {
    let role = match &node.role {
        Role::Channel(channel) => {
            Role::Channel(Channel { filtering: Some(filtering), ..channel.clone() })
        }
        Role::Producer(_) | Role::Consumer(_) => node.role.clone(),
    };
    Node { role, ..node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn a_filter_is_of_the_kind_of_its_channel() {
        let mut design = fixture::design("t: topic\n q: queue\n p: producer\n t -> q\n p -> t");
        fixture::edge(&mut design, "t -> q").contract.filter = Some(Filter::Topic("a.*".into()));
        assert_eq!(
            said(&LINT, &design),
            "warning: edge `t -> q` at contract.filter: `t` filters not at all; filter so, or \
             choose another preset [Let t filter by Topic]"
        );
        fixture::node(&mut design, "t").role = Role::Channel(Channel::of("rabbit.topic"));
        assert_eq!(said(&LINT, &design), "");
        fixture::node(&mut design, "t").role = Role::Channel(Channel::of("nats.core"));
        assert!(said(&LINT, &design).contains("by tokens of a subject"));
    }

    #[test]
    fn who_publishes_does_not_filter() {
        let mut design = fixture::design("q: queue\n p: producer\n p -> q");
        fixture::edge(&mut design, "p -> q").contract.filter = Some(Filter::Topic("a".into()));
        assert!(said(&LINT, &design).starts_with("info: edge `p -> q` at contract.filter: only"));
    }
}
