//! Channels: where messages wait and by which rules they are handed out. The rules are orthogonal
//! parameters; a broker is an assignment of them, a [`crate::preset::Preset`].

use serde::{Deserialize, Serialize};

use crate::contract::{Backoff, Filter};
use crate::time::Span;

mod words;

/// Makes an enumeration whose variants can be listed with their meaning.
macro_rules! choices {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// Every value: the word of the file format, and what it means.
            pub const CHOICES: &'static [(&'static str, &'static str)] =
                &[$((stringify!($variant), concat!($($doc),+)),)+];
        }

        impl Listed for $name {
            const KIND: Kind = Kind::Choice(Self::CHOICES);

            fn shown(&self) -> String {
                format!("{self:?}")
            }
        }
    };
}

choices! {
    /// Where messages are kept.
    Storage {
        /// In a store of its own for each subscription; what is settled is gone.
        Queue,
        /// In a log that is appended to; subscriptions read on at a position of their own.
        Log,
        /// Nowhere: only who is there at this moment gets it.
        Transient,
        /// Nowhere: it is passed on at once to the channels and subscribers that match.
        Router,
    }
}

choices! {
    /// Who receives what is published (Enterprise Integration Patterns).
    Delivery {
        /// Point-to-Point Channel: exactly one of the subscribers.
        PointToPoint,
        /// Publish-Subscribe Channel: each subscriber, or each group of them, gets a copy.
        PublishSubscribe,
    }
}

choices! {
    /// How the partition of a message is chosen.
    PartitionBy {
        /// By a hash of its ordering key.
        KeyHash,
        /// By the remainder of its ordering key: the publisher chooses.
        KeyModulo,
        /// One after the other.
        RoundRobin,
        /// The same one until a batch is full, then the next.
        StickyBatch,
    }
}

choices! {
    /// What may be handed out while something is in flight.
    Gate {
        /// Anything: consumers compete.
        Competing,
        /// A partition's next message only when the one before it is done: head-of-line.
        Cursor,
        /// Nothing of an ordering key that has something in flight, unless fetched together.
        KeyLock,
        /// Anything, but to one consumer only; the others stand by.
        SingleActive,
    }
}

choices! {
    /// Which consumer of a subscription gets a message.
    Assignment {
        /// The next one that has room, in turn.
        InTurn,
        /// Any that has room, by chance.
        Random,
        /// Partition p belongs to the (p mod n)-th of n consumers, whether it is there or not.
        Fixed,
        /// Neighboring partitions belong to one consumer; dealt anew when consumers come and go.
        Range,
        /// Partitions are spread evenly and stay where they are as far as possible; dealt anew
        /// when consumers come and go.
        Sticky,
        /// The consumer that owns the ordering key.
        KeyHash,
    }
}

choices! {
    /// How partitions change hands when consumers come and go.
    Rebalance {
        /// Everybody gives up everything first; nothing moves meanwhile.
        Eager,
        /// Only the partitions that move are given up.
        Cooperative,
    }
}

choices! {
    /// When a channel takes a message for handled.
    Settlement {
        /// When its consumer says so, one by one.
        Each,
        /// When its consumer says so, with all before it.
        Cumulative,
        /// When it is handed out.
        OnDelivery,
        /// When a consumer commits a position behind it.
        Offsets,
    }
}

choices! {
    /// When a consumer commits its position.
    Commit {
        /// When it has handled the messages before it.
        AfterProcessing,
        /// When it has fetched them.
        BeforeProcessing,
    }
}

choices! {
    /// What a consumer does with a message that it failed to handle.
    OnFailure {
        /// Gives it back for another attempt (negative acknowledgement, abandon, release).
        Requeue,
        /// Refuses it for good (reject without requeue, dead-letter).
        Reject,
        /// Nothing: the channel finds out when the lease ends.
        Abandon,
    }
}

choices! {
    /// From when a lease counts.
    LeaseStart {
        /// When the message is handed out.
        AtDelivery,
        /// When the consumer begins to work on it.
        AtWork,
    }
}

choices! {
    /// What an acknowledgement is worth that comes after the lease has ended.
    LateAcknowledgement {
        /// It settles the message unless another consumer has done so.
        Accepted,
        /// Nothing: the message is delivered again.
        Refused,
    }
}

choices! {
    /// How many deliveries a delivery limit of L allows.
    LimitAllows {
        /// L.
        Exactly,
        /// L + 1: the limit counts redeliveries.
        OneMore,
    }
}

choices! {
    /// When a delivery limit is looked at.
    LimitChecked {
        /// When the message comes back.
        AtReturn,
        /// When it would be delivered once more.
        AtNextDelivery,
    }
}

choices! {
    /// What counts towards a delivery limit.
    Counted {
        /// The consumer gave it back.
        Requeued,
        /// Its lease ended.
        LeaseExpired,
        /// Its consumer was lost.
        Disconnected,
    }
}

choices! {
    /// Where a message goes that comes back.
    ReturnsTo {
        /// Where it was: in the order of publication.
        OriginalPlace,
        /// Before all that was never delivered, in the order in which they come back.
        FrontInOrderOfReturn,
        /// Behind all that waits.
        Back,
    }
}

choices! {
    /// After what a redelivery is delayed.
    DelayedAfter {
        /// After anything that brings it back.
        Everything,
        /// After its consumer gave it back.
        Requeue,
        /// After its lease ended.
        LeaseExpiry,
    }
}

choices! {
    /// When a message that waited too long is taken out.
    ExpiryEnforced {
        /// At its time, wherever it stands.
        AtOnce,
        /// Once it is the next to be handed out.
        AtHead,
        /// When it would be handed out; nothing happens while nobody receives.
        AtDelivery,
    }
}

choices! {
    /// What counts towards the capacity of a channel.
    CapacityCounts {
        /// What waits to be handed out.
        Ready,
        /// That, and what is in flight.
        All,
    }
}

choices! {
    /// What happens when a channel is full.
    Overflow {
        /// The oldest message makes room.
        DropHead,
        /// The new message is dropped; its publisher does not learn of it.
        DropNewest,
        /// The new message is refused; its publisher learns of it.
        RejectPublish,
        /// Publishers wait until there is room.
        BlockPublisher,
    }
}

choices! {
    /// When a message leaves the store for good.
    Retention {
        /// When it is settled.
        OnAcknowledgement,
        /// When every subscription has settled it; at once if there is none.
        OnAllAcknowledged,
        /// When a limit of time, number or size is reached, settled or not.
        Limits,
    }
}

choices! {
    /// Within what repetitions are recognized.
    DeduplicationScope {
        /// The whole channel.
        Channel,
        /// Messages of the same ordering key.
        Key,
    }
}

choices! {
    /// By what repetitions are recognized.
    DeduplicationBy {
        /// The identity of the message: the one it states, or what is published again.
        Identity,
        /// The ordering key.
        Key,
    }
}

choices! {
    /// What makes a message a dead letter.
    Trigger {
        /// Its consumer refused it for good.
        Rejected,
        /// It waited too long.
        Expired,
        /// The channel was full.
        Overflow,
        /// It was delivered as often as it may be.
        DeliveryLimit,
    }
}

choices! {
    /// What happens to a dead letter.
    DeadLetterAction {
        /// It moves to the dead-letter channel.
        Move,
        /// It stays where it is, never to be delivered again, and an advisory says so.
        Advise,
    }
}

choices! {
    /// How subscribers and bindings may choose by more than the type of a message.
    Filtering {
        /// Not at all.
        Unfiltered,
        /// By a routing key that is equal.
        RoutingKey,
        /// By words of a topic: `*` is one word, `#` any number, between dots.
        Topic,
        /// By tokens of a subject: `*` is one token, `>` the rest, between dots.
        Subject,
        /// By levels of a topic: `+` is one level, `#` the rest, between slashes.
        Levels,
        /// By headers.
        Headers,
        /// By conditions over what the message says, headers included.
        Expression,
    }
}

choices! {
    /// What becomes of a message that no subscription and no binding matches.
    Unroutable {
        /// It is dropped; its publisher does not learn of it.
        Drop,
        /// It goes back to its publisher.
        Return,
    }
}

choices! {
    /// When a publisher learns that its message is safe.
    Confirm {
        /// Never: it sends and forgets.
        Unconfirmed,
        /// When the leader has it.
        Leader,
        /// When all replicas in sync have it.
        AllInSync,
        /// When a majority of the replicas has it.
        Quorum,
        /// When every channel that it is passed on to has it.
        Bound,
    }
}

choices! {
    /// Where a group begins that has no position yet.
    OffsetReset {
        /// With the oldest message there is.
        Earliest,
        /// With the next one.
        Latest,
    }
}

impl Filtering {
    /// Whether a channel that chooses so can do what a filter says.
    #[must_use]
    pub fn keeps(self, filter: &Filter) -> bool {
        let needed = Filtering::of(filter);
        self == needed || (self == Filtering::Expression && needed == Filtering::Headers)
    }

    /// How a channel must choose so that it can do what a filter says.
    #[must_use]
    pub fn of(filter: &Filter) -> Filtering {
        match filter {
            Filter::RoutingKey(_) => Filtering::RoutingKey,
            Filter::Topic(_) => Filtering::Topic,
            Filter::Subject(_) => Filtering::Subject,
            Filter::Levels(_) => Filtering::Levels,
            Filter::AllHeaders(_) | Filter::AnyHeader(_) => Filtering::Headers,
            Filter::Expression(_) => Filtering::Expression,
        }
    }
}

/// What values a parameter has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One of these words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// Any number of these words.
    Set(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Count,
    /// A length of time.
    Length,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A delay from attempt to attempt.
    Delay,
}

/// A type of values that can be offered.
pub trait Listed {
    /// What its values are.
    const KIND: Kind;

    /// The value as people read it.
    fn shown(&self) -> String;
}

macro_rules! listed {
    ($($kind:ident: $($name:ty),+; $show:expr;)+) => {
        $($(impl Listed for $name {
            const KIND: Kind = Kind::$kind;

            fn shown(&self) -> String {
                let show: fn(&$name) -> String = $show;
                show(self)
            }
        })+)+
    };
}

listed! {
    Count: u32, u64; |count| count.to_string();
    Length: Span; |span| span.to_string();
    Number: f64; |number| number.to_string();
    Flag: bool; |is_on| if *is_on { "yes" } else { "no" }.to_owned();
    Delay: Backoff; backoff_in_words;
}

impl<T: Listed + Choices> Listed for Vec<T> {
    const KIND: Kind = Kind::Set(T::ALL);

    fn shown(&self) -> String {
        match self.as_slice() {
            [] => "nothing".to_owned(),
            words => words.iter().map(Listed::shown).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A choice of which several may hold at once.
pub trait Choices {
    /// Every value with its meaning.
    const ALL: &'static [(&'static str, &'static str)];
}

impl Choices for Trigger {
    const ALL: &'static [(&'static str, &'static str)] = Trigger::CHOICES;
}

impl Choices for Counted {
    const ALL: &'static [(&'static str, &'static str)] = Counted::CHOICES;
}

fn backoff_in_words(backoff: &Backoff) -> String {
    let capped = |cap: &Option<Span>| cap.map_or(String::new(), |cap| format!(", up to {cap}"));
    match backoff {
        Backoff::None => "none".to_owned(),
        Backoff::Fixed(delay) => delay.to_string(),
        Backoff::Exponential { initial, factor, cap } => {
            format!("{initial}, then {factor} times as long{}", capped(cap))
        }
        Backoff::Decorrelated { base, cap } => {
            format!("{base} to three times the wait before{}", capped(cap))
        }
        Backoff::Linear { step, cap } => format!("{step} more each time{}", capped(cap)),
        Backoff::Steps(steps) => steps.iter().map(Span::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// A parameter of a channel, for those who list, show and set them all.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in the file.
    pub name: &'static str,
    /// The group it belongs to.
    pub group: Group,
    /// What it says.
    pub meaning: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What a channel itself says, as in the file; `None` if it leaves it to its preset.
    pub own: fn(&Channel) -> Option<String>,
    /// What holds in the end, as in the file.
    pub resolved: fn(&Semantics) -> String,
    /// What holds in the end, as people read it.
    pub shown: fn(&Semantics) -> String,
    /// Makes a channel leave it to its preset.
    pub clear: fn(&mut Channel),
}

choices! {
    /// Parameters that belong together.
    Group {
        /// Where messages are kept and in which order.
        Store,
        /// Who gets them, and how many at a time.
        Dispatch,
        /// How they are settled.
        Acknowledgement,
        /// How they come back.
        Redelivery,
        /// How long and how many are kept.
        Limits,
        /// What is given up.
        DeadLetters,
        /// How they come in.
        Publishing,
        /// How consumers share partitions.
        Groups,
    }
}

/// Makes the three faces of the parameters: what a channel says, what holds, and the list.
macro_rules! parameters {
    ($($group:ident { $($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)+ })+) => {
        /// A channel: its preset, and what is different from it. `None` leaves a parameter to the
        /// preset. A count or a length of 0 means no limit, or off.
        #[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Channel {
            /// Name of the preset: the broker whose behavior it has. Absent: a plain channel.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub preset: Option<String>,
            $($(
                $(#[doc = $doc])+
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$type>,
            )+)+
            /// Name of the channel that takes what expires, does not fit, or is given up where
            /// the contract of a subscription names no other. Absent: it is dropped.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub dead_letter: Option<String>,
            /// Name of the channel that takes what nobody matches (alternate exchange).
            #[serde(skip_serializing_if = "Option::is_none")]
            pub alternate: Option<String>,
        }

        /// The parameters of a channel with every value settled.
        #[derive(Clone, PartialEq, Debug)]
        pub struct Semantics {
            $($($(#[doc = $doc])+ pub $name: $type,)+)+
        }

        impl Default for Semantics {
            fn default() -> Semantics {
                Semantics { $($($name: $default,)+)+ }
            }
        }

        impl Channel {
            /// What holds: what the channel says itself, else what `base` says.
            #[must_use]
            pub fn over(&self, base: &Semantics) -> Semantics {
                let mut semantics = Semantics {
                    $($($name: self.$name.clone().unwrap_or_else(|| base.$name.clone()),)+)+
                };
                // Whoever names a prefetch does not mean the unlimited one of the preset.
                if self.prefetch.is_some_and(|prefetch| prefetch > 0) {
                    semantics.unlimited_prefetch = false;
                }
                semantics
            }

            /// The channel that behaves over another one as both do one over the other: what it
            /// says itself, else what `below` says, and the preset of `below`.
            #[must_use]
            pub fn merged(&self, below: &Channel) -> Channel {
                Channel {
                    preset: below.preset.clone(),
                    $($($name: self.$name.clone().or_else(|| below.$name.clone()),)+)+
                    dead_letter: self.dead_letter.clone(),
                    alternate: self.alternate.clone(),
                }
            }
        }

        /// Every parameter, by group.
        pub const PARAMETERS: &[Parameter] = &[
            $($(Parameter {
                name: stringify!($name),
                group: Group::$group,
                meaning: concat!($($doc),+),
                kind: <$type as Listed>::KIND,
                own: |channel| channel.$name.as_ref().map(text),
                resolved: |semantics| text(&semantics.$name),
                shown: |semantics| Listed::shown(&semantics.$name),
                clear: |channel| channel.$name = None,
            },)+)+
        ];
    };
}

parameters! {
    Store {
        /// Who receives what is published.
        delivery: Delivery = Delivery::PointToPoint;
        /// Where messages are kept.
        storage: Storage = Storage::Queue;
        /// Number of partitions, each an order of its own; 0 is one store without order between
        /// consumers.
        partitions: u32 = 0;
        /// How the partition of a message is chosen.
        partition_by: PartitionBy = PartitionBy::KeyHash;
        /// Levels of priority; 0 is none. The highest is handed out first.
        priority_levels: u32 = 0;
        /// The priority of a message that has none.
        default_priority: u32 = 0;
        /// How subscribers and bindings may choose by more than the type of a message. A filter of
        /// another kind is the consumer's own: it gets everything, and lets go unread of what it
        /// does not want. A binding lets everything pass then.
        filtering: Filtering = Filtering::Unfiltered;
    }
    Dispatch {
        /// What may be handed out while something is in flight.
        gate: Gate = Gate::Competing;
        /// Which consumer of a subscription gets a message.
        assignment: Assignment = Assignment::InTurn;
        /// The most messages that are handed to one consumer before it settles one; 0 is as many
        /// as it can work on at once.
        prefetch: u32 = 0;
        /// Whether a consumer is sent all there is, whatever it can work on. Where a prefetch is
        /// named, that counts.
        unlimited_prefetch: bool = false;
        /// Whether a consumer fetches again only when it has worked off what it fetched.
        fetches_batches: bool = false;
        /// The most messages of a subscription that are unsettled at once; 0 is no limit.
        in_flight_max: u32 = 0;
    }
    Acknowledgement {
        /// When the channel takes a message for handled.
        settlement: Settlement = Settlement::Each;
        /// When a consumer commits its position.
        commit: Commit = Commit::AfterProcessing;
        /// Time between two commits of a position; 0 is after each message.
        commit_interval: Span = Span::ZERO;
        /// What a consumer does with a message that it failed to handle.
        on_failure: OnFailure = OnFailure::Requeue;
        /// How long a message may stay unsettled before it is handed out again (visibility
        /// timeout, lock duration, acknowledgement deadline); 0 is until the connection ends.
        lease: Span = Span::ZERO;
        /// From when a lease counts.
        lease_starts: LeaseStart = LeaseStart::AtDelivery;
        /// Whether consumers extend the lease while they work.
        lease_renewed: bool = false;
        /// How long a lease can last with all extensions; 0 is no limit.
        lease_max: Span = Span::ZERO;
        /// How long the lease of the first, second … delivery of a message is, where it is not
        /// always `lease`.
        lease_by_attempt: Backoff = Backoff::None;
        /// Whether a message stays with a consumer whose connection was lost until its lease
        /// ends; for ever if the lease has no end. Else it comes back at once.
        lease_outlives_connection: bool = false;
        /// Whether the session of a consumer ends with its connection: then what it holds is lost,
        /// and what waits for it alone or comes while it is away.
        sessions_end: bool = false;
        /// What an acknowledgement is worth that comes after the lease has ended.
        late_acknowledgement: LateAcknowledgement = LateAcknowledgement::Refused;
    }
    Redelivery {
        /// How often a message may be delivered; 0 is no limit. The retry of a contract goes
        /// before it.
        delivery_limit: u32 = 0;
        /// How many deliveries the limit allows.
        limit_allows: LimitAllows = LimitAllows::Exactly;
        /// What counts towards the limit.
        limit_counts: Vec<Counted> =
            vec![Counted::Requeued, Counted::LeaseExpired, Counted::Disconnected];
        /// When the limit is looked at.
        limit_checked: LimitChecked = LimitChecked::AtReturn;
        /// Where a message goes that its consumer gave back.
        returns_to: ReturnsTo = ReturnsTo::Back;
        /// Where a message goes whose consumer was lost, or whose lease ended.
        lost_returns_to: ReturnsTo = ReturnsTo::OriginalPlace;
        /// Whether a consumer keeps a message that it failed to handle, and works on nothing else
        /// until it tries again.
        retries_in_place: bool = false;
        /// How long a message waits before it is delivered again.
        redelivery_delay: Backoff = Backoff::None;
        /// The share of each delay that is random.
        redelivery_jitter: f64 = 0.0;
        /// After what the redelivery is delayed.
        delayed_after: DelayedAfter = DelayedAfter::Everything;
    }
    Limits {
        /// How long a message may wait for a consumer before it expires; 0 is for ever. A message
        /// in work does not expire.
        time_to_live: Span = Span::ZERO;
        /// When a message that waited too long is taken out.
        expiry_enforced: ExpiryEnforced = ExpiryEnforced::AtOnce;
        /// How long a channel, or a subscription, stays that nobody subscribes to; then it is gone
        /// with all that is in it, and what comes later is lost. 0 is for ever.
        expires_unused: Span = Span::ZERO;
        /// The most messages it holds; 0 is no limit.
        max_messages: u64 = 0;
        /// The most bytes it holds; 0 is no limit.
        max_bytes: u64 = 0;
        /// What counts towards its capacity.
        capacity_counts: CapacityCounts = CapacityCounts::Ready;
        /// What happens when it is full.
        overflow: Overflow = Overflow::DropHead;
        /// Messages that are still accepted when it is full: the limit is noticed that late.
        overflow_slack: u64 = 0;
        /// The largest message in bytes; 0 is no limit.
        max_message_bytes: u64 = 0;
        /// When a message leaves the store for good. What is kept after it was settled can be
        /// delivered again when an operator sets a subscription back.
        retention: Retention = Retention::OnAcknowledgement;
        /// How long messages are kept, settled or not; 0 is for ever.
        retention_time: Span = Span::ZERO;
        /// The most messages of one ordering key that are kept (compaction); 0 is no limit.
        messages_per_key: u32 = 0;
        /// Time between two runs of the compaction; 0 is at once.
        compaction_interval: Span = Span::ZERO;
    }
    DeadLetters {
        /// What makes a message a dead letter.
        dead_letters: Vec<Trigger> =
            vec![Trigger::Rejected, Trigger::DeliveryLimit];
        /// What happens to a dead letter.
        dead_letter_action: DeadLetterAction = DeadLetterAction::Move;
        /// Whether a dead letter waits until its channel can take it; else it is lost if the
        /// channel is down, full or cut off at this moment.
        dead_letter_confirmed: bool = true;
        /// Time between two attempts to hand over a dead letter that waits; 0 is as soon as its
        /// channel can take it.
        dead_letter_retry: Span = Span::ZERO;
        /// Whether a dead letter stays as old as it is, so that what keeps it counts from its
        /// publication; else its age begins anew.
        dead_letter_keeps_age: bool = false;
        /// Whether a message is dropped that would come back to a channel it died in before,
        /// without having been rejected in between.
        dead_letter_cycle_guard: bool = false;
    }
    Publishing {
        /// When a publisher learns that its message is safe.
        confirm: Confirm = Confirm::Leader;
        /// Copies of the store on different machines.
        replicas: u32 = 1;
        /// Replicas that must have a message before it counts as safe.
        min_in_sync: u32 = 1;
        /// How far the other replicas are behind the leader.
        replication_lag: Span = Span::ZERO;
        /// How long it takes to choose a new leader.
        election_time: Span = Span::ZERO;
        /// Whether a replica that is not in sync may become the leader, when no other is left; what
        /// it has not got is lost then. Else the channel is down until one that was is back.
        unclean_election: bool = false;
        /// Whether the channel recognizes what a publisher sends twice (idempotent producer).
        idempotent_publish: bool = false;
        /// For how long repetitions are recognized; 0 is not at all.
        deduplication_window: Span = Span::ZERO;
        /// Within what repetitions are recognized.
        deduplication_scope: DeduplicationScope = DeduplicationScope::Channel;
        /// By what repetitions are recognized.
        deduplication_by: DeduplicationBy = DeduplicationBy::Identity;
        /// What becomes of a message that nobody matches.
        unroutable: Unroutable = Unroutable::Drop;
        /// How long each message is held back before it can be delivered.
        delay: Span = Span::ZERO;
        /// The longest delay that a single message may ask for; 0 is no limit.
        max_delay: Span = Span::ZERO;
        /// Whether single messages may ask for a delay.
        delays_messages: bool = true;
    }
    Groups {
        /// How long a silent consumer keeps its partitions; 0 is not at all.
        session_timeout: Span = Span::ZERO;
        /// The longest time between two fetches of a consumer before it loses its partitions; 0
        /// is no limit.
        max_poll_interval: Span = Span::ZERO;
        /// How partitions change hands.
        rebalance: Rebalance = Rebalance::Cooperative;
        /// How long a change of hands takes.
        rebalance_time: Span = Span::ZERO;
        /// Whether a consumer that comes, or takes over as the only active one, gets nothing until
        /// all that was handed out before is settled or has come back.
        newcomers_wait: bool = false;
        /// Where a group begins that has no position yet.
        offset_reset: OffsetReset = OffsetReset::Earliest;
    }
}

fn text<T: Serialize>(value: &T) -> String {
    ron::to_string(value).expect("invariant: parameters are plain values")
}

impl Channel {
    /// A channel that follows a preset in everything.
    #[must_use]
    pub fn of(preset: impl Into<String>) -> Channel {
        Channel { preset: Some(preset.into()), ..Channel::default() }
    }

    /// What holds for a channel without preset: partitions are orders that their consumers keep,
    /// unless it says otherwise.
    #[must_use]
    pub fn plain_semantics(&self) -> Semantics {
        let mut semantics = self.over(&Semantics::default());
        if semantics.partitions > 0 && self.gate.is_none() {
            semantics.gate = Gate::Cursor;
        }
        semantics
    }
}
