//! What the next events will look at is fetched from memory while other events happen. Where much
//! waits, little of it is in a cache, and of many things only another one says where they are: so
//! each event is looked at several times before its turn, each time one step further. This decides
//! nothing but when memory is read.

use std::slice;

use prefetch_index::prefetch_index;

use super::Engine;
use crate::calendar::{AHEAD, Event, EventKind};
use crate::plan::{BacklogIndex, EdgeIndex, NONE, PlanEmission};
use crate::world::Task;

/// How often an event is looked at before its turn.
const LOOKS: usize = 6;
/// Events from one look to the next.
const STEP: usize = AHEAD / LOOKS;

/// Begins to read what is behind a reference.
#[inline(always)]
fn fetch<T>(it: &T) {
    prefetch_index(slice::from_ref(it), 0);
}

/// Begins to read one of a list, where each takes more than a line of a cache.
#[inline(always)]
fn fetch_long<T>(list: &[T], index: u32) {
    prefetch_index(list, index as usize);
    prefetch_index(list, index as usize + 1);
}

impl Engine<'_> {
    /// Looks at some of the events to come: the farther one is away, the less is known of it.
    #[inline(never)]
    pub(super) fn look_ahead(&self) {
        self.look::<0>();
        self.look::<1>();
        self.look::<2>();
        self.look::<3>();
        self.look::<4>();
        self.look::<5>();
    }

    #[inline(always)]
    fn look<const LOOK: usize>(&self) {
        let others = (LOOKS - LOOK - 1) * STEP;
        let Some(Event { kind, index, .. }) = self.world.calendar.upcoming(others) else { return };
        if kind == EventKind::WorkDone {
            self.expect_end::<LOOK>(index);
        } else if kind == EventKind::TransitArrives {
            self.expect_arrival::<LOOK>(index);
        } else if kind == EventKind::Workload {
            self.expect_publication::<LOOK>(index);
        }
    }

    /// What the end of work will look at.
    #[inline(always)]
    fn expect_end<const LOOK: usize>(&self, slot: u32) {
        let (plan, world) = (self.plan, &*self.world);
        if LOOK == 0 {
            return world.works.expect(slot);
        }
        let Some(work) = world.works.peek(slot) else { return };
        let Task::Copy { copy, edge, .. } = work.task else { return };
        if LOOK == 1 {
            world.copies.expect(copy.slot);
            return self.expect_settlement(edge, work.consumer);
        }
        let (Some(copy), Some(way)) = (world.copies.peek(copy.slot), plan.ways.get(edge as usize))
        else {
            return;
        };
        let consumer = &plan.consumers[work.consumer as usize];
        let store = &world.backlogs[way.backlog as usize].store;
        let message = &copy.message;
        match LOOK {
            2 => {
                prefetch_index(&consumer.handler_of, message.message_type as usize);
                prefetch_index(&world.nodes, way.to as usize);
                world.calendar.expect(plan.node_rank(way.to));
                self.expect_backlog(way.backlog);
                self.recorder.metrics.expect(edge, message.root_source, false);
            }
            3 => {
                fetch(consumer.service_of(message.message_type).1);
                if let Some(handler) = consumer.handler(message.message_type) {
                    fetch(&handler.emissions);
                }
                store.expect(copy.lane);
                self.recorder.metrics.expect(edge, message.root_source, true);
            }
            4 => {
                if let Some(handler) = consumer.handler(message.message_type) {
                    fetch_long(&handler.emissions, 0);
                }
                store.expect_front(copy.lane);
            }
            _ => {
                if let Some(handler) = consumer.handler(message.message_type)
                    && let Some(PlanEmission { route: Some(route), .. }) = handler.emissions.first()
                {
                    world.calendar.expect(plan.edge_rank(route.edge));
                }
                if let Some(next) = store.front(copy.lane) {
                    world.copies.expect(next);
                }
            }
        }
    }

    /// What the arrival of a message at its channel will look at.
    #[inline(always)]
    fn expect_arrival<const LOOK: usize>(&self, slot: u32) {
        let (plan, world) = (self.plan, &*self.world);
        if LOOK == 0 {
            return world.transits.expect(slot);
        }
        let Some(transit) = world.transits.peek(slot) else { return };
        if LOOK == 1 {
            return fetch_long(&plan.routes, transit.edge);
        }
        let Some(Some(route)) = plan.routes.get(transit.edge as usize) else { return };
        if LOOK == 2 {
            prefetch_index(&plan.stations, route.first as usize);
            return self.expect_backlog(route.first);
        }
        let station = &plan.stations[route.first as usize];
        if station.edge == NONE {
            return;
        }
        if LOOK == 3 {
            world.backlogs[route.first as usize].store.expect(0);
            return self.expect_settlement(station.edge, station.consumer);
        }
        if world.consumers[station.consumer as usize].busy >= station.concurrency {
            return;
        }
        let consumer = &plan.consumers[station.consumer as usize];
        if LOOK == 4 {
            prefetch_index(&consumer.handler_of, transit.message.message_type as usize);
            world.calendar.expect(plan.node_rank(consumer.node));
        } else {
            fetch(consumer.service_of(transit.message.message_type).1);
        }
    }

    /// What a producer will look at.
    #[inline(always)]
    fn expect_publication<const LOOK: usize>(&self, index: u32) {
        let (plan, world) = (self.plan, &*self.world);
        if LOOK == 2 {
            fetch_long(&plan.workloads, index);
            fetch_long(&world.workloads, index);
        }
        if LOOK == 4 {
            let workload = &plan.workloads[index as usize];
            prefetch_index(&world.nodes, workload.producer as usize);
            world.calendar.expect(plan.node_rank(workload.producer));
            if let Some(route) = &workload.route {
                world.calendar.expect(plan.edge_rank(route.edge));
            }
        }
    }

    /// What changes when a copy is delivered or settled.
    #[inline(always)]
    fn expect_settlement(&self, edge: EdgeIndex, consumer: u32) {
        fetch_long(&self.plan.ways, edge);
        prefetch_index(&self.plan.edge_keys, edge as usize);
        prefetch_index(&self.world.edges, edge as usize);
        if let Some(consumer) = self.world.consumers.get(consumer as usize) {
            fetch(&consumer.service);
            fetch(&consumer.fetched);
        }
        fetch_long(&self.plan.consumers, consumer);
    }

    #[inline(always)]
    fn expect_backlog(&self, backlog: BacklogIndex) {
        if let Some(backlog) = self.world.backlogs.get(backlog as usize) {
            fetch(&backlog.ready);
            fetch(&backlog.store);
            fetch(&backlog.group);
        }
    }
}
