//! How long it takes to read 1,000 AsyncAPI documents as one design, and to write them again.
//! `cargo bench -p flowbench-model --bench asyncapi`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::fs;
use std::time::Instant;

use flowbench_model::formats::asyncapi::{self, Given, Syntax, View};
use flowbench_model::formats::native;
use flowbench_model::schema::Schemas;

const DOCUMENTS: usize = 1_000;

fn main() {
    let given: Vec<Given> = (0..DOCUMENTS).map(document).collect();
    let bytes: usize = given.iter().map(|it| it.text.len()).sum();
    let mut open = |name: &str| Err(format!("{name} should not be needed"));
    let begun = Instant::now();
    let imported = asyncapi::import(&given, &mut open);
    println!(
        "import: {:.2} s, {} documents, {} kB, {} nodes, {} edges, {} messages, {} findings",
        begun.elapsed().as_secs_f64(),
        imported.documents.len(),
        bytes / 1000,
        imported.design.nodes.len(),
        imported.design.edges.len(),
        imported.design.messages.len(),
        imported.findings.len()
    );
    let begun = Instant::now();
    let text = native::write(&imported.design);
    println!("save: {:.2} s, {} kB", begun.elapsed().as_secs_f64(), text.len() / 1000);
    let begun = Instant::now();
    let exported = asyncapi::export(&imported.design, &Schemas::new(), Syntax::Yaml);
    println!("export: {:.2} s, {} files", begun.elapsed().as_secs_f64(), exported.files.len());
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
}

/// A service that reads what the one before it writes: three channels, traits, a question with its
/// answer, schemas that refer to each other. Every third one is of version 2, every fifth one JSON.
fn document(number: usize) -> Given {
    let before = (number + DOCUMENTS - 1) % DOCUMENTS;
    let text = if number.is_multiple_of(3) { OLD } else { NEW };
    let text = text.replace("NUMBER", &number.to_string()).replace("BEFORE", &before.to_string());
    let text = match number % 5 {
        0 => as_json(&text),
        _ => text,
    };
    let ending = if number.is_multiple_of(5) { "json" } else { "yaml" };
    Given { file: format!("service-{number}.{ending}"), text, view: View::Application }
}

fn as_json(text: &str) -> String {
    let tree = flowbench_model::formats::marked::read(text).expect("invariant: it is YAML").tree;
    format!("{:#}", tree.value())
}

const NEW: &str = "asyncapi: 3.0.0
info: {title: Service NUMBER, version: 1.0.0, description: One of many.}
servers:
  main: {host: 'broker.example.org:9092', protocol: kafka}
channels:
  own:
    address: events.NUMBER
    messages:
      Changed: {$ref: '#/components/messages/Changed'}
      Removed: {$ref: '#/components/messages/Removed'}
    bindings: {kafka: {partitions: 6, replicas: 3, topicConfiguration: {retention.ms: 604800000}}}
  other:
    address: events.BEFORE
    messages: {Changed: {$ref: '#/components/messages/Other'}}
  ask: {address: ask.NUMBER, messages: {Ask: {name: AskNUMBER, payload: {type: object}}}}
  answer: {address: null, messages: {Answer: {name: AnswerNUMBER, payload: {type: object}}}}
operations:
  publish:
    action: send
    channel: {$ref: '#/channels/own'}
    traits: [{$ref: '#/components/operationTraits/kafka'}]
  follow:
    action: receive
    channel: {$ref: '#/channels/other'}
    x-retry:
      channel: {$ref: '#/channels/other'}
      messages: [{$ref: '#/channels/other/messages/Changed'}]
      maxAttempts: 3
      strategy: {type: exponential, initialDelay: PT1S, multiplier: 2, maxDelay: PT1M}
  answer:
    action: receive
    channel: {$ref: '#/channels/ask'}
    reply: {channel: {$ref: '#/channels/answer'}}
components:
  operationTraits: {kafka: {bindings: {kafka: {clientId: {type: string, enum: [service-NUMBER]}}}}}
  messageTraits:
    headers: {headers: {type: object, properties: {trace: {type: string, format: uuid}}}}
  messages:
    Changed: {name: ChangedNUMBER, traits: [{$ref: '#/components/messageTraits/headers'}], payload: {$ref: '#/components/schemas/Thing'}, examples: [{payload: {id: a, parts: []}}]}
    Removed: {name: RemovedNUMBER, payload: {type: object, required: [id], properties: {id: {$ref: '#/components/schemas/Id'}}}}
    Other: {name: ChangedBEFORE, payload: {type: object, required: [id], properties: {id: {type: string}}}}
  schemas:
    Id: {type: string, minLength: 1}
    Part: {type: object, properties: {name: {type: string}, size: {type: number}, whole: {$ref: '#/components/schemas/Thing'}}}
    Thing:
      type: object
      required: [id]
      properties:
        id: {$ref: '#/components/schemas/Id'}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        at: {type: string, format: date-time}
        state: {type: string, enum: [open, closed]}
";

const OLD: &str = "asyncapi: 2.6.0
info: {title: Service NUMBER, version: 1.0.0, description: One of many.}
servers:
  main: {url: 'kafka://broker.example.org:9092', protocol: kafka}
defaultContentType: application/json
channels:
  events.NUMBER:
    bindings: {kafka: {partitions: 6, replicas: 3}}
    subscribe:
      operationId: publishNUMBER
      message:
        oneOf:
          - {$ref: '#/components/messages/Changed'}
          - {$ref: '#/components/messages/Removed'}
  events.BEFORE:
    publish:
      operationId: followNUMBER
      bindings: {kafka: {groupId: {type: string, enum: [service-NUMBER]}}}
      message: {name: ChangedBEFORE, payload: {type: object, required: [id], properties: {id: {type: string}}}}
components:
  messageTraits:
    headers: {headers: {type: object, properties: {trace: {type: string, format: uuid}}}}
  messages:
    Changed: {name: ChangedNUMBER, traits: [{$ref: '#/components/messageTraits/headers'}], payload: {$ref: '#/components/schemas/Thing'}, examples: [{payload: {id: a, parts: []}}]}
    Removed: {name: RemovedNUMBER, payload: {type: object, required: [id], properties: {id: {$ref: '#/components/schemas/Id'}}}}
  schemas:
    Id: {type: string, minLength: 1}
    Part: {type: object, properties: {name: {type: string}, size: {type: number}, whole: {$ref: '#/components/schemas/Thing'}}}
    Thing:
      type: object
      required: [id]
      properties:
        id: {$ref: '#/components/schemas/Id'}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        at: {type: string, format: date-time}
        state: {type: string, enum: [open, closed]}
";
