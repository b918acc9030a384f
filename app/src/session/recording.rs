//! A recorded file that is given to a producer.

use std::path::{Path, PathBuf};

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::finding::Severity;
use flowbench_model::formats::recorded::guess::{guess, types};
use flowbench_model::message::{MessageRef, Properties};
use flowbench_model::node::{Arrivals, Keys, Node, Producer, Role, Workload};
use flowbench_model::recorded::Recorded;
use flowbench_model::time::Span;

use crate::files::recorded::{place_beside, read_head_at};
use crate::selection::{Items, Selection};
use crate::session::Session;

impl Session {
    /// Lets a producer publish a recorded file, which is put beside the design if it lies
    /// elsewhere.
    pub(super) fn give_recorded(&mut self, producer: &str, file: &Path) {
        match self.recorded_edit(producer, file) {
            Ok((edit, said)) => {
                if self.edit(&edit) {
                    let nodes = [producer.to_owned()].into();
                    self.selection = Selection::items(Items { nodes, ..Items::default() });
                    self.tell(Severity::Info, said);
                }
            }
            Err(error) => self.fail(error),
        }
    }

    fn recorded_edit(&self, producer: &str, file: &Path) -> Result<(Edit, String), String> {
        let document = self.document.as_ref().ok_or("open a design first")?;
        let folder = document.path.as_deref().and_then(Path::parent).ok_or_else(|| {
            "save the design first: recorded files lie in the folder of the design".to_owned()
        })?;
        let head = read_head_at(file).map_err(|error| error.to_string())?;
        let recorded = guess("", &head.bytes).ok_or_else(|| {
            format!(
                "{}: expected CloudEvents, JSON lines, or CSV with a row that names the columns",
                file.display()
            )
        })?;
        let found: Vec<String> = types(&recorded, &head.bytes).into_iter().map(|it| it.0).collect();
        let node = document.design().node(producer).ok_or("there is no such producer")?;
        let Role::Producer(role) = &node.role else {
            return Err(format!("`{producer}` is no producer; recorded files are for producers"));
        };
        let message = message(document.design(), role, &found)?;
        let name = place_beside(folder, file).map_err(|error| error.to_string())?;
        let of_type = found.first().filter(|it| !found.contains(&message) && **it != message);
        let said = format!("{producer} publishes {name} again, {}", recorded.format.word());
        let recorded = Recorded { file: name, event_type: of_type.cloned(), ..recorded };
        let role = Role::Producer(with_recorded(role.clone(), message, recorded));
        let node = Node { role, ..node.as_ref().clone() };
        Ok((Edit::PutNode(producer.to_owned(), node), said))
    }
}

/// Which message the events are: that of one of their types, else what the producer publishes.
fn message(design: &Design, role: &Producer, types: &[String]) -> Result<String, String> {
    let of_type = types.iter().find(|name| design.message(name).is_some());
    let of_producer = role.workload.first().map(|workload| &workload.message.name);
    let first = design.messages.first().map(|message| &message.name);
    let message = of_type.or(of_producer).or(first);
    message.cloned().ok_or_else(|| "add a message first: events are published as one".to_owned())
}

/// The producer with these arrivals where it publishes that message, or with one workload more.
fn with_recorded(mut role: Producer, message: String, recorded: Recorded) -> Producer {
    let arrivals = Arrivals::Recorded(Box::new(recorded));
    match role.workload.iter_mut().find(|workload| workload.message.name == message) {
        Some(workload) => workload.arrivals = arrivals,
        None => role.workload.push(Workload {
            message: MessageRef::newest(message),
            arrivals,
            count: None,
            start: Span::ZERO,
            keys: Keys::default(),
            claim_check: None,
            properties: Properties::default(),
        }),
    }
    role
}

/// Whether a path looks like recorded events rather than like a design.
#[must_use]
pub fn is_recorded(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ["jsonl", "ndjson", "json", "csv", "tsv"].contains(&extension.as_str())
}

/// Where the dialog for a recorded file begins: in the folder of the design.
#[must_use]
pub fn beginning(session: &Session) -> Option<PathBuf> {
    let path = session.document.as_ref()?.path.as_deref()?;
    path.parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::tempdir;

    use super::*;
    use crate::command::{EditCommand, FileCommand};
    use crate::samples;

    const EVENTS: &str = r#"{"specversion":"1.0","id":"1","source":"/s","type":"com.shop.placed","time":"2026-01-01T00:00:00Z","subject":"7","data":{}}
{"specversion":"1.0","id":"2","source":"/s","type":"com.shop.placed","time":"2026-01-01T00:00:02Z","subject":"8","data":{}}
"#;

    /// A saved copy of the shoe shop, and a recorded file that lies elsewhere.
    fn shop(folder: &Path) -> (Session, PathBuf) {
        let copy = folder.join("shop");
        samples::find("shoe-shop").expect("sample").copy_to(&copy).expect("copied");
        let mut session = Session::default();
        session.apply(FileCommand::OpenFile(copy.join("design.ron")));
        let file = folder.join("orders.jsonl");
        fs::write(&file, EVENTS).expect("it can be written");
        (session, file)
    }

    fn recorded(session: &Session, producer: &str) -> Option<Recorded> {
        match &session.design()?.node(producer)?.role {
            Role::Producer(role) => {
                role.workload.iter().find_map(|it| it.arrivals.recorded()).cloned()
            }
            Role::Channel(_) | Role::Consumer(_) => None,
        }
    }

    fn producer(session: &Session) -> String {
        let design = session.design().expect("a design is open");
        let is_producer = |node: &&std::sync::Arc<Node>| matches!(node.role, Role::Producer(_));
        design.nodes.iter().find(is_producer).expect("the sample has one").name.clone()
    }

    #[test]
    fn a_file_is_put_beside_the_design_and_published_again() {
        let folder = tempdir().expect("a folder");
        let (mut session, file) = shop(folder.path());
        let producer = producer(&session);
        session.apply(FileCommand::GiveRecorded(producer.clone(), file.clone()));
        let given = recorded(&session, &producer).expect("it publishes the file");
        assert_eq!(given.file, "recorded/orders.jsonl");
        assert_eq!(given.event_type.as_deref(), Some("com.shop.placed"));
        assert_eq!(given.fields.key.as_deref(), Some("/subject"));
        let head = &session.document.as_ref().expect("open").recorded["recorded/orders.jsonl"];
        assert_eq!(head.bytes, EVENTS.as_bytes());
        session.bench.settle();
        let recording = session.bench.recording.as_ref().expect("it runs");
        assert_eq!(recording.report().recorded[0].events, 2);
        session.apply(EditCommand::Undo);
        assert_eq!(recorded(&session, &producer), None, "one step takes it back");
        session.apply(FileCommand::GiveRecorded(producer.clone(), file.clone()));
        assert!(recorded(&session, &producer).is_some(), "the same file is there already");
        fs::write(&file, EVENTS.replace("\"7\"", "\"9\"")).expect("it can be written");
        session.apply(EditCommand::Undo);
        session.apply(FileCommand::GiveRecorded(producer.clone(), file));
        let notice = &session.notices.last().expect("it is told").text;
        assert!(notice.contains("exists already"), "{notice}");
        assert_eq!(recorded(&session, &producer), None);
    }

    #[test]
    fn what_cannot_be_published_again_is_told_and_changes_nothing() {
        let folder = tempdir().expect("a folder");
        let (mut session, file) = shop(folder.path());
        let producer = producer(&session);
        let mut told = |producer: &str, file: &Path| {
            session.apply(FileCommand::GiveRecorded(producer.to_owned(), file.to_owned()));
            session.notices.last().expect("it is told").text.clone()
        };
        assert!(told("nobody", &file).contains("no such producer"));
        assert!(told(&producer, &folder.path().join("none.csv")).contains("cannot read"));
        let prose = folder.path().join("prose.csv");
        fs::write(&prose, "no events\n").expect("it can be written");
        assert!(told(&producer, &prose).contains("expected CloudEvents, JSON lines, or CSV"));
        assert_eq!(recorded(&session, &producer), None);
        session.apply(FileCommand::OpenSample("shoe-shop".to_owned()));
        session.apply(FileCommand::GiveRecorded(producer, file));
        let notice = &session.notices.last().expect("it is told").text;
        assert!(notice.contains("save the design first"), "{notice}");
    }
}
