//! What the outlines and lines mean.

use crate::design::{Design, Position};
use crate::edge::EdgeKind;
use crate::formats::svg::colors::Colors;
use crate::formats::svg::outline::Outline;
use crate::formats::svg::text::{number, width};
use crate::formats::svg::{edges, nodes, put};
use crate::node::Role;
use crate::preset::shape::Shape;

/// Draws the legend in one row that begins at `left` and is centered on `y`. Logs, routers,
/// bindings and what matches nothing are explained where there are some.
pub(super) fn draw(svg: &mut String, design: &Design, (left, y): (f32, f32), colors: &Colors) {
    let outlines = [
        ("Producer", Outline::Producer),
        ("Queue", Outline::Channel(Shape::Queue)),
        ("Topic", Outline::Channel(Shape::Topic)),
        ("Log", Outline::Channel(Shape::Log)),
        ("Router", Outline::Channel(Shape::Router)),
        ("Consumer", Outline::Consumer),
    ];
    let is_there = |outline: Outline| {
        let used =
            || design.nodes.iter().any(|node| Outline::of(&node.role, &design.presets) == outline);
        !matches!(outline, Outline::Channel(Shape::Log | Shape::Router)) || used()
    };
    let mut x = left;
    for (word, outline) in outlines.into_iter().filter(|(_, outline)| is_there(*outline)) {
        nodes::outline(svg, outline, Position(x + 16.0, y), (32.0, 16.0), colors);
        x = label(svg, word, (x + 40.0, y), colors);
    }
    let has_bindings = design.edges.iter().any(|edge| edge.kind == EdgeKind::Bind);
    let lines = [
        ("Publish, subscribe", colors.line, "", true),
        ("Bind", colors.line, edges::BOUND, has_bindings),
        ("Call", colors.call, edges::CALLED, true),
        ("Dead letters", colors.dead, edges::ROUTED, true),
        ("Unmatched", colors.line, edges::ROUTED, has_alternates(design)),
    ];
    for (word, color, dashes, _) in lines.into_iter().filter(|line| line.3) {
        let (from, to, y_text) = (number(x), number(x + 30.0), number(y));
        put(
            svg,
            format_args!(
                r#"<path d="M{from} {y_text} H{to}" fill="none" stroke="{color}" stroke-width="1.75"{dashes}/>"#
            ),
        );
        x = label(svg, word, (x + 38.0, y), colors);
    }
}

fn has_alternates(design: &Design) -> bool {
    design.nodes.iter().any(|node| match &node.role {
        Role::Channel(channel) => channel.alternate.is_some(),
        Role::Producer(_) | Role::Consumer(_) => false,
    })
}

/// Writes a word and says where the next sign may begin.
fn label(svg: &mut String, word: &str, (x, y): (f32, f32), colors: &Colors) -> f32 {
    put(
        svg,
        format_args!(
            r#"<text x="{}" y="{}" font-size="11" fill="{}">{word}</text>"#,
            number(x),
            number(y + 4.0),
            colors.muted
        ),
    );
    x + width(word, 11.0) + 22.0
}
