//! A row of the file as what is wanted of an account.

use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::Wanted;
pub(super) use crate::domain::redirect::Wish;
use crate::spreadsheet::{Desired, fold};

/// Takes a thing away.
const AWAY: &str = "-";

/// Whether the row wants a redirect to be there.
pub(super) fn redirects(row: &Desired) -> bool {
    !row.redirect.is_empty() && row.redirect != AWAY
}

/// What the row wants; the code of a refusal, and what stands there, where its cells say nothing that can be.
pub(super) fn wanted(row: &Desired) -> Result<Wanted, (&'static str, String)> {
    let address =
        |text: &str| MailAddress::parse(text).ok_or_else(|| ("address-invalid", text.to_owned()));
    Ok(Wanted {
        redirect: match row.redirect.as_str() {
            "" => Wish::Leave,
            AWAY => Wish::Clear,
            // Nearly all name one.
            text if !text.contains([',', ' ']) => Wish::Set(vec![address(text)?]),
            text => Wish::Set(
                text.split([',', ' '])
                    .filter(|part| !part.trim().is_empty())
                    .map(address)
                    .collect::<Result<_, _>>()
                    .map_err(|(code, _)| (code, text.to_owned()))?,
            ),
        },
        keep_copy: keep_copy(&row.keep_copy, row.redirect == AWAY)?,
        recovery: match row.recovery.as_str() {
            "" => Wish::Leave,
            AWAY => Wish::Clear,
            text => Wish::Set(address(text)?),
        },
    })
}

/// What two rows want of one account; `None` where they want different things of it. A row that leaves a thing as it is
/// has nothing against the other.
pub(super) fn both(one: &Wanted, other: &Wanted) -> Option<Wanted> {
    Some(Wanted {
        redirect: either(&one.redirect, &other.redirect)?,
        keep_copy: match (one.keep_copy, other.keep_copy) {
            (Some(a), Some(b)) if a != b => return None,
            (a, b) => a.or(b),
        },
        recovery: either(&one.recovery, &other.recovery)?,
    })
}

fn either<T: Clone + PartialEq>(one: &Wish<T>, other: &Wish<T>) -> Option<Wish<T>> {
    match (one, other) {
        (Wish::Leave, wish) | (wish, Wish::Leave) => Some(wish.clone()),
        (a, b) => (a == b).then(|| a.clone()),
    }
}

/// `-` is that there be no copy; where the redirect goes there is nothing to say.
fn keep_copy(cell: &str, goes: bool) -> Result<Option<bool>, (&'static str, String)> {
    if cell.is_empty() {
        return Ok(None);
    }
    Ok(match fold(cell).as_str() {
        "" if cell.trim() == AWAY => (!goes).then_some(false),
        "" => None,
        "oui" | "o" | "yes" | "y" | "true" | "vrai" | "1" | "x" => Some(true),
        "non" | "n" | "no" | "false" | "faux" | "0" => (!goes).then_some(false),
        _ => return Err(("keep-copy-invalid", cell.to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(redirect: &str, keep_copy: &str, recovery: &str) -> Desired {
        Desired {
            line: 2,
            redirect: redirect.into(),
            keep_copy: keep_copy.into(),
            recovery: recovery.into(),
        }
    }

    #[test]
    fn an_empty_cell_leaves_and_a_dash_takes_away() {
        let left = wanted(&row("", "", "")).expect("wanted");
        assert_eq!(left, Wanted::default());
        let away = wanted(&row("-", "-", "-")).expect("wanted");
        assert_eq!((away.redirect, away.recovery), (Wish::Clear, Wish::Clear));
        assert_eq!(away.keep_copy, None);
        assert_eq!(
            wanted(&row("", "non", "")).expect("wanted").keep_copy,
            Some(false)
        );
        assert_eq!(
            wanted(&row("a@b.fr", "-", "")).expect("wanted").keep_copy,
            Some(false)
        );
    }

    #[test]
    fn a_copy_is_asked_for_in_either_language() {
        for (cell, keep) in [("Oui", true), ("VRAI", true), ("yes", true), ("non", false)] {
            let found = wanted(&row("a@b.fr", cell, "")).expect(cell);
            assert_eq!(found.keep_copy, Some(keep), "{cell}");
        }
        assert_eq!(
            wanted(&row("a@b.fr", "peut-être", "")),
            Err(("keep-copy-invalid", "peut-être".to_owned()))
        );
        for (redirect, recovery, named) in [("a b", "", "a b"), ("", "à voir", "à voir")] {
            assert_eq!(
                wanted(&row(redirect, "", recovery)),
                Err(("address-invalid", named.to_owned()))
            );
        }
    }

    #[test]
    fn two_rows_of_one_account_must_not_want_different_things() {
        let of = |redirect, copy, recovery| wanted(&row(redirect, copy, recovery)).expect("wanted");
        let redirect = of("a@b.fr", "", "");
        assert_eq!(both(&redirect, &redirect), Some(redirect.clone()));
        let recovery = of("", "oui", "c@d.fr");
        let together = Some(of("a@b.fr", "oui", "c@d.fr"));
        assert_eq!(both(&redirect, &recovery), together);
        assert_eq!(both(&recovery, &redirect), together);
        for (a, b) in [
            (of("a@b.fr", "", ""), of("z@b.fr", "", "")),
            (of("a@b.fr", "", ""), of("-", "", "")),
            (of("a@b.fr", "oui", ""), of("a@b.fr", "non", "")),
            (of("", "", "c@d.fr"), of("", "", "-")),
        ] {
            assert_eq!(both(&a, &b), None, "{a:?} {b:?}");
        }
    }
}
