//! What a case does to a broker with queues, and how it writes down what it sees. A real server and
//! the simulator stand behind it.

/// One delivery, as far as a case looks at it.
pub(super) struct Seen {
    pub(super) name: String,
    /// The number of the delivery, as the broker counts it where it does.
    pub(super) number: u32,
    pub(super) is_redelivered: bool,
    pub(super) past: Past,
}

/// The deaths of a message.
#[derive(Default)]
pub(super) struct Past {
    /// The latest first; one for each queue and reason.
    pub(super) deaths: Vec<Death>,
    pub(super) first: Option<(String, String)>,
    pub(super) still_expires: bool,
}

/// How often a message died in a queue for a reason.
pub(super) struct Death {
    pub(super) queue: String,
    pub(super) reason: String,
    pub(super) count: u64,
    /// The expiry that the message itself had, which is taken away from it.
    pub(super) after_ms: Option<u64>,
}

/// What a consumer is given, and the code with which it is thrown out, if it is.
pub(super) struct Taken {
    pub(super) seen: Vec<Seen>,
    pub(super) closed: Option<String>,
}

/// A broker with queues and exchanges. Options are written like `max-length=3 overflow=drop-head`,
/// messages like `m1:priority=5:ttl=300`; times are milliseconds.
pub(super) trait Queues {
    /// The preset that the case runs on.
    fn preset(&self) -> &'static str;

    /// Writes down a line of the outcome.
    fn say(&mut self, line: &str);

    /// The clock of the case begins now.
    fn begin(&mut self);

    /// Lets the time of the case come.
    fn at(&mut self, time_ms: u64);

    /// Waits for something that the server does at a time of its own.
    fn wait_sec(&mut self, seconds: u64);

    /// A queue of the preset.
    fn queue(&mut self, name: &str, options: &str);

    /// A plain queue, whatever the preset.
    fn plain_queue(&mut self, name: &str);

    /// An exchange: `direct`, `fanout`, `topic` or `headers`.
    fn exchange(&mut self, name: &str, kind: &str, options: &str);

    /// What an exchange gives to a queue.
    fn bind(&mut self, queue: &str, exchange: &str, key: &str, options: &str);

    /// Publishes to a queue, one after the other, each after the confirmation of the one before.
    fn publish(&mut self, queue: &str, messages: &str);

    /// Publishes to an exchange of the case.
    fn publish_to(&mut self, exchange: &str, key: &str, messages: &str);

    /// Publishes one message that must reach a queue.
    fn publish_mandatory(&mut self, queue: &str, message: &str);

    /// What the publisher has been told since it was asked last.
    fn confirmed(&mut self);

    /// A consumer with so many messages at once, zero is any number, and arguments of its own;
    /// `no-ack` takes messages for settled at once.
    fn consume_with(&mut self, consumer: &str, queue: &str, prefetch: u16, options: &str);

    /// What a consumer is given until nothing more comes.
    fn take(&mut self, consumer: &str) -> Taken;

    fn ack(&mut self, consumer: &str, messages: &str);

    /// Hands messages back to the queue, one after the other.
    fn nack(&mut self, consumer: &str, messages: &str);

    /// Refuses all messages up to this one, for good.
    fn nack_all_to(&mut self, consumer: &str, message: &str);

    /// Refuses messages, to be queued again or for good.
    fn reject(&mut self, consumer: &str, messages: &str, requeue: bool);

    /// The past of a message that a consumer holds.
    fn past(&mut self, consumer: &str, message: &str) -> Past;

    /// The consumer takes no more and keeps what it holds.
    fn cancel(&mut self, consumer: &str);

    /// The consumer says goodbye and is gone.
    fn close(&mut self, consumer: &str);

    /// The consumer's connection breaks.
    fn abort(&mut self, consumer: &str);

    /// How many messages wait in each of these queues.
    fn ready(&mut self, queues: &str);

    /// Takes and acknowledges everything that waits in a queue.
    fn empty(&mut self, queue: &str) -> Vec<Seen>;

    /// Takes one message if there is one, and acknowledges it.
    fn get_one(&mut self, queue: &str);

    /// A consumer without arguments.
    fn consume(&mut self, consumer: &str, queue: &str, prefetch: u16) {
        self.consume_with(consumer, queue, prefetch, "");
    }

    /// Writes down what a consumer is given until nothing more comes.
    fn receive(&mut self, consumer: &str) {
        let taken = self.take(consumer);
        let mut line = format!("{consumer} {}", listed(&taken.seen));
        if let Some(code) = taken.closed {
            line = format!("{line} closed {code}");
        }
        self.say(&line);
    }

    /// Writes down what a consumer is given as long as it acknowledges everything.
    fn consume_rest(&mut self, consumer: &str) {
        let mut all = Vec::new();
        loop {
            let seen = self.take(consumer).seen;
            if seen.is_empty() {
                break;
            }
            for one in &seen {
                self.ack(consumer, &one.name);
            }
            all.extend(seen);
        }
        self.say(&format!("{consumer} {}", listed(&all)));
    }

    /// Writes down all that waits in a queue, and empties it.
    fn drain(&mut self, queue: &str) {
        let seen = self.empty(queue);
        self.say(&format!("{queue} {}", listed(&seen)));
    }

    /// Writes down all dead letters, and for which reason each died last.
    fn dead(&mut self, queue: &str) {
        let mut groups: Vec<(String, Vec<Seen>)> = Vec::new();
        for seen in self.empty(queue) {
            let last = seen.past.deaths.first();
            let reason = last.map_or("no reason".to_owned(), |death| death.reason.clone());
            match groups.last_mut().filter(|(known, _)| *known == reason) {
                Some((_, names)) => names.push(seen),
                None => groups.push((reason, vec![seen])),
            }
        }
        let written: Vec<String> =
            groups.iter().map(|(reason, names)| format!("{} ({reason})", listed(names))).collect();
        let all = if written.is_empty() { "nothing".to_owned() } else { written.join(" ") };
        self.say(&format!("{queue} {all}"));
    }

    /// Writes down the past of each dead letter.
    fn history(&mut self, queue: &str) {
        for seen in self.empty(queue) {
            self.say(&format!("{queue} {}: {}", seen.name, told(&seen.past)));
        }
    }

    /// Writes down the past of a message that a consumer holds.
    fn tell(&mut self, consumer: &str, message: &str) {
        let past = self.past(consumer, message);
        self.say(&format!("{consumer} {message}: {}", told(&past)));
    }
}

/// Deliveries in the notation of the outcome.
pub(super) fn listed(seen: &[Seen]) -> String {
    if seen.is_empty() {
        return "nothing".to_owned();
    }
    seen.iter().map(written).collect::<Vec<_>>().join(" ")
}

fn written(seen: &Seen) -> String {
    let flag = if seen.is_redelivered { "R" } else { "" };
    match seen.number {
        0 | 1 => format!("{}{flag}", seen.name),
        number => format!("{}:{number}{flag}", seen.name),
    }
}

fn told(past: &Past) -> String {
    let Some((queue, reason)) = &past.first else { return "no deaths".to_owned() };
    let mut parts: Vec<String> = past.deaths.iter().map(death).collect();
    parts.push(format!("first {queue} {reason}"));
    if past.still_expires {
        parts.push("still expires".to_owned());
    }
    parts.join(", ")
}

fn death(death: &Death) -> String {
    let Death { queue, reason, count, after_ms } = death;
    let after = after_ms.map_or(String::new(), |time_ms| format!(" after {time_ms}"));
    format!("{queue} {reason} {count}×{after}")
}
