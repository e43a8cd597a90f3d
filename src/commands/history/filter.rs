//! Which runs `history list` is asked for: since when, by whom, how they ended.

use crate::domain::job::JobName;
use crate::domain::mention::Mention;
use crate::domain::when::When;
use crate::error::{CommandError, Result};
use crate::history::{Mentioned, OutcomeKind, RunState, RunSummary};
use crate::i18n::{Language, Text};
use crate::output::words;
use jiff::{Timestamp, Zoned};

/// What narrows the list; all of it must hold.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FilterArgs {
    /// Only runs that were to change this account, by a login, number or full name it had; tells what
    /// became of it
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,

    /// Only runs begun since then: a date, a moment (22/11/2026 17:12) or an age (26h, 3d, 2w, 3m: hours,
    /// days, weeks, months)
    #[arg(long, value_name = "MOMENT")]
    pub since: Option<String>,

    /// Only runs begun until then; a date counts whole
    #[arg(long, value_name = "MOMENT")]
    pub until: Option<String>,

    /// Only runs of this user of the machine, behind sudo or not
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,

    /// Only runs of this job
    #[arg(long, value_name = "NAME")]
    pub job: Option<JobName>,

    /// Only runs that ended so: done is all of it, unfinished was interrupted, the others are any part;
    /// with --account, how it ended for that account
    #[arg(long, value_name = "OUTCOME", value_enum)]
    pub outcome: Option<OutcomeChoice>,
}

/// `--outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutcomeChoice {
    /// Ended, and every account is as was meant.
    Done,
    /// Somebody was refused.
    Refused,
    /// The server refused somebody.
    Failed,
    /// For somebody nobody knows.
    Unknown,
    /// Interrupted, and not resumed yet.
    Unfinished,
}

/// The filters, understood.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Whose account.
    pub account: Option<Mention>,
    since: Option<Timestamp>,
    before: Option<Timestamp>,
    by: Option<String>,
    job: Option<JobName>,
    outcome: Option<OutcomeChoice>,
}

impl FilterArgs {
    /// Whether anything was asked for.
    pub fn is_empty(&self) -> bool {
        self.account.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && self.by.is_none()
            && self.job.is_none()
            && self.outcome.is_none()
    }

    /// Understands what was typed.
    ///
    /// # Errors
    /// What is no time, and a stretch that ends before it begins (2).
    pub fn read(&self, now: &Zoned) -> Result<Filter> {
        let since = self.since.as_deref();
        let since = since
            .map(|text| time("--since", text, |when| when.begins(now)))
            .transpose()?;
        let until = self.until.as_deref();
        let before = until
            .map(|text| time("--until", text, |when| when.ended(now)))
            .transpose()?;
        if let (Some(since), Some(before)) = (since, before)
            && since >= before
        {
            return Err(CommandError::usage(
                "since-after-until",
                Text::new("history-since-after-until"),
            ));
        }
        Ok(Filter {
            account: self.account.as_deref().map(Mention::typed),
            since,
            before,
            by: self.by.clone(),
            job: self.job.clone(),
            outcome: self.outcome,
        })
    }
}

fn time(option: &str, text: &str, moment: impl Fn(When) -> Option<Timestamp>) -> Result<Timestamp> {
    text.parse().ok().and_then(moment).ok_or_else(|| {
        CommandError::usage(
            "not-a-time",
            Text::new("history-not-a-time")
                .with("option", option)
                .with("text", text),
        )
        .hint(Text::new("history-not-a-time-hint"))
    })
}

impl Filter {
    /// Whether a run is asked for. `mentioned` is what became of the account asked for.
    pub fn keeps(&self, run: &RunSummary, mentioned: &[Mentioned]) -> bool {
        let manifest = &run.manifest;
        let by = |user: &str| {
            manifest.user == user || manifest.sudo_user.as_deref().is_some_and(|u| u == user)
        };
        self.since.is_none_or(|since| manifest.started_at >= since)
            && self.before.is_none_or(|end| manifest.started_at < end)
            && self.by.as_deref().is_none_or(by)
            && (self.job.is_none() || self.job == manifest.job)
            && (self.account.is_none() || !mentioned.is_empty())
            && self
                .outcome
                .is_none_or(|outcome| self.ended(outcome, run, mentioned))
    }

    fn ended(&self, asked: OutcomeChoice, run: &RunSummary, mentioned: &[Mentioned]) -> bool {
        let kind = match asked {
            OutcomeChoice::Unfinished => {
                return matches!(run.state, RunState::Unfinished | RunState::Prepared);
            }
            OutcomeChoice::Done => OutcomeKind::Done,
            OutcomeChoice::Refused => OutcomeKind::Refused,
            OutcomeChoice::Failed => OutcomeKind::Failed,
            OutcomeChoice::Unknown => OutcomeKind::Unknown,
        };
        if self.account.is_some() {
            return mentioned
                .iter()
                .filter_map(|m| m.outcome.as_ref())
                .any(|outcome| as_meant(outcome.outcome) == kind);
        }
        let count = |kind| run.counts.get(&kind).copied().unwrap_or(0);
        if kind == OutcomeKind::Done {
            // What a script asks: did it go through? Part of it is not all of it.
            return run.state == RunState::Finished
                && run.manifest.left_out == 0
                && count(OutcomeKind::Done) + count(OutcomeKind::Unchanged) == run.changes;
        }
        count(kind) > 0
    }

    /// The error where nothing matches: said with the stretch that was understood.
    pub fn nothing(&self, language: Language) -> CommandError {
        let mut error = CommandError::new(
            crate::error::ExitStatus::NotFound,
            "no-run-matches",
            Text::new("history-no-run-matches"),
        );
        if let Some(since) = self.since {
            let at = words::moment(since, language);
            error = error.show(Text::new("history-since").with("at", at));
        }
        if let Some(before) = self.before {
            let at = words::moment(before, language);
            error = error.show(Text::new("history-before").with("at", at));
        }
        if let Some(job) = &self.job {
            error = error.show(Text::new("history-of-job").with("job", job.as_str()));
        }
        if let Some(user) = &self.by {
            error = error.show(Text::new("history-of-user").with("user", user));
        }
        error
    }
}

/// An account that was already as asked is as good as done.
fn as_meant(kind: OutcomeKind) -> OutcomeKind {
    match kind {
        OutcomeKind::Unchanged => OutcomeKind::Done,
        other => other,
    }
}
