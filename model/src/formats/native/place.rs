//! Byte offsets as lines and columns, and back.

/// Line and column of a byte offset, both from 1, columns in characters. An offset past the end
/// means the end.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// The byte offset of a line and column, both from 1. A place outside the text means its end.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut line_start = 0;
    for _ in 1..line {
        match text[line_start..].find('\n') {
            Some(newline) => line_start += newline + 1,
            None => return text.len(),
        }
    }
    let in_line = text[line_start..].char_indices().nth(column.saturating_sub(1));
    in_line.map_or(text.len(), |(index, _)| line_start + index)
}
