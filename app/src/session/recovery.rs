//! Recovery files: unsaved work, kept outside the design's file until it is saved.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use flowbench_model::schema::Schemas;
use serde::{Deserialize, Serialize};

use crate::files::claim::{Claim, claim};
use crate::files::{self, FileError};

/// Quiet time after a change before the work is written.
const QUIET: Duration = Duration::from_secs(1);
/// The longest time that work is kept in memory only, however busy the person is.
const LONGEST: Duration = Duration::from_secs(10);

/// What a recovery file holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recovery {
    /// The file the work belongs to; absent if it never had one.
    pub path: Option<PathBuf>,
    /// The sample it was opened from, if it was.
    #[serde(default)]
    pub sample: Option<String>,
    /// The text of the design.
    pub text: String,
    /// Schema files by path: all of a design without a folder, else those that are not written.
    pub schemas: Schemas,
}

impl Recovery {
    /// Reads a recovery file.
    ///
    /// # Errors
    /// If there is none, or it is no recovery file.
    pub fn read(path: &Path) -> Result<Recovery, String> {
        let text = files::read_text(path, 2 * files::DESIGN_LIMIT).map_err(|e| e.to_string())?;
        ron::from_str(&text).map_err(|error| {
            format!("{} is no recovery file of this version: {error}", path.display())
        })
    }

    fn to_text(&self) -> String {
        ron::to_string(self).expect("invariant: a recovery holds only values that can be written")
    }

    /// Whether the design's file holds the same text already.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        let text = self.path.as_deref().map(|path| files::read_text(path, files::DESIGN_LIMIT));
        let folder = self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new("."));
        let is_written = |(name, text): (&String, &String)| {
            let found = files::read_inside(folder, name, files::SCHEMA_LIMIT);
            matches!(found, Ok(found) if found == *text)
        };
        matches!(text, Some(Ok(text)) if text == self.text) && self.schemas.iter().all(is_written)
    }
}

/// Decides when unsaved work is due to be written, and writes it on a thread of its own.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    /// Since the first change that is not kept.
    waited: Option<Duration>,
    quiet: Duration,
    writing: Option<JoinHandle<Result<(), FileError>>>,
    /// The file that was written last, until it is removed.
    file: Option<PathBuf>,
    /// Tells other instances of the program that this file is not left behind.
    claim: Option<Claim>,
}

impl Keeper {
    /// There is a change that is not kept.
    pub(super) fn change(&mut self) {
        self.waited.get_or_insert(Duration::ZERO);
        self.quiet = Duration::ZERO;
    }

    /// Lets time go by; whether work is due to be written.
    pub(super) fn is_due(&mut self, passed: Duration) -> bool {
        let Some(waited) = &mut self.waited else { return false };
        *waited += passed;
        self.quiet += passed;
        let is_busy = self.writing.as_ref().is_some_and(|thread| !thread.is_finished());
        (self.quiet >= QUIET || *waited >= LONGEST) && !is_busy
    }

    /// Where the work is written: where it was before, else to the first of these that no other
    /// instance of the program uses.
    pub(super) fn place(&mut self, choices: [PathBuf; 2]) -> PathBuf {
        if let Some(file) = &self.file {
            return file.clone();
        }
        let [first, own] = choices;
        self.claim = claim(&first);
        if self.claim.is_some() {
            return first;
        }
        self.claim = claim(&own);
        own
    }

    /// Writes the work; `recovery` is called on the thread that writes.
    pub(super) fn write(
        &mut self,
        file: PathBuf,
        recovery: impl FnOnce() -> Recovery + Send + 'static,
    ) -> Result<(), FileError> {
        let before = self.wait();
        self.waited = None;
        self.file = Some(file.clone());
        self.writing = Some(std::thread::spawn(move || {
            if let Some(folder) = file.parent() {
                files::make_folder(folder)?;
            }
            files::write_text(&file, &recovery().to_text())
        }));
        before
    }

    /// The work is saved or given up: takes the recovery file away.
    pub(super) fn remove(&mut self) -> Result<(), FileError> {
        let written = self.wait();
        self.waited = None;
        let removed = match self.file.take() {
            Some(file) => files::remove(&file),
            None => written,
        };
        self.claim = None;
        removed
    }

    /// Takes over a recovery file that an earlier session has written.
    pub(super) fn adopt(&mut self, file: PathBuf) {
        self.claim = claim(&file);
        self.file = Some(file);
    }

    /// Waits until what is being written is written.
    pub(super) fn wait(&mut self) -> Result<(), FileError> {
        let written = self.writing.take().map(JoinHandle::join);
        written.and_then(Result::ok).unwrap_or(Ok(()))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // The program ends; whoever could be told is gone.
        let _ = self.wait();
    }
}
