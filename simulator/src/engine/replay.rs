//! Producers that publish recorded events: as arrivals, but when they come and with which key is
//! read.

use super::Engine;
use super::route::Publication;
use crate::calendar::{Event, EventKind, Phase};
use crate::message::MessageId;
use crate::world::HaltCause;

impl Engine<'_> {
    /// Puts the next event of a recorded workload on the calendar, if there is one.
    pub(super) fn schedule_replay(&mut self, index: u32) {
        let plan = &self.plan.workloads[index as usize];
        let replay = &self.plan.replays[plan.replay as usize];
        let done = self.world.workloads[index as usize].done;
        if done >= plan.count {
            return;
        }
        let state = &mut self.world.replays[plan.replay as usize];
        match state.next(replay, done) {
            Some(after) => {
                let (at, rank) = (plan.start.after(after), self.plan.node_rank(plan.producer));
                let event = Event::about(EventKind::Replay, index);
                self.world.calendar.schedule(at, Phase::Arrive, rank, event);
            }
            None if state.stopped_at().is_some() => self.halt(HaltCause::BadRecordedLine),
            None => {}
        }
    }

    /// A producer publishes a recorded event.
    #[inline(never)]
    pub(super) fn replay(&mut self, index: u32) {
        let plan = &self.plan.workloads[index as usize];
        let message = MessageId(self.world.next_message);
        let recorded = self.world.replays[plan.replay as usize].take(message);
        let state = &mut self.world.workloads[index as usize];
        let key = recorded.key.or_else(|| state.key(plan.keys));
        state.done += 1;
        let is_kept = self.plan.has_content() || self.plan.content.has_sizes;
        if is_kept {
            self.world.content.keep_recorded(message, plan.replay, recorded);
        }
        let (source, class, message_type) = (plan.producer, plan.class, plan.message_type);
        if let Some(route) = &plan.route
            && self.is_route_open(route, source)
        {
            let publication = Publication { source, class, message_type, key, cause: None };
            self.publish_on(route, &publication, true);
        } else {
            self.arrival_by_rules(index, key);
        }
        if is_kept && self.world.next_message == message.0 {
            self.world.content.take_back(message);
        }
        self.schedule_replay(index);
    }
}
