//! A decision of several changes: everything it relies on is looked at before the first write, its changes are written
//! one after another, and where one cannot be, what was written is taken back, the last first. Whole or not at all.

use super::settle::{Earlier, has_effect, no_longer_allowed};
use super::work::{Book, Mode};
use super::write::{drift, gone};
use super::{Door, Ending};
use crate::directory::{Depth, Directory, DirectoryError, ErrorKind, Search};
use crate::domain::change::{Change, Condition, Reliance};
use crate::domain::decision::{Fault, foresee, needed};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::undo;
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use futures_util::future::try_join_all;

/// Code of a change that was written, and taken back because another one of its decision could not be.
pub(super) const TAKEN_BACK: &str = "taken-back";
/// Code of a change that was not begun because another one of its decision could not be.
pub(super) const HELD_BACK: &str = "held-back";
/// Code of a change that should have been taken back, and is not yet.
pub(super) const NOT_TAKEN_BACK: &str = "not-taken-back";

/// How often one change is tried again where others write to the same values at that very moment.
const LOOKS: usize = 4;

/// Looks at everything that the changes of a decision rely on, one after another on the entries as they are now: the
/// first that could not be written any more, if any.
///
/// # Errors
/// As for any read.
pub async fn moved(
    directory: &dyn Directory,
    changes: &[Change],
) -> Result<Option<Fault>, DirectoryError> {
    let mut entries: Vec<(&Dn, Vec<(usize, &Change)>)> = Vec::new();
    for (at, change) in changes.iter().enumerate() {
        match entries.iter_mut().find(|(dn, _)| *dn == change.target()) {
            Some((_, of_entry)) => of_entry.push((at, change)),
            None => entries.push((change.target(), vec![(at, change)])),
        }
    }
    let looks = entries
        .iter()
        .map(|(dn, of_entry)| moved_entry(directory, dn, of_entry));
    // What an earlier change of the decision writes to is judged with it.
    let written_before = |at: usize, condition: &Condition| {
        changes[..at].iter().any(|c| *c.target() == condition.dn)
    };
    let besides = changes.iter().enumerate().flat_map(|(at, change)| {
        let of_others = change.besides.iter();
        of_others
            .filter(move |condition| !written_before(at, condition))
            .map(move |condition| moved_condition(directory, at, condition))
    });
    let (of_entries, of_others) = (try_join_all(looks).await?, try_join_all(besides).await?);
    let faults = of_entries.into_iter().chain(of_others).flatten();
    Ok(faults.min_by_key(|fault| fault.at))
}

/// The changes of one entry. Where it is a single Modify the server is asked, by the very filter that the write will
/// carry: a group may have thousands of members, and none of them needs to travel.
async fn moved_entry(
    directory: &dyn Directory,
    dn: &Dn,
    changes: &[(usize, &Change)],
) -> Result<Option<Fault>, DirectoryError> {
    if let [(_, only)] = changes
        && !only.makes_entry()
        && !only.removes_entry()
        && holds(directory, dn, only.assertion()).await?
    {
        return Ok(None);
    }
    let now = directory.read(dn, &needed(changes)).await?;
    Ok(foresee(changes, now.as_ref()))
}

async fn moved_condition(
    directory: &dyn Directory,
    at: usize,
    condition: &Condition,
) -> Result<Option<Fault>, DirectoryError> {
    let filters = condition.relies_on.iter().map(Reliance::filter).collect();
    if holds(directory, &condition.dn, Filter::And(filters)).await? {
        return Ok(None);
    }
    let relied = condition.relies_on.iter();
    let wanted: Vec<String> = relied.map(|r| r.attribute().to_owned()).collect();
    let now = directory.read(&condition.dn, &wanted).await?;
    Ok(condition.drifted(now.as_ref()).map(|moved| Fault {
        at,
        gone: false,
        attribute: Some(moved.attribute().to_owned()),
        reliance: Some(moved.clone()),
    }))
}

async fn holds(directory: &dyn Directory, dn: &Dn, filter: Filter) -> Result<bool, DirectoryError> {
    let search = Search {
        base: dn.clone(),
        depth: Depth::Base,
        filter,
        attributes: vec!["1.1".to_owned()],
    };
    match directory.search(&search).await {
        Ok(found) => Ok(!found.is_empty()),
        Err(error) if error.kind == ErrorKind::NoSuchObject => Ok(false),
        Err(error) => Err(error),
    }
}

/// A decision under way.
struct Decision<'a> {
    changes: &'a [Change],
    /// Number of its first change in the run.
    first: u64,
    /// Which are done, or may be.
    written: Vec<bool>,
    book: &'a Book,
}

impl Decision<'_> {
    fn note(&self, at: usize, ending: Ending) -> Result<()> {
        self.book.note(self.first + at as u64, ending)
    }

    fn is_noted(&self, at: usize) -> bool {
        self.book.has(self.first + at as u64)
    }

    /// Nothing is written, because of the change at this place. In their order: a resume takes what stands before one
    /// that was refused for written.
    fn hold_back(&self, stands: usize, ending: &Ending) -> Result<()> {
        let cause = Cause::of(stands, ending);
        for at in 0..self.changes.len() {
            let ending = if at == stands {
                ending.clone()
            } else {
                cause.ending(HELD_BACK)
            };
            self.note(at, ending)?;
        }
        Ok(())
    }
}

/// Why a decision goes back.
struct Cause {
    /// The change that could not be written, with its ending noted.
    at: usize,
    kind: OutcomeKind,
    status: ExitStatus,
}

impl Cause {
    fn of(at: usize, ending: &Ending) -> Self {
        Cause {
            at,
            kind: ending.outcome,
            status: ending.status,
        }
    }

    fn ending(&self, code: &str) -> Ending {
        Ending {
            status: self.status,
            ..Ending::because(self.kind, code, Text::new(format!("outcome-{code}")))
        }
    }
}

impl Door {
    /// Carries a decision out, or finishes it after a crash: all of it, or nothing.
    ///
    /// # Errors
    /// The directory is out of reach, or the history cannot be written: the decision stays open.
    pub(super) async fn decide(
        &self,
        changes: &[Change],
        first: u64,
        mode: &Mode,
        book: &Book,
    ) -> Result<()> {
        let mut decision = Decision {
            changes,
            first,
            written: vec![false; changes.len()],
            book,
        };
        match mode {
            Mode::Fresh => {
                if let Some(fault) = moved(&*self.reader, changes)
                    .await
                    .map_err(explain::directory)?
                {
                    return decision.hold_back(fault.at, &ending_of(&fault));
                }
                self.go_on(decision, None).await
            }
            Mode::Again(earlier) => {
                let earlier: Vec<Earlier> = (first..)
                    .take(changes.len())
                    .map(|number| earlier.get(&number).copied().unwrap_or_default())
                    .collect();
                if let Some((at, kind)) = stopped_at(&earlier) {
                    // Whatever came before it was written, noted or not.
                    decision.written = earlier
                        .iter()
                        .enumerate()
                        .map(|(i, e)| i <= at && (e.stopped_here.is_none() || e.is_open()))
                        .collect();
                    let cause = Cause {
                        at: changes.len(),
                        kind,
                        status: ExitStatus::Refused,
                    };
                    return self.take_back(decision, &cause).await;
                }
                decision.written = earlier.iter().map(|e| e.was_done).collect();
                let barred = earlier.iter().find_map(|e| e.barred);
                self.find(&mut decision).await?;
                let Some(next) = decision.written.iter().position(|written| !written) else {
                    return Ok(());
                };
                if let Some(code) = barred {
                    return self.refuse(decision, next, no_longer_allowed(code)).await;
                }
                // The rest, as it would be written now: some of it may stand behind what is done already.
                let rest = &changes[next..];
                let fault = moved(&*self.reader, rest)
                    .await
                    .map_err(explain::directory)?;
                match fault {
                    // A write of the stopped run may land between two looks.
                    Some(fault) if fault.at > 0 || !self.is_there(&rest[0]).await? => {
                        let ending = ending_of(&fault);
                        self.refuse(decision, next + fault.at, ending).await
                    }
                    _ => self.go_on(decision, Some(Earlier::default())).await,
                }
            }
        }
    }

    /// Finds those done that stand in the directory, up to the first that does not: they were sent in their order. Who
    /// wrote last says nothing here, for others write to the same entries: what was to be written and is there is ours.
    async fn find(&self, decision: &mut Decision<'_>) -> Result<()> {
        for (at, change) in decision.changes.iter().enumerate() {
            if decision.written[at] {
                continue;
            }
            if !self.is_there(change).await? {
                return Ok(());
            }
            decision.note(at, Ending::done())?;
            decision.written[at] = true;
        }
        Ok(())
    }

    async fn is_there(&self, change: &Change) -> Result<bool> {
        Ok(match self.look(change).await? {
            Some(now) => !change.removes_entry() && has_effect(change, &now),
            None => change.removes_entry(),
        })
    }

    /// Writes what is not written yet, in its order. `again`: the run was stopped before, and each is looked at first.
    async fn go_on(&self, mut decision: Decision<'_>, again: Option<Earlier>) -> Result<()> {
        for at in 0..decision.changes.len() {
            if decision.written[at] {
                continue;
            }
            let change = &decision.changes[at];
            let ending = match again {
                None => self.write(change, None).await?,
                Some(earlier) => self.settle(change, None, earlier).await?,
            };
            match ending.outcome {
                // Already so, by whose hand does not matter here.
                OutcomeKind::Done | OutcomeKind::Unchanged => {
                    // Written, even where it cannot be noted: a resume finds it.
                    decision.note(at, Ending::done())?;
                    decision.written[at] = true;
                }
                OutcomeKind::Unknown => return decision.note(at, ending),
                OutcomeKind::Refused | OutcomeKind::Failed => {
                    return self.refuse(decision, at, ending).await;
                }
            }
        }
        Ok(())
    }

    /// The change at this place cannot be written: noted first, so that a resume knows which way to go, then all goes
    /// back.
    async fn refuse(&self, decision: Decision<'_>, at: usize, ending: Ending) -> Result<()> {
        let cause = Cause::of(at, &ending);
        decision.note(at, ending)?;
        self.take_back(decision, &cause).await
    }

    /// Takes back what was written, the last first: what went last comes back before anything else goes.
    async fn take_back(&self, decision: Decision<'_>, cause: &Cause) -> Result<()> {
        for (at, change) in decision.changes.iter().enumerate().rev() {
            if decision.written[at] {
                if !self.revert(change).await? {
                    // What it stands on must not go before it.
                    return decision.note(at, not_taken_back());
                }
                decision.note(at, cause.ending(TAKEN_BACK))?;
            } else if at != cause.at && !decision.is_noted(at) {
                decision.note(at, cause.ending(HELD_BACK))?;
            }
        }
        Ok(())
    }

    /// Takes one change back, value by value, as it stands now; what others have changed since is theirs. Whether
    /// nothing of it is left to take back.
    async fn revert(&self, change: &Change) -> Result<bool> {
        let wanted = undo::attributes(change, &self.undo);
        for _ in 0..LOOKS {
            let now = self
                .reader
                .read(change.target(), &wanted)
                .await
                .map_err(explain::directory)?;
            let inverse = undo::undo(change, now.as_ref(), &self.undo).and_then(|u| u.change);
            let Some(mut inverse) = inverse else {
                return Ok(true);
            };
            inverse.besides.clear();
            match self.write(&inverse, None).await?.outcome {
                OutcomeKind::Done | OutcomeKind::Unchanged => return Ok(true),
                OutcomeKind::Refused => {}
                OutcomeKind::Failed | OutcomeKind::Unknown => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// Where an earlier go turned back, if it did, and how the change ended that made it.
fn stopped_at(earlier: &[Earlier]) -> Option<(usize, OutcomeKind)> {
    let stops = || {
        (0usize..)
            .zip(earlier)
            .filter_map(|(at, e)| Some((at, e.stopped_here?)))
    };
    let first = stops().find(|(_, kind)| *kind != OutcomeKind::Unknown);
    first.or_else(|| stops().next().map(|(at, _)| (at, OutcomeKind::Refused)))
}

fn ending_of(fault: &Fault) -> Ending {
    if fault.gone {
        return gone();
    }
    let moved: Vec<&Reliance> = fault.reliance.iter().collect();
    drift(&moved)
}

/// Loud: the decision is neither whole nor gone.
fn not_taken_back() -> Ending {
    Ending::because(
        OutcomeKind::Unknown,
        NOT_TAKEN_BACK,
        Text::new("outcome-not-taken-back"),
    )
}
