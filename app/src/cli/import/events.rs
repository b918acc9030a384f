//! Recorded CloudEvents become a design that publishes them again.

use std::path::Path;

use flowbench_model::finding::Severity;
use flowbench_model::formats::cloud_events::{self, Imported};
use flowbench_model::formats::native;
use serde_json::{Value, json};

use super::{Arguments, FORMAT, tone};
use crate::cli::console::Console;
use crate::cli::{Format, Status};
use crate::files;

/// Findings of one file that are printed.
const FINDINGS: usize = 20;

/// Reads the events and writes the design, and beside it the recording.
pub(super) fn import(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let [file] = arguments.files.as_slice() else {
        return Err("CloudEvents are read from one file at a time".to_owned());
    };
    let text = files::read_text(file, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let recording = format!("recorded/{stem}.jsonl");
    let imported = cloud_events::import(&stem, &text, &recording)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    write(&imported, &recording, &arguments.out)?;
    match arguments.format {
        Format::Text => print(arguments, file, &imported, &recording, console),
        Format::Json => {
            let object = object(arguments, file, &imported, &recording);
            console.line(&format!("{object:#}"));
        }
    }
    Ok(Status::Held)
}

fn write(imported: &Imported, recording: &str, out: &Path) -> Result<(), String> {
    let beside = out.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let path = beside.join(recording);
    let is_other = files::exists(&path)
        && files::read_text(&path, u64::MAX).ok().as_ref() != Some(&imported.recording);
    if is_other {
        return Err(format!(
            "{} is there already and holds something else; nothing was written. Move it, or choose \
             an --out in another folder",
            path.display()
        ));
    }
    let sentence = |error: files::FileError| error.to_string();
    files::make_folder(path.parent().unwrap_or(beside)).map_err(sentence)?;
    files::write_text(&path, &imported.recording).map_err(sentence)?;
    files::write_text(out, &native::write(&imported.design)).map_err(sentence)
}

fn print(
    arguments: &Arguments,
    file: &Path,
    imported: &Imported,
    recording: &str,
    console: &mut Console,
) {
    for (line, finding) in imported.findings.iter().take(FINDINGS) {
        let code = format!("{}[{}]", finding.severity, finding.code);
        let code = console.tinted(tone(finding.severity), &code);
        console.line(&format!("{}:{line}: {code}: {}", file.display(), finding.sentence));
    }
    let more = imported.findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        console.line(&format!("and {more} more"));
    }
    let (messages, sources) = (imported.design.messages.len(), imported.design.edges.len());
    let (file, events) = (file.display(), imported.events);
    console.line(&format!("{file}: {events} events, {messages} messages, {sources} sources"));
    console.line(&format!("left out: {}", cloud_events::LEAVES_OUT));
    let out = arguments.out.display();
    console.line(&format!("written to {out}, and beside it {recording}"));
    console.line(&format!("publish them again: flowbench run {out}"));
}

fn object(arguments: &Arguments, file: &Path, imported: &Imported, recording: &str) -> Value {
    let findings = imported.findings.iter().map(|(line, finding)| {
        json!({
            "code": finding.code,
            "severity": finding.severity.to_string(),
            "file": file.display().to_string(),
            "line": line,
            "sentence": finding.sentence,
        })
    });
    let is_left_out =
        |it: &&(u64, flowbench_model::finding::Finding)| it.1.severity == Severity::Warning;
    json!({
        "format": FORMAT,
        "events": imported.events,
        "messages": imported.design.messages.len(),
        "sources": imported.design.edges.len(),
        "warnings": imported.findings.iter().filter(is_left_out).count(),
        "findings": findings.collect::<Vec<_>>(),
        "recording": recording,
        "written": arguments.out.display().to_string(),
    })
}
