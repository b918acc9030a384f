//! Files of recorded events: where their bytes come from, and what a plan knows of them. How far a
//! run has read them is part of its world.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use flowbench_model::formats::recorded::{BadLine, Cursor, End, Event, Piece, Reader, Window};
use flowbench_model::recorded::{BadLines, Pace, Recorded};
use flowbench_model::time::Span;
use serde_json::Value;

use crate::rng::mix;

/// Bytes that are read at a time.
pub const WINDOW: usize = 128 << 10;
/// Bytes at the beginning of a file that are looked at to learn how to read it.
pub const HEAD: usize = 64 << 10;

/// A recorded file, wherever it is. The same bytes come from the same offsets for as long as it is
/// there; if it changes, reading fails.
pub trait Source: fmt::Debug + Send + Sync {
    /// The bytes from an offset on: as many as `limit`, fewer only at the end.
    ///
    /// # Errors
    /// If they cannot be read, or are others than before: one sentence.
    fn read(&self, offset: u64, limit: usize) -> Result<Vec<u8>, String>;

    /// What stands for all that is in it.
    fn content(&self) -> Content;
}

/// Opens a recorded file by the path that a design names; what prevents it is one sentence.
pub type Open<'a> = &'a dyn Fn(&str) -> Result<Arc<dyn Source>, String>;

/// What stands for the bytes of a file: the same for the same bytes on every machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Content {
    /// How many they are.
    pub bytes: u64,
    /// Their hash.
    pub hash: u64,
}

/// Makes a [`Content`] of bytes that come in parts; how they are parted makes no difference.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    content: Content,
    /// Bytes that are no whole word yet.
    rest: [u8; 8],
}

impl Digest {
    /// Takes the next bytes.
    pub fn take(&mut self, mut bytes: &[u8]) {
        let mut held = (self.content.bytes % 8) as usize;
        self.content.bytes += bytes.len() as u64;
        while held > 0 && !bytes.is_empty() {
            self.rest[held] = bytes[0];
            (held, bytes) = ((held + 1) % 8, &bytes[1..]);
            if held == 0 {
                self.content.hash = mixed(self.content.hash, self.rest);
            }
        }
        let (words, rest) = bytes.as_chunks::<8>();
        self.content.hash = words.iter().fold(self.content.hash, |hash, it| mixed(hash, *it));
        self.rest[held..held + rest.len()].copy_from_slice(rest);
    }

    /// What stands for all that was taken.
    #[must_use]
    pub fn end(mut self) -> Content {
        let held = (self.content.bytes % 8) as usize;
        self.rest[held..].fill(0);
        self.content.hash = mix(mixed(self.content.hash, self.rest) ^ self.content.bytes);
        self.content
    }
}

fn mixed(hash: u64, word: [u8; 8]) -> u64 {
    (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.hash)
    }
}

/// A recorded file that is all in memory.
impl Source for Vec<u8> {
    fn read(&self, offset: u64, limit: usize) -> Result<Vec<u8>, String> {
        let rest = self.get(offset as usize..).unwrap_or_default();
        Ok(rest[..rest.len().min(limit)].to_vec())
    }

    fn content(&self) -> Content {
        let mut digest = Digest::default();
        digest.take(self);
        digest.end()
    }
}

/// What a plan knows of a recorded workload.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    pub(crate) recorded: Recorded,
    pub(crate) content: Content,
    source: Arc<dyn Source>,
    reader: Reader,
    pub(crate) first: Cursor,
}

impl Replay {
    /// Opens the file of a workload of this message.
    pub(crate) fn open(recorded: &Recorded, message: &str, open: Open) -> Result<Replay, String> {
        let source = open(&recorded.file)?;
        let head = source.read(0, HEAD)?;
        let reader = Reader::new(recorded, message, &head)
            .map_err(|bad| format!("`{}`, {bad}", recorded.file))?;
        let first = reader.start(&head);
        let content = source.content();
        Ok(Replay { recorded: recorded.clone(), source, content, reader, first })
    }

    /// Reads the piece that begins at a cursor.
    pub(crate) fn read(&self, cursor: &Cursor) -> Piece {
        let mut limit = WINDOW;
        loop {
            let bytes = match self.source.read(cursor.offset, limit) {
                Ok(bytes) => bytes,
                Err(expected) => return unreadable(cursor, expected),
            };
            let window = Window { bytes: &bytes, is_last: bytes.len() < limit };
            let mut piece = self.reader.read(cursor, window);
            if let (Some(End::Bad(bad)), BadLines::Skip) = (&piece.end, self.recorded.bad_lines) {
                piece.skipped.push(bad.clone());
                piece.end = Some(End::File);
            }
            if piece.next.offset > cursor.offset || piece.end.is_some() {
                return piece;
            }
            limit *= 4;
        }
    }

    /// What an event says, read from the file.
    pub(crate) fn payload(&self, event: &Event) -> Result<Value, String> {
        let bytes = self.source.read(event.offset, event.length as usize)?;
        self.reader.payload(&bytes)
    }

    /// When an event is published that is the `index`-th.
    pub(crate) fn due(&self, event: &Event, first_ns: i64, index: u64) -> Span {
        let passed = event.at_ns.abs_diff(first_ns);
        match self.recorded.pace {
            Pace::Original => Span(passed),
            Pace::Times(times) => Span((passed as f64 / times) as u64),
            Pace::Evenly(rate) => rate.occurrence(index),
        }
    }
}

fn unreadable(cursor: &Cursor, expected: String) -> Piece {
    let end = Some(End::Bad(BadLine { line: cursor.lines + 1, expected }));
    Piece { events: Vec::new(), skipped: Vec::new(), others: 0, next: *cursor, end }
}

/// Files that are all in memory, by path.
pub fn open_in(files: &BTreeMap<String, Vec<u8>>, file: &str) -> Result<Arc<dyn Source>, String> {
    match files.get(file) {
        Some(bytes) => Ok(Arc::new(bytes.clone())),
        None => Err(format!("there is no file `{file}`")),
    }
}
