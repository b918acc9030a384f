//! The shape of a distribution: density, share below and quantiles, for drawing it and comparing it
//! with data. Lengths are in nanoseconds.

use flowbench_model::node::{Distribution, Quantile};

use crate::curve::{gamma_quantile, gamma_shares, measured, normal_quantile};

/// Shares below which quantiles are taken: the outermost that a draw can have are left out.
const EDGE: f64 = 1e-9;

/// The share of draws that are at most `x`.
#[must_use]
pub fn share_below(distribution: &Distribution, x: f64) -> f64 {
    match distribution {
        Distribution::Constant(span) => f64::from(u8::from(x >= span.0 as f64)),
        Distribution::Exponential(mean) if mean.0 > 0 => -libm::expm1(-x.max(0.0) / mean.0 as f64),
        Distribution::Exponential(_) => f64::from(u8::from(x >= 0.0)),
        Distribution::Uniform(from, to) if to > from => {
            ((x - from.0 as f64) / (to.0 - from.0) as f64).clamp(0.0, 1.0)
        }
        Distribution::Uniform(from, _) => f64::from(u8::from(x >= from.0 as f64)),
        Distribution::LogNormal(median, sigma) if *sigma > 0.0 && median.0 > 0 => {
            if x <= 0.0 {
                return 0.0;
            }
            let z = libm::log(x / median.0 as f64) / sigma;
            0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
        }
        Distribution::LogNormal(median, _) => f64::from(u8::from(x >= median.0 as f64)),
        Distribution::Gamma(mean, shape) if mean.0 > 0 => {
            gamma_shares(*shape, x * shape / mean.0 as f64).0
        }
        Distribution::Weibull(scale, shape) if scale.0 > 0 => {
            -libm::expm1(-libm::pow(x.max(0.0) / scale.0 as f64, *shape))
        }
        Distribution::Gamma(..) | Distribution::Weibull(..) => f64::from(u8::from(x >= 0.0)),
        Distribution::Empirical(points) => share_measured(points, x),
    }
}

/// The density at `x`, in draws a nanosecond; none where all draws are the same.
#[must_use]
pub fn density(distribution: &Distribution, x: f64) -> Option<f64> {
    match distribution {
        Distribution::Constant(_) => None,
        Distribution::Exponential(mean) => {
            let mean = mean.0 as f64;
            (mean > 0.0).then(|| if x < 0.0 { 0.0 } else { libm::exp(-x / mean) / mean })
        }
        Distribution::Uniform(from, to) => {
            let (from, to) = (from.0 as f64, to.0 as f64);
            (to > from).then(|| if (from..=to).contains(&x) { 1.0 / (to - from) } else { 0.0 })
        }
        Distribution::LogNormal(median, sigma) => {
            let median = median.0 as f64;
            (*sigma > 0.0 && median > 0.0).then(|| {
                if x <= 0.0 {
                    return 0.0;
                }
                let z = libm::log(x / median) / sigma;
                libm::exp(-0.5 * z * z) / (x * sigma * libm::sqrt(std::f64::consts::TAU))
            })
        }
        Distribution::Gamma(mean, shape) => {
            let scale = mean.0 as f64 / shape;
            let of = |x: f64| {
                let log = (shape - 1.0) * libm::log(x / scale) - x / scale - libm::lgamma(*shape);
                libm::exp(log) / scale
            };
            (scale > 0.0).then(|| beginning(x, of))
        }
        Distribution::Weibull(scale, shape) => {
            let scale = scale.0 as f64;
            let of = |x: f64| {
                let power = libm::pow(x / scale, *shape);
                shape / x * power * libm::exp(-power)
            };
            (scale > 0.0).then(|| beginning(x, of))
        }
        Distribution::Empirical(points) => density_measured(points, x),
    }
}

/// A density that may have no end at zero: the one a nanosecond later stands for it.
fn beginning(x: f64, of: impl Fn(f64) -> f64) -> f64 {
    if x < 0.0 { 0.0 } else { of(x.max(1.0)) }
}

fn share_measured(points: &[Quantile], x: f64) -> f64 {
    let after = points.partition_point(|point| point.1.0 as f64 <= x);
    match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
        (None, _) => 0.0,
        (Some(_), None) => 1.0,
        (Some((low, from)), Some((high, to))) => {
            low + (high - low) * (x - from.0 as f64) / (to.0 - from.0) as f64
        }
    }
}

fn density_measured(points: &[Quantile], x: f64) -> Option<f64> {
    let (first, last) = (points.first()?.1, points.last()?.1);
    if first == last {
        return None;
    }
    let after = points.partition_point(|point| point.1.0 as f64 <= x);
    let pair = after.checked_sub(1).and_then(|before| points.get(before..=after));
    Some(pair.map_or(0.0, |pair| {
        let ((low, from), (high, to)) = (pair[0], pair[1]);
        (high - low) / (to.0 - from.0) as f64
    }))
}

/// The length that a share of all draws, between 0 and 1, does not exceed.
#[must_use]
pub fn quantile(distribution: &Distribution, share: f64) -> f64 {
    let share = share.clamp(EDGE, 1.0 - EDGE);
    match distribution {
        Distribution::Constant(span) => span.0 as f64,
        Distribution::Exponential(mean) => -libm::log1p(-share) * mean.0 as f64,
        Distribution::Uniform(from, to) => {
            from.0 as f64 + share * to.0.saturating_sub(from.0) as f64
        }
        Distribution::LogNormal(median, sigma) => {
            median.0 as f64 * libm::exp(sigma * normal_quantile(share))
        }
        Distribution::Gamma(mean, shape) => mean.0 as f64 * gamma_quantile(*shape, share),
        Distribution::Weibull(scale, shape) => {
            scale.0 as f64 * libm::pow(-libm::log1p(-share), 1.0 / shape)
        }
        Distribution::Empirical(points) => measured(points, share),
    }
}

#[cfg(test)]
mod tests {
    use flowbench_model::time::Span;

    use super::*;

    #[test]
    fn shares_quantiles_and_densities_belong_together() {
        let span = Span::from_millis;
        for it in [
            Distribution::Exponential(span(250)),
            Distribution::Uniform(span(100), span(300)),
            Distribution::LogNormal(span(120), 0.5),
            Distribution::Gamma(span(120), 0.6),
            Distribution::Gamma(span(120), 7.5),
            Distribution::Weibull(span(120), 0.8),
            Distribution::Weibull(span(120), 3.0),
            Distribution::Empirical(vec![
                (0.0, span(10)),
                (0.45, span(20)),
                (0.95, span(90)),
                (1.0, span(400)),
            ]),
        ] {
            for share in [0.01, 0.3, 0.5, 0.9, 0.999] {
                let x = quantile(&it, share);
                assert!((share_below(&it, x) - share).abs() < 1e-7, "{it:?} {share}");
                let width = 1000.0;
                let slope =
                    (share_below(&it, x + width) - share_below(&it, x - width)) / width / 2.0;
                let dense = density(&it, x).expect("it is no constant");
                assert!((slope / dense - 1.0).abs() < 1e-3, "{it:?} {share}: {slope} {dense}");
            }
        }
    }

    #[test]
    fn what_is_always_the_same_has_no_density() {
        for it in [
            Distribution::Constant(Span(7)),
            Distribution::Uniform(Span(7), Span(7)),
            Distribution::LogNormal(Span(7), 0.0),
            Distribution::Empirical(vec![(0.0, Span(7)), (1.0, Span(7))]),
        ] {
            assert_eq!(density(&it, 7.0), None);
            assert_eq!((share_below(&it, 6.0), share_below(&it, 7.0)), (0.0, 1.0), "{it:?}");
            assert_eq!(quantile(&it, 0.9), 7.0);
        }
        for it in [
            Distribution::Exponential(Span::ZERO),
            Distribution::Gamma(Span::ZERO, 2.0),
            Distribution::Weibull(Span::ZERO, 2.0),
        ] {
            assert_eq!(density(&it, 0.0), None);
            assert_eq!((share_below(&it, -1.0), share_below(&it, 0.0)), (0.0, 1.0), "{it:?}");
        }
    }
}
