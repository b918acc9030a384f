//! The file dialog of the desktop, asked in a thread: it may take half a minute to say that it is
//! not there. Where it surely is not, our own is used at once.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use egui::Context;

use crate::import::{ENDINGS, is_document};
use crate::session::recording::is_recorded;

/// What a path is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// To read.
    Open,
    /// To read recorded events.
    Recorded,
    /// To compare with.
    Compare,
    /// To import, several at once.
    Documents,
    /// To write.
    Save,
    /// To write for other tools, with this ending.
    Export(&'static str),
    /// To write a folder for other tools.
    ExportFolder,
}

impl Purpose {
    /// Whether something is written there.
    pub(super) fn is_to_write(self) -> bool {
        match self {
            Purpose::Open | Purpose::Recorded | Purpose::Compare | Purpose::Documents => false,
            Purpose::Save | Purpose::Export(_) | Purpose::ExportFolder => true,
        }
    }

    /// What the dialog is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Purpose::Open => "Open a design",
            Purpose::Recorded => "Choose recorded events",
            Purpose::Compare => "Compare with another version",
            Purpose::Documents => "Import documents",
            Purpose::Save => "Save the design",
            Purpose::Export(_) => "Export to a file",
            Purpose::ExportFolder => "Export to a folder",
        }
    }

    /// Whether a file of this name is listed.
    pub(super) fn fits(self, name: &str) -> bool {
        let has = |ending: &str| name.strip_suffix(ending).is_some_and(|it| it.ends_with('.'));
        match self {
            Purpose::Open | Purpose::Compare | Purpose::Save => has("ron"),
            Purpose::Recorded => is_recorded(Path::new(name)),
            Purpose::Documents => is_document(Path::new(name)),
            Purpose::Export(ending) => has(ending),
            Purpose::ExportFolder => false,
        }
    }

    fn dialog(self) -> rfd::FileDialog {
        let dialog = rfd::FileDialog::new().set_title(self.title());
        match self {
            Purpose::Open | Purpose::Compare | Purpose::Save => {
                dialog.add_filter("Flowbench design", &["ron"])
            }
            Purpose::Recorded => {
                let endings = ["jsonl", "ndjson", "json", "csv", "tsv"];
                dialog.add_filter("Recorded events", &endings)
            }
            Purpose::Documents => dialog.add_filter("AsyncAPI documents", &ENDINGS),
            Purpose::Export(ending) => dialog.add_filter(ending, &[ending]),
            Purpose::ExportFolder => dialog,
        }
    }
}

/// What the desktop said.
pub(super) enum Answer {
    /// These paths; several only where that was asked for.
    Chosen(Purpose, Vec<PathBuf>),
    /// There is no dialog; the place it was to begin at.
    Unavailable(Purpose, PathBuf),
}

/// A dialog that closes sooner than this was never seen by anybody.
const SEEN: Duration = Duration::from_millis(350);

/// A question to the desktop under way.
#[derive(Default)]
pub(super) struct Picker {
    waiting: Option<Waiting>,
}

struct Waiting {
    purpose: Purpose,
    place: PathBuf,
    since: Instant,
    answer: Receiver<Option<Vec<PathBuf>>>,
}

impl Picker {
    /// Asks the desktop; whether it can be asked at all.
    pub(super) fn ask(&mut self, ctx: &Context, purpose: Purpose, place: &Path) -> bool {
        if !has_dialog() {
            return false;
        }
        let (sender, answer) = channel();
        let (ctx, start) = (ctx.clone(), place.to_owned());
        let spawned = thread::Builder::new().name("file dialog".to_owned()).spawn(move || {
            let paths = if purpose.is_to_write() {
                let name = start.file_name().unwrap_or_default().to_string_lossy();
                let folder = start.parent().unwrap_or(Path::new("."));
                purpose
                    .dialog()
                    .set_directory(folder)
                    .set_file_name(name)
                    .save_file()
                    .map(|it| vec![it])
            } else if purpose == Purpose::Documents {
                purpose.dialog().set_directory(&start).pick_files()
            } else {
                purpose.dialog().set_directory(&start).pick_file().map(|it| vec![it])
            };
            // The window may be gone by now; then nobody waits for the answer.
            sender.send(paths).ok();
            ctx.request_repaint();
        });
        if spawned.is_err() {
            return false;
        }
        let since = Instant::now();
        self.waiting = Some(Waiting { purpose, place: place.to_owned(), since, answer });
        true
    }

    /// The answer, once it is there.
    pub(super) fn answer(&mut self) -> Option<Answer> {
        let waiting = self.waiting.take()?;
        match waiting.answer.try_recv() {
            Ok(Some(paths)) => Some(Answer::Chosen(waiting.purpose, paths)),
            // "Cancelled" and "cannot open" look alike but for the time they take.
            Ok(None) if waiting.since.elapsed() > SEEN => None,
            Ok(None) | Err(TryRecvError::Disconnected) => {
                Some(Answer::Unavailable(waiting.purpose, waiting.place))
            }
            Err(TryRecvError::Empty) => {
                self.waiting = Some(waiting);
                None
            }
        }
    }
}

/// Where a person's files are.
pub(super) fn home() -> PathBuf {
    let directories = directories::UserDirs::new();
    directories.map_or_else(|| PathBuf::from("."), |directories| directories.home_dir().to_owned())
}

/// Whether a dialog of the desktop is likely to answer.
fn has_dialog() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let has_portal = env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        && Path::new("/usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service").exists();
    let has_zenity = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join("zenity").exists()));
    has_portal || has_zenity
}
