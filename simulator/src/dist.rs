//! Sampling of durations: distributions compiled to integers, one variate of a stream a draw.

use std::sync::Arc;

use flowbench_model::node::{Distribution, Quantile};
use flowbench_model::time::Span;

use crate::curve::{GammaTable, measured, normal_quantile};
use crate::rng::{Stream, Ziggurat};

/// A distribution ready to be drawn from.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Sampler {
    Constant(u64),
    Exponential { mean_ns: f64 },
    Uniform { from_ns: u64, width_ns: u64 },
    LogNormal { median_ns: f64, sigma: f64 },
    Weibull { scale_ns: f64, exponent: f64 },
    Gamma { mean_ns: f64, table: Arc<GammaTable> },
    Empirical(Arc<[Quantile]>),
}

impl Sampler {
    pub(crate) fn new(distribution: &Distribution) -> Sampler {
        match distribution {
            Distribution::Constant(span) => Sampler::Constant(span.0),
            Distribution::Exponential(mean) => Sampler::Exponential { mean_ns: mean.0 as f64 },
            Distribution::Uniform(from, to) => {
                Sampler::Uniform { from_ns: from.0, width_ns: to.0.saturating_sub(from.0) }
            }
            Distribution::LogNormal(median, sigma) => {
                Sampler::LogNormal { median_ns: median.0 as f64, sigma: *sigma }
            }
            Distribution::Weibull(scale, shape) => {
                Sampler::Weibull { scale_ns: scale.0 as f64, exponent: 1.0 / shape }
            }
            Distribution::Gamma(mean, shape) => {
                let table = Arc::new(GammaTable::of(*shape));
                Sampler::Gamma { mean_ns: mean.0 as f64, table }
            }
            Distribution::Empirical(points) => Sampler::Empirical(points.as_slice().into()),
        }
    }

    /// One draw, rounded down to whole nanoseconds; at most 2^63, which is 292 years.
    #[inline(always)]
    pub(crate) fn draw(&self, stream: &mut Stream, ziggurat: &Ziggurat) -> Span {
        Span(match self {
            Sampler::Constant(ns) => *ns,
            Sampler::Exponential { mean_ns } => whole(ziggurat.exponential(stream) * mean_ns),
            Sampler::Uniform { from_ns, width_ns } => {
                *from_ns + stream.below(width_ns.saturating_add(1))
            }
            Sampler::LogNormal { median_ns, sigma } => {
                whole(median_ns * libm::exp(sigma * standard_normal(stream)))
            }
            Sampler::Weibull { .. } | Sampler::Gamma { .. } | Sampler::Empirical(_) => {
                self.inverted(share(stream))
            }
        })
    }

    /// The draw that a number between 0 and 1 stands for, of distributions without a shorter way.
    #[inline(never)]
    fn inverted(&self, share: f64) -> u64 {
        match self {
            Sampler::Weibull { scale_ns, exponent } => {
                whole(scale_ns * libm::pow(-libm::log(1.0 - share), *exponent))
            }
            Sampler::Gamma { mean_ns, table } => whole(mean_ns * table.quantile(share)),
            Sampler::Empirical(points) => whole(measured(points, share)),
            Sampler::Constant(_)
            | Sampler::Exponential { .. }
            | Sampler::Uniform { .. }
            | Sampler::LogNormal { .. } => 0,
        }
    }
}

/// Whole nanoseconds of what is not negative. Processors convert to signed integers: with the
/// range of unsigned ones a draw takes six instructions more.
#[inline(always)]
pub(crate) fn whole(ns: f64) -> u64 {
    ns as i64 as u64
}

/// A standard normal variate from one uniform.
#[inline(always)]
pub(crate) fn standard_normal(stream: &mut Stream) -> f64 {
    normal_quantile(share(stream))
}

/// A number between 0 and 1, half a step up, so that neither end is hit.
#[inline(always)]
fn share(stream: &mut Stream) -> f64 {
    stream.unit() + 0.5 / 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    fn mean_of(distribution: &Distribution) -> f64 {
        let sampler = Sampler::new(distribution);
        let (ziggurat, mut stream) = (Ziggurat::default(), Stream::new(7, "d", Purpose::Service));
        let n = 400_000u32;
        let sum: f64 = (0..n).map(|_| sampler.draw(&mut stream, &ziggurat).0 as f64).sum();
        sum / f64::from(n) / 1e9
    }

    #[test]
    fn draws_have_the_stated_means() {
        let second = Span::from_secs(1);
        for (distribution, mean) in [
            (Distribution::Constant(second), 1.0),
            (Distribution::Exponential(second), 1.0),
            (Distribution::Uniform(second, Span::from_secs(3)), 2.0),
            (Distribution::LogNormal(second, 0.5), libm::exp(0.125)),
            (Distribution::Gamma(second, 0.5), 1.0),
            (Distribution::Gamma(second, 4.0), 1.0),
            (Distribution::Weibull(second, 2.0), libm::tgamma(1.5)),
            (Distribution::Weibull(second, 0.7), libm::tgamma(1.0 + 1.0 / 0.7)),
            (
                Distribution::Empirical(vec![
                    (0.0, second),
                    (0.5, Span::from_secs(2)),
                    (1.0, Span::from_secs(6)),
                ]),
                2.75,
            ),
        ] {
            let drawn = mean_of(&distribution);
            assert!((drawn / mean - 1.0).abs() < 0.01, "{distribution:?}: {drawn}");
        }
    }

    #[test]
    fn a_draw_takes_one_number_whatever_the_parameters() {
        let second = Span::from_secs(1);
        let ziggurat = Ziggurat::default();
        for distribution in [
            Distribution::Gamma(second, 0.5),
            Distribution::Gamma(Span::from_secs(9), 30.0),
            Distribution::Weibull(second, 0.7),
            Distribution::Empirical(vec![(0.0, second), (1.0, Span::from_secs(2))]),
        ] {
            let sampler = Sampler::new(&distribution);
            let [mut drawn, mut plain] = [0, 0].map(|_| Stream::new(7, "d", Purpose::Service));
            let mut last = Vec::new();
            for _ in 0..100 {
                let share = plain.unit();
                last.push((share, sampler.draw(&mut drawn, &ziggurat)));
            }
            assert_eq!(drawn.word(), plain.word(), "{distribution:?}");
            last.sort_by(|one, other| one.0.total_cmp(&other.0));
            assert!(last.is_sorted_by_key(|(_, span)| *span), "the same luck, in the same order");
        }
    }
}
