//! Just enough BER (X.690) to cut a stream into LDAP messages and to see what each one is.

use std::io::{self, Read};

/// Larger messages are taken for garbage: 64 MiB.
const LIMIT: usize = 64 << 20;

/// Tags of the operations (RFC 4511 section 4.2 and on).
pub mod op {
    /// BindRequest
    pub const BIND: u8 = 0x60;
    /// UnbindRequest
    pub const UNBIND: u8 = 0x42;
    /// SearchRequest
    pub const SEARCH: u8 = 0x63;
    /// SearchResultEntry
    pub const SEARCH_ENTRY: u8 = 0x64;
    /// SearchResultDone
    pub const SEARCH_DONE: u8 = 0x65;
    /// ModifyRequest
    pub const MODIFY: u8 = 0x66;
    /// ModifyResponse
    pub const MODIFY_RESPONSE: u8 = 0x67;
    /// AddRequest
    pub const ADD: u8 = 0x68;
    /// DelRequest
    pub const DELETE: u8 = 0x4a;
    /// ModifyDNRequest
    pub const MODIFY_DN: u8 = 0x6c;
    /// SearchResultReference
    pub const SEARCH_REFERENCE: u8 = 0x73;
    /// ExtendedRequest
    pub const EXTENDED: u8 = 0x77;
    /// IntermediateResponse
    pub const INTERMEDIATE: u8 = 0x79;
    /// AbandonRequest
    pub const ABANDON: u8 = 0x50;
}

/// One LDAPMessage as it stood on the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its messageID.
    pub id: u64,
    /// Tag of its operation, one of [`op`].
    pub tag: u8,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The bytes may hold a password.
        let size = self.bytes.len();
        write!(f, "Message({} {:#04x}, {size} bytes)", self.id, self.tag)
    }
}

impl Message {
    /// Whether these bytes stand in it: an OID of a control, a DN, a value.
    pub fn contains(&self, needle: impl AsRef<[u8]>) -> bool {
        let needle = needle.as_ref();
        needle.is_empty()
            || self
                .bytes
                .windows(needle.len())
                .any(|window| window == needle)
    }

    /// Whether it is the last answer to its request: not an entry, a reference or an intermediate one.
    pub fn is_final(&self) -> bool {
        !matches!(
            self.tag,
            op::SEARCH_ENTRY | op::SEARCH_REFERENCE | op::INTERMEDIATE
        )
    }

    /// Whether it is a request that gets no answer.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.tag, op::UNBIND | op::ABANDON)
    }
}

/// A SearchResultDone with this result code (RFC 4511 section 4.5.2), without words.
pub fn search_done(id: u64, code: u8) -> Vec<u8> {
    let result = [0x0a, 1, code, 0x04, 0, 0x04, 0];
    // No octet more than needed, and the first bit clear: it is never negative (X.690 section 8.3).
    let spare = (id.leading_zeros() as usize).saturating_sub(1) / 8;
    let id = &id.to_be_bytes()[spare.min(7)..];
    let mut content = vec![0x02, id.len() as u8];
    content.extend(id);
    content.extend([op::SEARCH_DONE, result.len() as u8]);
    content.extend(result);
    let mut bytes = vec![0x30, content.len() as u8];
    bytes.extend(content);
    bytes
}

/// Reads the next message; `None` where the stream ended between two.
///
/// # Errors
/// Those of the stream; [`io::ErrorKind::InvalidData`] for what is not an LDAPMessage.
pub fn read_message(stream: &mut impl Read) -> io::Result<Option<Message>> {
    let mut bytes = vec![0; 2];
    match stream.read(&mut bytes[..1])? {
        0 => return Ok(None),
        _ => stream.read_exact(&mut bytes[1..])?,
    }
    if bytes[0] != 0x30 {
        return Err(invalid("not a SEQUENCE"));
    }
    let mut length = usize::from(bytes[1]);
    if length >= 0x80 {
        let count = length & 0x7f;
        if count == 0 || count > 4 {
            return Err(invalid("a length that LDAP does not allow"));
        }
        let mut octets = vec![0; count];
        stream.read_exact(&mut octets)?;
        length = octets
            .iter()
            .fold(0, |sum, octet| (sum << 8) | usize::from(*octet));
        bytes.extend(octets);
    }
    if length > LIMIT {
        return Err(invalid("too large"));
    }
    let start = bytes.len();
    bytes.resize(start + length, 0);
    stream.read_exact(&mut bytes[start..])?;
    let (id, tag) = head(&bytes[start..]).ok_or_else(|| invalid("no messageID and operation"))?;
    Ok(Some(Message { id, tag, bytes }))
}

fn head(content: &[u8]) -> Option<(u64, u8)> {
    let (&[kind, length], rest) = content.split_first_chunk()?;
    let length = usize::from(length);
    if kind != 0x02 || !(1..=5).contains(&length) {
        return None;
    }
    let id = rest
        .get(..length)?
        .iter()
        .fold(0, |sum, octet| (sum << 8) | u64::from(*octet));
    Some((id, *rest.get(length)?))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    // An anonymous bind with messageID 1, then the same with a long-form length and messageID 300.
    const SHORT: &[u8] = &[
        0x30, 0x0c, 0x02, 0x01, 0x01, 0x60, 0x07, 0x02, 0x01, 0x03, 0x04, 0x00, 0x80, 0x00,
    ];
    const LONG: &[u8] = &[
        0x30, 0x84, 0x00, 0x00, 0x00, 0x0d, 0x02, 0x02, 0x01, 0x2c, 0x60, 0x07, 0x02, 0x01, 0x03,
        0x04, 0x00, 0x80, 0x00,
    ];

    #[test]
    fn messages_are_cut_where_they_end() {
        let stream = [SHORT, LONG].concat();
        let mut reader = stream.as_slice();
        let first = read_message(&mut reader).expect("valid").expect("one");
        assert_eq!((first.id, first.tag), (1, op::BIND));
        assert_eq!(first.bytes, SHORT);
        let second = read_message(&mut reader).expect("valid").expect("two");
        assert_eq!((second.id, second.tag), (300, op::BIND));
        assert_eq!(second.bytes, LONG);
        assert!(second.contains([0x01, 0x2c]));
        assert!(!second.contains([0x01, 0x2d]));
        assert_eq!(read_message(&mut reader).expect("valid"), None);
    }

    #[test]
    fn what_is_not_ldap_is_refused() {
        for bytes in [
            b"GET / HTTP/1.1".as_slice(),
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x03, 0x04, 0x01, 0x01],
            &SHORT[..9],
        ] {
            let mut reader = bytes;
            assert!(read_message(&mut reader).is_err(), "{bytes:x?}");
        }
    }
}
