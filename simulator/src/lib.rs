//! The deterministic simulator: a design and a scenario become a [`plan::Plan`], a plan in motion
//! is a [`run::Run`], and what happens is a [`record::Record`]. Nothing here knows a screen, a
//! file, a clock or a thread.

pub mod calendar;
pub mod checks;
mod dist;
mod engine;
pub mod message;
pub mod metrics;
pub mod plan;
pub mod record;
pub mod recorder;
pub mod recording;
pub mod report;
pub mod rng;
pub mod run;
mod slab;
pub mod view;
pub mod world;
