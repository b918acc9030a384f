//! One test for each case, named after it. The table `assets/conformance.ron` says what each
//! runs against.

mod aws;
mod check;
mod cloud;
mod kafka;
mod mqtt;
mod nats;
mod play;
mod rabbit;
mod redis;
mod server;
mod stage;
mod table;
