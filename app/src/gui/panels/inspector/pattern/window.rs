//! Fields of windows.

use flowbench_model::design::Design;
use flowbench_model::pattern::window::{LateEvents, Window, Windows};
use flowbench_model::time::Span;

use crate::gui::panels::inspector::{consumer, expression, names};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::segmented::{Choice, choice};

const LATES: [Choice<LateEvents>; 2] = [
    choice(LateEvents::Drop, "Drop", "Nothing comes of it; it is counted"),
    choice(LateEvents::Divert, "Divert", "It is published on (side output)"),
];

/// Its rows.
pub(super) fn rows(form: &mut Form, design: &Design, window: &mut Window) {
    windows(form, &mut window.windows);
    let explanation = "When it happened, in ms since the run began; empty: when it was published";
    expression::optional(form, "Event time", explanation, &mut window.event_time, &[]);
    let explanation = "What has windows of its own; empty: each ordering key; 0: all together";
    expression::optional(form, "Grouping", explanation, &mut window.grouping, &[]);
    let explanation = "What is added up; empty: 1 for each message";
    expression::optional(form, "Value", explanation, &mut window.value, &[]);
    let explanation = "How far the watermark stays behind the newest event time";
    form.value("Disorder", explanation, &mut window.out_of_orderness);
    let explanation = "A source that is silent for so long does not hold the watermark back; \
                       empty: it does for ever";
    form.optional("Idle after", explanation, &mut window.idle_after);
    let explanation = "How long after its end a window still takes what is late";
    form.value("Lateness", explanation, &mut window.allowed_lateness);
    let explanation = "What becomes of a message that is too late";
    form.choose("Too late", explanation, &mut window.late, &LATES);
    let messages = names::messages(design);
    let names: (&[String], &[&str]) = (&messages, &["window"]);
    form.nested("result", |form| {
        form.note("Published for each window:");
        consumer::emissions(form, design, names, &mut window.emits);
    });
    if window.late == LateEvents::Divert {
        form.nested("late", |form| {
            form.note("Published for a message that is too late:");
            consumer::emissions(form, design, names, &mut window.emits_late);
        });
    }
}

fn windows(form: &mut Form, windows: &mut Windows) {
    let minute = Span::from_secs(60);
    let kinds = [
        (Windows::Tumbling { size: minute, offset: Span::ZERO }, "tumbling: one after the other"),
        (
            Windows::Hopping { size: minute, slide: Span::from_secs(10) },
            "hopping: a new one every so often",
        ),
        (Windows::Sliding { difference: minute }, "sliding: around each message"),
        (Windows::Session { gap: minute }, "session: until nothing comes"),
    ];
    let is_alike = |kind: &Windows| std::mem::discriminant(kind) == std::mem::discriminant(windows);
    let mut index = kinds.iter().position(|(kind, _)| is_alike(kind)).unwrap_or(0);
    let before = index;
    let titles: Vec<(usize, String)> =
        kinds.iter().enumerate().map(|(at, (_, title))| (at, (*title).to_owned())).collect();
    form.pick("Windows", "Which windows there are", &mut index, &titles);
    if index != before {
        *windows = kinds[index].0.clone();
    }
    match windows {
        Windows::Tumbling { size, offset } => {
            form.value("Size", "How long each is", size);
            form.value("Offset", "How much later they begin", offset);
        }
        Windows::Hopping { size, slide } => {
            form.value("Size", "How long each is", size);
            form.value("Slide", "From the start of one to that of the next", slide);
        }
        Windows::Sliding { difference } => {
            form.value("Difference", "How far apart two messages of one may be", difference);
        }
        Windows::Session { gap } => form.value("Gap", "How long nothing comes between two", gap),
    }
}
