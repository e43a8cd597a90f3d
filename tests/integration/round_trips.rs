//! How often a command on one account waits for the directory. Each flight (what is asked without waiting in between)
//! is a round trip; the numbers are those of `docs/round-trips.md`.

use super::premises::School;
use crate::support::ber::op;
use crate::support::flights::{Flight, Flights};

const B: u8 = op::BIND;
const S: u8 = op::SEARCH;
const M: u8 = op::MODIFY;

/// A school behind a slow line, and two profiles that lead through it: `line` sees everybody, `desk` the collège alone.
struct Line {
    school: School,
    line: Flights,
}

/// A profile of the sandbox as far as mail is concerned.
const MAIL: &str = "[profiles.PROFILE.attributes]\ntemporary_until = \"entctlTemporaryPasswordEnd\"\n\
                    temporary_class = \"entctlAccount\"\n[profiles.PROFILE.redirect]\nway = \"own\"\n\
                    own_domains = [\"ent.example.test\"]\n[profiles.PROFILE.recovery]\n\
                    parent = [\"redirect\", \"mail\"]\n";

impl Line {
    fn laid() -> Self {
        let school = School::up(30);
        let line = Flights::start(school.sandbox().url());
        for (name, schools) in [("line", ""), ("desk", "schools = [\"0310042X\"]\n")] {
            let more = format!("{schools}{}", MAIL.replace("PROFILE", name));
            school.profile(name, &line.url(), &more);
        }
        Line { school, line }
    }

    /// The flights of a command that must succeed, behind one connection.
    #[track_caller]
    fn flights(&self, profile: &str, words: &[&str]) -> Vec<Flight> {
        let told = self.school.with(profile, words).run().expect_success();
        let (connections, mut flights) = self.line.take();
        assert_eq!(connections, 1, "{told}");
        for flight in &mut flights {
            flight.retain(|tag| *tag != op::UNBIND);
        }
        flights
    }
}

#[test]
fn look() {
    let line = Line::laid();
    let login = |who: &str| line.school.login(who);
    let (pupil, parent) = (login("namesake_6a"), login("parent_college"));
    for profile in ["line", "desk"] {
        for words in [
            vec!["password", "reset", &pupil, "--yes", "--print"],
            vec![
                "password", "reset", "lea", "dupont", "6A", "--yes", "--print",
            ],
            vec!["password", "reset", "lea dupont 6A", "--yes", "--print"],
            vec!["password", "status", &pupil],
            vec!["account", "find", &pupil],
            vec!["account", "find", "lea dupont"],
            vec!["account", "show", &pupil],
            vec!["account", "show", &parent],
            vec!["account", "lock", &parent, "--yes"],
            vec!["account", "unlock", &parent, "--yes"],
            vec!["account", "lock", &pupil, "--yes"],
            vec!["account", "unlock", &pupil, "--yes"],
            vec!["mail", "show", &parent],
            vec![
                "mail",
                "set",
                &parent,
                "--redirect",
                "a@boite.example",
                "--yes",
                "--reason",
                "r",
            ],
            vec![
                "mail",
                "clear",
                &parent,
                "--redirect",
                "--yes",
                "--reason",
                "r",
            ],
        ] {
            let told = line.school.with(profile, &words).run();
            let (connections, flights) = line.line.take();
            eprintln!(
                "{profile} {words:?}: {connections} {} {flights:02x?} {}",
                flights.len(),
                told.stderr.lines().next().unwrap_or_default()
            );
        }
    }
}
