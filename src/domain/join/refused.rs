//! Which accounts may not be joined, and which decision would do instead.

use crate::domain::account::Account;
use jiff::Timestamp;

/// Why two accounts are not joined. Stable codes; the words are in `i18n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinRefusal {
    /// The same account twice.
    SameAccount,
    /// One is something that the other is not: a teacher, a pupil.
    RolesDiffer,
    /// Two people: their birth dates differ.
    BirthDatesDiffer,
    /// The principal is itself a secondary.
    KeptIsSecondary,
    /// The principal was absorbed.
    KeptIsAbsorbed,
    /// The secondary has secondaries.
    OtherHasSecondaries,
    /// The secondary has another principal.
    OtherIsSecondary,
    /// The secondary was absorbed by another account.
    OtherIsAbsorbed,
    /// To be linked, and absorbed by this very account already.
    MergedAlready,
    /// The one to be absorbed is the principal of the one to be kept.
    OtherIsPrincipal,
    /// Both were used recently.
    BothActive,
    /// The one in use would be closed, and the other has never been used.
    OnlyLogin,
    /// The one to keep is closed, and the other would be: nobody would get in any more.
    KeptIsClosed,
    /// It was decided that they are two people.
    NotSame,
}

impl JoinRefusal {
    /// Every reason.
    pub const ALL: [JoinRefusal; 14] = [
        JoinRefusal::SameAccount,
        JoinRefusal::RolesDiffer,
        JoinRefusal::BirthDatesDiffer,
        JoinRefusal::KeptIsSecondary,
        JoinRefusal::KeptIsAbsorbed,
        JoinRefusal::OtherHasSecondaries,
        JoinRefusal::OtherIsSecondary,
        JoinRefusal::OtherIsAbsorbed,
        JoinRefusal::MergedAlready,
        JoinRefusal::OtherIsPrincipal,
        JoinRefusal::BothActive,
        JoinRefusal::OnlyLogin,
        JoinRefusal::KeptIsClosed,
        JoinRefusal::NotSame,
    ];

    /// Whether it is about the account to keep, not about the other one.
    pub fn is_of_kept(self) -> bool {
        matches!(
            self,
            JoinRefusal::KeptIsSecondary | JoinRefusal::KeptIsAbsorbed
        )
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            JoinRefusal::SameAccount => "same-account",
            JoinRefusal::RolesDiffer => "roles-differ",
            JoinRefusal::BirthDatesDiffer => "birth-dates-differ",
            JoinRefusal::KeptIsSecondary => "kept-is-secondary",
            JoinRefusal::KeptIsAbsorbed => "kept-is-absorbed",
            JoinRefusal::OtherHasSecondaries => "other-has-secondaries",
            JoinRefusal::OtherIsSecondary => "other-is-secondary",
            JoinRefusal::OtherIsAbsorbed => "other-is-absorbed",
            JoinRefusal::MergedAlready => "merged-already",
            JoinRefusal::OtherIsPrincipal => "other-is-principal",
            JoinRefusal::BothActive => "both-active",
            JoinRefusal::OnlyLogin => "only-login",
            JoinRefusal::KeptIsClosed => "kept-is-closed",
            JoinRefusal::NotSame => "decided-not-same",
        }
    }
}

/// What is asked of two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// A merge; else a link.
    pub merge: bool,
    /// Whether the other account is closed.
    pub closes: bool,
    /// Whether two accounts in use are joined all the same.
    pub both_active: bool,
    /// Logins since then are recent.
    pub recent: Timestamp,
}

/// Whether two accounts may be joined; what is joined already in this very way may.
///
/// # Errors
/// The first reason why not, those that are about the person before those that are about the account.
pub fn may_join(kept: &Account, other: &Account, asked: Asked) -> Result<(), JoinRefusal> {
    use JoinRefusal as Why;
    let refuse = |when: bool, why: Why| if when { Err(why) } else { Ok(()) };
    refuse(kept.dn == other.dn, Why::SameAccount)?;
    let differ = matches!((&kept.birth_date, &other.birth_date), (Some(a), Some(b)) if a != b);
    refuse(differ, Why::BirthDatesDiffer)?;
    refuse(kept.ties.merged_into.is_some(), Why::KeptIsAbsorbed)?;
    if let Some(principal) = &kept.ties.linked_to {
        let way_round = *principal == other.dn;
        refuse(way_round, Why::OtherIsPrincipal)?;
        return Err(Why::KeptIsSecondary);
    }
    let done = |now: &Option<crate::domain::dn::Dn>| now.as_ref() == Some(&kept.dn);
    let open = |a: &Account| !a.state.disabled;
    let shut = asked.closes && open(other) && !open(kept);
    if asked.merge && done(&other.ties.merged_into) || !asked.merge && done(&other.ties.linked_to) {
        return refuse(shut, Why::KeptIsClosed);
    }
    let apart = |x: &Account, y: &Account| x.ties.not_same.contains(&y.dn);
    refuse(apart(kept, other) || apart(other, kept), Why::NotSame)?;
    refuse(done(&other.ties.merged_into), Why::MergedAlready)?;
    refuse(other.ties.merged_into.is_some(), Why::OtherIsAbsorbed)?;
    let elsewhere = other.ties.linked_to.is_some() && !done(&other.ties.linked_to);
    refuse(elsewhere, Why::OtherIsSecondary)?;
    let has_secondaries = !other.ties.linked.is_empty();
    refuse(!asked.merge && has_secondaries, Why::OtherHasSecondaries)?;
    // A parent who teaches may be joined to a parent's account, not the other way round.
    let same = !other.roles.is_empty() && other.roles.is_subset(&kept.roles);
    refuse(!same, Why::RolesDiffer)?;
    let used = |a: &Account| a.state.last_login_at.is_some_and(|at| at >= asked.recent);
    let both = used(kept) && used(other) && open(kept) && open(other);
    refuse(both && !asked.both_active, Why::BothActive)?;
    let in_use =
        |a: &Account| open(a) && (a.state.last_login_at.is_some() || a.state.chose_password());
    let only = asked.closes && in_use(other) && !in_use(kept);
    refuse(only, Why::OnlyLogin)?;
    refuse(shut, Why::KeptIsClosed)
}
