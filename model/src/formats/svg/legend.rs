//! What the outlines and lines mean.

use crate::channel::{Channel, Delivery};
use crate::design::Position;
use crate::formats::svg::colors::Colors;
use crate::formats::svg::text::{number, width};
use crate::formats::svg::{nodes, put};
use crate::node::{Consumer, Producer, Role};

/// Draws the legend in one row that begins at `left` and is centered on `y`.
pub(super) fn draw(svg: &mut String, (left, y): (f32, f32), colors: &Colors) {
    let topic = Channel { delivery: Some(Delivery::PublishSubscribe), ..Channel::default() };
    let roles = [
        ("Producer", Role::Producer(Producer::default())),
        ("Queue", Role::Channel(Channel::default())),
        ("Topic", Role::Channel(topic)),
        ("Consumer", Role::Consumer(Consumer::default())),
    ];
    let mut x = left;
    for (word, role) in roles {
        nodes::outline(svg, &role, Position(x + 16.0, y), (32.0, 16.0), colors);
        x = label(svg, word, (x + 40.0, y), colors);
    }
    let lines = [
        ("Publish, subscribe", colors.line, ""),
        ("Call", colors.call, r#" stroke-dasharray="6 4""#),
        ("Dead letters", colors.dead, r#" stroke-dasharray="2 4" stroke-linecap="round""#),
    ];
    for (word, color, dashes) in lines {
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
