//! Result codes (RFC 4511 appendix A) as kinds of failure.

use super::policy_control::PolicyAnswer;
use crate::directory::{DirectoryError, ErrorKind, PolicyReason};
use crate::i18n;
use ldap3::LdapResult;

/// Longest diagnostic kept, in characters: a server may send any amount.
const LONGEST: usize = 300;

/// A server's words made fit to be shown: control characters visible, length bounded.
pub(super) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    let mut clean: String = i18n::visible(&cut).chars().take(LONGEST).collect();
    if clean.chars().count() < i18n::visible(text).chars().count() {
        clean.push('…');
    }
    clean
}

/// Takes secrets out of a diagnostic, in case a server repeats what it was sent.
pub(super) fn redact(mut error: DirectoryError, secrets: &[&str]) -> DirectoryError {
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if error.diagnostic.contains(*secret) {
            error.diagnostic = error.diagnostic.replace(*secret, "****");
        }
    }
    error
}

fn with_kind(kind: ErrorKind, result: &LdapResult, policy: &PolicyAnswer) -> DirectoryError {
    let mut diagnostic = result.text.clone();
    if !result.refs.is_empty() {
        diagnostic = format!("{diagnostic} referral: {}", result.refs.join(" "));
    }
    DirectoryError {
        result_code: Some(result.rc),
        policy: policy.reason.map(|reason| precise(reason, &result.text)),
        ..DirectoryError::new(kind, shown(diagnostic.trim()))
    }
}

/// slapd has one code for the present password and for former ones; its words tell them apart.
fn precise(reason: PolicyReason, text: &str) -> PolicyReason {
    if reason == PolicyReason::InHistory && text.contains("not being changed") {
        PolicyReason::Unchanged
    } else {
        reason
    }
}

/// Whether a refusal means that this login may do nothing but change its password. slapd sends no control
/// with it, only this text.
fn restricted(text: &str) -> bool {
    text.starts_with("Operations are restricted to")
}

/// The outcome of anything but a bind.
///
/// # Errors
/// Every result code but 0. Code 19 counts as the policy's refusal, since that is what it means on every
/// attribute entctl writes; a referral is [`ErrorKind::Other`] with its URLs in the diagnostic.
pub(super) fn outcome(result: &LdapResult) -> Result<(), DirectoryError> {
    let policy = PolicyAnswer::of(&result.ctrls);
    let kind = match result.rc {
        0 => return Ok(()),
        3 => ErrorKind::ServerTimeLimit,
        4 | 11 => ErrorKind::SizeLimit,
        8 | 13 => ErrorKind::Insecure,
        16 | 20 => ErrorKind::ValueConflict,
        19 => ErrorKind::PolicyRefused,
        32 => ErrorKind::NoSuchObject,
        49 => ErrorKind::InvalidCredentials,
        50 if policy.asks_for_change() || restricted(&result.text) => ErrorKind::MustChangeFirst,
        50 => ErrorKind::InsufficientAccess,
        51 | 52 => ErrorKind::Busy,
        53 if policy.reason.is_some() => ErrorKind::PolicyRefused,
        68 | 122 => ErrorKind::AssertionFailed,
        _ => ErrorKind::Other,
    };
    Err(with_kind(kind, result, &policy))
}

/// The outcome of a bind: what the policy says of the password, or why one does not get in.
///
/// The servers differ: OpenLDAP answers 49 with a policy control, 389 DS 19 for a locked account and 53
/// for a disabled one, Active Directory 49 with `data <hex>` in its words.
///
/// # Errors
/// Every result code but 0.
pub(super) fn bind_outcome(result: &LdapResult) -> Result<PolicyAnswer, DirectoryError> {
    let policy = PolicyAnswer::of(&result.ctrls);
    let kind = match result.rc {
        0 => return Ok(policy),
        49 | 19 | 53 if policy.reason == Some(PolicyReason::AccountLocked) => {
            ErrorKind::BindAccountLocked
        }
        49 => match active_directory_data(&result.text) {
            Some("773" | "532") => ErrorKind::MustChangeFirst,
            Some("775" | "533" | "701") => ErrorKind::BindAccountLocked,
            _ => ErrorKind::InvalidCredentials,
        },
        19 | 53 => ErrorKind::BindAccountLocked,
        32 | 34 | 48 => ErrorKind::InvalidCredentials,
        50 if policy.asks_for_change() || restricted(&result.text) => ErrorKind::MustChangeFirst,
        _ => return outcome(result).map(|()| policy),
    };
    Err(with_kind(kind, result, &policy))
}

/// The sub-code in `…, AcceptSecurityContext error, data 775, v4563`.
fn active_directory_data(text: &str) -> Option<&str> {
    let (_, tail) = text.split_once("AcceptSecurityContext error, data ")?;
    tail.split([',', ' ', '\0']).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::controls::{Control, RawControl};

    fn result(rc: u32, text: &str, error: Option<u8>) -> LdapResult {
        let ctrls = error
            .map(|number| {
                let mut raw = super::super::policy_control::request();
                raw.val = Some(vec![0x30, 3, 0x81, 1, number]);
                Control(None, RawControl { ..raw })
            })
            .into_iter()
            .collect();
        LdapResult {
            rc,
            matched: String::new(),
            text: text.to_owned(),
            refs: Vec::new(),
            ctrls,
        }
    }

    #[test]
    fn codes_have_their_kinds() {
        for (rc, text, error, kind) in [
            (3, "", None, ErrorKind::ServerTimeLimit),
            (4, "", None, ErrorKind::SizeLimit),
            (11, "", None, ErrorKind::SizeLimit),
            (13, "", None, ErrorKind::Insecure),
            (16, "", None, ErrorKind::ValueConflict),
            (19, "", Some(6), ErrorKind::PolicyRefused),
            (50, "", None, ErrorKind::InsufficientAccess),
            (
                50,
                "Operations are restricted to bind/unbind/abandon",
                None,
                ErrorKind::MustChangeFirst,
            ),
            (52, "", None, ErrorKind::Busy),
            (53, "", None, ErrorKind::Other),
            (53, "", Some(8), ErrorKind::PolicyRefused),
            (122, "", None, ErrorKind::AssertionFailed),
            (80, "", None, ErrorKind::Other),
        ] {
            let found = outcome(&result(rc, text, error)).expect_err("an error");
            assert_eq!((found.kind, found.result_code), (kind, Some(rc)));
        }
        assert_eq!(outcome(&result(0, "", None)), Ok(()));
    }

    #[test]
    fn binds_fail_in_three_dialects() {
        let ad = "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data";
        for (rc, text, error, kind) in [
            (49, String::new(), None, ErrorKind::InvalidCredentials),
            (49, String::new(), Some(1), ErrorKind::BindAccountLocked),
            (
                49,
                format!("{ad} 52e, v1db1"),
                None,
                ErrorKind::InvalidCredentials,
            ),
            (
                49,
                format!("{ad} 775, v1db1"),
                None,
                ErrorKind::BindAccountLocked,
            ),
            (
                49,
                format!("{ad} 773, v1db1"),
                None,
                ErrorKind::MustChangeFirst,
            ),
            (
                19,
                "Exceed password retry limit".into(),
                None,
                ErrorKind::BindAccountLocked,
            ),
            (
                53,
                "Account inactivated".into(),
                None,
                ErrorKind::BindAccountLocked,
            ),
            (13, String::new(), None, ErrorKind::Insecure),
            (51, String::new(), None, ErrorKind::Busy),
        ] {
            let found = bind_outcome(&result(rc, &text, error)).expect_err("an error");
            assert_eq!(found.kind, kind, "{rc} {text}");
        }
        let policy = bind_outcome(&result(0, "", Some(2))).expect("in");
        assert!(policy.asks_for_change());
    }

    #[test]
    fn words_of_a_server_are_tamed() {
        let found = outcome(&result(80, &format!("\u{1b}[2J{}", "é".repeat(5000)), None));
        let diagnostic = found.expect_err("an error").diagnostic;
        assert!(diagnostic.starts_with("\\x1b[2J"), "{diagnostic}");
        assert_eq!(diagnostic.chars().count(), LONGEST + 1);
        assert_eq!(shown("bref"), "bref");
    }

    #[test]
    fn a_referral_is_named() {
        let mut referral = result(10, "", None);
        referral.refs = vec!["ldap://maitre.ecole.test".into()];
        let found = outcome(&referral).expect_err("an error");
        assert_eq!(found.kind, ErrorKind::Other);
        assert!(found.diagnostic.contains("ldap://maitre.ecole.test"));
    }

    #[test]
    fn a_repeated_password_is_taken_out() {
        let error = DirectoryError::new(ErrorKind::Other, "refused: abricot-42");
        assert_eq!(
            redact(error, &["abricot-42", ""]).diagnostic,
            "refused: ****"
        );
    }
}
