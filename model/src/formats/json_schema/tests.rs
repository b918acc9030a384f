//! Files of schemas in and out.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture;

const ADDRESS: &str = r#"{"type":"object","properties":{"city":{"type":"string"}}}"#;

/// The messages, the files and what is said about files by name and text.
fn check(given: &[(&str, &str)], expect: Expect) {
    let files: Vec<Given> = given
        .iter()
        .map(|(file, text)| Given {
            file: (*file).to_owned(),
            text: (*text).to_owned(),
            beside: None,
        })
        .collect();
    let mut open = |file: &str| {
        let found = given.iter().find(|(name, _)| *name == file).map(|(_, text)| *text);
        let found = found.or((file == "common/address.json").then_some(ADDRESS));
        found.map(str::to_owned).ok_or_else(|| "there is no such file".to_owned())
    };
    let imported = import(&files, &mut open);
    let mut lines = String::new();
    for message in &imported.design.messages {
        for version in &message.versions {
            let (number, path) = (version.number, version.schema.file().unwrap_or_default());
            lines += &format!("{} {number}: {path}\n", message.name);
        }
    }
    for file in &imported.files {
        lines += &format!("{}: {}\n", file.path, file.text.split_whitespace().collect::<String>());
    }
    for found in &imported.findings {
        let finding = &found.finding;
        lines += &format!("{}: {}: {}\n", found.file, finding.severity, finding.sentence);
    }
    expect.assert_eq(&lines);
}

#[test]
fn each_file_is_a_version_by_its_name_or_its_title() {
    check(
        &[
            ("OrderPlaced.v2.schema.json", r#"{"title": "anything"}"#),
            ("OrderPlaced.v1.schema.json", "{}"),
            ("payment-taken-3.json", r#"{"title": "PaymentTaken"}"#),
            ("stock/4.json", "{}"),
            ("a long title.json", r#"{"title": "Something that happened"}"#),
            ("u.avsc", r#"{"type": "record", "name": "UserAdded", "fields": []}"#),
            ("x.proto", "message X {}"),
        ],
        expect![[r#"
            OrderPlaced 1: schemas/OrderPlaced.v1.schema.json
            OrderPlaced 2: schemas/OrderPlaced.v2.schema.json
            PaymentTaken 3: schemas/PaymentTaken.v3.schema.json
            stock 4: schemas/stock.v4.schema.json
            a long title 1: schemas/a long title.v1.schema.json
            UserAdded 1: schemas/UserAdded.v1.avsc
            x 1: schemas/x.v1.proto
            schemas/OrderPlaced.v2.schema.json: {"title":"anything"}
            schemas/OrderPlaced.v1.schema.json: {}
            schemas/PaymentTaken.v3.schema.json: {"title":"PaymentTaken"}
            schemas/stock.v4.schema.json: {}
            schemas/a long title.v1.schema.json: {"title":"Somethingthathappened"}
            schemas/UserAdded.v1.avsc: {"type":"record","name":"UserAdded","fields":[]}
            schemas/x.v1.proto: messageX{}
        "#]],
    );
}

#[test]
fn what_a_file_refers_to_is_part_of_it_and_nothing_is_fetched() {
    check(
        &[
            (
                "order.json",
                r##"{"$schema": "http://json-schema.org/draft-07/schema#",
                    "properties": {"to": {"$ref": "common/address.json#/properties/city"},
                                   "self": {"$ref": "#/properties/to"},
                                   "far": {"$ref": "https://example.com/far.json"},
                                   "out": {"$ref": "../../etc/passwd"}}}"##,
            ),
            (
                "line.json",
                r#"{"$id": "https://example.com/s/line.json", "properties":
                    {"item": {"$ref": "item.json"}}}"#,
            ),
            ("parts/item.json", r#"{"$id": "https://example.com/s/item.json", "type": "string"}"#),
        ],
        expect![[r##"
            order 1: schemas/order.v1.schema.json
            line 1: schemas/line.v1.schema.json
            item 1: schemas/item.v1.schema.json
            schemas/order.v1.schema.json: {"$schema":"http://json-schema.org/draft-07/schema#","properties":{"to":{"$ref":"#/definitions/city"},"self":{"$ref":"#/definitions/city"},"far":{"x-unresolved":"https://example.com/far.json"},"out":{"x-unresolved":"../../etc/passwd"}},"definitions":{"city":{"type":"string"}}}
            schemas/line.v1.schema.json: {"$id":"https://example.com/s/line.json","properties":{"item":{"$ref":"#/definitions/item.json"}},"definitions":{"item.json":{"x-id":"https://example.com/s/item.json","type":"string"}}}
            schemas/item.v1.schema.json: {"$id":"https://example.com/s/item.json","type":"string"}
            order.json: warning: `https://example.com/far.json` is not on this machine and not fetched; it stays unresolved
            order.json: warning: `../../etc/passwd` lies outside the folder and is not read; import from a folder that holds both
        "##]],
    );
}

#[test]
fn what_is_no_schema_is_said_and_the_rest_imported() {
    check(
        &[
            ("a.json", "{\"type\": "),
            ("b.json", "[1]"),
            ("c.json", r#"{"type": "strin"}"#),
            ("d.v1.json", "{}"),
            ("other/d.v1.json", r#"{"title": "d"}"#),
        ],
        expect![[r#"
            c 1: schemas/c.v1.schema.json
            d 1: schemas/d.v1.schema.json
            d 2: schemas/d.v2.schema.json
            schemas/c.v1.schema.json: {"type":"strin"}
            schemas/d.v1.schema.json: {}
            schemas/d.v2.schema.json: {"title":"d"}
            a.json: error: expected a value, found the end
            b.json: error: expected a schema, an object
            c.json: error: the schema is wrong at `/type`: "strin" is not valid under any of the schemas listed in the 'anyOf' keyword
            other/d.v1.json: warning: `d` has such a version already: this one is 2
        "#]],
    );
}

#[test]
fn every_version_is_a_file_that_says_what_it_is_and_comes_back() {
    let mut design = fixture::design(
        "shop: producer\n orders: queue\n shop -> orders: Order/Placed, UserAdded, ..",
    );
    let draft_04 = r#"{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}"#;
    let own = r#"{"title": "t",   "$id": "https://example.com/o"}"#;
    let avro = r#"{"type": "record", "name": "UserAdded", "fields": []}"#;
    fixture::message(&mut design, "Order/Placed").versions = vec![
        MessageVersion::new(1, Schema::JsonSchema(draft_04.to_owned())),
        MessageVersion::new(2, Schema::JsonSchema("{\"type\": \"object\"}".to_owned())),
        MessageVersion::new(3, Schema::JsonSchema(own.to_owned())),
    ];
    fixture::message(&mut design, "UserAdded").versions =
        vec![MessageVersion::new(7, Schema::Avro(avro.to_owned()))];
    fixture::message(&mut design, "..").versions = vec![
        MessageVersion::new(1, Schema::JsonSchema("true".to_owned())),
        MessageVersion::new(2, Schema::JsonSchemaFile("gone.json".to_owned())),
    ];
    let (files, findings) = write(&design, &Schemas::new());
    let lines: String = files.iter().map(|file| format!("{}\n{}", file.path, file.text)).collect();
    expect![[r#"
        Order-Placed.v1.schema.json
        {
          "$schema": "http://json-schema.org/draft-04/schema#",
          "id": "Order-Placed.v1.schema.json",
          "title": "Order/Placed",
          "type": "object"
        }
        Order-Placed.v2.schema.json
        {
          "$id": "Order-Placed.v2.schema.json",
          "title": "Order/Placed",
          "type": "object"
        }
        Order-Placed.v3.schema.json
        {"title": "t",   "$id": "https://example.com/o"}
        UserAdded.v7.avsc
        {"type": "record", "name": "UserAdded", "fields": []}
        message.v1.schema.json
        true
    "#]]
    .assert_eq(&lines);
    assert_eq!(findings.len(), 1);
    let given: Vec<Given> = files
        .iter()
        .map(|File { path, text }| Given { file: path.clone(), text: text.clone(), beside: None })
        .collect();
    let again = import(&given, &mut |_: &str| Err("nothing is opened".to_owned()));
    let paths = |files: &[File]| files.iter().map(|it| it.path.clone()).collect::<Vec<_>>();
    let expected: Vec<String> = paths(&files).iter().map(|it| format!("schemas/{it}")).collect();
    assert_eq!(paths(&again.files), expected);
    assert_eq!(again.findings, []);
    let texts = |files: &[File]| files.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&again.files), texts(&files));
}
