//! BER as LDAP has it (RFC 4511 section 5.1), read where it lies: nothing is copied, nothing panics.
//!
//! Our own, for one reason: the library makes a tree of each answer, every name and every value a piece of memory of its
//! own, and for a hundred thousand entries that is most of the work. What is not read by the ten thousands is left to it.

/// SEQUENCE, of which every LDAP message is one.
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// One element: its tag (all of LDAP's fit one byte) and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Class, form and number in one byte.
    pub tag: u8,
    /// The content.
    pub content: &'a [u8],
}

/// Elements one after the other. Ends where the bytes end, and before what is no whole element:
/// [`Elements::is_done`] tells which.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The elements of these bytes.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Elements(bytes)
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The next one, where it has this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let element = self.next()?;
        (element.tag == tag).then_some(element.content)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let Length::Known { start, end } = length(self.0) else {
            return None;
        };
        let content = self.0.get(start..end)?;
        let tag = *self.0.first()?;
        self.0 = self.0.get(end..)?;
        Some(Element { tag, content })
    }
}

enum Length {
    /// Where the content begins and ends.
    Known { start: usize, end: usize },
    /// More bytes are needed to know.
    Cut,
    /// None that LDAP allows.
    Wrong,
}

fn length(bytes: &[u8]) -> Length {
    let Some(first) = bytes.get(1) else {
        return Length::Cut;
    };
    let (start, length) = match first {
        0..=0x7f => (2, usize::from(*first)),
        0x81..=0x84 => {
            let start = 2 + usize::from(first & 0x7f);
            let Some(octets) = bytes.get(2..start) else {
                return Length::Cut;
            };
            let value = octets
                .iter()
                .fold(0_u64, |sum, o| (sum << 8) | u64::from(*o));
            match usize::try_from(value) {
                Ok(value) => (start, value),
                Err(_) => return Length::Wrong,
            }
        }
        // The indefinite form is not LDAP's, and nothing is longer than four gigabytes.
        _ => return Length::Wrong,
    };
    match start.checked_add(length) {
        Some(end) => Length::Known { start, end },
        None => Length::Wrong,
    }
}

/// The first message of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum First<'a> {
    /// It is there whole.
    Whole(Message<'a>),
    /// More bytes must come.
    Cut,
    /// This is no message of LDAP.
    Strange,
}

/// An LDAPMessage (RFC 4511 section 4.1.1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    /// To which request it belongs; 0 to none.
    pub id: i32,
    /// Tag of the operation.
    pub operation: u8,
    /// The operation, its tag and length included.
    pub body: &'a [u8],
    /// Length of the whole message in bytes.
    pub length: usize,
}

/// Finds the first message.
pub(super) fn first_message(bytes: &[u8]) -> First<'_> {
    match bytes.first() {
        None => return First::Cut,
        Some(&SEQUENCE) => {}
        Some(_) => return First::Strange,
    }
    let (start, end) = match length(bytes) {
        Length::Known { start, end } => (start, end),
        Length::Cut => return First::Cut,
        Length::Wrong => return First::Strange,
    };
    let Some(whole) = bytes.get(start..end) else {
        return First::Cut;
    };
    let mut parts = Elements::of(whole);
    let (Some(id), rest) = (parts.expect(INTEGER).and_then(number), parts.0) else {
        return First::Strange;
    };
    let Some(operation) = parts.next() else {
        return First::Strange;
    };
    First::Whole(Message {
        id,
        operation: operation.tag,
        body: &rest[..rest.len() - parts.0.len()],
        length: end,
    })
}

/// A number of at most 31 bits that is not negative: message numbers, result codes.
pub(super) fn number(octets: &[u8]) -> Option<i32> {
    if octets.is_empty() || octets.len() > 8 || octets[0] & 0x80 != 0 {
        return None;
    }
    let value = octets
        .iter()
        .fold(0_u64, |sum, o| (sum << 8) | u64::from(*o));
    i32::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_is_found_whole_cut_and_strange() {
        let bytes = [0x30, 5, 2, 1, 7, 0x65, 0, 0x30];
        let message = Message {
            id: 7,
            operation: 0x65,
            body: &[0x65, 0],
            length: 7,
        };
        assert_eq!(first_message(&bytes), First::Whole(message));
        for cut in 0..7 {
            assert_eq!(first_message(&bytes[..cut]), First::Cut, "{cut}");
        }
        for strange in [
            &b"220 mail"[..],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x89, 1],
            &[0x30, 0],
            &[0x30, 3, 2, 1, 7],
            &[0x30, 5, 2, 1, 0xff, 0x65, 0],
            &[0x30, 5, 2, 1, 7, 0x65, 1],
            &[0x30, 3, 0x30, 1, 0x30],
        ] {
            assert_eq!(first_message(strange), First::Strange, "{strange:x?}");
        }
    }

    #[test]
    fn long_lengths_are_read() {
        let mut bytes = vec![4, 0x82, 1, 0];
        bytes.extend([b'x'; 256]);
        bytes.extend([4, 0x81, 1, b'y']);
        let found: Vec<_> = Elements::of(&bytes).map(|e| e.content.len()).collect();
        assert_eq!(found, [256, 1]);
        let mut cut = Elements::of(&bytes[..259]);
        assert_eq!((cut.next(), cut.is_done()), (None, false));
    }

    #[test]
    fn numbers_are_those_of_rfc_4511() {
        assert_eq!(number(&[0x7f, 0xff, 0xff, 0xff]), Some(i32::MAX));
        assert_eq!(number(&[0, 0xff]), Some(255));
        assert_eq!(number(&[0, 0, 0, 0, 0, 7]), Some(7), "as ldap3 takes it");
        for wrong in [&[][..], &[0xff], &[0, 0xff, 0xff, 0xff, 0xff], &[0; 9]] {
            assert_eq!(number(wrong), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            first_message(&bytes);
            let read: usize = Elements::of(&bytes).map(|e| e.content.len() + 2).sum();
            prop_assert!(read <= bytes.len());
        }
    }
}
