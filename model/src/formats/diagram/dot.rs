//! DOT, the language of Graphviz.

use super::Language;
use super::parts::{Arrow, Figure, LEAVES_OUT, Manner, Parts, Stroke, line};
use crate::design::Design;

pub(super) const LANGUAGE: Language = Language {
    name: "dot",
    title: "Graphviz DOT",
    extension: "dot",
    leaves_out: LEAVES_OUT,
    write,
};

fn write(design: &Design) -> String {
    let parts = Parts::of(design);
    let name = quoted(&design.info.name);
    let mut text = format!(
        "digraph {name} {{\n  rankdir=LR;\n  label={name};\n  \
         node [fontname=\"Helvetica\", fontsize=11];\n  edge [fontname=\"Helvetica\", fontsize=9];\n"
    );
    for group in &parts.groups {
        let indent = if group.context.is_some() { "    " } else { "  " };
        if let Some(context) = group.context {
            let (id, label) = (&group.id, quoted(context));
            text += &format!("  subgraph cluster_{id} {{\n    label={label};\n");
        }
        for figure in &group.boxes {
            text += &format!("{indent}{};\n", shape(figure));
        }
        if group.context.is_some() {
            text += "  }\n";
        }
    }
    for arrow in &parts.arrows {
        text += &format!("  {};\n", drawn(arrow));
    }
    text + "}\n"
}

fn shape(figure: &Figure<'_>) -> String {
    let shape = match figure.manner {
        Manner::Producer => "shape=box, style=rounded",
        Manner::Consumer => "shape=box",
        Manner::Queue => "shape=cds",
        Manner::Topic => "shape=hexagon",
        Manner::Log => "shape=cylinder",
        Manner::Router => "shape=diamond",
    };
    format!("{} [label={}, {shape}]", figure.id, quoted(figure.name))
}

fn drawn(arrow: &Arrow) -> String {
    let style = match arrow.stroke {
        Stroke::Solid => "solid",
        Stroke::Dashed => "dashed",
        Stroke::Dotted => "dotted",
    };
    let label = quoted(&arrow.label);
    format!("{} -> {} [label={label}, style={style}]", arrow.from, arrow.to)
}

/// A text in quotes; a backslash and an entity are only letters.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in line(text).chars() {
        match letter {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '&' => out += "&amp;",
            other => out.push(other),
        }
    }
    out + "\""
}
