//! What a case can do to the server and what it sees.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicGetOptions, BasicNackOptions,
    BasicPublishOptions, BasicQosOptions, BasicRejectOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer, Error, ErrorKind,
    ExchangeKind,
};
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

use super::arguments::{arguments, message, queue_arguments};
use super::deaths::Deaths;
use super::relay::Relay;
use crate::conformance::check::{Broker, Place};
use crate::conformance::server::{Kind, RABBIT, Running};

/// A case's own corner of the server.
pub(super) struct Rabbit {
    runtime: Runtime,
    port: u16,
    place: Place,
    /// Publishes, declares and reads queues; has never messages of its own.
    control: Channel,
    connection: Connection,
    consumers: BTreeMap<String, Taker>,
    /// How often a message of a queue was delivered since it was put there.
    seen: BTreeMap<(String, String), u32>,
    confirms: Vec<&'static str>,
    lines: Vec<String>,
}

/// A consumer on a connection of its own.
struct Taker {
    connection: Connection,
    channel: Channel,
    stream: Option<Consumer>,
    queue: String,
    /// What it has not settled, by message.
    held: BTreeMap<String, (u64, BasicProperties)>,
    relay: Relay,
}

/// One delivery, as far as a case looks at it.
struct Seen {
    name: String,
    tag: u64,
    is_redelivered: bool,
    properties: BasicProperties,
}

impl From<lapin::message::Delivery> for Seen {
    fn from(delivery: lapin::message::Delivery) -> Self {
        Self {
            name: String::from_utf8_lossy(&delivery.data).into_owned(),
            tag: delivery.delivery_tag,
            is_redelivered: delivery.redelivered,
            properties: delivery.properties,
        }
    }
}

impl Broker for Rabbit {
    const SERVER: Kind = RABBIT;

    fn open(server: &'static Running, place: Place) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let (connection, control) = runtime.block_on(publisher(server.port));
        Self {
            runtime,
            port: server.port,
            place,
            control,
            connection,
            consumers: BTreeMap::new(),
            seen: BTreeMap::new(),
            confirms: Vec::new(),
            lines: Vec::new(),
        }
    }

    fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

impl Rabbit {
    fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The clock of the case begins now.
    pub(super) fn begin(&mut self) {
        self.place.begin();
    }

    /// Lets the time of the case come.
    pub(super) fn at(&mut self, time_ms: u64) {
        self.pause(self.place.until(time_ms));
    }

    /// Waits for something that the server does at a time of its own.
    pub(super) fn wait_sec(&mut self, seconds: u64) {
        self.pause(Duration::from_secs(seconds));
    }

    fn let_settle(&self) {
        self.pause(self.place.quiet());
    }

    /// The connections live on meanwhile.
    fn pause(&self, span: Duration) {
        self.wait_for(async { sleep(span).await });
    }

    /// Says in the outcome what comes next.
    pub(super) fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// The preset that the case runs on.
    pub(super) fn preset(&self) -> &'static str {
        self.place.preset
    }

    /// A queue of the preset.
    pub(super) fn queue(&mut self, name: &str, options: &str) {
        let arguments = queue_arguments(&self.place, options);
        self.declare(name, arguments);
    }

    /// A plain queue, whatever the preset.
    pub(super) fn plain_queue(&mut self, name: &str) {
        self.declare(name, FieldTable::default());
    }

    fn declare(&mut self, name: &str, arguments: FieldTable) {
        let own = self.place.own(name).into();
        let declared = self.control.queue_declare(own, QueueDeclareOptions::durable(), arguments);
        if let Err(error) = self.wait_for(declared) {
            self.refused(name, &error);
        }
    }

    /// A refusal closes the channel, some the connection; the case goes on with others.
    fn refused(&mut self, what: &str, error: &Error) {
        self.lines.push(format!("{what} refused {}", code(error)));
        let (connection, control) = self.wait_for(publisher(self.port));
        (self.connection, self.control) = (connection, control);
    }

    pub(super) fn exchange(&mut self, name: &str, kind: ExchangeKind, options: &str) {
        let arguments = arguments(&self.place, options);
        let options = ExchangeDeclareOptions::default();
        let own = self.place.own(name).into();
        self.wait_for(self.control.exchange_declare(own, kind, options, arguments))
            .expect("an exchange is declared");
    }

    pub(super) fn bind(&mut self, queue: &str, exchange: &str, key: &str, options: &str) {
        let arguments = arguments(&self.place, options);
        let (queue, exchange) = (self.place.own(queue).into(), self.place.own(exchange).into());
        let options = QueueBindOptions::default();
        self.wait_for(self.control.queue_bind(queue, exchange, key.into(), options, arguments))
            .expect("a queue is bound");
    }

    /// Publishes to a queue, one after the other, each after the confirmation of the one before.
    pub(super) fn publish(&mut self, queue: &str, messages: &str) {
        let key = self.place.own(queue);
        for written in messages.split_whitespace() {
            self.publish_one("", &key, written, false);
        }
    }

    /// Publishes to an exchange of the case.
    pub(super) fn publish_to(&mut self, exchange: &str, key: &str, messages: &str) {
        let exchange = self.place.own(exchange);
        for written in messages.split_whitespace() {
            self.publish_one(&exchange, key, written, false);
        }
    }

    /// Publishes one message that must reach a queue.
    pub(super) fn publish_mandatory(&mut self, queue: &str, written: &str) {
        let key = self.place.own(queue);
        self.publish_one("", &key, written, true);
    }

    fn publish_one(&mut self, exchange: &str, key: &str, written: &str, mandatory: bool) {
        let (body, properties) = message(&self.place, written);
        let options = BasicPublishOptions { mandatory, ..Default::default() };
        let confirmed = self.wait_for(async {
            self.control
                .basic_publish(exchange.into(), key.into(), options, body.as_bytes(), properties)
                .await
                .expect("a message is sent")
                .await
                .expect("a confirmation comes")
        });
        let is_ack = confirmed.is_ack();
        let is_returned = confirmed.take_message().is_some();
        self.confirms.push(match (is_ack, is_returned) {
            (true, true) => "returned+ack",
            (true, false) => "ack",
            (false, _) => "nack",
        });
    }

    /// What the publisher has been told since it was asked last.
    pub(super) fn confirmed(&mut self) {
        let confirms = std::mem::take(&mut self.confirms);
        self.lines.push(format!("confirms {}", confirms.join(" ")));
    }

    /// A consumer with so many messages at once; zero is any number.
    pub(super) fn consume(&mut self, consumer: &str, queue: &str, prefetch: u16) {
        self.consume_with(consumer, queue, prefetch, "");
    }

    /// A consumer with arguments of its own; `no-ack` takes messages for settled at once.
    pub(super) fn consume_with(
        &mut self,
        consumer: &str,
        queue: &str,
        prefetch: u16,
        options: &str,
    ) {
        let arguments = arguments(&self.place, options);
        let no_ack = options.split_whitespace().any(|option| option == "no-ack");
        let options = BasicConsumeOptions { no_ack, ..Default::default() };
        let relay = Relay::to(self.port);
        let own = self.place.own(queue);
        let (connection, channel, stream) = self.wait_for(async {
            let connection = connect(relay.port()).await;
            let channel = connection.create_channel().await.expect("a channel opens");
            let qos = BasicQosOptions::default();
            channel.basic_qos(prefetch, qos).await.expect("a prefetch is set");
            let name = own.clone().into();
            let stream = channel.basic_consume(name, consumer.into(), options, arguments).await;
            (connection, channel, stream)
        });
        if let Err(error) = &stream {
            self.lines.push(format!("{consumer} refused {}", code(error)));
        }
        let held = BTreeMap::new();
        let taker = Taker { connection, channel, stream: stream.ok(), queue: own, held, relay };
        self.consumers.insert(consumer.to_owned(), taker);
    }

    /// What a consumer is given until nothing more comes.
    pub(super) fn receive(&mut self, consumer: &str) {
        let (deliveries, error) = self.take(consumer);
        let names: Vec<String> = deliveries.iter().map(|seen| self.noted(consumer, seen)).collect();
        let mut line = format!("{consumer} {}", listed(&names));
        if let Some(error) = error {
            line = format!("{line} closed {}", code(&error));
        }
        self.lines.push(line);
    }

    /// What a consumer is given as long as it acknowledges everything.
    pub(super) fn consume_rest(&mut self, consumer: &str) {
        let mut names = Vec::new();
        loop {
            let (deliveries, _) = self.take(consumer);
            if deliveries.is_empty() {
                break;
            }
            for seen in deliveries {
                names.push(self.noted(consumer, &seen));
                self.ack(consumer, &seen.name);
            }
        }
        self.lines.push(format!("{consumer} {}", listed(&names)));
    }

    fn take(&mut self, consumer: &str) -> (Vec<Seen>, Option<Error>) {
        let taker = self.consumers.get_mut(consumer).expect("the case has this consumer");
        let quiet = self.place.quiet();
        self.runtime.block_on(async {
            let Some(stream) = &mut taker.stream else { return (Vec::new(), None) };
            let mut deliveries = Vec::new();
            loop {
                match timeout(quiet, stream.next()).await {
                    Ok(Some(Ok(delivery))) => {
                        let seen = Seen::from(delivery);
                        let held = (seen.tag, seen.properties.clone());
                        taker.held.insert(seen.name.clone(), held);
                        deliveries.push(seen);
                    }
                    Ok(Some(Err(error))) => return (deliveries, Some(error)),
                    Ok(None) | Err(_) => return (deliveries, None),
                }
            }
        })
    }

    fn noted(&mut self, consumer: &str, seen: &Seen) -> String {
        let queue = self.consumers[consumer].queue.clone();
        self.named(queue, seen)
    }

    /// A delivery in the notation of the outcome. Where the broker counts, its count; else what
    /// has been seen.
    fn named(&mut self, queue: String, seen: &Seen) -> String {
        let count = self.seen.entry((queue, seen.name.clone())).or_default();
        *count = if seen.is_redelivered { *count + 1 } else { 1 };
        let number = delivery_count(&seen.properties).map_or(*count, |count| count + 1);
        let flag = if seen.is_redelivered { "R" } else { "" };
        match number {
            0 | 1 => format!("{}{flag}", seen.name),
            number => format!("{}:{number}{flag}", seen.name),
        }
    }

    /// Tells the past of a message that a consumer holds.
    pub(super) fn tell(&mut self, consumer: &str, message: &str) {
        let (_, properties) = &self.consumers[consumer].held[message];
        let history = Deaths::of(properties).history(&self.place);
        self.lines.push(format!("{consumer} {message}: {history}"));
    }

    fn held(&mut self, consumer: &str, message: &str) -> (Channel, u64) {
        let taker = self.consumers.get_mut(consumer).expect("the case has this consumer");
        let (tag, _) = taker.held.remove(message).expect("the consumer holds this message");
        (taker.channel.clone(), tag)
    }

    pub(super) fn ack(&mut self, consumer: &str, messages: &str) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            self.wait_for(channel.basic_ack(tag, BasicAckOptions::default())).expect("acks");
        }
    }

    /// Hands messages back to the queue, one after the other.
    pub(super) fn nack(&mut self, consumer: &str, messages: &str) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            let options = BasicNackOptions { multiple: false, requeue: true };
            self.wait_for(channel.basic_nack(tag, options)).expect("nacks");
        }
    }

    /// Refuses all messages up to this one, for good.
    pub(super) fn nack_all_to(&mut self, consumer: &str, message: &str) {
        let (channel, tag) = self.held(consumer, message);
        let options = BasicNackOptions { multiple: true, requeue: false };
        self.wait_for(channel.basic_nack(tag, options)).expect("nacks");
    }

    /// Refuses messages, to be queued again or for good.
    pub(super) fn reject(&mut self, consumer: &str, messages: &str, requeue: bool) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            let options = BasicRejectOptions { requeue };
            self.wait_for(channel.basic_reject(tag, options)).expect("rejects");
        }
    }

    /// The consumer takes no more and keeps what it holds.
    pub(super) fn cancel(&mut self, consumer: &str) {
        let channel = self.consumers[consumer].channel.clone();
        let options = BasicCancelOptions::default();
        self.wait_for(channel.basic_cancel(consumer.into(), options)).expect("cancels");
    }

    /// The consumer says goodbye and is gone.
    pub(super) fn close(&mut self, consumer: &str) {
        let taker = self.consumers.remove(consumer).expect("the case has this consumer");
        self.wait_for(taker.connection.close(200, "done".into())).expect("closes");
        self.let_settle();
    }

    /// The consumer's connection breaks.
    pub(super) fn abort(&mut self, consumer: &str) {
        let taker = self.consumers.remove(consumer).expect("the case has this consumer");
        taker.relay.cut();
        self.let_settle();
    }

    /// How many messages wait in each of these queues.
    pub(super) fn ready(&mut self, queues: &str) {
        self.let_settle();
        for queue in queues.split_whitespace() {
            let options = QueueDeclareOptions { passive: true, ..Default::default() };
            let own = self.place.own(queue).into();
            let declared = self.control.queue_declare(own, options, FieldTable::default());
            match self.wait_for(declared) {
                Ok(known) => self.lines.push(format!("{queue} ready {}", known.message_count())),
                Err(error) => self.refused(queue, &error),
            }
        }
    }

    /// Takes and acknowledges everything that waits in a queue.
    pub(super) fn drain(&mut self, queue: &str) {
        let own = self.place.own(queue);
        let all = self.get_all(queue);
        let names: Vec<String> = all.iter().map(|seen| self.named(own.clone(), seen)).collect();
        self.lines.push(format!("{queue} {}", listed(&names)));
    }

    /// Takes all dead letters, and says for which reason each died last.
    pub(super) fn dead(&mut self, queue: &str) {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for seen in self.get_all(queue) {
            let reason = Deaths::of(&seen.properties).reason();
            let name = format!("{}{}", seen.name, if seen.is_redelivered { "R" } else { "" });
            match groups.last_mut().filter(|(last, _)| *last == reason) {
                Some((_, names)) => names.push(name),
                None => groups.push((reason, vec![name])),
            }
        }
        let written: Vec<String> = groups
            .iter()
            .map(|(reason, names)| format!("{} ({reason})", names.join(" ")))
            .collect();
        self.lines.push(format!("{queue} {}", listed(&written)));
    }

    /// Takes all dead letters, and tells the past of each.
    pub(super) fn history(&mut self, queue: &str) {
        for seen in self.get_all(queue) {
            let history = Deaths::of(&seen.properties).history(&self.place);
            self.lines.push(format!("{queue} {}: {history}", seen.name));
        }
    }

    fn get_all(&mut self, queue: &str) -> Vec<Seen> {
        self.let_settle();
        let own = self.place.own(queue);
        let mut found = Vec::new();
        while let Some(seen) = self.get(&own).expect("a queue can be read") {
            found.push(seen);
        }
        found
    }

    fn get(&self, queue: &str) -> Result<Option<Seen>, Error> {
        let options = BasicGetOptions { no_ack: true };
        let taken = self.wait_for(self.control.basic_get(queue.into(), options))?;
        Ok(taken.map(|message| Seen::from(message.delivery)))
    }

    /// Takes one message if there is one, and acknowledges it.
    pub(super) fn get_one(&mut self, queue: &str) {
        let own = self.place.own(queue);
        match self.get(&own) {
            Ok(seen) => {
                let names = seen.map(|seen| self.named(own, &seen));
                self.lines.push(format!("{queue} {}", listed(names.as_slice())));
            }
            Err(error) => self.refused(queue, &error),
        }
    }
}

async fn publisher(port: u16) -> (Connection, Channel) {
    let connection = connect(port).await;
    let channel = connection.create_channel().await.expect("a channel opens");
    let confirms = ConfirmSelectOptions::default();
    channel.confirm_select(confirms).await.expect("publishing is confirmed");
    (connection, channel)
}

async fn connect(port: u16) -> Connection {
    let address = format!("amqp://guest:guest@127.0.0.1:{port}/%2f?heartbeat=0");
    let mut last = None;
    // The listener opens a moment before the server lets anybody in.
    for _ in 0..50 {
        match Connection::connect(&address, ConnectionProperties::default()).await {
            Ok(connection) => return connection,
            Err(error) => last = Some(error),
        }
        sleep(Duration::from_millis(200)).await;
    }
    panic!("no connection to port {port}: {last:?}")
}

/// What the broker says how often a message had been delivered before.
fn delivery_count(properties: &BasicProperties) -> Option<u32> {
    let headers = properties.headers().as_ref()?;
    let count = headers.inner().get("x-delivery-count")?;
    count.as_long_long_int().and_then(|count| u32::try_from(count).ok())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(" ") }
}

/// The reply code of a refusal.
fn code(error: &Error) -> String {
    if let ErrorKind::ProtocolError(refusal) = error.kind() {
        return refusal.get_id().to_string();
    }
    error.to_string()
}
