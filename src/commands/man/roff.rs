//! Man pages as text for roff (groff's `man` macros).

use crate::cli;
use crate::i18n::{Localizer, Text};

/// A page being written, in one language.
pub struct Page<'a> {
    localizer: &'a Localizer,
    text: String,
}

impl<'a> Page<'a> {
    /// Begins a page with its title line. It bears no date: the same source gives the same page.
    pub fn new(name: &str, section: u8, localizer: &'a Localizer) -> Self {
        let manual = escape(&localizer.word("man-manual"));
        let source = format!("entctl {}", env!("CARGO_PKG_VERSION"));
        let title = escape(&name.to_uppercase());
        // Words are not broken at line ends: roff would break French ones by the rules of English.
        let text =
            format!(".TH \"{title}\" \"{section}\" \"\" \"{source}\" \"{manual}\"\n.nh\n.ad l\n");
        Page { localizer, text }
    }

    /// The finished page.
    pub fn finish(self) -> String {
        self.text
    }

    /// The language's words.
    pub fn localizer(&self) -> &'a Localizer {
        self.localizer
    }

    /// A sentence in the page's language.
    pub fn say(&self, text: &Text) -> String {
        self.localizer.say(text)
    }

    /// The NAME section, in the form that `apropos` and `whatis` read.
    pub fn name(&mut self, name: &str, about: &str) {
        self.section("man-name");
        let line = format!("{} \\- {}", escape(name), self.set(about));
        self.line(&line);
    }

    /// Begins a section with a title by key.
    pub fn section(&mut self, key: &str) {
        let title = self.localizer.word(key);
        self.section_titled(&title);
    }

    /// Begins a section with this title.
    pub fn section_titled(&mut self, title: &str) {
        let title = self.set(title);
        self.line(&format!(".SH \"{title}\""));
    }

    /// Begins a part of a section.
    pub fn part(&mut self, title: &str) {
        let title = self.set(title.trim());
        self.line(&format!(".SS \"{title}\""));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        let text = self.set(text);
        self.line(".PP");
        self.line(&text);
    }

    /// A term, already set, with what it means.
    pub fn item(&mut self, term: &str, meaning: &str) {
        let meaning = self.set(meaning);
        self.line(".TP");
        self.line(term);
        self.line(&meaning);
    }

    /// Goes on in the last item, on a line of its own.
    pub fn more(&mut self, text: &str) {
        let text = self.set(text);
        self.line(".br");
        self.line(&text);
    }

    /// A command line as it is typed, below what was said.
    pub fn typed(&mut self, command: &str) {
        self.line(".PP");
        self.line(".RS 4");
        self.line(".nf");
        self.line(&bold(command));
        self.line(".fi");
        self.line(".RE");
    }

    /// A line of roff.
    pub fn line(&mut self, roff: &str) {
        self.text.push_str(roff);
        self.text.push('\n');
    }

    /// Words for roff, with the punctuation of the language kept to them.
    fn set(&self, text: &str) -> String {
        escape(&cli::unbroken(text.to_owned(), self.localizer))
    }
}

/// In bold.
pub fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escape(text))
}

/// In italics: what is to be replaced.
pub fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", escape(text))
}

/// Text for roff: what has a meaning there, or would be printed as another character, is named; no line
/// begins as a request.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if line.starts_with('.') {
            out.push_str("\\&");
        }
        for c in line.chars() {
            match c {
                '\\' => out.push_str("\\e"),
                '-' => out.push_str("\\-"),
                '\'' => out.push_str("\\(aq"),
                '"' => out.push_str("\\(dq"),
                '`' => out.push_str("\\(ga"),
                '^' => out.push_str("\\(ha"),
                '~' => out.push_str("\\(ti"),
                '\u{a0}' => out.push_str("\\ "),
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_comes_out_as_it_was() {
        assert_eq!(
            escape("a-b ~/x 'y' \"z\""),
            "a\\-b \\(ti/x \\(aqy\\(aq \\(dqz\\(dq"
        );
        assert_eq!(escape(".TH\n'x"), "\\&.TH\n\\(aqx");
        assert_eq!(escape("c\\d"), "c\\ed");
    }
}
