//! How much memory a world takes, so that a budget for snapshots means something.

use std::collections::VecDeque;

use crate::world::inbox::InboxState;
use crate::world::replays::ReplayState;
use crate::world::{Backlog, ConsumerState, Expectation, FaultState, World};

/// Bytes that a clone of a world takes, about: its lists, by their lengths.
pub(crate) fn bytes(world: &World) -> usize {
    let tables = list(&world.nodes)
        + list(&world.edges)
        + list(&world.workloads)
        + list(&world.replays)
        + world.replays.iter().map(ReplayState::bytes).sum::<usize>()
        + world
            .channels
            .iter()
            .map(|channel| {
                size_of_val(channel)
                    + queue(&channel.held)
                    + 2 * queue(&channel.seen_order)
                    + queue(&channel.unreplicated)
            })
            .sum::<usize>();
    let under_way = world.transits.bytes()
        + world.copies.bytes()
        + world.burdens.bytes()
        + world.works.bytes()
        + world.kept.bytes()
        + world.calls.bytes()
        + world.deaths.bytes()
        + world.expectations.len() * size_of::<Expectation>()
        + world.publications.bytes()
        + world.faults.iter().map(fault).sum::<usize>()
        + world.resilience.bytes()
        + world.calendar.bytes();
    let inboxes: usize = world.inboxes.iter().map(InboxState::bytes).sum();
    let backlogs: usize = world.backlogs.iter().map(backlog).sum();
    let consumers: usize = world.consumers.iter().map(consumer).sum();
    size_of::<World>() + tables + under_way + world.blobs.bytes() + inboxes + backlogs + consumers
}

fn list<T>(list: &[T]) -> usize {
    size_of_val(list)
}

fn queue<T>(queue: &VecDeque<T>) -> usize {
    queue.len() * size_of::<T>()
}

fn backlog(backlog: &Backlog) -> usize {
    size_of::<Backlog>()
        + backlog.store.bytes()
        + queue(&backlog.deadlines)
        + queue(&backlog.retained)
        + queue(&backlog.history)
        + list(&backlog.marks)
}

fn consumer(consumer: &ConsumerState) -> usize {
    size_of::<ConsumerState>()
        + consumer.effects.bytes()
        + consumer.forgotten.bytes()
        + consumer.expected.bytes()
        + queue(&consumer.waiting_calls)
        + queue(&consumer.fetched)
}

fn fault(fault: &FaultState) -> usize {
    size_of::<FaultState>()
        + queue(&fault.queue)
        + queue(&fault.replay)
        + list(&fault.missed)
        + list(&fault.watched)
}
