//! `flowbench merge`: two versions of a design put together, as version control asks for it.

use std::path::PathBuf;

use flowbench_model::finding::Finding;
use flowbench_model::formats::native::Document;
use flowbench_model::merge::{self, Conflict, Merged};
use flowbench_model::tree::Tree;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::input::version;
use crate::cli::{Format, Status};
use crate::files;

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// What to put together.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The version that both others come from; may be empty
    base: PathBuf,
    /// Our version: what is conflicting stays as it says, and it is overwritten with the result
    ours: PathBuf,
    /// The other version
    theirs: PathBuf,
    /// Write the result here, and leave OURS as it is
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What to call the file in messages
    #[arg(long, value_name = "PATH")]
    name: Option<String>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Writes the result; violated if there are conflicts. Where a version cannot be read nothing is
/// written.
pub(super) fn merge(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let [base, ours, theirs] = [
        read(&arguments.base, arguments)?,
        read(&arguments.ours, arguments)?,
        read(&arguments.theirs, arguments)?,
    ];
    let merged = merge::merge(&base, &ours, &theirs);
    let target = arguments.out.as_ref().unwrap_or(&arguments.ours);
    files::write_text(target, &merged.text).map_err(|error| error.to_string())?;
    let shown = target.display().to_string();
    let name = arguments.name.clone().unwrap_or(shown);
    let result = Outcome { name: &name, document: version(&name, &merged.text)?, merged: &merged };
    match arguments.format {
        Format::Text => result.print(console),
        Format::Json => console.line(&format!("{:#}", result.object())),
    }
    Ok(if merged.findings().is_empty() { Status::Held } else { Status::Violated })
}

fn read(path: &std::path::Path, arguments: &Arguments) -> Result<Document, String> {
    let text = files::read_text(path, files::DESIGN_LIMIT).map_err(|error| error.to_string())?;
    let name = path.display().to_string();
    let role = match &arguments.name {
        Some(file) => format!("{file}, version {name}"),
        None => name,
    };
    version(&role, &text)
}

/// What is told about a merge.
struct Outcome<'o> {
    name: &'o str,
    /// The result, to say where in it something is.
    document: Document,
    merged: &'o Merged,
}

impl Outcome<'_> {
    fn place(&self, finding: &Finding) -> (usize, usize) {
        self.document.source.locate(&finding.place, &finding.property).unwrap_or((1, 1))
    }

    fn print(&self, console: &mut Console) {
        let findings = self.merged.findings();
        for finding in &findings {
            let (line, column) = self.place(finding);
            let code = format!("{}[{}]", finding.severity, finding.code);
            let code = console.tinted(Tone::Bad, &code);
            let (name, place) = (self.name, &finding.place);
            console.line(&format!("{name}:{line}:{column}: {code}: {place}: {}", finding.sentence));
        }
        let said = match findings.len() {
            0 => "merged".to_owned(),
            1 => "merged; 1 conflict is to be looked at, and is as ours says".to_owned(),
            count => format!("merged; {count} conflicts are to be looked at, and are as ours says"),
        };
        let tone = if findings.is_empty() { Tone::Good } else { Tone::Bad };
        console.line(&format!("{}: {}", self.name, console.tinted(tone, &said)));
    }

    fn object(&self) -> Value {
        let conflicts: Vec<Value> =
            self.merged.conflicts.iter().map(|it| self.conflict(it)).collect();
        let brought: Vec<Value> = self.merged.brought.iter().map(|it| self.finding(it)).collect();
        json!({ "format": FORMAT, "file": self.name, "conflicts": conflicts, "brought": brought })
    }

    fn conflict(&self, conflict: &Conflict) -> Value {
        let mut object = self.finding(&conflict.finding());
        let sides =
            [("base", &conflict.base), ("ours", &conflict.ours), ("theirs", &conflict.theirs)];
        for (side, value) in sides {
            object[side] = value.as_ref().map_or(Value::Null, Tree::json);
        }
        object["json_path"] = conflict.json_path.as_str().into();
        object
    }

    fn finding(&self, finding: &Finding) -> Value {
        let (line, column) = self.place(finding);
        json!({
            "code": finding.code,
            "place": finding.place.to_string(),
            "property": finding.property,
            "line": line,
            "column": column,
            "sentence": finding.sentence,
        })
    }
}
