//! Bindings of old versions in the words of the newest ones.

use serde_json::{Map, Value};

use super::Reader;
use crate::finding::Severity;
use crate::formats::asyncapi::sources::Spot;

/// What a protocol's bindings say today.
struct Words {
    protocol: &'static str,
    /// The versions that version 3 of AsyncAPI knows; the last one is the newest.
    versions: &'static [&'static str],
    /// Fields where they stand: server, channel, operation, message.
    fields: [&'static [&'static str]; 4],
}

/// Where a binding stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holder {
    Server,
    Channel,
    Operation,
    Message,
}

const WORDS: &[Words] = &[
    Words {
        protocol: "amqp",
        versions: &["0.3.0"],
        fields: [
            &[],
            &["is", "exchange", "queue"],
            &[
                "expiration",
                "userId",
                "cc",
                "priority",
                "deliveryMode",
                "mandatory",
                "bcc",
                "timestamp",
                "ack",
            ],
            &["contentEncoding", "messageType"],
        ],
    },
    Words {
        protocol: "http",
        versions: &["0.2.0", "0.3.0"],
        fields: [&[], &[], &["method", "query"], &["headers", "statusCode"]],
    },
    Words {
        protocol: "kafka",
        versions: &["0.3.0", "0.4.0", "0.5.0"],
        fields: [
            &["schemaRegistryUrl", "schemaRegistryVendor"],
            &["topic", "partitions", "replicas", "topicConfiguration"],
            &["groupId", "clientId"],
            &["key", "schemaIdLocation", "schemaIdPayloadEncoding", "schemaLookupStrategy"],
        ],
    },
    Words {
        protocol: "mqtt",
        versions: &["0.2.0"],
        fields: [
            &[
                "clientId",
                "cleanSession",
                "lastWill",
                "keepAlive",
                "sessionExpiryInterval",
                "maximumPacketSize",
            ],
            &[],
            &["qos", "retain", "messageExpiryInterval"],
            &["payloadFormatIndicator", "correlationData", "contentType", "responseTopic"],
        ],
    },
];

impl Reader<'_, '_> {
    /// Gives bindings of an old version the newest one; what that has no word for is kept as an
    /// extension of the binding.
    pub(super) fn renew(&mut self, spot: &Spot, holder: Holder, bindings: &mut Map<String, Value>) {
        for words in WORDS {
            let Some(Value::Object(binding)) = bindings.get_mut(words.protocol) else { continue };
            let said = binding.get("bindingVersion").and_then(Value::as_str);
            if said.is_some_and(|it| it != "latest" && !words.versions.contains(&it)) {
                let newest = words.versions.last().copied().unwrap_or_default();
                binding.insert("bindingVersion".to_owned(), newest.into());
            }
            // A queue and an exchange exclude each other since.
            let other = match binding.get("is").and_then(Value::as_str) {
                Some("queue") => "exchange",
                Some(_) | None => "queue",
            };
            let fields = words.fields[holder as usize];
            let is_known = |key: &str| {
                key == "bindingVersion"
                    || key.starts_with("x-")
                    || fields.contains(&key) && (words.protocol != "amqp" || key != other)
            };
            let mut moved = Vec::new();
            let renewed = std::mem::take(binding).into_iter().map(|(key, value)| {
                if is_known(&key) {
                    return (key, value);
                }
                moved.push(format!("`{key}`"));
                (format!("x-{key}"), value)
            });
            *binding = renewed.collect();
            if !moved.is_empty() {
                let sentence = format!(
                    "bindings of {} have no {} any more; it is kept as an extension",
                    words.protocol,
                    moved.join(", ")
                );
                self.sources.say("binding-renewed", Severity::Info, spot, sentence);
            }
        }
    }
}
