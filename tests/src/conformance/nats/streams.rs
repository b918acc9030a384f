//! What a case does to a broker with subjects and streams. A real server and the simulator stand
//! behind it.

/// A broker with streams. Options are written as the server calls them, like `max_msgs=3`; times
/// are milliseconds. A message is written `a/m1` if it goes to the subject `a` of its stream.
pub(super) trait Streams {
    /// The preset that the case runs on.
    fn preset(&self) -> &'static str;

    /// Writes down a line of the outcome.
    fn say(&mut self, line: &str);

    /// The clock of the case begins now.
    fn begin(&mut self);

    /// Lets the time of the case come.
    fn at(&mut self, time_ms: u64);

    /// A stream of the preset, on subjects below its name.
    fn stream(&mut self, name: &str, options: &str);

    /// A consumer that is sent messages of a stream.
    fn consumer(&mut self, name: &str, stream: &str, options: &str);

    /// Subscribes without a stream.
    fn subscribe(&mut self, reader: &str, subject: &str, group: Option<&str>);

    /// Publishes without a stream.
    fn send(&mut self, subject: &str, messages: &[String]);

    /// Publishes to a stream, and says what becomes of each: its sequence number, that it repeats
    /// another, or that it is refused.
    fn store(&mut self, stream: &str, messages: &str, identity: Option<&str>) -> Vec<String>;

    /// What a reader is given until nothing more comes.
    fn take(&mut self, reader: &str) -> Vec<String>;

    /// What a reader is given until a time of the case, each with its time to the nearest step.
    fn take_until(&mut self, reader: &str, until_ms: u64, step_ms: u64) -> Vec<(String, String)>;

    /// Settles a message in the words of the protocol: `+ACK`, `-NAK`, `+TERM`, `+WPI`.
    fn settle(&mut self, reader: &str, message: &str, word: &'static str);

    /// What a stream still holds, with the sequence numbers.
    fn holds(&mut self, stream: &str) -> Vec<String>;

    /// Which messages of the case the server has announced to be `max_deliver` or `terminated`
    /// since it was asked last.
    fn announced(&mut self, kind: &str) -> Vec<String>;

    /// What is known about a consumer: how many messages are unsettled, and up to which number all
    /// are settled.
    fn standing(&mut self, consumer: &str, stream: &str) -> (u64, u64);

    /// Writes it down.
    fn progress(&mut self, consumer: &str, stream: &str) {
        let (pending, floor) = self.standing(consumer, stream);
        self.say(&format!("{consumer} pending {pending}, settled up to {floor}"));
    }

    /// Writes down what becomes of messages that are published.
    fn publish(&mut self, stream: &str, messages: &str) {
        let outcomes = self.store(stream, messages, None);
        self.say(&format!("{stream} stores {}", list(&outcomes)));
    }

    /// Publishes under the identity by which a stream finds duplicates.
    fn publish_as(&mut self, identity: &str, stream: &str, message: &str) {
        let outcomes = self.store(stream, message, Some(identity));
        self.say(&format!("{stream} stores {}", list(&outcomes)));
    }

    /// Writes down what a reader is given until nothing more comes.
    fn receive(&mut self, reader: &str) {
        let names = self.take(reader);
        self.say(&format!("{reader} {}", list(&names)));
    }

    /// Writes down what a reader is given until a time, and when.
    fn watch(&mut self, reader: &str, until_ms: u64, step_ms: u64) {
        let mut parts: Vec<String> = Vec::new();
        let mut last = String::new();
        for (time, name) in self.take_until(reader, until_ms, step_ms) {
            parts.push(if time == last { name } else { format!("{time} {name}") });
            last = time;
        }
        self.say(&format!("{reader} {}", list(&parts)));
    }

    /// Writes down what a stream still holds.
    fn stored(&mut self, stream: &str) {
        let held = self.holds(stream);
        self.say(&format!("{stream} holds {}", list(&held)));
    }

    /// Writes down what the server has announced.
    fn notices(&mut self, kind: &str) {
        let found = self.announced(kind);
        self.say(&format!("{kind}: {}", list(&found)));
    }
}

pub(super) fn list(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(" ") }
}
