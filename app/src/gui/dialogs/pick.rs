//! The file dialog of the desktop, asked in a thread: it may take half a minute to say that it is
//! not there. Where it surely is not, our own is used at once.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use egui::Context;

/// What a path is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// To read.
    Open,
    /// To read recorded events.
    Recorded,
    /// To write.
    Save,
}

/// What the desktop said.
pub(super) enum Answer {
    /// This path.
    Chosen(Purpose, PathBuf),
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
    answer: Receiver<Option<PathBuf>>,
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
            let events = ["jsonl", "ndjson", "json", "csv", "tsv"];
            let dialog = match purpose {
                Purpose::Open | Purpose::Save => {
                    rfd::FileDialog::new().add_filter("Flowbench design", &["ron"])
                }
                Purpose::Recorded => rfd::FileDialog::new().add_filter("Recorded events", &events),
            };
            let path = match purpose {
                Purpose::Open | Purpose::Recorded => dialog.set_directory(&start).pick_file(),
                Purpose::Save => {
                    let name = start.file_name().unwrap_or_default().to_string_lossy();
                    let folder = start.parent().unwrap_or(Path::new("."));
                    dialog.set_directory(folder).set_file_name(name).save_file()
                }
            };
            // The window may be gone by now; then nobody waits for the answer.
            sender.send(path).ok();
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
            Ok(Some(path)) => Some(Answer::Chosen(waiting.purpose, path)),
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
