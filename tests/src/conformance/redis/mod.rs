//! The cases of streams with groups of readers, and what they say to a server of Redis.

mod cases;
mod driver;
