//! A design as AsyncAPI documents, one for each application.

use std::path::Path;

use flowbench_model::finding::Finding;
use flowbench_model::formats::asyncapi::{self, Syntax};

use super::LeavesOut;
use crate::cli::console::Console;
use crate::cli::input::Input;
use crate::files;

/// Writes the documents, and says part by part what they leave out.
pub(super) fn write(
    input: &Input,
    folder: &Path,
    syntax: Syntax,
    console: &mut Console,
) -> Result<LeavesOut, String> {
    let exported = asyncapi::export(&input.document.design, &input.schemas, syntax);
    files::make_folder(folder).map_err(|error| error.to_string())?;
    for file in &exported.files {
        let path = folder.join(&file.name);
        files::write_text(&path, &file.text).map_err(|error| error.to_string())?;
        console.line(&format!("written to {}", path.display()));
    }
    for finding in &exported.findings {
        let Finding { code, severity, place, sentence, .. } = finding;
        console.line(&format!("{place}: {severity}[{code}]: {sentence}"));
    }
    Ok(None)
}
