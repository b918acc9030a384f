//! What makes a change break somebody: one table of rules.

use super::sides::Sides;
use super::{Alteration, Harm};

mod channel;
mod contract;
mod gone;
mod message;
mod schema;

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Stable name, the rule of its harms: `dead-letters-lost`.
    pub code: &'static str,
    /// Whom it hurts, and why, in one sentence.
    pub meaning: &'static str,
    /// Whom the changes hurt; each with the place of its cause in the list.
    check: Check,
}

/// How a rule looks at changes.
type Check = fn(&Sides<'_>, &[Alteration]) -> Vec<(usize, Harm)>;

/// Every rule.
pub const RULES: &[Rule] = &[
    gone::NO_LONGER_COMES,
    gone::NOBODY_HANDLES,
    gone::CALLEE_GONE,
    gone::VERSION_GONE,
    schema::CANNOT_READ,
    message::KIND_CHANGED,
    message::ORDERING_KEY_CHANGED,
    contract::DEAD_LETTERS_LOST,
    contract::ACKNOWLEDGED_EARLIER,
    contract::ORDER_NOT_ASKED,
    contract::FEWER_RETRIES,
    contract::FILTER_CHANGED,
    contract::VALIDATION_STRICTER,
    contract::TIMEOUT_SHORTER,
    contract::GROUP_CHANGED,
    channel::DELIVERY_CHANGED,
    channel::STORAGE_CHANGED,
    channel::ORDER_LOST,
    channel::KEPT_SHORTER,
    channel::HOLDS_LESS,
    channel::SMALLER_MESSAGES,
    channel::FEWER_DELIVERIES,
    channel::CHANNEL_DEAD_LETTERS_LOST,
    channel::LESS_SAFE,
];

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

/// Writes to each change whom it hurts.
pub(super) fn judge(sides: &Sides<'_>, alterations: &mut [Alteration]) {
    for rule in RULES {
        for (index, harm) in (rule.check)(sides, alterations) {
            debug_assert_eq!(harm.rule, rule.code, "a rule speaks under its own code");
            let harms = &mut alterations[index].harms;
            if !harms.contains(&harm) {
                harms.push(harm);
            }
        }
    }
}

/// A harm without schemas.
fn harm(rule: &Rule, hurts: crate::finding::Place, sentence: String) -> Harm {
    Harm { rule: rule.code, hurts, sentence, schema: None }
}
