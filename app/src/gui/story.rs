//! The record of a run in words: which message, where, what happened, and of which group it is.

use egui::Color32;
use flowbench_model::name::MessageName;
use flowbench_model::node::Role;
use flowbench_model::publishing::CLAIM_CHECK;
use flowbench_simulator::message::MessageId;
use flowbench_simulator::plan::{EdgeIndex, NodeIndex, Plan};
use flowbench_simulator::record::{
    DropReason, Entry, EntryKind, Failure, PlaceKind, Record, UNWANTED,
};
use flowbench_simulator::recording::Recording;

use crate::gui::clock;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::Colors;

/// Entries that one looks for together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Messages that came into being and into channels.
    Published,
    /// Attempts that began.
    Delivered,
    /// Attempts that ended well.
    Acknowledged,
    /// Attempts that failed, and what follows for the message.
    Failed,
    /// Messages that were given up, and sent back.
    DeadLettered,
    /// Messages that waited too long.
    Expired,
    /// Messages that are gone.
    Dropped,
    /// Requests and replies.
    Calls,
    /// Faults and what operators do.
    Operations,
}

impl Group {
    /// Every group.
    pub const ALL: [Group; 9] = [
        Group::Published,
        Group::Delivered,
        Group::Acknowledged,
        Group::Failed,
        Group::DeadLettered,
        Group::Expired,
        Group::Dropped,
        Group::Calls,
        Group::Operations,
    ];

    /// What a filter calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Group::Published => "Published",
            Group::Delivered => "Delivered",
            Group::Acknowledged => "Acknowledged",
            Group::Failed => "Failed",
            Group::DeadLettered => "Dead letters",
            Group::Expired => "Expired",
            Group::Dropped => "Dropped",
            Group::Calls => "Calls",
            Group::Operations => "Faults and actions",
        }
    }

    /// The group of an entry.
    #[must_use]
    pub fn of(kind: EntryKind) -> Group {
        match kind {
            EntryKind::Published
            | EntryKind::Arrived
            | EntryKind::Duplicated
            | EntryKind::Row
            | EntryKind::Blob => Group::Published,
            EntryKind::Delivered | EntryKind::Awaits => Group::Delivered,
            EntryKind::Acknowledged
            | EntryKind::AcknowledgedLate
            | EntryKind::Handled
            | EntryKind::Moved
            | EntryKind::Suppressed => Group::Acknowledged,
            EntryKind::Failed
            | EntryKind::RetryScheduled
            | EntryKind::Returned
            | EntryKind::Refused
            | EntryKind::LeaseExpired
            | EntryKind::Flagged
            | EntryKind::Continued
            | EntryKind::ReplyTimedOut => Group::Failed,
            EntryKind::DeadLettered | EntryKind::Advised | EntryKind::Redriven => {
                Group::DeadLettered
            }
            EntryKind::Expired => Group::Expired,
            EntryKind::Dropped => Group::Dropped,
            EntryKind::CallSent
            | EntryKind::CallServed
            | EntryKind::CallReturned
            | EntryKind::CallRejected
            | EntryKind::CallFailed => Group::Calls,
            EntryKind::RetryDenied | EntryKind::Throttled => Group::Failed,
            EntryKind::FaultStarted
            | EntryKind::FaultEnded
            | EntryKind::Struck
            | EntryKind::Assigned
            | EntryKind::BreakerOpened
            | EntryKind::BreakerHalfOpened
            | EntryKind::BreakerClosed
            | EntryKind::ScaleOrdered
            | EntryKind::Scaled
            | EntryKind::Replayed
            | EntryKind::Acted => Group::Operations,
        }
    }
}

/// Where an entry belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spot {
    /// A node of the plan.
    Node(NodeIndex),
    /// An edge of the plan.
    Edge(EdgeIndex),
    /// A fault of the plan.
    Fault(u32),
    /// An action of the plan.
    Action(u32),
}

/// Where an entry belongs, by its kind.
#[must_use]
pub fn spot(entry: &Entry) -> Spot {
    match entry.place_kind() {
        PlaceKind::Node => Spot::Node(entry.place),
        PlaceKind::Edge => Spot::Edge(entry.place),
        PlaceKind::Fault => Spot::Fault(entry.place),
        PlaceKind::Action => Spot::Action(entry.place),
    }
}

/// The icon of what happened.
#[must_use]
pub fn icon(kind: EntryKind) -> Icon {
    match kind {
        EntryKind::Published => icons::PUBLISH,
        EntryKind::Arrived => icons::QUEUE,
        EntryKind::Duplicated => icons::DUPLICATION,
        EntryKind::Delivered => icons::SUBSCRIBE,
        EntryKind::Acknowledged | EntryKind::AcknowledgedLate | EntryKind::Handled => icons::OK,
        EntryKind::Suppressed => icons::IDEMPOTENT,
        EntryKind::Failed
        | EntryKind::CallFailed
        | EntryKind::CallRejected
        | EntryKind::RetryDenied
        | EntryKind::Refused => icons::ERROR,
        EntryKind::BreakerOpened | EntryKind::BreakerHalfOpened | EntryKind::BreakerClosed => {
            icons::BREAKER
        }
        EntryKind::ScaleOrdered | EntryKind::Scaled => icons::SCALING,
        EntryKind::RetryScheduled | EntryKind::Throttled | EntryKind::Awaits => icons::LATENCY,
        EntryKind::Returned => icons::UNDO,
        EntryKind::DeadLettered | EntryKind::Advised => icons::DEAD_LETTER,
        EntryKind::Expired | EntryKind::LeaseExpired | EntryKind::ReplyTimedOut => icons::TIMEOUT,
        EntryKind::Dropped => icons::DELETE,
        EntryKind::Redriven | EntryKind::Replayed => icons::RETRY,
        EntryKind::CallSent | EntryKind::CallServed => icons::CALL,
        EntryKind::CallReturned => icons::REPLY,
        EntryKind::FaultStarted
        | EntryKind::FaultEnded
        | EntryKind::Struck
        | EntryKind::Flagged
        | EntryKind::Continued => icons::WARNING,
        EntryKind::Moved | EntryKind::Row | EntryKind::Blob => icons::STATE,
        EntryKind::Acted | EntryKind::Assigned => icons::ACTION,
    }
}

/// The color of what happened.
#[must_use]
pub fn color(kind: EntryKind, colors: &Colors) -> Color32 {
    match kind {
        EntryKind::Published | EntryKind::Duplicated => colors.producer,
        EntryKind::Arrived => colors.channel,
        EntryKind::Delivered => colors.consumer,
        EntryKind::Acknowledged
        | EntryKind::AcknowledgedLate
        | EntryKind::Handled
        | EntryKind::Suppressed => colors.ok,
        EntryKind::Failed
        | EntryKind::CallFailed
        | EntryKind::ReplyTimedOut
        | EntryKind::FaultStarted
        | EntryKind::Refused
        | EntryKind::CallRejected
        | EntryKind::BreakerOpened
        | EntryKind::Dropped => colors.error,
        EntryKind::BreakerClosed => colors.ok,
        EntryKind::ScaleOrdered | EntryKind::Scaled => colors.accent,
        EntryKind::RetryDenied
        | EntryKind::Throttled
        | EntryKind::Awaits
        | EntryKind::BreakerHalfOpened
        | EntryKind::RetryScheduled
        | EntryKind::Returned
        | EntryKind::LeaseExpired
        | EntryKind::Flagged
        | EntryKind::Continued
        | EntryKind::Expired => colors.warn,
        EntryKind::DeadLettered | EntryKind::Advised => colors.dead_letter,
        EntryKind::Redriven
        | EntryKind::Replayed
        | EntryKind::Acted
        | EntryKind::Assigned
        | EntryKind::Moved
        | EntryKind::Row
        | EntryKind::Blob => colors.accent,
        EntryKind::CallSent
        | EntryKind::CallServed
        | EntryKind::CallReturned
        | EntryKind::FaultEnded
        | EntryKind::Struck => colors.muted,
    }
}

/// A recording that can be told.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    /// The names.
    pub plan: &'a Plan,
    /// What happened.
    pub record: &'a Record,
}

impl<'a> Story<'a> {
    /// The story of a recording.
    #[must_use]
    pub fn of(recording: &'a Recording) -> Story<'a> {
        Story { plan: recording.plan(), record: recording.record() }
    }

    /// The name of a message.
    #[must_use]
    pub fn name(&self, message: MessageId) -> Option<MessageName> {
        let lineage = self.record.lineage(message)?;
        let source = self.plan.nodes[lineage.source as usize].name.clone();
        Some(MessageName { source, number: u64::from(lineage.number) })
    }

    /// The message of a name. Cost: one pass over the messages.
    #[must_use]
    pub fn find(&self, name: &MessageName) -> Option<MessageId> {
        let source = self.plan.node_named(&name.source)?;
        (0..self.record.messages()).map(|index| MessageId(index as u32)).find(|id| {
            self.record.lineage(*id).is_some_and(|lineage| {
                lineage.source == source && u64::from(lineage.number) == name.number
            })
        })
    }

    /// The name of the type of a message.
    #[must_use]
    pub fn type_name(&self, message: MessageId) -> &'a str {
        let lineage = self.record.lineage(message);
        lineage.map_or("", |lineage| self.plan.type_name(lineage.message_type))
    }

    /// Where an entry belongs, by name.
    #[must_use]
    pub fn place(&self, entry: &Entry) -> String {
        match spot(entry) {
            Spot::Node(node) => self.node(node).to_owned(),
            Spot::Edge(edge) => {
                let edge = &self.plan.edges[edge as usize];
                format!("{} → {}", self.node(edge.from), self.node(edge.to))
            }
            Spot::Fault(index) => {
                let faults = self.plan.faults.get(index as usize);
                faults.map_or_else(String::new, |fault| target(&fault.kind))
            }
            Spot::Action(_) => "operator".to_owned(),
        }
    }

    /// The state that an instance of a pattern went to, as its card calls it.
    fn state(&self, entry: &Entry) -> Option<&str> {
        if entry.kind == EntryKind::Blob {
            return CLAIM_CHECK.states.get(entry.detail as usize).map(|state| state.name);
        }
        let node = self.plan.nodes.get(entry.place as usize)?;
        match &self.plan.design.nodes[node.design_index].role {
            Role::Consumer(consumer) if entry.kind == EntryKind::Row => {
                let card = consumer.publishing.card()?;
                card.states.get(entry.detail as usize).map(|state| state.name)
            }
            Role::Consumer(consumer) => consumer.pattern.state_name(entry.detail as usize),
            Role::Producer(_) | Role::Channel(_) => None,
        }
    }

    /// The fault of an entry, in a few words.
    fn fault(&self, entry: &Entry) -> String {
        let fault = self.plan.faults.get(entry.place as usize);
        fault.map_or_else(String::new, |it| crate::gui::words::fault(&it.kind))
    }

    /// What happened, with the reason or the delay that belongs to it.
    #[must_use]
    pub fn happening(&self, entry: &Entry) -> String {
        let word = entry.kind.word();
        match entry.kind {
            EntryKind::Delivered if entry.attempt > 1 => {
                format!("{word}, attempt {}", entry.attempt)
            }
            EntryKind::Failed
            | EntryKind::Returned
            | EntryKind::Advised
            | EntryKind::LeaseExpired
            | EntryKind::DeadLettered
            | EntryKind::CallRejected
            | EntryKind::RetryDenied
            | EntryKind::Continued
            | EntryKind::CallFailed => {
                let reason = Failure::from_detail(entry.detail).map_or("", Failure::text);
                let attempt = attempt(entry);
                format!("{word}{attempt}: {reason}")
            }
            EntryKind::RetryScheduled | EntryKind::Throttled => {
                format!("{word} for {}", clock::length(entry.detail))
            }
            EntryKind::BreakerOpened | EntryKind::BreakerClosed => counted(entry, "failure"),
            EntryKind::ScaleOrdered | EntryKind::Scaled => counted(entry, "instance"),
            EntryKind::Dropped => format!("{word}: {}", dropped(entry)),
            EntryKind::FaultStarted | EntryKind::FaultEnded | EntryKind::Struck => {
                format!("{word}: {}", self.fault(entry))
            }
            EntryKind::Acted => self.acted(entry),
            EntryKind::Assigned => format!("partition {} {word}", entry.detail),
            EntryKind::Acknowledged | EntryKind::Handled if entry.detail == 1 => {
                format!("{word}, had its effect before")
            }
            EntryKind::Acknowledged if entry.detail == UNWANTED => {
                format!("{word} unread, the consumer does not want it")
            }
            EntryKind::Moved | EntryKind::Row | EntryKind::Blob => {
                format!("{word}: {}", self.state(entry).unwrap_or("?"))
            }
            EntryKind::Published
            | EntryKind::Arrived
            | EntryKind::Duplicated
            | EntryKind::Delivered
            | EntryKind::Flagged
            | EntryKind::Acknowledged
            | EntryKind::AcknowledgedLate
            | EntryKind::Handled
            | EntryKind::Refused
            | EntryKind::Suppressed
            | EntryKind::Awaits
            | EntryKind::Expired
            | EntryKind::Redriven
            | EntryKind::Replayed
            | EntryKind::CallSent
            | EntryKind::CallServed
            | EntryKind::CallReturned
            | EntryKind::BreakerHalfOpened
            | EntryKind::ReplyTimedOut => word.to_owned(),
        }
    }

    fn acted(&self, entry: &Entry) -> String {
        let action = self.plan.actions.get(entry.place as usize);
        let what = action.map_or_else(String::new, |it| crate::gui::words::action(&it.what));
        format!("{}: {what} ({} messages)", entry.kind.word(), entry.detail)
    }

    fn node(&self, node: NodeIndex) -> &'a str {
        self.plan.nodes.get(node as usize).map_or("", |node| node.name.as_str())
    }
}

fn counted(entry: &Entry, thing: &str) -> String {
    format!("{}: {}", entry.kind.word(), crate::gui::words::count(entry.detail, thing))
}

fn attempt(entry: &Entry) -> String {
    match entry.attempt {
        0 => String::new(),
        attempt => format!(" (attempt {attempt})"),
    }
}

/// Where a fault strikes: `payment`, `orders → payment`.
#[must_use]
pub fn target(kind: &flowbench_model::fault::FaultKind) -> String {
    kind.target().to_string().replace("->", "→")
}

/// Why what an entry is about is gone.
fn dropped(entry: &Entry) -> &'static str {
    DropReason::from_detail(entry.detail).map_or("", DropReason::text)
}
