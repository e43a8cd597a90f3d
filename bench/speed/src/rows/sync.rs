//! `mail sync` where nothing has changed: every night but a few.

use super::{Growth, Kit, Measure, tell};
use crate::Result;
use crate::ber;
use crate::people;
use crate::process::Job;
use crate::recorder::Recorder;
use crate::server::Template;
use crate::table::{Bound, Contest, Entrant, Target};
use crate::trace;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const SEARCH: &str = "`ldapsearch`, same attributes";
const ENTCTL: &str = "entctl";

/// 100,000 rows.
///
/// # Errors
/// Where one of them cannot do it, or where entctl writes.
pub fn unchanged(kit: &Kit) -> Result<Measure> {
    let rows = kit.sized(100_000);
    let work = Work::new(kit, "sync", rows)?;
    let server = work.template.start()?;
    let recorder = Recorder::start(server.address())?;
    work.sync(&recorder.url())?.run()?;
    let requests = recorder.requests();
    let attributes = trace::attributes(&requests);
    let writes = requests
        .iter()
        .filter_map(|request| ber::message(&request.bytes))
        .filter(|message| ber::WRITES.contains(&message.tag))
        .count();
    let mut entrants = [SEARCH, ENTCTL].map(Entrant::new);
    for turn in 1..=kit.turns {
        for entrant in &mut entrants {
            let took = match entrant.name {
                ENTCTL => work.sync(&server.url())?.run()?,
                _ => kit
                    .ldap_tool("ldapsearch", &server.url())
                    .args([
                        "-LLL",
                        "-o",
                        "ldif-wrap=no",
                        "-b",
                        "ou=personnes,dc=ent,dc=test",
                    ])
                    .args(["(objectClass=ENTPerson)"])
                    .args(&attributes)
                    .answer(work.room.join("search.ldif"))
                    .run()?,
            };
            tell(format_args!(
                "sync, turn {turn}: {} {:.2} s",
                entrant.name, took.elapsed
            ));
            entrant.turns.push(took);
        }
    }
    let contest = Contest {
        title: format!("`mail sync` of {rows} unchanged rows"),
        entrants: entrants.into(),
        notes: vec![trace::summary(&requests)],
    };
    let targets = vec![
        Target {
            what: "sync of 100,000 unchanged rows: entctl over `ldapsearch`".to_owned(),
            measured: contest.ratio(ENTCTL, SEARCH),
            bound: Bound::AtMost(1.5),
        },
        Target {
            what: "sync of 100,000 unchanged rows: writes".to_owned(),
            measured: Some(writes as f64),
            bound: Bound::AtMost(0.0),
        },
    ];
    Ok((contest.markdown(), targets))
}

/// 1,000, 10,000 and 100,000 rows, in a directory of so many.
///
/// # Errors
/// As [`unchanged`].
pub fn growth(kit: &Kit) -> Result<Growth> {
    let mut growth = Growth::new("`mail sync`, unchanged");
    for rows in [1_000, 10_000, 100_000] {
        let rows = kit.sized(rows);
        let work = Work::new(kit, &format!("sync-{rows}"), rows)?;
        let server = work.template.start()?;
        for _ in 0..kit.turns {
            growth.add(rows, work.sync(&server.url())?.run()?);
        }
        tell(format_args!("sync of {rows}: done"));
    }
    Ok(growth)
}

struct Work<'a> {
    kit: &'a Kit,
    room: PathBuf,
    template: Template,
}

impl<'a> Work<'a> {
    fn new(kit: &'a Kit, name: &str, rows: usize) -> Result<Self> {
        let room = kit.room(name)?;
        tell(format_args!("a directory of {rows} parents"));
        let fill = |out: &mut dyn Write| people::write_parents(out, rows);
        let template = Template::make(&room.join("slapd"), fill, None)?;
        write_rows(&room.join("redirects.csv"), rows)?;
        Ok(Work {
            kit,
            room,
            template,
        })
    }

    fn sync(&self, url: &str) -> Result<Job> {
        let entctl = self.kit.entctl(&self.room, url, "")?;
        let rows = self.room.join("redirects.csv");
        Ok(entctl.args(["mail", "sync", "--yes"]).args([rows]))
    }
}

fn write_rows(file: &Path, rows: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "login,redirect")?;
    for number in 0..rows {
        writeln!(
            out,
            "{},{}",
            people::parent(number),
            people::redirect(number)
        )?;
    }
    Ok(out.flush()?)
}
