//! Routes: what is known beforehand of all that is published over an edge to a channel that asks
//! nothing of it.

use super::{BacklogIndex, EdgeIndex, NodeIndex};
use crate::dist::Sampler;
use crate::store::partition;

/// What the engine looks at for each message of a publish edge, from its publisher to where copies
/// of it wait: one place instead of edge, channel and backlog.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) latency: Sampler,
    pub(crate) edge: EdgeIndex,
    pub(crate) channel: NodeIndex,
    /// The words that stand for both in the hash of the record.
    pub(crate) edge_key: u64,
    pub(crate) channel_key: u64,
    /// The backlogs that get a copy each: from this one on, so many.
    pub(crate) first: BacklogIndex,
    pub(crate) count: u32,
    /// The lanes of each of them.
    pub(crate) lanes: Lanes,
    /// Whether each of them has one member, one lane, and no rules.
    pub(crate) is_lean: bool,
    /// Whether its only backlog deals partitions to members that are served in turn, so that what
    /// comes concerns nobody but the owner of its partition.
    pub(crate) is_dealt: bool,
    /// Who gets all that comes over it, by the short way, if that is one.
    pub(crate) taker: Option<Taker>,
}

/// The only member of the only backlog at the end of a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    pub(crate) edge: EdgeIndex,
    /// Its index in [`super::Plan::consumers`].
    pub(crate) consumer: u32,
    pub(crate) concurrency: u32,
}

/// How messages are dealt to the lanes of a backlog by their keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lanes {
    /// The partitions; 0 where there is one lane for all.
    pub(crate) partitions: u32,
    /// Whether a key's remainder is its partition; else that of its mixed bits.
    pub(crate) is_by_modulo: bool,
}

impl Lanes {
    /// The lane of an ordering key, where there are partitions.
    #[inline(always)]
    pub(crate) fn of_key(self, key: u64) -> u32 {
        if self.is_by_modulo {
            (key % u64::from(self.partitions)) as u32
        } else {
            partition(key, self.partitions)
        }
    }
}
