//! Entries and lineage as columns of numbers, for packing.

use flowbench_model::time::Time;

use super::{Entry, EntryKind, Lineage};
use crate::message::MessageId;
use crate::packed::{COLUMNS, Row};
use crate::plan::{NodeIndex, TypeIndex};

impl Row for Entry {
    type Tag = EntryKind;

    #[inline]
    fn split(&self) -> ([u64; COLUMNS], EntryKind) {
        let columns = [
            self.at.0,
            self.detail,
            column_of(self.message),
            u64::from(self.place),
            u64::from(self.attempt),
        ];
        (columns, self.kind)
    }

    #[inline]
    fn join([at, detail, message, place, attempt]: [u64; COLUMNS], kind: EntryKind) -> Entry {
        Entry {
            at: Time(at),
            detail,
            message: message_of(message),
            place: place as u32,
            attempt: attempt as u16,
            kind,
        }
    }
}

impl Row for Lineage {
    type Tag = ();

    #[inline]
    fn split(&self) -> ([u64; COLUMNS], ()) {
        let columns = [
            self.key,
            u64::from(self.source),
            u64::from(self.number),
            column_of(self.cause),
            u64::from(self.message_type),
        ];
        (columns, ())
    }

    #[inline]
    fn join([key, source, number, cause, message_type]: [u64; COLUMNS], (): ()) -> Lineage {
        Lineage {
            key,
            source: source as NodeIndex,
            number: number as u32,
            cause: message_of(cause),
            message_type: message_type as TypeIndex,
        }
    }
}

/// The column of an entry that says which message.
pub(super) const MESSAGE: usize = 2;

/// No message is 0 and not the largest number there is, so that it costs no bytes.
#[inline]
pub(super) fn column_of(message: MessageId) -> u64 {
    u64::from(message.0.wrapping_add(1))
}

#[inline]
fn message_of(column: u64) -> MessageId {
    MessageId((column as u32).wrapping_sub(1))
}
