//! What is said of a pattern: its states and transitions, where it can fail, and its source.

/// A card that says what a pattern does.
#[derive(Debug)]
pub struct PatternCard {
    /// The word of the file format.
    pub word: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it does, in one or two sentences.
    pub does: &'static str,
    /// When to use it.
    pub helps: &'static str,
    /// What survives a crash of the consumer, and what does not.
    pub stored: &'static str,
    /// The states that one instance of it can be in; the first is where it begins.
    pub states: &'static [State],
    /// How it goes from one state to another.
    pub arrows: &'static [Arrow],
    /// Where it can fail, and what is seen then.
    pub failure_points: &'static [FailurePoint],
    /// What is not modelled; empty if nothing is.
    pub left_out: &'static str,
    /// Where the semantics come from.
    pub source: &'static str,
}

/// A state of a pattern.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Its name.
    pub name: &'static str,
    /// Whether nothing follows it.
    pub is_final: bool,
}

/// A transition from one state to another, or to itself.
#[derive(Clone, Copy, Debug)]
pub struct Arrow {
    /// The state it leaves.
    pub from: &'static str,
    /// The state it leads to.
    pub to: &'static str,
    /// What makes it happen, in a few words.
    pub because: &'static str,
}

/// A place where a crash, or a loss, has a result of its own.
#[derive(Clone, Copy, Debug)]
pub struct FailurePoint {
    /// What goes wrong.
    pub what: &'static str,
    /// What is seen.
    pub seen: &'static str,
    /// How to make it happen: a fault or a setting.
    pub inject: &'static str,
}

/// A state that something follows.
pub(crate) const fn state(name: &'static str) -> State {
    State { name, is_final: false }
}

/// A state that nothing follows.
pub(crate) const fn last(name: &'static str) -> State {
    State { name, is_final: true }
}

/// A way from one state to another.
pub(crate) const fn arrow(from: &'static str, to: &'static str, because: &'static str) -> Arrow {
    Arrow { from, to, because }
}
