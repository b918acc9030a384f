//! Text in, design out.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::error::{Problem, ReadError};
use super::notation::options;
use super::source::Source;
use super::token::{Kind, Lexer};
use super::tree::{GroupKind, Shape, Tree, Value};
use crate::design::{Design, FORMAT};

/// A design with the text it was read from.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// What the text means.
    pub design: Design,
    /// The text.
    pub source: Source,
}

/// Reads a design. Never panics, whatever the text.
///
/// # Errors
/// If the text is no design, with the place and what should stand there; see [`ReadError`].
pub fn read(text: &str) -> Result<Document, ReadError> {
    refuse_unknown_format(text)?;
    let source = Source::parse(text)?;
    let design: Design = judge(text, source.tree())?;
    refuse_endless_positions(text, source.tree(), &design)?;
    Ok(Document { design, source })
}

/// The value that a text means.
pub(crate) fn judge<T: DeserializeOwned>(text: &str, tree: &Tree) -> Result<T, ReadError> {
    refuse_what_serde_lets_through(text, tree, &tree.root)?;
    let plain = without_redundancy(text, tree);
    options().from_str(&plain).map_err(|error| ReadError::of_ron(text, tree, &error))
}

/// The same text, as long, with spaces in place of the brackets that say nothing.
fn without_redundancy<'a>(text: &'a str, tree: &Tree) -> Cow<'a, str> {
    if tree.redundant.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut spans = tree.redundant.clone();
    spans.sort_by_key(|span| span.start);
    let mut plain = String::with_capacity(text.len());
    let mut done = 0;
    for span in spans {
        plain.push_str(&text[done..span.start]);
        // A space for each character, so that columns stay.
        plain.extend(text[span.clone()].chars().map(|_| ' '));
        done = span.end;
    }
    plain.push_str(&text[done..]);
    Cow::Owned(plain)
}

/// Looks for the format number first, so that a file from a newer version is refused for that
/// reason and not for something in it that this version does not understand. Texts of older
/// format numbers are to be upgraded here; there is none yet.
fn refuse_unknown_format(text: &str) -> Result<(), ReadError> {
    let Some((at, found)) = format_number(text) else { return Ok(()) };
    if found > u64::from(FORMAT) {
        return Err(ReadError::at(text, at, Problem::NewerFormat { found, known: FORMAT }));
    }
    if found < 1 {
        let problem = Problem::Unexpected {
            expected: format!("a format number from 1 to {FORMAT}"),
            found: format!("`{found}`"),
            suggestion: None,
        };
        return Err(ReadError::at(text, at, problem));
    }
    Ok(())
}

/// The place and value of `format: N` among the fields of the outermost struct, if the text is
/// RON up to there. A number too long to hold is the largest one.
fn format_number(text: &str) -> Option<(usize, u64)> {
    let mut lexer = Lexer::new(text);
    let mut depth = 0usize;
    loop {
        let token = lexer.next_token().ok()?;
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.checked_sub(1)?,
            Kind::Word if depth == 1 && &text[token.span.clone()] == "format" => {
                lexer.next_token().ok().filter(|colon| colon.kind == Kind::Colon)?;
                let number = lexer.next_token().ok()?;
                let digits = text[number.span.clone()].replace('_', "");
                let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                return is_whole.then(|| (number.span.start, digits.parse().unwrap_or(u64::MAX)));
            }
            Kind::End => return None,
            Kind::Word
            | Kind::Comma
            | Kind::Colon
            | Kind::Number
            | Kind::Text
            | Kind::Quoted
            | Kind::Attribute => {}
        }
    }
}

/// Numbers that are none, and maps that name a key twice.
fn refuse_what_serde_lets_through(text: &str, tree: &Tree, value: &Value) -> Result<(), ReadError> {
    let refused = |at: usize, expected: &str, found: String| {
        let problem =
            Problem::Unexpected { expected: expected.to_owned(), found, suggestion: None };
        Err(ReadError::in_tree(text, tree, at, problem))
    };
    match &value.shape {
        Shape::Plain if is_endless(value.text(text)) => {
            refused(value.span.start, "a finite number", format!("`{}`", value.text(text)))
        }
        Shape::Plain | Shape::Text(_) => Ok(()),
        Shape::Group(group) => {
            let mut keys = std::collections::BTreeSet::new();
            for entry in &group.entries {
                let key = entry.key_text(text).filter(|_| group.kind == GroupKind::Map);
                if let Some(key) = key.filter(|key| !keys.insert(key.clone())) {
                    return refused(entry.start(), "each key once", format!("`{key}` twice"));
                }
                refuse_what_serde_lets_through(text, tree, &entry.value)?;
            }
            Ok(())
        }
    }
}

fn is_endless(token: &str) -> bool {
    let token =
        token.strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(token);
    let number = token.trim().replace('_', "");
    let number = number.trim_end_matches("f32").trim_end_matches("f64");
    number.parse::<f64>().is_ok_and(|number| !number.is_finite())
}

/// Positions are kept in fewer bits than the text may have: what was finite there may be endless
/// here.
fn refuse_endless_positions(text: &str, tree: &Tree, design: &Design) -> Result<(), ReadError> {
    let is_endless = |name: &&String| {
        let position = design.layout[*name];
        !(position.0.is_finite() && position.1.is_finite())
    };
    let Some(name) = design.layout.keys().find(is_endless) else { return Ok(()) };
    let layout = tree.root.group().and_then(|root| root.field(text, "layout"));
    let entry = layout.and_then(|layout| layout.value.group()?.field(text, name));
    let at = entry.map_or(tree.root.span.start, |entry| entry.value.span.start);
    let problem = Problem::Unexpected {
        expected: "a place on the canvas".to_owned(),
        found: "a number too large".to_owned(),
        suggestion: None,
    };
    Err(ReadError::in_tree(text, tree, at, problem))
}
