//! The session: the open design, what is selected, the bench, and what the person is told. Its
//! `apply` is the only place where anything changes.

pub mod document;
mod editing;
mod filing;
mod history;
pub mod notice;
mod running;
mod viewing;

use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::finding::Severity;

use crate::bench::Bench;
use crate::command::{Command, PanelKind};
use crate::derived::Derived;
use crate::selection::Selection;
use crate::session::document::OpenDocument;
use crate::session::notice::{Notice, Question, Request};
use crate::settings::Settings;

/// How many notices are kept; older ones give way.
const NOTICES: usize = 8;

/// Everything the workbench knows. The fields are there to be read; they change in `apply` and
/// `tick` only.
#[derive(Debug, Default)]
pub struct Session {
    /// The open design; absent while the gallery is shown.
    pub document: Option<OpenDocument>,
    /// What is selected.
    pub selection: Selection,
    /// The run.
    pub bench: Bench,
    /// What follows from the design.
    pub derived: Derived,
    /// What the person likes.
    pub settings: Settings,
    /// What the person is told, the newest last.
    pub notices: Vec<Notice>,
    /// What the person is asked.
    pub question: Option<Question>,
    requests: Vec<Request>,
    notices_so_far: u64,
}

impl Session {
    /// The design as it stands.
    #[must_use]
    pub fn design(&self) -> Option<&Arc<Design>> {
        self.document.as_ref().map(OpenDocument::design)
    }

    /// Whether this panel is shown.
    #[must_use]
    pub fn has_panel(&self, panel: PanelKind) -> bool {
        self.settings.panels.contains(&panel)
    }

    /// What the window is to do; each request is handed out once.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    /// Does what a person asks for. What cannot be done becomes a notice and changes nothing.
    pub fn apply(&mut self, command: impl Into<Command>) {
        let before = self.design().cloned();
        match command.into() {
            Command::File(command) => self.apply_file(command),
            Command::Edit(command) => self.apply_edit(command),
            Command::View(command) => self.apply_view(command),
            Command::Bench(command) => self.apply_bench(command),
        }
        self.follow_design(before.as_ref());
    }

    /// Tells the person something.
    pub fn tell(&mut self, severity: Severity, text: impl Into<String>) {
        self.notices_so_far += 1;
        let id = self.notices_so_far;
        self.notices.push(Notice { id, severity, text: text.into() });
        if self.notices.len() > NOTICES {
            self.notices.remove(0);
        }
    }

    fn fail(&mut self, error: impl std::fmt::Display) {
        self.tell(Severity::Error, error.to_string());
    }

    /// After a command: carries selection and bench over to the new state of the design.
    fn follow_design(&mut self, before: Option<&Arc<Design>>) {
        let after = self.design().cloned();
        if let (Some(before), Some(after)) = (before, &after)
            && !Arc::ptr_eq(before, after)
        {
            self.selection = self.selection.follow(before, after);
            self.bench.follow(before, after);
        }
        self.derived.update(after.as_ref());
    }
}
