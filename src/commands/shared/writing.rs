//! The story that every writing verb shares: guards before anything is read, the job, whose accounts, what
//! is left out, the limit, the saved plan, the simulation, a yes, the door, the report, the exit status. A
//! verb brings its plan and its words.

use super::guard::{check_limit, refuse_if_any, require_yes_for_machines, unfinished_runs};
use super::notices::Notices;
use super::pick::{self, Given};
use super::report::{Reporter, SummaryExtra, refusal_line};
use super::rows::{Rows, read_list};
use super::served;
use crate::app::{App, Office, Purpose};
use crate::cli::{NoticeArgs, RunArgs, TargetArgs};
use crate::domain::account::Role;
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::limits::Allowance;
use crate::error::{CommandError, ExitStatus, Result};
use crate::history::JobLock;
use crate::i18n::Text;
use crate::output::Format;
use crate::people::{Needs, Selector, Who};
use crate::spreadsheet::{self, Table};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

mod closing;

use closing::status_of;

/// What a verb says of its own at the stations that all share. `key` is the first part of the sentences'
/// keys: `<key>-nothing`, `-confirm`, `-simulated`, `-done`, `-progress`.
#[derive(Debug, Clone, Copy)]
pub struct Verb {
    /// The command's two words.
    pub words: &'static str,
    /// What its sentences begin with.
    pub key: &'static str,
}

impl Verb {
    /// The verb's own sentence for a station.
    pub fn say(self, what: &str) -> Text {
        Text::new(format!("{}-{what}", self.key))
    }
}

/// One writing command under way.
pub struct Writing<'a> {
    /// The directory, opened for reading.
    pub office: Office,
    /// What the run is for; a verb adds what only it knows.
    pub purpose: Purpose,
    app: &'a App,
    args: &'a RunArgs,
    /// Where the plan is to be saved instead of carried out.
    save_to: Option<&'a Path>,
    /// Whether a person has looked at this plan before.
    reviewed: bool,
    verb: Verb,
    reporter: Reporter<'a>,
    /// The file that named the accounts.
    source: Option<Table>,
    /// The lines that each change came from: of a decision on several accounts, those of all its rows.
    lines: BTreeMap<Dn, Vec<u64>>,
    /// Whether what refuses one of these lines refuses all of the same account.
    whole: bool,
    /// Rows of the file that are left as they are, by what was decided there.
    other_rows: BTreeMap<&'static str, u64>,
    /// Rows that name nobody.
    left_out: Vec<Refusal>,
    /// Left out when the plan was saved: told again, and no hindrance.
    known: Vec<Refusal>,
    rejects_to: Option<PathBuf>,
    /// Whether those left out were named already.
    named: Cell<bool>,
    /// Whether nothing is said where nothing is to be done, as cron wants it.
    pub silent: bool,
    /// Whether the last line tells whose account it was, and what became of it (`<key>-done-one`).
    pub says_what: bool,
    /// Mails to those whom the changes concern.
    notices: Notices,
    /// Held to the end.
    _job: Option<Box<dyn JobLock>>,
}

impl<'a> Writing<'a> {
    /// Begins: what can be refused without a look at the directory is refused first.
    ///
    /// # Errors
    /// Usage (2); another run of the job (12); configuration, connection.
    pub async fn open(
        app: &'a App,
        verb: Verb,
        args: &'a RunArgs,
        save_to: Option<&'a Path>,
    ) -> Result<Writing<'a>> {
        require_yes_for_machines(app, args.yes || save_to.is_some(), args.dry_run)?;
        Self::begin(app, verb, args, save_to, false).await
    }

    /// Begins with a plan that was saved, and looked at before.
    ///
    /// # Errors
    /// As [`Writing::open`].
    pub async fn open_reviewed(app: &'a App, verb: Verb, args: &'a RunArgs) -> Result<Writing<'a>> {
        Self::begin(app, verb, args, None, true).await
    }

    async fn begin(
        app: &'a App,
        verb: Verb,
        args: &'a RunArgs,
        save_to: Option<&'a Path>,
        reviewed: bool,
    ) -> Result<Writing<'a>> {
        let reporter = Reporter::new(app, verb.words.replace(' ', "-"));
        for file in [save_to, args.rejects.as_deref()].into_iter().flatten() {
            app.check_new_file(file)?;
        }
        if args.wait.is_some() && args.job.is_none() {
            return Err(CommandError::usage("usage", Text::new("wait-without-job")));
        }
        let writes = !args.dry_run && save_to.is_none();
        let job = match &args.job {
            // A simulation stands in nobody's way.
            Some(job) if writes => {
                let wait = Duration::from_secs(args.wait.unwrap_or(0));
                Some(app.lock_job(&app.profile()?, job, wait).await?)
            }
            _ => None,
        };
        let office = app.open().await?;
        unfinished_runs(app, &office);
        let writing = Writing {
            purpose: Purpose {
                reason: args.reason.clone(),
                job: args.job.clone(),
                ..Purpose::of(verb.words)
            },
            office,
            app,
            args,
            save_to,
            reviewed,
            verb,
            reporter,
            source: None,
            lines: BTreeMap::new(),
            whole: false,
            other_rows: BTreeMap::new(),
            left_out: Vec::new(),
            known: Vec::new(),
            rejects_to: args.rejects.clone(),
            named: Cell::new(false),
            silent: false,
            says_what: false,
            notices: Notices::default(),
            _job: job,
        };
        writing.office.people.foresee(Needs {
            server: true,
            schools: writing.is_shown(),
            protected: writing
                .office
                .profile
                .protected
                .as_ref()
                .map(ToString::to_string),
            ..Needs::default()
        });
        Ok(writing)
    }

    /// New passwords will be made: the server's rules are asked for while the accounts are looked for.
    pub fn will_make_passwords(&self) {
        self.office.people.foresee(Needs {
            policy: Some(self.office.policy_place()),
            ..Needs::default()
        });
    }

    /// Whether the people concerned are told by mail. `one`: one account was named, and nobody has to ask for it.
    ///
    /// # Errors
    /// Asked for where nothing is sent, or the configuration does not say how (2).
    pub fn notify(&mut self, args: NoticeArgs, one: bool) -> Result<()> {
        if args.notify && self.save_to.is_some() {
            return Err(CommandError::usage(
                "usage",
                Text::new("notices-not-in-plan"),
            ));
        }
        self.notices = Notices::asked(self.app, &self.office, args, one)?;
        Ok(())
    }

    /// Whose accounts are meant: typed, selected, or in a file; the very entries, whatever they are joined to. With
    /// `--keep-going` the rows that name nobody are left out.
    ///
    /// # Errors
    /// As [`pick::chosen`]; a faulty file (2); rows that name nobody (5, 6).
    pub async fn targets(&mut self, args: &TargetArgs, roles: &[Role]) -> Result<Vec<Given>> {
        self.whose(args, roles, Who::Entry).await
    }

    /// The same for verbs about people: the accounts that serve those who are meant. That another one was named is
    /// told, and stands in the report.
    ///
    /// # Errors
    /// As [`Writing::targets`].
    pub async fn serving(&mut self, args: &TargetArgs, roles: &[Role]) -> Result<Vec<Given>> {
        let given = self.whose(args, roles, Who::Serving).await?;
        if args.from.is_some() {
            served::tell(self.app, &given);
        }
        Ok(given)
    }

    /// As [`Writing::targets`], where each text that was typed names an account of its own.
    ///
    /// # Errors
    /// As [`Writing::targets`].
    pub async fn each(&mut self, texts: &[String], roles: &[Role]) -> Result<Vec<Given>> {
        let yes = self.args.yes;
        pick::each(self.app, &self.office, texts, roles, yes, Who::Entry).await
    }

    async fn whose(&mut self, args: &TargetArgs, roles: &[Role], who: Who) -> Result<Vec<Given>> {
        let Some(file) = &args.from else {
            let yes = self.args.yes;
            let given = pick::chosen(self.app, &self.office, args, roles, yes, who).await?;
            self.reporter.asked = served::asked_for(&given);
            return Ok(given);
        };
        let list = read_list(self.app, file, self.args.keep_going)?;
        self.rejects_beside(file)?;
        let rows = list.find(&self.office, who).await?;
        self.source = Some(list.table);
        self.named_by(rows)
    }

    /// With `--keep-going` the rejects of a list lie beside it. To be said before the directory is asked: a folder
    /// that cannot be written to is no matter of its answers.
    ///
    /// # Errors
    /// No folder there to write them in.
    pub fn rejects_beside(&mut self, file: &Path) -> Result<()> {
        if self.rejects_to.is_none() && self.args.keep_going && self.app.is_plain_file(file) {
            self.rejects_to = Some(self.beside(file)?);
        }
        Ok(())
    }

    /// Whether those who are refused are left out, and the others done.
    pub fn keeps_going(&self) -> bool {
        self.args.keep_going
    }

    /// The table that named the accounts, where the verb read it itself: what is left out is written as it
    /// stands there. Whoever hands it in has taken out what no file may hold.
    pub fn named_in(&mut self, table: Table) {
        self.source = Some(table);
    }

    /// The accounts that these rows name.
    ///
    /// # Errors
    /// As [`Rows::all`], unless `--keep-going`.
    pub fn named_by(&mut self, rows: Rows) -> Result<Vec<Given>> {
        let given = self.named_among(rows)?;
        self.reports_on(&given);
        Ok(given)
    }

    /// The same where the accounts are kept elsewhere; [`Writing::reports_on`] is to follow.
    ///
    /// # Errors
    /// As [`Writing::named_by`].
    pub fn named_among<A>(&mut self, rows: Rows<A>) -> Result<Vec<Given<A>>> {
        if self.args.keep_going {
            let (given, left_out) = rows.some();
            self.left_out = left_out;
            Ok(given)
        } else {
            rows.all()
                .map_err(|error| error.hint(Text::new("pick-rows-keep-going")))
        }
    }

    /// The accounts of which the report may have something to tell: their lines, and what was asked for in their place.
    pub fn reports_on(&mut self, given: &[Given]) {
        self.lines = given
            .iter()
            .filter_map(|g| Some((g.account.dn.clone(), vec![g.line?])))
            .collect();
        self.reporter.asked = served::asked_for(given);
    }

    /// The rows of a file of decisions that cannot be done, and the lines of those that can, by the account whose
    /// change it becomes. `whole`: what refuses one line of an account refuses all of them.
    ///
    /// # Errors
    /// Some cannot, and the others are not to be done without them: each row is told, with the status of the worst.
    pub fn decided_in(
        &mut self,
        file: &str,
        refused: Vec<Refusal>,
        lines: BTreeMap<Dn, Vec<u64>>,
        whole: bool,
    ) -> Result<()> {
        if !self.args.keep_going
            && let Some(status) = refused.iter().map(|r| status_of(&r.code)).max()
        {
            return Err(rows_refused(file, status, &refused));
        }
        self.left_out = refused;
        self.lines = lines;
        self.whole = whole;
        Ok(())
    }

    /// Rows of the file that this command leaves as they are, counted by what was decided there: told with the plan
    /// and in the summary.
    pub fn leaves_rows(&mut self, counts: BTreeMap<&'static str, u64>) {
        self.other_rows = counts;
    }

    /// A name beside the list that was read, which is still free.
    fn beside(&self, file: &Path) -> Result<PathBuf> {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let mut number = 1;
        loop {
            let name = match number {
                1 => format!("{stem}-rejects.csv"),
                _ => format!("{stem}-rejects-{number}.csv"),
            };
            let path = file.with_file_name(name);
            match self.app.check_new_file(&path) {
                Err(error) if error.code() == "file-exists" => number += 1,
                Err(error) => return Err(error),
                Ok(()) => return Ok(path),
            }
        }
    }

    /// What stands between a plan and everything else: refusals, and the limit on changes.
    ///
    /// # Errors
    /// Exit 6; with `--keep-going` refusals stay in the plan.
    pub async fn guard(&mut self, plan: &mut Plan, roles: &[Role]) -> Result<()> {
        let selector = Selector {
            roles: roles.iter().copied().collect(),
            ..Selector::default()
        };
        self.guard_among(plan, &selector).await
    }

    /// The same where a share is one of the people of a selector.
    ///
    /// # Errors
    /// As [`Writing::guard`].
    pub async fn guard_among(&mut self, plan: &mut Plan, among: &Selector) -> Result<()> {
        let mut left_out = std::mem::take(&mut self.left_out);
        if self.whole {
            self.refuse_families(&mut plan.refusals);
        }
        left_out.append(&mut plan.refusals);
        // In the order of the file; what no file named comes last.
        left_out.sort_by_key(|refusal| refusal.line.unwrap_or(u64::MAX));
        plan.refusals = left_out;
        if !self.args.keep_going {
            let mut refused = plan.refusals.clone();
            refused.retain(|refusal| !refusal.lets_the_rest_pass());
            refuse_if_any(&refused)?;
        }
        plan.refusals.append(&mut self.known);
        let typed = self.args.max_changes;
        let allowance = if self.reviewed {
            // Measured when it was saved, against those who were chosen from then; it has not grown since.
            typed.map(Allowance::typed)
        } else {
            let configured = self.office.profile.limits.max_changes;
            Allowance::of(self.verb.words, typed, configured)
        };
        check_limit(&self.office, allowance, plan.accounts(), among).await
    }

    /// Adds the other rows of each family of which the plan leaves one out.
    fn refuse_families(&self, refusals: &mut Vec<Refusal>) {
        let told: BTreeSet<u64> = refusals.iter().filter_map(|r| r.line).collect();
        let told = |line: &u64| told.contains(line);
        let mut more = Vec::new();
        for lines in self.lines.values() {
            let Some(with) = lines.iter().find(|line| told(line)) else {
                continue;
            };
            more.extend(lines.iter().filter(|line| !told(line)).map(|line| Refusal {
                account: None,
                given: Some(with.to_string()),
                line: Some(*line),
                code: "with-line".to_owned(),
            }));
        }
        refusals.append(&mut more);
    }

    /// Whether some rows of the list name nobody, and are left out.
    pub fn leaves_rows_out(&self) -> bool {
        !self.left_out.is_empty()
    }

    /// Those whom a saved plan left out when it was made.
    pub fn left_out_before(&mut self, refusals: Vec<Refusal>) {
        self.known = refusals;
    }

    /// Whether a yes is needed. Of a plan that was saved only a person at the terminal is asked: a script has
    /// looked at it before.
    fn asks(&self) -> bool {
        let printer = &self.app.printer;
        let somebody_is_there = printer.can_ask() && printer.format() == Format::Table;
        let writes = !self.args.dry_run && self.save_to.is_none();
        writes && !self.args.yes && (!self.reviewed || somebody_is_there)
    }

    /// Whether a person is to see the plan: before a question, or in a simulation.
    pub fn is_shown(&self) -> bool {
        self.app.printer.format() != Format::Json && (self.args.dry_run || self.asks())
    }

    /// The stations at which a command ends before it writes: nothing to do, the plan saved, a simulation, a
    /// no. `None`: go on. `question` where the verb's own is not enough.
    ///
    /// # Errors
    /// The plan cannot be saved; the history of a job cannot be written; interrupted.
    pub async fn ends_here(
        &mut self,
        plan: &Plan,
        question: Option<Text>,
    ) -> Result<Option<ExitStatus>> {
        let printer = &self.app.printer;
        let count = plan.accounts();
        if count == 0 {
            return self.nothing(plan).map(Some);
        }
        if let Some(file) = self.save_to {
            return self.save(file, plan).await.map(Some);
        }
        let adults = self.purpose.first;
        self.notices.prepare(&self.office, plan, adults).await?;
        if self.args.dry_run {
            let extra = SummaryExtra {
                notices: self.notices.planned(),
                ..self.extra()
            };
            self.reporter.planned(plan, &extra);
            if printer.format() != Format::Json {
                self.name_left_out(plan);
                self.notices.announce(self.app);
                printer.note(&self.verb.say("simulated").with("count", count));
            }
            return Ok(Some(self.pending(plan)));
        }
        if self.asks() {
            self.name_left_out(plan);
            self.notices.announce(self.app);
            let usual = || self.verb.say("confirm").with("count", count);
            if !printer.confirm(&question.unwrap_or_else(usual))? {
                printer.note(&Text::new("nothing-done"));
                return Ok(Some(ExitStatus::Done));
            }
        }
        self.notices.open(self.app, &self.office).await?;
        Ok(None)
    }
}

/// The rows of a file that stand in the way of the others.
fn rows_refused(file: &str, status: ExitStatus, refused: &[Refusal]) -> CommandError {
    let message = Text::new("pick-rows")
        .with("file", file)
        .with("count", refused.len());
    let rows: Vec<_> = refused
        .iter()
        .map(|row| serde_json::json!({ "line": row.line, "code": row.code }))
        .collect();
    let told = refused.iter().map(refusal_line);
    spreadsheet::with_rows(CommandError::new(status, "file-rows", message), told)
        .details(serde_json::json!({ "file": file, "rows": rows }))
        .hint(Text::new("pick-rows-hint"))
        .hint(Text::new("pick-rows-keep-going"))
}
