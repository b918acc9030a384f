//! Groups: which member of a subscription is served, and who owns which partition.

use flowbench_model::channel::{Assignment, Gate, Rebalance};
use flowbench_model::time::{Span, Time};

use super::Engine;
use crate::calendar::{Event, EventKind, Phase};
use crate::plan::{BacklogIndex, EdgeIndex};
use crate::record::{DropReason, EntryKind, Failure};
use crate::rng::{Purpose, Stream};
use crate::store::{KEY_SLOTS, Layout, partition};
use crate::world::{CopyState, GroupState};

impl Engine<'_> {
    /// Everybody takes part from the beginning.
    pub(super) fn begin_groups(&mut self) {
        for index in 0..self.plan.backlogs.len() as BacklogIndex {
            let plan = &self.plan.backlogs[index as usize];
            let members = plan.members.len();
            let group = &mut self.world.backlogs[index as usize].group;
            group.is_member = vec![true; members];
            if plan.semantics.assignment == Assignment::Random {
                let key = &self.plan.nodes[plan.channel as usize].key;
                group.choice = Some(Box::new(Stream::new(self.plan.seed, key, Purpose::Choice)));
            }
            for (lane, owner) in self.owners(index) {
                self.world.backlogs[index as usize].store.give(lane, owner);
            }
            self.watch_use(index);
        }
    }

    /// Whether a member is not served because another one is the only one.
    #[inline]
    pub(super) fn is_standing_by(&self, index: BacklogIndex, member: u32) -> bool {
        let plan = &self.plan.backlogs[index as usize];
        plan.semantics.gate == Gate::SingleActive
            && (self.active_member(index) != Some(member)
                || plan.semantics.newcomers_wait && self.is_held_by_others(index, member))
    }

    /// Whether another member than this has something that it has not settled.
    fn is_held_by_others(&self, index: BacklogIndex, member: u32) -> bool {
        let members = (0..).zip(&self.plan.backlogs[index as usize].members);
        let mut others = members.filter(|(other, _)| *other != member);
        others.any(|(_, edge)| self.world.edges[*edge as usize].counts.in_work > 0)
    }

    /// The only member that is served: the one that was, as long as it is there, else the first
    /// of those with the highest priority.
    fn active_member(&self, index: BacklogIndex) -> Option<u32> {
        let plan = &self.plan.backlogs[index as usize];
        let is_there = |member: &u32| self.is_there(plan.members[*member as usize]);
        let present = self.world.backlogs[index as usize].group.active.filter(is_there);
        present.or_else(|| {
            let priority = |member: &u32| {
                let edge = plan.members[*member as usize];
                (self.plan.edges[edge as usize].consumer_priority, std::cmp::Reverse(*member))
            };
            (0..plan.members.len() as u32).filter(is_there).max_by_key(priority)
        })
    }

    /// The owner of each lane as it should be, as (lane, owner).
    fn owners(&self, index: BacklogIndex) -> Vec<(u32, u32)> {
        let plan = &self.plan.backlogs[index as usize];
        if !plan.has_owners {
            return Vec::new();
        }
        let backlog = &self.world.backlogs[index as usize];
        let live = backlog.group.live();
        let lanes = backlog.store.lanes();
        let (count, all) = (lanes.len() as u32, plan.members.len() as u32);
        if all == 0 || live.is_empty() {
            return Vec::new();
        }
        let of = |position: u32| live[position as usize % live.len()] + 1;
        let dealt: Vec<u32> = match plan.semantics.assignment {
            Assignment::Fixed => (0..count).map(|lane| lane % all + 1).collect(),
            Assignment::Range => ranges(count, &live),
            Assignment::KeyHash if plan.layout == Layout::Keys => {
                lanes.iter().map(|lane| of(partition(lane.key, KEY_SLOTS))).collect()
            }
            Assignment::KeyHash => (0..count).map(of).collect(),
            Assignment::Sticky => {
                let owned: Vec<u32> = lanes.iter().map(|lane| lane.owner).collect();
                sticky(&owned, &live)
            }
            Assignment::InTurn | Assignment::Random => return Vec::new(),
        };
        (0..).zip(dealt).collect()
    }

    /// The owner of an ordering key, counted from 1; 0 if any member may have it.
    pub(super) fn owner_of_key(&self, index: BacklogIndex, key: u64) -> u32 {
        if !self.plan.backlogs[index as usize].has_owners {
            return 0;
        }
        let live = self.world.backlogs[index as usize].group.live();
        match live.len() {
            0 => 0,
            count => live[partition(key, KEY_SLOTS) as usize % count] + 1,
        }
    }

    /// A member has come or gone: lanes change hands.
    fn rebalance(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        let state = &self.world.backlogs[index as usize];
        let moves: Vec<(u32, u32)> = self
            .owners(index)
            .into_iter()
            .filter(|(lane, owner)| state.store.lanes()[*lane as usize].owner != *owner)
            .collect();
        let time = plan.semantics.rebalance_time;
        if time > Span::ZERO && (!moves.is_empty() || plan.semantics.rebalance == Rebalance::Eager)
        {
            let resting: Vec<u32> = match plan.semantics.rebalance {
                Rebalance::Eager => (0..state.store.lanes().len() as u32).collect(),
                Rebalance::Cooperative => moves.iter().map(|(lane, _)| *lane).collect(),
            };
            let backlog = &mut self.world.backlogs[index as usize];
            backlog.group.rebalances += 1;
            resting.into_iter().for_each(|lane| backlog.store.pause(lane, true));
            let at = self.world.now.after(time);
            self.schedule_for_backlog(index, at, EventKind::Rebalanced, Phase::Lease);
        }
        self.world.backlogs[index as usize].group.moves = moves;
        self.apply_moves(index);
        self.backlog_changed(index);
    }

    /// Lanes that rested go on once the last change of hands is over.
    pub(super) fn rebalanced(&mut self, index: BacklogIndex) {
        let backlog = &mut self.world.backlogs[index as usize];
        backlog.group.rebalances -= 1;
        if backlog.group.rebalances > 0 {
            return;
        }
        for lane in 0..backlog.store.lanes().len() as u32 {
            let is_moving = backlog.group.moves.iter().any(|(moving, _)| *moving == lane);
            backlog.store.pause(lane, is_moving);
        }
        self.backlog_changed(index);
    }

    /// Hands over the lanes of which nothing is in flight; the others wait, and rest.
    pub(super) fn apply_moves(&mut self, index: BacklogIndex) {
        if self.world.backlogs[index as usize].group.moves.is_empty() {
            return;
        }
        let moves = std::mem::take(&mut self.world.backlogs[index as usize].group.moves);
        let must_wait = self.must_newcomers_wait(index);
        let is_by_key = self.plan.backlogs[index as usize].layout == Layout::Keys;
        for (lane, owner) in moves {
            let key = self.world.backlogs[index as usize].store.lanes()[lane as usize].key;
            // The lane may have come to another key meanwhile.
            let owner = if is_by_key { self.owner_of_key(index, key) } else { owner };
            let backlog = &mut self.world.backlogs[index as usize];
            let is_resting = backlog.group.rebalances > 0;
            if must_wait || backlog.store.lanes()[lane as usize].in_flight > 0 {
                backlog.store.pause(lane, true);
                backlog.group.moves.push((lane, owner));
                continue;
            }
            backlog.store.give(lane, owner);
            backlog.store.pause(lane, is_resting);
            if owner == 0 {
                continue;
            }
            let edge = self.plan.backlogs[index as usize].members[owner as usize - 1];
            self.note_event(EntryKind::Assigned, edge, u64::from(lane));
            self.backlog_changed(index);
        }
    }

    /// Whether something is still in flight that was there when the last consumer came.
    fn must_newcomers_wait(&self, index: BacklogIndex) -> bool {
        let before = self.world.backlogs[index as usize].group.settled_before;
        let is_old = |copy: &crate::world::MessageCopy| {
            copy.backlog == index && copy.state == CopyState::InWork && copy.sequence < before
        };
        before > 0 && self.world.copies.iter().any(|(_, copy)| is_old(copy))
    }

    /// The consumer of an edge is lost. Its group learns of it when its session ends.
    pub(super) fn member_lost(&mut self, edge: EdgeIndex, failure: Failure) {
        let index = self.plan.edges[edge as usize].backlog;
        let plan = &self.plan.backlogs[index as usize];
        self.group_has_begun(index);
        self.rewind(edge, failure);
        self.update_active(index);
        self.end_session(index);
        self.watch_use(index);
        let moves_on = matches!(
            plan.semantics.assignment,
            Assignment::Range | Assignment::Sticky | Assignment::KeyHash
        );
        if !plan.has_owners || !moves_on {
            return;
        }
        if plan.semantics.session_timeout == Span::ZERO {
            return self.session_ends(edge);
        }
        let event = Event::about(EventKind::SessionEnds, edge);
        let rank = self.plan.edge_rank(edge);
        self.schedule_in(plan.semantics.session_timeout, Phase::Lease, rank, event);
    }

    /// What waits for nobody but consumers whose sessions have ended is lost.
    fn end_session(&mut self, index: BacklogIndex) {
        let plan = &self.plan.backlogs[index as usize];
        if !plan.semantics.sessions_end || plan.members.iter().any(|edge| self.is_there(*edge)) {
            return;
        }
        let waiting: Vec<u32> = self.world.backlogs[index as usize].store.waiting().collect();
        for slot in waiting {
            self.remove_from_store(slot, DropReason::NobodyThere);
        }
    }

    /// A silent member loses its partitions.
    pub(super) fn session_ends(&mut self, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        if self.is_there(edge) || !self.set_member(edge, false) {
            return;
        }
        self.rebalance(index);
    }

    /// A member leaves in good order: what it handled is committed, and its lanes move on.
    pub(super) fn leave_group(&mut self, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        self.group_has_begun(index);
        self.watch_use(index);
        self.commit(index);
        if self.set_member(edge, false) {
            self.rebalance(index);
        }
    }

    /// Whoever leaves was there before, if any time has passed.
    fn group_has_begun(&mut self, index: BacklogIndex) {
        self.world.backlogs[index as usize].group.has_begun |= self.world.now > Time::ZERO;
    }

    /// The consumer of an edge is there again.
    pub(super) fn member_back(&mut self, edge: EdgeIndex) {
        let index = self.plan.edges[edge as usize].backlog;
        self.world.edges[edge as usize].is_turned_out = false;
        self.begin_reading(index);
        let backlog = &mut self.world.backlogs[index as usize];
        if self.plan.backlogs[index as usize].semantics.newcomers_wait {
            backlog.group.settled_before = backlog.entered;
        }
        if self.set_member(edge, true) {
            self.rebalance(index);
        }
        self.backlog_changed(index);
    }

    /// The position of a subscriber among those it shares with.
    pub(super) fn member_of(&self, edge: EdgeIndex) -> usize {
        let index = self.plan.edges[edge as usize].backlog;
        let members = &self.plan.backlogs[index as usize].members;
        let at = members.iter().position(|other| *other == edge);
        at.expect("invariant: an edge is a member of its backlog")
    }

    /// A member loses its lanes at once.
    pub(super) fn leave_as_lost(&mut self, edge: EdgeIndex) {
        if self.set_member(edge, false) {
            self.rebalance(self.plan.edges[edge as usize].backlog);
        }
    }

    /// Whether this changed anything.
    fn set_member(&mut self, edge: EdgeIndex, is_member: bool) -> bool {
        let index = self.plan.edges[edge as usize].backlog;
        let at = self.member_of(edge);
        let state = &mut self.world.backlogs[index as usize].group.is_member[at];
        std::mem::replace(state, is_member) != is_member
    }

    /// Remembers who is served alone, so that a member that comes back does not push it aside.
    pub(super) fn update_active(&mut self, index: BacklogIndex) {
        if self.plan.backlogs[index as usize].semantics.gate == Gate::SingleActive {
            let active = self.active_member(index);
            self.world.backlogs[index as usize].group.active = active;
            self.backlog_changed(index);
        }
    }
}

impl GroupState {
    /// The members that take part.
    fn live(&self) -> Vec<u32> {
        let members = (0..).zip(&self.is_member);
        members.filter(|(_, is_member)| **is_member).map(|(member, _)| member).collect()
    }
}

/// Neighboring lanes for each member; the first members get one more where it does not come out
/// even.
fn ranges(lanes: u32, live: &[u32]) -> Vec<u32> {
    let (each, more) = (lanes / live.len() as u32, lanes % live.len() as u32);
    (0..)
        .zip(live)
        .flat_map(|(position, member)| {
            let count = each + u32::from(position < more);
            std::iter::repeat_n(*member + 1, count as usize)
        })
        .collect()
}

/// Each lane stays where it is unless its owner is gone or has more than its share.
fn sticky(owned: &[u32], live: &[u32]) -> Vec<u32> {
    let most = owned.len().div_ceil(live.len());
    let at_most_full = owned.len() % live.len();
    let mut counts = vec![0usize; live.len()];
    let mut dealt: Vec<Option<usize>> = Vec::with_capacity(owned.len());
    for owner in owned {
        let position = live.iter().position(|member| member + 1 == *owner);
        let is_kept = position.is_some_and(|at| {
            let full = counts.iter().filter(|count| **count == most).count();
            let may_be_full = at_most_full == 0 || full < at_most_full;
            counts[at] + 1 < most || counts[at] + 1 == most && may_be_full
        });
        let kept = position.filter(|_| is_kept);
        if let Some(at) = kept {
            counts[at] += 1;
        }
        dealt.push(kept);
    }
    dealt
        .into_iter()
        .map(|kept| {
            let at = kept.unwrap_or_else(|| {
                let least = (0..live.len()).min_by_key(|at| counts[*at]).unwrap_or(0);
                counts[least] += 1;
                least
            });
            live[at] + 1
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_give_neighbors_to_one_member() {
        assert_eq!(ranges(7, &[0, 1, 2]), [1, 1, 1, 2, 2, 3, 3]);
        assert_eq!(ranges(2, &[4, 5, 6]), [5, 6]);
    }

    #[test]
    fn a_sticky_group_moves_as_few_as_it_can() {
        assert_eq!(sticky(&[0, 0, 0, 0], &[0, 1]), [1, 2, 1, 2]);
        // The second of three is gone: only what it had moves.
        assert_eq!(sticky(&[1, 2, 3, 1, 2, 3], &[0, 2]), [1, 1, 3, 1, 3, 3]);
        // A fourth comes: one lane moves to it.
        assert_eq!(sticky(&[1, 1, 2, 2], &[0, 1, 2]).iter().filter(|it| **it == 3).count(), 1);
        assert_eq!(sticky(&[1, 2, 3, 4], &[0, 1, 2, 3, 4]), [1, 2, 3, 4], "one stays idle");
    }
}
