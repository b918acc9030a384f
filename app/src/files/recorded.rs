//! Recorded files beside a design: read a piece at a time, and never another content than the one
//! they were opened with.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flowbench_model::formats::recorded::Head;
use flowbench_simulator::recorded::{Content, Digest, HEAD, Source, WINDOW};

use super::{FileError, is_inside};

/// A recorded file on the disk.
#[derive(Debug)]
pub struct RecordedFile {
    path: PathBuf,
    content: Content,
    changed_at: Option<SystemTime>,
}

impl RecordedFile {
    /// Opens a file by the path that a design in this folder names. Cost: reads all of it once.
    ///
    /// # Errors
    /// If it cannot be read or does not lie inside the folder.
    pub fn open(folder: &Path, name: &str) -> Result<RecordedFile, FileError> {
        RecordedFile::open_at(&inside(folder, name)?)
    }

    /// Opens a file wherever it is. Cost: reads all of it once.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open_at(path: &Path) -> Result<RecordedFile, FileError> {
        let failed = |cause| FileError::Read { path: path.to_owned(), cause };
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let content = digest(&mut file).map_err(failed)?;
        Ok(RecordedFile { path: path.to_owned(), content, changed_at: metadata.modified().ok() })
    }

    fn read_at(&self, offset: u64, limit: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        let metadata = file.metadata()?;
        if metadata.len() != self.content.bytes || metadata.modified().ok() != self.changed_at {
            return Err(io::Error::other("it was changed after it had been opened"));
        }
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(limit.min(metadata.len() as usize));
        file.take(limit as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Source for RecordedFile {
    fn read(&self, offset: u64, limit: usize) -> Result<Vec<u8>, String> {
        self.read_at(offset, limit)
            .map_err(|error| format!("cannot read {}: {error}", self.path.display()))
    }

    fn content(&self) -> Content {
        self.content
    }
}

/// The beginning of a recorded file that a design in this folder names.
///
/// # Errors
/// As for [`RecordedFile::open`].
pub fn read_head(folder: &Path, name: &str) -> Result<Head, FileError> {
    read_head_at(&inside(folder, name)?)
}

/// The beginning of a recorded file, wherever it is.
///
/// # Errors
/// If it cannot be read.
pub fn read_head_at(path: &Path) -> Result<Head, FileError> {
    let failed = |cause| FileError::Read { path: path.to_owned(), cause };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(HEAD as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let is_whole = bytes.len() <= HEAD;
    bytes.truncate(HEAD);
    Ok(Head { bytes, is_whole })
}

/// The path, relative to a design's folder, of a file that is to lie beside the design: where it
/// is, or in `recorded` below the folder, to which it is copied.
///
/// # Errors
/// If it cannot be copied; what is there already is not overwritten.
pub fn place_beside(folder: &Path, file: &Path) -> Result<String, FileError> {
    let failed = |cause| FileError::Read { path: file.to_owned(), cause };
    let real = fs::canonicalize(file).map_err(failed)?;
    if let Ok(relative) = real.strip_prefix(fs::canonicalize(folder).map_err(failed)?) {
        let parts = relative.components().map(|it| it.as_os_str().to_string_lossy().into_owned());
        return Ok(parts.collect::<Vec<_>>().join("/"));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let target = folder.join("recorded").join(&name);
    let is_same = || -> Result<bool, FileError> {
        Ok(RecordedFile::open_at(&target)?.content == RecordedFile::open_at(file)?.content)
    };
    if target.exists() && !is_same()? {
        return Err(FileError::Exists { path: target });
    }
    super::make_folder(&folder.join("recorded"))?;
    let mut source = File::open(file).map_err(failed)?;
    super::write_with(&target, |writer| io::copy(&mut source, writer).map(drop))?;
    Ok(format!("recorded/{name}"))
}

/// The path of a file that must lie inside a folder.
fn inside(folder: &Path, name: &str) -> Result<PathBuf, FileError> {
    let outside = || FileError::OutsideFolder { name: name.to_owned(), folder: folder.to_owned() };
    if !is_inside(name) {
        return Err(outside());
    }
    let path = folder.join(name);
    // A symbolic link may lead out of the folder although its name does not.
    let failed = |cause| FileError::Read { path: path.clone(), cause };
    let real = fs::canonicalize(&path).map_err(failed)?;
    let is_outside = !real.starts_with(fs::canonicalize(folder).map_err(failed)?);
    if is_outside { Err(outside()) } else { Ok(path) }
}

fn digest(file: &mut File) -> io::Result<Content> {
    let mut digest = Digest::default();
    let mut window = vec![0; WINDOW];
    loop {
        let read = file.read(&mut window)?;
        if read == 0 {
            return Ok(digest.end());
        }
        digest.take(&window[..read]);
    }
}
