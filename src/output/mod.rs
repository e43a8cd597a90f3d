//! Everything a person or a script sees: stdout carries the answer, stderr the talk. Decides nothing.
//!
//! The only room that may print.

use crate::error::{CommandError, ExitStatus};
use crate::i18n::{Language, Localizer, Text, steers, visible};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

mod card;
mod facing;
mod progress;
mod table;
pub mod words;

pub use card::Card;
pub use facing::{Facing, Mark};
pub use progress::{ProgressBar, Waiting};
pub use table::{Cell, Column, Table};

/// Version of every JSON object that entctl writes.
pub const FORMAT_VERSION: u32 = 1;

/// How answers are written (`--format`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables and sentences for people.
    Table,
    /// One document for a read, one line an account for a write.
    Json,
    /// Semicolon-separated, with a header, for spreadsheets.
    Csv,
    /// LDIF change records (RFC 2849), of the few commands that have some.
    Ldif,
}

/// Whether to colour (`--color`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal without `NO_COLOR`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the person asked of the output.
#[derive(Debug, Clone)]
pub struct Style {
    /// `--format`.
    pub format: Format,
    /// `--quiet`: no talk but errors.
    pub quiet: bool,
    /// `--verbose`: how things went, on stderr.
    pub verbose: bool,
    /// `--no-input`: never ask.
    pub no_input: bool,
    /// `--color`, with `NO_COLOR` and the terminal taken into account.
    pub color: bool,
}

/// Writes answers to stdout and talk to stderr, in one language.
pub struct Printer {
    style: Style,
    localizer: Localizer,
    unseen: AtomicBool,
    unwritten: AtomicBool,
}

impl Printer {
    /// A printer of one language and style.
    pub fn new(style: Style, language: Language) -> Self {
        Printer {
            style,
            localizer: Localizer::new(language),
            unseen: AtomicBool::new(false),
            unwritten: AtomicBool::new(false),
        }
    }

    /// The words.
    pub fn localizer(&self) -> &Localizer {
        &self.localizer
    }

    /// The sentence in words.
    pub fn say(&self, text: &Text) -> String {
        self.localizer.say(text)
    }

    /// `--format`.
    pub fn format(&self) -> Format {
        self.style.format
    }

    /// Whether answers go to a person's screen.
    pub fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a person can be asked.
    pub fn can_ask(&self) -> bool {
        !self.style.no_input && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Writes lines of the answer as they are. Control characters must have been made visible before.
    pub fn answer(&self, text: &str) {
        self.answer_bytes(text.as_bytes());
    }

    /// Writes bytes of the answer (a CSV with its BOM).
    pub fn answer_bytes(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
            // A reader that closed the pipe (`| head`) has had enough: no failure, but nothing was seen.
            self.unseen.store(true, Ordering::Relaxed);
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.unwritten.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Whether all of the answer so far reached its reader.
    pub fn was_seen(&self) -> bool {
        !self.unseen.load(Ordering::Relaxed)
    }

    /// Whether a part of the answer could not be written (a full disk).
    pub fn failed(&self) -> bool {
        self.unwritten.load(Ordering::Relaxed)
    }

    /// Writes a sentence of the answer.
    pub fn answer_text(&self, text: &Text) {
        self.answer(&format!("{}\n", self.say(text)));
    }

    /// Writes one JSON document on one line, `format_version` first.
    pub fn json<T: Serialize>(&self, value: &T) {
        match serde_json::to_string(&Versioned::new(value)) {
            Ok(line) => self.answer(&format!("{}\n", tame_json(&line))),
            Err(error) => self.talk(&error.to_string()),
        }
    }

    /// The same document over several lines, for a file that a person may open.
    pub fn json_file<T: Serialize>(&self, value: &T) -> Vec<u8> {
        match serde_json::to_string_pretty(&Versioned::new(value)) {
            // Within strings a line end is an escape already: what is left are ends of lines.
            Ok(text) => text
                .lines()
                .flat_map(|line| [tame_json(line), "\n".to_owned()])
                .collect::<String>()
                .into_bytes(),
            Err(error) => error.to_string().into_bytes(),
        }
    }

    /// Writes a table: as a table, or as CSV.
    pub fn table(&self, table: &Table) {
        match self.style.format {
            Format::Csv if self.stdout_is_terminal() => self.answer(&tame_csv(&table.to_csv())),
            Format::Csv => self.answer_bytes(&table.to_csv()),
            _ => self.answer(&table.to_text(&self.localizer, screen_width())),
        }
    }

    /// Writes a card.
    pub fn card(&self, card: &Card) {
        self.answer(&card.to_text(&self.localizer));
    }

    /// Shows two things side by side, in a conversation: on stderr, as wide as the screen there.
    pub fn facing(&self, facing: &Facing) {
        let paint = |line: &str| self.paint("33", line);
        let text = facing.to_text(talk_width(), &paint);
        self.talk(text.trim_end_matches('\n'));
    }

    /// Says something in a conversation that a person began, `--quiet` or not: on stderr, broken at blanks where the
    /// screen is narrow.
    pub fn tell(&self, text: &Text) {
        for line in facing::wrap(&self.say(text), talk_width()) {
            self.talk(&line);
        }
    }

    /// The same as a heading.
    pub fn head(&self, text: &Text) {
        self.talk("");
        for line in facing::wrap(&self.say(text), talk_width()) {
            self.talk(&self.paint("1", &line));
        }
    }

    /// Says something on stderr, unless `--quiet`.
    pub fn note(&self, text: &Text) {
        if !self.style.quiet {
            self.talk(&self.say(text));
        }
    }

    /// Warns on stderr, whatever the options.
    pub fn warn(&self, text: &Text) {
        let head = self.localizer.word("warning");
        self.talk(&format!("{} {}", self.paint("1;33", &head), self.say(text)));
    }

    /// Tells how things went, with `--verbose`: for the expert, so in technical words.
    pub fn trace(&self, words: &str) {
        if self.style.verbose {
            self.talk(&visible(words));
        }
    }

    /// Whether `--verbose` was given.
    pub fn verbose(&self) -> bool {
        self.style.verbose
    }

    /// Shows an error: what, why, what next. In JSON with `--format json`.
    pub fn error(&self, error: &CommandError) {
        if self.style.format == Format::Json {
            self.json_error(error);
            return;
        }
        let head = self.localizer.word("error");
        self.talk(&format!(
            "{} {}",
            self.paint("1;31", &head),
            self.say(error.message())
        ));
        for line in error.lines() {
            self.talk(&format!("  {}", self.say(line)));
        }
        for cause in error.causes() {
            self.talk(&format!(
                "{} {}",
                self.localizer.word("because"),
                self.say(cause)
            ));
        }
        if self.style.verbose {
            for words in error.technical_words() {
                let text = Text::new("technical").with("words", words);
                self.talk(&self.say(&text));
            }
        }
        for hint in error.hints() {
            self.talk(&format!(
                "{} {}",
                self.paint("1", &self.localizer.word("hint")),
                self.say(hint)
            ));
        }
    }

    fn json_error(&self, error: &CommandError) {
        #[derive(Serialize)]
        struct JsonError<'a> {
            format_version: u32,
            r#type: &'static str,
            code: &'a str,
            exit_status: u8,
            message: String,
            lines: Vec<String>,
            causes: Vec<String>,
            hints: Vec<String>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            technical: Vec<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            details: Option<&'a serde_json::Value>,
        }
        let all = |texts: &[Text]| texts.iter().map(|t| self.say(t)).collect();
        let line = serde_json::to_string(&JsonError {
            format_version: FORMAT_VERSION,
            r#type: "error",
            code: error.code(),
            exit_status: error.status().code(),
            message: self.say(error.message()),
            lines: all(error.lines()),
            causes: all(error.causes()),
            hints: all(error.hints()),
            technical: error.technical_words().iter().map(|w| visible(w)).collect(),
            details: error.machine_details(),
        });
        self.talk(&line.map_or_else(|e| e.to_string(), |line| tame_json(&line)));
    }

    /// Asks for a yes; the empty answer is no. The question is shown on stderr with `[o/N]`.
    ///
    /// # Errors
    /// [`ExitStatus::Interrupted`] where the person leaves (end of input).
    pub fn confirm(&self, question: &Text) -> Result<bool, CommandError> {
        loop {
            let answer = self.ask(&Text::new("confirm").with("question", question.clone()))?;
            let answer = answer.trim().to_lowercase();
            // Both languages' letters are understood: hands learn one of them.
            match answer.as_str() {
                "" | "n" | "no" | "non" => return Ok(false),
                "o" | "oui" | "y" | "yes" => return Ok(true),
                _ => self.talk(&self.localizer.word("confirm-again")),
            }
        }
    }

    /// Lets the person choose one of several lines by its number; `None` for none of them.
    ///
    /// # Errors
    /// As [`Printer::confirm`].
    pub fn choose(&self, question: &Text, lines: &[String]) -> Result<Option<usize>, CommandError> {
        self.talk(&self.say(question));
        for (i, line) in lines.iter().enumerate() {
            self.talk(&format!("{:>3}) {line}", i + 1));
        }
        loop {
            let answer = self.ask(&Text::new("choose").with("count", lines.len()))?;
            match answer.trim() {
                "" => return Ok(None),
                number => match number.parse::<usize>() {
                    Ok(n) if (1..=lines.len()).contains(&n) => return Ok(Some(n - 1)),
                    _ => {
                        self.talk(&self.say(&Text::new("choose-again").with("count", lines.len())))
                    }
                },
            }
        }
    }

    /// Asks for a line of text.
    ///
    /// # Errors
    /// As [`Printer::confirm`].
    pub fn ask(&self, question: &Text) -> Result<String, CommandError> {
        {
            let mut err = io::stderr().lock();
            let _ = write!(err, "{} ", self.say(question)).and_then(|()| err.flush());
        }
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(n) if n > 0 => Ok(line),
            _ => {
                self.talk("");
                Err(CommandError::new(
                    ExitStatus::Interrupted,
                    "interrupted",
                    Text::new("nothing-done"),
                ))
            }
        }
    }

    /// A progress bar on stderr; it shows only on a terminal, and only when the work takes a while.
    pub fn progress(&self, label: &Text) -> ProgressBar {
        let visible = !self.style.quiet && io::stderr().is_terminal();
        ProgressBar::new(visible, self.say(label))
    }

    /// The same for what nobody knows the length of, until it is dropped. Nothing may be said meanwhile.
    pub fn waiting(&self, label: &Text) -> Waiting {
        let visible = !self.style.quiet && io::stderr().is_terminal();
        Waiting::new(visible, self.say(label))
    }

    fn talk(&self, line: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{line}");
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A document with its version, which comes first.
#[derive(Serialize)]
struct Versioned<'a, T> {
    format_version: u32,
    #[serde(flatten)]
    value: &'a T,
}

impl<'a, T> Versioned<'a, T> {
    fn new(value: &'a T) -> Self {
        Versioned {
            format_version: FORMAT_VERSION,
            value,
        }
    }
}

/// A JSON line in which what a terminal would obey is written as an escape. Such characters stand only
/// within strings, so that the value stays the same.
fn tame_json(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if steers(c) {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// A CSV for the screen. Piped or in a file it is data, and stays as it is.
fn tame_csv(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    text.lines()
        .map(|line| format!("{}\n", visible(line)))
        .collect()
}

/// Whether to colour: the option, then `NO_COLOR` (<https://no-color.org>), then the terminal.
pub fn use_color(asked: Color, no_color_set: bool) -> bool {
    match asked {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !no_color_set && io::stderr().is_terminal(),
    }
}

/// How wide the screen is that a conversation is held on; the usual width where that is not told.
fn talk_width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
    size.map(|size| usize::from(size.ws_col))
        .filter(|width| *width > 0)
        .unwrap_or(80)
}

/// How wide the screen is that answers go to; nothing where they go elsewhere.
fn screen_width() -> Option<usize> {
    let out = io::stdout();
    let size = out
        .is_terminal()
        .then(|| rustix::termios::tcgetwinsize(&out).ok())??;
    (size.ws_col > 0).then(|| usize::from(size.ws_col))
}
