//! `entctl man`: the man pages, in English and in French, from the command tree. Hidden: for packagers and
//! for `make man`.

use super::Entctl;
use crate::app::App;
use crate::cli;
use crate::error::{ExitStatus, Result};
use crate::i18n::{Language, Localizer};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::path::PathBuf;

/// Write the man pages
#[derive(Debug, Clone, clap::Args)]
pub struct ManArgs {
    /// Folder to write to; French pages go to its folder fr
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Writes one page a command and language.
///
/// # Errors
/// The folder cannot be written.
pub fn run(app: &App, args: &ManArgs) -> Result<ExitStatus> {
    for (name, page) in pages() {
        app.write_file(&args.out.join(name), &page)?;
    }
    Ok(ExitStatus::Done)
}

/// Every page: its file below the folder, and its text.
pub fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    for language in Language::ALL {
        let localizer = Localizer::new(language);
        let folder = match language {
            Language::En => PathBuf::new(),
            Language::Fr => PathBuf::from("fr"),
        };
        let mut root = cli::localize(Entctl::command(), &localizer);
        root.build();
        walk(&root, "entctl", &localizer, &mut |name, page| {
            pages.push((folder.join(format!("{name}.1")), page));
        });
    }
    pages
}

fn walk(command: &Command, name: &str, localizer: &Localizer, keep: &mut dyn FnMut(&str, String)) {
    keep(name, page(command, name, localizer));
    for sub in command.get_subcommands().filter(|s| !s.is_hide_set()) {
        walk(sub, &format!("{name}-{}", sub.get_name()), localizer, keep);
    }
}

/// One page. Its parts are rendered by clap_mangen; the headings, which it writes in English, are said in
/// the page's language, and the exit statuses and the environment are added.
fn page(command: &Command, name: &str, localizer: &Localizer) -> String {
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .section("1")
        .source(format!("entctl {}", env!("CARGO_PKG_VERSION")))
        .manual(localizer.word("man-manual"))
        .date("");
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render_title(&mut bytes);
    let _ = man.render_name_section(&mut bytes);
    let _ = man.render_synopsis_section(&mut bytes);
    let _ = man.render_description_section(&mut bytes);
    let _ = man.render_options_section(&mut bytes);
    if command.has_subcommands() {
        let _ = man.render_subcommands_section(&mut bytes);
    }
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if command.get_after_help().is_some() {
        let _ = std::fmt::Write::write_fmt(
            &mut text,
            format_args!(
                ".SH {}\n.nf\n{}\n.fi\n",
                localizer.word("man-examples"),
                escape(&examples(command)),
            ),
        );
    }
    text.push_str(&exit_statuses(localizer));
    text.push_str(&environment(localizer));
    for (english, key) in [
        (".SH NAME", "man-name"),
        (".SH SYNOPSIS", "man-synopsis"),
        (".SH DESCRIPTION", "man-description"),
        (".SH OPTIONS", "man-options"),
        (".SH SUBCOMMANDS", "man-subcommands"),
    ] {
        text = text.replace(english, &format!(".SH {}", localizer.word(key)));
    }
    text
}

fn examples(command: &Command) -> String {
    let after = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    // Without the heading line, which the page has as its own.
    after.lines().skip(1).collect::<Vec<_>>().join("\n")
}

fn exit_statuses(localizer: &Localizer) -> String {
    let mut text = format!(".SH {}\n", localizer.word("man-exit-status"));
    for status in ExitStatus::ALL {
        text.push_str(&format!(
            ".TP\n\\fB{}\\fR\n{}\n",
            status.code(),
            escape(&localizer.say(&status.text()))
        ));
    }
    text
}

fn environment(localizer: &Localizer) -> String {
    let mut text = format!(".SH {}\n", localizer.word("man-environment"));
    for (name, said) in crate::config::env_vars::all() {
        text.push_str(&format!(
            ".TP\n\\fB{name}\\fR\n{}\n",
            escape(&localizer.say(&said))
        ));
    }
    text
}

/// Text for roff: backslashes, leading dots and quotes, and plain hyphens kept as they are typed.
fn escape(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = line.replace('\\', "\\e").replace('-', "\\-");
            if line.starts_with('.') || line.starts_with('\'') {
                format!("\\&{line}")
            } else {
                line
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
