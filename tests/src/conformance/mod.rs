//! One test for each case, named after it. The table `assets/conformance.ron` says what each
//! runs against.

mod check;
mod mqtt;
mod nats;
mod rabbit;
mod redis;
mod server;
mod stage;
mod table;
