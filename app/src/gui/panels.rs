//! The panels of the window. Each draws the session and asks for commands; none does anything.

pub mod books;
pub mod dead_letters;
pub mod log;
pub mod message;
pub mod metrics;
pub mod promises;
pub mod timeline;
pub mod transport;

#[cfg(test)]
mod tests;
