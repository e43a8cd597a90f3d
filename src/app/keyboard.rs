//! A secret typed at the terminal, and single keys. A secret is hidden before the question is seen, so that whoever
//! types quickly shows nothing; and the terminal is set right again however it ends, Ctrl-C included.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

/// What Ctrl-C sends while the terminal leaves keys as they are.
const CTRL_C: u8 = 3;

/// What Ctrl-D sends.
const CTRL_D: u8 = 4;
/// What begins the sequence of an arrow or another key without a letter.
const ESCAPE: u8 = 27;

/// A key, as far as it is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// A letter or a sign; the first one where a whole line had to be typed.
    Letter(char),
    /// A key without a letter.
    Other,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D, or the terminal is gone.
    End,
}

/// Waits for a key on standard input. Enter alone is none: whoever is used to it may press it after a letter.
pub(super) fn ask_key() -> Typed {
    let input = io::stdin();
    let at_once = rustix::termios::tcgetattr(&input).ok().and_then(|before| {
        let mut now = before.clone();
        now.local_modes &= !(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        rustix::termios::tcsetattr(&input, OptionalActions::Now, &now).ok()?;
        Some((before, now))
    });
    let Some((before, now)) = at_once else {
        let mut line = String::new();
        return match input.read_line(&mut line) {
            Ok(1..) => line
                .trim()
                .chars()
                .next()
                .map_or(Typed::Other, Typed::Letter),
            _ => Typed::End,
        };
    };
    let typed = read_key(&input, now);
    let _ = rustix::termios::tcsetattr(&input, OptionalActions::Now, &before);
    typed
}

fn read_key(input: &io::Stdin, mut now: Termios) -> Typed {
    // Not through the buffer of the standard library: what is typed ahead stays with the terminal.
    let next = |count: usize| -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        loop {
            match rustix::io::read(input, &mut bytes) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(read @ 1..) => {
                    bytes.truncate(read);
                    return Some(bytes);
                }
                _ => return None,
            }
        }
    };
    loop {
        let Some(first) = next(1).and_then(|bytes| bytes.first().copied()) else {
            return Typed::End;
        };
        return match first {
            b'\r' | b'\n' => continue,
            CTRL_C => Typed::Interrupt,
            CTRL_D => Typed::End,
            ESCAPE => {
                // The rest of the sequence is there already, or there is none.
                now.special_codes[SpecialCodeIndex::VMIN] = 0;
                if rustix::termios::tcsetattr(input, OptionalActions::Now, &now).is_ok() {
                    let _ = next(16);
                }
                Typed::Other
            }
            first => {
                let more = match first {
                    0xc0..0xe0 => 1,
                    0xe0..0xf0 => 2,
                    0xf0.. => 3,
                    _ => 0,
                };
                let mut bytes = vec![first];
                while bytes.len() <= more {
                    let Some(rest) = next(1) else {
                        return Typed::End;
                    };
                    bytes.extend(rest);
                }
                let letter = String::from_utf8(bytes).ok().and_then(|s| s.chars().next());
                letter
                    .filter(|c| !c.is_control())
                    .map_or(Typed::Other, Typed::Letter)
            }
        };
    }
}

/// Asks on the process's terminal, whatever standard input and error are.
///
/// # Errors
/// No terminal; [`ErrorKind::Interrupted`] for Ctrl-C, [`ErrorKind::UnexpectedEof`] for Ctrl-D.
pub(super) fn ask_hidden(question: &str) -> io::Result<String> {
    let mut terminal = File::options().read(true).write(true).open("/dev/tty")?;
    let hidden = Hidden::begin(terminal.try_clone()?)?;
    write!(terminal, "{question}")?;
    terminal.flush()?;
    let config = rpassword::ConfigBuilder::new()
        .input_reader(Keys(terminal.try_clone()?))
        .output_discard()
        .build();
    let answer = rpassword::read_password_with_config(config);
    drop(hidden);
    // The Enter that was typed was hidden too.
    writeln!(terminal)?;
    answer.map_err(|error| match error.kind() {
        ErrorKind::ConnectionAborted => ErrorKind::Interrupted.into(),
        _ => error,
    })
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Hidden {
    terminal: File,
    before: Termios,
}

impl Hidden {
    fn begin(terminal: File) -> io::Result<Self> {
        let before = rustix::termios::tcgetattr(&terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes &=
            !(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        rustix::termios::tcsetattr(&terminal, OptionalActions::Now, &hidden)?;
        Ok(Hidden { terminal, before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = rustix::termios::tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// The keys as they come. Ctrl-C is an error of ours: the reader would end the process on the spot, with the
/// terminal still hiding what is typed.
struct Keys(File);

impl Read for Keys {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        let count = self.0.read(&mut buffer[..one])?;
        if buffer[..count] == [CTRL_C] {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        Ok(count)
    }
}
