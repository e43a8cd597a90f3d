//! A proxy that makes a network of some length out of loopback: each chunk is handed on so long after it came, in
//! either direction. Nothing waits for the chunk before it, so what is sent at once arrives at once.

use crate::Result;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A delaying proxy in front of one server; listens until the process ends.
pub struct Delay {
    address: String,
}

impl Delay {
    /// In front of this server (`127.0.0.1:PORT`), with this round trip. That of the connection's own beginning is not
    /// delayed: it is over before a proxy hears of it.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn start(server: String, round_trip: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?.to_string();
        let one_way = round_trip / 2;
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let Ok(server) = TcpStream::connect(&server) else {
                    continue;
                };
                let _ = link(client, server, one_way);
            }
        });
        Ok(Delay { address })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.address.clone()
    }
}

fn link(client: TcpStream, server: TcpStream, one_way: Duration) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    for (from, to) in [(client.try_clone()?, server.try_clone()?), (server, client)] {
        let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
        std::thread::spawn(move || take(from, &sender, one_way));
        std::thread::spawn(move || hand_on(to, &receiver));
    }
    Ok(())
}

fn take(mut from: TcpStream, sender: &mpsc::Sender<(Instant, Vec<u8>)>, one_way: Duration) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(count) = from.read(&mut chunk) {
        let due = Instant::now() + one_way;
        // An end travels as what was sent before it does: as a chunk without bytes.
        if sender.send((due, chunk[..count].to_vec())).is_err() || count == 0 {
            return;
        }
    }
}

fn hand_on(mut to: TcpStream, receiver: &mpsc::Receiver<(Instant, Vec<u8>)>) {
    while let Ok((due, bytes)) = receiver.recv() {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if bytes.is_empty() || to.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{SUFFIX, WRITER, WRITER_PASSWORD};
    use crate::people;
    use crate::server::Template;
    use std::process::Command;

    /// A server that gives back what it gets.
    fn echo() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut chunk = [0; 4096];
            while let Ok(count) = stream.read(&mut chunk) {
                if count == 0 || stream.write_all(&chunk[..count]).is_err() {
                    break;
                }
            }
        });
        address
    }

    #[test]
    fn a_search_takes_two_round_trips_longer() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Template::make(folder.path(), |out| people::write_pupils(out, 1), None);
        let server = made.and_then(|template| template.start()).expect("slapd");
        let round_trip = Duration::from_millis(20);
        let delay = Delay::start(server.address(), round_trip).expect("a proxy");
        // The login, and the search. The best of some: others want the processor too.
        let best = |address: String| {
            let url = format!("ldap://{address}");
            let run = || {
                let begun = Instant::now();
                let search = Command::new("/usr/bin/ldapsearch")
                    .args(["-x", "-H", &url, "-D", WRITER, "-w", WRITER_PASSWORD])
                    .args(["-b", SUFFIX, "-s", "base", "1.1"])
                    .output()
                    .expect("ldapsearch is missing: sudo apt-get install ldap-utils");
                assert!(search.status.success(), "{search:?}");
                begun.elapsed()
            };
            (0..5).map(|_| run()).min().expect("some")
        };
        let (near, far) = (best(server.address()), best(delay.address()));
        let longer = far.saturating_sub(near);
        assert!(
            longer >= 2 * round_trip - Duration::from_millis(5),
            "{near:?}, {far:?}"
        );
        assert!(longer < 3 * round_trip, "{near:?}, {far:?}");
    }

    #[test]
    fn many_at_once_take_as_long_as_one() {
        let round_trip = Duration::from_millis(40);
        let delay = Delay::start(echo(), round_trip).expect("a proxy");
        let mut stream = TcpStream::connect(delay.address()).expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let mut answer = [0; 1];
        let one = Instant::now();
        stream.write_all(b"x").expect("sent");
        stream.read_exact(&mut answer).expect("back");
        assert!(one.elapsed() >= round_trip, "{:?}", one.elapsed());

        // A hundred, each sent by itself: far from a hundred round trips.
        let many = Instant::now();
        for _ in 0..100 {
            stream.write_all(b"y").expect("sent");
        }
        let mut answers = [0; 100];
        stream.read_exact(&mut answers).expect("back");
        let took = many.elapsed();
        assert!(took >= round_trip && took < 20 * round_trip, "{took:?}");
    }
}
