//! Edges and routes of dead letters, with what they carry and what their contracts ask.

use std::collections::BTreeMap;

use crate::design::{Design, Position};
use crate::edge::{Edge, EdgeKind};
use crate::formats::svg::colors::Colors;
use crate::formats::svg::curve::{Curve, mirrored};
use crate::formats::svg::put;
use crate::formats::svg::text::{escaped, number, shortened, width};
use crate::layout::{NODE_HEIGHT, NODE_WIDTH};
use crate::node::Role;
use crate::summary::contract_summary;

/// Letters in a line of a label, so that it stays between two layers.
const LETTERS: usize = 18;
/// From one name to the next above it.
const LINE: f32 = 13.0;
/// Letters in a line of a badge.
const BADGE_LETTERS: usize = 17;

/// Dashes of bindings, of calls, and of ways that are no edges.
pub(super) const BOUND: &str = r#" stroke-dasharray="14 4""#;
pub(super) const CALLED: &str = r#" stroke-dasharray="6 4""#;
pub(super) const ROUTED: &str = r#" stroke-dasharray="2 4" stroke-linecap="round""#;

type Places<'a> = BTreeMap<&'a str, Position>;

fn curve(edge: &Edge, places: &Places<'_>) -> Option<Curve> {
    let (from, to) = places.get(edge.from.as_str()).zip(places.get(edge.to.as_str()))?;
    if to.0 - from.0 >= NODE_WIDTH {
        return Some(Curve::sideways(*from, *to, 0.0));
    }
    // Back from below: under the cards, so that bows do not all meet above them.
    if from.1 > to.1 {
        let floor = ceiling(mirrored(*from), mirrored(*to), places.values().copied().map(mirrored));
        return Some(Curve::sideways(mirrored(*from), mirrored(*to), floor).mirrored());
    }
    let ceiling = ceiling(*from, *to, places.values().copied());
    Some(Curve::sideways(*from, *to, ceiling))
}

/// Whether an edge leads back, over or under the cards.
pub(super) fn has_bows(design: &Design, places: &Places<'_>) -> bool {
    design.edges.iter().any(|edge| {
        let ends = places.get(edge.from.as_str()).zip(places.get(edge.to.as_str()));
        ends.is_some_and(|(from, to)| to.0 - from.0 < NODE_WIDTH)
    })
}

/// The top of the highest card between two, themselves included; of cards far above them, which
/// are no hindrance, nothing.
fn ceiling(from: Position, to: Position, places: impl Iterator<Item = Position>) -> f32 {
    let (left, right) = (from.0.min(to.0) - NODE_WIDTH, from.0.max(to.0) + NODE_WIDTH);
    let mut top = from.1.min(to.1);
    let mut rows: Vec<f32> = places
        .filter(|place| place.0 > left && place.0 < right && place.1 < top)
        .map(|place| place.1)
        .collect();
    rows.sort_by(|a, b| b.total_cmp(a));
    for row in rows {
        if top - row < 2.0 * NODE_HEIGHT {
            top = row;
        }
    }
    top - NODE_HEIGHT / 2.0
}

/// The curves of all edges, and the ways of what is given up or matches nothing.
pub(super) fn draw_lines(svg: &mut String, design: &Design, places: &Places<'_>, colors: &Colors) {
    for edge in &design.edges {
        let Some(curve) = curve(edge, places) else { continue };
        let (color, marker, dashes) = match edge.kind {
            EdgeKind::Publish | EdgeKind::Subscribe => (colors.line, "arrow", ""),
            EdgeKind::Bind => (colors.line, "arrow", BOUND),
            EdgeKind::Call => (colors.call, "call", CALLED),
        };
        line(svg, curve, color, marker, dashes);
    }
    for route in routes(design) {
        let Some((from, to)) = places.get(route.from).zip(places.get(route.to)) else { continue };
        let (color, marker) =
            if route.is_dead { (colors.dead, "dead") } else { (colors.line, "arrow") };
        line(svg, Curve::downward(*from, *to), color, marker, ROUTED);
    }
}

/// Where messages go that are given up or that match nothing, each way once.
fn routes(design: &Design) -> Vec<Route<'_>> {
    let mut routes: Vec<Route<'_>> = Vec::new();
    let of_edges =
        design.edges.iter().filter(|edge| edge.kind == EdgeKind::Subscribe).map(|edge| {
            let channel = edge.contract.dead_letter.as_deref();
            (edge.to.as_str(), channel, true)
        });
    let of_channels = design.nodes.iter().flat_map(|node| match &node.role {
        Role::Channel(channel) => {
            let (dead, alternate) = (channel.dead_letter.as_deref(), channel.alternate.as_deref());
            vec![(node.name.as_str(), dead, true), (node.name.as_str(), alternate, false)]
        }
        Role::Producer(_) | Role::Consumer(_) => Vec::new(),
    });
    for (from, to, is_dead) in of_edges.chain(of_channels) {
        let route = to.map(|to| Route { from, to, is_dead });
        routes.extend(route.filter(|route| !routes.contains(route)));
    }
    routes
}

/// A way that is no edge.
#[derive(PartialEq)]
struct Route<'a> {
    from: &'a str,
    to: &'a str,
    is_dead: bool,
}

fn line(svg: &mut String, curve: Curve, color: &str, marker: &str, dashes: &str) {
    let path = curve.path();
    put(
        svg,
        format_args!(
            r#"<path d="{path}" fill="none" stroke="{color}" stroke-width="1.75"{dashes} marker-end="url(#{marker})"/>"#
        ),
    );
}

/// Names of messages above the middle of each edge, a badge of the contract below.
pub(super) fn draw_labels(svg: &mut String, design: &Design, places: &Places<'_>, colors: &Colors) {
    let mut taken: Vec<Position> = Vec::new();
    for edge in &design.edges {
        let Some(curve) = curve(edge, places) else { continue };
        let middle = curve.middle();
        let mut at = Position(middle.0, middle.1 - 7.0);
        for name in message_lines(edge).iter().rev() {
            // Each step leaves one of the others behind, so there are at most as many.
            for _ in 0..taken.len() {
                let clashes =
                    |it: &Position| (it.0 - at.0).abs() < 90.0 && (it.1 - at.1).abs() < LINE;
                if !taken.iter().any(clashes) {
                    break;
                }
                at.1 -= LINE;
            }
            message(svg, name, at, colors);
            taken.push(at);
        }
        for (row, words) in badge_lines(&contract_summary(edge)).iter().enumerate() {
            badge(svg, words, Position(middle.0, middle.1 + 14.0 + row as f32 * 18.0), colors);
        }
    }
}

/// Two names at most; of more, how many.
fn message_lines(edge: &Edge) -> Vec<String> {
    let names: Vec<String> = edge.contract.messages.iter().map(ToString::to_string).collect();
    let mut lines: Vec<String> = names.iter().take(2).map(|it| shortened(it, LETTERS)).collect();
    if names.len() > 2 {
        lines.truncate(1);
        lines.push(format!("+{} more", names.len() - 1));
    }
    lines
}

/// The summary in lines that are short enough, broken between its parts.
fn badge_lines(summary: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in summary.split(" · ").filter(|part| !part.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() + 3 <= BADGE_LETTERS => {
                line.push_str(" · ");
                line.push_str(part);
            }
            Some(_) | None => lines.push(part.to_owned()),
        }
    }
    lines
}

fn message(svg: &mut String, name: &str, at: Position, colors: &Colors) {
    // The halo keeps the name readable where it crosses a line.
    put(
        svg,
        format_args!(
            r#"<text x="{}" y="{}" font-size="10.5" font-weight="500" text-anchor="middle" fill="{}" stroke="{}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">{}</text>"#,
            number(at.0),
            number(at.1),
            colors.text,
            colors.background,
            escaped(name)
        ),
    );
}

fn badge(svg: &mut String, words: &str, at: Position, colors: &Colors) {
    let size = 9.5;
    let wide = width(words, size) + 12.0;
    put(
        svg,
        format_args!(
            r#"<rect x="{}" y="{}" width="{}" height="16" rx="8" fill="{}"/>"#,
            number(at.0 - wide / 2.0),
            number(at.1 - 8.0),
            number(wide),
            colors.badge
        ),
    );
    put(
        svg,
        format_args!(
            r#"<text x="{}" y="{}" font-size="{size}" text-anchor="middle" fill="{}">{}</text>"#,
            number(at.0),
            number(at.1 + 3.5),
            colors.muted,
            escaped(words)
        ),
    );
}
