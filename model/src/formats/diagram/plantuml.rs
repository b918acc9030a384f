//! PlantUML component diagrams.

use super::Language;
use super::parts::{Arrow, Figure, LEAVES_OUT, Manner, Parts, Stroke, line};
use crate::design::Design;

pub(super) const LANGUAGE: Language = Language {
    name: "plantuml",
    title: "PlantUML",
    extension: "puml",
    leaves_out: LEAVES_OUT,
    write,
};

fn write(design: &Design) -> String {
    let parts = Parts::of(design);
    let mut text = "@startuml\nleft to right direction\n".to_owned();
    if !design.info.name.trim().is_empty() {
        text += &format!("title {}\n", escaped(&design.info.name));
    }
    for group in &parts.groups {
        let indent = if group.context.is_some() { "  " } else { "" };
        if let Some(context) = group.context {
            text += &format!("package \"{}\" as {} {{\n", escaped(context), group.id);
        }
        for figure in &group.boxes {
            text += &format!("{indent}{}\n", shape(figure));
        }
        if group.context.is_some() {
            text += "}\n";
        }
    }
    for arrow in &parts.arrows {
        text += &format!("{}\n", drawn(arrow));
    }
    text + "@enduml\n"
}

fn shape(figure: &Figure<'_>) -> String {
    let word = match figure.manner {
        Manner::Producer => "agent",
        Manner::Consumer => "component",
        Manner::Queue => "queue",
        Manner::Topic => "collections",
        Manner::Log => "database",
        Manner::Router => "control",
    };
    format!("{word} \"{}\" as {}", escaped(figure.name), figure.id)
}

fn drawn(arrow: &Arrow) -> String {
    let line = match arrow.stroke {
        Stroke::Solid => "-->",
        Stroke::Dashed => "..>",
        Stroke::Dotted => "-[dotted]->",
    };
    let label = match arrow.label.as_str() {
        "" => String::new(),
        label => format!(" : {}", escaped(label)),
    };
    format!("{} {line} {}{label}", arrow.from, arrow.to)
}

/// A text in which every letter that could mean something is written as its number; so is one that
/// stands twice, which would be markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut before = None;
    for letter in line(text).chars() {
        let is_plain = letter.is_alphanumeric()
            || letter == ' '
            || "_,.-()·×→@".contains(letter) && before != Some(letter) && before.is_some();
        if is_plain {
            out.push(letter);
        } else {
            out += &format!("<U+{:04X}>", u32::from(letter));
        }
        before = Some(letter);
    }
    if out.is_empty() { " ".to_owned() } else { out }
}
