//! The picture as text.

use expect_test::expect;

use super::*;
use crate::channel::Channel;
use crate::contract::{Backoff, Filter, Retry};
use crate::edge::{Edge, EdgeKind};
use crate::fixture;
use crate::layout;
use crate::node::{Node, Role};
use crate::time::Span;

fn shop() -> Design {
    let mut design = fixture::design(
        "shop: producer
         orders: queue
         payment: consumer
         bank: consumer
         dlq: queue
         shop -> orders: OrderPlaced
         orders -> payment: OrderPlaced
         payment -> bank",
    );
    design.info.name = "Shoe shop".into();
    let contract = &mut fixture::edge(&mut design, "orders -> payment").contract;
    contract.dead_letter = Some("dlq".into());
    let backoff = Backoff::Fixed(Span::from_secs(1));
    contract.retry = Some(Retry { attempts: Some(4), backoff, jitter: 0.0 });
    let context = crate::design::Context { name: "Money <&>".into(), summary: String::new() };
    design.contexts.push(context.into());
    fixture::node(&mut design, "bank").context = Some("Money <&>".into());
    design
}

fn picture(design: &Design, theme: Theme) -> String {
    write(design, &layout::positions(design), theme)
}

/// Panics unless every tag is closed in order and no text holds a bare sign.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>'), "{text}");
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty());
    let entities = ["amp;", "lt;", "gt;", "quot;", "#39;"];
    for (at, _) in svg.match_indices('&') {
        assert!(entities.iter().any(|entity| svg[at + 1..].starts_with(entity)));
    }
}

#[test]
fn a_small_design_is_drawn_like_this() {
    expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" width="1162" height="508" viewBox="-146 -204 1162 508" font-family="Inter, sans-serif" role="img" aria-label="Shoe shop">
        <title>Shoe shop</title>
        <defs>
        <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8 L10 5 L0 9.2 Z" fill="#7d8ca1"/></marker>
        <marker id="call" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8 L10 5 L0 9.2 Z" fill="#7a5ad0"/></marker>
        <marker id="dead" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8 L10 5 L0 9.2 Z" fill="#d0453c"/></marker>
        </defs>
        <rect x="-146" y="-204" width="1162" height="508" fill="#ffffff"/>
        <text x="-90" y="-148" font-size="24" font-weight="700" fill="#17202e">Shoe shop</text>
        <text x="-90" y="-124" font-size="13" fill="#5c6b80"></text>
        <rect x="764" y="-66" width="212" height="118" rx="16" fill="#f5f7fa" stroke="#d9e0e8"/>
        <text x="778" y="-47" font-size="11" font-weight="600" letter-spacing="0.4" fill="#5c6b80">Money &lt;&amp;&gt;</text>
        <path d="M90 0 C144 0, 144 0, 198 0" fill="none" stroke="#7d8ca1" stroke-width="1.75" marker-end="url(#arrow)"/>
        <path d="M380 0 C434 0, 434 0, 488 0" fill="none" stroke="#7d8ca1" stroke-width="1.75" marker-end="url(#arrow)"/>
        <path d="M670 0 C724 0, 724 0, 778 0" fill="none" stroke="#7a5ad0" stroke-width="1.75" stroke-dasharray="6 4" marker-end="url(#call)"/>
        <path d="M580 36 C580 59, 580 59, 580 82" fill="none" stroke="#d0453c" stroke-width="1.75" stroke-dasharray="2 4" stroke-linecap="round" marker-end="url(#dead)"/>
        <g>
        <title>shop</title>
        <path d="M-81 -36 H72 L90 0 L72 36 H-81 A9 9 0 0 1 -90 27 V-27 A9 9 0 0 1 -81 -36 Z" fill="#ffffff" stroke="#12866a" stroke-width="1.5"/>
        <text x="-72" y="-3" font-size="14" font-weight="600" fill="#17202e">shop</text>
        <text x="-72" y="16" font-size="11" fill="#5c6b80">producer</text>
        </g>
        <g>
        <title>orders</title>
        <path d="M210.3 -36 H369.7 A10.3 36 0 0 1 369.7 36 H210.3 A10.3 36 0 0 1 210.3 -36 Z" fill="#ffffff" stroke="#b7700d" stroke-width="1.5"/>
        <path d="M369.7 -36 A10.3 36 0 0 0 369.7 36" fill="none" stroke="#b7700d" stroke-width="1.5"/>
        <text x="226" y="-3" font-size="14" font-weight="600" fill="#17202e">orders</text>
        <text x="226" y="16" font-size="11" fill="#5c6b80">queue</text>
        </g>
        <g>
        <title>payment</title>
        <rect x="490" y="-36" width="180" height="72" rx="9" fill="#ffffff" stroke="#2563c9" stroke-width="1.5"/>
        <rect x="497.9" y="-21.6" width="4" height="43.2" rx="1.9" fill="#2563c9"/>
        <text x="512" y="-3" font-size="14" font-weight="600" fill="#17202e">payment</text>
        <text x="512" y="16" font-size="11" fill="#5c6b80">consumer</text>
        </g>
        <g>
        <title>bank</title>
        <rect x="780" y="-36" width="180" height="72" rx="9" fill="#ffffff" stroke="#2563c9" stroke-width="1.5"/>
        <rect x="787.9" y="-21.6" width="4" height="43.2" rx="1.9" fill="#2563c9"/>
        <text x="802" y="-3" font-size="14" font-weight="600" fill="#17202e">bank</text>
        <text x="802" y="16" font-size="11" fill="#5c6b80">consumer</text>
        </g>
        <g>
        <title>dlq</title>
        <path d="M500.3 84 H659.7 A10.3 36 0 0 1 659.7 156 H500.3 A10.3 36 0 0 1 500.3 84 Z" fill="#ffffff" stroke="#b7700d" stroke-width="1.5"/>
        <path d="M659.7 84 A10.3 36 0 0 0 659.7 156" fill="none" stroke="#b7700d" stroke-width="1.5"/>
        <text x="516" y="117" font-size="14" font-weight="600" fill="#17202e">dlq</text>
        <text x="516" y="136" font-size="11" fill="#5c6b80">queue</text>
        </g>
        <text x="144" y="-7" font-size="10.5" font-weight="500" text-anchor="middle" fill="#17202e" stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke">OrderPlaced</text>
        <text x="434" y="-7" font-size="10.5" font-weight="500" text-anchor="middle" fill="#17202e" stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke">OrderPlaced</text>
        <rect x="407.5" y="6" width="53" height="16" rx="8" fill="#eef2f7"/>
        <text x="434" y="17.5" font-size="9.5" text-anchor="middle" fill="#5c6b80">retry ×4</text>
        <rect x="392.1" y="24" width="83.8" height="16" rx="8" fill="#eef2f7"/>
        <text x="434" y="35.5" font-size="9.5" text-anchor="middle" fill="#5c6b80">every 1s · DLQ</text>
        <path d="M-88 264 H-62 L-58 272 L-62 280 H-88 A2 2 0 0 1 -90 278 V266 A2 2 0 0 1 -88 264 Z" fill="#ffffff" stroke="#12866a" stroke-width="1.5"/>
        <text x="-50" y="276" font-size="11" fill="#5c6b80">Producer</text>
        <path d="M21.8 264 H49.2 A2.3 8 0 0 1 49.2 280 H21.8 A2.3 8 0 0 1 21.8 264 Z" fill="#ffffff" stroke="#b7700d" stroke-width="1.5"/>
        <path d="M49.2 264 A2.3 8 0 0 0 49.2 280" fill="none" stroke="#b7700d" stroke-width="1.5"/>
        <text x="59.5" y="276" font-size="11" fill="#5c6b80">Queue</text>
        <rect x="111.2" y="264" width="32" height="16" rx="8" fill="#ffffff" stroke="#b7700d" stroke-width="1.5"/>
        <path d="M134.7 272 L138.3 269.2 M134.7 272 H138.3 M134.7 272 L138.3 274.8" fill="none" stroke="#b7700d" stroke-width="1.5" stroke-linecap="round"/>
        <text x="151.2" y="276" font-size="11" fill="#5c6b80">Topic</text>
        <rect x="202.9" y="264" width="32" height="16" rx="2" fill="#ffffff" stroke="#2563c9" stroke-width="1.5"/>
        <rect x="204.7" y="267.2" width="0.9" height="9.6" rx="0.4" fill="#2563c9"/>
        <text x="242.9" y="276" font-size="11" fill="#5c6b80">Consumer</text>
        <path d="M312.4 272 H342.4" fill="none" stroke="#7d8ca1" stroke-width="1.75"/>
        <text x="350.4" y="276" font-size="11" fill="#5c6b80">Publish, subscribe</text>
        <path d="M479.4 272 H509.4" fill="none" stroke="#7a5ad0" stroke-width="1.75" stroke-dasharray="6 4"/>
        <text x="517.4" y="276" font-size="11" fill="#5c6b80">Call</text>
        <path d="M563.1 272 H593.1" fill="none" stroke="#d0453c" stroke-width="1.75" stroke-dasharray="2 4" stroke-linecap="round"/>
        <text x="601.1" y="276" font-size="11" fill="#5c6b80">Dead letters</text>
        </svg>
    "##]].assert_eq(&picture(&shop(), Theme::Light));
}

#[test]
fn both_themes_are_well_formed() {
    for theme in [Theme::Light, Theme::Dark] {
        assert_well_formed(&picture(&shop(), theme));
        assert_well_formed(&picture(&Design::new("empty"), theme));
    }
}

#[test]
fn names_cannot_break_out_of_the_picture() {
    let mut design = shop();
    design.info.name = "</title><script>alert(1)</script>\u{1}".into();
    fixture::node(&mut design, "shop").summary = "\"<&>'".into();
    let svg = picture(&design, Theme::Dark);
    assert_well_formed(&svg);
    assert!(!svg.contains("<script") && !svg.contains('\u{1}'));
}

#[test]
fn nodes_without_a_place_are_left_out() {
    let mut positions = layout::positions(&shop());
    positions.remove("bank");
    positions.insert("shop".into(), Position(f32::NAN, 0.0));
    let svg = write(&shop(), &positions, Theme::Light);
    assert_well_formed(&svg);
    assert!(!svg.contains("NaN") && !svg.contains(">bank<") && svg.contains(">payment<"));
}

#[test]
fn bindings_and_ways_of_channels_are_drawn_and_explained() {
    let mut design = shop();
    let plain = picture(&design, Theme::Light);
    assert!(!plain.contains(">Bind<") && !plain.contains(">Unmatched<"));
    for (name, x) in [("events", 0.0), ("audit", 400.0), ("rest", 800.0)] {
        let channel = Channel { alternate: Some("rest".into()), ..Channel::default() };
        let channel = if name == "events" { channel } else { Channel::default() };
        design.nodes.push(Node::new(name, Role::Channel(channel)).into());
        design.layout.insert(name.into(), Position(x, 400.0));
    }
    let mut bind = Edge::new(EdgeKind::Bind, "events", "audit");
    bind.contract.filter = Some(Filter::Topic("audit.#".into()));
    design.edges.push(bind.into());
    let svg = picture(&design, Theme::Light);
    assert_well_formed(&svg);
    let count = |text: &str| svg.matches(text).count() - plain.matches(text).count();
    assert_eq!(count(r#"stroke-dasharray="14 4""#), 2, "the edge and its sign in the legend");
    assert!(svg.contains(">Bind<") && svg.contains(">only audit.#<"));
    assert_eq!(count(r#"stroke-dasharray="2 4""#), 2, "the way and its sign in the legend");
    assert!(svg.contains(">Unmatched<"));
}
