//! Everything a person can ask for, as plain data. What a command does stands in `session`; its
//! text, key and icon in `command_table`.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::fault::FaultKind;
use flowbench_model::finding::{Fix, Place};
use flowbench_model::message::MessageRef;
use flowbench_model::name::MessageName;
use flowbench_model::scenario::DeadLetterFilter;
use flowbench_model::time::{Span, Time};

use crate::bench::replicating::Question;
use crate::differences::Against;
use crate::export::Order;
use crate::selection::Selection;

/// One thing a person asks for.
#[derive(Clone, PartialEq, Debug)]
#[expect(clippy::large_enum_variant, reason = "a person asks for few things at a time")]
pub enum Command {
    /// Opening, saving, closing.
    File(FileCommand),
    /// Changing the design, and choosing what to change.
    Edit(EditCommand),
    /// What the window shows.
    View(ViewCommand),
    /// Running the design.
    Bench(BenchCommand),
    /// Bringing in and handing out.
    Exchange(ExchangeCommand),
}

/// Opening, saving, closing.
#[derive(Clone, PartialEq, Debug)]
pub enum FileCommand {
    /// Starts an empty design.
    New,
    /// Asks for a file to open.
    OpenDialog,
    /// Opens a file, or the `design.ron` of a folder.
    OpenFile(PathBuf),
    /// Opens a sample of the gallery as a new, unsaved design.
    OpenSample(String),
    /// Opens the unsaved work that an earlier session left behind, by the path of the recovery
    /// file.
    Recover(PathBuf),
    /// Deletes the unsaved work that an earlier session left behind.
    ForgetRecovery(PathBuf),
    /// Writes the design to its file; asks for a path if it has none.
    Save,
    /// Writes the design to its file although somebody else has changed that file meanwhile.
    SaveAnyway,
    /// Asks for a path to save to.
    SaveAsDialog,
    /// Writes the design, and the schema files it names, to this path.
    SaveAs(PathBuf),
    /// Reads the file again, giving up every change since.
    Revert,
    /// Asks for a recorded file that this producer is to publish.
    RecordedDialog(String),
    /// Lets this producer publish a recorded file.
    GiveRecorded(String, PathBuf),
    /// Closes the design: back to the gallery.
    CloseDesign,
    /// Takes a file off the list of recent files.
    ForgetRecent(PathBuf),
    /// Ends the program.
    Quit,
    /// Saves, and if that succeeded goes on with the command that was held up by unsaved changes.
    SaveThen(Box<Command>),
    /// Gives up unsaved changes and goes on with the command that was held up by them.
    DiscardThen(Box<Command>),
    /// Takes back the question that is being asked.
    Dismiss,
    /// Takes away a notice, by its number.
    DismissNotice(u64),
}

/// Changing the design, and choosing what to change.
#[derive(Clone, PartialEq, Debug)]
pub enum EditCommand {
    /// Changes the design.
    Apply(Edit),
    /// Changes the design as part of a gesture (a drag, typing in one field): all edits of one
    /// gesture are undone together.
    ApplyIn(Gesture, Edit),
    /// Takes back the last change.
    Undo,
    /// Does the last change again that was taken back.
    Redo,
    /// Selects.
    Select(Selection),
    /// Selects every node and edge.
    SelectAll,
    /// Removes what is selected from the design.
    Delete,
    /// Adds a copy of the selected nodes, with the edges between them, and selects it.
    Duplicate,
    /// Lets the name of what is selected be typed.
    RenameSelected,
    /// Forgets where nodes stand: the automatic layout places them.
    ArrangeAutomatically,
    /// Selects and shows what a finding is about, down to a property (a path as in `Finding`).
    GoTo(Place, String),
    /// Mends a finding.
    ApplyFix(Fix),
}

/// What the window shows.
#[derive(Clone, PartialEq, Debug)]
pub enum ViewCommand {
    /// Shows the whole design.
    ZoomToFit,
    /// Shows what is selected.
    ZoomToSelection,
    /// Comes nearer.
    ZoomIn,
    /// Steps back.
    ZoomOut,
    /// Shows a panel.
    ShowPanel(PanelKind),
    /// Shows something else in the middle of the window.
    Show(Stage),
    /// Opens a message in the editor of schemas, at a version if one is named.
    EditMessage(MessageRef),
    /// Shows or hides a panel.
    TogglePanel(PanelKind),
    /// Light to dark, dark to light.
    ToggleTheme,
    /// Chooses the theme.
    SetTheme(Theme),
    /// Opens the list of all commands.
    OpenPalette,
    /// Opens the search for nodes, edges and messages.
    Find,
    /// Opens the presets of brokers, for the selected channel.
    ChoosePreset,
    /// Shows which keys do what.
    ShowShortcuts,
    /// Says what this program is.
    ShowAbout,
}

/// Running the design: time, faults and dead letters.
#[derive(Clone, PartialEq, Debug)]
pub enum BenchCommand {
    /// Lets time run.
    Play,
    /// Stops time.
    Pause,
    /// Lets time run, or stops it.
    TogglePlay,
    /// Goes on by one event.
    StepEvent,
    /// Goes back by one event.
    StepBack,
    /// Goes to an instant.
    SeekTo(Time),
    /// Goes to the beginning.
    SeekStart,
    /// Goes to the end.
    SeekEnd,
    /// Sets how many simulated seconds pass in one second.
    SetSpeed(f64),
    /// The next higher speed.
    Faster,
    /// The next lower speed.
    Slower,
    /// Runs another scenario, by name.
    ChooseScenario(String),
    /// Runs with another luck.
    SetSeed(u64),
    /// Lets something go wrong from now on, for a while or to the end.
    InjectNow(FaultKind, Option<Span>),
    /// Publishes a payload once, now.
    InjectPayload(Payload),
    /// Sends dead letters back, now.
    Redrive {
        /// Name of the dead-letter channel.
        channel: String,
        /// Which.
        messages: DeadLetterFilter,
    },
    /// Discards dead letters, now.
    DropDeadLetters {
        /// Name of the dead-letter channel.
        channel: String,
        /// Which.
        messages: DeadLetterFilter,
    },
    /// Redrives the selected dead letters.
    RedriveSelected,
    /// Discards the selected dead letters.
    DropSelected,
    /// Makes a fork of the scenario at the instant that is shown, and goes on in it.
    Fork,
    /// Writes the list into the scenario that its faults come to: what is left to selectors,
    /// periods and chance is drawn once and for all.
    MakeFaultsExplicit,
    /// Runs once more and compares.
    Verify,
    /// Says how often to run for statistics, and what to compare with.
    AskReplications(Question),
    /// Runs that often, and shows what the runs have in common.
    Replicate,
    /// Gives up the replications that are being computed.
    StopReplicating,
    /// Selects one message of the run and shows its history.
    SelectMessage(MessageName),
}

/// Bringing in and handing out: the formats of other tools.
#[derive(Clone, PartialEq, Debug)]
pub enum ExchangeCommand {
    /// Asks for documents of other tools to import.
    ImportDialog,
    /// Shows what importing these documents would come to.
    Import(Vec<PathBuf>),
    /// Opens a design that was read from documents as a new one.
    OpenImported(Arc<Design>),
    /// Adds a design that was read from documents to the one that is open.
    AddImported(Arc<Design>),
    /// Shows what the design can be made into.
    ExportDialog,
    /// Writes the design for other tools.
    Export(Order),
    /// Gives up the export that is being written.
    StopExport,
    /// Asks for a version of the design to compare with.
    CompareDialog,
    /// Says what changed since a version, and goes on saying it.
    Compare(Against),
    /// Compares no more.
    StopComparing,
    /// Opens a file or folder with the program that the desktop has for it.
    Show(PathBuf),
}

/// A payload that is published by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payload {
    /// Name of the node in whose place it is published.
    pub writer: String,
    /// The message, in the version that it is written in.
    pub message: MessageRef,
    /// Name of the channel that it is given to.
    pub channel: String,
    /// As JSON.
    pub payload: String,
}

/// Edits with the same number, one after the other, are one change for undo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gesture(pub u64);

/// A part of the window that can be shown and hidden.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum PanelKind {
    /// Everything in the design, as a tree.
    Outline,
    /// The properties of what is selected.
    Inspector,
    /// What the lint says.
    Problems,
    /// Message types and their schemas.
    Messages,
    /// Scenarios, faults on the time line, position.
    Timeline,
    /// What happened, entry by entry.
    Log,
    /// Messages that were given up.
    DeadLetters,
    /// The history of one message: what it caused and what caused it.
    Trace,
    /// Counts that balance, backlogs, latencies.
    Metrics,
    /// What must hold, and whether it did.
    Promises,
    /// What many runs have in common, and how exactly that is known.
    Statistics,
    /// What changed since another version of the design, and whom it breaks.
    Differences,
}

/// What the middle of the window shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Stage {
    /// The design as a graph, with its run.
    #[default]
    Canvas,
    /// Messages with their versions and schemas.
    Schemas,
    /// Who writes what, and who can read it.
    Compatibility,
}

/// Colors of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Command {
    /// Changes the design.
    #[must_use]
    pub fn edit(edit: Edit) -> Command {
        Command::Edit(EditCommand::Apply(edit))
    }

    /// Selects.
    #[must_use]
    pub fn select(selection: Selection) -> Command {
        Command::Edit(EditCommand::Select(selection))
    }
}

impl From<FileCommand> for Command {
    fn from(command: FileCommand) -> Command {
        Command::File(command)
    }
}

impl From<EditCommand> for Command {
    fn from(command: EditCommand) -> Command {
        Command::Edit(command)
    }
}

impl From<ViewCommand> for Command {
    fn from(command: ViewCommand) -> Command {
        Command::View(command)
    }
}

impl From<BenchCommand> for Command {
    fn from(command: BenchCommand) -> Command {
        Command::Bench(command)
    }
}

impl From<ExchangeCommand> for Command {
    fn from(command: ExchangeCommand) -> Command {
        Command::Exchange(command)
    }
}

impl Stage {
    /// Every one, in the order of the switch.
    pub const ALL: [Stage; 3] = [Stage::Canvas, Stage::Schemas, Stage::Compatibility];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Stage::Canvas => "Canvas",
            Stage::Schemas => "Schemas",
            Stage::Compatibility => "Compatibility",
        }
    }
}

impl PanelKind {
    /// Every panel, in the order of the menu.
    pub const ALL: [PanelKind; 12] = [
        PanelKind::Outline,
        PanelKind::Inspector,
        PanelKind::Problems,
        PanelKind::Messages,
        PanelKind::Timeline,
        PanelKind::Log,
        PanelKind::DeadLetters,
        PanelKind::Trace,
        PanelKind::Metrics,
        PanelKind::Promises,
        PanelKind::Statistics,
        PanelKind::Differences,
    ];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            PanelKind::Outline => "Outline",
            PanelKind::Inspector => "Inspector",
            PanelKind::Problems => "Problems",
            PanelKind::Messages => "Messages",
            PanelKind::Timeline => "Timeline",
            PanelKind::Log => "Log",
            PanelKind::DeadLetters => "Dead letters",
            PanelKind::Trace => "Trace",
            PanelKind::Metrics => "Metrics",
            PanelKind::Promises => "Promises",
            PanelKind::Statistics => "Statistics",
            PanelKind::Differences => "Differences",
        }
    }
}
