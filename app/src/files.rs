//! The only place that touches the disk: reading with limits, writing all or nothing, and where
//! Flowbench keeps what is its own.

pub mod catalog;
pub mod claim;
pub mod desktop;
pub mod git;
pub mod recorded;

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flowbench_model::design::Design;
use flowbench_model::schema::{self, Schemas};

/// The largest design file that is read, in bytes.
pub const DESIGN_LIMIT: u64 = 64 << 20;
/// The largest schema file that is read, in bytes.
pub const SCHEMA_LIMIT: u64 = 4 << 20;
/// The largest document that is imported, in bytes.
pub const DOCUMENT_LIMIT: u64 = 16 << 20;
/// The environment variable that names the folder for settings and recovery files.
pub const HOME_VARIABLE: &str = "FLOWBENCH_HOME";

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system says no.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The system says no.
    #[error("cannot write {}: {cause}; what was there before is unchanged", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// Larger than anybody's design.
    #[error("cannot read {}: it is larger than {} MiB", path.display(), limit >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size that is read, in bytes.
        limit: u64,
    },
    /// Not UTF-8.
    #[error("cannot read {}: it is not text (byte {at} is not UTF-8)", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first wrong byte, from 0.
        at: usize,
    },
    /// A file that is not where the files of a design may be.
    #[error("cannot use `{name}`: it must lie inside the design's folder, {}", folder.display())]
    OutsideFolder {
        /// As the design names it.
        name: String,
        /// The design's folder.
        folder: PathBuf,
    },
    /// More files than any catalog has.
    #[error("cannot read {}: there are more than {limit} files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// Files that are read, at most.
        limit: usize,
    },
    /// A file that would be overwritten.
    #[error("{} exists already; choose another folder, or take it away first", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
}

/// The file that a path means: a folder means the `design.ron` in it.
#[must_use]
pub fn design_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("design.ron") } else { path.to_owned() }
}

/// Whether there is anything at a path.
#[must_use]
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// The same file under the name that does not depend on the working folder.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Reads a text file.
///
/// # Errors
/// If it cannot be read, is larger than `limit` bytes or is no UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let failed = |cause| FileError::Read { path: path.to_owned(), cause };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    text_of(file, path, limit)
}

fn text_of(source: impl Read, path: &Path, limit: u64) -> Result<String, FileError> {
    let failed = |cause| FileError::Read { path: path.to_owned(), cause };
    let mut bytes = Vec::new();
    // One byte more than allowed: the size that the system tells is not true for every file.
    source.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    String::from_utf8(bytes).map_err(|error| FileError::NotText {
        path: path.to_owned(),
        at: error.utf8_error().valid_up_to(),
    })
}

/// Reads a text from standard input.
///
/// # Errors
/// If it cannot be read, is larger than `limit` bytes or is no UTF-8.
pub fn read_standard_input(limit: u64) -> Result<String, FileError> {
    text_of(io::stdin().lock(), Path::new("standard input"), limit)
}

/// Writes a file all or nothing: at any moment the path holds the old content or the new one. A
/// symbolic link stays and its target is written; permissions stay.
///
/// # Errors
/// If anything fails; then the old content is untouched.
pub fn write_text(path: &Path, text: &str) -> Result<(), FileError> {
    write_bytes(path, text.as_bytes())
}

/// As [`write_text`], for any bytes.
///
/// # Errors
/// If anything fails; then the old content is untouched.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_with(path, |file| file.write_all(bytes))
}

/// As [`write_text`], for content that is made while it is written.
///
/// # Errors
/// If anything fails; then the old content is untouched.
pub fn write_with(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    let failed = |cause| FileError::Write { path: path.to_owned(), cause };
    let target = link_target(path).map_err(failed)?;
    let temporary = temporary_beside(&target);
    let result = write_and_rename(&temporary, &target, content);
    if result.is_err() {
        // The first error is the one to tell; a left-over temporary file harms nobody.
        let _ = fs::remove_file(&temporary);
    }
    result.map_err(failed)
}

/// Deletes a file; one that is not there is deleted already.
///
/// # Errors
/// If the system says no.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(FileError::Write { path: path.to_owned(), cause })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes a folder with everything above it.
///
/// # Errors
/// If the system says no.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|cause| FileError::Write { path: path.to_owned(), cause })
}

/// The files of a folder in the order of their names; none if there is no such folder.
#[must_use]
pub fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The schema files that a design names, relative to its folder, each once.
#[must_use]
pub fn schema_names(design: &Design) -> Vec<String> {
    let versions = design.messages.iter().flat_map(|message| &message.versions);
    let schemas = versions.flat_map(|it| [&it.schema].into_iter().chain(&it.headers));
    let mut names: Vec<String> =
        schemas.filter_map(|schema| schema.file().map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

/// Reads the schema files that a design names; those that cannot be read are told.
#[must_use]
pub fn read_schemas(folder: &Path, design: &Design) -> (Schemas, Vec<FileError>) {
    let mut schemas = Schemas::new();
    let mut errors = Vec::new();
    for name in schema_names(design) {
        match read_inside(folder, &name, SCHEMA_LIMIT) {
            Ok(text) => {
                schemas.insert(name, text);
            }
            Err(error) => errors.push(error),
        }
    }
    (schemas, errors)
}

/// Whether a name stays inside the folder it is relative to, as far as the name alone can tell.
#[must_use]
pub fn is_inside(name: &str) -> bool {
    schema::why_outside(name).is_none()
}

/// Reads a text file of a folder by its path from there.
///
/// # Errors
/// As [`read_text`], and if it lies outside the folder, be it by a symbolic link.
pub fn read_inside(folder: &Path, name: &str, limit: u64) -> Result<String, FileError> {
    let outside = || FileError::OutsideFolder { name: name.to_owned(), folder: folder.to_owned() };
    if !is_inside(name) {
        return Err(outside());
    }
    let path = folder.join(name);
    // A symbolic link may lead out of the folder although its name does not.
    let failed = |cause| FileError::Read { path: path.clone(), cause };
    let real = path.canonicalize().map_err(failed)?;
    if !real.starts_with(folder.canonicalize().map_err(failed)?) {
        return Err(outside());
    }
    read_text(&path, limit)
}

/// Writes a file of a folder by its path from there, with the folders above it.
///
/// # Errors
/// As [`write_bytes`], and if it would lie outside the folder, be it by a symbolic link.
pub fn write_inside(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), FileError> {
    let outside = || FileError::OutsideFolder { name: name.to_owned(), folder: folder.to_owned() };
    if !is_inside(name) {
        return Err(outside());
    }
    make_folder(folder)?;
    let path = folder.join(name);
    let failed = |cause| FileError::Write { path: path.clone(), cause };
    let real = folder.canonicalize().map_err(failed)?;
    // The nearest folder that is there tells where the others would be made.
    let above = path.ancestors().skip(1).find(|it| it.exists()).unwrap_or(folder);
    let is_within = |it: &Path| Ok(it.canonicalize().map_err(failed)?.starts_with(&real));
    if !is_within(above)? || (fs::symlink_metadata(&path).is_ok() && !is_within(&path)?) {
        return Err(outside());
    }
    make_folder(path.parent().unwrap_or(folder))?;
    write_bytes(&path, bytes)
}

/// The file that a chain of symbolic links leads to; the path itself if it is no link.
fn link_target(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => path.canonicalize(),
        Ok(_) | Err(_) => Ok(path.to_owned()),
    }
}

/// In the same folder, so that renaming stays within one file system.
fn temporary_beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn write_and_rename(
    temporary: &Path,
    target: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = BufWriter::new(File::create(temporary)?);
    content(&mut buffer)?;
    let file = buffer.into_inner()?;
    if let Ok(metadata) = fs::metadata(target) {
        if metadata.permissions().readonly() {
            return Err(io::Error::from(io::ErrorKind::PermissionDenied));
        }
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()?;
    drop(file);
    fs::rename(temporary, target)?;
    sync_folder_of(target);
    Ok(())
}

/// Makes the renaming itself durable where the system can; the content is durable already.
fn sync_folder_of(target: &Path) {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

/// The folders that Flowbench keeps its own files in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    config: PathBuf,
    data: PathBuf,
}

impl Home {
    /// Where `FLOWBENCH_HOME` says, else where the desktop keeps such things; none on a system
    /// that has no such place.
    #[must_use]
    pub fn find() -> Option<Home> {
        if let Some(folder) = std::env::var_os(HOME_VARIABLE).filter(|value| !value.is_empty()) {
            return Some(Home::at(Path::new(&folder)));
        }
        let folders = directories::ProjectDirs::from("", "", "flowbench")?;
        Some(Home {
            config: folders.config_dir().to_owned(),
            data: folders.data_local_dir().to_owned(),
        })
    }

    /// Everything under one folder.
    #[must_use]
    pub fn at(folder: &Path) -> Home {
        Home { config: folder.to_owned(), data: folder.to_owned() }
    }

    /// The settings file.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.ron")
    }

    /// The folder of the recovery files.
    #[must_use]
    pub fn recovery_folder(&self) -> PathBuf {
        self.data.join("recovery")
    }

    /// The recovery file of a design; `number` tells designs without a file apart.
    #[must_use]
    pub fn recovery_file(&self, path: Option<&Path>, number: u64) -> PathBuf {
        match path {
            Some(path) => self.recovery_folder().join(format!("{:016x}.ron", hash_of(path))),
            None => self.own_recovery_file(None, number),
        }
    }

    /// The same under a name that no other instance of the program uses.
    #[must_use]
    pub fn own_recovery_file(&self, path: Option<&Path>, number: u64) -> PathBuf {
        let of = path.map_or("unnamed".to_owned(), |path| format!("{:016x}", hash_of(path)));
        self.recovery_folder().join(format!("{of}-{}-{number}.ron", std::process::id()))
    }
}

/// FNV-1a: the same in every version, for file names.
fn hash_of(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
