//! Undo and redo: whole designs, which share what did not change.

use std::collections::VecDeque;

use crate::design::Design;
use crate::edit::{Edit, EditError};

/// Steps that are remembered; older ones are forgotten.
pub const STEPS: usize = 1000;

/// A design with its past and its undone future.
#[derive(Clone, Debug)]
pub struct History {
    current: State,
    past: VecDeque<Step>,
    future: Vec<Step>,
    saved: u64,
    revisions: u64,
}

/// What belongs together for undo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// The edit is a step of its own.
    Alone,
    /// Edits in a row with the same number, such as all of one drag, are one step.
    Part(u64),
}

#[derive(Clone, Debug)]
struct State {
    design: Design,
    revision: u64,
}

/// A state that was left, and the label of the edit that led away from it or back to it.
#[derive(Clone, Debug)]
struct Step {
    state: State,
    label: String,
    gesture: Gesture,
}

impl History {
    /// A history that begins with a design as it is in its file.
    #[must_use]
    pub fn new(design: Design) -> History {
        let current = State { design, revision: 0 };
        History { current, past: VecDeque::new(), future: Vec::new(), saved: 0, revisions: 0 }
    }

    /// The design as it is now.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.current.design
    }

    /// A number that is different for every state of the design, and comes back with it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.current.revision
    }

    /// Changes the design. What was undone is gone for good. An edit that leaves everything as it
    /// is makes no step; nor does a gesture that ends where it began.
    ///
    /// # Errors
    /// Those of [`Edit::apply`]; nothing has changed then.
    pub fn apply(&mut self, edit: &Edit, gesture: Gesture) -> Result<(), EditError> {
        let design = edit.apply(&self.current.design)?;
        if design == self.current.design {
            return Ok(());
        }
        self.future.clear();
        match self.past.back() {
            Some(step) if gesture != Gesture::Alone && step.gesture == gesture => {
                if step.state.design == design {
                    self.current = self.past.pop_back().expect("invariant: just seen").state;
                } else {
                    self.current = self.state(design);
                }
            }
            Some(_) | None => {
                let state = self.state(design);
                let state = std::mem::replace(&mut self.current, state);
                self.past.push_back(Step { state, label: edit.label(), gesture });
                if self.past.len() > STEPS {
                    self.past.pop_front();
                }
            }
        }
        Ok(())
    }

    /// Takes the last step back and says what it was; nothing if there is none.
    pub fn undo(&mut self) -> Option<String> {
        let Step { state, label, gesture } = self.past.pop_back()?;
        let state = std::mem::replace(&mut self.current, state);
        self.future.push(Step { state, label: label.clone(), gesture });
        Some(label)
    }

    /// Does again what was undone last and says what it was; nothing if there is nothing.
    pub fn redo(&mut self) -> Option<String> {
        let Step { state, label, .. } = self.future.pop()?;
        let state = std::mem::replace(&mut self.current, state);
        // Whatever gesture it was is over: nothing may join it now.
        self.past.push_back(Step { state, label: label.clone(), gesture: Gesture::Alone });
        Some(label)
    }

    /// What the next undo takes back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&str> {
        self.past.back().map(|step| step.label.as_str())
    }

    /// What the next redo does again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|step| step.label.as_str())
    }

    /// Notes that the design as it is now is what the file holds.
    pub fn mark_saved(&mut self) {
        self.saved = self.current.revision;
    }

    /// Whether the design differs from what was saved; undoing back to it makes it equal again.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.current.revision != self.saved
    }

    fn state(&mut self, design: Design) -> State {
        self.revisions += 1;
        State { design, revision: self.revisions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Position;
    use crate::fixture;

    fn history() -> History {
        History::new(fixture::design("a: producer\n b: queue\n c: consumer\n a -> b"))
    }

    fn step(x: f32) -> Edit {
        Edit::Move(vec![("a".into(), Position(x, 0.0))])
    }

    fn x(history: &History) -> Option<f32> {
        history.design().layout.get("a").map(|place| place.0)
    }

    #[test]
    fn what_is_undone_can_be_redone() {
        let mut history = history();
        history.apply(&step(1.0), Gesture::Alone).expect("move");
        history.apply(&Edit::RemoveNode("b".into()), Gesture::Alone).expect("remove");
        assert_eq!(history.undo_label(), Some("Remove b"));
        assert_eq!(history.undo().as_deref(), Some("Remove b"));
        assert_eq!(history.undo().as_deref(), Some("Move a"));
        assert_eq!((history.undo(), x(&history)), (None, None));
        assert_eq!(history.redo_label(), Some("Move a"));
        assert_eq!(history.redo().as_deref(), Some("Move a"));
        assert_eq!(history.redo().as_deref(), Some("Remove b"));
        assert_eq!(history.redo(), None);
        assert!(history.design().node("b").is_none() && x(&history) == Some(1.0));
    }

    #[test]
    fn an_edit_after_undo_discards_the_redo() {
        let mut history = history();
        history.apply(&step(1.0), Gesture::Alone).expect("move");
        history.undo();
        history.apply(&step(2.0), Gesture::Alone).expect("move");
        assert_eq!((history.redo(), x(&history)), (None, Some(2.0)));
    }

    #[test]
    fn the_edits_of_one_gesture_are_one_step() {
        let mut history = history();
        for place in 1..=5 {
            history.apply(&step(place as f32), Gesture::Part(7)).expect("drag");
        }
        history.apply(&step(9.0), Gesture::Part(8)).expect("next drag");
        history.undo();
        assert_eq!(x(&history), Some(5.0));
        history.undo();
        assert_eq!((x(&history), history.undo()), (None, None));
        history.redo();
        history.apply(&step(6.0), Gesture::Part(7)).expect("drag");
        history.undo();
        assert_eq!(x(&history), Some(5.0), "a gesture that was redone is over");
    }

    #[test]
    fn a_gesture_that_ends_where_it_began_leaves_no_step() {
        let mut history = history();
        history.apply(&step(1.0), Gesture::Part(1)).expect("drag");
        history.apply(&Edit::ForgetLayout, Gesture::Part(1)).expect("back");
        assert_eq!(history.undo_label(), None);
        assert!(!history.is_changed());
    }

    #[test]
    fn edits_that_fail_or_change_nothing_make_no_step() {
        let mut history = history();
        assert!(history.apply(&Edit::RemoveNode("ghost".into()), Gesture::Alone).is_err());
        history.apply(&Edit::ForgetLayout, Gesture::Alone).expect("nothing to forget");
        assert_eq!((history.undo_label(), history.is_changed()), (None, false));
    }

    #[test]
    fn the_saved_state_is_known_again_when_it_comes_back() {
        let mut history = history();
        history.apply(&step(1.0), Gesture::Part(1)).expect("move");
        assert!(history.is_changed());
        history.mark_saved();
        let saved = history.revision();
        assert!(!history.is_changed());
        history.undo();
        assert!(history.is_changed());
        history.redo();
        assert_eq!((history.is_changed(), history.revision()), (false, saved));
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut history = history();
        for place in 0..STEPS + 10 {
            history.apply(&step(place as f32), Gesture::Alone).expect("move");
        }
        let undone = std::iter::from_fn(|| history.undo()).count();
        assert_eq!((undone, x(&history)), (STEPS, Some(9.0)));
    }
}
