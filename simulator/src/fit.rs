//! Distributions fitted to data by maximum likelihood, and how well they fit: the distance of
//! Kolmogorov and Smirnov with its probability, and Akaike's information criterion.

use flowbench_model::formats::recorded::{BadLine, Cursor, End, Piece, Reader, Window};
use flowbench_model::node::{Arrivals, Distribution};
use flowbench_model::time::{NS_PER_SEC, Rate, Span};

use crate::recorded::{Source, WINDOW};
use crate::shape::share_below;

/// Values that are kept at most; of more, every second, fourth … is.
const KEPT: usize = 1 << 18;
/// The probability below which a distribution does not fit.
const LEVEL: f64 = 0.05;

/// Values to fit to: whole nanoseconds, or bytes.
#[derive(Clone, Debug)]
pub struct Sample {
    values: Vec<u64>,
    /// Every so many of the values that came is kept.
    stride: u64,
    came: u64,
}

/// One distribution fitted to a sample.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// The distribution. For bytes, a nanosecond is a byte.
    pub distribution: Distribution,
    /// The largest difference between the shares below a value in the sample and in the
    /// distribution.
    pub distance: f64,
    /// How likely a sample of the distribution is to be as distant or more. The parameters come
    /// from the same sample, so the true probability is lower.
    pub probability: f64,
    /// Akaike's information criterion: the smaller the better. None where all values are the same.
    pub criterion: Option<f64>,
}

/// What a recorded file holds for fitting.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Nanoseconds between each event and the next.
    pub gaps: Sample,
    /// Bytes of each event.
    pub sizes: Sample,
    /// Events that were read.
    pub events: u64,
    /// Lines that could not be read, and the first of them.
    pub bad_lines: u64,
    /// The first bad line.
    pub first_bad: Option<BadLine>,
}

impl Default for Sample {
    fn default() -> Sample {
        Sample { values: Vec::new(), stride: 1, came: 0 }
    }
}

impl Sample {
    /// Takes one more value. Cost: of more than 2^18 values only some are kept, evenly spread.
    pub fn push(&mut self, value: u64) {
        if self.came.is_multiple_of(self.stride) {
            if self.values.len() == KEPT {
                let mut index = 0;
                self.values.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            if self.came.is_multiple_of(self.stride) {
                self.values.push(value);
            }
        }
        self.came += 1;
    }

    /// The values that are kept, in the order of their size.
    #[must_use]
    pub fn sorted(&self) -> Vec<u64> {
        let mut sorted = self.values.clone();
        sorted.sort_unstable();
        sorted
    }

    /// The mean of the values that are kept; 0 without any.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.values.iter().map(|value| *value as f64).sum();
        sum / self.values.len().max(1) as f64
    }

    /// How many values fall into each of so many parts of equal width from 0 to `until`; larger
    /// ones are left out.
    #[must_use]
    pub fn histogram(&self, until: f64, parts: usize) -> Vec<u64> {
        let mut counts = vec![0; parts];
        for value in &self.values {
            let part = (*value as f64 / until.max(1.0) * parts as f64) as usize;
            if let Some(count) = counts.get_mut(part) {
                *count += 1;
            }
        }
        counts
    }

    /// How many values are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Every family of distributions fitted to a sample, the best first; none to fewer than two
/// values. Cost: sorting, and a few passes.
#[must_use]
pub fn fits(sample: &Sample) -> Vec<Fit> {
    let sorted = sample.sorted();
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    if sorted.len() < 2 {
        return Vec::new();
    }
    if first == last {
        let distribution = Distribution::Constant(Span(*first));
        return vec![Fit { distribution, distance: 0.0, probability: 1.0, criterion: None }];
    }
    let candidates = [
        exponential(&sorted),
        uniform(&sorted),
        log_normal(&sorted),
        gamma(&sorted),
        weibull(&sorted),
    ];
    let mut fits: Vec<Fit> = candidates.into_iter().flatten().collect();
    fits.sort_by(|one, other| {
        one.criterion.partial_cmp(&other.criterion).unwrap_or(std::cmp::Ordering::Equal)
    });
    fits
}

impl Fit {
    /// Whether the sample may well be one of this distribution.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.probability >= LEVEL
    }

    /// As arrivals of a workload whose gaps were the sample, if a design can say them.
    #[must_use]
    pub fn arrivals(&self) -> Option<Arrivals> {
        match self.distribution {
            Distribution::Constant(gap) => Some(Arrivals::Constant(rate_of(gap.0 as f64)?)),
            Distribution::Exponential(gap) => Some(Arrivals::Poisson(rate_of(gap.0 as f64)?)),
            Distribution::Uniform(..)
            | Distribution::LogNormal(..)
            | Distribution::Gamma(..)
            | Distribution::Weibull(..)
            | Distribution::Empirical(_) => None,
        }
    }

    fn of(distribution: Distribution, sorted: &[u64], likelihood: f64, parameters: f64) -> Fit {
        let distance = distance(sorted, &distribution);
        Fit {
            distribution,
            distance,
            probability: probability(distance, sorted.len()),
            criterion: Some(2.0 * parameters - 2.0 * likelihood),
        }
    }
}

/// The rate of events with this mean gap, to four digits.
fn rate_of(gap_ns: f64) -> Option<Rate> {
    if gap_ns < 1.0 {
        return None;
    }
    let (mut per, mut count) = (1, NS_PER_SEC as f64 / gap_ns);
    while count < 1000.0 && per < 1_000_000 {
        (per, count) = (per * 10, count * 10.0);
    }
    let mut count = libm::round(count) as u64;
    while per > 1 && count.is_multiple_of(10) {
        (per, count) = (per / 10, count / 10);
    }
    (count > 0).then_some(Rate { count, per: Span::from_secs(per) })
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn exponential(sorted: &[u64]) -> Option<Fit> {
    let mean = mean(sorted.iter().map(|value| *value as f64));
    let likelihood = -(sorted.len() as f64) * (libm::log(mean) + 1.0);
    let distribution = Distribution::Exponential(Span(libm::round(mean) as u64));
    Some(Fit::of(distribution, sorted, likelihood, 1.0))
}

fn uniform(sorted: &[u64]) -> Option<Fit> {
    let (from, to) = (*sorted.first()?, *sorted.last()?);
    let likelihood = -(sorted.len() as f64) * libm::log((to - from) as f64);
    let distribution = Distribution::Uniform(Span(from), Span(to));
    Some(Fit::of(distribution, sorted, likelihood, 2.0))
}

/// None where a value is zero: log-normal values never are.
fn log_normal(sorted: &[u64]) -> Option<Fit> {
    if sorted[0] == 0 {
        return None;
    }
    let logarithms: Vec<f64> = sorted.iter().map(|value| libm::log(*value as f64)).collect();
    let mu = mean(logarithms.iter().copied());
    let variance = mean(logarithms.iter().map(|it| (it - mu) * (it - mu)));
    let count = sorted.len() as f64;
    let spread = libm::log(std::f64::consts::TAU * variance) + 1.0;
    let likelihood = -logarithms.iter().sum::<f64>() - count / 2.0 * spread;
    let median = Span(libm::round(libm::exp(mu)) as u64);
    let distribution = Distribution::LogNormal(median, libm::sqrt(variance));
    Some(Fit::of(distribution, sorted, likelihood, 2.0))
}

/// None where a value is zero, or where the shape is none that a design can say.
fn gamma(sorted: &[u64]) -> Option<Fit> {
    let Logarithms { mean, mean_log, count } = Logarithms::of(sorted)?;
    let shape = gamma_shape(libm::log(mean) - mean_log)?;
    let scale = mean / shape;
    let each = (shape - 1.0) * mean_log - shape - shape * libm::log(scale) - libm::lgamma(shape);
    let distribution = Distribution::Gamma(Span(libm::round(mean) as u64), shape);
    distribution.objection().is_none().then(|| Fit::of(distribution, sorted, count * each, 2.0))
}

/// What the likelihoods of positive values need.
struct Logarithms {
    mean: f64,
    mean_log: f64,
    count: f64,
}

impl Logarithms {
    fn of(sorted: &[u64]) -> Option<Logarithms> {
        let mean_log = mean(sorted.iter().map(|value| libm::log(*value as f64)));
        let mean = mean(sorted.iter().map(|value| *value as f64));
        (sorted[0] > 0).then_some(Logarithms { mean, mean_log, count: sorted.len() as f64 })
    }
}

/// The shape at which log(shape) - digamma(shape) is `spread`, by Newton's steps from Minka's
/// beginning ("Estimating a Gamma distribution", 2002).
fn gamma_shape(spread: f64) -> Option<f64> {
    if spread <= 0.0 {
        return None;
    }
    let root = libm::sqrt((spread - 3.0) * (spread - 3.0) + 24.0 * spread);
    let mut shape = (3.0 - spread + root) / (12.0 * spread);
    for _ in 0..20 {
        let error = libm::log(shape) - digamma(shape) - spread;
        let slope = 1.0 / shape - trigamma(shape);
        let next = shape - error / slope;
        shape = if next > 0.0 { next } else { shape / 2.0 };
    }
    shape.is_finite().then_some(shape)
}

/// The slope of the logarithm of the gamma function.
fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = 1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square / 240.0));
    sum + libm::log(x) - 0.5 / x - square * series
}

/// The slope of that.
fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = 1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square / 30.0));
    sum + 1.0 / x + 0.5 * square + square / x * series
}

/// None where a value is zero, or where the shape is none that a design can say.
fn weibull(sorted: &[u64]) -> Option<Fit> {
    let Logarithms { mean_log, count, .. } = Logarithms::of(sorted)?;
    let (shape, log_scale) = weibull_shape(sorted, mean_log)?;
    let each = libm::log(shape) - shape * log_scale + (shape - 1.0) * mean_log - 1.0;
    let scale = Span(libm::round(libm::exp(log_scale)) as u64);
    let distribution = Distribution::Weibull(scale, shape);
    distribution.objection().is_none().then(|| Fit::of(distribution, sorted, count * each, 2.0))
}

/// The shape, and the logarithm of the scale, of the greatest likelihood, by Newton's steps.
fn weibull_shape(sorted: &[u64], mean_log: f64) -> Option<(f64, f64)> {
    let largest = libm::log(*sorted.last()? as f64);
    let logarithms: Vec<f64> =
        sorted.iter().map(|value| libm::log(*value as f64) - largest).collect();
    let variance = mean(logarithms.iter().map(|it| {
        let off = it + largest - mean_log;
        off * off
    }));
    // That of the logarithm of a Weibull variate is π² / 6 over the square of the shape.
    let mut shape = 1.282_549_830_161_864 / libm::sqrt(variance);
    for _ in 0..30 {
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for it in &logarithms {
            let power = libm::exp(shape * it);
            sum += power;
            first += power * it;
            second += power * it * it;
        }
        let average = first / sum;
        let error = average - 1.0 / shape - (mean_log - largest);
        let slope = second / sum - average * average + 1.0 / (shape * shape);
        let next = shape - error / slope;
        let is_near = (next / shape - 1.0).abs() < 1e-12;
        shape = if next > 0.0 { next } else { shape / 2.0 };
        if is_near {
            break;
        }
    }
    let sum = mean(logarithms.iter().map(|it| libm::exp(shape * it)));
    shape.is_finite().then(|| (shape, largest + libm::log(sum) / shape))
}

/// A sample as it is, in so many points evenly spread and the ends of its tail; none of fewer than
/// two values.
#[must_use]
pub fn empirical(sample: &Sample) -> Option<Distribution> {
    const SHARES: [f64; 15] =
        [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0];
    let sorted = sample.sorted();
    let last = sorted.len().checked_sub(1).filter(|last| *last > 0)?;
    let value = |share: f64| {
        let place = share * last as f64;
        let (low, high) = (sorted[place as usize], sorted[(place as usize + 1).min(last)]);
        Span(low + libm::round((high - low) as f64 * (place - libm::floor(place))) as u64)
    };
    // A share that no value lies beyond says nothing that the end does not.
    let is_told = |share: &&f64| **share == 1.0 || (1.0 - **share) * last as f64 >= 1.0;
    let points = SHARES.iter().filter(is_told).map(|share| (*share, value(*share)));
    Some(Distribution::Empirical(points.collect()))
}

/// The distance of Kolmogorov and Smirnov.
fn distance(sorted: &[u64], distribution: &Distribution) -> f64 {
    let count = sorted.len() as f64;
    let mut distance: f64 = 0.0;
    let mut before = 0;
    while before < sorted.len() {
        // Equal values are one step of the sample.
        let equal = sorted[before..].partition_point(|value| *value == sorted[before]);
        let share = share_below(distribution, sorted[before] as f64);
        let (low, high) = (before as f64 / count, (before + equal) as f64 / count);
        distance = distance.max((share - low).abs()).max((high - share).abs());
        before += equal;
    }
    distance
}

/// How likely a distance is to be as large or larger (M. A. Stephens, "Use of the
/// Kolmogorov-Smirnov … statistics without extensive tables", 1970).
fn probability(distance: f64, count: usize) -> f64 {
    let root = libm::sqrt(count as f64);
    let lambda = (root + 0.12 + 0.11 / root) * distance;
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: i32| {
        let (k, sign) = (f64::from(k), if k % 2 == 1 { 1.0 } else { -1.0 });
        2.0 * sign * libm::exp(-2.0 * k * k * lambda * lambda)
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// Measures gaps and sizes of all events of a file that the reader wants.
///
/// # Errors
/// If the file cannot be read: one sentence.
pub fn measure(source: &dyn Source, reader: &Reader, start: Cursor) -> Result<Measured, String> {
    let (mut measured, mut cursor, mut limit) = (Measured::default(), start, WINDOW);
    let mut last = None;
    loop {
        let bytes = source.read(cursor.offset, limit)?;
        let window = Window { bytes: &bytes, is_last: bytes.len() < limit };
        let piece = reader.read(&cursor, window);
        measured.take(&piece, &mut last);
        if piece.end.is_some() {
            return Ok(measured);
        }
        limit = if piece.next.offset == cursor.offset { limit * 4 } else { WINDOW };
        cursor = piece.next;
    }
}

impl Measured {
    /// Takes a piece of the file; `last` is when the event before it happened.
    pub fn take(&mut self, piece: &Piece, last: &mut Option<i64>) {
        for event in &piece.events {
            if let Some(last) = last.replace(event.at_ns) {
                self.gaps.push(event.at_ns.abs_diff(last));
            }
            self.sizes.push(event.bytes);
        }
        self.events += piece.events.len() as u64;
        let ended = match &piece.end {
            Some(End::Bad(bad)) => Some(bad),
            Some(End::File) | None => None,
        };
        for bad in piece.skipped.iter().chain(ended) {
            self.bad_lines += 1;
            self.first_bad.get_or_insert_with(|| bad.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::Sampler;
    use crate::rng::{Purpose, Stream, Ziggurat};

    fn drawn(distribution: &Distribution, count: usize) -> Sample {
        let sampler = Sampler::new(distribution);
        let (ziggurat, mut stream) = (Ziggurat::default(), Stream::new(3, "f", Purpose::Service));
        let mut sample = Sample::default();
        (0..count).for_each(|_| sample.push(sampler.draw(&mut stream, &ziggurat).0));
        sample
    }

    #[test]
    fn what_was_drawn_from_a_distribution_is_fitted_by_it() {
        let span = Span::from_millis;
        let near = |one: Span, other: Span| (one.0 as f64 / other.0 as f64 - 1.0).abs() < 0.03;
        for expected in [
            Distribution::Constant(span(5)),
            Distribution::Exponential(span(20)),
            Distribution::Uniform(span(10), span(30)),
            Distribution::LogNormal(span(120), 0.5),
            Distribution::Gamma(span(120), 0.5),
            Distribution::Gamma(span(120), 6.0),
            Distribution::Weibull(span(120), 0.6),
            Distribution::Weibull(span(120), 3.0),
        ] {
            let fits = fits(&drawn(&expected, 5_000));
            // Gamma and Weibull of shape 1 are the exponential, and may fit by a hair better.
            let is_exponential = matches!(expected, Distribution::Exponential(_));
            let of_law = |fit: &&Fit| matches!(fit.distribution, Distribution::Exponential(_));
            let exponential = fits.iter().find(of_law).filter(|_| is_exponential);
            let best = exponential.unwrap_or(&fits[0]);
            assert!(best.criterion <= fits[0].criterion.map(|it| it + 6.0), "{fits:?}");
            assert!(best.is_good() && best.distance < 0.02, "{expected:?}: {best:?}");
            let good = fits.iter().filter(|fit| fit.is_good()).count();
            assert_eq!(good, if is_exponential { 3 } else { 1 }, "{expected:?}: {fits:?}");
            let is_it = match (&best.distribution, &expected) {
                (Distribution::Constant(a), Distribution::Constant(b)) => a == b,
                (Distribution::Exponential(a), Distribution::Exponential(b)) => near(*a, *b),
                (Distribution::Uniform(a, c), Distribution::Uniform(b, d)) => {
                    near(*a, *b) && near(*c, *d)
                }
                (Distribution::LogNormal(a, c), Distribution::LogNormal(b, d))
                | (Distribution::Gamma(a, c), Distribution::Gamma(b, d))
                | (Distribution::Weibull(a, c), Distribution::Weibull(b, d)) => {
                    near(*a, *b) && (c / d - 1.0).abs() < 0.04
                }
                _ => false,
            };
            assert!(is_it, "{expected:?}: {best:?}");
        }
    }

    #[test]
    fn a_sample_as_it_is_has_its_quantiles() {
        assert_eq!(empirical(&Sample::default()), None);
        let mut sample = Sample::default();
        (0..=1000).for_each(|value| sample.push(value));
        let it = empirical(&sample).expect("a distribution");
        assert_eq!(it.objection(), None);
        let Distribution::Empirical(points) = &it else { panic!("{it:?}") };
        assert!(points.iter().all(|(share, at)| (share * 1000.0 - at.0 as f64).abs() < 1.0));
        assert_eq!(points.len(), 15);
        let few = drawn(&Distribution::Exponential(Span::from_millis(3)), 7);
        let it = empirical(&few).expect("a distribution");
        assert_eq!(it.objection(), None, "{it:?}");
    }

    #[test]
    fn the_functions_of_the_gamma_fit_are_those_of_the_tables() {
        assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-12);
        assert!((trigamma(1.0) - 1.644_934_066_848_226_4).abs() < 1e-10);
        for shape in [0.06, 0.5, 1.0, 20.0, 900.0] {
            let found = gamma_shape(libm::log(shape) - digamma(shape)).expect("a shape");
            assert!((found / shape - 1.0).abs() < 1e-8, "{shape}: {found}");
        }
        assert_eq!(gamma_shape(0.0), None);
    }

    #[test]
    fn nothing_fits_what_has_two_humps() {
        let mut sample = Sample::default();
        (0..1000_u64).for_each(|n| sample.push(if n % 2 == 0 { 1_000 + n } else { 90_000 + n }));
        assert!(fits(&sample).iter().all(|fit| !fit.is_good()));
    }

    #[test]
    fn few_values_and_zeros_are_no_trouble() {
        assert!(fits(&Sample::default()).is_empty());
        let mut sample = Sample::default();
        sample.push(0);
        assert!(fits(&sample).is_empty());
        sample.push(0);
        assert_eq!(fits(&sample)[0].distribution, Distribution::Constant(Span::ZERO));
        assert_eq!(fits(&sample)[0].arrivals(), None);
        sample.push(9);
        assert_eq!(fits(&sample).len(), 2, "log-normal values are never zero");
        assert!(fits(&sample).iter().all(|fit| fit.distance.is_finite()));
    }

    #[test]
    fn the_probability_of_a_distance_is_that_of_the_tables() {
        // Critical values of the limit law: 1.358 at 5 %, 1.628 at 1 %.
        for (lambda, expected) in [(1.358, 0.05), (1.628, 0.01), (0.828, 0.5)] {
            let count = 1_000_000;
            let found = probability(lambda / 1000.0, count);
            assert!((found - expected).abs() < 0.002, "{lambda}: {found}");
        }
        assert_eq!(probability(0.0, 100), 1.0);
        assert_eq!(probability(1.0, 10_000), 0.0);
    }

    #[test]
    fn a_long_sample_is_thinned_evenly() {
        let mut sample = Sample::default();
        (0..1_000_000).for_each(|value| sample.push(value));
        assert!((KEPT / 2..=KEPT).contains(&sample.len()));
        assert!((sample.mean() / 500_000.0 - 1.0).abs() < 1e-4);
        let gaps = sample.sorted().windows(2).all(|pair| pair[1] - pair[0] == sample.stride);
        assert!(gaps, "every {} is kept", sample.stride);
        assert!(fits(&sample)[0].is_good());
    }

    #[test]
    fn rates_are_told_in_four_digits() {
        let of = |gap: f64| rate_of(gap).map(|rate| rate.to_string());
        assert_eq!(of(1e8).as_deref(), Some("10/s"));
        assert_eq!(of(99_800_399.0).as_deref(), Some("1002/100s"));
        assert_eq!(of(123_456.0).as_deref(), Some("8100/s"));
        assert_eq!(of(0.0), None);
    }
}
