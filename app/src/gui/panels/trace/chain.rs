//! The messages of a chain in the order of their causes, and the phases of each.

use std::collections::BTreeMap;

use flowbench_model::name::MessageName;
use flowbench_model::time::Time;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::{Entry, EntryKind};
use flowbench_simulator::recording::Recording;

use crate::gui::story::Story;

/// Messages that are shown at most; a chain can be as long as the run.
const MOST: usize = 400;

/// What becomes of one origin.
pub(super) struct Chain {
    /// The instant at which the origin was published.
    pub(super) start: Time,
    /// The last thing that happened.
    pub(super) end: Time,
    /// Each message after its cause.
    pub(super) links: Vec<Link>,
}

/// One message of a chain.
pub(super) struct Link {
    /// Its name.
    pub(super) name: MessageName,
    /// Its type.
    pub(super) message_type: String,
    /// How many causes are before it.
    pub(super) depth: usize,
    /// When it was published.
    pub(super) published_at: Time,
    /// What it did from when to when.
    pub(super) phases: Vec<(Phase, Time, Time)>,
}

/// What a copy of a message does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// It is on an edge.
    Travel,
    /// It waits in a channel.
    Wait,
    /// It is in work.
    Work,
    /// It waits for its next attempt.
    Retry,
    /// It is a dead letter.
    DeadLetter,
}

impl Phase {
    /// Every phase.
    pub(super) const ALL: [Phase; 5] =
        [Phase::Travel, Phase::Wait, Phase::Work, Phase::Retry, Phase::DeadLetter];

    /// Its name.
    pub(super) fn title(self) -> &'static str {
        match self {
            Phase::Travel => "on the way",
            Phase::Wait => "waiting",
            Phase::Work => "in work",
            Phase::Retry => "waiting for retry",
            Phase::DeadLetter => "dead letter",
        }
    }
}

/// The chain of the origin of a message. Cost: one pass over the messages, and what it takes to
/// find the entries of each member.
#[must_use]
pub(super) fn of(recording: &Recording, name: &MessageName) -> Option<Chain> {
    let story = Story::of(recording);
    let record = recording.record();
    let id = story.find(name)?;
    let root = record.causes(id).last().copied().unwrap_or(id);
    let members = members(recording, root);
    let of = |id| record.entries_of(id).into_iter().filter_map(|at| record.entry(at)).collect();
    let entries: BTreeMap<MessageId, Vec<Entry>> =
        members.iter().map(|(id, _)| (*id, of(*id))).collect();
    let end = recording.plan().end;
    let last = entries.values().flatten().map(|entry| entry.at).max()?;
    let depths: BTreeMap<MessageId, usize> = members.into_iter().collect();
    let mut links = Vec::new();
    for id in in_order(recording, root, &depths) {
        let happened = entries.get(&id).map_or(&[][..], Vec::as_slice);
        let Some(first) = happened.first() else { continue };
        links.push(Link {
            name: story.name(id)?,
            message_type: story.type_name(id).to_owned(),
            depth: depths.get(&id).copied().unwrap_or(0),
            published_at: first.at,
            phases: phases(happened, end),
        });
    }
    let start = links.first()?.published_at;
    Some(Chain { start, end: last, links })
}

/// Everything that came of a message, with its depth; by identity. A message has a later identity
/// than its cause, so that one pass finds all.
fn members(recording: &Recording, root: MessageId) -> Vec<(MessageId, usize)> {
    let record = recording.record();
    let mut members = vec![(root, 0)];
    for index in root.0 as usize + 1..record.messages() {
        let id = MessageId(index as u32);
        let Some(lineage) = record.lineage(id) else { break };
        if let Ok(cause) = members.binary_search_by_key(&lineage.cause, |(id, _)| *id) {
            members.push((id, members[cause].1 + 1));
            if members.len() == MOST {
                break;
            }
        }
    }
    members
}

/// Each message directly before what it caused.
fn in_order(
    recording: &Recording,
    root: MessageId,
    members: &BTreeMap<MessageId, usize>,
) -> Vec<MessageId> {
    let mut effects: BTreeMap<MessageId, Vec<MessageId>> = BTreeMap::new();
    for id in members.keys().filter(|id| **id != root) {
        if let Some(lineage) = recording.record().lineage(*id) {
            effects.entry(lineage.cause).or_default().push(*id);
        }
    }
    let mut order = Vec::new();
    let mut ahead = vec![root];
    while let Some(id) = ahead.pop() {
        order.push(id);
        ahead.extend(effects.get(&id).into_iter().flatten().rev());
    }
    order
}

/// The phases between the entries of one message. Copies on several subscriptions overlap.
fn phases(entries: &[Entry], end: Time) -> Vec<(Phase, Time, Time)> {
    let mut phases = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(phase) = phase(entry.kind) else { continue };
        let next = entries[index + 1..].iter().find(|next| ends(entry, next));
        phases.push((phase, entry.at, next.map_or(end, |next| next.at)));
    }
    phases
}

/// The phase that an entry begins.
fn phase(kind: EntryKind) -> Option<Phase> {
    match kind {
        EntryKind::Published | EntryKind::CallSent => Some(Phase::Travel),
        EntryKind::Arrived
        | EntryKind::Returned
        | EntryKind::LeaseExpired
        | EntryKind::Replayed
        | EntryKind::Awaits
        | EntryKind::Redriven => Some(Phase::Wait),
        EntryKind::Delivered | EntryKind::CallServed => Some(Phase::Work),
        EntryKind::RetryScheduled => Some(Phase::Retry),
        EntryKind::DeadLettered => Some(Phase::DeadLetter),
        EntryKind::Duplicated
        | EntryKind::Refused
        | EntryKind::Handled
        | EntryKind::Advised
        | EntryKind::Assigned
        | EntryKind::Flagged
        | EntryKind::Continued
        | EntryKind::Moved
        | EntryKind::Row
        | EntryKind::Blob
        | EntryKind::Acknowledged
        | EntryKind::AcknowledgedLate
        | EntryKind::Suppressed
        | EntryKind::Failed
        | EntryKind::Expired
        | EntryKind::Dropped
        | EntryKind::CallReturned
        | EntryKind::CallFailed
        | EntryKind::ReplyTimedOut
        | EntryKind::FaultStarted
        | EntryKind::FaultEnded
        | EntryKind::Struck
        | EntryKind::CallRejected
        | EntryKind::RetryDenied
        | EntryKind::BreakerOpened
        | EntryKind::BreakerHalfOpened
        | EntryKind::BreakerClosed
        | EntryKind::Throttled
        | EntryKind::ScaleOrdered
        | EntryKind::Scaled
        | EntryKind::Acted => None,
    }
}

/// Whether a later entry ends the phase that an entry began: what waits in a channel for anybody
/// ends by any delivery, everything else on its own edge.
fn ends(entry: &Entry, next: &Entry) -> bool {
    let on_a_channel = matches!(entry.kind, EntryKind::Published | EntryKind::Arrived);
    if on_a_channel {
        let is_arrival = next.kind == EntryKind::Arrived && entry.kind == EntryKind::Published;
        let is_delivery = next.kind == EntryKind::Delivered;
        let is_end = matches!(next.kind, EntryKind::Expired | EntryKind::Dropped);
        return is_arrival || is_delivery || is_end;
    }
    entry.place == next.place
}
