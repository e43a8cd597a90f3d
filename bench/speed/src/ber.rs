//! Just enough BER (X.690) to cut a stream into LDAP messages (RFC 4511) and to see what each is.

/// Tags of operations (RFC 4511 section 4.2 and on).
pub const BIND: u8 = 0x60;
pub const UNBIND: u8 = 0x42;
pub const SEARCH: u8 = 0x63;
pub const SEARCH_ENTRY: u8 = 0x64;
pub const SEARCH_DONE: u8 = 0x65;
pub const SEARCH_REFERENCE: u8 = 0x73;
pub const EXTENDED: u8 = 0x77;
pub const INTERMEDIATE: u8 = 0x79;
pub const ABANDON: u8 = 0x50;
/// Modify, Add, Delete, ModifyDN.
pub const WRITES: [u8; 4] = [0x66, 0x68, 0x4a, 0x6c];

/// OID of the control for simple paged results (RFC 2696).
const PAGED: &[u8] = b"1.2.840.113556.1.4.319";

/// One message in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Its messageID.
    pub id: u32,
    /// Tag of its operation.
    pub tag: u8,
    /// The result code of an answer that has one.
    pub code: Option<u8>,
    /// Its length in bytes.
    pub length: usize,
}

impl Message {
    /// Whether it ends the answer to a request.
    pub fn is_final(self) -> bool {
        !matches!(self.tag, SEARCH_ENTRY | SEARCH_REFERENCE | INTERMEDIATE)
    }

    /// Whether it is a request to which there is no answer.
    pub fn is_unanswered(self) -> bool {
        matches!(self.tag, UNBIND | ABANDON)
    }
}

/// The message at the beginning of a buffer; `None` where it is not whole yet, or is none.
pub fn message(bytes: &[u8]) -> Option<Message> {
    let (sequence, at, length) = element(bytes)?;
    let whole = bytes.get(at..at + length)?;
    let (integer, id_at, id_length) = element(whole)?;
    if sequence != 0x30 || integer != 0x02 {
        return None;
    }
    let id = whole.get(id_at..id_at + id_length)?;
    let id = id.iter().fold(0_u32, |id, byte| id << 8 | u32::from(*byte));
    let operation = whole.get(id_at + id_length..)?;
    let (tag, inside, _) = element(operation)?;
    let code = match operation.get(inside..inside + 3) {
        Some([0x0a, 1, code]) => Some(*code),
        _ => None,
    };
    Some(Message {
        id,
        tag,
        code,
        length: at + length,
    })
}

/// Whether a request asks for a further page of a search.
pub fn is_further_page(request: &[u8]) -> bool {
    let Some(at) = request.windows(PAGED.len()).position(|w| w == PAGED) else {
        return false;
    };
    // The value: an octet string that holds a sequence of the size and the cookie, the last thing in it.
    let rest = &request[at + PAGED.len()..];
    let value = match rest {
        [0x01, 1, _, rest @ ..] => rest,
        rest => rest,
    };
    let cookie = element(value).and_then(|(_, at, length)| {
        let sequence = value.get(at..at + length)?;
        let (_, at, _) = element(sequence)?;
        let size = sequence.get(at..)?;
        let (_, at, length) = element(size)?;
        let cookie = size.get(at + length..)?;
        element(cookie).map(|(_, _, length)| length)
    });
    cookie.is_some_and(|length| length > 0)
}

/// Whether a request is a Modify that changes nothing: a guard, which is there for its Assertion alone.
pub fn is_guard(request: &[u8]) -> bool {
    let changes = || {
        let (_, at, length) = element(request)?;
        let operation = after(request.get(at..at + length)?)?;
        let (tag, at, length) = element(operation)?;
        let changes = after(operation.get(at..at + length)?)?;
        (tag == WRITES[0]).then_some(element(changes)?.2)
    };
    changes() == Some(0)
}

/// The attributes that a search asks for; none where it is no search.
pub fn attributes(request: &[u8]) -> Vec<String> {
    search_attributes(request).unwrap_or_default()
}

fn search_attributes(request: &[u8]) -> Option<Vec<String>> {
    let (_, at, length) = element(request)?;
    let mut rest = request.get(at..at + length)?;
    // The messageID, then into the operation.
    rest = after(rest)?;
    let (tag, at, length) = element(rest)?;
    if tag != SEARCH {
        return None;
    }
    rest = rest.get(at..at + length)?;
    // baseObject, scope, derefAliases, sizeLimit, timeLimit, typesOnly, filter.
    for _ in 0..7 {
        rest = after(rest)?;
    }
    let (_, at, length) = element(rest)?;
    rest = rest.get(at..at + length)?;
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (_, at, length) = element(rest)?;
        names.push(String::from_utf8(rest.get(at..at + length)?.to_vec()).ok()?);
        rest = after(rest)?;
    }
    Some(names)
}

/// What follows the first element.
fn after(bytes: &[u8]) -> Option<&[u8]> {
    let (_, at, length) = element(bytes)?;
    bytes.get(at + length..)
}

/// Tag, begin and length of what an element holds.
fn element(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    if first < 0x80 {
        return Some((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    if count > 4 {
        return None;
    }
    let length = bytes.get(2..2 + count)?;
    let length = length.iter().fold(0, |n, byte| n << 8 | usize::from(*byte));
    Some((tag, 2 + count, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_and_known() {
        let modified = [0x30, 12, 2, 1, 5, 0x67, 7, 0x0a, 1, 0, 4, 0, 4, 0, 0x30];
        let seen = message(&modified).expect("whole");
        assert_eq!(
            (seen.id, seen.tag, seen.code, seen.length),
            (5, 0x67, Some(0), 14)
        );
        assert!(seen.is_final());
        assert_eq!(message(&modified[..10]), None);
    }

    #[test]
    fn what_a_search_asks_for_is_read() {
        let mut search = vec![4, 0, 0x0a, 1, 2, 0x0a, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0];
        search.extend(b"\x87\x0bobjectClass\x30\x09\x04\x02sn\x04\x03uid");
        let length = u8::try_from(search.len()).expect("short");
        let mut request = vec![0x30, length + 5, 2, 1, 3, SEARCH, length];
        request.extend(search);
        assert_eq!(attributes(&request), ["sn", "uid"]);
        assert_eq!(attributes(b"0\x05\x02\x01\x03\x42\x00"), [""; 0]);
    }

    #[test]
    fn a_guard_changes_nothing() {
        assert!(is_guard(&[0x30, 9, 2, 1, 3, 0x66, 4, 4, 0, 0x30, 0]));
        assert!(!is_guard(&[
            0x30, 11, 2, 1, 3, 0x66, 6, 4, 0, 0x30, 2, 0x30, 0
        ]));
        assert!(!is_guard(&[0x30, 9, 2, 1, 3, 0x63, 4, 4, 0, 0x30, 0]));
    }

    #[test]
    fn a_first_page_is_none_of_the_further_ones() {
        let with_cookie = |cookie: &[u8]| {
            let mut request = PAGED.to_vec();
            let n = u8::try_from(cookie.len()).expect("short");
            request.extend([4, 7 + n, 0x30, 5 + n, 2, 1, 100, 4, n]);
            request.extend(cookie);
            request
        };
        assert!(!is_further_page(&with_cookie(b"")));
        assert!(is_further_page(&with_cookie(b"abcdefgh")));
        assert!(!is_further_page(b"a search without pages"));
    }
}
