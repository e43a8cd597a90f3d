//! Many resets in one run: password and must-change, each account named by its login.

use super::{Growth, Kit, Measure, tell};
use crate::Result;
use crate::bare;
use crate::config::{SUFFIX, WRITER};
use crate::delay::Delay;
use crate::people;
use crate::process::{Job, Measured};
use crate::recorder::Recorder;
use crate::server::Template;
use crate::table::{Bound, Contest, Entrant, Target};
use crate::trace;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LDAPMODIFY: &str = "`ldapmodify -f`";
const PYTHON: &str = "Python ldap3, as people write it";
const ENTCTL: &str = "entctl";
const BARE: &str = "bare client, same requests";
const GUARDED: &str = "entctl, guarded transactions";
const BARE_GUARDED: &str = "bare client, same requests, guarded";

/// The setting that asks for transactions.
pub(super) const TRANSACTIONS: &str = "transactions = \"guarded\"";

/// The Python script.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/reset.py");

/// 5,000 on loopback.
///
/// # Errors
/// Where one of them cannot do it.
pub fn near(kit: &Kit) -> Result<Measure> {
    let work = Work::new(kit, "bulk-near", kit.sized(5_000))?;
    let title = format!("Bulk reset of {}, loopback", work.count);
    let contest = work.contest(title, None)?;
    let targets = vec![
        target(
            "5,000 resets: entctl over `ldapmodify`",
            contest.ratio(ENTCTL, LDAPMODIFY),
            Bound::AtMost(1.0),
        ),
        target(
            "the same, over the bare client",
            contest.ratio(ENTCTL, BARE),
            Bound::AtMost(1.2),
        ),
        target(
            "guarded: `ldapmodify` over entctl",
            contest.ratio(LDAPMODIFY, GUARDED),
            Bound::AtLeast(3.0),
        ),
        target(
            "guarded, over the bare client",
            contest.ratio(GUARDED, BARE_GUARDED),
            Bound::AtMost(1.2),
        ),
    ];
    Ok((contest.markdown(), targets))
}

/// 1,000 at a distance.
///
/// # Errors
/// As [`near`].
pub fn far(kit: &Kit) -> Result<Measure> {
    let round_trip = Duration::from_millis(20);
    let work = Work::new(kit, "bulk-far", kit.sized(1_000))?;
    let title = format!("Bulk reset of {}, round trip of 20 ms", work.count);
    let contest = work.contest(title, Some(round_trip))?;
    let targets = vec![
        target(
            "1,000 resets at 20 ms: `ldapmodify` over entctl",
            contest.ratio(LDAPMODIFY, ENTCTL),
            Bound::AtLeast(18.0),
        ),
        target(
            "the same, over the bare client",
            contest.ratio(ENTCTL, BARE),
            Bound::AtMost(1.2),
        ),
        target(
            "guarded: `ldapmodify` over entctl",
            contest.ratio(LDAPMODIFY, GUARDED),
            Bound::AtLeast(45.0),
        ),
        target(
            "guarded, over the bare client",
            contest.ratio(GUARDED, BARE_GUARDED),
            Bound::AtMost(1.2),
        ),
    ];
    Ok((contest.markdown(), targets))
}

pub(super) fn target(what: &str, measured: Option<f64>, bound: Bound) -> Target {
    Target {
        what: what.to_owned(),
        measured,
        bound,
    }
}

/// 1,000, 10,000 and 100,000 on loopback: as by default, and guarded where there is such a thing.
///
/// # Errors
/// As [`near`].
pub fn growth(kit: &Kit) -> Result<Vec<Growth>> {
    let mut plain = Growth::new("bulk reset");
    let mut guarded = None;
    for (at, count) in [1_000, 10_000, 100_000].into_iter().enumerate() {
        let count = kit.sized(count);
        let work = Work::new(kit, &format!("bulk-{count}"), count)?;
        if at == 0 && work.guarded().is_some() {
            guarded = Some(Growth::new("bulk reset, guarded"));
        }
        // The largest takes minutes: once.
        for _ in 0..if count > 10_000 { 1 } else { kit.turns } {
            plain.add(count, work.one(By::Entctl(""), None)?);
            if let Some(sizes) = &mut guarded {
                sizes.add(count, work.one(By::Entctl(TRANSACTIONS), None)?);
            }
        }
        tell(format_args!("bulk reset of {count}: done"));
    }
    Ok([plain].into_iter().chain(guarded).collect())
}

/// A directory and what is to be done in it.
struct Work<'a> {
    kit: &'a Kit,
    room: PathBuf,
    count: usize,
    template: Template,
}

/// Whoever does it.
#[derive(Clone, Copy)]
enum By<'a> {
    Ldapmodify,
    Python,
    Entctl(&'a str),
    Bare(&'a Path),
}

impl<'a> Work<'a> {
    fn new(kit: &'a Kit, name: &str, count: usize) -> Result<Self> {
        let room = kit.room(name)?;
        tell(format_args!("a directory of {count} pupils"));
        let spare = people::dn(count);
        let template = Template::make(
            &room.join("slapd"),
            |out| people::write_pupils(out, count),
            Some(&spare),
        )?;
        let (mut logins, mut rows, mut changes) = (
            String::from("login\n"),
            String::from("login,password\n"),
            String::new(),
        );
        for number in 0..count {
            let (login, password) = (people::login(number), format!("provisoire-{number}"));
            let _ = writeln!(logins, "{login}");
            let _ = writeln!(rows, "{login},{password}");
            let _ = write!(
                changes,
                "dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n-\n\
                 replace: pwdReset\npwdReset: TRUE\n-\n\n",
                people::dn(number)
            );
        }
        fs::write(room.join("logins.csv"), logins)?;
        fs::write(room.join("rows.csv"), rows)?;
        fs::write(room.join("changes.ldif"), changes)?;
        Ok(Work {
            kit,
            room,
            count,
            template,
        })
    }

    fn contest(&self, title: String, round_trip: Option<Duration>) -> Result<Contest> {
        let plain = self.record("plain.trace", "")?;
        let guarded = self.guarded();
        let mut entrants = vec![
            (Entrant::new(LDAPMODIFY), Some(By::Ldapmodify)),
            (Entrant::new(PYTHON), Some(By::Python)),
            (Entrant::new(ENTCTL), Some(By::Entctl(""))),
            (Entrant::new(BARE), Some(By::Bare(&plain))),
            (
                Entrant::new(GUARDED),
                guarded.as_ref().map(|_| By::Entctl(TRANSACTIONS)),
            ),
            (Entrant::new(BARE_GUARDED), guarded.as_deref().map(By::Bare)),
        ];
        for turn in 1..=self.kit.turns {
            for (entrant, by) in &mut entrants {
                let Some(by) = *by else { continue };
                let took = self.one(by, round_trip)?;
                tell(format_args!(
                    "{title}, turn {turn}: {} {:.3} s",
                    entrant.name, took.elapsed
                ));
                entrant.turns.push(took);
            }
        }
        Ok(Contest {
            title,
            entrants: entrants.into_iter().map(|(entrant, _)| entrant).collect(),
            notes: vec![trace::summary(&trace::read(&plain)?)],
        })
    }

    /// What entctl sends in transactions; `None` where this entctl sends none, whatever its settings say.
    fn guarded(&self) -> Option<PathBuf> {
        let recorded = self.record("guarded.trace", TRANSACTIONS).and_then(|file| {
            let requests = trace::read(&file)?;
            if trace::has_transactions(&requests) {
                Ok(file)
            } else {
                Err("it was asked for them and sent none".into())
            }
        });
        recorded
            .inspect_err(|error| tell(format_args!("no guarded transactions: {error}")))
            .ok()
    }

    /// Lets entctl do it once, and keeps what it sent.
    fn record(&self, name: &str, settings: &str) -> Result<PathBuf> {
        let server = self.template.start()?;
        let recorder = Recorder::start(server.address())?;
        self.entctl(&recorder.url(), settings)?.run()?;
        let file = self.room.join(name);
        trace::write(&file, &recorder.requests())?;
        Ok(file)
    }

    /// One turn of one of them, on a directory as it was.
    fn one(&self, by: By<'_>, round_trip: Option<Duration>) -> Result<Measured> {
        let server = self.template.start()?;
        let address = match round_trip {
            None => server.address(),
            Some(round_trip) => Delay::start(server.address(), round_trip)?.address(),
        };
        let url = format!("ldap://{address}");
        match by {
            By::Ldapmodify => self
                .kit
                .ldap_tool("ldapmodify", &url)
                .args(["-f"])
                .args([self.room.join("changes.ldif")])
                .run_on(&server),
            By::Python => Job::new("/usr/bin/python3")
                .args([SCRIPT, &url, WRITER])
                .args([self.kit.password_file()])
                .args([SUFFIX])
                .args([self.room.join("rows.csv")])
                .run_on(&server),
            By::Entctl(settings) => self.entctl(&url, settings)?.run_on(&server),
            By::Bare(trace) => Job::new(std::env::current_exe()?)
                .args([
                    "bare",
                    "--server",
                    &address,
                    "--window",
                    &bare::WINDOW.to_string(),
                    "--trace",
                ])
                .args([trace])
                .run_on(&server),
        }
    }

    fn entctl(&self, url: &str, settings: &str) -> Result<Job> {
        reset(self.kit, &self.room, url, settings)
    }
}

/// entctl resetting whoever stands in the room's `logins.csv`.
pub(super) fn reset(kit: &Kit, room: &Path, url: &str, settings: &str) -> Result<Job> {
    let slips = tempfile::tempdir_in(room)?.keep().join("slips.csv");
    Ok(kit
        .entctl(room, url, settings)?
        .args(["password", "reset", "--yes", "--from"])
        .args([room.join("logins.csv"), "--slips".into(), slips]))
}
