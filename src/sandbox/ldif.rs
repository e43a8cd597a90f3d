//! Content records of LDIF (RFC 2849), written for slapadd.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{Result, Write};

/// Writes entries one after the other.
pub(super) struct LdifWriter<'a> {
    out: &'a mut dyn Write,
}

impl<'a> LdifWriter<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        LdifWriter { out }
    }

    /// Begins an entry, with its object classes.
    pub(super) fn entry(&mut self, dn: &str, classes: &[&str]) -> Result<()> {
        self.out.write_all(b"\n")?;
        self.attribute("dn", dn)?;
        for class in classes {
            self.attribute("objectClass", class)?;
        }
        Ok(())
    }

    /// One value of the entry begun last. The values of one attribute must follow each other: slapadd
    /// makes two attributes of one name out of anything else, and slapd then finds half of the values.
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<()> {
        if is_safe(value) {
            writeln!(self.out, "{name}: {value}")
        } else {
            writeln!(self.out, "{name}:: {}", STANDARD.encode(value))
        }
    }

    /// A value, where there is one.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        value.map_or(Ok(()), |value| self.attribute(name, value))
    }
}

/// SAFE-STRING of RFC 2849, without the blank at the end that its notes warn of.
fn is_safe(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii() && !b.is_ascii_control())
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_safe_is_encoded() {
        let mut out = Vec::new();
        let mut ldif = LdifWriter::new(&mut out);
        ldif.entry("cn=a", &["top"]).expect("entry");
        ldif.attribute("sn", "Léa").expect("sn");
        ldif.attribute("cn", "a\nb: c").expect("cn");
        ldif.attribute("l", "12 rue$B").expect("l");
        ldif.optional("mail", None).expect("mail");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "\ndn: cn=a\nobjectClass: top\nsn:: TMOpYQ==\ncn:: YQpiOiBj\nl: 12 rue$B\n"
        );
    }
}
