//! How much of the beginning of a run to leave out: until it has forgotten that it began empty.

use std::sync::Arc;

use flowbench_model::time::Span;

use crate::plan::Plan;
use crate::replications::Measure;
use crate::series::series_while;

/// Stretches that a run is measured in.
const STRETCHES: usize = 1_000;
/// Values that are taken together.
const BATCH: usize = 5;
/// Batches that are left at least, so that a quiet end alone cannot be the best of all.
const LEFT: usize = 5;

/// Where the beginning of a series ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WarmUp {
    /// Values to leave out.
    pub values: usize,
    /// Whether that is more than half of them: the series is too short to tell.
    pub is_too_short: bool,
}

/// How long the beginning of a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// What to leave out: half of the run if it is too short.
    pub warm_up: Span,
    /// Whether the beginning reaches beyond half of the run.
    pub is_too_short: bool,
}

impl Suggestion {
    /// What does for two variants.
    #[must_use]
    pub fn or_longer(self, other: Suggestion) -> Suggestion {
        let is_too_short = self.is_too_short || other.is_too_short;
        Suggestion { warm_up: self.warm_up.max(other.warm_up), is_too_short }
    }
}

/// The warm-up that MSER-5 suggests for some runs of one scenario, by how much was there in all its
/// backlogs together, on average over the runs, without the end when nothing comes any more;
/// `None` if `is_wanted` says no, which is asked before each run and often in it. Cost: that of the
/// runs, measured from their beginning.
///
/// # Panics
/// If a plan has a warm-up, which would hide what is looked for.
#[must_use]
pub fn suggested(plans: &[Arc<Plan>], is_wanted: &dyn Fn() -> bool) -> Option<Suggestion> {
    let Some(plan) = plans.first() else {
        return Some(Suggestion { warm_up: Span::ZERO, is_too_short: true });
    };
    let mut present = vec![0.0; STRETCHES];
    for plan in plans {
        assert!(plan.warm_up.0 == 0, "a run is looked at from its beginning");
        let all = series_while(plan, STRETCHES, is_wanted)?;
        for one in all.iter().filter(|it| it.measure.what == Measure::PRESENT) {
            present.iter_mut().zip(one.means_of(1)).for_each(|(sum, mean)| *sum += mean);
        }
    }
    let loaded = loaded(&present);
    let found = if loaded.is_empty() { STEADY } else { mser5(loaded) };
    let stretch = plan.end.0 / STRETCHES as u64;
    let values = if found.is_too_short { loaded.len() / 2 } else { found.values };
    let warm_up = Span(stretch * values as u64);
    Some(Suggestion { warm_up, is_too_short: found.is_too_short })
}

/// Nothing to leave out.
const STEADY: WarmUp = WarmUp { values: 0, is_too_short: false };

/// A series without its end, when nothing comes any more: what is empty for good would be the
/// steadiest part of all.
fn loaded(present: &[f64]) -> &[f64] {
    let last = present.iter().rposition(|it| *it > 0.0);
    &present[..last.map_or(0, |last| last + 1)]
}

/// MSER-5: leaves out so many values, in batches of five, that the standard error of the mean of
/// the others is least (K. P. White, "An Effective Truncation Heuristic for Bias Reduction in
/// Simulation Output", 1997). Without ten batches there is nothing to say, and the series is too
/// short. Cost: one pass.
#[must_use]
pub fn mser5(series: &[f64]) -> WarmUp {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|it| it.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < 2 * LEFT {
        return WarmUp { values: 0, is_too_short: true };
    }
    let shift = batches[batches.len() - 1];
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (left_out, batch) in batches.iter().enumerate().rev() {
        let value = batch - shift;
        (count, sum, squares) = (count + 1.0, sum + value, squares + value * value);
        let error = (squares - sum * sum / count).max(0.0) / (count * count);
        if count >= LEFT as f64 && error <= best.0 {
            best = (error, left_out);
        }
    }
    WarmUp { values: best.1 * BATCH, is_too_short: best.1 * 2 > batches.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    /// Numbers around one, after a beginning that grows to it.
    fn series(beginning: usize, length: usize) -> Vec<f64> {
        let mut stream = Stream::new(7, "series", Purpose::Service);
        let level = |at: usize| (at as f64 / beginning.max(1) as f64).min(1.0) * 10.0;
        (0..length).map(|at| level(at) + stream.unit()).collect()
    }

    #[test]
    fn what_grows_at_first_is_left_out() {
        let warm_up = mser5(&series(100, 1_000));
        assert!((85..=130).contains(&warm_up.values), "{warm_up:?}");
        assert!(!warm_up.is_too_short);
    }

    #[test]
    fn of_what_is_steady_from_the_first_little_is_left_out() {
        assert!(mser5(&series(0, 1_000)).values <= 100);
        assert_eq!(mser5(&[4.0; 500]), WarmUp { values: 0, is_too_short: false });
    }

    #[test]
    fn an_end_without_load_is_no_steady_state() {
        let mut drained = series(100, 900);
        drained.extend([0.0; 100]);
        assert!(mser5(&drained).is_too_short, "the end alone would be best");
        let warm_up = mser5(loaded(&drained));
        assert!((85..=130).contains(&warm_up.values) && !warm_up.is_too_short, "{warm_up:?}");
        assert!(loaded(&[0.0; 10]).is_empty());
    }

    #[test]
    fn what_grows_to_the_end_is_too_short() {
        assert!(mser5(&series(1_000, 1_000)).is_too_short);
        assert!(mser5(&series(700, 1_000)).is_too_short);
        assert!(mser5(&[1.0; 49]).is_too_short, "nine batches");
    }
}
