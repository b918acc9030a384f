//! Saga by orchestration: leads several services through a transaction of steps, and back if one
//! fails.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Written;
use super::card::{Arrow, FailurePoint, PatternCard, State};
use crate::emission::Emission;
use crate::expression::Expression;
use crate::message::is_default;
use crate::time::Span;

/// Leads several services through a transaction of steps, and back if one fails.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Saga {
    /// Name of the message that begins one.
    pub begins_on: String,
    /// Which of these messages begin one; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// What the messages of one saga have in common, replies included; their ordering key if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<Expression>,
    /// What is done, one after the other: what can be undone, then at most one pivot, then what is
    /// tried until it succeeds.
    pub steps: Vec<Step>,
    /// How long a saga may take, and its way back again as long; for ever if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
    /// What becomes of a saga that takes longer. One on its way back, or past its pivot, always
    /// needs an operator.
    #[serde(skip_serializing_if = "is_default")]
    pub overdue: Overdue,
    /// What becomes of a success that is reported after its step was given up as not done.
    #[serde(skip_serializing_if = "is_default")]
    pub late: Late,
    /// What is published when all steps are done.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_completed: Vec<Emission>,
    /// What is published when all that was done is undone.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_compensated: Vec<Emission>,
    /// What is published when it can go neither on nor back.
    #[serde(skip_serializing_if = "is_default")]
    pub emits_failed: Vec<Emission>,
}

/// A step of a saga.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Unique in the saga.
    pub name: String,
    /// What becomes of the saga if it fails.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: StepKind,
    /// The command, to one participant. Each repetition has the identity of the first.
    pub command: Vec<Emission>,
    /// Name of the message that says it is done.
    pub success: String,
    /// Names of the messages that say it cannot be done.
    #[serde(skip_serializing_if = "is_default")]
    pub failures: Vec<String>,
    /// How it is undone; nothing is to be undone if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Compensation>,
    /// How long each command waits for its answer; until the end of the saga if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// How often the same command is sent once more because no answer came. For a retriable step
    /// also: how often it is tried anew because the answer was no.
    #[serde(skip_serializing_if = "is_default")]
    pub resends: u32,
    /// What becomes of a compensable step whose last command was not answered.
    #[serde(skip_serializing_if = "is_default")]
    pub unanswered: Unanswered,
}

/// How a step is undone.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compensation {
    /// The command; its receiver must take it where there is nothing to undo, too.
    pub command: Vec<Emission>,
    /// Name of the message that says it is undone.
    pub done: String,
    /// How long each command waits for its answer; until the end of the saga if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// How often the same command is sent once more because no answer came; then an operator is
    /// needed.
    #[serde(skip_serializing_if = "is_default")]
    pub resends: u32,
}

/// What becomes of a saga one of whose steps fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum StepKind {
    /// It goes back; this step is undone too if a later one fails.
    #[default]
    Compensable,
    /// It goes back, if this step fails; once it is done, the saga only goes on.
    Pivot,
    /// It is tried again.
    Retriable,
}

/// What becomes of a step of which nobody knows whether it was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Unanswered {
    /// It is undone with those before it, in case it was done.
    #[default]
    CompensateItself,
    /// It counts as not done; those before it are undone.
    CompensateBefore,
    /// An operator is needed.
    Operator,
}

/// What becomes of a saga that takes too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Overdue {
    /// It needs an operator.
    #[default]
    Operator,
    /// It goes back, from the step that it waits for.
    Compensate,
}

/// What becomes of a success that comes too late.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Late {
    /// It is ignored, and what was done stays done.
    #[default]
    Ignore,
    /// The step is undone.
    Compensate,
}

/// The card.
pub(crate) const CARD: PatternCard = PatternCard {
    word: "Saga",
    title: "Saga (orchestrated)",
    does: "Sends a command for each step of a transaction and waits for its reply. If a step \
           fails, it undoes those before it, in reverse order.",
    helps: "Keeps several services consistent without a transaction across them, with one place \
            that knows how far each got.",
    stored: "For each saga: what began it, its step and direction, the commands it has sent, the \
             replies, and its deadline; in one transaction with the commands. After a restart the \
             last command is sent again, with the same identity.",
    states: &[
        State { name: "started", is_final: false },
        State { name: "awaiting", is_final: false },
        State { name: "compensating", is_final: false },
        State { name: "completed", is_final: true },
        State { name: "compensated", is_final: true },
        State { name: "needs operator", is_final: true },
    ],
    arrows: &[
        Arrow { from: "started", to: "awaiting", because: "the first command is sent" },
        Arrow { from: "awaiting", to: "awaiting", because: "a step is done, or tried again" },
        Arrow { from: "awaiting", to: "completed", because: "the last step is done" },
        Arrow { from: "awaiting", to: "compensating", because: "a step fails, or is not answered" },
        Arrow { from: "awaiting", to: "compensated", because: "a step fails, nothing to undo" },
        Arrow { from: "awaiting", to: "needs operator", because: "it can go neither on nor back" },
        Arrow { from: "compensating", to: "compensating", because: "a step is undone" },
        Arrow { from: "compensating", to: "compensated", because: "the first step is undone" },
        Arrow {
            from: "compensating",
            to: "needs operator",
            because: "a step is not undone in time",
        },
    ],
    failure_points: &[
        FailurePoint {
            what: "the orchestrator dies after it sent a command",
            seen: "the command is sent again: a participant that is not idempotent does it twice",
            inject: "an outage of the orchestrator",
        },
        FailurePoint {
            what: "a reply is lost",
            seen: "the step times out, and the same command is sent again",
            inject: "loss on the participant's publish edge; a dead-lettered reply",
        },
        FailurePoint {
            what: "a reply comes after the way back began",
            seen: "as `unanswered` and `late` say: the step is undone in any case, then, or never",
            inject: "delay on the participant's publish edge, longer than `timeout`",
        },
        FailurePoint {
            what: "the participant did it, but its reply is a dead letter",
            seen: "the saga is stuck until a timeout",
            inject: "poison at the orchestrator's handler for the reply",
        },
        FailurePoint {
            what: "the compensation overtakes the command",
            seen: "what was to be undone is done afterwards, unless the participant remembers that \
                   it was canceled",
            inject: "delay on the orchestrator's publish edge for the command only",
        },
        FailurePoint {
            what: "a participant is down while the saga goes back",
            seen: "the saga is stuck in `compensating`; its deadline calls for an operator",
            inject: "an outage of the participant; longer than `within`",
        },
    ],
    left_out: "Isolation: other sagas see what is half done. Versions of the definition.",
    source: "Sagas (Garcia-Molina, Salem, 1987); Microservices Patterns (Richardson), chapter 4",
};

/// What the emissions of a saga can read: the payload of what began it, and those of the replies
/// by the names of their steps.
pub(super) const NAMES: &[&str] = &["begun", "replies"];

impl Saga {
    pub(super) fn emissions(&self) -> Vec<(&'static str, &Vec<Emission>)> {
        vec![
            ("emits_completed", &self.emits_completed),
            ("emits_compensated", &self.emits_compensated),
            ("emits_failed", &self.emits_failed),
        ]
    }

    pub(super) fn emissions_of_steps(&self) -> Vec<(Cow<'static, str>, &Vec<Emission>)> {
        let mut lists = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            lists.push((format!("steps.{i}.command").into(), &step.command));
            let undo = step.compensation.iter();
            lists.extend(
                undo.map(|it| (format!("steps.{i}.compensation.command").into(), &it.command)),
            );
        }
        lists
    }

    pub(super) fn emissions_mut(&mut self) -> Vec<&mut Vec<Emission>> {
        let mut lists =
            vec![&mut self.emits_completed, &mut self.emits_compensated, &mut self.emits_failed];
        for step in &mut self.steps {
            lists.push(&mut step.command);
            lists.extend(step.compensation.iter_mut().map(|it| &mut it.command));
        }
        lists
    }

    pub(super) fn messages(&self) -> Vec<(String, &String)> {
        let mut names = vec![("begins_on".to_owned(), &self.begins_on)];
        for (i, step) in self.steps.iter().enumerate() {
            names.push((format!("steps.{i}.success"), &step.success));
            for (j, failure) in step.failures.iter().enumerate() {
                names.push((format!("steps.{i}.failures.{j}"), failure));
            }
            let undo = step.compensation.iter();
            names.extend(undo.map(|it| (format!("steps.{i}.compensation.done"), &it.done)));
        }
        names
    }

    pub(super) fn messages_mut(&mut self) -> Vec<&mut String> {
        let mut names = vec![&mut self.begins_on];
        for step in &mut self.steps {
            names.push(&mut step.success);
            names.extend(&mut step.failures);
            names.extend(step.compensation.iter_mut().map(|it| &mut it.done));
        }
        names
    }

    pub(super) fn expressions(&self) -> Vec<Written<'_>> {
        [Written::of("when", &self.when, &[]), Written::of("instance", &self.instance, &[])]
            .into_iter()
            .flatten()
            .collect()
    }
}
