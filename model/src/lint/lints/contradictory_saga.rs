//! Sagas that contradict themselves, or that may be stuck unnoticed.

use std::fmt::Arguments;

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::pattern::saga::{Compensation, Saga, Step, StepKind};
use crate::pattern::{Pattern, saga};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "contradictory-saga",
    title: "a saga that contradicts itself or can be stuck",
    severity: Severity::Error,
    meaning: "First come steps that can be undone, then at most one pivot, then steps that are \
              tried until they succeed. Each sends a command. A step that waits for ever needs a \
              deadline of the whole saga, or nobody notices a lost reply.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        if let Pattern::Saga(saga) = &consumer.pattern {
            let place = Place::Node(node.name.clone());
            whole(&mut At { place, findings }, saga);
        }
    }
}

struct At<'a> {
    place: Place,
    findings: &'a mut Vec<Finding>,
}

impl At<'_> {
    fn found(&mut self, is_bad: bool, how: Severity, at: Arguments<'_>, sentence: String) {
        if is_bad {
            let finding = Finding::new(LINT.code, how, self.place.clone(), sentence);
            self.findings.push(finding.at(format_args!("role.pattern.{at}")));
        }
    }

    fn error(&mut self, is_bad: bool, at: Arguments<'_>, sentence: impl Into<String>) {
        self.found(is_bad, Severity::Error, at, sentence.into());
    }

    fn warning(&mut self, is_bad: bool, at: Arguments<'_>, sentence: impl Into<String>) {
        self.found(is_bad, Severity::Warning, at, sentence.into());
    }
}

fn whole(at: &mut At<'_>, saga: &Saga) {
    at.error(saga.steps.is_empty(), format_args!("steps"), "a saga has at least one step");
    at.error(
        saga.within == Some(Span::ZERO),
        format_args!("within"),
        "this time must be longer than zero",
    );
    for (i, one) in saga.steps.iter().enumerate() {
        let earlier = &saga.steps[..i];
        at.error(
            earlier.iter().any(|it| it.name == one.name),
            format_args!("steps.{i}.name"),
            format!("there is another step `{}`; give each a name of its own", one.name),
        );
        in_order(at, i, one, earlier);
        step(at, (i, one), saga.within.is_none());
    }
}

fn in_order(at: &mut At<'_>, i: usize, one: &Step, earlier: &[Step]) {
    let is_past = |kinds: &[StepKind]| earlier.iter().any(|it| kinds.contains(&it.kind));
    let (is_bad, sentence) = match one.kind {
        StepKind::Compensable => (
            is_past(&[StepKind::Pivot, StepKind::Retriable]),
            "comes after the pivot, where nothing is undone any more; make it retriable",
        ),
        StepKind::Pivot => (
            is_past(&[StepKind::Pivot, StepKind::Retriable]),
            "is not the only point of no return; move it before the retriable steps, or make it \
             retriable",
        ),
        StepKind::Retriable => (false, ""),
    };
    at.error(is_bad, format_args!("steps.{i}.kind"), format!("`{}` {sentence}", one.name));
}

fn step(at: &mut At<'_>, (i, one): (usize, &Step), is_endless: bool) {
    let name = &one.name;
    at.error(
        one.command.is_empty(),
        format_args!("steps.{i}.command"),
        format!("`{name}` sends no command"),
    );
    let zero = "this time must be longer than zero";
    at.error(one.timeout == Some(Span::ZERO), format_args!("steps.{i}.timeout"), zero);
    at.warning(
        is_endless && one.timeout.is_none(),
        format_args!("steps.{i}.timeout"),
        format!(
            "nobody notices if `{}` does not come; give the step a timeout, or the saga a deadline",
            one.success
        ),
    );
    let is_retriable = one.kind == StepKind::Retriable;
    at.warning(
        one.resends > 0 && one.timeout.is_none() && !is_retriable,
        format_args!("steps.{i}.resends"),
        format!("`{name}` is never sent again without a timeout"),
    );
    if let Some(undo) = &one.compensation {
        compensation(at, (i, one), undo, is_endless);
    }
}

fn compensation(
    at: &mut At<'_>,
    (i, one): (usize, &Step),
    undo: &saga::Compensation,
    is_endless: bool,
) {
    let Compensation { command, done, timeout, resends: _ } = undo;
    let is_undone = one.kind == StepKind::Compensable;
    at.warning(
        !is_undone,
        format_args!("steps.{i}.compensation"),
        format!("`{}` is never undone, as only compensable steps are", one.name),
    );
    at.error(
        command.is_empty(),
        format_args!("steps.{i}.compensation.command"),
        format!("the compensation of `{}` sends no command", one.name),
    );
    let at_timeout = format_args!("steps.{i}.compensation.timeout");
    at.error(*timeout == Some(Span::ZERO), at_timeout, "this time must be longer than zero");
    at.warning(
        is_undone && is_endless && timeout.is_none(),
        at_timeout,
        format!(
            "nobody notices if `{done}` does not come; give it a timeout, or the saga a deadline"
        ),
    );
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::emission::Emission;
    use crate::fixture;
    use crate::lint::said;
    use crate::message::MessageRef;

    fn step(name: &str, kind: StepKind) -> Step {
        Step {
            name: name.to_owned(),
            kind,
            command: vec![Emission::of(MessageRef::newest("Do"))],
            success: "Done".to_owned(),
            timeout: Some(Span::from_secs(1)),
            ..Step::default()
        }
    }

    fn check(saga: Saga, expected: Expect) {
        let mut design = fixture::design("a: consumer\n q: queue\n a -> q: Do");
        fixture::consumer(&mut design, "a").pattern = Pattern::Saga(saga);
        expected.assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn steps_come_in_the_order_in_which_they_can_be_undone() {
        let (go, stop) = (StepKind::Compensable, StepKind::Pivot);
        let on = StepKind::Retriable;
        let of = |kinds: &[(&str, StepKind)]| Saga {
            steps: kinds.iter().map(|(name, kind)| step(name, *kind)).collect(),
            ..Saga::default()
        };
        check(of(&[("a", go), ("b", go), ("c", stop), ("d", on), ("e", on)]), expect![""]);
        check(
            of(&[]),
            expect!["error: node `a` at role.pattern.steps: a saga has at least one step"],
        );
        check(
            of(&[("a", stop), ("b", go), ("c", stop), ("c", on)]),
            expect![[r#"
            error: node `a` at role.pattern.steps.1.kind: `b` comes after the pivot, where nothing is undone any more; make it retriable
            error: node `a` at role.pattern.steps.2.kind: `c` is not the only point of no return; move it before the retriable steps, or make it retriable
            error: node `a` at role.pattern.steps.3.name: there is another step `c`; give each a name of its own"#]],
        );
    }

    #[test]
    fn a_saga_that_waits_for_ever_has_a_deadline() {
        let undo = Compensation { done: "Undone".to_owned(), ..Compensation::default() };
        let first = Step { timeout: None, resends: 2, ..step("a", StepKind::Compensable) };
        let first = Step { compensation: Some(undo), ..first };
        let last = Step { command: Vec::new(), ..step("b", StepKind::Retriable) };
        let last =
            Step { timeout: Some(Span::ZERO), compensation: first.compensation.clone(), ..last };
        let saga = Saga { steps: vec![first, last], ..Saga::default() };
        check(
            saga.clone(),
            expect![[r#"
            error: node `a` at role.pattern.steps.0.compensation.command: the compensation of `a` sends no command
            error: node `a` at role.pattern.steps.1.command: `b` sends no command
            error: node `a` at role.pattern.steps.1.compensation.command: the compensation of `b` sends no command
            error: node `a` at role.pattern.steps.1.timeout: this time must be longer than zero
            warning: node `a` at role.pattern.steps.0.compensation.timeout: nobody notices if `Undone` does not come; give it a timeout, or the saga a deadline
            warning: node `a` at role.pattern.steps.0.resends: `a` is never sent again without a timeout
            warning: node `a` at role.pattern.steps.0.timeout: nobody notices if `Done` does not come; give the step a timeout, or the saga a deadline
            warning: node `a` at role.pattern.steps.1.compensation: `b` is never undone, as only compensable steps are"#]],
        );
        check(
            Saga { within: Some(Span::from_secs(60)), ..saga },
            expect![[r#"
            error: node `a` at role.pattern.steps.0.compensation.command: the compensation of `a` sends no command
            error: node `a` at role.pattern.steps.1.command: `b` sends no command
            error: node `a` at role.pattern.steps.1.compensation.command: the compensation of `b` sends no command
            error: node `a` at role.pattern.steps.1.timeout: this time must be longer than zero
            warning: node `a` at role.pattern.steps.0.resends: `a` is never sent again without a timeout
            warning: node `a` at role.pattern.steps.1.compensation: `b` is never undone, as only compensable steps are"#]],
        );
    }
}
