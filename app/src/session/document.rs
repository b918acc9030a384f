//! The design that is open, with its history and the file it belongs to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowbench_model::design::Design;

use crate::session::history::History;

/// An open design.
#[derive(Debug)]
pub struct OpenDocument {
    /// The file it is saved to; absent while it has none.
    pub path: Option<PathBuf>,
    /// Name of the sample it was opened from, if it was.
    pub sample: Option<String>,
    /// Every state a person can go back to.
    pub history: History,
    /// Schema files by their path relative to the design's folder.
    pub schemas: BTreeMap<String, String>,
    /// The state that stands in the file.
    pub saved: Option<Arc<Design>>,
}

impl OpenDocument {
    /// A design that has no file yet.
    #[must_use]
    pub fn unnamed(design: Design) -> OpenDocument {
        let design = Arc::new(design);
        OpenDocument {
            path: None,
            sample: None,
            history: History::new(Arc::clone(&design)),
            schemas: BTreeMap::new(),
            saved: Some(design),
        }
    }

    /// The design as it stands.
    #[must_use]
    pub fn design(&self) -> &Arc<Design> {
        self.history.design()
    }

    /// Whether there is something that closing would lose.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        self.saved.as_ref().is_none_or(|saved| {
            !Arc::ptr_eq(saved, self.design()) && saved.as_ref() != self.design().as_ref()
        })
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
