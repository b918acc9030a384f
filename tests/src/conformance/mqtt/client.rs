//! One connection, packet by packet: a client library would answer by itself what a case wants to
//! leave unanswered. Only the packets are the library's.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::v5::mqttbytes::Error;
use rumqttc::v5::mqttbytes::v5::{Connect, ConnectProperties, LastWill, Packet};

/// How long an answer may take that must come.
const ANSWER: Duration = Duration::from_secs(10);

/// A connection to the server.
pub(super) struct Client {
    stream: TcpStream,
    buffer: BytesMut,
    /// The packet identifier that was used last.
    last_id: u16,
}

impl Client {
    /// Connects, and says whether the server has kept a session.
    pub(super) fn connect(
        port: u16,
        id: String,
        session_sec: u32,
        will: Option<LastWill>,
    ) -> (Self, bool) {
        let mut client = Self { stream: connected(port), buffer: BytesMut::new(), last_id: 0 };
        let mut properties = ConnectProperties::new();
        properties.session_expiry_interval = Some(session_sec);
        let connect = Connect {
            keep_alive: 600,
            client_id: id,
            clean_start: session_sec == 0,
            properties: Some(properties),
        };
        client.send(&Packet::Connect(connect, will, None));
        let Packet::ConnAck(answer) = client.answer() else { panic!("no answer to CONNECT") };
        (client, answer.session_present)
    }

    /// A packet identifier that is not in use.
    pub(super) fn next_id(&mut self) -> u16 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn send(&mut self, packet: &Packet) {
        let mut bytes = BytesMut::new();
        packet.write(&mut bytes, None).expect("a packet can be written");
        self.stream.write_all(&bytes).expect("a packet can be sent");
    }

    /// The next packet, which must come.
    pub(super) fn answer(&mut self) -> Packet {
        self.next(ANSWER).expect("the server answers")
    }

    /// The next packet, if one comes in time.
    pub(super) fn next(&mut self, patience: Duration) -> Option<Packet> {
        self.stream.set_read_timeout(Some(patience)).expect("a socket has a timeout");
        loop {
            match Packet::read(&mut self.buffer, None) {
                Ok(packet) => return Some(packet),
                Err(Error::InsufficientBytes(_)) => {}
                Err(error) => panic!("not a packet: {error}"),
            }
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => self.buffer.extend_from_slice(&bytes[..count]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return None;
                }
                Err(error) => panic!("the connection broke: {error}"),
            }
        }
    }

    /// Ends the connection without a goodbye.
    pub(super) fn abort(self) {
        self.stream.shutdown(Shutdown::Both).expect("a connection can be ended");
    }
}

fn connected(port: u16) -> TcpStream {
    let mut tries = 0..50;
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => {
                stream.set_nodelay(true).expect("a socket can be set");
                return stream;
            }
            Err(error) => assert!(tries.next().is_some(), "no connection: {error}"),
        }
        sleep(Duration::from_millis(100));
    }
}
