//! The password policy control (draft-behera-ldap-password-policy-10 section 6), which ldap3 lacks.

use crate::directory::PolicyReason;
use ldap3::asn1::{PL, StructureTag, TagClass, parse_tag};
use ldap3::controls::{Control, RawControl};

const POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";
/// 389 DS and the older Netscape servers: the password has expired and must be changed now.
const NETSCAPE_EXPIRED: &str = "2.16.840.1.113730.3.4.4";
/// The same servers: the password expires in so many seconds (decimal digits).
const NETSCAPE_EXPIRING: &str = "2.16.840.1.113730.3.4.5";

/// Asks the server to explain itself. Not critical: a server without policies just ignores it.
pub(super) fn request() -> RawControl {
    RawControl {
        ctype: POLICY.to_owned(),
        crit: false,
        val: None,
    }
}

/// What a server told about the password, all of it optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PolicyAnswer {
    /// `timeBeforeExpiration`, seconds.
    pub expires_in: Option<i64>,
    /// `graceAuthNsRemaining`, logins.
    pub grace: Option<i64>,
    /// `error`.
    pub reason: Option<PolicyReason>,
    /// The server's own way to say that the password must be changed (389 DS).
    pub must_change: bool,
}

impl PolicyAnswer {
    /// Reads the response controls of any result. What cannot be understood counts as not said: a
    /// control only explains, the result code decides.
    pub(super) fn of(controls: &[Control]) -> Self {
        let mut answer = PolicyAnswer::default();
        for Control(_, raw) in controls {
            match (raw.ctype.as_str(), &raw.val) {
                (POLICY, Some(value)) => answer.read(value),
                (NETSCAPE_EXPIRED, _) => answer.must_change = true,
                (NETSCAPE_EXPIRING, Some(value)) => {
                    answer.expires_in = std::str::from_utf8(value)
                        .ok()
                        .and_then(|text| text.trim().parse().ok())
                        .or(answer.expires_in);
                }
                _ => {}
            }
        }
        answer
    }

    /// Whether nothing but a change of password will be allowed.
    pub(super) fn asks_for_change(&self) -> bool {
        self.must_change || self.reason == Some(PolicyReason::ChangeAfterReset)
    }

    /// `SEQUENCE { warning [0] CHOICE { [0] seconds, [1] logins } OPTIONAL, error [1] ENUMERATED
    /// OPTIONAL }`. Lengths may be in long form (389 DS writes `30 84 00 00 00 03 81 01 05`).
    fn read(&mut self, value: &[u8]) {
        let Ok((_, sequence)) = parse_tag(value) else {
            return;
        };
        let PL::C(parts) = sequence.payload else {
            return;
        };
        for part in parts {
            match part {
                StructureTag {
                    class: TagClass::Context,
                    id: 0,
                    payload: PL::C(choice),
                } => {
                    for warning in choice {
                        if let PL::P(number) = &warning.payload {
                            match warning.id {
                                0 => self.expires_in = integer(number),
                                1 => self.grace = integer(number),
                                _ => {}
                            }
                        }
                    }
                }
                StructureTag {
                    class: TagClass::Context,
                    id: 1,
                    payload: PL::P(number),
                } => self.reason = integer(&number).and_then(reason),
                _ => {}
            }
        }
    }
}

/// Two's complement, at most eight bytes.
fn integer(bytes: &[u8]) -> Option<i64> {
    let first = *bytes.first()?;
    if bytes.len() > 8 {
        return None;
    }
    let start = if first & 0x80 != 0 { -1 } else { 0 };
    Some(
        bytes
            .iter()
            .fold(start, |number: i64, byte| (number << 8) | i64::from(*byte)),
    )
}

fn reason(number: i64) -> Option<PolicyReason> {
    Some(match number {
        0 => PolicyReason::PasswordExpired,
        1 => PolicyReason::AccountLocked,
        2 => PolicyReason::ChangeAfterReset,
        3 => PolicyReason::PasswordModNotAllowed,
        4 => PolicyReason::MustSupplyOldPassword,
        5 => PolicyReason::InsufficientQuality,
        6 => PolicyReason::TooShort,
        7 => PolicyReason::TooYoung,
        8 => PolicyReason::InHistory,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(oid: &str, value: Option<&[u8]>) -> PolicyAnswer {
        PolicyAnswer::of(&[Control(
            None,
            RawControl {
                ctype: oid.to_owned(),
                crit: false,
                val: value.map(<[u8]>::to_vec),
            },
        )])
    }

    #[test]
    fn short_and_long_lengths_are_read() {
        for value in [
            &[0x30, 0x03, 0x81, 0x01, 0x05][..],
            &[0x30, 0x84, 0, 0, 0, 3, 0x81, 0x01, 0x05],
        ] {
            assert_eq!(
                answer(POLICY, Some(value)).reason,
                Some(PolicyReason::InsufficientQuality)
            );
        }
    }

    #[test]
    fn warnings_are_read() {
        let value = [0x30, 0x06, 0xa0, 0x04, 0x80, 0x02, 0x0e, 0x10];
        assert_eq!(answer(POLICY, Some(&value)).expires_in, Some(3600));
        let value = [0x30, 0x05, 0xa0, 0x03, 0x81, 0x01, 0x02];
        assert_eq!(answer(POLICY, Some(&value)).grace, Some(2));
        assert_eq!(
            answer(NETSCAPE_EXPIRING, Some(b"86400")).expires_in,
            Some(86400)
        );
        assert!(answer(NETSCAPE_EXPIRED, Some(b"0")).asks_for_change());
    }

    #[test]
    fn a_control_without_value_says_nothing() {
        assert_eq!(answer(POLICY, None), PolicyAnswer::default());
        assert_eq!(answer(POLICY, Some(&[0x30, 0])), PolicyAnswer::default());
        assert_eq!(
            answer(POLICY, Some(&[0x30, 0x03, 0x81, 0x01, 0x63])).reason,
            None
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_parser(value in proptest::collection::vec(any::<u8>(), 0..40)) {
            answer(POLICY, Some(&value));
        }
    }
}
