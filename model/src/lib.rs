//! The Flowbench design document: producers, channels and consumers, the contracts between them,
//! the scenarios they run under and the promises they keep.

pub mod change;
pub mod contract;
pub mod design;
pub mod edge;
pub mod edit;
pub mod fault;
pub mod finding;
pub mod formats;
pub mod graph;
pub mod history;
pub mod layout;
pub mod lint;
pub mod message;
pub mod name;
pub mod node;
pub mod promise;
pub mod scenario;
pub mod schema;
pub mod summary;
pub mod time;

#[cfg(test)]
mod fixture;
