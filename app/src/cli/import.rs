//! `flowbench import`: documents of other tools as one design.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{Found, View};
use flowbench_model::formats::native;
use flowbench_model::joining::Pair;
use serde_json::{Value, json};

use crate::cli::console::{Console, Tone};
use crate::cli::{Format, Status};
use crate::files;
use crate::import::{self, Asked, Joins, Read};

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
    /// A channel or message that is another one under a near name: it goes, the other stays
    #[arg(long, value_name = "NAME=NAME")]
    join: Vec<Pair>,
    /// Make one whatever has near names
    #[arg(long, conflicts_with = "join")]
    join_all: bool,
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
    let joins = if arguments.join_all { Joins::All } else { Joins::Only(arguments.join.clone()) };
    let (files, root) = (arguments.files.clone(), arguments.root.clone());
    let asked = Asked { files, root, views: arguments.view.clone(), joins };
    let read = import::read(&asked);
    if let Some((_, error)) = read.unread.first() {
        return Err(error.clone());
    }
    if let Some(pair) = read.unknown.first() {
        return Err(format!("--join {pair}: there are no two channels or messages of these names"));
    }
    if read.has_documents() {
        let text = native::write(&read.design);
        files::write_text(&arguments.out, &text).map_err(|error| error.to_string())?;
    }
    match arguments.format {
        Format::Text => print(arguments, &read, console),
        Format::Json => console.line(&format!("{:#}", object(arguments, &read))),
    }
    Ok(match (read.has_documents(), read.has_errors()) {
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

fn print(arguments: &Arguments, read: &Read, console: &mut Console) {
    for document in &read.documents {
        let counts: Vec<String> =
            document.counts.iter().map(|(count, noun)| format!("{count} {noun}s")).collect();
        console.line(&format!("{}: {}, {}", document.file, document.name, counts.join(", ")));
        for sentence in &document.sentences {
            console.line(&format!("  {sentence}"));
        }
    }
    for found in &read.findings {
        print_found(&read.folder, found, console);
    }
    for (pair, is_joined) in &read.pairs {
        let line = match is_joined {
            true => format!("`{}` is `{}`", pair.from, pair.to),
            false => format!("{}; make them one with --join '{pair}'", pair.sentence()),
        };
        console.line(&line);
    }
    let written = match read.documents.is_empty() {
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

fn object(arguments: &Arguments, read: &Read) -> Value {
    let documents: Vec<Value> = read
        .documents
        .iter()
        .map(|it| {
            let mut object = json!({
                "file": it.file,
                "kind": it.kind,
                "application": it.name,
                "sentences": it.sentences,
            });
            for (count, noun) in &it.counts {
                object[format!("{noun}s")] = json!(count);
            }
            object
        })
        .collect();
    let findings = read.findings.iter().map(|found| found_object(&read.folder, found));
    let findings: Vec<Value> = findings.collect();
    let pair = |(pair, is_joined): &(Pair, bool)| {
        let what = if pair.is_message { "message" } else { "channel" };
        json!({ "what": what, "from": pair.from, "to": pair.to, "joined": is_joined })
    };
    let near: Vec<Value> = read.pairs.iter().map(pair).collect();
    let out = (!documents.is_empty()).then(|| arguments.out.display().to_string());
    json!({
        "format": FORMAT,
        "documents": documents,
        "findings": findings,
        "near_names": near,
        "written": out,
    })
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
