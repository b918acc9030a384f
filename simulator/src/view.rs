//! What can be seen of a run at its instant: the source of every picture.

use flowbench_model::time::Time;

use crate::message::MessageId;
use crate::plan::effect::Effect;
use crate::plan::{EdgeIndex, NONE, NodeIndex};
use crate::record::Failure;
use crate::run::Run;
use crate::world::{CallStage, CopyState, Stage, SubscriptionCounts, Task};

/// A message on an edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moving {
    /// Which message.
    pub message: MessageId,
    /// The type of the message; an index of the plan.
    pub message_type: u32,
    /// On which edge.
    pub edge: EdgeIndex,
    /// When it left.
    pub sent_at: Time,
    /// When it arrives; the end of time for one that its publisher holds back.
    pub arrives_at: Time,
    /// Whether it goes against the direction of the edge: the reply to a call.
    pub is_reply: bool,
}

/// A consumer's work on a message or a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AtWork {
    /// Which message.
    pub message: MessageId,
    /// The type of the message; an index of the plan.
    pub message_type: u32,
    /// The subscribe or call edge by which it came; [`NONE`] for a call whose caller is gone.
    pub edge: EdgeIndex,
    /// Which attempt.
    pub attempt: u32,
    /// When it began.
    pub began_at: Time,
    /// When the consumer's own work ends; it has ended while a call is made.
    pub ends_at: Time,
    /// Whether it waits for a node it called.
    pub is_calling: bool,
}

/// A copy that waits in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Which message.
    pub message: MessageId,
    /// The type of the message; an index of the plan.
    pub message_type: u32,
    /// Since when it is in the channel.
    pub entered_at: Time,
    /// When its next attempt is due, if it waits for one; else it waits for a consumer.
    pub retry_at: Option<Time>,
    /// Deliveries so far.
    pub attempts: u32,
    /// The last failure, if there was one.
    pub last_failure: Option<Failure>,
}

/// A dead letter that waits in its channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    /// Which message.
    pub message: MessageId,
    /// The node that published it, and its number there.
    pub name: (NodeIndex, u32),
    /// The type of the message; an index of the plan.
    pub message_type: u32,
    /// The dead-letter channel's node.
    pub held_in: NodeIndex,
    /// The node of the channel it died in.
    pub died_in: NodeIndex,
    /// The subscribe edge that gave it up; `None` if it died before a consumer had it.
    pub edge: Option<EdgeIndex>,
    /// Deliveries before it was given up.
    pub attempts: u32,
    /// When it was given up.
    pub at: Time,
    /// The first failure.
    pub first: (Failure, Time),
    /// The last failure: the reason.
    pub last: (Failure, Time),
}

/// How a node is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NodeHealth {
    /// Whether it is down.
    pub is_down: bool,
    /// How many times as long its work takes.
    pub slow: f64,
    /// The share of attempts that a fault makes fail.
    pub failing: f64,
    /// Whether a fault makes some messages poison.
    pub has_poison: bool,
}

/// How full a channel is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ChannelLevel {
    /// Copies that wait for a consumer.
    pub ready: u64,
    /// Copies that wait for their next attempt.
    pub waiting: u64,
    /// Copies with consumers.
    pub in_work: u64,
    /// The most that ever waited for a consumer in one backlog.
    pub backlog_max: u64,
    /// Copies that expired.
    pub expired: u64,
    /// Dead letters among those that are ready.
    pub dead_letters: u64,
}

impl Run {
    /// Messages on edges.
    #[must_use]
    pub fn moving(&self) -> Vec<Moving> {
        let world = self.world();
        let published = world.transits.iter().map(|(_, transit)| Moving {
            message: transit.message.id,
            message_type: transit.message.message_type,
            edge: transit.edge,
            sent_at: transit.sent_at,
            arrives_at: transit.arrives_at,
            is_reply: false,
        });
        let delivered = world.works.iter().filter_map(|(_, work)| match (work.stage, work.task) {
            (Stage::Delivering, Task::Copy { edge, .. }) if !work.is_cancelled => Some(Moving {
                message: world.message_in(work).id,
                message_type: world.message_in(work).message_type,
                edge,
                sent_at: work.began_at,
                arrives_at: work.ends_at,
                is_reply: false,
            }),
            _ => None,
        });
        let calls = world.calls.iter().filter_map(|(_, call)| {
            let is_reply = matches!(call.stage, CallStage::Returning(_));
            (is_reply || call.stage == CallStage::Going).then_some(Moving {
                message: call.message.id,
                message_type: call.message.message_type,
                edge: call.edge,
                sent_at: call.sent_at,
                arrives_at: call.arrives_at,
                is_reply,
            })
        });
        published.chain(delivered).chain(calls).collect()
    }

    /// What a consumer has in work, in no particular order. Cost: one pass over all work.
    #[must_use]
    pub fn at_work(&self, node: NodeIndex) -> Vec<AtWork> {
        let world = self.world();
        let ours = world.works.iter().filter(|(_, work)| {
            let is_begun = work.stage != Stage::Delivering;
            self.plan().consumers[work.consumer as usize].node == node
                && is_begun
                && !work.is_cancelled
        });
        ours.map(|(_, work)| AtWork {
            message: world.message_in(work).id,
            message_type: world.message_in(work).message_type,
            edge: match work.task {
                Task::Copy { edge, .. } => edge,
                Task::Call(call) if world.calls.is_live(call) => world.calls[call.slot].edge,
                Task::Call(_) => NONE,
            },
            attempt: world.attempt_in(work).number,
            began_at: work.began_at,
            ends_at: work.ends_at,
            is_calling: matches!(work.stage, Stage::Calling { .. }),
        })
        .collect()
    }

    /// Slots of a consumer that are taken, and all it has; `None` for other nodes.
    #[must_use]
    pub fn load(&self, node: NodeIndex) -> Option<(u32, u32)> {
        let part = self.plan().nodes[node as usize].part as usize;
        self.plan().consumers.get(part).filter(|consumer| consumer.node == node)?;
        Some((self.world().consumers[part].busy, self.world().slots(self.plan(), part as u32)))
    }

    /// Calls that wait at a consumer for a free slot.
    #[must_use]
    pub fn waiting_calls(&self, node: NodeIndex) -> usize {
        let part = self.plan().nodes[node as usize].part as usize;
        let plan = self.plan().consumers.get(part).filter(|consumer| consumer.node == node);
        plan.map_or(0, |_| self.world().consumers[part].waiting_calls.len())
    }

    /// How a node is.
    #[must_use]
    pub fn health(&self, node: NodeIndex) -> NodeHealth {
        let state = &self.world().nodes[node as usize];
        let mut health =
            NodeHealth { is_down: state.down > 0, slow: 1.0, failing: 0.0, has_poison: false };
        for index in &state.faults {
            if !self.world().faults[*index as usize].is_active {
                continue;
            }
            #[allow(clippy::wildcard_enum_match_arm, reason = "few effects show on a node")]
            match self.plan().faults[*index as usize].effect {
                Effect::Slow { factor } => health.slow *= factor,
                Effect::Pause | Effect::SlowBroker { .. } => health.slow = f64::INFINITY,
                Effect::Failing { share } | Effect::DependencyDown { share, .. } => {
                    health.failing = 1.0 - (1.0 - health.failing) * (1.0 - share);
                }
                Effect::Poison { .. } | Effect::Corruption { .. } => health.has_poison = true,
                Effect::Disabled { .. } | Effect::LeaderElection { .. } => health.is_down = true,
                _ => {}
            }
        }
        health
    }

    /// How full a channel is. Cost: one pass over what waits for retries or is in work.
    #[must_use]
    pub fn level(&self, node: NodeIndex) -> ChannelLevel {
        let mut level = ChannelLevel::default();
        let part = self.plan().nodes[node as usize].part as usize;
        let Some(channel) = self.plan().channels.get(part).filter(|it| it.node == node) else {
            return level;
        };
        for index in &channel.backlogs {
            let backlog = &self.world().backlogs[*index as usize];
            level.ready += backlog.ready;
            level.backlog_max = level.backlog_max.max(backlog.ready_max);
            level.expired += backlog.expired;
            for member in &self.plan().backlogs[*index as usize].members {
                let counts = &self.world().edges[*member as usize].counts;
                level.waiting += counts.waiting;
                level.in_work += counts.in_work;
            }
        }
        level.dead_letters = self.dead_letters_in(part).count() as u64;
        level
    }

    /// The first copies that wait in a channel, oldest first, at most `limit` for each backlog;
    /// then those that wait for a retry.
    #[must_use]
    pub fn waiting(&self, node: NodeIndex, limit: usize) -> Vec<Waiting> {
        let part = self.plan().nodes[node as usize].part as usize;
        let Some(channel) = self.plan().channels.get(part).filter(|it| it.node == node) else {
            return Vec::new();
        };
        let world = self.world();
        let seen = |slot: u32| {
            let copy = &world.copies[slot];
            Waiting {
                message: copy.message.id,
                message_type: copy.message.message_type,
                entered_at: copy.entered_at,
                retry_at: (copy.state == CopyState::Waiting).then_some(copy.due),
                attempts: copy.deliveries,
                last_failure: world.burden(copy).last_failure.map(|(failure, _)| failure),
            }
        };
        let ready = channel.backlogs.iter().flat_map(|backlog| {
            world.backlogs[*backlog as usize].store.waiting().take(limit).map(seen)
        });
        let retries = world.copies.iter().filter(|(_, copy)| {
            copy.state == CopyState::Waiting && channel.backlogs.contains(&copy.backlog)
        });
        ready.chain(retries.take(limit).map(|(slot, _)| seen(slot))).collect()
    }

    /// Dead letters that wait, by channel, oldest first.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        (0..self.plan().channels.len()).flat_map(|part| self.dead_letters_in(part)).collect()
    }

    fn dead_letters_in(&self, channel: usize) -> impl Iterator<Item = DeadLetter> {
        let world = self.world();
        let plan = &self.plan().channels[channel];
        // A topic of dead letters has a copy for each reader; they are listed once.
        let slots = plan.backlogs.first().map(|it| world.backlogs[*it as usize].store.waiting());
        slots.into_iter().flatten().filter_map(|slot| {
            let copy = &world.copies[slot];
            let death = world.burden(copy).death;
            (death != NONE).then(|| {
                let death = &world.deaths[death];
                DeadLetter {
                    message: copy.message.id,
                    name: (copy.message.source, copy.message.number),
                    message_type: copy.message.message_type,
                    held_in: plan.node,
                    died_in: self.plan().backlogs[death.backlog as usize].channel,
                    edge: (death.edge != NONE).then_some(death.edge),
                    attempts: death.attempts,
                    at: death.at,
                    first: death.first,
                    last: death.last,
                }
            })
        })
    }

    /// Counts of a subscribe edge.
    #[must_use]
    pub fn subscription(&self, edge: EdgeIndex) -> SubscriptionCounts {
        self.world().edges[edge as usize].counts
    }

    /// Faults that are on, as indices of the plan.
    #[must_use]
    pub fn active_faults(&self) -> &[u32] {
        &self.world().active_faults
    }
}
