//! The session: the open design, what is selected, the bench, and what the person is told. Its
//! `apply` is the only place where anything changes.

pub mod differing;
pub mod document;
mod editing;
pub mod exporting;
pub mod filing;
mod importing;
mod injecting;
pub mod notice;
pub mod recording;
pub mod recovery;
mod running;
mod saving;
pub mod schema_files;
#[cfg(test)]
mod tests;
mod viewing;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::formats::recorded::Heads;
use flowbench_model::lint::Files;
use flowbench_model::schema::Schemas;

use crate::bench::Bench;
use crate::command::{Command, PanelKind, Stage};
use crate::derived::Derived;
use crate::files::{self, Home};
use crate::selection::Selection;
use crate::session::differing::Differing;
use crate::session::document::OpenDocument;
use crate::session::exporting::Exporting;
use crate::session::notice::{Notice, Question, Request};
use crate::session::recovery::Keeper;
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
    /// What the middle of the window shows.
    pub stage: Stage,
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
    documents_so_far: u64,
    /// Where settings and recovery files are; absent in tests that have none.
    home: Option<Home>,
    keeper: Keeper,
    exporting: Option<Exporting>,
    differing: Option<Differing>,
    /// Recovery files that nobody has been asked about yet.
    left_behind: Vec<PathBuf>,
    /// What an answered question about unsaved changes held up.
    after_save: Option<Box<Command>>,
    may_discard: bool,
    written_settings: Settings,
    unwritten_settings: Duration,
}

impl Session {
    /// A session that begins where the last one ended: with its settings, and with a question if
    /// unsaved work was left behind. A broken settings file is told and set aside.
    #[must_use]
    pub fn start(home: Home) -> Session {
        let mut session = Session::default();
        session.read_settings(&home);
        session.left_behind = files::list(&home.recovery_folder());
        session.left_behind.retain(|file| file.extension().is_some_and(|it| it == "ron"));
        session.home = Some(home);
        session.ask_about_recovery();
        session
    }

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
        let document = self.documents_so_far;
        match command.into() {
            Command::File(command) => self.apply_file(command),
            Command::Edit(command) => self.apply_edit(command),
            Command::View(command) => self.apply_view(command),
            Command::Bench(command) => self.apply_bench(command),
            Command::Exchange(command) => self.apply_exchange(command),
        }
        self.follow_design(before.as_ref().filter(|_| document == self.documents_so_far));
    }

    /// Tells the person something.
    pub fn tell(&mut self, severity: Severity, text: impl Into<String>) {
        self.notices_so_far += 1;
        let id = self.notices_so_far;
        self.notices.push(Notice { id, severity, text: text.into(), file: None });
        if self.notices.len() > NOTICES {
            self.notices.remove(0);
        }
    }

    fn fail(&mut self, error: impl std::fmt::Display) {
        self.tell(Severity::Error, error.to_string());
    }

    fn read_settings(&mut self, home: &Home) {
        let file = home.settings_file();
        if !files::exists(&file) {
            return;
        }
        let text = files::read_text(&file, files::DESIGN_LIMIT).map_err(|error| error.to_string());
        let settings = text.and_then(|text| {
            Settings::from_text(&text).map_err(|error| format!("{}: {error}", file.display()))
        });
        match settings {
            Ok(settings) => {
                self.written_settings = settings.clone();
                self.settings = settings;
            }
            Err(error) => {
                self.tell(Severity::Warning, format!("the settings are not used: {error}"));
            }
        }
    }

    /// After a command: carries selection and bench over to the new state of the design.
    fn follow_design(&mut self, before: Option<&Arc<Design>>) {
        let after = self.design().cloned();
        if let (Some(before), Some(after)) = (before, &after)
            && !Arc::ptr_eq(before, after)
        {
            self.selection = self.selection.follow(before, after);
            self.bench.follow(before, after);
            self.keeper.change();
        }
        if let Some(document) = &mut self.document {
            document.read_recorded();
            document.read_schemas();
            self.bench.set_beside(document.beside());
        }
        let (schemas, recorded) = (Schemas::new(), Heads::new());
        let files = match &self.document {
            Some(document) => Files { schemas: &document.schemas, recorded: &document.recorded },
            None => Files { schemas: &schemas, recorded: &recorded },
        };
        if let Some(after) = &after {
            self.bench.refresh(after, files.schemas);
        }
        self.derived.update(after.as_ref(), files);
    }
}
