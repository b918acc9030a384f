//! Messages, with their traits, payloads, headers and examples.

use serde_json::{Map, Value, json};

use super::renewal::Holder;
use super::{Reader, stem};
use crate::finding::Severity;
use crate::formats::asyncapi::document::{Message, Rest};
use crate::formats::asyncapi::sources::Spot;
use crate::message::Schema;
use crate::schema::Checker;

/// What of a message stands elsewhere.
const TAKEN: [&str; 14] = [
    "bindings",
    "name",
    "summary",
    "description",
    "contentType",
    "headers",
    "payload",
    "schemaFormat",
    "examples",
    "traits",
    "tags",
    "$ref",
    "messageId",
    "x-unresolved",
];

impl Reader<'_, '_> {
    /// The place of a message in the list; it is read if it was not yet. `listed_as` is what it is
    /// called by those who list it.
    pub(super) fn message(&mut self, spot: &Spot, listed_as: &str) -> usize {
        let target = self.sources.resolve(spot);
        let identity = match (&target, spot.reference()) {
            (Some(target), _) => Reader::identity(target),
            (None, reference) => ("".into(), reference.unwrap_or(&spot.pointer).to_owned()),
        };
        if let Some(at) = self.message_at.get(&identity) {
            return *at;
        }
        let message = match target {
            Some(target) => {
                let id = id(spot, &target, listed_as);
                self.read_message(&target, id)
            }
            None => absent(spot, listed_as),
        };
        self.messages.push(message);
        self.message_at.insert(identity, self.messages.len() - 1);
        self.messages.len() - 1
    }

    fn read_message(&mut self, target: &Spot, id: String) -> Message {
        let spot = self.with_traits(target);
        let mut rest = self.rest(&spot, &TAKEN);
        if let Some(tags) = spot.get("tags") {
            rest.insert("tags".to_owned(), self.sources.plain(&tags));
        }
        if let Some(unresolved) = spot.text("x-unresolved") {
            rest.insert("x-unresolved".to_owned(), unresolved.into());
        }
        if let Some(correlation) = spot.get("correlationId") {
            rest.insert("correlationId".to_owned(), self.sources.plain(&correlation));
        }
        let bindings = self.bindings(&spot, Holder::Message);
        if !bindings.is_empty() {
            rest.insert("bindings".to_owned(), Value::Object(bindings));
        }
        let message_id = spot.text("messageId").filter(|_| self.major == 2);
        let message_id = message_id.map(|id| self.unique(&spot, "messageId", id));
        let payload = spot.get("payload").and_then(|it| {
            let format = spot.text("schemaFormat").filter(|_| self.major == 2);
            self.payload(&it, format, &mut rest)
        });
        let headers = spot.get("headers").and_then(|it| self.headers(&it));
        self.check_headers(&spot);
        let examples = self.examples(&spot, &mut rest);
        if let Some(schema) = payload.as_ref().filter(|_| !examples.is_empty()) {
            self.check_examples(&spot, schema, &examples);
        }
        Message {
            name: spot.text("name").filter(|name| !name.trim().is_empty()),
            id: message_id.filter(|_| id == "message" || id.contains(".message")).unwrap_or(id),
            summary: spot.text("summary").unwrap_or_default(),
            description: spot.text("description").unwrap_or_default(),
            content_type: spot.text("contentType").or_else(|| self.content_type.clone()),
            headers,
            payload,
            examples,
            rest,
            spot: target.clone(),
        }
    }

    /// Headers are always a map.
    fn check_headers(&mut self, spot: &Spot) {
        let headers = spot.get("headers").and_then(|it| self.sources.resolve(&it));
        let kind = headers.as_ref().and_then(|it| it.get("type"));
        if let Some(kind) = kind.filter(|it| it.tree.text().is_some_and(|it| it != "object")) {
            let sentence = format!("headers are always an object, not {}", kind.tree.content);
            self.sources.say("headers", Severity::Error, &kind, sentence);
        }
    }

    /// Examples fit their schema.
    fn check_examples(&mut self, spot: &Spot, schema: &Schema, examples: &[String]) {
        let text = schema.inside().unwrap_or("true");
        let Ok(checker) = Checker::new(schema.language(), text) else { return };
        let items = spot.get("examples").map(|it| it.items()).unwrap_or_default();
        let items = items.iter().filter_map(|it| it.get("payload"));
        for (example, at) in examples.iter().zip(items) {
            let Ok(value) = serde_json::from_str(example) else { continue };
            if let Some(wrong) = checker.violations(&value).first() {
                let sentence = format!("this example does not fit its schema: {}", wrong.sentence);
                self.sources.say("example", Severity::Warning, &at, sentence);
            }
        }
    }

    /// Payloads of examples. What else they say stays in the rest, where a number is the place of
    /// the payload.
    fn examples(&mut self, spot: &Spot, rest: &mut Rest) -> Vec<String> {
        let items = spot.get("examples").map(|it| it.items()).unwrap_or_default();
        let (mut payloads, mut kept) = (Vec::new(), Vec::new());
        let mut has_more = false;
        for item in items {
            let Value::Object(mut example) = self.sources.plain(&item) else { continue };
            if let Some(payload) = example.shift_remove("payload") {
                has_more |= !example.is_empty();
                example.insert("payload".to_owned(), payloads.len().into());
                payloads.push(payload.to_string());
            } else {
                has_more = true;
            }
            kept.push(Value::Object(example));
        }
        if has_more {
            rest.insert("examples".to_owned(), Value::Array(kept));
        }
        payloads
    }
}

/// What a message is called that does not say so: by the component, by who lists it.
fn id(spot: &Spot, target: &Spot, listed_as: &str) -> String {
    let last = target.last();
    if target.pointer.is_empty() {
        return stem(&target.file);
    }
    let is_name = !last.is_empty()
        && last != "message"
        && !last.chars().all(|it| it.is_ascii_digit())
        && (spot.reference().is_some() || target.pointer.starts_with("/components/messages/"));
    if is_name { last } else { listed_as.to_owned() }
}

/// A message that is not there.
fn absent(spot: &Spot, listed_as: &str) -> Message {
    let reference = spot.reference().unwrap_or_default();
    let last = reference.rsplit(['/', '#']).find(|it| !it.is_empty());
    let mut rest = Map::new();
    if !reference.is_empty() {
        rest.insert("x-unresolved".to_owned(), json!(reference));
    }
    Message {
        spot: spot.clone(),
        name: None,
        id: last.map_or_else(|| listed_as.to_owned(), stem),
        summary: String::new(),
        description: String::new(),
        content_type: None,
        headers: None,
        payload: None,
        examples: Vec::new(),
        rest,
    }
}
