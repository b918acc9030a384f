//! Which damage to a payload its schema objects to (M2), found out before the run.

use flowbench_model::fault::FaultKind;
use flowbench_model::message::Message;
use flowbench_model::schema::Form;
use flowbench_model::schema::damage::{Damage, damaged_under, fields};
use serde_json::Value;

use crate::plan::compile::Compiler;
use crate::rng::{Purpose, Stream};

impl Compiler<'_> {
    /// For each type the chance that whoever looks notices; none if there is nothing to damage.
    pub(super) fn noticed(&self, kind: &FaultKind, detected: f64) -> Vec<Option<f64>> {
        let Some(damage) = damage(kind.choice("damage")) else {
            return vec![Some(detected); self.types.order.len()];
        };
        let field = kind.text("field");
        self.in_order(&self.types, |at| match inside(&self.design.messages[at]) {
            Some(form) => objections(&form, field, damage).map(|share| share * detected),
            // Nobody knows what is in it.
            None => Some(detected),
        })
    }
}

pub(super) fn damage(word: &str) -> Option<Damage> {
    Some(match word {
        "Missing" => Damage::Missing,
        "Null" => Damage::Null,
        "WrongType" => Damage::WrongType,
        "Truncated" => Damage::Truncated,
        "OutOfRange" => Damage::OutOfRange,
        "UnknownValue" => Damage::UnknownValue,
        _ => return None,
    })
}

/// The schema of the newest version, if it stands in the design.
fn inside(message: &Message) -> Option<Form> {
    let schema = &message.version(None)?.schema;
    Form::new(schema.language(), schema.inside()?).ok()
}

/// Of the fields that can be damaged so, the share at which the schema objects.
fn objections(form: &Form, field: Option<&str>, damage: Damage) -> Option<f64> {
    let mut stream = Stream::new(0, "corruption", Purpose::Key);
    let (checker, whole) = (form.checker(), form.payload(&mut || stream.word()));
    let paths = field.map_or_else(|| fields(&whole), |field| vec![field]);
    let damaged: Vec<Value> =
        paths.iter().filter_map(|path| damaged_under(checker, &whole, path, damage)).collect();
    let seen = damaged.iter().filter(|payload| !checker.fits(payload)).count();
    (!damaged.is_empty()).then(|| seen as f64 / damaged.len() as f64)
}
