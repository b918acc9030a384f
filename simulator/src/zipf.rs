//! Zipf's law: key 1 comes most often, key k by the k-th power of the exponent less often. Exact to
//! the precision of the numbers, for any number of keys, without a table as long as they.

/// Terms that are added one by one; behind them the sum is taken by Euler and Maclaurin, whose
/// error from there on is below the precision of the numbers.
const HEAD: usize = 32;

/// The law with an exponent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zipf {
    exponent: f64,
    /// The sums of the first terms: `head[k]` is that of k of them.
    head: [f64; HEAD + 1],
}

impl Zipf {
    /// The law with an exponent from 0 (all alike) on.
    pub(crate) fn new(exponent: f64) -> Zipf {
        let mut head = [0.0; HEAD + 1];
        for k in 1..=HEAD {
            head[k] = head[k - 1] + libm::pow(k as f64, -exponent);
        }
        Zipf { exponent, head }
    }

    /// One of the keys 0 to n-1 from a uniform number below 1: the inverse of the law's sums. Cost:
    /// log n powers.
    pub(crate) fn key(&self, n: u64, unit: f64) -> u64 {
        let n = n.max(1);
        let aim = unit * self.sum(n);
        let (mut least, mut most) = (1, n);
        while least < most {
            let middle = least + (most - least) / 2;
            if self.sum(middle) > aim { most = middle } else { least = middle + 1 }
        }
        least - 1
    }

    /// The sum of the first n terms.
    fn sum(&self, n: u64) -> f64 {
        match self.head.get(n.min(HEAD as u64 + 1) as usize) {
            Some(sum) => *sum,
            None => self.head[HEAD] + self.tail(HEAD as f64, n as f64),
        }
    }

    /// The sum of the terms behind `from` up to `to`.
    fn tail(&self, from: f64, to: f64) -> f64 {
        let s = self.exponent;
        let power = |x: f64, more: f64| libm::pow(x, -s - more);
        // The integral, in a form that is right for an exponent of 1 and around it.
        let apart = libm::log(to / from);
        let integral = match s == 1.0 {
            true => apart,
            false => power(from, -1.0) * libm::expm1((1.0 - s) * apart) / (1.0 - s),
        };
        let first = (power(to, 0.0) - power(from, 0.0)) / 2.0;
        let second = s / 12.0 * (power(from, 1.0) - power(to, 1.0));
        let fourth = s * (s + 1.0) * (s + 2.0) / 720.0 * (power(from, 3.0) - power(to, 3.0));
        let sixth = s * (s + 1.0) * (s + 2.0) * (s + 3.0) * (s + 4.0) / 30_240.0
            * (power(from, 5.0) - power(to, 5.0));
        integral + first + second - fourth + sixth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_terms_one_by_one() {
        for exponent in [0.0, 0.5, 0.99, 1.0, 1.01, 2.0, 5.0, 20.0] {
            let law = Zipf::new(exponent);
            // From the smallest on, so that the sum itself is exact.
            for n in [1_u64, 31, 32, 33, 34, 100, 100_000] {
                let sum: f64 = (1..=n).rev().map(|k| libm::pow(k as f64, -exponent)).sum();
                let error = (law.sum(n) - sum).abs() / sum;
                assert!(error < 1e-13, "{exponent} {n}: {error}");
            }
        }
    }

    #[test]
    fn each_key_has_its_share_and_no_more() {
        let (n, law) = (10, Zipf::new(1.0));
        let whole: f64 = (1..=n).map(|k| 1.0 / k as f64).sum();
        const DRAWS: u64 = 1_000_000;
        let mut counts = [0_u64; 10];
        for draw in 0..DRAWS {
            counts[law.key(n, (draw as f64 + 0.5) / DRAWS as f64) as usize] += 1;
        }
        for (key, count) in counts.iter().enumerate() {
            let share = DRAWS as f64 / (key + 1) as f64 / whole;
            assert!((*count as f64 - share).abs() <= 1.0, "{key}: {count} of {share}");
        }
    }

    #[test]
    fn the_ends_of_the_law_are_its_ends() {
        for exponent in [0.0, 1.0, 1.5, 300.0] {
            let law = Zipf::new(exponent);
            for n in [0, 1, 2, 1_000_000_007, u64::MAX] {
                assert_eq!(law.key(n, 0.0), 0);
                assert!(law.key(n, 1.0 - f64::EPSILON) < n.max(1));
            }
        }
        let last = Zipf::new(0.0).key(1_000_000, 0.999_999_999);
        assert_eq!(last, 999_999, "all keys alike");
    }
}
