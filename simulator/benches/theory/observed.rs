//! What the record of a run shows of single messages.

use std::collections::BTreeMap;

use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{Entry, EntryKind, Record};

/// Lengths of time of the messages that came after the warm-up, in nanoseconds.
pub(crate) struct Observed {
    /// From the arrival in the first channel to the beginning of work, shortest first, for each
    /// producer in the order of their edges.
    pub(crate) waits: Vec<Vec<u64>>,
    /// From the arrival to the last acknowledgement, of messages whose copies all had theirs.
    pub(crate) sojourns: Vec<u64>,
}

/// What is known of a message.
struct Trace {
    edge: u32,
    arrived: Option<Time>,
    delivered: Option<Time>,
    settled: Option<Time>,
    /// Copies that were acknowledged.
    copies: u32,
}

impl Observed {
    pub(super) fn of(plan: &Plan, record: &Record) -> Observed {
        let mut traces: Vec<Trace> = Vec::new();
        record.entries_from(0).for_each(|entry| note(&mut traces, &entry));
        let all_copies = traces.iter().map(|it| it.copies).max().unwrap_or(0);
        let mut waits: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        let mut sojourns = Vec::new();
        for trace in traces {
            let Some(arrived) = trace.arrived.filter(|at| *at >= plan.warm_up) else { continue };
            if let Some(delivered) = trace.delivered {
                waits.entry(trace.edge).or_default().push(delivered.since(arrived).0);
            }
            if let Some(settled) = trace.settled.filter(|_| trace.copies == all_copies) {
                sojourns.push(settled.since(arrived).0);
            }
        }
        let mut waits: Vec<Vec<u64>> = waits.into_values().collect();
        waits.iter_mut().for_each(|it| it.sort_unstable());
        Observed { waits, sojourns }
    }

    pub(crate) fn mean_wait(&self, producer: usize) -> f64 {
        mean(&self.waits[producer])
    }

    /// The smallest wait that a share of all does not exceed.
    pub(crate) fn wait_at(&self, share: f64) -> f64 {
        let rank = libm::ceil(share * self.waits[0].len() as f64) as usize;
        self.waits[0][rank.max(1) - 1] as f64
    }

    /// The share of messages that had to wait.
    pub(crate) fn waiting_share(&self) -> f64 {
        let count = self.waits[0].iter().filter(|wait| **wait > 0).count();
        count as f64 / self.waits[0].len() as f64
    }

    pub(crate) fn mean_sojourn(&self) -> f64 {
        mean(&self.sojourns)
    }
}

fn mean(values: &[u64]) -> f64 {
    values.iter().map(|it| u128::from(*it)).sum::<u128>() as f64 / values.len() as f64
}

/// Messages are numbered as they are published.
fn note(traces: &mut Vec<Trace>, entry: &Entry) {
    if entry.kind == EntryKind::Published {
        assert_eq!(entry.message.0 as usize, traces.len(), "numbers follow each other");
        let edge = entry.place;
        return traces.push(Trace {
            edge,
            arrived: None,
            delivered: None,
            settled: None,
            copies: 0,
        });
    }
    let Some(trace) = traces.get_mut(entry.message.0 as usize) else { return };
    if entry.kind == EntryKind::Arrived {
        trace.arrived.get_or_insert(entry.at);
    } else if entry.kind == EntryKind::Delivered {
        trace.delivered.get_or_insert(entry.at);
    } else if entry.kind == EntryKind::Acknowledged {
        trace.settled = Some(entry.at);
        trace.copies += 1;
    }
}
