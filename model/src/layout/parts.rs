//! Splits a design into blocks and connected parts, lays out each and packs them.
//!
//! A block is a node with the channels that take only its dead letters, or what matches nothing in
//! it, which stand below it.

use std::collections::BTreeMap;

use crate::design::{Design, Position};
use crate::layout::{STEP_X, STEP_Y, coordinates, crossings, layers};
use crate::node::Role;

/// A connected part: its blocks by number, and the edges between their places in the list.
struct Part {
    blocks: Vec<usize>,
    edges: Vec<(usize, usize)>,
}

/// A part that is laid out: the places of its nodes, and the room it takes.
struct Panel {
    nodes: Vec<(usize, f64, f64)>,
    width: f64,
    height: f64,
}

/// The automatic place of each node, in the order of the design.
pub(super) fn places(design: &Design) -> Vec<Position> {
    let indices: BTreeMap<&str, usize> = design
        .nodes
        .iter()
        .enumerate()
        .rev()
        .map(|(index, node)| (node.name.as_str(), index))
        .collect();
    let find = |name: &str| indices.get(name).copied();
    let hosts = hosts(design, &find);
    let mut edges = Vec::new();
    for edge in &design.edges {
        let ends = find(&edge.from).zip(find(&edge.to));
        let dead_letter = edge.contract.dead_letter.as_deref().and_then(&find);
        let route = find(&edge.to).zip(dead_letter);
        for (from, to) in ends.into_iter().chain(route) {
            edges.push((hosts[from], hosts[to]));
        }
    }
    edges.extend(routes(design, &find).map(|(from, to)| (hosts[from], hosts[to])));
    edges.retain(|(from, to)| from != to);
    let panels = parts(&hosts, &edges).iter().map(|part| panel(part, &hosts)).collect();
    pack(panels, design.nodes.len())
}

/// The ways of channels to those that take their dead letters and what matches nothing.
fn routes(
    design: &Design,
    find: &impl Fn(&str) -> Option<usize>,
) -> impl Iterator<Item = (usize, usize)> {
    design.nodes.iter().enumerate().flat_map(move |(from, node)| {
        let [dead, alternate] = match &node.role {
            Role::Channel(channel) => [&channel.dead_letter, &channel.alternate],
            Role::Producer(_) | Role::Consumer(_) => [&None, &None],
        };
        let to = [dead, alternate].into_iter().flatten();
        to.filter_map(|name| find(name)).map(move |to| (from, to)).collect::<Vec<_>>()
    })
}

/// For each node the one it stands below: itself, or the consumer or the only channel whose dead
/// letters it takes.
fn hosts(design: &Design, find: &impl Fn(&str) -> Option<usize>) -> Vec<usize> {
    let mut hosts: Vec<usize> = (0..design.nodes.len()).collect();
    let mut is_fed = vec![false; hosts.len()];
    for edge in &design.edges {
        if let Some(to) = find(&edge.to) {
            is_fed[to] = true;
        }
    }
    for edge in &design.edges {
        let dead_letter = edge.contract.dead_letter.as_deref().and_then(find);
        if let (Some(host), Some(channel)) = (find(&edge.to), dead_letter) {
            let is_free = hosts[channel] == channel && !is_fed[channel];
            if is_free && design.nodes[channel].is_channel() && !design.nodes[host].is_channel() {
                hosts[channel] = host;
            }
        }
    }
    let ways: Vec<(usize, usize)> = routes(design, find).collect();
    for (host, channel) in &ways {
        let feeders = ways.iter().filter(|(_, to)| to == channel).count();
        let is_free = hosts[*channel] == *channel && !is_fed[*channel] && feeders == 1;
        let is_host = hosts[*host] == *host
            && !hosts
                .iter()
                .enumerate()
                .any(|(guest, under)| under == channel && guest != *channel);
        if is_free && is_host && host != channel && design.nodes[*channel].is_channel() {
            hosts[*channel] = *host;
        }
    }
    hosts
}

/// The connected parts, in the order of their first nodes.
fn parts(hosts: &[usize], edges: &[(usize, usize)]) -> Vec<Part> {
    let mut leader: Vec<usize> = (0..hosts.len()).collect();
    for (from, to) in edges {
        let (a, b) = (root(&mut leader, *from), root(&mut leader, *to));
        leader[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut part_of = vec![0; hosts.len()];
    let mut place_of = vec![0; hosts.len()];
    for block in (0..hosts.len()).filter(|node| hosts[*node] == *node) {
        let first = root(&mut leader, block);
        if first == block {
            part_of[block] = parts.len();
            parts.push(Part { blocks: Vec::new(), edges: Vec::new() });
        }
        let part = &mut parts[part_of[first]];
        place_of[block] = part.blocks.len();
        part.blocks.push(block);
    }
    for (from, to) in edges {
        let first = root(&mut leader, *from);
        parts[part_of[first]].edges.push((place_of[*from], place_of[*to]));
    }
    parts
}

fn root(leader: &mut [usize], mut node: usize) -> usize {
    while leader[node] != node {
        leader[node] = leader[leader[node]];
        node = leader[node];
    }
    node
}

fn panel(part: &Part, hosts: &[usize]) -> Panel {
    let guests = guests(part, hosts);
    let mut layered = layers::layered(part.blocks.len(), &part.edges);
    crossings::reduce(&mut layered);
    let below: Vec<f64> = guests.iter().map(|guests| guests.len() as f64 * STEP_Y).collect();
    let y = coordinates::relaxed(&layered, &below);
    let top = y.iter().take(part.blocks.len()).copied().fold(f64::INFINITY, f64::min);
    let mut nodes = Vec::new();
    for (place, block) in part.blocks.iter().enumerate() {
        let column = std::iter::once(block).chain(&guests[place]);
        for (slot, node) in column.enumerate() {
            let x = layered.rank[place] as f64 * STEP_X;
            nodes.push((*node, x, y[place] - top + slot as f64 * STEP_Y));
        }
    }
    let width = layered.layers.len() as f64 * STEP_X;
    let height = nodes.iter().map(|node| node.2).fold(0.0, f64::max) + STEP_Y;
    Panel { nodes, width, height }
}

fn guests(part: &Part, hosts: &[usize]) -> Vec<Vec<usize>> {
    let place_of: BTreeMap<usize, usize> =
        part.blocks.iter().enumerate().map(|(place, block)| (*block, place)).collect();
    let mut guests = vec![Vec::new(); part.blocks.len()];
    for (node, host) in hosts.iter().enumerate().filter(|(node, host)| node != *host) {
        if let Some(place) = place_of.get(host) {
            guests[*place].push(node);
        }
    }
    guests
}

/// Sets panels in rows, the tallest first, so that all together are about as wide as a screen.
fn pack(mut panels: Vec<Panel>, nodes: usize) -> Vec<Position> {
    panels.sort_by(|a, b| b.height.total_cmp(&a.height).then(b.width.total_cmp(&a.width)));
    let area: f64 = panels.iter().map(|panel| panel.width * panel.height).sum();
    let widest = panels.iter().map(|panel| panel.width).fold(0.0, f64::max);
    let row_width = widest.max((area * 1.6).sqrt());
    let mut places = vec![Position::default(); nodes];
    let (mut left, mut top, mut row_height) = (0.0, 0.0, 0.0);
    for panel in panels {
        if left > 0.0 && left + panel.width > row_width {
            (left, top, row_height) = (0.0, top + row_height, 0.0);
        }
        for (node, x, y) in &panel.nodes {
            places[*node] = Position((left + x).round() as f32, (top + y).round() as f32);
        }
        left += panel.width;
        row_height = f64::max(row_height, panel.height);
    }
    places
}
