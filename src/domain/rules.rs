//! Who may have what done to them: the role rules, as data, in one place.

use super::account::{Account, Role};
use super::change::{Change, Modification};
use std::collections::BTreeSet;

/// What an operator may do to the password of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRule {
    /// An operator may give a new initial password at any time.
    Reset,
    /// An operator may only give the first letter: none yet, or one that was never used. Afterwards the
    /// password goes by mail and no operator sees it.
    FirstLetter,
}

/// The rules by role. A person with several roles must satisfy the strictest.
pub const PASSWORD_RULES: [(Role, PasswordRule); 4] = [
    (Role::Pupil, PasswordRule::Reset),
    (Role::Parent, PasswordRule::FirstLetter),
    (Role::Teacher, PasswordRule::FirstLetter),
    (Role::Staff, PasswordRule::FirstLetter),
];

/// Why a new password is refused to an account. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetRefusal {
    /// The password of this role goes by mail.
    ByMail(Role),
    /// A first letter was asked for, and the person chose a password already.
    OwnPassword,
    /// The directory does not say what this person is.
    UnknownRole,
    /// The configuration protects the account.
    Protected,
    /// The account belongs to a school outside the profile.
    OutOfScope,
}

impl ResetRefusal {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            ResetRefusal::ByMail(Role::Parent) => "role-parent",
            ResetRefusal::ByMail(Role::Teacher) => "role-teacher",
            ResetRefusal::ByMail(_) => "role-staff",
            ResetRefusal::OwnPassword => "own-password",
            ResetRefusal::UnknownRole => "role-unknown",
            ResetRefusal::Protected => "protected",
            ResetRefusal::OutOfScope => "out-of-scope",
        }
    }
}

/// Whether an operator may give this account a new password. `first`: the first letter was asked for.
///
/// # Errors
/// The rule that forbids it.
pub fn may_reset(account: &Account, first: bool) -> Result<(), ResetRefusal> {
    if account.roles.is_empty() {
        return Err(ResetRefusal::UnknownRole);
    }
    for (role, rule) in PASSWORD_RULES {
        if !account.is(role) {
            continue;
        }
        if rule == PasswordRule::FirstLetter && !first {
            return Err(ResetRefusal::ByMail(role));
        }
    }
    if first && account.state.chose_password() {
        return Err(ResetRefusal::OwnPassword);
    }
    Ok(())
}

/// Why an account is not opened. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlockRefusal {
    /// It was merged into another account: only undoing that opens it.
    Absorbed,
    /// It is the secondary account of a link: only taking that back opens it.
    Secondary,
}

impl UnlockRefusal {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            UnlockRefusal::Absorbed => "account-absorbed",
            UnlockRefusal::Secondary => "account-secondary",
        }
    }
}

/// Whether a closed account may be opened alone. `secondary_stays_open`: links leave secondary accounts open here, so
/// that a closed one was closed by a person.
///
/// # Errors
/// It is closed by a join, and two logins would lead to one person again.
pub fn may_unlock(account: &Account, secondary_stays_open: bool) -> Result<(), UnlockRefusal> {
    if account.ties.merged_into.is_some() {
        return Err(UnlockRefusal::Absorbed);
    }
    if account.ties.linked_to.is_some() && account.state.disabled && !secondary_stays_open {
        return Err(UnlockRefusal::Secondary);
    }
    Ok(())
}

/// Whether a change that was planned earlier opens an account which a join has closed since. `locked`: the attribute that
/// closes accounts; `ties`: those that say how accounts are joined. What takes the tie away with the same stroke, or is
/// one of several changes of one decision, is the join's own way back.
pub fn opens_what_is_joined(
    change: &Change,
    account: &Account,
    locked: &str,
    ties: &[String],
    secondary_stays_open: bool,
) -> Option<UnlockRefusal> {
    let touches = |name: &str| {
        let of = |m: &Modification| m.attribute().eq_ignore_ascii_case(name);
        change.modifications.iter().any(of)
    };
    let closes =
        change.modifications.iter().any(|m| {
            let (Modification::Add { attribute, values }
            | Modification::Replace { attribute, values }) = m
            else {
                return false;
            };
            attribute.eq_ignore_ascii_case(locked) && !values.is_empty()
        });
    let opens = touches(locked) && !closes;
    if !opens || !change.with.is_empty() || ties.iter().any(|tie| touches(tie)) {
        return None;
    }
    may_unlock(account, secondary_stays_open).err()
}

/// Whether a temporary password may be mailed to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendRule {
    /// To the recovery address.
    Mail,
    /// Never: a child's password is given by hand, at school.
    Never,
}

/// The rules by role. A person with several roles must satisfy the strictest.
pub const SEND_RULES: [(Role, SendRule); 4] = [
    (Role::Pupil, SendRule::Never),
    (Role::Parent, SendRule::Mail),
    (Role::Teacher, SendRule::Mail),
    (Role::Staff, SendRule::Mail),
];

/// Why no temporary password is mailed to an account. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendRefusal {
    /// Nobody mails a pupil a password.
    Pupil,
    /// The directory does not say what this person is.
    UnknownRole,
    /// Only `account unlock` opens a disabled account.
    Disabled,
    /// The configuration protects the account.
    Protected,
    /// There is no recovery address.
    NoAddress,
    /// What stands there as one is no address that a mail can safely be sent to.
    Unusable,
    /// The recovery address leads into the mailbox that is behind this very password.
    Behind,
    /// Other accounts have the same recovery address.
    Shared,
    /// As many as may be have been sent in this time.
    TooOften,
}

impl SendRefusal {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            SendRefusal::Pupil => "role-pupil",
            SendRefusal::UnknownRole => "role-unknown",
            SendRefusal::Disabled => "account-disabled",
            SendRefusal::Protected => "protected",
            SendRefusal::NoAddress => "recovery-missing",
            SendRefusal::Unusable => "recovery-unusable",
            SendRefusal::Behind => "recovery-behind",
            SendRefusal::Shared => "recovery-shared",
            SendRefusal::TooOften => "sent-too-often",
        }
    }
}

/// Whether a temporary password may be mailed to this account, its address aside.
///
/// # Errors
/// The rule that forbids it.
pub fn may_send(account: &Account) -> Result<(), SendRefusal> {
    if account.roles.is_empty() {
        return Err(SendRefusal::UnknownRole);
    }
    let never = SEND_RULES
        .iter()
        .any(|(role, rule)| *rule == SendRule::Never && account.is(*role));
    if never {
        return Err(SendRefusal::Pupil);
    }
    if account.state.disabled {
        return Err(SendRefusal::Disabled);
    }
    Ok(())
}

/// What an operator may do about the mail of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRule {
    /// The ENT mailbox may be redirected, and a recovery address set.
    Set,
    /// What there is may be taken away, nothing set: the mail of children stays in the ENT.
    Clear,
}

/// The rules by role. A person with several roles must satisfy the strictest.
pub const MAIL_RULES: [(Role, MailRule); 4] = [
    (Role::Pupil, MailRule::Clear),
    (Role::Parent, MailRule::Set),
    (Role::Teacher, MailRule::Set),
    (Role::Staff, MailRule::Set),
];

/// The role that keeps a redirect or a recovery address from being set, if one does.
pub fn mail_stays(roles: &BTreeSet<Role>) -> Option<Role> {
    MAIL_RULES
        .into_iter()
        .find(|(role, rule)| *rule == MailRule::Clear && roles.contains(role))
        .map(|(role, _)| role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::tests::person;
    use crate::domain::dn::Dn;
    use crate::domain::intents::{AccessAttributes, reset, unlock};

    #[test]
    fn every_role_has_a_rule() {
        for role in Role::ALL {
            assert_eq!(PASSWORD_RULES.iter().filter(|(r, _)| *r == role).count(), 1);
            assert_eq!(SEND_RULES.iter().filter(|(r, _)| *r == role).count(), 1);
            assert_eq!(MAIL_RULES.iter().filter(|(r, _)| *r == role).count(), 1);
        }
    }

    #[test]
    fn nobody_mails_a_pupil_a_password() {
        let both = person(&[Role::Pupil, Role::Parent]);
        assert_eq!(may_send(&both), Err(SendRefusal::Pupil), "the strictest");
        assert_eq!(may_send(&person(&[])), Err(SendRefusal::UnknownRole));
        let mut teacher = person(&[Role::Teacher, Role::Parent]);
        assert_eq!(may_send(&teacher), Ok(()));
        teacher.state.disabled = true;
        assert_eq!(may_send(&teacher), Err(SendRefusal::Disabled));
    }

    #[test]
    fn the_mail_of_a_pupil_stays_in_the_ent() {
        assert_eq!(
            mail_stays(&BTreeSet::from([Role::Pupil])),
            Some(Role::Pupil)
        );
        let both = BTreeSet::from([Role::Pupil, Role::Parent]);
        assert_eq!(mail_stays(&both), Some(Role::Pupil), "the strictest");
        let adults = BTreeSet::from([Role::Parent, Role::Staff]);
        assert_eq!(mail_stays(&adults), None);
    }

    #[test]
    fn a_pupil_may_be_reset_and_a_parent_may_not() {
        assert_eq!(may_reset(&person(&[Role::Pupil]), false), Ok(()));
        assert_eq!(
            may_reset(&person(&[Role::Parent]), false),
            Err(ResetRefusal::ByMail(Role::Parent))
        );
        // An adult pupil who is a parent: the strictest rule wins.
        assert_eq!(
            may_reset(&person(&[Role::Pupil, Role::Parent]), false),
            Err(ResetRefusal::ByMail(Role::Parent))
        );
        assert_eq!(
            may_reset(&person(&[]), false),
            Err(ResetRefusal::UnknownRole)
        );
    }

    #[test]
    fn a_first_letter_is_for_those_who_never_chose() {
        let mut parent = person(&[Role::Parent]);
        assert_eq!(may_reset(&parent, true), Ok(()));
        parent.state.password_changed_at = Some(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(may_reset(&parent, true), Err(ResetRefusal::OwnPassword));
        parent.state.must_change = true;
        assert_eq!(may_reset(&parent, true), Ok(()), "an unused first letter");
    }

    #[test]
    fn what_a_join_has_closed_is_not_opened_alone() {
        let here = Dn::parse("uid=kept,dc=x").expect("dn");
        let mut absorbed = person(&[]);
        absorbed.ties.merged_into = Some(here.clone());
        for open in [false, true] {
            assert_eq!(may_unlock(&absorbed, open), Err(UnlockRefusal::Absorbed));
        }
        let mut secondary = person(&[Role::Parent]);
        secondary.ties.linked_to = Some(here);
        assert_eq!(may_unlock(&secondary, false), Ok(()), "it is open");
        secondary.state.disabled = true;
        assert_eq!(may_unlock(&secondary, false), Err(UnlockRefusal::Secondary));
        assert_eq!(may_unlock(&secondary, true), Ok(()), "closed by a person");
        assert_eq!(may_unlock(&person(&[Role::Parent]), false), Ok(()));
    }

    #[test]
    fn a_change_of_before_the_join_does_not_open_the_account_and_its_way_back_does() {
        let locked = "pwdAccountLockedTime".to_owned();
        let tie = "ENTPersRelFusionPrincipal".to_owned();
        let gone = |attribute: &String| Modification::Replace {
            attribute: attribute.clone(),
            values: vec![],
        };
        let mut account = person(&[]);
        account.state.disabled = true;
        let names = AccessAttributes {
            password: "userPassword".into(),
            must_change: None,
            locked: Some(locked.clone()),
            password_changed: None,
            temporary_until: None,
            temporary_class: None,
        };
        let mut open = unlock(&account, &names).expect("a change");
        let ties = [tie.clone()];
        let judged = |change: &Change, account: &Account| {
            opens_what_is_joined(change, account, &locked, &ties, false)
        };
        assert_eq!(judged(&open, &account), None, "joined to nobody");
        account.ties.merged_into = Some(Dn::parse("uid=kept,dc=x").expect("dn"));
        assert_eq!(judged(&open, &account), Some(UnlockRefusal::Absorbed));
        assert_eq!(
            judged(&reset(&account, &names), &account),
            None,
            "it stays closed"
        );
        open.modifications.push(gone(&tie));
        assert_eq!(judged(&open, &account), None, "the merge is taken back");
    }
}
