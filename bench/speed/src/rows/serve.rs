//! A directory that stays, for a profile: the same that the rows are measured on.

use super::{Kit, duplicates, sync};
use crate::Result;
use crate::people;
use crate::server::{self, Template};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead as _, Write as _};

/// Who is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Who {
    /// Pupils, with a file of their logins
    Pupils,
    /// Parents with a redirect, with a file that says the same
    Parents,
    /// Families of that many parents, some of whom stand there twice
    Families,
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
        Who::Families => {
            let families = duplicates::families(kit, &room, count)?;
            let fill = |out: &mut dyn io::Write| {
                io::copy(&mut File::open(&families)?, out)?;
                server::frame(out, false, "")
            };
            Template::make(&folder, fill, None)?
        }
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
        Who::Families => "account duplicates --format csv",
    };
    let mut out = io::stdout();
    write!(out, "entctl --config {} {words}", config.display())?;
    if file.exists() {
        write!(out, " {}", file.display())?;
    }
    writeln!(out)?;
    writeln!(out, "It is there until standard input ends.")?;
    for line in io::stdin().lock().lines() {
        line?;
    }
    Ok(())
}
