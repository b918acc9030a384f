//! A payload that a person publishes once into the run: a producer of its own, which publishes a
//! recorded file of one event, in a fork of the scenario.

use std::path::Path;

use flowbench_model::edge::{Edge, EdgeKind};
use flowbench_model::edit::Edit;
use flowbench_model::finding::Severity;
use flowbench_model::fork;
use flowbench_model::message::Properties;
use flowbench_model::name::free_name;
use flowbench_model::node::{Arrivals, Keys, Node, Producer, Role, Workload};
use flowbench_model::recorded::{BadLines, Fields, Pace, Recorded, RecordedFormat};
use flowbench_model::scenario::Change;
use flowbench_model::time::{Rate, Span};

use crate::command::Payload;
use crate::files;
use crate::session::Session;

impl Session {
    /// Publishes a payload once, at the instant that is shown. Only the fork does: in every other
    /// scenario the new producer publishes nothing.
    pub(super) fn inject_payload(&mut self, payload: &Payload) {
        if let Err(error) = self.try_inject(payload) {
            self.fail(error);
        }
    }

    fn try_inject(&mut self, payload: &Payload) -> Result<(), String> {
        let document = self.document.as_ref().ok_or("open a design first")?;
        let folder = document.path.as_deref().and_then(Path::parent).ok_or(
            "save the design first: what is injected is a recorded file in the folder of the design",
        )?;
        let design = document.design().clone();
        let shown = self.bench.effective_scenario(&design).ok_or("add a scenario first")?;
        let at = Span(self.bench.position.0);
        if at >= shown.duration {
            return Err("the run is at its end: go back to an earlier instant first".to_owned());
        }
        let name = format!("{}-by-hand", payload.writer);
        let name = free_name(&name, |name| design.node(name).is_some());
        let file = file_name(folder, &name);
        let event = format!("{{\"payload\":{}}}\n", payload.payload);
        files::write_inside(folder, &file, event.as_bytes()).map_err(|error| error.to_string())?;
        let mut fork = fork::at(&design, &shown, at);
        fork.changes.push(Change { set: format!("{name}.workload.0.count"), to: "1".to_owned() });
        let edits = vec![
            Edit::AddNode(producer(&name, payload, (file, at)), None),
            Edit::AddEdge(edge(&name, payload)),
        ];
        self.go_on_with(&design, &shown, edits, fork);
        let text = format!("`{name}` publishes it once, at the instant that is shown");
        self.tell(Severity::Info, text);
        Ok(())
    }
}

/// A path that no file has: `recorded/shop-by-hand.jsonl`.
fn file_name(folder: &Path, name: &str) -> String {
    let letters = name.chars().map(|it| if it.is_alphanumeric() { it } else { '-' });
    let stem: String = letters.collect();
    let path = |stem: &str| format!("recorded/{stem}.jsonl");
    let stem = free_name(&stem, |stem| files::exists(&folder.join(path(stem))));
    path(&stem)
}

fn producer(name: &str, payload: &Payload, (file, start): (String, Span)) -> Node {
    let fields = Fields { payload: Some("/payload".to_owned()), ..Fields::default() };
    let recorded = Recorded {
        file,
        format: RecordedFormat::JsonLines,
        event_type: None,
        fields,
        pace: Pace::Evenly(Rate { count: 1, per: Span::from_secs(1) }),
        bad_lines: BadLines::Stop,
    };
    let workload = Workload {
        message: payload.message.clone(),
        arrivals: Arrivals::Recorded(Box::new(recorded)),
        count: Some(0),
        start,
        keys: Keys::default(),
        claim_check: None,
        properties: Properties::default(),
    };
    let mut node = Node::new(name, Role::Producer(Producer { workload: vec![workload] }));
    node.summary = format!("Publishes one payload, in place of {}.", payload.writer);
    node
}

fn edge(name: &str, payload: &Payload) -> Edge {
    let mut edge = Edge::new(EdgeKind::Publish, name, payload.channel.as_str());
    edge.contract.messages = vec![payload.message.clone()];
    edge
}

#[cfg(test)]
mod tests {
    use flowbench_model::message::MessageRef;
    use flowbench_model::time::Time;
    use tempfile::tempdir;

    use super::*;
    use crate::command::{BenchCommand, EditCommand, FileCommand};
    use crate::samples;

    fn payload() -> Payload {
        Payload {
            writer: "shop".to_owned(),
            message: MessageRef { name: "OrderPlaced".to_owned(), version: Some(2) },
            channel: "orders".to_owned(),
            payload: r#"{"orderId":7,"totalCents":5,"extra":null}"#.to_owned(),
        }
    }

    #[test]
    fn a_payload_is_published_once_and_rejected_by_who_cannot_read_it() {
        let folder = tempdir().expect("a folder");
        let copy = folder.path().join("shop");
        samples::find("schema-evolution").expect("sample").copy_to(&copy).expect("copied");
        let mut session = Session::default();
        session.apply(FileCommand::OpenFile(copy.join("design.ron")));
        session.bench.settle();
        session.apply(BenchCommand::SeekTo(Time(10_000_000_000)));
        session.bench.settle();
        let before = session.design().expect("open").clone();
        session.apply(BenchCommand::InjectPayload(payload()));
        let design = session.design().expect("open").clone();
        assert!(design.node("shop-by-hand").is_some(), "{:?}", session.notices);
        session.bench.settle();
        session.apply(BenchCommand::SeekTo(Time(20_000_000_000)));
        session.bench.settle();
        let world = session.bench.world.as_ref().expect("a world");
        let dead: Vec<String> = world
            .dead_letters()
            .iter()
            .map(|it| world.plan().nodes[it.held_in as usize].name.clone())
            .collect();
        assert_eq!(dead, ["billing-dead"], "version 2 is written from 30 s on only");
        session.apply(BenchCommand::ChooseScenario("producers-first".to_owned()));
        session.bench.settle();
        session.apply(BenchCommand::SeekTo(Time(20_000_000_000)));
        session.bench.settle();
        let world = session.bench.world.as_ref().expect("a world");
        assert_eq!(world.dead_letters().len(), 0, "other scenarios are as they were");
        session.apply(EditCommand::Undo);
        assert_eq!(**session.design().expect("open"), *before, "one step takes it back");
    }

    #[test]
    fn what_cannot_be_injected_is_told() {
        let mut session = Session::default();
        session.apply(FileCommand::OpenSample("schema-evolution".to_owned()));
        session.bench.settle();
        session.apply(BenchCommand::InjectPayload(payload()));
        let told = &session.notices.last().expect("told").text;
        assert!(told.contains("save the design first"), "{told}");
    }
}
