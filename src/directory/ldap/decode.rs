//! Search results (RFC 4511 section 4.5.2), without a panic on malformed ones.
//!
//! ldap3's own decoder panics on a malformed entry, and reorders the values of an attribute in which
//! one is not UTF-8; ours keeps order and bytes.

use super::ber::Elements;
use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind};
use crate::domain::dn::Dn;
use crate::domain::entry::{Attribute, Entry, Value, Values};
use ldap3::asn1::{PL, StructureTag};
use std::collections::HashMap;

/// Attributes of an entry up to which another of the same name is searched for among them.
const FEW: usize = 40;

/// SearchResultEntry (RFC 4511 section 4.5.2).
const ENTRY: u8 = 0x64;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OCTET_STRING: u8 = 0x04;

fn malformed(what: &str) -> DirectoryError {
    DirectoryError::new(ErrorKind::Protocol, format!("malformed entry: {what}"))
}

fn text<'a>(octets: &'a [u8], what: &str) -> Result<&'a str, DirectoryError> {
    std::str::from_utf8(octets).map_err(|_| malformed(what))
}

/// Reads one SearchResultEntry after the other.
///
/// # Errors
/// [`ErrorKind::Protocol`] where one is malformed, or where its name is not a distinguished name (the error names it).
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, DirectoryError> {
    let mut found = Vec::with_capacity(Elements::of(bytes).count());
    let mut elements = Elements::of(bytes);
    while !elements.is_done() {
        let content = elements
            .expect(ENTRY)
            .ok_or_else(|| malformed("no entry"))?;
        found.push(entry(content)?);
    }
    Ok(found)
}

/// Reads what a SearchResultEntry holds. Values of one attribute that the server sends apart (slapd does for an entry
/// that was loaded like that) stand together: whoever asks for an attribute gets all of it.
fn entry(content: &[u8]) -> Result<Entry, DirectoryError> {
    let mut outer = Elements::of(content);
    let (Some(name), Some(list)) = (outer.expect(OCTET_STRING), outer.expect(SEQUENCE)) else {
        return Err(malformed("name or attributes missing"));
    };
    let name = text(name, "the name is not text")?;
    let dn = Dn::parse(name).map_err(|error| malformed(&shown(&format!("{name}: {error}"))))?;
    let mut entry = Entry::new(dn);
    // Few are searched for. How many come is up to the server: of more the places are looked up.
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut list = Elements::of(list);
    entry.attributes.reserve_exact(list.clone().count());
    while !list.is_done() {
        let pair = list
            .expect(SEQUENCE)
            .ok_or_else(|| malformed("attribute"))?;
        let mut pair = Elements::of(pair);
        let (Some(name), Some(set)) = (pair.expect(OCTET_STRING), pair.expect(SET)) else {
            return Err(malformed("attribute without values"));
        };
        let name = text(name, "the attribute's name is not text")?;
        let mut set = Elements::of(set);
        let mut values = Values::with_capacity(set.clone().count());
        while !set.is_done() {
            let value = set.expect(OCTET_STRING).ok_or_else(|| malformed("value"))?;
            values.push(Value::from_slice(value));
        }
        let next = entry.attributes.len();
        let place = if next < FEW {
            let mut listed = entry.attributes.iter();
            listed.position(|listed| listed.name.eq_ignore_ascii_case(name))
        } else {
            if next == FEW {
                let listed = entry.attributes.iter().enumerate();
                places.extend(listed.map(|(at, a)| (a.name.as_str().to_ascii_lowercase(), at)));
            }
            let place = *places.entry(name.to_ascii_lowercase()).or_insert(next);
            (place != next).then_some(place)
        };
        match place {
            Some(place) => entry.attributes[place].values.append(&mut values),
            None => entry.attributes.push(Attribute {
                name: name.into(),
                values,
            }),
        }
    }
    Ok(entry)
}

/// The URLs of a SearchResultReference, for a message; what is not text is shown as far as it is.
pub(super) fn references(tag: &StructureTag) -> String {
    let PL::C(urls) = &tag.payload else {
        return String::new();
    };
    let urls: Vec<_> = urls
        .iter()
        .filter_map(|url| match &url.payload {
            PL::P(bytes) => Some(String::from_utf8_lossy(bytes)),
            PL::C(_) => None,
        })
        .collect();
    shown(&urls.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::asn1::parse_tag;
    use proptest::prelude::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len())
            .expect("a short one")
            .to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    fn whole(name: &[u8], attribute: &[u8], values: &[&[u8]]) -> Vec<u8> {
        with_attributes(name, &[(attribute, values)])
    }

    fn with_attributes(name: &[u8], attributes: &[(&[u8], &[&[u8]])]) -> Vec<u8> {
        let pairs = attributes.iter().map(|(attribute, values)| {
            let values = values.iter().map(|v| element(OCTET_STRING, v));
            let set = element(SET, &values.collect::<Vec<_>>().concat());
            element(SEQUENCE, &[element(OCTET_STRING, attribute), set].concat())
        });
        let list = element(SEQUENCE, &pairs.collect::<Vec<_>>().concat());
        [element(OCTET_STRING, name), list].concat()
    }

    #[test]
    fn order_and_bytes_are_kept() {
        let values: [&[u8]; 3] = [b"z", b"\xff\x00", b"a"];
        let entry = entry(&whole(b"uid=a,dc=test", b"cn", &values)).expect("entry");
        assert_eq!(entry.dn.as_str(), "uid=a,dc=test");
        assert_eq!(entry.values("CN"), values.map(Value::from_slice));
    }

    #[test]
    fn an_attribute_that_is_sent_twice_is_one() {
        let entry = entry(&with_attributes(
            b"uid=a,dc=test",
            &[
                (b"mail", &[b"lea@ent.test"]),
                (b"cn", &[b"L\xc3\xa9a"]),
                (b"Mail", &[b"lea@example.fr"]),
                (b"mail;x-old", &[b"old@example.fr"]),
            ],
        ))
        .expect("entry");
        assert_eq!(entry.texts("mail"), ["lea@ent.test", "lea@example.fr"]);
        let names: Vec<_> = entry.attributes.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["mail", "cn", "mail;x-old"]);
    }

    #[test]
    fn an_attribute_sent_twice_is_one_among_any_number() {
        let names: Vec<String> = (0..3 * FEW)
            .map(|at| format!("a{}", at % (2 * FEW)))
            .collect();
        let value: [&[u8]; 1] = [b"v"];
        let attributes: Vec<(&[u8], &[&[u8]])> = names
            .iter()
            .map(|name| (name.as_bytes(), &value[..]))
            .collect();
        let entry = entry(&with_attributes(b"uid=a,dc=test", &attributes)).expect("entry");
        assert_eq!(entry.attributes.len(), 2 * FEW);
        for (at, attribute) in entry.attributes.iter().enumerate() {
            let twice = if at < FEW { 2 } else { 1 };
            assert_eq!(
                (attribute.name.as_str(), attribute.values.len()),
                (&*names[at], twice)
            );
        }
    }

    #[test]
    fn what_is_malformed_is_an_error_that_names_it() {
        for (name, attribute) in [(&b"\xff"[..], &b"cn"[..]), (b"uid=a", b"\xff")] {
            let error = entry(&whole(name, attribute, &[b"v"])).expect_err("malformed");
            assert_eq!(error.kind, ErrorKind::Protocol);
        }
        let error = entry(&whole(b"no name\x1b", b"cn", &[])).expect_err("no DN");
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert!(error.diagnostic.contains("no name\\x1b"), "{error}");
    }

    #[test]
    fn entries_are_read_one_after_the_other_and_a_cut_one_is_an_error() {
        let both = [b"uid=a", b"uid=b"].map(|name| element(ENTRY, &whole(name, b"cn", &[b"v"])));
        let both = both.concat();
        let names: Vec<_> = entries(&both)
            .expect("two")
            .into_iter()
            .map(|e| e.dn)
            .collect();
        assert_eq!(names.len(), 2);
        for cut in 1..both.len() {
            assert_eq!(
                entries(&both[..cut]).is_ok(),
                cut == both.len() / 2,
                "{cut}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_decoder(raw in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = entry(&raw);
            let _ = entries(&element(ENTRY, &raw));
            if let Ok((_, tag)) = parse_tag(&raw) {
                references(&tag);
            }
        }
    }
}
