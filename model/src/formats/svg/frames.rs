//! Bounded contexts, as soft frames behind their nodes.

use std::collections::BTreeMap;

use crate::design::{Design, Position};
use crate::formats::svg::colors::Colors;
use crate::formats::svg::put;
use crate::formats::svg::text::{escaped, number, shortened};
use crate::layout::{NODE_HEIGHT, NODE_WIDTH};

/// Room between a frame and its nodes; a little more above, for the name.
const PADDING: f32 = 16.0;

pub(super) fn draw(
    svg: &mut String,
    design: &Design,
    places: &BTreeMap<&str, Position>,
    colors: &Colors,
) {
    for context in &design.contexts {
        let members = design
            .nodes
            .iter()
            .filter(|node| node.context.as_deref() == Some(context.name.as_str()))
            .filter_map(|node| places.get(node.name.as_str()).copied());
        let corners = members.map(|place| (place, place)).reduce(|(least, most), (a, b)| {
            let least = Position(least.0.min(a.0), least.1.min(a.1));
            (least, Position(most.0.max(b.0), most.1.max(b.1)))
        });
        if let Some((least, most)) = corners {
            frame(svg, &context.name, least, most, colors);
        }
    }
}

fn frame(svg: &mut String, name: &str, least: Position, most: Position, colors: &Colors) {
    let (left, top) =
        (least.0 - NODE_WIDTH / 2.0 - PADDING, least.1 - NODE_HEIGHT / 2.0 - PADDING - 14.0);
    let width = most.0 + NODE_WIDTH / 2.0 + PADDING - left;
    let height = most.1 + NODE_HEIGHT / 2.0 + PADDING - top;
    let (x, y, width_text, height) = (number(left), number(top), number(width), number(height));
    let (fill, line) = (colors.frame, colors.frame_line);
    put(
        svg,
        format_args!(
            r#"<rect x="{x}" y="{y}" width="{width_text}" height="{height}" rx="16" fill="{fill}" stroke="{line}"/>"#
        ),
    );
    put(
        svg,
        format_args!(
            r#"<text x="{}" y="{}" font-size="11" font-weight="600" letter-spacing="0.4" fill="{}">{}</text>"#,
            number(left + 14.0),
            number(top + 19.0),
            colors.muted,
            escaped(&shortened(name, (width / 7.0) as usize))
        ),
    );
}
