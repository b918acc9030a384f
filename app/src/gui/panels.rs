//! The panels of the window. Each draws the session and asks for commands; none does anything.

pub mod books;
pub mod compatibility;
pub mod dead_letters;
pub mod differences;
pub mod dock;
pub mod fault_palette;
pub mod gallery;
pub mod inspector;
pub mod log;
pub mod message;
pub mod message_list;
pub mod messages;
pub mod metrics;
pub mod outline;
pub mod pair;
pub mod preview;
pub mod problems;
pub mod promises;
pub mod schemas;
pub mod statistics;
pub mod table;
pub mod timeline;
pub mod top_bar;
pub mod trace;
pub mod transport;

#[cfg(test)]
mod tests;
