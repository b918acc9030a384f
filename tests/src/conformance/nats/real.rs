//! What a case can do to the server and what it sees. The server is asked in its own words, JSON
//! on subjects that begin with `$JS.API`.

use std::collections::BTreeMap;
use std::future::Future;
use std::iter;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, HeaderMap, Message, Subscriber};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

use super::settings::{nanoseconds, setting};
use super::streams::Streams;
use crate::conformance::check::{Broker, Place};
use crate::conformance::server::{Kind, NATS, Running};

/// A case's own corner of the server.
pub(super) struct Nats {
    runtime: Runtime,
    client: Client,
    place: Place,
    readers: BTreeMap<String, Reader>,
    /// What the server announces about consumers, of all cases.
    notices: Subscriber,
    shows_sequences: bool,
    lines: Vec<String>,
}

/// Something that receives: a consumer's subject, or a plain subscription.
struct Reader {
    incoming: Subscriber,
    /// Where to settle what has been received, by message; the latest delivery counts.
    held: BTreeMap<String, String>,
}

impl Broker for Nats {
    const SERVER: Kind = NATS;

    fn open(server: &'static Running, place: Place) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let (client, notices) = runtime.block_on(async {
            let address = format!("nats://127.0.0.1:{}", server.port);
            let options = ConnectOptions::new().retry_on_initial_connect();
            let client = options.connect(address).await.expect("the server lets us in");
            let subject = "$JS.EVENT.ADVISORY.CONSUMER.>";
            let notices = client.subscribe(subject).await.expect("notices can be read");
            client.flush().await.expect("the server listens");
            (client, notices)
        });
        Self {
            runtime,
            client,
            place,
            readers: BTreeMap::new(),
            notices,
            shows_sequences: false,
            lines: Vec::new(),
        }
    }

    fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

impl Streams for Nats {
    fn begin(&mut self) {
        self.place.begin();
    }

    fn at(&mut self, time_ms: u64) {
        let span = self.place.until(time_ms);
        self.wait_for(async { sleep(span).await });
    }

    fn preset(&self) -> &'static str {
        self.place.preset
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn stream(&mut self, name: &str, options: &str) {
        let own = self.place.own(name);
        let retention = self.place.preset.strip_prefix("jetstream.").unwrap_or("limits");
        let mut config = json!({
            "name": own, "subjects": [format!("{own}.>")], "storage": "memory",
            "retention": retention, "allow_direct": true,
        });
        self.set(&mut config, options);
        self.ask(&format!("STREAM.CREATE.{own}"), &config).expect("a stream is made");
    }

    fn consumer(&mut self, name: &str, stream: &str, options: &str) {
        let (own, stream) = (self.place.own(name), self.place.own(stream));
        let mut config = json!({ "durable_name": own, "ack_policy": "explicit" });
        if !options.split_whitespace().any(|option| option == "pull") {
            config["deliver_subject"] = json!(format!("to.{own}"));
        }
        self.set(&mut config, &options.replace("filter=", &format!("filter_subject={stream}.")));
        self.listen(name, &format!("to.{own}"));
        let question = json!({ "stream_name": stream, "config": config });
        let subject = format!("CONSUMER.DURABLE.CREATE.{stream}.{own}");
        if let Err(refusal) = self.ask(&subject, &question) {
            self.lines.push(format!("{name} refused {refusal}"));
        }
    }

    fn subscribe(&mut self, reader: &str, subject: &str, group: Option<&str>) {
        let own = self.place.own(subject);
        let incoming = self.wait_for(async {
            match group {
                Some(group) => self.client.queue_subscribe(own, group.to_owned()).await,
                None => self.client.subscribe(own).await,
            }
        });
        self.hear(reader, incoming.expect("a subject can be read"));
    }

    fn send(&mut self, subject: &str, messages: &[String]) {
        let own = self.place.own(subject);
        self.wait_for(async {
            for message in messages {
                let sent = self.client.publish(own.clone(), message.clone().into());
                sent.await.expect("a message is sent");
            }
            self.client.flush().await.expect("the server listens");
        });
    }

    fn settle(&mut self, reader: &str, message: &str, word: &'static str) {
        let known = self.readers.get_mut(reader).expect("the case has this reader");
        let reply = known.held[message].clone();
        // An answer says that the word has arrived.
        self.wait_for(self.client.request(reply, word.into())).expect("the server takes the word");
    }

    fn store(&mut self, stream: &str, messages: &str, identity: Option<&str>) -> Vec<String> {
        let mut headers = HeaderMap::new();
        if let Some(identity) = identity {
            headers.insert("Nats-Msg-Id", identity);
        }
        let mut outcomes = Vec::new();
        for written in messages.split_whitespace() {
            let (subject, message) = written.split_once('/').unwrap_or(("any", written));
            let subject = format!("{}.{subject}", self.place.own(stream));
            let payload = message.to_owned().into();
            let sent = self.client.request_with_headers(subject, headers.clone(), payload);
            outcomes.push(match self.answer(self.wait_for(sent)) {
                Ok(stored) if stored["duplicate"] == true => {
                    format!("duplicate of {}", stored["seq"])
                }
                Ok(stored) => stored["seq"].to_string(),
                Err(_) => "refused".to_owned(),
            });
        }
        outcomes
    }

    fn take(&mut self, reader: &str) -> Vec<String> {
        let quiet = self.place.quiet();
        iter::from_fn(|| self.take_within(reader, quiet)).collect()
    }

    fn take_until(&mut self, reader: &str, until_ms: u64, step_ms: u64) -> Vec<(String, String)> {
        let mut seen = Vec::new();
        while let Some(name) = self.take_within(reader, self.place.until(until_ms)) {
            seen.push((self.place.coarse(step_ms), name));
        }
        seen
    }

    fn holds(&mut self, stream: &str) -> Vec<String> {
        let own = self.place.own(stream);
        let info = self.ask(&format!("STREAM.INFO.{own}"), &json!({})).expect("a stream is known");
        let number = |key: &str| info["state"][key].as_u64().unwrap_or_default();
        let sequences = number("first_seq")..=number("last_seq");
        sequences.filter_map(|sequence| self.held_at(&own, sequence)).collect()
    }

    fn announced(&mut self, kind: &str) -> Vec<String> {
        let mut found = Vec::new();
        let quiet = self.place.quiet();
        while let Ok(Some(notice)) =
            self.runtime.block_on(async { timeout(quiet, self.notices.next()).await })
        {
            let notice: Value = serde_json::from_slice(&notice.payload).expect("notices are JSON");
            let says = |key: &str| notice[key].as_str().unwrap_or_default();
            let is_own = says("stream").starts_with(&self.place.own(""));
            if is_own && says("type").ends_with(kind) {
                found.push(format!("{} after {}", notice["stream_seq"], notice["deliveries"]));
            }
        }
        found
    }

    fn standing(&mut self, consumer: &str, stream: &str) -> (u64, u64) {
        let info = self.consumer_info(consumer, stream);
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        (number(&info["num_ack_pending"]), number(&info["ack_floor"]["stream_seq"]))
    }
}

impl Nats {
    fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// From now on deliveries show their number in the stream and in the consumer.
    pub(super) fn show_sequences(&mut self) {
        self.shows_sequences = true;
    }

    /// A question to the server, and its answer or the number of its refusal.
    fn ask(&self, subject: &str, question: &Value) -> Result<Value, u64> {
        let payload = question.to_string().into();
        self.answer(self.wait_for(self.client.request(format!("$JS.API.{subject}"), payload)))
    }

    fn answer<E: std::fmt::Debug>(&self, answer: Result<Message, E>) -> Result<Value, u64> {
        let answer = answer.expect("the server answers");
        let answer: Value = serde_json::from_slice(&answer.payload).expect("an answer is JSON");
        match answer["error"]["err_code"].as_u64() {
            Some(refusal) => Err(refusal),
            None => Ok(answer),
        }
    }

    fn set(&self, config: &mut Value, options: &str) {
        for (key, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
            config[key] = setting(&self.place, key, value);
        }
    }

    fn listen(&mut self, reader: &str, subject: &str) {
        let incoming = self.wait_for(self.client.subscribe(subject.to_owned()));
        self.hear(reader, incoming.expect("a subject can be read"));
    }

    fn hear(&mut self, reader: &str, incoming: Subscriber) {
        self.wait_for(self.client.flush()).expect("the server listens");
        self.readers.insert(reader.to_owned(), Reader { incoming, held: BTreeMap::new() });
    }

    /// Asks for messages of a consumer that is not sent any.
    pub(super) fn fetch(&mut self, reader: &str, consumer: &str, stream: &str, batch: u32) {
        let (own, stream) = (self.place.own(consumer), self.place.own(stream));
        let inbox = format!("to.{}", self.place.own(reader));
        self.listen(reader, &inbox);
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{own}");
        let question = json!({ "batch": batch }).to_string();
        self.wait_for(async {
            let asked = self.client.publish_with_reply(subject, inbox, question.into());
            asked.await.expect("a question is sent");
            self.client.flush().await.expect("the server listens");
        });
    }

    /// Asks whoever subscribes.
    pub(super) fn request(&mut self, subject: &str) {
        let own = self.place.own(subject);
        let error =
            self.wait_for(self.client.request(own, "".into())).expect_err("nobody is there");
        self.lines.push(format!("request: {}", error.kind()));
    }

    fn take_within(&mut self, reader: &str, span: Duration) -> Option<String> {
        let known = self.readers.get_mut(reader).expect("the case has this reader");
        let incoming = self.runtime.block_on(async { timeout(span, known.incoming.next()).await });
        let message = incoming.ok().flatten().filter(|message| message.status.is_none())?;
        Some(known.note(&message, self.shows_sequences))
    }

    /// How long the consumer says that it waits for an acknowledgement.
    pub(super) fn lease(&mut self, consumer: &str, stream: &str) {
        let wait = self.consumer_info(consumer, stream)["config"]["ack_wait"].as_u64();
        let wait_ms = self.place.shrunk(wait.expect("a consumer has a lease") / nanoseconds(1));
        self.lines.push(format!("{consumer} leases for {wait_ms} ms"));
    }

    fn consumer_info(&self, consumer: &str, stream: &str) -> Value {
        let (own, stream) = (self.place.own(consumer), self.place.own(stream));
        self.ask(&format!("CONSUMER.INFO.{stream}.{own}"), &json!({})).expect("a consumer is known")
    }

    /// Publishes to a stream that refuses it, and says with which number.
    pub(super) fn refusal(&mut self, stream: &str, message: &str) {
        let subject = format!("{}.any", self.place.own(stream));
        let sent = self.client.request(subject, message.to_owned().into());
        let refusal = self.answer(self.wait_for(sent)).expect_err("the stream refuses it");
        self.lines.push(format!("{message} is refused with {refusal}"));
    }

    fn held_at(&self, stream: &str, sequence: u64) -> Option<String> {
        let question = json!({ "seq": sequence }).to_string();
        let subject = format!("$JS.API.DIRECT.GET.{stream}");
        let answer = self.wait_for(self.client.request(subject, question.into()));
        let message = answer.expect("the server answers");
        let is_there = message.status.is_none();
        is_there.then(|| format!("{sequence}:{}", String::from_utf8_lossy(&message.payload)))
    }
}

impl Reader {
    /// A delivery in the notation of the outcome.
    fn note(&mut self, message: &Message, shows_sequences: bool) -> String {
        let name = String::from_utf8_lossy(&message.payload).into_owned();
        let Some(reply) = &message.reply else { return name };
        self.held.insert(name.clone(), reply.to_string());
        // $JS.ACK.STREAM.CONSUMER.DELIVERIES.STREAM_SEQUENCE.CONSUMER_SEQUENCE.TIME.PENDING
        let parts: Vec<&str> = reply.split('.').collect();
        let number = match parts[4] {
            "1" => String::new(),
            number => format!(":{number}"),
        };
        let sequences =
            if shows_sequences { format!("({}/{})", parts[5], parts[6]) } else { String::new() };
        format!("{name}{number}{sequences}")
    }
}
