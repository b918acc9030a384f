//! Numbers within the limits of a schema.

use serde_json::{Map, Value, json};

use crate::schema::draws::Draws;

/// Whole numbers beyond this are not all told apart by the formats that carry payloads.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A whole number for a property of this name.
pub(super) fn integer(schema: &Map<String, Value>, name: &str, draws: &mut Draws<'_>) -> Value {
    if let Some((first, count, step)) = whole_grid(schema, name) {
        return json!(((first + draws.below(count) as f64) * step) as i64);
    }
    let (low, high) = limits(schema, 1.0);
    let (low, high) = usual(low, high, name);
    json!((low.ceil() + draws.below((high.floor() - low.ceil()).max(0.0) as u64 + 1) as f64) as i64)
}

/// The first of the whole numbers in units of the step, how many there are, and the step; nothing
/// if the step is not whole.
pub(super) fn whole_grid(schema: &Map<String, Value>, name: &str) -> Option<(f64, u64, f64)> {
    let (low, high) = limits(schema, 1.0);
    let step = number(schema, "multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    let (low, high) = usual(low, high, name);
    let first = (low / step).ceil();
    let count = ((high / step).floor() - first).clamp(0.0, LARGEST) as u64 + 1;
    (step.fract() == 0.0).then_some((first, count, step))
}

/// A number, with two decimals where the limits leave room for that.
pub(super) fn decimal(schema: &Map<String, Value>, name: &str, draws: &mut Draws<'_>) -> Value {
    if let Some(grid) = Grid::of(schema, name) {
        return grid.draw(draws);
    }
    let (low, high) = decimal_limits(schema, name);
    json!((low + high) / 2.0)
}

fn decimal_limits(schema: &Map<String, Value>, name: &str) -> (f64, f64) {
    let step = number(schema, "multipleOf").filter(|step| *step > 0.0);
    let (low, high) = limits(schema, step.unwrap_or(0.01));
    usual(low, high, name)
}

/// The numbers that a property can have, all of the same number of decimals.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// The first, in units of the step.
    first: f64,
    count: u64,
    step: f64,
    decimals: usize,
    /// Ten to the number of decimals, where that is the inverse of the step.
    inverse: Option<f64>,
}

impl Grid {
    /// Nothing if the limits leave no room for one of them.
    pub(super) fn of(schema: &Map<String, Value>, name: &str) -> Option<Grid> {
        let step = number(schema, "multipleOf").filter(|step| *step > 0.0).unwrap_or(0.01);
        let (low, high) = decimal_limits(schema, name);
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        let count = (last - first).clamp(0.0, LARGEST) as u64 + 1;
        // 3 * 0.1 is a little more than 0.3; the text of the step says how many decimals there are.
        let text = step.to_string();
        let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
        let is_power = text == format!("0.{}1", "0".repeat(decimals.saturating_sub(1)));
        let inverse =
            (is_power && decimals < 16).then(|| (0..decimals).fold(1.0, |all, _| all * 10.0));
        (last >= first).then_some(Grid { first, count, step, decimals, inverse })
    }

    pub(super) fn draw(&self, draws: &mut Draws<'_>) -> Value {
        let whole = self.first + draws.below(self.count) as f64;
        if let Some(inverse) = self.inverse {
            // A quotient of whole numbers is rounded once, as the text with its decimals is.
            return json!(whole / inverse);
        }
        let (value, decimals) = (whole * self.step, self.decimals);
        json!(format!("{value:.decimals$}").parse::<f64>().unwrap_or(value))
    }
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
pub(super) fn usual(low: Option<f64>, high: Option<f64>, name: &str) -> (f64, f64) {
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
