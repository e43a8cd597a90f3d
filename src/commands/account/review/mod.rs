//! `entctl account review`: the pairs of `account duplicates`, looked at one after the other by a person who decides.
//! What is decided is kept at once, and carried out as one plan at the end.

use super::duplicates::{self, DuplicatesArgs, TierChoice};
use crate::app::{App, Office, Typed};
use crate::cli::{RoleChoice, RunArgs, WriteArgs};
use crate::commands::shared::{Verb, Writing};
use crate::config::Profile;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{HistoryError, JobHolder, JobLock};
use crate::i18n::Text;
use crate::output::Format;
use face::{Face, faces};
use ledger::Answer;
use pair::View;
use session::{Key, Question, Session};
use std::collections::BTreeMap;

mod applying;
mod beside;
mod face;
mod ledger;
mod pair;
mod session;
mod shelf;
mod waiting;

use shelf::Shelf;

/// Look at people who have several accounts, side by side, and decide.
#[derive(Debug, Clone, clap::Args)]
pub struct ReviewArgs {
    /// How sure a pair must be at least
    #[arg(long, value_name = "TIER", value_enum, default_value = "probable")]
    pub tier: TierChoice,

    /// Only pairs with this account
    #[arg(long, value_name = "ACCOUNT")]
    pub against: Option<String>,

    /// Whom to compare
    #[arg(long, value_name = "ROLE", value_enum, default_value = "parent")]
    pub role: RoleChoice,

    /// Only pairs of people of the school with this UAI number
    #[arg(long, value_name = "UAI")]
    pub school: Option<String>,

    /// Show what is decided and waits to be carried out
    #[arg(long, conflicts_with_all = ["apply", "discard"])]
    pub list: bool,

    /// Carry out what is decided, without looking at more
    #[arg(long, conflicts_with = "discard")]
    pub apply: bool,

    /// Forget what is decided and was not carried out
    #[arg(long)]
    pub discard: bool,

    /// Join accounts even if several were used recently
    #[arg(long)]
    pub both_active: bool,

    /// Where the directory has no place for what the link gives, let this machine's history be the only record
    #[arg(long)]
    pub local_record: bool,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account review",
    key: "review",
};

/// How a person left the pairs.
enum Left {
    /// All were shown, or the person wants to apply.
    Through,
    /// Another time.
    Quit,
}

/// Goes on where it was; the pairs; the decisions as one plan, a yes, the writing.
///
/// # Errors
/// No terminal (2); unknown school or account (5); refused (6); another review, or another run of the job (12);
/// interrupted (130); directory, history.
pub async fn run(app: &App, args: &ReviewArgs) -> Result<ExitStatus> {
    let profile = app.profile()?;
    if args.list {
        return waiting::list(app).await;
    }
    let looks = !args.apply && !args.discard;
    if looks && (!app.printer.can_ask() || app.printer.format() != Format::Table) {
        return Err(no_terminal());
    }
    let _lock = lock(app, &profile)?;
    if args.discard {
        return waiting::discard(app, &profile, args.write.run.yes);
    }
    // Whoever is refused stays in the list, and hinders nobody else.
    let run = RunArgs {
        keep_going: true,
        ..args.write.run.clone()
    };
    let mut writing = Writing::open(app, VERB, &run, args.write.plan.as_deref()).await?;
    let mut shelf = Shelf::open(app, &writing.office)?;
    waiting::drop_stale(app, &writing.office, &mut shelf).await?;
    if looks {
        let left = look_through(app, &writing.office, args, &mut shelf).await?;
        if matches!(left, Left::Quit) {
            kept(app, &shelf);
            return Ok(ExitStatus::Done);
        }
    }
    applying::apply(app, &mut writing, args, &mut shelf).await
}

fn no_terminal() -> CommandError {
    CommandError::usage("review-no-terminal", Text::new("review-no-terminal"))
        .hint(Text::new("review-no-terminal-list"))
        .hint(Text::new("review-no-terminal-from"))
}

/// One review at a time for all who share a history: two would decide the same pairs.
fn lock(app: &App, profile: &Profile) -> Result<Box<dyn JobLock>> {
    let holder = JobHolder {
        user: app.user(),
        host: app.host(),
        pid: std::process::id(),
        since: app.now(),
    };
    let job = JobName::of_ours("review");
    match app.history(profile).lock_job(&job, &holder) {
        Ok(lock) => Ok(lock),
        Err(HistoryError::JobUnderWay { holder, .. }) => {
            let error = CommandError::new(
                ExitStatus::Locked,
                "review-under-way",
                Text::new("review-under-way"),
            );
            let error = match holder {
                Some(holder) => error.because(explain::job_holder(&holder)),
                None => error,
            };
            Err(error.hint(Text::new("review-under-way-hint")))
        }
        Err(error) => Err(explain::history(error)),
    }
}

/// Says what is kept, for whoever leaves.
fn kept(app: &App, shelf: &Shelf<'_>) {
    let count = shelf.ledger().decided().len();
    app.printer
        .tell(&Text::new("review-kept").with("count", count));
}

/// Shows pair after pair, and keeps each answer at once.
async fn look_through(
    app: &App,
    office: &Office,
    args: &ReviewArgs,
    shelf: &mut Shelf<'_>,
) -> Result<Left> {
    let which = DuplicatesArgs {
        tier: args.tier,
        against: args.against.clone(),
        role: args.role,
        school: args.school.clone(),
        decide: None,
        from_ldif: None,
    };
    let (population, clusters) = duplicates::in_directory(app, office, &which).await?;
    let view = View::new(app, &population, &clusters);
    let mut session = Session::new(view.groups(), shelf.ledger().clone());
    if session.people() == 0 {
        app.printer.tell(&Text::new("review-nobody"));
        return Ok(Left::Through);
    }
    let before = shelf.ledger().decided().len();
    if before > 0 {
        app.printer
            .tell(&Text::new("review-goes-on").with("count", before));
    }
    while let Some(question) = session.next() {
        let faces = faces(office, &question.members).await?;
        let (Some(left), Some(right)) = (faces.get(&question.kept), faces.get(&question.other))
        else {
            // Gone since the pairs were found.
            session.leave_out(&question);
            continue;
        };
        if left.is_told_apart(right) || left.is_tied(right) {
            session.leave_out(&question);
            continue;
        }
        view.show(&question, left, right, &faces, session.left());
        match decide(app, &view, &mut session, &question, &faces)? {
            Step::Next => shelf.keep(session.ledger())?,
            Step::End(left) => return Ok(left),
            Step::Interrupted => {
                kept(app, shelf);
                return Err(CommandError::new(
                    ExitStatus::Interrupted,
                    "interrupted",
                    Text::new("nothing-done"),
                ));
            }
        }
    }
    app.printer.tell(&Text::new("review-through"));
    Ok(Left::Through)
}

enum Step {
    Next,
    End(Left),
    Interrupted,
}

/// Waits for keys until one changes what is asked.
fn decide(
    app: &App,
    view: &View<'_>,
    session: &mut Session,
    question: &Question,
    faces: &BTreeMap<Dn, Face>,
) -> Result<Step> {
    let printer = &app.printer;
    view.keys();
    loop {
        let letter = match app.ask_key() {
            Typed::Interrupt => return Ok(Step::Interrupted),
            Typed::End => return Ok(Step::End(Left::Quit)),
            Typed::Other => None,
            Typed::Letter(letter) => Some(letter),
        };
        let Some(key) = letter.and_then(Key::of) else {
            printer.tell(&match letter {
                Some(letter) => Text::new("review-wrong-key").with("key", letter.to_string()),
                None => Text::new("review-dead-key"),
            });
            view.keys();
            continue;
        };
        let answer = match key {
            Key::Link => Answer::Link,
            Key::Merge => Answer::Merge,
            Key::Dismiss => Answer::Dismiss,
            Key::Later => Answer::Later,
            Key::Turn => Answer::Turn,
            Key::Help => {
                view.help();
                view.keys();
                continue;
            }
            Key::Apply => return Ok(Step::End(Left::Through)),
            Key::Quit => return Ok(Step::End(Left::Quit)),
            Key::Back => {
                match session.back() {
                    Some(_) => printer.tell(&Text::new("review-taken-back")),
                    None => {
                        printer.tell(&Text::new("review-nothing-to-take-back"));
                        continue;
                    }
                }
                return Ok(Step::Next);
            }
        };
        let mark = |dn: &Dn| faces.get(dn).map(Face::mark).unwrap_or_default();
        let marks = (mark(&question.kept), mark(&question.other));
        match session.answer(question, answer, marks, app.now()) {
            Ok(()) => {
                view.taken(question, answer, faces);
                return Ok(Step::Next);
            }
            Err(conflict) => view.conflict(&conflict),
        }
    }
}
