//! M2: corrupt payload.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M2",
    word: "Corruption",
    family: Family::Message,
    title: "Corrupt payload",
    happens: "The payload is not what the contract says: a field is missing, has another type, \
              is cut off. Whoever validates notices what the schema of the message objects to, \
              and nothing else.",
    seen: "Rejected by the producer or at the channel, the message is dropped there. Rejected by \
           consumers, it fails at every attempt. What nobody notices is handled as if it were \
           right, and the record says so.",
    reality: "A release with a wrong serializer, a disk or a network that flips bits, a script \
              that publishes by hand.",
    helps: "Validation as early as possible; schemas in a registry; checksums; a dead-letter \
            channel.",
    left_out: "Schemas in files beside the design are looked at by consumers that validate, and by \
               nobody else: elsewhere what is damaged in their messages is noticed by the share \
               alone.",
    target: TargetRole::Publisher,
    parameters: &[
        Parameter::named(
            "share",
            "Share of the messages whose payload is corrupt",
            Shape::Share,
            Value::Number(0.1),
        ),
        Parameter::optional(
            "damage",
            "What is wrong with a field: it is `Missing`, is `Null`, has the `WrongType`, is \
             `Truncated`, is a number `OutOfRange` or an `UnknownValue` of those agreed; `Any`: \
             the payload as a whole, whatever the schema says",
            Shape::Choice(&[
                "Any",
                "Missing",
                "Null",
                "WrongType",
                "Truncated",
                "OutOfRange",
                "UnknownValue",
            ]),
            Value::Choice("Any"),
        ),
        Parameter::optional(
            "field",
            "Which field, as a path such as `customer.zip`; messages without it are spared. One \
             of those at the top by lot if absent",
            Shape::Maybe(&Shape::Text),
            Value::Absent,
        ),
        Parameter::optional(
            "rejected_by",
            "Who looks at the payload and rejects it: the `Producer` itself, the `Registry` when \
             it enters the channel, or the `Consumer`",
            Shape::Choice(&["Producer", "Registry", "Consumer"]),
            Value::Choice("Consumer"),
        ),
        Parameter::optional(
            "detected",
            "Share of the corrupt messages that whoever looks does notice",
            Shape::Share,
            Value::Number(1.0),
        ),
    ],
    has_degree: true,
    is_selective: true,
    outcomes: &[Outcome::Loses, Outcome::DeadLetters],
};
