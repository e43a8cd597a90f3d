//! What the server's password policy asks, as data.

use crate::domain::entry::Entry;

/// The rules of a password policy (draft-behera-ldap-password-policy section 5.2, OpenLDAP's
/// slapo-ppolicy(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRules {
    /// Fewest characters (`pwdMinLength`); 0 where nothing is asked. See [`PolicyRules::at_least`].
    pub minimum_length: usize,
    /// Most characters (`pwdMaxLength`); OpenLDAP counts octets.
    pub maximum_length: Option<usize>,
    /// How strictly the server checks (`pwdCheckQuality`): 0 not at all, 1 where it can, 2 always.
    pub check_quality: u8,
    /// Whether a module of the server checks further, by rules that cannot be read
    /// (`pwdUseCheckModule`, `pwdCheckModule`).
    pub further_checks: bool,
    /// How many former passwords may not be taken again (`pwdInHistory`).
    pub history: u32,
    /// Seconds that must pass between two changes by the owner (`pwdMinAge`).
    pub minimum_age_seconds: u64,
    /// Seconds after which a password ends (`pwdMaxAge`); `None` for never.
    pub maximum_age_seconds: Option<u64>,
    /// Wrong passwords in a row that lock the account (`pwdMaxFailure` with `pwdLockout`); `None` where
    /// nothing locks it.
    pub max_failures: Option<u32>,
    /// Seconds that such a lock lasts (`pwdLockoutDuration`); `None` until somebody opens it.
    pub lockout_seconds: Option<u64>,
    /// Whether a reset password must be changed at the next login (`pwdMustChange`).
    pub must_change_after_reset: bool,
    /// Whether the owner must give the old password with the new one (`pwdSafeModify`).
    pub must_supply_old: bool,
    /// Whether the owner may change the password at all (`pwdAllowUserChange`).
    pub allow_user_change: bool,
}

impl Default for PolicyRules {
    /// Where no policy can be read: six characters, nothing else.
    fn default() -> Self {
        PolicyRules {
            minimum_length: PolicyRules::DEFAULT_MINIMUM_LENGTH,
            ..PolicyRules::unlimited()
        }
    }
}

impl PolicyRules {
    /// Fewest characters where neither the server nor the configuration says.
    pub const DEFAULT_MINIMUM_LENGTH: usize = 6;

    /// No rule at all: the draft's defaults for a policy entry without any attribute.
    pub fn unlimited() -> Self {
        PolicyRules {
            minimum_length: 0,
            maximum_length: None,
            check_quality: 0,
            further_checks: false,
            history: 0,
            minimum_age_seconds: 0,
            maximum_age_seconds: None,
            max_failures: None,
            lockout_seconds: None,
            must_change_after_reset: false,
            must_supply_old: false,
            allow_user_change: true,
        }
    }

    /// The rules of a policy entry (object class `pwdPolicy`), what it leaves out as the draft says.
    ///
    /// The lengths count only where `pwdCheckQuality` is not 0, as on the server. The minimum is the
    /// server's alone: put the configured one on top with [`PolicyRules::at_least`]. A value that is no
    /// number is as if it were not there.
    pub fn from_entry(policy: &Entry) -> Self {
        let check_quality = number(policy, "pwdCheckQuality").unwrap_or(0);
        let checked = check_quality > 0;
        let length =
            |attribute| number::<usize>(policy, attribute).filter(|length| checked && *length > 0);
        let seconds = |attribute| number::<u64>(policy, attribute).filter(|s| *s > 0);
        let max_failures = number(policy, "pwdMaxFailure")
            .filter(|failures| *failures > 0 && is_true(policy, "pwdLockout") == Some(true));
        PolicyRules {
            minimum_length: length("pwdMinLength").unwrap_or(0),
            maximum_length: length("pwdMaxLength"),
            check_quality,
            further_checks: checked
                && is_true(policy, "pwdUseCheckModule")
                    .unwrap_or_else(|| policy.has("pwdCheckModule")),
            history: number(policy, "pwdInHistory").unwrap_or(0),
            minimum_age_seconds: seconds("pwdMinAge").unwrap_or(0),
            maximum_age_seconds: seconds("pwdMaxAge"),
            max_failures,
            lockout_seconds: max_failures.and_then(|_: u32| seconds("pwdLockoutDuration")),
            must_change_after_reset: is_true(policy, "pwdMustChange").unwrap_or(false),
            must_supply_old: is_true(policy, "pwdSafeModify").unwrap_or(false),
            allow_user_change: is_true(policy, "pwdAllowUserChange").unwrap_or(true),
        }
    }

    /// The rules with the configured minimum length where that is longer.
    #[must_use]
    pub fn at_least(mut self, configured_minimum: usize) -> Self {
        self.minimum_length = self.minimum_length.max(configured_minimum);
        self
    }

    /// Both sets of rules at once, the stricter of each: for a directory with several policies that does
    /// not tell which one binds an account.
    #[must_use]
    pub fn strictest(self, other: PolicyRules) -> Self {
        /// The smaller of two limits, where there is one.
        fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
            match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }
        }
        PolicyRules {
            minimum_length: self.minimum_length.max(other.minimum_length),
            maximum_length: least(self.maximum_length, other.maximum_length),
            check_quality: self.check_quality.max(other.check_quality),
            further_checks: self.further_checks || other.further_checks,
            history: self.history.max(other.history),
            minimum_age_seconds: self.minimum_age_seconds.max(other.minimum_age_seconds),
            maximum_age_seconds: least(self.maximum_age_seconds, other.maximum_age_seconds),
            max_failures: least(self.max_failures, other.max_failures),
            lockout_seconds: self.lockout_seconds.max(other.lockout_seconds),
            must_change_after_reset: self.must_change_after_reset || other.must_change_after_reset,
            must_supply_old: self.must_supply_old || other.must_supply_old,
            allow_user_change: self.allow_user_change && other.allow_user_change,
        }
    }

    /// Whether every length from `shortest` to `longest` characters obeys.
    pub(super) fn admits(&self, shortest: usize, longest: usize) -> bool {
        shortest >= self.minimum_length && self.maximum_length.is_none_or(|most| longest <= most)
    }
}

/// A rule to be said in words before a new password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The owner may not change it: somebody else must.
    ChangeForbidden,
    /// At least so many characters.
    MinimumLength(usize),
    /// At most so many characters.
    MaximumLength(usize),
    /// Not one of the last so many passwords.
    NotOneOfTheLast(u32),
    /// Not before so many seconds have passed since the last change.
    NotBefore {
        /// Seconds.
        seconds: u64,
    },
    /// The server checks further, by rules that cannot be read.
    FurtherChecks,
    /// The old password is asked for.
    OldPasswordAsked,
    /// So many wrong passwords in a row lock the account.
    LocksAfter {
        /// Wrong passwords.
        failures: u32,
        /// Seconds the lock lasts; `None` until somebody opens it.
        seconds: Option<u64>,
    },
    /// The password ends after so many seconds.
    EndsAfter {
        /// Seconds.
        seconds: u64,
    },
}

/// The rules that bind an owner who chooses a new password, the weightiest first. What is not limited is
/// not named.
pub fn explain(rules: &PolicyRules) -> Vec<Rule> {
    let on = |holds: bool, rule: Rule| holds.then_some(rule);
    [
        on(!rules.allow_user_change, Rule::ChangeForbidden),
        on(
            rules.minimum_length > 1,
            Rule::MinimumLength(rules.minimum_length),
        ),
        rules.maximum_length.map(Rule::MaximumLength),
        on(rules.history > 0, Rule::NotOneOfTheLast(rules.history)),
        on(
            rules.minimum_age_seconds > 0,
            Rule::NotBefore {
                seconds: rules.minimum_age_seconds,
            },
        ),
        on(rules.further_checks, Rule::FurtherChecks),
        on(rules.must_supply_old, Rule::OldPasswordAsked),
        rules.max_failures.map(|failures| Rule::LocksAfter {
            failures,
            seconds: rules.lockout_seconds,
        }),
        rules
            .maximum_age_seconds
            .map(|seconds| Rule::EndsAfter { seconds }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn number<N: std::str::FromStr>(policy: &Entry, attribute: &str) -> Option<N> {
    policy.text(attribute)?.trim().parse().ok()
}

/// Boolean syntax (RFC 4517 section 3.3.3).
fn is_true(policy: &Entry, attribute: &str) -> Option<bool> {
    match policy.text(attribute)?.trim().to_ascii_uppercase().as_str() {
        "TRUE" => Some(true),
        "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dn::Dn;

    fn policy(attributes: &[(&str, &str)]) -> Entry {
        let dn = Dn::parse("cn=default,ou=policies,dc=ent,dc=fr").expect("a name");
        attributes
            .iter()
            .fold(Entry::new(dn), |entry, (name, value)| {
                entry.with(name, &[value])
            })
    }

    #[test]
    fn a_whole_policy_is_read() {
        let rules = PolicyRules::from_entry(&policy(&[
            ("pwdMinLength", "10"),
            ("pwdmaxlength", "64"),
            ("pwdCheckQuality", "2"),
            ("pwdUseCheckModule", "TRUE"),
            ("pwdInHistory", "5"),
            ("pwdMinAge", "3600"),
            ("pwdMaxAge", "31536000"),
            ("pwdLockout", "TRUE"),
            ("pwdMaxFailure", "4"),
            ("pwdLockoutDuration", "900"),
            ("pwdMustChange", "TRUE"),
            ("pwdSafeModify", "TRUE"),
            ("pwdAllowUserChange", "FALSE"),
        ]));
        assert_eq!(
            rules,
            PolicyRules {
                minimum_length: 10,
                maximum_length: Some(64),
                check_quality: 2,
                further_checks: true,
                history: 5,
                minimum_age_seconds: 3600,
                maximum_age_seconds: Some(31_536_000),
                max_failures: Some(4),
                lockout_seconds: Some(900),
                must_change_after_reset: true,
                must_supply_old: true,
                allow_user_change: false,
            }
        );
        assert_eq!(
            explain(&rules),
            [
                Rule::ChangeForbidden,
                Rule::MinimumLength(10),
                Rule::MaximumLength(64),
                Rule::NotOneOfTheLast(5),
                Rule::NotBefore { seconds: 3600 },
                Rule::FurtherChecks,
                Rule::OldPasswordAsked,
                Rule::LocksAfter {
                    failures: 4,
                    seconds: Some(900)
                },
                Rule::EndsAfter {
                    seconds: 31_536_000
                },
            ]
        );
    }

    #[test]
    fn an_empty_policy_asks_nothing() {
        let rules = PolicyRules::from_entry(&policy(&[]));
        assert_eq!(rules, PolicyRules::unlimited());
        assert_eq!(explain(&rules), []);
        assert!(rules.allow_user_change);
    }

    #[test]
    fn what_the_server_does_not_enforce_does_not_count() {
        let rules = PolicyRules::from_entry(&policy(&[
            ("pwdMinLength", "10"),
            ("pwdMaxLength", "12"),
            ("pwdMaxFailure", "4"),
            ("pwdLockout", "FALSE"),
            ("pwdLockoutDuration", "900"),
            ("pwdInHistory", "many"),
            ("pwdMinAge", "-1"),
        ]));
        assert_eq!(rules, PolicyRules::unlimited());
    }

    #[test]
    fn the_longer_minimum_holds() {
        let server = |length| {
            PolicyRules::from_entry(&policy(&[
                ("pwdMinLength", length),
                ("pwdCheckQuality", "1"),
            ]))
        };
        assert_eq!(server("10").at_least(6).minimum_length, 10);
        assert_eq!(server("4").at_least(6).minimum_length, 6);
        assert_eq!(PolicyRules::default().minimum_length, 6);
    }
}
