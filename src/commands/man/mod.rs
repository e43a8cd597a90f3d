//! `entctl man`: the man pages, in English and in French, from the command tree and from the list of
//! settings. Hidden: for packagers and for `make man`.

use super::Entctl;
use crate::app::App;
use crate::cli;
use crate::error::{ExitStatus, Result};
use crate::i18n::{Language, Localizer};
use clap::{Command, CommandFactory};
use std::path::PathBuf;

mod command_page;
mod config_page;
mod roff;

/// Write the man pages
#[derive(Debug, Clone, clap::Args)]
pub struct ManArgs {
    /// Folder to write to; French pages go to its folder fr
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Writes one page a command and language, and one for the configuration.
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
        // As man-db looks for them: /usr/share/man/man1 and /usr/share/man/fr/man1.
        let folder = match language {
            Language::En => PathBuf::new(),
            Language::Fr => PathBuf::from("fr"),
        };
        let mut root = cli::localize(Entctl::command(), &localizer);
        root.build();
        walk(&root, &["entctl"], &localizer, &mut |name, page| {
            pages.push((folder.join(format!("{name}.1")), page));
        });
        let name = format!("{}.5", config_page::NAME);
        pages.push((folder.join(name), config_page::page(&localizer)));
    }
    pages
}

fn walk(
    command: &Command,
    path: &[&str],
    localizer: &Localizer,
    keep: &mut dyn FnMut(&str, String),
) {
    keep(
        &path.join("-"),
        command_page::page(command, path, localizer),
    );
    for sub in command.get_subcommands().filter(|s| !s.is_hide_set()) {
        let mut inner = path.to_vec();
        inner.push(sub.get_name());
        walk(sub, &inner, localizer, keep);
    }
}
