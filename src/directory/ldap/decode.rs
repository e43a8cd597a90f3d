//! Search results from BER structures (RFC 4511 section 4.5.2), without a panic on malformed ones.
//!
//! ldap3's own decoder panics on a malformed entry, and reorders the values of an attribute in which
//! one is not UTF-8; ours keeps order and bytes.

use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind};
use crate::domain::dn::Dn;
use crate::domain::entry::{Attribute, Entry};
use ldap3::asn1::{PL, StructureTag};
use std::collections::HashMap;

/// Attributes of an entry up to which another of the same name is searched for among them.
const FEW: usize = 40;

fn malformed(what: &str) -> DirectoryError {
    DirectoryError::new(ErrorKind::Protocol, format!("malformed entry: {what}"))
}

fn parts(tag: StructureTag, what: &str) -> Result<Vec<StructureTag>, DirectoryError> {
    tag.expect_constructed().ok_or_else(|| malformed(what))
}

fn text(tag: StructureTag, what: &str) -> Result<String, DirectoryError> {
    let bytes = tag.expect_primitive().ok_or_else(|| malformed(what))?;
    String::from_utf8(bytes).map_err(|_| malformed(what))
}

/// Reads a SearchResultEntry. Values of one attribute that the server sends apart (slapd does for an entry that was
/// loaded like that) stand together: whoever asks for an attribute gets all of it.
///
/// # Errors
/// [`ErrorKind::Protocol`] where it is not one, or where its name is not a distinguished name (the error
/// names it).
pub(super) fn entry(tag: StructureTag) -> Result<Entry, DirectoryError> {
    let mut outer = parts(tag, "no sequence")?.into_iter();
    let (Some(name), Some(list)) = (outer.next(), outer.next()) else {
        return Err(malformed("name or attributes missing"));
    };
    let name = text(name, "the name is not text")?;
    let dn = Dn::parse(&name).map_err(|error| malformed(&shown(&format!("{name}: {error}"))))?;
    let mut entry = Entry::new(dn);
    // Few are searched for. How many come is up to the server: of more the places are looked up.
    let mut places: HashMap<String, usize> = HashMap::new();
    let list = parts(list, "no attribute list")?;
    entry.attributes.reserve_exact(list.len());
    for attribute in list {
        let mut pair = parts(attribute, "attribute")?.into_iter();
        let (Some(name), Some(values)) = (pair.next(), pair.next()) else {
            return Err(malformed("attribute without values"));
        };
        let tags = parts(values, "no set of values")?;
        // Not collected: that would be done in the place of the tags, which are twice as large, and shrunk afterwards.
        let mut values = Vec::with_capacity(tags.len());
        for value in tags {
            values.push(value.expect_primitive().ok_or_else(|| malformed("value"))?);
        }
        let name = text(name, "the attribute's name is not text")?;
        let next = entry.attributes.len();
        let place = if next < FEW {
            let mut listed = entry.attributes.iter();
            listed.position(|listed| listed.name.eq_ignore_ascii_case(&name))
        } else {
            if next == FEW {
                let listed = entry.attributes.iter().enumerate();
                places.extend(listed.map(|(at, a)| (a.name.to_ascii_lowercase(), at)));
            }
            let place = *places.entry(name.to_ascii_lowercase()).or_insert(next);
            (place != next).then_some(place)
        };
        match place {
            Some(place) => entry.attributes[place].values.append(&mut values),
            None => entry.attributes.push(Attribute { name, values }),
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
    use ldap3::asn1::{TagClass, parse_tag};
    use proptest::prelude::*;

    fn tag(id: u64, payload: PL) -> StructureTag {
        StructureTag {
            class: TagClass::Universal,
            id,
            payload,
        }
    }

    fn bytes(value: &[u8]) -> StructureTag {
        tag(4, PL::P(value.to_vec()))
    }

    fn whole(name: &[u8], attribute: &[u8], values: &[&[u8]]) -> StructureTag {
        with_attributes(name, &[(attribute, values)])
    }

    fn with_attributes(name: &[u8], attributes: &[(&[u8], &[&[u8]])]) -> StructureTag {
        let pairs = attributes.iter().map(|(attribute, values)| {
            let values = values.iter().map(|v| bytes(v)).collect();
            tag(16, PL::C(vec![bytes(attribute), tag(17, PL::C(values))]))
        });
        let list = tag(16, PL::C(pairs.collect()));
        tag(4, PL::C(vec![bytes(name), list]))
    }

    #[test]
    fn order_and_bytes_are_kept() {
        let values: [&[u8]; 3] = [b"z", b"\xff\x00", b"a"];
        let entry = entry(whole(b"uid=a,dc=test", b"cn", &values)).expect("entry");
        assert_eq!(entry.dn.as_str(), "uid=a,dc=test");
        assert_eq!(entry.values("CN"), values.map(<[u8]>::to_vec));
    }

    #[test]
    fn an_attribute_that_is_sent_twice_is_one() {
        let entry = entry(with_attributes(
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
        let entry = entry(with_attributes(b"uid=a,dc=test", &attributes)).expect("entry");
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
            let error = entry(whole(name, attribute, &[b"v"])).expect_err("malformed");
            assert_eq!(error.kind, ErrorKind::Protocol);
        }
        let error = entry(whole(b"no name\x1b", b"cn", &[])).expect_err("no DN");
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert!(error.diagnostic.contains("no name\\x1b"), "{error}");
    }

    proptest! {
        #[test]
        fn no_structure_breaks_the_decoder(raw in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok((_, tag)) = parse_tag(&raw) {
                references(&tag);
                let _ = entry(tag);
            }
        }

        #[test]
        fn a_cut_entry_is_no_panic(keep in 0_usize..6) {
            let StructureTag { payload: PL::C(mut outer), .. } = whole(b"uid=a", b"cn", &[b"v"]) else {
                unreachable!("built above");
            };
            outer.truncate(keep);
            prop_assert_eq!(entry(tag(4, PL::C(outer))).is_ok(), keep >= 2);
        }
    }
}
