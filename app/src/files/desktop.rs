//! What the desktop does with files: opening them, and showing the folder they are in.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The program that opens a file as a double click would.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(target_os = "windows") {
    "explorer"
} else {
    "xdg-open"
};

/// Opens a file or a folder as a double click would.
///
/// # Errors
/// If the desktop has no program for that: one sentence.
pub fn open(path: &Path) -> Result<(), String> {
    let mut command = Command::new(OPENER);
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn();
    let mut child = child.map_err(|error| {
        format!("cannot open {}: {OPENER}: {error}; open it by hand", path.display())
    })?;
    // Somebody has to wait for it; what it answers is for nobody.
    let _ = thread::Builder::new().name("desktop".to_owned()).spawn(move || child.wait());
    Ok(())
}
