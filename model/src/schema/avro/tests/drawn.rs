//! Drawn schemas: payloads fit by construction, and survive the binary form of another
//! implementation; what it makes of them with another reader is what we make of them.

use apache_avro::Schema;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{binary, decoded, encoded};
use crate::message::SchemaLanguage;
use crate::schema::avro::Avro;
use crate::schema::{Form, luck};

/// Draws schemas.
struct Drawing<'d> {
    draw: &'d mut dyn FnMut() -> u64,
    named: Vec<String>,
    left: u32,
    /// Records in one union at most.
    records: u64,
}

const PLAIN: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

impl Drawing<'_> {
    fn below(&mut self, limit: u64) -> u64 {
        ((self.draw)() >> 7) % limit
    }

    fn name(&mut self) -> String {
        let spaces = ["", "shop.", "shop.orders."];
        let space = spaces[self.below(3) as usize];
        let name = format!("{space}Type{}", self.named.len());
        self.named.push(name.clone());
        name
    }

    fn of(&mut self, depth: u32) -> Value {
        self.left = self.left.saturating_sub(1);
        let kinds = if depth > 4 || self.left == 0 { 3 } else { 9 };
        match self.below(kinds) {
            0 => json!(PLAIN[self.below(8) as usize]),
            1 => self.logical(),
            2 => self.small(),
            3 => json!({"type": "array", "items": self.of(depth + 1)}),
            4 => json!({"type": "map", "values": self.of(depth + 1)}),
            5 | 6 => self.union(depth),
            _ => self.record(depth),
        }
    }

    fn small(&mut self) -> Value {
        match self.below(3) {
            0 => json!({"type": "enum", "name": self.name(), "symbols": ["A", "B", "C_3"]}),
            1 => json!({"type": "fixed", "name": self.name(), "size": self.below(20)}),
            _ => json!("string"),
        }
    }

    fn logical(&mut self) -> Value {
        let (kind, logical) = [
            ("int", "date"),
            ("int", "time-millis"),
            ("long", "time-micros"),
            ("long", "timestamp-millis"),
            ("long", "timestamp-micros"),
            ("long", "timestamp-nanos"),
            ("long", "local-timestamp-millis"),
            ("long", "local-timestamp-micros"),
            ("string", "uuid"),
            ("string", "nobody-knows-it"),
            ("duration", ""),
            ("decimal", ""),
            ("fixed decimal", ""),
        ][self.below(if self.records > 0 { 13 } else { 10 }) as usize];
        match kind {
            "duration" => json!({"type": "fixed", "size": 12, "name": self.name(),
                                 "logicalType": "duration"}),
            "decimal" => {
                let precision = 1 + self.below(40);
                let scale = self.below(precision + 1);
                json!({"type": "bytes", "logicalType": "decimal", "precision": precision,
                       "scale": scale})
            }
            "fixed decimal" => {
                let size = 1 + self.below(20);
                let precision = 1 + self.below(size * 2);
                json!({"type": "fixed", "name": self.name(), "size": size,
                       "logicalType": "decimal", "precision": precision,
                       "scale": self.below(precision + 1)})
            }
            _ => json!({"type": kind, "logicalType": logical}),
        }
    }

    fn union(&mut self, depth: u32) -> Value {
        let mut branches = vec![json!("null")];
        if self.below(2) == 0 {
            branches.push(json!(PLAIN[2 + self.below(5) as usize]));
        }
        if self.below(2) == 0 {
            branches.push(json!("string"));
        }
        if self.below(3) == 0 {
            branches.push(json!({"type": "map", "values": self.of(depth + 1)}));
        }
        for _ in 0..self.below(self.records + 1) {
            branches.push(self.record(depth));
        }
        if self.below(3) == 0 {
            branches.rotate_left(1);
        }
        json!(branches)
    }

    fn record(&mut self, depth: u32) -> Value {
        let name = self.name();
        let fields: Vec<Value> = (0..self.below(5))
            .map(|number| {
                let of = match self.below(6) {
                    // The specification ends such records with a union or a list.
                    0 if self.records > 0 => json!(["null", name]),
                    0 | 1 => json!({"type": "array", "items": name}),
                    _ => self.of(depth + 1),
                };
                let words = ["orderId", "quantity", "price", "note", "tags"];
                json!({"name": words[number as usize], "type": of})
            })
            .collect();
        json!({"type": "record", "name": name, "fields": fields})
    }
}

fn drawn(seed: u64, records: u64) -> Value {
    let mut draw = luck(seed);
    Drawing { draw: &mut draw, named: Vec::new(), left: 40, records }.of(0)
}

/// The same schema as somebody has it who reads it later: fields come and go, types are wider.
fn changed(schema: &Value, draw: &mut dyn FnMut() -> u64) -> Value {
    match schema {
        Value::Object(members) if members.get("type") == Some(&json!("record")) => {
            let fields = members["fields"].as_array().expect("fields");
            let mut kept: Vec<Value> = Vec::new();
            for field in fields {
                if !(draw() >> 9).is_multiple_of(8) {
                    let of = changed(&field["type"], draw);
                    kept.push(json!({"name": field["name"], "type": of}));
                }
            }
            match (draw() >> 9) % 5 {
                0 => kept.push(json!({"name": "added", "type": "int", "default": 7})),
                1 => kept.insert(0, json!({"name": "added", "type": "string"})),
                _ => {}
            }
            json!({"type": "record", "name": members["name"], "fields": kept})
        }
        Value::Object(members) if members.get("type") == Some(&json!("enum")) => {
            let symbols = [json!(["A", "B"]), json!(["A", "B", "C_3", "D"])];
            let mut changed = schema.clone();
            changed["symbols"] = symbols[(draw() >> 9) as usize % 2].clone();
            if (draw() >> 9).is_multiple_of(2) {
                changed["default"] = json!("B");
            }
            changed
        }
        Value::Object(members) => {
            let mut changed_members = members.clone();
            for key in ["items", "values"] {
                if let Some(part) = members.get(key) {
                    changed_members.insert(key.into(), changed(part, draw));
                }
            }
            Value::Object(changed_members)
        }
        Value::String(name) if (draw() >> 9).is_multiple_of(4) => match name.as_str() {
            "int" => json!("long"),
            "long" | "float" => json!("double"),
            "string" => json!(["null", "string"]),
            _ => schema.clone(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            schema.clone()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn payloads_fit_and_survive_the_binary_form(seed: u64) {
        let schema = drawn(seed, 2);
        let text = schema.to_string();
        let avro = Avro::read(&text).map_err(|it| TestCaseError::fail(format!("{it} in {text}")))?;
        let form = Form::new(SchemaLanguage::Avro, &text).expect("a schema");
        prop_assert_eq!(form.unsatisfied(luck), None, "{}", &text);
        let other = Schema::parse_str(&text).expect("a schema");
        for number in 0..4 {
            let payload = form.payload(&mut luck(seed ^ number));
            prop_assert_eq!(&form.payload(&mut luck(seed ^ number)), &payload);
            prop_assert_eq!(avro.violations(&payload), [], "{} for {}", payload, &text);
            let read = avro.resolved(&avro, &payload).expect("its own payload");
            prop_assert_eq!(&read, &payload, "{}", &text);
            let value = binary(&avro, avro.root, &payload);
            prop_assert!(value.validate(&other), "{} for {}", payload, &text);
            let bytes = encoded(&other, value.clone());
            prop_assert_eq!(decoded(&other, None, &bytes).expect("bytes"), value, "{}", &text);
        }
    }

    #[test]
    fn a_later_reader_gets_what_another_implementation_gets(seed: u64) {
        // It takes a decimal for too large whose bytes leave room for more digits than it has.
        // In a union the other implementation looks for a record that the value happens to fit, and
        // finds none if the reader lacks a field; the specification, and we, go by the name.
        let schema = drawn(seed, 0);
        let mut draw = luck(!seed);
        let later = changed(&schema, &mut draw);
        let (text, later) = (schema.to_string(), later.to_string());
        // A field that is left out may have been the one that defined a type.
        let Ok(reader) = Avro::read(&later) else { return Ok(()) };
        let writer = Avro::read(&text).expect("a schema");
        let form = Form::new(SchemaLanguage::Avro, &text).expect("a schema");
        let others = [&text, &later].map(|text| Schema::parse_str(text).expect("a schema"));
        for number in 0..4 {
            let payload = form.payload(&mut luck(seed ^ number));
            let bytes = encoded(&others[0], binary(&writer, writer.root, &payload));
            let theirs = decoded(&others[0], Some(&others[1]), &bytes);
            match (reader.resolved(&writer, &payload), theirs) {
                (Ok(ours), Ok(theirs)) => {
                    prop_assert_eq!(reader.violations(&ours), [], "{} for {}", ours, &later);
                    let ours = binary(&reader, reader.root, &ours);
                    prop_assert_eq!(ours, theirs, "{} by {}", &text, &later);
                }
                (Err(_), Err(_)) => {}
                (ours, theirs) => {
                    let both = format!("ours {ours:?}\ntheirs {theirs:?}");
                    let what = format!("{text}\nby {later}\nsays {payload}\n{both}");
                    return Err(TestCaseError::fail(what));
                }
            }
        }
    }
}
