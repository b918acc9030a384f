//! The cards of the ways to publish.

use crate::pattern::card::{FailurePoint, PatternCard, arrow, last, state};

pub(super) const DUAL_WRITE: PatternCard = PatternCard {
    word: "DualWrite",
    title: "Dual write",
    does: "Writes to the database and to a channel, one after the other, without a transaction \
           around them.",
    helps: "Nothing: it is what an outbox mends. Here to be seen failing.",
    stored: "The rows of the database.",
    states: &[state("first write"), state("second write"), last("done"), last("half written")],
    arrows: &[
        arrow("first write", "second write", "the first write is done"),
        arrow("second write", "done", "the second is done too"),
        arrow("first write", "half written", "it stops between the two"),
    ],
    failure_points: &[
        FailurePoint {
            what: "a stop after the database has committed",
            seen: "a row without a message; if the consumer recognizes the repetition, the \
                   message is never published",
            inject: "`DualWrite(publish_lost: …)` with `first: Database`",
        },
        FailurePoint {
            what: "a stop after the message was published",
            seen: "a message that tells of something that is not in the database",
            inject: "`DualWrite(rolled_back: …)` with `first: Message`",
        },
        FailurePoint {
            what: "a crash of the whole consumer between the two writes",
            seen: "the same for all it had in work",
            inject: "`Down(phase: BetweenWrites)`",
        },
    ],
    left_out: "",
    source: "Microservices Patterns (Richardson), Transactional outbox",
};

pub(super) const OUTBOX: PatternCard = PatternCard {
    word: "Outbox",
    title: "Transactional outbox",
    does: "Writes what is to be published to a table in the transaction of the effect; a relay \
           takes rows from there in the order of their numbers, publishes them and marks them.",
    helps: "Effect and message are there together or not at all; a message may come twice, with \
            the same identity.",
    stored: "The rows that are not marked yet.",
    states: &[state("pending"), state("publishing"), state("published"), last("marked")],
    arrows: &[
        arrow("pending", "publishing", "the relay takes it with its batch"),
        arrow("publishing", "published", "the channel confirms"),
        arrow("published", "marked", "the batch is marked"),
        arrow("publishing", "pending", "the relay stops, or the channel refuses"),
        arrow("published", "pending", "the relay stops before it marks"),
    ],
    failure_points: &[
        FailurePoint {
            what: "a crash before the commit",
            seen: "neither effect nor message; the message that caused it comes again",
            inject: "`Down` on the consumer",
        },
        FailurePoint {
            what: "a crash after the commit, before the relay publishes",
            seen: "the message comes later, and is not lost",
            inject: "`DualWrite(publish_lost: …)`, `Down(phase: AfterEffect)`",
        },
        FailurePoint {
            what: "the relay stops after it has published and before it marks",
            seen: "the whole batch again, with the same identities; an inbox takes each once",
            inject: "`RelayDown(stops: BeforeMark)`",
        },
        FailurePoint {
            what: "the channel refuses a message",
            seen: "those after it wait; with `skips_refused` they overtake it",
            inject: "`Down` on the channel, or a full channel that rejects",
        },
        FailurePoint {
            what: "the relay is down",
            seen: "rows pile up, and come in batches afterwards, in order",
            inject: "`RelayDown`",
        },
        FailurePoint {
            what: "two relays at once",
            seen: "messages come twice, and out of order, where a batch lasts into the look of \
                   the other",
            inject: "`relays: 2` with a `confirmation` time",
        },
    ],
    left_out: "Numbers of rows are given in the order of commits; a row with a lower number that \
               is committed later does not occur. A channel that refuses a message only when it \
               arrives, after the latency of the edge, does not stop the relay.",
    source: "Debezium, Outbox event router; Microservices Patterns (Richardson), Polling publisher",
};

pub(super) const CAPTURE: PatternCard = PatternCard {
    word: "ChangeDataCapture",
    title: "Change data capture",
    does: "A connector follows the log of the database in the order of commits and publishes a \
           message for each row; from time to time it stores how far it has got.",
    helps: "Nothing to poll and nothing to mark; the order is that of the commits.",
    stored: "The log, and the position that was stored last.",
    states: &[state("committed"), state("publishing"), state("published"), last("stored")],
    arrows: &[
        arrow("committed", "publishing", "the connector reads it"),
        arrow("publishing", "published", "the channel confirms"),
        arrow("published", "stored", "the position is stored"),
        arrow("published", "committed", "the connector starts again from an earlier position"),
    ],
    failure_points: &[
        FailurePoint {
            what: "the connector is down",
            seen: "the lag grows; afterwards it catches up at its own rate",
            inject: "`RelayDown(position: Kept)`",
        },
        FailurePoint {
            what: "it stops before it stores its position",
            seen: "all since the last flush once more, with the same identities",
            inject: "`RelayDown` with a `flush` time, `RelayDown(stops: BeforeMark)`",
        },
        FailurePoint {
            what: "its position is lost",
            seen: "a snapshot: the whole table once more",
            inject: "`RelayDown(position: Lost)`",
        },
        FailurePoint {
            what: "the channel refuses a message",
            seen: "the connector stands still, and tries again",
            inject: "`Down` on the channel, or a full channel that rejects",
        },
        FailurePoint {
            what: "a column of the table is renamed",
            seen: "every message from then on breaks the contract, unless what is captured is an \
                   event of its own instead of the table",
            inject: "`VersionSkew`",
        },
    ],
    left_out: "The log is kept for ever: it is never cut off under a connector that is down.",
    source: "Debezium, connectors and offsets; Kafka Connect, offset.flush.interval.ms",
};

/// What the states of a blob are, and where it can fail.
pub const CLAIM_CHECK: PatternCard = PatternCard {
    word: "ClaimCheck",
    title: "Claim check",
    does: "Stores the payload as a blob and publishes a small message that says where it is; a \
           consumer fetches the blob before it begins.",
    helps: "Payloads that are larger than a channel takes, or than it should carry.",
    stored: "The blobs.",
    states: &[state("stored"), state("fetched"), last("deleted"), last("expired"), state("orphan")],
    arrows: &[
        arrow("stored", "fetched", "a consumer begins with its message"),
        arrow("fetched", "fetched", "another consumer does, or another attempt"),
        arrow("fetched", "deleted", "a consumer has handled the message, and deletes"),
        arrow("stored", "expired", "its time to live is over"),
        arrow("fetched", "expired", "its time to live is over"),
        arrow("stored", "orphan", "its message was never published"),
        arrow("orphan", "expired", "its time to live is over"),
    ],
    failure_points: &[
        FailurePoint {
            what: "the blob is stored and the message is not published",
            seen: "an orphan, which costs its bytes until its time to live is over",
            inject: "`Loss` on the publish edge, a full channel that refuses, `DualWrite`",
        },
        FailurePoint {
            what: "the blob is gone before the message is handled",
            seen: "a dangling check: the message can never be handled, and is a dead letter",
            inject: "a short `time_to_live`, and a backlog, retries, or a late redrive",
        },
        FailurePoint {
            what: "a consumer deletes the blob that somebody else still needs",
            seen: "a dangling check at the other subscriber, or at the redelivery",
            inject: "`deleted_by_consumer` with two subscribers, or with `AckLost`",
        },
    ],
    left_out: "How long it takes to store and to fetch: that belongs to the service time.",
    source: "Enterprise Integration Patterns, Claim Check",
};
