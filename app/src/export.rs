//! What a design can be made into: one table of targets, which the command line and the window
//! share. A new target is a new line here.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use flowbench_model::design::Design;
use flowbench_model::finding::Finding;
use flowbench_model::formats::asyncapi::{self, Syntax};
use flowbench_model::formats::diagram::{LANGUAGES, Language};
use flowbench_model::formats::{cloud_events, csv, eventcatalog, json_schema, topology};
use flowbench_model::schema::Schemas;

use crate::beside::Beside;
use crate::files::{self, FileError};

mod broker;
mod catalog;
mod contracts;
pub mod picture;
pub mod preview;

/// Bytes of the list that a folder keeps of its files, at most.
const LIST_BYTES: u64 = 16 << 20;

/// Something that a design can be made into.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called on the command line: `mermaid`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is, in one sentence without a full stop.
    pub sentence: &'static str,
    /// The kind of thing it is.
    pub group: Group,
    /// Whether it is a file or a folder.
    pub form: Form,
    /// What can be chosen about it.
    pub choices: &'static [Choice],
    /// What of a design it cannot carry; empty if that depends on the design, and findings say it.
    pub leaves_out: &'static str,
    /// Where a folder keeps the list of its own files, so that the next export takes away what is
    /// no longer among them.
    list: Option<&'static List>,
    make: Make,
}

/// What is to be written, and where to.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// What.
    pub target: &'static Target,
    /// How.
    pub options: Options,
    /// The file or folder.
    pub out: PathBuf,
}

/// Kinds of targets, in the order of lists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// For people who look.
    Pictures,
    /// For other tools that draw.
    Diagrams,
    /// For people who read.
    Pages,
    /// For tools that know contracts.
    Documents,
    /// For spreadsheets.
    Tables,
}

/// A file or a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// One file with this ending.
    File(&'static str),
    /// A folder.
    Folder,
}

/// Something that can be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Light or dark.
    Theme,
    /// One file or a folder.
    SingleFile,
    /// With what runs come to, or without.
    Runs,
}

/// What is chosen; what a target does not know it does not mind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Dark colors.
    pub is_dark: bool,
    /// One file where it could be a folder.
    pub is_single_file: bool,
    /// What the scenarios come to.
    pub has_runs: bool,
}

/// What is made into something else.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The design.
    pub design: &'a Design,
    /// Its schema files.
    pub schemas: &'a Schemas,
    /// Where its other files are.
    pub beside: &'a Beside,
}

/// A file that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where it belongs in the folder, with `/` between folders; empty if it is the only one.
    pub path: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// A text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// Why nothing more is made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stop {
    /// Nobody wants it any more.
    #[error("given up")]
    Unwanted,
    /// It cannot be done.
    #[error("{0}")]
    Failed(String),
}

/// Work under way, seen by those who do it.
pub struct Work<'a> {
    /// Takes each file as soon as it is made.
    pub keep: &'a mut dyn FnMut(File) -> Result<(), Stop>,
    /// Whether anybody still wants it.
    pub is_wanted: &'a (dyn Fn() -> bool + Sync),
    /// Told how much of the long part is done, in percent.
    pub progress: &'a mut dyn FnMut(u64),
    /// The folder that it is written into, which may hold files of others.
    pub folder: Option<&'a Path>,
}

/// What is done to make it.
#[derive(Clone, Copy)]
enum Make {
    /// A text of one language.
    Diagram(&'static Language),
    /// Anything else; gives what it leaves out, place by place.
    Own(fn(&Source<'_>, Options, &mut Work<'_>) -> Result<Vec<Finding>, Stop>),
}

/// A list that a folder keeps of its own files.
struct List {
    /// Its path.
    path: &'static str,
    /// Whether a path that it names can be one of an export: the list is a file like any other.
    is_own: fn(&str) -> bool,
}

/// Every target, in the order of lists.
pub const TARGETS: &[Target] = &[
    Target {
        choices: &[Choice::Theme],
        ..Target::file("svg", "SVG picture", "Scalable picture, for pages and print", SVG)
    },
    Target {
        choices: &[Choice::Theme],
        ..Target::file("png", "PNG picture", "Picture of two pixels for each canvas unit", PNG)
    },
    Target::diagram(&LANGUAGES[0], "A Mermaid flowchart"),
    Target::diagram(&LANGUAGES[1], "DOT of Graphviz"),
    Target::diagram(&LANGUAGES[2], "A PlantUML component diagram"),
    Target::diagram(&LANGUAGES[3], "A D2 diagram"),
    Target {
        choices: &[Choice::SingleFile, Choice::Runs],
        leaves_out: flowbench_model::catalog::LEAVES_OUT,
        list: Some(&catalog::LIST),
        ..Target::folder(
            ("catalog", "Event catalog", "An event catalog: a folder of web pages"),
            Group::Pages,
            catalog::make,
        )
    },
    Target::folder(
        ("asyncapi", "AsyncAPI, YAML", "AsyncAPI 3 in YAML, a document for each application"),
        Group::Documents,
        |source, _, work| documents(source, Syntax::Yaml, work),
    ),
    Target::folder(
        ("asyncapi-json", "AsyncAPI, JSON", "AsyncAPI 3 in JSON, a document for each application"),
        Group::Documents,
        |source, _, work| documents(source, Syntax::Json, work),
    ),
    Target {
        group: Group::Documents,
        form: Form::File("json"),
        leaves_out: topology::RABBITMQ.leaves_out,
        ..Target::file("rabbitmq", topology::RABBITMQ.title, "Definitions of RabbitMQ", RABBITMQ)
    },
    Target {
        leaves_out: eventcatalog::LEAVES_OUT,
        ..Target::folder(
            (
                "eventcatalog",
                "EventCatalog",
                "The folder of an EventCatalog, which may be there already",
            ),
            Group::Documents,
            into_catalog,
        )
    },
    Target {
        leaves_out: json_schema::LEAVES_OUT,
        ..Target::folder(
            ("json-schema", "Schema files", "JSON Schema, Avro, Protobuf: a file for each version"),
            Group::Documents,
            contracts::schemas,
        )
    },
    Target {
        group: Group::Documents,
        form: Form::File("jsonl"),
        leaves_out: cloud_events::LEAVES_OUT,
        ..Target::file(
            "cloudevents",
            "CloudEvents",
            "Examples of all messages, a line each",
            EVENTS,
        )
    },
    Target {
        leaves_out: csv::LEAVES_OUT,
        ..Target::folder(
            ("csv", "Tables (CSV)", "Tables of nodes, edges and messages, three files"),
            Group::Tables,
            tables,
        )
    },
];

const SVG: Make = Make::Own(picture::svg);
const PNG: Make = Make::Own(picture::png);
const RABBITMQ: Make = Make::Own(broker::rabbitmq);
const EVENTS: Make = Make::Own(contracts::events);

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

impl Target {
    const fn file(
        name: &'static str,
        title: &'static str,
        sentence: &'static str,
        make: Make,
    ) -> Target {
        Target {
            name,
            title,
            sentence,
            group: Group::Pictures,
            form: Form::File(name),
            choices: &[],
            leaves_out: "",
            list: None,
            make,
        }
    }

    const fn diagram(language: &'static Language, sentence: &'static str) -> Target {
        Target {
            group: Group::Diagrams,
            form: Form::File(language.extension),
            leaves_out: language.leaves_out,
            ..Target::file(language.name, language.title, sentence, Make::Diagram(language))
        }
    }

    const fn folder(
        (name, title, sentence): (&'static str, &'static str, &'static str),
        group: Group,
        make: fn(&Source<'_>, Options, &mut Work<'_>) -> Result<Vec<Finding>, Stop>,
    ) -> Target {
        Target { group, form: Form::Folder, ..Target::file(name, title, sentence, Make::Own(make)) }
    }

    /// Whether it is a file or a folder if that is chosen.
    #[must_use]
    pub fn form(&self, options: Options) -> Form {
        let can_be_one = self.choices.contains(&Choice::SingleFile);
        if can_be_one && options.is_single_file { Form::File("html") } else { self.form }
    }

    /// What the file or folder could be called for a design of this name.
    #[must_use]
    pub fn suggested_name(&self, design: &str, options: Options) -> String {
        let letters = design.chars().map(|it| if it.is_alphanumeric() { it } else { '-' });
        let name: String = letters.flat_map(char::to_lowercase).collect();
        let name = name.trim_matches('-');
        let name = if name.is_empty() { "design" } else { name };
        match self.form(options) {
            Form::File(ending) => format!("{name}.{ending}"),
            Form::Folder => format!("{name}-{}", self.name),
        }
    }

    /// Makes it, file by file; gives what it leaves out, place by place.
    ///
    /// # Errors
    /// If it cannot be made, is not wanted any more, or a file is not kept.
    pub fn make(
        &self,
        source: &Source<'_>,
        options: Options,
        work: &mut Work<'_>,
    ) -> Result<Vec<Finding>, Stop> {
        match self.make {
            Make::Diagram(language) => {
                work.keep_text("", (language.write)(source.design))?;
                Ok(Vec::new())
            }
            Make::Own(make) => make(source, options, work),
        }
    }

    /// Makes it as this file or folder; gives what it leaves out, place by place.
    ///
    /// # Errors
    /// If it cannot be made or written, or is not wanted any more.
    pub fn write(
        &self,
        source: &Source<'_>,
        options: Options,
        (out, is_wanted): (&Path, &(dyn Fn() -> bool + Sync)),
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Finding>, Stop> {
        let form = self.form(options);
        let list = self.list.filter(|_| form == Form::Folder);
        let earlier = list.map(|list| list.read(out)).unwrap_or_default();
        let mut own = BTreeSet::new();
        let mut keep = |file: File| {
            if !is_wanted() {
                return Err(Stop::Unwanted);
            }
            write_file(out, form, &file)?;
            own.insert(file.path);
            Ok(())
        };
        let folder = Some(out).filter(|_| form == Form::Folder);
        let mut work = Work { keep: &mut keep, is_wanted, progress, folder };
        let found = self.make(source, options, &mut work)?;
        if let Some(list) = list {
            list.write(out, &own, &earlier)?;
        }
        Ok(found)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Target {
    fn eq(&self, other: &Target) -> bool {
        self.name == other.name
    }
}

impl Group {
    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Group::Pictures => "Pictures",
            Group::Diagrams => "Diagrams in text",
            Group::Pages => "Pages",
            Group::Documents => "Contracts",
            Group::Tables => "Tables",
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options { is_dark: false, is_single_file: false, has_runs: true }
    }
}

impl Content {
    /// Its size.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Content::Text(text) => text.as_bytes(),
            Content::Bytes(bytes) => bytes,
        }
    }
}

impl Work<'_> {
    /// Keeps a text.
    ///
    /// # Errors
    /// Those of whoever keeps it.
    pub fn keep_text(&mut self, path: &str, text: String) -> Result<(), Stop> {
        (self.keep)(File { path: path.to_owned(), content: Content::Text(text) })
    }
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Stop {
        Stop::Failed(error.to_string())
    }
}

impl List {
    /// The files that an earlier export into this folder has written.
    fn read(&self, folder: &Path) -> Vec<String> {
        let text = files::read_text(&folder.join(self.path), LIST_BYTES).unwrap_or_default();
        text.lines().filter(|path| (self.is_own)(path)).map(str::to_owned).collect()
    }

    fn write(
        &self,
        folder: &Path,
        own: &BTreeSet<String>,
        earlier: &[String],
    ) -> Result<(), FileError> {
        let text: String = own.iter().map(|path| format!("{path}\n")).collect();
        files::write_text(&folder.join(self.path), &text)?;
        earlier
            .iter()
            .filter(|path| !own.contains(*path))
            .try_for_each(|path| files::remove(&folder.join(path)))
    }
}

fn write_file(out: &Path, form: Form, file: &File) -> Result<(), FileError> {
    match form {
        Form::File(_) => files::write_bytes(out, file.content.bytes()),
        Form::Folder => files::write_inside(out, &file.path, file.content.bytes()),
    }
}

fn documents(
    source: &Source<'_>,
    syntax: Syntax,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let exported = asyncapi::export(source.design, source.schemas, syntax);
    if exported.files.is_empty() {
        let sentence = "the design has no producer and no consumer, so there is no document";
        return Err(Stop::Failed(sentence.to_owned()));
    }
    for file in exported.files {
        work.keep_text(&file.name, file.text)?;
    }
    Ok(exported.findings)
}

/// Made as a whole before anything is written: a file that is there may be one that cannot be read.
fn into_catalog(
    source: &Source<'_>,
    _: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let folder = work.folder.filter(|folder| files::exists(folder));
    let there = folder.map(files::catalog::read).transpose()?.unwrap_or_default();
    let texts = eventcatalog::export_into(source.design, source.schemas, &there);
    let texts = texts.map_err(|(path, complaint)| {
        Stop::Failed(format!("{path}: {complaint}; nothing was written"))
    })?;
    for (path, text) in texts {
        work.keep_text(&path, text)?;
    }
    Ok(Vec::new())
}

fn tables(source: &Source<'_>, _: Options, work: &mut Work<'_>) -> Result<Vec<Finding>, Stop> {
    for (name, text) in csv::write(source.design) {
        work.keep_text(name, text)?;
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use flowbench_model::formats::native;

    use super::*;

    #[test]
    fn every_language_for_diagrams_is_a_target() {
        for language in LANGUAGES {
            assert!(target(language.name).is_some(), "{}", language.name);
        }
    }

    fn with_source(look: impl Fn(&Source<'_>)) {
        let sample = crate::samples::find("shoe-shop").expect("there is a shoe shop");
        let design = native::read(sample.design()).expect("it can be read").design;
        let beside = Beside::Sample(sample.name.to_owned());
        look(&Source { design: &design, schemas: &sample.schemas(), beside: &beside });
    }

    #[test]
    fn every_target_can_be_made_and_keeps_its_files_inside_its_folder() {
        let options = Options { has_runs: false, ..Options::default() };
        with_source(|source| {
            for target in TARGETS {
                let mut files = 0;
                let mut keep = |file: File| {
                    let is_one = matches!(target.form, Form::File(_));
                    assert_eq!(file.path.is_empty(), is_one, "{target:?}");
                    assert!(file.path.is_empty() || files::is_inside(&file.path));
                    files += 1;
                    Ok(())
                };
                let progress = &mut |_| {};
                let mut work =
                    Work { keep: &mut keep, is_wanted: &|| true, progress, folder: None };
                target.make(source, options, &mut work).expect("nothing fails");
                assert!(files > 0, "{target:?}");
                let name = target.suggested_name("Shoe shop", options);
                assert!(name.starts_with("shoe-shop"), "{name}");
            }
        });
    }

    #[test]
    fn what_nobody_wants_is_not_written() {
        let folder = tempfile::tempdir().expect("folder");
        with_source(|source| {
            for target in TARGETS {
                let out = folder.path().join(target.name);
                let place = (out.as_path(), &(|| false) as &(dyn Fn() -> bool + Sync));
                let stopped = target.write(source, Options::default(), place, &mut |_| {});
                assert_eq!(stopped, Err(Stop::Unwanted), "{target:?}");
                assert!(!out.exists(), "{target:?}");
            }
        });
    }

    #[test]
    fn a_catalog_takes_away_what_is_no_page_of_it_any_more() {
        let folder = tempfile::tempdir().expect("folder");
        let catalog = target("catalog").expect("a target");
        let options = Options { has_runs: false, ..Options::default() };
        let out = (folder.path(), &(|| true) as &(dyn Fn() -> bool + Sync));
        with_source(|source| {
            catalog.write(source, options, out, &mut |_| {}).expect("written");
        });
        let page = folder.path().join("messages/order-placed.html");
        let own = folder.path().join("notes.html");
        std::fs::write(&own, "mine").expect("written");
        assert!(page.exists());
        let (design, schemas) = (Design::new("Empty"), Schemas::new());
        let source = Source { design: &design, schemas: &schemas, beside: &Beside::Nothing };
        catalog.write(&source, options, out, &mut |_| {}).expect("written");
        assert!(!page.exists() && own.exists());
    }
}
