//! Payloads that fit an Avro schema, the same for the same draws.

use serde_json::{Map, Value, json};

use super::fitting::in_union;
use super::logical::{Logical, Raw, decimal_text};
use super::{At, Avro, Field, Shape, Type};
use crate::schema::draws::Draws;
use crate::schema::numbers::usual;
use crate::schema::words::Word;

/// From this depth on, lists are empty and unions end as soon as they can.
const DEEP: usize = 6;
/// Values in one payload at most, beyond the smallest there is.
const VALUES: u64 = 10_000;
/// The first of January 2026, in seconds since 1970.
const BEGINNING: i64 = 1_767_225_600;
const YEAR: u64 = 365 * 86_400;

/// A schema with what derived payloads say worked out.
#[derive(Clone, Debug)]
pub(in crate::schema) struct Recipes {
    /// By type.
    words: Vec<Word>,
}

impl Recipes {
    pub(in crate::schema) fn of(avro: &Avro) -> Recipes {
        Recipes { words: avro.types.iter().map(|of| Word::of(&of.hint)).collect() }
    }

    /// A payload; null for a schema whose payloads have no end.
    pub(in crate::schema) fn payload(&self, avro: &Avro, draws: &mut dyn FnMut() -> u64) -> Value {
        self.value(avro, avro.root, draws)
    }

    /// The value of a field at the top.
    pub(in crate::schema) fn field(
        &self,
        avro: &Avro,
        name: &str,
        draws: &mut dyn FnMut() -> u64,
    ) -> Option<Value> {
        let Shape::Record { fields, .. } = &avro.types[avro.root].shape else { return None };
        let field = fields.iter().find(|field| field.name == name)?;
        Some(self.value(avro, field.of, draws))
    }

    fn value(&self, avro: &Avro, at: At, draws: &mut dyn FnMut() -> u64) -> Value {
        if avro.least[at].is_none() {
            return Value::Null;
        }
        Maker { avro, recipes: self, draws: Draws::new(draws), left: VALUES }.value(at, 0)
    }
}

/// Makes one payload. What the smallest value needs is always there; `left` is for more.
struct Maker<'a, 'd> {
    avro: &'a Avro,
    recipes: &'a Recipes,
    draws: Draws<'d>,
    left: u64,
}

impl Maker<'_, '_> {
    fn value(&mut self, at: At, depth: usize) -> Value {
        let of = &self.avro.types[at];
        if let Some(raw) = of.logical.and_then(|logical| self.logical(logical, of)) {
            return raw;
        }
        match &of.shape {
            Shape::Null => Value::Null,
            Shape::Boolean => json!(self.draws.below(2) == 1),
            Shape::Int | Shape::Long => json!(self.whole(&of.hint)),
            Shape::Float => json!(self.whole(&of.hint) as f64 + self.draws.below(4) as f64 / 4.0),
            Shape::Double => {
                json!((self.whole(&of.hint) * 100 + self.draws.below(100) as i64) as f64 / 100.0)
            }
            Shape::Bytes => json!(self.hexadecimal(8)),
            Shape::Fixed { size, .. } => json!(self.hexadecimal(*size)),
            Shape::Text => json!(self.recipes.words[at].draw(&mut self.draws)),
            Shape::Enum { symbols, .. } => {
                let chosen = self.draws.below(symbols.len() as u64) as usize;
                symbols.get(chosen).map_or(Value::Null, |symbol| json!(symbol))
            }
            Shape::Array(items) => {
                let count = self.count(*items, depth);
                (0..count).map(|_| self.value(*items, depth + 1)).collect()
            }
            Shape::Map(values) => {
                let count = self.count(*values, depth);
                let member =
                    |number| (format!("key{}", number + 1), self.value(*values, depth + 1));
                Value::Object((0..count).map(member).collect())
            }
            Shape::Union(branches) => self.union(branches, depth),
            Shape::Record { fields, .. } => self.record(fields, depth),
        }
    }

    fn record(&mut self, fields: &[Field], depth: usize) -> Value {
        let mut members = Map::with_capacity(fields.len());
        for field in fields {
            members.insert(field.name.clone(), self.value(field.of, depth + 1));
        }
        Value::Object(members)
    }

    /// How many items a list has.
    fn count(&mut self, items: At, depth: usize) -> u64 {
        let drawn = 1 + self.draws.below(3);
        let Some(least) = self.avro.least[items].filter(|_| depth < DEEP) else { return 0 };
        let count = drawn.min(self.left / least.size);
        self.left -= count * least.size;
        count
    }

    /// A branch that is not null, as people expect of an example; one in four is.
    fn union(&mut self, branches: &[At], depth: usize) -> Value {
        let draw = self.draws.next();
        let least = |at: &At| self.avro.least[*at];
        let ending = branches.iter().filter(|at| least(at).is_some());
        let smallest = ending.clone().min_by_key(|at| least(at).map(|it| (it.height, it.size)));
        let Some(smallest) = smallest.copied() else { return Value::Null };
        let chosen = if depth < DEEP { self.drawn(branches, draw) } else { None };
        let size = |at: At| least(&at).map_or(u64::MAX, |it| it.size);
        let more = chosen.map_or(0, |at| size(at).saturating_sub(size(smallest)));
        let chosen = chosen.filter(|_| more <= self.left).unwrap_or(smallest);
        if chosen != smallest {
            self.left -= more;
        }
        let value = self.value(chosen, depth);
        in_union(self.avro, branches, chosen, value)
    }

    fn drawn(&self, branches: &[At], draw: u64) -> Option<At> {
        let is_null = |at: &At| matches!(self.avro.types[*at].shape, Shape::Null);
        let null = branches.iter().find(|at| is_null(at)).filter(|_| draw % 4 == 3);
        let others: Vec<At> = branches
            .iter()
            .filter(|at| !is_null(at) && self.avro.least[**at].is_some())
            .copied()
            .collect();
        let other = (draw / 4).checked_rem(others.len() as u64).map(|at| others[at as usize]);
        null.copied().or(other)
    }

    fn whole(&mut self, name: &str) -> i64 {
        let (low, high) = usual(None, None, name);
        low as i64 + self.draws.below((high - low) as u64 + 1) as i64
    }

    fn hexadecimal(&mut self, letters: usize) -> String {
        let mut text = String::with_capacity(letters + 16);
        while text.len() < letters {
            text += &format!("{:016x}", self.draws.next());
        }
        text.truncate(letters);
        text
    }

    /// What people read; nothing if the type has no value of that kind.
    fn logical(&mut self, logical: Logical, of: &Type) -> Option<Value> {
        let raw = match logical {
            Logical::Date => {
                Raw::Whole(BEGINNING / 86_400 + self.draws.below(YEAR / 86_400) as i64)
            }
            Logical::TimeOfDay { per_second } => {
                Raw::Whole(self.draws.below(86_400 * per_second as u64) as i64)
            }
            Logical::Timestamp { per_second } | Logical::LocalTimestamp { per_second } => {
                let seconds = BEGINNING + self.draws.below(YEAR) as i64;
                // Thousandths are read more easily than all the digits there could be.
                let parts = self.draws.below(1000) as i64 * (per_second / 1000);
                Raw::Whole(seconds * per_second + parts)
            }
            Logical::Decimal { precision, scale } => {
                return Some(self.decimal(of, precision, scale));
            }
            Logical::Uuid => Raw::Bytes(self.uuid()),
            Logical::Duration => {
                let parts = [self.draws.below(12), self.draws.below(31), self.draws.below(86_400)];
                let units = [parts[0] as u32, parts[1] as u32, parts[2] as u32 * 1000];
                Raw::Bytes(units.iter().flat_map(|part| part.to_le_bytes()).collect())
            }
        };
        logical.shown(&raw)
    }

    fn decimal(&mut self, of: &Type, precision: u32, scale: u32) -> Value {
        let ten_to = |digits: u32| 10_i128.pow(digits.min(37));
        let whole = i128::from(self.whole(&of.hint)).checked_mul(ten_to(scale));
        let part = i128::from(self.draws.next() >> 1) % ten_to(scale);
        let units = whole.and_then(|whole| whole.checked_add(part)).unwrap_or(part);
        json!(decimal_text(units % ten_to(precision), scale))
    }

    fn uuid(&mut self) -> Vec<u8> {
        let mut bytes = [self.draws.next().to_be_bytes(), self.draws.next().to_be_bytes()].concat();
        bytes[6] = 0x40 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        bytes
    }
}
