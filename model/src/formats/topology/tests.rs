//! What brokers list, as channels and bindings; and back.

use expect_test::{Expect, expect};

use super::*;
use crate::channel::Channel;
use crate::edge::EdgeKind;
use crate::formats::native::generate::Chance;
use crate::formats::native::write as native;
use crate::lint;
use crate::tree::Tree;

fn topology(name: &str) -> &'static Topology {
    TOPOLOGIES.iter().find(|topology| topology.name == name).expect("a format")
}

/// The channels, the bindings and what is said about a text.
fn check(name: &str, text: &str, expect: Expect) {
    let shown = match (topology(name).read)(text) {
        Ok(imported) => shown(&imported),
        Err(complaint) => format!("error: {complaint}\n"),
    };
    expect.assert_eq(&shown);
}

fn shown(imported: &Imported) -> String {
    let mut lines = String::new();
    for node in &imported.design.nodes {
        let role = Tree::of(&node.role);
        lines += &format!("{}: {role}\n", node.name);
    }
    for edge in &imported.design.edges {
        let filter = edge.contract.filter.as_ref().map(|it| Tree::of(it).to_string());
        lines += &format!("{} {}\n", edge.name(), filter.unwrap_or_default());
    }
    for (mark, finding) in &imported.findings {
        let (line, column) = (mark.line, mark.column);
        lines += &format!("{line}:{column}: {}: {}\n", finding.severity, finding.sentence);
    }
    let errors = lint::findings(&imported.design).into_iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    lines.extend(errors.map(|finding| format!("lint: {}\n", finding.sentence)));
    lines
}

const DEFINITIONS: &str = r##"{
  "rabbit_version": "4.0.5",
  "users": [{"name": "guest", "password_hash": "x"}],
  "vhosts": [{"name": "/"}],
  "policies": [
    {"vhost": "/", "name": "dlx", "pattern": "^orders", "apply-to": "queues", "priority": 1,
     "definition": {"dead-letter-exchange": "", "dead-letter-routing-key": "dead", "max-length": 100}},
    {"vhost": "/", "name": "all", "pattern": ".*", "apply-to": "queues", "priority": 0,
     "definition": {"max-length": 7}}
  ],
  "queues": [
    {"name": "orders", "vhost": "/", "durable": true, "auto_delete": false,
     "arguments": {"x-queue-type": "quorum", "x-message-ttl": 60000, "x-delivery-limit": 5,
                   "x-max-length": 500, "x-queue-leader-locator": "balanced"}},
    {"name": "dead", "vhost": "/", "durable": true, "auto_delete": false,
     "arguments": {"x-overflow": "sometimes"}},
    {"name": "history", "vhost": "/", "durable": true, "auto_delete": false,
     "arguments": {"x-queue-type": "stream", "x-max-age": "7D"}}
  ],
  "exchanges": [
    {"name": "shop", "vhost": "/", "type": "topic", "durable": true, "auto_delete": false,
     "internal": false, "arguments": {"alternate-exchange": "lost"}},
    {"name": "orders", "vhost": "/", "type": "x-consistent-hash", "durable": true,
     "auto_delete": false, "internal": false, "arguments": {}}
  ],
  "bindings": [
    {"source": "shop", "vhost": "/", "destination": "orders", "destination_type": "queue",
     "routing_key": "order.*", "arguments": {}},
    {"source": "shop", "vhost": "/", "destination": "orders", "destination_type": "queue",
     "routing_key": "refund.#", "arguments": {}},
    {"source": "shop", "vhost": "/", "destination": "history", "destination_type": "queue",
     "routing_key": "#", "arguments": {}},
    {"source": "amq.headers", "vhost": "/", "destination": "dead", "destination_type": "queue",
     "routing_key": "", "arguments": {"x-match": "any", "kind": "poison", "weight": 3}},
    {"source": "shop", "vhost": "/", "destination": "nowhere", "destination_type": "queue",
     "routing_key": "x", "arguments": {}}
  ]
}"##;

#[test]
fn definitions_are_channels_with_presets_and_bindings() {
    check(
        "rabbitmq",
        DEFINITIONS,
        expect![[r#"
        shop: Channel(preset: "rabbit.topic")
        orders: Channel(preset: "rabbit.fanout")
        orders queue: Channel(preset: "rabbit.quorum.4.0", delivery_limit: 5, time_to_live: "1min", max_messages: 100, dead_letter: "dead")
        dead: Channel(preset: "rabbit.classic", max_messages: 7)
        history: Channel(preset: "rabbit.stream", max_messages: 7, retention_time: "168h")
        shop to orders queue: Channel(preset: "rabbit.fanout")
        amq.headers: Channel(preset: "rabbit.headers")
        shop -> orders queue Topic("order.*")
        shop to orders queue -> orders queue 
        shop -> shop to orders queue Topic("refund.#")
        shop -> history 
        amq.headers -> dead AnyHeader({"kind": "poison", "weight": "3"})
        1:1: info: definitions name no publishers and consumers: add them, and the messages
        3:3: info: `users` is left out
        14:67: info: `queue-leader-locator` of queue `orders` means nothing here
        16:34: warning: `overflow` of queue `dead`: expected `drop-head`, `reject-publish` or `reject-publish-dlx`, found `"sometimes"`
        22:61: warning: `alternate-exchange` of `shop` leads to nothing that is listed
        23:5: warning: exchange `orders` has the type `x-consistent-hash`, which the model does not know: here it gives everything to everybody
        29:5: warning: `shop` is bound to `orders queue` more than once: what matches several of these bindings comes several times here, and once in the broker
        35:5: warning: a binding from `shop` to `nowhere` has no such end
    "#]],
    );
}

#[test]
fn definitions_come_back_as_they_were() {
    let first = (topology("rabbitmq").read)(DEFINITIONS).expect("definitions");
    let write = topology("rabbitmq").write.expect("it writes");
    let (text, findings) = write(&first.design);
    assert_eq!(findings, []);
    let again = (topology("rabbitmq").read)(&text).expect("definitions");
    let (text_again, _) = write(&again.design);
    assert_eq!(text, text_again);
    for said in [
        r#""x-message-ttl": 60000"#,
        r#""x-delivery-limit": 5"#,
        r#""x-queue-leader-locator": "balanced""#,
        r#""dead-letter-routing-key": "dead""#,
        r#""x-max-length": 500"#,
        r#""type": "x-consistent-hash""#,
        r#""pattern": "^orders""#,
        r#""routing_key": "refund.#""#,
        r#""x-match": "any""#,
        r#""x-max-age": "7D""#,
        r#""weight": 3"#,
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for made in ["shop to orders", "x-dead-letter-routing-key", r#""x-max-length": 7"#] {
        assert!(!text.contains(made), "{made}: {text}");
    }
    let bare = |imported: &Imported| shown(&Imported { findings: Vec::new(), ..imported.clone() });
    assert_eq!(bare(&again), bare(&first));
}

#[test]
fn where_a_policy_keeps_the_upper_hand_export_says_so() {
    let mut design = (topology("rabbitmq").read)(DEFINITIONS).expect("definitions").design;
    let queue = crate::fixture::node(&mut design, "orders queue");
    let Role::Channel(channel) = &mut queue.role else { panic!("a channel") };
    (channel.max_messages, channel.dead_letter) = (Some(200), None);
    let (_, findings) = (topology("rabbitmq").write.expect("it writes"))(&design);
    let said: Vec<&str> = findings.iter().map(|finding| &*finding.sentence).collect();
    let expected = [
        "the policy `dlx` sets `dead-letter-exchange` to \"\"",
        "the policy `dlx` sets `dead-letter-routing-key` to \"dead\"",
        "the policy `dlx` says 100 for `max-length`: the smaller one counts",
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_a_kind_of_queue_does_not_take_is_left_out_and_said() {
    let mut design = crate::fixture::design(
        "shop: producer\n past: queue\n orders: queue\n a: consumer\n dead: queue
         shop -> past\n past -> a\n shop -> orders",
    );
    crate::fixture::edge(&mut design, "past -> a").contract.dead_letter = Some("dead".to_owned());
    let past = Role::Channel(Channel::of("rabbit.stream"));
    crate::fixture::node(&mut design, "past").role = past;
    let orders = Channel { delivery_limit: Some(3), ..Channel::default() };
    crate::fixture::node(&mut design, "orders").role = Role::Channel(orders);
    let (text, findings) = (topology("rabbitmq").write.expect("it writes"))(&design);
    let said: Vec<&str> = findings.iter().map(|finding| &*finding.sentence).collect();
    let expected = [
        "a stream queue takes no `x-dead-letter-exchange`: left out",
        "a stream queue takes no `x-dead-letter-routing-key`: left out",
        "a classic queue takes no `x-delivery-limit`: left out",
    ];
    assert_eq!(said, expected);
    assert!(!text.contains("dead-letter") && !text.contains("limit"), "{text}");
}

#[test]
fn an_internal_exchange_is_known_by_its_bindings() {
    check(
        "rabbitmq",
        r#"{"queues": [{"name": "lost", "vhost": "/"}], "exchanges": [
          {"name": "shop", "vhost": "/", "type": "fanout", "arguments": {"alternate-exchange": "x"}}],
         "bindings": [{"source": "x", "vhost": "/", "destination": "lost",
                       "destination_type": "queue", "routing_key": "a.*", "arguments": {}}]}"#,
        expect![[r#"
            shop: Channel(preset: "rabbit.fanout", alternate: "x")
            lost: Channel(preset: "rabbit.classic")
            x: Channel(preset: "rabbit.topic")
            x -> lost Topic("a.*")
            1:1: info: definitions name no publishers and consumers: add them, and the messages
            2:96: warning: exchange `x` is not listed, as internal ones are not: by its bindings it is taken for a `topic` exchange
        "#]],
    );
}

#[test]
fn a_design_of_other_channels_has_definitions_too() {
    let mut design = crate::fixture::design(
        "shop: producer\n news: topic\n orders: queue\n a: consumer\n b: consumer\n dead: queue
         shop -> news\n news -> a\n news -> b\n news -> orders\n orders -> b",
    );
    crate::fixture::edge(&mut design, "news -> a").contract.dead_letter = Some("dead".to_owned());
    assert_eq!(design.edges[3].kind, EdgeKind::Bind);
    let (text, findings) = (topology("rabbitmq").write.expect("it writes"))(&design);
    assert_eq!(findings, []);
    let imported = (topology("rabbitmq").read)(&text).expect("definitions");
    let names: Vec<&str> = imported.design.nodes.iter().map(|node| &*node.name).collect();
    assert_eq!(names, ["news", "news.a", "news.b", "orders", "dead"]);
    let edges: Vec<String> = imported.design.edges.iter().map(|it| it.name().to_string()).collect();
    assert_eq!(edges, ["news -> news.a", "news -> news.b", "news -> orders"]);
}

#[test]
fn what_is_no_list_of_a_broker_is_refused_with_a_place() {
    check(
        "rabbitmq",
        "{\"queues\": [",
        expect![[r#"
        error: 1:13: expected a value, found the end
    "#]],
    );
    check(
        "rabbitmq",
        "{\"openapi\": 3}",
        expect![[r#"
        error: 1:1: expected definitions of RabbitMQ with `exchanges`, `queues` or `bindings`
    "#]],
    );
    check(
        "rabbitmq",
        "{\"queues\": [{\"vhost\": \"/\"}, 7]}",
        expect![[r#"
        1:1: info: there is nothing but what every broker has
        1:13: warning: this queue has no `name`: left out
        1:29: warning: this queue has no `name`: left out
    "#]],
    );
    check(
        "kafka",
        "",
        expect![[r#"
        error: 1:1: expected a list of topics
    "#]],
    );
    check(
        "kafka",
        "hello",
        expect![[r#"
        error: 1:1: expected a list of topics
    "#]],
    );
    check(
        "kafka",
        "[{\"name\": \"a\", \"partitions\": -1}, {}]",
        expect![[r#"
        a: Channel(preset: "kafka.group.classic")
        1:1: info: topics name no publishers and groups: add them, and the messages
        1:2: warning: partitions of `a`: expected a number from 1, found `-1`
        1:35: warning: this topic has no `name`
    "#]],
    );
}

#[test]
fn topics_that_are_described_are_channels() {
    let text = "Topic: orders\tTopicId: AAAA\tPartitionCount: 6\tReplicationFactor: 3\tConfigs: \
                min.insync.replicas=2,cleanup.policy=compact,delete,retention.ms=3600000,segment.bytes=1\n\
                \tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2,3\n\
                Topic: __consumer_offsets\tPartitionCount: 50\tReplicationFactor: 1\tConfigs: \n\
                Topic: users\tPartitionCount: many\tReplicationFactor: 1\tConfigs: cleanup.policy=compact\n";
    check(
        "kafka",
        text,
        expect![[r#"
        orders: Channel(preset: "kafka.group.classic", partitions: 6, retention_time: "1h", messages_per_key: 1, replicas: 3, min_in_sync: 2)
        users: Channel(preset: "kafka.group.classic", retention_time: "0s", messages_per_key: 1, replicas: 1)
        1:1: info: `segment.bytes` of `orders` means nothing here
        1:1: info: topics name no publishers and groups: add them, and the messages
        3:1: info: `__consumer_offsets` belongs to the broker: left out
        4:1: warning: partitions of `users`: expected a number from 1, found `many`
    "#]],
    );
}

#[test]
fn topics_may_be_a_list_or_a_table() {
    let expected = (topology("kafka").read)(
        "name,partitions,replication_factor,configs\norders,6,3,retention.ms=-1;min.insync.replicas=2\n",
    )
    .expect("a table")
    .design;
    for text in [
        r#"[{"name": "orders", "partitions": 6, "replicationFactor": 3,
            "configs": {"retention.ms": "-1", "min.insync.replicas": 2}}]"#,
        "topics:\n  - topic: orders\n    partitions: [a, b, c, d, e, f]\n    replication_factor: 3\n    config:\n      - {name: retention.ms, value: -1}\n      - {name: min.insync.replicas, value: 2}\n",
        "orders: {partitions: 6, replicas: 3, configs: 'retention.ms=-1,min.insync.replicas=2'}\n",
    ] {
        let design = (topology("kafka").read)(text).expect(text).design;
        assert_eq!(native(&design), native(&expected), "{text}");
    }
}

#[test]
fn nothing_that_is_cut_off_or_mixed_up_panics() {
    let write = topology("rabbitmq").write.expect("it writes");
    for length in (0..DEFINITIONS.len()).step_by(17) {
        let cut = DEFINITIONS.get(..length).unwrap_or_default();
        let swapped = DEFINITIONS.replace("\"/\"", "[]").replace("60000", "\"x\"");
        for text in [cut, swapped.get(length..).unwrap_or_default(), &swapped] {
            for topology in TOPOLOGIES {
                if let Ok(imported) = (topology.read)(text) {
                    write(&imported.design);
                }
            }
        }
    }
    for seed in 0..40 {
        let (text, _) = write(&Chance(seed).design());
        assert!((topology("rabbitmq").read)(&text).is_ok(), "seed {seed}");
    }
}
