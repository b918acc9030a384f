//! One test for each case, named after it. The table `assets/conformance.ron` says what each
//! runs against.

mod check;
mod nats;
mod rabbit;
mod server;
mod table;
