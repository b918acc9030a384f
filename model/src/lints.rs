//! The rules, one file each. The table is `lint::LINTS`.

pub(crate) mod references;

pub(crate) mod action_outside_run;
pub(crate) mod bad_name;
pub(crate) mod bad_number;
pub(crate) mod call_without_call_edge;
pub(crate) mod call_without_timeout;
pub(crate) mod channel_without_publisher;
pub(crate) mod command_with_several_handlers;
pub(crate) mod command_without_handler;
pub(crate) mod dead_letter_channel_not_watched;
pub(crate) mod dead_letter_loop;
pub(crate) mod deprecated_version_used;
pub(crate) mod duplicate_edge;
pub(crate) mod duplicate_key;
pub(crate) mod duplicate_name;
pub(crate) mod emission_without_publish_edge;
pub(crate) mod endless_retry_without_backoff;
pub(crate) mod event_without_subscriber;
pub(crate) mod fault_on_wrong_role;
pub(crate) mod fault_outside_run;
pub(crate) mod order_not_given;
pub(crate) mod orphan_node;
pub(crate) mod retry_not_idempotent;
pub(crate) mod retry_without_dead_letter;
pub(crate) mod scenario_without_promises;
pub(crate) mod secret_in_example;
pub(crate) mod timeout_owned_by_nobody;
pub(crate) mod unknown_name;
pub(crate) mod unknown_version;
pub(crate) mod workload_without_publish_edge;
pub(crate) mod wrong_edge_ends;
pub(crate) mod wrong_kind_of_node;
