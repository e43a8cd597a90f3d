//! LDIF content records (RFC 2849), read as a stream: what `ldapsearch` and `slapcat` write. Folded lines, base64,
//! comments; an entry at a time is in memory, however long the file.
//!
//! There is no well-kept crate for it; the form is small.

use crate::domain::dn::Dn;
use crate::domain::entry::{Attribute, Entry, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smallvec::smallvec;
use std::borrow::Cow;
use std::io::BufRead;

/// Longest logical line: a photograph is read past, an endless line is not kept.
const LONGEST: usize = 64 * 1024 * 1024;

/// Why a file could not be read on. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum LdifFault {
    /// The file itself.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// A line that is no `name: value`, or does not begin an entry.
    #[error("line {0}: not LDIF")]
    Line(u64),
    /// What follows `::` is not base64.
    #[error("line {0}: not base64")]
    Base64(u64),
    /// What follows `dn:` is no entry's name.
    #[error("line {0}: not a name of an entry")]
    Name(u64),
    /// A value that stands in another file (`:<`): never fetched.
    #[error("line {0}: a value in another file")]
    Elsewhere(u64),
    /// A change record: a file of entries is wanted.
    #[error("line {0}: a change record")]
    Change(u64),
}

impl LdifFault {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            LdifFault::Read(_) => "read",
            LdifFault::Line(_) => "line",
            LdifFault::Base64(_) => "base64",
            LdifFault::Name(_) => "name",
            LdifFault::Elsewhere(_) => "elsewhere",
            LdifFault::Change(_) => "change",
        }
    }

    /// The line, 0 where it is the file itself.
    pub fn line(&self) -> u64 {
        match self {
            LdifFault::Read(_) => 0,
            LdifFault::Line(line)
            | LdifFault::Base64(line)
            | LdifFault::Name(line)
            | LdifFault::Elsewhere(line)
            | LdifFault::Change(line) => *line,
        }
    }
}

/// Reads entries one by one.
pub struct LdifReader<R> {
    source: R,
    /// Attributes that are kept, by the length of their names; all where there are none.
    wanted: Vec<Vec<String>>,
    /// The line that is looked at.
    line: Vec<u8>,
    /// The physical line read last, kept until the next one shows whether it goes on.
    ahead: Vec<u8>,
    ahead_line: u64,
    lines: u64,
    ended: bool,
}

impl<R: BufRead> LdifReader<R> {
    /// Of a file, or of standard input.
    pub fn new(source: R) -> Self {
        LdifReader {
            source,
            wanted: Vec::new(),
            line: Vec::new(),
            ahead: Vec::new(),
            ahead_line: 0,
            lines: 0,
            ended: false,
        }
    }

    /// Keeps these attributes alone; what else stands there must be LDIF all the same.
    #[must_use]
    pub fn only(mut self, attributes: &[String]) -> Self {
        for name in attributes {
            if self.wanted.len() <= name.len() {
                self.wanted.resize(name.len() + 1, Vec::new());
            }
            self.wanted[name.len()].push(name.clone());
        }
        self
    }

    /// The next entry; `None` at the end of the file.
    ///
    /// # Errors
    /// [`LdifFault`], with the line; there is no reading on after one.
    pub fn entry(&mut self) -> Result<Option<Entry>, LdifFault> {
        let mut entry: Option<Entry> = None;
        while let Some(number) = self.logical()? {
            let line = self.line.as_slice();
            if line.is_empty() {
                if entry.is_some() {
                    return Ok(entry);
                }
                continue;
            }
            let Some(colon) = line.iter().position(|b| *b == b':') else {
                return Err(LdifFault::Line(number));
            };
            let name = std::str::from_utf8(&line[..colon]).map_err(|_| LdifFault::Line(number))?;
            let value = value(&line[colon + 1..], number)?;
            match &mut entry {
                Some(_) if name.eq_ignore_ascii_case("changetype") => {
                    return Err(LdifFault::Change(number));
                }
                Some(entry) => {
                    let alike = self.wanted.get(name.len()).into_iter().flatten();
                    let mut alike = alike.filter(|one| one.eq_ignore_ascii_case(name));
                    if self.wanted.is_empty() || alike.next().is_some() {
                        put(entry, name, Value::from_slice(&value));
                    }
                }
                None if name.eq_ignore_ascii_case("dn") => {
                    let text = std::str::from_utf8(&value).map_err(|_| LdifFault::Name(number))?;
                    let dn = Dn::parse(text).map_err(|_| LdifFault::Name(number))?;
                    entry = Some(Entry::new(dn));
                }
                // `version: 1`; and what ldapsearch says at the end of a search.
                None if ["version", "search", "result", "ref", "control"]
                    .iter()
                    .any(|n| name.eq_ignore_ascii_case(n)) => {}
                None => return Err(LdifFault::Line(number)),
            }
        }
        Ok(entry)
    }

    /// Lines read so far.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Makes the next line, its continuations put to it and comments left out, the one that is looked at; gives the
    /// number it begins on.
    fn logical(&mut self) -> Result<Option<u64>, LdifFault> {
        loop {
            if self.ahead_line == 0 && !self.physical()? {
                return Ok(None);
            }
            let number = self.ahead_line;
            std::mem::swap(&mut self.line, &mut self.ahead);
            self.ahead_line = 0;
            while self.physical()? {
                if self.ahead.first() != Some(&b' ') || self.line.is_empty() {
                    break;
                }
                if self.line.len() + self.ahead.len() > LONGEST {
                    return Err(LdifFault::Line(number));
                }
                self.line.extend_from_slice(&self.ahead[1..]);
                self.ahead_line = 0;
            }
            if self.line.first() == Some(&b'#') {
                continue;
            }
            return Ok(Some(number));
        }
    }

    /// Reads the next physical line ahead; false at the end.
    fn physical(&mut self) -> Result<bool, LdifFault> {
        self.ahead.clear();
        self.ahead_line = 0;
        if self.ended {
            return Ok(false);
        }
        if self.source.read_until(b'\n', &mut self.ahead)? == 0 {
            self.ended = true;
            return Ok(false);
        }
        self.lines += 1;
        while matches!(self.ahead.last(), Some(b'\n' | b'\r')) {
            self.ahead.pop();
        }
        if self.lines == 1 && self.ahead.starts_with(b"\xef\xbb\xbf") {
            self.ahead.drain(..3);
        }
        self.ahead_line = self.lines;
        Ok(true)
    }
}

fn value(after: &[u8], number: u64) -> Result<Cow<'_, [u8]>, LdifFault> {
    match after.first() {
        Some(b':') => STANDARD
            .decode(after[1..].trim_ascii())
            .map(Cow::Owned)
            .map_err(|_| LdifFault::Base64(number)),
        Some(b'<') => Err(LdifFault::Elsewhere(number)),
        _ => Ok(Cow::Borrowed(after.trim_ascii_start())),
    }
}

/// Adds a value; attribute options (`;lang-fr`) make another attribute, as in a search.
fn put(entry: &mut Entry, name: &str, value: Value) {
    let last = entry.attributes.last_mut();
    if let Some(attribute) = last.filter(|a| a.name.eq_ignore_ascii_case(name)) {
        attribute.values.push(value);
        return;
    }
    match entry
        .attributes
        .iter_mut()
        .find(|a| a.name.eq_ignore_ascii_case(name))
    {
        Some(attribute) => attribute.values.push(value),
        None => entry.attributes.push(Attribute {
            name: name.into(),
            values: smallvec![value],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entry>, LdifFault> {
        let mut reader = LdifReader::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(entry) = reader.entry()? {
            all.push(entry);
        }
        Ok(all)
    }

    #[test]
    fn folded_lines_base64_and_comments_are_read() {
        let text = "version: 1\n# all\n#  of it\n\ndn: uid=a,dc=\n x\nsn:: TMOpYQ==\ncn: one\n  two\ncn:three\r\n\n\n\
                    dn:: dWlkPWIsZGM9eA==\nsn:\n\nsearch: 2\nresult: 0 Success\n";
        let all = read(text).expect("LDIF");
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].dn.as_str(), "uid=a,dc=x");
        assert_eq!(all[0].texts("sn"), ["Léa"]);
        assert_eq!(all[0].texts("CN"), ["one two", "three"]);
        assert_eq!(all[1].dn.as_str(), "uid=b,dc=x");
        assert_eq!(all[1].texts("sn"), [""]);
    }

    #[test]
    fn only_what_is_wanted_is_kept_and_the_rest_must_be_ldif() {
        let text = "dn: uid=a,dc=x\nSN: b\ncn: c\nsn;lang-fr: d\nENTPersonMobileSMS: e\nENTPersonMobile: f\n";
        let wanted = ["entpersonmobilesms", "Sn", "mail"].map(str::to_owned);
        let mut reader = LdifReader::new(text.as_bytes()).only(&wanted);
        let entry = reader.entry().expect("LDIF").expect("an entry");
        let names: Vec<&str> = entry.attributes.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["SN", "ENTPersonMobileSMS"]);
        let fault = "dn: uid=a,dc=x\ncn:: %\n";
        let fault = LdifReader::new(fault.as_bytes()).only(&wanted).entry();
        assert_eq!(fault.expect_err("a fault").line(), 2);
    }

    #[test]
    fn a_fault_names_its_line() {
        for (text, line) in [
            ("dn: uid=a,dc=x\nsn\n", "line 2: not LDIF"),
            ("dn: uid=a,dc=x\n\nsn: b\n", "line 3: not LDIF"),
            ("dn: uid=a,dc=x\nsn:: %\n", "line 2: not base64"),
            ("\ndn: x\n", "line 2: not a name of an entry"),
            (
                "dn: uid=a,dc=x\nsn:< file:///etc/passwd\n",
                "line 2: a value in another file",
            ),
            (
                "dn: uid=a,dc=x\nchangetype: modify\n",
                "line 2: a change record",
            ),
        ] {
            assert_eq!(read(text).expect_err(text).to_string(), line);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_breaks_the_reader(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let mut reader = LdifReader::new(bytes.as_slice());
            while let Ok(Some(_)) = reader.entry() {}
        }
    }
}
