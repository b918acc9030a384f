//! Where the copies of a message are at one instant, in sentences.

use flowbench_simulator::message::MessageId;
use flowbench_simulator::plan::NONE;
use flowbench_simulator::run::Run;
use flowbench_simulator::view::{AtWork, Waiting};

use crate::gui::clock;
use crate::gui::icons::{self, Icon};

/// One place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Whereabout {
    /// What kind of place.
    pub(super) icon: Icon,
    /// A sentence.
    pub(super) text: String,
}

/// Every place where a copy of the message is. Cost: one pass over what is under way.
#[must_use]
pub(super) fn of(world: &Run, message: MessageId) -> Vec<Whereabout> {
    let nodes = 0..world.plan().nodes.len() as u32;
    let mut places = moving(world, message);
    for node in nodes {
        places.extend(working(world, node, message));
        places.extend(waiting(world, node, message));
    }
    places
}

fn node_name(world: &Run, node: u32) -> &str {
    world.plan().nodes.get(node as usize).map_or("", |node| node.name.as_str())
}

fn moving(world: &Run, message: MessageId) -> Vec<Whereabout> {
    let ours = world.moving().into_iter().filter(|moving| moving.message == message);
    ours.map(|moving| {
        let edge = &world.plan().edges[moving.edge as usize];
        let (from, to) = (node_name(world, edge.from), node_name(world, edge.to));
        let (from, to) = if moving.is_reply { (to, from) } else { (from, to) };
        let text = if moving.arrives_at.0 == u64::MAX {
            format!("Held back by {from}, which cannot reach {to}")
        } else {
            format!("On its way from {from} to {to}, there at {}", clock::short(moving.arrives_at))
        };
        Whereabout { icon: icons::FORWARD, text }
    })
    .collect()
}

fn working(world: &Run, node: u32, message: MessageId) -> Vec<Whereabout> {
    let ours = world.at_work(node).into_iter().filter(|work| work.message == message);
    let name = node_name(world, node);
    ours.map(|work| Whereabout { icon: icons::CONSUMER, text: work_text(name, &work) }).collect()
}

fn work_text(name: &str, work: &AtWork) -> String {
    let attempt =
        if work.attempt > 1 { format!(", attempt {}", work.attempt) } else { String::new() };
    if work.is_calling {
        let what = if work.edge == NONE { "a caller that is gone" } else { "an answer" };
        format!("At {name}{attempt}, which waits for {what}")
    } else {
        format!("In work at {name}{attempt} until {}", clock::short(work.ends_at))
    }
}

fn waiting(world: &Run, node: u32, message: MessageId) -> Vec<Whereabout> {
    let name = node_name(world, node);
    let all = world.waiting(node, usize::MAX);
    let dead = world.dead_letters().into_iter();
    let dead = dead.filter(|dead| dead.held_in == node && dead.message == message);
    let dead: Vec<_> = dead
        .map(|dead| {
            let (reason, at) = (dead.last.0.text(), clock::short(dead.at));
            let text = format!("A dead letter in {name} since {at}: {reason}");
            Whereabout { icon: icons::DEAD_LETTER, text }
        })
        .collect();
    if !dead.is_empty() {
        return dead;
    }
    let is_alone = is_one_line(world, node);
    let ours = all.iter().enumerate().filter(|(_, waiting)| waiting.message == message);
    ours.map(|(place, waiting)| waiting_text(name, is_alone.then_some(place), waiting)).collect()
}

/// Whether everything in the channel waits in one line.
fn is_one_line(world: &Run, node: u32) -> bool {
    let channels = world.plan().channels.iter();
    channels.filter(|it| it.node == node).all(|channel| channel.backlogs.len() == 1)
}

fn waiting_text(name: &str, place: Option<usize>, waiting: &Waiting) -> Whereabout {
    let failed = waiting.last_failure.map_or_else(String::new, |failure| {
        format!("; attempt {} failed: {}", waiting.attempts, failure.text())
    });
    match (waiting.retry_at, place) {
        (Some(at), _) => {
            let text = format!("Waits in {name} for its retry at {}{failed}", clock::short(at));
            Whereabout { icon: icons::LATENCY, text }
        }
        (None, Some(place)) => {
            let text = format!("Waits in {name}, {} in line{failed}", ordinal(place + 1));
            Whereabout { icon: icons::QUEUE, text }
        }
        (None, None) => Whereabout { icon: icons::QUEUE, text: format!("Waits in {name}{failed}") },
    }
}

fn ordinal(number: usize) -> String {
    const WORDS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    let word = WORDS.get(number - 1).map(|word| (*word).to_owned());
    word.unwrap_or_else(|| format!("{number}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_line_are_said_as_people_say_them() {
        let said: Vec<String> = [1, 3, 6, 11, 12, 21, 22, 103].map(ordinal).into();
        assert_eq!(said, ["first", "third", "6th", "11th", "12th", "21st", "22nd", "103rd"]);
    }
}
