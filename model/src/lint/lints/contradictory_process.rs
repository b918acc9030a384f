//! Process managers whose states lead nowhere.

use std::fmt::Arguments;

use crate::finding::{Finding, Place, Severity};
use crate::lint::{Context, Lint};
use crate::pattern::{Pattern, ProcessManager};
use crate::time::Span;

/// The rule.
pub(crate) const LINT: Lint = Lint {
    code: "contradictory-process",
    title: "a process whose states lead nowhere",
    severity: Severity::Error,
    meaning: "Every transition leads to a state that is there, every state can be reached from the \
              first, and from each there is a way to one that ends the process.",
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, node, consumer) in context.consumers() {
        if let Pattern::ProcessManager(process) = &consumer.pattern {
            let place = Place::Node(node.name.clone());
            let mut at = At { place, findings };
            targets(&mut at, process);
            states(&mut at, process);
        }
    }
}

struct At<'a> {
    place: Place,
    findings: &'a mut Vec<Finding>,
}

impl At<'_> {
    fn found(&mut self, how: Severity, at: Arguments<'_>, sentence: impl Into<String>) {
        let finding = Finding::new(LINT.code, how, self.place.clone(), sentence);
        self.findings.push(finding.at(format_args!("role.pattern.{at}")));
    }
}

fn targets(at: &mut At<'_>, process: &ProcessManager) {
    let names: Vec<&str> = process.states.iter().map(|state| state.name.as_str()).collect();
    for (_, property, to) in process.ways() {
        if !names.contains(&to) {
            let known = names.join("`, `");
            let sentence = format!("there is no state `{to}`; choose one of `{known}`");
            at.found(Severity::Error, format_args!("{property}.to"), sentence);
        }
    }
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            let sentence = format!("there is another state `{name}`; give each a name of its own");
            at.found(Severity::Error, format_args!("states.{i}.name"), sentence);
        }
        let timeout = process.states[i].timeout.as_ref();
        if timeout.is_some_and(|timeout| timeout.after == Span::ZERO) {
            let property = format_args!("states.{i}.timeout.after");
            at.found(Severity::Error, property, "this time must be longer than zero");
        }
    }
}

fn states(at: &mut At<'_>, process: &ProcessManager) {
    let Some(first) = process.states.first() else {
        return at.found(Severity::Error, format_args!("states"), "a process has states");
    };
    if first.ends {
        let sentence = format!("a process begins in `{}`, so it cannot end there", first.name);
        at.found(Severity::Error, format_args!("states.0.ends"), sentence);
    }
    let ways: Vec<(usize, usize)> = process
        .ways()
        .into_iter()
        .filter_map(|(from, _, to)| Some((from, process.position(to)?)))
        .collect();
    let reached = spread(vec![0], &ways);
    let ends = process.states.iter().enumerate().filter(|(_, state)| state.ends);
    let back: Vec<(usize, usize)> = ways.iter().map(|(from, to)| (*to, *from)).collect();
    let ending = spread(ends.map(|(i, _)| i).collect(), &back);
    for (i, state) in process.states.iter().enumerate() {
        let name = &state.name;
        let property = format_args!("states.{i}");
        if !reached.contains(&i) {
            let sentence = format!("no way leads to `{name}`; add a transition, or remove it");
            at.found(Severity::Warning, property, sentence);
        } else if !ending.contains(&i) {
            let sentence = format!("no way leads from `{name}` to a state that ends the process");
            at.found(Severity::Warning, property, sentence);
        } else if i > 0 && !state.ends && state.timeout.is_none() {
            let sentence = format!(
                "nobody notices a process that stays in `{name}`; give the \
                                    state a timeout"
            );
            at.found(Severity::Info, format_args!("states.{i}.timeout"), sentence);
        }
        if state.ends && (!state.on.is_empty() || state.timeout.is_some()) {
            let sentence = format!("a process is over in `{name}`, so nothing leads out of it");
            at.found(Severity::Warning, property, sentence);
        }
    }
}

/// The states from which on ways lead, and where they lead.
fn spread(mut reached: Vec<usize>, ways: &[(usize, usize)]) -> Vec<usize> {
    let mut next = 0;
    while let Some(from) = reached.get(next).copied() {
        for (_, to) in ways.iter().filter(|(it, _)| *it == from) {
            if !reached.contains(to) {
                reached.push(*to);
            }
        }
        next += 1;
    }
    reached
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture;
    use crate::lint::said;
    use crate::pattern::process_manager::{ProcessState, StateTimeout, Transition};

    /// States as `name: where, where`; those that end have an exclamation mark, and a time is
    /// written `after 1s where`.
    fn process(lines: &str) -> ProcessManager {
        let state = |line: &str| {
            let (name, ways) = line.trim().split_once(':').expect("a name and its ways");
            let mut state = ProcessState {
                name: name.trim_end_matches('!').to_owned(),
                ends: name.ends_with('!'),
                ..ProcessState::default()
            };
            for way in ways.split(',').map(str::trim).filter(|way| !way.is_empty()) {
                match way.strip_prefix("after ").and_then(|it| it.split_once(' ')) {
                    Some((after, to)) => {
                        let after = after.parse().expect("a time");
                        let to = to.to_owned();
                        state.timeout = Some(StateTimeout { after, to, emits: Vec::new() });
                    }
                    None => {
                        let message = "Done".to_owned();
                        let transition =
                            Transition { message, to: way.to_owned(), ..Transition::default() };
                        state.on.push(transition);
                    }
                }
            }
            state
        };
        ProcessManager { states: lines.lines().map(state).collect(), ..ProcessManager::default() }
    }

    fn check(lines: &str, expected: Expect) {
        let mut design = fixture::design("a: consumer\n q: queue\n q -> a");
        fixture::consumer(&mut design, "a").pattern = Pattern::ProcessManager(process(lines));
        expected.assert_eq(&said(&LINT, &design));
    }

    #[test]
    fn every_state_is_reached_and_leads_to_an_end() {
        check("new: waiting\n waiting: done, after 1s given up\n done!:\n given up!:", expect![""]);
        check(
            "new: waiting\n waiting: done\n done!:",
            expect![
                "info: node `a` at role.pattern.states.1.timeout: nobody notices a process that stays in `waiting`; give the state a timeout"
            ],
        );
        check(
            "new: gone\n lost: done\n done!:",
            expect![[r#"
            error: node `a` at role.pattern.states.0.on.0.to: there is no state `gone`; choose one of `new`, `lost`, `done`
            warning: node `a` at role.pattern.states.0: no way leads from `new` to a state that ends the process
            warning: node `a` at role.pattern.states.1: no way leads to `lost`; add a transition, or remove it
            warning: node `a` at role.pattern.states.2: no way leads to `done`; add a transition, or remove it"#]],
        );
        check(
            "new: stuck, done\n stuck: stuck\n done!: new",
            expect![[r#"
            warning: node `a` at role.pattern.states.1: no way leads from `stuck` to a state that ends the process
            warning: node `a` at role.pattern.states.2: a process is over in `done`, so nothing leads out of it"#]],
        );
        check(
            "new!:\n new!: after 0s new",
            expect![[r#"
            error: node `a` at role.pattern.states.0.ends: a process begins in `new`, so it cannot end there
            error: node `a` at role.pattern.states.1.name: there is another state `new`; give each a name of its own
            error: node `a` at role.pattern.states.1.timeout.after: this time must be longer than zero
            warning: node `a` at role.pattern.states.1: no way leads to `new`; add a transition, or remove it
            warning: node `a` at role.pattern.states.1: a process is over in `new`, so nothing leads out of it"#]],
        );
        check("", expect!["error: node `a` at role.pattern.states: a process has states"]);
    }
}
