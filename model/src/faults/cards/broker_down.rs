//! B1: broker node down.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B1",
    word: "BrokerDown",
    family: Family::Broker,
    title: "Broker node down",
    happens: "The node that holds the channel goes down. Nothing enters and nothing is delivered \
              until it is back or a replica has taken over; what was in work is delivered again.",
    seen: "Publishers hold back and catch up afterwards; returned messages are handled twice. \
           If publishers were told too early, messages that were acknowledged are gone.",
    reality: "A machine fails, a rolling restart, a disk that dies.",
    helps: "Replicas and acknowledgement by all of them; publishers that hold back; an \
            idempotent consumer.",
    left_out: "Which of the replicas takes over: all that are in sync are equally far.",
    target: TargetRole::Channel,
    parameters: &[
        Parameter::optional(
            "replica",
            "Which replica is lost: the `Leader`, or a `Follower`, without which the channel goes \
             on as long as enough replicas are in sync",
            Shape::Choice(&["Leader", "Follower"]),
            Value::Choice("Leader"),
        ),
        Parameter::optional(
            "failover",
            "How long until another replica has taken over; without one the channel is down for \
             as long as the fault lasts",
            Shape::Maybe(&Shape::Span(true)),
            Value::Absent,
        ),
        Parameter::optional(
            "acks",
            "When publishers were told that a message is safe: as the `Channel` confirms, or \
             whatever it says when `All` replicas had it, or the `Leader` alone",
            Shape::Choice(&["Channel", "All", "Leader"]),
            Value::Choice("Channel"),
        ),
        Parameter::optional(
            "unreplicated",
            "How far the replicas were behind: what entered within this time is lost if another \
             replica takes over and publishers were told too early; the replication lag of the \
             channel if absent",
            Shape::Maybe(&Shape::Span(true)),
            Value::Absent,
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates, Outcome::Loses],
};
