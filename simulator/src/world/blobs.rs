//! The blob store behind claim checks: what is in it at an instant, and what became of the rest.

use std::collections::{BTreeMap, VecDeque};

use flowbench_model::time::{Span, Time};

use crate::message::MessageId;
use crate::plan::{ClassIndex, TypeIndex};

/// The payloads of messages that only say where they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct BlobStore {
    blobs: BTreeMap<MessageId, Blob>,
    /// By class, what is kept for a while, in the order in which it was stored.
    expiring: BTreeMap<ClassIndex, VecDeque<(Time, MessageId)>>,
    /// By type of message.
    counts: BTreeMap<TypeIndex, BlobCounts>,
}

#[derive(Clone, Copy, Debug)]
struct Blob {
    stored_at: Time,
    message_type: TypeIndex,
    bytes: u64,
    /// Edges on which its message is still on its way for the first time.
    under_way: usize,
    /// Whether its message ever reached a channel; if not, whether it never will.
    has_arrived: bool,
    is_orphan: bool,
}

/// What became of the blobs of a type of message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BlobCounts {
    /// Blobs that were stored.
    pub stored: Amount,
    /// Blobs that are kept.
    pub kept: Amount,
    /// Blobs whose message never reached a channel.
    pub orphaned: Amount,
    /// Orphans that are kept.
    pub orphans_kept: Amount,
    /// Blobs that went by their age.
    pub expired: u64,
    /// Blobs that a consumer deleted.
    pub deleted: u64,
    /// How often one was fetched.
    pub fetched: u64,
    /// How often one was to be fetched that was gone.
    pub dangling: u64,
}

/// A number of blobs, and their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amount {
    /// How many.
    pub count: u64,
    /// What they come to.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn remove(&mut self, bytes: u64) {
        self.count -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// What is stored of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) id: MessageId,
    pub(crate) class: ClassIndex,
    pub(crate) message_type: TypeIndex,
    pub(crate) bytes: u64,
    pub(crate) time_to_live: Option<Span>,
}

impl BlobStore {
    /// Stores a blob whose message goes over so many edges, and lets those go whose time is over.
    pub(crate) fn store(&mut self, it: Stored, edges: usize, now: Time) {
        let Stored { id, message_type, bytes, .. } = it;
        if let Some(time_to_live) = it.time_to_live {
            self.collect(it.class, time_to_live, now);
            self.expiring.entry(it.class).or_default().push_back((now, id));
        }
        let blob = Blob {
            stored_at: now,
            message_type,
            bytes,
            under_way: edges,
            has_arrived: false,
            is_orphan: false,
        };
        self.blobs.insert(id, blob);
        let counts = self.counts.entry(message_type).or_default();
        counts.stored.add(bytes);
        counts.kept.add(bytes);
    }

    fn collect(&mut self, class: ClassIndex, time_to_live: Span, now: Time) {
        let Some(queue) = self.expiring.get_mut(&class) else { return };
        while let Some((at, id)) = queue.front().copied()
            && is_over(at, time_to_live, now)
        {
            queue.pop_front();
            if let Some(blob) = self.blobs.remove(&id) {
                let counts = self.counts.entry(blob.message_type).or_default();
                counts.leave(&blob);
                counts.expired += 1;
            }
        }
    }

    /// Fetches a blob; whether it is there.
    pub(crate) fn fetch(&mut self, it: &Stored, now: Time) -> bool {
        let counts = self.counts.entry(it.message_type).or_default();
        let is_there = self.blobs.get(&it.id).is_some_and(|blob| {
            it.time_to_live.is_none_or(|length| !is_over(blob.stored_at, length, now))
        });
        match is_there {
            true => counts.fetched += 1,
            false => counts.dangling += 1,
        }
        is_there
    }

    /// A consumer deletes a blob; whether it was there.
    pub(crate) fn delete(&mut self, it: &Stored, now: Time) -> bool {
        let is_over = |blob: &Blob| {
            it.time_to_live.is_some_and(|length| is_over(blob.stored_at, length, now))
        };
        // What is over goes by its age.
        if self.blobs.get(&it.id).is_none_or(is_over) {
            return false;
        }
        if let Some(blob) = self.blobs.remove(&it.id) {
            let counts = self.counts.entry(blob.message_type).or_default();
            counts.leave(&blob);
            counts.deleted += 1;
        }
        true
    }

    /// The message of a blob reaches a channel.
    pub(crate) fn note_arrival(&mut self, id: MessageId) {
        let Some(blob) = self.blobs.get_mut(&id).filter(|blob| !blob.has_arrived) else { return };
        blob.has_arrived = true;
        if std::mem::take(&mut blob.is_orphan) {
            let counts = self.counts.entry(blob.message_type).or_default();
            counts.orphaned.remove(blob.bytes);
            counts.orphans_kept.remove(blob.bytes);
        }
    }

    /// The message of a blob is gone from one of its edges; whether that makes the blob an orphan.
    pub(crate) fn note_loss(&mut self, id: MessageId) -> bool {
        let is_new = |blob: &&mut Blob| !blob.has_arrived && !blob.is_orphan;
        let Some(blob) = self.blobs.get_mut(&id).filter(is_new) else { return false };
        blob.under_way = blob.under_way.saturating_sub(1);
        if blob.under_way > 0 {
            return false;
        }
        blob.is_orphan = true;
        let counts = self.counts.entry(blob.message_type).or_default();
        counts.orphaned.add(blob.bytes);
        counts.orphans_kept.add(blob.bytes);
        true
    }

    /// What became of the blobs of a type until an instant, given how long each class is kept.
    pub(crate) fn counts(
        &self,
        message_type: TypeIndex,
        now: Time,
        kept: impl Fn(ClassIndex) -> Option<Span>,
    ) -> BlobCounts {
        let mut counts = self.counts.get(&message_type).copied().unwrap_or_default();
        for (class, queue) in &self.expiring {
            let Some(time_to_live) = kept(*class) else { continue };
            let over = queue.iter().take_while(|(at, _)| is_over(*at, time_to_live, now));
            let blobs = over.filter_map(|(_, id)| self.blobs.get(id));
            for blob in blobs.filter(|blob| blob.message_type == message_type) {
                counts.leave(blob);
                counts.expired += 1;
            }
        }
        counts
    }

    /// Bytes in use, about.
    pub(crate) fn bytes(&self) -> usize {
        let waiting: usize = self.expiring.values().map(VecDeque::len).sum();
        (self.blobs.len() + waiting) * size_of::<(MessageId, Blob)>()
    }
}

impl BlobCounts {
    fn leave(&mut self, blob: &Blob) {
        self.kept.remove(blob.bytes);
        if blob.is_orphan {
            self.orphans_kept.remove(blob.bytes);
        }
    }
}

fn is_over(stored_at: Time, time_to_live: Span, now: Time) -> bool {
    now >= stored_at.after(time_to_live)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: u32) -> Stored {
        let time_to_live = Some(Span(10));
        Stored { id: MessageId(id), class: 0, message_type: 0, bytes: 7, time_to_live }
    }

    fn at(store: &BlobStore, now: u64) -> BlobCounts {
        store.counts(0, Time(now), |_| Some(Span(10)))
    }

    #[test]
    fn a_blob_goes_by_its_age_whether_somebody_looks_or_not() {
        let mut store = BlobStore::default();
        store.store(of(1), 1, Time(5));
        assert!(store.fetch(&of(1), Time(14)) && !store.fetch(&of(1), Time(15)));
        let counts = at(&store, 15);
        assert_eq!((counts.kept.count, counts.expired), (0, 1));
        assert_eq!((counts.fetched, counts.dangling), (1, 1));
        assert!(!store.delete(&of(1), Time(15)));
        store.store(of(2), 1, Time(15));
        assert_eq!(at(&store, 15).kept, Amount { count: 1, bytes: 7 });
        assert_eq!(at(&store, 25).expired, 2);
    }

    #[test]
    fn an_orphan_is_one_until_its_message_arrives_after_all() {
        let mut store = BlobStore::default();
        store.store(of(1), 2, Time(0));
        assert!(!store.note_loss(MessageId(1)), "it may arrive by the other edge");
        assert!(store.note_loss(MessageId(1)) && !store.note_loss(MessageId(1)));
        assert_eq!(at(&store, 0).orphaned, Amount { count: 1, bytes: 7 });
        let later = at(&store, 10);
        assert_eq!((later.orphaned.count, later.orphans_kept.count), (1, 0), "collected by age");
        store.note_arrival(MessageId(1));
        assert_eq!(at(&store, 0).orphaned, Amount::default());
        assert!(!store.note_loss(MessageId(1)), "somebody may still fetch it");
        assert!(store.delete(&of(1), Time(1)) && !store.delete(&of(1), Time(1)));
        assert_eq!(at(&store, 1).deleted, 1);
    }
}
