//! What is inside materialized views.

use serde_json::Value;

use super::{Instance, PatternInside};
use crate::plan::Plan;
use crate::run::Run;
use crate::world::pattern::materialized_view::{Parked, ParkedStage, Row, ViewState};

/// Rows whose payload is spelled; nobody reads more of them.
const SPELLED: usize = 64;
/// Characters of a payload that are spelled.
const LONGEST: usize = 120;

pub(super) fn inside(run: &Run, state: &ViewState, most: usize) -> PatternInside {
    let view = Instance {
        name: "view".to_owned(),
        state: if state.restoring.is_some() { "restoring" } else { "live" },
        since: state.since,
        says: match state.progress() {
            Some((read, all)) => format!("{read} of {all} messages read again"),
            None if state.rows.len() == 1 => "1 row".to_owned(),
            None => format!("{} rows", state.rows.len()),
        },
    };
    let parked = state.parked.values().map(|it| parked(run.plan(), it));
    let rows = state.rows.iter().enumerate().map(|(at, it)| row(run, at, it));
    PatternInside {
        counts: counts(state),
        instances: std::iter::once(view).chain(parked).chain(rows).take(most).collect(),
    }
}

fn parked(plan: &Plan, parked: &Parked) -> Instance {
    let message = &parked.of.message;
    let does = match parked.stage {
        ParkedStage::Waiting => "waits for its row",
        ParkedStage::Ready => "waits for its consumer",
        ParkedStage::Working(_) => "is being handled",
    };
    Instance {
        name: plan.message_name(message.source, message.number),
        state: "parked",
        since: parked.since,
        says: format!("{} {does}", plan.type_name(message.message_type)),
    }
}

fn row(run: &Run, at: usize, (key, row): (&u64, &Row)) -> Instance {
    let plan = run.plan();
    let message = &row.of.message;
    let published = message.published_at;
    let name = plan.message_name(message.source, message.number);
    let mut says = format!("{name}, published at {published}");
    if at < SPELLED && plan.has_content() {
        let payload = spelled(&run.world().content.payload_once(plan, message));
        let is_long = payload.chars().count() > LONGEST;
        let text: String = payload.chars().take(LONGEST).collect();
        says = format!("{says}: {text}{}", if is_long { "…" } else { "" });
    }
    Instance {
        name: row.name.as_ref().map_or_else(|| key.to_string(), |name| name.to_string()),
        state: "present",
        since: row.of.at,
        says,
    }
}

/// A payload in words that a narrow column can break: `sku a-1, cents 100`.
fn spelled(payload: &Value) -> String {
    match payload {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("{name} {}", spelled(field)));
            fields.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(spelled).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => payload.to_string(),
    }
}

fn counts(state: &ViewState) -> Vec<(&'static str, u64)> {
    let counts = &state.counts;
    vec![
        ("rows", state.rows.len() as u64),
        ("rows put", counts.put),
        ("rows deleted", counts.deleted),
        ("older rows left aside", counts.older),
        ("rows without a key", counts.without_key),
        ("messages joined", counts.joined),
        ("messages without a row", counts.absent),
        ("messages parked", counts.parked),
        ("messages joined late", counts.joined_late),
        ("messages dropped", counts.dropped),
        ("attempts without a row", counts.refused),
        ("restores", counts.restores),
        ("messages read again", counts.restored),
        ("milliseconds restoring", counts.restoring.0 / 1_000_000),
    ]
}
