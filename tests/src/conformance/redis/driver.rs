//! What a case can do to the server and what it sees. An entry is called by its number: `2` is the
//! entry `2-0`; `2:3` is one that has been delivered three times, as the server counts.

use std::thread::sleep;
use std::time::Duration;

use redis::{Client, Cmd, Connection, FromRedisValue, cmd};

use super::entries::Entries;
use crate::conformance::check::{Broker, Place};
use crate::conformance::server::{Kind, REDIS, Running};

/// The one group of readers.
const GROUP: &str = "g";

/// A stream of a case's own.
pub(super) struct Redis {
    connection: Connection,
    place: Place,
    stream: String,
    lines: Vec<String>,
}

/// An entry with its fields, or without if it is no longer there.
type Entry = (String, Option<Vec<String>>);

impl Broker for Redis {
    const SERVER: Kind = REDIS;

    fn open(server: &'static Running, place: Place) -> Self {
        let client = Client::open(format!("redis://127.0.0.1:{}", server.port));
        let client = client.expect("an address is an address");
        let mut tries = 0..50;
        let connection = loop {
            match client.get_connection() {
                Ok(connection) => break connection,
                Err(error) => assert!(tries.next().is_some(), "no connection: {error}"),
            }
            sleep(Duration::from_millis(100));
        };
        Self { connection, place, stream: place.own("s"), lines: Vec::new() }
    }

    fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

impl Entries for Redis {
    fn add_up_to(&mut self, last: u32, most: Option<u32>) {
        let most = most.map(|most| most.to_string());
        let limit: Vec<&str> = most.iter().flat_map(|most| ["MAXLEN", most.as_str()]).collect();
        self.add(1..=last, &limit);
    }

    fn group_from_start(&mut self) {
        self.group(0);
    }

    fn read(&mut self, consumer: &str, count: u32) {
        self.read_from(consumer, count, ">", "reads");
    }

    fn acknowledge(&mut self, number: u32) {
        let command = self.command(&["XACK", GROUP, &format!("{number}-0")]);
        self.ask::<u32>(&command);
    }

    fn pending(&mut self) {
        let command = self.command(&["XPENDING", GROUP, "-", "+", "100"]);
        let pending: Vec<(String, String, u64, u32)> = self.ask(&command);
        let held = pending
            .iter()
            .map(|(id, consumer, _, count)| format!("{consumer}={}:{count}", short(id)));
        self.lines.push(format!("pending {}", list(&held)));
    }

    fn length(&mut self) {
        let command = self.command(&["XLEN"]);
        let length: u32 = self.ask(&command);
        self.lines.push(format!("length {length}"));
    }
}

impl Redis {
    fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> T {
        command.query(&mut self.connection).expect("the server does what it is told")
    }

    /// A command on the stream of the case.
    fn command(&self, words: &[&str]) -> Cmd {
        let (first, rest) = words.split_first().expect("a command has a name");
        let mut command = cmd(first);
        if *first == "XGROUP" {
            command.arg(rest[0]).arg(&self.stream).arg(&rest[1..]);
        } else {
            command.arg(&self.stream).arg(rest);
        }
        command
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, time_ms: u64) {
        sleep(Duration::from_millis(self.place.stretched(time_ms)));
    }

    /// The case goes on with another stream.
    pub(super) fn stream(&mut self, name: &str) {
        self.stream = self.place.own(name);
    }

    /// Adds the entries with these numbers; the options limit the length.
    pub(super) fn add(&mut self, numbers: impl IntoIterator<Item = u32>, options: &[&str]) {
        for number in numbers {
            let mut command = self.command(&["XADD"]);
            command.arg(options).arg(format!("{number}-0")).arg("name").arg(number);
            self.ask::<String>(&command);
        }
    }

    /// The group reads from behind this entry on.
    pub(super) fn group(&mut self, after: u32) {
        let command = self.command(&["XGROUP", "CREATE", GROUP, &format!("{after}-0")]);
        self.ask::<()>(&command);
    }

    /// The group goes back, or forward, to behind this entry.
    pub(super) fn set_group(&mut self, after: u32) {
        let command = self.command(&["XGROUP", "SETID", GROUP, &format!("{after}-0")]);
        self.ask::<()>(&command);
    }

    /// Reads again what the consumer holds.
    pub(super) fn reread(&mut self, consumer: &str) {
        self.read_from(consumer, 100, "0", "reads again");
    }

    fn read_from(&mut self, consumer: &str, count: u32, from: &str, verb: &str) {
        let mut command = cmd("XREADGROUP");
        command.arg("GROUP").arg(GROUP).arg(consumer).arg("COUNT").arg(count);
        command.arg("STREAMS").arg(&self.stream).arg(from);
        let read: Option<Vec<(String, Vec<Entry>)>> = self.ask(&command);
        let entries: Vec<Entry> =
            read.into_iter().flatten().flat_map(|(_, entries)| entries).collect();
        self.lines.push(format!("{consumer} {verb} {}", list(&entries.iter().map(shown))));
    }

    /// Takes over entries that nobody has touched for so long.
    pub(super) fn claim_idle(&mut self, consumer: &str, idle_ms: u64, count: u32) {
        let idle = self.place.stretched(idle_ms).to_string();
        let mut command = self.command(&["XAUTOCLAIM", GROUP, consumer, &idle, "0"]);
        command.arg("COUNT").arg(count);
        let (next, entries, gone): (String, Vec<Entry>, Vec<String>) = self.ask(&command);
        let entries = list(&entries.iter().map(shown));
        let mut line = format!("{consumer} claims {entries}, goes on at {}", short(&next));
        if !gone.is_empty() {
            line = format!("{line}, gone {}", list(&gone.iter().map(|id| short(id).to_owned())));
        }
        self.lines.push(line);
    }

    /// Takes over entries without looking at them.
    pub(super) fn claim_unread(&mut self, consumer: &str, number: u32) {
        self.claim_with(consumer, number, &["JUSTID"]);
    }

    /// Takes over an entry.
    pub(super) fn claim(&mut self, consumer: &str, number: u32) {
        self.claim_with(consumer, number, &[]);
    }

    fn claim_with(&mut self, consumer: &str, number: u32, options: &[&str]) {
        let id = format!("{number}-0");
        let mut command = self.command(&["XCLAIM", GROUP, consumer, "0", &id]);
        command.arg(options);
        self.ask::<redis::Value>(&command);
    }

    pub(super) fn delete(&mut self, number: u32) {
        let command = self.command(&["XDEL", &format!("{number}-0")]);
        self.ask::<u32>(&command);
    }

    /// Takes a consumer out of the group, and says how many entries it held.
    pub(super) fn delete_consumer(&mut self, consumer: &str) {
        let command = self.command(&["XGROUP", "DELCONSUMER", GROUP, consumer]);
        let held: u32 = self.ask(&command);
        self.lines.push(format!("{consumer} leaves with {held}"));
    }
}

/// The number of an entry, and whether its fields are lost.
fn shown((id, fields): &Entry) -> String {
    match fields {
        Some(_) => short(id).to_owned(),
        None => format!("{}(lost)", short(id)),
    }
}

fn short(id: &str) -> &str {
    id.strip_suffix("-0").unwrap_or(id)
}

fn list(names: &(impl Iterator<Item = String> + Clone)) -> String {
    let names: Vec<String> = names.clone().collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(" ") }
}
