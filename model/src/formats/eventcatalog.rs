//! EventCatalog (4.x): a design as the folder of Markdown files that this tool makes a site of.
//! Domains are bounded contexts, services are producers and consumers; messages in their versions
//! with schemas and examples; channels with routes; teams; and the flow of what each producer
//! begins. The design itself stands among them, so that an import gives all of it back, changed as
//! the catalog has been since.
//!
//! Files that are there already keep what they say beyond it: properties whose names begin with
//! `x-`, and their text where somebody has written one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::design::Design;
use crate::finding::{Finding, Place, Severity};
use crate::formats::marked::{self, Mark};
use crate::formats::native;
use crate::schema::Schemas;

mod assembly;
mod channels;
mod ids;
mod journeys;
mod kept;
mod layouts;
mod messages;
mod place;
mod prose;
mod reading;
mod services;

use ids::Ids;
use kept::Kept;

/// What it cannot carry.
pub const LEAVES_OUT: &str = "nothing, but only `flowbench/design.ron` says how channels and \
    handlers work, and knows promises and scenarios";

/// A file of a catalog.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// Where it belongs, relative to the folder of the catalog, with `/` between folders.
    pub path: String,
    /// What it says.
    pub content: Content,
}

/// What a file says.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// A resource: properties, and a text below them.
    Resource {
        /// The properties, in the order of the file.
        front: Map<String, Value>,
        /// Markdown with components.
        body: String,
    },
    /// A schema or an example, as it is.
    Plain(String),
}

/// The name of the extensions of this format.
pub const EXTENSION: &str = "eventcatalog";

/// The folder that holds the design which a catalog is made of, and its schema files.
const FOLDER: &str = "flowbench/";
/// The design in it.
const DESIGN_FILE: &str = "flowbench/design.ron";

/// A file of a catalog that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Where it stands, relative to the folder of the catalog, with `/` between folders.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// What a catalog says.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    /// The design.
    pub design: Design,
    /// Its schema files, by their path from the design.
    pub schemas: Schemas,
    /// What is wrong or strange in the catalog, and what stays in it.
    pub findings: Vec<Found>,
}

/// A finding about a catalog.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The file.
    pub path: String,
    /// The place in it.
    pub mark: Mark,
    /// What is to be said.
    pub finding: Finding,
}

impl Found {
    fn new(
        path: &str,
        mark: Mark,
        code: &'static str,
        severity: Severity,
        sentence: String,
    ) -> Found {
        let finding = Finding::new(code, severity, Place::Design, sentence);
        Found { path: path.to_owned(), mark, finding }
    }
}

pub use place::Refused;

/// The texts of the catalog of a design, by path, in a folder where these files are: what they say
/// beyond the design stays.
///
/// # Errors
/// If the properties of a file that is there cannot be read: then nothing should be written.
pub fn export_into(
    design: &Design,
    schemas: &Schemas,
    there: &[Source],
) -> Result<BTreeMap<String, String>, Refused> {
    place::place(export(design, schemas), there)
}

/// Reads the files of a catalog as a design; of this name, if it was not made of one.
#[must_use]
pub fn import(name: &str, files: &[Source]) -> Imported {
    assembly::import(name, files)
}

/// What begins the names of properties that only this program writes.
const OWN: &str = "x-flowbench-";
/// Properties of which the design says when they are there.
const SAID: &[&str] = &[
    "sends",
    "receives",
    "services",
    "routes",
    "messages",
    "schemaPath",
    "deprecated",
    "badges",
    "protocols",
    "steps",
];
/// Where properties begin and end.
const FENCE: &str = "---\n";

/// The files of the catalog of a design.
#[must_use]
pub fn export(design: &Design, schemas: &Schemas) -> Vec<File> {
    let ids = Ids::new(design);
    let mut files = services::domains(&ids);
    files.extend(services::services(&ids));
    files.extend(messages::messages(&ids, schemas));
    files.extend(channels::channels(&ids));
    files.extend(journeys::journeys(&ids));
    files.extend(services::teams(&ids));
    files.extend(layouts::layouts(&ids));
    files.push(File::plain(DESIGN_FILE, native::write(design)));
    for (path, text) in schemas {
        files.push(File::plain(format!("{FOLDER}{path}"), text.as_str()));
    }
    files
}

impl File {
    fn resource(path: String, front: Map<String, Value>, body: String) -> File {
        File { path, content: Content::Resource { front, body } }
    }

    fn plain(path: impl Into<String>, text: impl Into<String>) -> File {
        File { path: path.into(), content: Content::Plain(text.into()) }
    }

    /// The same with what a catalog has said about it.
    fn keeping(mut self, kept: Kept) -> File {
        if let Content::Resource { front, body } = &mut self.content {
            front.extend(kept.front);
            if let Some(written) = kept.body {
                *body = written;
            }
        }
        self
    }

    /// The text to write where `existing` stands now.
    ///
    /// # Errors
    /// If the properties of the existing file cannot be read: then nothing should be written over
    /// it.
    pub fn text(&self, existing: Option<&str>) -> Result<String, marked::Complaint> {
        match &self.content {
            Content::Plain(text) => Ok(text.clone()),
            Content::Resource { front, body } => {
                let (mut front, mut body) = (front.clone(), body.clone());
                if let Some((old, written)) = existing.map(split) {
                    let old = properties(old)?;
                    keep(&mut front, &old);
                    if !written.trim().is_empty() {
                        written.clone_into(&mut body);
                    }
                    if let Some(same) = existing.filter(|_| front == old && written == body) {
                        return Ok(same.to_owned());
                    }
                }
                let properties = marked::write::yaml(&Value::Object(front));
                Ok(format!("{FENCE}{properties}{FENCE}{body}"))
            }
        }
    }
}

/// A version as the name of a folder.
fn file_name(version: &str) -> String {
    let sign = |it: char| if it.is_ascii_alphanumeric() || ".-+".contains(it) { it } else { '-' };
    let name: String = version.chars().map(sign).collect();
    name.trim_matches('.').replace("..", ".")
}

/// The properties of a file and its text.
fn split(text: &str) -> (&str, &str) {
    let inside = text.strip_prefix(FENCE).or_else(|| text.strip_prefix("---\r\n"));
    inside.and_then(|inside| inside.split_once("\n---")).map_or(("", text), |(front, rest)| {
        (front, rest.split_once('\n').map_or("", |(_, body)| body))
    })
}

/// What the text of properties says.
fn properties(text: &str) -> Result<Map<String, Value>, marked::Complaint> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let tree = marked::read(text)?.tree;
    Ok(tree.entries().iter().map(|it| (it.key.clone(), it.tree.value())).collect())
}

/// Takes over what an existing file says of which a design says nothing.
fn keep(front: &mut Map<String, Value>, old: &Map<String, Value>) {
    for (key, value) in old {
        let is_of_design = SAID.contains(&key.as_str()) || key.starts_with(OWN);
        if !is_of_design && !front.contains_key(key) {
            front.insert(key.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests;
