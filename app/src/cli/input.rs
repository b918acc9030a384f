//! The FILE of a command: a design file, a folder with one, or the name of a sample.

use std::path::Path;

use flowbench_model::design::Design;
use flowbench_model::finding::Finding;
use flowbench_model::formats::native::{self, Document, Source};
use flowbench_model::name::nearest;
use flowbench_model::schema::Schemas;

use crate::beside::Beside;
use crate::files;
use crate::samples::{self, SAMPLES};
use crate::session::filing::read_design;

/// A design with what belongs to it.
#[derive(Debug)]
pub(super) struct Input {
    /// What to call it in messages: its path, or the name of the sample.
    pub(super) name: String,
    /// The design and its text.
    pub(super) document: Document,
    /// Schema files by path.
    pub(super) schemas: Schemas,
    /// Where its other files are.
    pub(super) beside: Beside,
}

impl Input {
    /// Reads it; errors are one sentence.
    pub(super) fn open(path: &Path) -> Result<Input, String> {
        if files::exists(path) {
            return open_file(&files::design_file(path));
        }
        let name = path.to_string_lossy().into_owned();
        let sample = samples::find(&name).ok_or_else(|| unknown(path).unwrap_or_default())?;
        let document = native::read(sample.design()).map_err(|error| {
            format!("{name}:{}:{}: {}", error.line, error.column, error.problem)
        })?;
        let beside = Beside::Sample(sample.name.to_owned());
        Ok(Input { name, document, schemas: sample.schemas(), beside })
    }

    /// Reads one of several versions: as [`Input::open`], and `-` is standard input. An empty file
    /// is a design with nothing in it: version control hands in such a one for a file that is new
    /// or gone.
    pub(super) fn version(path: &Path) -> Result<Input, String> {
        let is_standard = path == Path::new("-");
        let text = if is_standard {
            files::read_standard_input(files::DESIGN_LIMIT)
        } else if files::exists(path) {
            files::read_text(&files::design_file(path), files::DESIGN_LIMIT)
        } else {
            return Input::open(path);
        };
        let text = text.map_err(|error| error.to_string())?;
        if !is_standard && !text.trim().is_empty() {
            return Input::open(path);
        }
        let name = path.display().to_string();
        let document = version(&name, &text)?;
        Ok(Input { name, document, schemas: Schemas::new(), beside: Beside::Nothing })
    }

    /// `path:line:column` of a finding.
    pub(super) fn locate(&self, finding: &Finding) -> String {
        let (line, column) = self.line_and_column(finding);
        format!("{}:{line}:{column}", self.name)
    }

    /// Where a finding is in the text.
    pub(super) fn line_and_column(&self, finding: &Finding) -> (usize, usize) {
        self.document.source.locate(&finding.place, &finding.property).unwrap_or((1, 1))
    }
}

/// The design of a text that nothing lies beside.
pub(super) fn version(name: &str, text: &str) -> Result<Document, String> {
    if text.trim().is_empty() {
        let design = Design::new("");
        let source = Source::canonical(&design);
        return Ok(Document { design, source });
    }
    native::read(text)
        .map_err(|error| format!("{name}:{}:{}: {}", error.line, error.column, error.problem))
}

fn open_file(path: &Path) -> Result<Input, String> {
    let document = read_design(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (schemas, _) = files::read_schemas(folder.unwrap_or(Path::new(".")), &document.design);
    let (name, beside) = (path.display().to_string(), Beside::file(path));
    Ok(Input { name, document, schemas, beside })
}

/// What to say about a FILE that is neither a file or folder nor a sample.
pub(super) fn unknown(path: &Path) -> Option<String> {
    let name = path.to_string_lossy();
    if files::exists(path) || samples::find(&name).is_some() {
        return None;
    }
    let near = nearest(&name, SAMPLES.iter().map(|sample| sample.name));
    let meant = near.map_or(String::new(), |near| format!("; did you mean the sample `{near}`?"));
    Some(format!("there is no file, folder or sample `{name}`{meant}"))
}
