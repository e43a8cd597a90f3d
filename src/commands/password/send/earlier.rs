//! What earlier runs of the worker have done, and which of them it goes on with by itself. Pure.

use super::requested::KEPT;
use crate::domain::dn::Dn;
use crate::history::{MailState, Outcome, OutcomeKind, Run, RunState};
use crate::spool::Request;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How long after its first go a run is tried again.
pub(super) const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// How long after its second.
const ONCE_MORE: SignedDuration = SignedDuration::from_hours(1);

/// Goes at one run in all: each may cost somebody another password.
const GOES: u64 = 3;

/// Why a mail could not be begun, where that passes.
const MAIL_AWAY: [&str; 4] = [
    "mail-unreachable",
    "mail-timeout",
    "mail-connection-lost",
    "mail-temporary",
];

/// When the worker goes on with a run that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Its process died: before anything else.
    AtOnce,
    /// It was looked at, and its time has come again.
    Again,
    /// Not yet.
    Later,
    /// Never by itself.
    Left,
}

/// When the worker goes on with this run of its own.
pub(super) fn next(run: &Run, now: Timestamp) -> Next {
    let outcomes: Vec<Option<&Outcome>> = (0..run.changes.len() as u64)
        .map(|number| run.outcomes.get(&number))
        .filter(|outcome| outcome.is_none_or(|outcome| !outcome.is_settled()))
        .collect();
    // Killed before its intent, or between the last outcome and the end: nothing is sent.
    if run.state == RunState::Prepared || outcomes.is_empty() {
        return Next::AtOnce;
    }
    let goes = run.told.values().map(|told| told.written.max(told.ended));
    let goes = goes.max().unwrap_or_default();
    let died = |outcome: &Option<&Outcome>| {
        outcome.is_none_or(|outcome| outcome.mail == Some(MailState::Written))
    };
    if outcomes.iter().any(died) && goes < GOES {
        return Next::AtOnce;
    }
    let untouched = |outcome: &Option<&Outcome>| {
        outcome.is_none_or(|outcome| outcome.mail == Some(MailState::Prepared))
    };
    if is_late(run, now) && outcomes.iter().any(untouched) {
        return Next::Again;
    }
    let may_pass = outcomes.iter().flatten().any(|outcome| {
        let code = outcome.code.as_deref().unwrap_or_default();
        MAIL_AWAY.contains(&code)
    });
    if !may_pass || goes >= GOES {
        return Next::Left;
    }
    let pause = if goes < 2 { TRY_AGAIN } else { ONCE_MORE };
    let last = run.outcomes.values().map(|outcome| outcome.at).max();
    if now.duration_since(last.unwrap_or(run.manifest.started_at)) >= pause {
        Next::Again
    } else {
        Next::Later
    }
}

/// Whether a run began so long ago that nobody waits for its mails any more.
pub(super) fn is_late(run: &Run, now: Timestamp) -> bool {
    now.duration_since(run.manifest.started_at) > KEPT
}

/// How many of a run hold a password that nobody knows, and would be sent another one.
pub(super) fn lost(run: &Run) -> u64 {
    let unknown = |outcome: &&Outcome| outcome.outcome == OutcomeKind::Unknown;
    run.outcomes.values().filter(unknown).count() as u64
}

/// What earlier runs of the job have done, as far as it counts today.
#[derive(Default)]
pub(super) struct Earlier {
    /// When the last run began that names an account.
    served: BTreeMap<Dn, Timestamp>,
    /// Mails of the last hour.
    pub(super) mailed: u64,
    /// Refusals noted in the last hour.
    pub(super) noted: BTreeSet<(Dn, String)>,
}

impl Earlier {
    /// Counts a run, and what it has noted since then.
    pub(super) fn add(&mut self, run: &Run, since: Timestamp) {
        for (number, change) in (0u64..).zip(&run.changes) {
            let dn = &change.account.dn;
            let begun = run.manifest.started_at;
            // The account that serves, and whichever of the person's was asked for.
            for dn in [dn]
                .into_iter()
                .chain(change.with.iter().map(|other| &other.dn))
            {
                let last = self.served.entry(dn.clone()).or_insert(begun);
                *last = begun.max(*last);
            }
            match run.outcomes.get(&number) {
                // Meant: it may still go out.
                None if run.state != RunState::Finished => self.mailed += 1,
                Some(outcome)
                    if outcome.mail == Some(MailState::Prepared)
                        && run.state != RunState::Finished =>
                {
                    self.mailed += 1;
                }
                Some(outcome) if outcome.at >= since => self.add_outcome(dn, outcome, run, number),
                _ => {}
            }
        }
    }

    fn add_outcome(&mut self, dn: &Dn, outcome: &Outcome, run: &Run, number: u64) {
        if outcome.outcome == OutcomeKind::Refused {
            let code = outcome.code.clone().unwrap_or_default();
            self.noted.insert((dn.clone(), code));
        } else if outcome.outcome == OutcomeKind::Unknown
            || matches!(outcome.mail, Some(MailState::Mailed | MailState::Written))
        {
            // A mail went out, or may have, in each go that wrote a password.
            self.mailed += run.told.get(&number).map_or(1, |told| told.written.max(1));
        }
    }

    /// Whether a run that began after a request stands for it.
    pub(super) fn serves(&self, request: &Request) -> bool {
        self.served
            .get(&request.account)
            .is_some_and(|begun| *begun >= request.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::{Change, Operation};
    use crate::history::{Delivery, FORMAT_VERSION, Manifest, RunId, Told};
    use crate::spool::RecordName;

    fn at(minutes: i64) -> Timestamp {
        let begun: Timestamp = "2026-11-22T15:52:34Z".parse().expect("time");
        begun + SignedDuration::from_mins(minutes)
    }

    fn dn(number: usize) -> Dn {
        Dn::parse(&format!("uid=e{number},dc=x")).expect("dn")
    }

    fn run(changes: usize) -> Run {
        Run {
            manifest: Manifest {
                format_version: FORMAT_VERSION,
                run: RunId::new(at(0), "2222"),
                verb: "password send".into(),
                command: vec![],
                reason: None,
                started_at: at(0),
                user: "entctl".into(),
                sudo_user: None,
                host: "ent".into(),
                pid: 1,
                profile: "page".into(),
                url: "ldaps://x".into(),
                base_dn: Dn::parse("dc=x").expect("dn"),
                bound_as: None,
                delivery: Delivery::Mail,
                style: None,
                job: None,
                plan: None,
                undoes: None,
                left_out: 0,
                rows: None,
                valid_until: None,
            },
            state: RunState::Unfinished,
            changes: (0..changes)
                .map(|number| Change {
                    account: AccountRef {
                        dn: dn(number),
                        uid: None,
                        login: None,
                        name: "Claire".into(),
                    },
                    operation: Operation::Modify,
                    besides: vec![],
                    with: Vec::new(),
                    relies_on: vec![],
                    modifications: vec![],
                    before: vec![],
                    notes: vec![],
                })
                .collect(),
            outcomes: BTreeMap::new(),
            told: BTreeMap::<u64, Told>::new(),
            finished_at: None,
        }
    }

    fn told(run: &mut Run, change: u64, outcome: OutcomeKind, mail: MailState, code: &str, m: i64) {
        let outcome = Outcome {
            change,
            outcome,
            code: (!code.is_empty()).then(|| code.to_owned()),
            shown: false,
            mail: Some(mail),
            at: at(m),
        };
        run.told.entry(change).or_default().add(&outcome);
        run.outcomes.insert(change, outcome);
    }

    fn lost_at(run: &mut Run, code: &str, minutes: i64) {
        let (unknown, written) = (OutcomeKind::Unknown, MailState::Written);
        told(run, 0, unknown, written, "", minutes);
        told(run, 0, unknown, MailState::Failed, code, minutes);
    }

    #[test]
    fn what_a_process_died_in_is_gone_on_with_at_once_but_not_for_ever() {
        let mut run = run(2);
        assert_eq!(next(&run, at(0)), Next::AtOnce);
        let (unknown, written) = (OutcomeKind::Unknown, MailState::Written);
        for _ in 0..2 {
            told(&mut run, 0, unknown, written, "", 0);
            assert_eq!(next(&run, at(0)), Next::AtOnce);
        }
        told(&mut run, 0, unknown, written, "", 0);
        assert_eq!(next(&run, at(1)), Next::Left);
    }

    #[test]
    fn what_was_not_begun_does_not_look_like_a_dead_process() {
        let mut run = run(1);
        let (failed, prepared) = (OutcomeKind::Failed, MailState::Prepared);
        told(&mut run, 0, failed, prepared, "mail-timeout", 0);
        assert_eq!(next(&run, at(4)), Next::Later);
        assert_eq!(next(&run, at(5)), Next::Again);
        assert_eq!(lost(&run), 0);
    }

    #[test]
    fn it_is_tried_again_after_five_minutes_then_an_hour_then_never() {
        let mut run = run(1);
        lost_at(&mut run, "mail-unreachable", 0);
        assert_eq!(next(&run, at(4)), Next::Later);
        assert_eq!(next(&run, at(5)), Next::Again);
        lost_at(&mut run, "mail-unreachable", 5);
        assert_eq!(next(&run, at(64)), Next::Later);
        assert_eq!(next(&run, at(65)), Next::Again);
        lost_at(&mut run, "mail-unreachable", 65);
        assert_eq!(next(&run, at(10_000)), Next::Left);
        let mut earlier = Earlier::default();
        earlier.add(&run, at(10));
        assert_eq!(earlier.mailed, 3, "each may have gone out");
    }

    #[test]
    fn a_message_that_is_refused_is_left_and_those_not_begun_expire() {
        let mut run = run(2);
        lost_at(&mut run, "mail-refused", 0);
        let (failed, prepared) = (OutcomeKind::Failed, MailState::Prepared);
        told(&mut run, 1, failed, prepared, "mail-refused", 0);
        assert_eq!(next(&run, at(30)), Next::Left);
        assert_eq!(next(&run, at(61)), Next::Again);
        let refused = OutcomeKind::Refused;
        told(
            &mut run,
            1,
            refused,
            MailState::Failed,
            "request-expired",
            61,
        );
        assert_eq!(next(&run, at(200)), Next::Left);
    }

    #[test]
    fn a_run_of_which_only_the_end_is_missing_is_closed() {
        let mut run = run(1);
        told(&mut run, 0, OutcomeKind::Done, MailState::Mailed, "", 0);
        assert_eq!(next(&run, at(0)), Next::AtOnce);
        let mut earlier = Earlier::default();
        earlier.add(&run, at(1));
        assert_eq!(earlier.mailed, 0, "longer ago");
    }

    #[test]
    fn a_run_answers_the_request_for_an_account_that_another_serves() {
        let mut run = run(1);
        let asked = AccountRef {
            dn: dn(7),
            uid: None,
            login: None,
            name: "Claire".into(),
        };
        run.changes[0].with = vec![asked];
        let mut earlier = Earlier::default();
        earlier.add(&run, at(-60));
        let request = |account: Dn, minutes| Request {
            name: RecordName::default(),
            account,
            at: at(minutes),
        };
        assert!(earlier.serves(&request(dn(0), -1)) && earlier.serves(&request(dn(7), -1)));
        assert!(!earlier.serves(&request(dn(7), 1)), "asked for once more");
        assert!(!earlier.serves(&request(dn(8), -1)));
    }
}
