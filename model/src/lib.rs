//! The Flowbench design document: producers, channels and consumers, the contracts between them,
//! the scenarios they run under and the promises they keep.
//!
//! A design is a value. It changes by [`edit::Edit`]s, and what the rules say about it is
//! [`finding::Finding`]s:
//!
//! ```
//! use flowbench_model::edit::Edit;
//! use flowbench_model::formats::native;
//! use flowbench_model::lint;
//!
//! let text = include_str!("../../samples/poison/design.ron");
//! let before = native::read(text)?.design;
//! let after = Edit::RemoveNode("invoices".to_owned()).apply(&before)?;
//! assert!(before.node("invoices").is_some() && after.node("invoices").is_none());
//! let sentences: Vec<String> =
//!     lint::findings(&after).into_iter().map(|finding| finding.sentence).collect();
//! assert!(sentences.iter().any(|sentence| sentence.contains("`bookkeeping`")), "{sentences:?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod archive;
pub mod catalog;
pub mod change;
pub mod channel;
pub mod claim_check;
pub mod compat;
pub mod conformance;
pub mod contract;
pub mod design;
pub mod diff;
pub mod disagreement;
pub mod edge;
pub mod edit;
pub mod emission;
pub mod expression;
pub mod fault;
pub mod faults;
pub mod finding;
mod flows;
pub mod fork;
pub mod formats;
pub mod graph;
pub mod history;
pub mod identity;
pub mod inbox;
pub mod joining;
pub mod layout;
pub mod lint;
pub mod lint_setting;
pub mod merge;
pub mod message;
pub mod name;
pub mod node;
pub mod pattern;
pub mod place;
pub mod policy;
pub mod preset;
pub mod promise;
pub mod publishing;
pub mod reach;
pub mod recorded;
pub mod resilience;
pub mod scenario;
pub mod schema;
pub mod summary;
pub mod time;
pub mod translation;
pub mod tree;

#[cfg(test)]
mod fixture;
