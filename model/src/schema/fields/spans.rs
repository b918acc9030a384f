//! Where the parts of a JSON text stand, and the text with one part changed: every other letter
//! stays as it was.

use std::ops::Range;

use serde_json::Value;

/// A value and where it stands, in bytes.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) content: Content,
}

/// What a value holds.
#[derive(Debug)]
pub(super) enum Content {
    Plain,
    List(Vec<Part>),
    Map(Vec<Member>),
}

/// A value of a map with its name.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Part,
}

/// Finds the parts of a text; nothing if it is no JSON.
pub(super) fn read(text: &str) -> Option<Part> {
    // Whoever knows every rule has judged it, so that finding the parts is easy.
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0 };
    reader.value()
}

struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// Skips what separates parts, and gives the letter there.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b':')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self) -> Option<Part> {
        let first = self.peek()?;
        let start = self.at;
        let content = match first {
            b'{' => self.map()?,
            b'[' => self.list()?,
            b'"' => {
                self.string();
                Content::Plain
            }
            _ => {
                while self.bytes.get(self.at).is_some_and(|it| !b",]} \t\r\n".contains(it)) {
                    self.at += 1;
                }
                Content::Plain
            }
        };
        Some(Part { span: start..self.at, content })
    }

    fn list(&mut self) -> Option<Content> {
        let mut items = Vec::new();
        self.at += 1;
        while self.peek()? != b']' {
            items.push(self.value()?);
        }
        self.at += 1;
        Some(Content::List(items))
    }

    fn map(&mut self) -> Option<Content> {
        let mut members = Vec::new();
        self.at += 1;
        while self.peek()? != b'}' {
            let start = self.at;
            self.string();
            let key_span = start..self.at;
            let key = serde_json::from_str(&self.text[key_span.clone()]).ok()?;
            members.push(Member { key, key_span, value: self.value()? });
        }
        self.at += 1;
        Some(Content::Map(members))
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(letter) = self.bytes.get(self.at) {
            self.at += if *letter == b'\\' { 2 } else { 1 };
            if *letter == b'"' {
                return;
            }
        }
    }
}

impl Part {
    /// The members of a map; none of anything else.
    pub(super) fn members(&self) -> &[Member] {
        match &self.content {
            Content::Map(members) => members,
            Content::Plain | Content::List(_) => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Part] {
        match &self.content {
            Content::List(items) => items,
            Content::Plain | Content::Map(_) => &[],
        }
    }

    /// The part that a JSON pointer leads to.
    pub(super) fn at(&self, pointer: &str) -> Option<&Part> {
        let mut part = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            part = match &part.content {
                Content::Map(members) => &members.iter().find(|it| it.key == step)?.value,
                Content::List(items) => items.get(step.parse::<usize>().ok()?)?,
                Content::Plain => return None,
            };
        }
        Some(part)
    }

    /// A name that stands twice in a map, here or deeper.
    pub(super) fn twice(&self) -> Option<&str> {
        let members = self.members();
        let here = members.iter().enumerate().find(|(place, member)| {
            members[..*place].iter().any(|earlier| earlier.key == member.key)
        });
        let deeper = || members.iter().map(|it| &it.value).chain(self.items());
        here.map(|(_, member)| member.key.as_str()).or_else(|| deeper().find_map(Part::twice))
    }
}

/// The text with another one in place of a span.
pub(super) fn replaced(text: &str, span: &Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &text[..span.start], &text[span.end..])
}

/// The text with a member more in a map, at its end.
pub(super) fn with_member(text: &str, map: &Part, key: &str, value: &Value) -> String {
    let member = format!("{}: {}", Value::from(key), in_line(value));
    let last = map.members().last().map(|it| (it.key_span.start, it.value.span.end));
    added(text, &map.span, last, &member)
}

/// The text with an item more in a list, at its end.
pub(super) fn with_item(text: &str, list: &Part, value: &Value) -> String {
    let last = list.items().last().map(|it| (it.span.start, it.span.end));
    added(text, &list.span, last, &in_line(value))
}

/// The text without one of the parts of a map or list, each given with its name if it has one.
pub(super) fn without(text: &str, whole: &Part, place: usize) -> String {
    let members = whole.members().iter().map(|it| it.key_span.start..it.value.span.end);
    let parts: Vec<Range<usize>> =
        members.chain(whole.items().iter().map(|it| it.span.clone())).collect();
    let part = &parts[place];
    let gap = match (parts.get(place + 1), place.checked_sub(1)) {
        (_, Some(before)) => parts[before].end..part.end,
        (Some(after), None) => part.start..after.start,
        (None, None) => whole.span.start + 1..whole.span.end - 1,
    };
    replaced(text, &gap, "")
}

/// What is added stands as its neighbor does: on a line of its own, or in the same.
fn added(text: &str, whole: &Range<usize>, last: Option<(usize, usize)>, new: &str) -> String {
    if let Some((start, end)) = last {
        let gap = gap_before(text, start);
        let space = if gap.is_empty() && text.contains(": ") { " " } else { gap };
        return replaced(text, &(end..end), &format!(",{space}{new}"));
    }
    let (open, close) = (&text[whole.start..=whole.start], &text[whole.end - 1..whole.end]);
    if !text.contains('\n') {
        return replaced(text, whole, &format!("{open}{new}{close}"));
    }
    let line = text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[line..whole.start];
    let indent = &rest[..rest.len() - rest.trim_start().len()];
    replaced(text, whole, &format!("{open}\n{indent}  {new}\n{indent}{close}"))
}

/// The space before a place.
fn gap_before(text: &str, place: usize) -> &str {
    let before = &text[..place];
    &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..]
}

/// A value in one line, with a space after each comma and colon.
pub(super) fn in_line(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let pairs = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), in_line(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at<'a>(part: &'a Part, pointer: &str) -> &'a Part {
        part.at(pointer).expect("a part")
    }

    #[test]
    fn parts_are_found_behind_strange_letters() {
        let text = "{\"a\\\"}\": [1, \"]\", {\"ü/~\": -1.5e3}],\n \"b\" : true }";
        let part = read(text).expect("JSON");
        assert_eq!(&text[at(&part, "/a\"}/2/ü~1~0").span.clone()], "-1.5e3");
        assert_eq!(&text[at(&part, "/b").span.clone()], "true");
        assert!(read("{\"a\": }").is_none() && read("").is_none());
        assert_eq!(read(r#"[{"a": 1, "a": 2}]"#).expect("JSON").twice(), Some("a"));
    }

    #[test]
    fn what_is_added_stands_as_its_neighbors_do() {
        let add = |text: &str| with_member(text, &read(text).expect("JSON"), "c", &json!([1, 2]));
        assert_eq!(add(r#"{"a": 1}"#), r#"{"a": 1, "c": [1, 2]}"#);
        assert_eq!(add(r#"{"a":1,"b":2}"#), r#"{"a":1,"b":2,"c": [1, 2]}"#);
        assert_eq!(add("{}"), r#"{"c": [1, 2]}"#);
        assert_eq!(add("{\n    \"a\": 1\n}"), "{\n    \"a\": 1,\n    \"c\": [1, 2]\n}");
        let text = "{\n  \"a\": {}\n}";
        let whole = read(text).expect("JSON");
        let added = with_member(text, at(&whole, "/a"), "b", &json!({"x": 1}));
        assert_eq!(added, "{\n  \"a\": {\n    \"b\": {\"x\": 1}\n  }\n}");
    }

    #[test]
    fn what_is_taken_away_takes_its_comma_along() {
        let take = |text: &str, place| without(text, &read(text).expect("JSON"), place);
        assert_eq!(take(r#"{"a": 1, "b": 2}"#, 0), r#"{"b": 2}"#);
        assert_eq!(take(r#"{"a": 1, "b": 2}"#, 1), r#"{"a": 1}"#);
        assert_eq!(take("[\n  1,\n  2,\n  3\n]", 1), "[\n  1,\n  3\n]");
        assert_eq!(take(r#"["a"]"#, 0), "[]");
    }
}
