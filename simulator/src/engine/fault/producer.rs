//! Faults of whoever publishes: crashes, bursts, hot keys, repetitions, late and missing events
//! (P1 to P8), and schedules that miss (T2).

use flowbench_model::node::{Arrivals, Keys};
use flowbench_model::publishing::Publishing;
use flowbench_model::time::{Span, Time};

use crate::calendar::{Event, EventKind, Phase};
use crate::engine::Engine;
use crate::marks::PHANTOM;
use crate::message::Message;
use crate::plan::effect::{BurstShape, Effect};
use crate::plan::{EdgeIndex, NONE, NodeIndex, PlanFault, PlanWorkload};
use crate::record::{DropReason, EntryKind};
use crate::world::{Caller, Publication};

/// What becomes of a publication.
#[derive(Default)]
struct Fate {
    /// Never, and why.
    withheld: Option<DropReason>,
    /// Until a fault has ended.
    held_by: Option<u32>,
    /// Later than it happened.
    late: Span,
    /// Again, so much later each; as the same message or as a new one.
    again: Vec<(Span, bool)>,
}

impl Engine<'_> {
    /// A node publishes a message on some of its edges.
    #[inline(always)]
    pub(in crate::engine) fn publish(&mut self, message: &Message, edges: &[EdgeIndex]) {
        if self.is_calm(message.source) {
            self.store_blob(message, edges);
            for edge in edges {
                self.send(message, *edge);
            }
        } else {
            self.publish_struck(*message, edges);
        }
    }

    fn publish_struck(&mut self, mut message: Message, edges: &[EdgeIndex]) {
        let (source, mut fate) = (message.source, Fate::default());
        for index in self.faults_at_node(source) {
            self.strike_publication(index, &mut message, &mut fate);
        }
        // What is wrong with a payload is noticed before it is stored.
        if fate.withheld != Some(DropReason::Corrupt) {
            self.store_blob(&message, edges);
        }
        if let Some(reason) = fate.withheld {
            for edge in edges {
                self.world.totals.copies += 1;
                self.drop_message(*edge, reason, &message);
            }
        } else if let Some(index) = fate.held_by {
            for edge in edges {
                let publication = Publication { message, edge: *edge, is_again: false };
                let slot = self.world.publications.insert(publication);
                self.world.faults[index as usize].queue.push_back(slot);
            }
        } else {
            self.publish_later(&message, edges, fate.late, false);
            for (after, is_same) in fate.again {
                let again = if is_same { message } else { self.twin(&message, edges) };
                self.publish_later(&again, edges, fate.late.saturating_add(after), is_same);
            }
        }
        self.count_passing_node(source);
    }

    /// What one fault does to one publication.
    fn strike_publication(&mut self, index: u32, message: &mut Message, fate: &mut Fate) {
        let of = *message;
        match &self.fault(index).effect {
            Effect::DuplicatePublish { share, after, same_id } => {
                if self.strikes(index, *share, &of, 1) {
                    let after = self.drawn(index, after);
                    fate.again.push((after, *same_id));
                }
            }
            Effect::LateEvent { share, lag } => {
                if self.strikes(index, *share, &of, 1) {
                    self.note_struck(index, &of, 0);
                    let lag = self.drawn(index, lag);
                    fate.late = fate.late.saturating_add(lag);
                }
            }
            Effect::PublishAckLost { share, timeout, retries } => {
                for retry in 1..=*retries {
                    if !self.strikes(index, *share, &of, retry as u32) {
                        break;
                    }
                    fate.again.push((Span(timeout.0.saturating_mul(retry)), true));
                }
            }
            Effect::DualWrite { .. } if self.has_order_of_writes(of.source) => {
                // The attempt itself was struck, or was not.
                if self.world.faults[index as usize].is_pending {
                    message.marks |= PHANTOM;
                }
            }
            Effect::DualWrite { publish_lost, rolled_back } => {
                if self.strikes(index, *publish_lost, &of, 1) {
                    fate.withheld = Some(DropReason::NotPublished);
                } else if self.strikes(index, *rolled_back, &of, 1) {
                    message.marks |= PHANTOM;
                    self.note_struck(index, &of, 0);
                }
            }
            Effect::Corruption { .. }
            | Effect::VersionSkew { .. }
            | Effect::Oversized { .. }
            | Effect::HeaderMissing { .. } => {
                if let Some(reason) = self.strike_content(index, message) {
                    fate.withheld = Some(reason);
                }
            }
            Effect::RegistryDown { cached } => {
                if self.strikes(index, 1.0 - cached, &of, 1) {
                    fate.held_by = Some(index);
                }
            }
            _ => {}
        }
    }

    /// P8: whether a publisher is a consumer that says how it writes to its database.
    fn has_order_of_writes(&self, source: NodeIndex) -> bool {
        let (_, consumer) = self.parts(source);
        consumer.is_some_and(|consumer| {
            self.plan.consumers[consumer as usize].publishing != Publishing::Direct
        })
    }

    fn drawn(&mut self, index: u32, law: &crate::dist::Sampler) -> Span {
        law.draw(&mut self.world.faults[index as usize].stream, &self.plan.ziggurat)
    }

    /// A new message that says the same.
    fn twin(&mut self, message: &Message, edges: &[EdgeIndex]) -> Message {
        let cause = Message { key: message.key, ..*message };
        let mut twin =
            self.new_message(message.source, message.class, Some(message.key), Some(&cause));
        (twin.cause, twin.marks, twin.version) = (message.cause, message.marks, message.version);
        self.world.totals.published += 1;
        self.store_blob(&twin, edges);
        twin
    }

    fn publish_later(
        &mut self,
        message: &Message,
        edges: &[EdgeIndex],
        delay: Span,
        is_again: bool,
    ) {
        for edge in edges {
            match (delay, is_again) {
                (Span::ZERO, false) => self.send(message, *edge),
                (Span::ZERO, true) => self.send_again(message, *edge),
                _ => self.put_off(message, *edge, delay, is_again),
            }
        }
    }

    /// Something enters an edge later.
    pub(in crate::engine) fn put_off(
        &mut self,
        message: &Message,
        edge: EdgeIndex,
        delay: Span,
        is_again: bool,
    ) {
        let publication = Publication { message: *message, edge, is_again };
        let slot = self.world.publications.insert(publication);
        let event = Event::about(EventKind::Publish, slot);
        self.schedule_in(delay, Phase::Arrive, self.plan.edge_rank(edge), event);
    }

    /// What was put off enters its edge.
    pub(in crate::engine) fn publication_due(&mut self, slot: u32) {
        let Publication { message, edge, is_again } = self.world.publications.remove(slot);
        let backlog = self.plan.edges[edge as usize].backlog;
        if backlog != NONE {
            // A second delivery, as a copy that waits its turn.
            self.note(EntryKind::Duplicated, edge, 0, 0, &message);
            self.world.totals.copies += 1;
            self.enter_backlog(backlog, &message, NONE, true);
        } else if is_again {
            self.send_again(&message, edge);
        } else {
            self.send(&message, edge);
        }
    }

    /// What a fault held back at its publisher goes out.
    pub(super) fn publish_held(&mut self, index: u32) {
        for slot in std::mem::take(&mut self.world.faults[index as usize].queue) {
            self.publication_due(slot);
        }
    }

    /// P1: a producer stops, and loses what it holds back unless it has an outbox.
    pub(super) fn crash_producer(&mut self, node: NodeIndex, keeps: bool) {
        self.world.nodes[node as usize].down += 1;
        if keeps {
            return;
        }
        self.forget_retries(node);
        for channel in 0..self.world.channels.len() {
            let held = std::mem::take(&mut self.world.channels[channel].held);
            for slot in held {
                let edge = self.world.transits[slot].edge;
                if self.plan.edges.get(edge as usize).is_some_and(|edge| edge.from == node) {
                    let transit = self.world.transits.remove(slot);
                    self.drop_message(edge, DropReason::LostByPublisher, &transit.message);
                } else {
                    self.world.channels[channel].held.push_back(slot);
                }
            }
        }
    }

    /// P1: what it kept in its outbox is published now, where the channel takes it.
    pub(super) fn restart_producer(&mut self, node: NodeIndex) {
        self.world.nodes[node as usize].down -= 1;
        for (part, channel) in (0..).zip(&self.plan.channels) {
            if self.world.nodes[channel.node as usize].down == 0 {
                self.let_in_held(part);
            }
        }
    }

    /// P1: whether what its publisher holds back stays in an outbox, since it is down itself.
    pub(super) fn is_in_outbox(&self, edge: EdgeIndex) -> bool {
        let Some(edge) = self.plan.edges.get(edge as usize) else { return false };
        self.world.nodes[edge.from as usize].faults.iter().any(|index| {
            self.world.faults[*index as usize].is_active
                && matches!(self.fault(*index).effect, Effect::ProducerCrash { keeps: true })
        })
    }

    /// P2: what fell due meanwhile is published at once, or never existed.
    pub(super) fn resume_producer(&mut self, index: u32) {
        let node = self.fault(index).node;
        self.world.nodes[node as usize].down -= 1;
        let missed = std::mem::take(&mut self.world.faults[index as usize].missed);
        if self.world.nodes[node as usize].down > 0 {
            return;
        }
        for (workload, key) in missed {
            self.publish_of(workload, key);
        }
    }

    /// P2: an arrival falls due while its producer is down.
    pub(in crate::engine) fn put_off_arrival(&mut self, workload: u32, key: Option<u64>) {
        let producer = self.plan.workloads[workload as usize].producer;
        for index in self.faults_at_node(producer) {
            if matches!(self.fault(index).effect, Effect::ProducerPause { accumulates: true }) {
                self.world.faults[index as usize].missed.push((workload, key));
                return;
            }
        }
    }

    /// A producer publishes a message of a workload.
    #[inline(always)]
    pub(in crate::engine) fn publish_of(&mut self, workload: u32, key: Option<u64>) {
        let plan = &self.plan.workloads[workload as usize];
        if self.is_calm(plan.producer) {
            return self.publish_once(plan, key);
        }
        let key = self.struck_key(workload, key);
        for _ in 0..self.times_due(workload) {
            self.publish_once(plan, key);
        }
    }

    #[inline(always)]
    fn publish_once(&mut self, plan: &PlanWorkload, key: Option<u64>) {
        let message = self.new_message(plan.producer, plan.class, key, None);
        self.world.totals.published += u64::from(!plan.publish.is_empty());
        self.publish(&message, &plan.publish);
        for edge in &plan.calls {
            self.start_call(*edge, message, Caller::Producer, 1);
        }
    }

    /// T2: how often an arrival happens that should happen once.
    fn times_due(&mut self, workload: u32) -> u32 {
        let plan = &self.plan.workloads[workload as usize];
        if self.world.nodes[plan.producer as usize].faults.is_empty() {
            return 1;
        }
        let mut times = 1;
        for index in self.faults_at_node(plan.producer) {
            let Effect::SchedulerMiss { missed, twice } = self.fault(index).effect else {
                continue;
            };
            let due = self.due(workload);
            if self.strikes(index, missed, &due, 1) {
                self.note_event(EntryKind::Struck, index, 0);
                return 0;
            }
            times += u32::from(self.strikes(index, twice, &due, 1));
        }
        times
    }

    /// A message of a workload before it exists, for filters to look at.
    fn due(&self, workload: u32) -> Message {
        let plan = &self.plan.workloads[workload as usize];
        let message_type = self.plan.classes[plan.class as usize].message_type;
        Message { message_type, source: plan.producer, ..Message::NOBODY }
    }

    /// P4: the key that a message gets.
    fn struck_key(&mut self, workload: u32, key: Option<u64>) -> Option<u64> {
        let plan = &self.plan.workloads[workload as usize];
        if self.world.nodes[plan.producer as usize].faults.is_empty() {
            return key;
        }
        let mut struck = key;
        for index in self.faults_at_node(plan.producer) {
            let Effect::HotKey { share, key: hot, law } = &self.fault(index).effect else {
                continue;
            };
            let due = Message { key: key.unwrap_or(0), ..self.due(workload) };
            match law {
                None if self.strikes(index, *share, &due, 1) => struck = Some(*hot),
                None => {}
                Some(law) => {
                    if self.reaches(index, &due, 1) {
                        let keys = key_count(plan.keys).unwrap_or(KEYS);
                        let unit = self.world.faults[index as usize].stream.unit();
                        struck = Some(law.key(keys, unit));
                    }
                }
            }
        }
        struck
    }

    /// P3: clients that wake up together, and then the additional stream.
    pub(super) fn begin_burst(&mut self, index: u32, at_once: u64) {
        for _ in 0..at_once.min(BURST_MAX) {
            self.publish_extra(index);
        }
        self.next_of_burst(index);
    }

    /// P3: one more of the additional stream.
    pub(super) fn burst_on(&mut self, index: u32) {
        let due = self.world.faults[index as usize].is_pending;
        if due {
            self.publish_extra(index);
        }
        self.next_of_burst(index);
    }

    /// The additional messages are a Poisson stream of their own beside the usual one; while a
    /// ramp is at its foot it is looked at again soon.
    fn next_of_burst(&mut self, index: u32) {
        let extra = (self.burst_factor(index) - 1.0) * self.usual_rate(self.fault(index).node);
        let is_steady = self.fault(index).is_steady();
        let state = &mut self.world.faults[index as usize];
        let gap = self.plan.ziggurat.exponential(&mut state.stream);
        let wait = if extra > 0.0 { Span((gap / extra) as u64) } else { Span(u64::MAX) };
        state.is_pending = wait <= LOOK || is_steady && extra > 0.0;
        let wait = if state.is_pending { wait } else { LOOK };
        self.tick_in(index, wait.max(Span(1)));
    }

    fn burst_factor(&self, index: u32) -> f64 {
        let Effect::Burst { factor, shape, .. } = self.fault(index).effect else { return 1.0 };
        let state = &self.world.faults[index as usize];
        let passed = self.world.now.since(state.since).0 as f64;
        let whole = (state.until.since(state.since).0 as f64).max(1.0);
        let part = match shape {
            BurstShape::Step => 1.0,
            BurstShape::Ramp => passed / whole,
            BurstShape::Spike => 1.0 - (2.0 * passed / whole - 1.0).abs(),
        };
        1.0 + (factor - 1.0) * part * self.degree(index)
    }

    /// Messages in a nanosecond that the workloads of a producer publish on average.
    fn usual_rate(&self, node: NodeIndex) -> f64 {
        let workloads = (0..self.plan.workloads.len() as u32)
            .filter(|index| self.plan.workloads[*index as usize].producer == node);
        workloads.map(|index| self.rate_of(index)).sum()
    }

    /// The same of one workload: nothing before its start and after its end.
    fn rate_of(&self, index: u32) -> f64 {
        let (plan, state) =
            (&self.plan.workloads[index as usize], &self.world.workloads[index as usize]);
        let is_over = match &plan.arrivals {
            Arrivals::Constant(_) | Arrivals::Poisson(_) => state.done >= plan.count,
            Arrivals::Scripted(instants) => state.done >= plan.count.min(instants.len() as u64),
            Arrivals::Recorded(_) => {
                state.done >= plan.count || self.world.replays[plan.replay as usize].is_over()
            }
        };
        if is_over || self.world.now < plan.start {
            return 0.0;
        }
        match self.plan.replays.get(plan.replay as usize) {
            Some(replay) => self.world.replays[plan.replay as usize].rate(replay),
            None => usual_rate(&plan.arrivals),
        }
    }

    /// The key of an additional message: one of those that the workload has.
    fn key_of_extra(&mut self, index: u32, workload: u32) -> Option<u64> {
        let plan = &self.plan.workloads[workload as usize];
        let stream = &mut self.world.faults[index as usize].stream;
        if let Some(state) = self.world.replays.get(plan.replay as usize)
            && state.some_key(0).is_some()
        {
            return state.some_key(stream.below(state.events_here()));
        }
        key_count(plan.keys).map(|count| stream.below(count))
    }

    /// One message of a workload of the producer, chosen by how much each publishes.
    fn publish_extra(&mut self, index: u32) {
        let node = self.fault(index).node;
        if self.world.nodes[node as usize].down > 0 {
            return;
        }
        let whole = self.usual_rate(node);
        let mut left = self.world.faults[index as usize].stream.unit() * whole;
        let mut chosen = None;
        for workload in 0..self.plan.workloads.len() as u32 {
            let plan = &self.plan.workloads[workload as usize];
            if plan.producer == node {
                chosen = Some(workload);
                left -= self.rate_of(workload);
                if left < 0.0 {
                    break;
                }
            }
        }
        let Some(workload) = chosen else { return };
        let key = self.key_of_extra(index, workload);
        self.publish_of(workload, key);
    }
}

/// Keys over which Zipf's law spreads messages that have keys of their own by design.
const KEYS: u64 = 1000;

/// How many ordering keys a workload has; none if each message has its own, or all the same.
fn key_count(keys: Keys) -> Option<u64> {
    match keys {
        Keys::Unique | Keys::Constant(_) => None,
        Keys::Uniform(count) | Keys::RoundRobin(count) => Some(count),
    }
}

/// While a ramp is at its foot, or a workload rests, it is looked at again so soon.
const LOOK: Span = Span::from_millis(100);

/// The most messages that a burst begins with.
const BURST_MAX: u64 = 1_000_000;

impl PlanFault {
    /// Whether a burst is as strong all the time.
    fn is_steady(&self) -> bool {
        let is_step = matches!(self.effect, Effect::Burst { shape: BurstShape::Step, .. });
        is_step && self.ramp_in == Span::ZERO && self.ramp_out == Span::ZERO
    }
}

fn usual_rate(arrivals: &Arrivals) -> f64 {
    match arrivals {
        Arrivals::Constant(rate) | Arrivals::Poisson(rate) => 1.0 / rate.mean_interval_ns(),
        Arrivals::Scripted(instants) => match instants.last() {
            Some(last) if last.0 > 0 => instants.len() as f64 / last.0 as f64,
            Some(_) | None => 0.0,
        },
        Arrivals::Recorded(_) => 0.0,
    }
}

/// The end of a fault that never ends.
pub(super) const NEVER: Time = Time(u64::MAX);
