//! Process manager: goes from state to state as messages come, and does what belongs to each
//! transition.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::emission::Emission;
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Goes from state to state as messages come.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProcessManager {
    /// What the messages of one process have in common; their ordering key if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<Expression>,
    /// Its states. A process begins with a message that the first one has a transition for.
    pub states: Vec<ProcessState>,
    /// What becomes of a message that the state of its process has no transition for.
    #[serde(skip_serializing_if = "is_default")]
    pub unexpected: Unexpected,
}

/// A state of a process.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProcessState {
    /// Unique in the process.
    pub name: String,
    /// Whether the process is over in it.
    #[serde(skip_serializing_if = "is_default")]
    pub ends: bool,
    /// What leads out of it; the first transition that fits is taken.
    #[serde(skip_serializing_if = "is_default")]
    pub on: Vec<Transition>,
    /// How long it lasts at most; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<StateTimeout>,
}

/// What a message does to a process.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transition {
    /// Name of the message.
    pub message: String,
    /// Which of these messages; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// Name of the state that it leads to.
    pub to: String,
    /// What is published.
    #[serde(skip_serializing_if = "is_default")]
    pub emits: Vec<Emission>,
}

/// What happens when a state has lasted too long.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StateTimeout {
    /// Counted from the moment it was entered, also anew by a transition to itself.
    pub after: Span,
    /// Name of the state that it leads to.
    pub to: String,
    /// What is published.
    #[serde(skip_serializing_if = "is_default")]
    pub emits: Vec<Emission>,
}

/// What becomes of a message that nothing waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Unexpected {
    /// It is acknowledged, and nothing comes of it.
    #[default]
    Ignore,
    /// Its attempt fails for good: to the dead letters.
    Reject,
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "ProcessManager",
    title: "Process manager",
    does: "Keeps a state for each process. A message, or time, leads it to another, and something \
           is published on the way.",
    helps: "Gives a process with several outcomes one owner, who knows what is awaited and what to \
            do if it does not come.",
    stored: "For each process: its state, what it has seen, and when its time is up. Timeouts that \
             pass during an outage are taken up after it.",
    states: &[State { name: "waiting", is_final: false }, State { name: "ended", is_final: true }],
    arrows: &[
        Arrow { from: "waiting", to: "waiting", because: "a message, or time, leads on" },
        Arrow { from: "waiting", to: "ended", because: "a message, or time, leads to the end" },
    ],
    failure_points: &[
        FailurePoint {
            what: "a message comes in a state that does not wait for it",
            seen: "it is ignored, or rejected, as `unexpected` says; the process may wait for ever \
                   for what has come already",
            inject: "delay or reordering on an edge",
        },
        FailurePoint {
            what: "a message does not come",
            seen: "the timeout of the state, if it has one; else the process never ends",
            inject: "loss on an edge; an outage of whoever answers",
        },
        FailurePoint {
            what: "a message comes twice",
            seen: "it is unexpected the second time, or leads on twice; unless the consumer is \
                   idempotent",
            inject: "duplication on the edge; a lost acknowledgement",
        },
    ],
    left_out: "Parallel branches within one process: what has come is known to conditions as \
               `seen`.",
    source: "Enterprise Integration Patterns (Hohpe, Woolf), Process Manager",
};

/// What conditions and emissions of a process can read: the last payload of each message that led
/// it on, by the name of the message.
pub(super) const NAMES: &[&str] = &["seen"];

impl ProcessManager {
    /// One with a state to begin in and one to end in.
    pub(super) fn begin() -> ProcessManager {
        let state = |name: &str, ends| ProcessState {
            name: name.to_owned(),
            ends,
            ..ProcessState::default()
        };
        let states = vec![state("waiting", false), state("ended", true)];
        ProcessManager { states, ..ProcessManager::default() }
    }

    /// The position of a state.
    #[must_use]
    pub fn position(&self, state: &str) -> Option<usize> {
        self.states.iter().position(|it| it.name == state)
    }

    /// What leads out of states: the state, the property, and the name of the next state.
    #[must_use]
    pub fn ways(&self) -> Vec<(usize, String, &str)> {
        let mut ways = Vec::new();
        for (i, state) in self.states.iter().enumerate() {
            for (j, transition) in state.on.iter().enumerate() {
                ways.push((i, format!("states.{i}.on.{j}"), transition.to.as_str()));
            }
            let timeout = state.timeout.iter();
            ways.extend(timeout.map(|it| (i, format!("states.{i}.timeout"), it.to.as_str())));
        }
        ways
    }

    pub(super) fn emissions_of_states(&self) -> Vec<(Cow<'static, str>, &Vec<Emission>)> {
        let mut lists = Vec::new();
        for (i, state) in self.states.iter().enumerate() {
            for (j, transition) in state.on.iter().enumerate() {
                lists.push((format!("states.{i}.on.{j}.emits").into(), &transition.emits));
            }
            let timeout = state.timeout.iter();
            lists.extend(timeout.map(|it| (format!("states.{i}.timeout.emits").into(), &it.emits)));
        }
        lists
    }

    pub(super) fn emissions_mut(&mut self) -> Vec<&mut Vec<Emission>> {
        let mut lists = Vec::new();
        for state in &mut self.states {
            lists.extend(state.on.iter_mut().map(|it| &mut it.emits));
            lists.extend(state.timeout.iter_mut().map(|it| &mut it.emits));
        }
        lists
    }

    pub(super) fn messages(&self) -> Vec<(String, &String)> {
        let of_state = |(i, state): (usize, &'_ ProcessState)| {
            let named = |j: usize| format!("states.{i}.on.{j}.message");
            (0..state.on.len()).map(named).collect::<Vec<_>>()
        };
        let names = self.states.iter().enumerate().flat_map(of_state);
        let messages = self.states.iter().flat_map(|state| &state.on);
        names.zip(messages.map(|it| &it.message)).collect()
    }

    pub(super) fn messages_mut(&mut self) -> Vec<&mut String> {
        let transitions = self.states.iter_mut().flat_map(|state| &mut state.on);
        transitions.map(|it| &mut it.message).collect()
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        let mut all = Vec::from_iter(Written::of("instance", &self.instance, &[]));
        for (i, state) in self.states.iter().enumerate() {
            for (j, transition) in state.on.iter().enumerate() {
                let property = format!("states.{i}.on.{j}.when");
                all.extend(Written::of(property, &transition.when, NAMES));
            }
        }
        all
    }
}
