//! Modify, Add, Delete, and the change of one's own password.

use super::link::Link;
use super::operation::{self, Octets, Request, at};
use super::policy_control;
use super::results::redact;
use crate::directory::{DirectoryError, ErrorKind, RawModification, RawModificationKind};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::secret::Password;
use ldap3::Mod;
use ldap3::controls::RawControl;
use ldap3::exop::{Exop, PasswordModify};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use zeroize::Zeroizing;

/// Attributes that hold passwords in clear text on their way: of the standard (RFC 4519 section 2.41)
/// and of Active Directory.
const PASSWORDS: [&str; 2] = ["userPassword", "unicodePwd"];

/// Sends one Modify.
///
/// # Errors
/// As [`crate::directory::DirectoryWriter::modify`]; [`ErrorKind::Insecure`] where a password would go
/// out in plain text.
pub(super) async fn modify(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    allow_plain: bool,
    dn: &Dn,
    modifications: &[RawModification],
    assertion: Option<&Filter>,
) -> Result<(), DirectoryError> {
    let passwords: Vec<&RawModification> = modifications.iter().filter(|m| is_secret(m)).collect();
    if !passwords.is_empty() {
        protected(link, allow_plain)?;
    }
    let mut controls = vec![policy_control::request()];
    controls.extend(asserted(dn, assertion)?);
    let request = Request::Modify {
        dn: dn.as_str().to_owned(),
        modifications: modifications.iter().map(step).collect::<Result<_, _>>()?,
        controls,
    };
    let result = operation::call(link, limit, permit, request).await?;
    operation::judged(link, &result).map_err(|error| redact(error, &texts(passwords)))
}

/// Whether a step carries a password.
pub(super) fn is_secret(modification: &RawModification) -> bool {
    PASSWORDS
        .iter()
        .any(|p| modification.attribute.eq_ignore_ascii_case(p))
}

/// The values that are text.
pub(super) fn texts<'a>(
    modifications: impl IntoIterator<Item = &'a RawModification>,
) -> Vec<&'a str> {
    modifications
        .into_iter()
        .flat_map(|m| &m.values)
        .filter_map(|value| std::str::from_utf8(value).ok())
        .collect()
}

/// Sends one Add.
///
/// # Errors
/// As [`crate::directory::DirectoryWriter::add`]; a password among the attributes is refused unsent.
pub(super) async fn add(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    dn: &Dn,
    attributes: &[(String, Vec<String>)],
) -> Result<(), DirectoryError> {
    let is_password =
        |(name, _): &(String, Vec<String>)| PASSWORDS.iter().any(|p| name.eq_ignore_ascii_case(p));
    if attributes.iter().any(is_password) {
        return Err(DirectoryError::new(
            ErrorKind::Insecure,
            "an entry is made without a password",
        ));
    }
    let request = Request::Add {
        dn: dn.as_str().to_owned(),
        attributes: attributes
            .iter()
            .map(|(name, values)| (name.clone(), values.iter().cloned().collect()))
            .collect(),
    };
    let result = operation::call(link, limit, permit, request).await?;
    operation::judged(link, &result)
}

/// Sends one Delete.
///
/// # Errors
/// As [`crate::directory::DirectoryWriter::delete`].
pub(super) async fn delete(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    dn: &Dn,
    assertion: Option<&Filter>,
) -> Result<(), DirectoryError> {
    let request = Request::Delete {
        dn: dn.as_str().to_owned(),
        controls: asserted(dn, assertion)?.into_iter().collect(),
    };
    let result = operation::call(link, limit, permit, request).await?;
    operation::judged(link, &result)
}

/// RFC 4528.
pub(super) const ASSERTION: &str = "1.3.6.1.1.12";

/// The Assertion control (RFC 4528), critical. It speaks of the entry that is written (`entryDN`, RFC 5020) and of no
/// other: slapd hands the control on to what its overlays do within the same operation. A bare assertion on a Modify
/// of a group makes slapo-memberof leave the members' `memberOf` as it was, and one on an entry with a unique attribute
/// makes slapo-unique fail the write.
pub(super) fn asserted(
    dn: &Dn,
    assertion: Option<&Filter>,
) -> Result<Option<RawControl>, DirectoryError> {
    assertion
        .map(|filter| {
            let elsewhere = Filter::not(Filter::equal("entryDN", dn.as_str()));
            let only_here = Filter::Or(vec![filter.clone(), elsewhere]);
            Ok(RawControl {
                ctype: ASSERTION.to_owned(),
                crit: true,
                val: Some(super::filter::encoded(&only_here)?),
            })
        })
        .transpose()
}

pub(super) fn step(modification: &RawModification) -> Result<Mod<Octets>, DirectoryError> {
    let octets = |bytes: &[u8]| Octets(Zeroizing::new(bytes.to_vec()));
    let attribute = octets(modification.attribute.as_bytes());
    let values: HashSet<Octets> = modification.values.iter().map(|v| octets(v)).collect();
    match modification.kind {
        // RFC 4511 section 4.6 asks for at least one; said here, before anything is sent.
        RawModificationKind::Add if values.is_empty() => Err(DirectoryError::new(
            ErrorKind::Other,
            format!("nothing to add to {}", modification.attribute),
        )),
        RawModificationKind::Add => Ok(Mod::Add(attribute, values)),
        RawModificationKind::Delete => Ok(Mod::Delete(attribute, values)),
        RawModificationKind::Replace => Ok(Mod::Replace(attribute, values)),
    }
}

/// Sends a Password Modify (RFC 3062) for the account logged in, which need not be named.
///
/// # Errors
/// [`ErrorKind::InvalidCredentials`] where the old password is wrong, else as
/// [`crate::directory::DirectoryWriter::change_own_password`].
pub(super) async fn change_own_password(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    allow_plain: bool,
    old: &Password,
    new: &Password,
) -> Result<(), DirectoryError> {
    protected(link, allow_plain)?;
    let exop = Exop::from(PasswordModify {
        user_id: None,
        old_pass: Some(old.expose()),
        new_pass: Some(new.expose()),
    });
    let request = Request::Extended {
        exop,
        controls: vec![policy_control::request()],
    };
    let result = operation::call(link, limit, permit, request).await?;
    operation::judged(link, &result).map_err(|mut error| {
        // slapd's way to say that the old password is wrong.
        if error.result_code == Some(53)
            && error
                .diagnostic
                .to_ascii_lowercase()
                .contains("unwilling to verify old password")
        {
            error.kind = ErrorKind::InvalidCredentials;
        }
        redact(error, &[old.expose(), new.expose()])
    })?;
    link.must_change.store(false, Ordering::Relaxed);
    Ok(())
}

/// Refuses to send a password in plain text.
///
/// # Errors
/// [`ErrorKind::Insecure`].
pub(super) fn protected(link: &Link, allow_plain: bool) -> Result<(), DirectoryError> {
    if link.protected || allow_plain {
        return Ok(());
    }
    Err(at(
        link,
        DirectoryError::new(
            ErrorKind::Insecure,
            "the new password would cross the network in plain text",
        ),
    ))
}
