//! What is measured: each row a kind of work, each with its peers.

mod bulk;
mod duplicates;
mod growth;
mod refused;
mod serve;
mod single;
mod sync;

pub use growth::Growth;
pub use serve::Who;

use crate::Result;
use crate::config::{SUFFIX, WRITER, WRITER_PASSWORD};
use crate::machine::{self, Given};
use crate::process::Job;
use crate::table::{self, Target};
use clap::ValueEnum as _;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// What `speed run` is asked.
#[derive(Debug, clap::Args)]
pub struct Wanted {
    /// Only these rows
    #[arg(long, value_delimiter = ',', value_enum)]
    rows: Vec<Row>,
    /// Share of the usual sizes; targets are judged at 1
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// How often each does the work; the table has the median
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// The entctl to measure; by default the one beside this program
    #[arg(long)]
    entctl: Option<PathBuf>,
}

/// The rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Row {
    /// 5,000 resets on loopback
    Bulk,
    /// 1,000 resets at a round trip of 20 ms
    Far,
    /// 5,000 resets of which the server refuses 7, on a directory just loaded
    Refused,
    /// One reset, whole processes
    Single,
    /// Duplicates among 100,000 parents on a server
    Duplicates,
    /// Duplicates from LDIF, up to 1,000,000
    Ldif,
    /// 100,000 unchanged rows of a sync
    Sync,
    /// Resets and sync from 1,000 to 100,000
    Growth,
}

/// Measures and prints; false where a target is missed.
///
/// # Errors
/// Where it could not be measured.
pub fn run(wanted: &Wanted) -> Result<bool> {
    let kit = Kit::new(wanted)?;
    let rows = if wanted.rows.is_empty() {
        Row::value_variants().to_vec()
    } else {
        wanted.rows.clone()
    };
    let mut out = io::stdout();
    let head = machine::described(&kit.entctl, kit.folder.path())?;
    writeln!(out, "{head}")?;
    let mut targets = Vec::new();
    for row in rows {
        let before = Given::now();
        let (table, of_row) = match row {
            Row::Bulk => bulk::near(&kit)?,
            Row::Far => bulk::far(&kit)?,
            Row::Refused => refused::near(&kit)?,
            Row::Single => single::measure(&kit)?,
            Row::Duplicates => duplicates::on_a_server(&kit)?,
            Row::Ldif => duplicates::from_a_file(&kit)?,
            Row::Sync => sync::unchanged(&kit)?,
            Row::Growth => growth::measure(&kit)?,
        };
        writeln!(out, "{}\n", table.trim_end())?;
        let others = Given::now().to_others_since(before);
        writeln!(
            out,
            "Others had {others:.0} % of the processors meanwhile.\n"
        )?;
        targets.extend(of_row);
    }
    let judged = wanted.scale >= 1.0;
    write!(out, "{}", table::targets(&targets, judged))?;
    Ok(!judged || targets.iter().all(Target::is_reached))
}

/// A directory that stays until standard input ends, for a profile.
///
/// # Errors
/// Where it cannot be built.
pub fn serve(who: Who, count: usize) -> Result<()> {
    let this = std::env::current_exe()?;
    let kit = Kit::with(this.with_file_name("entctl"), 1.0, 1)?;
    serve::serve(&kit, who, count)
}

/// What a row gives: its tables, and what is asked of it.
type Measure = (String, Vec<Target>);

/// What all rows need.
pub struct Kit {
    folder: tempfile::TempDir,
    entctl: PathBuf,
    scale: f64,
    turns: usize,
}

impl Kit {
    fn new(wanted: &Wanted) -> Result<Self> {
        let this = std::env::current_exe()?;
        let entctl = match &wanted.entctl {
            Some(entctl) => fs::canonicalize(entctl)?,
            None => this.with_file_name("entctl"),
        };
        if !entctl.is_file() {
            return Err(format!("there is no {}", entctl.display()).into());
        }
        Kit::with(entctl, wanted.scale, wanted.turns.max(1))
    }

    fn with(entctl: PathBuf, scale: f64, turns: usize) -> Result<Self> {
        let kit = Kit {
            folder: tempfile::Builder::new().prefix("entctl-speed-").tempdir()?,
            entctl,
            scale,
            turns,
        };
        private_file(&kit.password_file(), WRITER_PASSWORD)?;
        Ok(kit)
    }

    /// A new folder for one measure.
    fn room(&self, name: &str) -> Result<PathBuf> {
        let room = tempfile::Builder::new()
            .prefix(name)
            .tempdir_in(self.folder.path())?;
        Ok(room.keep())
    }

    /// A size, made smaller as was asked.
    fn sized(&self, usual: usize) -> usize {
        ((usual as f64 * self.scale).ceil() as usize).max(10)
    }

    /// The entctl that is measured.
    fn program(&self) -> &Path {
        &self.entctl
    }

    /// Another program of this workspace.
    fn beside(&self, name: &str) -> Result<PathBuf> {
        let program = std::env::current_exe()?.with_file_name(name);
        if program.is_file() {
            Ok(program)
        } else {
            Err(format!("there is no {}: cargo build --workspace", program.display()).into())
        }
    }

    fn password_file(&self) -> PathBuf {
        self.folder.path().join("password")
    }

    /// Settings of entctl for this server, with a home and a history of their own in this room. `more`: further
    /// settings of the profile.
    fn settings(&self, room: &Path, url: &str, more: &str) -> Result<(PathBuf, PathBuf)> {
        let home = tempfile::tempdir_in(room)?.keep();
        let config = home.join("config.toml");
        fs::write(
            &config,
            format!(
                "[profiles.speed]\nurls = [\"{url}\"]\nbase_dn = \"{SUFFIX}\"\nsyslog = false\n\
                 history = \"{history}\"\n{more}\n[profiles.speed.bind]\ndn = \"{WRITER}\"\n\
                 password_file = \"{password}\"\n[profiles.speed.redirect]\nway = \"own\"\n\
                 own_domains = [\"ent.example\"]\n",
                history = home.join("history").display(),
                password = self.password_file().display(),
            ),
        )?;
        Ok((config, home))
    }

    /// entctl on this server.
    fn entctl(&self, room: &Path, url: &str, more: &str) -> Result<Job> {
        let (config, home) = self.settings(room, url, more)?;
        Ok(Job::new(&self.entctl)
            .args(["--config".into(), config.into_os_string()])
            .args(["--quiet", "--no-input"])
            .env("HOME", home))
    }

    /// One of ldap-utils, logged in as the one who writes.
    fn ldap_tool(&self, tool: &str, url: &str) -> Job {
        Job::new(format!("/usr/bin/{tool}"))
            .args(["-x", "-H", url, "-D", WRITER, "-y"])
            .args([self.password_file()])
    }
}

/// A file that only its owner may read: entctl insists.
fn private_file(path: &Path, text: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Tells whoever waits where the measure is.
fn tell(words: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "speed: {words}");
}
