//! A secret typed at the terminal. Hidden before the question is seen, so that whoever types quickly shows
//! nothing; and the terminal is set right again however it ends, Ctrl-C included.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

/// What Ctrl-C sends while the terminal leaves keys as they are.
const CTRL_C: u8 = 3;

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
