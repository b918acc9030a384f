//! Which layer each block stands in; long edges become chains of dummies, one in each layer.

/// An edge that crosses more layers than this is drawn straight across: it gets no dummies, which
/// keeps the cost of a hostile design linear.
const LONGEST_CHAIN: usize = 32;

/// A part in layers. Numbers below `real` are blocks, those above are dummies.
pub(super) struct Layered {
    pub(super) real: usize,
    pub(super) rank: Vec<usize>,
    pub(super) up: Vec<Vec<usize>>,
    pub(super) down: Vec<Vec<usize>>,
    pub(super) layers: Vec<Vec<usize>>,
}

/// Layers for `count` blocks with these edges.
pub(super) fn layered(count: usize, edges: &[(usize, usize)]) -> Layered {
    let (forward, preorder) = acyclic(count, edges);
    let rank = ranks(count, &forward);
    let mut layered = Layered {
        real: count,
        rank,
        up: vec![Vec::new(); count],
        down: vec![Vec::new(); count],
        layers: Vec::new(),
    };
    for (from, to) in forward {
        layered.chain(from, to);
    }
    layered.fill_layers(&preorder);
    layered
}

impl Layered {
    fn chain(&mut self, from: usize, to: usize) {
        let (first, last) = (self.rank[from] + 1, self.rank[to]);
        let mut previous = from;
        if last - first <= LONGEST_CHAIN {
            for rank in first..last {
                let dummy = self.rank.len();
                self.rank.push(rank);
                self.up.push(Vec::new());
                self.down.push(Vec::new());
                self.link(previous, dummy);
                previous = dummy;
            }
            self.link(previous, to);
        }
    }

    fn link(&mut self, from: usize, to: usize) {
        self.down[from].push(to);
        self.up[to].push(from);
    }

    fn fill_layers(&mut self, preorder: &[usize]) {
        let count = self.rank.iter().max().map_or(0, |last| last + 1);
        self.layers = vec![Vec::new(); count];
        let dummies = self.real..self.rank.len();
        for vertex in preorder.iter().copied().chain(dummies) {
            self.layers[self.rank[vertex]].push(vertex);
        }
    }
}

/// The edges without repetitions, those that close a cycle turned round; and the blocks in the
/// order a depth-first walk from the sources meets them.
fn acyclic(count: usize, edges: &[(usize, usize)]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let mut out = vec![Vec::new(); count];
    let mut is_source = vec![true; count];
    for (from, to) in edges {
        out[*from].push(*to);
        is_source[*to] = false;
    }
    let sources = (0..count).filter(|vertex| is_source[*vertex]);
    let others = (0..count).filter(|vertex| !is_source[*vertex]);
    let mut walk = Walk { out, state: vec![State::New; count], forward: Vec::new(), order: vec![] };
    for start in sources.chain(others) {
        walk.from(start);
    }
    walk.forward.sort_unstable();
    walk.forward.dedup();
    (walk.forward, walk.order)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Walk {
    out: Vec<Vec<usize>>,
    state: Vec<State>,
    forward: Vec<(usize, usize)>,
    order: Vec<usize>,
}

impl Walk {
    fn from(&mut self, start: usize) {
        if self.state[start] != State::New {
            return;
        }
        let mut stack = vec![(start, 0)];
        self.open(start);
        while let Some((vertex, next)) = stack.pop() {
            let Some(&to) = self.out[vertex].get(next) else {
                self.state[vertex] = State::Done;
                continue;
            };
            stack.push((vertex, next + 1));
            match self.state[to] {
                State::New => {
                    self.forward.push((vertex, to));
                    self.open(to);
                    stack.push((to, 0));
                }
                State::Open => self.forward.push((to, vertex)),
                State::Done => self.forward.push((vertex, to)),
            }
        }
    }

    fn open(&mut self, vertex: usize) {
        self.state[vertex] = State::Open;
        self.order.push(vertex);
    }
}

/// The longest path to each block; sources are then drawn up to what they feed.
fn ranks(count: usize, forward: &[(usize, usize)]) -> Vec<usize> {
    let mut out = vec![Vec::new(); count];
    let mut waits_for = vec![0usize; count];
    for (from, to) in forward {
        out[*from].push(*to);
        waits_for[*to] += 1;
    }
    let sources: Vec<usize> = (0..count).filter(|vertex| waits_for[*vertex] == 0).collect();
    let mut rank = vec![0; count];
    let mut open = sources.clone();
    while let Some(vertex) = open.pop() {
        for to in &out[vertex] {
            rank[*to] = rank[*to].max(rank[vertex] + 1);
            waits_for[*to] -= 1;
            if waits_for[*to] == 0 {
                open.push(*to);
            }
        }
    }
    for source in sources {
        if let Some(nearest) = out[source].iter().map(|to| rank[*to]).min() {
            rank[source] = nearest - 1;
        }
    }
    rank
}
