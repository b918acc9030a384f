//! The cases of queues behind exchanges, and what they say to a server over AMQP 0-9-1.

mod arguments;
mod capacity;
mod dead_letters;
mod deaths;
mod driver;
mod expiry;
mod relay;
mod requeue;
mod routing;
mod sharing;
mod stream;

const CLASSIC: &str = "rabbit.classic";
const UNLIMITED: &str = "rabbit.quorum.3.13";
const LIMITED: &str = "rabbit.quorum.4.0";
