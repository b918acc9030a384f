//! The inside of a channel as its broker has it: subscriptions with what is ready, handed out and
//! held back; partitions with offsets and owners.

use flowbench_model::time::Time;

use crate::message::MessageId;
use crate::plan::{EdgeIndex, NodeIndex};
use crate::run::Run;
use crate::store::{Lane, Layout};
use crate::world::{CopyState, MessageCopy};

/// What a subscription holds at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubscriptionInside {
    /// The subscribe edges that share it; none for a store that nobody reads.
    pub members: Vec<EdgeIndex>,
    /// The only member that is served, where there is but one.
    pub active: Option<EdgeIndex>,
    /// Messages that ever came in.
    pub entered: u64,
    /// Copies that wait to be handed out.
    pub ready: u64,
    /// Copies that were handed out and are not settled.
    pub in_flight: u64,
    /// Copies that wait for their next attempt, or are held back before their first.
    pub delayed: u64,
    /// Copies that were handled, and whose position is not committed yet.
    pub handled: u64,
    /// Copies that will never be delivered again and stay.
    pub parked: u64,
    /// Its partitions; empty if it has none.
    pub partitions: Vec<PartitionInside>,
    /// What was handed out, in the order in which it came in.
    pub leases: Vec<Lease>,
}

/// A partition of a subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartitionInside {
    /// The offset that the next message gets: so many came in.
    pub end_offset: u64,
    /// The offset behind the last message that is settled, counted from those that are not.
    pub committed_offset: u64,
    /// The offset of the message that is handed out next.
    pub position: u64,
    /// The member it belongs to, if it belongs to one.
    pub owner: Option<EdgeIndex>,
    /// Whether it changes hands and rests meanwhile.
    pub is_paused: bool,
}

impl PartitionInside {
    /// Messages that are not settled.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.end_offset - self.committed_offset
    }
}

/// A message that was handed out and is not settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lease {
    /// Which message.
    pub message: MessageId,
    /// To whom.
    pub edge: EdgeIndex,
    /// Which delivery.
    pub attempt: u32,
    /// When the channel takes it back; `None` if only the end of the connection does.
    pub ends_at: Option<Time>,
}

impl Run {
    /// The inside of a channel, a subscription each; empty for other nodes. `leases` is the most
    /// that is listed of what was handed out. Cost: one pass over everything that is under way.
    #[must_use]
    pub fn inside(&self, node: NodeIndex, leases: usize) -> Vec<SubscriptionInside> {
        let part = self.plan().nodes[node as usize].part as usize;
        let Some(channel) = self.plan().channels.get(part).filter(|it| it.node == node) else {
            return Vec::new();
        };
        channel.backlogs.iter().map(|backlog| self.subscription_inside(*backlog, leases)).collect()
    }

    fn subscription_inside(&self, index: u32, most: usize) -> SubscriptionInside {
        let (world, plan) = (self.world(), &self.plan().backlogs[index as usize]);
        let backlog = &world.backlogs[index as usize];
        let ours = || world.copies.iter().filter(|(_, copy)| copy.backlog == index);
        let count = |state| ours().filter(|(_, copy)| copy.state == state).count() as u64;
        let mut held: Vec<&MessageCopy> =
            ours().map(|(_, copy)| copy).filter(|copy| copy.state == CopyState::InWork).collect();
        held.sort_unstable_by_key(|copy| copy.sequence);
        SubscriptionInside {
            members: plan.members.clone(),
            active: backlog.group.active.map(|member| plan.members[member as usize]),
            entered: backlog.entered,
            ready: backlog.ready,
            in_flight: backlog.in_flight,
            delayed: count(CopyState::Waiting),
            handled: count(CopyState::Handled),
            parked: count(CopyState::Parked),
            partitions: match plan.layout {
                Layout::Partitions { .. } if plan.semantics.partitions > 0 => (0..)
                    .zip(backlog.store.lanes())
                    .map(|(lane, state)| partition(lane, state, &plan.members, ours()))
                    .collect(),
                Layout::Partitions { .. }
                | Layout::Single
                | Layout::Levels { .. }
                | Layout::Keys => Vec::new(),
            },
            leases: held.into_iter().take(most).map(|copy| lease(copy, world.now)).collect(),
        }
    }
}

fn partition<'a>(
    lane: u32,
    state: &Lane,
    members: &[EdgeIndex],
    copies: impl Iterator<Item = (u32, &'a MessageCopy)>,
) -> PartitionInside {
    let unsettled = copies.filter(|(_, copy)| copy.lane == lane).count() as u64;
    PartitionInside {
        end_offset: state.entered,
        committed_offset: state.entered.saturating_sub(unsettled),
        position: state.entered.saturating_sub(state.len() as u64),
        owner: (state.owner > 0).then(|| members[state.owner as usize - 1]),
        is_paused: state.is_paused,
    }
}

fn lease(copy: &MessageCopy, now: Time) -> Lease {
    let ends = copy.due > now && copy.due.0 < u64::MAX;
    Lease {
        message: copy.message.id,
        edge: copy.edge,
        attempt: copy.deliveries,
        ends_at: ends.then_some(copy.due),
    }
}
