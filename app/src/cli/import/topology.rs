//! What runs in a broker, as its own tools list it, becomes a design.

use std::path::Path;

use flowbench_model::edge::EdgeKind;
use flowbench_model::formats::native;
use flowbench_model::formats::topology::{Imported, TOPOLOGIES};
use serde_json::{Value, json};

use super::{Arguments, FORMAT, tone};
use crate::cli::console::Console;
use crate::cli::{Format, Status};
use crate::files;

/// Reads the list of this format and writes the design.
pub(super) fn import(
    name: &str,
    arguments: &Arguments,
    console: &mut Console,
) -> Result<Status, String> {
    let topology = TOPOLOGIES.iter().find(|topology| topology.name == name);
    let topology = topology.expect("invariant: every source names a format of the table");
    let [file] = arguments.files.as_slice() else {
        return Err(format!("{} are read from one file at a time", topology.title));
    };
    let text = files::read_text(file, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())?;
    let imported = (topology.read)(&text).map_err(|complaint| {
        let (line, column) = (complaint.mark.line, complaint.mark.column);
        format!("{}:{line}:{column}: {}", file.display(), complaint.sentence)
    })?;
    let written = native::write(&imported.design);
    files::write_text(&arguments.out, &written).map_err(|error| error.to_string())?;
    match arguments.format {
        Format::Text => print(file, &arguments.out, &imported, topology.leaves_out, console),
        Format::Json => {
            console.line(&format!("{:#}", object(file, &arguments.out, &imported)));
        }
    }
    Ok(Status::Held)
}

/// How many channels and bindings there are.
fn counts(imported: &Imported) -> (usize, usize) {
    let edges = imported.design.edges.iter();
    (imported.design.nodes.len(), edges.filter(|edge| edge.kind == EdgeKind::Bind).count())
}

fn print(file: &Path, out: &Path, imported: &Imported, leaves_out: &str, console: &mut Console) {
    for (mark, finding) in &imported.findings {
        let code = format!("{}[{}]", finding.severity, finding.code);
        let code = console.tinted(tone(finding.severity), &code);
        let (file, line, column) = (file.display(), mark.line, mark.column);
        console.line(&format!("{file}:{line}:{column}: {code}: {}", finding.sentence));
    }
    let (channels, bindings) = counts(imported);
    console.line(&format!("{}: {channels} channels, {bindings} bindings", file.display()));
    console.line(&format!("left out: {leaves_out}"));
    console.line(&format!("written to {}", out.display()));
}

fn object(file: &Path, out: &Path, imported: &Imported) -> Value {
    let (channels, bindings) = counts(imported);
    let findings = imported.findings.iter().map(|(mark, finding)| {
        json!({
            "code": finding.code,
            "severity": finding.severity.to_string(),
            "file": file.display().to_string(),
            "line": mark.line,
            "column": mark.column,
            "pointer": finding.property,
            "sentence": finding.sentence,
        })
    });
    json!({
        "format": FORMAT,
        "channels": channels,
        "bindings": bindings,
        "findings": findings.collect::<Vec<_>>(),
        "written": out.display().to_string(),
    })
}
