//! Commands that write the design, and the recovery and settings files that are written by the way.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use flowbench_model::finding::Severity;
use flowbench_model::formats::native::Source;

use crate::beside::recorded_names;
use crate::files::{self, FileError};
use crate::samples;
use crate::session::Session;
use crate::session::document::{OpenDocument, text};
use crate::session::notice::{Question, Request};
use crate::session::recovery::Recovery;
use crate::session::schema_files;

impl Session {
    /// Writes the design to its file; asks first if there is none, or if somebody else has changed
    /// it.
    pub(super) fn save(&mut self, is_forced: bool) {
        let Some(document) = &self.document else { return };
        let Some(path) = document.path.clone() else { return self.request_save_as() };
        let folder = path.parent().unwrap_or(Path::new("."));
        let schemas = document.unwritten_schemas();
        let is_changed = is_changed_on_disk(document, &path).then(|| path.clone());
        let foreign = || document.schema_files.foreign(folder, &schemas);
        if !is_forced && let Some(path) = is_changed.or_else(foreign) {
            self.question = Some(Question::ChangedOnDisk { path });
            return;
        }
        let text = document.text();
        // The files that it names first: it never stands where they are not.
        let written = schema_files::write(folder, &schemas);
        match written.and_then(|()| files::write_text(&path, &text)) {
            Ok(()) => self.written(&path, &text),
            Err(error) => self.fail(error),
        }
    }

    pub(super) fn request_save_as(&mut self) {
        let Some(document) = &self.document else { return };
        let suggested = document.path.clone().unwrap_or_else(|| suggested_path(document));
        self.requests.push(Request::SaveAsDialog { suggested });
    }

    /// Writes the design to another file, with the schema files it names.
    pub(super) fn save_as(&mut self, path: &Path) {
        let Some(document) = &self.document else { return };
        let path = files::design_file(&files::absolute(path));
        let path = if path.extension().is_none() { path.with_extension("ron") } else { path };
        let text = document.text();
        match write_with_files(document, &path, &text) {
            Ok(()) => self.written(&path, &text),
            Err(error) => self.fail(error),
        }
    }

    /// The file holds the design as it stands.
    fn written(&mut self, path: &Path, text: &str) {
        let Some(document) = &mut self.document else { return };
        document.mark_saved(path, text);
        self.question = None;
        self.forget_kept_work();
        self.settings.remember(path);
        self.tell(Severity::Info, format!("Saved to {}", path.display()));
        if let Some(command) = self.after_save.take() {
            self.apply(*command);
        }
    }

    /// Lets `passed` of the wall clock go by: time of the bench runs, unsaved work and settings are
    /// written when they are due.
    pub fn tick(&mut self, passed: Duration) {
        self.bench.tick(passed);
        self.follow_export();
        self.follow_difference();
        self.keep_work(passed);
        self.unwritten_settings += passed;
        if self.unwritten_settings >= Duration::from_secs(2) {
            self.write_settings();
        }
    }

    fn keep_work(&mut self, passed: Duration) {
        let Some(document) = &self.document else { return };
        if !self.keeper.is_due(passed) {
            return;
        }
        if !document.is_unsaved() {
            return self.forget_kept_work();
        }
        let Some(home) = &self.home else { return };
        let (path, number) = (document.path.as_deref(), self.documents_so_far);
        let choices = [home.recovery_file(path, number), home.own_recovery_file(path, number)];
        let file = self.keeper.place(choices);
        let (source, old) = (document.source.clone(), Arc::clone(&document.saved));
        let new = Arc::clone(document.design());
        let (path, sample) = (document.path.clone(), document.sample.clone());
        let schemas = match path {
            Some(_) => document.unwritten_schemas(),
            None => document.schemas.clone(),
        };
        let recovery = move || {
            let text = text(source.as_ref(), &old, &new);
            Recovery { path, sample, text, schemas }
        };
        if let Err(error) = self.keeper.write(file, recovery) {
            self.tell(Severity::Warning, format!("unsaved work is not safe: {error}"));
        }
    }

    /// The work is saved or given up.
    pub(super) fn forget_kept_work(&mut self) {
        if let Err(error) = self.keeper.remove() {
            self.tell(Severity::Warning, error.to_string());
        }
    }

    /// Writes the settings if they have changed.
    pub(super) fn write_settings(&mut self) {
        self.unwritten_settings = Duration::ZERO;
        let Some(home) = &self.home else { return };
        if self.settings == self.written_settings {
            return;
        }
        self.written_settings = self.settings.clone();
        let file = home.settings_file();
        let folder = file.parent().map_or(Ok(()), files::make_folder);
        let result = folder.and_then(|()| files::write_text(&file, &self.settings.to_text()));
        if let Err(error) = result {
            self.tell(Severity::Warning, error.to_string());
        }
    }
}

/// Whether the file holds something else than what was read or written last.
fn is_changed_on_disk(document: &OpenDocument, path: &Path) -> bool {
    let known = document.source.as_ref().map(Source::text);
    match files::read_text(path, files::DESIGN_LIMIT) {
        Ok(text) => known != Some(text.as_str()),
        // Gone: nothing of anybody's is overwritten. Unreadable: writing will tell.
        Err(_) => false,
    }
}

fn suggested_path(document: &OpenDocument) -> PathBuf {
    let name = document.sample.as_ref().unwrap_or(&document.design().info.name);
    let letters = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' });
    let name: String = letters.flat_map(char::to_lowercase).collect();
    let name = name.trim_matches('-');
    PathBuf::from(if name.is_empty() { "design" } else { name }).with_extension("ron")
}

/// The files that the design names first: it never stands where they are not. What is there already
/// must be the same.
fn write_with_files(document: &OpenDocument, path: &Path, text: &str) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let is_own_folder = document.folder() == Some(folder);
    let unwritten = document.unwritten_schemas();
    let is_ours = |name: &str| is_own_folder && unwritten.contains_key(name);
    if is_own_folder && let Some(path) = document.schema_files.foreign(folder, &unwritten) {
        return Err(FileError::Exists { path });
    }
    let named = files::schema_names(document.design());
    let schemas = document.schemas.iter().filter(|(name, _)| named.contains(name));
    let schemas = schemas.map(|(name, schema)| (name.clone(), schema.as_str()));
    let sample = document.sample.as_deref().and_then(samples::find);
    let recorded = recorded_names(document.design()).into_iter();
    let recorded = recorded.filter_map(|name| Some((name.clone(), sample?.file(&name)?)));
    let mut missing = Vec::new();
    for (name, text) in schemas.chain(recorded).filter(|(name, _)| files::is_inside(name)) {
        let target = folder.join(&name);
        let limit = files::SCHEMA_LIMIT.max(text.len() as u64);
        if !files::exists(&target) || is_ours(&name) {
            missing.push((name, text));
        } else if files::read_text(&target, limit).ok().as_deref() != Some(text) {
            return Err(FileError::Exists { path: target });
        }
    }
    if !missing.is_empty() {
        files::make_folder(folder)?;
    }
    for (name, text) in missing {
        files::write_inside(folder, &name, text.as_bytes())?;
    }
    files::write_text(path, text)
}
