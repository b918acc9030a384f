//! The conformance cases, apart from the other tests: what brokers do, against the servers that
//! are installed and in the simulator, with one expectation for both.

#![allow(missing_docs)]

mod conformance;
#[allow(dead_code, reason = "the other binary uses the rest")]
mod places;
