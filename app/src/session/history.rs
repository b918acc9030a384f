//! Undo and redo as snapshots of the shared design.

use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::edit::{Edit, EditError};

use crate::command::Gesture;

/// Every state a person can go back to.
#[derive(Debug)]
pub struct History {
    past: Vec<Arc<Design>>,
    now: Arc<Design>,
    future: Vec<Arc<Design>>,
    gesture: Option<Gesture>,
}

impl History {
    /// A history that begins with this design.
    #[must_use]
    pub fn new(design: Arc<Design>) -> History {
        History { past: Vec::new(), now: design, future: Vec::new(), gesture: None }
    }

    /// The design as it stands.
    #[must_use]
    pub fn design(&self) -> &Arc<Design> {
        &self.now
    }

    /// Changes the design; edits of one gesture are undone together.
    ///
    /// # Errors
    /// If the edit makes no sense; then nothing has changed.
    pub fn apply(&mut self, edit: &Edit, gesture: Option<Gesture>) -> Result<(), EditError> {
        let design = Arc::new(edit.apply(&self.now)?);
        let before = std::mem::replace(&mut self.now, design);
        if gesture.is_none() || gesture != self.gesture {
            self.past.push(before);
        }
        self.gesture = gesture;
        self.future.clear();
        Ok(())
    }

    /// Takes back the last change; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(design) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.now, design));
        self.gesture = None;
        true
    }

    /// Does the last change again that was taken back; whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(design) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.now, design));
        self.gesture = None;
        true
    }

    /// Whether there is something to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to do again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
