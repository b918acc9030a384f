//! The deterministic simulator: a design and a scenario become a [`plan::Plan`], a plan in motion
//! is a [`run::Run`], and what happens is a [`record::Record`]. Nothing here knows a screen, a
//! file, a clock or a thread.
//!
//! ```
//! use flowbench_model::formats::native;
//! use flowbench_model::time::Time;
//! use flowbench_simulator::plan::Plan;
//! use flowbench_simulator::recorder::Keep;
//! use flowbench_simulator::recording::Recording;
//!
//! let document = native::read(include_str!("../../samples/poison/design.ron"))?;
//! let scenario = document.design.scenario(Some("poison")).expect("the sample has it");
//! let plan = Plan::compile(&document.design, scenario, 1).expect("it can run");
//! let recording = Recording::make(plan, Keep::Everything, |_| true).expect("nobody stops it");
//! assert_eq!(recording.report().messages.dead_lettered, 3);
//! assert!(recording.report().balanced);
//! // Back to an instant when the first of them was still being tried.
//! assert_eq!(recording.at(Time(9_000_000_000)).dead_letters().len(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod area;
pub mod averages;
pub mod batch_means;
pub mod calendar;
pub mod checks;
pub mod comparison;
pub mod content;
mod curve;
mod dist;
mod engine;
pub mod faults;
pub mod fingerprint;
pub mod fit;
mod histogram;
pub mod inside;
pub mod instances;
mod marks;
pub mod message;
pub mod metrics;
pub mod origin;
mod packed;
pub mod plan;
pub mod protection;
pub mod record;
pub mod recorded;
pub mod recorder;
pub mod recording;
pub mod replications;
pub mod report;
pub mod rng;
pub mod rows;
pub mod run;
pub mod series;
pub mod shape;
mod slab;
mod snapshots;
pub mod statistics;
mod store;
pub mod view;
pub mod warm_up;
mod weight;
pub mod world;
mod zipf;
