//! A text to look at, of any length, with the numbers of its lines.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Role, ScrollArea, Ui, WidgetInfo};

use crate::gui::theme::{Colors, space};

/// Letters of a line that are shown.
const LETTERS: usize = 2000;

/// Where the lines of a text are.
#[derive(Default)]
pub struct Lines(Vec<Range<usize>>);

impl Lines {
    /// Of this text.
    #[must_use]
    pub fn of(text: &str) -> Lines {
        let mut start = 0;
        let line = |line: &str| {
            let end = start + line.trim_end_matches(['\n', '\r']).len();
            let range = start..end;
            start += line.len();
            range
        };
        Lines(text.split_inclusive('\n').map(line).collect())
    }
}

/// Shows the text in the place that is left; `name` is its accessible name.
pub fn show(ui: &mut Ui, name: &str, text: &str, lines: &Lines) {
    let font = FontId::new(12.0, FontFamily::Monospace);
    let height = ui.fonts_mut(|fonts| fonts.row_height(&font));
    let digits = lines.0.len().to_string().len();
    ui.spacing_mut().item_spacing.y = 0.0;
    let shown = ScrollArea::both().id_salt(name).auto_shrink(false).show_rows(
        ui,
        height,
        lines.0.len(),
        |ui, rows| {
            let colors = Colors::of(ui);
            for row in rows {
                let line = text.get(lines.0[row].clone()).unwrap_or_default();
                let job = job(line, &format!("{:>digits$}", row + 1), (&font, colors));
                ui.add(egui::Label::new(job).extend().selectable(true));
            }
        },
    );
    let id = ui.scope_id().with(("text", name));
    let response = ui.interact(shown.inner_rect, id, egui::Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Document, true, name);
        info.current_text_value = Some(text.chars().take(LETTERS).collect());
        info
    });
}

fn job(line: &str, number: &str, (font, colors): (&FontId, &Colors)) -> LayoutJob {
    let format = |color: Color32| TextFormat::simple(font.clone(), color);
    let mut job = LayoutJob::default();
    job.append(number, 0.0, format(colors.faint));
    let cut = line.char_indices().nth(LETTERS).map_or(line.len(), |(at, _)| at);
    let mut leading = space::M;
    for (part, kind) in parts(&line[..cut]) {
        let color = match kind {
            Kind::Plain => colors.text,
            Kind::Quoted => colors.producer,
            Kind::Comment => colors.faint,
        };
        job.append(part, leading, format(color));
        leading = 0.0;
    }
    if cut < line.len() {
        job.append(" …", 0.0, format(colors.faint));
    }
    job
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Plain,
    Quoted,
    Comment,
}

/// A line cut into quotations and what is between them; or the whole of it, if it is a comment.
fn parts(line: &str) -> Vec<(&str, Kind)> {
    let begin = line.trim_start();
    if ["#", "//", "%%", "' ", "<!--"].iter().any(|sign| begin.starts_with(sign)) {
        return vec![(line, Kind::Comment)];
    }
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('"') {
        let mut is_escaped = false;
        let close = rest[open + 1..].find(|letter| {
            let is_end = letter == '"' && !is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            is_end
        });
        let Some(close) = close else { break };
        let end = open + 1 + close + 1;
        parts.push((&rest[..open], Kind::Plain));
        parts.push((&rest[open..end], Kind::Quoted));
        rest = &rest[end..];
    }
    parts.push((rest, Kind::Plain));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_quotations_begin_and_end() {
        let line = r#"a ["b \" c"] --> "d""#;
        let kinds: Vec<_> = parts(line).into_iter().collect();
        let quoted = [r#""b \" c""#, r#""d""#];
        let found: Vec<_> = kinds.iter().filter(|it| it.1 == Kind::Quoted).map(|it| it.0).collect();
        assert_eq!(found, quoted);
        let all: String = kinds.iter().map(|it| it.0).collect();
        assert_eq!(all, line);
        assert_eq!(parts(r#"  # "x""#), [(r#"  # "x""#, Kind::Comment)]);
        assert_eq!(parts(r#"open " end"#), [(r#"open " end"#, Kind::Plain)]);
    }

    #[test]
    fn lines_are_found_whatever_ends_them() {
        let text = "one\r\ntwo\n\nfour";
        let found: Vec<_> = Lines::of(text).0.into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, ["one", "two", "", "four"]);
    }
}
