//! Files of recorded events: bytes in, events out, and for each line that is none what was
//! expected there. A file is read a piece at a time; [`Cursor`] is all that has to be known to go
//! on, so that reading takes the same memory however long the file is.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::recorded::{BadLines, Recorded, RecordedFormat};

mod batch;
mod cloud_events;
mod csv;
pub mod guess;
pub(super) mod instant;
mod json_lines;
mod parts;
mod pointer;

use csv::Columns;
use parts::{Parts, PartsError};
use pointer::Pointers;

/// The longest event that is read, in bytes.
pub const EVENT_LIMIT: usize = 16 << 20;
/// Events, and lines that are none, after which a piece ends at the latest.
pub const PIECE: usize = 1024;

/// One event of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// The line it begins on, counted from 1.
    pub line: u64,
    /// The byte of the file it begins at.
    pub offset: u64,
    /// Its bytes in the file.
    pub length: u32,
    /// When it happened, in nanoseconds since 1970 or whatever the file counts from; 0 where
    /// nobody needs to know.
    pub at_ns: i64,
    /// Its ordering key, if the file says it: a number as it is, other text by its hash.
    pub key: Option<u64>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A line that is no event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadLine {
    /// Counted from 1.
    pub line: u64,
    /// What was expected, and what was found.
    pub expected: String,
}

/// How far a file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// The next byte.
    pub offset: u64,
    /// Line ends before it.
    pub lines: u64,
    /// When the first event of the file happened, of whatever type.
    pub first_ns: Option<i64>,
    /// When the last event happened.
    last_ns: Option<i64>,
    /// What was last in an array of events.
    array: batch::Stage,
}

/// Some bytes of a file, from a cursor on.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Whether the file ends with them.
    pub is_last: bool,
}

/// A piece of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Its events.
    pub events: Vec<Event>,
    /// Its lines that are none and were left out.
    pub skipped: Vec<BadLine>,
    /// Events of other types.
    pub others: u64,
    /// Where the next piece begins. The same as before if the window was too small for one event.
    pub next: Cursor,
    /// Why there is no next piece.
    pub end: Option<End>,
}

/// Why nothing comes after a piece.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// The file is over.
    File,
    /// Nothing is read beyond this line.
    Bad(BadLine),
}

/// How the events of a file are read.
#[derive(Clone, Debug)]
pub struct Reader {
    format: RecordedFormat,
    places: Places,
    /// The type of events that are wanted, if they have types.
    event_type: Option<String>,
    form: crate::recorded::TimeForm,
    has_times: bool,
    stops: bool,
}

/// Where the parts of events stand.
#[derive(Clone, Debug)]
enum Places {
    Json(Pointers),
    Cells(Columns),
}

/// What stands next in a window.
enum Step<'a> {
    /// Not a whole event.
    More,
    /// Nothing.
    End,
    /// Nothing any more that can be read: so many lines further on, what was expected.
    Broken(u64, String),
    /// So many bytes that mean nothing.
    Blank(usize),
    /// An event after so many bytes that mean nothing, of so many bytes, followed by so many.
    Event { before: usize, length: usize, after: usize, parts: Result<Parts<'a>, PartsError> },
}

impl Reader {
    /// Prepares for a file that begins with `head`; a row that names columns must be in it.
    ///
    /// # Errors
    /// If the design asks for something that such a file cannot have, or that this one has not.
    pub fn new(recorded: &Recorded, message: &str, head: &[u8]) -> Result<Reader, BadLine> {
        let bad = |expected| BadLine { line: 1, expected };
        let places = match recorded.format {
            RecordedFormat::CloudEvents | RecordedFormat::CloudEventsBatch => {
                Places::Json(cloud_events::pointers(&recorded.fields).map_err(bad)?)
            }
            RecordedFormat::JsonLines => {
                Places::Json(json_lines::pointers(&recorded.fields).map_err(bad)?)
            }
            RecordedFormat::Csv(separator) => {
                Places::Cells(Columns::new(separator, &recorded.fields, head).map_err(bad)?)
            }
        };
        let (has_types, has_time) = match &places {
            Places::Json(pointers) => (pointers.has_type(), pointers.has_time()),
            Places::Cells(columns) => (columns.has_type(), columns.has_time()),
        };
        if recorded.pace.needs_times() && !has_time {
            let expected = "a place for the times of events (`fields: (time: …)`), or a pace that \
                            needs none, such as `pace: Evenly(\"10/s\")`";
            return Err(bad(format!("expected {expected}")));
        }
        let wanted = recorded.event_type.as_deref().unwrap_or(message);
        Ok(Reader {
            format: recorded.format,
            places,
            event_type: has_types.then(|| wanted.to_owned()),
            form: recorded.fields.time_form,
            has_times: has_time && recorded.pace.needs_times(),
            stops: recorded.bad_lines == BadLines::Stop,
        })
    }

    /// The same for events of any type.
    #[must_use]
    pub fn of_any_type(self) -> Reader {
        Reader { event_type: None, ..self }
    }

    /// Where the first piece begins.
    #[must_use]
    pub fn start(&self, head: &[u8]) -> Cursor {
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        match &self.places {
            Places::Json(_) => Cursor { offset: mark, ..Cursor::default() },
            Places::Cells(columns) => Cursor {
                offset: columns.head_length as u64,
                lines: line_ends(&head[..columns.head_length.min(head.len())]),
                ..Cursor::default()
            },
        }
    }

    /// Reads the piece that begins at a cursor, from the bytes there.
    #[must_use]
    pub fn read(&self, cursor: &Cursor, window: Window<'_>) -> Piece {
        let mut piece =
            Piece { events: Vec::new(), skipped: Vec::new(), others: 0, next: *cursor, end: None };
        let mut scratch = csv::Scratch::default();
        let mut at = 0;
        while piece.events.len() + piece.skipped.len() < PIECE && piece.end.is_none() {
            let rest = Window { bytes: &window.bytes[at..], is_last: window.is_last };
            let step = self.step(rest, &mut piece.next.array, &mut scratch);
            match self.take(step, &mut piece, rest.bytes) {
                ControlFlow::Continue(length) => at += length,
                ControlFlow::Break(()) => break,
            }
        }
        piece
    }

    fn step<'a>(
        &'a self,
        window: Window<'a>,
        stage: &mut batch::Stage,
        scratch: &'a mut csv::Scratch,
    ) -> Step<'a> {
        match (&self.places, self.format) {
            (Places::Cells(columns), _) => columns.step(window, scratch),
            (Places::Json(pointers), RecordedFormat::CloudEventsBatch) => {
                batch::step(window, stage, pointers)
            }
            (Places::Json(pointers), _) => json_lines::step(window, pointers),
        }
    }

    /// Takes one step into the piece: the bytes that it takes, or that there is none.
    fn take(&self, step: Step<'_>, piece: &mut Piece, rest: &[u8]) -> ControlFlow<(), usize> {
        let next = &mut piece.next;
        let (before, length, after, parts) = match step {
            Step::More if rest.len() < EVENT_LIMIT => return ControlFlow::Break(()),
            Step::More => {
                let expected = format!("expected an event of at most {} MiB", EVENT_LIMIT >> 20);
                piece.end = Some(End::Bad(BadLine { line: next.lines + 1, expected }));
                return ControlFlow::Break(());
            }
            Step::End => {
                piece.end = Some(End::File);
                return ControlFlow::Break(());
            }
            Step::Broken(lines, expected) => {
                let line = next.lines + lines + 1;
                piece.end = Some(End::Bad(BadLine { line, expected }));
                return ControlFlow::Break(());
            }
            Step::Blank(length) => {
                next.offset += length as u64;
                next.lines += line_ends(&rest[..length]);
                return ControlFlow::Continue(length);
            }
            Step::Event { before, length, after, parts } => (before, length, after, parts),
        };
        let line = next.lines + line_ends(&rest[..before]) + 1;
        let offset = next.offset + before as u64;
        let taken = before + length + after;
        match self.event(parts, next) {
            Ok(Some((at_ns, key, bytes))) => {
                let length = length as u32;
                piece.events.push(Event { line, offset, length, at_ns, key, bytes });
            }
            Ok(None) => piece.others += 1,
            Err(expected) if self.stops => {
                piece.end = Some(End::Bad(BadLine { line, expected }));
                return ControlFlow::Break(());
            }
            Err(expected) => piece.skipped.push(BadLine { line, expected }),
        }
        piece.next.offset += taken as u64;
        piece.next.lines += line_ends(&rest[..taken]);
        ControlFlow::Continue(taken)
    }

    /// Time, key and size of an event; nothing if it is of another type.
    fn event(
        &self,
        parts: Result<Parts<'_>, PartsError>,
        cursor: &mut Cursor,
    ) -> Result<Option<(i64, Option<u64>, u64)>, String> {
        let parts = parts?;
        let is_wanted = match &self.event_type {
            Some(wanted) => parts.event_type()? == *wanted,
            None => true,
        };
        if !is_wanted && (cursor.first_ns.is_some() || !self.has_times) {
            return Ok(None);
        }
        let at_ns = if self.has_times { parts.time(self.form)? } else { 0 };
        if !is_wanted {
            cursor.first_ns = Some(at_ns);
            return Ok(None);
        }
        parts.payload_is_there()?;
        let (key, bytes) = (parts.key()?, parts.bytes()?);
        if let Some(last) = cursor.last_ns.or(cursor.first_ns).filter(|last| at_ns < *last) {
            return Err(format!(
                "expected a time that is not before that of the event before; it is {} earlier",
                crate::time::Span(last.abs_diff(at_ns))
            ));
        }
        cursor.first_ns.get_or_insert(at_ns);
        cursor.last_ns = Some(at_ns);
        Ok(Some((at_ns, key, bytes)))
    }

    /// What an event says, from its bytes in the file.
    ///
    /// # Errors
    /// If these bytes are no such event.
    pub fn payload(&self, event: &[u8]) -> Result<Value, String> {
        match &self.places {
            Places::Json(pointers) => {
                let parts = pointers.parts(event)?;
                serde_json::from_str(parts.payload.unwrap_or("null")).map_err(|it| it.to_string())
            }
            Places::Cells(columns) => columns.payload(event),
        }
    }

    /// The type of an event, from its bytes in the file; nothing if such events have none.
    #[must_use]
    pub fn type_of(&self, event: &[u8]) -> Option<String> {
        let window = Window { bytes: event, is_last: true };
        let mut scratch = csv::Scratch::default();
        let step = match &self.places {
            Places::Json(pointers) => json_lines::step(window, pointers),
            Places::Cells(columns) => columns.step(window, &mut scratch),
        };
        match step {
            Step::Event { parts, .. } => parts.ok()?.event_type().ok().map(|it| it.into_owned()),
            Step::More | Step::End | Step::Broken(..) | Step::Blank(_) => None,
        }
    }
}

/// The beginning of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the file ends with them.
    pub is_whole: bool,
}

/// The beginnings of recorded files by the path that the design names.
pub type Heads = BTreeMap<String, Head>;

impl Head {
    /// What is in it: its events and its bad lines, of the first [`PIECE`] of them.
    #[must_use]
    pub fn read(&self, reader: &Reader) -> Piece {
        let start = reader.start(&self.bytes);
        let bytes = self.bytes.get(start.offset as usize..).unwrap_or_default();
        reader.read(&start, Window { bytes, is_last: self.is_whole })
    }

    /// The bytes of one of its events.
    #[must_use]
    pub fn event(&self, event: &Event) -> &[u8] {
        let rest = self.bytes.get(event.offset as usize..).unwrap_or_default();
        &rest[..rest.len().min(event.length as usize)]
    }
}

/// Reads a whole text at once: its events, and its bad lines.
#[must_use]
pub fn read_all(reader: &Reader, text: &[u8]) -> Piece {
    let mut all = reader.read(&reader.start(text), from(text, reader.start(text).offset));
    while all.end.is_none() {
        let piece = reader.read(&all.next, from(text, all.next.offset));
        all.events.extend(piece.events);
        all.skipped.extend(piece.skipped);
        all.others += piece.others;
        (all.next, all.end) = (piece.next, piece.end);
    }
    all
}

fn from(text: &[u8], offset: u64) -> Window<'_> {
    Window { bytes: text.get(offset as usize..).unwrap_or_default(), is_last: true }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.expected)
    }
}

#[cfg(test)]
mod tests;
