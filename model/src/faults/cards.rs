//! The kinds of faults, one file each.

use super::FaultCard;

mod ack_lost;
mod acked_loss;
mod broker_down;
mod burst;
mod clock_skew;
mod clog;
mod connection_reset;
mod corruption;
mod dead_letter_down;
mod dedup_loss;
mod delay;
mod dependency_down;
mod disabled;
mod domain_failure;
mod down;
mod dual_write;
mod duplicate_publish;
mod duplication;
mod early_expiry;
mod failing;
mod header_missing;
mod hot_key;
mod late_event;
mod leader_election;
mod lease_too_short;
mod loss;
mod offset_reset;
mod oversized;
mod partition;
mod pause;
mod poison;
mod producer_crash;
mod producer_pause;
mod publish_ack_lost;
mod queue_full;
mod rebalance_storm;
mod redrive_storm;
mod registry_down;
mod relay_down;
mod reordering;
mod replay;
mod retention_expiry;
mod scaling;
mod scheduler_miss;
mod slow;
mod slow_broker;
mod throttling;
mod version_skew;

/// Every kind, in the order of the catalogue.
pub const FAULTS: &[FaultCard] = &[
    producer_crash::CARD,
    producer_pause::CARD,
    burst::CARD,
    hot_key::CARD,
    duplicate_publish::CARD,
    late_event::CARD,
    publish_ack_lost::CARD,
    dual_write::CARD,
    relay_down::CARD,
    poison::CARD,
    corruption::CARD,
    version_skew::CARD,
    registry_down::CARD,
    oversized::CARD,
    header_missing::CARD,
    early_expiry::CARD,
    delay::CARD,
    loss::CARD,
    duplication::CARD,
    reordering::CARD,
    partition::CARD,
    clog::CARD,
    connection_reset::CARD,
    broker_down::CARD,
    leader_election::CARD,
    slow_broker::CARD,
    queue_full::CARD,
    retention_expiry::CARD,
    throttling::CARD,
    disabled::CARD,
    acked_loss::CARD,
    dead_letter_down::CARD,
    rebalance_storm::CARD,
    down::CARD,
    pause::CARD,
    slow::CARD,
    failing::CARD,
    dependency_down::CARD,
    ack_lost::CARD,
    lease_too_short::CARD,
    dedup_loss::CARD,
    scaling::CARD,
    clock_skew::CARD,
    scheduler_miss::CARD,
    redrive_storm::CARD,
    offset_reset::CARD,
    replay::CARD,
    domain_failure::CARD,
];
