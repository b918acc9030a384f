//! Independent replications: what runs of one scenario with different luck have in common, and
//! how two variants differ under the same luck.

use crate::report::Report;
use crate::statistics::Estimate;

/// What a number of a report is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measure {
    /// A path, a subscription, or all messages.
    pub subject: String,
    /// Which number of it.
    pub what: &'static str,
    /// What it counts.
    pub unit: Unit,
}

impl Measure {
    pub(crate) const WAITING: &str = "waiting on average";
    pub(crate) const PRESENT: &str = "there on average";
    pub(crate) const UTILIZATION: &str = "utilization";
    pub(crate) const LATENCY: &str = "mean latency";
}

/// What a measure counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Messages, copies or attempts.
    Messages,
    /// Nanoseconds.
    Nanoseconds,
    /// A share of a whole, from 0 to 1.
    Share,
}

impl Unit {
    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Unit::Messages => "messages",
            Unit::Nanoseconds => "ns",
            Unit::Share => "share",
        }
    }
}

/// A measure over all replications in which it could be taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// What was measured.
    pub measure: Measure,
    /// The value in each replication, by position; `None` where there was nothing to measure.
    pub values: Vec<Option<f64>>,
}

impl Summary {
    /// The mean over the replications; `None` from fewer than two.
    #[must_use]
    pub fn estimate(&self, confidence: f64) -> Option<Estimate> {
        let values: Vec<f64> = self.values.iter().flatten().copied().collect();
        Estimate::of(&values, confidence)
    }

    /// How much more another variant measured, replication by replication under the same luck,
    /// which cancels what both owe to it (common random numbers; A. M. Law, "Simulation Modeling
    /// and Analysis", section 11.2); `None` from fewer than two pairs.
    #[must_use]
    pub fn difference(&self, other: &Summary, confidence: f64) -> Option<Estimate> {
        let pairs = self.values.iter().zip(&other.values);
        let differences: Vec<f64> =
            pairs.filter_map(|(one, two)| Some((*two)? - (*one)?)).collect();
        Estimate::of(&differences, confidence)
    }
}

/// The measures of some runs of one scenario, in the order of their first report.
#[must_use]
pub fn summaries(reports: &[Report]) -> Vec<Summary> {
    let mut summaries: Vec<Summary> = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        for (measure, value) in measured(report) {
            let place = summaries.iter().position(|it| it.measure == measure);
            let place = place.unwrap_or_else(|| {
                summaries.push(Summary { measure, values: vec![None; reports.len()] });
                summaries.len() - 1
            });
            summaries[place].values[at] = Some(value);
        }
    }
    summaries
}

/// What a report says in numbers that luck decides.
fn measured(report: &Report) -> Vec<(Measure, f64)> {
    let mut measured = Vec::new();
    let mut note = |subject: &str, what, unit, value| {
        measured.push((Measure { subject: subject.to_owned(), what, unit }, value));
    };
    let books = &report.messages;
    for (what, count) in [
        ("published", books.published),
        ("redelivered", books.redelivered),
        ("acknowledged", books.acknowledged),
        ("dead letters", books.dead_lettered),
        ("expired", books.expired),
        ("dropped", books.dropped),
    ] {
        note("all messages", what, Unit::Messages, count as f64);
    }
    for it in &report.subscriptions {
        note(&it.edge, "redelivered", Unit::Messages, it.redelivered as f64);
        note(&it.edge, "dead letters", Unit::Messages, it.dead_lettered as f64);
        note(&it.edge, "longest backlog", Unit::Messages, it.backlog_max as f64);
        note(&it.edge, Measure::WAITING, Unit::Messages, it.waiting_mean);
        note(&it.edge, Measure::PRESENT, Unit::Messages, it.present_mean);
    }
    for it in &report.consumers {
        note(&it.consumer, Measure::UTILIZATION, Unit::Share, it.utilization);
    }
    for it in &report.paths {
        let subject = format!("{} … {} -> {}", it.from, it.channel, it.to);
        note(&subject, Measure::LATENCY, Unit::Nanoseconds, it.mean_ns);
        note(&subject, "median latency", Unit::Nanoseconds, it.p50_ns as f64);
        note(&subject, "99th percentile", Unit::Nanoseconds, it.p99_ns as f64);
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(values: &[f64]) -> Summary {
        let measure = Measure { subject: "a".to_owned(), what: "published", unit: Unit::Messages };
        Summary { measure, values: values.iter().map(|it| Some(*it)).collect() }
    }

    #[test]
    fn a_difference_under_the_same_luck_is_more_exact_than_its_parts() {
        let (one, two) = (summary(&[10.0, 20.0, 30.0]), summary(&[11.0, 21.0, 31.5]));
        let difference = one.difference(&two, 0.95).expect("three pairs");
        assert!((difference.mean - 1.166_67).abs() < 1e-4);
        assert!(difference.half_width < one.estimate(0.95).expect("three").half_width / 10.0);
        assert!(!difference.contains(0.0), "they differ");
    }

    #[test]
    fn what_could_not_be_measured_counts_in_no_mean() {
        let mut one = summary(&[1.0, 2.0, 3.0]);
        one.values[1] = None;
        assert_eq!(one.estimate(0.95).map(|it| (it.count, it.mean)), Some((2, 2.0)));
        assert_eq!(one.difference(&summary(&[1.0, 9.0, 3.0]), 0.95).map(|it| it.mean), Some(0.0));
    }
}
