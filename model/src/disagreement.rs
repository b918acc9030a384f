//! Faults that set something to a value: two of them at one place and time cannot both be.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fault::{Fault, Lasts, Target, Trigger};
use crate::reach::Places;

/// Kinds that set something to a value for as long as they last.
const SETTING: [&str; 8] = [
    "VersionSkew",
    "EarlyExpiry",
    "QueueFull",
    "RetentionExpiry",
    "Throttling",
    "LeaseTooShort",
    "Scaling",
    "DeadLetterDown",
];

/// Two faults of a list that set one thing to different values at the same time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disagreement {
    /// Position of the one that begins earlier.
    pub earlier: usize,
    /// Position of the one that begins while the other lasts.
    pub later: usize,
    /// Where both strike.
    pub target: Target,
}

/// What faults of a list disagree about, as far as it is known beforehand when they begin and end:
/// each that disagrees with one that began before it, with one of these. Those that are nobody's
/// `later` agree with each other. Cost: n log n.
#[must_use]
pub fn disagreements(places: &Places<'_>, faults: &[Fault]) -> Vec<Disagreement> {
    let mut settings: BTreeMap<(&str, Target), Vec<usize>> = BTreeMap::new();
    for (i, fault) in faults.iter().enumerate() {
        if SETTING.contains(&fault.kind.word()) && is_timed(fault) {
            for target in places.reach(&fault.kind) {
                settings.entry((fault.kind.word(), target)).or_default().push(i);
            }
        }
    }
    let mut found = Vec::new();
    for ((_, target), here) in settings {
        for alike in by_filter(&here, faults) {
            let pairs = contradictions(&alike, faults).into_iter();
            let target = || target.clone();
            found.extend(pairs.map(|(later, earlier)| Disagreement {
                earlier,
                later,
                target: target(),
            }));
        }
    }
    found
}

/// Those that strike the same messages, in the order of their starts.
fn by_filter(here: &[usize], faults: &[Fault]) -> Vec<Vec<usize>> {
    let mut alike: Vec<Vec<usize>> = Vec::new();
    for i in here {
        let same = |them: &&mut Vec<usize>| faults[them[0]].filter == faults[*i].filter;
        match alike.iter_mut().find(same) {
            Some(them) => them.push(*i),
            None => alike.push(vec![*i]),
        }
    }
    for them in &mut alike {
        them.sort_by_key(|i| faults[*i].start);
    }
    alike
}

/// Faults that set one thing at the same time to different values, the later one first; those that
/// set it come in the order of their starts.
fn contradictions(here: &[usize], faults: &[Fault]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Different settings that are still on, at most two: whoever comes differs from one of them.
    let mut running: Vec<usize> = Vec::new();
    for i in here {
        let fault = &faults[*i];
        running.retain(|other| end(&faults[*other]) > fault.start.0);
        let differs = |other: &&usize| fault.kind.values() != faults[**other].kind.values();
        found.extend(running.iter().find(differs).map(|other| (*i, *other)));
        running.push(*i);
        running.sort_by_key(|other| Reverse(end(&faults[*other])));
        running.dedup_by(|a, b| faults[*a].kind.values() == faults[*b].kind.values());
        running.truncate(2);
    }
    found
}

/// Whether it is known beforehand when it begins and ends.
fn is_timed(fault: &Fault) -> bool {
    fault.trigger == Trigger::Start && fault.lasts == Lasts::Duration
}

fn end(fault: &Fault) -> u64 {
    fault.duration.map_or(u64::MAX, |duration| fault.start.0.saturating_add(duration.0))
}
