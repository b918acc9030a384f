//! Nodes, edges and messages as tables: three files of comma-separated values (RFC 4180).

use std::fmt::Display;

use crate::design::Design;
use crate::node::Role;
use crate::preset::shape::Shape;
use crate::summary::contract_summary;

/// What of a design the tables cannot carry, in one sentence.
pub const LEAVES_OUT: &str = "schemas, examples, workloads, handlers, the details of contracts, \
                              scenarios, faults, promises and where nodes stand; a value that a \
                              spreadsheet would take for a formula has an apostrophe before it";

/// The files: name and text.
#[must_use]
pub fn write(design: &Design) -> [(&'static str, String); 3] {
    [("nodes.csv", nodes(design)), ("edges.csv", edges(design)), ("messages.csv", messages(design))]
}

fn nodes(design: &Design) -> String {
    let mut text = row(&["key", "name", "role", "kind", "preset", "context", "owner", "summary"]);
    for node in &design.nodes {
        let (kind, preset) = match &node.role {
            Role::Channel(channel) => {
                let kind = Shape::of(channel, &design.presets).word();
                (kind, channel.preset.as_deref().unwrap_or_default())
            }
            Role::Producer(_) | Role::Consumer(_) => ("", ""),
        };
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let (context, owner) = (said(&node.context), said(&node.owner));
        let (key, role) = (node.stable_key(), node.role.word());
        text += &row(&[key, &node.name, role, kind, preset, &context, &owner, &node.summary]);
    }
    text
}

fn edges(design: &Design) -> String {
    let mut text =
        row(&["from", "to", "kind", "messages", "contract", "dead_letter", "group", "summary"]);
    for edge in &design.edges {
        let contract = &edge.contract;
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            edge.from.as_str(),
            &edge.to,
            edge.kind.word(),
            &list(&contract.messages),
            &contract_summary(edge),
            &said(&contract.dead_letter),
            &said(&contract.group),
            &edge.summary,
        ];
        text += &row(&cells);
    }
    text
}

fn messages(design: &Design) -> String {
    let mut text = row(&[
        "key",
        "name",
        "kind",
        "carries",
        "owner",
        "ordering_key",
        "size_bytes",
        "versions",
        "summary",
    ]);
    for message in &design.messages {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let numbers: Vec<u32> = message.versions.iter().map(|version| version.number).collect();
        let cells = [
            message.stable_key(),
            &message.name,
            &format!("{:?}", message.kind).to_lowercase(),
            &format!("{:?}", message.carries).to_lowercase(),
            &said(&message.owner),
            &said(&message.ordering_key),
            &message.size_bytes.map_or(String::new(), |size| size.to_string()),
            &list(&numbers),
            &message.summary,
        ];
        text += &row(&cells);
    }
    text
}

fn list<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn row(cells: &[&str]) -> String {
    cells.iter().map(|it| cell(it)).collect::<Vec<_>>().join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn each_table_has_a_row_for_each_thing() {
        let mut design = fixture::design(
            "shop: producer\n orders: topic\n desk: consumer\n shop -> orders: Placed, Paid
             orders -> desk: Placed",
        );
        fixture::node(&mut design, "desk").summary = "says \"hi\",\nthen goes".to_owned();
        fixture::node(&mut design, "shop").summary = "=1+1".to_owned();
        let [nodes, edges, messages] = write(&design).map(|(_, text)| text);
        assert_eq!(
            nodes,
            "key,name,role,kind,preset,context,owner,summary\r\n\
             shop,shop,producer,,,,,'=1+1\r\norders,orders,channel,topic,,,,\r\n\
             desk,desk,consumer,,,,,\"says \"\"hi\"\",\nthen goes\"\r\n"
        );
        assert_eq!(edges.lines().nth(1), Some("shop,orders,publish,Placed; Paid,,,,"));
        assert_eq!(messages.lines().nth(2), Some("Paid,Paid,event,fact,,,,,"));
        assert_eq!(write(&Design::new("")).map(|(_, text)| text.lines().count()), [1, 1, 1]);
    }
}
