//! What a git work tree holds of a file, by asking git.

use std::env;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// Variables that would lead git to another work tree than that of the file.
const MISLEADING: [&str; 4] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"];
/// Letters of a complaint that are passed on.
const COMPLAINT: u64 = 400;

/// Whether a file lies in a work tree, and there is a git to ask. Cost: a look at each folder.
#[must_use]
pub fn is_versioned(path: &Path) -> bool {
    let is_tree = path.ancestors().skip(1).any(|folder| folder.join(".git").exists());
    is_tree && has_git()
}

fn has_git() -> bool {
    let name = if cfg!(windows) { "git.exe" } else { "git" };
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).exists()))
}

/// The text of a file in the last commit of its work tree.
///
/// # Errors
/// If there is none, or it is larger than `limit` bytes or no UTF-8: one sentence.
pub fn at_head(path: &Path, limit: u64) -> Result<String, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).arg("cat-file").arg("blob").arg(format!("HEAD:./{name}"));
    for name in MISLEADING {
        command.env_remove(name);
    }
    // Nothing is fetched, and nobody is asked for a password.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("cannot ask git: {error}");
    let mut child = command.spawn().map_err(failed)?;
    let mut text = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(limit + 1).read_to_end(&mut text).map_err(failed)?;
    }
    let mut complaint = String::new();
    if let Some(errors) = child.stderr.take() {
        // A complaint in other letters is none that could be passed on.
        let _ = errors.take(COMPLAINT).read_to_string(&mut complaint);
    }
    let status = child.wait().map_err(failed)?;
    if text.len() as u64 > limit {
        return Err(format!("{} at HEAD is larger than {} MiB", path.display(), limit >> 20));
    }
    if !status.success() {
        let said = complaint.lines().next().unwrap_or("git does not say why").trim();
        return Err(format!("{} is not in the last commit: {said}", path.display()));
    }
    String::from_utf8(text).map_err(|_| format!("{} at HEAD is not text", path.display()))
}
