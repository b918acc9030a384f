//! Statistics over independent replications: what can be said of a mean, and how exactly.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean of independent observations, with the interval that holds the true mean with the given
/// confidence: `mean ± half_width` (Student's t; A. M. Law, "Simulation Modeling and Analysis",
/// section 4.5).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// Observations, at least two.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Half of the width of the interval around the mean.
    pub half_width: f64,
    /// Standard deviation of a single observation.
    pub deviation: f64,
    /// The smallest observation.
    pub min: f64,
    /// The largest observation.
    pub max: f64,
}

impl Estimate {
    /// The estimate from some observations with a confidence between 0 and 1; `None` from fewer
    /// than two, which say nothing about how exact they are. Cost: two passes.
    #[must_use]
    pub fn of(observations: &[f64], confidence: f64) -> Option<Estimate> {
        let count = observations.len();
        if count < 2 {
            return None;
        }
        // From the first on, so that what is the same each time has no deviation from rounding.
        let first = observations[0];
        let mean = first + observations.iter().map(|it| it - first).sum::<f64>() / count as f64;
        let squares: f64 = observations.iter().map(|it| (it - mean) * (it - mean)).sum();
        let deviation = libm::sqrt(squares / (count - 1) as f64);
        let factor = student_t(count - 1, confidence);
        Some(Estimate {
            count,
            mean,
            half_width: factor * deviation / libm::sqrt(count as f64),
            deviation,
            min: observations.iter().copied().fold(f64::INFINITY, f64::min),
            max: observations.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// Whether a value lies within the interval.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (value - self.mean).abs() <= self.half_width
    }

    /// The decimal place of the last digit worth printing: that of the second digit of the half
    /// width, -3 for thousandths. `None` if all observations are the same, which is exact.
    #[must_use]
    pub fn last_digit(&self) -> Option<i32> {
        (self.half_width > 0.0).then(|| libm::floor(libm::log10(self.half_width)) as i32 - 1)
    }
}

/// The factor of the standard error that makes a two-sided interval of this confidence.
fn student_t(freedom: usize, confidence: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64)
        .map_or(f64::NAN, |law| law.inverse_cdf(f64::midpoint(1.0, confidence)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factors_are_those_of_the_tables() {
        for (freedom, confidence, factor) in
            [(29, 0.95, 2.0452), (29, 0.99, 2.7564), (1, 0.95, 12.7062), (9, 0.95, 2.2622)]
        {
            assert!((student_t(freedom, confidence) - factor).abs() < 5e-5, "{freedom}");
        }
    }

    #[test]
    fn an_estimate_says_as_much_as_its_observations_do() {
        assert_eq!(Estimate::of(&[1.0], 0.95), None);
        let estimate = Estimate::of(&[9.0, 10.0, 11.0, 10.0], 0.95).expect("four");
        assert_eq!((estimate.count, estimate.mean, estimate.min), (4, 10.0, 9.0));
        assert!((estimate.half_width - 1.2992).abs() < 1e-4, "{}", estimate.half_width);
        assert!(estimate.contains(11.2) && !estimate.contains(11.4));
        assert_eq!(estimate.last_digit(), Some(-1), "10.0 ± 1.3");
        let exact = Estimate::of(&[5.0, 5.0], 0.95).expect("two");
        assert_eq!((exact.half_width, exact.last_digit()), (0.0, None));
        let third = Estimate::of(&[1.0 / 3.0; 10], 0.95).expect("ten");
        assert_eq!((third.mean, third.half_width), (1.0 / 3.0, 0.0), "rounding is no deviation");
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        use crate::rng::{Purpose, Stream, Ziggurat};
        let (ziggurat, mut stream) = (Ziggurat::default(), Stream::new(3, "t", Purpose::Service));
        let held = (0..1_000).filter(|_| {
            let means: Vec<f64> = (0..30)
                .map(|_| (0..20).map(|_| ziggurat.exponential(&mut stream)).sum::<f64>() / 20.0)
                .collect();
            Estimate::of(&means, 0.95).is_some_and(|estimate| estimate.contains(1.0))
        });
        let share = held.count();
        assert!((925..=975).contains(&share), "{share} of 1,000");
    }
}
