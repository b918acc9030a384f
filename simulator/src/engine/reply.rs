//! Emissions, and the replies that their emitters wait for.

use super::Engine;
use super::route::Publication;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::{Handle, Message};
use crate::plan::{NodeIndex, PlanEmission};
use crate::record::EntryKind;
use crate::world::Expectation;

impl Engine<'_> {
    /// A handler publishes because of a message.
    pub(super) fn emit(&mut self, node: NodeIndex, emission: &PlanEmission, cause: &Message) {
        if let Some(route) = &emission.route
            && self.is_route_open(route, node)
        {
            let (class, message_type) = (emission.class, emission.message_type);
            let (key, cause) = (Some(cause.key), Some(cause));
            let publication = Publication { source: node, class, message_type, key, cause };
            return self.publish_on(route, &publication);
        }
        self.emit_by_rules(node, emission, cause);
    }

    #[inline(never)]
    fn emit_by_rules(&mut self, node: NodeIndex, emission: &PlanEmission, cause: &Message) {
        let mut message = self.new_message(node, emission.class, Some(cause.key), Some(cause));
        self.world.totals.published += 1;
        if let Some((reply, within)) = emission.reply {
            let expectation = self.world.expectations.insert(Expectation {
                node,
                message,
                reply,
                outer: cause.expectation,
                is_answered: false,
                is_overdue: false,
            });
            message.expectation = self.world.expectations.handle(expectation);
            let event = Event::of(EventKind::ReplyTimeout, message.expectation);
            self.schedule_in(within, Phase::Deadline, self.plan.node_rank(node), event);
        }
        self.publish(&message, &emission.edges);
    }

    /// A delivered message may be the reply that its receiver waits for. What follows from it
    /// belongs to the expectation around that one.
    pub(super) fn answer(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        let (handle, consumer) = (work.expectation, work.consumer);
        if !self.world.expectations.is_live(handle) {
            return;
        }
        let message_type = self.world.message_in(work).message_type;
        let expectation = &mut self.world.expectations[handle.slot];
        let node = self.plan.consumers[consumer as usize].node;
        if expectation.node != node || expectation.reply != message_type {
            return;
        }
        expectation.is_answered = true;
        self.world.works[slot].expectation = expectation.outer;
        if expectation.is_overdue {
            self.world.expectations.remove(handle.slot);
        }
    }

    /// The time for a reply is over.
    pub(super) fn reply_timeout(&mut self, handle: Handle) {
        if !self.world.expectations.is_live(handle) {
            return;
        }
        let expectation = &mut self.world.expectations[handle.slot];
        expectation.is_overdue = true;
        if expectation.is_answered {
            self.world.expectations.remove(handle.slot);
            return;
        }
        let (node, message) = (expectation.node, expectation.message);
        self.world.totals.reply_timeouts += 1;
        self.note(EntryKind::ReplyTimedOut, node, 0, 0, &message);
    }
}
