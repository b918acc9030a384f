//! A sample under a scenario, run to its end, and questions to its record.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use flowbench::beside::recorded_names;
use flowbench_model::change::changed;
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::scenario::Change;
use flowbench_model::schema::Schemas;
use flowbench_model::time::{Span, Time};
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::record::{DropReason, Entry, EntryKind};
use flowbench_simulator::recorded::open_in;
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::recording::Recording;
use flowbench_simulator::report::{PathReport, Report, SubscriptionReport};

use crate::places::{shown, text, top};

/// A finished run of a sample.
pub(crate) struct Story {
    pub(crate) recording: Recording,
}

/// Reads a design file, or says where it is wrong.
pub(crate) fn design(path: &Path) -> Design {
    match native::read(&text(path)) {
        Ok(document) => document.design,
        Err(error) => panic!("{}: {error}", shown(path)),
    }
}

/// Runs a design, with the schemas beside its file, under one of its scenarios.
pub(crate) fn run(path: &Path, design: &Design, scenario: &str, seed: u64) -> Recording {
    let scenario = design.scenario(Some(scenario)).expect("the design has the scenario");
    let (schemas, recorded) = (schemas(path, design), recorded(path, design));
    let open = |file: &str| open_in(&recorded, file);
    let surroundings = Surroundings { schemas: &schemas, open: &open };
    let plan: Arc<Plan> = Plan::compile_with(design, scenario, seed, &surroundings)
        .unwrap_or_else(|findings| panic!("{}: {findings:#?}", scenario.name));
    Recording::make(plan, Keep::Everything, |_| true).expect("nobody cancels the run")
}

/// The schema files of a design.
pub(crate) fn schemas(path: &Path, design: &Design) -> Schemas {
    let folder = path.parent().expect("a design lies in a folder");
    let versions = design.messages.iter().flat_map(|message| &message.versions);
    versions
        .filter_map(|version| version.schema.file())
        .map(|file| (file.to_owned(), text(&folder.join(file))))
        .collect()
}

/// The recorded files of a design.
fn recorded(path: &Path, design: &Design) -> BTreeMap<String, Vec<u8>> {
    let folder = path.parent().expect("a design lies in a folder");
    let names = recorded_names(design).into_iter();
    names.map(|name| (name.clone(), text(&folder.join(&name)).into_bytes())).collect()
}

impl Story {
    /// `samples/{file}` under a scenario with its own seed.
    pub(crate) fn of(file: &str, scenario: &str) -> Story {
        Story::with(file, scenario, &[])
    }

    /// The same with properties set, as `--set` does.
    pub(crate) fn with(file: &str, scenario: &str, changes: &[(&str, &str)]) -> Story {
        let changes: Vec<Change> = changes
            .iter()
            .map(|(set, to)| Change { set: (*set).to_owned(), to: (*to).to_owned() })
            .collect();
        let path = top().join("samples").join(file);
        let design = design(&path);
        let design = changed(&design, &changes).expect("the changes fit the sample");
        let seed = design.scenario(Some(scenario)).expect("the design has the scenario").seed;
        Story { recording: run(&path, &design, scenario, seed) }
    }

    pub(crate) fn report(&self) -> &Report {
        self.recording.report()
    }

    pub(crate) fn subscription(&self, edge: &str) -> &SubscriptionReport {
        let found = self.report().subscriptions.iter().find(|one| one.edge == edge);
        found.unwrap_or_else(|| panic!("no subscription {edge}"))
    }

    pub(crate) fn path_to(&self, consumer: &str) -> &PathReport {
        let found = self.report().paths.iter().find(|one| one.to == consumer);
        found.unwrap_or_else(|| panic!("no path to {consumer}"))
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.recording.record().entries_from(0)
    }

    /// When something happened on an edge.
    pub(crate) fn times(&self, kind: EntryKind, edge: &str) -> Vec<Time> {
        let place = self.recording.plan().edge_named(edge).expect("the edge exists");
        let hits = self.entries().filter(|entry| entry.kind == kind && entry.place == place);
        hits.map(|entry| entry.at).collect()
    }

    /// From the publication of the chain's first message to each acknowledgement on an edge.
    pub(crate) fn latencies(&self, edge: &str) -> Vec<Span> {
        let record = self.recording.record();
        let place = self.recording.plan().edge_named(edge).expect("the edge exists");
        self.entries()
            .filter(|entry| entry.kind == EntryKind::Acknowledged && entry.place == place)
            .map(|entry| {
                let origin = record.causes(entry.message).last().copied().unwrap_or(entry.message);
                let first = record.entries_of(origin)[0];
                entry.at.since(record.entry(first).expect("the entry exists").at)
            })
            .collect()
    }

    /// How many messages of each partition are not settled, after each instant that changes it.
    /// For logs whose publishers choose the partition: the remainder of the key.
    pub(crate) fn lags(&self, channel: &str, partitions: u64) -> Vec<Vec<(Time, u64)>> {
        let plan = self.recording.plan();
        let channel = plan.node_named(channel).expect("the channel exists");
        let mut keys = BTreeMap::new();
        let mut lags = vec![vec![(Time(0), 0u64)]; partitions as usize];
        for entry in self.entries() {
            let place = entry.place as usize;
            let is_of_channel = plan.edges.get(place).is_some_and(|edge| edge.from == channel);
            let settled = [EntryKind::Acknowledged, EntryKind::DeadLettered, EntryKind::Dropped];
            if entry.kind == EntryKind::Published {
                keys.insert(entry.message, entry.detail);
            }
            let change = if entry.kind == EntryKind::Arrived && entry.place == channel {
                1
            } else if settled.contains(&entry.kind) && is_of_channel {
                -1
            } else {
                continue;
            };
            let lag = &mut lags[(keys[&entry.message] % partitions) as usize];
            let (at, before) = *lag.last().expect("each begins with one");
            if at == entry.at {
                lag.pop();
            }
            lag.push((entry.at, before.strict_add_signed(change)));
        }
        lags
    }

    /// How many messages wait in a channel at an instant, and the owners of its partitions.
    pub(crate) fn inside(&self, channel: &str, at_ms: u64) -> (u64, Vec<String>) {
        let plan = self.recording.plan();
        let channel = plan.node_named(channel).expect("the channel exists");
        let run = self.recording.at(Time(at_ms * 1_000_000));
        let inside = run.inside(channel, 0);
        let [only] = &inside[..] else { panic!("one subscription") };
        let name = |edge: u32| plan.nodes[plan.edges[edge as usize].to as usize].name.clone();
        let owners = only.partitions.iter().map(|it| it.owner.map_or(String::new(), name));
        (only.ready, owners.collect())
    }

    /// How many calls wait at a consumer at an instant.
    pub(crate) fn waiting_calls(&self, consumer: &str, at_ms: u64) -> usize {
        let run = self.recording.at(Time(at_ms * 1_000_000));
        let node = run.plan().node_named(consumer).expect("the consumer is there");
        run.waiting_calls(node)
    }

    /// How many messages wait in a channel at each of these instants, seen in one walk.
    pub(crate) fn waiting(&self, channel: &str, at_ms: impl Iterator<Item = u64>) -> Vec<u64> {
        let plan = self.recording.plan();
        let channel = plan.node_named(channel).expect("the channel exists");
        let mut silent = Recorder::new(plan, Keep::Nothing);
        let mut at_ms = at_ms.peekable();
        let first = at_ms.peek().copied().expect("there is an instant");
        let mut run = self.recording.at(Time(first * 1_000_000));
        let waiting = at_ms.map(|at_ms| {
            run.advance_to(Time(at_ms * 1_000_000), &mut silent);
            run.inside(channel, 0).iter().map(|inside| inside.ready).sum()
        });
        waiting.collect()
    }

    /// When messages were dropped, and why.
    pub(crate) fn drops(&self, reason: DropReason) -> Vec<Time> {
        let is_it =
            |entry: &Entry| entry.kind == EntryKind::Dropped && entry.detail == u64::from(reason);
        self.entries().filter(is_it).map(|entry| entry.at).collect()
    }

    /// The first instant from `from` on when no message of a channel waits for, or is in work at,
    /// the consumer at the end of `edge`; `ends` says which entries take one away.
    pub(crate) fn first_empty(
        &self,
        channel: &str,
        edge: &str,
        ends: EntryKind,
        from: Time,
    ) -> Time {
        let plan = self.recording.plan();
        let channel = plan.node_named(channel).expect("the channel exists");
        let edge = plan.edge_named(edge).expect("the edge exists");
        let mut there = 0i64;
        for entry in self.entries() {
            if entry.kind == EntryKind::Arrived && entry.place == channel {
                there += 1;
            }
            if entry.kind == ends && entry.place == edge {
                there -= 1;
                if there == 0 && entry.at >= from {
                    return entry.at;
                }
            }
        }
        panic!("never empty");
    }
}

/// Instants of whole milliseconds.
pub(crate) fn at_ms(ms: &[u64]) -> Vec<Time> {
    ms.iter().map(|ms| Time(ms * 1_000_000)).collect()
}

/// The largest of some sizes, and when it was reached.
pub(crate) fn peak(sizes: &[(Time, u64)]) -> (Time, u64) {
    let first = *sizes.first().expect("there are some");
    sizes.iter().fold(first, |best, one| if one.1 > best.1 { *one } else { best })
}

/// The size at an instant.
pub(crate) fn size_at(sizes: &[(Time, u64)], at_ms: u64) -> u64 {
    let until = sizes.partition_point(|(at, _)| at.0 <= at_ms * 1_000_000);
    sizes[until - 1].1
}
