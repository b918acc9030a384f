//! How exactly a mean is known from one long run: its parts stand for independent runs, if they are
//! long enough to have forgotten each other.

use crate::series::Series;
use crate::statistics::Estimate;

/// Stretches that a run is measured in, from which batches are made.
pub const STRETCHES: usize = 1_920;
/// Batches that are tried, one after the other, and are parts of [`STRETCHES`].
const TRIED: [usize; 5] = [240, 120, 60, 30, 20];
/// The normal quantile of 90 %: how far beyond chance the ratio may be.
const CRITICAL: f64 = 1.281_551_565_545;

/// A mean from the batches of one run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BatchMeans {
    /// The mean with its interval; `count` is the number of batches.
    pub estimate: Estimate,
    /// How alike two neighbors are: the correlation of lag 1 between the means of batches.
    pub correlation: f64,
    /// Whether even the longest batches are too much alike: the run is too short, and the interval
    /// narrower than the truth.
    pub is_too_short: bool,
}

impl BatchMeans {
    /// Divides a series of [`STRETCHES`] into ever longer batches until von Neumann's ratio finds
    /// no correlation between neighbors, with at least 20 of them (G. S. Fishman, "Grouping
    /// Observations in Digital Simulation", 1978). `None` where less than 20 batches have a value.
    #[must_use]
    pub fn of(series: &Series, confidence: f64) -> Option<BatchMeans> {
        let mut last = None;
        for batches in TRIED {
            let means = series.means_of(STRETCHES / batches);
            if means.len() < TRIED[TRIED.len() - 1] {
                continue;
            }
            let estimate = Estimate::of(&means, confidence)?;
            let correlation = correlation(&means, &estimate);
            let is_too_short = correlation > limit(means.len());
            last = Some(BatchMeans { estimate, correlation, is_too_short });
            if !is_too_short {
                break;
            }
        }
        last
    }
}

/// One minus half of von Neumann's ratio, which is the correlation of lag 1 but for the ends: near
/// zero for independent values. Values that are all the same have none.
fn correlation(means: &[f64], estimate: &Estimate) -> f64 {
    let squares = estimate.deviation * estimate.deviation * (means.len() - 1) as f64;
    if squares == 0.0 {
        return 0.0;
    }
    let steps: f64 = means.windows(2).map(|it| (it[0] - it[1]) * (it[0] - it[1])).sum();
    1.0 - steps / (2.0 * squares)
}

/// What independent values exceed once in ten times.
fn limit(count: usize) -> f64 {
    let count = count as f64;
    CRITICAL * libm::sqrt((count - 2.0) / (count * count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replications::{Measure, Unit};
    use crate::rng::{Purpose, Stream};

    /// Each value is so much of the one before it, and the rest is new.
    fn chain(kept: f64, seed: u64) -> Series {
        let mut stream = Stream::new(seed, "chain", Purpose::Service);
        let mut value = 0.0;
        let values: Vec<f64> = (0..STRETCHES)
            .map(|_| {
                value = kept * value + (1.0 - kept) * (stream.unit() - 0.5);
                value
            })
            .collect();
        let measure = Measure { subject: "a".to_owned(), what: "a", unit: Unit::Messages };
        Series::new(measure, &values)
    }

    #[test]
    fn independent_values_need_no_long_batches() {
        let held = (0..100).filter_map(|seed| BatchMeans::of(&chain(0.0, seed), 0.95));
        let held: Vec<BatchMeans> = held.collect();
        let many = held.iter().filter(|it| it.estimate.count == 240).count();
        assert!((80..=97).contains(&many), "{many} of 100: nine in ten pass at once");
        assert!(held.iter().filter(|it| it.is_too_short).count() <= 1);
        let right = held.iter().filter(|it| it.estimate.contains(0.0)).count();
        assert!(right >= 88, "{right} of 100 hold the mean");
    }

    #[test]
    fn values_that_follow_each_other_get_longer_batches() {
        let all: Vec<BatchMeans> =
            (0..100).filter_map(|seed| BatchMeans::of(&chain(0.95, seed), 0.95)).collect();
        assert!(all.iter().filter(|it| it.estimate.count == 240).count() <= 5);
        let right = all.iter().filter(|it| it.estimate.contains(0.0)).count();
        assert!(right >= 85, "{right} of 100 hold the mean");
    }

    #[test]
    fn a_run_that_remembers_all_is_too_short() {
        let too_short = (0..100)
            .filter_map(|seed| BatchMeans::of(&chain(0.9995, seed), 0.95))
            .filter(|it| it.is_too_short);
        let count = too_short.count();
        assert!(count >= 90, "{count} of 100");
    }

    #[test]
    fn what_is_always_the_same_is_exact() {
        let measure = Measure { subject: "a".to_owned(), what: "a", unit: Unit::Messages };
        let same = BatchMeans::of(&Series::new(measure, &[3.0; STRETCHES]), 0.95).expect("all");
        assert_eq!((same.estimate.mean, same.estimate.half_width), (3.0, 0.0));
        assert!(!same.is_too_short);
    }
}
