//! The fields of a payload as a table, from its schema.

use maud::{Markup, html};
use serde_json::Value;

use crate::catalog::parts;
use crate::message::SchemaLanguage;

mod avro;
mod json_schema;

/// Rows of a table at most.
const ROWS: usize = 400;
/// How deep fields of fields are followed.
const DEPTH: usize = 8;

/// A field.
#[derive(Debug, Default)]
struct Row {
    depth: usize,
    name: String,
    /// What its values are.
    kind: String,
    is_required: bool,
    /// What else holds for them.
    rules: Vec<String>,
    about: String,
}

/// The fields of a schema; empty if it has none that can be listed.
pub(super) fn fields(language: SchemaLanguage, text: &str) -> Markup {
    let Ok(schema) = serde_json::from_str::<Value>(text) else { return Markup::default() };
    let mut rows = Vec::new();
    match language {
        SchemaLanguage::JsonSchema => json_schema::list(&schema, &mut rows),
        SchemaLanguage::Avro => avro::list(&schema, &mut rows),
        SchemaLanguage::Protobuf => {}
    }
    let is_cut = rows.len() >= ROWS;
    let rows: Vec<Markup> = rows.iter().map(row).collect();
    html! {
        (parts::table("Fields", &["Field", "Values", "Needed", "What it means"], &rows))
        @if is_cut { p.muted { "More than " (ROWS) " fields; the schema has them all." } }
    }
}

fn row(row: &Row) -> Markup {
    html! { tr {
        td { span.field style=(format!("--depth:{}", row.depth)) { code { (row.name) } } }
        td {
            (row.kind)
            @for rule in &row.rules { p.muted { (rule) } }
        }
        td { @if row.is_required { "yes" } @else { span.muted { "no" } } }
        td { (row.about) }
    } }
}

/// A value in a few letters.
fn shown(value: &Value) -> String {
    let text = match value.as_str() {
        Some(text) => format!("\"{text}\""),
        None => value.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(language: SchemaLanguage, text: &str) -> String {
        let mut rows = Vec::new();
        let schema = serde_json::from_str(text).expect("a schema");
        match language {
            SchemaLanguage::JsonSchema => json_schema::list(&schema, &mut rows),
            SchemaLanguage::Avro => avro::list(&schema, &mut rows),
            SchemaLanguage::Protobuf => {}
        }
        let line = |row: &Row| {
            let needed = if row.is_required { "!" } else { "" };
            let rules = row.rules.join("; ");
            format!("{}{}{needed}: {} {rules}", "  ".repeat(row.depth), row.name, row.kind)
                .trim_end()
                .to_owned()
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn fields_of_a_json_schema_are_listed_with_their_rules() {
        let text = r##"{"type":"object","required":["id","lines"],"properties":{
            "id":{"type":"string","format":"uuid"},
            "state":{"enum":["new","paid"]},
            "total":{"type":"number","minimum":0},
            "lines":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/line"}},
            "self":{"$ref":"#"}},
            "$defs":{"line":{"type":"object","properties":{"sku":{"type":["string","null"]}}}}}"##;
        expect_test::expect![[r#"
            id!: string format uuid
            state: "new", "paid"
            total: number at least 0
            lines!: array of object at least 1 items
              sku: string or null
            self: object as #"#]]
        .assert_eq(&listed(SchemaLanguage::JsonSchema, text));
    }

    #[test]
    fn fields_of_an_avro_schema_are_listed_with_their_rules() {
        let text = r#"{"type":"record","name":"Order","fields":[
            {"name":"id","type":"string"},
            {"name":"note","type":["null","string"],"default":null},
            {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line",
              "fields":[{"name":"count","type":"int"}]}}},
            {"name":"next","type":["null","Order"],"default":null}]}"#;
        expect_test::expect![[r#"
            id!: string
            note: null or string default null
            at!: long timestamp-millis
            lines!: array of Line
              count!: int
            next: null or Order default null"#]]
        .assert_eq(&listed(SchemaLanguage::Avro, text));
    }
}
