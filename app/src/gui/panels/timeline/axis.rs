//! Between instants and points on the screen.

use flowbench_model::time::{NS_PER_SEC, Time};

const MS: u64 = 1_000_000;
const SEC: u64 = NS_PER_SEC;

/// Distances of ticks that people count in.
const STEPS: [u64; 27] = [
    MS / 1000,
    MS / 100,
    MS / 10,
    MS,
    2 * MS,
    5 * MS,
    10 * MS,
    20 * MS,
    50 * MS,
    100 * MS,
    200 * MS,
    500 * MS,
    SEC,
    2 * SEC,
    5 * SEC,
    10 * SEC,
    15 * SEC,
    30 * SEC,
    60 * SEC,
    120 * SEC,
    300 * SEC,
    600 * SEC,
    900 * SEC,
    1800 * SEC,
    3600 * SEC,
    4 * 3600 * SEC,
    24 * 3600 * SEC,
];

/// What gestures snap to.
const GRIDS: [u64; 7] = [MS / 10, MS, 10 * MS, 100 * MS, SEC, 10 * SEC, 60 * SEC];

/// The shortest stretch that can be zoomed to: 10 µs.
const SHORTEST: f64 = 10_000.0;

/// The stretch of time that is in sight; all of the run if nothing was zoomed.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Window {
    zoomed: Option<(f64, f64)>,
}

impl Window {
    /// Whether less than all is in sight.
    #[must_use]
    pub(super) fn is_zoomed(&self) -> bool {
        self.zoomed.is_some()
    }

    /// Shows all.
    pub(super) fn fit(&mut self) {
        self.zoomed = None;
    }

    /// The axis of this window over a run that lasts `end`, between two places on the screen.
    #[must_use]
    pub(super) fn axis(&self, end: Time, left: f32, right: f32) -> Axis {
        let all = (end.0 as f64).max(SHORTEST);
        let (start, span) = self.zoomed.unwrap_or((0.0, all));
        let span = span.min(all);
        let start = start.clamp(0.0, all - span);
        Axis { left, width: (right - left).max(1.0), start, span, end: end.0 }
    }

    /// Comes nearer by `factor` to the instant at `x`.
    pub(super) fn zoom(&mut self, axis: &Axis, x: f32, factor: f64) {
        let share = f64::from((x - axis.left) / axis.width);
        let pivot = axis.start + share * axis.span;
        let span = (axis.span / factor).max(SHORTEST);
        if span >= axis.end as f64 {
            self.zoomed = None;
        } else {
            self.zoomed = Some((pivot - share * span, span));
        }
    }

    /// Moves the window by so many points.
    pub(super) fn pan(&mut self, axis: &Axis, points: f32) {
        if self.zoomed.is_some() {
            let start = axis.start + f64::from(points) * axis.ns_per_point();
            let last = axis.end as f64 - axis.span;
            self.zoomed = Some((start.clamp(0.0, last.max(0.0)), axis.span));
        }
    }

    /// Turns the page if an instant is out of sight.
    pub(super) fn follow(&mut self, axis: &Axis, time: Time) {
        let at = time.0 as f64;
        let is_seen = (axis.start..=axis.start + axis.span).contains(&at);
        if self.zoomed.is_some() && !is_seen {
            self.zoomed = Some((at - axis.span * 0.05, axis.span));
        }
    }
}

/// The axis of one frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Axis {
    /// Where it begins on the screen.
    pub(super) left: f32,
    /// How long it is on the screen.
    pub(super) width: f32,
    start: f64,
    span: f64,
    end: u64,
}

impl Axis {
    /// Where an instant stands.
    #[must_use]
    pub(super) fn x(&self, ns: u64) -> f32 {
        self.left + ((ns as f64 - self.start) / self.span) as f32 * self.width
    }

    /// Which instant of the run stands there.
    #[must_use]
    pub(super) fn time(&self, x: f32) -> Time {
        let ns = self.start + f64::from((x - self.left) / self.width) * self.span;
        Time((ns.max(0.0) as u64).min(self.end))
    }

    /// The same as a number that is no finer than what can be seen.
    #[must_use]
    pub(super) fn round_time(&self, x: f32) -> Time {
        let mut unit = 1;
        while (unit * 10) as f64 <= self.ns_per_point() {
            unit *= 10;
        }
        let Time(ns) = self.time(x);
        Time((ns.saturating_add(unit / 2) / unit * unit).min(self.end))
    }

    /// Where it ends on the screen.
    #[must_use]
    pub(super) fn right(&self) -> f32 {
        self.left + self.width
    }

    /// Nanoseconds for one point.
    #[must_use]
    pub(super) fn ns_per_point(&self) -> f64 {
        self.span / f64::from(self.width)
    }

    /// The last instant of the run.
    #[must_use]
    pub(super) fn end(&self) -> Time {
        Time(self.end)
    }

    /// The distance of ticks that have room for their labels.
    #[must_use]
    pub(super) fn step(&self) -> u64 {
        let wanted = self.ns_per_point() * 72.0;
        STEPS.iter().copied().find(|step| *step as f64 >= wanted).unwrap_or(STEPS[26])
    }

    /// Ticks in sight, in nanoseconds.
    pub(super) fn ticks(&self, step: u64) -> impl Iterator<Item = u64> {
        let first = (self.start / step as f64).floor() as u64 * step;
        let last = ((self.start + self.span) as u64).min(self.end);
        (first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX))
    }

    /// What gestures snap to at this zoom.
    #[must_use]
    pub(super) fn grid(&self) -> u64 {
        let wanted = self.ns_per_point() * 4.0;
        GRIDS.iter().copied().find(|grid| *grid as f64 >= wanted).unwrap_or(GRIDS[6])
    }

    /// The nearest number on the grid; the number itself if `is_free`.
    #[must_use]
    pub(super) fn snapped(&self, ns: u64, is_free: bool) -> u64 {
        if is_free {
            return ns;
        }
        let grid = self.grid();
        (ns.saturating_add(grid / 2) / grid * grid).min(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(secs: u64, width: f32) -> Axis {
        Window::default().axis(Time(secs * SEC), 100.0, 100.0 + width)
    }

    #[test]
    fn an_instant_and_its_place_belong_together() {
        let axis = axis(130, 1000.0);
        for secs in [0, 30, 65, 130] {
            let x = axis.x(secs * SEC);
            assert!(axis.time(x).0.abs_diff(secs * SEC) < SEC / 100, "{secs}");
        }
        assert_eq!(axis.time(-50.0), Time::ZERO);
        assert_eq!(axis.time(9000.0), Time(130 * SEC));
    }

    #[test]
    fn what_is_pointed_at_is_a_number_as_fine_as_the_points() {
        let axis = axis(130, 1000.0);
        assert_eq!(axis.time(423.0).0 / MS, 41_990);
        assert_eq!(axis.round_time(423.0).0, 42_000_000_000);
        assert_eq!(axis.round_time(424.0).0, 42_100_000_000);
        assert_eq!(axis.round_time(9000.0), axis.end());
    }

    #[test]
    fn ticks_and_grid_are_human_numbers_that_have_room() {
        let wide = axis(130, 1000.0);
        assert_eq!((wide.step(), wide.grid()), (10 * SEC, SEC));
        assert_eq!(wide.ticks(wide.step()).count(), 14);
        let mut window = Window::default();
        window.zoom(&wide, 100.0, 20.0);
        let near = window.axis(Time(130 * SEC), 100.0, 1100.0);
        assert_eq!((near.step(), near.grid()), (500 * MS, 100 * MS));
        assert_eq!(near.snapped(3_149_000_000, false), 3_100_000_000);
        assert_eq!(near.snapped(3_149_000_000, true), 3_149_000_000);
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_zooming_out_fits() {
        let all = axis(100, 1000.0);
        let mut window = Window::default();
        window.zoom(&all, 600.0, 4.0);
        let near = window.axis(Time(100 * SEC), 100.0, 1100.0);
        assert!(near.time(600.0).0.abs_diff(50 * SEC) < 1000);
        assert!(window.is_zoomed());
        window.zoom(&near, 600.0, 0.1);
        assert!(!window.is_zoomed());
    }

    #[test]
    fn an_empty_run_has_an_axis_too() {
        let axis = Window::default().axis(Time::ZERO, 0.0, 0.0);
        assert!(axis.x(0).is_finite());
        assert_eq!(axis.time(10.0), Time::ZERO);
    }
}
