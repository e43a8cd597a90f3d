//! entctl at a real terminal: what a person sees and types.
//!
//! The terminal is 100 columns by 40 rows. Its output is read by a thread of its own, so that waiting for a
//! text is waiting for an event.

use super::entctl::Entctl;
use super::waiting::{PATIENCE, lock};
use expectrl::process::unix::{Signal, WaitStatus};
use expectrl::session::OsSession;
use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Ctrl-C
pub const CTRL_C: &str = "\u{3}";
/// Ctrl-D, the end of the input.
pub const CTRL_D: &str = "\u{4}";
/// Escape
pub const ESCAPE: &str = "\u{1b}";
/// Arrow down
pub const DOWN: &str = "\u{1b}[B";
/// Arrow up
pub const UP: &str = "\u{1b}[A";
/// The Enter key, which sends a carriage return.
pub const ENTER: &str = "\r";

#[derive(Default)]
struct Screen {
    bytes: Vec<u8>,
    ended: bool,
}

/// A program at a terminal; killed when dropped.
pub struct Terminal {
    session: OsSession,
    keyboard: File,
    screen: Arc<(Mutex<Screen>, Condvar)>,
    /// How much of the screen [`Terminal::expect`] has gone past, in characters of the plain text.
    seen: usize,
}

impl Terminal {
    /// Starts the command at a new terminal (`TERM=xterm`).
    ///
    /// # Panics
    /// Where there is no terminal to be had, or the program does not start.
    pub fn start(entctl: Entctl) -> Self {
        Self::start_wide(entctl, 100)
    }

    /// The same at a terminal of so many columns.
    ///
    /// # Panics
    /// As [`Terminal::start`].
    pub fn start_wide(entctl: Entctl, columns: usize) -> Self {
        let inner = entctl.env("TERM", "xterm").into_command();
        // expectrl gives the terminal its own size after the start, and turns the echo off. A shell waits
        // until that is over, sets the terminal right and becomes the program.
        let mut command = Command::new("/bin/sh");
        command
            .args([
                "-c",
                &format!("read -r _ && stty rows 40 cols {columns} echo && exec \"$0\" \"$@\""),
            ])
            .arg(inner.get_program())
            .args(inner.get_args())
            .env_clear();
        for (key, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        if let Some(folder) = inner.get_current_dir() {
            command.current_dir(folder);
        }
        let session = OsSession::spawn(command).expect("a terminal");
        let open = || {
            session
                .get_process()
                .get_raw_handle()
                .expect("the terminal's other end")
        };
        let (output, mut keyboard) = (open(), open());
        keyboard.write_all(b"\n").expect("the keyboard");
        let screen = Arc::new((Mutex::new(Screen::default()), Condvar::new()));
        let written = Arc::clone(&screen);
        std::thread::spawn(move || watch(output, &written));
        Terminal {
            session,
            keyboard,
            screen,
            seen: 0,
        }
    }

    /// Waits until this text stands on the screen, after what was expected before, and returns what came
    /// before it.
    ///
    /// # Panics
    /// Where it does not come in time or the program ends first, showing the screen.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        let seen = self.seen;
        let found = |screen: &Screen| {
            let plain = plain(&screen.bytes);
            plain.get(seen..).and_then(|rest| rest.find(text))
        };
        let (screen, _) = self
            .screen
            .1
            .wait_timeout_while(lock(&self.screen.0), PATIENCE, |screen| {
                found(screen).is_none() && !screen.ended
            })
            .unwrap_or_else(PoisonError::into_inner);
        let plain = plain(&screen.bytes);
        let Some(position) = found(&screen) else {
            let how = if screen.ended {
                "the program ended"
            } else {
                "nothing more came"
            };
            drop(screen);
            panic!("« {text} » is not on the screen, {how}:\n{plain}");
        };
        drop(screen);
        self.seen = seen + position + text.len();
        plain[seen..seen + position].to_owned()
    }

    /// Types keys, with nothing after them.
    ///
    /// # Panics
    /// Where the terminal is gone.
    pub fn send(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("the keyboard");
    }

    /// Types a line and Enter.
    ///
    /// # Panics
    /// Where the terminal is gone.
    pub fn send_line(&mut self, line: &str) {
        self.send(&format!("{line}{ENTER}"));
    }

    /// All that stood on the screen so far, without colours and cursor movements, line ends as `\n`.
    pub fn screen(&self) -> String {
        plain(&lock(&self.screen.0).bytes)
    }

    /// All that was sent to the terminal, as it was sent.
    pub fn raw(&self) -> Vec<u8> {
        lock(&self.screen.0).bytes.clone()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        u32::try_from(self.session.get_process().pid().as_raw()).unwrap_or_default()
    }

    /// Waits for the end and returns the exit status, 128 + signal where a signal ended it (as a shell
    /// would say).
    ///
    /// # Panics
    /// Where it does not end in time, showing the screen.
    #[track_caller]
    pub fn wait(self) -> (i32, String) {
        let (screen, timeout) = self
            .screen
            .1
            .wait_timeout_while(lock(&self.screen.0), PATIENCE, |screen| !screen.ended)
            .unwrap_or_else(PoisonError::into_inner);
        drop(screen);
        let screen = self.screen();
        assert!(!timeout.timed_out(), "the program does not end:\n{screen}");
        match self.session.get_process().wait().expect("its status") {
            WaitStatus::Exited(_, code) => (code, screen),
            WaitStatus::Signaled(_, signal, _) => (128 + signal as i32, screen),
            other => panic!("ended strangely: {other:?}\n{screen}"),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let process = self.session.get_process_mut();
        if process.is_alive().unwrap_or(false) {
            let _ = process.kill(Signal::SIGKILL);
            let _ = process.wait();
        }
    }
}

/// Collects what the program writes until the terminal is closed (EIO on Linux).
fn watch(mut output: File, screen: &(Mutex<Screen>, Condvar)) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        lock(&screen.0).bytes.extend(&buffer[..count]);
        screen.1.notify_all();
    }
    lock(&screen.0).ended = true;
    screen.1.notify_all();
}

/// Text without escape sequences (ECMA-48 CSI, OSC, two-character ones) and carriage returns.
///
/// Only ever grows at its end while bytes arrive: an escape sequence or a character that is not complete
/// yet is left out until it is.
fn plain(bytes: &[u8]) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let mut text = String::with_capacity(whole.len());
    let mut chars = whole.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                Some('[') => {
                    let _ = chars.find(|c| ('\u{40}'..='\u{7e}').contains(c));
                }
                Some(']') => {
                    let _ = chars.find(|c| matches!(c, '\u{7}' | '\u{9c}'));
                }
                Some('(' | ')') => {
                    let _ = chars.next();
                }
                _ => {}
            },
            '\r' | '\u{7}' => {}
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::entctl::Home;
    use super::*;

    fn sh(home: &Home, script: &str) -> Terminal {
        Terminal::start(home.program("sh", ["-c", script]))
    }

    #[test]
    fn a_person_is_asked_and_answers() {
        let home = Home::new();
        let mut terminal = sh(
            &home,
            "printf 'Prénom : '; read a; printf 'Nom : '; read b; echo \"Bonjour $a $b\"; exit 4",
        );
        terminal.expect("Prénom : ");
        terminal.send_line("Léa");
        terminal.expect("Nom : ");
        terminal.send_line("Noël");
        terminal.expect("Bonjour Léa Noël");
        let (status, screen) = terminal.wait();
        assert_eq!(status, 4, "{screen}");
    }

    #[test]
    fn it_is_a_terminal_of_the_right_size() {
        let home = Home::new();
        let terminal = sh(&home, "test -t 0 && test -t 1 && test -t 2 && stty size");
        let (status, screen) = terminal.wait();
        assert_eq!((status, screen.as_str()), (0, "40 100\n"));
    }

    #[test]
    fn colours_are_left_out() {
        let home = Home::new();
        let mut terminal = sh(
            &home,
            "printf '\\033[1;31mrouge\\033[0m et \\033[2Kbleu\\n'",
        );
        assert_eq!(terminal.expect("bleu"), "rouge et ");
        assert!(terminal.raw().contains(&0x1b));
    }

    #[test]
    fn an_interruption_reaches_the_program() {
        let home = Home::new();
        let mut terminal = sh(&home, "trap 'exit 130' INT; echo prêt; read -r _");
        terminal.expect("prêt");
        terminal.send(CTRL_C);
        assert_eq!(terminal.wait().0, 130);
    }

    #[test]
    #[should_panic(expected = "is not on the screen, the program ended")]
    fn what_does_not_come_is_told() {
        let home = Home::new();
        sh(&home, "echo autre chose").expect("jamais");
    }
}
