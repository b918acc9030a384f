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
    fn welcome(&self, route: &Route) -> Welcome {
        let world = &*self.world;
        let Some(taker) = &route.taker else { return Welcome::AtTheEnd };
        let is_last = world.calendar.next_time().is_none_or(|next| next > world.now);
        if !is_last || world.disturbances > 0 {
            return Welcome::AtTheEnd;
        }
        if world.consumers[taker.consumer as usize].busy >= taker.concurrency {
            return Welcome::Busy;
        }
        let is_alone = world.changed_backlogs.is_empty() && world.changed_consumers.is_empty();
        let is_first = world.backlogs[route.first as usize].ready == 0;
        if is_alone && is_first && route.lanes.partitions == 0 {
            return Welcome::Free(taker.edge);
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
        recorder.publication(plan, route, message, now);
        recorder.arrival(plan, route, message, now);
        let welcome = if is_last { self.welcome(route) } else { Welcome::AtTheEnd };
        let World { copies, backlogs, changed_backlogs, .. } = &mut *self.world;
        let backlog = &mut backlogs[route.first as usize];
        let copy = backlog.enter_on(route, &message, welcome, now, copies, changed_backlogs);
        self.follow(route, copy, welcome);
    }

    /// What comes of a copy at once.
    #[inline(always)]
    fn follow(&mut self, route: &Route, copy: Handle, welcome: Welcome) {
        if let Welcome::Free(edge) = welcome {
            self.deliver_lean(copy.slot, edge);
        }
        if route.count > 1 {
            self.fork(route, copy);
        }
    }

    #[inline(always)]
    fn latency_of(&mut self, route: &Route) -> Span {
        match route.latency {
            Sampler::Constant(ns) => Span(ns),
            Sampler::Exponential { .. } | Sampler::Uniform { .. } | Sampler::LogNormal { .. } => {
                self.latency(route.edge)
            }
        }
    }

    /// A message that was under way reaches the end of its route.
    #[inline(always)]
    pub(super) fn arrive_on(&mut self, route: &Route, message: &Message) {
        self.recorder.arrival(self.plan, route, *message, self.world.now);
        let copy = self.world.enter((route.first, route.lanes), message, false);
        if route.count > 1 {
            self.fork(route, copy);
        }
    }

    /// The same of what is in transit.
    #[inline(always)]
    pub(super) fn arrive_from(&mut self, slot: u32, route: &Route) {
        let welcome = self.welcome(route);
        let World { now, transits, copies, backlogs, changed_backlogs, .. } = &mut *self.world;
        let (now, plan, recorder) = (*now, self.plan, &mut *self.recorder);
        let backlog = &mut backlogs[route.first as usize];
        let copy = transits.free_after(slot, |transit| {
            recorder.arrival(plan, route, transit.message, now);
            backlog.enter_on(route, &transit.message, welcome, now, copies, changed_backlogs)
        });
        self.follow(route, copy, welcome);
    }

    /// Each further subscription gets a copy of what the first one got.
    #[inline(never)]
    fn fork(&mut self, route: &Route, first: Handle) {
        let message = self.world.copies[first.slot].message;
        for index in route.first + 1..route.first + route.count {
            self.world.enter((index, route.lanes), &message, false);
        }
        self.world.totals.copies += u64::from(route.count) - 1;
    }
}

impl Recorder {
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
        let World { now, copies, backlogs, changed_backlogs, .. } = self;
        let backlog = &mut backlogs[place.0 as usize];
        backlog.enter(place, (message, is_duplicate), *now, copies, changed_backlogs)
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
    /// A copy comes into being, and waits in the lane of its key.
    #[inline(always)]
    fn enter(
        &mut self,
        (index, lanes): (BacklogIndex, Lanes),
        (message, is_duplicate): (&Message, bool),
        now: Time,
        copies: &mut Slab<MessageCopy>,
        changed: &mut Vec<BacklogIndex>,
    ) -> Handle {
        let copy = self.enter_to_wait((index, lanes), (message, is_duplicate), now, copies);
        self.note_change(index, changed);
        copy
    }

    /// The same of what came on a route, as it is received.
    #[inline(always)]
    fn enter_on(
        &mut self,
        route: &Route,
        message: &Message,
        welcome: Welcome,
        now: Time,
        copies: &mut Slab<MessageCopy>,
        changed: &mut Vec<BacklogIndex>,
    ) -> Handle {
        let place = (route.first, route.lanes);
        match welcome {
            Welcome::AtTheEnd => self.enter(place, (message, false), now, copies, changed),
            Welcome::Busy => {
                let copy = self.enter_to_wait(place, (message, false), now, copies);
                self.measure(now);
                copy
            }
            Welcome::Free(_) => {
                let place = (0, self.entered);
                self.entered += 1;
                self.present += 1;
                self.in_flight += 1;
                self.store.lane_mut(0).in_flight += 1;
                copies.insert_with(|| MessageCopy::new(*message, route.first, place, now, false))
            }
        }
    }

    #[inline(always)]
    fn enter_to_wait(
        &mut self,
        (index, lanes): (BacklogIndex, Lanes),
        (message, is_duplicate): (&Message, bool),
        now: Time,
        copies: &mut Slab<MessageCopy>,
    ) -> Handle {
        let mut lane = 0;
        if lanes.partitions > 0 {
            lane = lanes.of_key(message.key);
            self.store.lane_mut(lane).entered += 1;
        }
        let place = (lane, self.entered);
        self.entered += 1;
        self.present += 1;
        self.ready += 1;
        let copy =
            copies.insert_with(|| MessageCopy::new(*message, index, place, now, is_duplicate));
        self.store.push(copy.slot, lane);
        copy
    }
}
