//! What a writing command says at its end: a line an account for machines, one summary for people.

use super::notices::{NoticeJson, Notified};
use super::served::AskedFor;
use crate::app::App;
use crate::domain::account::AccountRef;
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::decision;
use crate::domain::join::JoinRefusal;
use crate::execute::RunReport;
use crate::history::{MailState, OutcomeKind};
use crate::i18n::Text;
use crate::output::Format;
use crate::schema::words;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// One account's result in JSON.
#[derive(Serialize)]
struct ResultJson<'a> {
    r#type: &'a str,
    outcome: &'static str,
    account: Option<&'a AccountRef>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    asked: &'a [String],
    #[serde(skip_serializing_if = "<[&AccountRef]>::is_empty")]
    with: &'a [&'a AccountRef],
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[NoticeJson]>::is_empty")]
    notices: &'a [NoticeJson],
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    r#type: &'static str,
    run: Option<&'a str>,
    counts: BTreeMap<&'static str, u64>,
    elapsed_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    slips: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notices: Option<BTreeMap<&'static str, u64>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    rows_left: &'a BTreeMap<&'static str, u64>,
    unfinished: bool,
}

/// What a verb adds to its report.
#[derive(Default)]
pub struct SummaryExtra<'a> {
    /// Passwords to be shown in JSON, by change number.
    pub passwords: BTreeMap<u64, &'a str>,
    /// The file of those left out.
    pub rejects: Option<PathBuf>,
    /// The file that the plan was saved in.
    pub plan: Option<PathBuf>,
    /// When the new passwords end, where they do.
    pub valid_until: Option<Timestamp>,
    /// Notices to the people concerned; `None` where nobody is told.
    pub notices: Option<Notified>,
    /// Rows of the file that are left as they are, by what was decided there.
    pub rows_left: BTreeMap<&'static str, u64>,
}

impl SummaryExtra<'_> {
    fn notices_of(&self, number: u64) -> &[NoticeJson] {
        let notified = self.notices.as_ref();
        notified
            .and_then(|notified| notified.by_change.get(&number))
            .map_or(&[], Vec::as_slice)
    }
}

/// Reports a verb's work, in the format asked for.
pub struct Reporter<'a> {
    app: &'a App,
    /// The `type` of each result, such as `password-reset`.
    kind: String,
    started: Instant,
    /// What was asked for in the place of accounts.
    pub asked: AskedFor,
}

impl<'a> Reporter<'a> {
    /// A reporter whose clock starts now.
    pub fn new(app: &'a App, kind: impl Into<String>) -> Self {
        Reporter {
            app,
            kind: kind.into(),
            started: Instant::now(),
            asked: AskedFor::new(),
        }
    }

    /// What would be done (`--dry-run`): in JSON a line an account, outcome `planned`.
    pub fn planned(&self, plan: &Plan, extra: &SummaryExtra<'_>) {
        let printer = &self.app.printer;
        if printer.format() != Format::Json {
            return;
        }
        let decisions = plan.decisions();
        for decision in &decisions {
            let Some(line) = Line::of(plan, decision) else {
                continue;
            };
            self.line(ResultJson {
                valid_until: end_of(line.change, extra),
                notices: extra.notices_of(line.number),
                ..line.json("planned")
            });
        }
        self.rest(plan);
        let mut counts = self.rest_counts(plan);
        counts.insert("planned", decisions.len() as u64);
        self.summary(None, counts, extra);
    }

    /// What was done.
    pub fn done(&self, plan: &Plan, report: &RunReport, extra: &SummaryExtra<'_>) {
        let printer = &self.app.printer;
        if printer.format() == Format::Json {
            let mut counts = self.rest_counts(plan);
            for decision in &report.decisions {
                let (Some(line), Some(ending)) =
                    (Line::of(plan, decision), report.of_decision(decision))
                else {
                    continue;
                };
                *counts.entry(outcome_name(ending.outcome)).or_insert(0) += 1;
                self.line(ResultJson {
                    outcome: outcome_name(ending.outcome),
                    code: ending.code.as_deref(),
                    message: ending.reason.as_ref().map(|text| printer.say(text)),
                    mail: ending.mail,
                    password: (ending.outcome == OutcomeKind::Done)
                        .then(|| extra.passwords.get(&line.number).copied())
                        .flatten(),
                    valid_until: end_of(line.change, extra),
                    notices: extra.notices_of(line.number),
                    ..line.json("done")
                });
            }
            self.rest(plan);
            self.summary(Some(report), counts, extra);
        } else {
            self.failures(plan, report);
        }
        if let Some(error) = &report.stopped {
            printer.error(error);
            printer.warn(
                &Text::new("guard-unfinished")
                    .with("run", report.run.as_str())
                    .with("profile", self.app.profile_name()),
            );
        }
    }

    /// Names on stderr every account that was not written, and why; and those that stay disabled.
    fn failures(&self, plan: &Plan, report: &RunReport) {
        let printer = &self.app.printer;
        for decision in &report.decisions {
            let (Some(line), Some(ending)) =
                (Line::of(plan, decision), report.of_decision(decision))
            else {
                continue;
            };
            if let Some(reason) = ending.reason {
                printer.warn(
                    &Text::new("report-account")
                        .with("name", line.named())
                        .with("reason", reason),
                );
            }
        }
    }

    fn rest(&self, plan: &Plan) {
        for account in &plan.unchanged {
            self.line(ResultJson {
                r#type: &self.kind,
                outcome: "unchanged",
                account: Some(account),
                asked: &[],
                with: &[],
                code: None,
                message: None,
                mail: None,
                line: None,
                password: None,
                valid_until: None,
                notes: &[],
                notices: &[],
            });
        }
        for refusal in &plan.refusals {
            self.line(ResultJson {
                r#type: &self.kind,
                outcome: "refused",
                account: refusal.account.as_ref(),
                asked: &[],
                with: &[],
                code: Some(&refusal.code),
                message: Some(self.app.printer.say(&refusal_text(refusal))),
                mail: None,
                line: refusal.line,
                password: None,
                valid_until: None,
                notes: &[],
                notices: &[],
            });
        }
    }

    fn rest_counts(&self, plan: &Plan) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        if !plan.unchanged.is_empty() {
            counts.insert("unchanged", plan.unchanged.len() as u64);
        }
        if !plan.refusals.is_empty() {
            counts.insert("refused", plan.refusals.len() as u64);
        }
        counts
    }

    fn line(&self, result: ResultJson<'_>) {
        let asked = result
            .account
            .and_then(|account| self.asked.get(&account.dn));
        self.app.printer.json(&ResultJson {
            r#type: &self.kind,
            asked: asked.map_or(&[], Vec::as_slice),
            ..result
        });
    }

    fn summary(
        &self,
        report: Option<&RunReport>,
        counts: BTreeMap<&'static str, u64>,
        extra: &SummaryExtra<'_>,
    ) {
        self.app.printer.json(&SummaryJson {
            r#type: "summary",
            run: report.map(|report| report.run.as_str()),
            counts,
            elapsed_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            slips: report.and_then(|report| report.slips.as_deref()),
            rejects: extra.rejects.as_deref(),
            plan: extra.plan.as_deref(),
            notices: extra.notices.as_ref().map(Notified::counts),
            rows_left: &extra.rows_left,
            unfinished: report.is_some_and(RunReport::unfinished),
        });
    }
}

/// When the password that a change gives ends.
fn end_of(change: &Change, extra: &SummaryExtra<'_>) -> Option<Timestamp> {
    extra.valid_until.filter(|_| change.sets_password())
}

/// What is told of a decision: a line, whatever the number of its changes.
struct Line<'a> {
    /// Number of its first change.
    number: u64,
    change: &'a Change,
    with: Vec<&'a AccountRef>,
    notes: Vec<String>,
}

impl<'a> Line<'a> {
    fn of(plan: &'a Plan, decision: &Range<usize>) -> Option<Self> {
        let changes = plan.changes.get(decision.clone())?;
        let mut notes: Vec<String> = Vec::new();
        for note in changes.iter().flat_map(|change| &change.notes) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        Some(Line {
            number: decision.start as u64,
            change: changes.first()?,
            with: decision::others(changes),
            notes,
        })
    }

    /// With nothing but who and how.
    fn json(&self, outcome: &'static str) -> ResultJson<'_> {
        ResultJson {
            r#type: "",
            outcome,
            account: Some(&self.change.account),
            with: &self.with,
            asked: &[],
            code: None,
            message: None,
            mail: None,
            line: None,
            password: None,
            valid_until: None,
            notes: &self.notes,
            notices: &[],
        }
    }

    fn named(&self) -> Text {
        named_with(&self.change.account, &self.with)
    }
}

/// A person, and the others of the same decision.
pub fn named_with(account: &AccountRef, with: &[&AccountRef]) -> Text {
    let others: Vec<String> = with.iter().map(|other| named(other)).collect();
    if others.is_empty() {
        return Text::new("plain").with("text", named(account));
    }
    Text::new("account-with")
        .with("name", named(account))
        .with("others", others.join(", "))
}

/// Says of a plan how many of those asked for it leaves alone, for they are so already: the figures of the file and
/// of the plan are to agree.
pub fn note_unchanged(app: &App, plan: &Plan) {
    if !plan.unchanged.is_empty() {
        app.printer
            .note(&Text::new("plan-unchanged").with("count", plan.unchanged.len()));
    }
}

/// A refusal in words, with the line of the file where it came from one.
pub fn refusal_line(refusal: &Refusal) -> Text {
    match refusal.line {
        Some(line) => Text::new("reject-line")
            .with("line", line)
            .with("reason", refusal_text(refusal)),
        None => refusal_text(refusal),
    }
}

/// A refusal in words, naming the account as far as it may be named.
pub fn refusal_text(refusal: &Refusal) -> Text {
    let name = refusal
        .account
        .as_ref()
        .map(named)
        .or_else(|| refusal.given.clone())
        .unwrap_or_default();
    match &refusal.given {
        Some(attribute) if refusal.code == "moved-since" => Text::new("undo-left-moved")
            .with("name", name)
            .with("field", field(attribute)),
        Some(attribute) if refusal.code == "drift" => Text::new("refusal-drift-field")
            .with("name", name)
            .with("field", field(attribute)),
        Some(other) if refusal.code == "joined-contradictory" => {
            Text::new("refusal-joined-contradictory")
                .with("name", name)
                .with("line", refusal.line.unwrap_or_default())
                .with("given", other.clone())
        }
        given
            if matches!(
                refusal.code.as_str(),
                "redirect-domain"
                    | "address-invalid"
                    | "keep-copy-invalid"
                    | "unknown-word"
                    | "repeated-row"
                    | "contradictory"
                    | "absorbed-twice"
                    | "chain"
                    | "with-line"
            ) =>
        {
            Text::new(format!("refusal-{}", refusal.code))
                .with("name", name)
                .with("given", given.clone().unwrap_or_default())
        }
        given if is_about_two(&refusal.code) => {
            let sentence = Text::new(format!("refusal-{}", refusal.code)).with("name", name);
            match given {
                Some(other) => sentence.with("other", other.clone()),
                // One that may not be named here.
                None => sentence.with("other", Text::new("refusal-another-account")),
            }
        }
        _ => Text::new(format!("refusal-{}", refusal.code)).with("name", name),
    }
}

/// Whether a refusal names a second account (`given`): which decision would work instead.
fn is_about_two(code: &str) -> bool {
    JoinRefusal::ALL.iter().any(|why| why.code() == code)
        || ["principal-gone", "is-principal", "linked-since"].contains(&code)
}

/// The field as a person calls it; the directory's own name where nobody has given it words.
fn field(attribute: &str) -> Text {
    words::key(attribute).map_or_else(|| Text::new("plain").with("text", attribute), Text::new)
}

/// A person's name with the login behind it.
fn named(account: &AccountRef) -> String {
    match &account.login {
        Some(login) => format!("{} ({login})", account.name),
        None => account.name.clone(),
    }
}

fn outcome_name(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Done => "done",
        OutcomeKind::Unchanged => "unchanged",
        OutcomeKind::Refused => "refused",
        OutcomeKind::Failed | OutcomeKind::Unknown => "failed",
    }
}
