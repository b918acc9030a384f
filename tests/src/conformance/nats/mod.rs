//! The cases of subjects and streams, and what they say to a server of NATS.

mod driver;
mod lease;
mod reading;
mod retention;
mod settings;
mod subjects;

const LIMITS: &str = "jetstream.limits";
const INTEREST: &str = "jetstream.interest";
const WORK_QUEUE: &str = "jetstream.workqueue";
