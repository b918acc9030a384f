//! Catalogs of designs: whole, safe, and the same every time.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use super::*;
use crate::design::Context;
use crate::edge::{Edge, EdgeKind};
use crate::fixture;
use crate::lint;
use crate::message::{Message, MessageKind, MessageVersion, Schema};
use crate::node::{Consumer, Node, Role};
use crate::scenario::Scenario;
use crate::time::Span;

fn shop() -> Design {
    let mut design = fixture::design(
        "shop: producer
         orders: topic
         payments: queue
         payment: consumer
         bank: consumer
         shop -> orders: OrderPlaced
         orders -> payments
         payments -> payment
         payment -> bank: ChargeCard",
    );
    design.contexts = vec![Arc::new(Context { name: "Money".to_owned(), summary: String::new() })];
    fixture::node(&mut design, "payment").context = Some("Money".to_owned());
    fixture::node(&mut design, "bank").context = Some("Money".to_owned());
    design.scenarios = vec![Arc::new(Scenario::new("healthy", Span::from_secs(1)))];
    design
}

fn catalog(design: &Design, facts: &[Facts]) -> (Vec<File>, String) {
    let (schemas, findings) = (Schemas::new(), lint::findings(design));
    let source = Source { design, schemas: &schemas, findings: &findings, facts };
    let mut files = Vec::new();
    let Ok(()) = folder(&source, |file| -> Result<(), Infallible> {
        files.push(file);
        Ok(())
    });
    (files, single_file(&source))
}

/// What stands in attributes of this name.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.split(begin.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|it| it.0))
        .collect()
}

/// The path of a link in a page.
fn resolved(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[test]
fn every_link_of_a_folder_leads_to_a_file_of_it() {
    let design = shop();
    let (files, _) = catalog(&design, &[]);
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(known.len(), files.len(), "no two files have one path");
    let mut links = 0;
    for file in files.iter().filter(|file| file.path.ends_with(".html")) {
        for link in [attributes(&file.text, "href"), attributes(&file.text, "src")].concat() {
            if !link.starts_with('#') && !link.starts_with("http") {
                links += 1;
                assert!(known.contains(&*resolved(&file.path, link)), "{}: {link}", file.path);
            }
        }
    }
    assert!(links > 100, "{links}");
}

#[test]
fn every_link_of_a_single_file_leads_to_a_part_of_it() {
    let design = shop();
    let (_, single) = catalog(&design, &[]);
    let ids: BTreeSet<&str> = attributes(&single, "id").into_iter().collect();
    for link in attributes(&single, "href") {
        let id = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leaves the file"));
        assert!(ids.contains(id), "{id}");
    }
}

#[test]
fn a_catalog_of_the_same_design_is_the_same() {
    let design = shop();
    assert_eq!(catalog(&design, &[]), catalog(&design, &[]));
}

/// A design that people wrote who wish nobody well.
fn hostile() -> Design {
    const NAME: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
    let mut design = Design::new(NAME);
    design.info.summary = NAME.to_owned();
    design.info.description = format!("{NAME} [x](javascript:alert(3)) <iframe src=//x></iframe>");
    design.info.links = vec!["javascript:alert(4)".to_owned(), NAME.to_owned()];
    design.info.tags = vec![NAME.to_owned()];
    design.contexts =
        vec![Arc::new(Context { name: NAME.to_owned(), summary: "</style></script>".to_owned() })];
    let mut message = Message::new(NAME, MessageKind::Event);
    message.summary = "</script><script>alert(5)</script>\u{2028}".to_owned();
    let schema = format!(
        "{{\"properties\":{{{0}:{{\"description\":{0},\"pattern\":{0}}}}}}}",
        serde_json::to_string(NAME).expect("a text")
    );
    message.versions = vec![MessageVersion {
        examples: vec![NAME.to_owned()],
        deprecated: Some(NAME.to_owned()),
        ..MessageVersion::new(1, Schema::JsonSchema(schema))
    }];
    design.messages = vec![Arc::new(message)];
    let node = |name: &str| Arc::new(Node::new(name, Role::Consumer(Consumer::default())));
    design.nodes =
        vec![node(NAME), node("../../../etc/passwd"), node("con"), node("CON"), node("")];
    design.edges = vec![Arc::new(Edge::new(EdgeKind::Call, NAME, "con"))];
    design.scenarios = vec![Arc::new(Scenario::new(NAME, Span::from_secs(1)))];
    design
}

#[test]
fn whatever_people_write_is_text() {
    let design = hostile();
    let facts = Facts {
        scenario: design.scenarios[0].name.clone(),
        record_hash: "<script>".to_owned(),
        halted: Some("<script>alert(6)</script>".to_owned()),
        ..Facts::default()
    };
    let (files, single) = catalog(&design, &[facts]);
    let pages = files.iter().map(|file| (file.path.as_str(), file.text.as_str()));
    for (path, text) in pages.chain([("single", single.as_str())]) {
        if path.ends_with(".css") || path.ends_with("catalog.js") {
            continue;
        }
        for tag in ["<img", "<iframe", "<script>alert", "href=\"javascript"] {
            assert!(!text.contains(tag), "{path}: {tag}");
        }
        // A folder's page has four scripts at most, all of them its own.
        assert!(text.matches("<script").count() <= 3, "{path}");
        assert!(!text.contains('\u{2028}') || path != "assets/search.js", "{path}");
    }
    for file in &files {
        let is_plain =
            |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-/.".contains(it);
        assert!(file.path.chars().all(is_plain) && !file.path.contains(".."), "{}", file.path);
    }
}

#[test]
fn an_empty_design_has_a_catalog() {
    let (files, single) = catalog(&Design::new(""), &[]);
    assert!(files.iter().any(|file| file.path == "index.html"));
    assert!(single.contains("The design has no messages yet."));
}

#[test]
fn versions_say_what_changed_and_who_goes_first() {
    let mut design = Design::new("versions");
    let schema = |fields: &str| {
        Schema::JsonSchema(format!(
            r#"{{"type":"object","properties":{{{fields}}},"required":["a"],"additionalProperties":false}}"#
        ))
    };
    let mut message = Message::new("Order", MessageKind::Event);
    message.versions = vec![
        MessageVersion::new(1, schema(r#""a":{"type":"string"}"#)),
        MessageVersion::new(2, schema(r#""a":{"type":"string"},"b":{"type":"string"}"#)),
    ];
    design.messages = vec![Arc::new(message)];
    let (files, _) = catalog(&design, &[]);
    let page = files.iter().find(|file| file.path == "messages/order.html").expect("a page");
    assert!(page.text.contains("consumers first"), "{}", page.text);
}
