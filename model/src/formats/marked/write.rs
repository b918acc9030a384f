//! JSON values as YAML that people read: blocks, plain words where they mean themselves, texts of
//! several lines as such.

use serde_json::Value;

/// The text of a value.
#[must_use]
pub fn yaml(value: &Value) -> String {
    let mut text = String::new();
    if is_block(value) {
        block(value, 0, &mut text);
    } else {
        text.push_str(&inline(value, 0));
        text.push('\n');
    }
    text
}

/// A list or map that is not empty, each item in a line that begins at a column.
fn block(value: &Value, column: usize, text: &mut String) {
    let indent = " ".repeat(column);
    if let Value::Object(map) = value {
        for (key, value) in map {
            text.push_str(&format!("{indent}{}:", word(key)));
            below(value, column, text);
        }
    } else if let Value::Array(items) = value {
        for item in items {
            text.push_str(&format!("{indent}-"));
            if item.is_object() && is_block(item) {
                let mut inner = String::new();
                block(item, column + 2, &mut inner);
                text.push(' ');
                text.push_str(inner.trim_start_matches(' '));
            } else {
                below(item, column, text);
            }
        }
    }
}

/// Whether a value takes lines of its own.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What stands after a name or a dash.
fn below(value: &Value, column: usize, text: &mut String) {
    if is_block(value) {
        text.push('\n');
        block(value, column + 2, text);
    } else {
        text.push_str(&format!(" {}\n", inline(value, column + 2)));
    }
}

fn inline(value: &Value, column: usize) -> String {
    match value {
        Value::String(text) => lines(text, column).unwrap_or_else(|| word(text)),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text of several lines as a literal block, if it can be one.
fn lines(text: &str, column: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_plain = |line: &str| {
        !line.ends_with(' ') && line.chars().all(|it| !it.is_control() && is_printable(it))
    };
    let is_block = body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.split('\n').all(is_plain);
    if !is_block {
        return None;
    }
    let mut block = if body.len() < text.len() { "|" } else { "|-" }.to_owned();
    for line in body.split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str(&" ".repeat(column));
            block.push_str(line);
        }
    }
    Some(block)
}

/// What YAML takes as it is, line ends apart.
fn is_printable(letter: char) -> bool {
    !matches!(letter, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{85}')
}

/// A text in one line: plain where it can only mean itself.
fn word(text: &str) -> String {
    let first =
        text.chars().next().is_some_and(|it| it.is_ascii_alphabetic() || "_$/".contains(it));
    let plain = |it: char| it.is_ascii_alphanumeric() || " _./()+-$".contains(it);
    let is_reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    if first && !is_reserved && !text.ends_with(' ') && text.chars().all(plain) {
        return text.to_owned();
    }
    let quoted = Value::String(text.to_owned()).to_string();
    let special = |it: char| it == '\u{7f}' || it.is_control() || !is_printable(it);
    let escaped = quoted.chars().map(|it| match special(it) {
        true => format!("\\u{:04x}", u32::from(it)),
        false => it.to_string(),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::marked::read;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_as_the_same() {
        let words = [
            "",
            " ",
            "a b",
            "a ",
            "yes",
            "No",
            "~",
            "null",
            "1",
            "1e3",
            "-",
            "- a",
            "a: b",
            "#",
            "a #b",
            "\n",
            "a\n",
            "a\nb",
            "a\n\nb\n",
            "a\n\n",
            " a\nb",
            "a\n b",
            "a \nb",
            "\ta\nb",
            "é😀",
            "\u{1}",
            "\u{85}\u{feff}\u{2028}",
            "{a}",
            "[a]",
            "'",
            "\"",
            "\\",
            "%a",
            "@a",
            "!a",
            "&a",
            "*a",
            "|",
            ">",
            "2020-01-02",
            "0x1f",
            "<<",
            "=",
            "a\r\nb",
            "---",
            "...",
            "key: |\n  x",
        ];
        for word in words {
            let value =
                json!({word: [word, {"a": word, "b": [[word], {}, []]}, [], {"c": [1, null]}]});
            let text = yaml(&value);
            let again = read(&text).map(|it| it.tree.value());
            assert_eq!(again, Ok(value), "{text}");
        }
        assert_eq!(yaml(&json!([])), "[]\n");
    }

    #[test]
    fn it_looks_as_people_write_it() {
        let value = json!({"info": {"title": "Orders", "description": "One.\n\nTwo.\n"}, "tags": [{"name": "a", "x": [1]}], "$ref": "#/a"});
        let text = "info:\n  title: Orders\n  description: |\n    One.\n\n    Two.\ntags:\n  - name: a\n    x:\n      - 1\n$ref: \"#/a\"\n";
        assert_eq!(yaml(&value), text);
    }
}
