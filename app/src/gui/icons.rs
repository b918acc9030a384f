//! The icons of the workbench, by what they mean here.

use std::sync::Arc;

use egui_material_icons::icons as all;
use flowbench_model::edge::EdgeKind;
use flowbench_model::fault::FaultKind;
use flowbench_model::faults::{Family, FaultCard};
use flowbench_model::finding::Severity;
use flowbench_model::message::MessageKind;
use flowbench_model::node::Role;
use flowbench_model::preset::Preset;
use flowbench_model::preset::shape::Shape;
use flowbench_model::summary::Sign;

/// A letter of the icon font.
pub type Icon = &'static str;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $source:ident;)*) => {
        $($(#[$doc])* pub const $name: Icon = all::$source.codepoint;)*
    };
}

icons! {
    /// Something to add.
    ADD = ICON_ADD;
    /// Something to remove.
    DELETE = ICON_DELETE;
    /// Closes.
    CLOSE = ICON_CLOSE;
    /// Goes back to the gallery.
    HOME = ICON_GRID_VIEW;
    /// Undo.
    UNDO = ICON_UNDO;
    /// Redo.
    REDO = ICON_REDO;
    /// Finds.
    SEARCH = ICON_SEARCH;
    /// The command palette.
    COMMANDS = ICON_KEYBOARD_COMMAND_KEY;
    /// Many runs.
    STATISTICS = ICON_QUERY_STATS;
    /// Gives up.
    STOP = ICON_STOP;
    /// To the dark theme.
    DARK = ICON_DARK_MODE;
    /// To the light theme.
    LIGHT = ICON_LIGHT_MODE;
    /// A folder.
    FOLDER = ICON_FOLDER;
    /// Opens a file.
    OPEN = ICON_FOLDER_OPEN;
    /// A file.
    FILE = ICON_DESCRIPTION;
    /// Something recent.
    RECENT = ICON_HISTORY;
    /// All on the screen.
    FIT = ICON_FIT_SCREEN;
    /// Closer.
    ZOOM_IN = ICON_ADD;
    /// Further away.
    ZOOM_OUT = ICON_REMOVE;
    /// Opened.
    EXPANDED = ICON_KEYBOARD_ARROW_DOWN;
    /// Closed.
    COLLAPSED = ICON_KEYBOARD_ARROW_RIGHT;
    /// To the previous.
    UP = ICON_ARROW_UPWARD;
    /// Leads on.
    FORWARD = ICON_ARROW_FORWARD;
    /// A producer.
    PRODUCER = ICON_SENSORS;
    /// A queue.
    QUEUE = ICON_INBOX;
    /// A topic.
    TOPIC = ICON_HUB;
    /// A consumer.
    CONSUMER = ICON_MEMORY;
    /// Publishes.
    PUBLISH = ICON_UPLOAD;
    /// Subscribes.
    SUBSCRIBE = ICON_DOWNLOAD;
    /// Calls.
    CALL = ICON_SYNC_ALT;
    /// Dead letters.
    DEAD_LETTER = ICON_MARKUNREAD_MAILBOX;
    /// Tries again.
    RETRY = ICON_REPLAY;
    /// An ordering key.
    KEY = ICON_KEY;
    /// Acknowledged on receipt.
    ON_RECEIPT = ICON_MARK_EMAIL_READ;
    /// A time limit.
    TIMEOUT = ICON_TIMER;
    /// A delay.
    LATENCY = ICON_SCHEDULE;
    /// Handles repetitions.
    IDEMPOTENT = ICON_VERIFIED_USER;
    /// An event.
    EVENT = ICON_BOLT;
    /// A command message.
    COMMAND_MESSAGE = ICON_SEND;
    /// A query.
    QUERY = ICON_HELP;
    /// A reply.
    REPLY = ICON_REPLY;
    /// A message in general.
    MESSAGE = ICON_MAIL;
    /// A scenario.
    SCENARIO = ICON_MOVIE;
    /// A promise.
    PROMISE = ICON_VERIFIED;
    /// A channel that keeps what it is given.
    LOG_CHANNEL = ICON_VIEW_WEEK;
    /// A channel that passes on what it is given.
    ROUTER = ICON_ALT_ROUTE;
    /// A binding.
    BIND = ICON_LINK;
    /// Back to what it was.
    RESET = ICON_RESTART_ALT;
    /// Settled by a person.
    BY_HAND = ICON_BACK_HAND;
    /// Chooses by what messages say.
    FILTER = ICON_FILTER_ALT;
    /// Who is served first.
    PRIORITY = ICON_LOW_PRIORITY;
    /// Several that share.
    GROUP = ICON_GROUPS;
    /// A preset of channels.
    PRESET = ICON_TUNE;
    /// From one bounded context to another.
    TRANSLATION = ICON_TRANSLATE;
    /// A bounded context.
    CONTEXT = ICON_SELECT_ALL;
    /// The design.
    DESIGN = ICON_ACCOUNT_TREE;
    /// An error.
    ERROR = ICON_ERROR;
    /// A warning.
    WARNING = ICON_WARNING;
    /// Good to know.
    INFO = ICON_INFO;
    /// All is well.
    OK = ICON_CHECK_CIRCLE;
    /// Mends.
    FIX = ICON_BUILD;
    /// Plays.
    PLAY = ICON_PLAY_ARROW;
    /// Pauses.
    PAUSE = ICON_PAUSE;
    /// One event on.
    STEP = ICON_SKIP_NEXT;
    /// One event back.
    STEP_BACK = ICON_SKIP_PREVIOUS;
    /// To the start.
    START = ICON_FIRST_PAGE;
    /// To the end.
    END = ICON_LAST_PAGE;
    /// How fast.
    SPEED = ICON_SPEED;
    /// What happened.
    LOG = ICON_LIST_ALT;
    /// Down.
    DOWN = ICON_POWER_SETTINGS_NEW;
    /// Slow.
    SLOW = ICON_HOURGLASS_TOP;
    /// Failing.
    FAILING = ICON_HEART_BROKEN;
    /// Poison.
    POISON = ICON_SKULL;
    /// Lost.
    LOSS = ICON_LINK_OFF;
    /// Twice.
    DUPLICATION = ICON_CONTENT_COPY;
    /// Copies to the clipboard.
    COPY = ICON_CONTENT_COPY;
    /// Comes from other tools.
    IMPORT = ICON_FILE_OPEN;
    /// What changed from version to version.
    DIFFERENCE = ICON_DIFFERENCE;
    /// Goes to other tools.
    EXPORT = ICON_IOS_SHARE;
    /// Looked at by people.
    PICTURE = ICON_IMAGE;
    /// A diagram in text.
    DIAGRAM = ICON_SCHEMA;
    /// Pages of a site.
    PAGES = ICON_MENU_BOOK;
    /// A contract.
    CONTRACT = ICON_HANDSHAKE;
    /// A table.
    TABLE = ICON_TABLE;
    /// Renames.
    RENAME = ICON_EDIT;
    /// Something that is on.
    CHECK = ICON_CHECK;
    /// What is different.
    CHANGE = ICON_TUNE;
    /// What an operator does.
    ACTION = ICON_ENGINEERING;
    /// An instance of a pattern goes to another state.
    STATE = ICON_SCHEMA;
    /// More to choose from.
    MORE = ICON_MORE_HORIZ;
    /// Keys of the keyboard.
    KEYBOARD = ICON_KEYBOARD;
    /// A left panel.
    LEFT_PANEL = ICON_LEFT_PANEL_CLOSE;
    /// A right panel.
    RIGHT_PANEL = ICON_RIGHT_PANEL_CLOSE;
    /// A bottom panel.
    BOTTOM_PANEL = ICON_BOTTOM_PANEL_CLOSE;
    /// A scenario that was made of another one.
    FORK = ICON_FORK_RIGHT;
    /// Running once more and comparing.
    VERIFY = ICON_FACT_CHECK;
    /// A fingerprint of a record.
    HASH = ICON_TAG;
    /// Downwards.
    DOWNWARD = ICON_ARROW_DOWNWARD;
    /// To the newest.
    BOTTOM = ICON_VERTICAL_ALIGN_BOTTOM;
    /// Links to where something comes from.
    CAUSE = ICON_ACCOUNT_TREE;
    /// A circuit breaker.
    BREAKER = ICON_ELECTRICAL_SERVICES;
    /// A bulkhead.
    BULKHEAD = ICON_VIEW_WEEK;
    /// A retry budget.
    BUDGET = ICON_SAVINGS;
    /// A schema.
    SCHEMA = ICON_DATA_OBJECT;
    /// Who writes, and who reads.
    MATRIX = ICON_GRID_ON;
    /// It can be read.
    READS = ICON_CHECK;
    /// It cannot be read.
    BREAKS = ICON_CLOSE;
    /// Nobody knows.
    UNKNOWN = ICON_QUESTION_MARK;
    /// From one to the next.
    NEXT = ICON_ARROW_FORWARD;
    /// Made by the machine.
    GENERATE = ICON_AUTO_AWESOME;
    /// Instances that come and go.
    SCALING = ICON_STACKS;
}

/// The icon of a node of a design with these presets of its own.
#[must_use]
pub fn role(role: &Role, own: &[Arc<Preset>]) -> Icon {
    match role {
        Role::Producer(_) => PRODUCER,
        Role::Channel(channel) => shape(Shape::of(channel, own)),
        Role::Consumer(_) => CONSUMER,
    }
}

/// The icon of a channel.
#[must_use]
pub fn shape(shape: Shape) -> Icon {
    match shape {
        Shape::Queue => QUEUE,
        Shape::Topic => TOPIC,
        Shape::Log => LOG_CHANNEL,
        Shape::Router => ROUTER,
    }
}

/// The icon of an edge.
#[must_use]
pub fn edge(kind: EdgeKind) -> Icon {
    match kind {
        EdgeKind::Publish => PUBLISH,
        EdgeKind::Subscribe => SUBSCRIBE,
        EdgeKind::Call => CALL,
        EdgeKind::Bind => BIND,
    }
}

/// The icon of a message type.
#[must_use]
pub fn message(kind: MessageKind) -> Icon {
    match kind {
        MessageKind::Event => EVENT,
        MessageKind::Command => COMMAND_MESSAGE,
        MessageKind::Query => QUERY,
        MessageKind::Reply => REPLY,
    }
}

/// The icon of a severity.
#[must_use]
pub fn severity(severity: Severity) -> Icon {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => INFO,
    }
}

/// The icon of a term of a contract.
#[must_use]
pub fn term(sign: Sign) -> Icon {
    match sign {
        Sign::OnReceipt => ON_RECEIPT,
        Sign::Key => KEY,
        Sign::Timeout => TIMEOUT,
        Sign::Retry => RETRY,
        Sign::Filter => FILTER,
        Sign::Latency => LATENCY,
        Sign::Group => GROUP,
        Sign::Priority => PRIORITY,
        Sign::DeadLetter => DEAD_LETTER,
        Sign::CircuitBreaker => BREAKER,
        Sign::Bulkhead => BULKHEAD,
        Sign::RetryBudget => BUDGET,
        Sign::Translation => TRANSLATION,
    }
}

/// The icon of a fault.
#[must_use]
pub fn fault(kind: &FaultKind) -> Icon {
    card(kind.card())
}

/// The icon of a kind of fault: its own, or that of its family.
#[must_use]
pub fn card(card: &FaultCard) -> Icon {
    match card.word {
        "Down" | "BrokerDown" | "ProducerCrash" | "DomainFailure" | "Disabled" | "RelayDown" => {
            DOWN
        }
        "Slow" | "SlowBroker" | "Pause" | "ProducerPause" => SLOW,
        "Failing" | "DependencyDown" => FAILING,
        "Poison" | "Corruption" => POISON,
        "Loss" | "Partition" | "ConnectionReset" | "AckedLoss" | "DualWrite" => LOSS,
        "Delay" | "LateEvent" | "ClockSkew" | "SchedulerMiss" => LATENCY,
        "Duplication" | "DuplicatePublish" | "PublishAckLost" | "AckLost" | "DedupLoss" => {
            DUPLICATION
        }
        "HotKey" | "HeaderMissing" => KEY,
        "Burst" | "Throttling" | "Clog" => SPEED,
        "EarlyExpiry" | "RetentionExpiry" | "LeaseTooShort" => TIMEOUT,
        "DeadLetterDown" => DEAD_LETTER,
        "RedriveStorm" | "Replay" | "OffsetReset" => RETRY,
        _ => family(card.family),
    }
}

/// The icon of a family of faults.
#[must_use]
pub fn family(family: Family) -> Icon {
    match family {
        Family::Producer => PRODUCER,
        Family::Message => MESSAGE,
        Family::Link => CALL,
        Family::Broker => QUEUE,
        Family::Consumer => CONSUMER,
        Family::Time => LATENCY,
        Family::Operator => ACTION,
        Family::Domain => CONTEXT,
    }
}

/// The icon of this name in the command table; a neutral dot if the font has none.
#[must_use]
pub fn named(name: &str) -> Icon {
    let icon = match name {
        "account_tree" => all::ICON_ACCOUNT_TREE,
        "add" => all::ICON_ADD,
        "casino" => all::ICON_CASINO,
        "center_focus_strong" => all::ICON_CENTER_FOCUS_STRONG,
        "close" => all::ICON_CLOSE,
        "content_copy" => all::ICON_CONTENT_COPY,
        "contrast" => all::ICON_CONTRAST,
        "data_object" => all::ICON_DATA_OBJECT,
        "delete" => all::ICON_DELETE,
        "delete_sweep" => all::ICON_DELETE_SWEEP,
        "deselect" => all::ICON_DESELECT,
        "edit" => all::ICON_EDIT,
        "error" => all::ICON_ERROR,
        "fact_check" => all::ICON_FACT_CHECK,
        "fit_screen" => all::ICON_FIT_SCREEN,
        "folder_open" => all::ICON_FOLDER_OPEN,
        "fork_right" => all::ICON_FORK_RIGHT,
        "grid_on" => all::ICON_GRID_ON,
        "history" => all::ICON_HISTORY,
        "hub" => all::ICON_HUB,
        "info" => all::ICON_INFO,
        "keyboard" => all::ICON_KEYBOARD,
        "keyboard_double_arrow_left" => all::ICON_KEYBOARD_DOUBLE_ARROW_LEFT,
        "keyboard_double_arrow_right" => all::ICON_KEYBOARD_DOUBLE_ARROW_RIGHT,
        "list_alt" => all::ICON_LIST_ALT,
        "logout" => all::ICON_LOGOUT,
        "mail" => all::ICON_MAIL,
        "monitoring" => all::ICON_MONITORING,
        "play_arrow" => all::ICON_PLAY_ARROW,
        "power_off" => all::ICON_POWER_OFF,
        "query_stats" => all::ICON_QUERY_STATS,
        "redo" => all::ICON_REDO,
        "replay" => all::ICON_REPLAY,
        "route" => all::ICON_ROUTE,
        "routine" => all::ICON_ROUTINE,
        "save" => all::ICON_SAVE,
        "save_as" => all::ICON_SAVE_AS,
        "search" => all::ICON_SEARCH,
        "select_all" => all::ICON_SELECT_ALL,
        "skip_next" => all::ICON_SKIP_NEXT,
        "skip_previous" => all::ICON_SKIP_PREVIOUS,
        "step" => all::ICON_STEP,
        "step_out" => all::ICON_STEP_OUT,
        "stop" => all::ICON_STOP,
        "terminal" => all::ICON_TERMINAL,
        "timeline" => all::ICON_TIMELINE,
        "tune" => all::ICON_TUNE,
        "undo" => all::ICON_UNDO,
        "unsubscribe" => all::ICON_UNSUBSCRIBE,
        "verified" => all::ICON_VERIFIED,
        "zoom_in" => all::ICON_ZOOM_IN,
        "zoom_out" => all::ICON_ZOOM_OUT,
        _ => return exchanged(name),
    };
    icon.codepoint
}

/// The same for what comes from elsewhere, goes there, or is compared.
fn exchanged(name: &str) -> Icon {
    let icon = match name {
        "commit" => all::ICON_COMMIT,
        "difference" => all::ICON_DIFFERENCE,
        "file_open" => all::ICON_FILE_OPEN,
        "ios_share" => all::ICON_IOS_SHARE,
        _ => all::ICON_CIRCLE,
    };
    icon.codepoint
}

#[cfg(test)]
mod tests {
    use crate::command_table::COMMANDS;

    #[test]
    fn every_command_has_an_icon_of_its_own_meaning() {
        let neutral = super::named("");
        for command in COMMANDS {
            assert_ne!(super::named(command.icon), neutral, "{}: {}", command.id, command.icon);
        }
    }
}
