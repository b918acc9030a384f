//! What messages ask of channels that do not give it.

use std::fmt::Arguments;

use crate::channel::{Semantics, Storage};
use crate::edge::EdgeKind;
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::message::Properties;
use crate::node::{Node, Role};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "property-without-effect",
    title: "a message asks for what its channel does not give",
    severity: Severity::Warning,
    meaning: "Priorities, delays and times to live of single messages are for channels that know \
              them. Elsewhere they are ignored, or cut to what the channel can.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (index, node) in context.design.nodes.iter().enumerate() {
        in_node(node, &mut |message, said, at| {
            if *said == Properties::default() {
                return;
            }
            let reached = context.outgoing[index]
                .iter()
                .filter(|edge| edge.kind == EdgeKind::Publish && edge.contract.carries(message))
                .filter_map(|edge| Some((edge.to.as_str(), context.semantics_of(&edge.to)?)));
            for (channel, semantics) in reached {
                for (property, severity, sentence) in refusals(channel, semantics, said) {
                    let place = Place::Node(node.name.clone());
                    let finding = Finding::new(LINT.code, severity, place, sentence);
                    findings.push(finding.at(format_args!("{at}.properties.{property}")));
                }
            }
        });
    }
}

/// Each message that a node publishes, with what it says and where that stands.
fn in_node(node: &Node, see: &mut dyn FnMut(&str, &Properties, Arguments<'_>)) {
    match &node.role {
        Role::Producer(producer) => {
            for (i, line) in producer.workload.iter().enumerate() {
                see(&line.message.name, &line.properties, format_args!("role.workload.{i}"));
            }
        }
        Role::Channel(_) => {}
        Role::Consumer(consumer) => {
            for (at, emission) in consumer.emissions() {
                see(&emission.message.name, &emission.properties, format_args!("{at}"));
            }
        }
    }
}

type Refusal = (&'static str, Severity, String);

fn refusals(channel: &str, semantics: &Semantics, said: &Properties) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    // Routers pass properties on to channels that may know them.
    if semantics.storage == Storage::Router {
        return refusals;
    }
    let levels = semantics.priority_levels;
    match said.priority {
        Some(priority) if levels == 0 && priority > 0 => {
            let sentence = format!("`{channel}` has no priorities, so this has no effect");
            refusals.push(("priority", Severity::Info, sentence));
        }
        Some(priority) if levels > 0 && priority >= levels => {
            let sentence = format!("the highest priority of `{channel}` is {}", levels - 1);
            refusals.push(("priority", Severity::Info, sentence));
        }
        Some(_) | None => {}
    }
    if said.delay > Span::ZERO && !semantics.delays_messages {
        let sentence = format!("`{channel}` holds back no single messages, so this has no effect");
        refusals.push(("delay", Severity::Warning, sentence));
    } else if semantics.max_delay > Span::ZERO && said.delay > semantics.max_delay {
        let sentence = format!("`{channel}` holds back for {} at most", semantics.max_delay);
        refusals.push(("delay", Severity::Warning, sentence));
    }
    let (asked, kept) = (said.time_to_live.unwrap_or_default(), semantics.retention_time);
    if kept > Span::ZERO && asked > kept {
        let sentence = format!("`{channel}` keeps messages for {kept} at most");
        refusals.push(("time_to_live", Severity::Info, sentence));
    }
    refusals
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;

    #[test]
    fn channels_give_what_messages_ask_or_it_is_said() {
        let mut design = fixture::design("p: producer\n q: queue\n p -> q: M");
        fixture::produce(&mut design, "p", "M");
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "p").role {
            producer.workload[0].properties = Properties {
                priority: Some(40),
                delay: Span::from_secs(3600),
                time_to_live: Some(Span::from_secs(9_000_000)),
                ..Properties::default()
            };
        }
        let mut on = |preset: &str| {
            fixture::node(&mut design, "q").role = Role::Channel(Channel::of(preset));
            said(&LINT, &design)
        };
        assert!(on("rabbit.quorum.4.3").contains("the highest priority of `q` is 31"));
        expect![[r#"
            warning: node `p` at role.workload.0.properties.delay: `q` holds back for 15min at most
            info: node `p` at role.workload.0.properties.priority: `q` has no priorities, so this has no effect
            info: node `p` at role.workload.0.properties.time_to_live: `q` keeps messages for 96h at most"#]]
        .assert_eq(&on("sqs.standard"));
        assert!(on("sqs.fifo").contains("holds back no single messages"));
        assert_eq!(on("rabbit.direct"), "", "who is bound to it may know");
    }
}
