//! Documents of other tools as one design: what is read and how, the same for the command line and
//! for the window. Nothing is written here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flowbench_model::design::Design;
use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, Found, Given, Imported, Summary, View};
use flowbench_model::formats::topology::{TOPOLOGIES, Topology};
use flowbench_model::joining::{self, Pair};

use crate::files;

/// Endings of the names of documents, and of lists that are read too.
pub const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "csv", "txt"];

/// What is to be read, and how.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Asked {
    /// The documents.
    pub files: Vec<PathBuf>,
    /// Folder that holds all files which the documents refer to; the one they share if absent.
    pub root: Option<PathBuf>,
    /// From whose side documents are written, where that is not as the specification has it.
    pub views: Vec<(PathBuf, View)>,
    /// Things that are one under two names.
    pub joins: Joins,
}

/// Which things under near names become one.
#[derive(Clone, PartialEq, Debug)]
pub enum Joins {
    /// All whose names are near each other.
    All,
    /// These.
    Only(Vec<Pair>),
}

impl Default for Joins {
    fn default() -> Joins {
        Joins::Only(Vec::new())
    }
}

/// What was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// What the documents say together.
    pub design: Design,
    /// The folder that the names of files are relative to.
    pub folder: PathBuf,
    /// What each document says.
    pub documents: Vec<Document>,
    /// What is wrong or strange in them, and what was left out.
    pub findings: Vec<Found>,
    /// Things that are probably one, and whether they became one.
    pub pairs: Vec<(Pair, bool)>,
    /// Pairs that were wanted although one of them is not there.
    pub unknown: Vec<Pair>,
    /// Documents that cannot be read, each with the reason.
    pub unread: Vec<(PathBuf, String)>,
}

/// What a document says, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its path from the folder.
    pub file: String,
    /// What it is called: the name of its application, if it has one.
    pub name: String,
    /// What it is written in: `AsyncAPI 3.0.0`.
    pub kind: String,
    /// How many there are of what.
    pub counts: Vec<(usize, &'static str)>,
    /// Who sends and receives what, a sentence each.
    pub sentences: Vec<String>,
    /// Whether it is written from somebody's side.
    pub has_side: bool,
    /// What it has and a design has not, in one sentence; empty if findings say it.
    pub leaves_out: &'static str,
}

/// Whether a file could be such a document, by its name.
#[must_use]
pub fn is_document(path: &Path) -> bool {
    let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
    ending.is_some_and(|it| ENDINGS.contains(&it.as_str()))
}

/// Reads documents. What cannot be read is told, and the others are read all the same.
#[must_use]
pub fn read(asked: &Asked) -> Read {
    let mut unread = Vec::new();
    let folder = folder(asked, &mut unread);
    let mut given = Vec::new();
    for file in &asked.files {
        if !unread.iter().any(|it| it.0 == *file) {
            match self::given(asked, &folder, file) {
                Ok(one) => given.push(one),
                Err(error) => unread.push((file.clone(), error)),
            }
        }
    }
    let mut open = |name: &str| {
        files::read_inside(&folder, name, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())
    };
    let (lists, given): (Vec<_>, Vec<_>) =
        given.into_iter().map(|it| (topology(&it.text), it)).partition(|it| it.0.is_some());
    let given: Vec<Given> = given.into_iter().map(|it| it.1).collect();
    let Imported { design, findings, documents } = asyncapi::import(&given, &mut open);
    let documents = documents.into_iter().map(Document::of_application).collect();
    let (pairs, unknown) = (Vec::new(), Vec::new());
    let mut read = Read { design, folder, documents, findings, pairs, unknown, unread };
    for (topology, given) in lists {
        topology.into_iter().for_each(|topology| read.list(topology, &given));
    }
    read.join(&asked.joins);
    read
}

impl Document {
    fn of_application(summary: Summary) -> Document {
        let Summary { file, version, application, channels, operations, messages, sentences } =
            summary;
        Document {
            file,
            name: application,
            kind: format!("AsyncAPI {version}"),
            counts: vec![(channels, "channel"), (operations, "operation"), (messages, "message")],
            sentences,
            has_side: true,
            leaves_out: "",
        }
    }
}

/// The format of a list of what runs in a broker, if a text is one by the look of it.
fn topology(text: &str) -> Option<&'static Topology> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let name = match () {
        () if has(&["asyncapi:", "\"asyncapi\""]) => return None,
        () if has(&["\"rabbit_version\"", "\"exchanges\"", "\"vhosts\""]) => "rabbitmq",
        () if has(&["PartitionCount", "topics:", "\"topics\"", "partitions"]) => "kafka",
        () => return None,
    };
    TOPOLOGIES.iter().find(|topology| topology.name == name)
}

impl Read {
    /// Adds what runs in a broker, by a list of it.
    fn list(&mut self, topology: &'static Topology, given: &Given) {
        let file = given.file.clone();
        match (topology.read)(&given.text) {
            Err(complaint) => {
                let (line, column) = (complaint.mark.line, complaint.mark.column);
                let error = format!("{file}:{line}:{column}: {}", complaint.sentence);
                self.unread.push((self.folder.join(&file), error));
            }
            Ok(imported) => {
                let listed = imported.design;
                let bindings = listed.edges.iter().filter(|edge| is_binding(edge)).count();
                let counts = vec![(listed.nodes.len(), "channel"), (bindings, "binding")];
                let (name, kind) = (listed.info.name.clone(), topology.title.to_owned());
                let (sentences, leaves_out) = (Vec::new(), topology.leaves_out);
                let found = |(mark, finding)| Found { file: file.clone(), mark, finding };
                self.findings.extend(imported.findings.into_iter().map(found));
                self.design = together(&self.design, listed);
                self.documents.push(Document {
                    file: given.file.clone(),
                    name,
                    kind,
                    counts,
                    sentences,
                    has_side: false,
                    leaves_out,
                });
            }
        }
    }

    /// Makes one what is one.
    fn join(&mut self, joins: &Joins) {
        let near = joining::near_names(&self.design).into_iter();
        self.pairs = near.map(|pair| (pair, *joins == Joins::All)).collect();
        let wanted = if let Joins::Only(wanted) = joins { wanted.as_slice() } else { &[] };
        for wanted in wanted {
            let Pair { from, to, .. } = wanted;
            let has = |name: &str| self.design.message(name).is_some();
            let is_message = has(from) && has(to);
            let is_channel = |name: &str| self.design.node(name).is_some_and(|it| it.is_channel());
            let are_channels = is_channel(from) && is_channel(to);
            if !is_message && !are_channels {
                self.unknown.push(wanted.clone());
                continue;
            }
            let is_it = |it: &(Pair, bool)| {
                it.0.is_message == is_message
                    && [&it.0.from, &it.0.to].into_iter().all(|name| [from, to].contains(&name))
            };
            self.pairs.retain(|it| !is_it(it));
            self.pairs.push((Pair { is_message, ..wanted.clone() }, true));
        }
        self.pairs.sort();
        for (pair, _) in self.pairs.iter().filter(|(_, is_joined)| *is_joined) {
            self.design = joining::joined(&self.design, pair);
        }
    }

    /// Whether there is a design in it.
    #[must_use]
    pub fn has_documents(&self) -> bool {
        !self.documents.is_empty()
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|found| found.finding.severity == Severity::Error)
    }

    /// `path:line:column`.
    #[must_use]
    pub fn place(&self, found: &Found) -> String {
        let path = self.folder.join(&found.file);
        format!("{}:{}:{}", path.display(), found.mark.line, found.mark.column)
    }
}

fn is_binding(edge: &Edge) -> bool {
    edge.kind == EdgeKind::Bind
}

/// Two designs as one; the second alone where the first has nothing.
fn together(one: &Design, other: Design) -> Design {
    if one.nodes.is_empty() && one.messages.is_empty() {
        return other;
    }
    let addition = joining::addition(one, &BTreeMap::new(), &other);
    addition.edit.apply(one).unwrap_or_else(|_| one.clone())
}

/// The folder that references may not leave; tells which files are not there.
fn folder(asked: &Asked, unread: &mut Vec<(PathBuf, String)>) -> PathBuf {
    let mut shared: Option<PathBuf> = None;
    for file in asked.root.iter().chain(&asked.files) {
        let path = match real(file) {
            Ok(path) => path,
            Err(error) => {
                unread.push((file.clone(), error));
                continue;
            }
        };
        if asked.root.is_some() {
            return path;
        }
        let above = path.parent().unwrap_or(Path::new("/")).to_owned();
        shared = Some(match shared {
            None => above,
            Some(shared) => {
                let fits = |it: &&Path| above.starts_with(it);
                shared.ancestors().find(fits).unwrap_or(Path::new("/")).to_owned()
            }
        });
    }
    shared.unwrap_or_default()
}

fn real(path: &Path) -> Result<PathBuf, String> {
    path.canonicalize().map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn given(asked: &Asked, folder: &Path, file: &Path) -> Result<Given, String> {
    let path = real(file)?;
    let inside = path.strip_prefix(folder).map_err(|_| {
        format!("{} lies outside {}; choose another --root", file.display(), folder.display())
    })?;
    let steps: Vec<_> = inside.iter().map(|step| step.to_string_lossy().into_owned()).collect();
    let text = files::read_text(file, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())?;
    let is_meant = |it: &&(PathBuf, View)| it.0 == file || real(&it.0).is_ok_and(|it| it == path);
    let view = asked.views.iter().find(is_meant).map(|it| it.1).unwrap_or_default();
    Ok(Given { file: steps.join("/"), text, view })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two documents about one channel that is written in two ways, and what is none.
    fn documents() -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().expect("folder");
        let document = |title: &str, channel: &str, action: &str| {
            format!(
                "asyncapi: 3.0.0\ninfo: {{title: {title}, version: '1'}}\nchannels:\n  it:\n    \
                 address: {channel}\n    messages: {{OrderPlaced: {{payload: {{type: object}}}}}}\n\
                 operations:\n  do: {{action: {action}, channel: {{$ref: '#/channels/it'}}}}\n"
            )
        };
        let texts = [
            ("shop.yaml", document("Shop", "order", "send")),
            ("billing.yaml", document("Billing", "orders", "receive")),
            ("notes.yaml", "a: [".to_owned()),
        ];
        let files = texts.map(|(name, text)| {
            let path = folder.path().join(name);
            files::write_text(&path, &text).expect("written");
            path
        });
        (folder, files.to_vec())
    }

    #[test]
    fn near_names_are_told_and_become_one_if_that_is_wanted() {
        let (_folder, files) = documents();
        let mut asked = Asked { files, ..Asked::default() };
        let seen = read(&asked);
        let [(pair, false)] = seen.pairs.as_slice() else { panic!("{:?}", seen.pairs) };
        assert_eq!(pair.to_string(), "orders=order");
        assert_eq!(seen.design.nodes.len(), 4);
        let turned: Pair = "order=orders".parse().expect("a pair");
        for joins in [Joins::All, Joins::Only(vec![pair.clone()]), Joins::Only(vec![turned])] {
            asked.joins = joins;
            let seen = read(&asked);
            assert!(seen.pairs.iter().all(|it| it.1), "{:?}", seen.pairs);
            assert_eq!(seen.design.nodes.len(), 3);
        }
    }

    #[test]
    fn what_a_broker_lists_is_read_beside_documents() {
        let (folder, mut files) = documents();
        let list = r#"{"exchanges": [], "bindings": [], "queues":
            [{"name": "order", "vhost": "/"}, {"name": "returns", "vhost": "/"}]}"#;
        let path = folder.path().join("definitions.json");
        files::write_text(&path, list).expect("written");
        files.push(path);
        let seen = read(&Asked { files, ..Asked::default() });
        let kinds: Vec<&str> = seen.documents.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds.len(), 3, "{kinds:?} {:?}", seen.unread);
        assert!(seen.design.node("returns").is_some() && seen.design.node("Shop").is_some());
        assert_eq!(seen.design.nodes.iter().filter(|node| node.name == "order").count(), 1);
    }

    #[test]
    fn what_cannot_be_read_keeps_nothing_else_from_being_read() {
        let (folder, mut files) = documents();
        files.push(folder.path().join("gone.yaml"));
        let asked = Asked { files, ..Asked::default() };
        let seen = read(&asked);
        assert_eq!(seen.documents.len(), 2);
        assert!(seen.has_errors());
        let [(path, error)] = seen.unread.as_slice() else { panic!("{:?}", seen.unread) };
        assert!(path.ends_with("gone.yaml") && error.contains("cannot read"), "{error}");
    }
}
