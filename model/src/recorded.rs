//! Recorded events: what a design says about a file of them that a producer publishes again. How
//! such files are read stands in [`crate::formats::recorded`].

use serde::{Deserialize, Serialize};

use crate::message::is_default;
use crate::time::Rate;

/// A file of events that were recorded, to be published again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The file; the path is relative to the design's folder and stays inside it.
    pub file: String,
    /// How the events stand in it.
    pub format: RecordedFormat,
    /// Which of the events are published: those of this type. The name of the message if absent.
    /// Without a place for the type every event is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Where the parts of an event stand, as far as the format does not say so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fields: Fields,
    /// How fast they are published.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pace: Pace,
    /// What becomes of the run at a line that cannot be read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bad_lines: BadLines,
}

/// How recorded events stand in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RecordedFormat {
    /// One CloudEvent in JSON on each line (structured mode).
    CloudEvents,
    /// An array of CloudEvents in JSON (batched mode).
    CloudEventsBatch,
    /// One JSON object on each line.
    JsonLines,
    /// Rows of cells; the first row names the columns.
    Csv(Separator),
}

/// What separates the cells of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Separator {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tabulator.
    Tab,
}

/// Where the parts of an event stand: JSON pointers (`/data/orderId`) into the event, or names of
/// columns.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    /// When it happened. CloudEvents: `/time` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// How that is written.
    #[serde(skip_serializing_if = "is_default")]
    pub time_form: TimeForm,
    /// Its ordering key; if absent, the workload gives keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it says. CloudEvents: `/data` if absent; other formats: all of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Its type. CloudEvents: `/type` if absent; other formats: events have no types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Its size in bytes; that of its payload as it stands in the file if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

/// How the times of events are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum TimeForm {
    /// Date and time with the offset from UTC (RFC 3339): `2026-03-01T08:00:00.25Z`.
    #[default]
    DateTime,
    /// Seconds since any beginning, with decimals if there are any.
    Seconds,
    /// Milliseconds since any beginning.
    Milliseconds,
    /// Microseconds since any beginning.
    Microseconds,
    /// Nanoseconds since any beginning.
    Nanoseconds,
}

/// How fast recorded events are published.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Pace {
    /// As fast as they happened.
    #[default]
    Original,
    /// So many times as fast as they happened.
    Times(f64),
    /// Evenly, whenever they happened.
    Evenly(Rate),
}

/// What becomes of a run at a line of a recorded file that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum BadLines {
    /// The run ends there and says so.
    #[default]
    Stop,
    /// The line is left out and counted.
    Skip,
}

impl Recorded {
    /// All events of a file as they stand in it.
    pub fn new(file: impl Into<String>, format: RecordedFormat) -> Recorded {
        Recorded {
            file: file.into(),
            format,
            event_type: None,
            fields: Fields::default(),
            pace: Pace::default(),
            bad_lines: BadLines::default(),
        }
    }
}

impl RecordedFormat {
    /// Whether its events are CloudEvents.
    #[must_use]
    pub fn is_cloud_events(self) -> bool {
        match self {
            RecordedFormat::CloudEvents | RecordedFormat::CloudEventsBatch => true,
            RecordedFormat::JsonLines | RecordedFormat::Csv(_) => false,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RecordedFormat::CloudEvents => "CloudEvents, one a line",
            RecordedFormat::CloudEventsBatch => "CloudEvents, an array",
            RecordedFormat::JsonLines => "JSON lines",
            RecordedFormat::Csv(Separator::Comma) => "CSV with commas",
            RecordedFormat::Csv(Separator::Semicolon) => "CSV with semicolons",
            RecordedFormat::Csv(Separator::Tab) => "CSV with tabulators",
        }
    }
}

impl Separator {
    /// The byte it is.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab => b'\t',
        }
    }
}

impl Pace {
    /// Whether it depends on when events happened.
    #[must_use]
    pub fn needs_times(self) -> bool {
        match self {
            Pace::Original | Pace::Times(_) => true,
            Pace::Evenly(_) => false,
        }
    }
}
