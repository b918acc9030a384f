//! AsyncAPI 2.0 to 3.1, as YAML or JSON: documents in, one design and findings out; a design in, a
//! document for each application out.
//!
//! A document speaks for one application, which becomes a node. Its channels become channels by
//! their address, what it sends a publish edge, what it receives a subscribe edge. Documents of
//! several applications become one design where their addresses and messages meet. What has no
//! place in a design stands in the extensions and is written again.
//!
//! What a document cannot say, and an export leaves out with a finding: scenarios, promises,
//! faults, layout, bounded contexts, what handlers do and how long they take, workloads, patterns,
//! calls, binds, and parameters of channels without a binding.

use serde_json::Value;

use crate::channel::Channel;
use crate::design::Design;
use crate::finding::Finding;
use crate::formats::marked::Mark;
use crate::schema::Schemas;

mod assembly;
mod bindings;
mod document;
mod durations;
mod export;
mod reading;
mod schemas;
mod shapes;
mod sources;

/// The name of the extensions of this format.
pub const EXTENSION: &str = "asyncapi";

/// Gives the text of a file by its path from the folder, or says why not.
pub type Open<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// A document to import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its path from the folder, which is also what findings call it.
    pub file: String,
    /// What it says.
    pub text: String,
    /// From whose side it is written.
    pub view: View,
}

/// From whose side a document is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum View {
    /// From that of the application it names, as the specification has it.
    #[default]
    Application,
    /// From that of those who talk to the application: what it calls sending is received.
    Client,
}

/// What became of documents.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// What they say together.
    pub design: Design,
    /// What is wrong or strange in them, and what was left out.
    pub findings: Vec<Found>,
    /// What each of them says, in the order of the documents; none for what is no document.
    pub documents: Vec<Summary>,
}

/// A finding about a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The file.
    pub file: String,
    /// The place in it.
    pub mark: Mark,
    /// What is to be said; its property is the JSON pointer.
    pub finding: Finding,
}

/// What a document says, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The file.
    pub file: String,
    /// The version of the format that it is written in: `3.0.0`.
    pub version: String,
    /// The name of the application's node.
    pub application: String,
    /// Channels that it lists.
    pub channels: usize,
    /// Operations that it lists.
    pub operations: usize,
    /// Messages of these channels, each once.
    pub messages: usize,
    /// Who sends and receives what, a sentence each.
    pub sentences: Vec<String>,
}

/// How documents are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

/// A design as documents.
#[derive(Clone, PartialEq, Debug)]
pub struct Exported {
    /// One for each application.
    pub files: Vec<File>,
    /// What no document has a place for.
    pub findings: Vec<Finding>,
}

/// A file to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Writes a document of version 3 for each application of a design. Schemas of files stand in the
/// documents.
#[must_use]
pub fn export(design: &Design, schemas: &Schemas, syntax: Syntax) -> Exported {
    export::export(design, schemas, syntax)
}

/// Reads documents as one design.
pub fn import<'a>(given: &[Given], open: &'a mut Open<'a>) -> Imported {
    let mut sources = sources::Sources::new(open);
    let shapes = shapes::Shapes::new();
    let documents: Vec<document::Document> =
        given.iter().filter_map(|given| reading::read(&mut sources, &shapes, given)).collect();
    assembly::assemble(documents, sources.found)
}

/// The channel of which no more is known than what its server speaks.
pub(in crate::formats) fn channel_of(protocol: &str) -> Channel {
    let protocols = vec![protocol];
    bindings::bound(&bindings::Said { protocols, ..bindings::Said::default() }).channel
}

/// A schema in a file as one that stands by itself, with all that it refers to in the folder;
/// nothing if the text is neither YAML nor JSON.
pub(super) fn gathered_file<'a>(
    file: &str,
    text: &str,
    open: &'a mut Open<'a>,
) -> (Option<Value>, Vec<Found>) {
    let mut sources = sources::Sources::new(open);
    let root = sources.read(file, text);
    let value = root.map(|root| schemas::gathered(&mut sources, &root));
    (value, sources.found)
}

#[cfg(test)]
mod tests;
