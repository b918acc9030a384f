//! The lines of a group cut into pieces, each an entry with what belongs to it.

use std::ops::Range;

use super::token::is_space;
use super::tree::Group;

/// The text between two brackets, without a gap: head, pieces, tail.
pub(crate) struct Pieces {
    /// From the opening bracket to the end of its line, if no entry stands there.
    pub(crate) head: Range<usize>,
    /// One for each entry.
    pub(crate) pieces: Vec<Piece>,
    /// What is left before the closing bracket.
    pub(crate) tail: Range<usize>,
}

/// An entry with what belongs to it.
pub(crate) struct Piece {
    /// Blank lines and comments above, set off by a blank line: they stay when the entry goes.
    pub(crate) lead: Range<usize>,
    /// The comment right above, the entry, its comma, the comment behind it and the line's end.
    pub(crate) own: Range<usize>,
}

impl Pieces {
    /// Cuts a group.
    pub(crate) fn of(text: &str, group: &Group) -> Pieces {
        let first = group.entries.first().map_or(group.close, |entry| entry.start());
        let head_end = line_end(text, group.open + 1..first);
        let has_head = text[..head_end].ends_with('\n');
        let head = group.open + 1..if has_head { head_end } else { group.open + 1 };
        let mut done = head.end;
        let mut pieces = Vec::with_capacity(group.entries.len());
        for (index, entry) in group.entries.iter().enumerate() {
            let next = group.entries.get(index + 1).map_or(group.close, |next| next.start());
            let own_start = after_last_blank_line(text, done..entry.start());
            let own_end = line_end(text, entry.end()..next);
            pieces.push(Piece { lead: done..own_start, own: own_start..own_end });
            done = own_end;
        }
        Pieces { head, pieces, tail: done..group.close }
    }
}

/// One part of what lies between values.
enum Trivia {
    LineEnd,
    Space,
    Comment,
}

/// The parts of a text that holds only spaces and comments, with their ends.
fn trivia(text: &str, span: Range<usize>) -> Vec<(Trivia, usize)> {
    let mut parts = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let rest = &text[at..span.end];
        let (kind, length) = if rest.starts_with('\n') {
            (Trivia::LineEnd, 1)
        } else if rest.starts_with("//") {
            (Trivia::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Trivia::Comment, block_comment(rest))
        } else {
            let is_other = |letter: char| letter == '\n' || !is_space(letter);
            let first = rest.chars().next().map_or(1, char::len_utf8);
            (Trivia::Space, rest.find(is_other).unwrap_or(rest.len()).max(first))
        };
        at += length;
        parts.push((kind, at));
    }
    parts
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Just after the first end of a line, or the end of the span.
fn line_end(text: &str, span: Range<usize>) -> usize {
    let end = span.end;
    let first = trivia(text, span).into_iter().find(|(kind, _)| matches!(kind, Trivia::LineEnd));
    first.map_or(end, |(_, at)| at)
}

/// Just after the last blank line of a span that begins a line, or the beginning of the span.
fn after_last_blank_line(text: &str, span: Range<usize>) -> usize {
    let mut found = span.start;
    let mut is_blank = text[..span.start].ends_with('\n');
    for (kind, end) in trivia(text, span) {
        match kind {
            Trivia::LineEnd if is_blank => found = end,
            Trivia::LineEnd => is_blank = true,
            Trivia::Comment => is_blank = false,
            Trivia::Space => {}
        }
    }
    found
}

/// Whether the rest of the line up to here is only indentation.
pub(crate) fn begins_line(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches([' ', '\t']).ends_with('\n')
}

/// The white space at the beginning of the line of a byte offset.
pub(crate) fn indentation(text: &str, at: usize) -> &str {
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[line_start..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
