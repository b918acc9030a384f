//! Markdown that people wrote, as HTML that can do nothing.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Markdown (CommonMark with tables) as HTML: raw HTML is shown as text, pictures are their
/// descriptions, and links lead to the web or to people only.
pub(super) fn markdown(text: &str) -> Markup {
    let mut is_link_kept = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Some(Event::Start(Tag::Heading { level: below(level), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let is_kept = is_harmless(&dest_url);
            is_link_kept.push(is_kept);
            is_kept.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => {
            is_link_kept.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link))
        }
        Event::Start(_)
        | Event::End(_)
        | Event::Text(_)
        | Event::Code(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::Rule
        | Event::TaskListMarker(_) => Some(event),
    });
    let mut written = String::new();
    html::push_html(&mut written, events);
    PreEscaped(written)
}

/// Whether a link leads to the web or to a person.
pub(super) fn is_harmless(link: &CowStr<'_>) -> bool {
    let link = link.trim_start().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| link.starts_with(scheme))
}

/// Headings of a text stand below that of their section.
fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_text() {
        let text = "# A\n<script>alert(1)</script>\n\n<b onclick='x()'>b</b> \
                    [bad](javascript:alert(1)) [good](https://example.org) ![alt](http://x/y.png)";
        let html = markdown(text).into_string();
        assert!(!html.contains("<script") && !html.contains("<b ") && !html.contains("<img"));
        assert!(!html.contains("javascript:"), "{html}");
        assert!(html.contains("<h3>A</h3>") && html.contains(r#"href="https://example.org""#));
        assert!(html.contains("bad") && html.contains("alt"));
    }
}
