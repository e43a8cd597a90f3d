//! A directory that stays, for a profile: the same that the rows are measured on.

use super::{Kit, sync};
use crate::Result;
use crate::people;
use crate::server::Template;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead as _, Write as _};

/// Who is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Who {
    /// Pupils, with a file of their logins
    Pupils,
    /// Parents with a redirect, with a file that says the same
    Parents,
}

/// Builds it, says how to ask it, and waits for the end of standard input.
///
/// # Errors
/// Where it cannot be built.
pub fn serve(kit: &Kit, who: Who, count: usize) -> Result<()> {
    let room = kit.room("serve")?;
    let spare = people::dn(count);
    let folder = room.join("slapd");
    let template = match who {
        Who::Pupils => Template::make(
            &folder,
            |out| people::write_pupils(out, count),
            Some(&spare),
        )?,
        Who::Parents => Template::make(&folder, |out| people::write_parents(out, count), None)?,
    };
    let server = template.start()?;
    let (config, _) = kit.settings(&room, &server.url(), "")?;
    let file = room.join("rows.csv");
    let words = match who {
        Who::Pupils => {
            let mut logins = String::from("login\n");
            for number in 0..count {
                let _ = writeln!(logins, "{}", people::login(number));
            }
            fs::write(&file, logins)?;
            "password reset --yes --slips slips.csv --from"
        }
        Who::Parents => {
            sync::write_rows(&file, count)?;
            "mail sync --yes"
        }
    };
    let mut out = io::stdout();
    writeln!(
        out,
        "entctl --config {} {words} {}",
        config.display(),
        file.display()
    )?;
    writeln!(out, "It is there until standard input ends.")?;
    for line in io::stdin().lock().lines() {
        line?;
    }
    Ok(())
}
