//! A recorded file: where it is, how it is read, and how fast its events are published.

use flowbench_model::recorded::{
    BadLines, Fields, Pace, Recorded, RecordedFormat, Separator, TimeForm,
};
use flowbench_model::schema::why_outside;
use flowbench_model::time::{NS_PER_SEC, Rate, Span};

use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

const FORMATS: [RecordedFormat; 6] = [
    RecordedFormat::CloudEvents,
    RecordedFormat::CloudEventsBatch,
    RecordedFormat::JsonLines,
    RecordedFormat::Csv(Separator::Comma),
    RecordedFormat::Csv(Separator::Semicolon),
    RecordedFormat::Csv(Separator::Tab),
];

const TIME_FORMS: [(TimeForm, &str); 5] = [
    (TimeForm::DateTime, "date and time (RFC 3339)"),
    (TimeForm::Seconds, "seconds"),
    (TimeForm::Milliseconds, "milliseconds"),
    (TimeForm::Microseconds, "microseconds"),
    (TimeForm::Nanoseconds, "nanoseconds"),
];

const BAD_LINES: [Choice<BadLines>; 2] = [
    choice(BadLines::Stop, "Stop", "The run ends at a line that cannot be read, and says so"),
    choice(BadLines::Skip, "Skip", "A line that cannot be read is left out and counted"),
];

#[derive(Clone, Copy, PartialEq)]
enum PaceKind {
    Original,
    Times,
    Evenly,
}

const PACES: [Choice<PaceKind>; 3] = [
    choice(PaceKind::Original, "Original", "As fast as the events happened"),
    choice(PaceKind::Times, "Scaled", "So many times as fast as they happened"),
    choice(PaceKind::Evenly, "Even", "Evenly, whenever they happened"),
];

/// Rows of a recorded file.
pub(super) fn rows(form: &mut Form, recorded: &mut Recorded) {
    let explanation = "Path relative to the folder of the design, such as recorded/orders.jsonl";
    form.checked("File", explanation, &mut recorded.file, |path| {
        why_outside(path).map_or(Ok(()), |why| Err(why.to_owned()))
    });
    let formats = FORMATS.map(|format| (format, format.word().to_owned()));
    form.pick("Format", "How the events stand in the file", &mut recorded.format, &formats);
    let explanation = "Only events of this type; empty: the name of the message";
    form.optional("Event type", explanation, &mut recorded.event_type);
    places(form, recorded.format, &mut recorded.fields);
    pace(form, &mut recorded.pace);
    let explanation = "What becomes of the run at a line that cannot be read";
    form.choose("Bad lines", explanation, &mut recorded.bad_lines, &BAD_LINES);
}

fn places(form: &mut Form, format: RecordedFormat, fields: &mut Fields) {
    let (time, payload, event_type) = match format {
        RecordedFormat::CloudEvents | RecordedFormat::CloudEventsBatch => (
            "When it happened, as a JSON pointer; empty: /time",
            "What it says, as a JSON pointer; empty: /data",
            "Its type, as a JSON pointer; empty: /type",
        ),
        RecordedFormat::JsonLines => (
            "When it happened, as a JSON pointer such as /at; empty: nowhere",
            "What it says, as a JSON pointer such as /body; empty: all of the line",
            "Its type, as a JSON pointer; empty: events have no types",
        ),
        RecordedFormat::Csv(_) => (
            "When it happened: the name of a column; empty: nowhere",
            "What it says: the name of a column; empty: all cells of the row",
            "Its type: the name of a column; empty: events have no types",
        ),
    };
    form.optional("Time", time, &mut fields.time);
    let forms = TIME_FORMS.map(|(form, word)| (form, word.to_owned()));
    form.pick("Time as", "How times are written", &mut fields.time_form, &forms);
    let explanation = "Its ordering key; empty: the workload gives keys";
    form.optional("Key", explanation, &mut fields.key);
    form.optional("Payload", payload, &mut fields.payload);
    form.optional("Type", event_type, &mut fields.event_type);
    let explanation = "Its size in bytes; empty: that of its payload";
    form.optional("Size", explanation, &mut fields.size);
}

fn pace(form: &mut Form, pace: &mut Pace) {
    let mut kind = match pace {
        Pace::Original => PaceKind::Original,
        Pace::Times(_) => PaceKind::Times,
        Pace::Evenly(_) => PaceKind::Evenly,
    };
    let before = kind;
    form.choose("Pace", "How fast the events are published", &mut kind, &PACES);
    if kind != before {
        *pace = match kind {
            PaceKind::Original => Pace::Original,
            PaceKind::Times => Pace::Times(10.0),
            PaceKind::Evenly => Pace::Evenly(Rate { count: 10, per: Span(NS_PER_SEC) }),
        };
    }
    match pace {
        Pace::Original => {}
        Pace::Times(times) => {
            let explanation = "10 is ten times as fast as it happened, 0.5 half as fast";
            form.parsed("Times", explanation, times, |text| match text.trim().parse::<f64>() {
                Ok(times) if times.is_finite() && times > 0.0 => Ok(times),
                Ok(_) | Err(_) => Err(format!("expected a number above 0, found `{text}`")),
            });
        }
        Pace::Evenly(rate) => form.value("Rate", "Such as 10/s, 3/min or 9/10ms", rate),
    }
}
