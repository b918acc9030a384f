//! What a case does to a broker of topics and sessions. A real server and the simulator stand
//! behind it.

/// A broker with topics. A delivery is written `m1/1`: a message at quality of service 1, with `R`
/// one that is flagged as sent again.
pub(super) trait Topics {
    /// The preset that the case runs on.
    fn preset(&self) -> &'static str;

    /// Says in the outcome what comes next.
    fn say(&mut self, line: &str);

    /// Lets time pass.
    fn pass(&mut self, time_ms: u64);

    /// Connects a client whose session ends with the connection.
    fn connect(&mut self, client: &str);

    /// Connects a client whose session lasts, and says whether it was still there.
    fn connect_lasting(&mut self, client: &str);

    /// Says goodbye.
    fn disconnect(&mut self, client: &str);

    /// Breaks the connection.
    fn abort(&mut self, client: &str);

    fn subscribe(&mut self, client: &str, topic: &str, quality: u8);

    /// Subscribes as a member of a group that shares the messages.
    fn share(&mut self, client: &str, topic: &str, quality: u8);

    /// Publishes at a quality of service, and waits until that is done.
    fn publish(&mut self, topic: &str, quality: u8, messages: &str);

    /// Publishes a message, does not see the answer, and publishes it once more.
    fn publish_again(&mut self, topic: &str, quality: u8, message: &str);

    /// Publishes a message that expires.
    fn publish_expiring(&mut self, topic: &str, message: &str, expiry_sec: u32);

    /// What a client is given until nothing more comes; it acknowledges nothing.
    fn receive(&mut self, client: &str);

    /// What a client is given, with the time that is left until it expires.
    fn receive_expiring(&mut self, client: &str);

    /// Acknowledges a message at quality of service 1.
    fn acknowledge(&mut self, client: &str, message: &str);

    /// The quality of service of the preset.
    fn quality(&self) -> u8 {
        self.preset().bytes().last().map_or(0, |digit| digit - b'0')
    }
}

/// The time that is left of a message. Servers count whole seconds, from an instant that is not the
/// case's.
pub(super) fn left(seconds: u64) -> String {
    if (6..=7).contains(&seconds) { "6 or 7".to_owned() } else { seconds.to_string() }
}
