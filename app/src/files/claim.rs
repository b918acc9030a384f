//! Claims on files that several instances of the program must not use at the same time.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Says to other instances that a file is in use, until it is dropped or the program ends, however
/// it ends.
#[derive(Debug)]
pub struct Claim {
    lock: PathBuf,
    /// Absent where the system cannot lock files: nobody is kept out then.
    _held: Option<File>,
}

/// Claims a file, which need not be there; nothing if another instance has claimed it.
#[must_use]
pub fn claim(file: &Path) -> Option<Claim> {
    let lock = lock_of(file);
    let opened = lock.parent().map(fs::create_dir_all).and_then(|_| File::create(&lock).ok());
    let held = match opened.as_ref().map(File::try_lock) {
        Some(Ok(())) => opened,
        Some(Err(TryLockError::WouldBlock)) => return None,
        Some(Err(TryLockError::Error(_))) | None => None,
    };
    Some(Claim { lock, _held: held })
}

/// Whether somebody has claimed a file, this instance included.
#[must_use]
pub fn is_claimed(file: &Path) -> bool {
    let lock = File::open(lock_of(file));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

impl Drop for Claim {
    fn drop(&mut self) {
        // What is left over is an empty file that claims nothing.
        let _ = fs::remove_file(&self.lock);
    }
}

fn lock_of(file: &Path) -> PathBuf {
    file.with_extension("lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_claimed_once_until_the_claim_is_dropped() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("deep").join("work.ron");
        assert!(!is_claimed(&file));
        let held = claim(&file);
        assert!(held.is_some() && is_claimed(&file) && claim(&file).is_none());
        drop(held);
        assert!(!is_claimed(&file) && claim(&file).is_some());
    }
}
