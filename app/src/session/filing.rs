//! Commands about files: opening, closing, and what unsaved changes hold up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::finding::Severity;
use flowbench_model::formats::native::{self, Document};

use crate::command::{Command, FileCommand, Stage};
use crate::files;
use crate::files::claim::is_claimed;
use crate::samples;
use crate::selection::Selection;
use crate::session::Session;
use crate::session::document::OpenDocument;
use crate::session::notice::{Question, Request};
use crate::session::recovery::Recovery;
use crate::session::schema_files::SchemaFiles;

impl Session {
    pub(super) fn apply_file(&mut self, command: FileCommand) {
        match command {
            FileCommand::New => self.unless_unsaved(FileCommand::New, |session| {
                session.show(Some(OpenDocument::unnamed(Design::new("Untitled"))));
            }),
            FileCommand::OpenDialog => self.requests.push(Request::OpenDialog),
            FileCommand::OpenFile(path) => {
                let path = files::absolute(&path);
                self.unless_unsaved(FileCommand::OpenFile(path.clone()), |session| {
                    session.open_file(&path);
                });
            }
            FileCommand::OpenSample(name) => {
                self.unless_unsaved(FileCommand::OpenSample(name.clone()), |session| {
                    session.open_sample(&name);
                });
            }
            FileCommand::Recover(file) => {
                self.unless_unsaved(FileCommand::Recover(file.clone()), |session| {
                    session.recover(&file);
                });
            }
            FileCommand::ForgetRecovery(file) => self.forget_recovery(&file),
            FileCommand::Save => self.save(false),
            FileCommand::SaveAnyway => self.save(true),
            FileCommand::SaveAsDialog => self.request_save_as(),
            FileCommand::SaveAs(path) => self.save_as(&path),
            FileCommand::RecordedDialog(producer) => {
                self.requests.push(Request::RecordedDialog { producer });
            }
            FileCommand::GiveRecorded(producer, file) => self.give_recorded(&producer, &file),
            FileCommand::Revert => self.revert(),
            FileCommand::CloseDesign => {
                self.unless_unsaved(FileCommand::CloseDesign, |session| session.show(None));
            }
            FileCommand::ForgetRecent(path) => self.settings.forget(&path),
            FileCommand::Quit => self.unless_unsaved(FileCommand::Quit, Session::quit),
            FileCommand::SaveThen(command) => {
                self.question = None;
                self.after_save = Some(command);
                self.save(false);
            }
            FileCommand::DiscardThen(command) => {
                self.question = None;
                self.may_discard = true;
                self.apply(*command);
                self.may_discard = false;
            }
            FileCommand::Dismiss => self.dismiss(),
            FileCommand::DismissNotice(id) => self.notices.retain(|notice| notice.id != id),
        }
    }

    /// Does something that closes the design, or asks first.
    pub(super) fn unless_unsaved(
        &mut self,
        command: impl Into<Command>,
        action: impl FnOnce(&mut Session),
    ) {
        let is_unsaved = self.document.as_ref().is_some_and(OpenDocument::is_unsaved);
        if is_unsaved && !self.may_discard {
            let held_up = Box::new(command.into());
            self.question = Some(Question::UnsavedChanges { held_up });
        } else {
            action(self);
        }
    }

    /// Shows another document, or the gallery.
    pub(super) fn show(&mut self, document: Option<OpenDocument>) {
        self.forget_kept_work();
        self.document = document;
        self.documents_so_far += 1;
        self.selection = Selection::None;
        self.stop_comparing();
        self.stage = Stage::Canvas;
        self.bench = self.bench.afresh();
        self.question = None;
        self.after_save = None;
        if self.document.is_some() {
            self.requests.push(Request::ZoomToFit);
        } else {
            self.ask_about_recovery();
        }
    }

    fn quit(&mut self) {
        self.forget_kept_work();
        self.write_settings();
        self.requests.push(Request::Quit);
    }

    fn dismiss(&mut self) {
        self.after_save = None;
        if let Some(Question::Recovery { .. }) = self.question.take() {
            self.ask_about_recovery();
        }
    }

    fn open_sample(&mut self, name: &str) {
        let Some(sample) = samples::find(name) else {
            self.fail(format!("there is no sample called `{name}`"));
            return;
        };
        match native::read(sample.design()) {
            Ok(document) => {
                let mut document = OpenDocument::read(document);
                document.sample = Some(sample.name.to_owned());
                let schemas = SchemaFiles::given(sample.schemas());
                self.show(Some(document.with_schemas(schemas)));
            }
            Err(error) => self.fail(format!("sample `{name}`: {error}")),
        }
    }

    /// Opens a file, or asks whether to recover unsaved work on it first.
    fn open_file(&mut self, path: &Path) {
        let path = files::design_file(path);
        if let Some(file) = self.kept_work_on(&path)
            && !self.may_discard
        {
            self.ask(&file);
            return;
        }
        match read_design(&path) {
            Ok(document) => self.show_file(OpenDocument::read(document), &path),
            Err(error) => {
                self.settings.recent.retain(|recent| *recent != path || files::exists(recent));
                self.fail(error);
            }
        }
    }

    /// Shows what belongs to a file, with the schema files beside it.
    fn show_file(&mut self, mut document: OpenDocument, path: &Path) {
        let folder = path.parent().unwrap_or(Path::new("."));
        let (schemas, errors) = files::read_schemas(folder, document.design());
        document.path = Some(path.to_owned());
        self.show(Some(document.with_schemas(SchemaFiles::read(schemas))));
        self.settings.remember(path);
        for error in errors {
            self.tell(Severity::Warning, error.to_string());
        }
    }

    fn revert(&mut self) {
        let path = self.document.as_ref().and_then(|document| document.path.clone());
        let Some(path) = path else { return };
        match read_design(&path) {
            Ok(document) => self.show_file(OpenDocument::read(document), &path),
            Err(error) => self.fail(error),
        }
    }

    /// Opens what an earlier session left behind, as unsaved changes of its file.
    fn recover(&mut self, file: &Path) {
        if is_claimed(file) {
            return self.fail("this work is open in another window of Flowbench already");
        }
        let opened = Recovery::read(file).and_then(|recovery| {
            let document = native::read(&recovery.text)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            Ok((recovery, document))
        });
        let (recovery, recovered) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.fail(error),
        };
        let before = match recovery.path.as_deref().map(read_design) {
            Some(Ok(document)) => OpenDocument::read(document),
            // Without its file, all of it is unsaved.
            Some(Err(_)) | None => OpenDocument::unnamed(Design::new("Untitled")),
        };
        let (mut design, schemas) = (recovered.design, recovery.schemas);
        if recovery.path.is_some() {
            let changed = schemas.iter().map(|(name, text)| (name.clone(), Arc::from(&**text)));
            design.schema_files = changed.collect();
        }
        let mut document = before.changed_to(design);
        document.sample = recovery.sample;
        match &recovery.path {
            Some(path) => self.show_file(document, path),
            None => self.show(Some(document.with_schemas(SchemaFiles::given(schemas)))),
        }
        self.keeper.adopt(file.to_owned());
        self.tell(Severity::Info, "Unsaved work was recovered; save it to keep it");
    }

    fn forget_recovery(&mut self, file: &Path) {
        if let Err(error) = files::remove(file) {
            self.fail(error);
        }
        if let Some(Question::Recovery { recovery, .. }) = &self.question
            && recovery == file
        {
            self.question = None;
            self.ask_about_recovery();
        }
    }

    /// Asks about the next recovery file, if there is one and nothing else is asked.
    pub(super) fn ask_about_recovery(&mut self) {
        while self.question.is_none() {
            let Some(file) = self.left_behind.pop() else { return };
            // What another instance is writing is not left behind.
            if !is_claimed(&file) {
                self.ask(&file);
            }
        }
    }

    fn ask(&mut self, file: &Path) {
        match Recovery::read(file) {
            // The work was saved in the last moment: nothing to ask.
            Ok(recovery) if recovery.is_saved() => {
                if let Err(error) = files::remove(file) {
                    self.fail(error);
                }
            }
            Ok(recovery) => {
                let name = native::read(&recovery.text)
                    .map_or_else(|_| "Untitled".to_owned(), |document| document.design.info.name);
                let recovery_file = file.to_owned();
                self.question =
                    Some(Question::Recovery { path: recovery.path, name, recovery: recovery_file });
            }
            Err(error) => self.tell(Severity::Warning, error),
        }
    }

    /// The recovery file of a design's file, if an earlier session left one that differs.
    fn kept_work_on(&self, path: &Path) -> Option<PathBuf> {
        let file = self.home.as_ref()?.recovery_file(Some(path), 0);
        if is_claimed(&file) {
            return None;
        }
        let recovery = files::exists(&file).then(|| Recovery::read(&file).ok())??;
        (!recovery.is_saved()).then_some(file)
    }
}

/// Reads a design file; errors begin with path, line and column.
///
/// # Errors
/// If the file cannot be read or is no design.
pub fn read_design(path: &Path) -> Result<Document, String> {
    let text = files::read_text(path, files::DESIGN_LIMIT).map_err(|error| error.to_string())?;
    native::read(&text).map_err(|error| {
        format!("{}:{}:{}: {}", path.display(), error.line, error.column, error.problem)
    })
}
