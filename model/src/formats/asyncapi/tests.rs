//! Documents as designs: what is told of them, and what they become.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};

use super::*;
use crate::contract::{Backoff, Retry};
use crate::name::EdgeName;
use crate::node::Role;
use crate::time::Span;

/// Imports files by name; those that do not end in `asyncapi.yaml` are only there to be referred
/// to.
fn imported(files: &[(&str, &str)]) -> Imported {
    let texts: BTreeMap<&str, &str> = files.iter().copied().collect();
    let mut open = |name: &str| match texts.get(name) {
        Some(text) => Ok((*text).to_owned()),
        None => Err("there is no such file".to_owned()),
    };
    let given: Vec<Given> = files
        .iter()
        .filter(|(name, _)| name.ends_with("asyncapi.yaml"))
        .map(|(name, text)| Given {
            file: (*name).to_owned(),
            text: (*text).to_owned(),
            view: View::Application,
        })
        .collect();
    import(&given, &mut open)
}

fn one(text: &str) -> Imported {
    imported(&[("asyncapi.yaml", text)])
}

fn told(imported: &Imported) -> String {
    let sentences = imported.documents.iter().flat_map(|it| it.sentences.iter().cloned());
    let findings = imported.findings.iter().map(|it| {
        let (mark, finding) = (it.mark, &it.finding);
        format!(
            "{}:{}:{}: {}[{}]: {}",
            it.file, mark.line, mark.column, finding.severity, finding.code, finding.sentence
        )
    });
    sentences.chain(findings).collect::<Vec<_>>().join("\n")
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&told(&one(text)));
}

fn edge<'a>(design: &'a Design, from: &str, to: &str) -> &'a crate::edge::Edge {
    design.edge(&EdgeName::new(from, to)).expect("the edge")
}

const OLD: &str = "
asyncapi: 2.6.0
info: {title: Shop, version: '1'}
channels:
  orders:
    subscribe: {message: {name: OrderPlaced, payload: {type: object}}}
  payments:
    publish: {message: {oneOf: [{name: Paid}, {name: Refused}]}}
";

#[test]
fn in_version_2_publish_is_what_the_application_receives() {
    check(
        OLD,
        &expect![[r"
            Shop sends OrderPlaced to orders
            Shop receives Paid, Refused from payments"]],
    );
    let design = one(OLD).design;
    assert_eq!(edge(&design, "Shop", "orders").kind, crate::edge::EdgeKind::Publish);
    assert!(matches!(design.node("Shop").expect("a node").role, Role::Consumer(_)));
}

#[test]
fn from_the_side_of_a_client_it_is_the_other_way_round() {
    let given = Given { file: "a.yaml".into(), text: OLD.into(), view: View::Client };
    let mut open = |_: &str| Err(String::new());
    let told = told(&import(&[given], &mut open));
    assert!(told.starts_with("Shop receives OrderPlaced from orders\nShop sends Paid"), "{told}");
}

const TRAITS: &str = "
info: {title: Users, version: '1'}
channels:
  users:
    publish: &operation
      message:
        description: A longer description.
        traits:
          - {name: UserSignup, description: Description from trait.}
          - {tags: [{name: user}]}
";

#[test]
fn a_trait_counts_more_in_version_2_and_less_since_version_3() {
    let old = one(&format!("asyncapi: 2.6.0{TRAITS}")).design;
    assert_eq!(old.messages[0].name, "UserSignup");
    assert_eq!(old.messages[0].description, "Description from trait.");
    let new = one("
asyncapi: 3.0.0
info: {title: Users, version: '1'}
channels:
  users:
    address: users
    messages:
      signup:
        description: A longer description.
        traits:
          - {name: UserSignup, description: Description from trait.}
          - {tags: [{name: user}]}
operations: {signup: {action: receive, channel: {$ref: '#/channels/users'}}}
")
    .design;
    assert_eq!(new.messages[0].name, "UserSignup");
    assert_eq!(new.messages[0].description, "A longer description.");
    assert!(new.messages[0].versions[0].extensions[EXTENSION].contains("user"));
}

const WHOLE: &str = "
asyncapi: 3.0.0
info: {title: Orders, version: 1.2.0, description: Takes orders.}
defaultContentType: application/json
servers: {main: {host: 'broker.example.org:9092', protocol: kafka}}
channels:
  orders:
    address: orders.{region}
    parameters: {region: {enum: [eu, us], default: eu}}
    messages: {OrderPlaced: {$ref: '#/components/messages/OrderPlaced'}}
    bindings: {kafka: {partitions: 6, replicas: 3, topicConfiguration: {retention.ms: 60000, cleanup.policy: [compact]}}}
  reserve: {address: stock.reserve, messages: {ReserveStock: {payload: {type: object}}}}
  reserveReply: {address: null, messages: {StockReserved: {payload: {type: object}}}}
  ordersRetry: {address: orders.retry, messages: {OrderPlaced: {$ref: '#/components/messages/OrderPlaced'}}}
  ordersDlq: {address: orders.dlq, messages: {OrderPlaced: {$ref: '#/components/messages/OrderPlaced'}}}
operations:
  reserveStock:
    action: receive
    channel: {$ref: '#/channels/reserve'}
    reply: {channel: {$ref: '#/channels/reserveReply'}}
  onOrder:
    action: receive
    channel: {$ref: '#/channels/orders'}
    bindings: {kafka: {groupId: {type: string, enum: [projection]}}}
    x-retry:
      channel: {$ref: '#/channels/ordersRetry'}
      messages: [{$ref: '#/channels/ordersRetry/messages/OrderPlaced'}]
      maxAttempts: 3
      strategy: {type: exponential, initialDelay: PT1S, multiplier: 2, maxDelay: PT1M}
    x-dead-letter:
      channel: {$ref: '#/channels/ordersDlq'}
      messages: [{$ref: '#/channels/ordersDlq/messages/OrderPlaced'}]
components:
  schemas: {OrderId: {type: string, format: uuid}}
  messages:
    OrderPlaced:
      headers: {type: object, properties: {trace: {type: string}}}
      payload: {type: object, properties: {id: {$ref: '#/components/schemas/OrderId'}}}
      examples: [{name: small, payload: {id: 6f1c4f0e-7a3b-4f0c-9d0e-0a4b1c2d3e4f}}]
";

#[test]
fn bindings_become_a_preset_and_parameters() {
    let design = one(WHOLE).design;
    let Role::Channel(channel) = &design.node("orders.{region}").expect("a node").role else {
        panic!("a channel")
    };
    assert_eq!(channel.preset.as_deref(), Some("kafka.group.classic"));
    assert_eq!((channel.partitions, channel.replicas), (Some(6), Some(3)));
    assert_eq!(channel.retention_time, Some(Span::from_secs(60)));
    assert_eq!(channel.messages_per_key, Some(1));
}

#[test]
fn retries_dead_letters_and_groups_stand_in_the_contract() {
    let design = one(WHOLE).design;
    let contract = &edge(&design, "orders.{region}", "Orders").contract;
    let backoff = Backoff::Exponential {
        initial: Span::from_secs(1),
        factor: 2.0,
        cap: Some(Span::from_secs(60)),
    };
    assert_eq!(contract.retry, Some(Retry { attempts: Some(4), backoff, jitter: 0.0 }));
    assert_eq!(contract.dead_letter.as_deref(), Some("orders.dlq"));
    assert_eq!(contract.group.as_deref(), Some("projection"));
}

#[test]
fn what_is_asked_is_answered_on_the_channel_of_the_reply() {
    let design = one(WHOLE).design;
    let back = edge(&design, "Orders", "reserveReply");
    assert_eq!(back.contract.messages[0].name, "StockReserved");
    let Role::Consumer(consumer) = &design.node("Orders").expect("a node").role else {
        panic!("a consumer")
    };
    assert_eq!(consumer.handlers[0].on.as_deref(), Some("ReserveStock"));
    assert_eq!(consumer.handlers[0].emits[0].message.name, "StockReserved");
}

#[test]
fn schemas_take_along_what_they_refer_to() {
    let design = one(WHOLE).design;
    let version = &design.message("OrderPlaced").expect("a message").versions[0];
    let text = version.schema.inside().expect("a text");
    assert!(text.contains("#/definitions/OrderId"), "{text}");
    assert_eq!(version.examples, [r#"{"id":"6f1c4f0e-7a3b-4f0c-9d0e-0a4b1c2d3e4f"}"#]);
    assert_eq!(version.content_type.as_deref(), Some("application/json"));
    assert!(version.headers.is_some());
    assert!(crate::schema::check_schema(version.schema.language(), text).is_ok());
}

#[test]
fn dead_letters_of_queues_that_only_bindings_know_get_a_channel() {
    let design = one("
asyncapi: 3.0.0
info: {title: Mail, version: '1'}
channels:
  mails:
    address: mails
    bindings:
      sqs:
        queue:
          name: mails
          fifoQueue: false
          visibilityTimeout: 60
          redrivePolicy: {deadLetterQueue: {arn: 'arn:aws:sqs:eu:1:mails-dead'}, maxReceiveCount: 5}
operations: {send: {action: receive, channel: {$ref: '#/channels/mails'}}}
")
    .design;
    let Role::Channel(channel) = &design.node("mails").expect("a node").role else {
        panic!("a channel")
    };
    assert_eq!(channel.dead_letter.as_deref(), Some("mails-dead"));
    assert_eq!((channel.delivery_limit, channel.lease), (Some(5), Some(Span::from_secs(60))));
    assert!(design.node("mails-dead").is_some_and(|node| node.is_channel()));
}

#[test]
fn references_into_other_files_are_followed_within_the_folder() {
    let document = "
asyncapi: 3.0.0
info: {title: Files, version: '1'}
channels:
  a: {address: a, messages: {m: {$ref: '../common/messages.yaml#/M'}}}
  b: {address: b, messages: {n: {$ref: '../../outside.yaml#/N'}}}
  c: {address: c, messages: {o: {$ref: 'https://example.org/messages.yaml#/O'}}}
";
    let imported = imported(&[
        ("app/asyncapi.yaml", document),
        ("common/messages.yaml", "M: {payload: {$ref: 'schemas.yaml#/S'}}"),
        (
            "common/schemas.yaml",
            "S: {type: object, properties: {s: {$ref: '#/T'}}}\nT: {type: string}",
        ),
    ]);
    expect![[r#"
        app/asyncapi.yaml:6:33: warning[unresolved-reference]: `../../outside.yaml` lies outside the folder and is not read; import from a folder that holds both
        app/asyncapi.yaml:7:33: warning[remote-reference]: `https://example.org/messages.yaml#/O` is not on this machine and not fetched; it stays unresolved"#]]
    .assert_eq(&told(&imported));
    let schema = imported.design.message("M").expect("a message").versions[0].schema.clone();
    let schema = schema.inside().unwrap_or_default().replace(char::is_whitespace, "");
    assert!(schema.contains(r##""$ref":"#/definitions/T""##), "{schema}");
    assert!(imported.design.message("O").is_some(), "it stays as unresolved");
}

#[test]
fn references_in_a_circle_come_to_an_end() {
    check(
        "
asyncapi: 3.0.0
info: {title: Circle, version: '1'}
channels:
  a:
    address: a
    messages:
      m: {$ref: '#/components/messages/M'}
      tree: {payload: {$ref: '#/components/schemas/Tree'}}
components:
  messages: {M: {$ref: '#/channels/a/messages/m'}}
  schemas: {Tree: {type: object, properties: {left: {$ref: '#/components/schemas/Tree'}}}}
",
        &expect![[r"
            asyncapi.yaml:8:10: error[reference-cycle]: the references that begin here lead in a circle"]],
    );
}

#[test]
fn the_same_name_with_another_schema_is_another_version() {
    let document = |title: &str, action: &str, payload: &str| {
        format!(
            "
asyncapi: 3.0.0
info: {{title: {title}, version: '1'}}
channels: {{returns: {{address: returns, messages: {{Return: {{payload: {payload}}}}}}}}}
operations: {{go: {{action: {action}, channel: {{$ref: '#/channels/returns'}}}}}}
"
        )
    };
    let writer = document("Writer", "send", "{type: object, properties: {a: {type: string}}}");
    let reader = document("Reader", "receive", "{type: object, required: [posted]}");
    let imported = imported(&[("w/asyncapi.yaml", &writer), ("r/asyncapi.yaml", &reader)]);
    expect![[r#"
        Writer sends Return@1 to returns
        Reader receives Return@2 from returns
        r/asyncapi.yaml:4:59: info[version]: `Return` has another schema here than in a document before; they are its versions 1 and 2"#]]
    .assert_eq(&told(&imported));
    let said = crate::lint::findings(&imported.design);
    assert!(said.iter().any(|it| it.code == "reader-cannot-read"), "{said:?}");
}

#[test]
fn what_is_no_document_is_refused_with_a_sentence() {
    for (text, sentence) in [
        (
            "",
            "1:1: error[not-asyncapi]: this is no AsyncAPI document: expected a map with `asyncapi`",
        ),
        (
            "a: 1",
            "1:1: error[not-asyncapi]: this is no AsyncAPI document: it does not begin with `asyncapi` and a version",
        ),
        (
            "asyncapi: 4.0.0",
            "1:11: error[version]: version `4.0.0` of AsyncAPI is not known here; 2.0 to 3.1 are",
        ),
        ("a: [", "1:4: error[not-a-document]"),
    ] {
        let imported = one(text);
        assert!(imported.documents.is_empty());
        let told = told(&imported);
        assert!(told.starts_with(&format!("asyncapi.yaml:{sentence}")), "{told}");
    }
}

/// A document of an application that does something with channels.
fn application(title: &str, action: &str, address: &str) -> String {
    format!(
        "
asyncapi: 3.0.0
info: {{title: {title}, version: '1'}}
channels: {{c: {{address: {address}, messages: {{M: {{payload: {{type: object}}}}}}}}}}
operations: {{go: {{action: {action}, channel: {{$ref: '#/channels/c'}}}}}}
"
    )
}

#[test]
fn two_that_send_where_nobody_receives_are_told_how_to_turn_round() {
    let (one, other) = (application("A", "send", "bills"), application("B", "send", "bills"));
    let imported = imported(&[("a/asyncapi.yaml", &one), ("b/asyncapi.yaml", &other)]);
    expect![[r#"
        A sends M to bills
        B sends M to bills
        b/asyncapi.yaml:4:15: warning[nobody-receives]: A and B send to `bills` and nobody receives from it; if a document is written from the side of its clients, turn it round: --view b/asyncapi.yaml=client"#]]
    .assert_eq(&told(&imported));
}

#[test]
fn names_that_differ_by_a_letter_are_told_unless_they_are_numbered() {
    let check = |one: &str, other: &str| {
        let (one, other) = (application("A", "send", one), application("B", "receive", other));
        let imported = imported(&[("a/asyncapi.yaml", &one), ("b/asyncapi.yaml", &other)]);
        imported.findings.iter().any(|it| it.finding.code == "near-name")
    };
    assert!(check("pay-event", "pay-events"));
    assert!(check("orders.placed", "Orders_Placed"));
    assert!(check("payments", "paymemts"));
    assert!(!check("orders.1", "orders.2"));
    assert!(!check("orders", "payments"));
}

#[test]
fn what_does_not_look_as_it_should_is_told_with_its_place_and_left_out() {
    check(
        "
asyncapi: 3.0.0
info: {title: Shape, version: 1.0, contact: {email: nobody}, owner: me}
servers: {a: {protocol: kafka}, b: text}
channels:
  c:
    address: c/{id}?x=1
    servers: [{$ref: '#/servers/a'}, {$ref: '#/components/servers/z'}]
    messages:
      M: {title: [1], headers: {type: string}, tags: [{name: t}, {name: t}], payload: {type: thing}}
operations:
  o: {action: tell, channel: {$ref: '#/channels/c'}}
  p: {action: send, channel: {$ref: '#/channels/c'}, messages: [{$ref: '#/components/messages/N'}], security: [{type: http}]}
components: {messages: {N: {name: N}}, servers: {z: {host: z, protocol: z}}}
",
        &expect![[r#"
            Shape sends N to c/{id}?x=1
            asyncapi.yaml:3:31: error[shape]: expected a text, found the number 1.0; it is taken as `1.0`
            asyncapi.yaml:3:53: error[shape]: expected an email address, found the text `nobody`; it is left out
            asyncapi.yaml:3:69: error[shape]: `owner` has no meaning in an info
            asyncapi.yaml:4:14: error[shape]: a server needs `host`
            asyncapi.yaml:4:36: error[shape]: expected a map, found the text `text`; it is left out
            asyncapi.yaml:10:18: error[shape]: expected a text, found a list; it is left out
            asyncapi.yaml:10:66: error[shape]: the tag `t` is there twice
            asyncapi.yaml:10:94: error[shape]: expected one of array, boolean, integer, null, number, object, string, found the text `thing`; it is left out
            asyncapi.yaml:12:15: error[shape]: expected one of send, receive, found the text `tell`; it is left out
            asyncapi.yaml:13:112: error[shape]: a httpScheme needs `scheme`
            asyncapi.yaml:10:39: error[headers]: headers are always an object, not the text `string`
            asyncapi.yaml:7:5: error[address]: `c/{id}?x=1` has a query or a fragment, which no address has
            asyncapi.yaml:7:5: warning[parameter]: `c/{id}?x=1` has a parameter `id` that is not explained
            asyncapi.yaml:8:38: error[unknown-server]: `z` is no server of this document; it is left out
            asyncapi.yaml:12:6: error[action]: expected `action: send` or `action: receive`, found nothing; the operation is left out
            asyncapi.yaml:13:65: error[not-of-the-channel]: `N` is no message of the channel of this operation; it is taken as one"#]],
    );
}

#[test]
fn documents_that_mean_harm_are_refused_or_cut_off() {
    let head = "asyncapi: 3.0.0\ninfo: {title: Harm, version: '1'}\n";
    let deep = format!("{head}x-deep: {}{}", "[".repeat(200), "]".repeat(200));
    let told_of = |text: &str| told(&one(text));
    assert!(told_of(&deep).contains("more than 128 deep"), "{}", told_of(&deep));
    let mut bomb = format!("{head}x-0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for level in 1..9 {
        let below = format!("*x{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("x-{level}: &x{level} [{below}]\n"));
    }
    assert!(told_of(&bomb).contains("aliases count as what they repeat"), "{}", told_of(&bomb));
    let mut fan =
        format!("{head}channels: {{a: {{messages: {{m: {{x-a: {{$ref: '#/x-0'}}}}}}}}}}\n");
    for level in 0..9 {
        let below = format!("{{$ref: '#/x-{}'}}, ", level + 1).repeat(10);
        fan.push_str(&format!("x-{level}: [{below}]\n"));
    }
    fan.push_str("x-9: [1]\n");
    assert!(told_of(&fan).contains("more than 20000 values"), "{}", told_of(&fan));
    let twice = format!("{head}channels: {{}}\nchannels: {{a: {{}}}}\n");
    assert!(told_of(&twice).contains("4:1: error[duplicate-name]: `channels` stands twice"));
    let tab = "asyncapi: 3.0.0\ninfo:\n\ttitle: x\n";
    assert!(told_of(tab).contains("error[not-a-document]"), "{}", told_of(tab));
}

#[test]
fn traits_and_references_that_lead_to_themselves_come_to_an_end() {
    let told = told(&one("
asyncapi: 3.0.0
info: {title: Circle, version: '1'}
channels: {a: {messages: {m: {$ref: '#/components/messages/M'}}}, b: {$ref: '#/channels/b/messages'}}
operations: {o: {action: send, channel: {$ref: '#/channels/a'}, traits: [{$ref: '#/operations/o'}]}}
components:
  messages:
    M: {traits: [{$ref: '#/components/messageTraits/T'}], x-m: {$ref: '#/components/messages/M'}}
  messageTraits: {T: {x-m: {$ref: '#/components/messageTraits/T'}}}
"));
    assert!(told.contains("error[reference-cycle]"), "{told}");
}
