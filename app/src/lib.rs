//! Flowbench as a library: the session and its commands, so that the window, the command line and
//! tests can use the same.

pub mod bench;
pub mod beside;
pub mod checking;
pub mod cli;
pub mod command;
pub mod command_table;
pub mod compatibility;
pub mod derived;
pub mod differences;
pub mod export;
pub mod files;
pub mod gui;
pub mod import;
pub mod job;
pub mod key;
pub mod replications;
pub mod samples;
pub mod selection;
pub mod session;
pub mod settings;
pub mod version;
