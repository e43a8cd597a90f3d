//! `history list` and its filters, on runs made through the history's own port; then on a history that two
//! processes write at once.

use crate::school::School;
use crate::support::entctl::{Entctl, Home};
use crate::support::output::Output;
use entctl::domain::account::AccountRef;
use entctl::domain::change::{Change, Modification, NewValue};
use entctl::domain::dn::Dn;
use entctl::history::files::FileHistory;
use entctl::history::{
    Delivery, FORMAT_VERSION, History, Manifest, Outcome, OutcomeKind, RunId, RunRecord,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The machine of the tests of time: Sunday 22 November 2026, 17:12:34 in Paris.
const NOW: &str = "@2026-11-22 17:12:34";

/// A machine whose profile has a history; there is no directory anywhere.
struct Office {
    home: Home,
    config: PathBuf,
    history: FileHistory,
}

/// A run to be made up.
struct MadeUp<'a> {
    at: &'a str,
    user: &'a str,
    sudo_user: Option<&'a str>,
    reason: &'a str,
    /// Login and name, and how it ended.
    accounts: &'a [(&'a str, &'a str, Option<OutcomeKind>)],
    ends: bool,
}

impl Default for MadeUp<'_> {
    fn default() -> Self {
        MadeUp {
            at: "2026-11-22T10:00:00Z",
            user: "secretaire",
            sudo_user: None,
            reason: "a",
            accounts: &[],
            ends: true,
        }
    }
}

fn account(login: &str, name: &str) -> AccountRef {
    AccountRef {
        dn: Dn::parse(&format!("uid=n-{login},ou=personnes,dc=ent")).expect("dn"),
        uid: Some(format!("n-{login}")),
        login: Some(login.to_owned()),
        name: name.to_owned(),
    }
}

impl Office {
    fn new() -> Self {
        let home = Home::new();
        let folder = home.file("history");
        let config = home.write(
            "ent.toml",
            format!(
                "[profiles.ent]\nurls = [\"ldap://127.0.0.1:1\"]\nbase_dn = \"dc=ent\"\n\
                 schema = \"sdet\"\nhistory = {folder:?}\n\n[profiles.ent.bind]\n\
                 method = \"anonymous\"\n"
            ),
        );
        let history = FileHistory::new(folder);
        Office {
            home,
            config,
            history,
        }
    }

    fn begin(&self, run: &MadeUp) -> Box<dyn RunRecord> {
        let started_at = run.at.parse().expect("a time");
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            run: RunId::new(started_at, "0000"),
            verb: "account lock".into(),
            command: vec!["account".into(), "lock".into()],
            reason: Some(run.reason.into()),
            started_at,
            user: run.user.into(),
            sudo_user: run.sudo_user.map(str::to_owned),
            host: "bureau".into(),
            pid: 1,
            profile: "ent".into(),
            url: "ldap://127.0.0.1:1".into(),
            base_dn: Dn::parse("dc=ent").expect("dn"),
            bound_as: None,
            delivery: Delivery::None,
            style: None,
            job: None,
            plan: None,
            undoes: None,
            left_out: 0,
            rows: None,
        };
        self.history.begin(manifest).expect("begin")
    }

    /// Makes a run, and returns its name.
    fn make(&self, run: &MadeUp) -> String {
        let refs: Vec<AccountRef> = run.accounts.iter().map(|a| account(a.0, a.1)).collect();
        let outcomes: Vec<Option<OutcomeKind>> = run.accounts.iter().map(|a| a.2).collect();
        self.make_of(run, refs, &outcomes)
    }

    fn make_of(
        &self,
        run: &MadeUp,
        accounts: Vec<AccountRef>,
        outcomes: &[Option<OutcomeKind>],
    ) -> String {
        let mut record = self.begin(run);
        let name = record.id().to_string();
        let at = run.at.parse().expect("a time");
        let changes: Vec<Change> = accounts
            .into_iter()
            .map(|account| Change {
                account,
                relies_on: vec![],
                modifications: vec![Modification::Add {
                    attribute: "description".into(),
                    values: vec![NewValue::Text("fermé".into())],
                }],
                before: vec![],
                notes: vec![],
            })
            .collect();
        record.intend(&changes).expect("intend");
        for (number, outcome) in (0..).zip(outcomes) {
            if let Some(kind) = *outcome {
                let refused = kind == OutcomeKind::Refused;
                let outcome = Outcome {
                    change: number,
                    outcome: kind,
                    code: refused.then(|| "drift".to_owned()),
                    shown: false,
                    mail: None,
                    at,
                };
                record.record(&outcome).expect("record");
            }
        }
        if run.ends {
            record.finish(at).expect("finish");
        }
        name
    }

    fn list(&self, filters: &[&str]) -> Entctl {
        self.home
            .entctl(["history", "list", "--config"])
            .arg(&self.config)
            .args(filters)
    }

    /// The reasons of the runs listed, newest first: the tests name their runs by them. Empty where exit 5
    /// says that there is none.
    #[track_caller]
    fn reasons(&self, filters: &[&str]) -> String {
        let output = self.list(filters).args(["--format", "json"]).at(NOW).run();
        if output.status == Some(5) {
            assert_eq!(output.stdout, "", "{output}");
            let error = output.json_errors().remove(0);
            assert_eq!(error["code"], "no-run-matches", "{output}");
            return String::new();
        }
        let output = output.expect_success();
        let runs = output.json()["runs"].as_array().expect("runs").clone();
        runs.iter()
            .map(|run| run["reason"].as_str().expect("a reason"))
            .collect()
    }
}

#[test]
fn without_a_filter_an_empty_list_is_no_failure() {
    let office = Office::new();
    let output = office.list(&[]).run().expect_success();
    assert_eq!(output.stdout, "");
    let output = office.list(&["--format", "json"]).run().expect_success();
    assert_eq!(output.json()["runs"], serde_json::json!([]));
    for filter in ["--since=26h", "--until=0h", "--by=root", "--outcome=done"] {
        let output = office.list(&[filter]).run().expect_status(5);
        assert_eq!(output.stdout, "", "{output}");
    }
}

#[test]
fn runs_are_listed_by_the_time_they_began() {
    let office = Office::new();
    for (at, reason) in [
        ("2026-08-22T15:12:33Z", "a"),
        // The clock runs on while the program starts: some seconds more than the age.
        ("2026-08-22T15:13:04Z", "b"),
        // 25 October is the day the clocks go back: it begins at 22:00 UTC and ends at 23:00 UTC.
        ("2026-10-24T21:59:59Z", "c"),
        ("2026-10-24T22:00:00Z", "d"),
        ("2026-10-25T22:59:59.999Z", "e"),
        ("2026-10-25T23:00:00Z", "f"),
        ("2026-11-21T14:13:04Z", "g"),
        ("2026-11-22T16:12:34Z", "h"),
    ] {
        office.make(&MadeUp {
            at,
            reason,
            ..MadeUp::default()
        });
    }
    for (filters, expected) in [
        (&["--since", "3m"][..], "hgfedcb"),
        (&["--since", "25/10/2026"], "hgfed"),
        (&["--until", "25/10/2026"], "edcba"),
        (&["--since", "2026-10-25", "--until", "2026-10-25"], "ed"),
        (&["--since", "25/10/2026 00:00"], "hgfed"),
        (&["--since", "2026-10-24T22:00:01Z"], "hgfe"),
        (&["--until", "2026-10-24T22:00:00Z"], "dcba"),
        (&["--until", "24/10/2026 23:59"], "cba"),
        (&["--since", "26h"], "hg"),
        (&["--since", "25h"], "h"),
        (&["--since", "1d"], "h"),
        (&["--since", "1w"], "hg"),
        (&["--until", "26h"], "fedcba"),
        (&["--until", "25h"], "gfedcba"),
        (&["--since", "23/11/2026"], ""),
        (&["--until", "22/08/2025"], ""),
    ] {
        assert_eq!(office.reasons(filters), expected, "{filters:?}");
    }
}

#[test]
fn what_is_no_time_is_said_and_nothing_is_listed() {
    let office = Office::new();
    office.make(&MadeUp::default());
    let said = |filters: &[&str], french: bool| -> Output {
        let run = office.list(filters).at(NOW);
        let run = if french { run.french() } else { run };
        run.run().expect_status(2)
    };
    let english = said(&["--since", "31/02/2026"], false);
    assert_eq!(english.stdout, "");
    assert!(
        english
            .stderr
            .contains("“31/02/2026” is not a time that --since understands"),
        "{english}"
    );
    assert!(english.stderr.contains("26h, 3d, 2w, 3m"), "{english}");
    let french = said(&["--until", "hier"], true);
    assert!(
        french
            .stderr
            .contains("« hier » n'est pas un moment que --until comprend"),
        "{french}"
    );
    let json = said(&["--since=30s", "--format=json"], false);
    assert_eq!(json.json_errors()[0]["code"], "not-a-time");
    let turned = said(&["--since=1d", "--until=2d", "--format=json"], false);
    assert_eq!(turned.json_errors()[0]["code"], "since-after-until");
}

#[test]
fn runs_are_listed_by_whoever_sat_there() {
    let office = Office::new();
    for (user, sudo_user, reason) in [
        ("secretaire", None, "a"),
        ("root", Some("secretaire"), "b"),
        ("root", Some("cpe"), "c"),
        ("Secretaire", None, "d"),
    ] {
        office.make(&MadeUp {
            user,
            sudo_user,
            reason,
            at: &format!("2026-11-22T10:00:0{}Z", reason.as_bytes()[0] - b'a'),
            ..MadeUp::default()
        });
    }
    assert_eq!(office.reasons(&["--by", "secretaire"]), "ba");
    assert_eq!(office.reasons(&["--by", "root"]), "cb");
    assert_eq!(office.reasons(&["--by", "cpe", "--since", "1d"]), "c");
    assert_eq!(office.reasons(&["--by", "secret"]), "");
}

#[test]
fn runs_are_listed_by_how_they_ended() {
    use OutcomeKind::{Done, Failed, Refused, Unchanged, Unknown};
    let office = Office::new();
    let all: &[(&str, &[Option<OutcomeKind>], bool)] = &[
        ("a", &[Some(Done), Some(Done)], true),
        ("b", &[Some(Done), Some(Unchanged)], true),
        ("c", &[Some(Done), Some(Refused)], true),
        ("d", &[Some(Done), Some(Failed)], true),
        ("e", &[Some(Unknown), Some(Refused)], true),
        ("f", &[Some(Done), None], true),
        ("g", &[Some(Done), Some(Done)], false),
        ("h", &[Some(Failed), None], false),
        ("i", &[], true),
    ];
    for (number, (reason, outcomes, ends)) in all.iter().enumerate() {
        let accounts = [
            account("lea", "Léa Dupont"),
            account("mael", "Maël Œuvrard"),
        ];
        let run = MadeUp {
            at: &format!("2026-11-22T10:00:0{number}Z"),
            reason,
            ends: *ends,
            ..MadeUp::default()
        };
        office.make_of(&run, accounts[..outcomes.len()].to_vec(), outcomes);
    }
    // Begun, and stopped before anything was meant.
    drop(office.begin(&MadeUp {
        at: "2026-11-22T10:00:09Z",
        reason: "j",
        ..MadeUp::default()
    }));
    for (outcome, runs, of_mael) in [
        // The whole run is done only where all of it is.
        ("done", "iba", "gba"),
        ("refused", "ec", "ec"),
        ("failed", "hd", "d"),
        ("unknown", "e", ""),
        ("unfinished", "jhg", "hg"),
    ] {
        let filters = ["--outcome", outcome, "--account", "mael"];
        assert_eq!(office.reasons(&filters[..2]), runs, "{outcome}");
        assert_eq!(
            office.reasons(&filters),
            of_mael,
            "{outcome} of one account"
        );
    }
    // Under way is not unfinished, and not done either.
    let alive = office.begin(&MadeUp {
        at: "2026-11-22T10:00:10Z",
        reason: "k",
        ..MadeUp::default()
    });
    assert_eq!(office.reasons(&["--outcome", "unfinished"]), "jhg");
    assert_eq!(office.reasons(&["--outcome", "done"]), "iba");
    assert_eq!(office.reasons(&["--since", "1d"]), "kjihgfedcba");
    drop(alive);
    assert_eq!(office.reasons(&["--outcome", "unfinished"]), "kjhg");
}

#[test]
fn each_run_says_what_became_of_the_account() {
    let office = Office::new();
    let others = ("paul", "Paul Martin", Some(OutcomeKind::Done));
    let lea = |outcome| ("lea.dupont", "Léa Dupont", outcome);
    for (number, reason, accounts, ends) in [
        (0, "a", vec![others, lea(Some(OutcomeKind::Done))], true),
        (1, "b", vec![lea(Some(OutcomeKind::Refused)), others], true),
        (2, "c", vec![others], true),
        (3, "d", vec![others, lea(None)], false),
    ] {
        office.make(&MadeUp {
            at: &format!("2026-11-22T10:00:0{number}Z"),
            reason,
            accounts: &accounts,
            ends,
            ..MadeUp::default()
        });
    }
    for typed in [
        "lea.dupont",
        "LEA.DUPONT",
        "n-lea.dupont",
        "UID=n-lea.dupont, ou=Personnes,dc=ent",
        "dupont lea",
        "Mme Léa DUPONT",
    ] {
        assert_eq!(office.reasons(&["--account", typed]), "dba", "{typed}");
    }
    let output = office
        .list(&["--account", "lea.dupont", "--format", "json"])
        .run()
        .expect_success();
    let runs = output.json()["runs"].as_array().expect("runs").clone();
    let told: Vec<String> = runs
        .iter()
        .map(|run| {
            let accounts = run["accounts"].as_array().expect("accounts");
            assert_eq!(accounts.len(), 1, "{run}");
            assert_eq!(accounts[0]["account"]["login"], "lea.dupont");
            format!("{} {}", accounts[0]["outcome"], accounts[0]["code"])
        })
        .collect();
    assert_eq!(
        told,
        ["null null", "\"refused\" \"drift\"", "\"done\" null"]
    );
    // Without the question there is no such field.
    let plain = office.list(&["--format", "json"]).run().expect_success();
    assert!(plain.json()["runs"][0].get("accounts").is_none(), "{plain}");

    let french = office.list(&["--account", "léa dupont"]).french();
    let french = french.run().expect_success();
    for words in [
        "Résultat",
        "pas commencé",
        "refusé",
        "modifié par quelqu'un d'autre entre-temps",
        "fait",
    ] {
        assert!(french.stdout.contains(words), "{words}\n{french}");
    }
    assert!(french.stderr.contains("history resume"), "{french}");
    let csv = office.list(&["--account=lea.dupont", "--format=csv"]).run();
    let csv = csv.expect_success();
    let lines: Vec<&str> = csv.stdout.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "run;started_at;user;command;changes;state;reason;outcome;code"
    );
    assert!(lines[2].ends_with(";b;refused;drift"), "{csv}");
    assert!(lines[1].ends_with(";d;pending;"), "{csv}");
}

#[test]
fn a_namesake_is_never_guessed() {
    let office = Office::new();
    let done = Some(OutcomeKind::Done);
    for (number, (login, name)) in [
        ("lea.dupont", "Léa Dupont"),
        ("lea.dupont2", "Lea DUPONT"),
        // Somebody whose login is another one's name.
        ("hugo", "Zoé Lefèvre"),
        ("h.m", "Hugo"),
    ]
    .into_iter()
    .enumerate()
    {
        office.make(&MadeUp {
            at: &format!("2026-11-22T10:00:0{number}Z"),
            reason: login,
            accounts: &[(login, name, done)],
            ..MadeUp::default()
        });
    }
    let output = office
        .list(&["--account", "léa dupont"])
        .run()
        .expect_status(5);
    assert_eq!(output.stdout, "");
    for words in [
        "several people called “léa dupont”",
        "Léa Dupont · lea.dupont · n-lea.dupont",
        "Lea DUPONT · lea.dupont2 · n-lea.dupont2",
    ] {
        assert!(output.stderr.contains(words), "{words}\n{output}");
    }
    assert!(!output.stderr.contains("dc=ent"), "{output}");
    let json = office
        .list(&["--account=lea dupont", "--format=json"])
        .run()
        .expect_status(5);
    let error = json.json_errors().remove(0);
    assert_eq!(error["code"], "ambiguous");
    assert_eq!(
        error["details"]["candidates"].as_array().map(Vec::len),
        Some(2)
    );
    // What narrows the list does not choose the person.
    let narrowed = office.list(&["--account=lea dupont", "--until=22/11/2026 11:00"]);
    let _ = narrowed.run().expect_status(5);
    // The surer sign counts: a login before a name.
    assert_eq!(office.reasons(&["--account", "hugo"]), "hugo");
    assert_eq!(office.reasons(&["--account", "lea.dupont2"]), "lea.dupont2");
    // A part of a name is nobody's.
    let nobody = office.list(&["--account", "dupont"]).french();
    let nobody = nobody.run().expect_status(5);
    assert!(
        nobody
            .stderr
            .contains("ne connaît personne du nom de « dupont »"),
        "{nobody}"
    );
}

#[test]
fn an_account_is_followed_through_its_names() {
    let office = Office::new();
    let outcomes = [Some(OutcomeKind::Done)];
    let before = account("lea.dupont", "Léa Dupont");
    let after = AccountRef {
        login: Some("lea.martin".into()),
        name: "Léa Martin".into(),
        ..before.clone()
    };
    for (at, reason, account) in [
        ("2026-11-22T10:00:00Z", "a", before),
        ("2026-11-22T10:00:01Z", "b", after),
    ] {
        let run = MadeUp {
            at,
            reason,
            ..MadeUp::default()
        };
        office.make_of(&run, vec![account], &outcomes);
    }
    for typed in ["lea.dupont", "lea.martin", "lea dupont", "martin lea"] {
        assert_eq!(office.reasons(&["--account", typed]), "ba", "{typed}");
    }
}

#[test]
fn where_nothing_matches_it_is_said_with_the_time_understood() {
    let office = Office::new();
    office.make(&MadeUp::default());
    let output = office.list(&["--since=30m", "--until=1/1/2026"]).at(NOW);
    let output = output.run().expect_status(5);
    assert_eq!(
        output.stderr,
        "Error: No run matches.\n  begun at 2024-05-22 17:12 or later\n  begun before 2026-01-02 00:00\n"
    );
    let french = office.list(&["--since=23/11/2026"]).at(NOW).french();
    let french = french.run().expect_status(5);
    assert_eq!(
        french.stderr,
        "Erreur : Aucune opération ne correspond.\n  commencée le 23/11/2026 00:00 ou après\n"
    );
}

#[test]
fn a_run_that_cannot_be_read_is_named_whatever_is_asked() {
    let office = Office::new();
    let accounts = [("lea", "Léa Dupont", Some(OutcomeKind::Done))];
    let run = MadeUp {
        accounts: &accounts,
        ..MadeUp::default()
    };
    let whole = office.make(&run);
    let cut = office.make(&run);
    let intent = office.home.file(format!("history/runs/{cut}/intent.jsonl"));
    let text = std::fs::read_to_string(&intent).expect("intent");
    std::fs::write(&intent, text.lines().next().expect("a head")).expect("intent");
    let output = office.list(&["--account", "lea"]).run().expect_success();
    assert!(output.stdout.contains(&whole), "{output}");
    assert!(!output.stdout.contains(&cut), "{output}");
    assert_eq!(output.stderr.matches(&cut).count(), 1, "{output}");
}

#[test]
fn a_run_that_another_process_is_just_beginning_is_no_damage() {
    let office = Office::new();
    office.make(&MadeUp::default());
    // As it stands between two steps of `begin`: a folder and its lock, no manifest yet.
    let born = office.home.file("history/runs/20261122-100000-zzzz");
    std::fs::create_dir(&born).expect("a folder");
    for step in 0..2 {
        if step == 1 {
            std::fs::write(born.join("lock"), "").expect("a lock");
        }
        let output = office.list(&[]).run().expect_success();
        assert_eq!(output.stderr, "", "{output}");
    }
}

#[test]
fn thousands_of_runs_are_listed_at_once() {
    let many = std::env::var_os("ENTCTL_PROVE").is_some();
    let runs = if many { 10_000 } else { 500 };
    let office = Office::new();
    let start: jiff::Timestamp = "2020-01-01T00:00:00Z".parse().expect("a time");
    let done = Some(OutcomeKind::Done);
    for number in 0..runs {
        let at = start + jiff::SignedDuration::from_mins(number * 60);
        let (login, name) = (format!("l{number}"), format!("Élève N{number}"));
        office.make(&MadeUp {
            at: &at.to_string(),
            reason: "x",
            accounts: &[(&login, &name, done), ("lea.dupont", "Lea Dupont", done)],
            ..MadeUp::default()
        });
    }
    let seek = format!("n{} élève", runs / 2);
    for (filters, expected) in [
        (&[][..], runs as usize),
        (&["--outcome", "done"], runs as usize),
        (&["--account", "lea.dupont"], runs as usize),
        (&["--account", &seek], 1),
        (&["--account", &seek, "--until", "2020-01-01"], 0),
    ] {
        for format in ["table", "json", "csv"] {
            let begun = Instant::now();
            let list = office.list(filters).args(["--format", format]);
            let output = list.timeout(Duration::from_secs(120)).run();
            let took = begun.elapsed();
            let found = output.stdout.matches("account lock").count();
            assert_eq!(found, expected, "{filters:?} {format}");
            // Far above what it takes, far below what reading every run whole would.
            let limit = Duration::from_millis(2_000 + runs as u64);
            assert!(took < limit, "{filters:?} {format}: {took:?}");
        }
    }
}

#[test]
fn two_processes_write_at_once_and_nothing_is_lost() {
    const ROUNDS: usize = 6;
    let school = School::small();
    let mut pupils = school.pupils("");
    pupils.retain(|pupil| pupil.locked.is_none());
    let pupils: Vec<_> = pupils.chunks(2).take(ROUNDS).collect();
    for pair in &pupils {
        // A moving target to be listed: both begin, work and end while this reads.
        let writers: Vec<_> = pair
            .iter()
            .map(|pupil| {
                school
                    .entctl(["account", "lock", &pupil.login, "--yes", "--reason"])
                    .arg(&pupil.login)
                    .spawn()
            })
            .collect();
        let list = school.entctl(["history", "list"]).run().expect_success();
        assert!(!list.stderr.contains("cannot be read"), "{list}");
        for writer in writers {
            let _ = writer.wait().expect_success();
        }
    }
    let listed = school.entctl(["history", "list", "--outcome", "done", "--format", "json"]);
    let listed = listed.run().expect_success();
    let listed = listed.json()["runs"].as_array().expect("runs").clone();
    let logins: BTreeSet<&str> = pupils
        .iter()
        .flat_map(|p| p.iter())
        .map(|p| p.login.as_str())
        .collect();
    let reasons: BTreeSet<&str> = listed
        .iter()
        .filter_map(|run| run["reason"].as_str())
        .collect();
    assert_eq!(reasons, logins);
    assert_eq!(listed.len(), 2 * ROUNDS);
    for pupil in pupils.iter().flat_map(|pair| pair.iter()) {
        // The directory itself, not only the history, says that it was written.
        let now = school.pupil(&pupil.login);
        assert_eq!(
            now.locked.as_deref(),
            Some("000001010000Z"),
            "{}",
            pupil.login
        );
        let of_one = school.entctl(["history", "list", "--format", "json", "--account"]);
        let of_one = of_one.arg(&pupil.login).run().expect_success();
        let runs = of_one.json()["runs"].as_array().expect("runs").clone();
        assert_eq!(runs.len(), 1, "{}", pupil.login);
        assert_eq!(runs[0]["accounts"][0]["account"]["dn"], pupil.dn.as_str());
        assert_eq!(runs[0]["accounts"][0]["outcome"], "done");
    }
}
