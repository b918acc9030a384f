//! Why a text is no design: the place, what was expected, what was found, and what was probably
//! meant.

use ron::error::{Error, SpannedError};

use super::place::{line_and_column, offset};
use super::token::SyntaxError;
use super::tree::{Entry, GroupKind, Shape, Tree, Value, abridged};
use crate::name::nearest;

/// Why a text cannot be read as a design, with the place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ReadError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The property, such as `nodes.2.role`; empty if the text is no RON or the place is the
    /// whole.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// The file says a format number that this version does not know.
    #[error(
        "this file was written by a newer Flowbench (format {found}); this one reads up to \
         format {known}; update Flowbench"
    )]
    NewerFormat {
        /// The number in the file.
        found: u64,
        /// The newest that can be read.
        known: u32,
    },
    /// Something else should stand there.
    #[error("expected {expected}, found {found}{}", meant(suggestion.as_deref()))]
    Unexpected {
        /// What could have stood there.
        expected: String,
        /// What stands there.
        found: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
}

fn meant(suggestion: Option<&str>) -> String {
    suggestion.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

impl ReadError {
    /// An error at a byte offset of a text whose tree is not known.
    pub(crate) fn at(text: &str, offset: usize, problem: Problem) -> ReadError {
        let (line, column) = line_and_column(text, offset);
        ReadError { line, column, path: String::new(), problem }
    }

    /// An error of the RON grammar.
    pub(crate) fn of_syntax(text: &str, error: SyntaxError) -> ReadError {
        let SyntaxError { at, expected, found } = error;
        ReadError::at(text, at, Problem::Unexpected { expected, found, suggestion: None })
    }

    /// An error of the `ron` reader, which knows the types.
    pub(crate) fn of_ron(text: &str, tree: &Tree, error: &SpannedError) -> ReadError {
        let near = offset(text, error.span.end.line, error.span.end.col);
        let (at, problem) = explained(text, tree, near, &error.code);
        ReadError::in_tree(text, tree, at, problem)
    }

    /// An error at a byte offset of a text, with the path of the property there.
    pub(crate) fn in_tree(text: &str, tree: &Tree, at: usize, problem: Problem) -> ReadError {
        let mut path = Vec::new();
        path_to(text, &tree.root, at, &mut path);
        ReadError { path: path.join("."), ..ReadError::at(text, at, problem) }
    }
}

/// Field names, keys and indexes on the way to a byte offset.
fn path_to(text: &str, value: &Value, at: usize, path: &mut Vec<String>) {
    let Some(group) = value.group() else { return };
    let holds = |entry: &Entry| entry.start() <= at && at < entry.value.span.end;
    if let Some(index) = group.entries.iter().position(holds) {
        let entry = &group.entries[index];
        path.push(entry.key_text(text).unwrap_or_else(|| index.to_string()));
        path_to(text, &entry.value, at, path);
    }
}

/// The byte offset that an error is about, and what it says.
#[expect(clippy::wildcard_enum_match_arm, reason = "the enum is foreign and may grow")]
fn explained(text: &str, tree: &Tree, near: usize, error: &Error) -> (usize, Problem) {
    let spot = Spot { text, tree, near };
    match error {
        Error::NoSuchEnumVariant { expected, found, .. } => {
            (spot.word(found), spot.unknown(expected, found, "nothing"))
        }
        Error::NoSuchStructField { expected, found, .. } => {
            (spot.word(found), spot.unknown(expected, found, "no field at all"))
        }
        Error::MissingStructField { field, .. } => {
            (spot.group(), unexpected(format!("a field `{field}`"), "none"))
        }
        Error::DuplicateStructField { field, .. } => {
            (spot.word(field), unexpected(format!("the field `{field}` once"), "it twice"))
        }
        Error::InvalidValueForType { expected, found } => {
            (spot.finished(), unexpected(expected.clone(), found.clone()))
        }
        Error::ExpectedDifferentLength { expected, found } => {
            (spot.group(), unexpected(expected.clone(), found.to_string()))
        }
        Error::Message(message) => {
            let at = spot.finished();
            match message.split_once(", found ") {
                Some((expected, found)) => {
                    let expected = expected.strip_prefix("expected ").unwrap_or(expected);
                    (at, unexpected(expected, found))
                }
                None => (at, unexpected(format!("a value that fits ({message})"), spot.quote(at))),
            }
        }
        Error::IntegerOutOfBounds | Error::InvalidIntegerDigit { .. } => {
            let at = spot.finished();
            (at, unexpected("a whole number in range", spot.quote(at)))
        }
        other => {
            let is_struct =
                matches!(other, Error::ExpectedStructLike | Error::ExpectedNamedStructLike(_));
            if let Some((at, word)) = spot.bare_word().filter(|_| is_struct) {
                return (at, unexpected(format!("`{word}(…)`"), format!("`{word}` alone")));
            }
            let at = spot.next();
            (at, unexpected(spot.wanted(other), spot.quote(at)))
        }
    }
}

fn unexpected(expected: impl Into<String>, found: impl Into<String>) -> Problem {
    Problem::Unexpected { expected: expected.into(), found: found.into(), suggestion: None }
}

/// Where the reader stopped.
struct Spot<'a> {
    text: &'a str,
    tree: &'a Tree,
    near: usize,
}

impl Spot<'_> {
    /// An unknown name, with the known ones.
    fn unknown(&self, known: &[&str], found: &str, none: &str) -> Problem {
        let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let expected = match quoted.as_slice() {
            [] => none.to_owned(),
            [single] => single.clone(),
            several => format!("one of {}", several.join(", ")),
        };
        Problem::Unexpected {
            expected,
            found: format!("`{}`", abridged(found)),
            suggestion: nearest(found, known.iter().copied()).map(str::to_owned),
        }
    }

    /// The last name before the spot that reads so.
    fn word(&self, word: &str) -> usize {
        let mut found = None;
        visit(&self.tree.root, &mut |value, key| {
            let name = match &value.shape {
                Shape::Group(group) => group.name.clone(),
                Shape::Plain | Shape::Text(_) => value.span.clone(),
            };
            for span in key.cloned().into_iter().chain([name]) {
                let text = &self.text[span.clone()];
                let is_word = text.strip_prefix("r#").unwrap_or(text) == word;
                if is_word && span.start <= self.near && found.is_none_or(|at| at < span.start) {
                    found = Some(span.start);
                }
            }
        });
        found.unwrap_or_else(|| self.next())
    }

    /// The innermost brackets around the spot, or those that end there.
    fn group(&self) -> usize {
        let mut innermost = self.tree.root.span.start;
        visit(&self.tree.root, &mut |value, _| {
            if let Shape::Group(group) = &value.shape {
                let is_named = matches!(group.kind, GroupKind::Struct | GroupKind::Tuple);
                if is_named && group.open < self.near && self.near <= group.close + 1 {
                    innermost = innermost.max(value.span.start);
                }
            }
        });
        innermost
    }

    /// The value that was read last.
    fn finished(&self) -> usize {
        let mut last = None;
        visit(&self.tree.root, &mut |value, _| {
            let is_later = last.is_none_or(|(_, end)| end < value.span.end);
            if value.span.end <= self.near && is_later {
                last = Some((value.span.start, value.span.end));
            }
        });
        match last {
            // The reader may also stop at the beginning of the value it does not like.
            Some((start, end)) if self.text[end..self.near].trim().is_empty() => start,
            Some(_) | None => self.next(),
        }
    }

    /// The word right before the spot, if it is a whole value.
    fn bare_word(&self) -> Option<(usize, &str)> {
        let end = self.text[..self.near].trim_end().len();
        let mut found = None;
        visit(&self.tree.root, &mut |value, _| {
            if value.span.end == end && matches!(value.shape, Shape::Plain) {
                found = Some((value.span.start, value.text(self.text)));
            }
        });
        found.filter(|(_, word)| word.starts_with(char::is_alphabetic))
    }

    /// The first value or key that is not finished at the spot, or its container.
    fn next(&self) -> usize {
        let mut first = None;
        visit(&self.tree.root, &mut |value, key| {
            let start =
                key.filter(|key| self.near <= key.start).map_or(value.span.start, |k| k.start);
            let is_ahead = self.near <= start;
            if is_ahead && first.is_none_or(|at| start < at) {
                first = Some(start);
            }
        });
        match first {
            Some(start) if self.is_only_punctuation(self.near, start) => start,
            Some(_) | None => self.near.min(self.text.len()),
        }
    }

    fn is_only_punctuation(&self, from: usize, to: usize) -> bool {
        self.text[from..to].chars().all(|letter| letter.is_whitespace() || letter == '(')
    }

    fn quote(&self, at: usize) -> String {
        let mut found = None;
        visit(&self.tree.root, &mut |value, _| {
            if value.span.start == at {
                found.get_or_insert(value.span.clone());
            }
        });
        let text = found.map_or(&self.text[at..], |span| &self.text[span]);
        match abridged(text.trim_start()) {
            nothing if nothing.is_empty() => "nothing".to_owned(),
            something => format!("`{something}`"),
        }
    }

    /// What the reader wanted, in words.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum is foreign and may grow")]
    fn wanted(&self, error: &Error) -> String {
        let words = match error {
            Error::ExpectedString => "a text in quotes",
            Error::ExpectedInteger => "a whole number",
            Error::ExpectedFloat => "a number",
            Error::ExpectedBoolean => "`true` or `false`",
            Error::ExpectedArray => "a list `[…]`",
            Error::ExpectedMap => "a map `{…}`",
            Error::ExpectedStructLike | Error::ExpectedNamedStructLike(_) => "parentheses `(…)`",
            Error::ExpectedIdentifier => "a name without quotes",
            Error::ExpectedArrayEnd => "`]`",
            Error::ExpectedStructLikeEnd | Error::ExpectedOptionEnd => "`)`",
            Error::ExpectedMapEnd => "`}`",
            Error::ExpectedMapColon => "`:`",
            Error::ExpectedComma => "`,`",
            Error::ExceededRecursionLimit => "fewer levels of brackets",
            Error::TrailingCharacters => "nothing more",
            other => return format!("other text (the reader says: {other})"),
        };
        words.to_owned()
    }
}

/// Every value from the outside in, with its key.
fn visit<'a>(
    value: &'a Value,
    see: &mut impl FnMut(&'a Value, Option<&'a std::ops::Range<usize>>),
) {
    see(value, None);
    visit_inside(value, see);
}

fn visit_inside<'a>(
    value: &'a Value,
    see: &mut impl FnMut(&'a Value, Option<&'a std::ops::Range<usize>>),
) {
    let Some(group) = value.group() else { return };
    for entry in &group.entries {
        see(&entry.value, entry.key.as_ref());
        visit_inside(&entry.value, see);
    }
}
