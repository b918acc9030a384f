//! Distributions whose quantiles have no formula: the gamma distribution by a table, and measured
//! ones by their points. One number between 0 and 1 gives one value, always the same.

use flowbench_model::node::Quantile;

/// Standard deviations of a normal variate that a table begins and ends at; a draw is never
/// further out.
const REACH: f64 = 8.5;
/// Parts of the table for one standard deviation.
const STEPS: f64 = 16.0;
const NODES: usize = (2.0 * REACH * STEPS) as usize + 1;
/// Terms of a series, or of a continued fraction, at most.
const TERMS: u32 = 20_000;
/// Steps to a quantile at most; halving alone would take as many.
const HALVINGS: usize = 200;

/// Quantiles of a gamma distribution of mean 1: logarithms of values, and their slopes, at standard
/// normal quantiles. In these coordinates all gamma distributions are smooth, the sharply bent ones
/// included, so that a cubic between two points is exact to about eight digits.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct GammaTable {
    nodes: Vec<(f64, f64)>,
}

impl GammaTable {
    /// The table for a shape. Cost: about a millisecond.
    pub(crate) fn of(shape: f64) -> GammaTable {
        let mut low = f64::NEG_INFINITY;
        let mut node = |index: usize| {
            let z = index as f64 / STEPS - REACH;
            let t = log_quantile(shape, z, low);
            low = t;
            // The slope is the quotient of the densities.
            let log_slope = log_normal_density(z) - log_density(shape, t);
            (t - libm::log(shape), libm::exp(log_slope) / STEPS)
        };
        GammaTable { nodes: (0..NODES).map(&mut node).collect() }
    }

    /// The value that a share of all draws does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let place = ((normal_quantile(share) + REACH) * STEPS).clamp(0.0, (NODES - 1) as f64);
        let index = (place as usize).min(NODES - 2);
        let ((from, slope_from), (to, slope_to)) = (self.nodes[index], self.nodes[index + 1]);
        let part = place - index as f64;
        let rest = 1.0 - part;
        let bend = rest * (slope_from - (to - from)) - part * (slope_to - (to - from));
        libm::exp(rest * from + part * to + part * rest * bend)
    }
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

/// The value that a share of all draws of a gamma distribution of mean 1 does not exceed.
pub(crate) fn gamma_quantile(shape: f64, share: f64) -> f64 {
    let t = log_quantile(shape, normal_quantile(share), f64::NEG_INFINITY);
    libm::exp(t) / shape
}

/// The share of draws of a gamma distribution of scale 1 that are at most `x`, and the share of
/// those that are more; each as exact as it is small (Numerical Recipes, 6.2).
pub(crate) fn gamma_shares(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let log_factor = shape * libm::log(x) - x - libm::lgamma(shape);
    if x < shape + 1.0 {
        let below = libm::exp(log_factor + log_series(shape, x)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (libm::exp(log_factor) * fraction(shape, x)).min(1.0);
        (1.0 - above, above)
    }
}

/// The logarithm of the sum of xⁿ / (shape · (shape + 1) … (shape + n)).
fn log_series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    for n in 1..TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    libm::log(sum)
}

/// The continued fraction of the upper incomplete gamma function, by the method of Lentz.
fn fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut whole = d;
    for n in 1..TERMS {
        let n = f64::from(n);
        let a = -n * (n - shape);
        b += 2.0;
        let near = |value: f64| if value.abs() < TINY { TINY } else { value };
        d = 1.0 / near(a * d + b);
        c = near(b + a / c);
        whole *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    whole
}

/// The logarithm of the density of the logarithm of a gamma variate of scale 1.
fn log_density(shape: f64, t: f64) -> f64 {
    shape * t - libm::exp(t) - libm::lgamma(shape)
}

fn log_normal_density(z: f64) -> f64 {
    -0.5 * z * z - 0.5 * libm::log(std::f64::consts::TAU)
}

/// The logarithm of the quantile of a gamma variate of scale 1 at a standard normal quantile; it
/// lies above `low`.
fn log_quantile(shape: f64, z: f64, low: f64) -> f64 {
    let is_low = z < 0.0;
    let wanted = libm::log(0.5 * libm::erfc(z.abs() / std::f64::consts::SQRT_2));
    // Below lies less than xˢ / Γ(s + 1), which gives a limit from below.
    let floor = (libm::log(0.5 * libm::erfc(-z / std::f64::consts::SQRT_2))
        + libm::lgamma(shape + 1.0))
        / shape;
    let (mut from, mut to) = (floor.max(low), libm::log(shape + 40.0 * libm::sqrt(shape) + 80.0));
    let mut t = if floor < -3.0 { floor } else { wilson_hilferty(shape, z).clamp(from, to) };
    for _ in 0..HALVINGS {
        let (error, slope) = distance(shape, t, is_low, wanted);
        if error > 0.0 {
            to = t
        } else {
            from = t
        }
        let next = t - error / slope;
        let next = if next > from && next < to { next } else { 0.5 * (from + to) };
        if (next - t).abs() < 1e-15 * (1.0 + t.abs()) {
            return next;
        }
        t = next;
    }
    t
}

/// How far the logarithm of the share below (or, in the upper half, above) is from the wanted one,
/// and its slope; it grows with `t`.
fn distance(shape: f64, t: f64, is_low: bool, wanted: f64) -> (f64, f64) {
    let x = libm::exp(t);
    let log_density = log_density(shape, t);
    if is_low && x < shape + 1.0 {
        let below = log_density + log_series(shape, x);
        return (below - wanted, libm::exp(log_density - below));
    }
    let (below, above) = gamma_shares(shape, x);
    if is_low {
        let below = libm::log(below);
        (below - wanted, libm::exp(log_density - below))
    } else {
        let above = libm::log(above.max(f64::MIN_POSITIVE));
        (wanted - above, libm::exp(log_density - above))
    }
}

/// About the logarithm of the quantile, for shapes that are not small.
fn wilson_hilferty(shape: f64, z: f64) -> f64 {
    let ninth = 1.0 / (9.0 * shape);
    let root = (1.0 - ninth + z * libm::sqrt(ninth)).max(0.01);
    libm::log(shape) + 3.0 * libm::log(root)
}

/// The length that a share of all draws of a measured distribution does not exceed, in
/// nanoseconds: straight between the points.
pub(crate) fn measured(points: &[Quantile], share: f64) -> f64 {
    let after = points.partition_point(|point| point.0 < share);
    let (Some(to), Some(from)) = (points.get(after), points.get(after.saturating_sub(1))) else {
        return points.last().map_or(0.0, |last| last.1.0 as f64);
    };
    let width = to.0 - from.0;
    if width <= 0.0 {
        return to.1.0 as f64;
    }
    let (low, high) = (from.1.0 as f64, to.1.0 as f64);
    low + (high - low) * (share - from.0) / width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_tables() {
        // Shape 1 is the exponential, half a degree of freedom is chi squared.
        for x in [1e-9, 0.1, 1.0, 3.0, 30.0] {
            let (below, above) = gamma_shares(1.0, x);
            assert!((below / -libm::expm1(-x) - 1.0).abs() < 1e-12, "{x}: {below}");
            assert!((above / libm::exp(-x) - 1.0).abs() < 1e-12, "{x}: {above}");
            let (below, _) = gamma_shares(0.5, x);
            assert!((below / libm::erf(libm::sqrt(x)) - 1.0).abs() < 1e-12, "{x}: {below}");
        }
        // Chi squared with ten degrees: 95 % below 18.307, 99 % below 23.209.
        assert!((gamma_shares(5.0, 18.307_038 / 2.0).0 - 0.95).abs() < 1e-8);
        assert!((gamma_shares(5.0, 23.209_251 / 2.0).1 - 0.01).abs() < 1e-8);
    }

    #[test]
    fn a_table_gives_back_the_share_that_it_was_asked_for() {
        for shape in [0.05, 0.3, 0.5, 1.0, 1.7, 4.0, 30.0, 1000.0] {
            let table = GammaTable::of(shape);
            for share in [1e-12, 1e-6, 0.001, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999] {
                let x = table.quantile(share) * shape;
                let (below, above) = gamma_shares(shape, x);
                let (found, wanted) =
                    if share < 0.5 { (below, share) } else { (above, 1.0 - share) };
                // Where a value is smaller than the smallest number there is, nothing is below it.
                let is_lost = x < f64::MIN_POSITIVE;
                assert!(
                    is_lost || (found / wanted - 1.0).abs() < 2e-6,
                    "{shape} {share}: {found} {wanted}"
                );
            }
        }
    }

    #[test]
    fn measured_points_are_joined_by_straight_lines() {
        let span = flowbench_model::time::Span;
        let points = [(0.0, span(10)), (0.5, span(20)), (1.0, span(100))];
        let of = |share| measured(&points, share);
        assert_eq!(
            [of(0.0), of(0.25), of(0.5), of(0.75), of(1.0)],
            [10.0, 15.0, 20.0, 60.0, 100.0]
        );
        assert_eq!(measured(&[], 0.5), 0.0);
    }
}
