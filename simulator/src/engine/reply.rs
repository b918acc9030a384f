//! Emissions, and the replies that their emitters wait for.

use super::Engine;
use super::route::Publication;
use crate::message::{Message, MessageId};
use crate::plan::{NodeIndex, PlanEmission};
use crate::record::EntryKind;

impl Engine<'_> {
    /// A handler publishes because of a message.
    pub(super) fn emit(&mut self, node: NodeIndex, emission: &PlanEmission, cause: &Message) {
        if let Some(route) = &emission.route
            && self.is_route_open(route, node)
        {
            let (class, message_type) = (emission.class, emission.message_type);
            let (key, cause) = (Some(cause.key), Some(cause));
            let publication = Publication { source: node, class, message_type, key, cause };
            return self.publish_on(route, &publication, false);
        }
        self.emit_by_rules(node, emission, cause);
    }

    #[inline(never)]
    fn emit_by_rules(&mut self, node: NodeIndex, emission: &PlanEmission, cause: &Message) {
        let mut message = self.new_message(node, emission.class, Some(cause.key), Some(cause));
        self.world.totals.published += 1;
        self.expect_reply(node, emission, &mut message, cause);
        self.publish(&message, &emission.edges);
    }

    /// A delivered message may be the reply that its receiver waits for. What follows from it
    /// belongs to the expectation around that one.
    pub(super) fn answer(&mut self, slot: u32) {
        let work = &self.world.works[slot];
        let message = self.world.message_in(work);
        let (id, message_type) = (message.expectation, message.message_type);
        let node = self.plan.consumers[work.consumer as usize].node;
        let Some(expectation) = self.world.expectations.get_mut(&id) else { return };
        if expectation.node != node || expectation.reply != message_type {
            return;
        }
        expectation.is_answered = true;
        let (outer, is_overdue) = (expectation.outer, expectation.is_overdue);
        self.world.keep_attempt(slot).message.expectation = outer;
        if is_overdue {
            self.world.expectations.remove(&id);
        }
    }

    /// The time for a reply is over.
    pub(super) fn reply_timeout(&mut self, id: MessageId) {
        let Some(expectation) = self.world.expectations.get_mut(&id) else { return };
        expectation.is_overdue = true;
        if expectation.is_answered {
            self.world.expectations.remove(&id);
            return;
        }
        let (node, message) = (expectation.node, expectation.message);
        self.world.totals.reply_timeouts += 1;
        self.note(EntryKind::ReplyTimedOut, node, 0, 0, &message);
    }
}
