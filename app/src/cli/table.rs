//! Tables and wrapped text in a given width.

/// Which way the cells of a column lean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lean {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// Lines of a table, the head first. A table too wide for `width` has its widest left-leaning
/// column cut.
pub(super) fn lines(head: &[(&str, Lean)], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let titles: Vec<String> = head.iter().map(|(title, _)| (*title).to_owned()).collect();
    let mut widths: Vec<usize> = titles.iter().map(|title| length(title)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell));
        }
    }
    shrink(&mut widths, head, width);
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).zip(head);
        let cells: Vec<String> =
            cells.map(|((cell, width), (_, lean))| padded(cell, *width, *lean)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    std::iter::once(&titles).chain(rows).map(line).collect()
}

/// A text in lines of at most `width` characters, broken between words.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn shrink(widths: &mut [usize], head: &[(&str, Lean)], width: usize) {
    const NARROWEST: usize = 8;
    loop {
        let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
        let left = (0..widths.len()).filter(|index| head[*index].1 == Lean::Left);
        let widest = left.max_by_key(|index| widths[*index]);
        match widest.filter(|index| total > width && widths[*index] > NARROWEST) {
            Some(index) => widths[index] -= (total - width).min(widths[index] - NARROWEST).max(1),
            None => return,
        }
    }
}

fn padded(cell: &str, width: usize, lean: Lean) -> String {
    let cell = if length(cell) > width {
        cell.chars().take(width.saturating_sub(1)).chain(['…']).collect()
    } else {
        cell.to_owned()
    };
    match lean {
        Lean::Left => format!("{cell:<width$}"),
        Lean::Right => format!("{cell:>width$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_too_wide_loses_the_end_of_its_longest_text() {
        let head = [("name", Lean::Left), ("count", Lean::Right)];
        let rows = vec![
            vec!["a very long name of a thing".to_owned(), "7".to_owned()],
            vec!["short".to_owned(), "1,234".to_owned()],
        ];
        assert_eq!(
            lines(&head, &rows, 20),
            ["name           count", "a very long …      7", "short          1,234"]
        );
        assert_eq!(lines(&head, &rows, 80)[1], "a very long name of a thing      7");
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), Vec::<String>::new());
    }
}
