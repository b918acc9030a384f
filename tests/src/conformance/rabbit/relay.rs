//! A wire that can be cut: stands between a client and the server, so that a case can break a
//! connection without a goodbye.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// One connection, forwarded.
pub(super) struct Relay {
    port: u16,
    ends: Receiver<[TcpStream; 2]>,
}

impl Relay {
    /// Waits for one client and connects it to this port.
    pub(super) fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (sender, ends) = channel();
        thread::spawn(move || {
            let (client, _) = listener.accept()?;
            let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
            for end in [&client, &server] {
                end.set_nodelay(true)?;
            }
            forward(client.try_clone()?, server.try_clone()?);
            forward(server.try_clone()?, client.try_clone()?);
            // Nobody may care any more.
            let _ = sender.send([client, server]);
            io::Result::Ok(())
        });
        Self { port, ends }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Ends the connection on both sides; the first end takes the other with it.
    pub(super) fn cut(&self) {
        let ends = self.ends.recv_timeout(Duration::from_secs(5)).expect("somebody connected");
        for end in ends {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let copied = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
        copied
    });
}
