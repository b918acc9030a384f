//! Pairs of Avro schemas that others have judged. They are no part of the project: the test needs a
//! file of them, one JSON object a line with `id`, `writer`, `reader` and `backward`, and says so
//! without it.

use std::{env, fs};

use flowbench_model::message::SchemaLanguage;
use flowbench_model::schema::avro::Avro;
use flowbench_model::schema::{Form, luck};
use serde_json::Value;

const CASES: &str = "FLOWBENCH_AVRO_CASES";
/// Payloads of a writer that a reader gets.
const PAYLOADS: u64 = 200;

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn readers_read_what_others_say_they_read() {
    let Some(path) = env::var_os(CASES) else {
        eprintln!("skipped: {CASES} names no file with cases");
        return;
    };
    let text = fs::read_to_string(&path).expect("the cases can be read");
    let mut wrong = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let id = case["id"].as_str().unwrap_or_default();
        let Some(expected) = case["backward"].as_bool() else { continue };
        match reads_all(&case["writer"], &case["reader"]) {
            // What nobody can write is read by everybody, or nobody, as one likes.
            Ok(None) => {}
            Ok(Some(reads)) if reads == expected => {}
            Ok(Some(reads)) => {
                wrong.push(format!("{id}: expected {expected}, found {reads}: {case}"))
            }
            Err(error) => wrong.push(format!("{id}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a reader gets every one of many payloads; nothing if there are none.
fn reads_all(writer: &Value, reader: &Value) -> Result<Option<bool>, String> {
    let avro = |schema: &Value| {
        let text = schema.to_string();
        Avro::read(&text).map(|avro| (avro, text)).map_err(|error| format!("{error}: {schema}"))
    };
    let ((writer, text), (reader, _)) = (avro(writer)?, avro(reader)?);
    let form = Form::new(SchemaLanguage::Avro, &text).map_err(|error| error.to_string())?;
    if form.unsatisfied(luck).is_some() {
        return Ok(None);
    }
    let read = |seed| reader.resolved(&writer, &form.payload(&mut luck(seed))).is_ok();
    Ok(Some((0..PAYLOADS).all(read)))
}
