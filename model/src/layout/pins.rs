//! Joins the places people gave with the automatic ones.

use std::collections::BTreeMap;

use crate::design::{Design, Position};
use crate::layout::{NODE_HEIGHT, NODE_WIDTH};

/// Free room that an automatic place keeps around it.
const MARGIN: f32 = 24.0;
/// From one tried place to the next.
const STEP: f32 = 60.0;

/// The place of each node: its own, else the automatic one or the nearest free one.
pub(super) fn pinned(design: &Design, automatic: &[Position]) -> Vec<Position> {
    let own: Vec<Option<Position>> =
        design.nodes.iter().map(|node| own_place(design, &node.name)).collect();
    let count = own.iter().flatten().count();
    if count == 0 {
        return automatic.to_vec();
    }
    let mut taken = Taken::default();
    own.iter().flatten().for_each(|place| taken.add(*place));
    let mut places = own;
    let follows = count * 2 >= design.nodes.len();
    let neighbors = if follows { neighbors(design) } else { vec![Vec::new(); places.len()] };
    let mut order: Vec<usize> = (0..places.len()).filter(|i| places[*i].is_none()).collect();
    order.sort_by(|a, b| automatic[*a].0.total_cmp(&automatic[*b].0).then(a.cmp(b)));
    for node in order {
        let wanted = wanted(node, &neighbors[node], &places, automatic);
        let place = taken.nearest_free(wanted);
        taken.add(place);
        places[node] = Some(place);
    }
    places.into_iter().zip(automatic).map(|(place, spare)| place.unwrap_or(*spare)).collect()
}

fn own_place(design: &Design, name: &str) -> Option<Position> {
    design.layout.get(name).copied().filter(|place| place.0.is_finite() && place.1.is_finite())
}

/// As far from its placed neighbors as the automatic layout would put it.
fn wanted(
    node: usize,
    neighbors: &[usize],
    places: &[Option<Position>],
    automatic: &[Position],
) -> Position {
    let shifts: Vec<Position> = neighbors
        .iter()
        .filter_map(|other| {
            let place = places[*other]?;
            Some(Position(place.0 - automatic[*other].0, place.1 - automatic[*other].1))
        })
        .collect();
    if shifts.is_empty() {
        return automatic[node];
    }
    let count = shifts.len() as f32;
    let sum = shifts.iter().fold((0.0, 0.0), |sum, shift| (sum.0 + shift.0, sum.1 + shift.1));
    Position(
        (automatic[node].0 + sum.0 / count).round(),
        (automatic[node].1 + sum.1 / count).round(),
    )
}

fn neighbors(design: &Design) -> Vec<Vec<usize>> {
    let indices: BTreeMap<&str, usize> =
        design.nodes.iter().enumerate().map(|(index, node)| (node.name.as_str(), index)).collect();
    let mut neighbors = vec![Vec::new(); design.nodes.len()];
    for edge in &design.edges {
        let ends = [Some(edge.from.as_str()), Some(&edge.to), edge.contract.dead_letter.as_deref()];
        let ends: Vec<usize> =
            ends.iter().flatten().filter_map(|name| indices.get(name).copied()).collect();
        for pair in ends.windows(2).filter(|pair| pair[0] != pair[1]) {
            neighbors[pair[0]].push(pair[1]);
            neighbors[pair[1]].push(pair[0]);
        }
    }
    neighbors
}

/// Boxes that are taken, by coarse cell.
#[derive(Default)]
struct Taken(BTreeMap<(i64, i64), Vec<Position>>);

impl Taken {
    fn cell(place: Position) -> (i64, i64) {
        let (width, height) = (NODE_WIDTH + MARGIN, NODE_HEIGHT + MARGIN);
        ((place.0 / width).floor() as i64, (place.1 / height).floor() as i64)
    }

    fn add(&mut self, place: Position) {
        self.0.entry(Taken::cell(place)).or_default().push(place);
    }

    fn is_free(&self, place: Position) -> bool {
        let (column, row) = Taken::cell(place);
        let near = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (x, y)));
        near.filter_map(|(x, y)| self.0.get(&(column.saturating_add(x), row.saturating_add(y))))
            .flatten()
            .all(|other| {
                (other.0 - place.0).abs() >= NODE_WIDTH + MARGIN
                    || (other.1 - place.1).abs() >= NODE_HEIGHT + MARGIN
            })
    }

    /// The first free place on ever larger squares around `wanted`; below before above, right
    /// before left.
    fn nearest_free(&self, wanted: Position) -> Position {
        let boxes: usize = self.0.values().map(Vec::len).sum();
        // Each box spoils at most 7 by 4 of the tried places, so that many rings always suffice,
        // unless the numbers are so large that steps vanish.
        let rings = 8 + 6 * boxes.isqrt() as i32;
        (0..=rings)
            .flat_map(ring)
            .map(|(x, y)| Position(wanted.0 + x as f32 * STEP, wanted.1 + y as f32 * STEP))
            .find(|place| self.is_free(*place))
            .unwrap_or(wanted)
    }
}

/// The points of a square ring, nearest first.
fn ring(radius: i32) -> Vec<(i32, i32)> {
    let mut points = Vec::new();
    for along in 0..=radius {
        for (x, y) in [
            (along, radius),
            (-along, radius),
            (radius, along),
            (radius, -along),
            (along, -radius),
            (-along, -radius),
            (-radius, along),
            (-radius, -along),
        ] {
            points.push((x, y));
        }
    }
    points
}
