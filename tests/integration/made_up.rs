//! A history of runs made up through the history's own port, and `history list` on it.

use crate::support::entctl::{Entctl, Home};
use entctl::domain::account::AccountRef;
use entctl::domain::change::{Change, Modification, NewValue, Operation};
use entctl::domain::dn::Dn;
use entctl::history::files::FileHistory;
use entctl::history::{
    Delivery, FORMAT_VERSION, History, Manifest, Outcome, OutcomeKind, RunId, RunRecord,
};
use std::path::PathBuf;

/// The machine of the tests of time: Sunday 22 November 2026, 17:12:34 in Paris.
pub const NOW: &str = "@2026-11-22 17:12:34";

/// A machine whose profile has a history; there is no directory anywhere.
pub struct Office {
    pub home: Home,
    config: PathBuf,
    history: FileHistory,
}

/// A run to be made up.
pub struct MadeUp<'a> {
    pub at: &'a str,
    pub user: &'a str,
    pub sudo_user: Option<&'a str>,
    pub reason: &'a str,
    /// Login and name, and how it ended.
    pub accounts: &'a [(&'a str, &'a str, Option<OutcomeKind>)],
    pub ends: bool,
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

pub fn account(login: &str, name: &str) -> AccountRef {
    AccountRef {
        dn: Dn::parse(&format!("uid=n-{login},ou=personnes,dc=ent")).expect("dn"),
        uid: Some(format!("n-{login}")),
        login: Some(login.to_owned()),
        name: name.to_owned(),
    }
}

impl Office {
    pub fn new() -> Self {
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

    pub fn begin(&self, run: &MadeUp) -> Box<dyn RunRecord> {
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
            valid_until: None,
        };
        self.history.begin(manifest).expect("begin")
    }

    /// Makes a run, and returns its name.
    pub fn make(&self, run: &MadeUp) -> String {
        let refs: Vec<AccountRef> = run.accounts.iter().map(|a| account(a.0, a.1)).collect();
        let outcomes: Vec<Option<OutcomeKind>> = run.accounts.iter().map(|a| a.2).collect();
        self.make_of(run, refs, &outcomes)
    }

    pub fn make_of(
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
                operation: Operation::Modify,
                besides: Vec::new(),
                with: Vec::new(),
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

    pub fn list(&self, filters: &[&str]) -> Entctl {
        self.home
            .entctl(["history", "list", "--config"])
            .arg(&self.config)
            .args(filters)
    }

    /// The reasons of the runs listed, newest first: the tests name their runs by them. Empty where exit 5
    /// says that there is none.
    #[track_caller]
    pub fn reasons(&self, filters: &[&str]) -> String {
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
