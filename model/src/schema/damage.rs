//! Payloads that go wrong in one field, each in a way that has a name.

use serde_json::{Map, Value, json};

use crate::schema::{Checker, Parsed};

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It is there and says nothing.
    Null,
    /// It is of another type.
    WrongType,
    /// Its text, or its list, ends in the middle.
    Truncated,
    /// Its number is far too large.
    OutOfRange,
    /// Its word is none of those that were agreed.
    UnknownValue,
}

/// The payload with damage to the field at a path such as `customer.address`; nothing if there is
/// no such field, or nothing in it that could be damaged so.
#[must_use]
pub fn damaged(payload: &Value, path: &str, damage: Damage) -> Option<Value> {
    let mut whole = payload.clone();
    let (parent, name) = match path.rsplit_once('.') {
        Some((head, name)) => {
            (head.split('.').try_fold(&mut whole, |value, name| value.get_mut(name))?, name)
        }
        None => (&mut whole, path),
    };
    strike(parent.as_object_mut()?, name, damage)?;
    Some(whole)
}

/// The same, where another type than the first that comes to mind is taken if the schema allows
/// that: Avro takes numbers for dates, which payloads show as texts.
#[must_use]
pub fn damaged_under(
    checker: &Checker,
    payload: &Value,
    path: &str,
    damage: Damage,
) -> Option<Value> {
    let whole = damaged(payload, path, damage)?;
    let is_hidden = damage == Damage::WrongType
        && matches!(**checker.parsed(), Parsed::Avro(_))
        && checker.fits(&whole);
    if !is_hidden {
        return Some(whole);
    }
    let pointer = format!("/{}", path.replace('~', "~0").replace('/', "~1").replace('.', "/"));
    let mut other = whole;
    *other.pointer_mut(&pointer)? = json!([false]);
    Some(other)
}

/// The paths of the fields at the top of a payload.
#[must_use]
pub fn fields(payload: &Value) -> Vec<&str> {
    payload.as_object().map_or(Vec::new(), |members| members.keys().map(String::as_str).collect())
}

fn strike(members: &mut Map<String, Value>, name: &str, damage: Damage) -> Option<()> {
    let value = members.get_mut(name)?;
    *value = match (damage, &*value) {
        (Damage::Missing, _) => {
            members.shift_remove(name);
            return Some(());
        }
        (Damage::Null, _) => Value::Null,
        (Damage::WrongType, Value::String(_)) => json!(0),
        (Damage::WrongType, _) => json!("?"),
        (Damage::Truncated, Value::String(text)) if !text.is_empty() => {
            json!(text.chars().take(text.chars().count() / 2).collect::<String>())
        }
        (Damage::Truncated, Value::Array(items)) if !items.is_empty() => {
            json!(items[..items.len() / 2])
        }
        (Damage::OutOfRange, Value::Number(number)) => {
            // Whole stays whole, so that only the range is wrong.
            if number.is_f64() { json!(-1e300) } else { json!(i64::MIN) }
        }
        (Damage::UnknownValue, Value::String(_)) => json!("\u{fffd}unknown\u{fffd}"),
        (Damage::Truncated | Damage::OutOfRange | Damage::UnknownValue, _) => return None,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::SchemaLanguage;

    #[test]
    fn each_damage_breaks_what_it_is_about_and_the_schema_decides_whether_that_shows() {
        let checker = Checker::new(
            SchemaLanguage::JsonSchema,
            r#"{"type": "object", "required": ["id", "total"], "properties": {
                "id": {"type": "string", "minLength": 4}, "note": {"type": "string"},
                "total": {"type": "integer", "minimum": 0},
                "state": {"enum": ["open", "paid"]},
                "customer": {"type": "object", "properties": {"zip": {"type": "string"}}}}}"#,
        )
        .expect("a schema");
        let payload = json!({"id": "abcd", "note": "hello", "total": 5, "state": "open",
                             "customer": {"zip": "1234"}});
        assert!(checker.violations(&payload).is_empty());
        let seen = |path: &str, damage| {
            damaged(&payload, path, damage).map(|it| !checker.violations(&it).is_empty())
        };
        assert_eq!(seen("id", Damage::Missing), Some(true));
        assert_eq!(seen("note", Damage::Missing), Some(false), "nobody asked for it");
        assert_eq!(seen("note", Damage::Null), Some(true));
        assert_eq!(seen("total", Damage::WrongType), Some(true));
        assert_eq!(seen("id", Damage::Truncated), Some(true));
        assert_eq!(seen("note", Damage::Truncated), Some(false), "any text is a note");
        assert_eq!(seen("total", Damage::OutOfRange), Some(true));
        assert_eq!(seen("state", Damage::UnknownValue), Some(true));
        assert_eq!(seen("note", Damage::UnknownValue), Some(false));
        assert_eq!(seen("customer.zip", Damage::WrongType), Some(true));
        assert_eq!(seen("customer.street", Damage::Missing), None);
        assert_eq!(seen("id", Damage::OutOfRange), None, "a text has no range");
        assert_eq!(seen("nothing.there", Damage::Null), None);
        assert_eq!(fields(&payload), ["id", "note", "total", "state", "customer"]);
        assert_eq!(fields(&json!([1])), Vec::<&str>::new());
    }

    #[test]
    fn another_type_is_another_type_in_avro_too() {
        let checker = Checker::new(
            SchemaLanguage::Avro,
            r#"{"type": "record", "name": "Order", "fields": [
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "note", "type": ["null", "string"]},
                {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["Open"]}},
                {"name": "count", "type": {"type": "int"}}]}"#,
        )
        .expect("a schema");
        let payload =
            json!({"at": "2026-05-17T10:20:30.123Z", "note": "x", "state": "Open", "count": 3});
        assert!(checker.fits(&payload));
        let seen = |path: &str, damage| {
            damaged_under(&checker, &payload, path, damage).map(|it| !checker.fits(&it))
        };
        for field in ["at", "note", "state", "count"] {
            assert_eq!(seen(field, Damage::WrongType), Some(true), "{field}");
            assert_eq!(seen(field, Damage::Missing), Some(true), "{field}");
            assert_eq!(seen(field, Damage::Null), Some(field != "note"), "{field}");
        }
        assert_eq!(seen("at", Damage::Truncated), Some(true));
        assert_eq!(seen("note", Damage::Truncated), Some(false), "any text is a note");
        assert_eq!(seen("state", Damage::UnknownValue), Some(true));
        assert_eq!(seen("count", Damage::OutOfRange), Some(true));
    }
}
