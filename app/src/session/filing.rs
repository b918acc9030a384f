//! Commands about files: opening, saving, closing, and what unsaved changes hold up.

use flowbench_model::design::Design;

use crate::bench::Bench;
use crate::command::{Command, FileCommand};
use crate::selection::Selection;
use crate::session::Session;
use crate::session::document::OpenDocument;
use crate::session::notice::{Question, Request};

impl Session {
    pub(super) fn apply_file(&mut self, command: FileCommand) {
        match command {
            FileCommand::New => self.unless_unsaved(FileCommand::New, |session| {
                session.show(Some(OpenDocument::unnamed(Design::new("Untitled"))));
            }),
            FileCommand::OpenDialog => self.requests.push(Request::OpenDialog),
            FileCommand::CloseDesign => {
                self.unless_unsaved(FileCommand::CloseDesign, |session| session.show(None));
            }
            FileCommand::Quit => self.unless_unsaved(FileCommand::Quit, |session| {
                session.requests.push(Request::Quit);
            }),
            FileCommand::DiscardThen(command) => {
                self.question = None;
                self.show(None);
                self.apply(*command);
            }
            FileCommand::Dismiss => self.question = None,
            FileCommand::DismissNotice(id) => self.notices.retain(|notice| notice.id != id),
            FileCommand::ForgetRecent(path) => self.settings.forget(&path),
            FileCommand::OpenFile(_)
            | FileCommand::OpenSample(_)
            | FileCommand::Recover(_)
            | FileCommand::ForgetRecovery(_)
            | FileCommand::Save
            | FileCommand::SaveAnyway
            | FileCommand::SaveAsDialog
            | FileCommand::SaveAs(_)
            | FileCommand::Revert
            | FileCommand::SaveThen(_) => self.fail("reading and writing designs comes next"),
        }
    }

    /// Does something that closes the design, or asks first.
    fn unless_unsaved(&mut self, command: FileCommand, action: impl FnOnce(&mut Session)) {
        if self.document.as_ref().is_some_and(OpenDocument::is_unsaved) {
            let held_up = Box::new(Command::File(command));
            self.question = Some(Question::UnsavedChanges { held_up });
        } else {
            action(self);
        }
    }

    /// Shows another document, or the gallery.
    fn show(&mut self, document: Option<OpenDocument>) {
        self.document = document;
        self.selection = Selection::None;
        self.bench = Bench::default();
        self.question = None;
        if self.document.is_some() {
            self.requests.push(Request::ZoomToFit);
        }
    }
}
