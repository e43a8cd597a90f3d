//! Many resets in one run, a few of which the server refuses, on a directory that has only just been loaded: what the
//! few cost all others.

use super::bulk::{TRANSACTIONS, reset, target};
use super::{Kit, Measure, tell};
use crate::Result;
use crate::config::SUFFIX;
use crate::people::{self, Passwords};
use crate::process::Measured;
use crate::recorder::Recorder;
use crate::server::{Server, Template};
use crate::table::{Bound, Contest, Entrant};
use crate::trace;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const CLEAN: &str = "entctl, none refused";
const REFUSED: &str = "entctl, 7 refused";
const CLEAN_GUARDED: &str = "entctl, guarded transactions, none refused";
const REFUSED_GUARDED: &str = "entctl, guarded transactions, 7 refused";

/// Accounts that the server refuses.
const FEW: usize = 7;

/// Where they are, all passwords have to be kept for some thirty years (`pwdMinAge`, in seconds): the few have had theirs
/// for too short a time, the others not. By the clock of no machine this comes out differently before 2058.
const POLICY: &str = "pwdMinAge: 1000000000\n";
const LONG_AGO: &str = "19900901080000Z";
const LATELY: &str = "20260901080000Z";

/// What entctl ends with where not all could be done.
const PARTLY: i32 = 3;

/// 5,000 on loopback.
///
/// # Errors
/// Where entctl cannot do it, or does not do just what it should.
pub fn near(kit: &Kit) -> Result<Measure> {
    let count = kit.sized(5_000);
    let clean = Work::new(kit, "clean", count, BTreeSet::new())?;
    let few = (1..=FEW).map(|n| n * count / (FEW + 1)).collect();
    let refused = Work::new(kit, "refused", count, few)?;
    let title = format!("Bulk reset of {count}, of which the server refuses {FEW}");
    // Where it writes no transactions, whatever it is asked, there is nothing to be said of them.
    let guarded = clean
        .sends_transactions()
        .inspect_err(|error| tell(format_args!("no guarded transactions: {error}")))
        .unwrap_or(false);
    let mut entrants = [
        (CLEAN, &clean, ""),
        (REFUSED, &refused, ""),
        (CLEAN_GUARDED, &clean, TRANSACTIONS),
        (REFUSED_GUARDED, &refused, TRANSACTIONS),
    ]
    .map(|(name, work, settings)| (Entrant::new(name), work, settings));
    for turn in 1..=kit.turns {
        for (entrant, work, settings) in &mut entrants {
            if !settings.is_empty() && !guarded {
                continue;
            }
            let took = work.one(settings)?;
            tell(format_args!(
                "{title}, turn {turn}: {} {:.3} s",
                entrant.name, took.elapsed
            ));
            entrant.turns.push(took);
        }
    }
    let contest = Contest {
        title,
        entrants: entrants.map(|(entrant, ..)| entrant).into(),
        notes: vec![format!(
            "Each turn begins on a directory just loaded, in which no reset has ever been done. After each with {FEW} \
             refused, entctl named these and no other, and `ldapsearch` found the other {} written.",
            count - FEW
        )],
    };
    let targets = vec![
        target(
            "5,000 resets, 7 refused: over none refused",
            contest.ratio(REFUSED, CLEAN),
            Bound::AtMost(1.5),
        ),
        target(
            "guarded, 7 refused: over none refused, by default",
            contest.ratio(REFUSED_GUARDED, CLEAN),
            Bound::AtMost(1.5),
        ),
    ];
    Ok((contest.markdown(), targets))
}

/// A directory, and what is to be done in it.
struct Work<'a> {
    kit: &'a Kit,
    room: PathBuf,
    template: Template,
    logins: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl<'a> Work<'a> {
    fn new(kit: &'a Kit, name: &str, count: usize, few: BTreeSet<usize>) -> Result<Self> {
        let room = kit.room(name)?;
        tell(format_args!(
            "a directory of {count} pupils, {} to be refused",
            few.len()
        ));
        let since = |number| {
            if few.contains(&number) {
                LATELY
            } else {
                LONG_AGO
            }
        };
        let passwords = Passwords {
            policy: POLICY,
            since: &since,
        };
        // Nobody is reset beforehand: it is guarded writing's business that no attribute has been stored before.
        let template = Template::make(
            &room.join("slapd"),
            |out| people::write_pupils_with(out, count, passwords),
            None,
        )?;
        let logins: BTreeSet<String> = (0..count).map(people::login).collect();
        let mut list = String::from("login\n");
        for login in &logins {
            let _ = writeln!(list, "{login}");
        }
        fs::write(room.join("logins.csv"), list)?;
        Ok(Work {
            kit,
            room,
            template,
            logins,
            refused: few.into_iter().map(people::login).collect(),
        })
    }

    fn sends_transactions(&self) -> Result<bool> {
        let server = self.template.start()?;
        let recorder = Recorder::start(server.address())?;
        reset(self.kit, &self.room, &recorder.url(), TRANSACTIONS)?.run()?;
        Ok(trace::has_transactions(&recorder.requests()))
    }

    /// One turn, on a directory as it was loaded; looked over once the clock stands.
    fn one(&self, settings: &str) -> Result<Measured> {
        let server = self.template.start()?;
        let answer = self.room.join("answer.json");
        let mut job = reset(self.kit, &self.room, &server.url(), settings)?
            .args(["--format", "json"])
            .answer(&answer);
        if !self.refused.is_empty() {
            job = job.ending(PARTLY);
        }
        let took = job.run_on(&server)?;
        let written = self.written(&server)?;
        if written != self.logins.difference(&self.refused).cloned().collect() {
            return Err(format!("{} accounts were written", written.len()).into());
        }
        let named = Named::read(&answer)?;
        if named.done != written || named.failed != self.refused {
            return Err(format!(
                "{} accounts were named as written, {} as refused",
                named.done.len(),
                named.failed.len()
            )
            .into());
        }
        Ok(took)
    }

    /// Whoever must choose a new password now: nobody had to, as the directory was loaded.
    fn written(&self, server: &Server) -> Result<BTreeSet<String>> {
        let found = self.room.join("written.ldif");
        self.kit
            .ldap_tool("ldapsearch", &server.url())
            .args(["-LLL", "-b", SUFFIX, "(pwdReset=TRUE)", "ENTPersonLogin"])
            .answer(&found)
            .run()?;
        Ok(fs::read_to_string(found)?
            .lines()
            .filter_map(|line| line.strip_prefix("ENTPersonLogin: "))
            .map(ToOwned::to_owned)
            .collect())
    }
}

/// What entctl said of whom, by login.
#[derive(Default)]
struct Named {
    done: BTreeSet<String>,
    failed: BTreeSet<String>,
}

/// One line of its answer: docs/output.md.
#[derive(Deserialize)]
struct Line {
    outcome: Option<String>,
    account: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

impl Named {
    fn read(answer: &Path) -> Result<Self> {
        let mut named = Named::default();
        for line in fs::read_to_string(answer)?.lines() {
            let line: Line = serde_json::from_str(line)?;
            // The summary is about nobody.
            let (Some(outcome), Some(account)) = (line.outcome, line.account) else {
                continue;
            };
            match outcome.as_str() {
                "done" => named.done.insert(account.login),
                "failed" => named.failed.insert(account.login),
                other => return Err(format!("{}: {other}", account.login).into()),
            };
        }
        Ok(named)
    }
}
