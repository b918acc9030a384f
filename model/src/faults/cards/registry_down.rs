//! M4: schema registry out of reach.

use crate::faults::{Family, FaultCard, Outcome, Parameter, Shape, TargetRole, Value};

/// The card.
pub(super) const CARD: FaultCard = FaultCard {
    code: "M4",
    word: "RegistryDown",
    family: Family::Message,
    title: "Schema registry out of reach",
    happens: "The registry does not answer. What is in the cache goes on; for the rest a \
              publisher has to wait until the fault ends, and a consumer cannot read the \
              message.",
    seen: "Publications are held back and come all at once afterwards; attempts of consumers \
           fail with an unknown schema.",
    reality: "The registry is restarted, its certificate has expired, a firewall rule has \
              changed.",
    helps: "Caches that are warm; schemas shipped with the service; retries with backoff instead \
            of giving up at once.",
    left_out: "",
    target: TargetRole::Party,
    parameters: &[Parameter::optional(
        "cached",
        "Share of the messages whose schema is in the cache",
        Shape::Share,
        Value::Number(0.9),
    )],
    has_degree: false,
    is_selective: true,
    outcomes: &[Outcome::Delays, Outcome::DeadLetters],
};
