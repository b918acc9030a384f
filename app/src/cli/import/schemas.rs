//! Files of schemas become the messages of a design.

use std::collections::BTreeSet;
use std::path::Path;

use flowbench_model::finding::Severity;
use flowbench_model::formats::json_schema::{self, Given, Imported};
use flowbench_model::formats::native;
use serde_json::{Value, json};

use super::{Arguments, FORMAT, folder, found_object, given_file, print_found};
use crate::cli::console::Console;
use crate::cli::{Format, Status};
use crate::files;

/// Reads the files and writes the design, and beside it the schemas that are not there yet.
pub(super) fn import(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let folder = folder(arguments)?;
    let beside = arguments.out.parent().filter(|it| !it.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    let given = arguments
        .files
        .iter()
        .map(|file| given(&folder, beside, file))
        .collect::<Result<Vec<Given>, String>>()?;
    let mut open = |name: &str| {
        files::read_inside(&folder, name, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())
    };
    let imported = json_schema::import(&given, &mut open);
    let is_written = !imported.design.messages.is_empty();
    if is_written {
        write(&imported, beside, &arguments.out)?;
    }
    match arguments.format {
        Format::Text => print(arguments, &folder, &imported, console),
        Format::Json => console.line(&format!("{:#}", object(arguments, &folder, &imported))),
    }
    let is_error = imported.findings.iter().any(|it| it.finding.severity == Severity::Error);
    Ok(match (is_written, is_error) {
        (false, _) => Status::Impossible,
        (true, true) => Status::Violated,
        (true, false) => Status::Held,
    })
}

fn given(folder: &Path, beside: &Path, path: &Path) -> Result<Given, String> {
    let (file, text) = given_file(folder, path)?;
    let inside = beside.canonicalize().ok().and_then(|beside| {
        let path = path.canonicalize().ok()?;
        let inside = path.strip_prefix(beside).ok()?.to_owned();
        let steps: Vec<_> = inside.iter().map(|step| step.to_string_lossy().into_owned()).collect();
        Some(steps.join("/"))
    });
    Ok(Given { file, text, beside: inside })
}

/// Writes the schemas first: a design that names files which are not there is of no use.
fn write(imported: &Imported, beside: &Path, out: &Path) -> Result<(), String> {
    let paths: BTreeSet<&str> = imported.files.iter().map(|file| file.path.as_str()).collect();
    for file in &imported.files {
        let path = beside.join(&file.path);
        let is_other = files::exists(&path)
            && files::read_text(&path, files::DOCUMENT_LIMIT).ok().as_ref() != Some(&file.text);
        if is_other {
            let (path, count) = (path.display(), paths.len());
            return Err(format!(
                "{path} is there already and says something else; nothing was written. Move it, or \
                 choose an --out in another folder ({count} schemas are to lie beside it)"
            ));
        }
    }
    for file in &imported.files {
        let path = beside.join(&file.path);
        files::make_folder(path.parent().unwrap_or(beside)).map_err(|error| error.to_string())?;
        files::write_text(&path, &file.text).map_err(|error| error.to_string())?;
    }
    let text = native::write(&imported.design);
    files::write_text(out, &text).map_err(|error| error.to_string())
}

fn versions(imported: &Imported) -> usize {
    imported.design.messages.iter().map(|message| message.versions.len()).sum()
}

fn print(arguments: &Arguments, folder: &Path, imported: &Imported, console: &mut Console) {
    imported.findings.iter().for_each(|found| print_found(folder, found, console));
    let messages = &imported.design.messages;
    let (count, versions) = (messages.len(), versions(imported));
    if messages.is_empty() {
        return console.line("no file is a schema, so nothing was written");
    }
    let list =
        |count, word| if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") };
    console.line(&format!("{} in {}", list(count, "message"), list(versions, "version")));
    for file in &imported.files {
        console.line(&format!("  {}", file.path));
    }
    console.line(&format!("written to {}", arguments.out.display()));
}

fn object(arguments: &Arguments, folder: &Path, imported: &Imported) -> Value {
    let findings = imported.findings.iter().map(|found| found_object(folder, found));
    let files: Vec<&str> = imported.files.iter().map(|file| file.path.as_str()).collect();
    let is_written = !imported.design.messages.is_empty();
    let out = is_written.then(|| arguments.out.display().to_string());
    json!({
        "format": FORMAT,
        "messages": imported.design.messages.len(),
        "versions": versions(imported),
        "files": files,
        "findings": findings.collect::<Vec<_>>(),
        "written": out,
    })
}
