//! Claim checks: payloads that are stored before their messages are published, and fetched before
//! these are handled.

use super::Engine;
use crate::message::Message;
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::{EntryKind, Failure};
use crate::world::Task;
use crate::world::blobs::Stored;

/// Positions of the states on the card.
const STORED: u64 = 0;
const FETCHED: u64 = 1;
const DELETED: u64 = 2;
const ORPHAN: u64 = 4;

impl Engine<'_> {
    /// What is stored of a message, if its payload is; and whether its consumer deletes it.
    fn blob(&self, message: &Message) -> Option<(Stored, bool)> {
        let class = self.plan.classes.get(message.class as usize)?;
        let check = class.claim_check.as_ref()?;
        let stored = Stored {
            id: message.id,
            class: message.class,
            message_type: class.message_type,
            bytes: self.payload_bytes(message, class.payload_bytes),
            time_to_live: check.time_to_live,
        };
        Some((stored, check.deleted_by_consumer))
    }

    /// What a payload comes to: what was recorded of it, else what its type says.
    fn payload_bytes(&self, message: &Message, of_type: u64) -> u64 {
        match self.plan.content.has_sizes {
            true => self.world.content.bytes_recorded(message.id).unwrap_or(of_type),
            false => of_type,
        }
    }

    fn note_blob(&mut self, node: NodeIndex, message: &Message, attempt: u32, state: u64) {
        self.note(EntryKind::Blob, node, attempt, state, message);
    }

    /// The payload of a message is stored before it is published on some edges.
    #[inline]
    pub(super) fn store_blob(&mut self, message: &Message, edges: &[EdgeIndex]) {
        if self.plan.has_claim_checks
            && !edges.is_empty()
            && let Some((blob, _)) = self.blob(message)
        {
            self.world.blobs.store(blob, edges.len(), self.world.now);
            self.note_blob(message.source, message, 0, STORED);
        }
    }

    /// A message reaches a channel: whoever gets it can fetch what belongs to it.
    #[inline]
    pub(super) fn note_arrival_of_blob(&mut self, message: &Message) {
        if self.plan.has_claim_checks {
            self.world.blobs.note_arrival(message.id);
        }
    }

    /// A message is gone: if it never reached a channel, its blob is an orphan.
    #[inline]
    pub(super) fn note_loss_of_blob(&mut self, message: &Message) {
        if self.plan.has_claim_checks && self.world.blobs.note_loss(message.id) {
            self.note_blob(message.source, message, 0, ORPHAN);
        }
    }

    /// Whether a consumer that is about to begin cannot fetch what it needs; the attempt fails
    /// then.
    #[inline]
    pub(super) fn finds_no_blob(&mut self, slot: u32) -> bool {
        if !self.plan.has_claim_checks {
            return false;
        }
        let work = &self.world.works[slot];
        let node = self.plan.consumers[work.consumer as usize].node;
        let (task, attempt) = (work.task, self.world.attempt_in(work));
        let Some((blob, _)) = self.blob(&attempt.message) else { return false };
        if let Task::Call(_) = task {
            return false;
        }
        if self.world.blobs.fetch(&blob, self.world.now) {
            self.note_blob(node, &attempt.message, attempt.number, FETCHED);
            return false;
        }
        self.fail_at_once(slot, Failure::Dangling);
        true
    }

    /// A consumer has handled a message, and deletes the blob if it is to.
    #[inline]
    pub(super) fn delete_blob(&mut self, node: NodeIndex, task: Task, message: &Message) {
        if !self.plan.has_claim_checks || matches!(task, Task::Call(_)) {
            return;
        }
        if let Some((blob, true)) = self.blob(message)
            && self.world.blobs.delete(&blob, self.world.now)
        {
            self.note_blob(node, message, 0, DELETED);
        }
    }
}
