//! The fields that a consumer uses: a schema without the others, and differences without theirs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Difference;

/// Schemas inside each other that are followed at most.
const DEEPEST: usize = 32;

/// Fields of payloads, as a tree of names; one that ends means all that lies below.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Uses(BTreeMap<String, Uses>);

/// What limits an object as a whole, and so speaks of fields that nobody uses.
const WHOLE: [&str; 15] = [
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "then",
    "else",
    "not",
    "enum",
    "const",
];

impl Uses {
    /// The fields at these paths (`customer.tier`, or `/customer/tier`). None at all means all.
    #[must_use]
    pub fn of(paths: &[String]) -> Uses {
        let mut uses = Uses::default();
        for path in paths {
            let mut at = &mut uses;
            for name in names(path) {
                at = at.0.entry(name).or_default();
            }
        }
        uses
    }

    /// Whether everything counts.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field on this way counts: it is used, or holds or belongs to what is.
    fn counts(&self, path: &[&str]) -> bool {
        let Some((name, rest)) = path.split_first() else { return true };
        self.is_everything() || self.0.get(*name).is_some_and(|below| below.counts(rest))
    }

    /// A JSON Schema that speaks of these fields only.
    #[must_use]
    pub fn narrowed(&self, schema: &Value) -> Value {
        let mut narrowed = narrow(schema, schema, self, 0);
        if let (Value::Object(narrowed), Value::Object(whole)) = (&mut narrowed, schema) {
            for name in ["$defs", "definitions", "$schema"] {
                if let Some(there) = whole.get(name) {
                    narrowed.entry(name).or_insert_with(|| there.clone());
                }
            }
        }
        narrowed
    }

    /// The differences in Avro that lie in these fields, or around them.
    pub(super) fn of_avro(&self, reader: &Value, found: Vec<Difference>) -> Vec<Difference> {
        let counts = |it: &Difference| {
            let fields = avro_fields(reader, &it.json_path);
            self.counts(&fields.iter().map(String::as_str).collect::<Vec<_>>())
        };
        found.into_iter().filter(counts).collect()
    }
}

/// The names of a path.
pub(crate) fn names(path: &str) -> Vec<String> {
    match path.strip_prefix('/') {
        Some(pointer) => {
            pointer.split('/').map(|it| it.replace("~1", "/").replace("~0", "~")).collect()
        }
        None => path.split('.').map(str::to_owned).collect(),
    }
}

fn narrow(root: &Value, schema: &Value, uses: &Uses, depth: usize) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    if uses.is_everything() || depth > DEEPEST {
        return schema.clone();
    }
    if let Some(target) = members.get("$ref").and_then(Value::as_str)
        && let Some(target) = target.strip_prefix('#').and_then(|at| root.pointer(at))
    {
        return narrow(root, target, uses, depth + 1);
    }
    let deeper = |it: &Value| narrow(root, it, uses, depth + 1);
    let kept = |(keyword, value): (&String, &Value)| {
        let (name, value) = match keyword.as_str() {
            whole if WHOLE.contains(&whole) => return None,
            "properties" => (keyword.as_str(), fields(root, value, uses, depth)),
            "required" => (keyword.as_str(), required(value, uses)),
            "items" => (keyword.as_str(), deeper(value)),
            // Branches that differed in other fields only would now fit together.
            "allOf" | "anyOf" | "oneOf" => {
                let name = if keyword == "oneOf" { "anyOf" } else { keyword };
                (name, value.as_array().into_iter().flatten().map(deeper).collect())
            }
            other => (other, value.clone()),
        };
        Some((name.to_owned(), value))
    };
    Value::Object(members.iter().filter_map(kept).collect())
}

fn fields(root: &Value, properties: &Value, uses: &Uses, depth: usize) -> Value {
    let used = properties.as_object().into_iter().flatten().filter_map(|(name, schema)| {
        let below = uses.0.get(name)?;
        Some((name.clone(), narrow(root, schema, below, depth + 1)))
    });
    Value::Object(used.collect())
}

fn required(names: &Value, uses: &Uses) -> Value {
    let is_used = |name: &&Value| name.as_str().is_some_and(|name| uses.0.contains_key(name));
    names.as_array().into_iter().flatten().filter(is_used).cloned().collect()
}

/// The names of the fields on the way to a place in an Avro schema.
fn avro_fields(schema: &Value, json_path: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = String::new();
    let mut parts = json_path.split('/').skip(1);
    while let Some(part) = parts.next() {
        at = format!("{at}/{part}");
        if part == "fields"
            && let Some(place) = parts.next()
        {
            at = format!("{at}/{place}");
            let name = schema.pointer(&at).and_then(|field| field.get("name"));
            names.extend(name.and_then(Value::as_str).map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn uses(paths: &[&str]) -> Uses {
        Uses::of(&paths.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_schema_keeps_the_fields_that_are_used_and_what_they_refer_to() {
        let schema = json!({
            "properties": {
                "customer": {"$ref": "#/$defs/customer"},
                "lines": {"items": {"properties": {"sku": true, "count": true}}},
                "note": {"type": "string"}
            },
            "required": ["customer", "note"],
            "additionalProperties": false,
            "$defs": {"customer": {"properties": {"tier": {"$ref": "#/$defs/tier"}, "name": true}},
                      "tier": {"enum": ["a", "b"]}}
        });
        let narrowed = uses(&["customer.tier", "/lines/sku"]).narrowed(&schema);
        assert_eq!(
            narrowed["properties"],
            json!({
                "customer": {"properties": {"tier": {"$ref": "#/$defs/tier"}}},
                "lines": {"items": {"properties": {"sku": true}}}
            })
        );
        assert_eq!(narrowed["required"], json!(["customer"]));
        assert_eq!(narrowed["$defs"], schema["$defs"]);
        assert_eq!(narrowed.get("additionalProperties"), None);
        assert_eq!(uses(&[]).narrowed(&schema), schema);
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let schema = json!({"properties": {"next": {"$ref": "#"}}});
        let narrowed = uses(&["next.next.next"]).narrowed(&schema);
        assert!(narrowed.pointer("/properties/next/properties/next/properties/next").is_some());
        let circle = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}});
        assert!(uses(&["a"]).narrowed(&circle).is_object());
    }

    #[test]
    fn differences_in_avro_lie_in_fields() {
        let reader = json!({"type": "record", "name": "A", "fields": [
            {"name": "id", "type": "int"},
            {"name": "to", "type": {"type": "record", "name": "B", "fields": [
                {"name": "zip", "type": "int"}]}}]});
        let at = |json_path: &str| Difference {
            rule: "type-mismatch",
            json_path: json_path.to_owned(),
            old: None,
            new: None,
            breaks: true,
        };
        let found = || vec![at("/fields/0/type"), at("/fields/1/type/fields/0/type"), at("")];
        let kept = |paths: &[&str]| -> Vec<String> {
            uses(paths).of_avro(&reader, found()).into_iter().map(|it| it.json_path).collect()
        };
        assert_eq!(kept(&["id"]), ["/fields/0/type", ""]);
        assert_eq!(kept(&["to.zip"]), ["/fields/1/type/fields/0/type", ""]);
        assert_eq!(kept(&["to.street"]), [""]);
    }
}
