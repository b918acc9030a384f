//! What a case can do to the server and what it sees: `m1/1` is a message at quality of service 1,
//! with `R` one that is flagged as sent again, with `+` a retained one.

use std::collections::BTreeMap;
use std::thread::sleep;

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{
    Disconnect, DisconnectReasonCode, Filter, LastWill, Packet, PingReq, PingResp, PubAck, PubComp,
    PubRec, PubRel, Publish, PublishProperties, Subscribe,
};

use super::client::Client;
use super::topics::{self, Topics};
use crate::conformance::check::{Broker, Place};
use crate::conformance::server::{Kind, MOSQUITTO, Running};

/// The packet identifier of a message that is published twice.
const AGAIN: u16 = 88;

/// A case's own topics and clients.
pub(super) struct Mqtt {
    port: u16,
    place: Place,
    clients: BTreeMap<String, Client>,
    /// Publishes for the case.
    publisher: Client,
    /// Messages that came before they were asked for, by client.
    early: BTreeMap<String, Vec<Publish>>,
    /// Packet identifiers of what a client has not acknowledged, by client and message.
    held: BTreeMap<(String, String), u16>,
    shows_ids: bool,
    lines: Vec<String>,
}

impl Broker for Mqtt {
    const SERVER: Kind = MOSQUITTO;

    fn open(server: &'static Running, place: Place) -> Self {
        let (publisher, _) = Client::connect(server.port, place.own("publisher"), 0, None);
        Self {
            port: server.port,
            place,
            clients: BTreeMap::new(),
            publisher,
            early: BTreeMap::new(),
            held: BTreeMap::new(),
            shows_ids: false,
            lines: Vec::new(),
        }
    }

    fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

impl Topics for Mqtt {
    fn preset(&self) -> &'static str {
        self.place.preset
    }

    fn pass(&mut self, time_ms: u64) {
        sleep(std::time::Duration::from_millis(self.place.stretched(time_ms)));
    }

    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn connect(&mut self, client: &str) {
        self.connect_with(client, 0, None);
    }

    fn connect_lasting(&mut self, client: &str) {
        let is_kept = self.connect_with(client, 3600, None);
        self.lines.push(format!("{client} finds {} session", if is_kept { "its" } else { "no" }));
    }

    fn disconnect(&mut self, client: &str) {
        let mut gone = self.clients.remove(client).expect("the case has this client");
        let reason = DisconnectReasonCode::NormalDisconnection;
        gone.send(&Packet::Disconnect(Disconnect::new(reason)));
        sleep(self.place.quiet());
    }

    fn abort(&mut self, client: &str) {
        self.clients.remove(client).expect("the case has this client").abort();
        sleep(self.place.quiet());
    }

    fn subscribe(&mut self, client: &str, topic: &str, quality: u8) {
        let path = self.place.own(topic);
        self.subscribe_to(client, path, quality);
    }

    fn share(&mut self, client: &str, topic: &str, quality: u8) {
        let path = format!("$share/g/{}", self.place.own(topic));
        self.subscribe_to(client, path, quality);
    }

    fn publish(&mut self, topic: &str, quality: u8, messages: &str) {
        for message in messages.split_whitespace() {
            self.publish_with(topic, quality, message, |_| {});
        }
    }

    fn publish_expiring(&mut self, topic: &str, message: &str, expiry_sec: u32) {
        let expiry_sec = self.place.stretched(u64::from(expiry_sec)) as u32;
        self.publish_with(topic, 1, message, |publish| {
            let expiry = Some(expiry_sec);
            publish.properties =
                Some(PublishProperties { message_expiry_interval: expiry, ..Default::default() });
        });
    }

    fn receive(&mut self, client: &str) {
        let mut names = Vec::new();
        for message in self.take(client) {
            let name = String::from_utf8_lossy(&message.payload).into_owned();
            let flag = if message.dup { "R" } else { "" };
            let retained = if message.retain { "+" } else { "" };
            let id = if self.shows_ids { format!("#{}", message.pkid) } else { String::new() };
            names.push(format!("{name}/{}{flag}{retained}{id}", message.qos as u8));
            self.held.insert((client.to_owned(), name), message.pkid);
        }
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(" ") };
        self.lines.push(format!("{client} {names}"));
    }

    fn receive_expiring(&mut self, client: &str) {
        for message in self.take(client) {
            let name = String::from_utf8_lossy(&message.payload).into_owned();
            let left = message.properties.and_then(|known| known.message_expiry_interval);
            let left = self.place.shrunk(u64::from(left.expect("the message expires")));
            self.lines.push(format!("{client} {name}, {} s left", topics::left(left)));
        }
    }

    fn acknowledge(&mut self, client: &str, message: &str) {
        let key = (client.to_owned(), message.to_owned());
        let id = self.held.remove(&key).expect("the client holds this message");
        let known = self.clients.get_mut(client).expect("the case has this client");
        known.send(&Packet::PubAck(PubAck::new(id, None)));
        sleep(self.place.quiet());
    }

    fn publish_again(&mut self, topic: &str, quality: u8, message: &str) {
        for is_again in [false, true] {
            let mut publish =
                Publish::new(self.place.own(topic), level(quality), message.to_owned(), None);
            (publish.pkid, publish.dup) = (AGAIN, is_again);
            self.publisher.send(&Packet::Publish(publish));
            self.expect_answer(if quality == 2 { "pubrec" } else { "puback" });
        }
        if quality == 2 {
            self.publisher.send(&Packet::PubRel(PubRel::new(AGAIN, None)));
            self.expect_answer("pubcomp");
        }
    }
}

impl Mqtt {
    /// From now on messages show their packet identifiers.
    pub(super) fn show_ids(&mut self) {
        self.shows_ids = true;
    }

    /// Connects a client with a will.
    pub(super) fn connect_with_will(&mut self, client: &str, topic: &str, message: &str) {
        let topic = self.place.own(topic);
        let will = LastWill::new(topic, message, QoS::AtMostOnce, false, None);
        self.connect_with(client, 0, Some(will));
    }

    fn connect_with(&mut self, client: &str, session_sec: u32, will: Option<LastWill>) -> bool {
        let id = self.place.own(client);
        let (connection, is_kept) = Client::connect(self.port, id, session_sec, will);
        self.clients.insert(client.to_owned(), connection);
        is_kept
    }

    fn subscribe_to(&mut self, client: &str, path: String, quality: u8) {
        let known = self.clients.get_mut(client).expect("the case has this client");
        let mut subscribe = Subscribe::new(Filter::new(path, level(quality)), None);
        subscribe.pkid = known.next_id();
        known.send(&Packet::Subscribe(subscribe));
        loop {
            let answer = known.answer();
            // A retained message may come before the answer.
            if let Packet::Publish(message) = answer {
                self.early.entry(client.to_owned()).or_default().push(message);
            } else {
                assert!(matches!(answer, Packet::SubAck(_)), "{answer:?} answers SUBSCRIBE");
                return;
            }
        }
    }

    /// Publishes a message for later subscribers too; an empty one takes it away.
    pub(super) fn retain(&mut self, topic: &str, message: &str) {
        self.publish_with(topic, 0, message, |publish| publish.retain = true);
    }

    fn publish_with(
        &mut self,
        topic: &str,
        quality: u8,
        message: &str,
        change: impl FnOnce(&mut Publish),
    ) {
        let path = self.place.own(topic);
        let mut publish = Publish::new(path, level(quality), message.to_owned(), None);
        change(&mut publish);
        if quality > 0 {
            publish.pkid = self.publisher.next_id();
        }
        let id = publish.pkid;
        self.publisher.send(&Packet::Publish(publish));
        match quality {
            // Nothing answers; but what comes after a ping's answer comes after the message.
            0 => {
                self.publisher.send(&Packet::PingReq(PingReq));
                self.expect_answer("pingresp");
            }
            1 => self.expect_answer("puback"),
            _ => {
                self.expect_answer("pubrec");
                self.publisher.send(&Packet::PubRel(PubRel::new(id, None)));
                self.expect_answer("pubcomp");
            }
        }
    }

    fn expect_answer(&mut self, wanted: &str) {
        let answer = self.publisher.answer();
        assert_eq!(named(&answer), wanted, "{answer:?}");
    }

    /// Sends one PUBLISH with an identifier of the case's own, and says what is answered.
    pub(super) fn send(&mut self, topic: &str, quality: u8, message: &str, id: u16, dup: bool) {
        let path = self.place.own(topic);
        let mut publish = Publish::new(path, level(quality), message.to_owned(), None);
        (publish.pkid, publish.dup) = (id, dup);
        self.publisher.send(&Packet::Publish(publish));
        let answer = self.publisher.answer();
        self.lines.push(format!("publisher is answered {}", named(&answer)));
    }

    /// Sends the release of a PUBLISH at quality of service 2.
    pub(super) fn release(&mut self, id: u16) {
        self.publisher.send(&Packet::PubRel(PubRel::new(id, None)));
        let answer = self.publisher.answer();
        self.lines.push(format!("publisher is answered {}", named(&answer)));
    }

    fn take(&mut self, client: &str) -> Vec<Publish> {
        let known = self.clients.get_mut(client).expect("the case has this client");
        let mut messages = self.early.remove(client).unwrap_or_default();
        while let Some(packet) = known.next(self.place.quiet()) {
            let Packet::Publish(message) = packet else { panic!("a message, not {packet:?}") };
            messages.push(message);
        }
        messages
    }
}

fn level(quality: u8) -> QoS {
    match quality {
        0 => QoS::AtMostOnce,
        1 => QoS::AtLeastOnce,
        _ => QoS::ExactlyOnce,
    }
}

fn named(packet: &Packet) -> &'static str {
    if let Packet::PubAck(PubAck { .. }) = packet {
        "puback"
    } else if let Packet::PubRec(PubRec { .. }) = packet {
        "pubrec"
    } else if let Packet::PubComp(PubComp { .. }) = packet {
        "pubcomp"
    } else if let Packet::PingResp(PingResp) = packet {
        "pingresp"
    } else {
        "something else"
    }
}
