//! Rows of cells (RFC 4180): the first row names the columns; a cell in quotes may hold separators
//! and line ends.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::parts::{Found, Part, Parts};
use super::{Step, Window};
use crate::recorded::{Fields, Separator};

/// The columns of a file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Bytes of the row that names them, with what is before it.
    pub(super) head_length: usize,
    separator: Separator,
    names: Vec<String>,
    time: Option<Column>,
    key: Option<Column>,
    payload: Option<Column>,
    event_type: Option<Column>,
    size: Option<Column>,
}

/// One column: its place and its name.
#[derive(Clone, Debug)]
struct Column {
    index: usize,
    name: String,
}

/// What is needed while rows are read: the text of the cells, and where each ends.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    reader: Option<Reader>,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// What reading a row came to.
enum Row {
    More,
    Whole { length: usize },
}

impl Columns {
    /// The columns that the first row of a file names, and those of them that a design wants.
    pub(super) fn new(
        separator: Separator,
        fields: &Fields,
        head: &[u8],
    ) -> Result<Columns, String> {
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let blank = head[mark..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = mark + blank;
        let mut scratch = Scratch::default();
        let row = scratch.row(Window { bytes: &head[start..], is_last: true }, separator);
        let Row::Whole { length } = row else {
            return Err("expected a first row that names the columns, found nothing".to_owned());
        };
        let names: Vec<String> = (0..scratch.ends.len())
            .map(|index| String::from_utf8_lossy(scratch.cell(index)).trim().to_owned())
            .collect();
        let column = |wanted: &Option<String>| column(&names, wanted.as_deref());
        Ok(Columns {
            head_length: start + length,
            separator,
            time: column(&fields.time)?,
            key: column(&fields.key)?,
            payload: column(&fields.payload)?,
            event_type: column(&fields.event_type)?,
            size: column(&fields.size)?,
            names,
        })
    }

    pub(super) fn has_type(&self) -> bool {
        self.event_type.is_some()
    }

    pub(super) fn has_time(&self) -> bool {
        self.time.is_some()
    }

    /// The next row.
    pub(super) fn step<'a>(&'a self, window: Window<'a>, scratch: &'a mut Scratch) -> Step<'a> {
        let blank = window.bytes.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
        if blank > 0 {
            return Step::Blank(blank);
        }
        if window.bytes.is_empty() {
            return if window.is_last { Step::End } else { Step::More };
        }
        match scratch.row(window, self.separator) {
            Row::More => Step::More,
            Row::Whole { length } => {
                let is_end = length == window.bytes.len() && window.is_last;
                let quotes = window.bytes[..length].iter().filter(|byte| **byte == b'"');
                let parts = if is_end && quotes.count() % 2 == 1 {
                    Err("expected a quotation mark that closes the cell, found the end".to_owned())
                } else {
                    self.parts(scratch, length)
                };
                Step::Event { before: 0, length, after: 0, parts }
            }
        }
    }

    fn parts<'a>(&'a self, scratch: &'a Scratch, length: usize) -> Result<Parts<'a>, String> {
        if scratch.ends.len() != self.names.len() {
            let (wanted, found) = (self.names.len(), scratch.ends.len());
            return Err(format!("expected {wanted} cells as in the first row, found {found}"));
        }
        let part = |column: &'a Option<Column>| -> Result<Part<'a>, String> {
            let Some(column) = column else {
                return Ok(Part { place: "", found: Found::Nothing });
            };
            Ok(Part { place: &column.name, found: found(scratch.text_of(column.index)?) })
        };
        let wanted = |column: &'a Option<Column>| -> Result<Option<Part<'a>>, String> {
            column.is_some().then(|| part(column)).transpose()
        };
        let payload = match &self.payload {
            Some(column) => Some(scratch.text_of(column.index)?),
            None => None,
        };
        Ok(Parts {
            time: part(&self.time)?,
            key: wanted(&self.key)?,
            event_type: part(&self.event_type)?,
            size: wanted(&self.size)?,
            missing_payload: None,
            payload,
            payload_bytes: payload.map_or(length, str::len),
        })
    }

    /// What a row says: the JSON of its payload column, else an object with a field for each cell
    /// that is not empty.
    pub(super) fn payload(&self, row: &[u8]) -> Result<Value, String> {
        let mut scratch = Scratch::default();
        scratch.row(Window { bytes: row, is_last: true }, self.separator);
        if scratch.ends.len() != self.names.len() {
            return Err(format!("expected {} cells", self.names.len()));
        }
        if let Some(column) = &self.payload {
            return Ok(value(scratch.text_of(column.index)?, true));
        }
        let mut object = Map::new();
        for (index, name) in self.names.iter().enumerate() {
            let cell = scratch.text_of(index)?;
            if !cell.is_empty() {
                object.insert(name.clone(), value(cell, false));
            }
        }
        Ok(Value::Object(object))
    }
}

impl Scratch {
    /// Reads the row at the beginning of the window.
    fn row(&mut self, window: Window<'_>, separator: Separator) -> Row {
        let build = || ReaderBuilder::new().delimiter(separator.byte()).build();
        let mut reader = self.reader.take().unwrap_or_else(build);
        reader.reset();
        // Cells never take more than they do in the file; room for them grows with the rows.
        let (mut taken, mut filled, mut cells) = (0, 0, 0);
        let whole = loop {
            self.text.resize(self.text.len().max(filled + 256), 0);
            self.ends.resize(self.ends.len().max(cells + 16), 0);
            let input = &window.bytes[taken..];
            let (result, read, written, ended) =
                reader.read_record(input, &mut self.text[filled..], &mut self.ends[cells..]);
            (taken, filled, cells) = (taken + read, filled + written, cells + ended);
            match result {
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if window.is_last => {}
                ReadRecordResult::InputEmpty => break false,
                ReadRecordResult::Record => break true,
                ReadRecordResult::End => break false,
            }
        };
        self.reader = Some(reader);
        self.ends.truncate(cells);
        if whole { Row::Whole { length: taken } } else { Row::More }
    }

    fn cell(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    fn text_of(&self, index: usize) -> Result<&str, String> {
        std::str::from_utf8(self.cell(index))
            .map_err(|_| format!("expected UTF-8 in cell {}, found another byte", index + 1))
    }
}

fn column(names: &[String], wanted: Option<&str>) -> Result<Option<Column>, String> {
    let Some(wanted) = wanted else { return Ok(None) };
    match names.iter().position(|name| name == wanted) {
        Some(index) => Ok(Some(Column { index, name: wanted.to_owned() })),
        None => {
            let there = names.join("`, `");
            Err(format!("expected a column `{wanted}`; the first row names `{there}`"))
        }
    }
}

fn found(cell: &str) -> Found<'_> {
    if cell.is_empty() { Found::Nothing } else { Found::Text(Cow::Borrowed(cell)) }
}

/// A cell as JSON: numbers, `true` and `false` as such (and all JSON where a payload stands),
/// anything else as text.
fn value(cell: &str, is_payload: bool) -> Value {
    match serde_json::from_str(cell) {
        Ok(value @ (Value::Number(_) | Value::Bool(_))) if cell == cell.trim() => value,
        Ok(value @ (Value::Object(_) | Value::Array(_) | Value::Null | Value::String(_)))
            if is_payload =>
        {
            value
        }
        Ok(_) | Err(_) => Value::String(cell.to_owned()),
    }
}
