//! What spans the crates, in one binary: the shape of the code, the samples and their golden
//! records, hostile files, and the command line as a user meets it.

#![allow(missing_docs)]

mod asyncapi;
mod avro;
mod catalog;
mod cli;
mod compat;
mod corpus;
mod delivery;
mod eventcatalog;
mod generated;
mod gui;
mod mutations;
mod numbers;
mod places;
mod sagas;
mod samples;
mod source;
mod story;
mod stream_numbers;
mod tidy;
