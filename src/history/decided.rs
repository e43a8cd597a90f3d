//! How a decision of several changes ended: as the one of them that says most.

use super::{Outcome, OutcomeKind};

/// Codes of changes that follow another one of their decision: why it went so is said there.
const FOLLOW: [&str; 2] = ["taken-back", "held-back"];

/// Which part of a decision speaks for it: one that nobody knows of, else the one that stood in the way, else one that
/// was done. `None` where it has not come to its end: parts are missing, or some are done and others are not.
pub fn telling<T>(
    parts: &[Option<T>],
    of: impl Fn(&T) -> (OutcomeKind, Option<&str>),
) -> Option<usize> {
    let kind = |part: &Option<T>| part.as_ref().map(|part| of(part).0);
    if let Some(unknown) = parts
        .iter()
        .position(|part| kind(part) == Some(OutcomeKind::Unknown))
    {
        return Some(unknown);
    }
    let stood =
        |part: &Option<T>| matches!(kind(part), Some(OutcomeKind::Refused | OutcomeKind::Failed));
    let done =
        |part: &Option<T>| matches!(kind(part), Some(OutcomeKind::Done | OutcomeKind::Unchanged));
    if parts.iter().all(done) {
        let written = |part: &Option<T>| kind(part) == Some(OutcomeKind::Done);
        return parts
            .iter()
            .position(written)
            .or_else(|| parts.iter().position(done));
    }
    if !parts.iter().all(stood) {
        return None;
    }
    let itself = |part: &Option<T>| {
        let code = part.as_ref().and_then(|part| of(part).1);
        code.is_none_or(|code| !FOLLOW.contains(&code))
    };
    parts.iter().position(itself).or(Some(0))
}

/// The outcome that speaks for a decision ([`telling`]).
pub fn outcome_of<'a>(parts: &[Option<&'a Outcome>]) -> Option<&'a Outcome> {
    let at = telling(parts, |outcome| (outcome.outcome, outcome.code.as_deref()))?;
    parts.get(at).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use OutcomeKind::{Done, Failed, Refused, Unchanged, Unknown};
    use jiff::Timestamp;

    fn told(parts: &[Option<(OutcomeKind, Option<&str>)>]) -> Option<usize> {
        telling(parts, |(kind, code)| (*kind, *code))
    }

    #[test]
    fn what_stood_in_the_way_speaks_for_the_decision() {
        let done = Some((Done, None));
        let back = Some((Failed, Some("taken-back")));
        let held = Some((Failed, Some("held-back")));
        let cause = Some((Failed, Some("no-right")));
        for (parts, expected) in [
            (&[done, done][..], Some(0)),
            (&[Some((Unchanged, None)), done], Some(1)),
            (&[back, cause, held], Some(1)),
            (&[back, held], Some(0)),
            // Not at its end: still to be written, or to be taken back.
            (&[done, None], None),
            (&[done, cause, held], None),
            (&[None, cause], None),
            (
                &[done, Some((Unknown, Some("not-taken-back"))), cause],
                Some(1),
            ),
        ] {
            assert_eq!(told(parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn a_change_alone_speaks_for_itself() {
        for outcome in [Done, Unchanged, Refused, Failed, Unknown] {
            let one = Outcome {
                change: 0,
                outcome,
                code: None,
                shown: false,
                mail: None,
                at: Timestamp::UNIX_EPOCH,
            };
            assert_eq!(outcome_of(&[Some(&one)]), Some(&one));
        }
        assert_eq!(outcome_of(&[None]), None);
    }
}
