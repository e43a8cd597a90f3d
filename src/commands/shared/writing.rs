//! The story that every writing verb shares: guards before anything is read, the job, whose accounts, what
//! is left out, the limit, the saved plan, the simulation, a yes, the door, the report, the exit status. A
//! verb brings its plan and its words.

use super::guard::{check_limit, refuse_if_any, require_yes_for_machines, unfinished_runs};
use super::notices::{Notices, Notified};
use super::pick::{self, Given};
use super::rejects::{self, Reject};
use super::report::{Reporter, SummaryExtra};
use super::rows::{Rows, read_list};
use crate::app::{App, Office, Purpose};
use crate::cli::{NoticeArgs, RunArgs, TargetArgs};
use crate::domain::account::Role;
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::limits::Allowance;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{Door, NewPasswords, RunReport, Sending};
use crate::explain;
use crate::history::{JobLock, Manifest};
use crate::i18n::Text;
use crate::output::{Format, ProgressBar};
use crate::people::Selector;
use crate::plan_file;
use crate::spreadsheet::Table;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    fn say(self, what: &str) -> Text {
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
    lines: BTreeMap<Dn, u64>,
    /// Rows that name nobody.
    left_out: Vec<Refusal>,
    /// Left out when the plan was saved: told again, and no hindrance.
    known: Vec<Refusal>,
    rejects_to: Option<PathBuf>,
    /// Whether those left out were named already.
    named: Cell<bool>,
    /// Whether nothing is said where nothing is to be done, as cron wants it.
    pub silent: bool,
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
        Ok(Writing {
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
            left_out: Vec::new(),
            known: Vec::new(),
            rejects_to: args.rejects.clone(),
            named: Cell::new(false),
            silent: false,
            notices: Notices::default(),
            _job: job,
        })
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

    /// Whose accounts are meant: typed, selected, or in a file. With `--keep-going` the rows that name nobody
    /// are left out.
    ///
    /// # Errors
    /// As [`pick::chosen`]; a faulty file (2); rows that name nobody (5, 6).
    pub async fn targets(&mut self, args: &TargetArgs, roles: &[Role]) -> Result<Vec<Given>> {
        let Some(file) = &args.from else {
            return pick::chosen(self.app, &self.office, args, roles, self.args.yes).await;
        };
        let list = read_list(self.app, file, self.args.keep_going)?;
        self.rejects_beside(file)?;
        let rows = list.find(&self.office).await?;
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
        let given = if self.args.keep_going {
            let (given, left_out) = rows.some();
            self.left_out = left_out;
            given
        } else {
            rows.all()?
        };
        self.lines = given
            .iter()
            .filter_map(|g| Some((g.account.dn.clone(), g.line?)))
            .collect();
        Ok(given)
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
        let allowance = Allowance::of(
            self.verb.words,
            self.args.max_changes,
            self.office.profile.limits.max_changes,
        );
        check_limit(&self.office, allowance, plan.changes.len(), among).await
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
        let count = plan.changes.len();
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

    /// Nothing to write. A job has run all the same, and one may ask whether it did.
    fn nothing(&mut self, plan: &Plan) -> Result<ExitStatus> {
        let writes = !self.args.dry_run && self.save_to.is_none();
        let mut extra = SummaryExtra::default();
        if writes {
            extra.rejects = self.write_rejects(&rejects::of_plan(plan))?;
            if self.purpose.job.is_some() {
                self.note_empty_run(plan)?;
            }
        }
        if self.app.printer.format() == Format::Json {
            self.reporter.planned(plan, &extra);
        } else {
            self.name_left_out(plan);
            if (plan.refusals.is_empty() || !plan.unchanged.is_empty()) && !self.silent {
                self.app.printer.note(&self.verb.say("nothing"));
            }
        }
        Ok(match left_out_status(plan) {
            Some(_) if !plan.unchanged.is_empty() => ExitStatus::Partial,
            Some(status) => status,
            None => ExitStatus::Done,
        })
    }

    fn note_empty_run(&self, plan: &Plan) -> Result<()> {
        // A plan of which nothing could be carried out is not carried out: it may be another day.
        let purpose = Purpose {
            plan: None,
            ..self.purpose.clone()
        };
        let manifest = self.manifest(plan, purpose);
        let history = self.app.history(&self.office.profile);
        let mut record = history.begin(manifest).map_err(explain::history)?;
        record
            .intend(&[])
            .and_then(|()| record.finish(self.app.now()))
            .map_err(explain::history)
    }

    fn manifest(&self, plan: &Plan, purpose: Purpose) -> Manifest {
        Manifest {
            left_out: plan.refusals.len() as u64,
            ..self.app.manifest(&self.office, purpose)
        }
    }

    /// What every report of this run says.
    fn extra(&self) -> SummaryExtra<'static> {
        SummaryExtra {
            valid_until: self.purpose.valid_until,
            ..SummaryExtra::default()
        }
    }

    async fn save(&self, file: &Path, plan: &Plan) -> Result<ExitStatus> {
        let about = self
            .app
            .about_plan(&self.office, &self.purpose, plan)
            .await?;
        let (content, _) = plan_file::write(&about, plan).map_err(|error| {
            CommandError::new(
                ExitStatus::Failed,
                "plan-unwritable",
                Text::new("plan-unwritable"),
            )
            .technical(error.to_string())
        })?;
        let path = self.app.write_private_file(file, &content)?;
        let extra = SummaryExtra {
            rejects: self.write_rejects(&rejects::of_plan(plan))?,
            plan: Some(path),
            ..self.extra()
        };
        if self.app.printer.format() == Format::Json {
            self.reporter.planned(plan, &extra);
        } else {
            self.name_left_out(plan);
            self.app.printer.note(
                &Text::new("plan-saved")
                    .with("count", plan.changes.len())
                    .with("file", file.display().to_string()),
            );
        }
        Ok(self.pending(plan))
    }

    /// The status of what would be done.
    fn pending(&self, plan: &Plan) -> ExitStatus {
        if !plan.refusals.is_empty() {
            ExitStatus::Partial
        } else if self.args.detailed_exitcode {
            ExitStatus::Pending
        } else {
            ExitStatus::Done
        }
    }

    /// What every write begins with: from here on Ctrl-C lets the writes under way end.
    fn at_the_door(&self, plan: &Plan) -> (Manifest, Door, ProgressBar) {
        let manifest = self.manifest(plan, self.purpose.clone());
        self.app.watch_interrupt();
        let bar = self.app.printer.progress(&self.verb.say("progress"));
        (manifest, self.app.door(&self.office), bar)
    }

    /// Through the door, with a progress bar.
    ///
    /// # Errors
    /// Only where nothing was written.
    pub async fn write(&self, plan: &Plan, passwords: NewPasswords) -> Result<RunReport> {
        let (manifest, door, mut bar) = self.at_the_door(plan);
        let report = door
            .carry_out(manifest, plan, passwords, &mut |done, total| {
                bar.at(done, total);
            })
            .await;
        bar.close();
        report
    }

    /// Through the door with passwords that go by mail.
    ///
    /// # Errors
    /// Only where nothing was written.
    pub async fn send(&self, plan: &Plan, sending: &Sending<'_>) -> Result<RunReport> {
        let (manifest, door, mut bar) = self.at_the_door(plan);
        let report = door
            .send_by_mail(manifest, plan, sending, &mut |done, total| {
                bar.at(done, total);
            })
            .await;
        bar.close();
        report
    }

    /// Says what was done, and writes the rejects. `extra`: what the verb adds. Rejects that cannot be
    /// written are told and change no exit status: the run itself is done, and that of accounts left out
    /// stays.
    pub fn report(&self, plan: &Plan, report: &RunReport, mut extra: SummaryExtra<'_>) {
        let mut left_out = rejects::of_plan(plan);
        left_out.extend(rejects::of_run(plan, report));
        let written = self.write_rejects(&left_out);
        if self.app.printer.format() != Format::Json {
            self.name_left_out(plan);
        }
        extra.rejects = written.unwrap_or_else(|error| {
            self.app.printer.error(&rejects::not_written(error));
            None
        });
        extra.valid_until = self.purpose.valid_until;
        self.reporter.done(plan, report, &extra);
    }

    /// A verb without passwords, from the door to its end.
    ///
    /// # Errors
    /// As [`Writing::write`].
    pub async fn carry_out(&self, plan: &Plan) -> Result<ExitStatus> {
        let report = self.write(plan, NewPasswords::default()).await?;
        let extra = SummaryExtra {
            notices: self.notices_for_machines(&report).await,
            ..SummaryExtra::default()
        };
        self.report(plan, &report, extra);
        let written = report.written().len();
        if written > 0 && self.app.printer.format() != Format::Json {
            self.app.printer.note(
                &self
                    .verb
                    .say("done")
                    .with("count", written)
                    .with("run", report.run.as_str()),
            );
        }
        self.notices_for_people(&report).await;
        Ok(self.status(plan, &report))
    }

    /// Sends the notices where the summary is to tell of them: before it.
    pub async fn notices_for_machines(&self, report: &RunReport) -> Option<Notified> {
        match self.app.printer.format() {
            Format::Json => self.notices.send(self.app, report).await,
            _ => None,
        }
    }

    /// Sends the notices where a person has read already what was written: nobody waits for a mail server.
    pub async fn notices_for_people(&self, report: &RunReport) {
        if self.app.printer.format() != Format::Json {
            self.notices.send(self.app, report).await;
        }
    }

    /// The exit status of the whole: partly done where somebody was left out.
    pub fn status(&self, plan: &Plan, report: &RunReport) -> ExitStatus {
        let status = report.status();
        match left_out_status(plan) {
            Some(_) if status == ExitStatus::Done => ExitStatus::Partial,
            _ => status,
        }
    }

    /// Names those left out, once: before the question, or with the report.
    fn name_left_out(&self, plan: &Plan) {
        if self.named.replace(true) {
            return;
        }
        for reject in rejects::of_plan(plan) {
            let text = match reject.line {
                Some(line) => Text::new("reject-line")
                    .with("line", line)
                    .with("reason", reject.reason),
                None => reject.reason,
            };
            self.app.printer.warn(&text);
        }
    }

    fn write_rejects(&self, left_out: &[Reject]) -> Result<Option<PathBuf>> {
        let (Some(path), false) = (&self.rejects_to, left_out.is_empty()) else {
            return Ok(None);
        };
        let lined: Vec<Reject> = left_out
            .iter()
            .map(|reject| reject.on_line(&self.lines))
            .collect();
        let content = rejects::render(self.app, &lined, self.source.as_ref());
        let path = self.app.write_private_file(path, &content)?;
        self.app.printer.note(
            &Text::new("rejects-written")
                .with("count", left_out.len())
                .with("file", path.display().to_string()),
        );
        Ok(Some(path))
    }
}

/// The status of a plan of which nothing but refusals is left: refused comes before not found.
fn left_out_status(plan: &Plan) -> Option<ExitStatus> {
    plan.refusals
        .iter()
        .map(|refusal| {
            let is = |codes: &[&str]| codes.contains(&refusal.code.as_str());
            if is(&["repeated", "empty-cell"]) {
                ExitStatus::Usage
            } else if is(&["not-found", "ambiguous"]) {
                ExitStatus::NotFound
            } else {
                ExitStatus::Refused
            }
        })
        .max()
}
