//! The history of a message: what changes from version to version, in which order to roll that
//! out, and whether it keeps to the policy.

use std::sync::Arc;

use serde::Serialize;

use super::{Difference, Judge, Judgment, Mode, Policy};
use crate::message::{Message, MessageVersion};

/// A step from one version to the next.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Step {
    /// The earlier version.
    pub from: u32,
    /// The later one.
    pub to: u32,
    /// Whether readers of the later version read the earlier one, and the order of the roll-out.
    pub judgment: Arc<Judgment>,
}

/// A version that does not keep to the policy.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Breach {
    /// Its number.
    pub version: u32,
    /// The version before that it does not go together with.
    pub earlier: u32,
    /// Whether readers of the new version cannot read the earlier one; else it is the other way
    /// round.
    pub is_backward: bool,
    /// What stands against it; the gravest reason there is to name.
    pub difference: Difference,
}

/// The steps of a message, from the first to the newest.
pub fn steps<'a>(message: &'a Message, judge: &mut Judge<'a>) -> Vec<Step> {
    let versions = in_order(message);
    let pairs = versions.windows(2).map(|pair| (pair[0].number, pair[1].number));
    let step =
        |(from, to)| Step { from, to, judgment: judge.judge(&message.name, (from, to), &[]) };
    pairs.map(step).collect()
}

/// The versions of a message that do not keep to its policy, each with the newest of the earlier
/// ones that it does not go together with.
pub fn breaches<'a>(message: &'a Message, judge: &mut Judge<'a>) -> Vec<Breach> {
    let Some(Policy { mode, .. }) = judge.policy(message).filter(|it| it.mode != Mode::None) else {
        return Vec::new();
    };
    let versions = in_order(message);
    let mut found = Vec::new();
    for (place, version) in versions.iter().enumerate() {
        let earlier = versions[..place].iter().rev();
        let count = if mode.is_transitive() { place } else { 1 };
        found.extend(
            earlier
                .take(count)
                .find_map(|earlier| breach(message, (earlier.number, version.number), mode, judge)),
        );
    }
    found
}

/// The versions that cannot be judged under a policy, each with the reason.
pub fn unjudged<'a>(message: &'a Message, judge: &mut Judge<'a>) -> Vec<(u32, String)> {
    if judge.policy(message).is_none_or(|it| it.mode == Mode::None) {
        return Vec::new();
    }
    let versions = in_order(message);
    let pairs = versions.windows(2).map(|pair| (pair[0].number, pair[1].number));
    let why = |(from, to)| Some((to, judge.differs((&message.name, from, to, &[])).err()?));
    pairs.filter_map(why).collect()
}

fn breach<'a>(
    message: &'a Message,
    (earlier, version): (u32, u32),
    mode: Mode,
    judge: &mut Judge<'a>,
) -> Option<Breach> {
    let mut against = |written, read, is_backward| {
        let differences = judge.differs((&message.name, written, read, &[])).ok()?;
        let difference = differences.iter().find(|it| it.breaks)?.clone();
        Some(Breach { version, earlier, is_backward, difference })
    };
    let back = if mode.is_backward() { against(earlier, version, true) } else { None };
    back.or_else(|| if mode.is_forward() { against(version, earlier, false) } else { None })
}

fn in_order(message: &Message) -> Vec<&MessageVersion> {
    let mut versions: Vec<&MessageVersion> = message.versions.iter().collect();
    versions.sort_by_key(|version| version.number);
    versions.dedup_by_key(|version| version.number);
    versions
}
