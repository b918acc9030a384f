//! What an open design is compared with, where that comes from, and what it says in all: the same
//! words for the command line and for the window.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowbench_model::design::{Design, Position};
use flowbench_model::diff::{self, Alteration, AlterationKind, Diff, Side};
use flowbench_model::finding::Place;
use flowbench_model::formats::native;
use flowbench_model::layout;
use flowbench_model::name::EdgeName;
use flowbench_model::schema::Schemas;

use crate::files::{self, git};

/// What an open design is compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Against {
    /// Another design file.
    File(PathBuf),
    /// What was saved last.
    Saved,
    /// What the last commit of its work tree says.
    Head,
}

/// A version of a design with its schema files.
#[derive(Clone, PartialEq, Debug)]
pub struct Version {
    /// The design.
    pub design: Arc<Design>,
    /// The texts of its schema files, as far as they are there.
    pub schemas: Schemas,
}

/// Two versions of a design, and what lies between them.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// The version before.
    pub old: Arc<Version>,
    /// The version after.
    pub new: Arc<Design>,
    /// What changed.
    pub diff: Diff,
    /// The same by the things that stand on a canvas.
    pub marks: Marks,
}

/// Changes by the things that stand on a canvas.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Marks {
    /// Nodes of the version after.
    pub nodes: BTreeMap<String, Manner>,
    /// Edges of the version after.
    pub edges: BTreeMap<EdgeName, Manner>,
    /// Nodes that are gone, and where they stood.
    pub gone_nodes: BTreeMap<String, Position>,
    /// Edges that are gone.
    pub gone_edges: BTreeSet<EdgeName>,
    /// Who is hurt.
    pub hurt: BTreeSet<Place>,
}

/// How a thing differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Manner {
    /// It says something else.
    Changed,
    /// It has another name.
    Renamed,
    /// It is new.
    New,
}

impl Against {
    /// What it is called.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Against::File(path) => path.display().to_string(),
            Against::Saved => "what was saved last".to_owned(),
            Against::Head => "the last commit (git HEAD)".to_owned(),
        }
    }
}

impl Version {
    /// Reads a version from a file, or from the last commit that holds this file.
    ///
    /// # Errors
    /// If it is not there or is no design: one sentence.
    pub fn read(against: &Against, own: Option<&Path>) -> Result<Version, String> {
        let is_file = matches!(against, Against::File(_));
        let path = match (against, own) {
            (Against::File(path), _) => files::design_file(path),
            (Against::Saved | Against::Head, Some(path)) => path.to_owned(),
            (Against::Saved | Against::Head, None) => {
                return Err("the design has no file yet: save it first".to_owned());
            }
        };
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let text = match is_file {
            true => files::read_text(&path, files::DESIGN_LIMIT).map_err(|it| it.to_string()),
            false => git::at_head(&path, files::DESIGN_LIMIT),
        };
        let document = native::read(&text?).map_err(|error| {
            let (line, column) = (error.line, error.column);
            let of = if is_file { String::new() } else { " at HEAD".to_owned() };
            format!("{}{of}:{line}:{column}: {}", path.display(), error.problem)
        })?;
        let design = document.design;
        let schemas = match is_file {
            true => files::read_schemas(&folder, &design).0,
            false => {
                let names = files::schema_names(&design).into_iter();
                let names = names.filter(|name| files::is_inside(name));
                let read = |name: String| {
                    let text = git::at_head(&folder.join(&name), files::SCHEMA_LIMIT).ok()?;
                    Some((name, text))
                };
                names.filter_map(read).collect()
            }
        };
        Ok(Version { design: Arc::new(design), schemas })
    }
}

impl Difference {
    /// What lies between two versions. Cost: some milliseconds for a thousand nodes.
    #[must_use]
    pub fn between(old: Arc<Version>, new: Arc<Design>, schemas: &Schemas) -> Difference {
        let before = Side { design: &old.design, schemas: &old.schemas };
        let diff = diff::diff(before, Side { design: &new, schemas });
        let marks = Marks::of(&diff, &old.design);
        Difference { old, new, diff, marks }
    }
}

impl Marks {
    fn of(diff: &Diff, old: &Design) -> Marks {
        let mut marks = Marks::default();
        let mut positions = None;
        for alteration in &diff.alterations {
            marks.hurt.extend(alteration.harms.iter().map(|harm| harm.hurts.clone()));
            let is_gone = is_gone(alteration);
            match &alteration.place {
                Place::Node(name) if is_gone => {
                    let places = positions.get_or_insert_with(|| layout::positions(old));
                    let place = places.get(name).copied().unwrap_or_default();
                    marks.gone_nodes.insert(name.clone(), place);
                }
                Place::Edge(name) if is_gone => {
                    marks.gone_edges.insert(name.clone());
                }
                Place::Node(name) => {
                    let known = marks.nodes.entry(name.clone()).or_insert(Manner::Changed);
                    *known = (*known).max(manner(alteration));
                }
                Place::Edge(name) => {
                    let known = marks.edges.entry(name.clone()).or_insert(Manner::Changed);
                    *known = (*known).max(manner(alteration));
                }
                Place::Design
                | Place::Context(_)
                | Place::Message(_)
                | Place::Promise(_)
                | Place::Scenario(_)
                | Place::Preset(_) => {}
            }
        }
        marks
    }
}

/// Whether the whole thing is gone.
#[must_use]
pub fn is_gone(alteration: &Alteration) -> bool {
    alteration.kind == AlterationKind::Removed && alteration.property.is_empty()
}

fn manner(alteration: &Alteration) -> Manner {
    match alteration.kind {
        AlterationKind::Added if alteration.property.is_empty() => Manner::New,
        AlterationKind::Renamed => Manner::Renamed,
        AlterationKind::Added
        | AlterationKind::Removed
        | AlterationKind::Altered
        | AlterationKind::Reordered => Manner::Changed,
    }
}

/// How many changes there are, and how many of them break something.
#[must_use]
pub fn counts(diff: &Diff) -> String {
    let breaking = diff.alterations.iter().filter(|it| it.breaks()).count();
    let plural = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    match (diff.alterations.len(), breaking) {
        (0, _) => "nothing changed".to_owned(),
        (all, 0) => format!("{}, nothing breaks", plural(all, "change", "changes")),
        (all, breaking) => {
            let changes = plural(all, "change", "changes");
            format!("{changes}, {}", plural(breaking, "breaks", "break"))
        }
    }
}

/// What could not be compared, a sentence each.
#[must_use]
pub fn unread(diff: &Diff) -> Vec<String> {
    let said = |file: &String| {
        format!("the schema file `{file}` is not beside both versions: it is not compared")
    };
    diff.unread.iter().map(said).collect()
}
