//! The syntax tree of a RON text. It holds places, not values: what lies between the places
//! (spaces, comments) is still in the text, so nothing is lost.

use std::iter::once;
use std::ops::Range;

use super::token::{Kind, Lexer, SyntaxError, Token, error};

/// How deep values may be nested.
pub(crate) const MAX_DEPTH: usize = 128;

/// One value of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Value {
    /// Its bytes, from the first letter of its name to its closing bracket; with `Some(` and `)`
    /// if it is wrapped so.
    pub(crate) span: Range<usize>,
    /// What it looks like.
    pub(crate) shape: Shape,
}

/// What a value looks like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// A number, a character, or a word such as `true` or `Unordered`.
    Plain,
    /// A string; its bytes without a `Some` around it.
    Text(Range<usize>),
    /// Something in brackets.
    Group(Group),
}

/// Values in brackets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Group {
    /// What the brackets mean.
    pub(crate) kind: GroupKind,
    /// The word before the brackets; empty if there is none.
    pub(crate) name: Range<usize>,
    /// Byte offset of the opening bracket.
    pub(crate) open: usize,
    /// Byte offset of the closing bracket.
    pub(crate) close: usize,
    /// What is inside.
    pub(crate) entries: Vec<Entry>,
}

/// What brackets mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GroupKind {
    /// `(a: 1)`, also `()`.
    Struct,
    /// `(1, 2)`
    Tuple,
    /// `[1, 2]`
    List,
    /// `{"a": 1}`
    Map,
}

/// One part of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// The field's name or the map's key.
    pub(crate) key: Option<Range<usize>>,
    /// Its value.
    pub(crate) value: Value,
    /// Byte offset of the comma after it.
    pub(crate) comma: Option<usize>,
}

/// A whole text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tree {
    /// The outermost value.
    pub(crate) root: Value,
    /// Brackets, names and commas that say nothing: `Some(`…`)`, and the inner pair of
    /// `Consumer((`…`))`.
    pub(crate) redundant: Vec<Range<usize>>,
}

impl Entry {
    /// Where the entry begins.
    pub(crate) fn start(&self) -> usize {
        self.key.as_ref().map_or(self.value.span.start, |key| key.start)
    }

    /// Where it ends, with its comma.
    pub(crate) fn end(&self) -> usize {
        self.comma.map_or(self.value.span.end, |comma| comma + 1)
    }
}

impl Value {
    /// The value's own text.
    pub(crate) fn text<'a>(&self, source: &'a str) -> &'a str {
        &source[self.span.clone()]
    }

    /// The group, if it is one.
    pub(crate) fn group(&self) -> Option<&Group> {
        match &self.shape {
            Shape::Group(group) => Some(group),
            Shape::Plain | Shape::Text(_) => None,
        }
    }

    /// What a string says, if it is one.
    pub(crate) fn string(&self, source: &str) -> Option<String> {
        match &self.shape {
            Shape::Text(span) => unquoted(&source[span.clone()]),
            Shape::Plain | Shape::Group(_) => None,
        }
    }
}

impl Group {
    /// The word before the brackets.
    pub(crate) fn name<'a>(&self, source: &'a str) -> &'a str {
        &source[self.name.clone()]
    }

    /// The field of this name, or the value under this key.
    pub(crate) fn field(&self, source: &str, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key_text(source).as_deref() == Some(name))
    }
}

impl Entry {
    /// The field's name or the map's key, without quotes.
    pub(crate) fn key_text(&self, source: &str) -> Option<String> {
        let key = &source[self.key.clone()?];
        let word = key.strip_prefix("r#").filter(|raw| !raw.starts_with(['"', '#']));
        Some(unquoted(key).unwrap_or_else(|| word.unwrap_or(key).to_owned()))
    }
}

/// What a string token says.
fn unquoted(token: &str) -> Option<String> {
    token.contains('"').then(|| ron::from_str(token).ok()).flatten()
}

/// The tree of a text.
///
/// # Errors
/// The first place where the text is no RON, or nested deeper than [`MAX_DEPTH`].
pub(crate) fn parse(text: &str) -> Result<Tree, SyntaxError> {
    let mut lexer = Lexer::new(text);
    let mut next = lexer.next_token()?;
    while next.kind == Kind::Attribute {
        next = lexer.next_token()?;
    }
    let mut parser = Parser { text, lexer, next, redundant: Vec::new() };
    let root = parser.value(0)?;
    if parser.next.kind != Kind::End {
        return Err(parser.unexpected("nothing more"));
    }
    Ok(Tree { root, redundant: parser.redundant })
}

/// One token ahead of the lexer.
struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    next: Token,
    redundant: Vec<Range<usize>>,
}

impl Parser<'_> {
    fn take(&mut self) -> Result<Token, SyntaxError> {
        let following = self.lexer.next_token()?;
        Ok(std::mem::replace(&mut self.next, following))
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = if self.next.kind == Kind::End {
            "the end of the file".to_owned()
        } else {
            format!("`{}`", abridged(&self.text[self.next.span.clone()]))
        };
        error(self.next.span.start, expected, found)
    }

    fn value(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        if depth > MAX_DEPTH {
            let expected = format!("at most {MAX_DEPTH} levels of brackets");
            return Err(error(self.next.span.start, expected, "one more"));
        }
        match self.next.kind {
            Kind::Number | Kind::Quoted => {
                Ok(Value { span: self.take()?.span, shape: Shape::Plain })
            }
            Kind::Text => {
                let span = self.take()?.span;
                Ok(Value { span: span.clone(), shape: Shape::Text(span) })
            }
            Kind::Word => self.word(depth),
            Kind::Open('(') => {
                let start = self.next.span.start;
                self.parentheses(start..start, depth)
            }
            Kind::Open(bracket) => self.list_or_map(bracket, depth),
            Kind::Close(_) | Kind::Comma | Kind::Colon | Kind::Attribute | Kind::End => {
                Err(self.unexpected("a value"))
            }
        }
    }

    fn word(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        let name = self.take()?.span;
        if self.next.kind == Kind::Open('(') {
            return self.parentheses(name, depth);
        }
        Ok(Value { span: name, shape: Shape::Plain })
    }

    fn parentheses(&mut self, name: Range<usize>, depth: usize) -> Result<Value, SyntaxError> {
        let start = name.start;
        let open = self.take()?.span.start;
        let mut entries = Vec::new();
        let mut kind = GroupKind::Struct;
        while self.next.kind != Kind::Close(')') {
            let mut entry = self.field_or_item(depth)?;
            if entries.is_empty() && entry.key.is_none() {
                kind = GroupKind::Tuple;
            } else if entry.key.is_some() != (kind == GroupKind::Struct) {
                let expected = match kind {
                    GroupKind::Struct => "a field name and `:`",
                    GroupKind::Tuple | GroupKind::List | GroupKind::Map => "a value without a name",
                };
                return Err(error(entry.start(), expected, self.quote(entry.start())));
            }
            entry.comma = self.comma(')')?;
            entries.push(entry);
        }
        let close = self.take()?.span.start;
        let group = Group { kind, name, open, close, entries };
        Ok(self.without_wrapping(start..close + 1, group))
    }

    fn quote(&self, at: usize) -> String {
        format!("`{}`", abridged(&self.text[at..]))
    }

    fn field_or_item(&mut self, depth: usize) -> Result<Entry, SyntaxError> {
        let first = self.value(depth + 1)?;
        if self.next.kind != Kind::Colon {
            return Ok(Entry { key: None, value: first, comma: None });
        }
        let is_word = matches!(first.shape, Shape::Plain)
            && !first.text(self.text).starts_with(|c: char| !(c.is_alphabetic() || c == '_'));
        if !is_word {
            return Err(error(first.span.start, "a field name", self.quote(first.span.start)));
        }
        self.take()?;
        Ok(Entry { key: Some(first.span), value: self.value(depth + 1)?, comma: None })
    }

    /// The comma after an entry, which only the last one may lack.
    fn comma(&mut self, close: char) -> Result<Option<usize>, SyntaxError> {
        if self.next.kind == Kind::Comma {
            return Ok(Some(self.take()?.span.start));
        }
        if self.next.kind == Kind::Close(close) {
            return Ok(None);
        }
        Err(self.unexpected(&format!("`,` or `{close}`")))
    }

    fn list_or_map(&mut self, bracket: char, depth: usize) -> Result<Value, SyntaxError> {
        let open = self.take()?.span.start;
        let (kind, end) =
            if bracket == '[' { (GroupKind::List, ']') } else { (GroupKind::Map, '}') };
        let mut entries = Vec::new();
        while self.next.kind != Kind::Close(end) {
            let first = self.value(depth + 1)?;
            let mut entry = if kind == GroupKind::Map {
                if self.next.kind != Kind::Colon {
                    return Err(self.unexpected("`:`"));
                }
                self.take()?;
                Entry { key: Some(first.span), value: self.value(depth + 1)?, comma: None }
            } else {
                Entry { key: None, value: first, comma: None }
            };
            entry.comma = self.comma(end)?;
            entries.push(entry);
        }
        let close = self.take()?.span.start;
        let group = Group { kind, name: open..open, open, close, entries };
        Ok(Value { span: open..close + 1, shape: Shape::Group(group) })
    }

    /// `Some(x)` is `x`, and `Consumer((a: 1))` is `Consumer(a: 1)`.
    fn without_wrapping(&mut self, span: Range<usize>, mut group: Group) -> Value {
        let is_single = group.kind == GroupKind::Tuple && group.entries.len() == 1;
        let name = group.name(self.text);
        if !is_single || name.is_empty() {
            return Value { span, shape: Shape::Group(group) };
        }
        let comma = group.entries[0].comma.map(|comma| comma..comma + 1);
        if name == "Some" {
            self.redundant.extend([group.name.clone(), group.open..group.open + 1]);
            self.redundant.extend(comma.into_iter().chain(once(group.close..group.close + 1)));
            return Value { span, shape: group.entries.remove(0).value.shape };
        }
        match &mut group.entries[0].value.shape {
            Shape::Group(inner)
                if inner.kind == GroupKind::Struct
                    && [name, ""].contains(&inner.name(self.text)) =>
            {
                self.redundant.extend([inner.name.clone(), inner.open..inner.open + 1]);
                self.redundant.extend(once(inner.close..inner.close + 1).chain(comma));
                let entries = std::mem::take(&mut inner.entries);
                let (open, close) = (inner.open, inner.close);
                let group =
                    Group { kind: GroupKind::Struct, name: group.name, open, close, entries };
                Value { span, shape: Shape::Group(group) }
            }
            Shape::Plain | Shape::Text(_) | Shape::Group(_) => {
                Value { span, shape: Shape::Group(group) }
            }
        }
    }
}

/// The beginning of a text, on one line, for an error message.
pub(crate) fn abridged(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut letters = line.chars();
    let mut short: String = letters.by_ref().take(40).collect();
    if letters.next().is_some() || line.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}
