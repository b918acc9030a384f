//! The file formats a design can be read from and written to; one module each.

pub mod asyncapi;
pub mod cloud_events;
pub mod csv;
pub mod diagram;
pub mod eventcatalog;
pub mod json_schema;
pub mod marked;
pub mod native;
pub mod recorded;
pub mod svg;
pub mod topology;
