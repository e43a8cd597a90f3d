//! Filters as the protocol writes them (RFC 4511 section 4.5.1.7), without the way over their text: each write carries
//! one in its Assertion, and to write it as text only to read it again cost more than the rest of the request.

use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind};
use crate::domain::filter::Filter;
use ldap3::controls::{Assertion, RawControl};

/// Tags of the choices of a filter.
mod tag {
    pub(super) const AND: u8 = 0xa0;
    pub(super) const OR: u8 = 0xa1;
    pub(super) const NOT: u8 = 0xa2;
    pub(super) const EQUALITY: u8 = 0xa3;
    pub(super) const SUBSTRINGS: u8 = 0xa4;
    pub(super) const PRESENT: u8 = 0x87;
    pub(super) const INITIAL: u8 = 0x80;
    pub(super) const ANY: u8 = 0x81;
    pub(super) const FINAL: u8 = 0x82;
    pub(super) const OCTETS: u8 = 0x04;
    pub(super) const SEQUENCE: u8 = 0x30;
}

/// A filter in BER.
///
/// # Errors
/// [`ErrorKind::InvalidFilter`] where a typed part is not RFC 4515, or an attribute's name is none.
pub(super) fn encoded(filter: &Filter) -> Result<Vec<u8>, DirectoryError> {
    let mut out = Vec::with_capacity(256);
    put(&mut out, filter)?;
    Ok(out)
}

/// Whether nobody typed any part of it: then its text is a filter.
pub(super) fn is_ours(filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(is_ours),
        Filter::Not(part) => is_ours(part),
        Filter::Equal(attribute, _) | Filter::Present(attribute) => name(attribute).is_ok(),
        Filter::Substring {
            attribute,
            initial,
            any,
            last,
        } => {
            let mut parts = initial.iter().chain(any).chain(last);
            name(attribute).is_ok() && parts.all(|part| !part.is_empty())
        }
        Filter::Typed(_) => false,
    }
}

fn put(out: &mut Vec<u8>, filter: &Filter) -> Result<(), DirectoryError> {
    match filter {
        Filter::And(parts) => within(out, tag::AND, |out| {
            parts.iter().try_for_each(|p| put(out, p))
        }),
        Filter::Or(parts) => within(out, tag::OR, |out| {
            parts.iter().try_for_each(|p| put(out, p))
        }),
        Filter::Not(part) => within(out, tag::NOT, |out| put(out, part)),
        Filter::Equal(attribute, value) => within(out, tag::EQUALITY, |out| {
            octets(out, tag::OCTETS, name(attribute)?);
            octets(out, tag::OCTETS, value);
            Ok(())
        }),
        Filter::Present(attribute) => {
            octets(out, tag::PRESENT, name(attribute)?);
            Ok(())
        }
        Filter::Substring {
            attribute,
            initial,
            any,
            last,
        } => within(out, tag::SUBSTRINGS, |out| {
            octets(out, tag::OCTETS, name(attribute)?);
            within(out, tag::SEQUENCE, |out| {
                let first = initial.iter().map(|part| (tag::INITIAL, part));
                let between = any.iter().map(|part| (tag::ANY, part));
                let end = last.iter().map(|part| (tag::FINAL, part));
                for (tag, part) in first.chain(between).chain(end) {
                    octets(out, tag, part.as_bytes());
                }
                Ok(())
            })
        }),
        Filter::Typed(_) => {
            let text = super::checked_filter(filter)?;
            out.extend_from_slice(&by_library(text));
            Ok(())
        }
    }
}

/// An attribute description (RFC 4512 section 2.5), by its letters.
fn name(attribute: &str) -> Result<&[u8], DirectoryError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b';' | b'.');
    let begins = attribute
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if !begins || !attribute.bytes().all(fits) {
        return Err(invalid(attribute));
    }
    Ok(attribute.as_bytes())
}

/// The library's own way; it panics on what is no filter.
fn by_library(checked: String) -> Vec<u8> {
    RawControl::from(Assertion { filter: checked })
        .val
        .unwrap_or_default()
}

fn invalid(text: &str) -> DirectoryError {
    DirectoryError::new(ErrorKind::InvalidFilter, shown(text))
}

fn octets(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    out.push(tag);
    length(out, value.len());
    out.extend_from_slice(value);
}

fn within(
    out: &mut Vec<u8>,
    tag: u8,
    content: impl FnOnce(&mut Vec<u8>) -> Result<(), DirectoryError>,
) -> Result<(), DirectoryError> {
    let mut inside = Vec::with_capacity(128);
    content(&mut inside)?;
    octets(out, tag, &inside);
    Ok(())
}

/// The shortest form of a length (X.690 section 8.1.3).
fn length(out: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let used = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
            // At most eight.
            out.push(0x80 | used.len() as u8);
            out.extend_from_slice(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_filter() -> impl Strategy<Value = Filter> {
        let name = "[a-zA-Z][a-zA-Z0-9-]{0,8}(;x-[a-z]{1,3})?";
        let leaf = prop_oneof![
            (name, proptest::collection::vec(any::<u8>(), 0..300))
                .prop_map(|(name, value)| Filter::Equal(name, value)),
            name.prop_map(Filter::Present),
            (
                name,
                "[^\u{0}]{1,4}",
                proptest::collection::vec(".{1,3}", 0..3),
                proptest::option::of(".{1,3}")
            )
                .prop_map(|(attribute, initial, any, last)| Filter::Substring {
                    attribute,
                    initial: Some(initial),
                    any,
                    last,
                }),
            Just(Filter::Typed("(&(a=b)(!(c=d*e)))".to_owned())),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::And),
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::Or),
                inner.prop_map(Filter::not),
            ]
        })
    }

    #[test]
    fn what_is_no_name_and_no_filter_is_refused() {
        for wrong in [
            Filter::present("a b"),
            Filter::equal("", "x"),
            Filter::not(Filter::Typed("(a=".to_owned())),
        ] {
            let error = encoded(&wrong).expect_err("refused");
            assert_eq!(error.kind, ErrorKind::InvalidFilter, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn it_is_what_its_text_means(filter in any_filter()) {
            prop_assert_eq!(encoded(&filter).expect("bytes"), by_library(filter.to_string()));
        }
    }
}
