//! Presets that name each other.

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "preset-circle",
    title: "presets that name each other in a circle",
    severity: Severity::Error,
    meaning: "A preset says what is different from the one that it names. In a circle there is \
              nothing to begin with. Let one of them name none, or one that comes with the \
              program under another name.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let presets = &context.design.presets;
    let below = |name: &str| {
        presets
            .iter()
            .find(|preset| preset.name == name)
            .and_then(|preset| preset.parameters.preset.as_deref())
    };
    for preset in presets {
        let mut next = below(&preset.name);
        let mut way = vec![preset.name.as_str()];
        while let Some(name) = next.filter(|name| !way.contains(name)) {
            way.push(name);
            next = below(name);
        }
        if next == Some(preset.name.as_str()) {
            let sentence = match way.as_slice() {
                [only] => format!("`{only}` names itself; name another preset, or none"),
                way => format!("{} name each other; let one of them name none", listed(way)),
            };
            let place = Place::Preset(preset.name.clone());
            let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
            findings.push(finding.at("parameters.preset"));
        }
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::design::Design;
    use crate::lint::said;
    use crate::preset;

    fn design(presets: &[(&str, &str)]) -> Design {
        let mut design = Design::new("presets");
        for (name, below) in presets {
            let text =
                format!("(name: \"{name}\", title: \"T\", parameters: (preset: \"{below}\"))");
            design.presets.push(Arc::new(preset::parse(&text).expect("a preset")));
        }
        design
    }

    #[test]
    fn a_circle_has_no_beginning() {
        assert_eq!(said(&LINT, &design(&[("a", "rabbit.classic"), ("b", "a")])), "");
        assert_eq!(
            said(&LINT, &design(&[("a", "b"), ("b", "a"), ("c", "a")])),
            "error: preset `a` at parameters.preset: `a` and `b` name each other; let one of them \
             name none\n\
             error: preset `b` at parameters.preset: `b` and `a` name each other; let one of them \
             name none"
        );
    }

    #[test]
    fn a_preset_that_has_the_name_of_another_cannot_name_it() {
        assert_eq!(
            said(&LINT, &design(&[("sqs.fifo", "sqs.fifo")])),
            "error: preset `sqs.fifo` at parameters.preset: \
             `sqs.fifo` names itself; name another preset, or none"
        );
    }
}
