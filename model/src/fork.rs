//! Forks: scenarios that were made by intervening in a run of another one, and the tree that they
//! form.

use crate::design::Design;
use crate::name::free_name;
use crate::scenario::{Fork, Scenario};
use crate::time::{NS_PER_SEC, Span};

/// A scenario in the tree: those that were not forked come in the order of the file, each followed
/// by its forks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Branch {
    /// Its place among the scenarios of the design.
    pub index: usize,
    /// How many scenarios it descends from.
    pub depth: usize,
}

/// Every scenario of a design, once. A fork of a scenario that is not there stands alone.
#[must_use]
pub fn tree(design: &Design) -> Vec<Branch> {
    let mut branches = Vec::with_capacity(design.scenarios.len());
    let mut is_listed = vec![false; design.scenarios.len()];
    for (index, scenario) in design.scenarios.iter().enumerate() {
        if origin(design, scenario).is_none() {
            climb(design, Branch { index, depth: 0 }, &mut is_listed, &mut branches);
        }
    }
    // What is left descends from itself.
    for index in 0..design.scenarios.len() {
        climb(design, Branch { index, depth: 0 }, &mut is_listed, &mut branches);
    }
    branches
}

/// Adds a scenario and all that descend from it.
fn climb(design: &Design, first: Branch, is_listed: &mut [bool], branches: &mut Vec<Branch>) {
    let mut open = vec![first];
    while let Some(branch) = open.pop() {
        if std::mem::replace(&mut is_listed[branch.index], true) {
            continue;
        }
        branches.push(branch);
        let name = &design.scenarios[branch.index].name;
        let depth = branch.depth + 1;
        let forks = design.scenarios.iter().enumerate().rev();
        let forks = forks.filter(|(_, it)| it.fork.as_ref().is_some_and(|fork| fork.of == *name));
        open.extend(forks.map(|(index, _)| Branch { index, depth }));
    }
}

/// The scenario that another one is a fork of, if it is there.
#[must_use]
pub fn origin<'a>(design: &'a Design, scenario: &Scenario) -> Option<&'a Scenario> {
    let fork = scenario.fork.as_ref()?;
    design.scenario(Some(&fork.of)).map(AsRef::as_ref)
}

/// The scenario at the root of another one's line of forks; itself if it is none.
#[must_use]
pub fn root<'a>(design: &'a Design, scenario: &'a Scenario) -> &'a Scenario {
    let mut root = scenario;
    // A line that leads back to itself must end somewhere.
    for _ in 0..design.scenarios.len() {
        match origin(design, root) {
            Some(origin) => root = origin,
            None => break,
        }
    }
    root
}

/// A scenario in which one may intervene at an instant, as a person looks at a run: the scenario
/// itself if it is a fork from that instant or an earlier one, else a new fork of it.
#[must_use]
pub fn at(design: &Design, scenario: &Scenario, at: Span) -> Scenario {
    if scenario.fork.as_ref().is_some_and(|fork| fork.at <= at) {
        return scenario.clone();
    }
    of(design, scenario, at)
}

/// A new fork of a scenario from an instant on, under a name that is free.
#[must_use]
pub fn of(design: &Design, scenario: &Scenario, at: Span) -> Scenario {
    let wanted = format!("{} at {}", root(design, scenario).name, seconds(at));
    let name = free_name(&wanted, |name| design.scenario(Some(name)).is_some());
    let fork = Some(Fork { of: scenario.name.clone(), at });
    Scenario { name, summary: String::new(), fork, ..scenario.clone() }
}

/// To the millisecond, as a name needs it.
fn seconds(at: Span) -> String {
    let ms = at.0 / (NS_PER_SEC / 1000);
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(scenarios: &[(&str, Option<(&str, u64)>)]) -> Design {
        let mut design = Design::new("test");
        for (name, fork) in scenarios {
            let fork = fork.map(|(of, secs)| Fork { of: of.into(), at: Span::from_secs(secs) });
            let scenario = Scenario { fork, ..Scenario::new(*name, Span::from_secs(60)) };
            design.scenarios.push(scenario.into());
        }
        design
    }

    fn drawn(design: &Design) -> String {
        let lines = tree(design).into_iter().map(|branch| {
            format!("{}{}", "  ".repeat(branch.depth), design.scenarios[branch.index].name)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn forks_stand_under_what_they_were_made_of() {
        let design = design(&[
            ("calm", None),
            ("storm", None),
            ("calm at 5 s", Some(("calm", 5))),
            ("deep", Some(("calm at 5 s", 7))),
            ("calm at 9 s", Some(("calm", 9))),
            ("lost", Some(("gone", 1))),
        ]);
        let expected = "calm\n  calm at 5 s\n    deep\n  calm at 9 s\nstorm\nlost";
        assert_eq!(drawn(&design), expected);
        assert_eq!(root(&design, &design.scenarios[3]).name, "calm");
        assert_eq!(root(&design, &design.scenarios[5]).name, "lost");
    }

    #[test]
    fn scenarios_that_descend_from_themselves_are_listed_once() {
        let design = design(&[("a", Some(("b", 1))), ("b", Some(("a", 1))), ("c", Some(("c", 1)))]);
        assert_eq!(drawn(&design), "a\n  b\nc");
        assert!(!root(&design, &design.scenarios[0]).name.is_empty());
    }

    #[test]
    fn intervening_makes_a_fork_and_intervening_later_goes_on_with_it() {
        let mut design = design(&[("calm", None)]);
        let first = at(&design, &design.scenarios[0], Span::from_millis(12_500));
        assert_eq!(first.name, "calm at 12.5 s");
        assert_eq!(first.fork, Some(Fork { of: "calm".into(), at: Span::from_millis(12_500) }));
        design.scenarios.push(first.clone().into());
        assert_eq!(at(&design, &first, Span::from_secs(13)), first);
        let earlier = at(&design, &first, Span::from_secs(3));
        let fork = Fork { of: "calm at 12.5 s".into(), at: Span::from_secs(3) };
        assert_eq!((earlier.name.as_str(), earlier.fork), ("calm at 3 s", Some(fork)));
        let again = at(&design, &design.scenarios[0], Span::from_millis(12_500));
        assert_eq!(again.name, "calm at 12.5 s-2");
    }
}
