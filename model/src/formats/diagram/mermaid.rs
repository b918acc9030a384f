//! Mermaid flowcharts.

use super::Language;
use super::parts::{Arrow, Figure, LEAVES_OUT, Manner, Parts, Stroke, line};
use crate::design::Design;

pub(super) const LANGUAGE: Language =
    Language { name: "mermaid", title: "Mermaid", extension: "mmd", leaves_out: LEAVES_OUT, write };

fn write(design: &Design) -> String {
    let parts = Parts::of(design);
    let mut text = format!("---\ntitle: \"{}\"\n---\nflowchart LR\n", titled(&design.info.name));
    for group in &parts.groups {
        let indent = if group.context.is_some() { "    " } else { "  " };
        if let Some(context) = group.context {
            text += &format!("  subgraph {}[{}]\n", group.id, quoted(context));
        }
        for figure in &group.boxes {
            text += &format!("{indent}{}\n", shape(figure));
        }
        if group.context.is_some() {
            text += "  end\n";
        }
    }
    for arrow in &parts.arrows {
        text += &format!("  {}\n", drawn(arrow));
    }
    text
}

fn shape(figure: &Figure<'_>) -> String {
    let (id, name) = (&figure.id, quoted(figure.name));
    match figure.manner {
        Manner::Producer => format!("{id}([{name}])"),
        Manner::Consumer => format!("{id}[{name}]"),
        Manner::Queue => format!("{id}[[{name}]]"),
        Manner::Topic => format!("{id}{{{{{name}}}}}"),
        Manner::Log => format!("{id}[({name})]"),
        Manner::Router => format!("{id}{{{name}}}"),
    }
}

fn drawn(arrow: &Arrow) -> String {
    let line = match arrow.stroke {
        Stroke::Solid => "-->",
        Stroke::Dashed | Stroke::Dotted => "-.->",
    };
    let label = match arrow.label.as_str() {
        "" => String::new(),
        label => format!("|{}|", quoted(label)),
    };
    format!("{} {line}{label} {}", arrow.from, arrow.to)
}

/// A text in which every letter that could mean something is written as its number.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    // Of digits with a point, or a dash, at the beginning it would make a list.
    let mut may_begin_list = true;
    for letter in line(text).chars() {
        let is_plain = letter.is_alphanumeric()
            || " _,:/@·×→()".contains(letter)
            || "-.".contains(letter) && !may_begin_list;
        may_begin_list &= letter.is_ascii_digit();
        if is_plain {
            out.push(letter);
        } else {
            out += &format!("#{};", u32::from(letter));
        }
    }
    if out.len() == 1 {
        out.push(' ');
    }
    out + "\""
}

/// The title stands in YAML.
fn titled(text: &str) -> String {
    let mut out = String::new();
    for letter in line(text).chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            other => out.push(other),
        }
    }
    out
}
