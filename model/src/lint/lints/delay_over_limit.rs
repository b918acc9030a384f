//! Delays that are longer than their channel knows.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "delay-over-limit",
    title: "a message asks for a longer delay than its channel knows",
    severity: Severity::Warning,
    meaning: "Brokers hold messages back only so long, or not one by one at all. What asks for more \
              is refused or comes early. Use a schedule of your own, or another channel.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for it in context.publications().into_iter().filter(|it| it.properties.delay > Span::ZERO) {
        let delay = it.properties.delay;
        for channel in context.channels_reached(&it) {
            let Some(semantics) = context.semantics_of(channel) else { continue };
            let most = semantics.max_delay;
            let limit = match (semantics.delays_messages, most) {
                (false, _) => "delays no single message".to_owned(),
                (true, Span::ZERO) => continue,
                (true, most) if delay <= most => continue,
                (true, most) => format!("delays for {most} at most"),
            };
            let sentence =
                format!("`{}` asks for a delay of {delay}, and `{channel}` {limit}", it.message);
            let place = Place::Node(it.node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            findings.push(finding.at(format_args!("{}.properties.delay", it.at)));
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn a_channel_delays_as_long_as_it_can() {
        let mut design = fixture::design("a: producer\n q: queue\n a -> q: Placed");
        fixture::produce(&mut design, "a", "Placed");
        if let Role::Producer(producer) = &mut fixture::node(&mut design, "a").role {
            producer.workload[0].properties.delay = Span::from_secs(60);
        }
        assert_eq!(said(&LINT, &design), "");
        let most = |seconds| {
            let max_delay = Some(Span::from_secs(seconds));
            Role::Channel(Channel { max_delay, ..Channel::default() })
        };
        fixture::node(&mut design, "q").role = most(60);
        assert_eq!(said(&LINT, &design), "");
        fixture::node(&mut design, "q").role = most(59);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `a` at role.workload.0.properties.delay: `Placed` asks for a delay of \
             1min, and `q` delays for 59s at most"
        );
        let delays_messages = Some(false);
        fixture::node(&mut design, "q").role =
            Role::Channel(Channel { delays_messages, ..Channel::default() });
        assert!(said(&LINT, &design).ends_with("`q` delays no single message"));
    }
}
