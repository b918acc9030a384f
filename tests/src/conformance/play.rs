//! Cases of brokers that cannot be run here: what their documents say, against a design of the
//! ordinary form, its channels by the names of presets, run the ordinary way.
//!
//! What happened is told in lines by time in seconds: `30 worker: m1:2 m3` is what a consumer was
//! handed, with the number of the delivery from the second on; `90 dead: m1:3 (not settled in
//! time)` is what was given up after so many deliveries, and why.

use std::fmt::Write as _;

use expect_test::Expect;
use flowbench_model::formats::native;
use flowbench_model::time::Time;
use flowbench_simulator::plan::Plan;
use flowbench_simulator::record::{DropReason, Entry, EntryKind, Failure, PlaceKind};
use flowbench_simulator::recorder::Keep;
use flowbench_simulator::recording::Recording;

use super::check;

/// The inside of a design, in the making. Every part is written as in a file.
#[derive(Default)]
pub(super) struct Play {
    preset: &'static str,
    nodes: String,
    edges: String,
    presets: String,
    faults: String,
    actions: Vec<(u64, String)>,
    lines: Vec<String>,
}

/// Plays a case on each preset that the table names for it.
pub(super) fn play(case: &'static str, steps: impl Fn(&mut Play) + Sync, expected: Expect) {
    let row = super::table::row(case);
    let presets: Vec<&'static str> =
        row.presets.iter().map(|name| &*Box::leak(name.clone().into_boxed_str())).collect();
    let lines = |preset| {
        let mut play = Play { preset, ..Play::default() };
        steps(&mut play);
        play.lines
    };
    check::simulated(case, &presets, lines, &expected);
}

impl Play {
    /// A channel of the preset, and what is different from it.
    pub(super) fn channel(&mut self, name: &str, rules: &str) {
        self.channel_of(self.preset, name, rules);
    }

    pub(super) fn channel_of(&mut self, preset: &str, name: &str, rules: &str) {
        self.node(name, &format!("Channel((preset: {preset:?}, {rules}))"));
    }

    /// A producer of messages called after it, at these seconds, on a channel.
    pub(super) fn producer(&mut self, name: &str, channel: &str, at: &str, more: &str) {
        self.publisher(name, channel, (at, more), "");
    }

    /// The same under a contract.
    pub(super) fn publisher(
        &mut self,
        name: &str,
        channel: &str,
        (at, more): (&str, &str),
        contract: &str,
    ) {
        let instants: Vec<String> = at.split(' ').map(|at| format!("\"{at}s\"")).collect();
        self.node(
            name,
            &format!(
                "Producer((workload: [(message: \"Order\", arrivals: Scripted([{}]), {more})]))",
                instants.join(", ")
            ),
        );
        self.edge("Publish", name, channel, contract);
    }

    /// A consumer that does what its handler says.
    pub(super) fn consumer(&mut self, name: &str, channel: &str, handler: &str, contract: &str) {
        self.node(name, &format!("Consumer((handlers: [({handler})]))"));
        self.edge("Subscribe", channel, name, contract);
    }

    /// A consumer with so many hands, which settles only what it is told to.
    pub(super) fn by_hand(&mut self, name: &str, channel: &str, hands: u32, contract: &str) {
        self.node(name, &format!("Consumer((settled_by_hand: true, concurrency: {hands}))"));
        self.edge("Subscribe", channel, name, contract);
    }

    /// Consumers of one more channel.
    pub(super) fn edge(&mut self, kind: &str, from: &str, to: &str, contract: &str) {
        writeln!(self.edges, "(kind: {kind}, from: {from:?}, to: {to:?}, contract: ({contract})),")
            .expect("a string takes everything");
    }

    fn node(&mut self, name: &str, role: &str) {
        writeln!(self.nodes, "(name: {name:?}, role: {role}),").expect("a string takes everything");
    }

    /// An action of the scenario, at milliseconds.
    pub(super) fn act(&mut self, at_ms: u64, what: &str) {
        self.actions.push((at_ms, format!("(at: \"{at_ms}ms\", do: {what}),\n")));
    }

    pub(super) fn settle(&mut self, at_ms: u64, consumer: &str, message: &str, how: &str) {
        let what =
            format!("Settle(consumer: {consumer:?}, message: \"{}\", how: {how})", named(message));
        self.act(at_ms, &what);
    }

    pub(super) fn pause(&mut self, at_ms: u64, from: &str, to: &str) {
        self.act(at_ms, &format!("Pause(edge: \"{from} -> {to}\")"));
    }

    pub(super) fn resume(&mut self, at_ms: u64, from: &str, to: &str) {
        self.act(at_ms, &format!("Resume(edge: \"{from} -> {to}\")"));
    }

    /// Something goes wrong from this second on, and stays so unless its kind is followed by more.
    pub(super) fn fault(&mut self, at_sec: u64, kind: &str) {
        writeln!(self.faults, "(kind: {kind}, start: \"{at_sec}s\"),")
            .expect("a string takes everything");
    }

    pub(super) fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// The same case in another way, from the beginning.
    pub(super) fn again(&mut self, line: &str) {
        let lines = std::mem::take(&mut self.lines);
        *self = Play { preset: self.preset, lines, ..Play::default() };
        self.say(line);
    }

    /// Runs for so many seconds and tells how often each consumer was handed something, from when
    /// to when, and what became of it.
    pub(super) fn sum_up(&mut self, duration_sec: u64, channels: &str) {
        let recording = self.recording(duration_sec);
        let all = happenings(&recording);
        let is_delivery = |line: &&String| {
            let who = line.split([' ', ':']).nth(1).unwrap_or_default();
            !["dead", "dropped", "expired"].contains(&who)
        };
        let delivered: Vec<&String> = all.iter().filter(is_delivery).collect();
        if let [first, .., last] = delivered[..] {
            self.lines.push(format!("{} deliveries: {first} ... {last}", delivered.len()));
        }
        self.lines.extend(all.iter().filter(|line| !is_delivery(line)).cloned());
        self.tell_left(&recording, channels);
    }

    fn tell_left(&mut self, recording: &Recording, channels: &str) {
        for channel in channels.split_whitespace() {
            let left = left(recording, channel);
            self.lines.push(format!("at the end {channel} {left}").trim_end().to_owned());
        }
    }

    /// Runs for so many seconds and tells what happened; then what waits at the end in these
    /// channels.
    pub(super) fn run(&mut self, duration_sec: u64, channels: &str) -> Recording {
        let recording = self.recording(duration_sec);
        self.lines.extend(happenings(&recording));
        self.tell_left(&recording, channels);
        recording
    }

    fn recording(&mut self, duration_sec: u64) -> Recording {
        self.actions.sort_by_key(|(at, _)| *at);
        let actions: String = self.actions.iter().map(|(_, text)| text.as_str()).collect();
        let text = format!(
            "(format: 1, info: (name: \"case\"), messages: [(name: \"Order\")],\n\
             presets: [{}], nodes: [{}], edges: [{}],\n\
             scenarios: [(name: \"steps\", duration: \"{duration_sec}s\",\n\
             faults: [{}], actions: [{actions}])])",
            self.presets, self.nodes, self.edges, self.faults
        );
        let design = native::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).design;
        let scenario = design.scenario(None).expect("the case has one");
        let plan = Plan::compile(&design, scenario, scenario.seed)
            .unwrap_or_else(|findings| panic!("{findings:#?}\n{text}"));
        let recording = Recording::make(plan, Keep::Everything, |_| true).expect("to its end");
        assert!(recording.report().balanced, "{:?}", recording.end().imbalance());
        recording
    }
}

/// `m3` as the file writes it.
fn named(message: &str) -> String {
    let at = message.find(|letter: char| letter.is_ascii_digit()).expect("a message has a number");
    format!("{}#{}", &message[..at], &message[at..])
}

/// What happened to messages, a line for each instant and place.
fn happenings(recording: &Recording) -> Vec<String> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for entry in recording.record().entries_from(0) {
        let Some((who, what)) = told(recording, &entry) else { continue };
        let head = format!("{} {who}:", seconds(entry.at));
        match lines.last_mut() {
            Some((last, said)) if *last == head => *said += &format!(" {what}"),
            _ => lines.push((head, what)),
        }
    }
    lines.into_iter().map(|(head, said)| format!("{head} {said}")).collect()
}

/// Who has something to do with an entry, and what it is; nothing for what only goes on.
#[allow(clippy::wildcard_enum_match_arm, reason = "a case speaks of a few kinds of entry")]
fn told(recording: &Recording, entry: &Entry) -> Option<(String, String)> {
    let plan = recording.plan();
    let name = recording.record().message_name(plan, entry.message)?.replace('#', "");
    let place = match entry.place_kind() {
        PlaceKind::Node => plan.nodes[entry.place as usize].name.clone(),
        PlaceKind::Edge => {
            let edge = &plan.edges[entry.place as usize];
            let end = if entry.kind == EntryKind::Refused { edge.from } else { edge.to };
            plan.nodes[end as usize].name.clone()
        }
        PlaceKind::Fault | PlaceKind::Action => return None,
    };
    match entry.kind {
        EntryKind::Delivered if entry.attempt > 1 => {
            Some((place, format!("{name}:{}", entry.attempt)))
        }
        EntryKind::Delivered => Some((place, name)),
        EntryKind::DeadLettered => {
            let why = Failure::from_detail(entry.detail).map(Failure::text).unwrap_or_default();
            Some(("dead".to_owned(), format!("{name}:{} ({why})", entry.attempt)))
        }
        EntryKind::Dropped => {
            let why = DropReason::from_detail(entry.detail).map(DropReason::text);
            Some((format!("dropped ({})", why.unwrap_or_default()), name))
        }
        EntryKind::Expired => Some(("expired".to_owned(), name)),
        EntryKind::AcknowledgedLate => Some((format!("{place} too late"), name)),
        EntryKind::Refused => Some((format!("{place} refused"), name)),
        _ => None,
    }
}

fn seconds(at: Time) -> String {
    let text = format!("{:.3}", at.as_secs_f64());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What waits in a channel, in order.
fn left(recording: &Recording, channel: &str) -> String {
    let node = recording.plan().node_named(channel).expect("the case has this channel");
    let waiting = recording.end().waiting(node, 100);
    let names = waiting
        .iter()
        .filter_map(|waiting| recording.record().message_name(recording.plan(), waiting.message));
    names.map(|name| name.replace('#', "")).collect::<Vec<_>>().join(" ")
}
