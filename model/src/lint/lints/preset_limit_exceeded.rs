//! Parameters of a channel that its broker does not allow.

use std::sync::Arc;

use crate::channel::{Channel, PARAMETERS, Parameter};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::preset::Preset;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "preset-limit-exceeded",
    title: "a parameter beyond what the broker allows",
    severity: Severity::Warning,
    meaning: "The preset of a channel says which values its broker takes: a visibility timeout of \
              twelve hours at most, a delay of 15 minutes. The simulator runs with any other, and \
              the broker refuses it.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let presets = context.design.used_presets();
    for (_, node, channel) in context.channels().filter(|(_, _, it)| it.preset.is_some()) {
        let layers = presets.layers(channel);
        for parameter in PARAMETERS {
            let Some(sentence) = objection(parameter, channel, &layers) else { continue };
            let place = Place::Node(node.name.clone());
            let finding = Finding::new(LINT.code, Severity::Warning, place, sentence);
            findings.push(finding.at(format_args!("role.{}", parameter.name)));
        }
    }
}

/// What stands against the value that a channel gives a parameter.
fn objection(parameter: &Parameter, channel: &Channel, layers: &[&Arc<Preset>]) -> Option<String> {
    let said = (parameter.own)(channel)?;
    let value = number(&said)?;
    let limits = |preset: &&Arc<Preset>| {
        Some((Arc::clone(preset), preset.limits.get(parameter.name)?.clone()))
    };
    let (preset, (least, most)) = layers.iter().find_map(limits)?;
    let is_within = number(&least)? <= value && value <= number(&most)?;
    (!is_within).then(|| {
        format!(
            "`{}` is {} here, and {} allows {least} to {most}",
            parameter.name,
            said.trim_matches('"'),
            preset.title
        )
    })
}

/// A count, or a length of time in nanoseconds.
fn number(text: &str) -> Option<u64> {
    let text = text.trim_matches('"');
    text.parse().ok().or_else(|| text.parse::<Span>().ok().map(|span| span.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::node::Role;

    #[test]
    fn a_broker_takes_what_its_preset_allows() {
        let mut design = fixture::design("q: queue");
        let of = |preset: &str, minutes: u64| {
            let lease = Some(Span::from_secs(minutes * 60));
            Role::Channel(Channel { lease, ..Channel::of(preset) })
        };
        for (preset, minutes, is_fine) in [
            ("sqs.standard", 720, true),
            ("sqs.standard", 721, false),
            ("sqs.fifo", 721, false),
            ("asb.session", 6, false),
            ("rabbit.classic", 10_000, true),
        ] {
            fixture::node(&mut design, "q").role = of(preset, minutes);
            assert_eq!(said(&LINT, &design).is_empty(), is_fine, "{preset} {minutes}");
        }
        fixture::node(&mut design, "q").role = of("sqs.fifo", 721);
        assert_eq!(
            said(&LINT, &design),
            "warning: node `q` at role.lease: `lease` is 721min here, and Amazon SQS standard queue \
             allows 0s to 12h"
        );
    }

    #[test]
    fn limits_of_the_presets_are_numbers_and_their_own_values_lie_within() {
        for preset in crate::preset::Presets::all(&[]).iter() {
            for (name, (least, most)) in &preset.limits {
                let parameter = PARAMETERS.iter().find(|it| it.name == name).expect("a parameter");
                assert!(number(least) < number(most), "{} {name}", preset.name);
                let own = objection(parameter, &preset.parameters, &[preset]);
                assert_eq!(own, None, "{} {name}", preset.name);
            }
        }
    }
}
