//! The design that is open, with its history and the file it belongs to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::edit::{Edit, EditError};
use flowbench_model::formats::native::{self, Document, Source};
use flowbench_model::formats::recorded::Heads;
use flowbench_model::history::{Gesture, History};
use flowbench_model::schema::Schemas;

use crate::beside::{Beside, recorded_names};
use crate::session::schema_files::SchemaFiles;

/// An open design.
#[derive(Debug)]
pub struct OpenDocument {
    /// The file it is saved to; absent while it has none.
    pub path: Option<PathBuf>,
    /// Name of the sample it was opened from, if it was.
    pub sample: Option<String>,
    /// What schema files say, by their path relative to the design's folder.
    pub schemas: Schemas,
    /// The same files, as they were read and as they stand on the disk.
    pub schema_files: SchemaFiles,
    /// The beginnings of recorded files, by their path relative to the design's folder.
    pub recorded: Heads,
    /// The text of the file when it was read or written last; absent for what never was text.
    pub source: Option<Source>,
    /// What that text means.
    pub saved: Arc<Design>,
    history: History,
    /// The present of the history, shared.
    design: Arc<Design>,
}

impl OpenDocument {
    /// A design that has no file yet.
    #[must_use]
    pub fn unnamed(design: Design) -> OpenDocument {
        let shared = Arc::new(design.clone());
        OpenDocument {
            path: None,
            sample: None,
            schemas: Schemas::new(),
            schema_files: SchemaFiles::default(),
            recorded: Heads::new(),
            source: None,
            saved: Arc::clone(&shared),
            history: History::new(design),
            design: shared,
        }
    }

    /// A design as it was read.
    #[must_use]
    pub fn read(document: Document) -> OpenDocument {
        let source = Some(document.source);
        OpenDocument { source, ..OpenDocument::unnamed(document.design) }
    }

    /// The same document in another state than its file, as recovered work is.
    #[must_use]
    pub fn changed_to(self, design: Design) -> OpenDocument {
        let shared = Arc::new(design.clone());
        OpenDocument { history: History::new(design), design: shared, ..self }
    }

    /// The same document with these schema files.
    #[must_use]
    pub fn with_schemas(mut self, files: SchemaFiles) -> OpenDocument {
        self.schema_files = files;
        self.schemas = self.schema_files.now(&self.design);
        self
    }

    /// Where the files lie that the design names.
    #[must_use]
    pub fn beside(&self) -> Beside {
        match (&self.path, &self.sample) {
            (Some(path), _) => Beside::file(path),
            (None, Some(sample)) => Beside::Sample(sample.clone()),
            (None, None) => Beside::Nothing,
        }
    }

    /// Reads the beginnings of recorded files that the design names and that are not known yet.
    pub fn read_recorded(&mut self) {
        let names = recorded_names(&self.design);
        self.recorded.retain(|name, _| names.contains(name));
        for name in names {
            if !self.recorded.contains_key(&name)
                && let Ok(head) = self.beside().head(&name)
            {
                self.recorded.insert(name, head);
            }
        }
    }

    /// Reads schema files that the design names and that are not known yet.
    pub fn read_schemas(&mut self) {
        let Some(folder) = self.path.as_deref().and_then(Path::parent) else { return };
        if self.schema_files.read_new(folder, &self.design) {
            self.schemas = self.schema_files.now(&self.design);
        }
    }

    /// The design as it stands.
    #[must_use]
    pub fn design(&self) -> &Arc<Design> {
        &self.design
    }

    /// Every state a person can go back to.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Changes the design.
    ///
    /// # Errors
    /// If the edit makes no sense; then nothing has changed.
    pub fn apply(&mut self, edit: &Edit, gesture: Gesture) -> Result<(), EditError> {
        let revision = self.history.revision();
        self.history.apply(edit, gesture)?;
        self.share(revision);
        Ok(())
    }

    /// Takes back the last change.
    pub fn undo(&mut self) {
        let revision = self.history.revision();
        self.history.undo();
        self.share(revision);
    }

    /// Does the last change again that was taken back.
    pub fn redo(&mut self) {
        let revision = self.history.revision();
        self.history.redo();
        self.share(revision);
    }

    /// Notes that the file holds the design as it stands, as this text.
    pub fn mark_saved(&mut self, path: &Path, text: &str) {
        self.source = Source::parse(text).ok();
        self.saved = Arc::clone(&self.design);
        if self.folder() != path.parent() {
            self.schema_files.leave();
        }
        self.schema_files.mark_written(&self.schemas, &self.design);
        self.path = Some(path.to_owned());
        self.sample = None;
        self.history.mark_saved();
    }

    fn share(&mut self, revision: u64) {
        if self.history.revision() != revision {
            let before =
                std::mem::replace(&mut self.design, Arc::new(self.history.design().clone()));
            if before.schema_files != self.design.schema_files {
                self.schemas = self.schema_files.now(&self.design);
            }
        }
    }

    /// The folder of the file that it is saved to.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }

    /// The schema files of what was saved last.
    #[must_use]
    pub fn saved_schemas(&self) -> Schemas {
        self.schema_files.now(&self.saved)
    }

    /// The schema files that say something else than on the disk.
    #[must_use]
    pub fn unwritten_schemas(&self) -> Schemas {
        self.schema_files.unwritten(&self.schemas, &self.design)
    }

    /// Whether there is something that closing would lose. Undoing all changes leaves nothing.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        !Arc::ptr_eq(&self.saved, &self.design) && self.saved != self.design
    }

    /// The text that saving writes. Cost: some milliseconds for a thousand nodes.
    #[must_use]
    pub fn text(&self) -> String {
        text(self.source.as_ref(), &self.saved, self.design())
    }

    /// What a title bar says: the name of the file, or of the design.
    #[must_use]
    pub fn title(&self) -> String {
        let file = self.path.as_deref().and_then(Path::file_name);
        match file {
            Some(file) if file == "design.ron" => self.folder_name(),
            Some(file) => file.to_string_lossy().into_owned(),
            None => self.design().info.name.clone(),
        }
    }

    fn folder_name(&self) -> String {
        let folder = self.path.as_deref().and_then(Path::parent).and_then(Path::file_name);
        folder.map_or_else(
            || self.design().info.name.clone(),
            |folder| format!("{}/design.ron", folder.to_string_lossy()),
        )
    }
}

/// The text of `new`: the old text with what has changed, or a new one if there is no old one.
#[must_use]
pub(super) fn text(source: Option<&Source>, old: &Design, new: &Design) -> String {
    match source {
        Some(source) => native::save(source, old, new),
        None => native::write(new),
    }
}
