//! How far down each block stands: close to its neighbors, in the order of its layer, apart from
//! the next.

use crate::layout::STEP_Y;
use crate::layout::layers::Layered;

/// Rounds of moving vertices towards their neighbors.
const ROUNDS: usize = 16;
/// Half the room a dummy takes.
const DUMMY: f64 = 15.0;

/// The y of each vertex. `below` is the room each block needs under itself.
pub(super) fn relaxed(layered: &Layered, below: &[f64]) -> Vec<f64> {
    let above = |vertex: usize| if vertex < layered.real { STEP_Y / 2.0 } else { DUMMY };
    let room = |upper: usize, lower: usize| {
        above(upper) + below.get(upper).copied().unwrap_or(0.0) + above(lower)
    };
    let mut y = stacked(layered, &room);
    for round in 0..ROUNDS {
        let sides = match round {
            last if last + 2 >= ROUNDS => Sides::Both,
            even if even % 2 == 0 => Sides::Up,
            _ => Sides::Down,
        };
        for step in 0..layered.layers.len() {
            let index = if round % 2 == 0 { step } else { layered.layers.len() - 1 - step };
            let layer = &layered.layers[index];
            let wanted = layer.iter().map(|v| mean(layered, &y, *v, sides)).collect();
            for (vertex, place) in layer.iter().zip(apart(layer, wanted, &room)) {
                y[*vertex] = place;
            }
        }
    }
    y
}

/// Which neighbors count.
#[derive(Clone, Copy)]
enum Sides {
    Up,
    Down,
    Both,
}

fn stacked(layered: &Layered, room: &impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut y = vec![0.0; layered.rank.len()];
    for layer in &layered.layers {
        for pair in layer.windows(2) {
            y[pair[1]] = y[pair[0]] + room(pair[0], pair[1]);
        }
        let middle = layer.last().map_or(0.0, |last| y[*last] / 2.0);
        layer.iter().for_each(|vertex| y[*vertex] -= middle);
    }
    y
}

fn mean(layered: &Layered, y: &[f64], vertex: usize, sides: Sides) -> f64 {
    let none: &[usize] = &[];
    let (up, down) = match sides {
        Sides::Up => (layered.up[vertex].as_slice(), none),
        Sides::Down => (none, layered.down[vertex].as_slice()),
        Sides::Both => (layered.up[vertex].as_slice(), layered.down[vertex].as_slice()),
    };
    let count = up.len() + down.len();
    if count == 0 {
        return y[vertex];
    }
    up.iter().chain(down).map(|neighbor| y[*neighbor]).sum::<f64>() / count as f64
}

/// The wanted places, moved as little as both directions ask for so that nothing overlaps: the
/// mean of two orders that keep their distance keeps it too.
fn apart(layer: &[usize], wanted: Vec<f64>, room: &impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut low = wanted.clone();
    for i in 1..layer.len() {
        low[i] = low[i].max(low[i - 1] + room(layer[i - 1], layer[i]));
    }
    let mut high = wanted;
    for i in (1..layer.len()).rev() {
        high[i - 1] = high[i - 1].min(high[i] - room(layer[i - 1], layer[i]));
    }
    low.iter().zip(&high).map(|(low, high)| (low + high) / 2.0).collect()
}
