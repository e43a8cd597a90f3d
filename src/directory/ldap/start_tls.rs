//! StartTLS (RFC 4511 section 4.14): asked for before anything else is said, so that nothing of the library is in the
//! stream that TLS takes over.

use super::ber::{Elements, First, first_message, number};
use super::link::{closed, not_understood};
use super::results::{outcome, shown};
use super::tls;
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use ldap3::LdapResult;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The ExtendedRequest with StartTLS's name, as message 1.
const REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// The number of that message.
const NUMBER: i32 = 1;
/// ExtendedResponse.
const RESPONSE: u8 = 0x78;
const ENUMERATED: u8 = 0x0a;
const OCTET_STRING: u8 = 0x04;
/// No answer to StartTLS is as long.
const LONGEST: usize = 1 << 16;

/// Asks, and reads the answer and nothing behind it.
///
/// # Errors
/// [`ErrorKind::Busy`] where the server puts it off, [`ErrorKind::Tls`] where it refuses or hangs up,
/// [`ErrorKind::Protocol`] where the answer cannot be understood, or something unprotected comes right after it, which
/// whoever sits between could have put there to be taken for the server's word.
pub(super) async fn ask<S>(stream: &mut S) -> Result<(), DirectoryError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let lost = |error: std::io::Error| tls::error(TlsProblem::Other, &error.to_string());
    stream.write_all(REQUEST).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await.map_err(lost)? == 0 {
            return Err(tls::error(TlsProblem::Other, &closed().diagnostic));
        }
        match first_message(&answer) {
            First::Whole(message) if (message.id, message.operation) == (NUMBER, RESPONSE) => {
                let result = result(message.body).ok_or_else(not_understood)?;
                judged(&result)?;
                return match answer.len() == message.length {
                    true => Ok(()),
                    false => Err(not_understood()),
                };
            }
            First::Cut if answer.len() < LONGEST => {}
            First::Whole(_) | First::Cut | First::Strange => return Err(not_understood()),
        }
    }
}

/// LDAPResult (RFC 4511 section 4.1.9), as far as a person is told of it.
fn result(body: &[u8]) -> Option<LdapResult> {
    let mut parts = Elements::of(Elements::of(body).expect(RESPONSE)?);
    let code = number(parts.expect(ENUMERATED)?)?;
    let matched = parts.expect(OCTET_STRING)?;
    let text = parts.expect(OCTET_STRING)?;
    Some(LdapResult {
        rc: u32::try_from(code).ok()?,
        matched: String::from_utf8_lossy(matched).into_owned(),
        text: String::from_utf8_lossy(text).into_owned(),
        refs: Vec::new(),
        ctrls: Vec::new(),
    })
}

fn judged(result: &LdapResult) -> Result<(), DirectoryError> {
    match outcome(result) {
        Err(refused) if refused.kind == ErrorKind::Busy => Err(refused),
        Err(_) => Err(DirectoryError {
            result_code: Some(result.rc),
            ..tls::error(
                TlsProblem::Other,
                &format!("StartTLS refused: {}", shown(&result.text)),
            )
        }),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn answered(bytes: &[u8]) -> Result<(), DirectoryError> {
        let (mut ours, mut server) = duplex(1024);
        server.write_all(bytes).await.expect("written");
        let asked = ask(&mut ours).await;
        let mut heard = vec![0; REQUEST.len()];
        server.read_exact(&mut heard).await.expect("the request");
        assert_eq!(heard, REQUEST);
        asked
    }

    const YES: &[u8] = &[0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 0, 4, 0, 4, 0];

    #[tokio::test]
    async fn what_comes_unprotected_behind_the_answer_is_refused() {
        assert!(answered(YES).await.is_ok());
        let error = answered(&[YES, &[0x30]].concat()).await;
        assert_eq!(error.expect_err("refused").kind, ErrorKind::Protocol);
    }

    #[tokio::test]
    async fn a_refusal_is_told_apart_from_rubbish() {
        let answer = |code: u8| [&YES[..9], &[code, 4, 0, 4, 0]].concat();
        for (bytes, kind) in [
            (answer(51), ErrorKind::Busy),
            (answer(2), ErrorKind::Tls),
            (b"220 mail\r\n".to_vec(), ErrorKind::Protocol),
            (vec![0x30, 5, 2, 1, 1, 0x78, 0], ErrorKind::Protocol),
            (vec![0x30, 5, 2, 1, 1, 0x65, 0], ErrorKind::Protocol),
        ] {
            let error = answered(&bytes).await.expect_err("refused");
            assert_eq!(error.kind, kind, "{bytes:x?} {error}");
        }
    }
}
