//! D2 diagrams.

use std::collections::BTreeMap;

use super::Language;
use super::parts::{Arrow, Figure, LEAVES_OUT, Manner, Parts, Stroke, line};
use crate::design::Design;

pub(super) const LANGUAGE: Language =
    Language { name: "d2", title: "D2", extension: "d2", leaves_out: LEAVES_OUT, write };

fn write(design: &Design) -> String {
    let parts = Parts::of(design);
    let mut text = format!("# {}\ndirection: right\n", line(&design.info.name));
    let mut paths: BTreeMap<&str, String> = BTreeMap::new();
    for group in &parts.groups {
        let indent = if group.context.is_some() { "  " } else { "" };
        if let Some(context) = group.context {
            text += &format!("{}: {} {{\n", group.id, quoted(context));
        }
        for figure in &group.boxes {
            text += &format!("{indent}{}\n", shape(figure));
            let path = match group.context {
                Some(_) => format!("{}.{}", group.id, figure.id),
                None => figure.id.clone(),
            };
            paths.insert(&figure.id, path);
        }
        if group.context.is_some() {
            text += "}\n";
        }
    }
    for arrow in &parts.arrows {
        let ends = paths.get(arrow.from.as_str()).zip(paths.get(arrow.to.as_str()));
        if let Some((from, to)) = ends {
            text += &format!("{}\n", drawn(arrow, from, to));
        }
    }
    text
}

fn shape(figure: &Figure<'_>) -> String {
    let shape = match figure.manner {
        Manner::Producer => "oval",
        Manner::Consumer => "rectangle",
        Manner::Queue => "queue",
        Manner::Topic => "hexagon",
        Manner::Log => "cylinder",
        Manner::Router => "diamond",
    };
    format!("{}: {} {{ shape: {shape} }}", figure.id, quoted(figure.name))
}

fn drawn(arrow: &Arrow, from: &str, to: &str) -> String {
    let label = quoted(&arrow.label);
    let dash = match arrow.stroke {
        Stroke::Solid => "",
        Stroke::Dashed => " { style.stroke-dash: 5 }",
        Stroke::Dotted => " { style.stroke-dash: 2 }",
    };
    format!("{from} -> {to}: {label}{dash}")
}

/// A text in single quotes, in which nothing is replaced.
fn quoted(text: &str) -> String {
    format!("'{}'", line(text).replace('\'', "''"))
}
