//! The short way of a message from its publisher to where copies of it wait: over a route that the
//! plan knows beforehand, while no fault looks at it. What happens is what the long way does.

use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::dist::Sampler;
use crate::message::{Handle, Message, MessageId};
use crate::plan::route::{Lanes, Route};
use crate::plan::{BacklogIndex, ClassIndex, EdgeIndex, NONE, NodeIndex, Plan, TypeIndex};
use crate::record::{Entry, EntryKind};
use crate::recorder::Recorder;
use crate::slab::Slab;
use crate::world::unsettled::Unsettled;
use crate::world::{Backlog, MessageCopy, Transit, World};

/// How a message is received at the end of its route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Welcome {
    /// It is seen to at the end of the instant.
    AtTheEnd,
    /// It has to wait: nobody is free before the instant is over.
    Busy,
    /// It is the only one, and who takes it over this edge is free.
    Free(EdgeIndex),
}

/// What is published, by whom, and because of what.
pub(super) struct Publication<'a> {
    pub(super) source: NodeIndex,
    pub(super) class: ClassIndex,
    pub(super) message_type: TypeIndex,
    pub(super) key: Option<u64>,
    pub(super) cause: Option<&'a Message>,
}

impl<'p> Engine<'p> {
    /// Whether no fault looks at what a message of a source meets on a route.
    #[inline(always)]
    fn is_route_calm(&self, route: &Route, source: NodeIndex) -> bool {
        self.world.disturbances == 0
            || self.is_calm(source) && self.is_edge_calm(route.edge) && self.is_calm(route.channel)
    }

    /// The route of a message over an edge, if it has one and nothing strikes it now.
    #[inline(always)]
    pub(super) fn route_over(&self, edge: EdgeIndex, message: &Message) -> Option<&'p Route> {
        let route = self.plan.routes.get(edge as usize)?.as_ref()?;
        (message.marks == 0 && self.is_route_calm(route, message.source)).then_some(route)
    }

    /// Whether a new message can take its route now.
    #[inline(always)]
    pub(super) fn is_route_open(&self, route: &Route, source: NodeIndex) -> bool {
        self.world.next_message < MessageId::NONE.0 - 1 && self.is_route_calm(route, source)
    }

    /// What awaits a message at the end of its route, if its coming is the last thing to happen
    /// with this event.
    #[inline(always)]
    fn welcome(&self, route: &Route, key: u64) -> Welcome {
        let world = &*self.world;
        if !world.is_time_over() {
            return Welcome::AtTheEnd;
        }
        let Some(taker) = &route.taker else { return self.welcome_of_owner(route, key) };
        if world.consumers[taker.consumer as usize].busy >= taker.concurrency {
            return Welcome::Busy;
        }
        let is_first = world.backlogs[route.first as usize].ready == 0;
        if world.is_all_handed_out() && is_first && route.lanes.partitions == 0 {
            return Welcome::Free(taker.edge);
        }
        Welcome::AtTheEnd
    }

    /// The same where each partition belongs to a consumer: nobody else may have what comes.
    #[inline(always)]
    fn welcome_of_owner(&self, route: &Route, key: u64) -> Welcome {
        if !route.is_dealt {
            return Welcome::AtTheEnd;
        }
        let lane = self.world.backlogs[route.first as usize].store.lane(route.lanes.of_key(key));
        let Some(member) = lane.owner.checked_sub(1) else { return Welcome::AtTheEnd };
        let edge = self.plan.backlogs[route.first as usize].members[member as usize];
        let way = &self.plan.ways[edge as usize];
        if self.world.consumers[way.part as usize].busy >= way.concurrency {
            return Welcome::Busy;
        }
        if self.world.is_all_handed_out() && lane.len() == 0 && !lane.is_paused {
            return Welcome::Free(edge);
        }
        Welcome::AtTheEnd
    }

    /// A node publishes a message that takes its route. `is_last`: nothing else happens with this
    /// event.
    #[inline(always)]
    pub(super) fn publish_on(&mut self, route: &Route, publication: &Publication, is_last: bool) {
        let latency = self.latency_of(route);
        let world = &mut *self.world;
        let id = MessageId(world.next_message);
        world.next_message += 1;
        let node = &mut world.nodes[publication.source as usize];
        node.published += 1;
        let message = Message::new(
            id,
            (publication.class, publication.message_type),
            (publication.source, node.published),
            publication.key,
            publication.cause,
            world.now,
        );
        world.totals.published += 1;
        world.totals.copies += 1;
        let (now, plan, recorder) = (world.now, self.plan, &mut *self.recorder);
        if latency > Span::ZERO {
            recorder.publication(plan, route, message, now);
            let slot = world.set_out(message, route, latency);
            let event = Event::about(EventKind::TransitArrives, slot);
            let rank = plan.edge_rank(route.edge);
            return world.calendar.schedule(now.after(latency), Phase::Arrive, rank, event);
        }
        if recorder.is_plain() {
            recorder.passage(route, &message, now);
        } else {
            recorder.publication(plan, route, message, now);
            recorder.arrival(plan, route, message, now);
        }
        if route.count > 1 {
            return self.fork(route, message, is_last);
        }
        let welcome = if is_last { self.welcome(route, message.key) } else { Welcome::AtTheEnd };
        let World { copies, backlogs, unsettled, .. } = &mut *self.world;
        let (backlog, place) = (&mut backlogs[route.first as usize], (route.first, route.lanes));
        let copy = backlog.enter_on(place, &message, welcome, now, copies, unsettled);
        if let Welcome::Free(edge) = welcome {
            self.begin_now(route, copy.slot, edge);
        }
    }

    #[inline(never)]
    fn begin_now(&mut self, route: &Route, slot: u32, edge: EdgeIndex) {
        if route.is_dealt {
            let next = self.plan.ways[edge as usize].next_member;
            self.world.backlogs[route.first as usize].next_member = next;
        }
        self.deliver_lean(slot, edge);
    }

    #[inline(always)]
    fn latency_of(&mut self, route: &Route) -> Span {
        match route.latency {
            Sampler::Constant(ns) => Span(ns),
            Sampler::Exponential { .. }
            | Sampler::Uniform { .. }
            | Sampler::LogNormal { .. }
            | Sampler::Weibull { .. }
            | Sampler::Gamma { .. }
            | Sampler::Empirical(_) => self.latency(route.edge),
        }
    }

    /// A message that was under way reaches the end of its route.
    #[inline(always)]
    pub(super) fn arrive_on(&mut self, route: &Route, message: &Message) {
        self.recorder.arrival(self.plan, route, *message, self.world.now);
        self.fork(route, *message, false);
    }

    /// The same of what is in transit.
    #[inline(always)]
    pub(super) fn arrive_from(&mut self, slot: u32, route: &Route) {
        if route.count > 1 {
            let message = self.world.transits.free_after(slot, |transit| transit.message);
            self.recorder.arrival(self.plan, route, message, self.world.now);
            return self.fork(route, message, true);
        }
        let welcome = self.welcome(route, self.world.transits[slot].message.key);
        let World { now, transits, copies, backlogs, unsettled, .. } = &mut *self.world;
        let (now, plan, recorder) = (*now, self.plan, &mut *self.recorder);
        let (backlog, place) = (&mut backlogs[route.first as usize], (route.first, route.lanes));
        let copy = transits.free_after(slot, |transit| {
            recorder.arrival(plan, route, transit.message, now);
            backlog.enter_on(place, &transit.message, welcome, now, copies, unsettled)
        });
        if let Welcome::Free(edge) = welcome {
            self.begin_now(route, copy.slot, edge);
        }
    }

    /// Each subscription of a topic gets a copy.
    #[inline(never)]
    fn fork(&mut self, route: &Route, message: Message, is_last: bool) {
        let world = &mut *self.world;
        let mut at_once =
            is_last && route.is_lean && world.is_time_over() && world.is_all_handed_out();
        world.totals.copies += u64::from(route.count) - 1;
        for index in route.first..route.first + route.count {
            let station = &self.plan.stations[index as usize];
            let World { now, copies, backlogs, consumers, unsettled, .. } = &mut *self.world;
            let (backlog, place) = (&mut backlogs[index as usize], (index, route.lanes));
            let mut welcome = Welcome::AtTheEnd;
            if at_once {
                welcome = match consumers[station.consumer as usize].busy >= station.concurrency {
                    true => Welcome::Busy,
                    false if backlog.ready == 0 => Welcome::Free(station.edge),
                    false => Welcome::AtTheEnd,
                };
                at_once = welcome != Welcome::AtTheEnd;
            }
            let copy = backlog.enter_on(place, &message, welcome, *now, copies, unsettled);
            if let Welcome::Free(edge) = welcome {
                self.deliver_lean(copy.slot, edge);
            }
        }
    }
}

impl Recorder {
    /// Sees a message at both ends of its route, if [`Recorder::is_plain`].
    #[inline(always)]
    fn passage(&mut self, route: &Route, message: &Message, now: Time) {
        let place = (EntryKind::Published, route.edge);
        self.entry_plainly(&Entry::of(message, now, place, 0, message.key), route.edge_key);
        let place = (EntryKind::Arrived, route.channel);
        self.entry_plainly(&Entry::of(message, now, place, 0, 0), route.channel_key);
    }

    /// Sees a message at the beginning of its route.
    #[inline(always)]
    fn publication(&mut self, plan: &Plan, route: &Route, message: Message, now: Time) {
        let place = (EntryKind::Published, route.edge);
        let entry = Entry::of(&message, now, place, 0, message.key);
        if self.is_plain() {
            self.entry_plainly(&entry, route.edge_key);
        } else {
            self.message(&{ message });
            self.entry(plan, &entry, Some(&{ message }));
        }
    }

    /// Sees a message at the end of its route.
    #[inline(always)]
    fn arrival(&mut self, plan: &Plan, route: &Route, message: Message, now: Time) {
        let place = (EntryKind::Arrived, route.channel);
        let entry = Entry::of(&message, now, place, 0, 0);
        if self.is_plain() {
            self.entry_plainly(&entry, route.channel_key);
        } else {
            self.entry(plan, &entry, Some(&{ message }));
        }
    }
}

impl World {
    /// A copy comes into being in a backlog where it only has to wait.
    #[inline(always)]
    pub(super) fn enter(
        &mut self,
        place: (BacklogIndex, Lanes),
        message: &Message,
        is_duplicate: bool,
    ) -> Handle {
        let World { now, copies, backlogs, unsettled, .. } = self;
        let backlog = &mut backlogs[place.0 as usize];
        let (copy, lane) = backlog.enter(place, (message, is_duplicate), *now, copies);
        backlog.wait(copy.slot, lane, *now);
        backlog.note_change(place.0, unsettled);
        copy
    }

    /// Whether nothing else happens at this instant but what follows from it at its end, and no
    /// fault looks at anything.
    #[inline(always)]
    pub(super) fn is_time_over(&self) -> bool {
        self.calendar.is_past(self.now) && self.disturbances == 0
    }

    /// Whether nothing else follows at the end of this instant.
    #[inline(always)]
    fn is_all_handed_out(&self) -> bool {
        self.unsettled.is_none()
    }

    /// A message is under way.
    #[inline(always)]
    fn set_out(&mut self, message: Message, route: &Route, latency: Span) -> u32 {
        let transit = || Transit {
            message,
            edge: route.edge,
            channel: route.channel,
            attempt: 1,
            death: NONE,
            is_duplicate: false,
            is_admitted: false,
            sent_at: self.now,
            arrives_at: self.now.after(latency),
        };
        self.transits.insert_with(transit).slot
    }
}

impl Backlog {
    /// A copy of what came on a route comes into being, and is received.
    #[inline(always)]
    fn enter_on(
        &mut self,
        place: (BacklogIndex, Lanes),
        message: &Message,
        welcome: Welcome,
        now: Time,
        copies: &mut Slab<MessageCopy>,
        unsettled: &mut Unsettled,
    ) -> Handle {
        let (copy, lane) = self.enter(place, (message, false), now, copies);
        if let Welcome::Free(_) = welcome {
            self.begin_in_flight(now);
            self.store.lane_mut(lane).in_flight += 1;
            return copy;
        }
        self.wait(copy.slot, lane, now);
        match welcome {
            Welcome::AtTheEnd => self.note_change(place.0, unsettled),
            Welcome::Busy | Welcome::Free(_) => self.measure(now),
        }
        copy
    }

    /// A copy comes into being, in the lane of its key.
    #[inline(always)]
    fn enter(
        &mut self,
        (index, lanes): (BacklogIndex, Lanes),
        (message, is_duplicate): (&Message, bool),
        now: Time,
        copies: &mut Slab<MessageCopy>,
    ) -> (Handle, u32) {
        let mut lane = 0;
        if lanes.partitions > 0 {
            lane = lanes.of_key(message.key);
            self.store.lane_mut(lane).entered += 1;
        }
        let place = (lane, self.entered);
        self.entered += 1;
        self.present += 1;
        let copy =
            copies.insert_with(|| MessageCopy::new(*message, index, place, now, is_duplicate));
        (copy, lane)
    }

    #[inline(always)]
    fn wait(&mut self, slot: u32, lane: u32, now: Time) {
        self.begin_waiting(now);
        self.store.push(slot, lane);
    }
}
