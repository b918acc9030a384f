//! Definitions of RabbitMQ: exchanges, queues, bindings and policies, as `rabbitmqctl
//! export_definitions` writes them.

use super::{Imported, Topology};
use crate::formats::marked::{Complaint, Mark, read as read_marked};

mod arguments;
mod policies;
mod reading;
mod writing;

pub(super) const TOPOLOGY: Topology = Topology {
    name: "rabbitmq",
    title: "RabbitMQ definitions",
    leaves_out: "users, permissions and parameters; publishers and consumers, which definitions do \
                 not name; routing keys of dead letters, and whatever a queue does on disk",
    read,
    write: Some(writing::write),
};

/// The name of the extensions of this format.
const EXTENSION: &str = "rabbitmq";

fn read(text: &str) -> Result<Imported, Complaint> {
    let read = read_marked(text)?;
    let parts = ["exchanges", "queues", "bindings"];
    if !parts.iter().any(|part| read.tree.get(part).is_some()) {
        let sentence = "expected definitions of RabbitMQ with `exchanges`, `queues` or `bindings`";
        return Err(Complaint { mark: read.tree.mark, sentence: sentence.to_owned() });
    }
    let mut imported = reading::definitions(&read.tree);
    for complaint in read.complaints {
        imported.wrong(complaint.mark, complaint.sentence);
    }
    let none = imported.design.nodes.is_empty();
    let sentence = match none {
        true => "there is nothing but what every broker has",
        false => "definitions name no publishers and consumers: add them, and the messages",
    };
    imported.left_out(Mark { line: 1, column: 1 }, sentence.to_owned());
    imported.findings.sort_by_key(|(mark, _)| *mark);
    Ok(imported)
}
