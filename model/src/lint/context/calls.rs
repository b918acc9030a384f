//! Consumers in the order in which calls come back: whoever is called comes before its caller, but
//! for calls in a circle, where somebody has to be first.

use crate::edge::EdgeKind;
use crate::lint::Context;

/// A node on the way, and how many of its calls were followed.
type Open = (usize, usize);

impl Context<'_> {
    /// The places of all nodes, called ones first. Cost: one look at each edge.
    pub(crate) fn called_first(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.design.nodes.len());
        let mut seen = vec![false; self.design.nodes.len()];
        for first in 0..seen.len() {
            let mut open: Vec<Open> = Vec::new();
            if !std::mem::replace(&mut seen[first], true) {
                open.push((first, 0));
            }
            while let Some((at, followed)) = open.last_mut() {
                let Some(edge) = self.outgoing[*at].get(*followed) else {
                    order.push(*at);
                    open.pop();
                    continue;
                };
                *followed += 1;
                let next = self.graph.index_of(&edge.to).filter(|_| edge.kind == EdgeKind::Call);
                if let Some(next) = next
                    && !std::mem::replace(&mut seen[next], true)
                {
                    open.push((next, 0));
                }
            }
        }
        order
    }
}
