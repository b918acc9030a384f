//! B1: broker node down.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};
use crate::time::Span;

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "B1",
    word: "BrokerDown",
    family: Family::Broker,
    title: "Broker node down",
    happens: "The node that holds the channel goes down. Nothing enters and nothing is delivered \
              until it is back or a replica has taken over; what was in work is delivered again.",
    seen: "Publishers hold back and catch up afterwards; returned messages are handled twice. \
           With acks `Leader`, messages that were acknowledged are gone.",
    reality: "A machine fails, a rolling restart, a disk that dies.",
    helps: "Replicas and acknowledgement by all of them; publishers that hold back; an \
            idempotent consumer.",
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
            "When publishers were told that a message is safe: when `All` replicas had it, or \
             the `Leader` alone",
            Shape::Choice(&["All", "Leader"]),
            Value::Choice("All"),
        ),
        Parameter::optional(
            "unreplicated",
            "How far the replicas were behind: with acks `Leader`, what entered within this time \
             is lost if another replica takes over",
            Shape::Span(true),
            Value::Span(Span::from_millis(500)),
        ),
    ],
    has_degree: false,
    is_selective: false,
    outcomes: &[Outcome::Delays, Outcome::Duplicates, Outcome::Loses],
};
