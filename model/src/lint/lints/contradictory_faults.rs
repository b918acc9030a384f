//! Faults that contradict each other or themselves.

use crate::disagreement::{Disagreement, disagreements};
use crate::fault::{Fault, Lasts, Trigger};
use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::scenario::Scenario;
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "contradictory-faults",
    title: "faults that cannot both be",
    severity: Severity::Error,
    meaning: "Two faults set the same thing to different values at the same time, or one says two \
              different things about itself: when it ends, or what it does by degrees. Only one \
              of them can be.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for scenario in &context.design.scenarios {
        let place = || Place::Scenario(scenario.name.clone());
        for (i, fault) in scenario.faults.iter().enumerate() {
            for (property, sentence) in own(fault) {
                let finding = Finding::new(LINT.code, Severity::Error, place(), sentence);
                findings.push(finding.at(format_args!("faults.{i}.{property}")));
            }
        }
        between(context, scenario, findings);
    }
}

/// What a fault says against itself: (property, sentence).
fn own(fault: &Fault) -> Vec<(&'static str, String)> {
    let (card, mut said) = (fault.kind.card(), Vec::new());
    let has_end = fault.duration.is_some() || fault.lasts != Lasts::Duration;
    if !fault.heals && has_end {
        said.push(("heals", "what does not heal has no duration and no other end".to_owned()));
    }
    if fault.lasts != Lasts::Duration && fault.duration.is_some() {
        said.push(("lasts", "a fault has either a duration or another end, not both".to_owned()));
    }
    if let Trigger::Random { .. } = fault.trigger
        && has_end
    {
        let sentence = "a fault that comes by chance says itself how long it lasts (`struck`)";
        said.push(("trigger", sentence.to_owned()));
    }
    let ramp = fault.ramp_in.0.saturating_add(fault.ramp_out.0);
    if ramp > 0 && !card.has_degree {
        said.push(("ramp_in", format!("{} is or is not: it has no degrees to ramp", card.word)));
    } else if fault.duration.is_some_and(|duration| duration.0 < ramp) {
        said.push(("ramp_in", "to come and to go takes longer than the fault lasts".to_owned()));
    }
    if fault.ramp_out > Span::ZERO && fault.duration.is_none() && card.has_degree {
        said.push(("ramp_out", "a fault that goes by degrees needs a duration".to_owned()));
    }
    let is_plain = fault.filter.is_open()
        && fault.probability == 1.0
        && fault.correlation == Default::default();
    if !is_plain && !card.is_selective {
        let sentence = format!(
            "{} strikes its target as a whole: it has no filter, probability or correlation",
            card.word
        );
        said.push(("filter", sentence));
    }
    let is_whole = card.parameter("field").is_some_and(|_| {
        fault.kind.text("field").is_some() && fault.kind.choice("damage") == "Any"
    });
    if is_whole {
        let sentence =
            "`Any` damage is to the payload as a whole; say what is wrong with the field";
        said.push(("kind.field", sentence.to_owned()));
    }
    let shape = card.parameter("shape").map(|_| fault.kind.choice("shape"));
    if shape.is_some_and(|shape| shape != "Step") && fault.duration.is_none() {
        said.push(("duration", "a ramp or a spike needs a duration".to_owned()));
    }
    said
}

fn between(context: &Context<'_>, scenario: &Scenario, findings: &mut Vec<Finding>) {
    for Disagreement { earlier, later, target } in disagreements(&context.places, &scenario.faults)
    {
        let (first, second) = (earlier.min(later), earlier.max(later));
        let word = scenario.faults[first].kind.word();
        let sentence = format!(
            "{word} of `{target}` is set here and by fault {} at the same time, to different \
             values",
            first + 1,
        );
        let place = Place::Scenario(scenario.name.clone());
        let finding = Finding::new(LINT.code, Severity::Error, place, sentence);
        findings.push(finding.at(format_args!("faults.{second}.kind")));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::fault::{FaultKind, Filter};
    use crate::faults::Value;
    use crate::fixture;
    use crate::lint::said;

    fn at(fault: FaultKind, start: u64, duration: u64) -> Fault {
        Fault::new(fault, Span::from_secs(start), Some(Span::from_secs(duration)))
    }

    fn scaling(workers: u64) -> FaultKind {
        FaultKind::at_node("Scaling", "c").with("workers", Value::Count(workers))
    }

    #[test]
    fn two_values_at_a_time_contradict_each_other() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let mut scenario = Scenario::new("s", Span::from_secs(100));
        scenario.faults =
            vec![at(scaling(1), 0, 10), at(scaling(2), 10, 10), at(scaling(3), 19, 10)];
        design.scenarios.push(scenario.into());
        expect![[r#"error: scenario `s` at faults.2.kind: Scaling of `c` is set here and by fault 2 at the same time, to different values"#]]
        .assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn a_fault_does_not_contradict_itself() {
        let mut design = fixture::design("q: queue\n c: consumer\n q -> c");
        let mut scenario = Scenario::new("s", Span::from_secs(100));
        let slow = || FaultKind::at_node("Slow", "c");
        let down = || FaultKind::at_node("Down", "c");
        let ramp_in = Span::from_secs(6);
        scenario.faults = vec![
            Fault { ramp_in, ..at(slow(), 0, 10) },
            Fault { ramp_in, ramp_out: ramp_in, ..at(slow(), 0, 10) },
            Fault { ramp_in, ..at(down(), 20, 10) },
            Fault { heals: false, ..at(down(), 40, 10) },
            Fault { probability: 0.5, ..at(down(), 60, 10) },
            Fault { filter: Filter { keys: vec![1], ..Filter::default() }, ..at(slow(), 80, 10) },
            at(
                FaultKind::at_node("Corruption", "c").with("field", Value::Text("total".into())),
                90,
                5,
            ),
        ];
        design.scenarios.push(scenario.into());
        expect![[r#"
            error: scenario `s` at faults.1.ramp_in: to come and to go takes longer than the fault lasts
            error: scenario `s` at faults.2.ramp_in: Down is or is not: it has no degrees to ramp
            error: scenario `s` at faults.3.heals: what does not heal has no duration and no other end
            error: scenario `s` at faults.4.filter: Down strikes its target as a whole: it has no filter, probability or correlation
            error: scenario `s` at faults.6.kind.field: `Any` damage is to the payload as a whole; say what is wrong with the field"#]]
        .assert_eq(&said(&LINT, &design));
    }
}
