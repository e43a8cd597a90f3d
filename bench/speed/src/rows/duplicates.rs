//! `account duplicates`: beside a search that reads the same, and from a file, up to a million parents.

use super::{Growth, Kit, Measure, tell};
use crate::Result;
use crate::process::Job;
use crate::recorder::Recorder;
use crate::server::{self, Template};
use crate::table::{Bound, Contest, Entrant, Target};
use crate::trace;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

const SEARCH: &str = "`ldapsearch`, same attributes";
const PAGED: &str = "`ldapsearch`, pages of 1,000";
const ENTCTL: &str = "entctl";

/// Where the parents stand, and what makes one.
const PEOPLE: &str = "ou=personnes,dc=ent,dc=test";
const PARENTS: &str = "(objectClass=ENTAuxPersRelEleve)";

/// 100,000 parents on a server.
///
/// # Errors
/// Where one of them cannot do it.
pub fn on_a_server(kit: &Kit) -> Result<Measure> {
    let people = kit.sized(100_000);
    let room = kit.room("duplicates")?;
    tell(format_args!("families of {people} parents"));
    let families = families(kit, &room, people)?;
    let fill = |out: &mut dyn io::Write| {
        io::copy(&mut File::open(&families)?, out)?;
        server::frame(out, false, "")
    };
    let template = Template::make(&room.join("slapd"), fill, None)?;
    let server = template.start()?;
    let answer = room.join("answer.csv");
    let recorder = Recorder::start(server.address())?;
    duplicates(kit, &room, &recorder.url())?
        .answer(&answer)
        .run()?;
    let requests = recorder.requests();
    let attributes = trace::attributes(&requests);
    let mut entrants = [SEARCH, PAGED, ENTCTL].map(Entrant::new);
    for turn in 1..=kit.turns {
        for entrant in &mut entrants {
            let job = match entrant.name {
                ENTCTL => duplicates(kit, &room, &server.url())?.answer(&answer),
                name => {
                    let pages: &[&str] = if name == PAGED {
                        &["-E", "pr=1000/noprompt"]
                    } else {
                        &[]
                    };
                    let search = kit.ldap_tool("ldapsearch", &server.url()).args(pages);
                    let search = search.args(["-LLL", "-o", "ldif-wrap=no", "-b", PEOPLE, PARENTS]);
                    search.args(&attributes).answer(room.join("search.ldif"))
                }
            };
            let took = job.run_on(&server)?;
            tell(format_args!(
                "duplicates, turn {turn}: {} {:.2} s",
                entrant.name, took.elapsed
            ));
            entrant.turns.push(took);
        }
    }
    let read = count(&room.join("search.ldif"), "dn:")?;
    let contest = Contest {
        title: format!("`account duplicates` over {read} parents on a server"),
        entrants: entrants.into(),
        notes: vec![
            format!(
                "{} pairs; {} attributes.",
                count(&answer, "")?.saturating_sub(1),
                attributes.len()
            ),
            trace::summary(&requests),
        ],
    };
    let targets = vec![Target {
        what: "duplicates among 100,000: entctl over `ldapsearch`".to_owned(),
        measured: contest.ratio(ENTCTL, SEARCH),
        bound: Bound::AtMost(1.5),
    }];
    Ok((contest.markdown(), targets))
}

/// From a file: 10,000, 100,000, 1,000,000.
///
/// # Errors
/// As [`on_a_server`].
pub fn from_a_file(kit: &Kit) -> Result<Measure> {
    let room = kit.room("ldif")?;
    let mut growth = Growth::new("`account duplicates --from-ldif`");
    for people in [10_000, 100_000, 1_000_000] {
        let people = kit.sized(people);
        let folder = kit.room(&format!("ldif-{people}"))?;
        let families = families(kit, &folder, people)?;
        let found = folder.join("answer.csv");
        let job = Job::new(kit.program())
            .args([
                "--quiet",
                "--no-input",
                "account",
                "duplicates",
                "--format",
                "csv",
                "--from-ldif",
            ])
            .args([&families])
            .env("HOME", &room)
            .answer(&found);
        for _ in 0..if people > 200_000 { 1 } else { kit.turns } {
            let took = job.run()?;
            tell(format_args!(
                "duplicates from a file of {people}: {:.2} s",
                took.elapsed
            ));
            growth.add(people, took);
        }
        fs::remove_dir_all(folder)?;
    }
    let targets = vec![
        Target {
            what: "duplicates from LDIF, 1,000,000: peak memory in MiB".to_owned(),
            measured: growth.peak_at_last(),
            bound: Bound::AtMost(1024.0),
        },
        Target {
            what: "duplicates from LDIF, 100,000 to 1,000,000: growth over that of n log n"
                .to_owned(),
            measured: growth.over_n_log_n(),
            // A tenth for what the clock errs.
            bound: Bound::AtMost(1.1),
        },
    ];
    Ok((growth.markdown(), targets))
}

fn duplicates(kit: &Kit, room: &Path, url: &str) -> Result<Job> {
    let entctl = kit.entctl(room, url, "")?;
    Ok(entctl.args(["account", "duplicates", "--format", "csv"]))
}

/// Made-up families in a folder; the file of their directory.
pub(super) fn families(kit: &Kit, folder: &Path, people: usize) -> Result<PathBuf> {
    Job::new(kit.beside("families")?)
        .args(["generate", "--seed", "11", "--noise", "1", "--people"])
        .args([people.to_string().as_str(), "--out"])
        .args([folder])
        .run()?;
    Ok(folder.join("directory.ldif"))
}

/// Lines of a file that begin so.
fn count(file: &Path, beginning: &str) -> Result<usize> {
    use std::io::BufRead as _;
    let mut count = 0;
    for line in io::BufReader::new(File::open(file)?).split(b'\n') {
        count += usize::from(line?.starts_with(beginning.as_bytes()));
    }
    Ok(count)
}
