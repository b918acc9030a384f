//! What became of recorded files in a run.

use serde::Serialize;

use crate::run::Run;

/// What became of a recorded file in a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecordedReport {
    /// Name of the producer.
    pub producer: String,
    /// The file, as the design names it.
    pub file: String,
    /// What stands for its content, 16 hexadecimal digits.
    pub content_hash: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Events that were published, or would have been if the producer had been up.
    pub events: u64,
    /// Lines that were left out because they could not be read.
    pub skipped: u64,
    /// The first of them.
    pub first_skipped: Vec<SkippedLine>,
}

/// A line of a recorded file that was left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SkippedLine {
    /// Counted from 1.
    pub line: u64,
    /// What was expected.
    pub expected: String,
}

/// What became of each recorded file.
pub(crate) fn reports(run: &Run) -> Vec<RecordedReport> {
    let plan = run.plan();
    let replayed = plan.workloads.iter().zip(&run.world().workloads);
    let of_files = replayed.filter_map(|(workload, state)| {
        let replay = plan.replays.get(workload.replay as usize)?;
        let (skipped, first) = run.world().replays[workload.replay as usize].skipped();
        let told = first.into_iter().map(|it| SkippedLine { line: it.line, expected: it.expected });
        Some(RecordedReport {
            producer: plan.nodes[workload.producer as usize].name.clone(),
            file: replay.recorded.file.clone(),
            content_hash: replay.content.to_string(),
            bytes: replay.content.bytes,
            events: state.done,
            skipped,
            first_skipped: told.collect(),
        })
    });
    of_files.collect()
}

/// The sentence about the line at which a run stopped.
pub(crate) fn stop_sentence(run: &Run) -> String {
    let states = run.plan().replays.iter().zip(&run.world().replays);
    let mut stopped = states.filter_map(|(replay, state)| {
        let bad = state.stopped_at()?;
        Some(format!("`{}`, {bad}", replay.recorded.file))
    });
    let line = stopped.next().unwrap_or_else(|| "a recorded file cannot be read".to_owned());
    format!("{line}; correct the line, or leave out what cannot be read (`bad_lines: Skip`)")
}
