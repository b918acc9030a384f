//! Every parameter of a channel or of a preset, by group: its value, who says so, and a way back.

use egui::Id;
use flowbench_model::change::with_parameter;
use flowbench_model::channel::{Channel, Group, Kind, Parameter, Semantics};
use flowbench_model::preset::card::{Card, Origin, Row};

use super::contract::backoff;
use crate::gui::theme::Colors;
use crate::gui::widgets::form::{Form, Mark};
use crate::gui::widgets::{search, segmented};

/// Which parameters are listed.
#[derive(Clone, Copy, PartialEq)]
enum Listed {
    Said,
    All,
}

const LISTED: [segmented::Choice<Listed>; 2] = [
    segmented::choice(Listed::Said, "Set", "What the channel or its preset says"),
    segmented::choice(Listed::All, "All", "Every parameter, set or not"),
];

/// Rows for the parameters of a channel whose card this is; `semantics` is what holds.
pub(super) fn show(form: &mut Form, channel: &mut Channel, card: &Card, semantics: &Semantics) {
    let (wanted, listed) = filter(form);
    let fits = |row: &&Row| {
        let is_said = row.origin != Origin::Default || row.plain.is_some();
        let title = row.parameter.title().to_lowercase();
        title.contains(&wanted) && (listed == Listed::All || is_said || !wanted.is_empty())
    };
    let mut is_empty = true;
    for group in Group::ALL {
        let rows: Vec<&Row> =
            card.rows.iter().filter(|row| row.parameter.group == group).filter(fits).collect();
        if rows.is_empty() {
            continue;
        }
        is_empty = false;
        form.section(group.title(), |form| {
            for row in rows {
                parameter(form, channel, row, semantics);
            }
        });
    }
    if is_empty {
        form.note(if wanted.is_empty() {
            "Nothing is set: it behaves as a plain channel. Choose All to see every parameter."
        } else {
            "No parameter has this in its name."
        });
    }
}

/// What is searched for, and how much is listed; kept between frames.
fn filter(form: &mut Form) -> (String, Listed) {
    let id = Id::unique("parameters that are listed");
    let (mut text, mut listed) = form
        .ui
        .data_mut(|data| data.get_temp::<(String, Listed)>(id))
        .unwrap_or((String::new(), Listed::Said));
    search::show(form.ui, &mut text, "Find a parameter");
    segmented::show(form.ui, &mut listed, &LISTED);
    form.ui.data_mut(|data| data.insert_temp(id, (text.clone(), listed)));
    (text.trim().to_lowercase(), listed)
}

fn parameter(form: &mut Form, channel: &mut Channel, row: &Row, semantics: &Semantics) {
    let parameter = row.parameter;
    let mark = mark(form, row);
    let title = parameter.title();
    let explanation = explanation(row);
    let name = (title.as_str(), explanation.as_str());
    let (new, is_reset) = match parameter.kind {
        Kind::Choice(choices) => {
            let now = (parameter.resolved)(semantics);
            let (chosen, is_reset) = form.marked_choice(name, &mark, &now, choices);
            (chosen.map(str::to_owned), is_reset)
        }
        Kind::Set(choices) => {
            let shown = row.value.clone();
            let now: Vec<&str> = shown.split(", ").collect();
            let (words, is_reset) = form.marked_set(name, &mark, (&now, &shown), choices);
            (words.map(|words| format!("[{}]", words.join(", "))), is_reset)
        }
        Kind::Flag => {
            let is_on = (parameter.resolved)(semantics) == "true";
            let (new, is_reset) = form.marked_toggle(name, &mark, is_on);
            (new.map(|is_on| is_on.to_string()), is_reset)
        }
        Kind::Count | Kind::Length | Kind::Number => {
            let shown = (row.value.as_str(), parameter.unit());
            form.marked_text(name, &mark, shown, |text| typed(parameter, text))
        }
        Kind::Delay => (None, delay(form, channel, row, &mark, semantics)),
    };
    if is_reset {
        (parameter.clear)(channel);
        form.has_changed = true;
    }
    if let Some(changed) = new.and_then(|to| with_parameter(channel, parameter.name, &to).ok()) {
        *channel = changed;
        form.has_changed = true;
    }
}

/// What is typed, if the parameter can have this value.
fn typed(parameter: &Parameter, text: &str) -> Result<String, String> {
    let to = text.trim().replace([',', '_'], "");
    let result = with_parameter(&Channel::default(), parameter.name, &to);
    result.map(|_| to).map_err(|error| error.to_string())
}

/// A delay has a form of its own below its name, once the channel says it itself; whether it is
/// to be taken back.
fn delay(
    form: &mut Form,
    channel: &mut Channel,
    row: &Row,
    mark: &Mark,
    semantics: &Semantics,
) -> bool {
    let explanation = explanation(row);
    let title = row.parameter.title();
    let is_reset = form.marked_note((&title, &explanation), mark, &row.value);
    let (own, now) = match row.parameter.name {
        "redelivery_delay" => (&mut channel.redelivery_delay, &semantics.redelivery_delay),
        "lease_by_attempt" => (&mut channel.lease_by_attempt, &semantics.lease_by_attempt),
        other => unreachable!("invariant: {other} is no delay"),
    };
    form.nested(row.parameter.name, |form| match own {
        Some(own) => backoff(form, own),
        None => {
            if form.add_button(&format!("Set {}", title.to_lowercase())) {
                *own = Some(now.clone());
                form.has_changed = true;
            }
        }
    });
    is_reset
}

fn explanation(row: &Row) -> String {
    let mut text = row.parameter.meaning.trim().to_owned();
    match row.parameter.unit() {
        "" => {}
        unit => text += &format!("\nCounts {unit}"),
    }
    if let Some(plain) = &row.plain {
        text += &format!("\nA plain channel: {plain}");
    }
    text
}

fn mark(form: &Form, row: &Row) -> Mark {
    let colors = Colors::of(form.ui);
    let source = row.source.as_ref().map_or(String::new(), |source| format!("\n{source}"));
    match &row.origin {
        Origin::Own => Mark {
            text: "Own: the channel says so itself".to_owned(),
            color: Some(colors.accent),
            reset: Some(format!("Reset {}", row.parameter.title().to_lowercase())),
        },
        Origin::Preset(name) => Mark {
            text: format!("Preset {name}{source}"),
            color: Some(colors.channel),
            reset: None,
        },
        Origin::Default => {
            Mark { text: "Default: as in a plain channel".to_owned(), color: None, reset: None }
        }
    }
}
