//! Whether a text is a search filter of RFC 4515, and where it stops being one.
//!
//! The directory adapter checks filters again when it sends them; this check is here so that a mistake in
//! `protected` is shown with its line, not in the middle of a run.

/// Deepest nesting taken: no real filter comes near it, and it keeps hostile text off the stack.
const DEEPEST: usize = 50;

/// Checks a whole text.
///
/// # Errors
/// The byte offset of the first thing that does not fit.
pub fn check(text: &str) -> Result<(), usize> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    reader.filter(0)?;
    if reader.at == reader.bytes.len() {
        Ok(())
    } else {
        Err(reader.at)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Result<(), usize> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.at)
        }
    }

    fn filter(&mut self, depth: usize) -> Result<(), usize> {
        if depth > DEEPEST {
            return Err(self.at);
        }
        self.take(b'(')?;
        match self.peek() {
            // RFC 4526: the empty sets are true and false.
            Some(b'&' | b'|') => {
                self.at += 1;
                while self.peek() == Some(b'(') {
                    self.filter(depth + 1)?;
                }
            }
            Some(b'!') => {
                self.at += 1;
                self.filter(depth + 1)?;
            }
            _ => self.item()?,
        }
        self.take(b')')
    }

    fn item(&mut self) -> Result<(), usize> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b';' | b'_'))
        {
            self.at += 1;
        }
        let named = self.at > start;
        let extensible = self.peek() == Some(b':');
        if extensible {
            // `:dn`, then `:rule`, both optional; a rule is needed where no attribute is named.
            while self.peek() == Some(b':') && self.bytes.get(self.at + 1) != Some(&b'=') {
                self.at += 1;
                let word = self.at;
                while self
                    .peek()
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
                {
                    self.at += 1;
                }
                if self.at == word {
                    return Err(self.at);
                }
            }
            self.take(b':')?;
        } else if !named {
            return Err(self.at);
        }
        let starred = !extensible && self.peek() == Some(b'=');
        if !extensible && matches!(self.peek(), Some(b'~' | b'<' | b'>')) {
            self.at += 1;
        }
        self.take(b'=')?;
        self.value(starred)
    }

    fn value(&mut self, starred: bool) -> Result<(), usize> {
        loop {
            match self.peek() {
                None | Some(b')') => return Ok(()),
                Some(b'(' | 0) => return Err(self.at),
                Some(b'*') if !starred => return Err(self.at),
                Some(b'\\') => {
                    let hex = |i: usize| self.bytes.get(i).is_some_and(u8::is_ascii_hexdigit);
                    if !hex(self.at + 1) || !hex(self.at + 2) {
                        return Err(self.at);
                    }
                    self.at += 3;
                }
                Some(_) => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filters_are_taken() {
        for text in [
            "(uid=admin*)",
            "(objectClass=*)",
            "(&(a=b)(!(c=d))(|(e>=1)(f<=2)(g~=h)))",
            "(&)",
            "(cn=Léa \\28x\\29)",
            "(cn;lang-fr=a)",
            "(2.5.4.3=a)",
            "(sn:caseExactMatch:=x)",
            "(ou:dn:2.5.13.2:=x)",
            "(:caseExactMatch:=x)",
            "(sn=)",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn mistakes_are_placed() {
        for (text, at) in [
            ("", 0),
            ("uid=a", 0),
            ("(uid=a", 6),
            ("(uid=a))", 7),
            ("(uid)", 4),
            ("(=a)", 1),
            ("(uid=a(b)", 6),
            ("(uid=\\zz)", 5),
            ("(uid>=a*)", 7),
            ("(!(a=b)(c=d))", 7),
            ("(uid=a) ", 7),
        ] {
            assert_eq!(check(text), Err(at), "{text}");
        }
        assert!(check(&"(!".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[(&|!=*\\\\a:)]{0,20}|.{0,20}") {
            let _ = check(&text);
        }
    }
}
