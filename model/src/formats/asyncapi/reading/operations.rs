//! Operations, with their traits, replies, retries and dead letters.

use serde_json::{Map, Value};

use super::Reader;
use super::renewal::Holder;
use crate::contract::{Backoff, Retry};
use crate::finding::Severity;
use crate::formats::asyncapi::document::{Action, Operation, Reply};
use crate::formats::asyncapi::durations::span_from_text;
use crate::formats::asyncapi::sources::Spot;
use crate::formats::marked::Content;
use crate::name::free_name;
use crate::time::Span;

/// What of an operation stands elsewhere.
const TAKEN: [&str; 16] = [
    "action",
    "channel",
    "messages",
    "message",
    "summary",
    "bindings",
    "traits",
    "reply",
    "tags",
    "operationId",
    "retry",
    "deadLetter",
    "x-retry",
    "x-dead-letter",
    "security",
    "$ref",
];

impl Reader<'_, '_> {
    /// The operations of version 3.
    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (id, listed) in self.parts("operations") {
            let Some(target) = self.sources.resolve(&listed) else { continue };
            let spot = self.with_traits(&target);
            let action = match spot.text("action").as_deref() {
                Some("send") => Action::Send,
                Some("receive") => Action::Receive,
                found => {
                    let found = found.unwrap_or("nothing").to_owned();
                    let sentence = format!(
                        "expected `action: send` or `action: receive`, found {found}; the operation is left out"
                    );
                    self.sources.say("action", Severity::Error, &spot, sentence);
                    continue;
                }
            };
            let channel = spot.get("channel").and_then(|it| self.channel_of(&it));
            let messages = spot.get("messages").map(|it| self.message_list(&it, channel));
            let reply = spot.get("reply").and_then(|it| self.reply(&it));
            operations.push(self.operation(&spot, id, action, (channel, messages, reply)));
        }
        operations
    }

    /// An operation of version 2: `publish` is what the application receives.
    pub(super) fn old_operation(
        &mut self,
        spot: &Spot,
        (address, key): (&str, &str),
        action: Action,
        channel: usize,
    ) -> Operation {
        let spot = self.with_traits(spot);
        let id = spot.text("operationId").map(|id| self.unique(&spot, "operationId", id));
        let id = id.unwrap_or_else(|| format!("{address}.{key}"));
        let messages = spot.get("message").map(|it| self.old_messages(&it, &id));
        self.operation(&spot, id, action, (Some(channel), Some(messages.unwrap_or_default()), None))
    }

    /// An identity of version 2, changed if something had it before.
    pub(super) fn unique(&mut self, spot: &Spot, field: &str, id: String) -> String {
        let key = |id: &str| format!("{field} {id}");
        let free = free_name(&id, |id| self.ids.contains(&key(id)));
        if free != id {
            let at = spot.get(field).unwrap_or_else(|| spot.clone());
            let sentence =
                format!("`{id}` is the {field} of another part too; here it is `{free}`");
            self.sources.say("same-id", Severity::Error, &at, sentence);
        }
        self.ids.insert(key(&free));
        free
    }

    fn old_messages(&mut self, spot: &Spot, operation: &str) -> Vec<usize> {
        let resolved = self.sources.resolve(spot);
        let choice = resolved.as_ref().and_then(|it| it.get("oneOf"));
        let hint = format!("{}.message", operation.rsplit('/').next().unwrap_or(operation));
        match choice {
            Some(choice) => {
                let items = choice.items();
                let mut list = Vec::new();
                for (at, item) in items.iter().enumerate() {
                    let message = self.message(item, &format!("{hint}.{at}"));
                    if !list.contains(&message) {
                        list.push(message);
                    }
                }
                list
            }
            None => vec![self.message(spot, &hint)],
        }
    }

    fn operation(
        &mut self,
        spot: &Spot,
        id: String,
        action: Action,
        (channel, messages, reply): (Option<usize>, Option<Vec<usize>>, Option<Reply>),
    ) -> Operation {
        let mut rest = self.rest(spot, &TAKEN);
        self.keep_all_tags(spot, &mut rest);
        if let Some(security) = spot.get("security") {
            let value = match self.major {
                2 => self.old_security(&security),
                _ => self.sources.plain(&security),
            };
            rest.insert("security".to_owned(), value);
        }
        let retry = self.retry(spot, &mut rest);
        let dead_letter = self.dead_letter(spot, &mut rest);
        Operation {
            id,
            action: self.seen(action),
            channel,
            messages,
            summary: spot.text("summary").unwrap_or_default(),
            reply,
            retry,
            dead_letter,
            bindings: self.bindings(spot, Holder::Operation),
            rest,
            spot: spot.clone(),
        }
    }

    /// An edge has no tags of its own.
    fn keep_all_tags(&mut self, spot: &Spot, rest: &mut Map<String, Value>) {
        if let Some(tags) = spot.get("tags") {
            rest.insert("tags".to_owned(), self.sources.plain(&tags));
        }
    }

    /// What a part says with its traits: in version 3 the part counts more, in version 2 the trait.
    pub(super) fn with_traits(&mut self, spot: &Spot) -> Spot {
        let traits = spot.get("traits").and_then(|it| self.sources.resolve(&it));
        let traits = traits.map(|it| it.items()).unwrap_or_default();
        if traits.is_empty() {
            return spot.clone();
        }
        let traits: Vec<Spot> = traits.iter().filter_map(|it| self.sources.resolve(it)).collect();
        if self.major == 2 {
            let merge = |below: Spot, over: &Spot| {
                let merged = self.sources.merged(&below, over);
                Spot { file: over.file.clone(), ..below.with(merged.tree) }
            };
            return traits.iter().fold(spot.clone(), merge);
        }
        let mut below: Option<Spot> = None;
        for one in traits {
            below = Some(match below {
                Some(below) => self.sources.merged(&below, &one),
                None => one,
            });
        }
        below.map_or_else(|| spot.clone(), |below| self.sources.merged(&below, spot))
    }

    /// Messages that an operation names. Each has to be one of its channel.
    fn message_list(&mut self, spot: &Spot, channel: Option<usize>) -> Vec<usize> {
        let mut list = Vec::new();
        for item in spot.items() {
            let is_found = self.sources.resolve(&item).is_some();
            let message = match self.known_message(&item, channel).filter(|_| !is_found) {
                Some(message) => message,
                None => self.message(&item, &item.last()),
            };
            if !list.contains(&message) {
                list.push(message);
            }
            let Some(channel) = channel else { continue };
            let known = &mut self.listed[channel];
            if known.iter().any(|it| it.1 == message) {
                continue;
            }
            let id = self.messages[message].id.clone();
            let id = free_name(&id, |id| known.iter().any(|it| it.0 == id));
            let sentence = format!(
                "`{id}` is no message of the channel of this operation; it is taken as one"
            );
            known.push((id, message));
            if is_found {
                self.sources.say("not-of-the-channel", Severity::Error, &item, sentence);
            }
        }
        list
    }

    /// The message of a channel that a reference names, also where that leads through what could
    /// not be found.
    fn known_message(&self, item: &Spot, channel: Option<usize>) -> Option<usize> {
        let (above, key) = item.reference()?.rsplit_once('/')?;
        let known = self.listed.get(channel?).filter(|_| above.ends_with("/messages"))?;
        known.iter().find(|it| it.0 == key).map(|it| it.1)
    }

    fn reply(&mut self, spot: &Spot) -> Option<Reply> {
        let spot = self.sources.resolve(spot)?;
        let channel = spot.get("channel").and_then(|it| self.channel_of(&it));
        let messages = spot.get("messages").map(|it| self.message_list(&it, channel));
        Some(Reply { channel, messages, rest: self.rest(&spot, &["channel", "messages"]) })
    }

    /// The retry of the draft; what is said beyond attempts and delays stays in the rest.
    fn retry(&mut self, spot: &Spot, rest: &mut Map<String, Value>) -> Option<Retry> {
        let name = ["x-retry", "retry"].into_iter().find(|it| spot.get(it).is_some())?;
        let spot = spot.get(name).and_then(|it| self.sources.resolve(&it))?;
        let value = spot.tree.value();
        let mut kept = self.rest(&spot, &["channel", "messages", "maxAttempts", "strategy"]);
        let channel = spot.get("channel").and_then(|it| self.channel_of(&it));
        if let Some(channel) = channel {
            kept.insert("channel".to_owned(), channel.into());
        }
        if !kept.is_empty() {
            rest.insert("retry".to_owned(), Value::Object(kept));
        }
        let most = value["maxAttempts"].as_u64().and_then(|it| u32::try_from(it).ok());
        let jitter = value["strategy"]["jitter"].as_f64().unwrap_or(0.0).clamp(0.0, 1.0);
        match backoff(&value["strategy"]) {
            Some(backoff) => {
                Some(Retry { attempts: most.map(|it| it.saturating_add(1)), backoff, jitter })
            }
            None => {
                let sentence = "expected `strategy` with `type: fixed`, `linear` or `exponential` and its delays such as PT1S";
                self.sources.say("retry", Severity::Warning, &spot, sentence);
                None
            }
        }
    }

    fn dead_letter(&mut self, spot: &Spot, rest: &mut Map<String, Value>) -> Option<usize> {
        let name = ["x-dead-letter", "deadLetter"].into_iter().find(|it| spot.get(it).is_some())?;
        let part = spot.get(name)?;
        if !part.tree.is_map() {
            let sentence = format!("expected a map with a channel, found {}", part.tree.content);
            self.sources.say("dead-letter", Severity::Warning, &part, sentence);
            return None;
        }
        let part = self.sources.resolve(&part)?;
        let kept = self.rest(&part, &["channel", "messages"]);
        if !kept.is_empty() {
            rest.insert("deadLetter".to_owned(), Value::Object(kept));
        }
        let channel = part.get("channel");
        if channel.is_none() {
            self.sources.say("dead-letter", Severity::Warning, &part, "expected a `channel`");
        }
        self.channel_of(&channel.filter(|it| !matches!(it.tree.content, Content::Text(_)))?)
    }
}

fn backoff(strategy: &Value) -> Option<Backoff> {
    let delay = |name: &str, seconds: &str| {
        let said = strategy[name].as_str().and_then(span_from_text);
        said.or_else(|| strategy[seconds].as_f64().and_then(span_from_seconds))
    };
    let cap = delay("maxDelay", "maxDelaySeconds");
    match strategy["type"].as_str()? {
        "fixed" => match delay("delay", "delaySeconds")? {
            Span::ZERO => Some(Backoff::None),
            delay => Some(Backoff::Fixed(delay)),
        },
        "steps" => {
            let steps = strategy["delays"].as_array()?.iter();
            let steps: Option<Vec<Span>> =
                steps.map(|it| it.as_str().and_then(span_from_text)).collect();
            Some(Backoff::Steps(steps?))
        }
        "decorrelated" => {
            let base = delay("initialDelay", "initialDelaySeconds")?;
            Some(Backoff::Decorrelated { base, cap })
        }
        "linear" => {
            let initial = delay("initialDelay", "initialDelaySeconds")?;
            let more = delay("delayIncrement", "incrementSeconds")?;
            Some(linear(initial, more, cap))
        }
        "exponential" => Some(Backoff::Exponential {
            initial: delay("initialDelay", "initialDelaySeconds")?,
            factor: strategy["multiplier"].as_f64()?.max(1.0),
            cap,
        }),
        _ => None,
    }
}

/// Steps of the same size are a backoff of ours; others are listed as far as that goes.
fn linear(initial: Span, more: Span, cap: Option<Span>) -> Backoff {
    const LISTED: u64 = 20;
    if initial == more {
        return Backoff::Linear { step: more, cap };
    }
    let longest = cap.map_or(u64::MAX, |cap| cap.0);
    let step = |n: u64| Span(initial.0.saturating_add(more.0.saturating_mul(n)).min(longest));
    Backoff::Steps((0..LISTED).map(step).collect())
}

fn span_from_seconds(seconds: f64) -> Option<Span> {
    (0.0..=1e9).contains(&seconds).then_some(Span((seconds * 1e9) as u64))
}
