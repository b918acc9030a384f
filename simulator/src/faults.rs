//! Faults before a run: what a scenario says with selectors, periods and chance becomes an
//! explicit list, each entry one kind at one place from one instant on. What faults do in a run
//! stands in the engine.

use std::collections::{BTreeMap, BTreeSet};

use flowbench_model::design::Design;
use flowbench_model::disagreement::disagreements;
use flowbench_model::fault::{
    Amount, Budget, Fault, FaultKind, Group, Lasts, NodeSelector, Target, Trigger,
};
use flowbench_model::faults::Value;
use flowbench_model::node::Distribution;
use flowbench_model::reach::Places;
use flowbench_model::scenario::Scenario;
use flowbench_model::time::Span;

use crate::dist::Sampler;
use crate::rng::{Purpose, Stream, Ziggurat};

/// The most faults that a run may have. Drawing stops with the next one.
pub const FAULTS_MAX: usize = 10_000;

/// The faults of a scenario as an explicit list: single targets, instants and durations; only what
/// depends on the run itself (the n-th message, a condition) stays open. Where chance would set one
/// thing to two values at a time, the value that came first stays and the other does not come. The
/// draws have streams of their own, apart from those of the run, so that running the explicit list
/// under the same seed is the same run. An explicit list stays as it is.
///
/// Cost: n log n for each selector.
#[must_use]
pub fn materialized(design: &Design, scenario: &Scenario, seed: u64) -> Vec<Fault> {
    let places = Places::new(design);
    let mut draw =
        Draw { places: &places, scenario, seed, ziggurat: Ziggurat::default(), list: Vec::new() };
    for (fault, key) in scenario.faults.iter().zip(keys(&places, &scenario.faults)) {
        draw.fault(fault, &key);
    }
    if scenario.faults.iter().all(is_explicit) {
        return draw.list;
    }
    let disagreements = disagreements(&places, &draw.list);
    let left_out: BTreeSet<usize> = disagreements.into_iter().map(|it| it.later).collect();
    let list = draw.list.into_iter().enumerate();
    list.filter(|(i, _)| !left_out.contains(i)).map(|(_, fault)| fault).collect()
}

/// The key of each fault's luck in the run: its kind and its place, and which of several alike.
pub(crate) fn keys(places: &Places<'_>, faults: &[Fault]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let keyed = faults.iter().map(|fault| {
        let text = stable_text(places, &fault.kind);
        let count = counts.entry(text.clone()).or_default();
        *count += 1;
        numbered(&text, *count - 1)
    });
    keyed.collect()
}

fn numbered(text: &str, earlier: usize) -> String {
    if earlier == 0 { text.to_owned() } else { format!("{text} #{}", earlier + 1) }
}

/// Kind and target as text, names replaced by the keys that survive renaming.
fn stable_text(places: &Places<'_>, kind: &FaultKind) -> String {
    let mut target = kind.target().clone();
    for group in target.groups_mut() {
        if let Group::Named(name) = group
            && let Some(node) = places.node(name)
        {
            node.stable_key().clone_into(name);
        }
    }
    format!("{} {target}", kind.word())
}

struct Draw<'a> {
    places: &'a Places<'a>,
    scenario: &'a Scenario,
    seed: u64,
    ziggurat: Ziggurat,
    list: Vec<Fault>,
}

/// From when on, and for how long.
type Window = (Span, Option<Span>);

impl Draw<'_> {
    fn fault(&mut self, fault: &Fault, key: &str) {
        let reach = self.places.reach(&fault.kind);
        let allowed = fault.budget.allows(reach.len());
        let chosen = self.chosen(fault, reach, key);
        let mut drawn: Vec<(Window, Target)> = Vec::new();
        for target in chosen {
            let windows = self.windows(fault, &target, key);
            drawn.extend(windows.into_iter().map(|window| (window, target.clone())));
        }
        drawn.sort();
        for ((start, duration), target) in within_budget(drawn, allowed) {
            if self.list.len() <= FAULTS_MAX {
                self.list.push(explicit(fault, start, duration, target));
            }
        }
    }

    /// The places that are struck, of those that can be.
    fn chosen(&self, fault: &Fault, mut reach: Vec<Target>, key: &str) -> Vec<Target> {
        let amount = match fault.kind.target() {
            Target::Node(selector) => selector.amount,
            Target::Edge(selector) => selector.amount,
        };
        let mut stream = Stream::new(self.seed, key, Purpose::FaultTarget);
        let (least, most) =
            amount.map_or((reach.len(), reach.len()), |it: Amount| it.of(reach.len()));
        let count = least + stream.below((most - least) as u64 + 1) as usize;
        for at in 0..count.min(reach.len()) {
            let other = at + stream.below((reach.len() - at) as u64) as usize;
            reach.swap(at, other);
        }
        reach.truncate(count);
        if fault.kind.word() == "DomainFailure" {
            let share = fault.kind.number("share").unwrap_or(1.0);
            reach.retain(|_| stream.unit() < share);
        }
        reach.sort();
        reach
    }

    /// When one place is struck.
    fn windows(&self, fault: &Fault, target: &Target, key: &str) -> Vec<Window> {
        let own = format!(
            "{key} at {}",
            stable_text(self.places, &fault.kind.clone().at(target.clone()))
        );
        let mut lengths = Stream::new(self.seed, &own, Purpose::FaultTime);
        let mut length = || match &fault.lasts {
            Lasts::Drawn(law) => Some(self.draw(law, &mut lengths)),
            Lasts::Duration | Lasts::Until(_) => fault.duration,
        };
        let windows = match &fault.trigger {
            Trigger::Start | Trigger::Message(_) | Trigger::When(_) => {
                vec![(fault.start, length())]
            }
            Trigger::Every { period, times } => {
                // One too many shows that they are.
                let times = times.map_or(usize::MAX, |times| times as usize).min(FAULTS_MAX + 1);
                let starts = (0..=times as u64)
                    .map(|n| Span(fault.start.0.saturating_add(period.0.saturating_mul(n))));
                let is_inside = |start: &Span| *start < self.scenario.duration;
                starts.take(times).take_while(is_inside).map(|start| (start, length())).collect()
            }
            Trigger::Random { well, struck, luck } => {
                let key = luck.as_deref().unwrap_or(&own);
                self.by_chance(fault.start, (well, struck), key)
            }
        };
        windows.into_iter().filter_map(|window| self.healed(fault, window)).collect()
    }

    fn by_chance(
        &self,
        start: Span,
        (well, struck): (&Distribution, &Distribution),
        key: &str,
    ) -> Vec<Window> {
        let mut stream = Stream::new(self.seed, key, Purpose::FaultTime);
        let (mut now, mut windows) = (start.0, Vec::new());
        while windows.len() <= FAULTS_MAX {
            now = now.saturating_add(self.draw(well, &mut stream).0);
            if now >= self.scenario.duration.0 {
                break;
            }
            let length = self.draw(struck, &mut stream);
            windows.push((Span(now), Some(length)));
            now = now.saturating_add(length.0).max(now + 1);
        }
        windows
    }

    fn draw(&self, law: &Distribution, stream: &mut Stream) -> Span {
        Sampler::new(law).draw(stream, &self.ziggurat)
    }

    /// A window as far as it is not healed.
    fn healed(&self, fault: &Fault, (start, duration): Window) -> Option<Window> {
        if !fault.heals {
            return Some((start, None));
        }
        let Some(heal_at) = self.scenario.heal_at else { return Some((start, duration)) };
        if start >= heal_at {
            return None;
        }
        let left = Span(heal_at.0 - start.0);
        let is_open = match fault.trigger {
            Trigger::Start | Trigger::Every { .. } | Trigger::Random { .. } => false,
            // When these begin is not known yet.
            Trigger::Message(_) | Trigger::When(_) => true,
        };
        if is_open || matches!(fault.lasts, Lasts::Until(_)) {
            return Some((start, duration));
        }
        Some((start, Some(duration.map_or(left, |duration| duration.min(left)))))
    }
}

/// What is left if no more than so many places may be struck at the same time: the earliest.
fn within_budget(drawn: Vec<(Window, Target)>, allowed: usize) -> Vec<(Window, Target)> {
    let mut kept: Vec<(Window, Target)> = Vec::new();
    // Ends of those that may still be on, with their places.
    let mut running: Vec<(u64, Target)> = Vec::new();
    for ((start, duration), target) in drawn {
        running.retain(|(end, _)| *end > start.0);
        let is_more = running.iter().all(|(_, other)| *other != target);
        if is_more && running.len() >= allowed {
            continue;
        }
        let end = duration.map_or(u64::MAX, |duration| start.0.saturating_add(duration.0));
        running.push((end, target.clone()));
        kept.push(((start, duration), target));
    }
    kept
}

fn explicit(fault: &Fault, start: Span, duration: Option<Span>, target: Target) -> Fault {
    let is_plain =
        fault.kind.target().node_name().is_some() || fault.kind.target().edge_name().is_some();
    let mut kind = fault.kind.clone();
    if !is_plain {
        kind = kind.at(target);
    }
    if kind.word() == "DomainFailure" {
        kind = kind.with("share", Value::Number(1.0));
    }
    let trigger = match &fault.trigger {
        Trigger::Start | Trigger::Every { .. } | Trigger::Random { .. } => Trigger::Start,
        Trigger::Message(_) | Trigger::When(_) => fault.trigger.clone(),
    };
    let lasts = match &fault.lasts {
        Lasts::Duration | Lasts::Drawn(_) => Lasts::Duration,
        Lasts::Until(_) => fault.lasts.clone(),
    };
    let budget = Budget::default();
    Fault { kind, start, duration, trigger, lasts, budget, ..fault.clone() }
}

/// Whether nothing about a fault is left to chance before the run.
#[must_use]
pub fn is_explicit(fault: &Fault) -> bool {
    let is_one = match fault.kind.target() {
        Target::Node(NodeSelector { amount: None, group: Group::Named(_) }) => true,
        Target::Node(_) => false,
        Target::Edge(selector) => selector.name().is_some(),
    };
    let is_timed = !matches!(fault.trigger, Trigger::Every { .. } | Trigger::Random { .. });
    is_one && is_timed && !matches!(fault.lasts, Lasts::Drawn(_))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use flowbench_model::formats::native;

    use super::*;

    fn list(scenario: &str, seed: u64) -> String {
        let node = |name: &str, zone: &str| {
            format!("(name: \"{name}\", tags: [\"{zone}\"], role: Consumer(())),")
        };
        let nodes = node("a", "x") + &node("b", "x") + &node("c", "x") + &node("d", "y");
        let text = format!(
            "(format: 1, info: (name: \"t\"), nodes: [{nodes}], edges: [], \
             scenarios: [(name: \"s\", duration: \"100s\", {scenario})])"
        );
        let design = native::read(&text).unwrap_or_else(|error| panic!("{error}: {text}")).design;
        let scenario = &design.scenarios[0];
        let faults = materialized(&design, scenario, seed);
        let again = Scenario { faults: faults.clone(), ..Scenario::clone(scenario) };
        assert_eq!(materialized(&design, &again, seed), faults, "an explicit list stays");
        let line = |fault: &Fault| {
            let until = fault.duration.map_or(String::new(), |it| format!(" for {it}"));
            format!("{:?} at {}{until}\n", fault.kind, fault.start)
        };
        faults.iter().map(line).collect()
    }

    #[test]
    fn an_explicit_fault_stays_as_it_is() {
        expect![[r#"
            Down(a, [Choice("BeforeEffect"), Span(Span(0)), Number(1.0), Span(Span(0))]) at 5s for 10s
        "#]]
        .assert_eq(&list("faults: [(kind: Down(node: \"a\"), start: \"5s\", duration: \"10s\")]", 1));
    }

    #[test]
    fn a_selector_is_resolved_by_lot_and_the_lot_is_in_the_seed() {
        let one = |seed| list("faults: [(kind: Failing(node: \"one of tag:x\", share: 1))]", seed);
        assert_eq!(one(1), one(1));
        let different: std::collections::BTreeSet<String> = (1..20).map(one).collect();
        assert_eq!(different.len(), 3, "each of the three is chosen by some seed");
        let two = list("faults: [(kind: Failing(node: \"2 of tag:x\", share: 1))]", 3);
        assert_eq!(two.lines().count(), 2);
        let all = list("faults: [(kind: Failing(node: \"tag:x\", share: 1))]", 3);
        assert_eq!(all.lines().count(), 3);
    }

    #[test]
    fn a_periodic_fault_comes_again_until_the_run_ends_or_all_is_healed() {
        let fault = "kind: Failing(node: \"a\", share: 1), start: \"10s\", duration: \"20s\", \
                     trigger: Every(period: \"40s\")";
        expect![[r#"
            Failing(a, [Number(1.0)]) at 10s for 20s
            Failing(a, [Number(1.0)]) at 50s for 20s
            Failing(a, [Number(1.0)]) at 90s for 20s
        "#]]
        .assert_eq(&list(&format!("faults: [({fault})]"), 1));
        expect![[r#"
            Failing(a, [Number(1.0)]) at 10s for 20s
            Failing(a, [Number(1.0)]) at 50s for 10s
        "#]]
        .assert_eq(&list(&format!("heal_at: \"1min\", faults: [({fault})]"), 1));
        let stays = format!("heal_at: \"1min\", faults: [({fault}, heals: false)]")
            .replace("duration: \"20s\", ", "");
        assert!(list(&stays, 1).starts_with("Failing(a, [Number(1.0)]) at 10s\n"));
    }

    #[test]
    fn a_random_fault_comes_and_goes_by_its_laws_and_keeps_its_budget() {
        let fault = "kind: Failing(node: \"tag:x\", share: 1), \
                     trigger: Random(well: Exponential(\"5s\"), struck: Constant(\"5s\"))";
        let free = list(&format!("faults: [({fault})]"), 7);
        let kept = list(&format!("faults: [({fault}, budget: (keep: 2))]"), 7);
        assert!(free.lines().count() > kept.lines().count());
        let mut end = 0.0;
        for line in kept.lines() {
            let at = line.split(" at ").nth(1).and_then(|rest| rest.split(" for ").next());
            let at: Span = at.expect("a start").parse().expect("a span");
            assert!(at.as_secs_f64() >= end, "one at a time: {kept}");
            end = at.as_secs_f64() + 5.0;
        }
    }

    #[test]
    fn faults_of_one_luck_come_together() {
        let fault = |node: &str| {
            format!(
                "(kind: Failing(node: \"{node}\", share: 1), trigger: Random(well: \
                 Exponential(\"30s\"), struck: Exponential(\"5s\"), luck: Some(\"zone\")))"
            )
        };
        let text = list(&format!("faults: [{}, {}]", fault("a"), fault("d")), 5);
        let of = |name: &str| {
            let head = format!("Failing({name}, ");
            let lines = text.lines().filter(|line| line.starts_with(&head));
            lines.map(|line| line.split_once(" at ").expect("a start").1).collect::<Vec<_>>()
        };
        assert_eq!(of("a"), of("d"));
        assert!(!of("a").is_empty());
    }
}
