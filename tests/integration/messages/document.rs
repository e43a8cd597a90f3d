//! The document: parts, cases, and under each what is typed and what is answered, in English and in French.

use super::stage::{Said, Stage};
use crate::support::text::normalize;
use entctl::i18n::Language;
use std::fmt::Write as _;

/// Cases that belong together.
pub struct Part {
    /// Heading.
    pub title: &'static str,
    /// The cases.
    pub cases: &'static [Case],
}

/// One thing that goes wrong.
pub struct Case {
    /// What it is.
    pub title: &'static str,
    /// Exit status: the same in both languages.
    pub status: i32,
    /// Makes it go wrong, in this language.
    pub run: fn(&Stage, Language) -> Said,
}

const HEAD: &str = "# Messages\n\n\
    What entctl answers when something is wrong: each case in English, then in French, with its exit\n\
    status. A test runs every one of them against a real directory and compares (`make messages` writes\n\
    this page anew). What differs from run to run stands in square brackets.\n";

/// The whole document.
///
/// # Panics
/// Where a case ends with another status than it should, or says the same in both languages.
pub fn write(stage: &Stage, parts: &[Part]) -> String {
    let mut text = HEAD.to_owned();
    let mut wrong = String::new();
    for part in parts {
        let _ = write!(text, "\n## {}\n", part.title);
        for case in part.cases {
            let _ = write!(text, "\n### {}\n", case.title);
            let mut answers = Vec::new();
            for language in Language::ALL {
                let said = (case.run)(stage, language);
                if said.status != case.status {
                    let _ = write!(
                        wrong,
                        "\n{} ({}): {} expected, not {}\n$ {}\n{}",
                        case.title,
                        language.as_str(),
                        case.status,
                        said.status,
                        said.command,
                        said.answer
                    );
                }
                let command = normalize(stage.home(), &said.command);
                let answer = normalize(stage.home(), &said.answer)
                    .lines()
                    .map(str::trim_end)
                    .collect::<Vec<_>>()
                    .join("\n");
                // What a library or the system says is English, whatever the person speaks.
                let foreign = ["os error", " the ", " is ", " not ", " cannot "];
                if language == Language::Fr && foreign.iter().any(|word| answer.contains(word)) {
                    let _ = write!(wrong, "\n{}: English in French\n{answer}", case.title);
                }
                let _ = write!(
                    text,
                    "\n```text\n$ {command}\n{}\n[{}]\n```\n",
                    answer.trim_end(),
                    said.status
                );
                answers.push(answer);
            }
            if answers[0] == answers[1] {
                let _ = write!(wrong, "\n{}: not translated\n{}", case.title, answers[0]);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    text
}
