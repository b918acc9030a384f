//! The files of an EventCatalog.

use std::path::Path;

use flowbench_model::formats::eventcatalog::Source;

use super::{DOCUMENT_LIMIT, FileError, list, read_text};

/// Files of a catalog, at most.
const FILES: usize = 100_000;
/// Folders inside each other, at most.
const DEPTH: usize = 24;
/// What files are called that a catalog is made of.
const ENDINGS: &[&str] = &["md", "mdx", "json", "avsc", "avro", "proto", "yml", "yaml", "ron"];
/// Folders that hold no sources.
const MADE: &[&str] = &["node_modules", "dist"];

/// The texts of a catalog. Links are not followed, and hidden folders are not looked into.
///
/// # Errors
/// If a file cannot be read, or there are too many.
pub fn read(folder: &Path) -> Result<Vec<Source>, FileError> {
    let mut sources = Vec::new();
    let mut left = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = left.pop() {
        for path in list(&folder) {
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
            let Some(name) = name.filter(|it| !it.starts_with('.')) else { continue };
            let Ok(kind) = path.symlink_metadata().map(|it| it.file_type()) else { continue };
            let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            if kind.is_dir() && depth < DEPTH && !MADE.contains(&name.as_str()) {
                left.push((path, format!("{prefix}{name}/"), depth + 1));
            } else if kind.is_file() && ENDINGS.contains(&ending) {
                if sources.len() == FILES {
                    return Err(FileError::TooMany { path: folder, limit: FILES });
                }
                let text = read_text(&path, DOCUMENT_LIMIT)?;
                sources.push(Source { path: format!("{prefix}{name}"), text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}
