//! What the simulated world does, seen from outside: a design as text in, the record as text out.

mod any_faults;
mod averages;
mod breakers;
mod calls;
mod channels;
mod consumers;
mod contents;
mod dead_letters;
mod determinism;
mod event_sourcing;
mod failures;
mod faults;
mod groups;
mod hostile;
mod kinds;
mod past;
mod properties;
mod rate_limits;
mod recorded;
mod retry_budgets;
mod routers;
mod rules;
mod scaling;
mod support;
mod ticks;
mod windows;
