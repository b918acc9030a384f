//! Faults: how they begin and end, and whom they strike. What each does stands in the file of its
//! family.

#![allow(
    clippy::wildcard_enum_match_arm,
    clippy::collapsible_match,
    reason = "each family looks at its own few of all the effects; a test for each kind shows that \
              somebody does"
)]

use flowbench_model::fault::Correlation;
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::Message;
use crate::plan::effect::{Effect, PlanCondition, PlanTrigger};
use crate::plan::{EdgeIndex, NONE, NodeIndex, PlanFault};
use crate::record::EntryKind;

mod broker;
mod consumer;
mod down;
mod link;
mod message;
mod operator;
mod producer;

pub(super) use link::Passage;

impl<'a> Engine<'a> {
    pub(super) fn fault(&self, index: u32) -> &'a PlanFault {
        &self.plan.faults[index as usize]
    }

    /// The start of a fault has come: it begins, or waits for what makes it begin.
    pub(super) fn start_fault(&mut self, index: u32) {
        let plan = self.fault(index);
        match plan.trigger {
            PlanTrigger::Start => self.begin_fault(index),
            PlanTrigger::Message(_) => self.enlist(index),
            PlanTrigger::When(_) => self.world.unsettled.add_condition(index),
        }
        if let Some(at) = plan.heals_at {
            let event = Event::about(EventKind::FaultEnd, index);
            self.world.calendar.schedule(at, Phase::Fault, plan.target, event);
        }
    }

    fn begin_fault(&mut self, index: u32) {
        let plan = self.fault(index);
        let now = self.world.now;
        self.note_event(EntryKind::FaultStarted, index, 0);
        self.world.active_faults.push(index);
        let is_enlisted = matches!(plan.trigger, PlanTrigger::Message(_));
        if !is_enlisted {
            self.enlist(index);
        }
        let end = plan.duration.map(|duration| now.after(duration));
        let state = &mut self.world.faults[index as usize];
        state.is_active = true;
        state.since = now;
        state.until = end.into_iter().chain(plan.heals_at).min().unwrap_or(Time(u64::MAX));
        if plan.until.is_some() {
            self.world.unsettled.add_condition(index);
        }
        if let Some(end) = end {
            let event = Event::about(EventKind::FaultEnd, index);
            self.world.calendar.schedule(end, Phase::Fault, plan.target, event);
        }
        self.apply_start(index);
    }

    /// A fault ends; what waits to begin never does.
    pub(super) fn end_fault(&mut self, index: u32) {
        self.world.unsettled.remove_condition(index);
        let was_active = self.world.faults[index as usize].is_active;
        self.delist(index);
        if !was_active {
            return;
        }
        self.world.faults[index as usize].is_active = false;
        self.note_event(EntryKind::FaultEnded, index, 0);
        self.world.active_faults.retain(|active| *active != index);
        self.apply_end(index);
    }

    /// The places that a fault strikes look at it from now on.
    fn enlist(&mut self, index: u32) {
        let plan = self.fault(index);
        self.world.disturbances += 1;
        self.world.faults[index as usize].is_listed = true;
        if plan.node != NONE {
            self.world.nodes[plan.node as usize].faults.push(index);
        }
        for edge in &plan.edges {
            self.world.edges[*edge as usize].faults.push(index);
        }
    }

    fn delist(&mut self, index: u32) {
        let plan = self.fault(index);
        if !std::mem::take(&mut self.world.faults[index as usize].is_listed) {
            return;
        }
        self.world.disturbances -= 1;
        if plan.node != NONE {
            self.world.nodes[plan.node as usize].faults.retain(|other| *other != index);
        }
        for edge in &plan.edges {
            self.world.edges[*edge as usize].faults.retain(|other| *other != index);
        }
    }

    fn apply_start(&mut self, index: u32) {
        let plan = self.fault(index);
        match &plan.effect {
            Effect::ProducerCrash { keeps } => self.crash_producer(plan.node, *keeps),
            Effect::ProducerPause { .. } => self.world.nodes[plan.node as usize].down += 1,
            Effect::Burst { at_once, .. } => self.begin_burst(index, *at_once),
            Effect::OtherRules { bit } => self.change_rules(plan.node, *bit, true),
            Effect::ConnectionReset { detect } => self.lose_connection(index, *detect),
            Effect::BrokerDown { is_follower: true, .. } => self.lose_replica(index, true),
            Effect::BrokerDown { failover, is_follower: false, .. } => {
                self.lose_broker(index, *failover);
            }
            Effect::AckedLoss { window } => self.lose_recent(plan.node, *window),
            Effect::RebalanceStorm { .. } => self.rebalance_storm(index),
            Effect::Down { phase, .. } => self.go_down(plan.node, *phase),
            Effect::RelayDown { before_mark, .. } => self.stop_relay(index, *before_mark),
            Effect::Pause => self.pause(index),
            Effect::DedupLoss { forgets } => self.forget_duplicates(plan.node, *forgets),
            Effect::Scaling { drain, .. } => self.scale(index, *drain),
            Effect::RedriveStorm { .. } => self.begin_redrive(index),
            Effect::OffsetReset { back } => self.reset_offset(index, *back),
            Effect::Replay { from, .. } => self.begin_replay(index, *from),
            Effect::LeaderElection { .. }
            | Effect::Disabled { .. }
            | Effect::HotKey { .. }
            | Effect::DuplicatePublish { .. }
            | Effect::LateEvent { .. }
            | Effect::PublishAckLost { .. }
            | Effect::DualWrite { .. }
            | Effect::Poison { .. }
            | Effect::Corruption { .. }
            | Effect::VersionSkew { .. }
            | Effect::RegistryDown { .. }
            | Effect::Oversized { .. }
            | Effect::HeaderMissing { .. }
            | Effect::Delay { .. }
            | Effect::Loss { .. }
            | Effect::Duplication { .. }
            | Effect::Reordering { .. }
            | Effect::EarlyExpiry { .. }
            | Effect::Partition { .. }
            | Effect::Clog { .. }
            | Effect::SlowBroker { .. }
            | Effect::Throttling { .. }
            | Effect::DeadLetterDown { .. }
            | Effect::Slow { .. }
            | Effect::Failing { .. }
            | Effect::DependencyDown { .. }
            | Effect::AckLost { .. }
            | Effect::LeaseTooShort { .. }
            | Effect::ClockSkew { .. }
            | Effect::SchedulerMiss { .. } => {}
        }
    }

    fn apply_end(&mut self, index: u32) {
        let plan = self.fault(index);
        match &plan.effect {
            Effect::ProducerCrash { .. } => self.restart_producer(plan.node),
            Effect::ProducerPause { .. } => self.resume_producer(index),
            Effect::OtherRules { bit } => self.change_rules(plan.node, *bit, false),
            Effect::RegistryDown { .. } => self.publish_held(index),
            Effect::Partition { .. } => self.heal_partition(index),
            Effect::ConnectionReset { .. } => self.reconnect(index),
            Effect::BrokerDown { .. } => self.end_outage(index),
            Effect::LeaderElection { .. } | Effect::Disabled { .. } => {
                self.admit_struck(index);
                self.channel_goes_on(plan.node);
            }
            Effect::RebalanceStorm { .. } => self.channel_goes_on(plan.node),
            Effect::Down { cold_factor, cold_for, .. } => {
                self.come_up(plan.node);
                self.run_cold(plan.node, *cold_factor, *cold_for);
            }
            Effect::RelayDown { position, .. } => self.restart_relay(index, *position),
            Effect::Pause => self.resume(index),
            Effect::Scaling { .. } | Effect::LeaseTooShort { .. } => {
                self.consumer_at_node_changed(plan.node);
            }
            Effect::Burst { .. }
            | Effect::AckedLoss { .. }
            | Effect::DedupLoss { .. }
            | Effect::RedriveStorm { .. }
            | Effect::OffsetReset { .. }
            | Effect::Replay { .. }
            | Effect::HotKey { .. }
            | Effect::DuplicatePublish { .. }
            | Effect::LateEvent { .. }
            | Effect::PublishAckLost { .. }
            | Effect::DualWrite { .. }
            | Effect::Poison { .. }
            | Effect::Corruption { .. }
            | Effect::VersionSkew { .. }
            | Effect::Oversized { .. }
            | Effect::HeaderMissing { .. }
            | Effect::Delay { .. }
            | Effect::Loss { .. }
            | Effect::Duplication { .. }
            | Effect::Reordering { .. }
            | Effect::EarlyExpiry { .. }
            | Effect::Clog { .. }
            | Effect::SlowBroker { .. }
            | Effect::Throttling { .. }
            | Effect::DeadLetterDown { .. }
            | Effect::Slow { .. }
            | Effect::Failing { .. }
            | Effect::DependencyDown { .. }
            | Effect::AckLost { .. }
            | Effect::ClockSkew { .. }
            | Effect::SchedulerMiss { .. } => {}
        }
    }

    fn end_outage(&mut self, index: u32) {
        self.lose_replica(index, false);
        self.recover_broker(index);
        self.elect_unclean(index);
    }

    /// Something that a fault has put on the calendar is due.
    pub(super) fn fault_tick(&mut self, index: u32) {
        if !self.world.faults[index as usize].is_active {
            return;
        }
        match &self.fault(index).effect {
            Effect::Burst { .. } => self.burst_on(index),
            Effect::ConnectionReset { .. } => self.notice_lost_connection(index),
            Effect::BrokerDown { .. } => self.recover_broker(index),
            Effect::RebalanceStorm { .. } => self.rebalance_on(index),
            Effect::Scaling { .. } => self.stop_surplus(index),
            Effect::RedriveStorm { .. } => self.redrive_on(index),
            Effect::Replay { .. } => self.replay_on(index),
            _ => unreachable!("invariant: no other fault plans anything"),
        }
    }

    /// Puts the next tick of a fault on the calendar.
    fn tick_in(&mut self, index: u32, delay: Span) {
        let event = Event::about(EventKind::FaultTick, index);
        self.schedule_in(delay, Phase::Fault, self.fault(index).target, event);
    }

    /// The active faults of a node that may strike a message or an attempt. A fault that waits for
    /// its n-th message counts this one.
    pub(super) fn faults_at_node(&mut self, node: NodeIndex) -> Vec<u32> {
        let listed = self.world.nodes[node as usize].faults.clone();
        self.active_of(listed)
    }

    /// The same of an edge.
    fn faults_at_edge(&mut self, edge: EdgeIndex) -> Vec<u32> {
        let listed = self.world.edges[edge as usize].faults.clone();
        self.active_of(listed)
    }

    fn active_of(&mut self, mut listed: Vec<u32>) -> Vec<u32> {
        listed.retain(|index| self.world.faults[*index as usize].is_active);
        listed
    }

    /// A message passes a place: faults that wait for so many of them count it.
    pub(super) fn count_passing_node(&mut self, node: NodeIndex) {
        if !self.world.nodes[node as usize].faults.is_empty() {
            let listed = self.world.nodes[node as usize].faults.clone();
            self.count_passing(listed);
        }
    }

    fn count_passing_edge(&mut self, edge: EdgeIndex) {
        let listed = self.world.edges[edge as usize].faults.clone();
        self.count_passing(listed);
    }

    fn count_passing(&mut self, listed: Vec<u32>) {
        for index in listed {
            let PlanTrigger::Message(number) = self.fault(index).trigger else { continue };
            let state = &mut self.world.faults[index as usize];
            if state.is_active || state.number >= number {
                continue;
            }
            state.number += 1;
            if state.number == number {
                self.begin_fault(index);
            }
        }
    }

    /// At the end of an instant: faults whose conditions hold begin or end.
    pub(super) fn look_at_conditions(&mut self) -> bool {
        let mut has_changed = false;
        for index in self.world.unsettled.conditions().to_vec() {
            let is_active = self.world.faults[index as usize].is_active;
            let plan = self.fault(index);
            let holds = match (&plan.trigger, &plan.until) {
                (_, Some(until)) if is_active => self.holds(until),
                (PlanTrigger::When(condition), _) if !is_active => self.holds(condition),
                _ => false,
            };
            if !holds {
                continue;
            }
            has_changed = true;
            self.world.unsettled.remove_condition(index);
            if is_active {
                self.end_fault(index);
            } else {
                self.begin_fault(index);
            }
        }
        has_changed
    }

    fn holds(&self, condition: &PlanCondition) -> bool {
        let longest = |channel: u32| {
            let backlogs = &self.plan.channels[channel as usize].backlogs;
            let ready = backlogs.iter().map(|it| self.world.backlogs[*it as usize].ready);
            ready.max().unwrap_or(0)
        };
        match condition {
            PlanCondition::BacklogAbove(channel, limit) => longest(*channel) > *limit,
            PlanCondition::BacklogAtMost(channel, limit) => longest(*channel) <= *limit,
            PlanCondition::DeadLettersAbove(limit) => self.world.totals.dead_lettered > *limit,
            PlanCondition::Lost => self.world.totals.expired > 0 || self.world.lost > 0,
            PlanCondition::TimedOut => self.world.totals.reply_timeouts > 0,
            PlanCondition::Never => false,
        }
    }

    /// How much of a fault there is at this instant, from 0 to 1.
    pub(super) fn degree(&self, index: u32) -> f64 {
        let (plan, state) = (self.fault(index), &self.world.faults[index as usize]);
        let share = |passed: Span, ramp: Span| match ramp {
            Span::ZERO => 1.0,
            ramp => (passed.0 as f64 / ramp.0 as f64).min(1.0),
        };
        let came = share(self.world.now.since(state.since), plan.ramp_in);
        let goes = match state.until {
            Time(u64::MAX) => 1.0,
            until => share(until.since(self.world.now), plan.ramp_out),
        };
        came.min(goes)
    }

    /// Whether a message is one of those that the filter of a fault means.
    fn is_meant(&self, index: u32, of: &Message) -> bool {
        self.fits(index, of, 1)
    }

    /// Whether any fault looks at a node.
    #[inline]
    pub(super) fn is_struck(&self, node: NodeIndex) -> bool {
        self.world.nodes.get(node as usize).is_some_and(|node| !node.faults.is_empty())
    }

    /// Whether a fault strikes a message or an attempt, with this chance beside what the filter
    /// and the probability say. One draw, whatever comes of it.
    pub(super) fn strikes(&mut self, index: u32, chance: f64, of: &Message, attempt: u32) -> bool {
        if !self.fits(index, of, attempt) {
            return false;
        }
        let chance = chance * self.degree(index);
        self.happens(index, chance)
    }

    /// The same, with the degree left aside: what is scaled by it otherwise.
    pub(super) fn reaches(&mut self, index: u32, of: &Message, attempt: u32) -> bool {
        if !self.fits(index, of, attempt) {
            return false;
        }
        let whom = &self.fault(index).whom;
        let is_certain =
            whom.probability == 1.0 && matches!(whom.correlation, Correlation::Independent);
        is_certain || self.happens(index, 1.0)
    }

    /// Whether the filter of a fault lets a message through.
    fn fits(&self, index: u32, of: &Message, attempt: u32) -> bool {
        let whom = &self.fault(index).whom;
        let is_type = whom.types.as_ref().is_none_or(|types| {
            types.iter().any(|(known, version)| {
                *known == of.message_type
                    && version.is_none_or(|version| u32::from(of.version) == version)
            })
        });
        is_type
            && (whom.keys.is_empty() || whom.keys.binary_search(&of.key).is_ok())
            && (whom.from.is_empty() || whom.from.contains(&of.source))
            && whom.classes.as_ref().is_none_or(|it| it.get(of.class as usize) == Some(&true))
            && (whom.first_attempt..=whom.last_attempt).contains(&attempt)
    }

    fn happens(&mut self, index: u32, chance: f64) -> bool {
        let whom = &self.fault(index).whom;
        let state = &mut self.world.faults[index as usize];
        let chance = chance * whom.probability;
        match whom.correlation {
            Correlation::Independent => state.stream.unit() < chance,
            Correlation::Previous(share) => {
                state.last = state.stream.unit() * (1.0 - share) + state.last * share;
                state.last < chance
            }
            Correlation::GoodAndBad { to_bad, to_good, good, bad } => {
                let turn = if state.is_bad { to_good } else { to_bad };
                state.is_bad ^= state.stream.unit() < turn;
                state.stream.unit() < chance * if state.is_bad { bad } else { good }
            }
        }
    }

    /// Records that a fault struck a message, where no other entry says so.
    fn note_struck(&mut self, index: u32, of: &Message, attempt: u32) {
        self.note(EntryKind::Struck, index, attempt, 0, of);
    }
}
