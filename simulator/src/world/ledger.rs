//! Ledgers: what the effects of consumers come to.

use serde_json::Value;

/// An amount in millionths, so that sums are exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Amount(pub i64);

/// Parts of one.
const PARTS: f64 = 1_000_000.0;

impl Amount {
    /// One.
    pub const ONE: Amount = Amount(1_000_000);

    /// The amount of a number, rounded to a millionth; nothing if it is none, or too large.
    #[must_use]
    pub fn of(value: &Value) -> Option<Amount> {
        if let Some(whole) = value.as_i64() {
            return whole.checked_mul(Amount::ONE.0).map(Amount);
        }
        let parts = (value.as_f64()? * PARTS).round();
        (parts.abs() < i64::MAX as f64).then_some(Amount(parts as i64))
    }

    /// The sum as a number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0 as f64 / PARTS
    }

    pub(crate) fn add(&mut self, other: Amount) {
        self.0 = self.0.saturating_add(other.0);
    }
}

/// The ledger of a consumer at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LedgerState {
    /// Messages that were meant for the consumer, each counted once, and what their effects come
    /// to.
    pub expected: Posting,
    /// Effects that happened.
    pub posted: Posting,
    /// Those of them that had happened before.
    pub doubled: Posting,
    /// What the positive amounts come to, and the negative ones.
    pub credits: Amount,
    /// What the negative amounts come to.
    pub debits: Amount,
}

/// A number of effects, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Posting {
    /// How many.
    pub count: u64,
    /// What they come to.
    pub sum: Amount,
}

impl Posting {
    fn add(&mut self, amount: Amount) {
        self.count += 1;
        self.sum.add(amount);
    }
}

impl LedgerState {
    pub(crate) fn expect(&mut self, amount: Amount) {
        self.expected.add(amount);
    }

    pub(crate) fn post(&mut self, amount: Amount, is_again: bool) {
        self.posted.add(amount);
        if is_again {
            self.doubled.add(amount);
        }
        let side = if amount.0 < 0 { &mut self.debits } else { &mut self.credits };
        side.add(amount);
    }

    /// Effects that have not happened although they should have, as a number.
    #[must_use]
    pub fn missing(&self) -> u64 {
        (self.expected.count + self.doubled.count).saturating_sub(self.posted.count)
    }

    /// Whether every effect happened once.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.posted == self.expected && self.doubled.count == 0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_exact_to_a_millionth() {
        assert_eq!(Amount::of(&json!(100)), Some(Amount(100_000_000)));
        assert_eq!(Amount::of(&json!(0.1)), Some(Amount(100_000)));
        assert_eq!(Amount::of(&json!("1")), None);
        assert_eq!(Amount::of(&json!(1e300)), None);
        let mut sum = Amount::default();
        (0..10).for_each(|_| sum.add(Amount(100_000)));
        assert_eq!(sum, Amount::ONE);
    }

    #[test]
    fn a_ledger_tells_what_is_missing_from_what_is_double() {
        let mut ledger = LedgerState::default();
        (0..3).for_each(|_| ledger.expect(Amount::ONE));
        ledger.post(Amount::ONE, false);
        ledger.post(Amount::ONE, true);
        assert_eq!((ledger.missing(), ledger.doubled.count, ledger.balances()), (2, 1, false));
        let mut even = LedgerState::default();
        even.expect(Amount(-5));
        even.post(Amount(-5), false);
        assert!(even.balances());
        assert_eq!((even.credits, even.debits), (Amount(0), Amount(-5)));
    }
}
