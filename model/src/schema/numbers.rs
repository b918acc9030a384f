//! Numbers within the limits of a schema.

use serde_json::{Map, Value, json};

use crate::schema::draws::Draws;

/// Whole numbers beyond this are not all told apart by the formats that carry payloads.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A whole number for a property of this name.
pub(super) fn integer(schema: &Map<String, Value>, name: &str, draws: &mut Draws<'_>) -> Value {
    let (low, high) = limits(schema, 1.0);
    let step = number(schema, "multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    let (low, high) = usual(low, high, name);
    if step.fract() == 0.0 {
        let first = (low / step).ceil();
        let count = ((high / step).floor() - first).clamp(0.0, LARGEST) as u64 + 1;
        return json!(((first + draws.below(count) as f64) * step) as i64);
    }
    json!((low.ceil() + draws.below((high.floor() - low.ceil()).max(0.0) as u64 + 1) as f64) as i64)
}

/// A number, with two decimals where the limits leave room for that.
pub(super) fn decimal(schema: &Map<String, Value>, name: &str, draws: &mut Draws<'_>) -> Value {
    let step = number(schema, "multipleOf").filter(|step| *step > 0.0);
    let (low, high) = limits(schema, step.unwrap_or(0.01));
    let (low, high) = usual(low, high, name);
    let grid = step.unwrap_or(0.01);
    let (first, last) = ((low / grid).ceil(), (high / grid).floor());
    if last < first {
        return json!((low + high) / 2.0);
    }
    let count = (last - first).clamp(0.0, LARGEST) as u64 + 1;
    let value = (first + draws.below(count) as f64) * grid;
    // 3 * 0.1 is a little more than 0.3; the text of the grid says how many decimals there are.
    let decimals = grid.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
    json!(format!("{value:.decimals$}").parse::<f64>().unwrap_or(value))
}

fn number(schema: &Map<String, Value>, key: &str) -> Option<f64> {
    schema.get(key).and_then(Value::as_f64)
}

/// The lowest and highest number allowed; `step` keeps off a limit that is excluded.
fn limits(schema: &Map<String, Value>, step: f64) -> (Option<f64>, Option<f64>) {
    // Draft 4 wrote `"minimum": 3, "exclusiveMinimum": true`.
    let is_excluded = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    let inclusive = |key: &str, flag: &str, by: f64| {
        number(schema, key).map(|limit| if is_excluded(flag) { limit + by } else { limit })
    };
    let low = inclusive("minimum", "exclusiveMinimum", step);
    let high = inclusive("maximum", "exclusiveMaximum", -step);
    let above = number(schema, "exclusiveMinimum").map(|limit| limit + step);
    let below = number(schema, "exclusiveMaximum").map(|limit| limit - step);
    let larger = [low, above].into_iter().flatten().reduce(f64::max);
    let smaller = [high, below].into_iter().flatten().reduce(f64::min);
    (larger, smaller)
}

/// Limits as narrow as people expect of such a property, within those of the schema.
fn usual(low: Option<f64>, high: Option<f64>, name: &str) -> (f64, f64) {
    let name = name.to_lowercase();
    let is_about = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let (from, to) = if is_about(&["quantity", "count"]) {
        (1.0, 5.0)
    } else if is_about(&["cents", "amount", "price", "total"]) {
        (100.0, 10_000.0)
    } else if name.ends_with("year") {
        (2020.0, 2026.0)
    } else {
        (1.0, 100.0)
    };
    match (low, high) {
        (None, None) => (from, to),
        (Some(low), None) => (low, low.max(to)),
        (None, Some(high)) => (high.min(from), high),
        (Some(low), Some(high)) => (low, high.max(low)),
    }
}
