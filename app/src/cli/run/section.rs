//! The parts of a report for people: a heading, and a table under it.

use crate::cli::console::{Console, Tone};
use crate::cli::table::{Lean, lines};

/// Writes a heading, with space before it.
pub(super) fn heading(text: &str, console: &mut Console) {
    console.line("");
    console.line(&console.tinted(Tone::Strong, text));
}

/// A table under a heading, indented by two.
pub(super) fn table(
    title: &str,
    head: &[(&str, Lean)],
    rows: &[Vec<String>],
    console: &mut Console,
) {
    heading(title, console);
    for (index, line) in lines(head, rows, console.width().saturating_sub(2)).iter().enumerate() {
        let line = if index == 0 { console.tinted(Tone::Faint, line) } else { line.clone() };
        console.line(&format!("  {line}"));
    }
}
