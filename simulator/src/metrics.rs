//! Statistics of a run: latencies of paths, without keeping the entries.

use flowbench_model::edge::EdgeKind;
use flowbench_model::time::Time;
use hdrhistogram::Histogram;

use crate::message::Message;
use crate::plan::{EdgeIndex, NodeIndex, Plan};
use crate::record::{Entry, EntryKind};

/// Latencies of a path that are kept one by one; beyond, a histogram with three significant
/// digits takes over.
const EXACT: usize = 65_536;

/// Statistics by the way.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    warm_up: Time,
    /// By edge, then by origin.
    paths: Vec<Vec<(NodeIndex, Latencies)>>,
}

/// The latencies of one path: from the publication of a chain's first message to an
/// acknowledgement.
#[derive(Clone, Debug)]
pub struct Latencies {
    exact: Vec<u64>,
    histogram: Option<Histogram<u64>>,
    count: u64,
    sum_ns: u128,
    max_ns: u64,
}

impl Metrics {
    pub(crate) fn new(plan: &Plan) -> Metrics {
        Metrics { warm_up: plan.warm_up, paths: plan.edges.iter().map(|_| Vec::new()).collect() }
    }

    #[inline]
    pub(crate) fn see(&mut self, plan: &Plan, entry: &Entry, message: Option<&Message>) {
        if entry.kind != EntryKind::Acknowledged {
            return;
        }
        let Some(message) = message else { return };
        if message.root_at < self.warm_up {
            return;
        }
        debug_assert_eq!(plan.edges[entry.place as usize].kind, EdgeKind::Subscribe);
        let latency = entry.at.since(message.root_at).0;
        let paths = &mut self.paths[entry.place as usize];
        match paths.iter_mut().find(|(origin, _)| *origin == message.root_source) {
            Some((_, latencies)) => latencies.add(latency),
            None => {
                let mut latencies = Latencies::new();
                latencies.add(latency);
                paths.push((message.root_source, latencies));
            }
        }
    }

    /// All paths: origin, subscribe edge, latencies; by edge, then in the order of first use.
    pub fn paths(&self) -> impl Iterator<Item = (NodeIndex, EdgeIndex, &Latencies)> {
        (0..).zip(&self.paths).flat_map(|(edge, origins)| {
            origins.iter().map(move |(origin, latencies)| (*origin, edge, latencies))
        })
    }
}

impl Latencies {
    fn new() -> Latencies {
        Latencies { exact: Vec::new(), histogram: None, count: 0, sum_ns: 0, max_ns: 0 }
    }

    #[inline]
    pub(crate) fn add(&mut self, latency_ns: u64) {
        self.count += 1;
        self.sum_ns += u128::from(latency_ns);
        self.max_ns = self.max_ns.max(latency_ns);
        match &mut self.histogram {
            Some(histogram) => add_to(histogram, latency_ns),
            None if self.exact.len() < EXACT => self.exact.push(latency_ns),
            None => self.begin_histogram(latency_ns),
        }
    }

    #[cold]
    fn begin_histogram(&mut self, latency_ns: u64) {
        let mut histogram =
            Histogram::new(3).expect("invariant: three significant digits are allowed");
        for one in self.exact.drain(..) {
            add_to(&mut histogram, one);
        }
        self.exact = Vec::new();
        add_to(&mut histogram, latency_ns);
        self.histogram = Some(histogram);
    }

    /// How many were measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean in nanoseconds; 0 without measurements.
    #[must_use]
    pub fn mean_ns(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum_ns as f64 / self.count as f64 }
    }

    /// The longest in nanoseconds.
    #[must_use]
    pub fn max_ns(&self) -> u64 {
        self.max_ns
    }

    /// The smallest latency that `percentile` percent do not exceed (nearest rank), in
    /// nanoseconds. Exact up to 65,536 measurements, then within 0.1 %. Cost: a sort of the exact
    /// ones.
    #[must_use]
    pub fn percentile_ns(&self, percentile: f64) -> u64 {
        if let Some(histogram) = &self.histogram {
            return histogram.value_at_percentile(percentile).min(self.max_ns);
        }
        let mut sorted = self.exact.clone();
        sorted.sort_unstable();
        let rank = libm::ceil(percentile / 100.0 * sorted.len() as f64) as usize;
        sorted.get(rank.max(1) - 1).or(sorted.last()).copied().unwrap_or(0)
    }
}

#[inline]
fn add_to(histogram: &mut Histogram<u64>, latency_ns: u64) {
    histogram.record(latency_ns).expect("invariant: the histogram grows to any value");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_at_first_and_within_a_thousandth_later() {
        let mut latencies = Latencies::new();
        for ns in (1..=120u64).rev() {
            latencies.add(ns * 1_000_000);
        }
        assert_eq!(latencies.percentile_ns(50.0), 60_000_000);
        assert_eq!(latencies.percentile_ns(99.0), 119_000_000);
        assert_eq!(latencies.percentile_ns(100.0), 120_000_000);
        for ns in 0..100_000u64 {
            latencies.add(ns * 1_000);
        }
        let median = latencies.percentile_ns(50.0) as f64;
        assert!((median / 50_060_000.0 - 1.0).abs() < 0.001, "{median}");
        assert_eq!(latencies.count(), 100_120);
    }

    #[test]
    fn nothing_measured_is_zero() {
        assert_eq!(Latencies::new().percentile_ns(99.0), 0);
        assert_eq!(Latencies::new().mean_ns(), 0.0);
    }
}
