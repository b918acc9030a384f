//! Operators that set subscriptions back, or replay, where nothing is kept.

use std::sync::Arc;

use crate::channel::{Channel, Retention};
use crate::edge::{Edge, EdgeKind};
use crate::edit::Edit;
use crate::fault::{Fault, Target};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::node::{Node, Role};
use crate::scenario::ActionKind;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "nothing-to-replay",
    title: "history of a channel that keeps none",
    severity: Severity::Warning,
    meaning: "A channel that lets go of what is settled has nothing that could be delivered again. \
              Let it keep messages by limits, or choose a preset that does.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        let of_faults = scenario.faults.iter().enumerate();
        let of_faults = of_faults
            .filter_map(|(i, it)| Some((format!("faults.{i}.kind"), channel_replayed(it)?)));
        let of_actions = scenario.actions.iter().enumerate();
        let of_actions = of_actions.filter_map(|(i, it)| match &it.what {
            ActionKind::Replay { channel, .. } => {
                Some((format!("actions.{i}.do.channel"), channel.clone()))
            }
            ActionKind::Rebuild { consumer } => {
                let follows =
                    |edge: &&Arc<Edge>| edge.kind == EdgeKind::Subscribe && edge.to == *consumer;
                let source = context.design.edges.iter().find(follows)?;
                Some((format!("actions.{i}.do.consumer"), source.from.clone()))
            }
            ActionKind::Redrive { .. }
            | ActionKind::Settle { .. }
            | ActionKind::Pause { .. }
            | ActionKind::Resume { .. }
            | ActionKind::Drop { .. } => None,
        });
        for (property, name) in of_faults.chain(of_actions) {
            let known = context.node(&name).zip(context.semantics_of(&name));
            let Some((node, semantics)) = known else { continue };
            if semantics.retention == Retention::Limits {
                continue;
            }
            let sentence = format!("`{name}` lets go of what is settled: nothing comes again");
            let place = Place::Scenario(scenario.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            let edit = Edit::PutNode(name.clone(), keeping(node));
            let label = format!("Let {name} keep what is settled");
            findings.push(finding.at(&property).with_fix(label, edit));
        }
    }
}

/// The one channel whose history a fault wants, if it names one.
fn channel_replayed(fault: &Fault) -> Option<String> {
    match (fault.kind.word(), fault.kind.target()) {
        ("Replay", Target::Edge(_)) => fault.kind.target().edge_name().map(|edge| edge.from),
        ("OffsetReset", Target::Node(_)) if fault.kind.choice("to") != "Latest" => {
            fault.kind.target().node_name().map(str::to_owned)
        }
        _ => None,
    }
}

fn keeping(node: &Node) -> Node {
    let role = match &node.role {
        Role::Channel(channel) => {
            Role::Channel(Channel { retention: Some(Retention::Limits), ..channel.clone() })
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
    use crate::scenario::Scenario;
    use crate::time::Span;

    fn set_back(fault: &str, channel: Channel) -> String {
        let mut design = fixture::design("q: queue\n p: producer\n c: consumer\n p -> q\n q -> c");
        fixture::node(&mut design, "q").role = Role::Channel(channel);
        let mut scenario = Scenario::new("s", Span::from_secs(10));
        scenario.faults.push(ron::from_str(fault).expect("a fault is one"));
        design.scenarios.push(scenario.into());
        said(&LINT, &design)
    }

    #[test]
    fn what_is_not_kept_cannot_come_again() {
        let replay = "(kind: Replay(edge: \"q -> c\"))";
        assert_eq!(
            set_back(replay, Channel::default()),
            "warning: scenario `s` at faults.0.kind: `q` lets go of what is settled: nothing comes \
             again [Let q keep what is settled]"
        );
        assert_eq!(set_back(replay, Channel::of("kafka.group.kip848")), "");
        let back = "(kind: OffsetReset(node: \"q\", to: Earliest))";
        assert!(set_back(back, Channel::default()).starts_with("warning: scenario `s`"));
        let ahead = "(kind: OffsetReset(node: \"q\", to: Latest))";
        assert_eq!(set_back(ahead, Channel::default()), "");
    }
}
