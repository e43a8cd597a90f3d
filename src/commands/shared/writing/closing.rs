//! What a writing verb ends in: nothing to do, a saved plan, or the door; then the report, those left out, the exit
//! status.

use super::Writing;
use crate::app::Purpose;
use crate::commands::password::reset;
use crate::commands::shared::changes;
use crate::commands::shared::decisions::other_rows;
use crate::commands::shared::notices::Notified;
use crate::commands::shared::rejects::{self, Reject};
use crate::commands::shared::report::{SummaryExtra, note_unchanged};
use crate::domain::change::Plan;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{Door, NewPasswords, RunReport, Sending};
use crate::explain;
use crate::history::Manifest;
use crate::i18n::Text;
use crate::output::{Format, ProgressBar};
use crate::plan_file;
use std::path::{Path, PathBuf};

impl Writing<'_> {
    /// Nothing to write. A job has run all the same, and one may ask whether it did.
    pub(super) fn nothing(&mut self, plan: &Plan) -> Result<ExitStatus> {
        let writes = !self.args.dry_run && self.save_to.is_none();
        let mut extra = self.extra();
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
    pub(super) fn extra(&self) -> SummaryExtra<'static> {
        SummaryExtra {
            valid_until: self.purpose.valid_until,
            rows_left: self.other_rows.clone(),
            ..SummaryExtra::default()
        }
    }

    pub(super) async fn save(&self, file: &Path, plan: &Plan) -> Result<ExitStatus> {
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
                    .with("count", plan.accounts())
                    .with("file", file.display().to_string())
                    .with("path", as_typed(file))
                    .with("profile", &self.office.profile.name),
            );
            note_unchanged(self.app, plan);
            if self.verb.words == reset::VERB.words {
                self.app.printer.note(&Text::new("plan-saved-passwords"));
            }
        }
        Ok(self.pending(plan))
    }

    /// The status of what would be done.
    pub(super) fn pending(&self, plan: &Plan) -> ExitStatus {
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
        if let Ok(report) = &report {
            report
                .technical()
                .iter()
                .for_each(|line| self.app.printer.trace(line));
            report
                .notes()
                .iter()
                .for_each(|note| self.app.printer.note(note));
        }
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
        extra.rows_left = self.other_rows.clone();
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
        let (status, _) = self.carry_out_and_tell(plan).await?;
        Ok(status)
    }

    /// The same, with how each change ended.
    ///
    /// # Errors
    /// As [`Writing::write`].
    pub async fn carry_out_and_tell(&self, plan: &Plan) -> Result<(ExitStatus, RunReport)> {
        let report = self.write(plan, NewPasswords::default()).await?;
        let extra = SummaryExtra {
            notices: self.notices_for_machines(&report).await,
            ..SummaryExtra::default()
        };
        self.report(plan, &report, extra);
        let written = report.decisions_written();
        if written > 0 && self.app.printer.format() != Format::Json {
            let said = match plan.changes.first() {
                Some(first) if self.says_what => {
                    let what: Vec<String> = plan
                        .decisions()
                        .into_iter()
                        .flat_map(|decision| {
                            changes::of_decision(&plan.changes[decision], &self.app.printer)
                        })
                        .collect();
                    self.verb
                        .say("done-one")
                        .with("name", &first.account.name)
                        .with("what", what.join(" ; "))
                }
                _ => self.verb.say("done").with("count", written),
            };
            self.app
                .printer
                .note(&said.with("run", report.run.as_str()));
        }
        self.notices_for_people(&report).await;
        Ok((self.status(plan, &report), report))
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
    pub(super) fn name_left_out(&self, plan: &Plan) {
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
        for text in other_rows(&self.other_rows) {
            self.app.printer.note(&text);
        }
    }

    fn write_rejects(&self, left_out: &[Reject]) -> Result<Option<PathBuf>> {
        let (Some(path), false) = (&self.rejects_to, left_out.is_empty()) else {
            return Ok(None);
        };
        let lined: Vec<Reject> = left_out
            .iter()
            .flat_map(|reject| reject.on_lines(&self.lines))
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

/// A file's name as one types it in a command: quoted where the shell needs it.
fn as_typed(file: &Path) -> String {
    let name = file.display().to_string();
    shlex::try_quote(&name).map_or_else(|_| name.clone(), Into::into)
}

/// The status of a plan of which nothing but refusals is left: refused comes before not found.
fn left_out_status(plan: &Plan) -> Option<ExitStatus> {
    plan.refusals
        .iter()
        .map(|refusal| status_of(&refusal.code))
        .max()
}

/// The status of one that is left out: what stands wrong in a file is wrong usage.
pub(super) fn status_of(code: &str) -> ExitStatus {
    const IN_THE_FILE: [&str; 8] = [
        "repeated",
        "repeated-row",
        "empty-cell",
        "unknown-word",
        "contradictory",
        "absorbed-twice",
        "chain",
        "with-line",
    ];
    if IN_THE_FILE.contains(&code) {
        ExitStatus::Usage
    } else if ["not-found", "ambiguous"].contains(&code) {
        ExitStatus::NotFound
    } else {
        ExitStatus::Refused
    }
}
