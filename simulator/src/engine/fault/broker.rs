//! Faults of channels and the brokers they stand for: outages, elections, slow and full stores,
//! retention, quotas, access, lost writes, dead letters out of reach, rebalances (B1 to B10), and
//! clocks that decide what expires (M7, T1).

use flowbench_model::channel::Confirm;
use flowbench_model::time::{Span, Time};

use crate::calendar::{Event, EventKind, Phase};
use crate::engine::Engine;
use crate::engine::channel::Coming;
use crate::message::Message;
use crate::plan::effect::{Acks, CrashPhase, Effect};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, NodeIndex};
use crate::record::{DropReason, Failure};
use crate::world::CopyState;

/// What becomes of a message that reaches a channel.
#[derive(Default)]
struct Entry {
    refused: bool,
    held_by: Option<u32>,
    delay: Span,
}

impl<'a> Engine<'a> {
    /// What faults make of a message that reaches its channel; whether it goes on.
    pub(in crate::engine) fn is_let_in(&mut self, slot: u32) -> bool {
        let transit = &self.world.transits[slot];
        let channel = transit.channel;
        if self.world.nodes[channel as usize].faults.is_empty() || transit.is_admitted {
            return true;
        }
        if transit.death != NONE {
            return true;
        }
        let (message, attempt) = (transit.message, transit.attempt);
        let mut entry = Entry::default();
        for index in self.faults_at_node(channel) {
            self.strike_entry(index, &message, attempt, &mut entry);
        }
        self.count_passing_node(channel);
        self.world.transits[slot].is_admitted = true;
        if entry.refused {
            let transit = self.world.transits.remove(slot);
            let coming = Coming {
                edge: transit.edge,
                attempt: transit.attempt,
                is_duplicate: transit.is_duplicate,
            };
            self.refuse(channel, &message, coming, DropReason::Refused);
        } else if let Some(index) = entry.held_by {
            self.world.transits[slot].arrives_at = Time(u64::MAX);
            self.world.faults[index as usize].queue.push_back(slot);
        } else if entry.delay > Span::ZERO {
            self.world.transits[slot].arrives_at = self.world.now.after(entry.delay);
            let event = Event::about(EventKind::TransitArrives, slot);
            self.schedule_in(entry.delay, Phase::Arrive, self.plan.node_rank(channel), event);
        } else {
            return true;
        }
        false
    }

    fn strike_entry(&mut self, index: u32, of: &Message, attempt: u32, entry: &mut Entry) {
        match &self.fault(index).effect {
            Effect::LeaderElection { share } => {
                if self.strikes(index, *share, of, attempt) {
                    entry.held_by = Some(index);
                }
            }
            Effect::SlowBroker { by, one_at_a_time } => {
                if self.reaches(index, of, attempt) {
                    let degree = self.degree(index);
                    let now = self.world.now;
                    let state = &mut self.world.faults[index as usize];
                    let by = by.draw(&mut state.stream, &self.plan.ziggurat);
                    let by = Span((by.0 as f64 * degree) as u64);
                    let begins = if *one_at_a_time { state.at.max(now) } else { now };
                    state.at = begins.after(by);
                    entry.delay = entry.delay.saturating_add(state.at.since(now));
                }
            }
            Effect::Throttling { rate, burst, refuses } => {
                if self.reaches(index, of, attempt) {
                    let interval = (rate.mean_interval_ns() as u64).max(1);
                    match self.token(index, interval, *burst, *refuses) {
                        Some(wait) => entry.delay = entry.delay.saturating_add(wait),
                        None => entry.refused = true,
                    }
                }
            }
            Effect::Disabled { sending: true, .. } => {
                entry.refused |= self.reaches(index, of, attempt);
            }
            _ => {}
        }
    }

    /// B6: how long until there is a token (generic cell rate algorithm, ITU-T I.371); nothing if
    /// nobody waits for one.
    fn token(&mut self, index: u32, interval: u64, burst: u64, refuses: bool) -> Option<Span> {
        let now = self.world.now;
        let state = &mut self.world.faults[index as usize];
        let ahead = state.at.since(now).0;
        let allowed = interval.saturating_mul(burst.saturating_sub(1));
        let wait = Span(ahead.saturating_sub(allowed));
        if refuses && wait > Span::ZERO {
            return None;
        }
        state.at = state.at.max(now).after(Span(interval));
        Some(wait)
    }

    /// B2, B7: what waited at the door comes in.
    pub(super) fn admit_struck(&mut self, index: u32) {
        for slot in std::mem::take(&mut self.world.faults[index as usize].queue) {
            self.transit_arrives(slot);
        }
    }

    /// Deliveries of a channel go on.
    pub(super) fn channel_goes_on(&mut self, node: NodeIndex) {
        let part = self.plan.nodes[node as usize].part;
        for backlog in &self.plan.channels[part as usize].backlogs {
            self.backlog_changed(*backlog);
            for edge in &self.plan.backlogs[*backlog as usize].members {
                self.consumer_changed(self.plan.consumer_at(*edge) as u32);
            }
        }
    }

    /// B2, B7, B10: whether a channel hands out over one of its edges now.
    #[inline]
    pub(in crate::engine) fn hands_out(&self, edge: EdgeIndex) -> bool {
        let channel = self.plan.edges[edge as usize].from;
        let listed = &self.world.nodes[channel as usize].faults;
        listed.is_empty() || listed.iter().all(|index| self.lets_channel_hand_out(*index, edge))
    }

    fn lets_channel_hand_out(&self, index: u32, edge: EdgeIndex) -> bool {
        let state = &self.world.faults[index as usize];
        if !state.is_active {
            return true;
        }
        match self.fault(index).effect {
            Effect::LeaderElection { .. } | Effect::Disabled { receiving: true, .. } => false,
            Effect::RebalanceStorm { is_eager, .. } => {
                !state.is_pending || !is_eager && self.turned_out(index) != Some(edge)
            }
            _ => true,
        }
    }

    /// B1: nothing enters or leaves until the fault ends or another replica has taken over. What
    /// it had not yet is lost if publishers were told that it is safe.
    pub(super) fn lose_broker(&mut self, index: u32, failover: Option<Span>) {
        let node = self.fault(index).node;
        self.world.faults[index as usize].is_pending = true;
        self.lose_replica(index, true);
        self.go_down(node, CrashPhase::BeforeEffect);
        let semantics = &self.channel_plan(node).semantics;
        let part = self.plan.nodes[node as usize].part;
        let has_heir = semantics.replicas > self.world.channels[part as usize].replicas_down;
        let own = (semantics.replicas > 1 && has_heir && semantics.election_time > Span::ZERO)
            .then_some(semantics.election_time);
        if let Some(failover) = failover.or(own) {
            self.lose_unreplicated(index);
            self.tick_in(index, failover);
        }
    }

    /// B1: what the heir has not, and publishers were told is safe, is lost.
    fn lose_unreplicated(&mut self, index: u32) {
        let Effect::BrokerDown { behind, .. } = self.fault(index).effect else { return };
        let node = self.fault(index).node;
        let window = behind.unwrap_or(self.channel_plan(node).semantics.replication_lag);
        let is_promised = self.is_told_too_early(index);
        self.fail_over(node, is_promised);
        if is_promised && window > Span::ZERO {
            self.lose_entered_since(node, window, DropReason::LostOnFailover);
        }
    }

    /// B1: whether publishers are told that a message is safe before all replicas have it.
    fn is_told_too_early(&self, index: u32) -> bool {
        let Effect::BrokerDown { acks, .. } = self.fault(index).effect else { return false };
        match (acks, self.channel_plan(self.fault(index).node).semantics.confirm) {
            (Acks::Leader, _) | (Acks::Channel, Confirm::Leader) => true,
            (Acks::All, _)
            | (
                Acks::Channel,
                Confirm::Unconfirmed | Confirm::AllInSync | Confirm::Quorum | Confirm::Bound,
            ) => false,
        }
    }

    /// B1: a channel has one replica less, or one more again.
    pub(super) fn lose_replica(&mut self, index: u32, is_lost: bool) {
        let node = self.fault(index).node;
        if self.channel_plan(node).semantics.replicas > 1 {
            let part = self.plan.nodes[node as usize].part;
            let down = &mut self.world.channels[part as usize].replicas_down;
            *down = if is_lost { *down + 1 } else { *down - 1 };
        }
    }

    /// B1: a replica is back while there is no leader. It knows nothing of what came while it was
    /// away; where such a one may lead, that is lost.
    pub(super) fn elect_unclean(&mut self, index: u32) {
        let node = self.fault(index).node;
        let semantics = &self.channel_plan(node).semantics;
        let is_leader_lost = |other: &u32| {
            let effect = &self.fault(*other).effect;
            self.fault(*other).node == node
                && self.world.faults[*other as usize].is_pending
                && matches!(effect, Effect::BrokerDown { is_follower: false, .. })
        };
        let Some(lost) = self.world.active_faults.iter().copied().find(is_leader_lost) else {
            return;
        };
        let election_time = semantics.election_time;
        if semantics.replicas > 1 && semantics.unclean_election {
            let away = self.world.now.since(self.world.faults[index as usize].since);
            self.lose_entered_since(node, away, DropReason::LostOnFailover);
            self.fail_over(node, self.is_told_too_early(lost));
            self.tick_in(lost, election_time);
        }
    }

    /// B1: the channel is there again.
    pub(super) fn recover_broker(&mut self, index: u32) {
        if std::mem::take(&mut self.world.faults[index as usize].is_pending) {
            self.come_up(self.fault(index).node);
        }
    }

    /// B8: what was acknowledged but not written is gone.
    pub(super) fn lose_recent(&mut self, node: NodeIndex, window: Span) {
        self.lose_entered_since(node, window, DropReason::LostByChannel);
    }

    fn lose_entered_since(&mut self, node: NodeIndex, window: Span, reason: DropReason) {
        let now = self.world.now;
        let backlogs = &self.channel_plan(node).backlogs;
        let mut lost: Vec<u32> = self
            .world
            .copies
            .iter()
            .filter(|(_, copy)| {
                backlogs.contains(&copy.backlog)
                    && matches!(copy.state, CopyState::Ready | CopyState::Handled)
                    && now.since(copy.entered_at) < window
            })
            .map(|(slot, _)| slot)
            .collect();
        lost.sort_unstable_by_key(|slot| {
            (self.world.copies[*slot].backlog, self.world.copies[*slot].sequence)
        });
        for slot in lost {
            self.remove_from_store(slot, reason);
        }
    }

    /// B4, B5: the rules that hold for a backlog at this instant.
    #[inline]
    pub(in crate::engine) fn rules(
        &self,
        index: BacklogIndex,
    ) -> &'a flowbench_model::channel::Semantics {
        let plan = &self.plan.backlogs[index as usize];
        match self.world.channels[plan.part as usize].rules {
            0 => &plan.semantics,
            mask => &self.plan.channels[plan.part as usize].other_rules[mask as usize],
        }
    }

    /// B4, B5: other rules hold from now on.
    pub(super) fn change_rules(&mut self, node: NodeIndex, bit: u32, is_on: bool) {
        let part = self.plan.nodes[node as usize].part;
        let state = &mut self.world.channels[part as usize];
        // Several faults may set the same rule.
        let count = &mut state.rule_counts[bit.trailing_zeros() as usize];
        *count = if is_on { *count + 1 } else { *count - 1 };
        if *count > 0 {
            state.rules |= bit
        } else {
            state.rules &= !bit
        }
        for backlog in &self.plan.channels[part as usize].backlogs {
            self.retain_anew(*backlog);
            self.evict(*backlog);
            self.backlog_changed(*backlog);
        }
        self.let_in_held(part);
    }

    /// B5: when each copy leaves the store, by the rules of this instant.
    fn retain_anew(&mut self, index: BacklogIndex) {
        let keep = self.rules(index).retention_time;
        self.world.backlogs[index as usize].retained.clear();
        if keep == Span::ZERO {
            return;
        }
        let copies = self.world.copies.iter().filter(|(_, copy)| copy.backlog == index);
        let mut there: Vec<u32> = copies.map(|(slot, _)| slot).collect();
        there.sort_unstable_by_key(|slot| self.world.copies[*slot].sequence);
        for slot in there {
            let at = self.world.copies[slot].entered_at.after(keep);
            let handle = self.world.copies.handle(slot);
            self.world.backlogs[index as usize].retained.push_back((at, handle));
        }
        if let Some((at, _)) = self.world.backlogs[index as usize].retained.front().copied() {
            self.wake_for_retention(index, at);
        }
    }

    /// B9: how long until a dead letter is tried again that cannot be moved now.
    pub(in crate::engine) fn dead_letter_waits(
        &mut self,
        channel: NodeIndex,
        of: &Message,
    ) -> Option<Span> {
        for index in self.faults_at_node(channel) {
            if let Effect::DeadLetterDown { retry_after: Some(after) } = self.fault(index).effect
                && self.reaches(index, of, 1)
            {
                return Some(after);
            }
        }
        None
    }

    /// B9: whether a dead-letter channel loses what it gets.
    pub(in crate::engine) fn loses_dead_letters(&self, channel: NodeIndex) -> bool {
        self.world.nodes[channel as usize].faults.iter().any(|index| {
            self.world.faults[*index as usize].is_active
                && matches!(self.fault(*index).effect, Effect::DeadLetterDown { retry_after: None })
        })
    }

    /// B10: consumers share out their work anew: what is in work is taken back.
    pub(super) fn rebalance_storm(&mut self, index: u32) {
        let Effect::RebalanceStorm { pause, is_eager, .. } = self.fault(index).effect else {
            return;
        };
        let state = &mut self.world.faults[index as usize];
        state.is_pending = true;
        state.number += 1;
        let edges = self.subscriptions_of(self.fault(index).node);
        let turned_out = self.turned_out(index);
        for edge in edges {
            if is_eager || turned_out == Some(edge) {
                self.take_back_edge(edge, Failure::Rebalanced);
            }
        }
        self.tick_in(index, pause);
    }

    /// B10: a rebalance is over, or the next one is due.
    pub(super) fn rebalance_on(&mut self, index: u32) {
        let Effect::RebalanceStorm { every, pause, .. } = self.fault(index).effect else { return };
        if std::mem::take(&mut self.world.faults[index as usize].is_pending) {
            self.channel_goes_on(self.fault(index).node);
            self.tick_in(index, Span(every.0.saturating_sub(pause.0).max(1)));
        } else {
            self.rebalance_storm(index);
        }
    }

    fn subscriptions_of(&self, node: NodeIndex) -> Vec<EdgeIndex> {
        let backlogs = &self.channel_plan(node).backlogs;
        let members = backlogs.iter().flat_map(|it| &self.plan.backlogs[*it as usize].members);
        members.copied().collect()
    }

    /// B10: whose turn it is to give up its work in a cooperative rebalance.
    fn turned_out(&self, index: u32) -> Option<EdgeIndex> {
        let edges = self.subscriptions_of(self.fault(index).node);
        let turn = self.world.faults[index as usize].number.saturating_sub(1) as usize;
        edges.get(turn.checked_rem(edges.len())?).copied()
    }

    /// M7, T1: when a message that enters now expires.
    pub(in crate::engine) fn struck_deadline(
        &mut self,
        index: BacklogIndex,
        of: &Message,
        deadline: Time,
    ) -> Time {
        let channel = self.plan.backlogs[index as usize].channel;
        let mut deadline = deadline;
        for fault in self.faults_at_node(channel) {
            match self.fault(fault).effect {
                Effect::EarlyExpiry { time_to_live } => {
                    if self.reaches(fault, of, 1) {
                        deadline = deadline.min(self.world.now.after(time_to_live));
                    }
                }
                Effect::ClockSkew { .. } => {
                    if self.reaches(fault, of, 1) {
                        deadline = moved(deadline, -self.ahead(fault), self.world.now);
                    }
                }
                _ => {}
            }
        }
        for fault in self.faults_at_node(of.source) {
            if let Effect::ClockSkew { .. } = self.fault(fault).effect
                && self.reaches(fault, of, 1)
            {
                deadline = moved(deadline, self.ahead(fault), self.world.now);
            }
        }
        deadline
    }

    /// T1: how far a clock is ahead at this instant, in nanoseconds.
    fn ahead(&self, index: u32) -> i64 {
        let Effect::ClockSkew { ahead, drift } = self.fault(index).effect else { return 0 };
        let passed = self.world.now.since(self.world.faults[index as usize].since).0 as f64;
        ((ahead as f64 + drift * passed) * self.degree(index)) as i64
    }
}

/// A deadline so much later, or earlier if negative; not before now, and never stays never.
fn moved(deadline: Time, by: i64, now: Time) -> Time {
    match deadline {
        Time(u64::MAX) => deadline,
        Time(at) if by < 0 => Time(at.saturating_sub(by.unsigned_abs())).max(now),
        at => at.after(Span(by.unsigned_abs())),
    }
}
