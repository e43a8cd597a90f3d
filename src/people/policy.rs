//! The server's rules for passwords, as far as they may be read.

use super::People;
use crate::directory::{Depth, ErrorKind, Search};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::password::PolicyRules;
use crate::error::Result;
use crate::explain;
use std::ops::ControlFlow;

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

/// Where a server's rules for passwords stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPlace {
    /// The policy entry, where the configuration names one.
    pub entry: Option<Dn>,
    /// Else all those below this.
    pub base: Dn,
}

/// Reads the policy entry the configuration names, or the policies there are: a server does not tell which
/// is its default, so of several the strictest rules of all are kept. `minimum` is the configured least
/// length. A policy that may not be read, or stands on another server, leaves the configured rule and those of this server. Read once:
/// `place` is that of the profile.
///
/// # Errors
/// As the directory answers, rights and missing entries aside.
pub async fn policy_rules(
    people: &People,
    place: &PolicyPlace,
    minimum: usize,
) -> Result<PolicyRules> {
    Ok(people.server_rules(place).await?.at_least(minimum))
}

impl People {
    pub(super) async fn server_rules(&self, place: &PolicyPlace) -> Result<PolicyRules> {
        let read = || async {
            let search = Search {
                base: place.entry.as_ref().unwrap_or(&place.base).clone(),
                depth: match place.entry {
                    Some(_) => Depth::Base,
                    None => Depth::Subtree,
                },
                filter: Filter::equal("objectClass", "pwdPolicy"),
                attributes: ATTRIBUTES.iter().map(|a| (*a).to_owned()).collect(),
            };
            let mut entries = Vec::new();
            let mut keep = |page| {
                entries.extend(page);
                ControlFlow::Continue(())
            };
            match self.directory.search_pages(&search, &mut keep).await {
                Ok(()) => {}
                // Active Directory tells of other servers (10) below its top. Those rules are not asked for; those of this one
                // have come, unless there are pages of them.
                Err(error)
                    if matches!(
                        error.kind,
                        ErrorKind::NoSuchObject | ErrorKind::InsufficientAccess
                    ) || error.result_code == Some(10) => {}
                Err(error) => return Err(explain::directory(error)),
            }
            Ok(entries
                .iter()
                .map(PolicyRules::from_entry)
                .reduce(PolicyRules::strictest)
                .unwrap_or_else(PolicyRules::unlimited))
        };
        self.policy.get_or_try_init(read).await.cloned()
    }
}
