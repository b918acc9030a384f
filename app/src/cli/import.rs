//! `flowbench import`: documents of other tools as one design.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, Found, Given, Imported, View};
use flowbench_model::formats::native;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::{Format, Status};
use crate::files;

mod eventcatalog;
mod events;
mod schemas;
mod topology;

/// The number of the shape that `--format json` prints.
const FORMAT: u32 = 1;

/// What to read, and where to write the design.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Documents; several become one design
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What the documents are written in
    #[arg(long, value_enum, default_value_t = Source::Asyncapi)]
    from: Source,
    /// The design to write
    #[arg(long)]
    out: PathBuf,
    /// Folder that holds all files which the documents refer to [default: the one they share]
    #[arg(long)]
    root: Option<PathBuf>,
    /// Documents that are written from the side of their clients: FILE=client
    #[arg(long, value_name = "FILE=SIDE", value_parser = view)]
    view: Vec<(PathBuf, View)>,
    /// For whom to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Kinds of documents.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    /// AsyncAPI 2.0 to 3.1, YAML or JSON
    Asyncapi,
    /// Definitions of RabbitMQ, JSON
    Rabbitmq,
    /// Topics of Kafka: what kafka-topics --describe prints, or a list as JSON, YAML or CSV
    Kafka,
    /// The folder of an EventCatalog
    Eventcatalog,
    /// Recorded CloudEvents: JSON, one a line or an array
    #[value(name = "cloudevents")]
    CloudEvents,
    /// Files of JSON Schema, Avro (.avsc) or Protobuf (.proto), each a version of a message
    JsonSchema,
}

fn view(text: &str) -> Result<(PathBuf, View), String> {
    let expected = || format!("expected FILE=client or FILE=application, found `{text}`");
    let (file, side) = text.rsplit_once('=').ok_or_else(expected)?;
    let view = match side {
        "client" => View::Client,
        "application" => View::Application,
        _ => return Err(expected()),
    };
    Ok((PathBuf::from(file), view))
}

/// Reads the documents and writes the design.
pub(super) fn import(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    match arguments.from {
        Source::Asyncapi => {}
        Source::Rabbitmq => return topology::import("rabbitmq", arguments, console),
        Source::Kafka => return topology::import("kafka", arguments, console),
        Source::Eventcatalog => return eventcatalog::import(arguments, console),
        Source::CloudEvents => return events::import(arguments, console),
        Source::JsonSchema => return schemas::import(arguments, console),
    }
    let folder = folder(arguments)?;
    let given = arguments
        .files
        .iter()
        .map(|file| given(arguments, &folder, file))
        .collect::<Result<Vec<Given>, String>>()?;
    let mut open = |name: &str| {
        files::read_inside(&folder, name, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())
    };
    let imported = asyncapi::import(&given, &mut open);
    let is_written = !imported.documents.is_empty();
    if is_written {
        let text = native::write(&imported.design);
        files::write_text(&arguments.out, &text).map_err(|error| error.to_string())?;
    }
    match arguments.format {
        Format::Text => print(arguments, &folder, &imported, console),
        Format::Json => console.line(&format!("{:#}", object(arguments, &folder, &imported))),
    }
    let is_error = |found: &Found| found.finding.severity == Severity::Error;
    Ok(match (is_written, imported.findings.iter().any(is_error)) {
        (false, _) => Status::Impossible,
        (true, true) => Status::Violated,
        (true, false) => Status::Held,
    })
}

/// The folder that references may not leave.
fn folder(arguments: &Arguments) -> Result<PathBuf, String> {
    if let Some(root) = &arguments.root {
        return real(root);
    }
    let mut shared: Option<PathBuf> = None;
    for file in &arguments.files {
        let file = real(file)?;
        let above = file.parent().unwrap_or(Path::new("/")).to_owned();
        shared = Some(match shared {
            None => above,
            Some(shared) => {
                let fits = |it: &&Path| above.starts_with(it);
                shared.ancestors().find(fits).unwrap_or(Path::new("/")).to_owned()
            }
        });
    }
    shared.ok_or_else(|| "there is nothing to import".to_owned())
}

fn real(path: &Path) -> Result<PathBuf, String> {
    path.canonicalize().map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn given(arguments: &Arguments, folder: &Path, file: &Path) -> Result<Given, String> {
    let path = real(file)?;
    let (inside, text) = given_file(folder, file)?;
    let is_meant = |it: &&(PathBuf, View)| it.0 == file || real(&it.0).is_ok_and(|it| it == path);
    let view = arguments.view.iter().find(is_meant).map(|it| it.1).unwrap_or_default();
    Ok(Given { file: inside, text, view })
}

/// The path of a file inside of a folder, and its text.
fn given_file(folder: &Path, file: &Path) -> Result<(String, String), String> {
    let path = real(file)?;
    let inside = path.strip_prefix(folder).map_err(|_| {
        format!("{} lies outside {}; choose another --root", file.display(), folder.display())
    })?;
    let steps: Vec<_> = inside.iter().map(|step| step.to_string_lossy().into_owned()).collect();
    let text = files::read_text(file, files::DOCUMENT_LIMIT).map_err(|error| error.to_string())?;
    Ok((steps.join("/"), text))
}

fn print(arguments: &Arguments, folder: &Path, imported: &Imported, console: &mut Console) {
    for document in &imported.documents {
        console.line(&format!(
            "{}: {}, {} channels, {} operations, {} messages",
            document.file,
            document.application,
            document.channels,
            document.operations,
            document.messages
        ));
        for sentence in &document.sentences {
            console.line(&format!("  {sentence}"));
        }
    }
    for found in &imported.findings {
        print_found(folder, found, console);
    }
    let written = match imported.documents.is_empty() {
        true => "nothing could be read, so nothing was written".to_owned(),
        false => format!("written to {}", arguments.out.display()),
    };
    console.line(&written);
}

fn print_found(folder: &Path, found: &Found, console: &mut Console) {
    let finding = &found.finding;
    let code = format!("{}[{}]", finding.severity, finding.code);
    let code = console.tinted(tone(finding.severity), &code);
    console.line(&format!("{}: {code}: {}", place(folder, found), finding.sentence));
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Doubtful,
        Severity::Info => Tone::Faint,
    }
}

/// `path:line:column`.
fn place(folder: &Path, found: &Found) -> String {
    let path = folder.join(&found.file);
    format!("{}:{}:{}", path.display(), found.mark.line, found.mark.column)
}

fn object(arguments: &Arguments, folder: &Path, imported: &Imported) -> Value {
    let documents: Vec<Value> = imported
        .documents
        .iter()
        .map(|it| {
            json!({
                "file": it.file,
                "application": it.application,
                "channels": it.channels,
                "operations": it.operations,
                "messages": it.messages,
                "sentences": it.sentences,
            })
        })
        .collect();
    let findings = imported.findings.iter().map(|found| found_object(folder, found));
    let findings: Vec<Value> = findings.collect();
    let out = (!documents.is_empty()).then(|| arguments.out.display().to_string());
    json!({ "format": FORMAT, "documents": documents, "findings": findings, "written": out })
}

fn found_object(folder: &Path, found: &Found) -> Value {
    json!({
        "code": found.finding.code,
        "severity": found.finding.severity.to_string(),
        "file": folder.join(&found.file).display().to_string(),
        "line": found.mark.line,
        "column": found.mark.column,
        "pointer": found.finding.property,
        "sentence": found.finding.sentence,
    })
}
