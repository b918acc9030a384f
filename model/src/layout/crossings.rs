//! Orders each layer so that few edges cross: barycenter sweeps, and in small parts swaps of
//! neighbors.

use crate::layout::layers::Layered;

/// Up to this many vertices, neighbors are swapped as long as it helps.
const SMALL: usize = 300;
/// Sweeps over all layers at most.
const SWEEPS: usize = 24;
/// Sweeps without a gain after which it is enough.
const PATIENCE: usize = 4;

/// Orders the layers.
pub(super) fn reduce(layered: &mut Layered) {
    let mut order = Order::of(layered);
    let mut best = (order.crossings(layered), layered.layers.clone());
    let mut since_gain = 0;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || since_gain == PATIENCE {
            break;
        }
        order.sweep(layered, sweep % 2 == 0);
        if layered.rank.len() <= SMALL {
            order.swap_neighbors(layered);
        }
        let crossings = order.crossings(layered);
        since_gain += 1;
        if crossings < best.0 {
            best = (crossings, layered.layers.clone());
            since_gain = 0;
        }
    }
    layered.layers = best.1;
}

/// Where each vertex stands in its layer.
struct Order(Vec<usize>);

impl Order {
    fn of(layered: &Layered) -> Order {
        let mut order = Order(vec![0; layered.rank.len()]);
        layered.layers.iter().for_each(|layer| order.note(layer));
        order
    }

    fn note(&mut self, layer: &[usize]) {
        for (place, vertex) in layer.iter().enumerate() {
            self.0[*vertex] = place;
        }
    }

    fn sweep(&mut self, layered: &mut Layered, is_forward: bool) {
        let count = layered.layers.len();
        for step in 1..count {
            let index = if is_forward { step } else { count - 1 - step };
            let neighbors = if is_forward { &layered.up } else { &layered.down };
            let layer = &mut layered.layers[index];
            let mut keyed: Vec<(f64, usize)> = layer
                .iter()
                .map(|vertex| (self.barycenter(*vertex, &neighbors[*vertex]), *vertex))
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (place, (_, vertex)) in keyed.into_iter().enumerate() {
                layer[place] = vertex;
            }
            self.note(layer);
        }
    }

    fn barycenter(&self, vertex: usize, neighbors: &[usize]) -> f64 {
        if neighbors.is_empty() {
            return self.0[vertex] as f64;
        }
        let sum: usize = neighbors.iter().map(|neighbor| self.0[*neighbor]).sum();
        sum as f64 / neighbors.len() as f64
    }

    fn swap_neighbors(&mut self, layered: &mut Layered) {
        let mut is_better = true;
        // Each swap saves a crossing, so this ends; the limit only bounds the time.
        for _ in 0..8 {
            if !std::mem::replace(&mut is_better, false) {
                return;
            }
            for index in 0..layered.layers.len() {
                for place in 1..layered.layers[index].len() {
                    let (a, b) = (layered.layers[index][place - 1], layered.layers[index][place]);
                    if self.crossings_of(layered, b, a) < self.crossings_of(layered, a, b) {
                        layered.layers[index].swap(place - 1, place);
                        self.0.swap(a, b);
                        is_better = true;
                    }
                }
            }
        }
    }

    /// Crossings between the edges of two neighbors of a layer, if `above` stands above `below`.
    fn crossings_of(&self, layered: &Layered, above: usize, below: usize) -> usize {
        [&layered.up, &layered.down]
            .iter()
            .map(|ends| self.inversions(&ends[above], &ends[below]))
            .sum()
    }

    fn inversions(&self, above: &[usize], below: &[usize]) -> usize {
        above
            .iter()
            .map(|end| below.iter().filter(|other| self.0[**other] < self.0[*end]).count())
            .sum()
    }

    fn crossings(&self, layered: &Layered) -> usize {
        layered.layers.windows(2).map(|pair| self.between(layered, &pair[0], pair[1].len())).sum()
    }

    /// Crossings between a layer and the next, counted with a tree of sums (Barth, Mutzel and
    /// Jünger 2004): e log v.
    fn between(&self, layered: &Layered, layer: &[usize], next_len: usize) -> usize {
        let mut sums = vec![0usize; next_len + 1];
        let (mut seen, mut crossings) = (0, 0);
        let mut ends = Vec::new();
        for vertex in layer {
            ends.clear();
            ends.extend(layered.down[*vertex].iter().map(|end| self.0[*end]));
            for end in &ends {
                crossings += seen - up_to(&sums, *end + 1);
            }
            for end in &ends {
                add(&mut sums, *end + 1);
                seen += 1;
            }
        }
        crossings
    }
}

fn up_to(sums: &[usize], mut index: usize) -> usize {
    let mut sum = 0;
    while index > 0 {
        sum += sums[index];
        index &= index - 1;
    }
    sum
}

fn add(sums: &mut [usize], mut index: usize) {
    while index < sums.len() {
        sums[index] += 1;
        index += index & index.wrapping_neg();
    }
}
