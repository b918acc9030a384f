//! Patterns: what a consumer remembers from one message to the next, and what it makes of it. Each
//! has its file, with a card that says what its states are.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::emission::Emission;
use crate::expression::Expression;

pub use aggregator::Aggregator;
pub use card::{Arrow, FailurePoint, PatternCard, State};
pub use event_sourced::EventSourced;
pub use materialized_view::MaterializedView;
pub use process_manager::ProcessManager;
pub use projection::Projection;
pub use saga::Saga;
pub use window::Window;

pub mod aggregator;
pub mod card;
pub mod event_sourced;
pub mod materialized_view;
pub mod process_manager;
pub mod projection;
pub mod saga;
pub mod window;

/// What a consumer remembers from one message to the next.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub enum Pattern {
    /// Nothing: each message is handled by itself.
    #[default]
    Stateless,
    /// Collects messages that belong together, and publishes one for all of them.
    Aggregator(Aggregator),
    /// Puts messages together by when they happened.
    Window(Window),
    /// Decides by the events that have happened to a thing, and appends those that happen next.
    EventSourced(EventSourced),
    /// Leads several services through a transaction of steps, and back if one fails.
    Saga(Saga),
    /// Goes from state to state as messages come, and does what belongs to each transition.
    ProcessManager(ProcessManager),
    /// Follows events with a read model.
    Projection(Projection),
    /// Keeps the newest message for each key, and joins others with it.
    MaterializedView(MaterializedView),
}

/// Every pattern, in the order in which people choose one.
pub const PATTERNS: &[&PatternCard] = &[
    &aggregator::CARD,
    &window::CARD,
    &event_sourced::CARD,
    &saga::CARD,
    &process_manager::CARD,
    &projection::CARD,
    &materialized_view::CARD,
];

impl Pattern {
    /// A pattern to begin with, by the word of its card; none for any other word.
    #[must_use]
    pub fn begin(word: &str) -> Pattern {
        match word {
            "Aggregator" => Pattern::Aggregator(Aggregator::default()),
            "Window" => Pattern::Window(Window::default()),
            "EventSourced" => Pattern::EventSourced(EventSourced::default()),
            "Saga" => Pattern::Saga(Saga::default()),
            "ProcessManager" => Pattern::ProcessManager(ProcessManager::begin()),
            "Projection" => Pattern::Projection(Projection::default()),
            "MaterializedView" => Pattern::MaterializedView(MaterializedView::default()),
            _ => Pattern::Stateless,
        }
    }

    /// The card of the pattern; none for a consumer without.
    #[must_use]
    pub fn card(&self) -> Option<&'static PatternCard> {
        match self {
            Pattern::Stateless => None,
            Pattern::Aggregator(_) => Some(&aggregator::CARD),
            Pattern::Window(_) => Some(&window::CARD),
            Pattern::EventSourced(_) => Some(&event_sourced::CARD),
            Pattern::Saga(_) => Some(&saga::CARD),
            Pattern::ProcessManager(_) => Some(&process_manager::CARD),
            Pattern::Projection(_) => Some(&projection::CARD),
            Pattern::MaterializedView(_) => Some(&materialized_view::CARD),
        }
    }

    /// The lists of what it publishes of its own accord, each with its property.
    #[must_use]
    pub fn emissions(&self) -> Vec<(Cow<'static, str>, &Vec<Emission>)> {
        let own = self.own_emissions().into_iter();
        let mut lists: Vec<_> = own.map(|(name, list)| (Cow::Borrowed(name), list)).collect();
        if let Pattern::Saga(saga) = self {
            lists.extend(saga.emissions_of_steps());
        }
        if let Pattern::ProcessManager(process) = self {
            lists.extend(process.emissions_of_states());
        }
        lists
    }

    /// Those that are not inside its parts.
    fn own_emissions(&self) -> Vec<(&'static str, &Vec<Emission>)> {
        match self {
            Pattern::Stateless | Pattern::EventSourced(_) | Pattern::Projection(_) => Vec::new(),
            Pattern::Aggregator(aggregator) => aggregator.emissions(),
            Pattern::Window(window) => window.emissions(),
            Pattern::Saga(saga) => saga.emissions(),
            Pattern::ProcessManager(_) | Pattern::MaterializedView(_) => Vec::new(),
        }
    }

    /// The same lists, to change them.
    pub fn emissions_mut(&mut self) -> Vec<&mut Vec<Emission>> {
        match self {
            Pattern::Stateless | Pattern::EventSourced(_) | Pattern::Projection(_) => Vec::new(),
            Pattern::Aggregator(aggregator) => aggregator.emissions_mut(),
            Pattern::Window(window) => window.emissions_mut(),
            Pattern::Saga(saga) => saga.emissions_mut(),
            Pattern::ProcessManager(process) => process.emissions_mut(),
            Pattern::MaterializedView(_) => Vec::new(),
        }
    }

    /// The names of messages that it knows beside those it publishes, each with its property.
    #[must_use]
    pub fn messages(&self) -> Vec<(String, &String)> {
        match self {
            Pattern::Stateless
            | Pattern::Aggregator(_)
            | Pattern::Window(_)
            | Pattern::Projection(_) => Vec::new(),
            Pattern::EventSourced(it) => it.messages(),
            Pattern::Saga(saga) => saga.messages(),
            Pattern::ProcessManager(process) => process.messages(),
            Pattern::MaterializedView(view) => view.messages(),
        }
    }

    /// The same names, to change them.
    pub fn messages_mut(&mut self) -> Vec<&mut String> {
        match self {
            Pattern::Stateless
            | Pattern::Aggregator(_)
            | Pattern::Window(_)
            | Pattern::Projection(_) => Vec::new(),
            Pattern::EventSourced(it) => it.messages_mut(),
            Pattern::Saga(saga) => saga.messages_mut(),
            Pattern::ProcessManager(process) => process.messages_mut(),
            Pattern::MaterializedView(view) => view.messages_mut(),
        }
    }

    /// The expressions outside its emissions: the property of each, and what it can read beside
    /// payload and message.
    #[must_use]
    pub fn expressions(&self) -> Vec<Written<'_>> {
        match self {
            Pattern::Stateless | Pattern::Projection(_) => Vec::new(),
            Pattern::Aggregator(aggregator) => aggregator.expressions(),
            Pattern::Window(window) => window.expressions(),
            Pattern::EventSourced(it) => it.expressions(),
            Pattern::Saga(saga) => saga.expressions(),
            Pattern::ProcessManager(process) => process.expressions(),
            Pattern::MaterializedView(view) => view.expressions(),
        }
    }

    /// What its emissions can read beside payload and message.
    #[must_use]
    pub fn names(&self) -> &'static [&'static str] {
        match self {
            Pattern::Stateless | Pattern::EventSourced(_) | Pattern::Projection(_) => &[],
            Pattern::Aggregator(_) => aggregator::NAMES,
            Pattern::Window(_) => window::NAMES,
            Pattern::Saga(_) => saga::NAMES,
            Pattern::ProcessManager(_) => process_manager::NAMES,
            Pattern::MaterializedView(_) => &[],
        }
    }

    /// Values that make no sense: the property of each, and why.
    #[must_use]
    pub fn senseless(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Pattern::Stateless | Pattern::Aggregator(_) | Pattern::Window(_) => Vec::new(),
            Pattern::Projection(it) => it.senseless(),
            Pattern::MaterializedView(it) => it.senseless(),
            Pattern::EventSourced(it) => it.senseless(),
            Pattern::Saga(_) | Pattern::ProcessManager(_) => Vec::new(),
        }
    }

    /// What the handlers of its consumer can read beside payload and message.
    #[must_use]
    pub fn names_of_handlers(&self) -> &'static [&'static str] {
        match self {
            Pattern::Stateless
            | Pattern::Aggregator(_)
            | Pattern::Window(_)
            | Pattern::Projection(_) => &[],
            Pattern::EventSourced(_) => event_sourced::NAMES,
            Pattern::MaterializedView(_) => materialized_view::NAMES,
            Pattern::Saga(_) | Pattern::ProcessManager(_) => &[],
        }
    }

    /// Whether it notices by itself that nothing comes of what it publishes at a property.
    #[must_use]
    pub fn owns_timeout(&self, property: &str) -> bool {
        if let Pattern::Saga(_) = self {
            return property.starts_with("role.pattern.steps.");
        }
        if let Pattern::ProcessManager(process) = self {
            return process.ways().iter().any(|(_, way, to)| {
                property.starts_with(&format!("role.pattern.{way}."))
                    && process.position(to).is_some_and(|it| process.states[it].timeout.is_some())
            });
        }
        false
    }

    /// What a state is called, by its position: on the card, or as the design says.
    #[must_use]
    pub fn state_name(&self, position: usize) -> Option<&str> {
        if let Pattern::ProcessManager(process) = self {
            return Some(&process.states.get(position)?.name);
        }
        self.card()?.states.get(position).map(|state| state.name)
    }
}

/// An expression where it stands.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// Its property within the pattern.
    pub property: String,
    /// The expression.
    pub expression: &'a Expression,
    /// What it can read beside payload and message.
    pub names: &'static [&'static str],
    /// Names of the messages whose payload it reads; those that its consumer handles if empty.
    pub of: Vec<&'a str>,
    /// Names of messages whose payload it never reads.
    pub apart_from: Vec<&'a str>,
}

impl<'a> Written<'a> {
    /// An expression that may be there.
    fn of(
        property: impl Into<String>,
        expression: impl Into<Option<&'a Expression>>,
        names: &'static [&'static str],
    ) -> Option<Written<'a>> {
        let property = property.into();
        let (of, apart_from) = (Vec::new(), Vec::new());
        let expression = expression.into()?;
        Some(Written { property, expression, names, of, apart_from })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_card_can_be_chosen_and_draws_states_that_there_are() {
        let mut words = BTreeSet::new();
        for card in PATTERNS {
            assert!(words.insert(card.word), "{} stands twice in the table", card.word);
            assert_eq!(Pattern::begin(card.word).card().map(|it| it.word), Some(card.word));
            let names: BTreeSet<&str> = card.states.iter().map(|state| state.name).collect();
            assert_eq!(names.len(), card.states.len(), "{}", card.word);
            for arrow in card.arrows {
                assert!(names.contains(arrow.from) && names.contains(arrow.to), "{arrow:?}");
            }
            assert!(!card.does.is_empty() && !card.stored.is_empty() && !card.source.is_empty());
        }
        assert_eq!(Pattern::begin("nothing of the kind"), Pattern::Stateless);
    }
}
