//! A design as a picture: one SVG that stands by itself, without scripts or links.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::design::{Design, Position};
use crate::layout::{NODE_HEIGHT, NODE_WIDTH};

mod colors;
mod curve;
mod edges;
mod frames;
mod legend;
mod nodes;
mod outline;
mod text;

use colors::Colors;
use text::{escaped, number, shortened};

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// Dark on white, for paper.
    #[default]
    Light,
    /// Light on dark, for screens.
    Dark,
}

/// Room around the drawing.
const MARGIN: f32 = 56.0;
/// Room above it for the title.
const HEAD: f32 = 112.0;
/// Room below it for the legend.
const FOOT: f32 = 92.0;
/// Room for edges that go over or under the cards, beyond the margin.
const BOWS: f32 = 36.0;
/// The narrowest picture, so that title and legend fit.
const NARROWEST: f32 = 860.0;

/// The picture of a design. Nodes that have no position, or none with two finite numbers, are
/// left out, with their edges. The font is Inter, or any without serifs.
#[must_use]
pub fn write(design: &Design, positions: &BTreeMap<String, Position>, theme: Theme) -> String {
    let colors = Colors::of(theme);
    let places = finite(positions);
    let area = Area::around(&places);
    let mut svg = String::new();
    open(&mut svg, design, &area, colors);
    content(&mut svg, design, &places, colors, &|_| None);
    legend::draw(&mut svg, design, (area.left + MARGIN, area.bottom - 32.0), colors);
    svg.push_str("</svg>\n");
    svg
}

/// The same as a part of a web page, without title and legend: colors are the custom properties of
/// the page (`--fb-text`, `--fb-line` …), arrows are those of [`markers`], and nodes are links to
/// where `link` says, which gives addresses that are safe to write into an attribute. `about` says
/// to those who cannot see it what it shows.
#[must_use]
pub fn part_of_page(
    design: &Design,
    positions: &BTreeMap<String, Position>,
    about: &str,
    link: &dyn Fn(&str) -> Option<String>,
) -> String {
    let places = finite(positions);
    let mut area = Area::around_nodes(&places);
    if edges::has_bows(design, &places) {
        area.top -= BOWS;
        area.bottom += BOWS;
    }
    let (left, top) = (number(area.left), number(area.top));
    let (width, height) = (number(area.right - area.left), number(area.bottom - area.top));
    let about = escaped(about);
    let mut svg = String::new();
    put(
        &mut svg,
        format_args!(
            r#"<svg width="{width}" height="{height}" viewBox="{left} {top} {width} {height}" font-family="Inter, sans-serif" role="group" aria-label="{about}">"#
        ),
    );
    content(&mut svg, design, &places, &colors::OF_PAGE, link);
    svg.push_str("</svg>\n");
    svg
}

/// The arrows of the pictures of a page, once for all of them.
#[must_use]
pub fn markers() -> String {
    let mut svg = String::new();
    put(&mut svg, format_args!(r#"<svg class="markers" width="0" height="0" aria-hidden="true">"#));
    define_markers(&mut svg, &colors::OF_PAGE);
    svg.push_str("</svg>\n");
    svg
}

fn finite(positions: &BTreeMap<String, Position>) -> BTreeMap<&str, Position> {
    positions
        .iter()
        .filter(|(_, place)| place.0.is_finite() && place.1.is_finite())
        .map(|(name, place)| (name.as_str(), *place))
        .collect()
}

fn content(
    svg: &mut String,
    design: &Design,
    places: &BTreeMap<&str, Position>,
    colors: &Colors,
    link: &dyn Fn(&str) -> Option<String>,
) {
    let presets = design.used_presets();
    frames::draw(svg, design, places, colors);
    edges::draw_lines(svg, design, places, colors);
    for node in &design.nodes {
        let Some(place) = places.get(node.name.as_str()) else { continue };
        let link = link(&node.name);
        if let Some(link) = &link {
            put(svg, format_args!(r#"<a href="{}">"#, escaped(link)));
        }
        nodes::draw(svg, node, *place, (&design.presets, &presets), colors);
        if link.is_some() {
            put(svg, format_args!("</a>"));
        }
    }
    edges::draw_labels(svg, design, places, colors);
}

/// The part of the canvas that is shown.
struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Area {
    /// Room for the drawing with title and legend.
    fn around(places: &BTreeMap<&str, Position>) -> Area {
        let drawing = Area::around_nodes(places);
        Area {
            top: drawing.top - HEAD,
            right: drawing.right.max(drawing.left + NARROWEST),
            bottom: drawing.bottom + FOOT,
            ..drawing
        }
    }

    fn around_nodes(places: &BTreeMap<&str, Position>) -> Area {
        let bound = |of: fn(&Position) -> f32, pick: fn(f32, f32) -> f32| {
            places.values().map(of).reduce(pick).unwrap_or(0.0)
        };
        let left = bound(|place| place.0, f32::min) - NODE_WIDTH / 2.0 - MARGIN;
        let right = bound(|place| place.0, f32::max) + NODE_WIDTH / 2.0 + MARGIN;
        let top = bound(|place| place.1, f32::min) - NODE_HEIGHT / 2.0 - MARGIN;
        let bottom = bound(|place| place.1, f32::max) + NODE_HEIGHT / 2.0 + MARGIN;
        Area { left, top, right, bottom }
    }
}

fn open(svg: &mut String, design: &Design, area: &Area, colors: &Colors) {
    let (left, top) = (number(area.left), number(area.top));
    let (width, height) = (number(area.right - area.left), number(area.bottom - area.top));
    let name = escaped(&design.info.name);
    put(
        svg,
        format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{left} {top} {width} {height}" font-family="Inter, sans-serif" role="img" aria-label="{name}">"#
        ),
    );
    put(svg, format_args!("<title>{name}</title>"));
    define_markers(svg, colors);
    let background = colors.background;
    put(
        svg,
        format_args!(
            r#"<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{background}"/>"#
        ),
    );
    let (x, y) = (number(area.left + MARGIN), area.top + MARGIN);
    put(
        svg,
        format_args!(
            r#"<text x="{x}" y="{}" font-size="24" font-weight="700" fill="{}">{}</text>"#,
            number(y),
            colors.text,
            escaped(&shortened(&design.info.name, 60))
        ),
    );
    let letters = ((area.right - area.left - 2.0 * MARGIN) / 6.6) as usize;
    put(
        svg,
        format_args!(
            r#"<text x="{x}" y="{}" font-size="13" fill="{}">{}</text>"#,
            number(y + 24.0),
            colors.muted,
            escaped(&shortened(&design.info.summary, letters))
        ),
    );
}

fn define_markers(svg: &mut String, colors: &Colors) {
    put(svg, format_args!("<defs>"));
    for (id, color) in [("arrow", colors.line), ("call", colors.call), ("dead", colors.dead)] {
        put(
            svg,
            format_args!(
                r#"<marker id="{id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8 L10 5 L0 9.2 Z" fill="{color}"/></marker>"#
            ),
        );
    }
    put(svg, format_args!("</defs>"));
}

/// Adds a line.
fn put(svg: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(svg, "{line}").expect("invariant: a string takes every text");
}

#[cfg(test)]
mod tests;
