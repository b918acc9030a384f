//! Statistics of a run: latencies of paths, without keeping the entries.

use flowbench_model::edge::EdgeKind;
use flowbench_model::promise::PromiseKind;
use flowbench_model::time::Time;

use prefetch_index::prefetch_index;

use crate::histogram::Histogram;
use crate::message::Message;
use crate::plan::{EdgeIndex, NONE, NodeIndex, Plan, PlanEdge};
use crate::record::Entry;

/// Paths that are told apart at most. In a design with more, producers of which no promise speaks
/// are counted together, so that statistics cost the same however large a design is.
const PATHS: usize = 8_192;
/// Latencies that are kept one by one: of a path, and of all paths together at most.
const EXACT: usize = 65_536;
const EXACT_IN_ALL: usize = 4_194_304;

/// Statistics by the way.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    warm_up: Time,
    /// The column of an origin, by node; those that are not told apart share the first.
    column_of: Vec<u32>,
    /// The origin of a column; [`NONE`] for the first.
    origins: Vec<NodeIndex>,
    /// The path of an edge and a column, row by row; [`NONE`] until something was measured.
    path_of: Vec<u32>,
    /// In the order of first use.
    paths: Vec<Path>,
    precision: Precision,
}

#[derive(Clone, Debug)]
struct Path {
    origin: NodeIndex,
    edge: EdgeIndex,
    latencies: Latencies,
}

/// How exactly latencies are kept: the more paths there are, the less.
#[derive(Clone, Copy, Debug)]
struct Precision {
    exact: usize,
    bits: u32,
}

/// The latencies of one path: from the publication of a chain's first message to an
/// acknowledgement.
#[derive(Clone, Debug)]
pub struct Latencies {
    count: u64,
    sum_ns: u128,
    max_ns: u64,
    precision: Precision,
    exact: Vec<u64>,
    histogram: Option<Histogram>,
}

impl Metrics {
    pub(crate) fn new(plan: &Plan) -> Metrics {
        let origins = origins(plan);
        let mut column_of = vec![0; plan.nodes.len()];
        for (column, origin) in (0..).zip(&origins).skip(1) {
            column_of[*origin as usize] = column;
        }
        let cells = plan.edges.len() * origins.len();
        let is_subscription = |edge: &&PlanEdge| edge.kind == EdgeKind::Subscribe;
        let paths = plan.edges.iter().filter(is_subscription).count() * origins.len();
        Metrics {
            warm_up: plan.warm_up,
            column_of,
            path_of: vec![NONE; cells],
            paths: Vec::new(),
            precision: Precision::of(paths),
            origins,
        }
    }

    /// Sees an acknowledgement.
    #[inline(always)]
    pub(crate) fn see(&mut self, entry: &Entry, message: Option<&Message>) {
        let Some(message) = message else { return };
        if message.root_at < self.warm_up {
            return;
        }
        let column = self.column_of[message.root_source as usize];
        let cell = entry.place as usize * self.origins.len() + column as usize;
        let latency = entry.at.since(message.root_at).0;
        match self.paths.get_mut(self.path_of[cell] as usize) {
            Some(path) => path.latencies.add(latency),
            None => self.begin_path(cell, latency),
        }
    }

    /// Expects an acknowledgement over an edge of what came from an origin: its cell at first,
    /// later its path, which the cell tells.
    #[inline(always)]
    pub(crate) fn expect(&self, edge: EdgeIndex, origin: NodeIndex, is_cell_known: bool) {
        let Some(column) = self.column_of.get(origin as usize) else { return };
        let cell = edge as usize * self.origins.len() + *column as usize;
        if !is_cell_known {
            return prefetch_index(&self.path_of, cell);
        }
        if let Some(path) = self.path_of.get(cell) {
            prefetch_index(&self.paths, *path as usize);
            prefetch_index(&self.paths, *path as usize + 1);
        }
    }

    #[cold]
    fn begin_path(&mut self, cell: usize, latency: u64) {
        let (edge, column) = (cell / self.origins.len(), cell % self.origins.len());
        let mut latencies = Latencies::new(self.precision);
        latencies.add(latency);
        self.path_of[cell] = self.paths.len() as u32;
        self.paths.push(Path { origin: self.origins[column], edge: edge as EdgeIndex, latencies });
    }

    /// All paths: origin, subscribe edge, latencies; by edge, then in the order of first use. The
    /// origin is [`NONE`] where the origins of a large design are counted together.
    pub fn paths(&self) -> impl Iterator<Item = (NodeIndex, EdgeIndex, &Latencies)> {
        let mut paths: Vec<&Path> = self.paths.iter().collect();
        paths.sort_by_key(|path| path.edge);
        paths.into_iter().map(|path| (path.origin, path.edge, &path.latencies))
    }
}

/// [`NONE`] for all that are not told apart, then those of which promises speak, then the other
/// producers, as far as there is room.
fn origins(plan: &Plan) -> Vec<NodeIndex> {
    let promises = plan.design.promises.iter().chain(&plan.scenario.promises);
    let mut origins: Vec<NodeIndex> = promises
        .filter_map(|promise| match &promise.holds {
            PromiseKind::LatencyBelow { from, .. } => plan.node_named(from.as_deref()?),
            PromiseKind::NothingLost
            | PromiseKind::NoDuplicateEffect { .. }
            | PromiseKind::OrderPerKey { .. }
            | PromiseKind::LeadsTo { .. }
            | PromiseKind::DeadLetters { .. }
            | PromiseKind::BacklogBelow { .. }
            | PromiseKind::NoTimeouts
            | PromiseKind::LedgerBalances { .. }
            | PromiseKind::SagasEnd { .. }
            | PromiseKind::StaleReads { .. }
            | PromiseKind::NeverStaler { .. }
            | PromiseKind::Published { .. } => None,
        })
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let room = (PATHS / plan.edges.len().max(1)).max(origins.len());
    let is_producer = |node: &NodeIndex| plan.nodes[*node as usize].part == NONE;
    for producer in (0..plan.nodes.len() as NodeIndex).filter(is_producer) {
        if origins.len() < room && !origins.contains(&producer) {
            origins.push(producer);
        }
    }
    origins.insert(0, NONE);
    origins
}

impl Precision {
    fn of(paths: usize) -> Precision {
        let bits = match paths {
            0..=512 => 10,
            513..=8_192 => 7,
            _ => 4,
        };
        Precision { exact: (EXACT_IN_ALL / paths.max(1)).min(EXACT), bits }
    }
}

impl Default for Precision {
    fn default() -> Precision {
        Precision::of(0)
    }
}

impl Latencies {
    fn new(precision: Precision) -> Latencies {
        let exact = Vec::new();
        Latencies { count: 0, sum_ns: 0, max_ns: 0, precision, exact, histogram: None }
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, latency_ns: u64) {
        self.count += 1;
        self.sum_ns += u128::from(latency_ns);
        self.max_ns = self.max_ns.max(latency_ns);
        match &mut self.histogram {
            Some(histogram) => histogram.add(latency_ns),
            None => self.keep(latency_ns),
        }
    }

    #[inline(always)]
    fn keep(&mut self, latency_ns: u64) {
        self.exact.push(latency_ns);
        if self.exact.len() > self.precision.exact {
            self.keep_roughly();
        }
    }

    /// From now on a histogram takes the place of what was kept one by one.
    #[cold]
    fn keep_roughly(&mut self) {
        let mut histogram = Histogram::new(self.precision.bits);
        for one in std::mem::take(&mut self.exact) {
            histogram.add(one);
        }
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

    /// All together, in nanoseconds.
    #[must_use]
    pub fn sum_ns(&self) -> u128 {
        self.sum_ns
    }

    /// The longest in nanoseconds.
    #[must_use]
    pub fn max_ns(&self) -> u64 {
        self.max_ns
    }

    /// The smallest latency that `percentile` percent do not exceed (nearest rank), in
    /// nanoseconds. Exact up to 65,536 measurements, then within 0.1 %; in designs of more than a
    /// few dozen paths, exact for fewer and then within 1 % (from 513 possible paths) or 7 % (from
    /// 8,193). Cost: a sort of the exact ones.
    #[must_use]
    pub fn percentile_ns(&self, percentile: f64) -> u64 {
        let rank = (libm::ceil(percentile / 100.0 * self.count as f64) as u64).max(1);
        if let Some(histogram) = &self.histogram {
            return histogram.at_rank(rank).min(self.max_ns);
        }
        let mut sorted = self.exact.clone();
        sorted.sort_unstable();
        sorted.get(rank as usize - 1).or(sorted.last()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_at_first_and_within_a_thousandth_later() {
        let mut latencies = Latencies::new(Precision::default());
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
        assert_eq!(Latencies::new(Precision::default()).percentile_ns(99.0), 0);
        assert_eq!(Latencies::new(Precision::default()).mean_ns(), 0.0);
    }
}
