//! What stands in the lanes: faults by target and actions of operators; and the commands that
//! change them.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::{Fault, FaultKind};
use flowbench_model::fork;
use flowbench_model::scenario::{Action, ActionKind, Scenario};
use flowbench_model::time::{Span, Time};

use crate::command::{Command, EditCommand};
use crate::gui::icons::{self, Icon};
use crate::gui::{clock, story, words};
use crate::selection::Selection;

/// Where a thing on the time line is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Source {
    /// A fault of the scenario, by its index.
    Fault(usize),
    /// An action of the scenario, by its index.
    Action(usize),
}

/// A fault or an action.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Thing {
    /// From an instant to another one.
    Fault(Box<Fault>),
    /// At an instant.
    Action(Action),
}

/// A thing on the time line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Item {
    /// Where it is kept.
    pub(super) source: Source,
    /// What it is.
    pub(super) thing: Thing,
    /// Whether the scenario that this one is a fork of has it not.
    pub(super) is_new: bool,
}

/// A row of the time line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Lane {
    /// What its faults strike; operators if absent.
    pub(super) target: Option<FaultKind>,
    /// What the gutter says.
    pub(super) title: String,
    /// In the order in which they were written.
    pub(super) items: Vec<Item>,
}

/// The lanes of a scenario: one for each target, one for operators.
#[must_use]
pub(super) fn lanes(scenario: &Scenario, design: &Design) -> Vec<Lane> {
    let origin = fork::origin(design, scenario);
    let is_new_fault = |fault| origin.is_some_and(|it| !it.faults.contains(fault));
    let is_new_action = |action| origin.is_some_and(|it| !it.actions.contains(action));
    let mut lanes: Vec<Lane> = Vec::new();
    for (index, fault) in scenario.faults.iter().enumerate() {
        let (source, thing) = (Source::Fault(index), Thing::Fault(Box::new(fault.clone())));
        put(&mut lanes, Item { source, thing, is_new: is_new_fault(fault) });
    }
    for (index, action) in scenario.actions.iter().enumerate() {
        let (source, thing) = (Source::Action(index), Thing::Action(action.clone()));
        put(&mut lanes, Item { source, thing, is_new: is_new_action(action) });
    }
    // Operators stand below what they react to.
    lanes.sort_by_key(|lane| lane.target.is_none());
    lanes
}

fn put(lanes: &mut Vec<Lane>, item: Item) {
    let (target, title) = match &item.thing {
        Thing::Fault(fault) => (Some(fault.kind.clone()), story::target(&fault.kind)),
        Thing::Action(_) => (None, "operator".to_owned()),
    };
    let same = |lane: &&mut Lane| {
        lane.target.as_ref().map(FaultKind::target) == target.as_ref().map(FaultKind::target)
    };
    match lanes.iter_mut().find(same) {
        Some(lane) => lane.items.push(item),
        None => lanes.push(Lane { target, title, items: vec![item] }),
    }
}

impl Source {
    /// What selecting it means.
    #[must_use]
    pub(super) fn selection(self, scenario: &Scenario) -> Selection {
        match self {
            Source::Fault(index) => Selection::Fault { scenario: scenario.name.clone(), index },
            Source::Action(_) => Selection::Scenario(scenario.name.clone()),
        }
    }
}

impl Thing {
    /// When it begins, and when it ends; an action does both at once.
    #[must_use]
    pub(super) fn stretch(&self, end: Time) -> (u64, u64) {
        match self {
            Thing::Fault(fault) => {
                let start = fault.start.0.min(end.0);
                (start, fault.duration.map_or(end.0, |it| fault.start.0.saturating_add(it.0)))
            }
            Thing::Action(action) => (action.at.0, action.at.0),
        }
    }

    /// The same thing from another instant on.
    #[must_use]
    pub(super) fn moved_to(&self, start: u64) -> Thing {
        match self {
            Thing::Fault(fault) => {
                Thing::Fault(Box::new(Fault { start: Span(start), ..(**fault).clone() }))
            }
            Thing::Action(action) => Thing::Action(Action { at: Span(start), ..action.clone() }),
        }
    }

    /// The same fault with another beginning and end.
    #[must_use]
    pub(super) fn stretched(&self, start: u64, end: u64) -> Thing {
        match self {
            Thing::Fault(fault) => {
                let duration = Some(Span(end.saturating_sub(start)));
                Thing::Fault(Box::new(Fault { start: Span(start), duration, ..(**fault).clone() }))
            }
            Thing::Action(_) => self.clone(),
        }
    }

    /// Its icon.
    #[must_use]
    pub(super) fn icon(&self) -> Icon {
        match self {
            Thing::Fault(fault) => icons::fault(&fault.kind),
            Thing::Action(action) => match action.what {
                ActionKind::Redrive { .. } => icons::RETRY,
                ActionKind::Replay { .. } => icons::RECENT,
                ActionKind::Drop { .. } => icons::DELETE,
                ActionKind::Rebuild { .. } => icons::RETRY,
                ActionKind::Settle { .. } => icons::PROMISE,
                ActionKind::Pause { .. } => icons::PAUSE,
                ActionKind::Resume { .. } => icons::PLAY,
            },
        }
    }

    /// In a few words.
    #[must_use]
    pub(super) fn words(&self) -> String {
        match self {
            Thing::Fault(fault) => words::fault(&fault.kind),
            Thing::Action(action) => words::action(&action.what),
        }
    }

    /// In one sentence, with its target and its time.
    #[must_use]
    pub(super) fn sentence(&self) -> String {
        match self {
            Thing::Fault(fault) => {
                let place = story::target(&fault.kind);
                let start = clock::short(Time(fault.start.0));
                let words = words::fault(&fault.kind);
                match fault.duration {
                    Some(duration) => format!("{place}: {words} from {start} for {duration}"),
                    None => format!("{place}: {words} from {start} to the end"),
                }
            }
            Thing::Action(action) => {
                format!("operator: {} at {}", self.words(), clock::short(Time(action.at.0)))
            }
        }
    }
}

/// The command that puts a changed thing into the place of the old one.
#[must_use]
pub(super) fn put_command(scenario: &Scenario, source: Source, thing: Thing) -> Option<Command> {
    let mut changed = scenario.clone();
    match (source, thing) {
        (Source::Fault(index), Thing::Fault(fault)) => *changed.faults.get_mut(index)? = *fault,
        (Source::Action(index), Thing::Action(action)) => {
            *changed.actions.get_mut(index)? = action;
        }
        (Source::Fault(_), Thing::Action(_)) | (Source::Action(_), Thing::Fault(_)) => return None,
    }
    Some(put_scenario(scenario, changed))
}

/// The commands that take a thing away.
#[must_use]
pub(super) fn remove_commands(scenario: &Scenario, source: Source) -> Vec<Command> {
    match source {
        Source::Fault(_) => {
            vec![Command::select(source.selection(scenario)), EditCommand::Delete.into()]
        }
        Source::Action(index) => {
            let mut changed = scenario.clone();
            if index < changed.actions.len() {
                changed.actions.remove(index);
            }
            vec![put_scenario(scenario, changed)]
        }
    }
}

/// The commands that add a fault to the scenario and select it.
#[must_use]
pub(super) fn add_commands(scenario: &Scenario, fault: Fault) -> Vec<Command> {
    let mut changed = scenario.clone();
    changed.faults.push(fault);
    let index = changed.faults.len() - 1;
    let selection = Selection::Fault { scenario: scenario.name.clone(), index };
    vec![put_scenario(scenario, changed), Command::select(selection)]
}

fn put_scenario(old: &Scenario, new: Scenario) -> Command {
    Command::edit(Edit::PutScenario(Some(old.name.clone()), new))
}

/// The icon of what a lane is about.
#[must_use]
pub(super) fn icon(lane: &Lane, design: &Design) -> Icon {
    let Some(kind) = &lane.target else { return icons::ACTION };
    let node = kind.target().node_name().and_then(|name| design.node(name));
    let edge = kind.target().edge_name().and_then(|name| design.edge(&name));
    match (node, edge) {
        (Some(node), _) => icons::role(&node.role, &design.presets),
        (None, Some(edge)) => icons::edge(edge.kind),
        (None, None) => icons::family(kind.card().family),
    }
}
