//! The server's rules for passwords, as far as they may be read.

use super::People;
use crate::directory::{Depth, ErrorKind, Search};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::password::PolicyRules;
use crate::error::Result;
use crate::explain;

/// Attributes of a policy entry (draft-behera-ldap-password-policy section 5.2).
const ATTRIBUTES: &[&str] = &[
    "pwdMinLength",
    "pwdMaxLength",
    "pwdCheckQuality",
    "pwdInHistory",
    "pwdMinAge",
    "pwdSafeModify",
    "pwdAllowUserChange",
    "pwdLockout",
    "pwdMaxFailure",
    "pwdLockoutDuration",
    "pwdMustChange",
    "pwdMaxAge",
    "pwdCheckModule",
    "pwdUseCheckModule",
];

/// Reads the policy entry the configuration names, or the policies there are: a server does not tell which
/// is its default, so of several the strictest rules of all are kept. `minimum` is the configured least
/// length. A policy that may not be read leaves the configured rule alone.
///
/// # Errors
/// As the directory answers, rights and missing entries aside.
pub async fn policy_rules(
    people: &People,
    policy: Option<&Dn>,
    base: &Dn,
    minimum: usize,
) -> Result<PolicyRules> {
    let search = Search {
        base: policy.unwrap_or(base).clone(),
        depth: if policy.is_some() {
            Depth::Base
        } else {
            Depth::Subtree
        },
        filter: Filter::equal("objectClass", "pwdPolicy"),
        attributes: ATTRIBUTES.iter().map(|a| (*a).to_owned()).collect(),
    };
    let entries = match people.directory().search(&search).await {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind,
                ErrorKind::NoSuchObject | ErrorKind::InsufficientAccess
            ) =>
        {
            Vec::new()
        }
        Err(error) => return Err(explain::directory(error)),
    };
    Ok(entries
        .iter()
        .map(PolicyRules::from_entry)
        .reduce(PolicyRules::strictest)
        .unwrap_or_else(PolicyRules::unlimited)
        .at_least(minimum))
}
