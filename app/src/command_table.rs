//! The table of commands that need nothing but themselves: what menus, palette, tool bar, tooltips
//! and keys show and do.

use flowbench_model::fault::FaultKind;
use flowbench_model::time::Span;
use flowbench_simulator::faults;

use crate::command::{
    BenchCommand, Command, EditCommand, ExchangeCommand, FileCommand, PanelKind, Stage, Theme,
    ViewCommand,
};
use crate::differences::Against;
use crate::files::git;
use crate::key::{Key, Shortcut};
use crate::selection::Selection;
use crate::session::Session;

/// A command as a person sees it.
#[derive(Debug)]
pub struct CommandInfo {
    /// Stable, for tests and for the window to find it by.
    pub id: &'static str,
    /// As a menu says it, in sentence case.
    pub text: &'static str,
    /// Where it stands.
    pub menu: Menu,
    /// Keys that ask for it; the first one is shown.
    pub shortcuts: &'static [Shortcut],
    /// Name of its Material symbol.
    pub icon: &'static str,
    /// What it does, in one line.
    pub tooltip: &'static str,
    /// Whether it can be asked for now.
    pub enabled: fn(&Session) -> bool,
    /// The command itself.
    pub make: fn(&Session) -> Command,
}

/// A menu of the menu bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Menu {
    /// Opening, saving, closing.
    File,
    /// Changing the design.
    Edit,
    /// What became of it from version to version.
    Design,
    /// What the window shows.
    View,
    /// Running the design.
    Bench,
    /// Finding out.
    Help,
}

impl Menu {
    /// Every menu, in the order of the menu bar.
    pub const ALL: [Menu; 6] =
        [Menu::File, Menu::Edit, Menu::Design, Menu::View, Menu::Bench, Menu::Help];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Menu::File => "File",
            Menu::Edit => "Edit",
            Menu::Design => "Design",
            Menu::View => "View",
            Menu::Bench => "Bench",
            Menu::Help => "Help",
        }
    }

    /// Its commands.
    pub fn commands(self) -> impl Iterator<Item = &'static CommandInfo> {
        COMMANDS.iter().filter(move |command| command.menu == self)
    }
}

/// The command of this id.
#[must_use]
pub fn command(id: &str) -> Option<&'static CommandInfo> {
    COMMANDS.iter().find(|command| command.id == id)
}

/// The command this key asks for.
#[must_use]
pub fn command_of(shortcut: Shortcut) -> Option<&'static CommandInfo> {
    COMMANDS.iter().find(|command| command.shortcuts.contains(&shortcut))
}

/// Every command that needs nothing but itself, in the order of the menus.
pub const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "new",
        text: "New design",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('N')],
        icon: "add",
        tooltip: "Start an empty design",
        enabled: always,
        make: |_| FileCommand::New.into(),
    },
    CommandInfo {
        id: "open",
        text: "Open…",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('O')],
        icon: "folder_open",
        tooltip: "Open a design file",
        enabled: always,
        make: |_| FileCommand::OpenDialog.into(),
    },
    CommandInfo {
        id: "save",
        text: "Save",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('S')],
        icon: "save",
        tooltip: "Write the design to its file",
        enabled: has_design,
        make: |_| FileCommand::Save.into(),
    },
    CommandInfo {
        id: "save-as",
        text: "Save as…",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('S').shift()],
        icon: "save_as",
        tooltip: "Write the design to another file",
        enabled: has_design,
        make: |_| FileCommand::SaveAsDialog.into(),
    },
    CommandInfo {
        id: "revert",
        text: "Revert to file",
        menu: Menu::File,
        shortcuts: &[],
        icon: "history",
        tooltip: "Read the file again, giving up changes",
        enabled: can_revert,
        make: |_| FileCommand::Revert.into(),
    },
    CommandInfo {
        id: "import",
        text: "Import…",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('I')],
        icon: "file_open",
        tooltip: "Read documents of other tools, such as AsyncAPI, as a design",
        enabled: always,
        make: |_| ExchangeCommand::ImportDialog.into(),
    },
    CommandInfo {
        id: "export",
        text: "Export…",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('E')],
        icon: "ios_share",
        tooltip: "Make pictures, diagrams, pages or tables of the design",
        enabled: has_design,
        make: |_| ExchangeCommand::ExportDialog.into(),
    },
    CommandInfo {
        id: "close",
        text: "Close design",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('W')],
        icon: "close",
        tooltip: "Close the design and show the gallery",
        enabled: has_design,
        make: |_| FileCommand::CloseDesign.into(),
    },
    CommandInfo {
        id: "quit",
        text: "Quit",
        menu: Menu::File,
        shortcuts: &[Shortcut::ctrl('Q')],
        icon: "logout",
        tooltip: "End Flowbench",
        enabled: always,
        make: |_| FileCommand::Quit.into(),
    },
    CommandInfo {
        id: "undo",
        text: "Undo",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::ctrl('Z')],
        icon: "undo",
        tooltip: "Take back the last change",
        enabled: can_undo,
        make: |_| EditCommand::Undo.into(),
    },
    CommandInfo {
        id: "redo",
        text: "Redo",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::ctrl('Z').shift(), Shortcut::ctrl('Y')],
        icon: "redo",
        tooltip: "Do the last change again that was taken back",
        enabled: can_redo,
        make: |_| EditCommand::Redo.into(),
    },
    CommandInfo {
        id: "select-all",
        text: "Select all",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::ctrl('A')],
        icon: "select_all",
        tooltip: "Select every node and edge",
        enabled: has_design,
        make: |_| EditCommand::SelectAll.into(),
    },
    CommandInfo {
        id: "select-none",
        text: "Select nothing",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::plain(Key::Escape)],
        icon: "deselect",
        tooltip: "Let go of what is selected; from another view, back to the canvas",
        enabled: |session| has_selection(session) || session.stage != Stage::Canvas,
        make: |session| match session.stage {
            Stage::Canvas => Command::select(Selection::None),
            Stage::Schemas | Stage::Compatibility => ViewCommand::Show(Stage::Canvas).into(),
        },
    },
    CommandInfo {
        id: "duplicate",
        text: "Duplicate",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::ctrl('D')],
        icon: "content_copy",
        tooltip: "Add a copy of the selected nodes",
        enabled: has_nodes,
        make: |_| EditCommand::Duplicate.into(),
    },
    CommandInfo {
        id: "rename",
        text: "Rename…",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::plain(Key::Function(2))],
        icon: "edit",
        tooltip: "Type another name for what is selected",
        enabled: can_rename,
        make: |_| EditCommand::RenameSelected.into(),
    },
    CommandInfo {
        id: "delete",
        text: "Delete",
        menu: Menu::Edit,
        shortcuts: &[Shortcut::plain(Key::Delete)],
        icon: "delete",
        tooltip: "Remove what is selected",
        enabled: can_delete,
        make: |_| EditCommand::Delete.into(),
    },
    CommandInfo {
        id: "arrange",
        text: "Arrange automatically",
        menu: Menu::Edit,
        shortcuts: &[],
        icon: "account_tree",
        tooltip: "Let the automatic layout place every node",
        enabled: has_design,
        make: |_| EditCommand::ArrangeAutomatically.into(),
    },
    CommandInfo {
        id: "compare-file",
        text: "Compare with a file…",
        menu: Menu::Design,
        shortcuts: &[],
        icon: "difference",
        tooltip: "Say what changed since the version in another file, and whom it breaks",
        enabled: has_design,
        make: |_| ExchangeCommand::CompareDialog.into(),
    },
    CommandInfo {
        id: "compare-saved",
        text: "Compare with the last saved",
        menu: Menu::Design,
        shortcuts: &[Shortcut::ctrl('D').shift()],
        icon: "history",
        tooltip: "Say what changed since the design was saved or opened, and whom it breaks",
        enabled: has_design,
        make: |_| ExchangeCommand::Compare(Against::Saved).into(),
    },
    CommandInfo {
        id: "compare-head",
        text: "Compare with the last commit",
        menu: Menu::Design,
        shortcuts: &[],
        icon: "commit",
        tooltip: "Say what changed since git HEAD; the file has to lie in a work tree",
        enabled: is_versioned,
        make: |_| ExchangeCommand::Compare(Against::Head).into(),
    },
    CommandInfo {
        id: "stop-comparing",
        text: "Stop comparing",
        menu: Menu::Design,
        shortcuts: &[],
        icon: "close",
        tooltip: "Take the marks of changes off the canvas",
        enabled: |session| session.compared_with().is_some(),
        make: |_| ExchangeCommand::StopComparing.into(),
    },
    CommandInfo {
        id: "zoom-to-fit",
        text: "Zoom to fit",
        menu: Menu::View,
        shortcuts: &[Shortcut::plain(Key::Home)],
        icon: "fit_screen",
        tooltip: "Show the whole design",
        enabled: has_design,
        make: |_| ViewCommand::ZoomToFit.into(),
    },
    CommandInfo {
        id: "zoom-to-selection",
        text: "Zoom to selection",
        menu: Menu::View,
        shortcuts: &[Shortcut::plain(Key::Char('.'))],
        icon: "center_focus_strong",
        tooltip: "Show what is selected",
        enabled: has_items,
        make: |_| ViewCommand::ZoomToSelection.into(),
    },
    CommandInfo {
        id: "zoom-in",
        text: "Zoom in",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('+'), Shortcut::ctrl('=')],
        icon: "zoom_in",
        tooltip: "Come nearer",
        enabled: has_design,
        make: |_| ViewCommand::ZoomIn.into(),
    },
    CommandInfo {
        id: "zoom-out",
        text: "Zoom out",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('-')],
        icon: "zoom_out",
        tooltip: "Step back",
        enabled: has_design,
        make: |_| ViewCommand::ZoomOut.into(),
    },
    CommandInfo {
        id: "find",
        text: "Find…",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('F')],
        icon: "search",
        tooltip: "Search for nodes, edges and messages",
        enabled: has_design,
        make: |_| ViewCommand::Find.into(),
    },
    CommandInfo {
        id: "choose-preset",
        text: "Choose a preset…",
        menu: Menu::Edit,
        shortcuts: &[],
        icon: "tune",
        tooltip: "Give the selected channel the behavior of a broker",
        enabled: has_channel,
        make: |_| ViewCommand::ChoosePreset.into(),
    },
    CommandInfo {
        id: "palette",
        text: "Command palette…",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('P').shift()],
        icon: "terminal",
        tooltip: "Search for a command",
        enabled: always,
        make: |_| ViewCommand::OpenPalette.into(),
    },
    CommandInfo {
        id: "toggle-theme",
        text: "Light or dark",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('T').shift()],
        icon: "contrast",
        tooltip: "Change between the light and the dark theme",
        enabled: always,
        make: |_| ViewCommand::ToggleTheme.into(),
    },
    CommandInfo {
        id: "system-theme",
        text: "Theme of the desktop",
        menu: Menu::View,
        shortcuts: &[],
        icon: "routine",
        tooltip: "Use light or dark as the desktop does",
        enabled: always,
        make: |_| ViewCommand::SetTheme(Theme::System).into(),
    },
    CommandInfo {
        id: "stage-canvas",
        text: "Show the canvas",
        menu: Menu::View,
        shortcuts: &[Shortcut::alt('1')],
        icon: "hub",
        tooltip: "Show the design as a graph, with its run",
        enabled: has_design,
        make: |_| ViewCommand::Show(Stage::Canvas).into(),
    },
    CommandInfo {
        id: "stage-schemas",
        text: "Edit messages and schemas",
        menu: Menu::View,
        shortcuts: &[Shortcut::alt('2')],
        icon: "data_object",
        tooltip: "Show messages with their versions, schemas and examples",
        enabled: has_design,
        make: |_| ViewCommand::Show(Stage::Schemas).into(),
    },
    CommandInfo {
        id: "stage-compatibility",
        text: "Show who can read what",
        menu: Menu::View,
        shortcuts: &[Shortcut::alt('3')],
        icon: "grid_on",
        tooltip: "Show who writes and who reads each message, and whether that goes together",
        enabled: has_design,
        make: |_| ViewCommand::Show(Stage::Compatibility).into(),
    },
    CommandInfo {
        id: "panel-outline",
        text: "Outline panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('1')],
        icon: "account_tree",
        tooltip: "Show or hide the panel: outline",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Outline).into(),
    },
    CommandInfo {
        id: "panel-inspector",
        text: "Inspector panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('2')],
        icon: "tune",
        tooltip: "Show or hide the panel: inspector",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Inspector).into(),
    },
    CommandInfo {
        id: "panel-problems",
        text: "Problems panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('3')],
        icon: "error",
        tooltip: "Show or hide the panel: problems",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Problems).into(),
    },
    CommandInfo {
        id: "panel-messages",
        text: "Messages panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('4')],
        icon: "mail",
        tooltip: "Show or hide the panel: messages",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Messages).into(),
    },
    CommandInfo {
        id: "panel-timeline",
        text: "Timeline panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('5')],
        icon: "timeline",
        tooltip: "Show or hide the panel: timeline",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Timeline).into(),
    },
    CommandInfo {
        id: "panel-log",
        text: "Log panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('6')],
        icon: "list_alt",
        tooltip: "Show or hide the panel: log",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Log).into(),
    },
    CommandInfo {
        id: "panel-dead-letters",
        text: "Dead letters panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('7')],
        icon: "unsubscribe",
        tooltip: "Show or hide the panel: dead letters",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::DeadLetters).into(),
    },
    CommandInfo {
        id: "panel-trace",
        text: "Trace panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('8')],
        icon: "route",
        tooltip: "Show or hide the panel: trace",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Trace).into(),
    },
    CommandInfo {
        id: "panel-metrics",
        text: "Metrics panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('9')],
        icon: "monitoring",
        tooltip: "Show or hide the panel: metrics",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Metrics).into(),
    },
    CommandInfo {
        id: "panel-promises",
        text: "Promises panel",
        menu: Menu::View,
        shortcuts: &[Shortcut::ctrl('0')],
        icon: "verified",
        tooltip: "Show or hide the panel: promises",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Promises).into(),
    },
    CommandInfo {
        id: "panel-statistics",
        text: "Statistics panel",
        menu: Menu::View,
        shortcuts: &[],
        icon: "query_stats",
        tooltip: "Show or hide the panel: statistics",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Statistics).into(),
    },
    CommandInfo {
        id: "panel-differences",
        text: "Differences panel",
        menu: Menu::View,
        shortcuts: &[],
        icon: "difference",
        tooltip: "Show or hide the panel: differences",
        enabled: always,
        make: |_| ViewCommand::TogglePanel(PanelKind::Differences).into(),
    },
    CommandInfo {
        id: "play",
        text: "Play or pause",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Space)],
        icon: "play_arrow",
        tooltip: "Let time run, or stop it",
        enabled: can_run,
        make: |_| BenchCommand::TogglePlay.into(),
    },
    CommandInfo {
        id: "step",
        text: "Step one event",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Function(10))],
        icon: "step",
        tooltip: "Go on by one event",
        enabled: can_run,
        make: |_| BenchCommand::StepEvent.into(),
    },
    CommandInfo {
        id: "step-back",
        text: "Step back one event",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Function(10)).shift()],
        icon: "step_out",
        tooltip: "Go back by one event",
        enabled: can_run,
        make: |_| BenchCommand::StepBack.into(),
    },
    CommandInfo {
        id: "seek-start",
        text: "Go to the beginning",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::ctrl_key(Key::Home)],
        icon: "skip_previous",
        tooltip: "Show the beginning of the run",
        enabled: can_run,
        make: |_| BenchCommand::SeekStart.into(),
    },
    CommandInfo {
        id: "seek-end",
        text: "Go to the end",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::ctrl_key(Key::End)],
        icon: "skip_next",
        tooltip: "Show the end of the run",
        enabled: can_run,
        make: |_| BenchCommand::SeekEnd.into(),
    },
    CommandInfo {
        id: "slower",
        text: "Slower",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Char('['))],
        icon: "keyboard_double_arrow_left",
        tooltip: "Let time run slower",
        enabled: can_run,
        make: |_| BenchCommand::Slower.into(),
    },
    CommandInfo {
        id: "faster",
        text: "Faster",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Char(']'))],
        icon: "keyboard_double_arrow_right",
        tooltip: "Let time run faster",
        enabled: can_run,
        make: |_| BenchCommand::Faster.into(),
    },
    CommandInfo {
        id: "inject-down",
        text: "Take down for 10 s",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Char('K'))],
        icon: "power_off",
        tooltip: "From now on, the selected node is down for ten seconds",
        enabled: has_single_node,
        make: inject_down,
    },
    CommandInfo {
        id: "redrive",
        text: "Redrive selected dead letters",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::ctrl('R')],
        icon: "replay",
        tooltip: "Send the selected dead letters back to where they were given up",
        enabled: has_dead_letters,
        make: |_| BenchCommand::RedriveSelected.into(),
    },
    CommandInfo {
        id: "drop",
        text: "Drop selected dead letters",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::ctrl('R').shift()],
        icon: "delete_sweep",
        tooltip: "Discard the selected dead letters for good",
        enabled: has_dead_letters,
        make: |_| BenchCommand::DropSelected.into(),
    },
    CommandInfo {
        id: "fork",
        text: "Fork here",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::ctrl('B')],
        icon: "fork_right",
        tooltip: "Keep this scenario as it is and go on from this instant in one of its own",
        enabled: can_run,
        make: |_| BenchCommand::Fork.into(),
    },
    CommandInfo {
        id: "explicit-faults",
        text: "Make random faults explicit",
        menu: Menu::Bench,
        shortcuts: &[],
        icon: "casino",
        tooltip: "Write the places and instants that chance has drawn into the scenario",
        enabled: has_drawn_faults,
        make: |_| BenchCommand::MakeFaultsExplicit.into(),
    },
    CommandInfo {
        id: "verify",
        text: "Verify run",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Function(9))],
        icon: "fact_check",
        tooltip: "Run once more and compare every entry",
        enabled: can_verify,
        make: |_| BenchCommand::Verify.into(),
    },
    CommandInfo {
        id: "replicate",
        text: "Run replications",
        menu: Menu::Bench,
        shortcuts: &[Shortcut::plain(Key::Function(9)).shift()],
        icon: "query_stats",
        tooltip: "Run the scenario with many seeds, and say how exactly its numbers are known",
        enabled: can_replicate,
        make: |_| BenchCommand::Replicate.into(),
    },
    CommandInfo {
        id: "stop-replicating",
        text: "Stop replications",
        menu: Menu::Bench,
        shortcuts: &[],
        icon: "stop",
        tooltip: "Give up the replications that are being computed",
        enabled: |session| session.bench.replicating.progress().is_some(),
        make: |_| BenchCommand::StopReplicating.into(),
    },
    CommandInfo {
        id: "shortcuts",
        text: "Keyboard shortcuts",
        menu: Menu::Help,
        shortcuts: &[Shortcut::plain(Key::Char('?'))],
        icon: "keyboard",
        tooltip: "Show which keys do what",
        enabled: always,
        make: |_| ViewCommand::ShowShortcuts.into(),
    },
    CommandInfo {
        id: "about",
        text: "About Flowbench",
        menu: Menu::Help,
        shortcuts: &[],
        icon: "info",
        tooltip: "Say what this program is",
        enabled: always,
        make: |_| ViewCommand::ShowAbout.into(),
    },
];

fn always(_: &Session) -> bool {
    true
}

fn has_design(session: &Session) -> bool {
    session.document.is_some()
}

fn can_revert(session: &Session) -> bool {
    session
        .document
        .as_ref()
        .is_some_and(|document| document.path.is_some() && document.is_unsaved())
}

fn is_versioned(session: &Session) -> bool {
    let path = session.document.as_ref().and_then(|document| document.path.as_deref());
    path.is_some_and(git::is_versioned)
}

fn can_undo(session: &Session) -> bool {
    session.document.as_ref().is_some_and(|document| document.history().undo_label().is_some())
}

fn can_redo(session: &Session) -> bool {
    session.document.as_ref().is_some_and(|document| document.history().redo_label().is_some())
}

fn can_run(session: &Session) -> bool {
    session.design().is_some_and(|design| !design.scenarios.is_empty())
}

fn has_selection(session: &Session) -> bool {
    session.selection != Selection::None
}

fn has_items(session: &Session) -> bool {
    session.selection.as_items().is_some()
}

fn has_nodes(session: &Session) -> bool {
    session.selection.as_items().is_some_and(|items| !items.nodes.is_empty())
}

fn has_single_node(session: &Session) -> bool {
    can_run(session) && session.selection.single_node().is_some()
}

fn has_channel(session: &Session) -> bool {
    let node = session.selection.single_node();
    let node = node.zip(session.design()).and_then(|(name, design)| design.node(name));
    node.is_some_and(|node| node.is_channel())
}

fn can_rename(session: &Session) -> bool {
    // Elsewhere what is selected is not in sight.
    if session.stage != Stage::Canvas {
        return false;
    }
    match &session.selection {
        Selection::Items(_) => session.selection.single_node().is_some(),
        Selection::MessageType(_)
        | Selection::Context(_)
        | Selection::Promise(_)
        | Selection::Scenario(_)
        | Selection::Preset(_) => true,
        Selection::None
        | Selection::Fault { .. }
        | Selection::Message(_)
        | Selection::DeadLetters { .. } => false,
    }
}

fn can_delete(session: &Session) -> bool {
    if session.stage != Stage::Canvas {
        return false;
    }
    match &session.selection {
        Selection::None | Selection::Message(_) | Selection::DeadLetters { .. } => false,
        Selection::Items(_)
        | Selection::MessageType(_)
        | Selection::Context(_)
        | Selection::Promise(_)
        | Selection::Scenario(_)
        | Selection::Preset(_)
        | Selection::Fault { .. } => true,
    }
}

fn has_dead_letters(session: &Session) -> bool {
    matches!(session.selection, Selection::DeadLetters { .. })
}

fn can_verify(session: &Session) -> bool {
    let bench = &session.bench;
    let has_run = bench.recording.is_some() && bench.computed_to.is_none();
    has_run && !bench.comparisons.is_verifying()
}

fn can_replicate(session: &Session) -> bool {
    can_run(session) && session.bench.replicating.progress().is_none()
}

fn has_drawn_faults(session: &Session) -> bool {
    let scenario = session.design().and_then(|design| session.bench.effective_scenario(design));
    scenario.is_some_and(|scenario| !scenario.faults.iter().all(faults::is_explicit))
}

fn inject_down(session: &Session) -> Command {
    let node = session.selection.single_node().unwrap_or_default().to_owned();
    BenchCommand::InjectNow(FaultKind::at_node("Down", node), Some(Span::from_secs(10))).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_commands_share_an_id_or_a_key() {
        let ids: BTreeSet<&str> = COMMANDS.iter().map(|command| command.id).collect();
        assert_eq!(ids.len(), COMMANDS.len());
        let keys: Vec<String> = COMMANDS
            .iter()
            .flat_map(|command| command.shortcuts)
            .map(ToString::to_string)
            .collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{keys:?}");
    }

    #[test]
    fn each_command_can_be_asked_for_in_an_empty_session() {
        for info in COMMANDS {
            let mut session = Session::default();
            let command = (info.make)(&session);
            session.apply(command);
            assert!(session.document.is_none() || info.id == "new", "{}", info.id);
        }
    }
}
