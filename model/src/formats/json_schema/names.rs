//! How files of schemas are named, and what their names say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::message::SchemaLanguage;

/// What a file is the schema of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) version: Option<u32>,
}

/// The name of the file of a version, without its ending.
pub(super) fn stem(message: &str, version: u32) -> String {
    let plain = |it: char| {
        let is_strange = it.is_control() || "/\\:*?\"<>|#%".contains(it);
        if is_strange { '-' } else { it }
    };
    let name: String = message.chars().map(plain).collect();
    let name = name.trim_matches(|it: char| it == '.' || it.is_whitespace());
    let name = if name.is_empty() { "message" } else { name };
    format!("{name}.v{version}")
}

/// The path of such a file.
pub(super) fn path(stem: &str, language: SchemaLanguage) -> String {
    match language {
        SchemaLanguage::JsonSchema => format!("{stem}.schema.json"),
        SchemaLanguage::Avro => format!("{stem}.avsc"),
        SchemaLanguage::Protobuf => format!("{stem}.proto"),
    }
}

/// A path as a reference of a URI.
pub(super) fn reference(path: &str) -> String {
    let mut reference = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                reference.push(char::from(byte));
            }
            byte => reference += &format!("%{byte:02X}"),
        }
    }
    reference
}

/// The message and version that a file is of: `OrderPlaced.v2.schema.json`, `order-placed-2.json`,
/// `order-placed/2.json`; or what the schema itself is called, if that is one word.
pub(super) fn of(file: &str, title: Option<&str>) -> Named {
    let (folder, last) = file.rsplit_once('/').unwrap_or(("", file));
    let endings = [".json", ".yaml", ".yml", ".avsc", ".proto", ".schema", "_schema", "-schema"];
    let mut stem = last;
    while let Some(shorter) = endings.iter().find_map(|it| stem.strip_suffix(it)) {
        if shorter.is_empty() {
            break;
        }
        stem = shorter;
    }
    if let Some(number) = number(stem).filter(|_| !folder.is_empty()) {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        return Named { name: name.to_owned(), version: Some(number) };
    }
    let is_word = |it: &&str| {
        !it.is_empty() && !it.contains(|it: char| it.is_whitespace() || it.is_control())
    };
    let title = title.map(str::trim).filter(is_word);
    let cut = stem.rfind(['.', '-', '_', '@']);
    let cut = cut.and_then(|at| Some((stem.get(..at)?, number(stem.get(at + 1..)?)?)));
    match cut.filter(|(name, _)| !name.is_empty()) {
        // Files of this form are our own: what they are called is the message.
        Some((name, version)) if stem.ends_with(&format!(".v{version}")) => {
            Named { name: visible(name), version: Some(version) }
        }
        Some((name, version)) => {
            Named { name: visible(title.unwrap_or(name)), version: Some(version) }
        }
        None => Named { name: visible(title.unwrap_or(stem)), version: None },
    }
}

fn visible(name: &str) -> String {
    name.chars().map(|it| if it.is_control() || it == '@' { '-' } else { it }).collect()
}

/// `2` or `v2`.
fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    digits.parse().ok().filter(|it| *it > 0 && *it < 100_000)
}

/// A text in which references by the identity of a file lead to the file; nothing if there are
/// none.
pub(super) fn led(file: &str, text: &str, ids: &BTreeMap<String, String>) -> Option<String> {
    let mut schema: Value = serde_json::from_str(text).ok()?;
    let base = schema.get("$id").or(schema.get("id")).and_then(Value::as_str);
    let base = base.unwrap_or_default().to_owned();
    let depth = file.matches('/').count();
    lead(&mut schema, &base, &"../".repeat(depth), ids).then(|| schema.to_string())
}

fn lead(value: &mut Value, base: &str, up: &str, ids: &BTreeMap<String, String>) -> bool {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str).and_then(|it| {
                let (uri, fragment) = it.split_once('#').unwrap_or((it, ""));
                let target = ids.get(&joined(base, uri)).filter(|_| !uri.is_empty())?;
                Some(format!("{up}{}#{fragment}", reference(target)))
            });
            let is_led = reference.is_some();
            if let Some(reference) = reference {
                members.insert("$ref".to_owned(), reference.into());
            }
            members.values_mut().fold(is_led, |led, it| lead(it, base, up, ids) || led)
        }
        Value::Array(items) => {
            // Every item is to be led, not the first one only.
            let led: Vec<bool> = items.iter_mut().map(|it| lead(it, base, up, ids)).collect();
            led.contains(&true)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A reference from a base, as far as the last folder of it.
fn joined(base: &str, uri: &str) -> String {
    if uri.contains("://") || uri.starts_with("urn:") {
        return uri.to_owned();
    }
    let folder = base.rfind('/').map_or("", |at| &base[..=at]);
    format!("{folder}{}", uri.trim_start_matches("./"))
}
