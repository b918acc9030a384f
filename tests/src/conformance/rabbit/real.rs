//! What a case can do to the server and what it sees.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use lapin::message::Delivery;
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
use super::deaths::past;
use super::queues::{Past, Queues, Seen, Taken, listed};
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

impl Queues for Rabbit {
    fn begin(&mut self) {
        self.place.begin();
    }

    fn at(&mut self, time_ms: u64) {
        self.pause(self.place.until(time_ms));
    }

    fn wait_sec(&mut self, seconds: u64) {
        self.pause(Duration::from_secs(seconds));
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn preset(&self) -> &'static str {
        self.place.preset
    }

    fn queue(&mut self, name: &str, options: &str) {
        let arguments = queue_arguments(&self.place, options);
        self.declare(name, arguments);
    }

    fn plain_queue(&mut self, name: &str) {
        self.declare(name, FieldTable::default());
    }

    fn exchange(&mut self, name: &str, kind: &str, options: &str) {
        let arguments = arguments(&self.place, options);
        let options = ExchangeDeclareOptions::default();
        let own = self.place.own(name).into();
        let kind = ExchangeKind::Custom(kind.to_owned());
        self.wait_for(self.control.exchange_declare(own, kind, options, arguments))
            .expect("an exchange is declared");
    }

    fn bind(&mut self, queue: &str, exchange: &str, key: &str, options: &str) {
        let arguments = arguments(&self.place, options);
        let (queue, exchange) = (self.place.own(queue).into(), self.place.own(exchange).into());
        let options = QueueBindOptions::default();
        self.wait_for(self.control.queue_bind(queue, exchange, key.into(), options, arguments))
            .expect("a queue is bound");
    }

    fn publish(&mut self, queue: &str, messages: &str) {
        let key = self.place.own(queue);
        for written in messages.split_whitespace() {
            self.publish_one("", &key, written, false);
        }
    }

    fn publish_to(&mut self, exchange: &str, key: &str, messages: &str) {
        let exchange = self.place.own(exchange);
        for written in messages.split_whitespace() {
            self.publish_one(&exchange, key, written, false);
        }
    }

    fn publish_mandatory(&mut self, queue: &str, written: &str) {
        let key = self.place.own(queue);
        self.publish_one("", &key, written, true);
    }

    fn confirmed(&mut self) {
        let confirms = std::mem::take(&mut self.confirms);
        self.lines.push(format!("confirms {}", confirms.join(" ")));
    }

    fn consume_with(&mut self, consumer: &str, queue: &str, prefetch: u16, options: &str) {
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

    fn ack(&mut self, consumer: &str, messages: &str) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            self.wait_for(channel.basic_ack(tag, BasicAckOptions::default())).expect("acks");
        }
    }

    fn nack(&mut self, consumer: &str, messages: &str) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            let options = BasicNackOptions { multiple: false, requeue: true };
            self.wait_for(channel.basic_nack(tag, options)).expect("nacks");
        }
    }

    fn nack_all_to(&mut self, consumer: &str, message: &str) {
        let (channel, tag) = self.held(consumer, message);
        let options = BasicNackOptions { multiple: true, requeue: false };
        self.wait_for(channel.basic_nack(tag, options)).expect("nacks");
    }

    fn reject(&mut self, consumer: &str, messages: &str, requeue: bool) {
        for message in messages.split_whitespace() {
            let (channel, tag) = self.held(consumer, message);
            let options = BasicRejectOptions { requeue };
            self.wait_for(channel.basic_reject(tag, options)).expect("rejects");
        }
    }

    fn cancel(&mut self, consumer: &str) {
        let channel = self.consumers[consumer].channel.clone();
        let options = BasicCancelOptions::default();
        self.wait_for(channel.basic_cancel(consumer.into(), options)).expect("cancels");
    }

    fn close(&mut self, consumer: &str) {
        let taker = self.consumers.remove(consumer).expect("the case has this consumer");
        self.wait_for(taker.connection.close(200, "done".into())).expect("closes");
        self.let_settle();
    }

    fn abort(&mut self, consumer: &str) {
        let taker = self.consumers.remove(consumer).expect("the case has this consumer");
        taker.relay.cut();
        self.let_settle();
    }

    fn ready(&mut self, queues: &str) {
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

    fn take(&mut self, consumer: &str) -> Taken {
        let quiet = self.place.quiet();
        let mut taker = self.consumers.remove(consumer).expect("the case has this consumer");
        let (found, error) = match &mut taker.stream {
            Some(stream) => self.runtime.block_on(deliveries(stream, quiet)),
            None => (Vec::new(), None),
        };
        for delivery in &found {
            let held = (delivery.delivery_tag, delivery.properties.clone());
            taker.held.insert(name(delivery), held);
        }
        let seen = found.iter().map(|delivery| self.seen(&taker.queue, delivery)).collect();
        self.consumers.insert(consumer.to_owned(), taker);
        Taken { seen, closed: error.map(|error| code(&error)) }
    }

    fn past(&mut self, consumer: &str, message: &str) -> Past {
        let (_, properties) = &self.consumers[consumer].held[message];
        past(properties, &self.place)
    }

    fn empty(&mut self, queue: &str) -> Vec<Seen> {
        self.let_settle();
        let mut found = Vec::new();
        while let Some(seen) = self.get(queue).expect("a queue can be read") {
            found.push(seen);
        }
        found
    }

    fn get_one(&mut self, queue: &str) {
        match self.get(queue) {
            Ok(seen) => self.say(&format!("{queue} {}", listed(seen.as_slice()))),
            Err(error) => self.refused(queue, &error),
        }
    }
}

impl Rabbit {
    fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    fn let_settle(&self) {
        self.pause(self.place.quiet());
    }

    /// The connections live on meanwhile.
    fn pause(&self, span: Duration) {
        self.wait_for(async { sleep(span).await });
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

    /// A delivery as the case sees it. Where the broker counts, its count; else what has been seen.
    fn seen(&mut self, queue: &str, delivery: &Delivery) -> Seen {
        let name = name(delivery);
        let count = self.seen.entry((queue.to_owned(), name.clone())).or_default();
        *count = if delivery.redelivered { *count + 1 } else { 1 };
        Seen {
            name,
            number: delivery_count(&delivery.properties).map_or(*count, |before| before + 1),
            is_redelivered: delivery.redelivered,
            past: past(&delivery.properties, &self.place),
        }
    }

    fn held(&mut self, consumer: &str, message: &str) -> (Channel, u64) {
        let taker = self.consumers.get_mut(consumer).expect("the case has this consumer");
        let (tag, _) = taker.held.remove(message).expect("the consumer holds this message");
        (taker.channel.clone(), tag)
    }

    fn get(&mut self, queue: &str) -> Result<Option<Seen>, Error> {
        let own = self.place.own(queue);
        let options = BasicGetOptions { no_ack: true };
        let taken = self.wait_for(self.control.basic_get(own.as_str().into(), options))?;
        Ok(taken.map(|message| self.seen(&own, &message.delivery)))
    }
}

/// What comes until nothing more does, and why no more can come.
async fn deliveries(stream: &mut Consumer, quiet: Duration) -> (Vec<Delivery>, Option<Error>) {
    let mut deliveries = Vec::new();
    loop {
        match timeout(quiet, stream.next()).await {
            Ok(Some(Ok(delivery))) => deliveries.push(delivery),
            Ok(Some(Err(error))) => return (deliveries, Some(error)),
            Ok(None) | Err(_) => return (deliveries, None),
        }
    }
}

fn name(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.data).into_owned()
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

/// The reply code of a refusal.
fn code(error: &Error) -> String {
    if let ErrorKind::ProtocolError(refusal) = error.kind() {
        return refusal.get_id().to_string();
    }
    error.to_string()
}
