//! The folder of an EventCatalog becomes a design.

use std::path::Path;

use flowbench_model::edge::EdgeKind;
use flowbench_model::finding::Severity;
use flowbench_model::formats::eventcatalog::{self, Imported};
use flowbench_model::formats::native;
use serde_json::{Value, json};

use super::{Arguments, FORMAT};
use crate::cli::console::{Console, Tone};
use crate::cli::{Format, Status};
use crate::files;

/// Reads the catalog; writes the design, and its schema files beside it.
pub(super) fn import(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let [folder] = arguments.files.as_slice() else {
        return Err("an EventCatalog is read from one folder at a time".to_owned());
    };
    if !folder.is_dir() {
        return Err(format!("{}: expected the folder of an EventCatalog", folder.display()));
    }
    let sources = files::catalog::read(folder).map_err(|error| error.to_string())?;
    let name = files::absolute(folder);
    let name = name.file_name().map_or("catalog".into(), |it| it.to_string_lossy());
    let imported = eventcatalog::import(&name, &sources);
    let is_empty = imported.design.nodes.is_empty() && imported.design.messages.is_empty();
    if !is_empty {
        write(&imported, &arguments.out)?;
    }
    let out = (!is_empty).then_some(arguments.out.as_path());
    match arguments.format {
        Format::Text => print(folder, out, &imported, console),
        Format::Json => console.line(&format!("{:#}", object(folder, out, &imported))),
    }
    let is_error = imported.findings.iter().any(|it| it.finding.severity == Severity::Error);
    Ok(match (is_empty, is_error) {
        (true, _) => Status::Impossible,
        (false, true) => Status::Violated,
        (false, false) => Status::Held,
    })
}

/// Writes the schema files and the design, unless that would change a file of somebody else.
fn write(imported: &Imported, out: &Path) -> Result<(), String> {
    let beside = out.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named = files::schema_names(&imported.design);
    let schemas = || imported.schemas.iter().filter(|(name, _)| named.contains(name));
    for (name, text) in schemas() {
        let path = beside.join(name);
        if files::exists(&path) {
            let there = files::read_inside(beside, name, files::SCHEMA_LIMIT);
            if there.map_err(|error| error.to_string())? != *text {
                let path = path.display();
                return Err(format!(
                    "{path} is there already and says something else; choose another folder"
                ));
            }
        }
    }
    for (name, text) in schemas() {
        files::write_inside(beside, name, text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let text = native::write(&imported.design);
    files::write_text(out, &text).map_err(|error| error.to_string())
}

/// How many services, channels, edges and messages there are.
fn counts(imported: &Imported) -> [(&'static str, usize); 4] {
    let design = &imported.design;
    let channels = design.nodes.iter().filter(|it| it.is_channel()).count();
    let edges = design.edges.iter().filter(|it| it.kind != EdgeKind::Bind).count();
    [
        ("services", design.nodes.len() - channels),
        ("channels", channels),
        ("edges", edges),
        ("messages", design.messages.len()),
    ]
}

fn print(folder: &Path, out: Option<&Path>, imported: &Imported, console: &mut Console) {
    let counts = counts(imported).map(|(word, count)| format!("{count} {word}"));
    console.line(&format!("{}: {}", folder.display(), counts.join(", ")));
    for found in &imported.findings {
        let finding = &found.finding;
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Doubtful,
            Severity::Info => Tone::Faint,
        };
        let code = console.tinted(tone, &format!("{}[{}]", finding.severity, finding.code));
        let path = folder.join(&found.path);
        let (line, column) = (found.mark.line, found.mark.column);
        console.line(&format!("{}:{line}:{column}: {code}: {}", path.display(), finding.sentence));
    }
    console.line(&out.map_or_else(
        || "there is no service, channel or message in it, so nothing was written".to_owned(),
        |out| format!("written to {}", out.display()),
    ));
}

fn object(folder: &Path, out: Option<&Path>, imported: &Imported) -> Value {
    let findings = imported.findings.iter().map(|found| {
        json!({
            "code": found.finding.code,
            "severity": found.finding.severity.to_string(),
            "file": folder.join(&found.path).display().to_string(),
            "line": found.mark.line,
            "column": found.mark.column,
            "sentence": found.finding.sentence,
        })
    });
    let mut object = json!({
        "format": FORMAT,
        "findings": findings.collect::<Vec<_>>(),
        "written": out.map(|out| out.display().to_string()),
    });
    for (word, count) in counts(imported) {
        object[word] = count.into();
    }
    object
}
