//! The area under a number that changes with time: what an average over time is made of.

use flowbench_model::time::Time;

/// A number of things, summed over time in whole nanoseconds. Only changes are noted: each thing
/// adds the instant at which it goes and takes away that at which it came, and what is still there
/// is counted when somebody asks. Sums wrap, differences of instants do not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Area(u128);

impl Area {
    /// One more from now on.
    #[inline(always)]
    pub(crate) fn rise(&mut self, now: Time) {
        self.0 = self.0.wrapping_sub(u128::from(now.0));
    }

    /// One less from now on.
    #[inline(always)]
    pub(crate) fn fall(&mut self, now: Time) {
        self.0 = self.0.wrapping_add(u128::from(now.0));
    }

    /// So many less from now on.
    pub(crate) fn fall_by(&mut self, count: u64, now: Time) {
        self.0 = self.0.wrapping_add(u128::from(count) * u128::from(now.0));
    }

    /// The area from the beginning until now, where `count` things are there now.
    pub(crate) fn until(self, now: Time, count: u64) -> u128 {
        self.0.wrapping_add(u128::from(count) * u128::from(now.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_what_the_steps_add_up_to() {
        let mut area = Area::default();
        area.rise(Time(3));
        area.rise(Time(5));
        assert_eq!(area.until(Time(5), 2), 2, "one for two nanoseconds");
        area.fall(Time(10));
        assert_eq!(area.until(Time(10), 1), 2 + 2 * 5);
        assert_eq!(area.until(Time(11), 1), 2 + 2 * 5 + 1);
        area.rise(Time(12));
        area.fall_by(2, Time(14));
        assert_eq!(area.until(Time(u64::MAX), 0), 2 + 2 * 5 + 2 + 2 * 2);
    }

    #[test]
    fn an_area_beyond_64_bits_is_exact() {
        let (mut area, year) = (Area::default(), 31_557_600_000_000_000);
        for _ in 0..1_000_000 {
            area.rise(Time(1));
        }
        assert_eq!(area.until(Time(year + 1), 1_000_000), 1_000_000 * u128::from(year));
    }
}
