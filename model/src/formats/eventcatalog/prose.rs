//! Markdown that people wrote, where components and expressions mean something: they are kept from
//! meaning anything.

use std::fmt::Write;

/// The text with every sign escaped that begins a tag or an expression, but for code, in which none
/// does.
pub(super) fn safe(text: &str) -> String {
    let has_closed_code = text.matches('`').count().is_multiple_of(2);
    let mut safe = String::with_capacity(text.len());
    let mut is_code = false;
    for line in text.split_inclusive('\n') {
        // At the beginning of a line these words are a module's.
        let is_module = !is_code && ["import", "export"].iter().any(|it| line.starts_with(it));
        if is_module && let Some(first) = line.chars().next() {
            write!(safe, "&#{};", u32::from(first)).expect("invariant: a string takes every text");
        }
        for letter in line.chars().skip(usize::from(is_module)) {
            match letter {
                '`' if has_closed_code => {
                    is_code = !is_code;
                    safe.push(letter);
                }
                '<' if !is_code => safe.push_str("&lt;"),
                '{' if !is_code => safe.push_str("&#123;"),
                '}' if !is_code => safe.push_str("&#125;"),
                letter => safe.push(letter),
            }
        }
    }
    safe
}

/// The text below the properties of a resource.
pub(super) fn body(description: &str, components: &[&str]) -> String {
    let mut body = String::from("\n");
    if !description.trim().is_empty() {
        body.push_str("## Overview\n\n");
        body.push_str(safe(description).trim());
        body.push_str("\n\n");
    }
    for component in components.iter().filter(|it| !it.is_empty()) {
        body.push_str(component);
        body.push_str("\n\n");
    }
    body.truncate(body.trim_end().len());
    body.push('\n');
    body
}

/// What a text says before its first component: what people read first.
pub(super) fn overview(body: &str) -> String {
    let lines = body.lines().skip_while(|it| {
        it.trim().is_empty() || it.starts_with("import ") || it.trim() == "## Overview"
    });
    let lines: Vec<&str> = lines
        .take_while(|it| !it.trim_start().starts_with('<') && !it.starts_with("## "))
        .collect();
    let text = lines.join("\n");
    let signs = [("&lt;", "<"), ("&#123;", "{"), ("&#125;", "}")];
    let text = signs.iter().fold(text, |text, (escaped, sign)| text.replace(escaped, sign));
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_no_component() {
        assert_eq!(safe("<b>{1+1}</b> `{a}`"), "&lt;b>&#123;1+1&#125;&lt;/b> `{a}`");
        assert_eq!(safe("import x\nan import"), "&#105;mport x\nan import");
        assert_eq!(safe("a ` {b}"), "a ` &#123;b&#125;");
    }
}
