//! Sampling of durations: distributions compiled to integers, one variate of a stream a draw.

use flowbench_model::node::Distribution;
use flowbench_model::time::Span;

use crate::rng::{Stream, Ziggurat};

/// A distribution ready to be drawn from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Sampler {
    Constant(u64),
    Exponential { mean_ns: f64 },
    Uniform { from_ns: u64, width_ns: u64 },
    LogNormal { median_ns: f64, sigma: f64 },
}

impl Sampler {
    pub(crate) fn new(distribution: &Distribution) -> Sampler {
        match *distribution {
            Distribution::Constant(span) => Sampler::Constant(span.0),
            Distribution::Exponential(mean) => Sampler::Exponential { mean_ns: mean.0 as f64 },
            Distribution::Uniform(from, to) => {
                Sampler::Uniform { from_ns: from.0, width_ns: to.0.saturating_sub(from.0) }
            }
            Distribution::LogNormal(median, sigma) => {
                Sampler::LogNormal { median_ns: median.0 as f64, sigma }
            }
        }
    }

    /// One draw, rounded down to whole nanoseconds; at most 2^63, which is 292 years.
    #[inline(always)]
    pub(crate) fn draw(&self, stream: &mut Stream, ziggurat: &Ziggurat) -> Span {
        Span(match *self {
            Sampler::Constant(ns) => ns,
            Sampler::Exponential { mean_ns } => whole(ziggurat.exponential(stream) * mean_ns),
            Sampler::Uniform { from_ns, width_ns } => {
                from_ns + stream.below(width_ns.saturating_add(1))
            }
            Sampler::LogNormal { median_ns, sigma } => {
                whole(median_ns * libm::exp(sigma * standard_normal(stream)))
            }
        })
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
    // Half a step up, so that neither end is hit.
    normal_quantile(stream.unit() + 0.5 / 9_007_199_254_740_992.0)
}

/// The value that a standard normal variate does not exceed with this probability, by P. J.
/// Acklam's rational approximation (relative error below 1.15e-9).
#[inline(always)]
pub(crate) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    const LOW: f64 = 0.024_25;
    let polynomial = |coefficients: &[f64], x: f64| {
        coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
    };
    let tail = |q: f64| polynomial(&C, q) / (polynomial(&D, q) * q + 1.0);
    if p < LOW {
        tail(libm::sqrt(-2.0 * libm::log(p)))
    } else if p > 1.0 - LOW {
        -tail(libm::sqrt(-2.0 * libm::log(1.0 - p)))
    } else {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
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
        ] {
            let drawn = mean_of(&distribution);
            assert!((drawn / mean - 1.0).abs() < 0.01, "{distribution:?}: {drawn}");
        }
    }
}
