//! What a frame of the canvas costs: 1,000 nodes, 1,500 edges and 2,000 moving messages, laid out,
//! painted and tessellated without a graphics card, at several distances. Prints medians.
#![expect(clippy::print_stdout, reason = "a benchmark reports on the terminal")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, RawInput, Rect, pos2, vec2};
use flowbench::gui::canvas::space::Camera;
use flowbench::gui::canvas::traffic::{Dot, Load, Traffic};
use flowbench::gui::canvas::{Canvas, Sight};
use flowbench::gui::theme;
use flowbench::selection::Selection;
use flowbench_model::channel::Channel;
use flowbench_model::contract::{Backoff, Retry};
use flowbench_model::design::{Design, Position};
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::message::{Message, MessageKind, MessageRef};
use flowbench_model::node::{Consumer, Node, Producer, Role};
use flowbench_model::time::Span;

const NODES: usize = 1_000;
const COLUMNS: usize = 32;
const EDGES: usize = 1_500;
const DOTS: usize = 2_000;
const FRAMES: usize = 60;

fn main() {
    let design = Arc::new(design());
    let positions = positions(&design);
    let traffic = traffic(&design);
    println!("{NODES} nodes, {EDGES} edges, {DOTS} messages, {FRAMES} frames each");
    // Where the level of detail grows, most is drawn: just above 0.34 and 0.54.
    for zoom in [None, Some(0.3), Some(0.35), Some(0.5), Some(0.55), Some(1.0)] {
        let name = zoom.map_or("fit".to_owned(), |zoom: f32| zoom.to_string());
        let times = frames(&design, &positions, &traffic, zoom);
        let median = times[times.len() / 2].as_secs_f64() * 1e3;
        let best = times[0].as_secs_f64() * 1e3;
        println!("zoom {name:>4}: median {median:.2} ms, best {best:.2} ms");
    }
}

/// The time of each frame, shortest first.
fn frames(
    design: &Arc<Design>,
    positions: &BTreeMap<String, Position>,
    traffic: &Traffic,
    zoom: Option<f32>,
) -> Vec<Duration> {
    let ctx = Context::default();
    theme::install(&ctx);
    ctx.enable_accesskit();
    let mut canvas = Canvas::default();
    let selection = Selection::None;
    let mut traffic = traffic.clone();
    let mut times = Vec::new();
    for frame in 0..FRAMES + 5 {
        for dot in &mut traffic.dots {
            dot.along = (dot.along + 0.01).fract();
        }
        let sight =
            Sight { design, positions, findings: &[], selection: &selection, traffic: &traffic };
        if let Some(zoom) = zoom
            && frame == 1
        {
            let center = canvas.scene().bounds().map_or(Position(0.0, 0.0), |it| it.center());
            canvas.set_camera(Camera { center, zoom });
        }
        let begin = Instant::now();
        let output = ctx.run_ui(input(frame), |ui| {
            canvas.ui(ui, &sight, &mut Vec::new());
        });
        let primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
        let passed = begin.elapsed();
        std::hint::black_box(primitives);
        // The first frames fill the atlas of letters.
        if frame >= 5 {
            times.push(passed);
        }
    }
    times.sort();
    times
}

fn input(frame: usize) -> RawInput {
    let screen_rect = Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1600.0, 900.0)));
    RawInput { screen_rect, time: Some(frame as f64 / 60.0), ..RawInput::default() }
}

fn role(index: usize) -> Role {
    match index % COLUMNS % 4 {
        0 => Role::Producer(Producer::default()),
        1 | 3 => Role::Channel(Channel::default()),
        _ => Role::Consumer(Consumer { concurrency: 4, ..Consumer::default() }),
    }
}

fn design() -> Design {
    let mut design = Design::new("large");
    for index in 0..8 {
        let message = Message::new(format!("Happened{index}"), MessageKind::Event);
        design.messages.push(Arc::new(message));
    }
    for index in 0..NODES {
        design.nodes.push(Arc::new(Node::new(format!("service-{index}"), role(index))));
    }
    for index in 0..EDGES {
        let from = index % NODES;
        let step = if index < NODES { 1 } else { COLUMNS + 1 };
        let to = (from + step) % NODES;
        let kind = if from.is_multiple_of(2) { EdgeKind::Publish } else { EdgeKind::Subscribe };
        let mut edge = Edge::new(kind, format!("service-{from}"), format!("service-{to}"));
        edge.contract.messages = vec![MessageRef::newest(format!("Happened{}", index % 8))];
        edge.contract.retry = Some(Retry {
            attempts: Some(5),
            backoff: Backoff::Fixed(Span::from_secs(1)),
            jitter: 0.0,
        });
        design.edges.push(Arc::new(edge));
    }
    design
}

fn positions(design: &Design) -> BTreeMap<String, Position> {
    let place =
        |index: usize| Position((index % COLUMNS) as f32 * 320.0, (index / COLUMNS) as f32 * 150.0);
    design.nodes.iter().enumerate().map(|(i, node)| (node.name.clone(), place(i))).collect()
}

fn traffic(design: &Design) -> Traffic {
    let dot = |index: usize| Dot {
        edge: index % design.edges.len(),
        along: (index as f32 * 0.137).fract(),
        is_reply: false,
        message: index % 8,
        count: 1 + u32::from(index.is_multiple_of(5)),
        source: index % NODES,
        number: index as u64 + 1,
    };
    let load = |index: usize| Load {
        waiting: index as u64 % 50,
        waiting_max: 50,
        in_work: index as u32 % 5,
        ..Load::default()
    };
    Traffic {
        dots: (0..DOTS).map(dot).collect(),
        loads: (0..NODES).map(load).collect(),
        edge_troubles: vec![None; design.edges.len()],
    }
}
