//! Faults of what is in a message: corrupt payloads, versions that nobody reads, a registry out of
//! reach, messages too large, missing headers (M1 to M6).

use flowbench_model::time::Span;

use crate::engine::Engine;
use crate::marks::{
    CORRUPT, CORRUPT_UNSEEN, READ_BY_NEWER, READ_BY_OLDER, REFUSED_BY_REGISTRY, TOO_LARGE,
    UNROUTABLE,
};
use crate::message::{Message, MessageId};
use crate::plan::effect::{Effect, Header, Rejecter};
use crate::plan::{EdgeIndex, NodeIndex};
use crate::record::{DropReason, Failure};

impl Engine<'_> {
    /// What one fault makes of the content of a message that is published; why it is not, if so.
    pub(super) fn strike_content(
        &mut self,
        index: u32,
        message: &mut Message,
    ) -> Option<DropReason> {
        let of = *message;
        match self.fault(index).effect {
            Effect::Corruption { share, by, ref noticed, detected, .. } => {
                let known = noticed.get(of.message_type as usize).copied();
                let noticed = known.unwrap_or(Some(detected))?;
                if !self.strikes(index, share, &of, 1) {
                    return None;
                }
                let is_seen = self.world.faults[index as usize].stream.unit() < noticed;
                self.note_struck(index, &of, 0);
                if self.plan.has_content() {
                    self.world.content.keep_broken(of.id, index);
                }
                match by {
                    _ if !is_seen => message.marks |= CORRUPT_UNSEEN,
                    Rejecter::Producer => return Some(DropReason::Corrupt),
                    Rejecter::Registry => message.marks |= REFUSED_BY_REGISTRY,
                    Rejecter::Consumer => message.marks |= CORRUPT,
                }
            }
            Effect::VersionSkew { version, rollout, reads, refuses } => {
                if self.has_new_version(index, rollout, &of) {
                    message.version = version;
                    if self.plan.has_content() {
                        self.world.content.keep_version(message.id, version);
                    }
                    message.marks |= reads;
                    if refuses {
                        message.marks |= REFUSED_BY_REGISTRY;
                    }
                }
            }
            Effect::Oversized { median, spread, limit, sticks } => {
                if self.is_oversized(index, (median, spread, limit), &of) {
                    self.note_struck(index, &of, 0);
                    if !sticks {
                        return Some(DropReason::TooLarge);
                    }
                    message.marks |= TOO_LARGE;
                }
            }
            Effect::HeaderMissing { share, header } => {
                if self.strikes(index, share, &of, 1) {
                    self.note_struck(index, &of, 0);
                    match header {
                        Header::Key => message.key = 0,
                        Header::Correlation => message.expectation = MessageId::NONE,
                        Header::Routing => message.marks |= UNROUTABLE,
                    }
                }
            }
            _ => {}
        }
        None
    }

    /// M3: whether the instance that publishes this has the new version: the share of those that
    /// have grows with the rollout.
    fn has_new_version(&mut self, index: u32, rollout: Span, of: &Message) -> bool {
        let passed = self.world.now.since(self.world.faults[index as usize].since);
        let done = match rollout {
            Span::ZERO => 1.0,
            rollout => (passed.0 as f64 / rollout.0 as f64).min(1.0),
        };
        self.strikes(index, done, of, 1)
    }

    /// M5: a size is drawn, and is too large. Of a message that only names its payload, that grows
    /// and the message does not.
    fn is_oversized(
        &mut self,
        index: u32,
        (median, spread, limit): (f64, f64, u64),
        of: &Message,
    ) -> bool {
        if self.plan.classes.get(of.class as usize).is_some_and(|it| it.claim_check.is_some()) {
            return false;
        }
        if !self.reaches(index, of, 1) {
            return false;
        }
        let stream = &mut self.world.faults[index as usize].stream;
        median * libm::exp(spread * crate::dist::standard_normal(stream)) > limit as f64
    }

    /// M2, M3, M6: why a channel does not take a message for what is in it.
    pub(in crate::engine) fn objection_to(
        &self,
        node: u32,
        message: &Message,
    ) -> Option<DropReason> {
        if message.marks & UNROUTABLE != 0 {
            return Some(DropReason::Unroutable);
        }
        if message.marks & REFUSED_BY_REGISTRY == 0 {
            return None;
        }
        if message.version == 0 {
            return Some(DropReason::Corrupt);
        }
        let part = self.plan.nodes[node as usize].part;
        let mut readers = self.plan.channels[part as usize]
            .backlogs
            .iter()
            .flat_map(|backlog| &self.plan.backlogs[*backlog as usize].members);
        let is_unreadable = readers.any(|edge| {
            self.plan.edges[*edge as usize].passes[message.class as usize]
                && !self.can_read(*edge, message, None)
        });
        is_unreadable.then_some(DropReason::Incompatible)
    }

    /// C9: what an instance reads if it is one of the new ones: by the share of them that there is
    /// at this instant.
    fn new_reader(&mut self, node: NodeIndex, of: &Message) -> Option<(u32, u16)> {
        let mut found = None;
        for index in self.faults_at_node(node) {
            if let Effect::Scaling { reads: Some(reads), .. } = self.fault(index).effect
                && self.strikes(index, 1.0, of, 1)
            {
                found = Some(reads);
            }
        }
        found
    }

    /// M3, C9: whether the consumer at the end of an edge reads a message; of its new instances it
    /// is said what they read, and what else they can.
    fn can_read(&self, edge: EdgeIndex, message: &Message, new: Option<(u32, u16)>) -> bool {
        let looks = self.plan.edges[edge as usize].validation.is_some();
        if looks || message.version == 0 && new.is_none() {
            return true;
        }
        let agreed = self.plan.version_read(edge, message.message_type);
        let has = match message.version {
            0 => agreed,
            version => u32::from(version),
        };
        let (read, more) = new.unwrap_or((agreed, 0));
        let reads = message.marks | more;
        match read.cmp(&has) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => reads & READ_BY_NEWER != 0,
            std::cmp::Ordering::Less => reads & READ_BY_OLDER != 0,
        }
    }

    /// Why a consumer can do nothing with a message that came over an edge.
    pub(in crate::engine) fn unreadable(
        &mut self,
        edge: EdgeIndex,
        message: &Message,
    ) -> Option<Failure> {
        // Who validates sees for itself.
        let validates = self.plan.edges[edge as usize].validation.is_some();
        if message.marks & CORRUPT != 0 && !validates {
            return Some(Failure::Corrupt);
        }
        if message.marks & TOO_LARGE != 0 {
            return Some(Failure::TooLarge);
        }
        let new = self.new_reader(self.plan.edges[edge as usize].to, message);
        (!self.can_read(edge, message, new)).then_some(Failure::Incompatible)
    }
}
