//! Nodes as cards; the outline tells the role.

use std::sync::Arc;

use crate::channel::Channel;
use crate::design::Position;
use crate::formats::svg::colors::Colors;
use crate::formats::svg::outline::Outline;
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

/// An outline, filled; also used small, in the legend.
pub(super) fn outline(
    svg: &mut String,
    outline: Outline,
    place: Position,
    (width, height): (f32, f32),
    colors: &Colors,
) {
    let pen = Pen {
        accent: colors.accent(outline),
        style: format!(
            r#"fill="{}" stroke="{}" stroke-width="1.5""#,
            colors.card,
            colors.accent(outline)
        ),
        left: place.0 - width / 2.0,
        right: place.0 + width / 2.0,
        top: place.1 - height / 2.0,
        bottom: place.1 + height / 2.0,
        middle: place.1,
        width,
        height,
    };
    match outline {
        Outline::Producer => pen.producer(svg),
        Outline::Channel(Shape::Queue) => pen.queue(svg),
        Outline::Channel(Shape::Topic) => pen.topic(svg),
        Outline::Channel(Shape::Router) => pen.router(svg),
        Outline::Channel(Shape::Log) => pen.log(svg),
        Outline::Consumer => pen.consumer(svg),
    }
}

/// Where an outline goes, and in which color.
struct Pen<'a> {
    accent: &'a str,
    style: String,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
    middle: f32,
    width: f32,
    height: f32,
}

impl Pen<'_> {
    fn sides(&self) -> [String; 5] {
        [self.left, self.right, self.top, self.bottom, self.middle].map(number)
    }

    fn frame(&self) -> (f32, f32, f32, f32) {
        (self.left, self.top, self.width, self.height)
    }

    /// A line inside the outline.
    fn stroke(&self, svg: &mut String, path: &str) {
        let accent = self.accent;
        put(
            svg,
            format_args!(r#"<path d="{path}" fill="none" stroke="{accent}" stroke-width="1.5"/>"#),
        );
    }

    fn producer(&self, svg: &mut String) {
        let ([l, r, t, b, middle], height, style) = (self.sides(), self.height, &self.style);
        let shoulder = number(self.right - height / 4.0);
        let round = number(height / 8.0);
        let (after, down, up) = (
            number(self.left + height / 8.0),
            number(self.bottom - height / 8.0),
            number(self.top + height / 8.0),
        );
        put(
            svg,
            format_args!(
                r#"<path d="M{after} {t} H{shoulder} L{r} {middle} L{shoulder} {b} H{after} A{round} {round} 0 0 1 {l} {down} V{up} A{round} {round} 0 0 1 {after} {t} Z" {style}/>"#
            ),
        );
    }

    fn queue(&self, svg: &mut String) {
        let ([_, _, t, b, _], height, style) = (self.sides(), self.height, &self.style);
        let (rx, ry) = (number(height / 7.0), number(height / 2.0));
        let (from, to) = (number(self.left + height / 7.0), number(self.right - height / 7.0));
        put(
            svg,
            format_args!(
                r#"<path d="M{from} {t} H{to} A{rx} {ry} 0 0 1 {to} {b} H{from} A{rx} {ry} 0 0 1 {from} {t} Z" {style}/>"#
            ),
        );
        self.stroke(svg, &format!("M{to} {t} A{rx} {ry} 0 0 0 {to} {b}"));
    }

    fn topic(&self, svg: &mut String) {
        rect(svg, self.frame(), self.height / 2.0, &self.style);
        self.fan(svg);
    }

    fn router(&self, svg: &mut String) {
        let ([l, r, t, b, middle], height, style) = (self.sides(), self.height, &self.style);
        let (from, to) = (number(self.left + height / 3.0), number(self.right - height / 3.0));
        put(
            svg,
            format_args!(
                r#"<path d="M{l} {middle} L{from} {t} H{to} L{r} {middle} L{to} {b} H{from} Z" {style}/>"#
            ),
        );
        self.fan(svg);
    }

    fn log(&self, svg: &mut String) {
        let [_, _, t, b, _] = self.sides();
        rect(svg, self.frame(), self.height / 16.0, &self.style);
        for step in 1..=3 {
            let x = number(self.right - self.height * 0.16 * step as f32);
            self.stroke(svg, &format!("M{x} {t} V{b}"));
        }
    }

    fn consumer(&self, svg: &mut String) {
        let height = self.height;
        rect(svg, self.frame(), height / 8.0, &self.style);
        let (x, y) = (self.left + height * 0.11, self.top + height * 0.2);
        let bar = (x, y, height * 0.055, height * 0.6);
        rect(svg, bar, height * 0.027, &format!(r#"fill="{}""#, self.accent));
    }

    fn fan(&self, svg: &mut String) {
        let tip = Position(self.right - self.height * 0.42, self.middle);
        fan(svg, tip, self.height, self.accent);
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
        Arrivals::Recorded(recorded) => format!("as in {}", recorded.file),
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
