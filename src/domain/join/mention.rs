//! Values that name a person: a name, or fields with `$` between them of which one is a name
//! (`<name>$<kinship>$…`). Overlays of the server know the first kind only.

use crate::domain::dn::Dn;

/// Whether a value names this entry.
pub fn mentions(value: &str, dn: &Dn) -> bool {
    value.split('$').any(|field| is(field, dn))
}

/// The value with another name in the place of this one; `None` where it does not name it.
pub fn renamed(value: &str, from: &Dn, to: &Dn) -> Option<String> {
    if !mentions(value, from) {
        return None;
    }
    let fields: Vec<&str> = value
        .split('$')
        .map(|field| if is(field, from) { to.as_str() } else { field })
        .collect();
    Some(fields.join("$"))
}

/// Every entry that a value names.
pub fn named(value: &str) -> impl Iterator<Item = Dn> {
    value
        .split('$')
        .filter(|field| field.contains('='))
        .filter_map(|field| Dn::parse(field).ok())
}

fn is(field: &str, dn: &Dn) -> bool {
    field.contains('=') && Dn::parse(field).is_ok_and(|named| named == *dn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_every_field_and_in_any_spelling() {
        let (a, b) = (
            Dn::parse("uid=a,ou=p,dc=x").expect("dn"),
            Dn::parse("uid=b,ou=p,dc=x").expect("dn"),
        );
        for (value, after) in [
            ("uid=b,ou=p,dc=x", "uid=a,ou=p,dc=x"),
            ("UID=B, ou=p,dc=x", "uid=a,ou=p,dc=x"),
            ("uid=b,ou=p,dc=x$20$O$1$O$O", "uid=a,ou=p,dc=x$20$O$1$O$O"),
            (
                "7$uid=b,ou=p,dc=x$uid=c,dc=x",
                "7$uid=a,ou=p,dc=x$uid=c,dc=x",
            ),
        ] {
            assert_eq!(renamed(value, &b, &a).as_deref(), Some(after));
        }
        for value in ["uid=bb,ou=p,dc=x", "b", "", "$$", "uid=b,ou=p,dc=x2$1"] {
            assert_eq!(renamed(value, &b, &a), None, "{value}");
        }
    }
}
