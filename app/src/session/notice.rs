//! What the session tells a person: notices, questions and requests that only a window can fulfill.

use std::path::PathBuf;

use flowbench_model::finding::{Place, Severity};
use flowbench_model::message::MessageRef;

use crate::command::Command;

/// A sentence for the person, shown until it is dismissed.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// Counts up; see `FileCommand::DismissNotice`.
    pub id: u64,
    /// How bad it is.
    pub severity: Severity,
    /// What happened and what to do.
    pub text: String,
    /// The file or folder that it is about, if it can be opened.
    pub file: Option<PathBuf>,
}

/// Something that must be answered before the session goes on.
#[derive(Clone, PartialEq, Debug)]
pub enum Question {
    /// There are unsaved changes. Answers: `SaveThen(held_up)`, `DiscardThen(held_up)`, `Dismiss`.
    UnsavedChanges {
        /// What was asked for.
        held_up: Box<Command>,
    },
    /// Somebody else has changed the file since it was read. Answers: `SaveAnyway`,
    /// `SaveAsDialog`, `Revert`, `Dismiss`.
    ChangedOnDisk {
        /// The file.
        path: PathBuf,
    },
    /// An earlier session left unsaved work behind. Answers: `Recover(recovery)`,
    /// `ForgetRecovery(recovery)`, `Dismiss` (asks again next time).
    Recovery {
        /// The file the work belongs to; absent if it never had one.
        path: Option<PathBuf>,
        /// Name of the design.
        name: String,
        /// The recovery file.
        recovery: PathBuf,
    },
}

/// Something only the window can do. It takes these with `Session::take_requests`.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Ask for a file to open; the answer is `OpenFile`.
    OpenDialog,
    /// Ask for a path to save to; the answer is `SaveAs`.
    SaveAsDialog {
        /// What to offer.
        suggested: PathBuf,
    },
    /// Ask for a recorded file; the answer is `GiveRecorded`.
    RecordedDialog {
        /// Name of the producer that is to publish it.
        producer: String,
    },
    /// Show the whole design.
    ZoomToFit,
    /// Show what is selected.
    ZoomToSelection,
    /// Come nearer.
    ZoomIn,
    /// Step back.
    ZoomOut,
    /// Let the name of what is selected be typed.
    RenameSelected,
    /// Show a property of what is selected, by its path; the place itself if empty.
    Reveal {
        /// What it belongs to.
        place: Place,
        /// Such as `contract.dead_letter`.
        property: String,
    },
    /// Show a version of a message in the editor of schemas.
    EditVersion {
        /// Which.
        message: MessageRef,
    },
    /// Open the list of all commands.
    Palette,
    /// Open the search.
    Find,
    /// Show which keys do what.
    Shortcuts,
    /// Show the presets of brokers, for the selected channel.
    Presets,
    /// Ask for documents to import; the answer is `Import`.
    ImportDialog,
    /// Show what importing documents would come to; the answers are `OpenImported` and
    /// `AddImported`.
    Import(Vec<PathBuf>),
    /// Ask for a version to compare with; the answer is `Compare`.
    CompareDialog,
    /// Show what the design can be made into.
    Export,
    /// Say what this program is.
    About,
    /// Close the window.
    Quit,
}
