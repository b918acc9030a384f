//! Nodes as cards; the outline tells the role.

use std::sync::Arc;

use crate::channel::Channel;
use crate::design::Position;
use crate::formats::svg::colors::Colors;
use crate::formats::svg::put;
use crate::formats::svg::text::{escaped, number, shortened};
use crate::layout::{NODE_HEIGHT, NODE_WIDTH};
use crate::node::{Arrivals, Consumer, Node, Producer, Role};
use crate::preset::shape::{self, Shape};
use crate::preset::{Preset, Presets};
use crate::time::Span;

pub(super) fn draw(
    svg: &mut String,
    node: &Node,
    place: Position,
    (own, presets): (&[Arc<Preset>], &Presets),
    colors: &Colors,
) {
    let size = (NODE_WIDTH, NODE_HEIGHT);
    put(svg, format_args!("<g>"));
    put(svg, format_args!("<title>{}</title>", escaped(&tooltip(node))));
    outline(svg, Outline::of(&node.role, own), place, size, colors);
    // A cylinder's lid, a topic's fan and a producer's point stand at the right.
    let x = number(place.0 - NODE_WIDTH / 2.0 + text_inset(&node.role));
    put(
        svg,
        format_args!(
            r#"<text x="{x}" y="{}" font-size="14" font-weight="600" fill="{}">{}</text>"#,
            number(place.1 - 3.0),
            colors.text,
            escaped(&shortened(&node.name, 17))
        ),
    );
    put(
        svg,
        format_args!(
            r#"<text x="{x}" y="{}" font-size="11" fill="{}">{}</text>"#,
            number(place.1 + 16.0),
            colors.muted,
            escaped(&shortened(&detail(&node.role, presets), 22))
        ),
    );
    put(svg, format_args!("</g>"));
}

fn tooltip(node: &Node) -> String {
    if node.summary.is_empty() { node.name.clone() } else { node.summary.clone() }
}

fn text_inset(role: &Role) -> f32 {
    match role {
        Role::Producer(_) => 18.0,
        Role::Channel(_) => 26.0,
        Role::Consumer(_) => 22.0,
    }
}

/// What tells nodes apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    Producer,
    Channel(Shape),
    Consumer,
}

impl Outline {
    /// The outline of a node of a design with these presets of its own.
    pub(super) fn of(role: &Role, own: &[Arc<Preset>]) -> Outline {
        match role {
            Role::Producer(_) => Outline::Producer,
            Role::Channel(channel) => Outline::Channel(Shape::of(channel, own)),
            Role::Consumer(_) => Outline::Consumer,
        }
    }
}

/// An outline, filled; also used small, in the legend.
pub(super) fn outline(
    svg: &mut String,
    outline: Outline,
    place: Position,
    (width, height): (f32, f32),
    colors: &Colors,
) {
    let accent = colors.accent(outline);
    let style = format!(r#"fill="{}" stroke="{accent}" stroke-width="1.5""#, colors.card);
    let (left, right) = (place.0 - width / 2.0, place.0 + width / 2.0);
    let (top, bottom) = (place.1 - height / 2.0, place.1 + height / 2.0);
    let [l, r, t, b, middle] = [left, right, top, bottom, place.1].map(number);
    match outline {
        Outline::Producer => {
            let shoulder = number(right - height / 4.0);
            let round = number(height / 8.0);
            let (after, down, up) = (
                number(left + height / 8.0),
                number(bottom - height / 8.0),
                number(top + height / 8.0),
            );
            put(
                svg,
                format_args!(
                    r#"<path d="M{after} {t} H{shoulder} L{r} {middle} L{shoulder} {b} H{after} A{round} {round} 0 0 1 {l} {down} V{up} A{round} {round} 0 0 1 {after} {t} Z" {style}/>"#
                ),
            );
        }
        Outline::Channel(Shape::Queue) => {
            let (rx, ry) = (number(height / 7.0), number(height / 2.0));
            let (from, to) = (number(left + height / 7.0), number(right - height / 7.0));
            put(
                svg,
                format_args!(
                    r#"<path d="M{from} {t} H{to} A{rx} {ry} 0 0 1 {to} {b} H{from} A{rx} {ry} 0 0 1 {from} {t} Z" {style}/>"#
                ),
            );
            put(
                svg,
                format_args!(
                    r#"<path d="M{to} {t} A{rx} {ry} 0 0 0 {to} {b}" fill="none" stroke="{accent}" stroke-width="1.5"/>"#
                ),
            );
        }
        Outline::Channel(Shape::Topic) => {
            rect(svg, (left, top, width, height), height / 2.0, &style);
            fan(svg, Position(right - height * 0.42, place.1), height, accent);
        }
        Outline::Channel(Shape::Router) => {
            let (from, to) = (number(left + height / 3.0), number(right - height / 3.0));
            put(
                svg,
                format_args!(
                    r#"<path d="M{l} {middle} L{from} {t} H{to} L{r} {middle} L{to} {b} H{from} Z" {style}/>"#
                ),
            );
            fan(svg, Position(right - height * 0.42, place.1), height, accent);
        }
        Outline::Channel(Shape::Log) => {
            rect(svg, (left, top, width, height), height / 16.0, &style);
            for step in 1..=3 {
                let x = number(right - height * 0.16 * step as f32);
                put(
                    svg,
                    format_args!(
                        r#"<path d="M{x} {t} V{b}" fill="none" stroke="{accent}" stroke-width="1.5"/>"#
                    ),
                );
            }
        }
        Outline::Consumer => {
            rect(svg, (left, top, width, height), height / 8.0, &style);
            let bar = (left + height * 0.11, top + height * 0.2, height * 0.055, height * 0.6);
            rect(svg, bar, height * 0.027, &format!(r#"fill="{accent}""#));
        }
    }
}

fn rect(svg: &mut String, (x, y, width, height): (f32, f32, f32, f32), radius: f32, style: &str) {
    let [x, y, width, height, radius] = [x, y, width, height, radius].map(number);
    put(
        svg,
        format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" {style}/>"#
        ),
    );
}

/// Three rays from one point: a copy for each.
fn fan(svg: &mut String, tip: Position, height: f32, accent: &str) {
    let reach = height * 0.22;
    let [x, y, far, up, down] =
        [tip.0 - reach / 2.0, tip.1, tip.0 + reach / 2.0, tip.1 - reach * 0.8, tip.1 + reach * 0.8]
            .map(number);
    put(
        svg,
        format_args!(
            r#"<path d="M{x} {y} L{far} {up} M{x} {y} H{far} M{x} {y} L{far} {down}" fill="none" stroke="{accent}" stroke-width="1.5" stroke-linecap="round"/>"#
        ),
    );
}

/// What matters most about a node, in a few words.
fn detail(role: &Role, presets: &Presets) -> String {
    match role {
        Role::Producer(producer) => producer_detail(producer),
        Role::Channel(channel) => channel_detail(channel, presets),
        Role::Consumer(consumer) => consumer_detail(consumer),
    }
}

fn producer_detail(producer: &Producer) -> String {
    let Some(first) = producer.workload.first() else { return "producer".to_owned() };
    let when = match &first.arrivals {
        Arrivals::Constant(rate) => rate.to_string(),
        Arrivals::Poisson(rate) => format!("{rate}, Poisson"),
        Arrivals::Scripted(instants) => format!("{} scripted", instants.len()),
    };
    match producer.workload.len() {
        1 => when,
        lines => format!("{when}, +{} more", lines - 1),
    }
}

fn channel_detail(channel: &Channel, presets: &Presets) -> String {
    let words = shape::words(channel, presets);
    match channel.time_to_live {
        Some(span) if span > Span::ZERO && channel.partitions.is_none() => {
            format!("{words} · expires {span}")
        }
        Some(_) | None => words,
    }
}

fn consumer_detail(consumer: &Consumer) -> String {
    let mut parts = Vec::new();
    if consumer.concurrency > 1 {
        parts.push(format!("{} at a time", consumer.concurrency));
    }
    if consumer.idempotent {
        parts.push("idempotent".to_owned());
    }
    if parts.is_empty() { "consumer".to_owned() } else { parts.join(" · ") }
}
