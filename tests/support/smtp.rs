//! A mail server that can misbehave at every verb, and keeps what it accepted.

use super::faults::Victim;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Where in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The first word.
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    /// The answer to DATA.
    Data,
    /// In place of reading the message.
    Body,
    /// The answer after the last dot.
    Dot,
    Rset,
}

/// What is done in place of the usual.
#[derive(Debug, Clone)]
pub enum Act {
    /// Says this, whatever it is.
    Say(Vec<u8>),
    /// Says nothing until the other side has gone.
    Stall,
    /// Closes the connection.
    Close,
    /// Takes the message, then closes without a word.
    KeepAndClose,
    /// Answers as usual, but only after a while.
    Late(Duration),
    /// Answers as usual, each time after another while, up to this; the number is where the dice begin.
    Uneven(Duration, u64),
    /// Something else happens meanwhile; then it says this.
    Meanwhile(Meanwhile, Vec<u8>),
    /// SIGKILL to the client, which hears nothing more; a message has been taken.
    Kill(Victim),
}

/// What happens while a client waits.
#[derive(Clone)]
pub struct Meanwhile(Arc<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile")
    }
}

/// Says one line once something else has happened.
pub fn say_after(line: &str, happens: impl Fn() + Send + Sync + 'static) -> Act {
    Act::Meanwhile(
        Meanwhile(Arc::new(happens)),
        format!("{line}\r\n").into_bytes(),
    )
}

/// Says one line.
pub fn say(line: &str) -> Act {
    Act::Say(format!("{line}\r\n").into_bytes())
}

/// How the server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    None,
    Implicit,
    Start,
}

/// A message that was accepted.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: String,
    /// Everything between DATA and the dot, dots undone.
    pub data: Vec<u8>,
    pub encrypted: bool,
}

/// What is done out of the usual, and when.
#[derive(Clone)]
struct Planned {
    act: Act,
    /// How often it is as usual before.
    before: usize,
    /// How often it is done then.
    times: usize,
}

/// What a server is like.
#[derive(Clone)]
pub struct Manner {
    pub tls: Tls,
    /// Lines of the EHLO answer.
    pub offers: Vec<&'static str>,
    /// Name and password without which nobody may send.
    pub login: Option<(&'static str, &'static str)>,
    acts: BTreeMap<At, Planned>,
}

impl Manner {
    pub fn new(tls: Tls) -> Self {
        let mut offers = vec!["8BITMIME", "DSN"];
        if tls == Tls::Start {
            offers.push("STARTTLS");
        }
        Manner {
            tls,
            offers,
            login: None,
            acts: BTreeMap::new(),
        }
    }

    /// Does this there, every time.
    pub fn always(self, at: At, act: Act) -> Self {
        self.plan(at, act, 0, usize::MAX)
    }

    /// Does this there, the first time.
    pub fn once(self, at: At, act: Act) -> Self {
        self.plan(at, act, 0, 1)
    }

    /// Does this there, once, as the `nth` time, from 1.
    pub fn nth(self, at: At, act: Act, nth: usize) -> Self {
        self.plan(at, act, nth - 1, 1)
    }

    fn plan(mut self, at: At, act: Act, before: usize, times: usize) -> Self {
        let planned = Planned { act, before, times };
        self.acts.insert(at, planned);
        self
    }
}

/// What is known of a running server.
#[derive(Default)]
struct Book {
    received: Vec<Received>,
    /// Every command, as it came.
    commands: Vec<String>,
    connections: usize,
}

/// A running server; its threads end with the process.
pub struct Smtp {
    pub port: u16,
    /// The authority of its certificate.
    pub ca_file: PathBuf,
    book: Arc<Mutex<Book>>,
    _folder: tempfile::TempDir,
}

impl Smtp {
    pub fn start(manner: Manner) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ca_file = folder.path().join("mail-ca.pem");
        let config = certificates(&ca_file);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let book = Arc::new(Mutex::new(Book::default()));
        let manner = Arc::new(Mutex::new(manner));
        let kept = Arc::clone(&book);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, book, config) = (manner.clone(), book.clone(), config.clone());
                thread::spawn(move || {
                    lock(&book).connections += 1;
                    let mut talk = Talk {
                        line: Line::Plain(stream),
                        unread: Vec::new(),
                        manner,
                        book,
                    };
                    // The other side may go at any time.
                    let _ = talk.whole(&config);
                });
            }
        });
        Smtp {
            port,
            ca_file,
            book: kept,
            _folder: folder,
        }
    }

    pub fn received(&self) -> Vec<Received> {
        lock(&self.book).received.clone()
    }

    pub fn commands(&self) -> Vec<String> {
        lock(&self.book).commands.clone()
    }

    pub fn connections(&self) -> usize {
        lock(&self.book).connections
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the authority's certificate; gives what it signed for 127.0.0.1 and localhost.
fn certificates(ca_file: &Path) -> Arc<ServerConfig> {
    let ca_key = KeyPair::generate().expect("a key");
    let mut ca = CertificateParams::new(Vec::new()).expect("an authority");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let ca_pem = ca.self_signed(&ca_key).expect("a certificate").pem();
    std::fs::write(ca_file, ca_pem).expect("written");
    let issuer = Issuer::from_params(&ca, &ca_key);
    let key = KeyPair::generate().expect("a key");
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let leaf = CertificateParams::new(names).expect("a server");
    let leaf = leaf.signed_by(&key, &issuer).expect("signed");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .expect("a certificate");
    Arc::new(config)
}

enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
    Between,
}

impl Line {
    fn encrypted(self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        match self {
            Line::Plain(stream) => {
                let server = ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                Ok(Line::Tls(Box::new(StreamOwned::new(server, stream))))
            }
            other => Ok(other),
        }
    }

    fn both(&mut self) -> &mut dyn ReadWrite {
        match self {
            Line::Plain(stream) => stream,
            Line::Tls(stream) => stream.as_mut(),
            Line::Between => unreachable!("between two lines"),
        }
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// How a step went.
enum Went {
    /// As usual: the usual answer is to be given.
    Usual,
    /// Something else was said.
    Otherwise,
}

struct Talk {
    line: Line,
    unread: Vec<u8>,
    manner: Arc<Mutex<Manner>>,
    book: Arc<Mutex<Book>>,
}

impl Talk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let line = self.line.both();
        line.write_all(bytes)?;
        line.flush()
    }

    fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        let count = self.line.both().read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.unread.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    fn until(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|w| w == end) {
                return Ok(self.unread.drain(..at + end.len()).collect());
            }
            self.more()?;
        }
    }

    /// What is to be done here, if it is out of the usual.
    fn act(&mut self, at: At) -> io::Result<Went> {
        let act = {
            let mut manner = lock(&self.manner);
            match manner.acts.get_mut(&at) {
                Some(Planned { before, .. }) if *before > 0 => {
                    *before -= 1;
                    None
                }
                Some(Planned { act, times, .. }) if *times > 0 => {
                    *times -= 1;
                    Some(act.clone())
                }
                _ => None,
            }
        };
        match act {
            None => Ok(Went::Usual),
            Some(Act::Say(bytes)) => {
                self.write(&bytes)?;
                Ok(Went::Otherwise)
            }
            Some(Act::Late(time)) => {
                thread::sleep(time);
                Ok(Went::Usual)
            }
            Some(Act::Uneven(most, seed)) => {
                let told = lock(&self.book).commands.len() as u64;
                let share = StdRng::seed_from_u64(seed ^ told).random_range(0.0..1.0);
                thread::sleep(most.mul_f64(share));
                Ok(Went::Usual)
            }
            Some(Act::Close | Act::KeepAndClose) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Act::Meanwhile(Meanwhile(happens), bytes)) => {
                happens();
                self.write(&bytes)?;
                Ok(Went::Otherwise)
            }
            Some(Act::Kill(victim)) => {
                victim.kill();
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Some(Act::Stall) => loop {
                self.more()?;
            },
        }
    }

    fn answer(&mut self, at: At, usual: &str) -> io::Result<Went> {
        let went = self.act(at)?;
        if matches!(went, Went::Usual) {
            self.write(format!("{usual}\r\n").as_bytes())?;
        }
        Ok(went)
    }

    fn secure(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        self.unread.clear();
        let line = std::mem::replace(&mut self.line, Line::Between);
        self.line = line.encrypted(config)?;
        Ok(())
    }

    fn whole(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        let Manner {
            tls, offers, login, ..
        } = lock(&self.manner).clone();
        if tls == Tls::Implicit {
            self.secure(config)?;
        }
        self.answer(At::Greeting, "220 mail.example.test ESMTP")?;
        let (mut from, mut to) = (String::new(), String::new());
        let mut known = login.is_none();
        loop {
            let line = self.until(b"\r\n")?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            lock(&self.book).commands.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap_or_default();
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let encrypted = matches!(self.line, Line::Tls(_));
                    let mut lines = vec!["mail.example.test".to_owned()];
                    lines.extend(
                        offers
                            .iter()
                            .filter(|offer| **offer != "STARTTLS" || !encrypted)
                            .map(|offer| (*offer).to_owned()),
                    );
                    let last = lines.len() - 1;
                    let lines: Vec<String> = lines
                        .iter()
                        .enumerate()
                        .map(|(i, line)| format!("250{}{line}", if i < last { '-' } else { ' ' }))
                        .collect();
                    self.answer(At::Ehlo, &lines.join("\r\n"))?;
                }
                "STARTTLS" => {
                    self.answer(At::StartTls, "220 go ahead")?;
                    self.secure(config)?;
                }
                "AUTH" => {
                    if matches!(self.act(At::Auth)?, Went::Usual) {
                        known = self.log_in(&line, login)?;
                        let said: &[u8] = if known {
                            b"235 welcome\r\n"
                        } else {
                            b"535 5.7.8 no\r\n"
                        };
                        self.write(said)?;
                    }
                }
                "MAIL" if !known => self.write(b"530 5.7.0 authentication required\r\n")?,
                "MAIL" => {
                    from = line;
                    self.answer(At::Mail, "250 2.1.0 ok")?;
                }
                "RCPT" => {
                    to = line;
                    self.answer(At::Rcpt, "250 2.1.5 ok")?;
                }
                "DATA" => {
                    if matches!(self.answer(At::Data, "354 go on")?, Went::Usual) {
                        self.message(&from, &to)?;
                    }
                }
                "RSET" => {
                    self.answer(At::Rset, "250 2.0.0 ok")?;
                }
                "QUIT" => return self.write(b"221 2.0.0 bye\r\n"),
                _ => self.write(b"500 5.5.1 what?\r\n")?,
            }
        }
    }

    fn message(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.act(At::Body)?;
        let mut data = self.until(b"\r\n.\r\n")?;
        data.truncate(data.len() - 3);
        let text = String::from_utf8_lossy(&data).replace("\r\n..", "\r\n.");
        let received = Received {
            from: from.to_owned(),
            to: to.to_owned(),
            data: text.into_bytes(),
            encrypted: matches!(self.line, Line::Tls(_)),
        };
        let kept = matches!(
            lock(&self.manner).acts.get(&At::Dot),
            Some(Planned {
                act: Act::KeepAndClose | Act::Late(_) | Act::Kill(_),
                before: 0,
                times: 1..,
            })
        );
        if kept {
            lock(&self.book).received.push(received.clone());
        }
        if matches!(self.act(At::Dot)?, Went::Usual) {
            if !kept {
                lock(&self.book).received.push(received);
            }
            self.write(b"250 2.0.0 queued\r\n")?;
        }
        Ok(())
    }

    /// PLAIN with its first answer, or LOGIN.
    fn log_in(&mut self, line: &str, login: Option<(&str, &str)>) -> io::Result<bool> {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD;
        let decoded = |text: &str| {
            let bytes = base64.decode(text.trim()).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let words: Vec<&str> = line.split(' ').collect();
        let given = if let ["AUTH", "PLAIN", answer] = words.as_slice() {
            let answer = decoded(answer);
            let parts: Vec<String> = answer.split('\0').map(str::to_owned).collect();
            (parts.get(1).cloned(), parts.get(2).cloned())
        } else {
            let mut said = Vec::new();
            for prompt in ["Username:", "Password:"] {
                self.write(format!("334 {}\r\n", base64.encode(prompt)).as_bytes())?;
                let line = self.until(b"\r\n")?;
                said.push(decoded(&String::from_utf8_lossy(&line)));
            }
            (said.first().cloned(), said.last().cloned())
        };
        Ok(login.is_some_and(|(name, password)| {
            given == (Some(name.to_owned()), Some(password.to_owned()))
        }))
    }
}
