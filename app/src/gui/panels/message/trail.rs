//! Everything the record knows about one message. One pass over the record.

use flowbench_model::name::MessageName;
use flowbench_model::time::Time;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::record::EntryKind;
use flowbench_simulator::recording::Recording;

use crate::gui::story::Story;

/// The trail of a message.
pub(super) struct Trail {
    /// Its identity in this recording.
    pub(super) id: MessageId,
    /// When it was published; absent for a call.
    pub(super) published_at: Option<Time>,
    /// Its ordering key.
    pub(super) key: u64,
    /// Indices of its entries.
    pub(super) entries: Vec<usize>,
    /// From its direct cause to its origin.
    pub(super) causes: Vec<Link>,
    /// What its handling published.
    pub(super) effects: Vec<Link>,
}

/// A message that another one leads to.
pub(super) struct Link {
    /// Its name.
    pub(super) name: MessageName,
    /// Its type.
    pub(super) message_type: String,
}

/// The trail of a message; none if it does not occur in this recording.
#[must_use]
pub(super) fn of(recording: &Recording, name: &MessageName) -> Option<Trail> {
    let story = Story::of(recording);
    let record = recording.record();
    let id = story.find(name)?;
    let entries = record.entries_of(id);
    let published = entries.iter().filter_map(|index| record.entry(*index));
    let published_at = published
        .filter(|entry| matches!(entry.kind, EntryKind::Published | EntryKind::CallSent))
        .map(|entry| entry.at)
        .next();
    let link = |id: MessageId| {
        let name = story.name(id)?;
        Some(Link { name, message_type: story.type_name(id).to_owned() })
    };
    let all = (0..record.messages()).map(|index| MessageId(index as u32));
    let effects = all.filter(|other| record.lineage(*other).is_some_and(|it| it.cause == id));
    Some(Trail {
        id,
        published_at,
        key: record.lineage(id).map_or(0, |lineage| lineage.key),
        effects: effects.filter_map(link).collect(),
        causes: record.causes(id).into_iter().filter_map(link).collect(),
        entries,
    })
}
