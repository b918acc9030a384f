//! Any part of a design as one kind of tree: what its file says, without spaces and comments. Who
//! compares or merges designs walks it, so that no property is forgotten when the model grows.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::formats::native::tree as native;
use crate::formats::native::{ReadError, compact, judge, quoted};

/// A value with its parts.
#[derive(Clone, PartialEq, Debug)]
pub enum Tree {
    /// A number, or a word such as `true` or `PerKey`.
    Plain(String),
    /// A text.
    Text(String),
    /// Named fields, with a word before them where there is a choice: `Consumer(concurrency: 2)`.
    Struct {
        /// The word; empty if there is none.
        name: String,
        /// Names and values.
        fields: Vec<(String, Tree)>,
    },
    /// Values whose place says what they mean: `Uniform("1s", "2s")`.
    Tuple {
        /// The word before them; empty if there is none.
        name: String,
        /// The values.
        items: Vec<Tree>,
    },
    /// Any number of values.
    List(Vec<Tree>),
    /// Values by text.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// The tree of a value.
    pub fn of<T: Serialize>(value: &T) -> Tree {
        let text = compact(value);
        let tree = native::parse(&text).expect("invariant: what is serialized is RON");
        Tree::of_native(&text, &tree.root)
    }

    fn of_native(text: &str, value: &native::Value) -> Tree {
        let group = match &value.shape {
            native::Shape::Plain => {
                return Tree::Plain(value.text(text).trim_start_matches("r#").to_owned());
            }
            native::Shape::Text(_) => return Tree::Text(value.string(text).unwrap_or_default()),
            native::Shape::Group(group) => group,
        };
        let entries = group.entries.iter();
        let items = || entries.clone().map(|entry| Tree::of_native(text, &entry.value)).collect();
        let fields = || {
            let key = |entry: &native::Entry| entry.key_text(text).unwrap_or_default();
            entries.clone().map(|it| (key(it), Tree::of_native(text, &it.value))).collect()
        };
        let name = group.name(text).to_owned();
        match group.kind {
            native::GroupKind::Struct => Tree::Struct { name, fields: fields() },
            native::GroupKind::Tuple => Tree::Tuple { name, items: items() },
            native::GroupKind::List => Tree::List(items()),
            native::GroupKind::Map => Tree::Map(fields()),
        }
    }

    /// The value that the tree means.
    ///
    /// # Errors
    /// If it means none of that type.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        let text = self.to_string();
        let tree = native::parse(&text).map_err(|error| ReadError::of_syntax(&text, error))?;
        judge(&text, &tree)
    }

    /// The tree of a JSON document; objects are maps.
    #[must_use]
    pub fn of_json(value: &Value) -> Tree {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Tree::Plain(value.to_string()),
            Value::String(text) => Tree::Text(text.clone()),
            Value::Array(items) => Tree::List(items.iter().map(Tree::of_json).collect()),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| (name.clone(), Tree::of_json(value));
                Tree::Map(fields.iter().map(field).collect())
            }
        }
    }

    /// The tree as JSON: words are texts, and what has a word before its brackets is an object
    /// with that word as its only name. [`Tree::of_json`] and this give back the same document.
    #[must_use]
    pub fn json(&self) -> Value {
        let object = |fields: &[(String, Tree)]| {
            let fields = fields.iter().map(|(name, value)| (name.clone(), value.json()));
            Value::Object(fields.collect())
        };
        let named = |name: &str, value: Value| {
            if name.is_empty() {
                value
            } else {
                Value::Object(Map::from_iter([(name.to_owned(), value)]))
            }
        };
        match self {
            Tree::Plain(word) => plain(word),
            Tree::Text(text) => Value::String(text.clone()),
            Tree::Struct { name, fields } => named(name, object(fields)),
            Tree::Tuple { name, items } => match items.as_slice() {
                [single] if !name.is_empty() => named(name, single.json()),
                items => named(name, items.iter().map(Tree::json).collect()),
            },
            Tree::List(items) => items.iter().map(Tree::json).collect(),
            Tree::Map(fields) => object(fields),
        }
    }

    /// The JSON document that a text holds, if it holds an object or a list.
    #[must_use]
    pub fn inside(text: &str) -> Option<Tree> {
        if !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let value: Value = serde_json::from_str(text).ok()?;
        (value.is_object() || value.is_array()).then(|| Tree::of_json(&value))
    }

    /// The field of this name, or the value under this key.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Tree> {
        let fields = match self {
            Tree::Struct { fields, .. } | Tree::Map(fields) => fields,
            Tree::Plain(_) | Tree::Text(_) | Tree::Tuple { .. } | Tree::List(_) => return None,
        };
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// What the field of this name says, if that is a text.
    #[must_use]
    pub fn says(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Tree::Text(text) => Some(text),
            Tree::Plain(_)
            | Tree::Struct { .. }
            | Tree::Tuple { .. }
            | Tree::List(_)
            | Tree::Map(_) => None,
        }
    }

    /// The items of the list under this name; none if there is no such list.
    #[must_use]
    pub fn items(&self, name: &str) -> &[Tree] {
        match self.field(name) {
            Some(Tree::List(items)) => items,
            Some(
                Tree::Plain(_)
                | Tree::Text(_)
                | Tree::Struct { .. }
                | Tree::Tuple { .. }
                | Tree::Map(_),
            )
            | None => &[],
        }
    }
}

/// A word as JSON.
fn plain(word: &str) -> Value {
    let number = || word.parse::<Number>().ok().map(Value::Number);
    match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        word => number().unwrap_or_else(|| Value::String(word.to_owned())),
    }
}

/// As it stands in a file, on one line where its texts allow that.
impl std::fmt::Display for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Tree::Plain(word) => f.write_str(word),
            Tree::Text(text) => f.write_str(&quoted(text)),
            Tree::Struct { name, fields } => {
                write!(f, "{name}(")?;
                separated(f, fields, |f, (name, value)| write!(f, "{name}: {value}"))?;
                f.write_str(")")
            }
            Tree::Tuple { name, items } => {
                write!(f, "{name}(")?;
                separated(f, items, |f, item| write!(f, "{item}"))?;
                f.write_str(")")
            }
            Tree::List(items) => {
                f.write_str("[")?;
                separated(f, items, |f, item| write!(f, "{item}"))?;
                f.write_str("]")
            }
            Tree::Map(fields) => {
                f.write_str("{")?;
                separated(f, fields, |f, (key, value)| write!(f, "{}: {value}", quoted(key)))?;
                f.write_str("}")
            }
        }
    }
}

fn separated<T>(
    f: &mut std::fmt::Formatter<'_>,
    parts: &[T],
    one: impl Fn(&mut std::fmt::Formatter<'_>, &T) -> std::fmt::Result,
) -> std::fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        one(f, part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Design;
    use crate::formats::native::generate::Chance;

    #[test]
    fn a_tree_means_what_it_was_made_of() {
        for seed in 0..200 {
            let design = Chance(seed).design();
            let tree = Tree::of(&design);
            assert_eq!(tree.value::<Design>().expect("a design"), design, "seed {seed}");
            assert_eq!(Tree::of(&tree.value::<Design>().expect("a design")), tree);
        }
    }

    #[test]
    fn json_comes_back_as_it_was() {
        let text = r#"{"a": [1, 2.5, -3, true, null, "x\n"], "b": {"c d": {}}, "true": "true"}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(Tree::of_json(&value).json(), value);
        assert_eq!(Tree::inside("[1]").map(|tree| tree.json()), Some(serde_json::json!([1])));
        assert_eq!(Tree::inside("1"), None);
        assert_eq!(Tree::inside("{a}"), None);
    }

    #[test]
    fn a_tree_says_what_its_file_would() {
        let tree = Tree::of(&crate::contract::Backoff::Fixed("1s".parse().expect("a span")));
        assert_eq!(tree.to_string(), r#"Fixed("1s")"#);
        assert_eq!(tree.json(), serde_json::json!({"Fixed": "1s"}));
    }
}
