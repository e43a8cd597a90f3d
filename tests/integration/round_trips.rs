//! How often a command on one account waits for the directory. Each flight (what is asked without waiting in between)
//! is a round trip; the numbers are those of `docs/round-trips.md`.

use super::premises::School;
use crate::support::ber::op;
use crate::support::flights::{Flight, Flights};

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

    /// The flights of a command that must succeed, on one connection.
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

    /// Checks the flights of commands that must succeed: after the login, how many searches each, and whether a write
    /// follows.
    #[track_caller]
    fn assert_flights(&self, profile: &str, commands: &[(&[&str], &[usize], bool)]) {
        for (words, searches, writes) in commands {
            let mut expected = vec![vec![op::BIND]];
            expected.extend(searches.iter().map(|count| vec![op::SEARCH; *count]));
            expected.extend(writes.then(|| vec![op::MODIFY]));
            assert_eq!(
                self.flights(profile, words),
                expected,
                "{profile}: {words:?}"
            );
        }
    }
}

#[test]
fn one_reset_is_one_flight_of_reads_and_one_write() {
    let line = Line::laid();
    let login = line.school.login("namesake_6a");
    let reset = ["password", "reset", "--yes", "--print"];
    let with = |words: &[&'static str]| [&reset[..], words].concat();
    let by_login: Vec<&str> = [&reset[..], &[&*login]].concat();
    let (by_name, in_words) = (with(&["lea dupont 6A"]), with(&["lea", "dupont", "6A"]));
    // The account, what the server can do, its rules for passwords.
    line.assert_flights("line", &[(&by_login, &[3], true)]);
    // The schools too, which tell who is in scope, or that 6A is a class; the name beside the identifier.
    line.assert_flights("desk", &[(&by_login, &[4], true)]);
    for profile in ["line", "desk"] {
        line.assert_flights(profile, &[(&by_name, &[5], true), (&in_words, &[5], true)]);
    }
}

#[test]
fn what_is_done_at_the_desk_waits_for_one_flight_of_reads() {
    let line = Line::laid();
    let (pupil, parent) = (
        line.school.login("namesake_6a"),
        line.school.login("parent_college"),
    );
    let redirect = |what: &'static [&'static str]| {
        [
            &["mail"],
            what,
            &[&*parent, "--yes", "--reason", "au guichet"],
        ]
        .concat()
    };
    let set = redirect(&["set", "--redirect", "a@boite.example"]);
    let clear = redirect(&["clear", "--redirect"]);
    let lock = |verb, who| vec!["account", verb, who, "--yes"];
    line.assert_flights(
        "line",
        &[
            (&lock("lock", &pupil), &[2], true),
            (&lock("unlock", &pupil), &[2], true),
            (&set, &[2], true),
            (&clear, &[2], true),
            (&["password", "status", &pupil], &[1], false),
            (&["account", "find", &pupil], &[3], false),
            (&["account", "find", "lea dupont 6A"], &[3], false),
            (&["mail", "show", &parent], &[2], false),
            // Family and groups are asked for by the account's name, which the first flight brings.
            (&["account", "show", &pupil], &[2, 3], false),
            (&["account", "show", &parent], &[2, 3], false),
        ],
    );
}

#[test]
fn a_parent_is_in_scope_by_a_child_which_is_one_flight_more() {
    let line = Line::laid();
    let (pupil, parent) = (
        line.school.login("namesake_6a"),
        line.school.login("parent_college"),
    );
    line.assert_flights(
        "desk",
        &[
            (&["account", "lock", &pupil, "--yes"], &[3], true),
            (&["account", "unlock", &pupil, "--yes"], &[3], true),
            (&["account", "lock", &parent, "--yes"], &[3, 1], true),
            (&["account", "unlock", &parent, "--yes"], &[3, 1], true),
            (&["mail", "show", &parent], &[2, 1], false),
            (&["account", "show", &pupil], &[2, 3, 1], false),
            (&["account", "show", &parent], &[2, 1, 3], false),
        ],
    );
}

#[test]
fn whoever_is_protected_is_found_out_with_the_account() {
    let line = Line::laid();
    let (kept, free) = (
        line.school.login("namesake_5a"),
        line.school.login("namesake_6a"),
    );
    let number = line.school.uid("namesake_5a");
    line.school.profile(
        "kept",
        &line.line.url(),
        &format!("protected = \"(uid={number})\"\n"),
    );
    let reset = |who: &str| {
        let words = [
            "password", "reset", who, "--yes", "--print", "--format", "json",
        ];
        line.school.with("kept", &words).run()
    };
    let refused = reset(&kept).expect_status(6);
    assert!(refused.stderr.contains("\"protected\""), "{refused}");
    let (_, flights) = line.line.take();
    assert_eq!(flights, [vec![op::BIND], vec![op::SEARCH; 4]]);
    reset(&free).expect_success();
    let (_, flights) = line.line.take();
    assert_eq!(
        flights,
        [vec![op::BIND], vec![op::SEARCH; 4], vec![op::MODIFY]]
    );
}

#[test]
fn tls_is_one_flight_more() {
    let school = School::up(30);
    let line = Flights::start(&school.sandbox().status().ldaps_url);
    let trust = format!(
        "ca_file = \"{}\"\n",
        school.sandbox().status().ca_file.display()
    );
    school.profile("line", &line.url(), &trust);
    let login = school.login("namesake_6a");
    let reset = ["password", "reset", &login, "--yes", "--print"];
    school.with("line", &reset).run().expect_success();
    let (connections, flights) = line.take();
    // The handshake, whose last word goes with the login; the reads; the write.
    assert_eq!((connections, flights.len()), (1, 4));
}
